/**
 * Broadcasting as types: the rules of `../broadcast.ts`.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type {
  CheckShape,
  IsSymbol,
  IsUnknown,
  IsUnranked,
  LabelOf,
  NameOf,
  ShowDim,
  ShowLiteral,
  ShowShape,
  SizeOf,
} from "./dim.ts";

/** Two axes that do not match. */
export interface Mismatch<Kind extends "size" | "label" = "size" | "label", A = unknown, B = unknown> {
  readonly kind: Kind;
  readonly a: A;
  readonly b: B;
}

/** The mismatch as the end of a sentence. */
export type Describe<M extends Mismatch, Axis extends string> = M["kind"] extends "size"
  ? `${Axis} is ${ShowDim<M["a"]>} vs ${ShowDim<M["b"]>}`
  : `the labels of ${Axis} differ: ${NameOf<M["a"]>} vs ${NameOf<M["b"]>}`;

type NamesDiffer<A, B> = NameOf<A> extends infer X extends string
  ? NameOf<B> extends infer Y extends string ? X extends Y ? false : true : false
  : false;

/** The axis that two axes of equal size have in common: the labelled one of the two. */
export type MatchAxis<A, B> = [A, B] extends [B, A] ? A
  : IsUnknown<A> extends true ? B
  : IsUnknown<B> extends true ? A
  : [SizeOf<A>, SizeOf<B>] extends [SizeOf<B>, SizeOf<A>]
    ? NamesDiffer<A, B> extends true ? Mismatch<"label", A, B> : LabelOf<A> extends null ? B : A
  : Mismatch<"size", A, B>;

/** As `MatchAxis`, but an axis of size 1 stretches. */
type StretchAxis<A, B> = [A, B] extends [B, A] ? A
  : IsUnknown<A> extends true ? (SizeOf<B> extends 1 ? A : B)
  : IsUnknown<B> extends true ? (SizeOf<A> extends 1 ? B : A)
  : SizeOf<A> extends 1 ? SizeOf<B> extends 1 ? MatchAxis<A, B> : Stretch<A, B, B>
  : SizeOf<B> extends 1 ? Stretch<A, B, A>
  : MatchAxis<A, B>;
type Stretch<A, B, Result> = NamesDiffer<A, B> extends true ? Mismatch<"label", A, B> : Result;

/** NumPy's rule with labels: the common shape, or the axis from the right (as zeros to count) and its mismatch. */
type Align<A extends Shape, B extends Shape, Out extends Dim[] = [], K extends 0[] = [0]> = A extends
  readonly [...infer AS extends Dim[], infer X]
  ? B extends readonly [...infer BS extends Dim[], infer Y]
    ? StretchAxis<X, Y> extends infer R ? R extends Mismatch ? { axis: K; mismatch: R }
      : R extends Dim ? Align<AS, BS, [R, ...Out], [...K, 0]>
      : never
    : never
  : [...A, ...Out]
  : [...B, ...Out];

type EqualSize<A, B> = IsUnknown<A> extends true ? true
  : IsUnknown<B> extends true ? true
  : [SizeOf<A>, SizeOf<B>] extends [SizeOf<B>, SizeOf<A>] ? true
  : false;
type EqualSizes<R extends Shape, S extends Shape> = R["length"] extends S["length"]
  ? false extends { [K in keyof R]: EqualSize<R[K], K extends keyof S ? S[K] : never> }[number] ? false : true
  : false;

// ---------------------------------------------------------------- hints
/** B with its axis -K under the label of X. */
export type Renamed<B extends Shape, K extends 0[], X, Tail extends Dim[] = []> = K extends [0]
  ? B extends readonly [...infer Rest extends Dim[], infer Y]
    ? [...Rest, `${LabelOf<X>}=${SizeOf<Y> & Dim}`, ...Tail]
  : never
  : K extends [0, ...infer Fewer extends 0[]]
    ? B extends readonly [...infer Rest extends Dim[], infer Y extends Dim]
      ? Renamed<Rest, Fewer, X, [Y, ...Tail]>
    : never
  : never;
type RenameHint<A extends Shape, B extends Shape, K extends 0[], M extends Mismatch> = null extends
  LabelOf<M["a"]> | LabelOf<M["b"]> ? ""
  : Renamed<B, K, M["a"]> extends infer R extends Shape
    ? [CheckShape<R>, Fits<A, R>] extends [null, true] ? RenameText<B, R> : ""
  : "";
/** How an axis gets the other's label. */
export type RenameText<B extends Shape, R extends Shape> =
  `; if it is the same axis, rename it: .as(${ShowLiteral<R>}) on ${ShowShape<B>}`;

/** Whether Long has more axes than Short. */
type IsLonger<Long extends Shape, Short extends Shape> = Long extends
  readonly [unknown, ...infer L extends Shape]
  ? Short extends readonly [unknown, ...infer S extends Shape] ? IsLonger<L, S> : true
  : false;
/** Whether two shapes broadcast, asked for a hint: a refusal would ask for a hint in turn. */
type Fits<A extends Shape, B extends Shape> = Align<A, B> extends infer R extends Shape
  ? true extends EqualSizes<R, A> | EqualSizes<R, B> ? true : false
  : false;
type MismatchHint<A extends Shape, B extends Shape, K extends 0[], M extends Mismatch> = M["kind"] extends
  "label" ? RenameHint<A, B, K, M>
  : [IsSymbol<M["a"]>, IsSymbol<M["b"]>] extends [true, true]
    ? "; filter both by the same mask, so that they have the same rows"
  : LeadingHint<A, B> extends infer H extends string ? H
  : LastHint<A, B> extends infer H extends string ? H
  : LastHint<B, A> extends infer H extends string ? H
  : A["length"] extends B["length"] ? IsSymbol<M["a"]> extends true ? PairsHint<A, B, K, A, B>
    : IsSymbol<M["b"]> extends true ? PairsHint<B, A, K, A, B>
    : ProductHint<A, B>
  : ProductHint<A, B>;

/** A shape that belongs to the leading axes of a longer one, or null. */
type LeadingHint<A extends Shape, B extends Shape> = IsLonger<B, A> extends true ? LeadsHint<A, B>
  : IsLonger<A, B> extends true ? LeadsHint<B, A>
  : null;
type LeadsHint<Short extends Shape, Long extends Shape> = Padded<Short, Long> extends
  infer P extends readonly Dim[]
  ? Fits<P, Long> extends true
    ? `; if ${ShowShape<Short>} belongs to the leading axes, use ${P["length"] extends [
      ...Short,
      1,
    ]["length"] ? ".expandDims(-1)"
      : `.reshape(${ShowLiteral<P>})`} on it`
  : LacksHint<Short, Long>
  : null;
/** A shape that has no axis where the longer one has its second, or null. */
type LacksHint<Short extends Shape, Long extends Shape> = Short extends
  readonly [infer Rows extends Dim, infer Next extends Dim, ...infer Rest extends Dim[]]
  ? Fits<[Rows, 1, Next, ...Rest], Long> extends true
    ? `; if ${ShowShape<Short>} lacks the axis behind the first, use .expandDims(1) on it`
  : null
  : null;
/** Short with axes of size 1 behind, as many as Long has. */
type Padded<Short extends Shape, Long extends Shape> = IsLonger<Long, Short> extends true
  ? Padded<[...Short, 1], Long>
  : Short;
/** A shape that belongs to the last axes of the other, without its own last one; or null. */
type LastHint<Column extends Shape, Other extends Shape> = Column extends
  readonly [...infer Rest extends Dim[], infer Last] ? Rest extends readonly [] ? null
  : SizeOf<Last> extends 1
    ? Fits<Rest, Other> extends true
      ? `; if ${ShowShape<Column>} belongs to the last axes, use .squeeze(-1) on it`
    : null
  : null
  : null;
/** Rows beside a param: every pair of them. */
type PairsHint<Rows extends Shape, Other extends Shape, K extends 0[], A extends Shape, B extends Shape> =
  Rows extends readonly [infer R extends Dim]
    ? `; for every pair, use .expandDims(-1).broadcastTo(${ShowLiteral<[R, ...Other]>}) on ${ShowShape<Rows>}`
    : [Rows, Other, K] extends
      [readonly [infer R extends Dim, infer X], readonly [infer P extends Dim, infer Y], [0, 0]]
      ? MatchAxis<X, Y> extends infer Last
        ? Last extends Dim ? `; for every pair of rows, use .expandDims(1).broadcastTo(${ShowLiteral<
            [R, P, Last]
          >}) on ${ShowShape<Rows>}`
        : ProductHint<A, B>
      : never
    : ProductHint<A, B>;
/** Matrices that do not match element by element, but as factors. */
type ProductHint<A extends Shape, B extends Shape> = [A, B] extends
  [readonly [unknown, infer Inner], readonly [infer K, unknown]] ? IsSymbol<K> extends true ? ""
  : MatchAxis<Inner, K> extends Mismatch ? ""
  : "; for the product of matrices, use .matmul(...)"
  : "";

/** What the author may have meant; see `growthHint` in `../broadcast.ts`. */
type GrowthHint<A extends Shape, B extends Shape, R extends Shape> = HasSymbolTwice<R> extends true
  ? RowPairsHint<A, B>
  : IsRowsLater<R> extends true ? RowsLaterHint<A, B>
  : GrowthHintOfA<A, B, R>;
/** Whether a shape has a symbol, and not at its first axis. */
type IsRowsLater<R extends Shape> = R extends readonly [infer X, ...infer T extends Shape]
  ? IsSymbol<X> extends true ? false : HasSymbol<T>
  : false;
type HasSymbol<R extends Shape> = R extends readonly [infer X, ...infer T extends Shape]
  ? IsSymbol<X> extends true ? true : HasSymbol<T>
  : false;
type RowsLaterHint<A extends Shape, B extends Shape> = A extends readonly [infer X extends Dim]
  ? RowsLaterText<X, B>
  : B extends readonly [infer Y extends Dim] ? RowsLaterText<Y, A>
  : RowsLater;
type RowsLater = "rows come first: put the axes of the other operand behind them";
/** See `rowsLaterHint` in `../broadcast.ts`. */
type RowsLaterText<Rows extends Dim, Other extends Shape> = [IsSymbol<Rows>, Other] extends
  [true, readonly [infer P extends Dim, infer Last]]
  ? SizeOf<Last> extends 1
    ? `rows come first: use .expandDims(-1).broadcastTo(${ShowLiteral<[Rows, P]>}) on ${ShowShape<
      [Rows]
    >} and .squeeze(-1) on ${ShowShape<Other>}`
  : RowsLater
  : RowsLater;
/** Whether a shape has a symbol at two axes: rows paired with rows. */
export type HasSymbolTwice<R extends Shape, Seen = never> = R extends
  readonly [infer X, ...infer T extends Shape]
  ? IsSymbol<X> extends true ? X extends Seen ? true : HasSymbolTwice<T, Seen | X>
  : HasSymbolTwice<T, Seen>
  : false;
type RowPairs =
  "rows are not paired with each other: to compare each with rows of a smaller table, give that one as a param";
type RowPairsHint<A extends Shape, B extends Shape> = A extends
  readonly [...infer Rest extends Dim[], infer X]
  ? SizeOf<X> extends 1 ? SqueezeHint<A, Rest, B> : RowPairsHintOfB<B, A>
  : RowPairsHintOfB<B, A>;
type RowPairsHintOfB<B extends Shape, A extends Shape> = B extends
  readonly [...infer Rest extends Dim[], infer Y] ? SizeOf<Y> extends 1 ? SqueezeHint<B, Rest, A> : RowPairs
  : RowPairs;
type SqueezeHint<Column extends Shape, Rest extends Shape, Other extends Shape> = Fits<Rest, Other> extends
  true ? `to match element by element, use .squeeze(-1) on ${ShowShape<Column>}; ${RowPairs}`
  : RowPairs;
type GrowthHintOfA<A extends Shape, B extends Shape, R extends Shape> = A extends
  readonly [...infer Rest extends Dim[], infer X]
  ? SizeOf<X> extends 1 ? ColumnHint<A, Rest, B, R> : GrowthHintOfB<B, A, R>
  : GrowthHintOfB<B, A, R>;
type GrowthHintOfB<B extends Shape, A extends Shape, R extends Shape> = B extends
  readonly [...infer Rest extends Dim[], infer Y]
  ? SizeOf<Y> extends 1 ? ColumnHint<B, Rest, A, R> : MeanIt<R>
  : MeanIt<R>;
type MeanIt<R extends Shape> = `if you mean it, use .broadcastTo(${ShowLiteral<Distinct<R>>})`;
/** See `distinct` in `../broadcast.ts`. */
type Distinct<R extends Shape, Labels = never, Out extends Dim[] = []> = R extends
  readonly [infer X extends Dim, ...infer Rest extends Dim[]] ? Distinct<
    Rest,
    Labels | LabelOf<X>,
    [...Out, [LabelOf<X>] extends [null] ? X : LabelOf<X> extends Labels ? SizeOf<X> & Dim : X]
  >
  : Out;
type ColumnHint<Column extends Shape, Rest extends Shape, Other extends Shape, R extends Shape> =
  Fits<Rest, Other> extends true ? `to match element by element, use .squeeze(-1) on ${ShowShape<
      Column
    >}; for every pair, use .broadcastTo(${ShowLiteral<Distinct<R>>})`
    : Other extends readonly [unknown]
      ? Rest extends readonly [...Dim[], infer Last] ? SizeOf<Last> extends 1 ? MeanIt<R> : OuterHint<Last>
      : MeanIt<R>
    : MeanIt<R>;
type OuterHint<Last> = SizeOf<Last> extends number ? `${WeightHint<Last>}; ${MeanOuter}` : MeanOuter;
type WeightHint<Last> = `for one weight a ${NameOf<Last> extends infer Name extends string ? Name
  : "value"}, use shape (${ShowDim<Last>}) and no axis of size 1`;
type MeanOuter = "for the outer product, use .outer(...) and no axis of size 1";

// ---------------------------------------------------------------- the rules
/** The shape of an element-wise operation on two operands, or the refusal. */
export type BroadcastShapes<A extends Shape, B extends Shape> = [A, B] extends [B, A] ? A
  : A extends readonly [] ? B
  : B extends readonly [] ? A
  : IsUnranked<A> extends true ? Shape
  : IsUnranked<B> extends true ? Shape
  : Judge<A, B, Align<A, B>>;
type Judge<A extends Shape, B extends Shape, R> = R extends
  { axis: infer K extends 0[]; mismatch: infer M extends Mismatch }
  ? `cannot broadcast ${ShowShape<A>} with ${ShowShape<B>}: ${Describe<
    M,
    `axis -${K["length"]}`
  >}${MismatchHint<A, B, K, M>}`
  : R extends Shape ? true extends EqualSizes<R, A> | EqualSizes<R, B> ? R
    : `cannot broadcast ${ShowShape<A>} with ${ShowShape<B>}: the result ${ShowShape<
      R
    >} would have a shape that neither operand has; ${GrowthHint<A, B, R>}`
  : never;

/** The shape of one operation on three operands, or the refusal; see `broadcastAll` in `../broadcast.ts`. */
export type BroadcastAll<A extends Shape, B extends Shape, C extends Shape> = BroadcastShapes<A, B> extends
  infer R ? R extends Shape ? BroadcastShapes<R, C>
  : Align<A, B> extends infer Grown extends Shape
    ? BroadcastShapes<Grown, C> extends infer All extends Shape ? EqualSizes<All, C> extends true ? All : R
    : R
  : R
  : never;

/** NumPy's `broadcast_to`, one way, or the refusal. */
export type BroadcastTo<S extends Shape, To extends Shape> = CheckShape<To> extends
  infer Malformed extends string ? Malformed
  : IsUnranked<S> extends true ? To
  : IsUnranked<To> extends true ? Shape
  : IsLonger<S, To> extends true
    ? `cannot broadcast ${ShowShape<S>} to ${ShowShape<To>}: rank ${S["length"]} is more than ${To["length"]}`
  : RepeatWalk<S, To> extends infer R
    ? R extends { axis: infer K extends 0[]; mismatch: infer M extends Mismatch }
      ? `cannot broadcast ${ShowShape<S>} to ${ShowShape<To>}: ${Describe<M, `axis -${K["length"]}`>}`
    : R extends Shape ? R
    : never
  : never;
type RepeatWalk<S extends Shape, To extends Shape, Out extends Dim[] = [], K extends 0[] = [0]> = S extends
  readonly [...infer Rest extends Dim[], infer X]
  ? To extends readonly [...infer ToRest extends Dim[], infer Y]
    ? (SizeOf<X> extends 1 ? StretchAxis<X, Y> : MatchAxis<X, Y>) extends infer R
      ? R extends Mismatch ? { axis: K; mismatch: R }
      : R extends Dim ? RepeatWalk<Rest, ToRest, [R, ...Out], [...K, 0]>
      : never
    : never
  : never
  : [...To, ...Out];
