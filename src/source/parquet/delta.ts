/**
 * DELTA_BINARY_PACKED: whole numbers as differences, packed in blocks.
 *
 * Source: Encodings.md of the Parquet format, "Delta Encoding (DELTA_BINARY_PACKED = 5)". Arithmetic wraps around,
 * as it says; numbers of 64 bits are kept as two halves.
 *
 * @module
 */
import { readVarint } from "./hybrid.ts";
import type { Fail } from "./thrift.ts";

/** more than any writer uses (128 or 1024), and little enough that a hostile block is small */
const MAX_BLOCK = 1 << 20;

/** Reads numbers one after the other, from where the last call ended. */
export class DeltaReader {
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  readonly #cursor: { at: number };
  readonly #valuesPerMiniblock: number;
  readonly #numMiniblocks: number;
  /** numbers of the page that have not been read */
  #left: number;
  #isFirst = true;
  /** the last number, low half and high half */
  #low = 0;
  #high = 0;
  #minLow = 0;
  #minHigh = 0;
  /** where the bit widths of the block stand, and its next miniblock */
  #widths = 0;
  #miniblock: number;
  /** of the miniblock: numbers left, where its next is, in bits, and how wide it is */
  #inMiniblock = 0;
  #bit = 0;
  #width = 0;

  constructor(bytes: Uint8Array, { start, fail }: { readonly start: number; readonly fail: Fail }) {
    this.#bytes = bytes;
    this.#fail = fail;
    this.#cursor = { at: start };
    const blockSize = this.#varint();
    this.#numMiniblocks = this.#varint();
    this.#left = this.#varint();
    if (blockSize < 1 || blockSize > MAX_BLOCK || this.#numMiniblocks < 1) {
      fail(`a block of ${blockSize} numbers in ${this.#numMiniblocks} parts`);
    }
    this.#valuesPerMiniblock = blockSize / this.#numMiniblocks;
    if (this.#valuesPerMiniblock % 8 !== 0) fail(`parts of ${this.#valuesPerMiniblock} numbers`);
    this.#miniblock = this.#numMiniblocks;
    [this.#low, this.#high] = this.#zigzag();
  }

  /** numbers that have not been read */
  get left(): number {
    return this.#left;
  }

  /** where the bytes of the numbers end, once all were read */
  get end(): number {
    return this.#cursor.at;
  }

  /** Reads `count` numbers of 32 bits. */
  read32(target: Int32Array, start: number, count: number): void {
    this.#check(count);
    for (let i = start; i < start + count; i++) {
      if (this.#isFirst) this.#isFirst = false;
      else {
        if (this.#inMiniblock === 0) this.#begin();
        this.#low = (this.#low + this.#minLow + this.#bits(this.#bit, Math.min(32, this.#width))) | 0;
        this.#bit += this.#width;
        this.#inMiniblock -= 1;
      }
      this.#left -= 1;
      target[i] = this.#low;
    }
  }

  /** Reads `count` numbers of 64 bits as pairs of words, the low one first. */
  read64(target: Int32Array, start: number, count: number): void {
    this.#check(count);
    for (let i = start; i < start + count; i++) {
      if (this.#isFirst) this.#isFirst = false;
      else {
        if (this.#inMiniblock === 0) this.#begin();
        const width = this.#width, bit = this.#bit;
        this.#add(this.#minLow, this.#minHigh);
        this.#add(
          this.#bits(bit, Math.min(32, width)),
          width > 32 ? this.#bits(bit + 32, width - 32) : 0,
        );
        this.#bit += width;
        this.#inMiniblock -= 1;
      }
      this.#left -= 1;
      target[2 * i] = this.#low;
      target[2 * i + 1] = this.#high;
    }
  }

  #check(count: number): void {
    if (count > this.#left) this.#fail("a page holds fewer numbers than its header says");
  }

  #add(low: number, high: number): void {
    const sum = (this.#low >>> 0) + (low >>> 0);
    this.#high = (this.#high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.#low = sum | 0;
  }

  /** the next miniblock, and the next block where the last one ended */
  #begin(): void {
    if (this.#miniblock === this.#numMiniblocks) {
      [this.#minLow, this.#minHigh] = this.#zigzag();
      this.#widths = this.#cursor.at;
      this.#cursor.at += this.#numMiniblocks;
      if (this.#cursor.at > this.#bytes.length) this.#fail("a page ends inside its bit widths");
      this.#miniblock = 0;
    }
    this.#width = this.#bytes[this.#widths + this.#miniblock]!;
    // DuckDB writes differences of 33 bits for numbers of 32: their low half is what counts
    if (this.#width > 64) this.#fail(`differences of ${this.#width} bits`);
    this.#miniblock += 1;
    this.#inMiniblock = this.#valuesPerMiniblock;
    this.#bit = this.#cursor.at * 8;
    const rest = this.#bytes.length - this.#cursor.at;
    // the last miniblock may lack what pads it
    const needed = Math.ceil((Math.min(this.#valuesPerMiniblock, this.#left) * this.#width) / 8);
    if (needed > rest) this.#fail("a page ends inside its differences");
    this.#cursor.at += Math.min(rest, (this.#valuesPerMiniblock / 8) * this.#width);
  }

  /** at most 32 bits from a position in bits */
  #bits(position: number, width: number): number {
    if (width === 0) return 0;
    const bytes = this.#bytes, at = Math.floor(position / 8), shift = position % 8;
    let value = (this.#byte(bytes, at) | (this.#byte(bytes, at + 1) << 8) |
      (this.#byte(bytes, at + 2) << 16) | (this.#byte(bytes, at + 3) << 24)) >>> shift;
    if (shift > 0 && width + shift > 32) value |= this.#byte(bytes, at + 4) << (32 - shift);
    return width === 32 ? value | 0 : value & ((1 << width) - 1);
  }

  #byte(bytes: Uint8Array, at: number): number {
    return at < bytes.length ? bytes[at]! : 0;
  }

  #varint(): number {
    return readVarint(this.#bytes, this.#cursor, { end: this.#bytes.length, fail: this.#fail });
  }

  /** a signed number of 64 bits, as its halves */
  #zigzag(): [low: number, high: number] {
    let low = 0, high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#cursor.at >= this.#bytes.length) return this.#fail("a page ends inside a number");
      const byte = this.#bytes[this.#cursor.at++]!, part = byte & 0x7f;
      if (shift < 32) low |= part << shift;
      if (shift >= 32) high |= part << (shift - 32);
      else if (shift > 25) high |= part >>> (32 - shift);
      if (byte < 0x80) {
        const sign = -(low & 1);
        return [((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign];
      }
    }
    return this.#fail("a number of more than 64 bits");
  }
}
