/**
 * cbrt and hypot.
 *
 * cbrt starts from the exponent's third, taken in floating point: the bits of a number, read as an integer, are nearly its
 * logarithm. 1 / cbrt(x) is refined by series that need no division; the last step is Halley's, from a root with so few
 * digits that its square is exact, as in FreeBSD's s_cbrt.c (B. D. Evans, S. L. Moshier).
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { FORMAT } from "./exponential.ts";
import type { MathContext, Vector, VectorShape } from "./vector_code.ts";
import { VectorCode } from "./vector_code.ts";

/** What cbrt needs to know of a format. */
interface RootFormat {
  /** bits shifted out so that the rest fits the mantissa */
  readonly dropped: number;
  /** keeps the upper half of the digits */
  readonly mask: bigint;
  readonly numRefinements: number;
  readonly smallest: number;
  /** the third power of `unscale`'s inverse */
  readonly scale: number;
  readonly unscale: number;
}

const ROOT: Readonly<Record<VectorShape, RootFormat>> = {
  "f32x4": {
    dropped: 8,
    mask: 0xfffff000n,
    numRefinements: 1,
    smallest: 2 ** -126,
    scale: 2 ** 24,
    unscale: 2 ** -8,
  },
  "f64x2": {
    dropped: 11,
    mask: 0xfffffffff8000000n,
    numRefinements: 2,
    smallest: 2 ** -1022,
    scale: 2 ** 54,
    unscale: 2 ** -18,
  },
};

/** 1 / cbrt(x) within 4 % for positive normal numbers: exponent and mantissa together by -1/3 */
function guessInverse(v: VectorCode, x: Local): Local {
  const { mantissaBits, bias } = FORMAT[v.shape], { dropped } = ROOT[v.shape];
  const one = 2 ** mantissaBits, unit = 2 ** (mantissaBits - dropped);
  const bits = v.or(v.shrU(x, dropped), v.c(one));
  const third = v.fma(bits, v.c(-1 / 3), v.c((4 / 3) * one + ((4 / 3) * bias - 0.0602) * unit));
  // what is shifted into the sign is a bit of the constant's exponent
  return v.let(v.abs(v.shl(third, dropped)));
}

/** cbrt */
export function emitCbrt(context: MathContext, shape: VectorShape, x: Local): Local {
  const v = new VectorCode(context, shape);
  const { mask, numRefinements, smallest, scale, unscale } = ROOT[shape];
  const a = v.let(v.abs(x));
  const isTiny = v.let(v.compare("lt", a, v.c(smallest)));
  const m = v.let(v.select(isTiny, v.mul(a, v.c(scale)), a));
  const inverse = guessInverse(v, m);
  for (let i = 0; i < numRefinements; i++) {
    const rest = v.let(v.fnma(v.mul(m, inverse), v.mul(inverse, inverse), v.c(1)));
    const series = v.fma(rest, v.c(2 / 9), v.c(1 / 3));
    v.assign(inverse, v.fma(v.mul(inverse, rest), series, inverse));
  }
  const root = v.let(v.and(v.mul(m, v.mul(inverse, inverse)), v.bits(mask)));
  const quotient = v.div(m, v.mul(root, root));
  const step = v.let(v.mul(v.sub(quotient, root), v.c(1 / 3)));
  const refined = v.let(v.add(root, v.fnma(v.mul(step, step), inverse, step)));
  const result = v.select(isTiny, v.mul(refined, v.c(unscale)), refined);
  const ordinary = v.and(v.compare("gt", a, v.c(0)), v.compare("lt", a, v.c(Infinity)));
  return v.finish(v.withSignOf(x, v.select(ordinary, result, a)));
}

/** an infinity where one operand is infinite, whatever the other */
function withInfinity(v: VectorCode, x: Local, y: Local, result: Vector): Vector {
  const isInfinite = (a: Local) => v.compare("eq", v.abs(a), v.c(Infinity));
  return v.select(v.or(isInfinite(x), isInfinite(y)), v.c(Infinity), result);
}

/** hypot = sqrt(x^2 + y^2): f32 in f64, which nothing overflows; f64 scaled where squares would overflow or vanish */
export function emitHypot(context: MathContext, shape: VectorShape, x: Local, y: Local): Local {
  const v = new VectorCode(context, shape), wide = new VectorCode(context, "f64x2");
  const length = (a: Local, b: Local): Vector => wide.op("f64x2.sqrt", wide.fma(a, a, wide.mul(b, b)));
  if (shape === "f32x4") {
    const half = (promote: (a: Local) => Vector) => {
      const a = wide.let(promote(x)), b = wide.let(promote(y));
      wide.leaf(a, b);
      return length(a, b);
    };
    const low = half((a) => wide.promoteLow(a)), high = half((a) => wide.promoteHigh(a));
    const result = v.letDemoted(low, high);
    wide.releaseAll();
    return v.finish(withInfinity(v, x, y, result));
  }
  const [ax, ay] = [v.let(v.abs(x)), v.let(v.abs(y))];
  const larger = v.let(v.op("f64x2.pmax", ax, ay));
  const isHuge = v.let(v.compare("ge", larger, v.c(2 ** 510)));
  const isTiny = v.let(v.compare("lt", larger, v.c(2 ** -450)));
  const factor = (huge: number, tiny: number): Vector =>
    v.select(isHuge, v.c(huge), v.select(isTiny, v.c(tiny), v.c(1)));
  const scale = v.let(factor(2 ** -600, 2 ** 600));
  const root = length(v.let(v.mul(ax, scale)), v.let(v.mul(ay, scale)));
  return v.finish(withInfinity(v, x, y, v.mul(root, factor(2 ** 600, 2 ** -600))));
}
