/**
 * The greatest common divisor, by Euclid's algorithm on magnitudes without a sign, and the least common multiple.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { perInteger } from "./integer_lanes.ts";
import { isSigned, type LaneEmitter } from "./lane_context.ts";

/** |the largest integer that divides both|, or the smallest that both divide; 0 where that is undefined */
export const common = (which: "gcd" | "lcm"): LaneEmitter => (e, a, b) =>
  perInteger(e, [a, b], (type) => scalarCommon(e.module, type, { which, signed: isSigned(e.dtype) }));

function scalarCommon(
  module: ModuleBuilder,
  type: "i32" | "i64",
  { which, signed }: { readonly which: "gcd" | "lcm"; readonly signed: boolean },
): ModuleFunction {
  return module.helper(`${type}.${which}_${signed ? "s" : "u"}`, [type, type], [type], (f) => {
    const [a, b] = f.params as [Local, Local];
    if (signed) { for (const operand of [a, b]) makeMagnitude(f, operand, type); }
    const [x, y, rest] = [f.local(type), f.local(type), f.local(type)];
    f.get(a).set(x).get(b).set(y);
    f.block((done) =>
      f.loop((again) => {
        f.get(y).op(`${type}.eqz`).brIf(done);
        f.get(x).get(y).op(`${type}.rem_u`).set(rest);
        f.get(y).set(x).get(rest).set(y).br(again);
      })
    );
    if (which === "gcd") return void f.get(x);
    f.get(x).op(`${type}.eqz`).if(
      () => f.get(x),
      () => f.get(a).get(x).op(`${type}.div_u`).get(b).op(`${type}.mul`),
      type,
    );
  });
}

/** The smallest integer becomes its magnitude as an integer without a sign. */
function makeMagnitude(f: FunctionBuilder, operand: Local, type: "i32" | "i64"): void {
  const zero = (): void => void (type === "i32" ? f.i32(0) : f.i64(0n));
  f.get(operand);
  zero();
  f.op(`${type}.lt_s`).if(() => {
    zero();
    f.get(operand).op(`${type}.sub`).set(operand);
  });
}
