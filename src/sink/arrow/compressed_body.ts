/**
 * Compressed bodies: each buffer by itself, its size in front. A buffer that does not get shorter stands as it is,
 * with -1 in front. Where the buffers of a body lie is known when all are compressed, and the metadata stands before
 * the body: so a body is gathered whole in memory of its own.
 *
 * Source: Arrow columnar format, "Compression"; Message.fbs, BodyCompressionMethod.BUFFER.
 *
 * @module
 */
import { compressLz4Frame, lz4StagingBytes } from "../../compression/lz4_frame.ts";
import { compressZstd } from "../../compression/zstd_streams.ts";
import { ALIGNMENT, alignUp } from "../../dtype/mod.ts";
import { replacedBytes } from "../../memory/byte_buffers.ts";
import type { ArrowCompression, BodyBuffer } from "./encode_metadata.ts";

const PREFIX_BYTES = 8;
/** as pyarrow's */
const ZSTD_LEVEL = 1;
/** tables and window at that level, an upper estimate */
const ZSTD_CONTEXT_BYTES = 8 * 1024 * 1024;

/**
 * Memory that compressing takes: the body, the largest of its buffers, the codec. An upper estimate.
 *
 * @param plainBytes of the largest body, uncompressed
 */
export function compressionMemory(
  compression: ArrowCompression,
  { plainBytes, numBuffers }: { readonly plainBytes: number; readonly numBuffers: number },
): number {
  const body = plainBytes + numBuffers * (PREFIX_BYTES + ALIGNMENT);
  switch (compression) {
    case "lz4":
      return body + plainBytes + lz4StagingBytes();
    case "zstd":
      return body + plainBytes + ZSTD_CONTEXT_BYTES;
    default:
      return compression satisfies never;
  }
}

/** Gathers one body after the other; without a compression, of buffers as they are. */
export class CompressedBody {
  readonly #compression: ArrowCompression | null;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  #scratch: Uint8Array<ArrayBuffer> = new Uint8Array();
  #position = 0;

  constructor(compression: ArrowCompression | null) {
    this.#compression = compression;
  }

  /** the body so far, padded */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#position);
  }

  /** begins a body whose buffers have so many bytes in all */
  begin(plainBytes: number, numBuffers: number): void {
    const capacity = plainBytes + numBuffers * (PREFIX_BYTES + ALIGNMENT);
    if (this.#bytes.byteLength < capacity) this.#bytes = replacedBytes(this.#bytes, capacity);
    this.#position = 0;
  }

  /** adds a buffer as it is stored */
  addStored(stored: Uint8Array): BodyBuffer {
    const position = this.#position;
    this.#bytes.set(stored, position);
    return this.#end(position, stored.byteLength);
  }

  /** compresses a buffer, given in parts that are done with when the next is asked for */
  add(numBytes: number, parts: Iterable<Uint8Array>): BodyBuffer {
    const position = this.#position;
    if (numBytes === 0) return { position, numBytes: 0 };
    const plain = this.#joined(numBytes, parts);
    if (this.#compression === null) return this.addStored(plain);
    const content = this.#bytes.subarray(position + PREFIX_BYTES, position + PREFIX_BYTES + numBytes);
    const compressedBytes = this.#compress(plain, content);
    const prefix = new DataView(this.#bytes.buffer, position, PREFIX_BYTES);
    prefix.setBigInt64(0, compressedBytes === null ? -1n : BigInt(numBytes), true);
    if (compressedBytes === null) content.set(plain);
    return this.#end(position, PREFIX_BYTES + (compressedBytes ?? numBytes));
  }

  #end(position: number, numBytes: number): BodyBuffer {
    this.#position = alignUp(position + numBytes);
    // of the body before
    this.#bytes.fill(0, position + numBytes, this.#position);
    return { position, numBytes };
  }

  /** a buffer in one piece */
  #joined(numBytes: number, parts: Iterable<Uint8Array>): Uint8Array {
    let filled = 0;
    for (const part of parts) {
      if (part.byteLength === numBytes) return part;
      if (this.#scratch.byteLength < numBytes) this.#scratch = replacedBytes(this.#scratch, numBytes);
      this.#scratch.set(part, filled);
      filled += part.byteLength;
    }
    return this.#scratch.subarray(0, numBytes);
  }

  /** null: it is not shorter */
  #compress(plain: Uint8Array, target: Uint8Array): number | null {
    if (plain.byteLength < 2) return null;
    const shorter = target.subarray(0, plain.byteLength - 1);
    switch (this.#compression) {
      case "lz4":
        return compressLz4Frame(plain, shorter);
      case "zstd":
        return compressZstd({ source: plain, target: shorter }, ZSTD_LEVEL);
      case null:
        return null;
      default:
        return this.#compression satisfies never;
    }
  }
}
