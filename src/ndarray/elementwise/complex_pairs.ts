/**
 * Parts of complex numbers, which are pairs `{ re, im }` of real arrays here. A real array is one whose imaginary parts
 * are 0.
 *
 * @module
 */
import { NDArray } from "../array.ts";
import { type ArrayLike, ones } from "../creation/creation.ts";
import { zerosLike } from "../creation/like.ts";
import { finfo } from "../dtypes/dtype_limits.ts";
import { type ComplexLike, type ComplexPair, isPair } from "../fft/complex_input.ts";
import { scope } from "../storage/lifetime.ts";
import { given } from "../storage/rows.ts";
import { abs, atan2, eq, lt, ne, neg, rad2deg } from "./elementwise.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

function partsOf(x: ComplexLike): { readonly re: NDArray; readonly im: NDArray | null } {
  return isPair(x) ? { re: given(x.re), im: given(x.im) } : { re: given(x), im: null };
}

/**
 * The real parts: those of a pair, or the real array itself.
 *
 * @example
 * ```ts
 * import { real } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(real({ re: [1, 2], im: [3, 4] }).toList(), [1, 2]);
 * ```
 */
export function real(x: ComplexLike): NDArray {
  return scope(() => partsOf(x).re);
}

/**
 * The imaginary parts: zeros of a real array.
 *
 * @example
 * ```ts
 * import { imag } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([imag({ re: [1, 2], im: [3, 4] }).toList(), imag([1, 2]).toList()], [[3, 4], [0, 0]]);
 * ```
 */
export function imag(x: ComplexLike): NDArray {
  return scope(() => {
    const { re, im } = partsOf(x);
    return im ?? zerosLike(re);
  });
}

/**
 * The conjugates: of a pair one whose imaginary parts are negated, of a real array a copy (of bools in i8, as NumPy).
 *
 * @example
 * ```ts
 * import { conj } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(conj({ re: [1], im: [3] }).im.toList(), [-3]);
 * deepStrictEqual(conj([1, 2]).toList(), [1, 2]);
 * ```
 */
export function conj(x: ArrayLike): NDArray;
export function conj(x: Exclude<ComplexLike, ArrayLike>): ComplexPair;
export function conj(x: ComplexLike): NDArray | ComplexPair {
  return scope((): NDArray | ComplexPair => {
    const { re, im } = partsOf(x);
    if (im !== null) return { re: re.copy(), im: neg(im) };
    return re.dtype === "bool" ? re.astype("i8") : re.copy({ order: "K" });
  });
}

/**
 * The angles in the complex plane, in radians or, with `deg`, degrees: 0 or pi of real numbers.
 * By position, as in NumPy: `deg`; then options.
 *
 * @example
 * ```ts
 * import { angle } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(angle({ re: [1, 0], im: [0, 1] }, { deg: true }).toList(), [0, 90]);
 * ```
 */
export function angle(x: ComplexLike, ...args: Positional<{ readonly deg?: boolean }, ["deg"]>): NDArray {
  const { deg = false } = optionsOf<{ readonly deg?: boolean }>("angle", args, ["deg"]);
  return scope(() => {
    const parts = real(x);
    // as NumPy, whose imaginary part of real numbers is the integer 0: beside bools i64
    const radians = atan2(imag(x), parts.dtype === "bool" ? parts.astype("i64") : parts);
    return deg ? rad2deg(radians) : radians;
  });
}

/**
 * Where imaginary parts are 0.
 *
 * @example
 * ```ts
 * import { isreal } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(isreal({ re: [1, 2], im: [0, 3] }).toList(), [true, false]);
 * ```
 */
export function isreal(x: ComplexLike): NDArray {
  return scope(() => isPair(x) ? eq(given(x.im), 0) : ones(given(x).shape, "bool"));
}

/**
 * Where imaginary parts are not 0.
 *
 * @example
 * ```ts
 * import { iscomplex } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(iscomplex({ re: [1, 2], im: [0, 3] }).toList(), [false, true]);
 * ```
 */
export function iscomplex(x: ComplexLike): NDArray {
  return scope(() => isPair(x) ? ne(given(x.im), 0) : ones(given(x).shape, "bool").logicalNot());
}

/**
 * The real parts where all imaginary ones are next to 0, below `tol` times the epsilon of the dtype (a `tol` up to 1: below
 * `tol` itself); else the pair.
 * By position, as in NumPy: `tol`; then options.
 *
 * @example
 * ```ts
 * import { NDArray, realIfClose } from "ndpipe/ndarray";
 * import { ok } from "node:assert/strict";
 * ok(realIfClose({ re: [2.1], im: [4e-14] }, { tol: 1000 }) instanceof NDArray);
 * ok(!(realIfClose({ re: [2.1], im: [4e-13] }, { tol: 1000 }) instanceof NDArray));
 * ```
 */
export function realIfClose(
  x: ComplexLike,
  ...args: Positional<{ readonly tol?: number }, ["tol"]>
): NDArray | ComplexPair {
  const { tol = 100 } = optionsOf<{ readonly tol?: number }>("realIfClose", args, ["tol"]);
  return scope((): NDArray | ComplexPair => {
    const { re, im } = partsOf(x);
    if (im === null) return re;
    const limit = tol > 1 ? tol * finfo(im.dtype === "f32" ? "f32" : "f64").eps : tol;
    return lt(abs(im), limit).all().item() === true ? re : { re, im };
  });
}
