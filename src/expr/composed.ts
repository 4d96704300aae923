/**
 * Elementwise functions that are made of several primitives. Each function adds its nodes to the open step; a kernel
 * computes them in one pass.
 *
 * @module
 */
import { DTYPE, type DType, floatOf, isFloat, promoteAll, promoteTypes } from "../dtype/mod.ts";
import { where } from "./decompose.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";

/** The floating-point dtype in which a composed function computes: f64 beside 32-bit integers and wider, as primitives. */
export function realOf(dtypes: readonly DType[]): DType {
  return dtypes.map(floatOf).reduce<DType>(promoteTypes, "f32");
}

/** The floating-point dtype in which NumPy computes beside a number such as pi: f64 beside all integers. */
export function besideRealOf(dtypes: readonly DType[]): DType {
  const dtype = promoteAll(dtypes);
  return isFloat(dtype) ? dtype : "f64";
}

/** log(exp x + exp y), or to base 2: the larger and what the smaller adds; equal infinities stay. */
export function logAddExp(b: GraphBuilder, base: "e" | "2", [x, y]: readonly [NodeId, NodeId]): NodeId {
  const { dtype } = b.node(x);
  const distance = b.elementwise("neg", [b.elementwise("abs", [b.elementwise("sub", [x, y])])]);
  const ratio = b.elementwise(base === "e" ? "exp" : "exp2", [distance]);
  const natural = b.elementwise("log1p", [ratio]);
  const gain = base === "e" ? natural : b.elementwise("mul", [natural, b.constant(Math.LOG2E, dtype)]);
  const apart = b.elementwise("add", [b.elementwise("maximum", [x, y]), gain]);
  const double = b.elementwise("add", [x, b.constant(base === "e" ? Math.LN2 : 1, dtype)]);
  return where(b, b.elementwise("eq", [x, y]), [double, apart]);
}

/** sin(pi x) / (pi x), 1 at zero. */
export function sinc(b: GraphBuilder, x: NodeId): NodeId {
  const { dtype } = b.node(x);
  const angle = b.elementwise("mul", [x, b.constant(Math.PI, dtype)]);
  const quotient = b.elementwise("div", [b.elementwise("sin", [angle]), angle]);
  return where(b, b.elementwise("eq", [x, b.constant(0, dtype)]), [b.constant(1, dtype), quotient]);
}

/** The fraction of x with its sign; 0 of an infinity. */
export function fraction(b: GraphBuilder, x: NodeId): NodeId {
  const rest = b.elementwise("sub", [x, b.elementwise("trunc", [x])]);
  const finite = where(b, b.elementwise("isInf", [x]), [b.constant(0, b.node(x).dtype), rest]);
  return b.elementwise("copysign", [finite, x]);
}

/** Rounded to decimals, halves to even: times a power of ten, as NumPy; integers change before the point only. */
export function round(b: GraphBuilder, x: NodeId, decimals: number): NodeId {
  const { dtype } = b.node(x), isInteger = !isFloat(dtype);
  if (decimals === 0 || (isInteger && decimals > 0)) return b.elementwise("round", [x]);
  const compute: DType = isInteger ? "f64" : dtype, factor = b.constant(10 ** Math.abs(decimals), compute);
  const [scale, back] = decimals > 0 ? ["mul", "div"] as const : ["div", "mul"] as const;
  const scaled = b.elementwise("round", [b.elementwise(scale, [b.cast(x, compute), factor])]);
  return b.cast(b.elementwise(back, [scaled, factor]), dtype);
}

/** What NaN and the infinities are replaced by. */
export interface NanReplacements {
  /** default 0 */
  readonly nan?: number | undefined;
  /** default the largest number of the dtype */
  readonly posinf?: number | undefined;
  /** default the smallest number of the dtype */
  readonly neginf?: number | undefined;
}

/** Numbers in the place of NaN and the infinities; integers and bool have none. */
export function nanToNum(b: GraphBuilder, x: NodeId, { nan = 0, posinf, neginf }: NanReplacements): NodeId {
  const { dtype } = b.node(x);
  if (!isFloat(dtype)) return x;
  const largest = dtype === "f32" ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE;
  const replace = (test: NodeId, value: number, otherwise: NodeId): NodeId =>
    where(b, test, [b.constant(value, dtype), otherwise]);
  const isAt = (value: number): NodeId => b.elementwise("eq", [x, b.constant(value, dtype)]);
  const above = replace(isAt(Infinity), posinf ?? largest, x);
  const below = replace(isAt(-Infinity), neginf ?? -largest, above);
  return replace(b.elementwise("isNan", [x]), nan, below);
}

/** How near numbers must be. */
export interface Tolerance {
  /** times the magnitude of the second; default 1e-5 */
  readonly rtol?: number | undefined;
  /** added to that; default 1e-8 */
  readonly atol?: number | undefined;
  /** whether NaN is near NaN; default false */
  readonly equalNan?: boolean | undefined;
}

/** |x - y| <= atol + rtol |y| where y is finite, else x == y; all of one dtype. */
export function isClose(
  b: GraphBuilder,
  [x, y]: readonly [NodeId, NodeId],
  { rtol, atol, equalNan }: { readonly rtol: NodeId; readonly atol: NodeId; readonly equalNan: boolean },
): NodeId {
  const distance = b.elementwise("abs", [b.elementwise("sub", [x, y])]);
  const relative = b.elementwise("mul", [b.elementwise("abs", [y]), rtol]);
  const bound = b.elementwise("add", [atol, relative]);
  const isNear = b.elementwise("logicalAnd", [
    b.elementwise("le", [distance, bound]),
    b.elementwise("isFinite", [y]),
  ]);
  const result = b.elementwise("logicalOr", [isNear, b.elementwise("eq", [x, y])]);
  if (!equalNan) return result;
  const areNan = b.elementwise("logicalAnd", [b.elementwise("isNan", [x]), b.elementwise("isNan", [y])]);
  return b.elementwise("logicalOr", [result, areNan]);
}

/** How many bits of |x| are set, as u8; x is an integer or bool. */
export function bitwiseCount(b: GraphBuilder, x: NodeId): NodeId {
  const { dtype } = b.node(x), { itemsize } = DTYPE[dtype];
  const magnitude = DTYPE[dtype].kind === "i" ? b.elementwise("abs", [x]) : x;
  const unsigned: DType = `u${8 * itemsize}` as "u8" | "u16" | "u32" | "u64";
  let bits = b.cast(magnitude, unsigned);
  /** the byte in every byte */
  const bytes = (byte: bigint): NodeId =>
    b.constant(BigInt.asUintN(8 * itemsize, byte * 0x0101010101010101n), unsigned);
  const shifted = (count: number): NodeId => b.elementwise("rightShift", [bits, b.constant(count, unsigned)]);
  const masked = (value: NodeId, byte: bigint): NodeId => b.elementwise("bitwiseAnd", [value, bytes(byte)]);
  // sums of 2, of 4 and of 8 neighbours
  bits = b.elementwise("sub", [bits, masked(shifted(1), 0x55n)]);
  bits = b.elementwise("add", [masked(bits, 0x33n), masked(shifted(2), 0x33n)]);
  bits = masked(b.elementwise("add", [bits, shifted(4)]), 0x0fn);
  if (itemsize > 1) {
    // the product's uppermost byte is the sum of all bytes
    bits = b.elementwise("mul", [bits, bytes(1n)]);
    bits = shifted(8 * (itemsize - 1));
  }
  return b.cast(bits, "u8");
}
