/**
 * The works that are timed: what a pipeline does most, each against the NumPy that one would write first
 * (`peers/numpy_works.py`, under the same letter).
 *
 * @module
 */
import type { DType } from "../src/dtype/mod.ts";
import type { NDArray } from "../src/ndarray/mod.ts";
import type { Layout } from "../src/plan/program.ts";
import { where } from "../src/expr/mod.ts";
import type { Shape } from "../src/shape/mod.ts";

/** An operand of a work: how it is declared, and which values it has. */
export interface WorkLeaf {
  readonly kind: "input" | "param";
  readonly dtype: DType;
  /** the symbol "N" stands for the work's rows */
  readonly shape: Shape;
  /** how an input of more than one element a row lies; "column": each column of its own */
  readonly layout?: Layout;
  /** values fall on [low, high), most of them in the middle */
  readonly range: readonly [low: number, high: number];
}

/** One row of the table. */
interface WorkRow {
  /** as in the performance targets */
  readonly letter: string;
  readonly title: string;
  readonly numRows: number;
  readonly leaves: Readonly<Record<string, WorkLeaf>>;
  /** time by NumPy's time that is aimed at */
  readonly target: number;
  /** how far a float may be from NumPy's, relative to max(1, |value|) */
  readonly tolerance: number;
}

/** A work that a pipeline expresses: its rows run through in chunks. */
export interface PipelineWork extends WorkRow {
  // the transform is written against the run-time class, whose methods the typed interface describes
  // deno-lint-ignore no-explicit-any
  readonly transform: (leaves: Record<string, any>) => Record<string, any>;
}

/** A work over whole arrays, as `ndpipe/ndarray` does it. */
export interface ArrayWork extends WorkRow {
  readonly compute: (leaves: Record<string, NDArray>) => Record<string, NDArray>;
}

export type Work = PipelineWork | ArrayWork;

// deno-lint-ignore no-explicit-any -- as `Work.transform`
const choose = where as any;

const MILLION = 1_000_000, CENTRE = [-4, 4] as const, POSITIVE = [0.5, 2] as const;

const input = (shape: Shape, dtype: DType = "f32"): WorkLeaf => ({
  kind: "input",
  dtype,
  shape,
  range: CENTRE,
});
const param = (shape: Shape, range: readonly [number, number] = [-1, 1]): WorkLeaf => ({
  kind: "param",
  dtype: "f32",
  shape,
  range,
});

/** The rows, in the order of the table. */
export const WORKS: readonly Work[] = [
  {
    letter: "a",
    title: "sigmoid(x·w+b), 5M f32",
    numRows: 5 * MILLION,
    leaves: { x: input(["N"]), w: param([]), b: param([]) },
    transform: ({ x, w, b }) => ({ y: x.mul(w).add(b).sigmoid() }),
    target: 0.3,
    tolerance: 1e-6,
  },
  {
    letter: "b",
    title: "clip((x−m)/s, −3, 3), 100k×100",
    numRows: 100_000,
    leaves: {
      x: input(["N", "feature=100"]),
      m: param(["feature=100"]),
      s: param(["feature=100"], POSITIVE),
    },
    transform: ({ x, m, s }) => ({ y: x.sub(m).div(s).clip(-3, 3) }),
    target: 0.18,
    tolerance: 0,
  },
  {
    letter: "c",
    title: "x @ w, 100k×1000 @ 1000×10",
    numRows: 100_000,
    leaves: { x: input(["N", "feature=1000"]), w: param(["feature=1000", "cluster=10"]) },
    transform: ({ x, w }) => ({ y: x.matmul(w) }),
    target: 0.6,
    tolerance: 1e-4,
  },
  {
    letter: "d",
    title: "mean and std over axis 0, 100k×100",
    numRows: 100_000,
    leaves: { x: input(["N", "feature=100"]) },
    // NumPy adds up f32 in f32 along this axis
    compute: ({ x }) => ({ mean: x!.mean({ axis: 0 }), std: x!.std({ axis: 0 }) }),
    target: 0.45,
    tolerance: 1e-4,
  },
  {
    letter: "e",
    title: "x[x>0], 5M",
    numRows: 5 * MILLION,
    leaves: { x: input(["N"]) },
    transform: ({ x }) => ({ y: x.filter(x.gt(0), "K") }),
    target: 0.06,
    tolerance: 0,
  },
  {
    letter: "f",
    title: "where(x>t, m, x), 5M",
    numRows: 5 * MILLION,
    leaves: { x: input(["N"]), t: param([]), m: param([]) },
    transform: ({ x, t, m }) => ({ y: choose(x.gt(t), m, x) }),
    target: 0.15,
    tolerance: 0,
  },
  {
    letter: "g",
    title: "profile scoring, 100k×1000",
    numRows: 100_000,
    leaves: {
      x: input(["N", "feature=1000"]),
      m: param(["feature=1000"]),
      s: param(["feature=1000"], POSITIVE),
      w: param(["feature=1000", "cluster=10"], [-0.1, 0.1]),
    },
    transform: ({ x, m, s, w }) => {
      const p = x.sub(m).div(s).clip(-3, 3).matmul(w).softmax("cluster");
      return { cluster: p.argmax("cluster"), score: p.max("cluster") };
    },
    target: 0.18,
    tolerance: 1e-5,
  },
  {
    letter: "h",
    title: "L2 normalise, cosine by 10 centroids, 100k×256",
    numRows: 100_000,
    leaves: { x: input(["N", "feature=256"]), c: param(["cluster=10", "feature=256"]) },
    transform: ({ x, c }) => {
      const unit = x.div(x.norm("feature").expandDims(-1));
      return { y: unit.matmul(c.div(c.norm("feature").expandDims(-1)).transpose([1, 0])) };
    },
    target: 0.4,
    tolerance: 1e-5,
  },
  {
    letter: "i",
    title: "log1p(|x|)·sign(x), 5M f64",
    numRows: 5 * MILLION,
    leaves: { x: input(["N"], "f64") },
    transform: ({ x }) => ({ y: x.abs().log1p().mul(x.sign()) }),
    target: 1,
    tolerance: 1e-15,
  },
  {
    letter: "j",
    title: "x @ y, 1024 × 1024 each",
    numRows: 1024,
    leaves: { x: input(["N", "k=1024"]), y: input(["N", "column=1024"]) },
    compute: ({ x, y }) => ({ z: x!.matmul(y!) }),
    target: 1.9,
    tolerance: 1e-3,
  },
  {
    letter: "k",
    title: "x − mean of each row, 50k×1000",
    numRows: 50_000,
    leaves: { x: input(["N", "feature=1000"]) },
    transform: ({ x }) => ({ y: x.sub(x.mean("feature", { keepdims: true })) }),
    target: 0.35,
    tolerance: 1e-6,
  },
  {
    letter: "l",
    title: "784 u8 columns /255 · w, 100k rows",
    numRows: 100_000,
    leaves: {
      x: { kind: "input", dtype: "u8", shape: ["N", "feature=784"], layout: "column", range: [0, 256] },
      w: param(["feature=784"]),
    },
    transform: ({ x, w }) => ({ y: x.astype("f32").div(255).dot(w) }),
    target: 0.25,
    tolerance: 1e-4,
  },
];
