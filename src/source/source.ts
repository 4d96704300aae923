/**
 * What every input format offers to the chunk loop. Reading has two halves: `next` runs on one thread and in
 * order (it reads bytes, or only says which bytes to read); `decodeChunk` may run on any worker (it performs
 * deferred reads, checks, parses, applies the null policy) and gives columns as places in wasm memory.
 *
 * Sizes are known before data is read: `slotBytes` bounds what a chunk of n rows needs, for ever.
 *
 * @module
 */
import type { CarriedView, ColumnBinding, Schema } from "../schema/mod.ts";

/** The formats that are read. */
export type InputFormat = "arrow-file" | "arrow-stream" | "csv" | "ndjson" | "npy" | "npz" | "parquet";

/** What is known of an input before any data is read. */
export interface SourceInfo {
  /** as named on the command line, or "stdin" */
  readonly path: string;
  readonly format: InputFormat;
  readonly schema: Schema;
  /** null where only reading tells (CSV, streams), and until `countRows` was called */
  readonly numRows: number | null;
  /** size of the file; null for a pipe */
  readonly numBytes: number | null;
  /** codecs of compressed record batches, as far as their metadata was read (of a file by `countRows`); absent: none */
  readonly codecs?: readonly string[];
  /** what changes when the input does, where something tells: of a URL what its server says */
  readonly version?: string;
  /** bytes read so far to learn all this */
  readonly metadataBytes: number;
}

/** A part of the run's memory that one chunk at a time owns: 64-byte aligned, `byteLength` bytes. */
export interface Slot {
  readonly memory: WebAssembly.Memory;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** One chunk, as plain data that can be posted to a worker. `payload` belongs to the format. */
export interface ChunkTicket {
  /** index of the input among the run's inputs */
  readonly sourceIndex: number;
  readonly numRows: number;
  /** bytes of the file that this chunk stands for: drives the progress */
  readonly numBytes: number;
  /** where it is, for messages: "record batch 3", "lines 1001 to 2000" */
  readonly place: string;
  readonly payload: unknown;
}

/** Where a binding's elements lie: element (row, k) is at `pointer + row * rowStride + k * elementStride`. */
export interface ColumnView {
  readonly pointer: number;
  readonly rowStride: number;
  readonly elementStride: number;
}

/**
 * A decoded chunk: one view a binding that is computed with, in the bindings' order, and one a carried one. All memory
 * is inside the slot.
 */
export interface DecodedChunk {
  readonly numRows: number;
  readonly columns: readonly ColumnView[];
  /** absent: nothing is carried */
  readonly carried?: readonly CarriedView[];
  /** bytes moved after they were read (0 on the zero-copy path); parsing text does not count */
  readonly copiedBytes: number;
}

/** What the inputs of one run share. Each run has one of its own: it is also what tells runs of a process apart. */
export interface RunShared {
  /** memory that inputs which lie alike share, as `Source.sharedSizes` gives it: the most of any of them */
  readonly sizes: readonly (readonly number[])[];
  /** what the budget has beyond the plan; absent: nothing */
  readonly spare?: SpareMemory;
}

/** Memory that a run may take and did not plan for. */
export interface SpareMemory {
  /** takes so many bytes, for the rest of the run; false: there are fewer, and none are taken */
  take(numBytes: number): boolean;
  /** what a help says where so many are not there: "allow more: --memory 300MiB" */
  raiseText(numBytes: number): string;
}

/** An opened input. */
export interface Source {
  readonly info: SourceInfo;
  /**
   * The rows of the whole input, where metadata tells: reads the metadata of every record batch of an Arrow file,
   * never a column's bytes. Null where only reading the data would tell (CSV, pipes).
   */
  countRows(): number | null;
  /** bytes of a slot for chunks of at most `chunkRows` rows */
  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number;
  /**
   * Bytes that the source itself holds besides slots while it reads, whatever the number of slots: metadata,
   * line buffers, a pipe's record batch that has more rows than a chunk. The plan counts them once a source.
   */
  residentBytes(bindings: readonly ColumnBinding[], chunkRows: number): number;
  /**
   * Average bytes of a value of a carried binding, as the metadata has it (the most of any batch); null where only
   * reading tells. Absent: always null.
   */
  carriedBytesPerRow?(binding: ColumnBinding): number | null;
  /** bytes that a carried value has at most: longer ones are refused. Absent: `MAX_VALUE_BYTES` */
  readonly longestValueBytes?: number;
  /**
   * Bytes of the parts of a memory that this input shares with others of its run which have as many parts;
   * `residentBytes` counts it. Null or absent: it shares nothing.
   */
  sharedSizes?(bindings: readonly ColumnBinding[]): readonly number[] | null;
  /** bytes of a memory with such parts */
  sharedBytes?(sizes: readonly number[]): number;
  /** bytes that each thread that decodes takes, besides what `residentBytes` counts once. Absent: none */
  threadBytes?(bindings: readonly ColumnBinding[]): number;
  /**
   * Starts reading; called once, before `next`.
   *
   * @param shared of the run; absent: the input is by itself
   */
  begin(bindings: readonly ColumnBinding[], chunkRows: number, shared?: RunShared): void;
  /** the next chunk, at most `chunkRows` rows, in input order; null at the end */
  next(slot: Slot): ChunkTicket | null | Promise<ChunkTicket | null>;
  /** whether what was read of text ends within a record: one without a line end. Absent: it has no such records */
  readonly endsInRecord?: boolean;
  /** what a worker needs to decode this source's chunks, as plain data */
  decoderOptions(): unknown;
  close(): void;
}

/** Decodes chunks of one source, on the thread that made it. */
export interface Decoder {
  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk;
  close(): void;
}
