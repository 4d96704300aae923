/**
 * Lines over eager arrays: what a call costs by size, and an element by layout.
 *
 * @module
 */
import { DTYPE, type DType } from "../../src/dtype/mod.ts";
import * as nd from "../../src/ndarray/mod.ts";
import { fillRandom } from "../in_memory.ts";
import { DTYPES_SWEPT } from "./chains.ts";
import type { RunnablePoint, SweepLine, SweepPoint } from "./line.ts";

const SIZES = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 5_000_000];
const MATRIX_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
/** rows and columns of an operand whose layout is swept */
const SIDE = 512;

function filled(dtype: DType, shape: readonly number[]): nd.NDArray {
  const values = new DTYPE[dtype].TypedArray(shape.reduce((all, size) => all * size, 1));
  fillRandom(values, { range: [1, 100], seed: 7 });
  return nd.fromTypedArray(values, { shape });
}

/** A computation over operands that stay; what it makes is freed after each call. */
function calls(operands: readonly nd.NDArray[], compute: () => unknown): RunnablePoint {
  return {
    run: () => nd.scope(() => void compute()),
    [Symbol.dispose]: () => operands.forEach((array) => array.dispose()),
  };
}

const UNARY: Readonly<Record<string, (x: nd.NDArray) => nd.NDArray>> = {
  exp: (x) => x.exp(),
  sum: (x) => x.sum(),
  "sum of columns": (x) => x.sum({ axis: 0 }),
  "sum of rows": (x) => x.sum({ axis: 1 }),
  copy: (x) => x.copy(),
  "astype f64": (x) => x.astype("f64"),
};

const BINARY: Readonly<Record<string, (x: nd.NDArray, y: nd.NDArray) => nd.NDArray>> = {
  add: (x, y) => x.add(y),
  lt: (x, y) => x.lt(y),
};

/** Views of SIDE × SIDE elements, with the array that they are of. */
const LAYOUTS: readonly (readonly [string, readonly number[], (x: nd.NDArray) => nd.NDArray])[] = [
  ["contiguous", [SIDE, SIDE], (x) => x.slice("...")],
  ["broadcast row", [SIDE], (x) => x.broadcastTo([SIDE, SIDE])],
  ["broadcast column", [SIDE, 1], (x) => x.broadcastTo([SIDE, SIDE])],
  ["strided 2", [SIDE, 2 * SIDE], (x) => x.slice(":, ::2")],
  ["strided 3", [SIDE, 3 * SIDE], (x) => x.slice(":, ::3")],
  ["reversed", [SIDE, SIDE], (x) => x.slice("::-1, ::-1")],
  ["every second row", [2 * SIDE, SIDE], (x) => x.slice("::2")],
  ["transposed", [SIDE, SIDE], (x) => x.transpose()],
];

function layoutLine(
  name: string,
  dtype: DType,
  compute: (view: nd.NDArray, other: nd.NDArray) => nd.NDArray,
): SweepLine {
  return {
    name: `${name} ${dtype}, by layout`,
    axis: "layout",
    points: LAYOUTS.map(([label, shape, viewOf]): SweepPoint => ({
      label,
      numElements: SIDE * SIDE,
      prepare: () => {
        const base = filled(dtype, shape), view = viewOf(base), other = filled(dtype, [SIDE, SIDE]);
        return calls([view, base, other], () => compute(view, other));
      },
    })),
  };
}

function sizeLine(
  name: string,
  dtype: DType,
  compute: (x: nd.NDArray, y: nd.NDArray) => nd.NDArray,
): SweepLine {
  return {
    name: `${name} ${dtype}, by size`,
    axis: "growing",
    points: SIZES.map((size): SweepPoint => ({
      label: `${size}`,
      numElements: size,
      prepare: () => {
        const x = filled(dtype, [size]), y = filled(dtype, [size]);
        return calls([x, y], () => compute(x, y));
      },
    })),
  };
}

function matrixLine(dtype: "f32" | "f64"): SweepLine {
  return {
    name: `matmul ${dtype}, by size`,
    axis: "growing",
    points: MATRIX_SIZES.map((side): SweepPoint => ({
      label: `${side} × ${side}`,
      numElements: side ** 3,
      prepare: () => {
        const x = filled(dtype, [side, side]), y = filled(dtype, [side, side]);
        return calls([x, y], () => x.matmul(y));
      },
    })),
  };
}

/** All lines of arrays. */
export function arrayLines(): SweepLine[] {
  return [
    ...DTYPES_SWEPT.flatMap((dtype) => [
      ...Object.entries(BINARY).map(([name, compute]) => layoutLine(name, dtype, compute)),
      ...Object.entries(UNARY).map(([name, compute]) => layoutLine(name, dtype, compute)),
    ]),
    ...DTYPES_SWEPT.flatMap((dtype) => [
      sizeLine("add", dtype, (x, y) => x.add(y)),
      sizeLine("exp", dtype, (x) => x.exp()),
      sizeLine("sum", dtype, (x) => x.sum()),
    ]),
    matrixLine("f32"),
    matrixLine("f64"),
  ];
}
