/**
 * Elementwise functions of several primitives, each computed by one kernel: `expr/composed.ts` says of what they are
 * made. And functions with two results, and tests of whole arrays.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteAll } from "../../dtype/mod.ts";
import { DTypeError } from "../../errors.ts";
import { besselI0 } from "../../expr/bessel.ts";
import * as composed from "../../expr/composed.ts";
import type { NanReplacements } from "../../expr/composed.ts";
import type { NodeId, ScalarValue } from "../../expr/graph.ts";
import type { GraphBuilder } from "../../expr/graph_builder.ts";
import {
  type ElementwiseOptions,
  hasListedMask,
  isListed,
  type ListedOperand,
  maskOf,
  NDArray,
  type Operand,
  operandOf,
  placed,
  viewOf,
  viewOptions,
} from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { knownDType } from "../dtypes/casting.ts";
import { where } from "../functions.ts";
import { cumsum, diff } from "../reductions/cumulative.ts";
import { isOptions, optionsObject, optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { axisOf, given, refuseArgument } from "../storage/rows.ts";
import { fromList } from "../storage/values.ts";
import { abs, add, eq, gt, isNan, logicalAnd, lt, mod, sub } from "./elementwise.ts";
import { isView, join, joinedDTypes, node, type OperandView } from "./joined.ts";
import { finish, hasFraction, weakFloat } from "./operations.ts";
import { twoResults, type TwoResultsArguments } from "./two_results.ts";

export type { NanReplacements } from "../../expr/composed.ts";

type Build = (builder: GraphBuilder, ids: NodeId[]) => NodeId;

interface Composition {
  readonly computeOf: (dtypes: readonly DType[]) => DType;
  readonly build: Build;
  readonly options?: ElementwiseOptions | undefined;
  /** only floats are computed in */
  readonly isReal?: boolean;
}

/** One function of operands which are brought to the dtype that `computeOf` makes of their common one. */
function compose(
  operation: string,
  operands: readonly ListedOperand[],
  how: Composition,
): NDArray {
  const { options } = how;
  if (!isListed(operands) && !(isOptions(options) && hasListedMask(options))) {
    return composeOf(operation, operands as readonly Operand[], how);
  }
  return scope(() =>
    composeOf(operation, operands.map(operandOf), {
      ...how,
      options: isOptions(options) ? { ...options, where: maskOf(options.where) } : options,
    })
  );
}

function composeOf(
  operation: string,
  operands: readonly Operand[],
  { computeOf, build, options: given, isReal = false }: Composition,
): NDArray {
  const options = optionsObject(operation, given);
  if (isReal && options.dtype !== undefined && !isFloat(knownDType(options.dtype))) {
    throw new DTypeError("DTY001", `${operation} is not computed in ${options.dtype}`, {
      help: "it takes f32 or f64 as its dtype",
    });
  }
  const views: OperandView[] = operands.map(viewOf);
  // plain numbers alone are arrays without axes
  const isPlain = !views.some(isView);
  const made = isPlain ? views.map((value) => fromList(value as ScalarValue)) : [];
  try {
    const inputs = isPlain ? made : views;
    const chosen = viewOptions(options), joined = join(operation, inputs, chosen), { builder } = joined;
    const weak = isReal && !hasFraction(inputs) ? weakFloat(inputs) : undefined;
    const dtypes = joinedDTypes(inputs, chosen.dtype ?? weak);
    const compute = chosen.dtype ?? computeOf(dtypes);
    const ids = inputs.map((input, i) =>
      isView(input)
        ? builder.cast(node(joined, input, dtypes[i]!), compute)
        : builder.constant(input, compute)
    );
    const { out, where, casting } = chosen;
    return placed(finish(operation, joined, { root: build(builder, ids), out, where, casting }), options);
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/**
 * log(exp a + exp b) without overflow. Refused: SHP001, SHP003, DTY004.
 *
 * @example
 * ```ts
 * import { logaddexp } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(logaddexp(-1000, -1000).item(), -1000 + Math.LN2);
 * ```
 */
export function logaddexp(a: ListedOperand, b: ListedOperand, options?: ElementwiseOptions): NDArray {
  const build: Build = (builder, [x, y]) => composed.logAddExp(builder, "e", [x!, y!]);
  return compose("logaddexp", [a, b], { computeOf: composed.realOf, build, options, isReal: true });
}

/**
 * log2(2^a + 2^b) without overflow. Refused: SHP001, SHP003, DTY004.
 *
 * @example
 * ```ts
 * import { array, logaddexp2 } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(logaddexp2(array([3, 1e4]), array([3, 1e4])).toList(), [4, 10001]);
 * ```
 */
export function logaddexp2(a: ListedOperand, b: ListedOperand, options?: ElementwiseOptions): NDArray {
  const build: Build = (builder, [x, y]) => composed.logAddExp(builder, "2", [x!, y!]);
  return compose("logaddexp2", [a, b], { computeOf: composed.realOf, build, options, isReal: true });
}

/**
 * sin(pi x) / (pi x), 1 at zero.
 *
 * @example
 * ```ts
 * import { array, sinc } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(sinc(array([0, 0.5])).toList(), [1, 2 / Math.PI]);
 * ```
 */
export function sinc(x: ListedOperand, options?: ElementwiseOptions): NDArray {
  const build: Build = (builder, [id]) => composed.sinc(builder, id!);
  return compose("sinc", [x], { computeOf: composed.besideRealOf, build, options, isReal: true });
}

/**
 * The modified Bessel function of the first kind and order 0, computed in f64; f32 of f32.
 *
 * @example
 * ```ts
 * import { i0 } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(i0(0).item(), 1);
 * ```
 */
export function i0(x: ListedOperand, options?: ElementwiseOptions): NDArray {
  const build: Build = (builder, [id]) => {
    const { dtype } = builder.node(id!);
    return builder.cast(besselI0(builder, builder.cast(id!, "f64")), dtype);
  };
  return compose("i0", [x], { computeOf: composed.besideRealOf, build, options, isReal: true });
}

/**
 * Fraction and whole part, both with the sign of x; the fraction of an infinity is 0. Refused: SHP001, DTY001, DTY004,
 * ARR001, ARR002. By position, as in NumPy: the two arrays of `out`; then options.
 *
 * @example
 * ```ts
 * import { array, modf } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(modf(array([-2.5, 3])).map((part) => part.toList()), [[-0.5, 0], [-2, 3]]);
 * ```
 */
export function modf(x: ListedOperand, ...args: TwoResultsArguments): [fraction: NDArray, whole: NDArray] {
  const part = (build: Build) => ([one]: readonly Operand[], options: ElementwiseOptions) =>
    compose("modf", [one!], { computeOf: composed.realOf, build, options, isReal: true });
  return twoResults("modf", { operands: [x], args, words: ["fractions", "whole parts"] }, [
    part((builder, [id]) => composed.fraction(builder, id!)),
    part((builder, [id]) => builder.elementwise("trunc", [id!])),
  ]);
}

/**
 * Mantissa m and exponent e (i32) of x = m * 2^e, 1/2 <= |m| < 1; 0, inf and NaN are their own mantissa, with 0.
 * Refused: SHP001, DTY004, ARR001; ARR002 for a dtype. By position, as in NumPy: the two arrays of `out`; then options.
 *
 * @example
 * ```ts
 * import { array, frexp } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(frexp(array([8, -0.75])).map((part) => part.toList()), [[0.5, -0.75], [4, 0]]);
 * ```
 */
export function frexp(
  x: ListedOperand,
  ...args: TwoResultsArguments
): [mantissa: NDArray, exponent: NDArray] {
  const part = (build: Build) => ([one]: readonly Operand[], options: ElementwiseOptions) => {
    if (options.dtype !== undefined) {
      refuseArgument("frexp takes no dtype: its results have two", "cast the operand first: .astype(dtype)");
    }
    return compose("frexp", [one!], { computeOf: composed.realOf, build, options });
  };
  return twoResults("frexp", { operands: [x], args, words: ["mantissas", "exponents"] }, [
    part((builder, [id]) => builder.elementwise("frexpMantissa", [id!])),
    part((builder, [id]) => builder.cast(builder.elementwise("frexpExponent", [id!]), "i32")),
  ]);
}

/** What takes the place of NaN and of the infinities: numbers, or arrays, whose elements stand for those at their places. */
export interface NanToNumOptions {
  /** false: an array takes the numbers itself and is given; default true */
  readonly copy?: boolean | undefined;
  /** default 0 */
  readonly nan?: ListedOperand | undefined;
  /** default the largest number of the dtype */
  readonly posinf?: ListedOperand | null | undefined;
  /** default the smallest number of the dtype */
  readonly neginf?: ListedOperand | null | undefined;
}

/**
 * Numbers in the place of NaN (0), +infinity and -infinity (the largest and the smallest of the dtype). Replacements that
 * are arrays are cast to the dtype. Refused: SHP001, DTY004 of replacements that do not cast to it; ARR001 where an array
 * that takes them itself is read-only.
 * By position, as in NumPy: `copy`, `nan`, `posinf`, `neginf`; then options.
 *
 * @example
 * ```ts
 * import { array, nanToNum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(nanToNum(array([NaN, Infinity, 2]), { nan: -1, posinf: 9 }).toList(), [-1, 9, 2]);
 * ```
 */
export function nanToNum(
  x: ListedOperand,
  ...args: Positional<NanToNumOptions, ["copy", "nan", "posinf", "neginf"]>
): NDArray {
  const names = ["copy", "nan", "posinf", "neginf"] as const;
  const { copy = true, nan, posinf, neginf } = optionsOf<NanToNumOptions>("nanToNum", args, names);
  if (!copy && x instanceof NDArray) {
    if (!isFloat(x.dtype)) return x;
    using made = nanToNum(x, { nan, posinf, neginf });
    return x.set("...", made);
  }
  return scope(() => {
    const source = typeof x === "object" ? given(x) : x;
    const numberIn = (by: ListedOperand | null | undefined) =>
      by === undefined || by === null || typeof by === "object" ? undefined : Number(by);
    const numbers: NanReplacements = Object.fromEntries(
      Object.entries({ nan: numberIn(nan), posinf: numberIn(posinf), neginf: numberIn(neginf) })
        .filter(([, number]) => number !== undefined),
    );
    const build: Build = (builder, [id]) => composed.nanToNum(builder, id!, numbers);
    const result = compose("nanToNum", [source], { computeOf: promoteAll, build });
    if (!isFloat(result.dtype)) return result;
    const places = [[nan, () => isNan(source)], [posinf, () => eq(source, Infinity)], [
      neginf,
      () => eq(source, -Infinity),
    ]] as const;
    for (const [by, find] of places) {
      if (typeof by === "object" && by !== null) where(find(), given(by), result, { out: result });
    }
    return result;
  });
}

/**
 * How many bits of |x| are set, as u8. Refused: DTY001 of floats, and for another dtype as the option.
 *
 * @example
 * ```ts
 * import { array, bitwiseCount } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(bitwiseCount(array([0, 7, -7])).toList(), [0, 3, 3]);
 * ```
 */
export function bitwiseCount(x: ListedOperand, given?: ElementwiseOptions): NDArray {
  const { dtype: asked = "u8", ...options } = optionsObject("bitwiseCount", given);
  if (asked !== "u8") {
    throw new DTypeError("DTY001", `bitwiseCount does not compute ${asked}: it would give u8`, {
      help: `cast the result: .astype("${asked}")`,
    });
  }
  const build: Build = (builder, [id]) => composed.bitwiseCount(builder, id!);
  const computeOf = (dtypes: readonly DType[]): DType => {
    const dtype = promoteAll(dtypes);
    if (DTYPE[dtype].kind !== "f") return dtype;
    throw new DTypeError("DTY001", `bitwiseCount is not defined for ${dtype}`, {
      help: 'cast it first: .astype("i64")',
    });
  };
  return compose("bitwiseCount", [x], { computeOf, build, options });
}

/** Options of `unwrap`. */
export interface UnwrapOptions {
  /** default the last */
  readonly axis?: number | undefined;
  /** what may be added as often as wanted; default 2 pi */
  readonly period?: number | undefined;
  /** the difference between neighbours from which on it is; at least, and by default, half the period */
  readonly discont?: number | undefined;
}

/**
 * Angles (or other values that repeat) with multiples of the period added so that neighbours along an axis are less than
 * half a period apart. Computed in the array's floating point; signed integers stay so where the period is an integer,
 * all others are f64. Refused: SHP004.
 * By position, as in NumPy: `discont`, `axis`, `period`; then options.
 *
 * @example
 * ```ts
 * import { unwrap } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(unwrap([0, 90, 170, -170], { period: 360 }).toList(), [0, 90, 170, 190]);
 * ```
 */
export function unwrap(
  values: ArrayLike,
  ...args: Positional<UnwrapOptions, ["discont", "axis", "period"]>
): NDArray {
  const options = optionsOf<UnwrapOptions>("unwrap", args, ["discont", "axis", "period"]);
  const { axis = -1, period = 2 * Math.PI, discont = period / 2 } = options;
  return scope(() => {
    const raw = given(values);
    const isWhole = DTYPE[raw.dtype].kind === "i" && Number.isInteger(period);
    const p = isWhole || isFloat(raw.dtype) ? raw : raw.astype("f64");
    const result = p.copy(), along = axisOf(p, axis, "unwrap");
    const distance = diff(p, { axis: along }), half = isWhole ? Math.floor(period / 2) : period / 2;
    const wrapped = sub(mod(add(distance, half), period), half);
    // an odd period of integers has no middle that is as near on both sides
    const isOpen = logicalAnd(eq(wrapped, 2 * half === period ? -half : NaN), gt(distance, 0));
    const nearest = where(isOpen, half, wrapped);
    const correction = where(lt(abs(distance), discont), 0, sub(nearest, distance));
    const rest = [...Array<string>(along).fill(":"), "1:"].join(", ");
    const later = result.slice(rest);
    add(later, cumsum(correction, { axis: along }), { out: later, casting: "unsafe" });
    return result;
  });
}
