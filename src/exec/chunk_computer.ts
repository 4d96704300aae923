/** One chunk from its ticket to its output rows: decode, compute. Knows of no format. @module */
import type { CompiledProgram } from "../kernel/compiled_program.ts";
import { ProgramRunner } from "../kernel/program_runner.ts";
import type { Region } from "../memory/region.ts";
import type { CarriedView } from "../schema/mod.ts";
import { type ReadCounts, readCounts, readSince } from "../source/read_meter.ts";
import type { ChunkTicket, ColumnView, DecodedChunk, Decoder, Slot } from "../source/source.ts";

/** What one chunk at a time owns: where it is read to, and where its outputs go. */
export interface ChunkSlot {
  readonly input: Slot;
  /** of each output, the pointer of its buffer for one chunk */
  readonly outputs: readonly number[];
}

/** A chunk whose columns are in its slot, and what that took. */
export interface ReadyChunk {
  readonly decoded: DecodedChunk;
  readonly reads: ReadCounts;
  /** reading included */
  readonly decodeMs: number;
}

/** What a chunk took: plain data, as all that a worker answers. */
export interface ChunkCounts {
  /** of the calls that read */
  readonly reads: ReadCounts;
  /** reading included */
  readonly decodeMs: number;
  readonly computeMs: number;
  /** of this thread's work on it: without decoding where another thread did that */
  readonly busyMs: number;
  /** as `ProgramRunner.takeCounts` gives them */
  readonly stages: Float64Array<ArrayBuffer>;
}

/** What became of a chunk. */
export interface ProcessedChunk {
  /** rows of the outputs */
  readonly numRows: number;
  /** bytes moved between the read and the kernel */
  readonly copiedBytes: number;
  /** carried columns of the chunk, in its slot; absent: nothing is carried */
  readonly carried?: readonly CarriedView[];
  readonly counts: ChunkCounts;
}

/** What a program reads in place of carried columns. */
export interface RowNumbers {
  /** u32, 0, 1, 2, … for the rows of a chunk */
  readonly pointer: number;
  /** by input, whether it is carried */
  readonly isCarried: readonly boolean[];
}

/** What a processor is made from: plain data that can be posted to a worker. */
export interface ProcessorSetup {
  readonly compiled: CompiledProgram;
  readonly constants: Region;
  /** this processor's own scratch */
  readonly work: Region;
  readonly slots: readonly ChunkSlot[];
  readonly rowNumbers: RowNumbers;
}

/** Decodes chunks into their slots. One input's decoder is open at a time: inputs come one after the other. */
export class ChunkDecoder {
  readonly #openDecoder: (options: unknown) => Decoder;
  #decoder: Decoder | null = null;
  #options: unknown = null;

  /** @param openDecoder opens a decoder from what a source's `decoderOptions()` gave */
  constructor(openDecoder: (options: unknown) => Decoder) {
    this.#openDecoder = openDecoder;
  }

  /** the chunks that follow belong to another input; its decoder opens with the first of them */
  beginInput(decoderOptions: unknown): void {
    this.close();
    this.#options = decoderOptions;
  }

  /** Reads and decodes the chunk, and counts what that took. */
  decode(ticket: ChunkTicket, slot: Slot): ReadyChunk {
    const startedMs = performance.now(), before = readCounts();
    this.#decoder ??= this.#openDecoder(this.#options);
    const decoded = this.#decoder.decode(ticket, slot);
    return { decoded, reads: readSince(before), decodeMs: performance.now() - startedMs };
  }

  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
  }
}

/** Computes the outputs of chunks that are in their slots. */
export class ChunkComputer {
  readonly #runner: ProgramRunner;
  readonly #slots: readonly ChunkSlot[];
  readonly #rowNumbers: RowNumbers;

  constructor({ compiled, constants, work, slots, rowNumbers }: ProcessorSetup) {
    this.#runner = new ProgramRunner(compiled, { constants, work });
    this.#slots = slots;
    this.#rowNumbers = rowNumbers;
  }

  compute({ decoded, reads, decodeMs }: ReadyChunk, slot: number): ProcessedChunk {
    const startedMs = performance.now();
    const { numRows, columns, carried = [], copiedBytes } = decoded;
    const outputRows = this.#runner.runChunk(
      numRows,
      this.#withRowNumbers(columns),
      this.#slots[slot]!.outputs,
    );
    const computeMs = performance.now() - startedMs;
    const counts = { reads, decodeMs, computeMs, busyMs: computeMs, stages: this.#runner.takeCounts() };
    return { numRows: outputRows, copiedBytes, carried, counts };
  }

  /** one view an input */
  #withRowNumbers(columns: readonly ColumnView[]): readonly ColumnView[] {
    const { pointer, isCarried } = this.#rowNumbers;
    let computed = 0;
    return isCarried.map((carried) =>
      carried ? { pointer, rowStride: 4, elementStride: 4 } : columns[computed++]!
    );
  }
}
