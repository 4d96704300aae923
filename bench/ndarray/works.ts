/**
 * The works of the eager arrays that are timed, each against NumPy's and, where it has the work, numpy-ts's own
 * (`peers/numpy_array_works.py`, `peers/numpy_ts_array_works.ts`, under the same name).
 *
 * Over 400 lines because all works are rows of one table.
 *
 * @module
 */
import type { DType } from "../../src/dtype/mod.ts";
import {
  any,
  argmax,
  bincount,
  concatenate,
  convolve,
  fft,
  fuse,
  histogram,
  interp,
  isin,
  lexsort,
  linalg,
  median,
  type NDArray,
  nonzero,
  pad,
  partition,
  random,
  repeat,
  searchsorted,
  sort,
  takeAlongAxis,
  unique,
  where,
} from "../../src/ndarray/mod.ts";

/** What the elements of an operand are: numbers around 0, the same in order, positions, bools, bools all false. */
export type Fill = "normal" | "ascending" | "positions" | "bools" | "none";

/** An operand by its name. */
export interface OperandSpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fill: Fill;
  /** positions: how many there are; default the first axis's size */
  readonly below?: number;
}

/** One work at one size and dtype. */
export interface ArrayCase {
  /** as the peers know it */
  readonly work: string;
  readonly title: string;
  readonly operands: Readonly<Record<string, OperandSpec>>;
  readonly compute: (operands: Readonly<Record<string, NDArray>>) => Readonly<Record<string, NDArray>>;
  /** elements of the largest operand */
  readonly size: number;
  /** time by NumPy's that is aimed at, from 100,000 elements on */
  readonly target: number;
  /** how far a float may be from the peer's, relative to max(1, |value|) */
  readonly tolerance: number;
}

const SIZES = [1000, 100_000, 5_000_000] as const;
const FLOATS = ["f32", "f64"] as const, DOUBLE = ["f64"] as const;
/** works that take long for each element */
const MEDIUM_SIZES = [1000, 100_000, 1_000_000] as const;

interface WorkRow extends Pick<ArrayCase, "work" | "compute" | "target"> {
  readonly dtypes: readonly ("f32" | "f64")[];
  /** by the number of elements */
  readonly operands: (n: number, dtype: DType) => Readonly<Record<string, OperandSpec>>;
  readonly sizes?: readonly number[];
  /** by the dtype; default 0: the bits agree */
  readonly tolerance?: Readonly<Record<"f32" | "f64", number>>;
}

const row = (n: number, dtype: DType): OperandSpec => ({ dtype, shape: [n], fill: "normal" });
const matrix = (n: number, dtype: DType): OperandSpec => ({
  dtype,
  shape: n === 1000 ? [10, 100] : [n / 1000, 1000],
  fill: "normal",
});
const pair = (n: number, dtype: DType) => ({ x: row(n, dtype), y: row(n, dtype) });

const chain = fuse((x, y) => x.mul(2).add(y).abs().sqrt().sub(1));

const ROWS: readonly WorkRow[] = [
  { work: "add", dtypes: FLOATS, operands: pair, compute: ({ x, y }) => ({ r: x!.add(y!) }), target: 1.5 },
  {
    work: "multiply",
    dtypes: FLOATS,
    operands: pair,
    compute: ({ x, y }) => ({ r: x!.mul(y!) }),
    target: 1.5,
  },
  {
    work: "exp",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: x!.exp() }),
    target: 1.5,
    tolerance: { f32: 1e-6, f64: 1e-15 },
  },
  {
    work: "sum",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: x!.sum() }),
    target: 1.5,
    tolerance: { f32: 1e-3, f64: 1e-10 },
  },
  {
    work: "mean0",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: matrix(n, dtype) }),
    compute: ({ x }) => ({ r: x!.mean(0) }),
    target: 1.5,
    tolerance: { f32: 1e-5, f64: 1e-14 },
  },
  {
    work: "mean1",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: matrix(n, dtype) }),
    compute: ({ x }) => ({ r: x!.mean(1) }),
    target: 1.5,
    tolerance: { f32: 1e-5, f64: 1e-14 },
  },
  {
    work: "sort",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: sort(x!) }),
    target: 2.5,
  },
  {
    // of f32 some elements are equal, whose order NumPy leaves open
    work: "argsort",
    dtypes: DOUBLE,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: x!.argsort() }),
    target: 1.5,
  },
  {
    work: "median",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: median(x!) }),
    target: 1.5,
  },
  {
    work: "cumsum",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: x!.cumsum() }),
    target: 1.5,
    tolerance: { f32: 1e-2, f64: 1e-10 },
  },
  {
    work: "mask",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype), m: { dtype: "bool", shape: [n], fill: "bools" } }),
    compute: ({ x, m }) => ({ r: x!.get(m!) }),
    target: 1,
  },
  {
    work: "take",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: row(n, dtype), i: { dtype: "i64", shape: [n], fill: "positions" } }),
    compute: ({ x, i }) => ({ r: x!.get(i!) }),
    target: 1.5,
  },
  {
    work: "where",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ m: { dtype: "bool", shape: [n], fill: "bools" }, ...pair(n, dtype) }),
    compute: ({ m, x, y }) => ({ r: where(m!, x!, y!) }),
    target: 1,
  },
  {
    work: "transpose",
    dtypes: FLOATS,
    operands: (n, dtype) => ({ x: matrix(n, dtype) }),
    compute: ({ x }) => ({ r: x!.T.copy() }),
    target: 1.5,
  },
  {
    work: "chain",
    dtypes: FLOATS,
    operands: pair,
    compute: ({ x, y }) => ({ r: chain(x!, y!) }),
    target: 1,
    tolerance: { f32: 1e-6, f64: 1e-15 },
  },
  {
    work: "matmul",
    dtypes: FLOATS,
    sizes: [512 * 512],
    operands: (_, dtype) => {
      const square: OperandSpec = { dtype, shape: [512, 512], fill: "normal" };
      return { x: square, y: square };
    },
    compute: ({ x, y }) => ({ r: x!.matmul(y!) }),
    target: 2.5,
    tolerance: { f32: 1e-4, f64: 1e-12 },
  },
  {
    work: "fft",
    dtypes: DOUBLE,
    sizes: [2 ** 20],
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ ...fft.fft(x!) }),
    target: 2.5,
    tolerance: { f32: 1e-9, f64: 1e-9 },
  },
  {
    work: "searchsorted",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({
      x: { dtype, shape: [Math.floor(n / 10)], fill: "ascending" },
      y: row(n, dtype),
    }),
    compute: ({ x, y }) => ({ r: searchsorted(x!, y!) }),
    target: 1.5,
  },
  {
    work: "interp",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({
      x: row(n, dtype),
      points: { dtype, shape: [100], fill: "ascending" },
      values: row(100, dtype),
    }),
    compute: ({ x, points, values }) => ({ r: interp(x!, points!, values!) }),
    target: 1.5,
    tolerance: { f32: 0, f64: 1e-13 },
  },
  {
    work: "histogram",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => {
      const { counts, edges } = histogram(x!, { bins: 50 });
      return { counts, edges };
    },
    target: 2.5,
    tolerance: { f32: 0, f64: 1e-14 },
  },
  {
    work: "bincount",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n) => ({ i: { dtype: "i64", shape: [n], fill: "positions", below: 1000 } }),
    compute: ({ i }) => ({ r: bincount(i!) }),
    target: 2.5,
  },
  {
    work: "convolve",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype), y: row(50, dtype) }),
    compute: ({ x, y }) => ({ r: convolve(x!, y!) }),
    target: 1.5,
    tolerance: { f32: 1e-4, f64: 1e-13 },
  },
  {
    // as x[i, j]
    work: "lists",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => {
      const x = matrix(n, dtype), [numRows, numColumns] = x.shape as [number, number];
      const positions = (below: number): OperandSpec => ({
        dtype: "i64",
        shape: [n],
        fill: "positions",
        below,
      });
      return { x, i: positions(numRows), j: positions(numColumns) };
    },
    compute: ({ x, i, j }) => ({ r: x!.get([i!, j!]) }),
    target: 1.5,
  },
  {
    work: "along",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => {
      const x = matrix(n, dtype), { shape } = x;
      return { x, i: { dtype: "i64", shape, fill: "positions", below: shape[1]! } };
    },
    compute: ({ x, i }) => ({ r: takeAlongAxis(x!, i!, 1) }),
    target: 2.5,
  },
  {
    work: "pad",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: matrix(n, dtype) }),
    compute: ({ x }) => ({ r: pad(x!, 5, "reflect") }),
    target: 2.5,
  },
  {
    work: "argmax",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: argmax(x!) }),
    target: 1.5,
  },
  {
    // the order in the parts is open, so that one element is compared
    work: "partition",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => {
      const middle = x!.size >> 1;
      using parted = partition(x!, middle);
      return { r: parted.slice([`${middle}:${middle + 1}`]).copy() };
    },
    target: 2.5,
  },
  {
    work: "unique",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: unique(x!) }),
    target: 2.5,
  },
  {
    // both keys are bytes
    work: "lexsort",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n) => {
      const key: OperandSpec = { dtype: "u8", shape: [n], fill: "positions", below: 256 };
      return { x: key, y: key };
    },
    compute: ({ x, y }) => ({ r: lexsort([x!, y!]) }),
    target: 1.5,
  },
  {
    work: "narrow",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: x!.astype("f32") }),
    target: 1.5,
  },
  {
    work: "nonzero",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n) => ({ m: { dtype: "bool", shape: [n], fill: "bools" } }),
    compute: ({ m }) => ({ r: nonzero(m!)[0]! }),
    target: 1.5,
  },
  {
    work: "concatenate",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: pair,
    compute: ({ x, y }) => ({ r: concatenate([x!, y!]) }),
    target: 1.5,
  },
  {
    work: "any",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n) => ({ m: { dtype: "bool", shape: [n], fill: "none" } }),
    compute: ({ m }) => ({ r: any(m!) }),
    target: 1.5,
  },
  {
    work: "whole",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: x!.astype("i64") }),
    target: 1.5,
  },
  {
    work: "sort_rows",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: { dtype, shape: [n / 100, 100], fill: "normal" } }),
    compute: ({ x }) => ({ r: sort(x!) }),
    target: 2.5,
  },
  ...[1000, 10].map((numOthers): WorkRow => ({
    work: numOthers === 10 ? "isin_few" : "isin",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n) => {
      const far = (size: number): OperandSpec => ({
        dtype: "i64",
        shape: [size],
        fill: "positions",
        below: 1000 * n,
      });
      return { i: far(n), j: far(numOthers) };
    },
    compute: ({ i, j }) => ({ r: isin(i!, j!) }),
    target: 1,
  })),
  {
    work: "argmax_i64",
    dtypes: DOUBLE,
    sizes: MEDIUM_SIZES,
    operands: (n) => ({ i: { dtype: "i64", shape: [n], fill: "positions" } }),
    compute: ({ i }) => ({ r: argmax(i!) }),
    target: 2.5,
  },
  {
    work: "repeat",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({
      x: row(n, dtype),
      i: { dtype: "i64", shape: [n], fill: "positions", below: 5 },
    }),
    compute: ({ x, i }) => ({ r: repeat(x!, i!) }),
    target: 1.5,
  },
  {
    work: "norm",
    dtypes: FLOATS,
    sizes: MEDIUM_SIZES,
    operands: (n, dtype) => ({ x: row(n, dtype) }),
    compute: ({ x }) => ({ r: linalg.norm(x!) }),
    target: 2.5,
    tolerance: { f32: 1e-5, f64: 1e-13 },
  },
];

/** The cases of the works that are named, of all where none is. */
export function casesOf(names: readonly string[]): ArrayCase[] {
  const unknown = names.find((name) => !ROWS.some(({ work }) => work === name));
  if (unknown !== undefined) {
    throw new Error(`no work ${unknown}; there are ${ROWS.map(({ work }) => work).join(", ")}`);
  }
  return ROWS.filter(({ work }) => names.length === 0 || names.includes(work)).flatMap((made) =>
    made.dtypes.flatMap((dtype) =>
      (made.sizes ?? SIZES).map((size) => ({
        work: made.work,
        title: `${made.work} ${dtype}`,
        operands: made.operands(size, dtype),
        compute: made.compute,
        size,
        target: made.target,
        tolerance: made.tolerance?.[dtype] ?? 0,
      }))
    )
  );
}

/** An operand's elements, the same in every call. */
export function makeOperand({ dtype, shape, fill, below }: OperandSpec, seed: number): NDArray {
  const generator = random.defaultRng(seed), size = [...shape];
  if (fill === "positions") {
    using positions = generator.integers(0, below ?? shape[0]!, { size });
    return positions.astype(dtype);
  }
  using numbers = generator.normal(0, 1, { size });
  if (fill === "ascending") {
    using given = numbers.astype(dtype);
    return sort(given);
  }
  if (fill === "none") return numbers.gt(Infinity);
  return fill === "bools" ? numbers.gt(0) : numbers.astype(dtype);
}
