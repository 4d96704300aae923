/**
 * Functions of the array API standard, and of NumPy 2 with it, which are short forms of others here.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { type CumulativeOptions, NDArray } from "./array.ts";
import { type ArrayLike, asarray, zeros } from "./creation/creation.ts";
import { knownDType } from "./dtypes/casting.ts";
import { concatenate } from "./functions.ts";
import { productAlong, type ProductOptions } from "./linalg/core_axes.ts";
import { cumprod, cumsum } from "./reductions/cumulative.ts";
import { optionsObject, optionsOf, type Positional } from "./storage/arguments.ts";
import { scope } from "./storage/lifetime.ts";
import { axisOf, placedIn, refuseArgument } from "./storage/rows.ts";
import { called } from "./storage/called.ts";

/** What `isdtype` asks for: a dtype, or one of the standard's kinds. */
export type DTypeKind =
  | DType
  | "bool"
  | "signed integer"
  | "unsigned integer"
  | "integral"
  | "real floating"
  | "complex floating"
  | "numeric";

const KINDS: Readonly<Record<string, string>> = {
  "bool": "b",
  "signed integer": "i",
  "unsigned integer": "u",
  "integral": "iu",
  "real floating": "f",
  // of which there is none
  "complex floating": "",
  "numeric": "iuf",
};

/**
 * Whether a dtype is of a kind, or of one of a list. Refused: ARR002, a kind that there is not.
 *
 * @example
 * ```ts
 * import { isdtype } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([isdtype("i8", "integral"), isdtype("f32", ["bool", "f64"])], [true, false]);
 * ```
 */
export function isdtype(dtype: DType, kind: DTypeKind | readonly DTypeKind[]): boolean {
  knownDType(dtype);
  return (typeof kind === "string" ? [kind] : kind).some((each) => {
    if (Object.hasOwn(KINDS, each)) return KINDS[each]!.includes(DTYPE[dtype].kind);
    if (Object.hasOwn(DTYPE, each)) return dtype === each;
    return refuseArgument(
      `${String(each)} is no kind of dtype`,
      `a dtype, or one of ${Object.keys(KINDS).join(", ")}`,
    );
  });
}

/** Options of `cumulativeSum` and `cumulativeProd`; an array of several axes needs the axis. */
export interface CumulativeInitialOptions extends CumulativeOptions {
  /** begin with what no elements give, so that the result has one element more along the axis; default false */
  readonly includeInitial?: boolean | undefined;
}

/**
 * The running sum along an axis, in the dtypes of `cumsum`. Refused: ARR002 without an axis where there are several,
 * SHP001, SHP004, MEM005.
 *
 * @example
 * ```ts
 * import { cumulativeSum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(cumulativeSum([1, 2, 3], { includeInitial: true }).toList(), [0, 1, 3, 6]);
 * ```
 */
export function cumulativeSum(a: ArrayLike, options: CumulativeInitialOptions = {}): NDArray {
  return cumulative("cumulativeSum", a, options);
}

/**
 * The running product along an axis, as `cumulativeSum`. Refused: ARR002, SHP001, SHP004, MEM005.
 *
 * @example
 * ```ts
 * import { cumulativeProd } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(cumulativeProd([1, 2, 3, 4]).toList(), [1, 2, 6, 24]);
 * ```
 */
export function cumulativeProd(a: ArrayLike, options: CumulativeInitialOptions = {}): NDArray {
  return cumulative("cumulativeProd", a, options);
}

function cumulative(
  operation: "cumulativeSum" | "cumulativeProd",
  a: ArrayLike,
  options: CumulativeInitialOptions,
): NDArray {
  const { axis, includeInitial = false, out, ...rest } = optionsObject(operation, options);
  return scope(() => {
    // as NumPy, a number is of one axis
    const given = asarray(a), array = given.ndim === 0 ? given.reshape([1]) : given;
    if (array.ndim > 1 && (axis === undefined || axis === null)) {
      refuseArgument(`${operation} of an array of ${array.ndim} axes takes an axis`, "give one: { axis: 0 }");
    }
    const along = axisOf(array, axis ?? 0);
    const run = operation === "cumulativeSum" ? cumsum : cumprod;
    const running = run(array, { ...rest, axis: along });
    if (!includeInitial) return placedIn(running, out);
    const first = zeros(array.shape.with(along, 1), { dtype: running.dtype });
    if (operation === "cumulativeProd") first.fill(1);
    return placedIn(concatenate([first, running], along), out);
  });
}

/**
 * The slices along an axis (default the first): views. Refused: SHP004.
 * By position, as in NumPy: `axis`; then options.
 *
 * @example
 * ```ts
 * import { array, unstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(unstack(array([[1, 2], [3, 4]]), { axis: 1 }).map((column) => column.toList()), [[1, 3], [2, 4]]);
 * ```
 */
export function unstack(
  value: ArrayLike,
  ...args: Positional<{ readonly axis?: number | undefined }, ["axis"]>
): NDArray[] {
  const { axis = 0 } = optionsOf<{ readonly axis?: number | undefined }>("unstack", args, ["axis"]);
  const a = asarray(value);
  const before = new Array<string>(axisOf(a, axis)).fill(":");
  return Array.from({ length: a.shape[before.length]! }, (_, index) => a.slice([...before, index]));
}

/**
 * The product of matrices and vectors: (…, m, n) by (…, n); the other axes broadcast. Refused: SHP001, SHP007, MEM005.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { matvec } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(matvec([[1, 2], [3, 4]], [10, 1]).toList(), [12, 34]);
 * ```
 */
export function matvec(
  matrices: ArrayLike,
  vectors: ArrayLike,
  ...args: Positional<ProductOptions, ["out"]>
): NDArray {
  const options = optionsOf<ProductOptions>("matvec", args, ["out"]);
  return scope(() => {
    const matrix = asarray(matrices), vector = asarray(vectors);
    refuseFewAxes("matvec", matrix, vector);
    const run = (a: NDArray, b: NDArray) =>
      owned(called("matvec", () => a.matmul(b.expandDims(-1))).squeeze(-1));
    return productAlong("matvec", [matrix, vector], { ...options, counts: [2, 1, 1], run });
  });
}

/**
 * The product of vectors and matrices: (…, m) by (…, m, n). Refused: SHP001, SHP007, MEM005.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { vecmat } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(vecmat([1, 2], [[1, 0, 2], [0, 1, 3]]).toList(), [1, 2, 8]);
 * ```
 */
export function vecmat(
  vectors: ArrayLike,
  matrices: ArrayLike,
  ...args: Positional<ProductOptions, ["out"]>
): NDArray {
  const options = optionsOf<ProductOptions>("vecmat", args, ["out"]);
  return scope(() => {
    const vector = asarray(vectors), matrix = asarray(matrices);
    refuseFewAxes("vecmat", matrix, vector);
    const run = (a: NDArray, b: NDArray) =>
      owned(called("vecmat", () => a.expandDims(-2).matmul(b)).squeeze(-2));
    return productAlong("vecmat", [vector, matrix], { ...options, counts: [1, 2, 1], run });
  });
}

function refuseFewAxes(operation: string, matrix: NDArray, vector: NDArray): void {
  if (matrix.ndim >= 2 && vector.ndim >= 1) return;
  refuseArgument(`${operation} takes matrices and vectors, not ${matrix.ndim} and ${vector.ndim} axes`);
}

/** a view of an array that nobody else holds, as an array of its own */
function owned(view: NDArray): NDArray {
  return new NDArray(view.view);
}
