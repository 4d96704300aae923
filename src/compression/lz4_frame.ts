/**
 * LZ4 frames: linked and independent blocks, stored blocks, and all three checksums, which are verified.
 *
 * Source: lz4_Frame_format.md of the LZ4 project, version 1.6.
 *
 * @module
 */
import { compressLz4Block, decodeLz4Block } from "./lz4_block.ts";
import type { Refuse } from "./refuse.ts";
import { decodePlaced, stagingBytes } from "./staging.ts";
import { xxhash32 } from "./xxhash32.ts";

const MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** of the block maximum size's number, 4 to 7 */
const BLOCK_MAX_BYTES: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
};
const STORED_FLAG = 0x8000_0000;

/** A cursor over compressed bytes that cannot leave them. */
class FrameBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #refuse: Refuse;
  at = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#refuse = refuse;
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.byteLength;
  }

  take(numBytes: number): Uint8Array {
    if (numBytes > this.bytes.byteLength - this.at) return this.#refuse("an LZ4 frame is cut short");
    this.at += numBytes;
    return this.bytes.subarray(this.at - numBytes, this.at);
  }

  uint8(): number {
    return this.take(1)[0]!;
  }

  uint32(): number {
    this.take(4);
    return this.#view.getUint32(this.at - 4, true);
  }

  /** beyond 2^53 no target is that large either */
  uint64(): number {
    const low = this.uint32();
    return low + this.uint32() * 2 ** 32;
  }
}

interface FrameHeader {
  readonly isIndependent: boolean;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
  readonly contentBytes: number | null;
  readonly blockMaxBytes: number;
}

function readHeader(frame: FrameBytes, refuse: Refuse): FrameHeader {
  const start = frame.at;
  const flags = frame.uint8(), block = frame.uint8();
  if (flags >> 6 !== 1) return refuse(`an LZ4 frame of version ${flags >> 6}`);
  if ((flags & 0b10) !== 0 || (block & 0b1000_1111) !== 0) {
    return refuse("an LZ4 frame with reserved bits set");
  }
  const blockMaxBytes = BLOCK_MAX_BYTES[block >> 4];
  if (blockMaxBytes === undefined) return refuse(`an LZ4 frame with blocks of size ${block >> 4}`);
  const contentBytes = (flags & 0b1000) !== 0 ? frame.uint64() : null;
  if ((flags & 1) !== 0) return refuse("an LZ4 frame that needs a dictionary");
  const hash = (xxhash32(frame.bytes.subarray(start, frame.at)) >>> 8) & 0xff;
  if (frame.uint8() !== hash) return refuse("an LZ4 frame's header does not match its checksum");
  return {
    isIndependent: (flags & 0b10_0000) !== 0,
    hasBlockChecksums: (flags & 0b1_0000) !== 0,
    hasContentChecksum: (flags & 0b100) !== 0,
    contentBytes,
    blockMaxBytes,
  };
}

/** Decodes one frame behind its magic; returns where its output ends. */
function decodeFrame(
  frame: FrameBytes,
  { target, start }: { readonly target: Uint8Array; readonly start: number },
  refuse: Refuse,
): number {
  const header = readHeader(frame, refuse);
  let write = start;
  for (;;) {
    const word = frame.uint32();
    if (word === 0) break;
    const numBytes = word & ~STORED_FLAG & 0x7fff_ffff;
    if (numBytes > header.blockMaxBytes) return refuse(`an LZ4 block of ${numBytes} bytes`);
    const block = frame.take(numBytes);
    if (header.hasBlockChecksums && frame.uint32() !== xxhash32(block)) {
      return refuse("an LZ4 block does not match its checksum");
    }
    if (word >= STORED_FLAG) {
      if (numBytes > target.byteLength - write) return refuse("an LZ4 frame holds more than is said");
      target.set(block, write);
      write += numBytes;
    } else {
      const end = Math.min(target.byteLength, write + header.blockMaxBytes);
      const window = header.isIndependent ? write : start;
      write = decodeLz4Block(block, { target, start: write, end, window }, refuse);
    }
  }
  if (header.contentBytes !== null && header.contentBytes !== write - start) {
    return refuse(`an LZ4 frame holds ${write - start} bytes and says ${header.contentBytes}`);
  }
  if (header.hasContentChecksum && frame.uint32() !== xxhash32(target.subarray(start, write))) {
    return refuse("an LZ4 frame's content does not match its checksum");
  }
  return write;
}

/**
 * Decodes LZ4 frames, one after the other, into the whole of `target`.
 *
 * @param refuse called when the frames are damaged, or hold more or less than the target
 */
export function decodeLz4Frames(source: Uint8Array, target: Uint8Array, refuse: Refuse): void {
  decodePlaced(source, target, (at) => {
    // views of a memory with codecs: blocks are decoded and hashed where they lie
    const target = at.bytes.subarray(at.target, at.targetEnd);
    decodeHere(at.bytes.subarray(at.source, at.sourceEnd), target, refuse);
    return target.byteLength;
  });
}

function decodeHere(source: Uint8Array, target: Uint8Array, refuse: Refuse): void {
  const frame = new FrameBytes(source, refuse);
  let write = 0;
  while (!frame.isAtEnd) {
    const magic = frame.uint32();
    if (magic === MAGIC) {
      write = decodeFrame(frame, { target, start: write }, refuse);
    } else if ((magic & 0xffff_fff0) === SKIPPABLE_MAGIC) {
      frame.take(frame.uint32());
    } else {
      refuse(`bytes that are no LZ4 frame: ${magic.toString(16).padStart(8, "0")}`);
    }
  }
  if (write !== target.byteLength) {
    refuse(`LZ4 frames hold ${write} bytes where ${target.byteLength} are promised`);
  }
}

/** independent blocks, the size of the content is stated, no checksums of blocks or content */
const WRITTEN_FLAGS = 0b0110_1000;
/** number 6: blocks of at most 1 MiB */
const WRITTEN_BLOCK = 6 << 4;
const WRITTEN_BLOCK_BYTES = BLOCK_MAX_BYTES[6]!;
/** magic, flags, size of the content, hash of the header */
const WRITTEN_HEADER_BYTES = 4 + 2 + 8 + 1;

/** Bytes that a frame of `numBytes` takes at most, whatever they are. */
export function lz4FrameBound(numBytes: number): number {
  return WRITTEN_HEADER_BYTES + 4 * Math.ceil(numBytes / WRITTEN_BLOCK_BYTES) + numBytes + 4;
}

/** Memory that this thread's staging takes when frames are compressed, whatever their size. */
export function lz4StagingBytes(): number {
  return stagingBytes(WRITTEN_BLOCK_BYTES, WRITTEN_BLOCK_BYTES);
}

/**
 * Compresses bytes into one LZ4 frame. Blocks that do not get shorter are stored. The same bytes give the same frame.
 *
 * @param target may have less than `lz4FrameBound`: then the frame has to fit
 * @returns bytes of the frame; null: it does not fit
 *
 * @example
 * ```ts
 * import { compressLz4Frame, decodeLz4Frames, lz4FrameBound } from "./lz4_frame.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const plain = new Uint8Array(1000).fill(7), frame = new Uint8Array(lz4FrameBound(1000));
 * const numBytes = compressLz4Frame(plain, frame)!;
 * const target = new Uint8Array(1000);
 * decodeLz4Frames(frame.subarray(0, numBytes), target, (detail) => {
 *   throw new Error(detail);
 * });
 * deepStrictEqual(target, plain);
 * ```
 */
export function compressLz4Frame(source: Uint8Array, target: Uint8Array): number | null {
  if (target.byteLength < WRITTEN_HEADER_BYTES + 4) return null;
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, WRITTEN_FLAGS);
  view.setUint8(5, WRITTEN_BLOCK);
  view.setBigUint64(6, BigInt(source.byteLength), true);
  view.setUint8(14, (xxhash32(target.subarray(4, 14)) >>> 8) & 0xff);
  let write = WRITTEN_HEADER_BYTES;
  for (let read = 0; read < source.byteLength; read += WRITTEN_BLOCK_BYTES) {
    const block = source.subarray(read, read + WRITTEN_BLOCK_BYTES);
    // the end mark has room too
    const room = target.byteLength - write - 8;
    if (room < 0) return null;
    const limit = Math.min(room, block.byteLength - 1);
    const numBytes = compressLz4Block(block, target.subarray(write + 4, write + 4 + limit));
    if (numBytes === null) {
      if (block.byteLength > room) return null;
      view.setUint32(write, block.byteLength + STORED_FLAG, true);
      target.set(block, write + 4);
      write += 4 + block.byteLength;
    } else {
      view.setUint32(write, numBytes, true);
      write += 4 + numBytes;
    }
  }
  view.setUint32(write, 0, true);
  return write + 4;
}
