/**
 * Sums and products of floats without loss, in vectors of f64: a value and what rounding took from it.
 *
 * Sources: T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
 * Mathematik 18, 1971 (fast two-sum, splitting); D. E. Knuth, "The Art of Computer Programming" 2, 4.2.2.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import type { Vector, VectorCode } from "./vector_code.ts";

/** An unevaluated sum; the lower part is at most half a unit in the last place of the upper. */
export interface Pair {
  readonly high: Local;
  readonly low: Local;
}

/** a + b where |a| >= |b| or a is 0; with `more`, a vector added to the low part */
export function fastTwoSum(v: VectorCode, a: Vector, b: Vector, more?: Vector): Pair {
  const [first, second] = [v.let(a), v.let(b)];
  const high = v.let(v.add(first, second));
  const low = v.add(v.sub(first, high), second);
  return { high, low: v.let(more === undefined ? low : v.add(low, more)) };
}

/** a in two parts of 26 bits */
function splitHalves(v: VectorCode, a: Local): readonly [Local, Local] {
  const scaled = v.let(v.mul(a, v.c(134217729)));
  const upper = v.let(v.sub(scaled, v.sub(scaled, a)));
  return [upper, v.let(v.sub(a, upper))];
}

/** a * b: by one fused operation where there is one, else by Dekker's splitting, for factors below 2^990 */
export function twoProduct(v: VectorCode, a: Local, b: Local): Pair {
  const high = v.let(v.mul(a, b));
  if (v.context.numerics === "fused") return { high, low: v.let(v.fma(a, b, v.neg(high))) };
  const [a1, a2] = splitHalves(v, a);
  const [b1, b2] = splitHalves(v, b);
  const cross = v.add(v.sub(v.mul(a1, b1), high), v.add(v.mul(a1, b2), v.mul(a2, b1)));
  return { high, low: v.let(v.add(cross, v.mul(a2, b2))) };
}
