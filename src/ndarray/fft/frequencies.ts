/**
 * The frequencies of a transform, and their order.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike, asarray, fromTypedArray } from "../creation/creation.ts";
import { roll } from "../movement/rearranging.ts";
import { scope } from "../storage/lifetime.ts";
import { axesOf, refuseArgument, refuseNoFloat } from "../storage/rows.ts";
import type { ComplexPair } from "./complex_input.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Options of the frequencies. */
export interface SpacingOption {
  /** the time between samples; default 1 */
  readonly d?: number;
  /** f32 or f64, to which frequencies that are computed in f64 are rounded; default f64 */
  readonly dtype?: DType | undefined;
}

/** Frequencies in a dtype. Refused: DTY001 for one that is not of floats. */
function frequencies(operation: string, values: Float64Array, dtype: DType): NDArray {
  refuseNoFloat(operation, dtype);
  return fromTypedArray(values, { dtype });
}

/** The distance of frequencies. Refused: ARR002 for no samples, and for samples at one time. */
function stepOf(operation: string, n: number, d: number): number {
  if (!Number.isInteger(n) || n < 1) {
    refuseArgument(`${operation} takes a number of samples from 1, not ${n}`);
  }
  if (d === 0) refuseArgument(`${operation} takes a time between samples, which is not 0`);
  return 1 / (n * d);
}

/**
 * The frequencies of a transform of n samples, f64, in its order: 0 and the positive ones, then the negative ones.
 * Refused: ARR002.
 * By position, as in NumPy: `d`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.fftfreq(4, { d: 0.5 }).toList(), [0, 0.5, -1, -0.5]);
 * ```
 */
export function fftfreq(n: number, ...args: Positional<SpacingOption, ["d"]>): NDArray {
  const { d = 1, dtype = "f64" } = optionsOf<SpacingOption>("fftfreq", args, ["d"]);
  const step = stepOf("fftfreq", n, d), numPositive = Math.floor((n - 1) / 2) + 1;
  const values = Float64Array.from({ length: n }, (_, k) => (k < numPositive ? k : k - n) * step);
  return frequencies("fftfreq", values, dtype);
}

/**
 * The frequencies of the first half of a transform of n samples: n / 2 + 1. Refused: ARR002.
 * By position, as in NumPy: `d`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.rfftfreq(4).toList(), [0, 0.25, 0.5]);
 * ```
 */
export function rfftfreq(n: number, ...args: Positional<SpacingOption, ["d"]>): NDArray {
  const { d = 1, dtype = "f64" } = optionsOf<SpacingOption>("rfftfreq", args, ["d"]);
  const step = stepOf("rfftfreq", n, d);
  const values = Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => k * step);
  return frequencies("rfftfreq", values, dtype);
}

/** Along which axes frequencies are put in order; default all. */
export interface ShiftOptions {
  readonly axes?: number | readonly number[] | null;
}

type Shifted<X> = X extends ComplexPair ? ComplexPair : NDArray;

function shift<X extends ArrayLike | ComplexPair>(
  x: X,
  { axes = null }: ShiftOptions,
  isInverse: boolean,
): Shifted<X> {
  const shiftOne = (value: ArrayLike) =>
    scope(() => {
      const a = asarray(value), chosen = axesOf(a, axes);
      const distances = chosen.map((axis) => Math.floor(a.shape[axis]! / 2));
      return roll(a, distances.map((distance) => isInverse ? -distance : distance), chosen);
    });
  const isPair = typeof x === "object" && !(x instanceof NDArray) && "re" in x;
  const result = isPair ? { re: shiftOne(x.re), im: shiftOne(x.im) } : shiftOne(x as ArrayLike);
  // a pair gives a pair, an array an array
  return result as Shifted<X>;
}

/**
 * The frequency 0 moved to the middle, of an array or of both parts of a pair: a copy. Refused: SHP004, MEM005.
 * By position, as in NumPy: `axes`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.fftshift(fft.fftfreq(5).mul(5).round()).toList(), [-2, -1, 0, 1, 2]);
 * ```
 */
export function fftshift<X extends ArrayLike | ComplexPair>(
  x: X,
  ...args: Positional<ShiftOptions, ["axes"]>
): Shifted<X> {
  const options = optionsOf<ShiftOptions>("fftshift", args, ["axes"]);
  return shift(x, options, false);
}

/**
 * The inverse of `fftshift`, also of odd sizes: a copy. Refused: SHP004, MEM005.
 * By position, as in NumPy: `axes`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.ifftshift([-2, -1, 0, 1, 2]).toList(), [0, 1, 2, -2, -1]);
 * ```
 */
export function ifftshift<X extends ArrayLike | ComplexPair>(
  x: X,
  ...args: Positional<ShiftOptions, ["axes"]>
): Shifted<X> {
  const options = optionsOf<ShiftOptions>("ifftshift", args, ["axes"]);
  return shift(x, options, true);
}
