/** A worker thread: processes the chunks that it is sent, one after the other. @module */
import type { ChunkTicket } from "../source/source.ts";
import { ChunkProcessor, type ProcessorSetup } from "./chunk_processor.ts";
import { toPlainError } from "./error_transfer.ts";
import type { FromWorker, ToWorker } from "./worker_messages.ts";

/** the part of a worker's global scope that is used here; the compiler is told of the main thread's only */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = globalThis as unknown as WorkerScope;
let setup: ProcessorSetup | null = null;
let processor: ChunkProcessor | null = null;
/** what to tell the processor before the next chunk */
let newInput: { readonly decoderOptions: unknown } | null = null;

/** Whatever fails, fails a chunk: an error outside of one would have no place in the order of the rows. */
function processChunk(ticket: ChunkTicket, slot: number): FromWorker {
  try {
    processor ??= new ChunkProcessor(setup!);
    if (newInput !== null) processor.beginInput(newInput.decoderOptions);
    newInput = null;
    return { kind: "done", slot, chunk: processor.process(ticket, slot) };
  } catch (error) {
    return { kind: "failed", slot, error: toPlainError(error) };
  }
}

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case "setup":
      setup = data.setup;
      break;
    case "input":
      newInput = data;
      break;
    case "chunk":
      scope.postMessage(processChunk(data.ticket, data.slot));
      break;
    default:
      data satisfies never;
  }
};
