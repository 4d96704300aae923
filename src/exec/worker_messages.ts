/** What the main thread and its workers say to one another, besides what they hand out by shared memory. @module */
import type { ChunkTicket } from "../source/source.ts";
import type { ProcessedChunk, ProcessorSetup, ReadyChunk } from "./chunk_computer.ts";
import type { PlainError } from "./error_transfer.ts";
import type { SharedPlaces } from "./hand_out.ts";

/** A chunk as a worker gets it. */
export interface HandedChunk {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  /** null: the worker decodes it */
  readonly ready: ReadyChunk | null;
}

/** To a worker, in order. */
export type ToWorker =
  | { readonly kind: "setup"; readonly setup: ProcessorSetup; readonly places: SharedPlaces }
  /** the chunks that follow belong to this input */
  | { readonly kind: "input"; readonly decoderOptions: unknown }
  /** one that its place has no room for */
  | { readonly kind: "chunk"; readonly chunk: HandedChunk };

/** From a worker, in the order of its chunks: answers that their place has no room for. */
export type FromWorker =
  | { readonly kind: "done"; readonly chunk: ProcessedChunk }
  | { readonly kind: "failed"; readonly error: PlainError };
