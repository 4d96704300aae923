/**
 * The SIMD emission of every elementwise primitive, for every dtype in which it computes: one complete record
 * over `ElementwiseOp`. An emitter works on one register; comparisons give a mask as wide as their operands'
 * lanes; bools are masks.
 *
 * @module
 */
import { DTYPE, isFloat } from "../../dtype/mod.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import { emitMath, mathArity, type MathOp } from "../math/mod.ts";
import type { Local } from "../wasm/function_builder.ts";
import { common } from "./common_divisor.ts";
import { floorDivide, fmod, modulo } from "./division.ts";
import { isSigned, type LaneContext, type LaneEmitter, numberDType } from "./lane_context.ts";
import { copy, INT_SHAPE, keep, releaseAll, select, shapeOf, splat, viaWider } from "./lanes.ts";
import { integerPower } from "./power.ts";
import { shift } from "./shift.ts";

/** the lane instruction of that name in the shape of the compute dtype, on both arguments */
const binary = (name: string): LaneEmitter => (e, a, b) =>
  keep(e.f.get(a).get(b).op(`${shapeOf(numberDType(e))}.${name}`));

/** on bools the bitwise instruction of masks, else `numbers` */
const orMask = (mask: "and" | "or" | "xor", numbers: LaneEmitter): LaneEmitter => (e, a, b) =>
  e.dtype === "bool" ? keep(e.f.get(a).get(b).op(`v128.${mask}`)) : numbers(e, a, b);

/** floats by the instruction of that name; integers and bools stay as they are */
const rounding = (name: "floor" | "ceil" | "trunc" | "nearest"): LaneEmitter => (e, a) =>
  e.dtype === "f32" || e.dtype === "f64" ? keep(e.f.get(a).op(`${shapeOf(e.dtype)}.${name}`)) : copy(e.f, a);

const real = (name: MathOp): LaneEmitter => (e, a, b) => {
  const shape = numberDType(e) === "f32" ? "f32x4" : "f64x2";
  return emitMath(e, name, shape, mathArity(name) === 2 ? [a, b] : [a]);
};

const abs: LaneEmitter = (e, a) =>
  e.dtype === "bool" || DTYPE[e.dtype].kind === "u"
    ? copy(e.f, a)
    : keep(e.f.get(a).op(`${shapeOf(e.dtype)}.abs`));

const sign: LaneEmitter = (e, a) => {
  const { f } = e, dtype = numberDType(e), shape = shapeOf(dtype), zero = splat(f, dtype, 0);
  if (isFloat(dtype)) {
    f.get(a).get(zero).op(`${shape}.gt`).get(splat(f, dtype, 1)).op("v128.and");
    f.get(a).get(zero).op(`${shape}.lt`).get(splat(f, dtype, -1)).op("v128.and").op("v128.or");
    // NaN stays itself
    return keep(f.get(a).get(a).get(a).op(`${shape}.ne`).op("v128.and").op("v128.or"));
  }
  if (!isSigned(dtype)) return keep(f.get(a).get(zero).op(`${shape}.ne`).op(`${shape}.neg`));
  // a mask is -1 where it holds: (a < 0) - (a > 0) is -1, 0 or 1
  f.get(a).get(zero).op(`${shape}.lt_s`).get(a).get(zero).op(`${shape}.gt_s`);
  return keep(f.op(`${shape}.sub`));
};

const multiply: LaneEmitter = (e, a, b) => {
  const dtype = numberDType(e);
  if (DTYPE[dtype].itemsize > 1) return binary("mul")(e, a, b);
  return viaWider(
    e.f,
    { laneBytes: 1, signed: false, numLanes: e.numLanes, args: [a, b] },
    ([x, y]) => keep(e.f.get(x!).get(y!).op("i16x8.mul")),
  );
};

const power: LaneEmitter = (e, a, b) => {
  if (isFloat(e.dtype)) return real("pow")(e, a, b);
  return integerPower(e, a, b);
};

const isNumber = (value: ScalarValue | null | undefined): boolean =>
  value !== null && value !== undefined && !Number.isNaN(value);

/**
 * The smaller or the larger. `pmin(a, b)` is b < a ? b : a: it keeps a NaN in a and the first of equals, and
 * loses only a NaN in b, which is put back by setting all bits of the lane.
 */
const extremum = (which: "min" | "max"): LaneEmitter => (e, a, b) => {
  const { f, dtype } = e;
  if (dtype === "bool") return keep(f.get(a).get(b).op(which === "min" ? "v128.and" : "v128.or"));
  const shape = shapeOf(dtype);
  if (isFloat(dtype)) {
    const [first, second] = e.constants;
    if (isNumber(second)) return keep(f.get(a).get(b).op(`${shape}.p${which}`));
    // constant first: the operands may change places unless they can be zeros of both signs
    if (isNumber(first) && Number(first) !== 0) return keep(f.get(b).get(a).op(`${shape}.p${which}`));
    f.get(a).get(b).op(`${shape}.p${which}`).get(b).get(b).op(`${shape}.ne`);
    return keep(f.op("v128.or"));
  }
  if (shape !== "i64x2") return keep(f.get(a).get(b).op(`${shape}.${which}_${isSigned(dtype) ? "s" : "u"}`));
  const mask = compare(which === "min" ? "le" : "ge")(e, a, b);
  const result = select(f, a, b, mask);
  f.release(mask);
  return result;
};

type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/** a comparison; i64x2 has no unsigned ones, so the sign bits are flipped first */
const compare = (name: Comparison): LaneEmitter => (e, a, b) => {
  const { f } = e, dtype = numberDType(e), shape = shapeOf(dtype);
  if (isFloat(dtype) || name === "eq" || name === "ne") return keep(f.get(a).get(b).op(`${shape}.${name}`));
  if (dtype !== "u64") return keep(f.get(a).get(b).op(`${shape}.${name}_${isSigned(dtype) ? "s" : "u"}`));
  const flip = splat(f, "u64", 1n << 63n);
  f.get(a).get(flip).op("v128.xor").get(b).get(flip).op("v128.xor");
  return keep(f.op(`i64x2.${name}_s`));
};

/** a comparison of masks, where false is less than true, or of numbers */
const comparison = (name: Comparison): LaneEmitter => (e, a, b) => {
  if (e.dtype !== "bool") return compare(name)(e, a, b);
  const { f } = e;
  switch (name) {
    case "ne":
      return keep(f.get(a).get(b).op("v128.xor"));
    case "eq":
      return keep(f.get(a).get(b).op("v128.xor").op("v128.not"));
    case "lt":
      return keep(f.get(b).get(a).op("v128.andnot"));
    case "gt":
      return keep(f.get(a).get(b).op("v128.andnot"));
    case "le":
      return keep(f.get(a).get(b).op("v128.andnot").op("v128.not"));
    case "ge":
      return keep(f.get(b).get(a).op("v128.andnot").op("v128.not"));
    default:
      return name satisfies never;
  }
};

const isNan: LaneEmitter = (e, a) =>
  e.dtype === "f32" || e.dtype === "f64"
    ? keep(e.f.get(a).get(a).op(`${shapeOf(e.dtype)}.ne`))
    : copy(e.f, splat(e.f, "bool", false));

const isFinite: LaneEmitter = (e, a) => {
  if (e.dtype !== "f32" && e.dtype !== "f64") return copy(e.f, splat(e.f, "bool", true));
  const shape = shapeOf(e.dtype);
  return keep(e.f.get(a).op(`${shape}.abs`).get(splat(e.f, e.dtype, Infinity)).op(`${shape}.lt`));
};

const isInf: LaneEmitter = (e, a) => {
  if (e.dtype !== "f32" && e.dtype !== "f64") return copy(e.f, splat(e.f, "bool", false));
  const shape = shapeOf(e.dtype);
  return keep(e.f.get(a).op(`${shape}.abs`).get(splat(e.f, e.dtype, Infinity)).op(`${shape}.eq`));
};

const signbit: LaneEmitter = (e, a) => {
  const { kind, itemsize } = DTYPE[e.dtype];
  if (kind === "b" || kind === "u") return copy(e.f, splat(e.f, "bool", false));
  e.f.get(a).i32(8 * itemsize - 1).op(`${INT_SHAPE[itemsize]}.shr_s`);
  // which sign the NaN of an operation has is up to the machine
  if (kind === "f") e.f.get(a).get(a).op(`${shapeOf(numberDType(e))}.eq`).op("v128.and");
  return keep(e.f);
};

/** as `extremum`, but of a NaN and a number it is the number */
const extremumOfNumbers = (which: "min" | "max"): LaneEmitter => (e, a, b) => {
  const { f, dtype } = e;
  if (!isFloat(dtype)) return extremum(which)(e, a, b);
  const shape = shapeOf(dtype);
  f.get(b).get(a).get(b).op(`${shape}.p${which}`);
  return keep(f.get(a).get(a).op(`${shape}.ne`).op("v128.bitselect"));
};

const copysign: LaneEmitter = (e, a, b) => {
  const dtype = numberDType(e);
  e.f.get(b).get(b).get(b).op(`${shapeOf(dtype)}.eq`).op("v128.and");
  return keep(e.f.get(a).get(splat(e.f, dtype, -0)).op("v128.bitselect"));
};

const heaviside: LaneEmitter = (e, a, b) => {
  const { f } = e, dtype = numberDType(e), shape = shapeOf(dtype), zero = splat(f, dtype, 0);
  f.get(b).get(a).get(zero).op(`${shape}.gt`).get(splat(f, dtype, 1)).op("v128.and");
  f.get(a).get(zero).op(`${shape}.eq`).op("v128.bitselect");
  const number = keep(f);
  const isNumber = keep(f.get(a).get(a).op(`${shape}.eq`));
  const result = select(f, number, a, isNumber);
  releaseAll(f, [number, isNumber]);
  return result;
};

/** times a constant that is rounded to the dtype */
const times = (factor: number): LaneEmitter => (e, a) => {
  const dtype = numberDType(e);
  return keep(e.f.get(a).get(splat(e.f, dtype, factor)).op(`${shapeOf(dtype)}.mul`));
};

const reciprocal: LaneEmitter = (e, a) => {
  const dtype = numberDType(e);
  return keep(e.f.get(splat(e.f, dtype, 1)).get(a).op(`${shapeOf(dtype)}.div`));
};

const square: LaneEmitter = (e, a) => multiply(e, a, a);
const not: LaneEmitter = (e, a) => keep(e.f.get(a).op("v128.not"));
const logical = (mask: "and" | "or" | "xor"): LaneEmitter => (e, a, b) =>
  keep(e.f.get(a).get(b).op(`v128.${mask}`));

/** The record: what each primitive is in SIMD. */
export const EMIT_ELEMENTWISE: Readonly<Record<ElementwiseOp, LaneEmitter>> = Object.freeze({
  neg: (e, a) => keep(e.f.get(a).op(`${shapeOf(numberDType(e))}.neg`)),
  abs,
  sign,
  square,
  sqrt: (e, a) => keep(e.f.get(a).op(`${shapeOf(numberDType(e))}.sqrt`)),
  exp: real("exp"),
  exp2: real("exp2"),
  expm1: real("expm1"),
  log: real("log"),
  log1p: real("log1p"),
  log2: real("log2"),
  log10: real("log10"),
  sin: real("sin"),
  cos: real("cos"),
  tan: real("tan"),
  asin: real("asin"),
  acos: real("acos"),
  atan: real("atan"),
  sinh: real("sinh"),
  cosh: real("cosh"),
  tanh: real("tanh"),
  asinh: real("asinh"),
  acosh: real("acosh"),
  atanh: real("atanh"),
  cbrt: real("cbrt"),
  erf: real("erf"),
  sigmoid: real("sigmoid"),
  floor: rounding("floor"),
  ceil: rounding("ceil"),
  trunc: rounding("trunc"),
  round: rounding("nearest"),
  invert: not,
  reciprocal,
  deg2rad: times(Math.PI / 180),
  rad2deg: times(180 / Math.PI),
  spacing: real("spacing"),
  frexpMantissa: real("frexpMantissa"),
  frexpExponent: real("frexpExponent"),
  isNan,
  isInf,
  signbit,
  isFinite,
  logicalNot: not,
  add: orMask("or", binary("add")),
  sub: binary("sub"),
  mul: orMask("and", multiply),
  div: binary("div"),
  floorDivide,
  mod: modulo,
  pow: power,
  atan2: real("atan2"),
  hypot: real("hypot"),
  nextafter: real("nextafter"),
  ldexp: real("ldexp"),
  minimum: extremum("min"),
  maximum: extremum("max"),
  fmin: extremumOfNumbers("min"),
  fmax: extremumOfNumbers("max"),
  fmod,
  copysign,
  heaviside,
  bitwiseAnd: logical("and"),
  bitwiseOr: logical("or"),
  bitwiseXor: logical("xor"),
  leftShift: shift("left"),
  rightShift: shift("right"),
  gcd: common("gcd"),
  lcm: common("lcm"),
  eq: comparison("eq"),
  ne: comparison("ne"),
  lt: comparison("lt"),
  le: comparison("le"),
  gt: comparison("gt"),
  ge: comparison("ge"),
  logicalAnd: logical("and"),
  logicalOr: logical("or"),
  logicalXor: logical("xor"),
});

/** Emits one primitive on one register. */
export function emitElementwise(e: LaneContext, name: ElementwiseOp, args: readonly Local[]): Local {
  return EMIT_ELEMENTWISE[name](e, args[0]!, args[1] ?? args[0]!);
}
