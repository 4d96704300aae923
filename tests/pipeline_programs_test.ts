/**
 * Transforms on the planned program and on the plain interpreter: equal values, and equal bytes whatever the chunk.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { DTYPE, type DType, type TypedArray } from "../src/dtype/mod.ts";
import { concat, stack, where } from "../src/expr/mod.ts";
import { type Case, interpretCase, type Leaf, runCase } from "./support/run_graph.ts";

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function leaf(kind: "input" | "param", dtype: DType, shape: (number | string)[], seed = 1): Leaf {
  const next = random(seed * 7919);
  const numElements = shape.reduce<number>((product, dim) => product * (dim === "N" ? 53 : sizeOf(dim)), 1);
  const data = new DTYPE[dtype].TypedArray(numElements) as Float64Array;
  for (let i = 0; i < numElements; i++) {
    const value = DTYPE[dtype].kind === "f"
      ? (next() - 0.5) * 6
      : dtype === "bool"
      ? Number(next() > 0.5)
      : Math.floor(next() * 60) - (DTYPE[dtype].kind === "i" ? 20 : 0);
    data[i] = (DTYPE[dtype].isBigInt ? BigInt(value) : value) as number;
  }
  return { kind, dtype, shape, data: data as TypedArray };
}

function sizeOf(dim: number | string): number {
  return typeof dim === "number" ? dim : Number(dim.split("=")[1]);
}

const x = (width: number, dtype: DType = "f32") => leaf("input", dtype, ["N", `f=${width}`], width);
const column = (dtype: DType = "f32", seed = 3) => leaf("input", dtype, ["N"], seed);
const vector = (size: number, dtype: DType = "f32", seed = 5) => leaf("param", dtype, [`f=${size}`], seed);

// deno-lint-ignore no-explicit-any -- cases are written against the run-time class
const free = { where, concat, stack } as any;

const CASES: Readonly<Record<string, Case>> = {
  "sigmoid chain": { leaves: { x: column() }, transform: ({ x }) => ({ y: x.mul(0.5).add(1).sigmoid() }) },
  "standardise and clip": {
    leaves: { x: x(10), m: vector(10), s: vector(10, "f32", 9) },
    transform: ({ x, m, s }) => ({ z: x.sub(m).div(s.abs().add(1)).clip(-3, 3) }),
  },
  "wide rows without their mean": {
    leaves: { x: x(300) },
    transform: ({ x }) => ({ y: x.sub(x.mean("f", { keepdims: true })) }),
  },
  "wide rows, several passes and outputs": {
    leaves: { id: column("i64"), x: x(700, "u16"), m: vector(700) },
    transform: ({ id, x, m }) => {
      const z = x.astype("f32").sub(m), p = z.softmax("f");
      return { id, p, best: p.argmax("f"), unit: z.div(z.norm("f").expandDims(-1)) };
    },
  },
  "profile scoring": {
    leaves: {
      id: column("i64"),
      x: x(37, "u8"),
      m: vector(37),
      w: leaf("param", "f32", ["f=37", "c=10"], 6),
      b: leaf("param", "f32", ["c=10"], 7),
    },
    transform: ({ id, x, m, w, b }) => {
      const p = x.astype("f32").div(255).sub(m).clip(-3, 3).matmul(w).add(b).softmax("c");
      return { id, c: p.argmax("c"), score: p.max("c"), p };
    },
  },
  "narrow product of what is computed on the way": {
    leaves: {
      x: x(70),
      u: x(70, "u8"),
      m: vector(70),
      w: leaf("param", "f32", ["f=70", "c=9"], 6),
    },
    transform: ({ x, u, m, w }) => {
      const unit = x.sub(m).div(x.norm("f").expandDims(-1)).mul(u.astype("f32"));
      return {
        y: free.where(x.gt(0), unit, m).matmul(w),
        z: x.mul(2).matmul(w.sum("c", { keepdims: true })),
      };
    },
  },
  "narrow product of a value that is needed elsewhere": {
    leaves: { x: x(66, "f64"), w: leaf("param", "f64", ["f=66", "c=5"], 6) },
    transform: ({ x, w }) => {
      const y = x.exp().add(1);
      return { p: y.matmul(w), q: y.div(2).matmul(w), s: y.sum("f") };
    },
  },
  "wide product": {
    leaves: { x: x(40), w: leaf("param", "f32", ["f=40", "c=50"], 6) },
    transform: ({ x, w }) => ({ y: x.matmul(w).tanh() }),
  },
  "reductions": {
    leaves: { x: x(19) },
    transform: ({ x }) => ({
      sum: x.sum("f"),
      mean: x.mean("f"),
      std: x.std("f", { correction: 1 }),
      min: x.min("f"),
      argmin: x.argmin("f"),
      count: x.gt(0).countNonzero("f"),
      any: x.gt(2.9).any("f"),
      all: x.lt(2.9).all("f"),
      norm: x.norm("f"),
      lse: x.logSumExp("f"),
    }),
  },
  "row mean subtracted": {
    leaves: { x: x(33, "f64") },
    transform: ({ x }) => ({ y: x.sub(x.mean("f", { keepdims: true })) }),
  },
  "row normalised": {
    leaves: { x: x(7) },
    transform: ({ x }) => ({ y: x.div(x.norm("f").expandDims(-1)) }),
  },
  "where of a column and a row": {
    leaves: { x: x(21), c: column(), v: vector(21) },
    transform: ({ x, c, v }) => ({
      y: free.where(x.gt(0), c.expandDims(-1), v),
      z: free.where(c.expandDims(-1).gt(0), v, x),
      s: free.where(x.gt(0), c.expandDims(-1), v).sum("f"),
    }),
  },
  "dot with a vector": {
    leaves: { x: x(20), w: vector(20) },
    transform: ({ x, w }) => ({ y: x.dot(w).add(1) }),
  },
  "integers": {
    leaves: { a: column("i32"), b: column("i32", 4), c: column("u64", 8) },
    transform: ({ a, b, c }) => ({
      q: a.floorDivide(b),
      r: a.mod(b),
      p: a.mul(b).sub(7),
      s: c.add(c),
      d: a.div(b),
    }),
  },
  "filter": {
    leaves: { id: column("i64"), x: x(5), y: column("f64", 2) },
    transform: ({ id, x, y }) => {
      const mask = y.gt(0.2);
      const kept = x.filter(mask, "K");
      return { id: id.filter(mask, "K"), x: kept, s: kept.sum("f"), e: y.exp().filter(mask, "K") };
    },
  },
  "nothing passes the filter": {
    leaves: { y: column("f64", 2) },
    transform: ({ y }) => ({ y: y.filter(y.gt(1e9), "K") }),
  },
  "slices and takes": {
    leaves: { x: x(12) },
    transform: ({ x }) => ({
      a: x.slice(":, 2:9:3"),
      b: x.slice(":, ::-1").add(1),
      c: x.take([3, 4, 5, 0, 11], "f"),
      d: x.exp().take([2, 2, 7], "f"),
      e: x.slice(":, -1"),
    }),
  },
  "concat and stack": {
    leaves: { x: x(3), y: x(4), a: column(), b: column("f32", 4) },
    transform: ({ x, y, a, b }) => ({
      c: free.concat([x, y.mul(2)], 1),
      s: free.stack([a, b.neg(), a.add(b)], 1),
      t: free.concat([x, y], 1).max(1),
    }),
  },
  "reshape and transpose": {
    leaves: { x: x(12) },
    transform: ({ x }) => {
      const cube = x.reshape(["N", 3, 4]);
      return {
        t: cube.transpose([0, 2, 1]),
        m: cube.max(2),
        s: cube.transpose([0, 2, 1]).reshape(["N", 12]).mul(2),
        r: cube.add(1).reshape(["N", 2, 6]).sum(1),
      };
    },
  },
  "batched matmul": {
    leaves: { x: x(12), w: leaf("param", "f32", [4, 5], 6) },
    transform: ({ x, w }) => ({ y: x.reshape(["N", 3, 4]).matmul(w).add(1) }),
  },
  "rows by rows": {
    leaves: { x: x(6), y: x(6, "f64") },
    transform: ({ x, y }) => ({
      g: x.reshape(["N", 2, 3]).matmul(y.reshape(["N", 3, 2])),
      d: x.mul(y).sum("f"),
    }),
  },
  "where and comparisons": {
    leaves: { a: column(), b: column("f32", 4), m: column("bool", 5) },
    transform: ({ a, b, m }) => ({
      w: free.where(a.gt(b), a, b),
      v: free.where(m, 1.5, a),
      l: a.gt(0).logicalAnd(m.logicalNot()),
      n: a.isNan(),
    }),
  },
  "outer": {
    leaves: { x: x(3), c: leaf("param", "f32", ["c=4"], 6) },
    transform: ({ x, c }) => ({ o: x.outer(c), s: x.outer(c).sum("c") }),
  },
  "softmax twice": {
    leaves: { x: x(40) },
    transform: ({ x }) => ({ p: x.softmax("f"), q: x.softmax("f").log().neg().sum("f") }),
  },
  "computed from params": {
    leaves: { x: x(4), m: vector(4), k: leaf("param", "f32", [], 3) },
    transform: ({ x, m, k }) => ({ y: x.mul(m.exp().div(m.exp().sum("f"))).add(k.mul(2)) }),
  },
  "an output twice, and an input": {
    leaves: { x: x(4) },
    transform: ({ x }) => {
      const e = x.exp();
      return { a: e, b: e, c: x, d: e.sum("f") };
    },
  },
};

function compare(
  name: string,
  actual: TypedArray,
  expected: readonly (number | bigint | boolean)[],
  dtype: DType,
) {
  deepStrictEqual(actual.length, expected.length, `${name}: length`);
  const tolerance = dtype === "f32" ? 2e-5 : 1e-12;
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i]!, e = expected[i]!;
    if (DTYPE[dtype].kind !== "f") deepStrictEqual(Number(a), Number(e), `${name}[${i}]`);
    else {
      const close = Object.is(a, e) ||
        Math.abs(Number(a) - Number(e)) <= tolerance * Math.max(1, Math.abs(Number(e)));
      ok(close, `${name}[${i}] is ${a}, not ${e}`);
    }
  }
}

for (const [name, test] of Object.entries(CASES)) {
  for (const layout of ["row", "column"] as const) {
    Deno.test(`planProgram() computes what the interpreter computes: ${name}, ${layout} layout`, () => {
      const expected = interpretCase(test);
      const whole = runCase(test, { layout }).outputs;
      for (const [output, tensor] of expected) compare(output, whole.get(output)!, tensor.data, tensor.dtype);
      for (const numerics of ["strict", "fused"] as const) {
        const reference = runCase(test, { layout, numerics }).outputs;
        for (const chunkRows of [1, 2, 7]) {
          const { outputs } = runCase(test, { layout, numerics, chunkRows });
          for (const [output, values] of reference) {
            deepStrictEqual(
              new Uint8Array(outputs.get(output)!.buffer),
              new Uint8Array(values.buffer),
              `${output}, chunks of ${chunkRows}`,
            );
          }
        }
      }
    });
  }
}
