/**
 * Functions of a float's bits: nextafter, spacing, ldexp and the two parts of frexp. All are exact.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { FORMAT } from "./exponential.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

/** the next float after x in the direction of y */
export function emitNextafter(context: MathContext, shape: VectorShape, x: Local, y: Local): Local {
  const v = new VectorCode(context, shape);
  // the bits of a magnitude are in its order: one more away from zero, one less towards it
  const towardsZero = v.xor(v.compare("gt", y, x), v.compare("gt", x, v.c(0)));
  const moved = v.iadd(x, v.or(towardsZero, v.bits(1n)));
  const fromZero = v.or(v.and(y, v.signBit()), v.bits(1n));
  const next = v.select(v.compare("eq", x, v.c(0)), fromZero, moved);
  const hasNaN = v.or(v.compare("ne", x, x), v.compare("ne", y, y));
  return v.finish(v.or(v.select(v.compare("eq", x, y), y, next), hasNaN));
}

/** the distance to the next float away from zero, with the sign of x; of both zeros the smallest float */
export function emitSpacing(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const a = v.let(v.abs(x));
  const gap = v.sub(v.iadd(a, v.bits(1n)), a);
  return v.finish(v.or(gap, v.and(v.and(x, v.signBit()), v.compare("ne", x, v.c(0)))));
}

/** x = mantissa 2^exponent, 1/2 <= |mantissa| < 1; zeros, infinities and NaN are their own mantissa, the exponent 0 */
function split(v: VectorCode, x: Local): { readonly mantissa: Vector; readonly exponent: Vector } {
  const { mantissaBits, bias } = FORMAT[v.shape];
  const a = v.let(v.abs(x));
  const isTiny = v.let(v.compare("lt", a, v.c(2 ** (1 - bias))));
  const digits = mantissaBits + 2;
  const scaled = v.let(v.select(isTiny, v.mul(x, v.c(2 ** digits)), x));
  const ordinary = v.let(v.and(v.compare("gt", a, v.c(0)), v.compare("lt", a, v.c(Infinity))));
  const half = v.or(v.op("v128.andnot", scaled, v.c(Infinity)), v.c(0.5));
  const field = v.or(v.shrU(v.and(scaled, v.c(Infinity)), mantissaBits), v.c(2 ** mantissaBits));
  const exponent = v.sub(v.sub(field, v.c(2 ** mantissaBits + bias - 1)), v.and(isTiny, v.c(digits)));
  return { mantissa: v.select(ordinary, half, x), exponent: v.and(ordinary, exponent) };
}

/** a part of frexp; the exponent as a float */
export function emitFrexp(
  context: MathContext,
  shape: VectorShape,
  part: "mantissa" | "exponent",
  x: Local,
): Local {
  const v = new VectorCode(context, shape);
  return v.finish(split(v, x)[part]);
}

/** x 2^n, n a whole number: scaled in two steps of which the last one rounds */
export function emitLdexp(context: MathContext, shape: VectorShape, x: Local, n: Local): Local {
  const v = new VectorCode(context, shape);
  const { mantissaBits, bias, magic } = FORMAT[shape];
  const [most, limit] = shape === "f32x4" ? [600, 160] : [4400, 1100];
  const { mantissa, exponent } = split(v, x);
  // between them, bounds which no result outlives
  const whole = v.clamp(v.op(`${shape}.trunc`, n), -most, most);
  const sum = v.clamp(v.add(exponent, whole), -limit, limit);
  const shifted = v.let(v.add(sum, v.c(magic + 2 * bias)));
  const half = v.let(v.shl(v.shrU(shifted, 1), mantissaBits));
  const result = v.mul(v.mul(mantissa, half), v.isub(v.shl(shifted, mantissaBits), half));
  return v.finish(v.or(result, v.compare("ne", n, n)));
}
