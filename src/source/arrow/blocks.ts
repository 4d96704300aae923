/**
 * Where the footer of a file says that its record batches are. A file may have as many as it has rows, so they are
 * numbers in typed arrays and no objects.
 *
 * Source: File.fbs of the Arrow format: struct Block { offset: long; metaDataLength: int; bodyLength: long; }.
 *
 * @module
 */
import type { Fail, Table } from "./flatbuffer.ts";

/** the struct, padded to 24 bytes */
const BLOCK_BYTES = 24;

/** Where a message is: prefix and metadata, then the body. */
export interface Block {
  readonly position: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

/** Blocks by their index. */
export class Blocks {
  /** (position, bytes of the body) of each */
  readonly #places: Float64Array;
  readonly #metadataBytes: Int32Array;

  /** Those that a slot of the footer lists, unchecked. */
  constructor(footer: Table, slot: number) {
    this.#places = footer.int64s(slot, BLOCK_BYTES, [0, 16]);
    this.#metadataBytes = footer.int32s(slot, BLOCK_BYTES, 8);
  }

  get length(): number {
    return this.#metadataBytes.length;
  }

  /** bytes of memory, with those of the footer that is read */
  get residentBytes(): number {
    return 2 * BLOCK_BYTES * this.length;
  }

  at(index: number): Block | null {
    if (index >= this.length) return null;
    return {
      position: this.#places[2 * index]!,
      metadataBytes: this.#metadataBytes[index]!,
      bodyBytes: this.#places[2 * index + 1]!,
    };
  }

  /** in the order of the footer */
  *[Symbol.iterator](): Iterator<Block> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }

  /** Refuses blocks that share bytes: a hostile footer could list one a million times. */
  refuseOverlaps(fail: Fail, what: string): void {
    const order = this.#isOrdered() ? null : this.#byPosition();
    for (let i = 1; i < this.length; i++) {
      const previous = this.at(order?.[i - 1] ?? i - 1)!, next = this.at(order?.[i] ?? i)!;
      if (next.position < endOf(previous)) fail(`its ${what} overlap`);
    }
  }

  #isOrdered(): boolean {
    for (let i = 1; i < this.length; i++) {
      if (this.#places[2 * i]! < this.#places[2 * i - 2]!) return false;
    }
    return true;
  }

  #byPosition(): Uint32Array {
    const order = Uint32Array.from({ length: this.length }, (_, i) => i);
    return order.sort((a, b) => this.#places[2 * a]! - this.#places[2 * b]!);
  }
}

/** Where a block ends in the file. */
export function endOf({ position, metadataBytes, bodyBytes }: Block): number {
  return position + metadataBytes + bodyBytes;
}
