/**
 * Integer operations of which SIMD has none: a scalar function for each lane.
 *
 * @module
 */
import type { Local } from "../wasm/function_builder.ts";
import type { ModuleFunction } from "../wasm/module_builder.ts";
import { isSigned, laneBytesOf, type LaneContext } from "./lane_context.ts";
import { type LaneBytes, perLane, viaWider } from "./lanes.ts";

/**
 * Applies a function of two integers to each lane. Lanes of 8 and 16 bits are extended to 32 bits and their results cut
 * off, so that the function's low bits must not depend on the width.
 */
export function perInteger(
  e: LaneContext,
  args: readonly Local[],
  functionOf: (type: "i32" | "i64") => ModuleFunction,
): Local {
  const signed = isSigned(e.dtype);
  const apply = (lanes: readonly Local[], laneBytes: LaneBytes, numLanes: number): Local => {
    if (laneBytes === 1 || laneBytes === 2) {
      return viaWider(
        e.f,
        { laneBytes, signed, numLanes, args: lanes },
        (wide, numWide) => apply(wide, laneBytes === 1 ? 2 : 4, numWide),
      );
    }
    const [type, shape] = laneBytes === 8 ? (["i64", "i64x2"] as const) : (["i32", "i32x4"] as const);
    const scalar = functionOf(type);
    return perLane(e.f, { shape, numLanes, args: lanes }, () => void e.f.call(scalar));
  };
  return apply(args, laneBytesOf(e.dtype), e.numLanes);
}
