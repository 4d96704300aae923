/**
 * A thread of `bench/parquet.ts` that decodes chunks into a shared memory.
 *
 * @module
 */
import { openParquetDecoder } from "../src/source/parquet/mod.ts";
import type { ChunkTicket, Decoder, Slot } from "../src/source/source.ts";

/**
 * What a thread is told: the source that follows and its slot, a chunk of it, or that it has ended. A memory that is
 * posted becomes another object each time, and kernels are made for each: it is posted once a source, as a run does.
 */
export type ParquetTask =
  | { readonly kind: "open"; readonly options: unknown; readonly slot: Slot }
  | { readonly kind: "decode"; readonly ticket: ChunkTicket }
  | { readonly kind: "close" };

/** Where a chunk's columns are; of the other tasks none. */
export type ParquetAnswer = readonly number[];

/** What is used of a worker's global scope; Deno's types of it are not among those of the main thread. */
interface Scope {
  onmessage: ((event: MessageEvent<ParquetTask>) => void) | null;
  postMessage(answer: ParquetAnswer): void;
}

let decoder: Decoder | null = null, slot: Slot | null = null;
const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data }) => {
  let pointers: ParquetAnswer = [];
  if (data.kind === "open") {
    decoder = openParquetDecoder(data.options);
    slot = data.slot;
  } else if (data.kind === "close") decoder?.close();
  else pointers = decoder!.decode(data.ticket, slot!).columns.map(({ pointer }) => pointer);
  scope.postMessage(pointers);
};
