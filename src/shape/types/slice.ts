/**
 * Slicing and taking as types: the rules of `../slice.ts`, down to the arithmetic of clamped bounds.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type { Replace, ResolveAxis } from "./axes.ts";
import type { Add, DivMod, IsBelow, Sub } from "./digits.ts";
import type { IsSymbol, IsUnknown, IsUnranked, ShowShape, SizeOf, WithSize } from "./dim.ts";

type Trim<S extends string> = S extends ` ${infer T}` ? Trim<T> : S extends `${infer T} ` ? Trim<T> : S;
type Split<S extends string, Separator extends string, Out extends string[] = []> = S extends
  `${infer H}${Separator}${infer T}` ? Split<T, Separator, [...Out, Trim<H>]> : [...Out, Trim<S>];

/** The whole number that the text is; null where it is none. */
type Whole<Text extends string> = Text extends `-0${string}` ? null
  : Text extends `${infer N extends number}`
    ? Text extends `${bigint}` ? `${N}` extends Text ? N : null : null
  : null;
/** A bound or a step: "" is none. */
type BoundText<Text extends string> = Text extends "" ? true : Whole<Text> extends number ? true : false;

// ---------------------------------------------------------------- Python's slice.indices
type Least<A extends number, B extends number> = IsBelow<A, B> extends true ? A : B;
type OrZero<N> = [N] extends [never] ? 0 : N;
/** A bound of a range that runs upwards: 0 … n. */
type UpBound<Text extends string, n extends number, IfNone extends number> = Text extends "" ? IfNone
  : Text extends `-${infer K extends number}` ? OrZero<Sub<n, K>>
  : Whole<Text> extends infer K extends number ? Least<K, n>
  : never;
/** A bound of a range that runs downwards, plus one: 0 … n. */
type DownBound<Text extends string, n extends number, IfNone extends number> = Text extends "" ? IfNone
  : Text extends `-${infer K extends number}` ? OrZero<Sub<Add<n, 1>, K>>
  : Whole<Text> extends infer K extends number ? Least<Add<K, 1>, n>
  : never;
/** ⌈(high - low) / step⌉, 0 where it is negative. */
type NumSteps<Low, High, Step extends number> = [Low, High] extends
  [infer L extends number, infer H extends number] ? Sub<H, L> extends infer Span ? [Span] extends [never] ? 0
    : DivMod<Span & number, Step> extends [infer Q extends number, infer R] ? R extends 0 ? Q : Add<Q, 1>
    : never
  : never
  : never;
type RangeSize<Start extends string, Stop extends string, Step extends string, n extends number> =
  Step extends `-${infer K extends number}` ? NumSteps<DownBound<Stop, n, 0>, DownBound<Start, n, n>, K>
    : NumSteps<UpBound<Start, n, 0>, UpBound<Stop, n, n>, Step extends "" ? 1 : Whole<Step> & number>;

// ---------------------------------------------------------------- one axis
/** The axis in a tuple, an empty tuple where it is dropped, or what is wrong. */
type SliceAxis<D, K extends number, Item extends string> = Split<Item, ":"> extends
  infer Parts extends string[]
  ? Parts extends [infer Index extends string]
    ? Whole<Index> extends number ? PickIndex<D, K, Index> : NoItem<Item>
  : Parts extends [infer A extends string, infer B extends string] ? SliceRange<D, K, Item, A, B, "">
  : Parts extends [infer A extends string, infer B extends string, infer C extends string]
    ? SliceRange<D, K, Item, A, B, C>
  : NoItem<Item>
  : never;
type NoItem<Item extends string> = `'${Item}' is neither an index nor a range`;
type NotKnown<D, K extends number> = `the size ${
  & D
  & string} of axis ${K} is not known before the run, only ':' fits`;
type PickIndex<D, K extends number, Index extends string> = IsUnknown<D> extends true ? []
  : SizeOf<D> extends infer n extends number
    ? IsIndex<Index, n> extends true ? [] : `index ${Index} is out of axis ${K} of size ${n}`
  : NotKnown<D, K>;
/** Whether -n ≤ index < n. */
type IsIndex<Index extends string, n extends number> = Index extends `-${infer K extends number}`
  ? IsBelow<n, K> extends true ? false : true
  : Whole<Index> extends infer K extends number ? IsBelow<K, n>
  : false;
type SliceRange<
  D,
  K extends number,
  Item extends string,
  A extends string,
  B extends string,
  C extends string,
> = false extends BoundText<A> | BoundText<B> | BoundText<C> ? NoItem<Item>
  : [A, B, C] extends ["", "", ""] ? [D]
  : IsUnknown<D> extends true ? [number]
  : SizeOf<D> extends infer n extends number ? C extends "0" ? `the step of axis ${K} is 0`
    : RangeSize<A, B, C, n> extends infer Size extends number
      ? Size extends 0 ? `nothing is left of axis ${K} of size ${n}` : [WithSize<D, Size>]
    : [number]
  : NotKnown<D, K>;

// ---------------------------------------------------------------- the whole text
type Fill<S extends Shape, Used extends unknown[]> = S extends readonly [unknown, ...infer T extends Shape]
  ? Used extends [unknown, ...infer U] ? Fill<T, U> : [":", ...Fill<T, []>]
  : [];
type Count<L extends string[], X, Out extends 0[] = []> = L extends [infer H, ...infer T extends string[]]
  ? Count<T, X, H extends X ? [...Out, 0] : Out>
  : Out;
type ReplaceDots<L extends string[], By extends string[], Out extends string[] = []> = L extends
  [infer H extends string, ...infer T extends string[]]
  ? H extends "..." ? [...Out, ...By, ...T] : ReplaceDots<T, By, [...Out, H]>
  : [...Out, ...By];
type WithoutDots<L extends string[], Out extends string[] = []> = L extends
  [infer H extends string, ...infer T extends string[]] ? WithoutDots<T, H extends "..." ? Out : [...Out, H]>
  : Out;
type IsLonger<Long extends unknown[], Short extends Shape> = Long extends [unknown, ...infer L]
  ? Short extends readonly [unknown, ...infer S extends Shape] ? IsLonger<L, S> : true
  : false;

type KeepRows = "; to keep some of the rows, use .filter(mask, 'K')";
type CannotSlice<S extends Shape, Text extends string> = `cannot slice ${ShowShape<S>} by '${Text}'`;

/** The shape of a basic slice by NumPy's text, or the refusal. */
export type SliceShape<S extends Shape, Text> = true extends IsUnranked<S> | IsUnknown<Text> ? Shape
  : Split<Text & string, ","> extends infer Items extends string[]
    ? Count<Items, "..."> extends [0, 0, ...0[]] ? `${CannotSlice<S, Text & string>}: more than one '...'`
    : WithoutDots<Items> extends infer Given extends string[]
      ? IsLonger<Given, S> extends true
        ? `${CannotSlice<S, Text & string>}: ${Given["length"]} indices for rank ${S["length"]}`
      : SliceWalk<S, ReplaceDots<Items, Fill<S, Given>>, S, Text & string>
    : never
  : never;
type SliceWalk<
  S extends Shape,
  Items extends string[],
  All extends Shape,
  Text extends string,
  Out extends Dim[] = [],
  K extends 0[] = [],
> = S extends readonly [infer D, ...infer T extends Shape]
  ? Items extends [infer Item extends string, ...infer Rest extends string[]]
    ? SliceAxis<D, K["length"], Item> extends infer R
      ? R extends string
        ? `${CannotSlice<All, Text>}: ${R}${Item extends "None" ? "; for a new axis, use .expandDims(axis)"
          : IsSymbol<D> extends true ? KeepRows
          : ""}`
      : R extends Dim[] ? SliceWalk<T, Rest, All, Text, [...Out, ...R], [...K, 0]>
      : never
    : never
  : never
  : Out;

// ---------------------------------------------------------------- take
type FirstBad<L extends readonly number[], n extends number> = L extends
  readonly [infer H extends number, ...infer T extends readonly number[]]
  ? IsUnknown<H> extends true ? FirstBad<T, n>
  : `${H}` extends `${bigint}` ? IsIndex<`${H}`, n> extends true ? FirstBad<T, n> : H
  : H
  : null;
type CannotTake<S extends Shape, A> = `cannot take from axis ${A & Dim} of ${ShowShape<S>}`;

/** The shape after elements of an axis are taken by index, or the refusal. */
export type TakeShape<S extends Shape, A, L extends readonly number[]> = true extends
  IsUnranked<S> | IsUnknown<A> ? Shape
  : ResolveAxis<S, A> extends infer I
    ? I extends number ? IsUnknown<S[I]> extends true ? Replace<S, I, number>
      : SizeOf<S[I]> extends infer n extends number ? number extends L["length"] ? Replace<S, I, number>
        : L extends readonly [] ? `${CannotTake<S, A>}: the list of indices is empty`
        : FirstBad<L, n> extends infer Bad extends number
          ? `${CannotTake<S, A>}: ${Bad} is not an index for the size ${n}`
        : Replace<S, I, WithSize<S[I], L["length"]>>
      : `${CannotTake<S, A>}: its size ${S[I]} is not known before the run${KeepRows}`
    : I
  : never;
