/**
 * Transcendental functions as inline SIMD code.
 *
 * @module
 */
import type { Local } from "../wasm/builder.ts";
import { emitExp, emitExpm1, emitSigmoid, emitTanh } from "./exponential.ts";
import { emitLog, emitLog1p } from "./logarithm.ts";
import { emitPow } from "./power.ts";
import { emitSinCos } from "./trigonometric.ts";
import type { MathContext, VectorShape } from "./vector_code.ts";

export type { MathContext, VectorShape } from "./vector_code.ts";

/** The functions that `emitMath` knows; `pow` takes two arguments, all others one. */
export type MathOp =
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
  | "pow";

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
 * import { ModuleBuilder } from "../wasm/builder.ts";
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
  const [x, y] = args;
  const arity = name === "pow" ? 2 : 1;
  if (x === undefined || args.length !== arity) throw new Error(`${name} takes ${arity} argument(s)`);
  switch (name) {
    case "exp":
      return emitExp(context, shape, x);
    case "expm1":
      return emitExpm1(context, shape, x);
    case "sigmoid":
      return emitSigmoid(context, shape, x);
    case "tanh":
      return emitTanh(context, shape, x);
    case "log":
      return emitLog(context, shape, "e", x);
    case "log2":
      return emitLog(context, shape, "2", x);
    case "log10":
      return emitLog(context, shape, "10", x);
    case "log1p":
      return emitLog1p(context, shape, x);
    case "sin":
    case "cos":
      return emitSinCos(context, shape, name, x);
    case "pow":
      return emitPow(context, shape, x, y!);
    default:
      return name satisfies never;
  }
}
