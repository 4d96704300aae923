/** The second thread of `two_threads.ts`. @module */
import { DONE, spin, type SpinSetup, TOLD } from "./two_threads.ts";

/** What is used of a worker's global scope; Deno's types of it are not among those of the main thread. */
interface Scope {
  onmessage: ((event: MessageEvent<SpinSetup>) => void) | null;
  postMessage(message: "begun"): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data }) => {
  const { state } = data, run = spin(data);
  scope.postMessage("begun");
  for (let done = 0;; done++) {
    while (Atomics.load(state, TOLD) === done) Atomics.wait(state, TOLD, done);
    if (Atomics.load(state, TOLD) < 0) return;
    run();
    Atomics.store(state, DONE, done + 1);
    Atomics.notify(state, DONE);
  }
};
