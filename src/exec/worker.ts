/** A worker thread: processes the chunks that it is sent, one after the other. @module */
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

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case "setup":
      setup = data.setup;
      break;
    case "input":
      processor ??= new ChunkProcessor(setup!);
      processor.beginInput(data.decoderOptions);
      break;
    case "chunk": {
      const { ticket, slot } = data;
      try {
        scope.postMessage({ kind: "done", slot, numRows: processor!.process(ticket, slot) });
      } catch (error) {
        scope.postMessage({ kind: "failed", slot, error: toPlainError(error) });
      }
      break;
    }
    default:
      data satisfies never;
  }
};
