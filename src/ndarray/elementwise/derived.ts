/**
 * Functions that NumPy has beside its primitives and that are made of these.
 *
 * @module
 */
import { type DType, floatOf, isFloat } from "../../dtype/mod.ts";
import {
  type AstypeOptions,
  type ClipOptions,
  type ElementwiseOptions,
  type ListedOperand,
  NDArray,
  type Operand,
} from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import type { Order } from "../movement/ordered_reshape.ts";
import { scope } from "../storage/lifetime.ts";
import { given, placedIn, refuseArgument } from "../storage/rows.ts";
import {
  abs,
  div,
  eq,
  floorDivide,
  gt,
  isInf,
  isNan,
  logicalAnd,
  logicalOr,
  lt,
  mod,
  mul,
  pow,
  rint,
  trunc,
} from "./elementwise.ts";
import { twoResults, type TwoResultsArguments, type TwoResultsOptions } from "./two_results.ts";
import { unaryUfunc } from "./ufunc.ts";
import { optionsObject, optionsOf, type Positional } from "../storage/arguments.ts";

/** rounds integers to themselves, where NumPy's `rint` makes floats of them */
const roundKept = unaryUfunc("round");

/**
 * No smaller than `min`, no larger than `max` (null: no bound); NaN stays. Refused: SHP001, DTY004, ARR001.
 * By position, as in NumPy: `min`, `max`, `out`; then options.
 *
 * @example
 * ```ts
 * import { clip } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(clip([-3, 0.5, 7], 0, 1).toList(), [0, 0.5, 1]);
 * deepStrictEqual(clip([-3, 7], { max: 1 }).toList(), [-3, 1]);
 * ```
 */
export function clip(
  a: ArrayLike,
  ...args: Positional<ClipOptions, ["min", "max", "out"]>
): NDArray {
  return scope(() => given(a).clip(...args));
}

/**
 * A copy: with the array's own order of axes in memory ("K", the default), row-major ("C"), column-major ("F"), or
 * column-major where the array is ("A"). The method's default is "C", as NumPy's is. Refused: ARR002, MEM005.
 * By position, as in NumPy: `order`; then options.
 *
 * @example
 * ```ts
 * import { array, copy, sharesMemory } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * const a = array([[1, 2, 3], [4, 5, 6]]), b = copy(a, { order: "F" });
 * strictEqual(sharesMemory(a, b), false);
 * deepStrictEqual(b.strides, [8, 16]);
 * ```
 */
export function copy(
  a: ArrayLike,
  ...args: Positional<{ readonly order?: Order | Lowercase<Order> | undefined }, ["order"]>
): NDArray {
  const { order = "K" } = optionsOf<{ readonly order?: Order | Lowercase<Order> | undefined }>("copy", args, [
    "order",
  ]);
  return scope(() => given(a).copy({ order }));
}

/**
 * The elements as another dtype: a copy, unless `copy` is false and the dtype is the same. Floats are cut to
 * integers, integers wrap. Refused: ARR002, DTY004 for a cast that `casting` ("unsafe" by default) does not allow.
 * By position, as in NumPy: `order`, `casting`; then options.
 *
 * @example
 * ```ts
 * import { array, astype } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(astype(array([1.7, -1.7]), "i32").toList(), [1, -1]);
 * ```
 */
export function astype(
  a: ArrayLike,
  dtype: DType,
  ...args: Positional<AstypeOptions, ["order", "casting"]>
): NDArray {
  const options = optionsOf<AstypeOptions>("astype", args, ["order", "casting"]);
  return scope(() => given(a).astype(dtype, options));
}

/**
 * The array itself where its elements are neighbours in column-major order, else a copy in it.
 *
 * @example
 * ```ts
 * import { asfortranarray } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(asfortranarray([[1, 2, 3], [4, 5, 6]]).strides, [8, 16]);
 * ```
 */
export function asfortranarray(value: ArrayLike): NDArray {
  const a = asarray(value);
  if (a.flags.fContiguous) return a;
  return scope(() => a.T.copy().T);
}

/**
 * x itself, copied; bool is refused, as NumPy refuses it. Refused: DTY001.
 *
 * @example
 * ```ts
 * import { array, positive } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(positive(array([-1, 2])).toList(), [-1, 2]);
 * ```
 */
export function positive(x: Operand, options: ElementwiseOptions = {}): NDArray {
  // adding an integer 0 to a -0 would lose its sign; times 1 keeps every bit
  const isBool = (x instanceof NDArray && x.dtype === "bool") || typeof x === "boolean";
  if (isBool && (options.dtype ?? "bool") === "bool") {
    return refuseArgument("positive is not defined for bool", 'cast it first: .astype("i8")');
  }
  return mul(x, 1, options);
}

/**
 * |x| in floating point.
 *
 * @example
 * ```ts
 * import { array, fabs } from "ndpipe/ndarray";
 * import { deepStrictEqual, strictEqual } from "node:assert/strict";
 * strictEqual(fabs(array([-2, 3])).dtype, "f64");
 * deepStrictEqual(fabs(array([-2, 3])).toList(), [2, 3]);
 * ```
 */
export function fabs(x: Operand, options: ElementwiseOptions = {}): NDArray {
  if (options.dtype !== undefined && !isFloat(options.dtype)) {
    return refuseArgument(`fabs computes floats, not ${options.dtype}`, "abs keeps integers");
  }
  const isInteger = x instanceof NDArray && !isFloat(x.dtype);
  return abs(x, isInteger ? { dtype: floatOf(x.dtype), ...options } : options);
}

/**
 * The nearest integer towards zero, in floating point; integers stay.
 *
 * @example
 * ```ts
 * import { array, fix } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fix(array([2.7, -2.7])).toList(), [2, -2]);
 * ```
 */
export function fix(x: Operand, options: ElementwiseOptions = {}): NDArray {
  return trunc(x, options);
}

/** Options of `divmod`: its out takes the quotients and the remainders. */
export type DivmodOptions = TwoResultsOptions;

/**
 * The quotient `floorDivide` and the remainder `mod`. Refused: SHP001, DTY004, ARR001, ARR002.
 * By position, as in NumPy: the two arrays of `out`; then options.
 *
 * @example
 * ```ts
 * import { array, divmod } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const [quotients, remainders] = divmod(array([7, -7]), 3);
 * deepStrictEqual(quotients.toList(), [2, -3]);
 * deepStrictEqual(remainders.toList(), [1, 2]);
 * ```
 */
export function divmod(
  a: ListedOperand,
  b: ListedOperand,
  ...args: TwoResultsArguments
): [quotients: NDArray, remainders: NDArray] {
  const words = ["quotients", "remainders"] as const;
  return twoResults("divmod", { operands: [a, b], args, words }, [
    ([x, y], options) => floorDivide(x!, y!, options),
    ([x, y], options) => mod(x!, y!, options),
  ]);
}

/**
 * a to the power of b in f64, whatever the dtypes: negative powers of integers have a value. Refused: SHP001.
 *
 * @example
 * ```ts
 * import { array, floatPower } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(floatPower(array([2, 4]), -1).toList(), [0.5, 0.25]);
 * ```
 */
export function floatPower(a: Operand, b: Operand, options: ElementwiseOptions = {}): NDArray {
  return pow(a, b, { dtype: "f64", ...optionsObject("floatPower", options) });
}

/**
 * Whether x is +infinity.
 *
 * @example
 * ```ts
 * import { array, isposinf } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(isposinf(array([Infinity, -Infinity, NaN])).toList(), [true, false, false]);
 * ```
 */
export function isposinf(x: Operand, options: ElementwiseOptions = {}): NDArray {
  return infinite(gt, x, options);
}

/**
 * Whether x is -infinity.
 *
 * @example
 * ```ts
 * import { array, isneginf } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(isneginf(array([Infinity, -Infinity, NaN])).toList(), [false, true, false]);
 * ```
 */
export function isneginf(x: Operand, options: ElementwiseOptions = {}): NDArray {
  return infinite(lt, x, options);
}

function infinite(side: typeof gt, x: Operand, options: ElementwiseOptions): NDArray {
  return scope(() => logicalAnd(isInf(x), side(x, 0), options));
}

/** Options of `around`. */
export interface RoundOptions extends Pick<ElementwiseOptions, "out"> {
  readonly decimals?: number | undefined;
}

/**
 * Rounded to decimals (default 0), halves to even; a negative number rounds before the point. Integers keep their
 * dtype. As NumPy, the element times a power of ten is rounded: 1.005 may lie below its decimals.
 * By position, as in NumPy: `decimals`, `out`; then options.
 *
 * @example
 * ```ts
 * import { around, array } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(around(array([1.25, 2.5]), 1).toList(), [1.2, 2.5]);
 * deepStrictEqual(around(array([123, 155]), -1).toList(), [120, 160]);
 * ```
 */
export function around(x: ListedOperand, ...args: Positional<RoundOptions, ["decimals", "out"]>): NDArray {
  // integers round as those of an array do
  if (!(x instanceof NDArray)) return scope(() => around(given(x), ...args));
  const { decimals: count = 0, out } = optionsOf<RoundOptions>("around", args, ["decimals", "out"]);
  if (!Number.isInteger(count)) refuseArgument(`around takes a number of decimals, not ${count}`);
  const isInteger = !isFloat(x.dtype);
  if (count === 0 || (isInteger && count > 0)) return roundKept(x, { out });
  const factor = 10 ** Math.abs(count), [scaled, back] = count > 0 ? [mul, div] : [div, mul];
  return scope(() => {
    const result = back(rint(scaled(x, factor)), factor);
    return placedIn(isInteger ? result.astype(x.dtype) : result, out);
  });
}

/**
 * Whether shapes and all elements are equal; `equalNan`: NaN equals NaN.
 * By position, as in NumPy: `equalNan`; then options.
 *
 * @example
 * ```ts
 * import { arrayEqual } from "ndpipe/ndarray";
 * import { ok, strictEqual } from "node:assert/strict";
 * ok(arrayEqual([1, 2], [1, 2]));
 * strictEqual(arrayEqual([NaN], [NaN]), false);
 * ok(arrayEqual([NaN], [NaN], { equalNan: true }));
 * ```
 */
export function arrayEqual(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<{ readonly equalNan?: boolean }, ["equalNan"]>
): boolean {
  const { equalNan = false } = optionsOf<{ readonly equalNan?: boolean }>("arrayEqual", args, ["equalNan"]);
  return scope(() => {
    const [x, y] = [given(a), given(b)];
    if (x.shape.join() !== y.shape.join()) return false;
    const same = eq(x, y);
    const all = equalNan ? logicalOr(same, logicalAnd(isNan(x), isNan(y))) : same;
    return all.all().item() === true;
  });
}

/**
 * Whether the arrays broadcast together and all elements are then equal.
 *
 * @example
 * ```ts
 * import { arrayEquiv } from "ndpipe/ndarray";
 * import { ok } from "node:assert/strict";
 * ok(arrayEquiv([1, 2], [[1, 2], [1, 2]]));
 * ```
 */
export function arrayEquiv(a: ArrayLike, b: ArrayLike): boolean {
  return scope(() => {
    const [x, y] = [given(a), given(b)];
    const [m, n] = [x.shape.toReversed(), y.shape.toReversed()];
    if (m.some((size, i) => size !== 1 && n[i] !== undefined && n[i] !== 1 && n[i] !== size)) return false;
    return eq(x, y, { broadcast: "numpy" }).all().item() === true;
  });
}
