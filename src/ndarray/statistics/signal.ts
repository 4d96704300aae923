/**
 * Interpolation and convolution in one dimension.
 *
 * @module
 */
import { DTYPE, promoteTypes, type TypedArray } from "../../dtype/mod.ts";
import type { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { argsortElements } from "../sorting/ordering.ts";
import { interpolateInPlace } from "../sorting/searching.ts";
import { arrayOf, elementsAs, numbersOf, refuseArgument, refuseAxes, withArrays } from "../storage/rows.ts";

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
  options: InterpolationOptions = {},
): NDArray {
  return withArrays([x, xp, fp], (wanted, coordinates, values) => {
    refuseAxes("interp", coordinates!);
    refuseAxes("interp", values!);
    if (coordinates!.size !== values!.size || values!.size === 0) {
      refuseArgument(`interp takes as many values as points, and one at least`);
    }
    const at = numbersOf(wanted!), points = { x: numbersOf(coordinates!), y: numbersOf(values!) };
    const { period } = options;
    if (period === undefined) return interpolated(arrayOf(at, "f64", wanted!.shape), points, options);
    if (!(Math.abs(period) > 0)) refuseArgument(`interp takes a period that is not 0`);
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
export function convolve(a: ArrayLike, v: ArrayLike, mode: ConvolutionMode = "full"): NDArray {
  return withArrays(
    [a, v],
    (first, second) => slide("convolve", [first!, second!], { mode, isFlipped: true }),
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
export function correlate(a: ArrayLike, v: ArrayLike, mode: ConvolutionMode = "valid"): NDArray {
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
  const [a, v] = operands.map((operand) => elementsAs(operand, dtype)) as [TypedArray, TypedArray];
  if (!isFlipped) v.reverse();
  const shorter = Math.min(a.length, v.length), longer = Math.max(a.length, v.length);
  const all = productSums(a, v, DTYPE[dtype].isBigInt);
  const [start, length] = mode === "full"
    ? [0, all.length]
    // of an even number of places outside, NumPy leaves one more on the side that reversing puts first
    : mode === "same"
    ? [!isFlipped && v.length > a.length ? shorter >> 1 : (shorter - 1) >> 1, longer]
    : [shorter - 1, longer - shorter + 1];
  const result = new DTYPE[dtype].TypedArray(length);
  for (let i = 0; i < length; i++) {
    const value = all[start + i]!;
    result[i] = DTYPE[dtype].kind === "b" ? Number(value !== 0) : value;
  }
  return arrayOf(result, dtype, [length]);
}

/** all sums of products, as numbers (of narrow integers exact) or bigints */
function productSums(a: TypedArray, v: TypedArray, isBigInt: boolean): Float64Array | BigInt64Array {
  if (isBigInt) {
    const sums = new BigInt64Array(a.length + v.length - 1),
      [x, y] = [a, v] as [BigInt64Array, BigInt64Array];
    for (let i = 0; i < x.length; i++) for (let j = 0; j < y.length; j++) sums[i + j]! += x[i]! * y[j]!;
    return sums;
  }
  const sums = new Float64Array(a.length + v.length - 1), [x, y] = [a, v] as [Float64Array, Float64Array];
  // 32-bit products wrap before they are added, so that sums stay exact
  const isWide = a instanceof Int32Array || a instanceof Uint32Array;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < y.length; j++) sums[i + j]! += isWide ? Math.imul(x[i]!, y[j]!) : x[i]! * y[j]!;
  }
  return sums;
}
