/**
 * Axes as types: the rules of `../axes.ts`.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type { AnyUnknown, IsUnknown, IsUnranked, NameOf, ShowDim, ShowShape, SizeOf } from "./dim.ts";

/** A tuple of as many elements as the text says, at most 64. */
type TupleOf<Text extends string, Out extends unknown[] = []> = `${Out["length"]}` extends Text ? Out
  : Out["length"] extends 64 ? never
  : TupleOf<Text, [...Out, unknown]>;

/** The index that is K from the end; never where there is none. */
type FromEnd<S extends Shape, K extends string> = [TupleOf<K>] extends [never] ? never
  : S extends readonly [...infer H, ...TupleOf<K>] ? H["length"]
  : never;

type IndexOfName<S extends Shape, Name, I extends 0[] = []> = S extends
  readonly [infer H, ...infer T extends Shape]
  ? NameOf<H> extends Name ? [IndexOfName<T, Name, [...I, 0]>] extends [never] ? I["length"] : "ambiguous"
  : IndexOfName<T, Name, [...I, 0]>
  : never;
type Names<S extends Shape, Out extends string = ""> = S extends readonly [infer H, ...infer T extends Shape]
  ? NameOf<H> extends infer Name extends string ? Names<T, Out extends "" ? Name : `${Out}, ${Name}`>
  : Names<T, Out>
  : Out;
type NamesHint<S extends Shape> = Names<S> extends "" ? "none of its axes is named"
  : `the named axes are ${Names<S>}`;

/** The index of an axis, or the refusal. */
export type ResolveAxis<S extends Shape, A> = A extends string
  ? IndexOfName<S, A> extends infer I
    ? [I] extends [never] ? `no axis named ${A} in ${ShowShape<S>}; ${NamesHint<S>}`
    : I extends number ? I
    : `more than one axis named ${A} in ${ShowShape<S>}; use the index of the axis`
  : never
  : IndexOf<S, A> extends infer I
    ? [I] extends [never] ? `no axis ${A & number} in ${ShowShape<S>}: its rank is ${S["length"]}` : I
  : never;
type IndexOf<S extends Shape, A> = `${A & number}` extends `-${infer K}` ? FromEnd<S, K>
  : `${A & number}` extends keyof S ? A
  : never;

/** The index that a new axis will have, or the refusal. */
export type ResolveNewAxis<S extends Shape, A> = IndexOf<[...S, 1], A> extends infer I
  ? [I] extends [never]
    ? `no axis ${A & number} for a new axis in ${ShowShape<S>}: the result's rank is ${[...S, 1]["length"]}`
  : I
  : never;

type Drop<S extends Shape, I, Out extends Dim[] = [], K extends 0[] = []> = S extends
  readonly [infer H extends Dim, ...infer T extends Shape]
  ? K["length"] extends I ? Drop<T, I, Out, [...K, 0]> : Drop<T, I, [...Out, H], [...K, 0]>
  : Out;
/** The shape with V before the axis I. */
export type Insert<S extends Shape, I, V extends Dim, Out extends Dim[] = []> = Out["length"] extends I
  ? [...Out, V, ...S]
  : S extends readonly [infer H extends Dim, ...infer T extends Shape] ? Insert<T, I, V, [...Out, H]>
  : never;
/** The shape with V for the axes I. */
export type Replace<S extends Shape, I, V extends Dim> = {
  -readonly [K in keyof S]: K extends `${I & number}` ? V : S[K];
};

/** The indices of several axes as a union, or the refusal. */
type ResolveAxes<S extends Shape, L extends Shape, Seen = never> = L extends
  readonly [infer A extends Dim, ...infer T extends Shape]
  ? ResolveAxis<S, A> extends infer I ? I extends string ? I
    : I extends Seen ? `axis ${A} of ${ShowShape<S>} is given twice`
    : ResolveAxes<S, T, Seen | I>
  : never
  : Seen;

/** The shape of a reduction over one axis or a list of them, or the refusal. */
export type ReduceShape<S extends Shape, A, Keep> = IsUnranked<S> extends true ? Shape
  : boolean extends Keep ? Shape
  : A extends Shape ? IsUnranked<A> extends true ? Shape
    : AnyUnknown<A> extends true ? Shape
    : A extends readonly [] ? `no axis is given to reduce ${ShowShape<S>}`
    : ReduceBy<S, ResolveAxes<S, A>, Keep>
  : IsUnknown<A> extends true ? Shape
  : ReduceBy<S, ResolveAxis<S, A>, Keep>;
type ReduceBy<S extends Shape, I, Keep> = [I] extends [string] ? I
  : Keep extends true ? Replace<S, I, 1>
  : Drop<S, I>;

/** The shape with a new axis of size 1, or the refusal. */
export type ExpandDims<S extends Shape, A> = IsUnranked<S> extends true ? Shape
  : IsUnknown<A> extends true ? Shape
  : ResolveNewAxis<S, A> extends infer I ? I extends string ? I : Insert<S, I, 1>
  : never;

/** The shape without an axis of size 1, or the refusal. */
export type Squeeze<S extends Shape, A> = IsUnranked<S> extends true ? Shape
  : IsUnknown<A> extends true ? Shape
  : ResolveAxis<S, A> extends infer I ? I extends number ? IsUnknown<S[I]> extends true ? Drop<S, I>
      : SizeOf<S[I]> extends 1 ? Drop<S, I>
      : `cannot squeeze axis ${A & Dim} of ${ShowShape<S>}: its size is ${ShowDim<SizeOf<S[I]>>}, not 1`
    : I
  : never;

type Reversed<S extends Shape, Out extends Dim[] = []> = S extends
  readonly [infer H extends Dim, ...infer T extends Shape] ? Reversed<T, [H, ...Out]>
  : Out;

/** The shape with its axes permuted, reversed where no list is given, or the refusal. */
export type TransposeShape<S extends Shape, L> = IsUnranked<S> extends true ? Shape
  : L extends Shape ? IsUnranked<L> extends true ? Shape
    : AnyUnknown<L> extends true ? { -readonly [K in keyof S]: Dim }
    : L["length"] extends S["length"] ? Permute<S, L, L>
    : `${CannotTranspose<S, L>}: its rank is ${S["length"]}, the list's length is ${L["length"]}`
  : Reversed<S>;
type CannotTranspose<S extends Shape, L extends Shape> = `cannot transpose ${ShowShape<S>} by ${ShowShape<
  L
>}`;
type Permute<S extends Shape, L extends Shape, All extends Shape, Out extends Dim[] = [], Seen = never> =
  L extends readonly [infer A extends Dim, ...infer T extends Shape]
    ? ResolveAxis<S, A> extends infer I
      ? I extends number ? I extends Seen ? `${CannotTranspose<S, All>}: axis ${A} is used twice`
        : Permute<S, T, All, [...Out, S[I]], Seen | I>
      : I
    : never
    : Out;
