/**
 * What two threads can reach on this machine at this moment: the same loop in registers, which touches no memory, on
 * this thread alone and on this thread and another at once. Where the host gives two cores less than twice one's time,
 * nothing scales by two, and a scaling is to be judged by this.
 *
 * @module
 */
import { ModuleBuilder } from "../src/kernel/wasm/module_builder.ts";
import { sample } from "./sample.ts";

/** What the second thread is given: the loop, and the two counters that it waits for and answers with. */
export interface SpinSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly state: Int32Array<SharedArrayBuffer>;
}

/** Index of the state: how often the second thread was told to spin. */
export const TOLD = 0;
/** Index of the state: how often it has done so. */
export const DONE = 1;

/** chains of multiply-adds under way at once: two units are busy, whatever an operation's delay */
const CHAINS = 12;
/** about 0.3 ms: calls are short, so that the engine replaces their code by its optimiser's */
const TURNS_PER_CALL = 100_000;
const CALLS = 40;
const WARM_UP_ROUNDS = 3;

/** Spins; the same work in every call. */
export function spin({ module, memory }: Pick<SpinSetup, "module" | "memory">): () => void {
  const run = new WebAssembly.Instance(module, { env: { memory } }).exports["run"] as (
    turns: number,
  ) => number;
  return () => {
    for (let call = 0; call < CALLS; call++) run(TURNS_PER_CALL);
  };
}

function createModule(): WebAssembly.Module {
  const builder = new ModuleBuilder();
  builder.add("run", ["i32"], ["i32"], (f) => {
    const turn = f.local("i32"), [turns] = f.params;
    const factor = f.hoist(new Uint8Array(new Float32Array(4).fill(0.999).buffer));
    const sums = Array.from({ length: CHAINS }, () => f.local("v128"));
    f.loop((top) => {
      for (const sum of sums) f.get(sum).get(factor).op("f32x4.mul").get(factor).op("f32x4.add").set(sum);
      f.get(turn).i32(1).op("i32.add").tee(turn).get(turns!).op("i32.lt_s").brIf(top);
    });
    // every sum is used, so that none is left out
    f.get(sums[0]!);
    for (const sum of sums.slice(1)) f.get(sum).op("f32x4.add");
    f.op("i32x4.extract_lane", 0);
  });
  return new WebAssembly.Module(builder.encode());
}

/** The loop on two threads, measured as often as one likes. */
export class TwoThreads {
  readonly #worker: Worker;
  readonly #state: SpinSetup["state"];
  readonly #spin: () => void;

  static async open(): Promise<TwoThreads> {
    const worker = new Worker(new URL("./spin_worker.ts", import.meta.url), { type: "module" });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const setup: SpinSetup = { module: createModule(), memory, state };
    await new Promise((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = (event) => reject(event.error ?? new Error(event.message));
      worker.postMessage(setup);
    });
    return new TwoThreads(worker, setup);
  }

  private constructor(worker: Worker, setup: SpinSetup) {
    this.#worker = worker;
    this.#state = setup.state;
    this.#spin = spin(setup);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.scaling();
  }

  /** how many times as much two threads do as one in the same time: 2 where both have a core; takes about 30 ms */
  scaling(): number {
    const alone = elapsed(this.#spin);
    const together = elapsed(() => {
      const told = Atomics.add(this.#state, TOLD, 1) + 1;
      Atomics.notify(this.#state, TOLD);
      this.#spin();
      for (let done = told - 1; done < told; done = Atomics.load(this.#state, DONE)) {
        Atomics.wait(this.#state, DONE, told - 1);
      }
    });
    return 2 * alone / together;
  }

  close(): void {
    this.#worker.terminate();
    // a thread that waits is not woken by being terminated
    Atomics.store(this.#state, TOLD, -1);
    Atomics.notify(this.#state, TOLD);
  }
}

function elapsed(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** The rounds that count: those in which others had least, and how quiet and how wide the machine was in them. */
export interface QuietRounds<Round> {
  readonly rounds: readonly Round[];
  /** cores that others had at most, and on average */
  readonly mostOthers: number;
  readonly othersCores: number;
  /** the median of what two threads of pure arithmetic reached */
  readonly ceiling: number;
}

/** What is known of a round besides its times. */
export interface Quietness {
  readonly othersCores: number;
  /** see `TwoThreads.scaling` */
  readonly ceiling: number;
}

/** The `count` rounds in which others had least. */
export function quietest<Round extends Quietness>(all: readonly Round[], count: number): QuietRounds<Round> {
  const rounds = all.toSorted((a, b) => a.othersCores - b.othersCores).slice(0, count);
  return {
    rounds,
    mostOthers: rounds.at(-1)!.othersCores,
    othersCores: rounds.reduce((sum, { othersCores }) => sum + othersCores, 0) / rounds.length,
    ceiling: sample(rounds.map(({ ceiling }) => ceiling)).median,
  };
}
