/**
 * Interpolation and convolution in one dimension.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteTypes } from "../../dtype/mod.ts";
import { NDArray } from "../array.ts";
import { arrayKernels } from "../array_module.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { duplicate } from "../elementwise/operations.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { argsortElements } from "../sorting/ordering.ts";
import { interpolateInPlace } from "../sorting/searching.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";
import { arrayOf, numbersOf, refuseArgument, refuseAxes, withArrays } from "../storage/rows.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";

/** Options of `interp`. */
export interface InterpolationOptions {
  /** the value below the first point; default: that of the first */
  readonly left?: number;
  /** the value above the last point; default: that of the last */
  readonly right?: number;
  /** the period of the coordinates; then `left` and `right` do not count */
  readonly period?: number;
}

/**
 * Piecewise linear interpolation between points (xp, fp), xp ascending: f64, in the shape of x. Refused: ARR002.
 * By position, as in NumPy: `left`, `right`, `period`; then options.
 *
 * @example
 * ```ts
 * import { array, interp } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(interp(array([0, 1.5, 9]), [1, 2], [10, 20]).toList(), [10, 15, 20]);
 * ```
 */
export function interp(
  x: ArrayLike,
  xp: ArrayLike,
  fp: ArrayLike,
  ...args: Positional<InterpolationOptions, ["left", "right", "period"]>
): NDArray {
  const options = optionsOf<InterpolationOptions>("interp", args, ["left", "right", "period"]);
  return withArrays([x, xp, fp], (wanted, coordinates, values) => {
    refuseAxes("interp", coordinates!);
    refuseAxes("interp", values!);
    if (coordinates!.size !== values!.size || values!.size === 0) {
      refuseArgument(`interp takes as many values as points, and one at least`);
    }
    const at = numbersOf(wanted!), points = { x: numbersOf(coordinates!), y: numbersOf(values!) };
    const { period } = options;
    if (period === undefined) return interpolated(arrayOf(at, "f64", wanted!.shape), points, options);
    if (period === 0) refuseArgument(`interp takes a period that is not 0`);
    const wrapped = periodic(points, Math.abs(period));
    for (let i = 0; i < at.length; i++) at[i] = modulo(at[i]!, Math.abs(period));
    return interpolated(arrayOf(at, "f64", wanted!.shape), wrapped, {});
  });
}

interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function modulo(value: number, period: number): number {
  const rest = value % period;
  return rest < 0 ? rest + period : rest;
}

/** the points of a period in order, with a neighbour on either side */
function periodic({ x, y }: Points, period: number): Points {
  const moved = x.map((value) => modulo(value, period)), n = x.length;
  const order = argsortElements(moved, "f64");
  const [first, last] = [order[0]!, order[n - 1]!];
  return {
    x: Float64Array.from([
      moved[last]! - period,
      ...Array.from(order, (i) => moved[i]!),
      moved[first]! + period,
    ]),
    y: Float64Array.from([y[last]!, ...Array.from(order, (i) => y[i]!), y[first]!]),
  };
}

/** the values at the coordinates, of which they take the place */
function interpolated(at: NDArray, { x, y }: Points, { left, right }: InterpolationOptions): NDArray {
  const [coordinates, values] = [x, y].map((numbers) => arrayOf(numbers, "f64", [numbers.length]).view);
  interpolateInPlace(at.view, {
    x: coordinates!,
    y: values!,
    left: left ?? y[0]!,
    right: right ?? y[y.length - 1]!,
  });
  return at;
}

/** Which part of a convolution: all, as long as the longer operand, or where both overlap wholly. */
export type ConvolutionMode = "full" | "same" | "valid";

/**
 * The convolution of two arrays of one axis, in their common dtype. Refused: ARR002 for others, and for no elements.
 *
 * @example
 * ```ts
 * import { convolve } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(convolve([1, 2, 3], [0, 1]).toList(), [0, 1, 2, 3]);
 * ```
 */
export function convolve(
  a: ArrayLike,
  v: ArrayLike,
  given: Named<"mode", ConvolutionMode> = "full",
): NDArray {
  const mode = argumentOf("convolve", "mode", given) ?? "full";
  return withArrays(
    [a, v],
    (...both) => {
      // as NumPy, a number is of one axis (to correlate it is none)
      const [first, second] = both.map((each) => each.ndim === 0 ? each.reshape([1]) : each);
      return slide("convolve", [first!, second!], { mode, isFlipped: true });
    },
  );
}

/**
 * The sums of a[n + k] · v[n] over n, for each shift k. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { correlate } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(correlate([1, 2, 3], [0, 1, 0.5]).toList(), [3.5]);
 * deepStrictEqual(correlate([1, 2, 3], [0, 1, 0.5], "same").toList(), [2, 3.5, 3]);
 * ```
 */
export function correlate(
  a: ArrayLike,
  v: ArrayLike,
  given: Named<"mode", ConvolutionMode> = "valid",
): NDArray {
  const mode = argumentOf("correlate", "mode", given) ?? "valid";
  return withArrays(
    [a, v],
    (first, second) => slide("correlate", [first!, second!], { mode, isFlipped: false }),
  );
}

function slide(
  operation: string,
  operands: readonly [NDArray, NDArray],
  { mode, isFlipped }: { readonly mode: ConvolutionMode; readonly isFlipped: boolean },
): NDArray {
  for (const operand of operands) {
    refuseAxes(operation, operand);
    if (operand.size === 0) refuseArgument(`${operation} takes arrays that have elements`);
  }
  if (!["full", "same", "valid"].includes(mode)) {
    refuseArgument(`${operation} knows no mode ${String(mode)}`, 'one of "full", "same", "valid"');
  }
  const dtype = promoteTypes(operands[0].dtype, operands[1].dtype);
  const [n, m] = operands.map(({ size }) => size) as [number, number];
  const shorter = Math.min(n, m), longer = Math.max(n, m);
  const [first, length] = mode === "full"
    ? [0, n + m - 1]
    // of an even number of places outside, NumPy leaves one more on the side that reversing puts first
    : mode === "same"
    ? [!isFlipped && m > n ? shorter >> 1 : (shorter - 1) >> 1, longer]
    : [shorter - 1, longer - shorter + 1];
  const [a, v] = operands;
  const sums = productSums(operation, [a, isFlipped ? v : v.slice("::-1")], { dtype, first, length });
  return sums.dtype === dtype ? sums : sums.astype(dtype);
}

/** In which dtype sums of products are computed: floats in f64, and integers as they wrap. */
function dtypeOfSums(dtype: DType): "f64" | "i32" | "i64" {
  return isFloat(dtype) ? "f64" : DTYPE[dtype].itemsize === 8 ? "i64" : "i32";
}

/** Outputs of one call: the engine's optimised code takes over at the next call only, so none may be long. */
const OUTPUTS_PER_CALL = 4096;

/** the sums of products from `first` on, in the dtype of sums; products are added in the first operand's order */
function productSums(
  operation: string,
  operands: readonly [NDArray, NDArray],
  { dtype, first, length }: { readonly dtype: DType; readonly first: number; readonly length: number },
): NDArray {
  const to = dtypeOfSums(dtype), shape = [length], { convolveRow } = arrayKernels();
  const rows: Strided[] = [];
  try {
    for (const { view } of operands) rows.push(duplicate(view, { dtype: to, order: "C" }));
    const sums = allocate(to, shape, { demand: demandOf(operation, rows, { dtype: to, shape }) });
    const isAscending = operands[0].size < operands[1].size;
    const [x, y] = (isAscending ? rows.toReversed() : rows) as [Strided, Strided];
    const inputs = [addressOf(x), x.shape[0]!, addressOf(y), y.shape[0]!] as const;
    const start = addressOf(sums), kind = to === "f64" ? 2 : to === "i64" ? 1 : 0;
    for (let done = 0; done < length; done += OUTPUTS_PER_CALL) {
      const count = Math.min(OUTPUTS_PER_CALL, length - done), target = start + done * DTYPE[to].itemsize;
      convolveRow(...inputs, target, first + done, count, Number(isAscending), kind);
    }
    return new NDArray(sums);
  } finally {
    for (const row of rows) row.storage.freeUnheld();
  }
}
