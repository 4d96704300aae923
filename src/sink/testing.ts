/** What the tests of sinks share: an output in memory, and columns of a record batch placed in a memory. @module */
import { strictEqual } from "node:assert/strict";
import { alignUp, DTYPE, type DType, type TypedArray } from "../dtype/mod.ts";
import type { ByteOutput } from "./atomic_file.ts";

/** Keeps what is written to it. */
export class MemoryOutput implements ByteOutput {
  readonly path = "memory";
  /** copies of the writes, in order */
  readonly pieces: Uint8Array[] = [];
  /** where each write lay */
  readonly buffers: ArrayBufferLike[] = [];
  numBytes = 0;
  state: "open" | "committed" | "aborted" = "open";

  write(view: Uint8Array): void {
    strictEqual(this.state, "open");
    this.pieces.push(view.slice());
    this.buffers.push(view.buffer);
    this.numBytes += view.byteLength;
  }

  commit(): void {
    this.state = "committed";
  }

  abort(): void {
    this.state = "aborted";
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.numBytes);
    let position = 0;
    for (const piece of this.pieces) {
      bytes.set(piece, position);
      position += piece.byteLength;
    }
    return bytes;
  }

  get text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes);
  }
}

/**
 * Places the columns of a record batch one after the other.
 *
 * @param fill writes the elements of a column
 * @returns their pointers
 */
export function placeBatch(
  memory: WebAssembly.Memory,
  { fields, numRows }: {
    readonly fields: readonly { readonly dtype: DType; readonly width: number | null }[];
    readonly numRows: number;
  },
  fill: (elements: TypedArray, index: number) => void,
): number[] {
  let end = 64;
  return fields.map(({ dtype, width }, index) => {
    const pointer = end,
      elements = new DTYPE[dtype].TypedArray(memory.buffer, pointer, numRows * (width ?? 1));
    end = alignUp(pointer + elements.byteLength);
    fill(elements, index);
    return pointer;
  });
}

/** The elements' bytes. */
export function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
