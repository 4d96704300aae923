/**
 * Derivatives of samples by differences.
 *
 * @module
 */
import { type DType, isFloat, type TypedArray } from "../../dtype/mod.ts";
import { DTypeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { concatenate } from "../functions.ts";
import { isOptions, optionsOf, type Positional } from "../storage/arguments.ts";
import { isAlone } from "../storage/integer_lists.ts";
import { shapeText } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { textOf } from "../storage/option_kinds.ts";
import { axesOf, axisOf, numbersOf, over, part, refuseArgument } from "../storage/rows.ts";

/** The distance of samples, or the coordinate of each. */
export type Spacing = number | NDArray | readonly number[] | TypedArray;

/** Options of `gradient`. */
export interface GradientOptions {
  /** default: all axes */
  readonly axis?: number | readonly number[] | null;
  /** the order of the formula at the ends; default 1 */
  readonly edgeOrder?: 1 | 2;
}

/**
 * The derivative along each axis by central differences, at the ends by one-sided ones: a list of arrays, one for each
 * axis. `spacing`: the distance of samples for all axes, or in a list that or the coordinates for each.
 * Refused: ARR002, SHP004, DTY001 for bool.
 *
 * @example
 * ```ts
 * import { gradients } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [down, across] = gradients([[1, 2, 4], [2, 4, 8]]);
 * deepStrictEqual(down!.toList(), [[1, 2, 4], [1, 2, 4]]);
 * deepStrictEqual(across!.toList(), [[1, 1.5, 2], [2, 3, 4]]);
 * ```
 */
export function gradients(
  f: ArrayLike,
  spacing: Spacing | readonly Spacing[] | GradientOptions = 1,
  ...args: Positional<GradientOptions>
): NDArray[] {
  const [given, options] = spacingAndOptions<Spacing | readonly Spacing[]>("gradients", [spacing, 1], args);
  const spacings = Array.isArray(given) ? given as readonly Spacing[] : [given as Spacing];
  return over(f, (array) => derivatives("gradients", array, spacings, options));
}

/** What stands behind the samples: the spacing, or already the options. */
function spacingAndOptions<S>(
  callee: string,
  [given, usual]: readonly [S | GradientOptions, S],
  args: Positional<GradientOptions>,
): readonly [S, GradientOptions] {
  return isOptions(given)
    ? [usual, optionsOf<GradientOptions>(callee, [given, ...args])]
    : [given as S, optionsOf<GradientOptions>(callee, args)];
}

function derivatives(
  callee: string,
  array: NDArray,
  spacings: readonly Spacing[],
  { axis = null, edgeOrder = 1 }: GradientOptions,
): NDArray[] {
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    refuseArgument(`${callee} takes 1 or 2 as edgeOrder, not ${textOf(edgeOrder)}`);
  }
  const axes = axis === null
    ? axesOf(array, null)
    : (typeof axis === "number" ? [axis] : axis).map((one) => axisOf(array, one));
  if (new Set(axes).size < axes.length) {
    refuseArgument(`${callee} takes each axis once, not ${axes.join(", ")}`);
  }
  const steps = spacings.length === 1 && isAlone(spacings[0]) ? axes.map(() => spacings[0]!) : spacings;
  if (steps.length !== axes.length) {
    refuseArgument(
      `${callee} takes one number as spacing, or a spacing for each of ${axes.length} axes, not ${steps.length}`,
    );
  }
  return axes.map((one, i) => scope(() => derivative(callee, [array, one, edgeOrder], steps[i]!)));
}

/** Options of `gradient`, which is along one axis. */
export interface OneGradientOptions extends GradientOptions {
  /** needed where there are several */
  readonly axis?: number | null;
}

/**
 * `gradients` along one axis: of an array of one axis, or with `axis` one of several. Refused: ARR002, SHP004.
 *
 * @example
 * ```ts
 * import { gradient } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(gradient([1, 2, 4, 7]).toList(), [1, 1.5, 2.5, 3]);
 * deepStrictEqual(gradient([1, 2, 4], 0.5).toList(), [2, 3, 4]);
 * ```
 */
export function gradient(
  f: ArrayLike,
  spacing: Spacing | OneGradientOptions = 1,
  ...args: Positional<OneGradientOptions>
): NDArray {
  const [distance, options] = spacingAndOptions<Spacing>("gradient", [spacing, 1], args);
  return over(f, (array) => {
    const [first, ...more] = derivatives("gradient", array, [distance], options);
    if (first !== undefined && more.length === 0) return first;
    return refuseArgument(`gradient takes an axis for ${array.ndim} axes`, "gradients gives all of them");
  });
}

/** The distances of neighbours along an axis, as NumPy has them. */
interface Distances {
  /** one where all are the same */
  readonly list: readonly number[];
  readonly isEven: boolean;
  /** what is computed of them is rounded to this dtype; null: plain numbers, which take that of the samples */
  readonly dtype: "f32" | "f64" | null;
}

function distancesOf(callee: string, given: Spacing, size: number): Distances {
  if (typeof given === "number" || typeof given === "bigint") {
    return { list: [Number(given)], isEven: true, dtype: null };
  }
  if (!(given instanceof NDArray || Array.isArray(given) || ArrayBuffer.isView(given))) {
    return refuseArgument(`${callee} takes a number, or the coordinates, as spacing, not ${textOf(given)}`);
  }
  const points = asarray(given), dtype = points.dtype === "f32" ? "f32" : "f64";
  if (points.ndim === 0) return { list: [Number(points.item())], isEven: true, dtype };
  if (points.ndim !== 1 || points.size !== size) {
    refuseArgument(
      `${callee} takes coordinates that are one axis of ${size} elements, not ${shapeText(points.shape)}`,
    );
  }
  const round = roundingTo(dtype), numbers = [...numbersOf(points)];
  const list = numbers.slice(1).map((point, i) => round(point - numbers[i]!));
  const isEven = list.every((distance) => distance === list[0]);
  return { list: isEven ? list.slice(0, 1) : list, isEven, dtype };
}

function roundingTo(dtype: DType | null): (x: number) => number {
  return dtype === "f32" ? Math.fround : (x) => x;
}

function derivative(
  callee: string,
  [given, axis, edgeOrder]: readonly [NDArray, number, 1 | 2],
  spacing: Spacing,
): NDArray {
  if (given.dtype === "bool") {
    throw new DTypeError("DTY001", `${callee} is not defined for bool`, {
      help: 'cast first: .astype("f64")',
    });
  }
  const f = isFloat(given.dtype) ? given : given.astype("f64");
  const size = f.shape[axis]!;
  if (size < edgeOrder + 1) {
    refuseArgument(`${callee} takes at least ${edgeOrder + 1} elements along an axis, not ${size}`);
  }
  const distances = distancesOf(callee, spacing, size), { list, isEven, dtype } = distances;
  const at = (start: number, stop: number): NDArray =>
    part(f, axis, stop === 0 ? { start } : { start, stop });
  // a number that is not plain is of a dtype, to which the samples are promoted
  const factor = (value: number): number | NDArray => dtype === null ? value : asarray(value, { dtype });
  const column = (values: readonly number[]): NDArray =>
    asarray(values, { dtype: dtype ?? "f64" })
      .reshape(f.shape.map((_, one) => one === axis ? values.length : 1));
  const combine = (weights: readonly (number | NDArray)[], from: number, count: number): NDArray => {
    const [a, b, c] = weights.map((weight, i) => at(from + i, from + i + count).mul(weight));
    return a!.add(b!).add(c!);
  };
  const middle = size === 2
    ? []
    : isEven
    ? [at(2, 0).sub(at(0, -2)).div(factor(2 * list[0]!))]
    : [combine(innerWeights(distances).map(column), 0, size - 2)];
  const [first, last] = edgeOrder === 1
    ? [
      at(1, 2).sub(at(0, 1)).div(factor(list[0]!)),
      at(size - 1, size).sub(at(size - 2, size - 1)).div(factor(list.at(-1)!)),
    ]
    : edgeWeights(distances).map((weights, end) => combine(weights.map(factor), end === 0 ? 0 : size - 3, 1));
  return concatenate([first!, ...middle, last!], axis).astype(f.dtype);
}

/** For uneven distances, what each element's neighbour before it, itself and the one behind count. */
function innerWeights({ list, dtype }: Distances): readonly (readonly number[])[] {
  const r = roundingTo(dtype), weights: number[][] = [[], [], []];
  for (let i = 0; i < list.length - 1; i++) {
    const [a, b] = [list[i]!, list[i + 1]!], sum = r(a + b);
    weights[0]!.push(r(-b / r(a * sum)));
    weights[1]!.push(r(r(b - a) / r(a * b)));
    weights[2]!.push(r(a / r(b * sum)));
  }
  return weights;
}

/**
 * By the formulas of second order: what the first three elements count in the derivative of the first, and the last
 * three in that of the last. Of even distances it is by the distance alone: its square may be beyond what floats hold.
 */
function edgeWeights({ list, isEven, dtype }: Distances): readonly (readonly number[])[] {
  const r = roundingTo(dtype), h = list[0]!;
  if (isEven) return [[-1.5, 2, -0.5], [0.5, -2, 1.5]].map((weights) => weights.map((one) => r(one / h)));
  const [a, b] = [h, list[1]!],
    [c, d] = [list.at(-2)!, list.at(-1)!],
    [before, behind] = [r(a + b), r(c + d)];
  return [
    [r(-r(2 * a + b) / r(a * before)), r(before / r(a * b)), r(-a / r(b * before))],
    [r(d / r(c * behind)), r(-behind / r(c * d)), r(r(2 * d + c) / r(d * behind))],
  ];
}
