/**
 * Random transforms over small whole numbers, where every operation is exact: the planned program must give the
 * interpreter's values bit for bit, in both layouts, at every chunk size. A failure prints its seed and its steps.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { DTYPE, type DType, type TypedArray } from "../src/dtype/mod.ts";
import { NdpipeError } from "../src/errors.ts";
import { concat, stack, TracedTensor, where } from "../src/expr/mod.ts";
import { rowSymbol } from "../src/plan/materialise.ts";
import { type Dim, sizeOf } from "../src/shape/mod.ts";
import { type Case, interpretCase, type Leaf, runCase } from "./support/run_graph.ts";

const NUM_ROWS = 37;
const NUM_CASES = 500;

class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0;
  }
  next(): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 2246822519) + 374761393) >>> 0;
    return ((this.#state ^ (this.#state >>> 13)) >>> 0) / 2 ** 32;
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const DTYPES: readonly DType[] = ["f32", "f64", "i32", "i64", "u8", "i8", "f32"];

function leaf(random: Random, kind: Leaf["kind"], shape: Dim[]): Leaf {
  const dtype = random.pick(DTYPES);
  const size = shape.reduce<number>(
    (product, dim) => product * (dim === "N" ? NUM_ROWS : Number(sizeOf(dim))),
    1,
  );
  const data = new DTYPE[dtype].TypedArray(size) as Float64Array;
  for (let i = 0; i < size; i++) {
    const value = random.below(9) - (DTYPE[dtype].kind === "u" ? 0 : 4);
    data[i] = (DTYPE[dtype].isBigInt ? BigInt(value) : value) as number;
  }
  return { kind, dtype, shape, data: data as TypedArray };
}

// the steps are written against the run-time class, whose methods the typed interface describes
// deno-lint-ignore no-explicit-any
type Any = any;
type Move = (random: Random, x: Any, y: Any, z: Any) => Any;

const last = (x: TracedTensor) => x.shape.length - 1;
const MOVES: readonly Move[] = [
  (_, x, y) => x.add(y).clip(-60, 60),
  (_, x, y) => x.sub(y),
  (_, x, y) => x.mul(y).clip(-60, 60),
  (_, x, y) => x.minimum(y),
  (_, x, y) => x.maximum(y),
  (random, x) => x.add(random.below(5)),
  (_, x) => x.neg(),
  (_, x) => x.abs(),
  (_, x) => x.sign(),
  (_, x) => x.square().clip(-60, 60),
  (_, x, y) => x.gt(y),
  (_, x, y) => x.eq(y),
  (_, x) => x.ne(0),
  (_, x, y, z) => (where as Any)(z.ne(0), x, y),
  (random, x) => x.astype(random.pick(["f32", "f64", "i32", "i64"])),
  (_, x) => x.sum(last(x)).clip(-60, 60),
  (_, x) => x.sum(last(x), { keepdims: true }).clip(-60, 60),
  (_, x) => x.max(last(x)),
  (_, x) => x.min(last(x), { keepdims: true }),
  (_, x) => x.argmax(last(x)),
  (_, x) => x.any(last(x)),
  (_, x) => x.countNonzero(last(x)),
  (_, x, y) => x.matmul(y).clip(-60, 60),
  (_, x) => x.expandDims(-1),
  (_, x) => x.expandDims(1),
  (_, x) => x.squeeze(last(x)),
  (_, x) => x.transpose([0, ...x.shape.slice(1).map((__: Dim, i: number) => i + 1).reverse()]),
  (random, x) =>
    x.slice([":", ...x.shape.slice(2).map(() => ":"), random.pick(["1:", "::-1", "::2", "0"])].join(", ")),
  (random, x) => x.take([random.below(3), random.below(3), 1], last(x)),
  (_, x) => x.reshape([x.shape[0], ...(x.shape.length > 2 ? [-1] : [2, -1])]),
  (_, x, y) => (concat as Any)([x, y], last(x)),
  (_, x, y) => (stack as Any)([x, y, x], 1),
  (random, x) => x.outer(random.pick([x, x])),
];

function randomCase(seed: number): { test: Case; steps: string[] } {
  const shapeOf = new Random(seed);
  const width = 1 + shapeOf.below(7);
  const leaves: Record<string, Leaf> = {
    a: leaf(shapeOf, "input", ["N", width]),
    b: leaf(shapeOf, "input", ["N", 6]),
    c: leaf(shapeOf, "input", ["N"]),
    v: leaf(shapeOf, "param", [width]),
    m: leaf(shapeOf, "param", [6, 4]),
    w: leaf(shapeOf, "param", [6]),
  };
  const steps: string[] = [];
  const transform = (tensors: Record<string, Any>) => {
    const random = new Random(seed + 1);
    const pool: Any[] = Object.values(tensors);
    steps.length = 0;
    for (let tries = 0; tries < 60 && pool.length < 22; tries++) {
      const move = random.pick(MOVES);
      const [x, y, z] = [random.pick(pool), random.pick(pool), random.pick(pool)];
      if (x.shape.length === 0) continue;
      try {
        const made = move(random, x, y, z);
        // what would work across rows is refused by checkRows, which is tested elsewhere
        const isAcross = [x, y, z].some((tensor) => rowSymbol(tensor.shape) === "N") && made.shape[0] !== "N";
        if (isAcross) continue;
        const elements = made.shape.reduce(
          (p: number, dim: Dim) => typeof sizeOf(dim) === "number" ? p * Number(sizeOf(dim)) : p,
          1,
        );
        if (
          elements > 200 || elements < 1 ||
          made.shape.some((dim: Dim, axis: number) => axis > 0 && sizeOf(dim) === "N")
        ) continue;
        steps.push(`${move} ${made.name} ${made.dtype} (${made.shape})`);
        pool.push(made);
      } catch (error) {
        if (!(error instanceof NdpipeError)) throw error;
      }
    }
    const rows = pool.filter((tensor) => rowSymbol(tensor.shape) === "N").slice(-5);
    const isFiltered = random.below(4) === 0;
    const mask = isFiltered ? tensors["c"].gt(0) : null;
    return Object.fromEntries(
      rows.map((tensor, i) => [`o${i}`, isFiltered ? tensor.filter(mask, "K") : tensor]),
    );
  };
  return { test: { leaves, transform }, steps };
}

function bits(values: TypedArray): Uint8Array {
  // -0 and 0 are one number: the interpreter sums from the other end where a product is exact either way
  if (values instanceof Float32Array || values instanceof Float64Array) {
    values.forEach((v, i) => values[i] = v + 0);
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

Deno.test("planProgram() computes random transforms as the interpreter does, bit for bit", () => {
  for (let seed = 1; seed <= NUM_CASES; seed++) {
    const { test, steps } = randomCase(seed);
    const expected = interpretCase(test);
    try {
      for (const layout of ["row", "column"] as const) {
        for (const chunkRows of [NUM_ROWS, 5]) {
          const { outputs } = runCase(test, { layout, chunkRows, numerics: "strict" });
          for (const [name, tensor] of expected) {
            const values = new DTYPE[tensor.dtype].TypedArray(tensor.data.length) as Float64Array;
            tensor.data.forEach((value, i) => values[i] = value as number);
            deepStrictEqual(
              bits(outputs.get(name)!),
              bits(values as TypedArray),
              `${name}, ${layout}, chunks of ${chunkRows}`,
            );
          }
        }
      }
    } catch (error) {
      throw new Error(`seed ${seed}:\n${steps.join("\n")}`, { cause: error });
    }
  }
});
