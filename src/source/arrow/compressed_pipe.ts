/**
 * Compressed batches of a pipe. Each is held as it is stored, then decompressed, whatever its rows; room for both is
 * fixed when reading begins, by the first batch.
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
  readonly #storedLimit: number;
  /** rows that a batch may have */
  readonly numRows: number;

  constructor(stream: StreamReader, reads: ReadSchema, { numRows }: CompressedLimit) {
    this.#stream = stream;
    this.#reads = reads;
    this.numRows = numRows;
    this.#storedLimit = storedBytesLimit(reads, numRows).all;
    this.#decompressor = new BatchDecompressor(stream.path, reads, { isPipe: true });
  }

  /** Whether there is room for the columns of a batch as they are stored. */
  hasRoomFor(layout: StoredLayout): boolean {
    const storedBytes = neededBuffers(this.#reads, layout).reduce(
      (sum, buffer) => sum + buffer.storedBytes,
      0,
    );
    return layout.numRows <= this.numRows && storedBytes <= this.#storedLimit;
  }

  /**
   * Reads the columns of a batch that has room, and decompresses them; what an earlier call gave is overwritten.
   *
   * @param bodyBytes the body comes next in the stream
   * @throws FormatError FMT003, FMT004; MemoryError MEM003
   */
  async read(batch: CompressedBatch, bodyBytes: number): Promise<DecompressedBatch> {
    const { index, layout } = batch;
    const stored = this.#decompressor.reserve(index, this.numRows, this.#storedLimit);
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
