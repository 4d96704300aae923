/**
 * Windows by which signals are tapered: symmetric, f64, largest in the middle.
 *
 * Source: A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 7.5.
 *
 * @module
 */
import { NDArray } from "../array.ts";
import { fromTypedArray, ones } from "../creation/creation.ts";
import { i0 } from "../elementwise/composed.ts";
import { scope } from "../storage/lifetime.ts";
import { numberOf } from "../storage/integer_lists.ts";
import { refuseArgument } from "../storage/rows.ts";

/** The first `size` points of `count`, given their place from -1 to 1; as NumPy, a fraction of a point widens the window. */
function pointsOf(size: number, count: number, valueAt: (place: number) => number): NDArray {
  if (count === 1) return ones(1);
  return fromTypedArray(
    Float64Array.from({ length: size }, (_, i) => valueAt((1 - count + 2 * i) / (count - 1))),
  );
}

function countOf(name: string, given: number): number {
  const count = numberOf(name, "its number of points", given);
  return Number.isFinite(count) ? count : refuseArgument(`${name} takes a number of points, not ${count}`);
}

/** One value at each of `count` points, none of less than one. */
function windowOf(name: string, given: number, valueAt: (place: number) => number): NDArray {
  const count = countOf(name, given);
  return pointsOf(count < 1 ? 0 : Math.ceil(count - 0.5), count, valueAt);
}

/**
 * A triangle that is 0 at its ends. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { bartlett } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(bartlett(5).toList(), [0, 0.5, 1, 0.5, 0]);
 * ```
 */
export function bartlett(count: number): NDArray {
  return windowOf("bartlett", count, (place) => place <= 0 ? 1 + place : 1 - place);
}

/**
 * A sum of three cosines. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { blackman } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(blackman(3).round(8).toList(), [-0, 1, -0]);
 * ```
 */
export function blackman(count: number): NDArray {
  return windowOf(
    "blackman",
    count,
    (place) => 0.42 + 0.5 * Math.cos(Math.PI * place) + 0.08 * Math.cos(2 * Math.PI * place),
  );
}

/**
 * A raised cosine that does not reach 0. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { hamming } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(hamming(3).round(8).toList(), [0.08, 1, 0.08]);
 * ```
 */
export function hamming(count: number): NDArray {
  return windowOf("hamming", count, (place) => 0.54 + 0.46 * Math.cos(Math.PI * place));
}

/**
 * A raised cosine that is 0 at its ends. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { hanning } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(hanning(5).round(8).toList(), [0, 0.5, 1, 0.5, 0]);
 * ```
 */
export function hanning(count: number): NDArray {
  return windowOf("hanning", count, (place) => 0.5 + 0.5 * Math.cos(Math.PI * place));
}

/**
 * Kaiser's window: 0 for `beta` is a rectangle, 5 resembles `hamming`, 6 `hanning`, 8.6 `blackman`. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { kaiser } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(kaiser(3, 14).mul(1e6).round().toList(), [8, 1_000_000, 8]);
 * ```
 */
export function kaiser(points: number, shape: number): NDArray {
  return scope(() => {
    const count = countOf("kaiser", points), beta = numberOf("kaiser", "beta", shape);
    if (!Number.isFinite(beta)) refuseArgument(`kaiser takes a finite beta, not ${beta}`);
    // as NumPy, a fraction of a point is one more, beyond the window: NaN
    const size = Math.max(0, Math.ceil(count));
    const within = pointsOf(size, count, (place) => beta * Math.sqrt(1 - place * place));
    // of one point, the middle is where the window is 1
    return count === 1 ? within : i0(within).div(i0(beta));
  });
}
