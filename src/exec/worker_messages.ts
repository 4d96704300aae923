/** What the main thread and its workers say to one another, besides what they hand out by shared memory. @module */
import type { ChunkTicket } from "../source/source.ts";
import type { ProcessedChunk, ProcessorSetup, ReadyChunk } from "./chunk_computer.ts";
import type { PlainError } from "./error_transfer.ts";
import type { SharedPlaces } from "./hand_out.ts";
import type { PackedPlace } from "./packed_values.ts";

/** A chunk as a worker gets it. */
export interface HandedChunk {
  readonly ticket: ChunkTicket;
  readonly slot: number;
  /** null: the worker decodes it */
  readonly ready: ReadyChunk | null;
}

/** To a worker, in order; all workers get the same. */
export type ToWorker =
  | {
    readonly kind: "setup";
    readonly setup: ProcessorSetup;
    readonly places: SharedPlaces;
    /** the peak of the process: a thread collects its own garbage */
    readonly predictedBytes: number;
  }
  /** the chunks that follow belong to this input */
  | { readonly kind: "input"; readonly decoderOptions: unknown }
  /** chunks at this place are larger from now on */
  | { readonly kind: "room"; readonly place: number; readonly room: PackedPlace };

/** From a worker: answers that their place has no room for. */
export type FromWorker =
  | { readonly kind: "done"; readonly place: number; readonly chunk: ProcessedChunk }
  | { readonly kind: "failed"; readonly place: number; readonly error: PlainError };
