/**
 * Shifts by a count for each lane, which SIMD has not, with NumPy's meaning: a count that is no position of a bit moves all
 * bits out. WebAssembly takes counts modulo the lane's width, so that such counts are told apart first.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { perInteger } from "./integer_lanes.ts";
import { isSigned, type LaneEmitter } from "./lane_context.ts";

type Direction = "left" | "right";

/** a shifted by b bits */
export const shift = (direction: Direction): LaneEmitter => (e, a, b) =>
  perInteger(
    e,
    [a, b],
    (type) => scalarShift(e.module, type, { direction, signed: isSigned(e.dtype) }),
  );

/** (value, count) -> the shifted value; a count is compared without its sign, so that a negative one is too large */
function scalarShift(
  module: ModuleBuilder,
  type: "i32" | "i64",
  { direction, signed }: { readonly direction: Direction; readonly signed: boolean },
): ModuleFunction {
  const instruction = direction === "left" ? "shl" : signed ? "shr_s" : "shr_u";
  const numBits = type === "i32" ? 32 : 64;
  return module.helper(`${type}.${instruction}`, [type, type], [type], (f) => {
    const [value, count] = f.params as [Local, Local];
    const constant = (number: number): void => void (type === "i32" ? f.i32(number) : f.i64(BigInt(number)));
    f.get(count);
    constant(numBits);
    f.op(`${type}.lt_u`).if(
      () => f.get(value).get(count).op(`${type}.${instruction}`),
      () => {
        if (instruction !== "shr_s") return constant(0);
        f.get(value);
        constant(numBits - 1);
        f.op(`${type}.shr_s`);
      },
      type,
    );
  });
}
