/**
 * Products of matrices and vectors as types: the rules of `../matmul.ts`.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type {
  BroadcastShapes,
  Describe,
  HasSymbolTwice,
  MatchAxis,
  Mismatch,
  Renamed,
  RenameText,
} from "./broadcast.ts";
import type { CheckShape, IsSymbol, IsUnranked, ShowShape } from "./dim.ts";

type CannotMatmul<A extends Shape, B extends Shape> = `cannot matmul ${ShowShape<A>} with ${ShowShape<B>}`;

/** An operand: leading axes, the axis that the result keeps (none for a vector), the inner axis. */
interface Parts {
  readonly leading: Dim[];
  readonly kept: Dim[];
  readonly inner: Dim;
}
type LeftParts<S extends Shape> = S extends readonly [infer K extends Dim]
  ? { leading: []; kept: []; inner: K }
  : S extends readonly [...infer L extends Dim[], infer M extends Dim, infer K extends Dim]
    ? { leading: L; kept: [M]; inner: K }
  : null;
type RightParts<S extends Shape> = S extends readonly [infer K extends Dim]
  ? { leading: []; kept: []; inner: K }
  : S extends readonly [...infer L extends Dim[], infer K extends Dim, infer N extends Dim]
    ? { leading: L; kept: [N]; inner: K }
  : null;

/** The shape of a product, or the refusal. */
export type MatmulShape<A extends Shape, B extends Shape> = true extends IsUnranked<A> | IsUnranked<B> ? Shape
  : LeftParts<A> extends infer L extends Parts
    ? RightParts<B> extends infer R extends Parts ? Multiply<A, B, L, R>
    : `${CannotMatmul<A, B>}: a scalar has no inner axis`
  : `${CannotMatmul<A, B>}: a scalar has no inner axis`;
type Multiply<A extends Shape, B extends Shape, L extends Parts, R extends Parts> =
  MatchAxis<L["inner"], R["inner"]> extends infer M extends Mismatch
    ? `${CannotMatmul<A, B>}: ${Describe<M, "the inner axis">}${InnerHint<A, B, M>}`
    : BroadcastShapes<L["leading"], R["leading"]> extends infer Leading
      ? Leading extends string ? `${CannotMatmul<A, B>}: ${WithoutHint<Leading>}`
      : Leading extends Shape ? [...Leading, ...L["kept"], ...R["kept"]]
      : never
    : never;

/** See `innerHint` in `../matmul.ts`. */
type InnerHint<A extends Shape, B extends Shape, M extends Mismatch> =
  [M["kind"], IsSymbol<M["a"]>, IsSymbol<M["b"]>] extends ["label", false, false]
    ? Renamed<B, B extends readonly [unknown] ? [0] : [0, 0], M["a"]> extends infer R extends Shape
      ? [CheckShape<R>, MatmulShape<A, R>] extends [null, infer P extends Shape]
        ? HasSymbolTwice<P> extends true ? "" : RenameText<B, R>
      : ""
    : ""
    : B extends readonly [infer Rows extends Dim, infer Last extends Dim]
      ? IsSymbol<Rows> extends true ? RowsHint<A, B, Last> : TransposeHint<A, B, Last>
    : "";
type RowsHint<A extends Shape, B extends Shape, Last extends Dim> = A extends
  readonly [infer First, ...infer Rest]
  ? IsSymbol<First> extends true
    ? BroadcastShapes<A, B> extends string ? "" : "; for one product a row, use .mul(...) and .sum(-1)"
  : Rest extends readonly [] | readonly [unknown] ? MatchAxis<Last, First> extends Mismatch ? ""
    : `; rows come first: use .matmul(...) on ${ShowShape<B>}`
  : ""
  : "";
type TransposeHint<A extends Shape, B extends Shape, Last extends Dim> = A extends
  readonly [...Dim[], infer Inner extends Dim]
  ? MatchAxis<Inner, Last> extends Mismatch ? "" : `; use .transpose() on ${ShowShape<B>}`
  : "";

/** The hint is about the leading axes alone: applied to the operands it would not work. */
type WithoutHint<Text extends string> = Text extends `${infer Sentence}; ${string}` ? Sentence : Text;

/** The shape of an outer product with a vector, or the refusal. */
export type OuterShape<A extends Shape, B extends Shape> = true extends IsUnranked<A> | IsUnranked<B> ? Shape
  : B extends readonly [infer K extends Dim] ? [...A, K]
  : `cannot take the outer product of ${ShowShape<A>} with ${ShowShape<B>}: the second must have one axis`;
