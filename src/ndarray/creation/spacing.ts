/**
 * Numbers between two ends: evenly spaced, or each the same factor from the one before. The ends are plain numbers or
 * arrays, which broadcast; then each pair of ends has its numbers along a new axis.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { applyElementwise, NDArray } from "../array.ts";
import { duplicate } from "../elementwise/operations.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";
import { scope } from "../storage/lifetime.ts";
import { axisOf, refuseArgument } from "../storage/rows.ts";
import { elementsOf } from "../storage/strided.ts";
import { elementOf } from "../storage/values.ts";
import { arange } from "./arange.ts";
import { type ArrayLike, asarray, type DTypeOption, empty } from "./creation.ts";

/** How many numbers, and whether the last one is `stop`. */
export interface SpacingOptions extends DTypeOption {
  /** default 50 */
  readonly num?: number | undefined;
  /** default true */
  readonly endpoint?: boolean | undefined;
  /** where the axis of the numbers is, between ends that are arrays; default 0 */
  readonly axis?: number | undefined;
}

/** Options of `linspace`. */
export interface LinspaceOptions extends SpacingOptions {
  /** whether the distance between numbers is given too; default false */
  readonly retstep?: boolean | undefined;
}

/** What `linspace` gives with `retstep`: the step has the shape of the ends, and is NaN where there is none. */
export type SteppedNumbers = NamedTuple<
  { readonly samples: NDArray; readonly step: NDArray },
  ["samples", "step"]
>;

/** Options of `logspace`. */
export interface LogspaceOptions extends SpacingOptions {
  /** default 10; an array broadcasts with the ends */
  readonly base?: ArrayLike | undefined;
}

/** the dtype of numbers between ends: that of f32 arrays, else f64 */
function floatBetween(ends: readonly ArrayLike[]): DType {
  const arrays = ends.filter((end) => typeof end !== "number").map((end) => asarray(end).dtype);
  return arrays.length > 0 && arrays.every((dtype) => dtype === "f32") ? "f32" : "f64";
}

function isInteger(dtype: DType): boolean {
  return DTYPE[dtype].range !== null;
}

/** numbers from plain ends; what an integer dtype does not hold is refused */
function filledBy(
  { num = 50, dtype = "f64", axis = 0 }: SpacingOptions,
  valueAt: (index: number) => number,
): NDArray {
  const result = empty(num, { dtype });
  try {
    axisOf(result, axis);
    const elements = elementsOf(result.view);
    if (!isInteger(dtype) && dtype !== "bool") { for (let i = 0; i < num; i++) elements[i] = valueAt(i); }
    else for (let i = 0; i < num; i++) elements[i] = elementOf(valueAt(i), dtype);
  } catch (error) {
    result.dispose();
    throw error;
  }
  return result;
}

function evenly(
  start: number,
  stop: number,
  { num = 50, endpoint = true }: SpacingOptions,
): (index: number) => number {
  const numSteps = endpoint ? num - 1 : num, step = (stop - start) / numSteps;
  return (i) => {
    if (endpoint && num > 1 && i === num - 1) return stop;
    if (numSteps <= 0) return start;
    // as NumPy: what underflows to 0 is divided last
    return (step === 0 ? (i / numSteps) * (stop - start) : i * step) + start;
  };
}

/** numbers between arrays along the first axis, as NumPy computes them, in the ends' floating point */
function evenlyBetween(
  ends: readonly [ArrayLike, ArrayLike],
  dtype: DType,
  { num = 50, endpoint = true }: SpacingOptions,
): NDArray {
  const [start, stop] = ends.map((end) => asarray(end).astype(dtype)) as [NDArray, NDArray];
  const distance = stop.sub(start, { broadcast: "numpy" }), numSteps = endpoint ? num - 1 : num;
  const along = arange(num, undefined, { dtype }).reshape([num, ...distance.shape.map(() => 1)]);
  const step = distance.div(Math.max(numSteps, 1));
  const isLevel = numSteps > 0 && step.eq(0).any().item() === true;
  const grown = isLevel
    ? along.div(numSteps).mul(distance, { broadcast: "numpy" })
    : along.mul(step, { broadcast: "numpy" });
  const result = grown.add(start, { broadcast: "numpy" });
  if (endpoint && num > 1) result.set([num - 1], stop);
  return result;
}

/** the first axis at its place, as the dtype that was asked for */
function finished(numbers: NDArray, { axis = 0, dtype = numbers.dtype }: SpacingOptions): NDArray {
  return new NDArray(duplicate(numbers.moveaxis(0, axisOf(numbers, axis)).view, { dtype, order: "K" }));
}

function refuseNumber(num: number): void {
  if (!Number.isInteger(num) || num < 0) refuseArgument(`so many numbers are not spaced: ${num}`);
}

/**
 * `num` evenly spaced numbers from `start` to `stop`, which is the last unless `endpoint` is false: f64 (between f32
 * arrays f32), floored where the dtype is of integers. Refused: ARR002, DTY002, SHP001, SHP004.
 * By position, as in NumPy: `num`, `endpoint`, `retstep`, `dtype`, `axis`; then options.
 *
 * @example
 * ```ts
 * import { linspace } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(linspace(0, 1, { num: 5 }).toList(), [0, 0.25, 0.5, 0.75, 1]);
 * deepStrictEqual(linspace([0, 10], [1, 20], { num: 3, axis: -1 }).toList(), [[0, 0.5, 1], [10, 15, 20]]);
 * ```
 */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: Positional<
    LinspaceOptions & { readonly retstep?: false | undefined },
    ["num", "endpoint", "retstep", "dtype", "axis"]
  >
): NDArray;
/** with `retstep`: also the distance between numbers */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  options: LinspaceOptions & { readonly retstep: true },
): SteppedNumbers;
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  num: number,
  options: LinspaceOptions & { readonly retstep: true },
): SteppedNumbers;
/** by position, as NumPy's retstep */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  num: number,
  endpoint: boolean,
  retstep: true,
  ...args: Positional<LinspaceOptions, ["dtype", "axis"]>
): SteppedNumbers;
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: readonly unknown[]
): NDArray | SteppedNumbers {
  const names = ["num", "endpoint", "retstep", "dtype", "axis"] as const;
  const { retstep = false, ...options } = optionsOf<LinspaceOptions>("linspace", args, names);
  refuseNumber(options.num ?? 50);
  const samples = numbersBetween(start, stop, options);
  if (!retstep) return samples;
  try {
    return unpacked({ samples, step: stepBetween([start, stop], options) }, "samples", "step");
  } catch (error) {
    samples.dispose();
    throw error;
  }
}

/** the distance between numbers, in the floating point of the ends */
function stepBetween(
  [start, stop]: readonly [ArrayLike, ArrayLike],
  { num = 50, endpoint = true }: SpacingOptions,
): NDArray {
  const numSteps = endpoint ? num - 1 : num, dtype = floatBetween([start, stop]);
  return scope(() => {
    const [first, last] = [start, stop].map((end) => asarray(end).astype(dtype)) as [NDArray, NDArray];
    const distance = last.sub(first, { broadcast: "numpy" });
    return numSteps > 0 ? distance.div(numSteps) : asarray(NaN).astype(dtype);
  });
}

function numbersBetween(start: ArrayLike, stop: ArrayLike, options: SpacingOptions): NDArray {
  const { dtype } = options;
  if (typeof start === "number" && typeof stop === "number") {
    const at = evenly(start, stop, options);
    const isFloored = dtype !== undefined && isInteger(dtype);
    return filledBy(options, (i) => isFloored ? Math.floor(at(i)) : at(i));
  }
  return scope(() => {
    const numbers = evenlyBetween([start, stop], floatBetween([start, stop]), options);
    return finished(dtype !== undefined && isInteger(dtype) ? numbers.floor() : numbers, options);
  });
}

/**
 * Powers of `base`, from `base ** start` to `base ** stop`, their exponents evenly spaced: f64, or f32 between f32
 * arrays. Refused: ARR002, DTY002, SHP001, SHP004.
 * By position, as in NumPy: `num`, `endpoint`, `base`; then options.
 *
 * @example
 * ```ts
 * import { logspace } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(logspace(0, 3, { num: 4 }).toList(), [1, 10, 100, 1000]);
 * ```
 */
export function logspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: Positional<LogspaceOptions, ["num", "endpoint", "base"]>
): NDArray {
  const options = optionsOf<LogspaceOptions>("logspace", args, ["num", "endpoint", "base"]);
  const { base = 10, dtype, num = 50 } = options;
  refuseNumber(num);
  if (typeof start === "number" && typeof stop === "number" && typeof base === "number") {
    const at = evenly(start, stop, options);
    const isCut = dtype !== undefined && isInteger(dtype);
    return filledBy(options, (i) => isCut ? Math.trunc(base ** at(i)) : base ** at(i));
  }
  return scope(() => {
    const exponents = evenlyBetween([start, stop], floatBetween([start, stop]), options);
    if (typeof base === "number") return finished(powers(exponents, base), options);
    // NumPy broadcasts the three before the numbers have their axis
    const bases = asarray(base), rank = Math.max(bases.ndim, exponents.ndim - 1);
    const ones = new Array<number>(rank + 1 - exponents.ndim).fill(1);
    const aligned = exponents.reshape([num, ...ones, ...exponents.shape.slice(1)]);
    return finished(powers(aligned, bases), options);
  });
}

function powers(exponents: NDArray, base: NDArray | number): NDArray {
  return applyElementwise("pow", [base, exponents], { broadcast: "numpy" });
}

/**
 * Numbers from `start` to `stop`, each the same factor from the one before: f64, or f32 between f32 arrays. Between
 * ends of two signs lie NaNs: no real factor leads across 0. Refused: ARR002 for an end of 0, DTY002, SHP001, SHP004.
 * By position, as in NumPy: `num`, `endpoint`; then options.
 *
 * @example
 * ```ts
 * import { geomspace } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(geomspace(1, 8, { num: 4 }).toList(), [1, 2, 4, 8]);
 * ```
 */
export function geomspace(
  start: ArrayLike,
  stop: ArrayLike,
  ...args: Positional<SpacingOptions, ["num", "endpoint"]>
): NDArray {
  const options = optionsOf<SpacingOptions>("geomspace", args, ["num", "endpoint"]);
  const { num = 50, endpoint = true, dtype } = options;
  refuseNumber(num);
  if (typeof start === "number" && typeof stop === "number") {
    if (start === 0 || stop === 0) refuseZero();
    const sign = Math.sign(start), at = evenly(Math.log10(start / sign), Math.log10(stop / sign), options);
    const isCut = dtype !== undefined && isInteger(dtype);
    return filledBy(options, (i) => {
      const value = i === 0 ? start : endpoint && i === num - 1 ? stop : sign * 10 ** at(i);
      return isCut ? Math.trunc(value) : value;
    });
  }
  return scope(() => {
    // as NumPy's, which is f64 between ends of f32 too, where the others are f32
    const [first, last] = [start, stop].map((end) => asarray(end).astype("f64")) as [NDArray, NDArray];
    if ([first, last].some((end) => end.eq(0).any().item() === true)) refuseZero();
    const sign = first.sign(), ends = [first.div(sign), last.div(sign, { broadcast: "numpy" })] as const;
    const exponents = evenlyBetween([ends[0].log10(), ends[1].log10()], "f64", options);
    const numbers = powers(exponents, 10);
    if (num > 0) numbers.set([0], ends[0]);
    if (endpoint && num > 1) numbers.set([num - 1], ends[1]);
    return finished(numbers.mul(sign), options);
  });
}

function refuseZero(): never {
  return refuseArgument("geomspace takes ends that are not 0", "use linspace to reach or cross 0");
}
