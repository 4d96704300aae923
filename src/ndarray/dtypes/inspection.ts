/**
 * What arrays and plain values are: shapes, dtypes, kinds of numbers.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteAll } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { argumentOf, type Named, readOption } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import type { Axes } from "../reductions/reductions.ts";
import { axesOf } from "../storage/rows.ts";

/**
 * The number of axes of what an array is made of.
 *
 * @example
 * ```ts
 * import { ndim } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(ndim([[1, 2]]), 2);
 * ```
 */
export function ndim(a: ArrayLike): number {
  return shape(a).length;
}

/**
 * The sizes along the axes of what an array is made of.
 *
 * @example
 * ```ts
 * import { shape } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(shape([[1, 2, 3]]), [1, 3]);
 * ```
 */
export function shape(a: ArrayLike): readonly number[] {
  return scope(() => asarray(a).shape);
}

/**
 * The number of elements of what an array is made of, or along an axis or several of it. Refused: SHP004, SHP014.
 *
 * @example
 * ```ts
 * import { size } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([size([[1, 2, 3]]), size([[1, 2, 3]], 0), size([[1, 2, 3]], [0, 1])], [3, 1, 3]);
 * ```
 */
export function size(a: ArrayLike, along: Named<"axis", Axes> = null): number {
  const axis = readOption("size", "axis", argumentOf("size", "axis", along) ?? null);
  return scope(() => {
    const array = asarray(a), { shape } = array;
    return axesOf(array, axis).reduce((product, one) => product * shape[one]!, 1);
  });
}

/**
 * Whether a value is a plain number, bigint, boolean or text, and no array.
 *
 * @example
 * ```ts
 * import { array, isscalar } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([isscalar(3), isscalar([3]), isscalar(array(3))], [true, false, false]);
 * ```
 */
export function isscalar(value: unknown): boolean {
  return ["number", "bigint", "boolean", "string"].includes(typeof value);
}

/**
 * Whether an array lies in column-major order and not in row-major order too.
 *
 * @example
 * ```ts
 * import { isfortran, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([isfortran(zeros([2, 3]).T), isfortran(zeros([2, 3])), isfortran(zeros(3))], [true, false, false]);
 * ```
 */
export function isfortran(a: NDArray): boolean {
  return a.flags.fContiguous && !a.flags.cContiguous;
}

/**
 * The smallest dtype that holds a plain value, or that of an array without axes; of others, their dtype. Floats that f32 reaches are f32: there is no float16.
 * Refused: DTY002, integers that no dtype holds.
 *
 * @example
 * ```ts
 * import { minScalarType } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([minScalarType(10), minScalarType(-260), minScalarType(1e50)], ["u8", "i16", "f64"]);
 * ```
 */
export function minScalarType(value: ScalarValue | NDArray): DType {
  if (value instanceof NDArray) {
    if (value.ndim > 0) return value.dtype;
    const one = value.item();
    return isFloat(value.dtype) ? leastFloat(Number(one)) : minScalarType(one);
  }
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    return leastFloat(value);
  }
  const integer = BigInt(value),
    names = integer < 0n ? ["i8", "i16", "i32", "i64"] : ["u8", "u16", "u32", "u64"];
  const found = (names as DType[]).find((name) =>
    integer >= DTYPE[name].range![0] && integer <= DTYPE[name].range![1]
  );
  if (found !== undefined) return found;
  throw new DTypeError("DTY002", `no integer dtype holds ${value}`, {
    help: "use a float of it: Number(value)",
  });
}

function leastFloat(value: number): DType {
  return Number.isFinite(value) && !Number.isFinite(Math.fround(value)) ? "f64" : "f32";
}

/**
 * The floating-point dtype that arrays have together: f64 where one is of integers. Refused: ARR002 without arrays, DTY001
 * for bools.
 *
 * @example
 * ```ts
 * import { array, commonType, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const f32 = zeros(2, "f32");
 * deepStrictEqual([commonType(f32), commonType(f32, array([1]))], ["f32", "f64"]);
 * ```
 */
export function commonType(...arrays: readonly NDArray[]): DType {
  if (arrays.length === 0) throw new NdpipeError("ARR002", "commonType takes an array at least");
  if (arrays.some(({ dtype }) => dtype === "bool")) {
    throw new DTypeError("DTY001", "commonType is of numbers, not bool", {
      help: 'cast first: .astype("i8")',
    });
  }
  return promoteAll(arrays.map(({ dtype }) => isFloat(dtype) ? dtype : "f64"));
}
