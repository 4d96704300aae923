/** A worker thread: processes the chunks that it is sent, one after the other. @module */
import { ChunkComputer, ChunkDecoder, type ProcessedChunk } from "./chunk_computer.ts";
import { toPlainError } from "./error_transfer.ts";
import { loadDecoder } from "./open_decoder.ts";
import { type FromWorker, type ToWorker, WORKER_BEGUN, WORKER_DONE } from "./worker_messages.ts";

/** the part of a worker's global scope that is used here; the compiler is told of the main thread's only */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
}

type ChunkMessage = Extract<ToWorker, { readonly kind: "chunk" }>;

const scope = globalThis as unknown as WorkerScope;
let setup: Extract<ToWorker, { readonly kind: "setup" }> | null = null;
let computer: ChunkComputer | null = null;
let decoder: ChunkDecoder | null = null;
/** what to tell the decoder before the next chunk that is decoded here */
let newInput: { readonly decoderOptions: unknown } | null = null;

async function decoderNow(): Promise<ChunkDecoder> {
  if (newInput !== null || decoder === null) {
    decoder?.close();
    const { decoderOptions } = newInput!;
    decoder = new ChunkDecoder(await loadDecoder(decoderOptions));
    decoder.beginInput(decoderOptions);
    newInput = null;
  }
  return decoder;
}

async function process({ ticket, slot, ready }: ChunkMessage): Promise<ProcessedChunk> {
  computer ??= new ChunkComputer(setup!.setup);
  if (ready !== null) return computer.compute(ready, slot);
  const own = (await decoderNow()).decode(ticket, setup!.setup.slots[slot]!.input);
  const processed = computer.compute(own, slot), { counts } = processed;
  return { ...processed, counts: { ...counts, busyMs: counts.busyMs + own.decodeMs } };
}

/** Whatever fails, fails a chunk: an error outside of one would have no place in the order of the rows. */
async function answer(message: ChunkMessage): Promise<FromWorker> {
  const { slot } = message;
  try {
    return { kind: "done", slot, chunk: await process(message) };
  } catch (error) {
    return { kind: "failed", slot, error: toPlainError(error) };
  }
}

/** Messages are handled one after the other: loading a decoder lets others arrive meanwhile. */
let handled: Promise<void> = Promise.resolve();

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "setup":
      setup = message;
      Atomics.store(message.state, WORKER_BEGUN, 1);
      return;
    case "input":
      newInput = message;
      return;
    case "chunk": {
      const reply = await answer(message);
      Atomics.add(setup!.state, WORKER_DONE, 1);
      scope.postMessage(reply);
      return;
    }
    default:
      message satisfies never;
  }
}

scope.onmessage = ({ data }) => {
  handled = handled.then(() => handle(data));
};
