/**
 * Shifts by a count for each lane, which SIMD has not, with NumPy's meaning: a count that is no position of a bit moves all
 * bits out. WebAssembly takes counts modulo the lane's width, so that such counts are told apart first.
 *
 * @module
 */
import type { Local, ModuleBuilder, ModuleFunction } from "../wasm/builder.ts";
import { isSigned, laneBytesOf, type LaneContext, type LaneEmitter } from "./lane_context.ts";
import { perLane, viaWider } from "./lanes.ts";

type Direction = "left" | "right";

/** a shifted by b bits */
export const shift = (direction: Direction): LaneEmitter => (e, a, b) => {
  const signed = isSigned(e.dtype), laneBytes = laneBytesOf(e.dtype);
  const lanes = (args: readonly Local[], numLanes: number): Local => {
    const type = laneBytes === 8 ? "i64" : "i32", shape = laneBytes === 8 ? "i64x2" : "i32x4";
    const helper = scalarShift(e.module, type, { direction, signed });
    return perLane(e.f, { shape, numLanes, args }, () => void e.f.call(helper));
  };
  return widened(e, [a, b], { laneBytes, numLanes: e.numLanes, signed }, lanes);
};

/** computes on lanes of 32 bits at least; low bits of a result do not depend on the width */
function widened(
  e: LaneContext,
  args: readonly Local[],
  { laneBytes, numLanes, signed }: {
    readonly laneBytes: 1 | 2 | 4 | 8;
    readonly numLanes: number;
    readonly signed: boolean;
  },
  lanes: (args: readonly Local[], numLanes: number) => Local,
): Local {
  if (laneBytes >= 4) return lanes(args, numLanes);
  const narrow = laneBytes as 1 | 2;
  return viaWider(
    e.f,
    { laneBytes: narrow, signed, numLanes, args },
    (wide, numWide) =>
      widened(e, wide, { laneBytes: narrow === 1 ? 2 : 4, numLanes: numWide, signed }, lanes),
  );
}

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
