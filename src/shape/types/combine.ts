/**
 * Concatenating, stacking and filtering as types: the rules of `../combine.ts`.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type { Insert, ResolveAxis, ResolveNewAxis } from "./axes.ts";
import type { Describe, MatchAxis, Mismatch } from "./broadcast.ts";
import type { Add } from "./digits.ts";
import type { IsIdentifier, IsUnknown, IsUnranked, LabelOf, NameOf, ShowShape, SizeOf } from "./dim.ts";

type CannotConcat<A extends Shape, B extends Shape> = `cannot concat ${ShowShape<A>} with ${ShowShape<B>}`;

/** The axis along which two shapes are put one after the other; a symbol in a tuple is what cannot be. */
type Joined<X, Y> = true extends IsUnknown<X> | IsUnknown<Y> ? number
  : SizeOf<X> extends infer A extends number
    ? SizeOf<Y> extends infer B extends number
      ? [LabelOf<X>, LabelOf<Y>] extends [infer L extends string, infer M extends string]
        ? L extends M ? `${L}=${Add<A, B>}` : Add<A, B>
      : Add<A, B>
    : [Y]
  : [X];

type SeveralInputs =
  "give tables that follow one another as several inputs of the command: -i a.arrow b.arrow";

type ConcatPair<A extends Shape, B extends Shape, I> = true extends IsUnranked<A> | IsUnranked<B> ? Shape
  : A["length"] extends B["length"] ? ConcatWalk<A, B, A, B, I>
  : `${CannotConcat<A, B>}: rank ${A["length"]} vs ${B["length"]}${ColumnHint<A, B, I>}`;
/** An operand that lacks the last axis alone, along which the others are put. */
type ColumnHint<A extends Shape, B extends Shape, I> = B extends readonly [] ? ""
  : A extends readonly [...infer Rest, unknown]
    ? [Rest["length"], B["length"], I] extends [I, I, Rest["length"]]
      ? ConcatWalk<A, [...B, 1], A, B, I> extends string ? "" : `; use .expandDims(-1) on ${ShowShape<B>}`
    : ""
  : "";
type ConcatWalk<
  A extends Shape,
  B extends Shape,
  AAll extends Shape,
  BAll extends Shape,
  I,
  Out extends Dim[] = [],
> = A extends readonly [infer X, ...infer AR extends Shape]
  ? B extends readonly [infer Y, ...infer BR extends Shape]
    ? Out["length"] extends I
      ? Joined<X, Y> extends infer J ? J extends Dim ? ConcatWalk<AR, BR, AAll, BAll, I, [...Out, J]>
        : J extends [infer Name extends string] ? `${CannotConcat<
            AAll,
            BAll
          >}: the size ${Name} of axis ${Out["length"]} is not known before the run; ${SeveralInputs}`
        : never
      : never
    : MatchAxis<X, Y> extends infer M
      ? M extends Mismatch ? `${CannotConcat<AAll, BAll>}: ${Describe<M, `axis ${Out["length"]}`>}`
      : M extends Dim ? ConcatWalk<AR, BR, AAll, BAll, I, [...Out, M]>
      : never
    : never
  : never
  : Out;

/** The shapes (a tuple of them) one after the other along an axis, or the refusal. */
export type ConcatShape<L extends readonly Shape[], A> = L extends
  readonly [infer First extends Shape, ...infer Others extends readonly Shape[]]
  ? true extends IsUnranked<First> | IsUnknown<A> ? Shape
  : ResolveAxis<First, A> extends infer I ? I extends string ? I : ConcatAll<First, Others, I>
  : never
  : L extends readonly [] ? "cannot concat an empty list"
  : Shape;
type ConcatAll<Acc extends Shape, L extends readonly Shape[], I> = L extends
  readonly [infer Next extends Shape, ...infer Others extends readonly Shape[]]
  ? ConcatPair<Acc, Next, I> extends infer R
    ? R extends string ? R : R extends Shape ? ConcatAll<R, Others, I> : never
  : never
  : L extends readonly [] ? Acc
  : Shape;

type CannotStack<A extends Shape, B extends Shape> = `cannot stack ${ShowShape<A>} with ${ShowShape<B>}`;
type Common<
  A extends Shape,
  B extends Shape,
  AAll extends Shape,
  BAll extends Shape,
  Out extends Dim[] = [],
> = A extends readonly [infer X, ...infer AR extends Shape]
  ? B extends readonly [infer Y, ...infer BR extends Shape]
    ? MatchAxis<X, Y> extends infer M
      ? M extends Mismatch ? `${CannotStack<AAll, BAll>}: ${Describe<M, `axis ${Out["length"]}`>}`
      : M extends Dim ? Common<AR, BR, AAll, BAll, [...Out, M]>
      : never
    : never
  : never
  : Out;
type CommonOfAll<Acc extends Shape, L extends readonly Shape[]> = L extends
  readonly [infer Next extends Shape, ...infer Others extends readonly Shape[]]
  ? true extends IsUnranked<Acc> | IsUnranked<Next> ? Shape
  : Acc["length"] extends Next["length"]
    ? Common<Acc, Next, Acc, Next> extends infer R
      ? R extends string ? R : R extends Shape ? CommonOfAll<R, Others> : never
    : never
  : `${CannotStack<Acc, Next>}: rank ${Acc["length"]} vs ${Next["length"]}`
  : L extends readonly [] ? Acc
  : Shape;

/** Equal shapes (a tuple of them) along a new axis, or the refusal. */
export type StackShape<L extends readonly Shape[], A> = L extends
  readonly [infer First extends Shape, ...infer Others extends readonly Shape[]]
  ? CommonOfAll<First, Others> extends infer C ? C extends string ? C
    : C extends Shape ? true extends IsUnranked<C> | IsUnknown<A> ? Shape
      : ResolveNewAxis<C, A> extends infer I ? I extends string ? I : Insert<C, I, L["length"]>
      : never
    : never
  : never
  : L extends readonly [] ? "cannot stack an empty list"
  : Shape;

type NamesOf<S extends Shape> = { [K in keyof S]: NameOf<S[K]> }[number];

/** The rows for which a mask is true, as rows of a new symbol, or the refusal. */
export type FilterShape<S extends Shape, MaskDType extends string, Mask extends Shape, Name> = true extends
  IsUnranked<S> | IsUnranked<Mask> | IsUnknown<MaskDType> | IsUnknown<Name> ? Shape
  : S extends readonly [infer Rows, ...infer Rest extends Dim[]]
    ? MaskDType extends "bool"
      ? Mask extends readonly [infer MaskRows]
        ? MatchAxis<Rows, MaskRows> extends infer M extends Mismatch
          ? `cannot filter ${ShowShape<S>} by a mask of ${ShowShape<Mask>}: ${Describe<M, "axis 0">}`
        : FilterAs<S, Rest, Name & string>
      : `cannot filter ${ShowShape<S>} by a mask of ${ShowShape<Mask>}: the mask must have one axis`
    : `cannot filter ${ShowShape<S>} by a mask of dtype ${MaskDType}: it must be bool`
  : `cannot filter ${ShowShape<S>}: a scalar has no rows`;
type FilterAs<S extends Shape, Rest extends Dim[], Name extends string> = IsIdentifier<Name> extends true
  ? Name extends NamesOf<S>
    ? `cannot filter ${ShowShape<S>}: ${Name} is one of its axes; give the rows that are kept a new name`
  : [Name, ...Rest]
  : `cannot filter ${ShowShape<S>}: '${Name}' is not a name for the rows`;
