/**
 * Reductions that leave NaN out. Of integers and bools they are the plain ones.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError } from "../../errors.ts";
import {
  type ArgArguments,
  type ArgOptions,
  axesAndOptions,
  correctionOf,
  type CumulativeOptions,
  type ExtremumArguments,
  type MeanArguments,
  type MeanOptions,
  NDArray,
  type ReduceOptions,
  type SpreadArguments,
  type SpreadOptions,
  type SumArguments,
} from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { where } from "../functions.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { over, placedIn, refuseLoss } from "../storage/rows.ts";
import { cumprod, cumsum } from "./cumulative.ts";
import { numberExtremum } from "./neighbour_reductions.ts";
import type { Axes } from "./reductions.ts";

export { nanmedian } from "../statistics/statistics.ts";

/**
 * The sum of the elements that are not NaN; 0 of none. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { nansum } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nansum([1, NaN, 2]).item(), 3);
 * ```
 */
export function nansum(a: ArrayLike, ...args: SumArguments): NDArray {
  return over(a, (array) => scope(() => filled(array, 0).sum(...args)));
}

/**
 * The product of the elements that are not NaN; 1 of none. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { nanprod } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanprod([2, NaN, 3]).item(), 6);
 * ```
 */
export function nanprod(a: ArrayLike, ...args: SumArguments): NDArray {
  return over(a, (array) => scope(() => filled(array, 1).prod(...args)));
}

/**
 * The mean of the elements that are not NaN; NaN of none. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { nanmean } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(nanmean([[1, NaN], [3, 4]], 0).toList(), [2, 4]);
 * ```
 */
export function nanmean(a: ArrayLike, ...args: MeanArguments): NDArray {
  return over(a, (array) => {
    if (!isFloat(array.dtype)) return array.mean(...args);
    const given = axesAndOptions<MeanOptions>("nanmean", args), { out, dtype } = given[1];
    refuseWhole("nanmean", dtype);
    if (out !== undefined) refuseLoss("nanmean", array, [array.dtype, out]);
    return scope(() => array.mean(...present(array, axisOfNone(array, given))));
  });
}

/**
 * The variance of the elements that are not NaN; NaN where there are not more than `correction`. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { nanvar } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanvar([1, NaN, 3]).item(), 1);
 * ```
 */
export function nanvar(a: ArrayLike, ...args: SpreadArguments): NDArray {
  return over(a, (array) => spread("var", array, axesAndOptions("nanvar", args)));
}

/**
 * The standard deviation of the elements that are not NaN. Refused: SHP004.
 *
 * @example
 * ```ts
 * import { nanstd } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanstd([1, NaN, 5]).item(), 2);
 * ```
 */
export function nanstd(a: ArrayLike, ...args: SpreadArguments): NDArray {
  return over(a, (array) => spread("std", array, axesAndOptions("nanstd", args)));
}

/** options by which NaN does not count, nor what did not */
function present<O extends MeanOptions>(a: NDArray, [axis, options]: readonly [Axes, O]): [Axes, O] {
  const isNumber = a.isNan().logicalNot(), { where: chosen } = options;
  return [axis, { ...options, where: chosen === undefined ? isNumber : isNumber.logicalAnd(chosen) }];
}

/** as NumPy, floats without axes have an axis here, though those of `mean`, and integers, do not */
function axisOfNone<O extends MeanOptions>(a: NDArray, [axis, options]: readonly [Axes, O]): [Axes, O] {
  return [a.ndim === 0 && (axis === 0 || axis === -1) ? [] : axis, options];
}

/** as NumPy: what is not whole is not averaged in integers */
function refuseWhole(operation: string, dtype: DType | undefined): void {
  if (dtype === undefined || isFloat(dtype)) return;
  throw new DTypeError("DTY001", `${operation} of floats is not computed in ${dtype}`, {
    help: "use f32 or f64 as its dtype",
  });
}

function spread(which: "var" | "std", a: NDArray, given: readonly [Axes, SpreadOptions]): NDArray {
  if (!isFloat(a.dtype)) return a[which](...given);
  const [axis, options] = axisOfNone(a, given);
  const { out, keepdims, dtype } = options, correction = correctionOf(options);
  refuseWhole(`nan${which}`, dtype);
  if (out !== undefined) refuseLoss(`nan${which}`, a, [a.dtype, out]);
  const result = scope(() => {
    const [, own] = present(a, [axis, options]);
    const count = (own.where as NDArray).broadcastTo(a.shape).countNonzero(axis, { keepdims });
    const value = a[which](axis, { ...own, out: undefined });
    return where(count.le(correction), NaN, value);
  });
  return placedIn(result, out);
}

/**
 * The smallest element that is not NaN; NaN where all are. Refused: ARR003 of none, SHP004.
 *
 * @example
 * ```ts
 * import { nanmin } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(nanmin([[3, NaN], [NaN, 2]], 0).toList(), [3, 2]);
 * ```
 */
export function nanmin(a: ArrayLike, ...args: ExtremumArguments): NDArray {
  return over(a, (array) => extremum("min", array, axesAndOptions("nanmin", args)));
}

/**
 * The largest element that is not NaN; NaN where all are. Refused: ARR003 of none, SHP004.
 *
 * @example
 * ```ts
 * import { nanmax } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanmax([1, NaN, 3]).item(), 3);
 * ```
 */
export function nanmax(a: ArrayLike, ...args: ExtremumArguments): NDArray {
  return over(a, (array) => extremum("max", array, axesAndOptions("nanmax", args)));
}

function extremum(
  which: "min" | "max",
  a: NDArray,
  [axis, options]: readonly [Axes, ReduceOptions],
): NDArray {
  if (!isFloat(a.dtype)) return a[which](axis, options);
  const numbers = () => filled(a, which === "min" ? Infinity : -Infinity);
  if (options.initial !== undefined) return scope(() => numbers()[which](axis, options));
  const { out, keepdims, ...rest } = options;
  const isOfAll = axis === null && !keepdims &&
    [out, rest.where, rest.dtype].every((one) => one === undefined);
  const ofNumbers = isOfAll ? numberExtremum(which, a.view) : null;
  if (ofNumbers !== null) return new NDArray(ofNumbers);
  const result = scope(() =>
    where(a.isNan().all(axis, { keepdims }), NaN, numbers()[which](axis, { ...rest, keepdims }))
  );
  return placedIn(result, out);
}

/**
 * The position of the smallest element that is not NaN. Refused: ARR003 where all are, SHP004.
 *
 * @example
 * ```ts
 * import { nanargmin } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanargmin([NaN, 5, 2]).item(), 2);
 * ```
 */
export function nanargmin(a: ArrayLike, ...args: ArgArguments): NDArray {
  return over(
    a,
    (array) => extremumAt("argmin", array, axesAndOptions<ArgOptions>("nanargmin", args)),
  );
}

/**
 * The position of the largest element that is not NaN. Refused: ARR003 where all are, SHP004.
 *
 * @example
 * ```ts
 * import { nanargmax } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(nanargmax([NaN, 5, 2]).item(), 1);
 * ```
 */
export function nanargmax(a: ArrayLike, ...args: ArgArguments): NDArray {
  return over(
    a,
    (array) => extremumAt("argmax", array, axesAndOptions<ArgOptions>("nanargmax", args)),
  );
}

function extremumAt(
  which: "argmin" | "argmax",
  a: NDArray,
  [axis, options]: readonly [Axes, ArgOptions],
): NDArray {
  const isAllNan = isFloat(a.dtype) && a.size > 0 && scope(() => a.isNan().all(axis).any().item());
  if (isAllNan) {
    throw new NdpipeError("ARR003", `nan${which} of nothing but NaN has no value`, {
      help: "test isNan().all(axis) first",
    });
  }
  const rest = which === "argmin" ? Infinity : -Infinity;
  return scope(() => filled(a, rest)[which](axis as number | null, options));
}

/**
 * The running sum, in which NaN counts as 0. Refused: SHP004.
 * By position, as in NumPy: `axis`, `dtype`, `out`; then options.
 *
 * @example
 * ```ts
 * import { nancumsum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(nancumsum([1, NaN, 2]).toList(), [1, 1, 3]);
 * ```
 */
export function nancumsum(
  a: ArrayLike,
  ...args: Positional<CumulativeOptions, ["axis", "dtype", "out"]>
): NDArray {
  return over(
    a,
    (array) =>
      scope(() =>
        cumsum(filled(array, 0), optionsOf<CumulativeOptions>("nancumsum", args, ["axis", "dtype", "out"]))
      ),
  );
}

/**
 * The running product, in which NaN counts as 1. Refused: SHP004.
 * By position, as in NumPy: `axis`, `dtype`, `out`; then options.
 *
 * @example
 * ```ts
 * import { nancumprod } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(nancumprod([2, NaN, 3]).toList(), [2, 2, 6]);
 * ```
 */
export function nancumprod(
  a: ArrayLike,
  ...args: Positional<CumulativeOptions, ["axis", "dtype", "out"]>
): NDArray {
  return over(
    a,
    (array) =>
      scope(() =>
        cumprod(filled(array, 1), optionsOf<CumulativeOptions>("nancumprod", args, ["axis", "dtype", "out"]))
      ),
  );
}

function filled(a: NDArray, value: number): NDArray {
  return DTYPE[a.dtype].kind === "f" ? where(a.isNan(), value, a) : a;
}
