/**
 * Running sums and products, differences, and what is made of differences.
 *
 * @module
 */
import { DTYPE, isFloat, promoteTypes } from "../../dtype/mod.ts";
import { sumOf } from "../../dtype/promote.ts";
import { DTypeError } from "../../errors.ts";
import type { CumulativeOptions, NDArray } from "../array.ts";
import { arrayKernels } from "../array_module.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { scalarAddress } from "../evaluate/kernel_cache.ts";
import { concatenate } from "../functions.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { axisOf, given, over, part, placedIn, refuseArgument, refuseNoArray } from "../storage/rows.ts";
import { arraysMemory } from "../storage/storage.ts";
import { arrayOfStored, arrayOfStoredLike, rowAddresses, rowsToChange } from "../storage/stored_rows.ts";

/**
 * The running sum, along an axis or of the flat array. Integers and bools widen to 64 bits and wrap; floats accumulate
 * in f64, and each sum is rounded once to f32. Refused: SHP004, MEM005.
 * By position, as in NumPy: `axis`, `dtype`, `out`; then options.
 *
 * @example
 * ```ts
 * import { array, cumsum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(cumsum(array([[1, 2], [3, 4]])).toList(), [1, 3, 6, 10]);
 * deepStrictEqual(cumsum(array([[1, 2], [3, 4]]), 0).toList(), [[1, 2], [4, 6]]);
 * ```
 */
export function cumsum(
  a: ArrayLike,
  ...args: Positional<CumulativeOptions, ["axis", "dtype", "out"]>
): NDArray {
  return over(
    a,
    (array) =>
      cumulate(array, optionsOf<CumulativeOptions>("cumsum", args, ["axis", "dtype", "out"]), {
        isProduct: false,
      }),
  );
}

/**
 * The running product, along an axis or of the flat array; dtypes as `cumsum`. Refused: SHP004, MEM005.
 * By position, as in NumPy: `axis`, `dtype`, `out`; then options.
 *
 * @example
 * ```ts
 * import { cumprod } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(cumprod([1, 2, 3]).toList(), [1, 2, 6]);
 * deepStrictEqual(cumprod([[1, 2], [3, 4]], { axis: 0 }).toList(), [[1, 2], [3, 8]]);
 * ```
 */
export function cumprod(
  a: ArrayLike,
  ...args: Positional<CumulativeOptions, ["axis", "dtype", "out"]>
): NDArray {
  return over(
    a,
    (array) =>
      cumulate(array, optionsOf<CumulativeOptions>("cumprod", args, ["axis", "dtype", "out"]), {
        isProduct: true,
      }),
  );
}

/** Elements of one call: the engine's optimised code takes over at the next call only, so none may be long. */
const ELEMENTS_PER_CALL = 16_384;

function cumulate(
  a: NDArray,
  { axis = null, dtype: asked, out }: CumulativeOptions,
  { isProduct }: { readonly isProduct: boolean },
): NDArray {
  refuseNoArray(a);
  // as NumPy, an array without axes is cumulated as if it had one
  if (a.ndim === 0 && (axis === 0 || axis === -1)) axis = null;
  const along = axis === null ? null : axisOf(a, axis, isProduct ? "cumprod" : "cumsum");
  const dtype = asked ?? (out === undefined ? sumOf(a.dtype) : promoteTypes(out.dtype, a.dtype));
  const rows = rowsToChange(a, along, dtype), { length } = rows, { itemsize } = DTYPE[dtype];
  for (const row of rowAddresses(rows)) {
    if (dtype === "bool") cumulateBools(new Uint8Array(arraysMemory().buffer, row, length), isProduct);
    else cumulateRow(row, length, { isFloating: isFloat(dtype), itemsize, isProduct });
  }
  const result = along === null
    ? arrayOfStored(rows.view, 0)
    : arrayOfStoredLike(a, rows.view, { axis: along, like: "ufunc" });
  return placedIn(result, out);
}

/** NumPy adds bools by or, and multiplies them by and. */
function cumulateBools(row: Uint8Array, isProduct: boolean): void {
  const changing = row.indexOf(isProduct ? 0 : 1);
  if (changing >= 0) row.fill(isProduct ? 0 : 1, changing);
}

function cumulateRow(
  row: number,
  length: number,
  { isFloating, itemsize, isProduct }: {
    readonly isFloating: boolean;
    readonly itemsize: number;
    readonly isProduct: boolean;
  },
): void {
  const { cumulateFloats, cumulateIntegers } = arrayKernels(),
    state = scalarAddress(0),
    { buffer } = arraysMemory();
  // -0 and what is added give the same as what is added alone
  if (isFloating) new Float64Array(buffer, state, 1)[0] = isProduct ? 1 : -0;
  else new BigInt64Array(buffer, state, 1)[0] = isProduct ? 1n : 0n;
  const run = isFloating ? cumulateFloats : cumulateIntegers, size = Math.log2(itemsize);
  for (let start = 0; start < length; start += ELEMENTS_PER_CALL) {
    const n = Math.min(ELEMENTS_PER_CALL, length - start);
    run(row + start * itemsize, n, size, Number(isProduct), state);
  }
}

/** Options of `diff`. */
export interface DiffOptions {
  /** how often differences are taken; default 1 */
  readonly n?: number | undefined;
  /** default the last */
  readonly axis?: number | undefined;
  /** elements that stand before, along the axis */
  readonly prepend?: ArrayLike | undefined;
  /** elements that stand behind, along the axis */
  readonly append?: ArrayLike | undefined;
}

/**
 * The differences of neighbours along an axis, `n` times. Bools give whether they differ. Refused: SHP004, ARR002.
 * By position, as in NumPy: `n`, `axis`, `prepend`, `append`; then options.
 *
 * @example
 * ```ts
 * import { array, diff } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(diff(array([1, 4, 9, 16])).toList(), [3, 5, 7]);
 * deepStrictEqual(diff(array([1, 4, 9, 16]), 2).toList(), [2, 2]);
 * ```
 */
export function diff(
  a: ArrayLike,
  ...args: Positional<DiffOptions, ["n", "axis", "prepend", "append"]>
): NDArray {
  const { n = 1, axis = -1, prepend, append } = optionsOf<DiffOptions>("diff", args, [
    "n",
    "axis",
    "prepend",
    "append",
  ]);
  return over(a, (array) => {
    if (!Number.isInteger(n) || n < 0) refuseArgument(`diff takes differences ${n} times: an integer from 0`);
    // as NumPy: taken no times, nothing stands before or behind, and along no axis
    if (n === 0) return array;
    const along = axisOf(array, axis);
    return scope(() => {
      const beside = (value: ArrayLike): NDArray => {
        const part = asarray(value);
        return part.ndim > 0 ? part : part.broadcastTo(array.shape.with(along, 1));
      };
      const parts = [prepend, array, append].filter((value) => value !== undefined).map(beside);
      let result = parts.length === 1 ? array : concatenate(parts, along);
      for (let i = 0; i < n; i++) {
        const later = part(result, along, { start: 1 }), earlier = part(result, along, { stop: -1 });
        const isShort = result.shape[along]! < 2;
        result = isShort
          ? part(result, along, { stop: 0 }).copy()
          : result.dtype === "bool"
          ? later.ne(earlier)
          : later.sub(earlier);
      }
      return result;
    });
  });
}

/**
 * The differences of neighbours of the flat array, between others where these are given. Refused: DTY001 for bool, DTY004.
 * By position, as in NumPy: `toEnd`, `toBegin`; then options.
 *
 * @example
 * ```ts
 * import { ediff1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(ediff1d([1, 4, 9], { toEnd: [0] }).toList(), [3, 5, 0]);
 * ```
 */
export function ediff1d(
  a: ArrayLike,
  ...args: Positional<{ readonly toEnd?: ArrayLike; readonly toBegin?: ArrayLike }, ["toEnd", "toBegin"]>
): NDArray {
  const { toEnd, toBegin } = optionsOf<{ readonly toEnd?: ArrayLike; readonly toBegin?: ArrayLike }>(
    "ediff1d",
    args,
    ["toEnd", "toBegin"],
  );
  return over(a, (array) => {
    return scope(() => {
      const flat = array.ravel(), { dtype } = array;
      if (dtype === "bool") {
        throw new DTypeError("DTY001", "ediff1d is not defined for bool", {
          help: 'cast first: .astype("i8")',
        });
      }
      const isShort = flat.size < 2;
      const middle = isShort
        ? flat.slice(":0")
        : part(flat, 0, { start: 1 }).sub(part(flat, 0, { stop: -1 }));
      const side = (value: ArrayLike | undefined) =>
        value === undefined ? [] : [asarray(value).ravel().astype(dtype, { casting: "same_kind" })];
      return concatenate([...side(toBegin), middle, ...side(toEnd)], 0);
    });
  });
}

/** Options of `trapezoid`. */
export interface TrapezoidOptions {
  /** the coordinates; default `dx` apart */
  readonly x?: ArrayLike | undefined;
  /** how far apart neighbours are, a number or for each trapezoid, by broadcasting; default 1 */
  readonly dx?: number | ArrayLike | undefined;
  /** default the last */
  readonly axis?: number | undefined;
}

/**
 * The integral along an axis by trapezoids; `x`: the coordinates, else `dx` apart. Refused: SHP004, SHP001.
 * By position, as in NumPy: `x`, `dx`, `axis`; then options.
 *
 * @example
 * ```ts
 * import { trapezoid } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(trapezoid([1, 2, 3]).item(), 4);
 * strictEqual(trapezoid([1, 2, 3], [0, 1, 3]).item(), 6.5);
 * ```
 */
export function trapezoid(
  y: ArrayLike,
  ...args: Positional<TrapezoidOptions, ["x", "dx", "axis"]>
): NDArray {
  const { x, dx = 1, axis = -1 } = optionsOf<TrapezoidOptions>("trapezoid", args, ["x", "dx", "axis"]);
  return over(y, (array) => {
    const along = axisOf(array, axis);
    return scope(() => {
      const pairs = part(array, along, { start: 1 }).add(part(array, along, { stop: -1 }));
      if (x === undefined && typeof dx === "number") return halved(pairs, dx).sum(along);
      // as NumPy, the axis is counted in what broadcasting gives
      if (x === undefined) return pairs.mul(given(dx), { broadcast: "numpy" }).div(2).sum(axis);
      const points = given(x);
      const distances = points.ndim === 1
        ? diff(points).reshape(array.shape.map((_, one) => one === along ? -1 : 1))
        : diff(points, { axis });
      return pairs.mul(distances).div(2).sum(along);
    });
  });
}

function halved(pairs: NDArray, dx: number): NDArray {
  return (Number.isInteger(dx) || isFloat(pairs.dtype) ? pairs : pairs.astype("f64")).mul(dx).div(2);
}
