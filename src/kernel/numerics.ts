/**
 * The numerics mode of a run: whether a multiplication and the addition after it are rounded once (`fused`) or
 * twice (`strict`). The mode is part of a run's identity: results in one mode are the same bytes on every
 * machine, results in different modes are not.
 *
 * WebAssembly's `relaxed_madd` may do either (WebAssembly core specification 3.0, relaxed SIMD), so a probe
 * runs it and looks.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { ModuleBuilder } from "./wasm/module_builder.ts";

/** `fused`: one rounding for a * b + c, by `relaxed_madd`; `strict`: two, by `mul` and `add`. */
export type Numerics = "fused" | "strict";

let probed: boolean | undefined;

/**
 * Whether `relaxed_madd` rounds once on this machine, for f32 and for f64, also when negated. The answer comes
 * from running a tiny module and is kept.
 *
 * @example
 * ```ts
 * import { probeFusedMadd } from "./numerics.ts";
 * console.log(probeFusedMadd() ? "fused" : "strict");
 * ```
 */
export function probeFusedMadd(): boolean {
  probed ??= runProbe();
  return probed;
}

/** (1 + e)^2 - (1 + 2e) is e^2 where the product is not rounded, and 0 where it is: e = 2^-12 (f32), 2^-27 (f64) */
function runProbe(): boolean {
  const module = new ModuleBuilder();
  module.add("f32", ["f32", "f32"], ["f32"], (f) => {
    for (const param of [f.params[0]!, f.params[0]!, f.params[1]!]) f.get(param).op("f32x4.splat");
    f.op("f32x4.relaxed_madd").op("f32x4.extract_lane", 0);
  });
  module.add("f32_negated", ["f32", "f32"], ["f32"], (f) => {
    for (const param of [f.params[0]!, f.params[0]!, f.params[1]!]) f.get(param).op("f32x4.splat");
    f.op("f32x4.relaxed_nmadd").op("f32x4.extract_lane", 3);
  });
  module.add("f64", ["f64", "f64"], ["f64"], (f) => {
    for (const param of [f.params[0]!, f.params[0]!, f.params[1]!]) f.get(param).op("f64x2.splat");
    f.op("f64x2.relaxed_madd").op("f64x2.extract_lane", 0);
  });
  module.add("f64_negated", ["f64", "f64"], ["f64"], (f) => {
    for (const param of [f.params[0]!, f.params[0]!, f.params[1]!]) f.get(param).op("f64x2.splat");
    f.op("f64x2.relaxed_nmadd").op("f64x2.extract_lane", 1);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  let exports: WebAssembly.Exports;
  try {
    exports = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } }).exports;
  } catch (error) {
    // an engine without relaxed SIMD refuses the module: it cannot fuse
    if (error instanceof WebAssembly.CompileError) return false;
    throw error;
  }
  const madd = exports as Record<string, (a: number, c: number) => number>;
  const e32 = 2 ** -12, e64 = 2 ** -27;
  return madd["f32"]!(1 + e32, -(1 + 2 * e32)) === e32 ** 2 &&
    madd["f32_negated"]!(1 + e32, 1 + 2 * e32) === -(e32 ** 2) &&
    madd["f64"]!(1 + e64, -(1 + 2 * e64)) === e64 ** 2 &&
    madd["f64_negated"]!(1 + e64, 1 + 2 * e64) === -(e64 ** 2);
}

/**
 * The mode to run in: what was asked for, else `fused` where the hardware fuses.
 *
 * `isFused` answers for the machine. Throws UsageError USE002 when `fused` is asked for where `relaxed_madd` rounds twice.
 *
 * @example
 * ```ts
 * import { resolveNumerics } from "./numerics.ts";
 * console.log(resolveNumerics("strict")); // strict
 * ```
 */
export function resolveNumerics(requested: Numerics | undefined, isFused = probeFusedMadd): Numerics {
  if (requested === "strict") return "strict";
  if (isFused()) return "fused";
  if (requested === undefined) return "strict";
  throw new UsageError(
    "USE002",
    "numerics mode fused is not available: this machine does not fuse a * b + c",
    {
      notes: [
        "a probe of WebAssembly's relaxed_madd, f32 and f64, found the product rounded before the addition",
      ],
      help:
        "use numerics mode strict (or leave the mode out): it runs everywhere and keeps the same error bounds",
    },
  );
}
