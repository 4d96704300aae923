/**
 * How many bytes a buffer of a body has once it is decompressed: the one place that reads and judges what compressed
 * buffers say of themselves.
 *
 * Source: Arrow columnar format, "Compression": "the first 8 bytes ... the uncompressed length of the buffer as a
 * 64-bit little-endian signed integer ... -1 indicates that the data that follows is not compressed".
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { alignUp } from "../../dtype/mod.ts";
import type { Fail } from "./flatbuffer.ts";
import type { RecordBatchMetadata } from "./metadata.ts";

/** what stands before the content of a compressed buffer: its size */
const PREFIX_BYTES = 8;
/** Zstandard's densest block has four bytes for 128 KiB; LZ4 gives 255 bytes for one at most. */
const MAX_RATIO = 2 ** 15;

/** Reads bytes of a body. */
export type ReadBody = (position: number, target: Uint8Array) => void;

/** Reads of a body that is in memory. */
export function readsOf(body: Uint8Array): ReadBody {
  return (position, target) => target.set(body.subarray(position, position + target.byteLength));
}

/** What a buffer holds. */
export interface BufferSize {
  /** once it is decompressed */
  readonly numBytes: number;
  /** where its content starts in it */
  readonly contentOffset: number;
  /** whether its content is compressed */
  readonly isCompressed: boolean;
}

/**
 * What a buffer holds, as it says itself.
 *
 * @param read null: its body is not compressed
 * @param fail throws FMT004, of a size that no codec can have made
 */
export function bufferSize(
  read: ReadBody | null,
  position: number,
  storedBytes: number,
  fail: Fail,
): BufferSize {
  if (read === null || storedBytes === 0) {
    return { numBytes: storedBytes, contentOffset: 0, isCompressed: false };
  }
  if (storedBytes < PREFIX_BYTES) return fail(`a compressed buffer of ${storedBytes} bytes`);
  const prefix = new Uint8Array(PREFIX_BYTES), contentBytes = storedBytes - PREFIX_BYTES;
  read(position, prefix);
  const said = new DataView(prefix.buffer).getBigInt64(0, true);
  if (said === -1n) return { numBytes: contentBytes, contentOffset: PREFIX_BYTES, isCompressed: false };
  if (said < 0n || said > BigInt(contentBytes * MAX_RATIO)) {
    return fail(
      `a compressed buffer of ${storedBytes} bytes is said to hold ${countText(said)}`,
    );
  }
  return { numBytes: Number(said), contentOffset: PREFIX_BYTES, isCompressed: true };
}

/**
 * Bytes of a batch's buffers once they are decompressed, each on a boundary.
 *
 * @param firstBuffer counted from 0; all that follow without `numBuffers`
 */
export function plainBytes(
  { buffers, codec }: RecordBatchMetadata,
  read: ReadBody,
  fail: Fail,
  { firstBuffer = 0, numBuffers = buffers.length / 2 - firstBuffer }: {
    readonly firstBuffer?: number;
    readonly numBuffers?: number;
  } = {},
): number {
  let total = 0;
  for (let i = firstBuffer; i < firstBuffer + numBuffers; i++) {
    const { numBytes } = bufferSize(codec === null ? null : read, buffers[2 * i]!, buffers[2 * i + 1]!, fail);
    total += alignUp(numBytes);
  }
  return total;
}
