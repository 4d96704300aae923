/**
 * Reductions that leave NaN out. Of integers and bools they are the plain ones.
 *
 * @module
 */
import { DTYPE, isFloat } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import type { NDArray, SpreadOptions } from "./array.ts";
import { where } from "./functions.ts";
import { scope } from "./lifetime.ts";
import type { Axes, ReduceOptions } from "./operations.ts";
import { cumprod, cumsum, type CumulativeOptions } from "./cumulative.ts";

export { nanmedian, nanpercentile, nanquantile } from "./statistics.ts";

/** The sum of the elements that are not NaN; 0 of none. Refused: SHP004. */
export function nansum(a: NDArray, axis: Axes = null, options: ReduceOptions = {}): NDArray {
  return scope(() => filled(a, 0).sum(axis, options));
}

/** The product of the elements that are not NaN; 1 of none. Refused: SHP004. */
export function nanprod(a: NDArray, axis: Axes = null, options: ReduceOptions = {}): NDArray {
  return scope(() => filled(a, 1).prod(axis, options));
}

/** The mean of the elements that are not NaN; NaN of none. Refused: SHP004. */
export function nanmean(a: NDArray, axis: Axes = null, options: ReduceOptions = {}): NDArray {
  if (!isFloat(a.dtype)) return a.mean(axis, options);
  return scope(() => {
    const numElements = a.isNan().logicalNot().countNonzero(axis, options);
    return filled(a, 0).astype("f64").sum(axis, options).div(numElements).astype(a.dtype);
  });
}

/** The variance of the elements that are not NaN; NaN where there are not more than `correction`. Refused: SHP004. */
export function nanvar(a: NDArray, axis: Axes = null, options: SpreadOptions = {}): NDArray {
  if (!isFloat(a.dtype)) return a.var(axis, options);
  return scope(() => variance(a, axis, options).astype(a.dtype));
}

/** The standard deviation of the elements that are not NaN. Refused: SHP004. */
export function nanstd(a: NDArray, axis: Axes = null, options: SpreadOptions = {}): NDArray {
  if (!isFloat(a.dtype)) return a.std(axis, options);
  return scope(() => variance(a, axis, options).sqrt().astype(a.dtype));
}

function variance(a: NDArray, axis: Axes, { correction = 0, keepdims = false }: SpreadOptions): NDArray {
  const wide = a.astype("f64"), present = a.isNan().logicalNot();
  const mean = filled(wide, 0).sum(axis, { keepdims: true })
    .div(present.countNonzero(axis, { keepdims: true }));
  const squares = filled(wide.sub(mean), 0).square().sum(axis, { keepdims });
  const numElements = present.countNonzero(axis, { keepdims });
  const divisor = numElements.astype("f64").sub(correction);
  // an infinity is NaN away from its mean, and so not left out
  const hasInfinity = present.logicalAnd(a.isFinite().logicalNot()).any(axis, { keepdims });
  return where(divisor.le(0).logicalOr(hasInfinity), NaN, squares.div(divisor));
}

/** The smallest element that is not NaN; NaN where all are. Refused: ARR003 of none, SHP004. */
export function nanmin(a: NDArray, axis: Axes = null, options: ReduceOptions = {}): NDArray {
  return extremum("min", a, [axis, options]);
}

/** The largest element that is not NaN; NaN where all are. Refused: ARR003 of none, SHP004. */
export function nanmax(a: NDArray, axis: Axes = null, options: ReduceOptions = {}): NDArray {
  return extremum("max", a, [axis, options]);
}

function extremum(
  which: "min" | "max",
  a: NDArray,
  [axis, options]: readonly [Axes, ReduceOptions],
): NDArray {
  if (!isFloat(a.dtype)) return a[which](axis, options);
  return scope(() => {
    const value = filled(a, which === "min" ? Infinity : -Infinity)[which](axis, options);
    return where(a.isNan().all(axis, options), NaN, value);
  });
}

/** The position of the smallest element that is not NaN. Refused: ARR003 where all are, SHP004. */
export function nanargmin(a: NDArray, axis: number | null = null, options: ReduceOptions = {}): NDArray {
  refuseAllNan("nanargmin", a, axis);
  return scope(() => filled(a, Infinity).argmin(axis, options));
}

/** The position of the largest element that is not NaN. Refused: ARR003 where all are, SHP004. */
export function nanargmax(a: NDArray, axis: number | null = null, options: ReduceOptions = {}): NDArray {
  refuseAllNan("nanargmax", a, axis);
  return scope(() => filled(a, -Infinity).argmax(axis, options));
}

function refuseAllNan(operation: string, a: NDArray, axis: number | null): void {
  if (!isFloat(a.dtype) || a.size === 0) return;
  if (!scope(() => a.isNan().all(axis).any().item())) return;
  throw new NdpipeError("ARR003", `${operation} of nothing but NaN has no value`, {
    help: "test isNan().all(axis) first",
  });
}

/** The running sum, in which NaN counts as 0. Refused: SHP004. */
export function nancumsum(a: NDArray, options: CumulativeOptions = {}): NDArray {
  return scope(() => cumsum(filled(a, 0), options));
}

/** The running product, in which NaN counts as 1. Refused: SHP004. */
export function nancumprod(a: NDArray, options: CumulativeOptions = {}): NDArray {
  return scope(() => cumprod(filled(a, 1), options));
}

function filled(a: NDArray, value: number): NDArray {
  return DTYPE[a.dtype].kind === "f" ? where(a.isNan(), value, a) : a;
}
