/** Decodes and computes chunks on the thread that it is made on, whatever their format. @module */
import type { ChunkTicket } from "../source/source.ts";
import { ChunkComputer, ChunkDecoder, type ProcessedChunk, type ProcessorSetup } from "./chunk_computer.ts";
import type { OpenDecoder } from "./open_decoder.ts";

export type { ChunkSlot, ProcessedChunk, ProcessorSetup } from "./chunk_computer.ts";

/** One thread's whole work on a chunk. */
export class ChunkProcessor {
  readonly #setup: ProcessorSetup;
  readonly #decoder: ChunkDecoder;
  readonly #computer: ChunkComputer;

  /** @param openDecoder opens decoders of the inputs' formats */
  constructor(setup: ProcessorSetup, openDecoder: OpenDecoder) {
    this.#setup = setup;
    this.#decoder = new ChunkDecoder(openDecoder);
    this.#computer = new ChunkComputer(setup);
  }

  /** the chunks that follow belong to another input */
  beginInput(decoderOptions: unknown): void {
    this.#decoder.beginInput(decoderOptions);
  }

  /** Computes the outputs of the chunk in the slot. */
  process(ticket: ChunkTicket, slot: number): ProcessedChunk {
    const ready = this.#decoder.decode(ticket, this.#setup.slots[slot]!.input);
    const processed = this.#computer.compute(ready, slot);
    const { counts } = processed;
    return { ...processed, counts: { ...counts, busyMs: counts.busyMs + ready.decodeMs } };
  }

  close(): void {
    this.#decoder.close();
  }
}
