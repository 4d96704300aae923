/** A worker thread: processes the first chunk that no one has, one after the other. @module */
import { ChunkComputer, ChunkDecoder, type ProcessedChunk } from "./chunk_computer.ts";
import { toPlainError } from "./error_transfer.ts";
import { GarbageWatch } from "./garbage_watch.ts";
import { HandedOut } from "./hand_out.ts";
import { loadDecoder } from "./open_decoder.ts";
import type { FromWorker, HandedChunk, ToWorker } from "./worker_messages.ts";

/** the part of a worker's global scope that is used here; the compiler is told of the main thread's only */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
  close(): void;
}

type Setup = Extract<ToWorker, { readonly kind: "setup" }>;
type Message = Exclude<ToWorker, Setup>;

const scope = globalThis as unknown as WorkerScope;

/** messages that are to be read yet, in order */
const messages: Message[] = [];
/** called with each of them, while one is waited for */
let onMessage: () => void = () => {};

/** Processes chunks until the main thread ends this one. */
class Processor {
  readonly #setup: Setup["setup"];
  readonly #handed: HandedOut;
  readonly #garbage: GarbageWatch;
  /** made with the first chunk: whatever fails, fails a chunk, for an error outside of one would have no place */
  #computer: ChunkComputer | null = null;
  #decoder: ChunkDecoder | null = null;
  /** what to tell the decoder before the next chunk that is decoded here */
  #newInput: { readonly decoderOptions: unknown } | null = null;
  /** messages that were read */
  #numRead = 0;

  constructor({ setup, places, predictedBytes }: Setup) {
    this.#setup = setup;
    this.#handed = new HandedOut(places);
    this.#garbage = new GarbageWatch(() => predictedBytes);
  }

  async run(): Promise<void> {
    for (let next = this.#handed.next(); next !== null; next = this.#handed.next()) {
      const { place, numMessages } = next;
      if (this.#numRead < numMessages) await this.#read(numMessages);
      let processed: ProcessedChunk | null = null, error: unknown = null;
      try {
        processed = await this.#process(this.#handed.read(place) as HandedChunk);
      } catch (thrown) {
        error = thrown;
      }
      this.#handed.answer(
        place,
        processed,
        () =>
          scope.postMessage(
            processed === null
              ? { kind: "failed", place, error: toPlainError(error) }
              : { kind: "done", place, chunk: processed },
          ),
      );
      this.#garbage.collectIfNear();
    }
    scope.close();
  }

  /** Reads messages, so many in all: later ones are of later chunks. */
  async #read(count: number): Promise<void> {
    for (; this.#numRead < count; this.#numRead++) {
      while (messages.length === 0) await new Promise<void>((resolve) => onMessage = resolve);
      const message = messages.shift()!;
      if (message.kind === "input") this.#newInput = message;
      else this.#handed.setRoom(message.place, message.room);
    }
  }

  async #process({ ticket, slot, ready }: HandedChunk): Promise<ProcessedChunk> {
    this.#computer ??= new ChunkComputer(this.#setup);
    if (ready !== null) return this.#computer.compute(ready, slot);
    const own = (await this.#decoderNow()).decode(ticket, this.#setup.slots[slot]!.input);
    const processed = this.#computer.compute(own, slot), { counts } = processed;
    return { ...processed, counts: { ...counts, busyMs: counts.busyMs + own.decodeMs } };
  }

  async #decoderNow(): Promise<ChunkDecoder> {
    if (this.#newInput !== null || this.#decoder === null) {
      this.#decoder?.close();
      const { decoderOptions } = this.#newInput!;
      this.#decoder = new ChunkDecoder(await loadDecoder(decoderOptions));
      this.#decoder.beginInput(decoderOptions);
      this.#newInput = null;
    }
    return this.#decoder;
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === "setup") {
    new Processor(data).run();
    return;
  }
  messages.push(data);
  onMessage();
};
