/** What the main thread and its workers say to one another. @module */
import type { ChunkTicket } from "../source/source.ts";
import type { ProcessedChunk, ProcessorSetup, ReadyChunk } from "./chunk_computer.ts";
import type { PlainError } from "./error_transfer.ts";

/** Index of a worker's state: chunks that it is through with. */
export const WORKER_DONE = 0;
/** Index of a worker's state: 1 once its modules are loaded. */
export const WORKER_BEGUN = 1;

/** To a worker, in order. */
export type ToWorker =
  | {
    readonly kind: "setup";
    readonly setup: ProcessorSetup;
    /** two i32, so that the main thread knows without a message: `WORKER_DONE`, `WORKER_BEGUN` */
    readonly state: Int32Array<SharedArrayBuffer>;
  }
  /** the chunks that follow belong to this input */
  | { readonly kind: "input"; readonly decoderOptions: unknown }
  | {
    readonly kind: "chunk";
    readonly ticket: ChunkTicket;
    readonly slot: number;
    /** null: the worker decodes it */
    readonly ready: ReadyChunk | null;
  };

/** From a worker: one a chunk. */
export type FromWorker =
  | { readonly kind: "done"; readonly slot: number; readonly chunk: ProcessedChunk }
  | { readonly kind: "failed"; readonly slot: number; readonly error: PlainError };
