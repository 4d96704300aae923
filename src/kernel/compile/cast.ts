/**
 * Conversions between all dtypes, on the register lists of whole values. Integers wrap. Floats truncate: to i32,
 * u32, i64 and u64 they saturate, to narrower integers they saturate as i32 and then wrap, as NumPy does on
 * x86; NaN gives 0. Anything to bool is `!= 0`. All roundings are the single one of IEEE's conversion.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { HIGH_HALF, LOW_HALVES } from "../wasm/shuffles.ts";
import { isSigned, laneBytesOf } from "./lane_context.ts";
import {
  convertMask,
  keep,
  type LaneBytes,
  type LaneShape,
  narrow,
  numRegisters,
  releaseAll,
  shapeOf,
  splat,
  widen,
} from "./lanes.ts";

/** One conversion of a register list; its result is fresh, its argument stays. */
type Step = (registers: readonly Local[]) => readonly Local[];

/** The value cast, in fresh locals; the argument stays. `laneBytes` is the width of its lanes: of a bool, its mask's. */
export function castRegisters(
  f: FunctionBuilder,
  registers: readonly Local[],
  { from, to, laneBytes, vf }: { from: DType; to: DType; laneBytes: LaneBytes; vf: number },
): readonly Local[] {
  let current = registers;
  for (const step of castSteps(f, { from, to, laneBytes, vf })) {
    const next = step(current);
    if (current !== registers && next !== current) releaseAll(f, current);
    current = next;
  }
  return current === registers ? registers.map((local) => keep(f.get(local))) : current;
}

function castSteps(
  f: FunctionBuilder,
  { from, to, laneBytes, vf }: { from: DType; to: DType; laneBytes: LaneBytes; vf: number },
): Step[] {
  if (from === to) return [];
  if (from === "bool") {
    const one = splat(f, to, 1);
    return [
      (regs) => convertMask(f, regs, { from: laneBytes, to: laneBytesOf(to), vf }),
      (regs) => regs.map((reg) => keep(f.get(reg).get(one).op("v128.and"))),
    ];
  }
  if (to === "bool") {
    const zero = splat(f, from, 0);
    return [(regs) => regs.map((reg) => keep(f.get(reg).get(zero).op(`${shapeOf(from)}.ne`)))];
  }
  if (isFloat(from)) return isFloat(to) ? [floatToFloat(f, from, vf)] : floatToInteger(f, from, to, vf);
  if (isFloat(to)) return integerToFloat(f, from, to, vf);
  return integerToInteger(f, { from: laneBytesOf(from), to: laneBytesOf(to), signed: isSigned(from), vf });
}

function integerToInteger(
  f: FunctionBuilder,
  { from, to, signed, vf }: { from: LaneBytes; to: LaneBytes; signed: boolean; vf: number },
): Step[] {
  const steps: Step[] = [];
  for (let width = from; width < to; width = (width * 2) as LaneBytes) {
    const laneBytes = width as 1 | 2 | 4;
    steps.push((regs) => widen(f, regs, { laneBytes, vf, signed }));
  }
  for (let width = from; width > to; width = (width / 2) as LaneBytes) {
    const laneBytes = width as 2 | 4 | 8;
    steps.push((regs) => narrow(f, regs, { laneBytes, vf }));
  }
  return steps;
}

function floatToFloat(f: FunctionBuilder, from: "f32" | "f64", vf: number): Step {
  return from === "f32"
    ? (regs) => fromHalves(f, regs, vf, "f64x2.promote_low_f32x4")
    : (regs) => toHalves(f, regs, vf, "f32x4.demote_f64x2_zero");
}

/** 32-bit lanes to 64-bit lanes by an instruction that reads the low half of a register */
function fromHalves(f: FunctionBuilder, registers: readonly Local[], vf: number, name: string): Local[] {
  return Array.from({ length: numRegisters(vf, 8) }, (_, i) => {
    const source = registers[i >> 1]!;
    f.get(source);
    if (i % 2 === 1) f.get(source).op("i8x16.shuffle", ...HIGH_HALF);
    return keep(f.op(name));
  });
}

/** 64-bit lanes to 32-bit lanes by an instruction that fills the low half of a register */
function toHalves(f: FunctionBuilder, registers: readonly Local[], vf: number, name: string): Local[] {
  return Array.from({ length: numRegisters(vf, 4) }, (_, i) => {
    const low = registers[2 * i]!, high = registers[2 * i + 1];
    f.get(low).op(name);
    if (high !== undefined) f.get(high).op(name).op("i8x16.shuffle", ...LOW_HALVES);
    return keep(f);
  });
}

function floatToInteger(f: FunctionBuilder, from: "f32" | "f64", to: DType, vf: number): Step[] {
  const { itemsize, kind } = DTYPE[to];
  if (itemsize === 8) {
    const toLong: Step = (regs) => doublesToLongs(f, regs, kind === "i");
    return from === "f64" ? [toLong] : [floatToFloat(f, from, vf), toLong];
  }
  const suffix = to === "u32" ? "u" : "s";
  const exact: Step = from === "f32"
    ? (regs) => regs.map((reg) => keep(f.get(reg).op(`i32x4.trunc_sat_f32x4_${suffix}`)))
    : (regs) => toHalves(f, regs, vf, `i32x4.trunc_sat_f64x2_${suffix}_zero`);
  const toWord: Step = itemsize < 4
    ? (regs) => toLowWords(f, regs, { from, vf })
    : from === "f64" && to === "i32"
    ? (regs) => doublesToWords(f, regs, { vf, exact })
    : exact;
  return [toWord, ...integerToInteger(f, { from: 4, to: itemsize, signed: true, vf })];
}

/**
 * Floats to 32-bit lanes of which the lower half counts, by the relaxed instruction, which is one where the exact one is
 * several. What it gives for NaN (0 or -2^31) and below -2^31 (that) is 0 there on every machine; of what is above the
 * greatest integer, whose lower half is all ones, doubles are made that integer before, and singles are set behind.
 */
function toLowWords(
  f: FunctionBuilder,
  registers: readonly Local[],
  { from, vf }: { from: "f32" | "f64"; vf: number },
): readonly Local[] {
  if (from === "f32") {
    const beyond = splat(f, "f32", 2 ** 31);
    return registers.map((register) => {
      f.get(register).op("i32x4.relaxed_trunc_f32x4_s");
      return keep(f.get(register).get(beyond).op("f32x4.ge").op("v128.or"));
    });
  }
  const greatest = splat(f, "f64", 2 ** 31 - 1);
  const bounded = registers.map((register) => keep(f.get(register).get(greatest).op("f64x2.pmin")));
  const words = toHalves(f, bounded, vf, "i32x4.relaxed_trunc_f64x2_s_zero");
  releaseAll(f, bounded);
  return words;
}

/**
 * f64 to i32 by the relaxed instruction. For NaN and beyond the range it gives what the exact one does, or -2^31: where a
 * lane of the step is that, all are converted exactly.
 */
function doublesToWords(
  f: FunctionBuilder,
  registers: readonly Local[],
  { vf, exact }: { vf: number; exact: Step },
): readonly Local[] {
  const least = splat(f, "i32", -(2 ** 31));
  const words = toHalves(f, registers, vf, "i32x4.relaxed_trunc_f64x2_s_zero");
  words.forEach((word, i) => {
    f.get(word).get(least).op("i32x4.eq");
    if (i > 0) f.op("v128.or");
  });
  f.op("v128.any_true").if(() => {
    const others = exact(registers);
    others.forEach((other, i) => f.get(other).set(words[i]!));
    releaseAll(f, others);
  });
  return words;
}

/**
 * f64 to 64-bit integers, for which SIMD has no instruction. Adding 1.5 * 2^52 to a truncated double below 2^51 puts it
 * into the low bits; where one of the registers has others, all are converted in halves.
 */
function doublesToLongs(f: FunctionBuilder, registers: readonly Local[], signed: boolean): Local[] {
  const results = registers.map(() => f.local("v128"));
  const magic = splat(f, "f64", 1.5 * 2 ** 52), most = splat(f, "f64", 2 ** 51);
  registers.forEach((register, i) => {
    if (signed) f.get(register).op("f64x2.abs").get(most).op("f64x2.lt");
    else f.get(nonNegative(f, register, results[i]!)).get(most).op("f64x2.lt");
    if (i > 0) f.op("v128.and");
  });
  f.op("i64x2.all_true").if(
    () =>
      registers.forEach((register, i) => {
        f.get(signed ? register : results[i]!).op("f64x2.trunc").get(magic).op("f64x2.add");
        f.get(magic).op("i64x2.sub").set(results[i]!);
      }),
    () => registers.forEach((register, i) => doubleToLong(f, register, { result: results[i]!, signed })),
  );
  return results;
}

/** `result`, set to the lanes that are above zero, and to zero for the others and NaN */
function nonNegative(f: FunctionBuilder, register: Local, result: Local): Local {
  f.get(splat(f, "f64", 0)).get(register).op("f64x2.pmax").set(result);
  return result;
}

/**
 * The same over the whole range: h is the truncated number by 2^32, rounded to an integer, l what is left, at most 2^31
 * and exact. Both are put into the low bits of doubles. What is beyond the range is its end, which as a sum has one
 * bit too many: -2^63 or 0, and its complement is the greatest integer.
 */
function doubleToLong(
  f: FunctionBuilder,
  register: Local,
  { result, signed }: { result: Local; signed: boolean },
): void {
  const magic = splat(f, "f64", 1.5 * 2 ** 52), end = splat(f, "f64", signed ? 2 ** 63 : 2 ** 64);
  if (signed) {
    f.get(register).get(register).get(register).op("f64x2.eq").op("v128.and");
    f.get(splat(f, "f64", -(2 ** 63))).op("f64x2.pmax").set(result);
  } else nonNegative(f, register, result);
  const whole = keep(f.get(result).get(end).op("f64x2.pmin").op("f64x2.trunc"));
  const high = keep(f.get(whole).get(splat(f, "f64", 2 ** -32)).op("f64x2.mul").get(magic).op("f64x2.add"));
  f.get(high).i32(32).op("i64x2.shl");
  f.get(whole).get(high).get(magic).op("f64x2.sub").get(splat(f, "f64", 2 ** 32)).op("f64x2.mul").op(
    "f64x2.sub",
  );
  f.get(magic).op("f64x2.add").get(magic).op("i64x2.sub").op("i64x2.add");
  f.get(register).get(end).op("f64x2.ge").op("v128.xor").set(result);
  releaseAll(f, [whole, high]);
}

function integerToFloat(f: FunctionBuilder, from: DType, to: "f32" | "f64", vf: number): Step[] {
  const { itemsize } = DTYPE[from];
  if (itemsize === 8) {
    if (to === "f64") return [(regs) => regs.map((reg) => longToDouble(f, reg, isSigned(from)))];
    const ops = [`f32.convert_i64_${isSigned(from) ? "s" : "u"}`];
    return [(regs) => convertLanes(f, regs, { from: "i64x2", to: "f32x4", vf, ops })];
  }
  const toWord = integerToInteger(f, { from: itemsize, to: 4, signed: isSigned(from), vf });
  const suffix = from === "u32" ? "u" : "s";
  return [
    ...toWord,
    to === "f32"
      ? (regs) => regs.map((reg) => keep(f.get(reg).op(`f32x4.convert_i32x4_${suffix}`)))
      : (regs) => fromHalves(f, regs, vf, `f64x2.convert_low_i32x4_${suffix}`),
  ];
}

/**
 * 64-bit integers to f64 with one rounding. The halves are put into the mantissas of 2^84 + high * 2^32 and of
 * 2^52 + low; taking the excess off the first is exact, and only the last addition rounds. A signed number is
 * first shifted by 2^63, which is taken off with the excess.
 */
function longToDouble(f: FunctionBuilder, register: Local, signed: boolean): Local {
  const high = splat(f, "f64", 2 ** 84), low = splat(f, "f64", 2 ** 52);
  const excess = splat(f, "f64", signed ? 2 ** 84 + 2 ** 63 + 2 ** 52 : 2 ** 84 + 2 ** 52);
  const lowMask = splat(f, "u64", 0xffff_ffffn);
  f.get(register);
  if (signed) f.get(splat(f, "u64", 1n << 63n)).op("v128.xor");
  f.i32(32).op("i64x2.shr_u").get(high).op("v128.or").get(excess).op("f64x2.sub");
  f.get(register).get(lowMask).op("v128.and").get(low).op("v128.or");
  return keep(f.op("f64x2.add"));
}

/** Converts lane by lane with scalar instructions: for what SIMD does not have. */
function convertLanes(
  f: FunctionBuilder,
  registers: readonly Local[],
  { from, to, vf, ops }: { from: LaneShape; to: LaneShape; vf: number; ops: readonly string[] },
): Local[] {
  const lanesOf = (shape: LaneShape) => (shape.endsWith("x2") ? 2 : 4);
  const numFrom = lanesOf(from), numTo = lanesOf(to);
  const blank = splat(f, "i64", 0n);
  return Array.from({ length: numRegisters(vf, (16 / numTo) as LaneBytes) }, (_, i) => {
    f.get(blank);
    for (let lane = 0; lane < Math.min(numTo, vf - i * numTo); lane++) {
      const element = i * numTo + lane;
      f.get(registers[Math.floor(element / numFrom)]!).op(`${from}.extract_lane`, element % numFrom);
      for (const op of ops) f.op(op);
      f.op(`${to}.replace_lane`, lane);
    }
    return keep(f);
  });
}
