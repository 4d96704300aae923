/**
 * Derivatives of samples by differences.
 *
 * @module
 */
import { isFloat, type TypedArray } from "../../dtype/mod.ts";
import { DTypeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { concatenate } from "../functions.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { textOf } from "../storage/option_kinds.ts";
import { axesOf, axisOf, over, part, refuseArgument, rowsOf } from "../storage/rows.ts";

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
 * axis. `spacing`: the distance of samples, or their coordinates, for all axes or for each in a list.
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
  spacing: readonly Spacing[] = [1],
  ...args: Positional<GradientOptions>
): NDArray[] {
  const { axis, edgeOrder = 1 } = optionsOf<GradientOptions>("gradients", args);
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    refuseArgument(`gradient takes 1 or 2 as edgeOrder, not ${textOf(edgeOrder)}`);
  }
  return over(f, (array) => {
    const axes = axis === undefined || axis === null
      ? axesOf(array, null)
      : typeof axis === "number"
      ? [axis]
      : axis;
    const isOne = (each: Spacing) => typeof each === "number" || (each instanceof NDArray && each.ndim === 0);
    const steps = spacing.length === 1 && isOne(spacing[0]!) ? axes.map(() => spacing[0]!) : spacing;
    if (steps.length !== axes.length) refuseArgument(`gradient takes one spacing, or one for each axis`);
    return axes.map((one, i) =>
      scope(() => derivative(array, [axisOf(array, one), edgeOrder], spacingOf(steps[i]!)))
    );
  });
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
  spacing: Spacing = 1,
  ...args: Positional<GradientOptions & { readonly axis?: number }>
): NDArray {
  const options = optionsOf<GradientOptions & { readonly axis?: number }>("gradient", args);
  return over(f, (array) => {
    const [first, ...more] = gradients(array, [spacing], options);
    if (first !== undefined && more.length === 0) return first;
    return refuseArgument(`gradient takes an axis for ${array.ndim} axes`, "gradients gives all of them");
  });
}

function spacingOf(given: Spacing): number | NDArray {
  if (typeof given === "number" || given instanceof NDArray) return given;
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return asarray(given);
  return refuseArgument(`gradient takes a number, or the coordinates, as spacing, not ${textOf(given)}`);
}

function derivative(
  given: NDArray,
  [axis, edgeOrder]: readonly [number, 1 | 2],
  spacing: number | NDArray,
): NDArray {
  if (given.dtype === "bool") {
    throw new DTypeError("DTY001", "gradient is not defined for bool", {
      help: 'cast first: .astype("f64")',
    });
  }
  const f = isFloat(given.dtype) ? given : given.astype("f64");
  const size = f.shape[axis]!;
  if (size < edgeOrder + 1) {
    refuseArgument(`gradient takes at least ${edgeOrder + 1} elements along an axis, not ${size}`);
  }
  const distances = typeof spacing === "number" || spacing.ndim === 0 ? null : coordinates(spacing, size);
  const isEven = distances === null || distances.every((distance) => distance === distances[0]);
  const step = Number(typeof spacing === "number" ? spacing : spacing.ndim === 0 ? spacing.item() : NaN);
  const h = (i: number): number => distances === null ? step : distances.at(i)!;
  const at = (start: number, stop: number): NDArray =>
    part(f, axis, stop === 0 ? { start } : { start, stop });
  const column = (values: readonly number[]): NDArray =>
    asarray(values, { dtype: "f64" }).reshape(f.shape.map((_, one) => one === axis ? values.length : 1));
  const inner: number[][] = [[], [], []];
  for (let i = 0; !isEven && i < size - 2; i++) {
    const [a, b] = [h(i), h(i + 1)];
    inner[0]!.push(-b / (a * (a + b)));
    inner[1]!.push((b - a) / (a * b));
    inner[2]!.push(a / (b * (a + b)));
  }
  const middle = isEven
    ? at(2, 0).sub(at(0, -2)).div(2 * h(0))
    : column(inner[0]!).mul(at(0, -2)).add(column(inner[1]!).mul(at(1, -1))).add(
      column(inner[2]!).mul(at(2, 0)),
    );
  const [first, last] = edgeOrder === 1
    ? [at(1, 2).sub(at(0, 1)).div(h(0)), at(size - 1, size).sub(at(size - 2, size - 1)).div(h(-1))]
    : edges(at, size, isEven ? [h(0), h(0), h(0), h(0)] : [h(0), h(1), h(-2), h(-1)]);
  const parts = size > 2 ? [first!, middle, last!] : [first!, last!];
  return concatenate(parts, axis).astype(f.dtype);
}

/** the second-order formulas at both ends */
function edges(
  at: (start: number, stop: number) => NDArray,
  size: number,
  [a, b, c, d]: readonly [number, number, number, number],
): [NDArray, NDArray] {
  const combine = (weights: readonly number[], from: number): NDArray =>
    at(from, from + 1).mul(weights[0]!).add(at(from + 1, from + 2).mul(weights[1]!))
      .add(at(from + 2, from + 3).mul(weights[2]!));
  return [
    combine([-(2 * a + b) / (a * (a + b)), (a + b) / (a * b), -a / (b * (a + b))], 0),
    combine([d / (c * (c + d)), -(d + c) / (c * d), (2 * d + c) / (d * (c + d))], size - 3),
  ];
}

function coordinates(spacing: NDArray, size: number): number[] {
  if (spacing.ndim !== 1 || spacing.size !== size) {
    refuseArgument(`coordinates are one axis of ${size} elements`);
  }
  const points = [...rowsOf(spacing, 0, "f64").elements as Float64Array];
  return points.slice(1).map((point, i) => point - points[i]!);
}
