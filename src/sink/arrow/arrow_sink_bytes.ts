/**
 * The memory that writing Arrow takes. Apart from the sink, because a plan asks for it and writes nothing.
 *
 * @module
 */
import { ALIGNMENT } from "../../dtype/mod.ts";
import { WRITTEN_PER_PACKED } from "../../schema/packed.ts";
import { GATHERED_BYTES } from "../gathering_writer.ts";
import type { OutputField } from "../sink.ts";
import { compressionMemory } from "./compressed_body.ts";
import type { ArrowCompression } from "./encode_metadata.ts";
import { FOOTER_BLOCKS_BYTES } from "./footer_blocks.ts";
import { packedBuffers } from "./packed_column.ts";

/** packed bits are made and written in pieces of this */
export const PACKED_BYTES: number = 64 * 1024;

/** Memory that a sink of messages holds. */
export const MESSAGE_SINK_BYTES: number = GATHERED_BYTES + FOOTER_BLOCKS_BYTES + 256 * 1024;

/** of a column whose values are not packed */
const MAX_BUFFERS = 3;

function maxBuffers({ carried }: OutputField): number {
  return carried?.type.packed === undefined ? MAX_BUFFERS : packedBuffers(carried.type.packed);
}

/** metadata of one column while a batch is written: objects, and its share of the flatbuffer and its copy */
const METADATA_BYTES_PER_COLUMN = 1024;

/** What the memory of a sink that compresses depends on. */
export interface CompressedSink {
  readonly compression: ArrowCompression;
  /** of the largest record batch, uncompressed */
  readonly bodyBytes: number;
}

/**
 * Memory that the sink itself holds while it writes, whatever the batches: an upper estimate for the plan.
 *
 * @param packedBytes of the packed values of a record batch
 */
export function arrowSinkBytes(
  fields: readonly OutputField[],
  { compressed = null, packedBytes = 0 }: {
    readonly compressed?: CompressedSink | null;
    readonly packedBytes?: number;
  } = {},
): number {
  const numBuffers = fields.reduce((count, field) => count + maxBuffers(field), 0);
  const metadataBytes = METADATA_BYTES_PER_COLUMN * Math.ceil(numBuffers / MAX_BUFFERS);
  const scratch = packedBytes === 0 ? 0 : WRITTEN_PER_PACKED * packedBytes + ALIGNMENT * numBuffers;
  const bytes = GATHERED_BYTES + PACKED_BYTES + FOOTER_BLOCKS_BYTES + 64 * 1024 + metadataBytes + scratch;
  if (compressed === null) return bytes;
  const { compression, bodyBytes } = compressed;
  return bytes + compressionMemory(compression, { plainBytes: bodyBytes + scratch, numBuffers });
}
