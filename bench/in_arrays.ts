/**
 * A work over whole arrays, run as `ndpipe/ndarray` runs it.
 *
 * @module
 */
import { fromTypedArray, type NDArray } from "../src/ndarray/mod.ts";
import { DTYPE } from "../src/dtype/mod.ts";
import { fillRandom, type PlacedLeaf, type RunnableWork, sizesOf, type WorkOutput } from "./in_memory.ts";
import type { ArrayWork } from "./works.ts";

/** An array work that can be run any number of times. */
export class InArraysWork implements RunnableWork {
  readonly leaves: readonly PlacedLeaf[];
  readonly compileMilliseconds = null;
  readonly #work: ArrayWork;
  readonly #arrays: Readonly<Record<string, NDArray>>;
  #results: Readonly<Record<string, NDArray>> = {};

  constructor(work: ArrayWork) {
    this.#work = work;
    this.leaves = Object.entries(work.leaves).map(([name, leaf], seed) => {
      const shape = sizesOf(leaf, work.numRows);
      const data = new DTYPE[leaf.dtype].TypedArray(shape.reduce((all, size) => all * size, 1));
      fillRandom(data, { range: leaf.range, seed: seed + 1 });
      return { name, leaf, shape, data };
    });
    this.#arrays = Object.fromEntries(
      this.leaves.map(({ name, shape, data }) => [name, fromTypedArray(data, { shape })]),
    );
  }

  /** runs once; the results before are freed when the new ones are there, as in any loop that assigns */
  run(): number {
    const started = performance.now();
    const results = this.#work.compute(this.#arrays);
    for (const result of Object.values(this.#results)) result.dispose();
    this.#results = results;
    return (performance.now() - started) / 1000;
  }

  outputs(): WorkOutput[] {
    return Object.entries(this.#results).map(([name, result]) => ({
      name,
      dtype: result.dtype,
      data: result.toTypedArray(),
    }));
  }
}
