/** One chunk from its ticket to its output rows: decode, compute. Runs on the main thread or on a worker. @module */
import { type CompiledProgram, ProgramRunner } from "../kernel/run_program.ts";
import type { Region } from "../memory/region.ts";
import type { CarriedView } from "../schema/mod.ts";
import type { ChunkTicket, ColumnView, Decoder, Slot } from "../source/source.ts";
import { openDecoder } from "./open_input.ts";

/** What one chunk at a time owns: where it is read to, and where its outputs go. */
export interface ChunkSlot {
  readonly input: Slot;
  /** of each output, the pointer of its buffer for one chunk */
  readonly outputs: readonly number[];
}

/** What became of a chunk. */
export interface ProcessedChunk {
  /** rows of the outputs */
  readonly numRows: number;
  /** bytes moved between the read and the kernel */
  readonly copiedBytes: number;
  /** carried columns of the chunk, in its slot; absent: nothing is carried */
  readonly carried?: readonly CarriedView[];
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

/** Decodes and computes chunks. One input's decoder is open at a time: inputs come one after the other. */
export class ChunkProcessor {
  readonly #runner: ProgramRunner;
  readonly #slots: readonly ChunkSlot[];
  readonly #rowNumbers: RowNumbers;
  #decoder: Decoder | null = null;
  #options: unknown = null;

  constructor({ compiled, constants, work, slots, rowNumbers }: ProcessorSetup) {
    this.#runner = new ProgramRunner(compiled, { constants, work });
    this.#slots = slots;
    this.#rowNumbers = rowNumbers;
  }

  /** the chunks that follow belong to another input; its decoder opens with the first of them */
  beginInput(decoderOptions: unknown): void {
    this.close();
    this.#options = decoderOptions;
  }

  /** Computes the outputs of the chunk in the slot. */
  process(ticket: ChunkTicket, slot: number): ProcessedChunk {
    const { input, outputs } = this.#slots[slot]!;
    this.#decoder ??= openDecoder(this.#options);
    const { numRows, columns, carried = [], copiedBytes } = this.#decoder.decode(ticket, input);
    const outputRows = this.#runner.runChunk(numRows, this.#withRowNumbers(columns), outputs);
    return { numRows: outputRows, copiedBytes, carried };
  }

  /** one view an input */
  #withRowNumbers(columns: readonly ColumnView[]): readonly ColumnView[] {
    const { pointer, isCarried } = this.#rowNumbers;
    let computed = 0;
    return isCarried.map((carried) =>
      carried ? { pointer, rowStride: 4, elementStride: 4 } : columns[computed++]!
    );
  }

  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
  }
}
