/**
 * Functions of the reals as inline SIMD code: transcendental ones, roots, and those of a float's parts.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import { emitErf } from "./error_function.ts";
import { emitExp, emitExp2, emitExpm1, emitSigmoid, emitTanh } from "./exponential.ts";
import { emitFrexp, emitLdexp, emitNextafter, emitSpacing } from "./float_parts.ts";
import { emitAcosh, emitAsinh, emitAtanh, emitSinhCosh } from "./hyperbolic.ts";
import { emitAsinAcos, emitAtan, emitAtan2 } from "./inverse_trigonometric.ts";
import { emitLog, emitLog1p } from "./logarithm.ts";
import { emitPow } from "./power.ts";
import { emitCbrt, emitHypot } from "./root.ts";
import { emitSinCos, emitTan } from "./trigonometric.ts";
import type { MathContext, VectorShape } from "./vector_code.ts";

export type { MathContext, VectorShape } from "./vector_code.ts";

type Unary = (context: MathContext, shape: VectorShape, x: Local) => Local;
type Binary = (context: MathContext, shape: VectorShape, x: Local, y: Local) => Local;

const UNARY = {
  exp: emitExp,
  exp2: emitExp2,
  expm1: emitExpm1,
  sigmoid: emitSigmoid,
  tanh: emitTanh,
  log: (context, shape, x) => emitLog(context, shape, "e", x),
  log1p: emitLog1p,
  log2: (context, shape, x) => emitLog(context, shape, "2", x),
  log10: (context, shape, x) => emitLog(context, shape, "10", x),
  sin: (context, shape, x) => emitSinCos(context, shape, "sin", x),
  cos: (context, shape, x) => emitSinCos(context, shape, "cos", x),
  tan: emitTan,
  sinh: (context, shape, x) => emitSinhCosh(context, shape, "sinh", x),
  cosh: (context, shape, x) => emitSinhCosh(context, shape, "cosh", x),
  asin: (context, shape, x) => emitAsinAcos(context, shape, "asin", x),
  acos: (context, shape, x) => emitAsinAcos(context, shape, "acos", x),
  atan: emitAtan,
  asinh: emitAsinh,
  acosh: emitAcosh,
  atanh: emitAtanh,
  cbrt: emitCbrt,
  erf: emitErf,
  spacing: emitSpacing,
  frexpMantissa: (context, shape, x) => emitFrexp(context, shape, "mantissa", x),
  frexpExponent: (context, shape, x) => emitFrexp(context, shape, "exponent", x),
} satisfies Readonly<Record<string, Unary>>;

const BINARY = {
  pow: emitPow,
  atan2: emitAtan2,
  hypot: emitHypot,
  nextafter: emitNextafter,
  ldexp: emitLdexp,
} satisfies Readonly<Record<string, Binary>>;

/** The functions of one and of two arguments that `emitMath` knows. */
export type MathOp = keyof typeof UNARY | keyof typeof BINARY;

/** How many arguments a function takes. */
export function mathArity(name: MathOp): 1 | 2 {
  return Object.hasOwn(BINARY, name) ? 2 : 1;
}

/** All functions, in the order of the table of errors. */
export const MATH_OPS: readonly MathOp[] = Object.freeze(
  [...Object.keys(UNARY), ...Object.keys(BINARY)] as MathOp[],
);

/**
 * Emits inline SIMD code for a function into `context.f`, lane by lane, in the shape f32x4 or f64x2.
 *
 * The arguments are v128 locals that stay untouched. The result is a fresh v128 local, which the caller
 * releases; every other temporary is released here. Constants are hoisted to the function's entry, so the code
 * may stand in a loop. Rare paths (sin and cos of huge arguments) call helper functions which are added to
 * `context.module`: they take the next free indices, so `context.f` must be the body of a `module.add` that is
 * still under construction (or of one yet to come).
 *
 * @example
 * ```ts
 * import { ModuleBuilder } from "../wasm/module_builder.ts";
 * import { emitMath } from "./mod.ts";
 *
 * const module = new ModuleBuilder();
 * module.add("exp", ["i32"], [], (f) => {
 *   const x = f.local("v128");
 *   f.get(f.params[0]!).op("v128.load").set(x);
 *   const y = emitMath({ f, module, numerics: "strict" }, "exp", "f32x4", [x]);
 *   f.get(f.params[0]!).get(y).op("v128.store");
 *   f.release(y);
 * });
 * const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
 * const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
 * (exports["exp"] as (at: number) => void)(0);
 * console.log(new Float32Array(memory.buffer, 0, 4)); // 1, 1, 1, 1
 * ```
 */
export function emitMath(
  context: MathContext,
  name: MathOp,
  shape: VectorShape,
  args: readonly Local[],
): Local {
  const [x, y] = args, arity = mathArity(name);
  if (x === undefined || args.length !== arity) throw new Error(`${name} takes ${arity} argument(s)`);
  if (y !== undefined) return BINARY[name as keyof typeof BINARY](context, shape, x, y);
  return UNARY[name as keyof typeof UNARY](context, shape, x);
}
