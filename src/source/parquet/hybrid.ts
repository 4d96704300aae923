/**
 * The hybrid of run lengths and bit packing, which holds levels, dictionary indices and booleans.
 *
 * Source: Encodings.md of the Parquet format, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
 *
 * @module
 */
import type { Fail } from "./thrift.ts";

/** Reads an unsigned varint of at most 32 bits; what stands behind the bytes is corruption. */
export function readVarint(
  bytes: Uint8Array,
  cursor: { at: number },
  { end, fail }: { readonly end: number; readonly fail: Fail },
): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    if (cursor.at >= end) return fail("a page ends inside a length");
    const byte = bytes[cursor.at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  return fail("a length of more than 32 bits");
}

/** Unpacks `count` numbers of `bitWidth` bits (at most 32), least-significant bit first. */
export function unpackBits(
  bytes: Uint8Array,
  { firstBit, bitWidth }: { readonly firstBit: number; readonly bitWidth: number },
  target: Int32Array | Uint8Array,
  { start, count }: { readonly start: number; readonly count: number },
): void {
  const end = start + count;
  if (bitWidth === 0) {
    target.fill(0, start, end);
    return;
  }
  // positions in bits pass 2^31 in pages of 256 MiB
  let at = Math.floor(firstBit / 8), shift = firstBit % 8;
  if (bitWidth === 8 && shift === 0) {
    for (let i = start; i < end; i++) target[i] = bytes[at++]!;
    return;
  }
  if (bitWidth === 1) {
    for (let i = start; i < end; i++) {
      target[i] = (bytes[at]! >> shift) & 1;
      shift = (shift + 1) & 7;
      if (shift === 0) at++;
    }
    return;
  }
  const mask = bitWidth === 32 ? -1 : (1 << bitWidth) - 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNarrow = bitWidth <= 24;
  let i = start;
  // numbers whose five bytes may pass the end are read one by one
  for (const last = bytes.length - 5; i < end && at <= last; i++) {
    let value = view.getUint32(at, true) >>> shift;
    if (!isNarrow && shift > 0) value |= bytes[at + 4]! << (32 - shift);
    target[i] = value & mask;
    shift += bitWidth;
    at += shift >>> 3;
    shift &= 7;
  }
  for (; i < end; i++) {
    let value = (byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) |
      (byteAt(bytes, at + 3) << 24)) >>> shift;
    if (!isNarrow && shift > 0) value |= byteAt(bytes, at + 4) << (32 - shift);
    target[i] = value & mask;
    shift += bitWidth;
    at += shift >>> 3;
    shift &= 7;
  }
}

function byteAt(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? bytes[at]! : 0;
}

/** Words of a reader's state, in the order of assembly/hybrid.ts. */
export const STATE_WORDS = 7;

/** Reads a run of numbers as far as they are asked for, and goes on from there the next time. */
export class HybridReader {
  readonly #bytes: Uint8Array;
  readonly #bitWidth: number;
  readonly #end: number;
  readonly #fail: Fail;
  readonly #cursor: { at: number };
  /** numbers left of the run that was begun */
  #left = 0;
  #isPacked = false;
  /** of a repeated run */
  #value = 0;
  /** of a packed run: where its next number is, in bits */
  #bit = 0;

  /** @param range of the bytes that belong to the numbers */
  constructor(
    bytes: Uint8Array,
    bitWidth: number,
    { start, end, fail }: { readonly start: number; readonly end: number; readonly fail: Fail },
  ) {
    this.#bytes = bytes;
    this.#bitWidth = bitWidth;
    this.#end = end;
    this.#fail = fail;
    this.#cursor = { at: start };
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get bitWidth(): number {
    return this.#bitWidth;
  }

  /** How many numbers from here are surely `value`, at most `limit`. */
  equalRun(value: number, limit: number): number {
    if (this.#left === 0) this.#begin();
    return this.#isPacked || this.#value !== value ? 0 : Math.min(limit, this.#left);
  }

  /** Passes over `count` numbers. */
  skip(count: number): void {
    for (let left = count; left > 0;) {
      if (this.#left === 0) this.#begin();
      const part = Math.min(left, this.#left);
      if (this.#isPacked) this.#bit += part * this.#bitWidth;
      this.#left -= part;
      left -= part;
    }
  }

  /** Numbers from here that are surely `value`, at most `limit`; they are passed over. */
  skipEqual(value: number, limit: number): number {
    const count = this.equalRun(value, limit);
    this.#left -= count;
    return count;
  }

  /** Writes the state for a kernel; addresses count from the memory's start, where `bytes` are a view. */
  save(state: Uint32Array): void {
    const { byteOffset } = this.#bytes;
    state[0] = byteOffset + this.#cursor.at;
    state[1] = byteOffset + this.#end;
    // a run may claim more than any page has entries
    state[2] = Math.min(this.#left, 0xffff_ffff);
    state[3] = this.#isPacked ? 1 : 0;
    state[4] = this.#value;
    state[5] = byteOffset + Math.floor(this.#bit / 8);
    state[6] = this.#bit % 8;
  }

  /** Goes on from where a kernel has come. */
  restore(state: Uint32Array): void {
    const { byteOffset } = this.#bytes;
    this.#cursor.at = state[0]! - byteOffset;
    this.#left = state[2]!;
    this.#isPacked = state[3] !== 0;
    this.#value = state[4]! | 0;
    this.#bit = (state[5]! - byteOffset) * 8 + state[6]!;
  }

  /** Reads `count` numbers. */
  read(target: Int32Array | Uint8Array, start: number, count: number): void {
    const end = start + count;
    for (let at = start; at < end;) {
      if (this.#left === 0) this.#begin();
      const part = Math.min(end - at, this.#left);
      if (this.#isPacked) {
        const place = { firstBit: this.#bit, bitWidth: this.#bitWidth };
        unpackBits(this.#bytes, place, target, { start: at, count: part });
        this.#bit += part * this.#bitWidth;
      } else {
        target.fill(this.#value, at, at + part);
      }
      this.#left -= part;
      at += part;
    }
  }

  /** the next run that is not empty */
  #begin(): void {
    const width = this.#bitWidth, cursor = this.#cursor;
    while (this.#left === 0) {
      const header = readVarint(this.#bytes, cursor, { end: this.#end, fail: this.#fail });
      this.#isPacked = header % 2 === 1;
      const count = Math.floor(header / 2);
      if (this.#isPacked) {
        // the last group may be cut short by a careless writer: as many numbers as there are bits
        const numBytes = Math.min(count * width, this.#end - cursor.at);
        this.#bit = cursor.at * 8;
        this.#left = width === 0 ? count * 8 : Math.floor((numBytes * 8) / width);
        cursor.at += numBytes;
        if (this.#left === 0 && count > 0) this.#fail("a page ends inside a packed run");
        continue;
      }
      const numBytes = Math.ceil(width / 8);
      if (numBytes > this.#end - cursor.at) this.#fail("a page ends inside a run");
      let value = 0;
      for (let i = 0; i < numBytes; i++) value += this.#bytes[cursor.at + i]! * 2 ** (8 * i);
      cursor.at += numBytes;
      if (value >= 2 ** width) this.#fail(`a run of ${value}, which has more than ${width} bits`);
      this.#value = value | 0;
      this.#left = count;
    }
  }
}
