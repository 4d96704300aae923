/**
 * Compressed batches of a pipe. Each is held as it is stored, then decompressed, whatever its rows; room for both is
 * that of the first batch when reading begins, and grows where the budget has more.
 *
 * @module
 */
import type { ReadSchema } from "../read_schema.ts";
import type { StoredLayout } from "./batch_layout.ts";
import {
  BatchDecompressor,
  codecMemory,
  type CompressedBatch,
  type DecompressedBatch,
  decompressedBytes,
  type NeededBuffer,
  neededBuffers,
  storedBytesLimit,
} from "./compressed_batch.ts";
import type { BodyCodec } from "./metadata.ts";
import type { StreamReader } from "./stream_reader.ts";

/** What compressed batches may have. */
export interface CompressedLimit {
  /** rows; 0: none is expected */
  readonly numRows: number;
  readonly codec: BodyCodec | null;
}

/**
 * As many rows as the first batch has, and small batches as many as `leastBytes` hold.
 *
 * @param codec of the first batch
 */
export function compressedLimit(
  reads: ReadSchema,
  { codec, firstRows, leastBytes }: {
    readonly codec: BodyCodec | null;
    readonly firstRows: number;
    readonly leastBytes: number;
  },
): CompressedLimit {
  if (codec === null) return { numRows: 0, codec };
  const perThousand = Math.max(1, decompressedBytes(reads, 1000)) / 1000;
  return { numRows: Math.max(firstRows, Math.floor(leastBytes / perThousand)), codec };
}

/** Memory that such batches take. */
export function compressedPipeBytes(reads: ReadSchema, { numRows, codec }: CompressedLimit): number {
  if (codec === null) return 0;
  return decompressedBytes(reads, numRows) + storedBytesLimit(reads, numRows).all +
    codecMemory(reads, numRows, new Set([codec]));
}

/** Reads one compressed batch after the other. */
export class CompressedPipe {
  readonly #stream: StreamReader;
  readonly #reads: ReadSchema;
  readonly #decompressor: BatchDecompressor;
  /** what a batch may have; a larger one takes memory when the next batch is read */
  limit: CompressedLimit;

  constructor(stream: StreamReader, reads: ReadSchema, limit: CompressedLimit) {
    this.#stream = stream;
    this.#reads = reads;
    this.limit = limit;
    this.#decompressor = new BatchDecompressor(stream.path, reads, { isPipe: true });
  }

  /** Whether a limit has room for the columns of a batch as they are stored. */
  hasRoomFor(layout: StoredLayout, { numRows }: CompressedLimit): boolean {
    const storedBytes = neededBuffers(this.#reads, layout).reduce(
      (sum, buffer) => sum + buffer.storedBytes,
      0,
    );
    return layout.numRows <= numRows && storedBytes <= storedBytesLimit(this.#reads, numRows).all;
  }

  /**
   * Reads the columns of a batch that has room, and decompresses them; what an earlier call gave is overwritten.
   *
   * @param bodyBytes the body comes next in the stream
   * @throws FormatError FMT003, FMT004; MemoryError MEM003
   */
  async read(batch: CompressedBatch, bodyBytes: number): Promise<DecompressedBatch> {
    const { index, layout } = batch, { numRows } = this.limit;
    const stored = this.#decompressor.reserve(index, numRows, storedBytesLimit(this.#reads, numRows).all);
    const places: number[] = [], offsets = new Map<string, number>();
    let offset = 0;
    for (const buffer of neededBuffers(this.#reads, layout)) {
      places.push(buffer.position, buffer.storedBytes, offset);
      offsets.set(keyOf(buffer), offset);
      offset += buffer.storedBytes;
    }
    const part = `the body of record batch ${index}`;
    await this.#stream.readBody(Float64Array.from(places), stored, { bodyBytes, part });
    return this.#decompressor.decompress(batch, (buffer) => {
      const start = offsets.get(keyOf(buffer))!;
      return stored.subarray(start, start + buffer.storedBytes);
    });
  }
}

function keyOf({ fieldIndex, role }: NeededBuffer): string {
  return `${fieldIndex} ${role}`;
}
