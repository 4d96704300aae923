/**
 * Lets a signal end what a run waits for: a pipe may be silent for ever, and a thread that works without a pause
 * hears of no signal.
 *
 * @module
 */

/**
 * A run that never waits lets signals and timers in this often. Such a turn takes 1 to 2 ms, and the first one of a
 * process loads Node's timers, 5 ms: runs that end before have none.
 */
const SIGNALS_MILLISECONDS = 200;
/** The engine's own tasks come in more often, by a cheaper turn: among them is what gives garbage back. */
const TASKS_MILLISECONDS = 50;

/** The waits of one run. Closed, it leaves nothing behind at the signal. */
export class SignalWatch {
  readonly #signal: AbortSignal | null;
  /** ends the wait that goes on, if one does */
  #interrupt: ((reason: unknown) => void) | null = null;
  #heardAt = performance.now();
  #turnedAt = this.#heardAt;

  constructor(signal: AbortSignal | null) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Throws the signal's reason if it has come. */
  throwIfAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** The promise, or the signal's reason where that comes first. Only one is waited for at a time. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      if (this.#signal?.aborted) reject(this.#signal.reason);
      promise.then(resolve, reject);
    });
  }

  /** Lets signals, timers and the engine's tasks in, if that was long ago. */
  async breathe(): Promise<void> {
    const now = performance.now();
    if (now - this.#turnedAt <= TASKS_MILLISECONDS) return;
    if (now - this.#heardAt > SIGNALS_MILLISECONDS) {
      await turnByTimer();
      this.#heardAt = performance.now();
    } else {
      await turnByMessage();
    }
    this.#turnedAt = performance.now();
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#interrupt?.(this.#signal!.reason);
}

/**
 * The next turn of the event loop, by a timer: for it Deno asks the system what came. A message or the end of a file
 * operation is there without asking, and signals then were heard up to 60 turns later.
 */
function turnByTimer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The next turn of the event loop, by a message: it takes 0.2 ms and asks the system nothing. */
async function turnByMessage(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  try {
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  } finally {
    // each port is a resource of its own, and one that listens keeps a worker from its end
    port1.onmessage = null;
    port1.close();
    port2.close();
  }
}
