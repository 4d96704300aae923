/**
 * The registers of a vector value: one value of a dtype, VF elements at once, is a list of v128 locals. Element i
 * is in register floor(i * laneBytes / 16). A value narrower than 16 bytes in all lies in the low lanes of one
 * register; what is in the lanes above is arbitrary.
 *
 * A bool is a lane mask, all ones or all zeros, whose lanes are as wide as is convenient where it is made.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ValueType } from "../wasm/opcodes.ts";
import { lowHalvesOfLanes } from "../wasm/shuffles.ts";

/** The width of one lane. */
export type LaneBytes = 1 | 2 | 4 | 8;

/** The lane shapes of WebAssembly. */
export type LaneShape = "i8x16" | "i16x8" | "i32x4" | "i64x2" | "f32x4" | "f64x2";

/** The dtypes that have lanes of their own: all but bool. */
export type NumberDType = Exclude<DType, "bool">;

/** The integer shape of lanes of that width. */
export const INT_SHAPE: Readonly<Record<LaneBytes, "i8x16" | "i16x8" | "i32x4" | "i64x2">> = {
  1: "i8x16",
  2: "i16x8",
  4: "i32x4",
  8: "i64x2",
};

/** The lane shape of a dtype's values. */
export function shapeOf(dtype: NumberDType): LaneShape {
  return dtype === "f32" ? "f32x4" : dtype === "f64" ? "f64x2" : INT_SHAPE[DTYPE[dtype].itemsize];
}

/** How many registers `vf` elements of that width fill. */
export function numRegisters(vf: number, laneBytes: LaneBytes): number {
  return Math.max(1, (vf * laneBytes) / 16);
}

/** The 16 bytes of a register that holds the value in every lane; a bool is a mask, valid at every width. */
function splatBytes(dtype: DType, value: ScalarValue): Uint8Array {
  if (dtype === "bool") return new Uint8Array(16).fill(value ? 0xff : 0);
  const { TypedArray, numLanes, isBigInt } = DTYPE[dtype];
  const lanes = new TypedArray(numLanes);
  for (let i = 0; i < numLanes; i++) lanes[i] = isBigInt ? BigInt(value) : Number(value);
  return new Uint8Array(lanes.buffer as ArrayBuffer);
}

/** A register with the value in every lane, set once at the function's entry. Never release it. */
export function splat(f: FunctionBuilder, dtype: DType, value: ScalarValue): Local {
  return f.hoist(splatBytes(dtype, value));
}

/** A register with lane i holding `first + i`, set once at the function's entry. Never release it. */
export function iota(f: FunctionBuilder, laneBytes: LaneBytes, first: number): Local {
  const { TypedArray, numLanes, isBigInt } = DTYPE[laneBytes === 8 ? "i64" : (`i${laneBytes * 8}` as DType)];
  const lanes = new TypedArray(numLanes);
  for (let i = 0; i < numLanes; i++) lanes[i] = isBigInt ? BigInt(first + i) : first + i;
  return f.hoist(new Uint8Array(lanes.buffer as ArrayBuffer));
}

/** Moves the top of the stack into a fresh local. */
export function keep(f: FunctionBuilder, type: ValueType = "v128"): Local {
  const local = f.local(type);
  f.set(local);
  return local;
}

/** A fresh local with the same value. */
export function copy(f: FunctionBuilder, from: Local): Local {
  return keep(f.get(from), from.type);
}

/** Releases every local of the list. */
export function releaseAll(f: FunctionBuilder, locals: readonly Local[]): void {
  for (const local of locals) f.release(local);
}

/** mask ? first : second, bit by bit; the mask's lanes are all ones or all zeros. */
export function select(f: FunctionBuilder, first: Local, second: Local, mask: Local): Local {
  // relaxed_laneselect is one instruction where bitselect is three; on whole-lane masks both are defined alike
  return keep(f.get(first).get(second).get(mask).op("i8x16.relaxed_laneselect"));
}

/** The low halves of every lane of two registers, as one register of lanes half as wide: wraps integers. */
function unzip(f: FunctionBuilder, low: Local, high: Local, laneBytes: LaneBytes): Local {
  return keep(f.get(low).get(high).op("i8x16.shuffle", ...lowHalvesOfLanes(laneBytes)));
}

/** Registers of lanes twice as wide, sign- or zero-extended. The argument stays. */
export function widen(
  f: FunctionBuilder,
  registers: readonly Local[],
  { laneBytes, vf, signed }: { laneBytes: 1 | 2 | 4; vf: number; signed: boolean },
): Local[] {
  const wide = (laneBytes * 2) as LaneBytes, widened: Local[] = [];
  for (let i = 0; i < numRegisters(vf, wide); i++) {
    const half = i % 2 === 0 ? "low" : "high";
    f.get(registers[i >> 1]!).op(
      `${INT_SHAPE[wide]}.extend_${half}_${INT_SHAPE[laneBytes]}_${signed ? "s" : "u"}`,
    );
    widened.push(keep(f));
  }
  return widened;
}

/** Registers of integer lanes half as wide, low bits kept. The argument stays. */
export function narrow(
  f: FunctionBuilder,
  registers: readonly Local[],
  { laneBytes, vf }: { laneBytes: 2 | 4 | 8; vf: number },
): Local[] {
  const half = (laneBytes / 2) as LaneBytes;
  return Array.from({ length: numRegisters(vf, half) }, (_, i) => {
    const low = registers[2 * i]!;
    return unzip(f, low, registers[2 * i + 1] ?? low, laneBytes);
  });
}

/**
 * The mask with lanes of another width, in fresh locals; the very argument when the width is the same. The
 * argument stays.
 */
export function convertMask(
  f: FunctionBuilder,
  registers: readonly Local[],
  { from, to, vf }: { from: LaneBytes; to: LaneBytes; vf: number },
): readonly Local[] {
  let current = registers;
  let width = from;
  while (width !== to) {
    const next = width < to
      ? widen(f, current, { laneBytes: width as 1 | 2 | 4, vf, signed: true })
      : narrowMask();
    if (current !== registers) releaseAll(f, current);
    current = next;
    width = (width < to ? width * 2 : width / 2) as LaneBytes;
  }
  return current;

  function narrowMask(): Local[] {
    if (width === 8) return narrow(f, current, { laneBytes: 8, vf });
    // a saturating pack keeps 0 and -1 and is one instruction
    const half = (width / 2) as 1 | 2;
    return Array.from({ length: numRegisters(vf, half) }, (_, i) => {
      const low = current[2 * i]!;
      f.get(low).get(current[2 * i + 1] ?? low).op(`${INT_SHAPE[half]}.narrow_${INT_SHAPE[width]}_s`);
      return keep(f);
    });
  }
}

/** Repeats lane 0 of a register in all its lanes. */
export function broadcastLane0(f: FunctionBuilder, register: Local, laneBytes: LaneBytes): Local {
  const bytes = Array.from({ length: 16 }, (_, i) => i % laneBytes);
  return keep(f.get(register).get(register).op("i8x16.shuffle", ...bytes));
}

/**
 * Applies a scalar operation to each of `numLanes` lanes: the one mechanism for what SIMD does not have. The
 * lanes of all arguments are on the stack when `scalar` runs; it leaves one result of the same shape's type.
 */
export function perLane(
  f: FunctionBuilder,
  { shape, numLanes, args }: {
    shape: "i64x2" | "f32x4" | "f64x2" | "i32x4";
    numLanes: number;
    args: readonly Local[];
  },
  scalar: () => void,
): Local {
  const result = copy(f, args[0]!);
  for (let lane = 0; lane < numLanes; lane++) {
    f.get(result);
    for (const arg of args) f.get(arg).op(`${shape}.extract_lane`, lane);
    scalar();
    f.op(`${shape}.replace_lane`, lane).set(result);
  }
  return result;
}

/**
 * Computes on lanes twice as wide: extends the arguments, applies `wide` to each half, and keeps the low bits
 * of its results. The upper half is left out when fewer lanes matter.
 */
export function viaWider(
  f: FunctionBuilder,
  { laneBytes, signed, numLanes, args }: {
    laneBytes: 1 | 2 | 4;
    signed: boolean;
    numLanes: number;
    args: readonly Local[];
  },
  wide: (args: readonly Local[], numLanes: number) => Local,
): Local {
  const perHalf = 16 / laneBytes / 2;
  const halves = (numLanes <= perHalf ? ["low"] : ["low", "high"]).map((half) => {
    const extended = args.map((arg) => {
      const name = INT_SHAPE[(laneBytes * 2) as LaneBytes];
      return keep(f.get(arg).op(`${name}.extend_${half}_${INT_SHAPE[laneBytes]}_${signed ? "s" : "u"}`));
    });
    const result = wide(extended, Math.min(numLanes, perHalf));
    releaseAll(f, extended);
    return result;
  });
  const result = unzip(f, halves[0]!, halves[1] ?? halves[0]!, (laneBytes * 2) as LaneBytes);
  releaseAll(f, halves);
  return result;
}
