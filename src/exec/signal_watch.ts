/**
 * Lets a signal end what a run waits for: a pipe may be silent for ever, and a thread that works without a pause
 * hears of no signal.
 *
 * @module
 */

/** a run on one thread lets signals and timers in this often */
const YIELD_MILLISECONDS = 50;

/** The waits of one run. Closed, it leaves nothing behind at the signal. */
export class SignalWatch {
  readonly #signal: AbortSignal | null;
  /** ends the wait that goes on, if one does */
  #interrupt: ((reason: unknown) => void) | null = null;
  #yieldedAt = performance.now();

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

  /** Lets signals and timers in, if that was long ago. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#yieldedAt <= YIELD_MILLISECONDS) return;
    await nextTurn();
    this.#yieldedAt = performance.now();
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#interrupt?.(this.#signal!.reason);
}

/** The next turn of the event loop. By a message: the first setTimeout of a process loads Node's timers, 5 ms. */
async function nextTurn(): Promise<void> {
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
