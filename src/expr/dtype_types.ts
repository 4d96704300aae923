/**
 * dtypes as types: NumPy 2's promotion, weak scalars and the rules of the primitives. The run-time rules are
 * `../dtype/promote.ts`, `operand_dtypes.ts` and `primitives.ts`; a test compares them over all dtypes.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { IsAbove } from "../shape/types/digits.ts";
import type { IsUnknown } from "../shape/types/dim.ts";
import type { DTypeRule } from "./primitives.ts";

/** One row a dtype: what it becomes beside each other. */
interface Promotion {
  bool: {
    bool: "bool";
    i8: "i8";
    i16: "i16";
    i32: "i32";
    i64: "i64";
    u8: "u8";
    u16: "u16";
    u32: "u32";
    u64: "u64";
    f32: "f32";
    f64: "f64";
  };
  i8: {
    bool: "i8";
    i8: "i8";
    i16: "i16";
    i32: "i32";
    i64: "i64";
    u8: "i16";
    u16: "i32";
    u32: "i64";
    u64: "f64";
    f32: "f32";
    f64: "f64";
  };
  i16: {
    bool: "i16";
    i8: "i16";
    i16: "i16";
    i32: "i32";
    i64: "i64";
    u8: "i16";
    u16: "i32";
    u32: "i64";
    u64: "f64";
    f32: "f32";
    f64: "f64";
  };
  i32: {
    bool: "i32";
    i8: "i32";
    i16: "i32";
    i32: "i32";
    i64: "i64";
    u8: "i32";
    u16: "i32";
    u32: "i64";
    u64: "f64";
    f32: "f64";
    f64: "f64";
  };
  i64: {
    bool: "i64";
    i8: "i64";
    i16: "i64";
    i32: "i64";
    i64: "i64";
    u8: "i64";
    u16: "i64";
    u32: "i64";
    u64: "f64";
    f32: "f64";
    f64: "f64";
  };
  u8: {
    bool: "u8";
    i8: "i16";
    i16: "i16";
    i32: "i32";
    i64: "i64";
    u8: "u8";
    u16: "u16";
    u32: "u32";
    u64: "u64";
    f32: "f32";
    f64: "f64";
  };
  u16: {
    bool: "u16";
    i8: "i32";
    i16: "i32";
    i32: "i32";
    i64: "i64";
    u8: "u16";
    u16: "u16";
    u32: "u32";
    u64: "u64";
    f32: "f32";
    f64: "f64";
  };
  u32: {
    bool: "u32";
    i8: "i64";
    i16: "i64";
    i32: "i64";
    i64: "i64";
    u8: "u32";
    u16: "u32";
    u32: "u32";
    u64: "u64";
    f32: "f64";
    f64: "f64";
  };
  u64: {
    bool: "u64";
    i8: "f64";
    i16: "f64";
    i32: "f64";
    i64: "f64";
    u8: "u64";
    u16: "u64";
    u32: "u64";
    u64: "u64";
    f32: "f64";
    f64: "f64";
  };
  f32: {
    bool: "f32";
    i8: "f32";
    i16: "f32";
    i32: "f64";
    i64: "f64";
    u8: "f32";
    u16: "f32";
    u32: "f64";
    u64: "f64";
    f32: "f32";
    f64: "f64";
  };
  f64: {
    bool: "f64";
    i8: "f64";
    i16: "f64";
    i32: "f64";
    i64: "f64";
    u8: "f64";
    u16: "f64";
    u32: "f64";
    u64: "f64";
    f32: "f64";
    f64: "f64";
  };
}
/** `promoteTypes` */
export type Promote<A extends DType, B extends DType> = Promotion[A][B];

/** `floatOf` */
export type FloatOf<D extends DType> = {
  bool: "f32";
  i8: "f32";
  i16: "f32";
  i32: "f64";
  i64: "f64";
  u8: "f32";
  u16: "f32";
  u32: "f64";
  u64: "f64";
  f32: "f32";
  f64: "f64";
}[D];
/** `sumOf`: the dtype of `sum` and `prod` */
export type SumOf<D extends DType> = {
  bool: "i64";
  i8: "i64";
  i16: "i64";
  i32: "i64";
  i64: "i64";
  u8: "u64";
  u16: "u64";
  u32: "u64";
  u64: "u64";
  f32: "f32";
  f64: "f64";
}[D];
/** The dtype of `mean`, `var`, `std` and `norm`: f64 for all but f32, as in NumPy. */
export type MeanOf<D extends DType> = D extends "f32" ? "f32" : "f64";

/** What a primitive returns, by its rule, for operands of the promoted dtype; see `DTypeRule`. */
export type ResultOf<R extends DTypeRule, D extends DType> = R extends "same" | "numeric" | "bits" ? D
  : R extends "widenBool" | "integer" ? D extends "bool" ? "i8" : D
  : R extends "float" | "scale" ? FloatOf<D>
  : R extends "quotient" ? D extends "f32" ? "f32" : "f64"
  : "bool";

/** The refusal of a primitive for bool, or for floats, or null. */
export type BoolFault<R extends DTypeRule, Op extends string, D extends DType> = R extends "numeric"
  ? [D] extends ["bool"] ? `${Op} is not defined for bool; cast it first: .astype('i8')` : null
  : R extends "bits" | "integer"
    ? [D] extends ["f32" | "f64"] ? `${Op} is not defined for ${D}; cast it first: .astype('i64')` : null
  : null;

// ---------------------------------------------------------------- weak scalars
/** A plain number beside a tensor. */
export type Scalar = number | bigint | boolean;

/** The dtype in which a number joins a tensor; a number that the types do not know may be a fraction. */
export type ScalarDType<D extends DType, V extends Scalar> = V extends boolean ? D
  : D extends "f32" | "f64" ? D
  : V extends bigint ? WithInteger<D>
  : number extends V ? WithInteger<D> | "f64"
  : IsWholeText<`${V}`> extends true ? WithInteger<D>
  : "f64";
type WithInteger<D extends DType> = D extends "bool" ? "i64" : D;
type IsWholeText<T extends string> = T extends `${bigint}` | `${string}e+${string}` ? true : false;

interface Ranges {
  i8: ["128", "127"];
  i16: ["32768", "32767"];
  i32: ["2147483648", "2147483647"];
  i64: ["9223372036854775808", "9223372036854775807"];
  u8: ["0", "255"];
  u16: ["0", "65535"];
  u32: ["0", "4294967295"];
  u64: ["0", "18446744073709551615"];
}
type Fits<T extends string, D extends keyof Ranges> = T extends `${string}e+${string}` ? false
  : T extends `-${infer Magnitude}` ? IsAbove<Magnitude, Ranges[D][0]> extends true ? false : true
  : IsAbove<T, Ranges[D][1]> extends true ? false
  : true;
type RangeText<D extends keyof Ranges> = Ranges[D] extends
  [infer Low extends string, infer High extends string] ? `${Low extends "0" ? "0" : `-${Low}`} to ${High}`
  : never;
type FitFault<T extends string, D extends keyof Ranges> = Fits<T, D> extends true ? null
  : `${T} does not fit ${D}, which holds ${RangeText<
    D
  >}; cast the tensor first: .astype('${Fits<T, "i64"> extends true ? "i64"
    : "f64"}')`;

/** As `finiteScalar`, of numbers with an exponent beyond that of f32; the run time knows those near its end too. */
type FiniteFault<T extends string> = T extends `${infer Sign}e+${infer Exponent}`
  ? IsAbove<Exponent, "38"> extends true
    ? `${T} does not fit f32, which holds -3.4028235e+38 to 3.4028235e+38; write ${Sign extends `-${string}`
      ? "-"
      : ""}Infinity, or cast the tensor first: .astype('f64')`
  : null
  : null;

/** The refusal of a number that the dtype does not hold, or null. */
export type ScalarFault<D extends DType, V> = V extends number | bigint
  ? [D] extends ["f32" | "f64"] ? [D] extends ["f32"] ? FiniteFault<`${V}`> : null
  : true extends IsUnknown<V> | IsUnknown<D> | (bigint extends V ? true : false) ? null
  : IsWholeText<`${V}`> extends true ? FitFault<`${V}`, D extends keyof Ranges ? D : "i64">
  : null
  : null;
