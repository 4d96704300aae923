/**
 * Axes and shapes as types: sizes, names, printing, and whether a declared shape is well formed.
 *
 * A type-level rule gives the resulting shape, or the refusal as a string literal: the sentence of the run-time
 * rule, then "; " and its hint. Axes that the types do not know (`number`, `string`, a union) pass: the planner
 * checks them.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type { IsAbove } from "./digits.ts";

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;

/** true where the types do not know the axis, the index or the text. */
export type IsUnknown<D> = number extends D ? true : string extends D ? true : IsUnion<D>;

/** true where the types do not know one of the axes. */
export type AnyUnknown<S extends Shape> = true extends { [K in keyof S]: IsUnknown<S[K]> }[number] ? true
  : false;

/** true where the types do not know the rank. */
export type IsUnranked<S extends Shape> = number extends S["length"] ? true : false;

/** The size of an axis: a number, or the symbol. */
export type SizeOf<D> = D extends `${string}=${infer Size extends number}` ? Size : D;

/** The label of an axis, or null. */
export type LabelOf<D> = D extends `${infer Label}=${string}` ? Label : null;

/** The name of an axis: its label, or the symbol, or null. */
export type NameOf<D> = D extends `${infer Label}=${string}` ? Label : D extends string ? D : null;

/** Whether an axis is a symbol: its size is not known before the run. */
export type IsSymbol<D> = D extends `${string}=${string}` ? false : D extends string ? true : false;

/** The axis with another size, under the label it had. */
export type WithSize<D, Size extends number> = LabelOf<D> extends infer L extends string ? `${L}=${Size}`
  : Size;

/** An axis as text. */
export type ShowDim<D> = IsUnknown<D> extends true ? "?" : `${D & Dim}`;

type Join<S extends Shape, Out extends string = ""> = S extends readonly [infer H, ...infer T extends Shape]
  ? Join<T, Out extends "" ? ShowDim<H> : `${Out}, ${ShowDim<H>}`>
  : Out;

/** `(N, feature=1000)` */
export type ShowShape<S extends Shape> = IsUnranked<S> extends true ? "(...)" : `(${Join<S>})`;

type Quoted<D> = D extends number ? `${D}` : `'${D & string}'`;
type JoinQuoted<S extends Shape, Out extends string = ""> = S extends
  readonly [infer H, ...infer T extends Shape]
  ? JoinQuoted<T, Out extends "" ? Quoted<H> : `${Out}, ${Quoted<H>}`>
  : Out;

/** `['N', 10]` */
export type ShowLiteral<S extends Shape> = `[${JoinQuoted<S>}]`;

/** The shape as a plain tuple. */
export type Plain<S extends Shape> = { -readonly [K in keyof S]: S[K] };

// ---------------------------------------------------------------- well-formed shapes
type Letter =
  | "a"
  | "b"
  | "c"
  | "d"
  | "e"
  | "f"
  | "g"
  | "h"
  | "i"
  | "j"
  | "k"
  | "l"
  | "m"
  | "n"
  | "o"
  | "p"
  | "q"
  | "r"
  | "s"
  | "t"
  | "u"
  | "v"
  | "w"
  | "x"
  | "y"
  | "z";
type WordStart = Letter | Uppercase<Letter> | "_";
type Word = WordStart | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type IsWord<S extends string> = S extends `${infer H}${infer T}` ? H extends Word ? IsWord<T> : false : true;

/** Whether the text can be a symbol or a label. */
export type IsIdentifier<S extends string> = S extends `${infer H}${infer T}`
  ? H extends WordStart ? IsWord<T> : false
  : false;

type IsSize<Text extends string> = Text extends "0" | `-${string}` ? false
  : Text extends `${bigint}` ? IsAbove<Text, "2147483647"> extends true ? false : true
  : false;
type SizeFault<K extends number> = `the size of axis ${K} is not an integer from 1 to 2147483647`;
type DimFault<D, K extends number> = D extends number ? IsSize<`${D}`> extends true ? null : SizeFault<K>
  : D extends `${infer Label}=${infer Size}`
    ? IsIdentifier<Label> extends true ? Size extends `0${string}` | `-${string}` ? NotADim<D, K>
      : Size extends `${bigint}` ? IsSize<Size> extends true ? null : SizeFault<K>
      : NotADim<D, K>
    : NotADim<D, K>
  : IsIdentifier<D & string> extends true ? null
  : NotADim<D, K>;
type NotADim<D, K extends number> = `axis ${K} is '${
  & D
  & string}', which is neither a size, a symbol nor label=size`;

type DimFaults<S extends Shape, K extends 0[] = []> = S extends readonly [infer H, ...infer T extends Shape]
  ? (IsUnknown<H> extends true ? null : DimFault<H, K["length"]>) extends infer F extends string ? F
  : DimFaults<T, [...K, 0]>
  : null;
/** The first name that stands twice; a symbol may stand beside itself. */
type TwinName<S extends Shape, Labels = never, Symbols = never> = S extends
  readonly [infer H, ...infer T extends Shape]
  ? H extends `${infer L}=${string}` ? L extends Labels | Symbols ? L : TwinName<T, Labels | L, Symbols>
  : H extends string ? H extends Labels ? H : TwinName<T, Labels, Symbols | H>
  : TwinName<T, Labels, Symbols>
  : null;

/** null, or why the declared shape is malformed. */
export type CheckShape<S extends Shape> = IsUnranked<S> extends true ? null
  : DimFaults<S> extends infer F extends string
    ? `the shape ${ShowShape<S>} is malformed: ${F}; an axis is 1000, 'N' or 'feature=1000'`
  : AnyUnknown<S> extends true ? null
  : TwinName<S> extends infer Name extends string
    ? `the shape ${ShowShape<S>} is malformed: two axes are named ${Name}; give each axis a label of its own`
  : null;
