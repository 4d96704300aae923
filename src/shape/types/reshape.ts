/**
 * Reshaping and asserting as types: the rules of `../reshape.ts`.
 *
 * @module
 */
import type { Dim, Shape } from "../shape.ts";
import type { DivMod, Mul } from "./digits.ts";
import type {
  AnyUnknown,
  CheckShape,
  IsUnknown,
  IsUnranked,
  Plain,
  ShowDim,
  ShowShape,
  SizeOf,
} from "./dim.ts";

/** The product of the known sizes, the symbols in order, and a zero for each -1. */
interface Factors<
  P extends number = number,
  Y extends string[] = string[],
  M extends 0[] = 0[],
> {
  readonly product: P;
  readonly symbols: Y;
  readonly unknowns: M;
}
type FactorsOf<S extends Shape, P extends number = 1, Y extends string[] = [], M extends 0[] = []> = S extends
  readonly [infer H, ...infer T extends Shape] ? H extends -1 ? FactorsOf<T, P, Y, [...M, 0]>
  : SizeOf<H> extends infer Size
    ? Size extends number ? FactorsOf<T, Mul<P, Size>, Y, M> : FactorsOf<T, P, [...Y, Size & string], M>
  : never
  : Factors<P, Y, M>;

type Fill<S extends Shape, V extends Dim> = { -readonly [K in keyof S]: S[K] extends -1 ? V : S[K] };

type Without<L extends string[], X, Out extends string[] = []> = L extends
  [infer H extends string, ...infer T extends string[]]
  ? [H] extends [X] ? [...Out, ...T] : Without<T, X, [...Out, H]>
  : never;
/** The first symbol of A that stands more often in A than in B; null where there is none. */
type Missing<A extends string[], B extends string[], All extends string[] = A> = A extends
  [infer H extends string, ...infer T extends string[]]
  ? CountIsAbove<All, B, H> extends true ? H : Missing<T, B, All>
  : null;
type CountIsAbove<A extends string[], B extends string[], X> = Without<A, X> extends infer AR extends string[]
  ? [AR] extends [never] ? false
  : Without<B, X> extends infer BR extends string[] ? [BR] extends [never] ? true : CountIsAbove<AR, BR, X>
  : never
  : never;

type Product<Y extends string[], Out extends string = ""> = Y extends
  [infer H extends string, ...infer T extends string[]] ? Product<T, Out extends "" ? H : `${Out}*${H}`>
  : Out;
type Per<Y extends string[]> = Y extends [] ? "" : ` per ${Product<Y>}`;

/** The shape `To` for the same elements, or the refusal. */
export type ReshapeShape<S extends Shape, To extends Shape> = FactorsOf<To>["unknowns"] extends [0, 0, ...0[]]
  ? `${CannotReshape<S, To>}: more than one -1`
  : CheckShape<Fill<To, 1>> extends infer Malformed extends string ? Malformed
  : IsUnranked<S> extends true ? Fill<To, number>
  : IsUnranked<To> extends true ? Shape
  : AnyUnknown<S> extends true ? Fill<To, number>
  : AnyUnknown<To> extends true ? Fill<To, number>
  : ReshapeFactors<S, To, FactorsOf<S>, FactorsOf<To>>;
type CannotReshape<S extends Shape, To extends Shape> = `cannot reshape ${ShowShape<S>} to ${ShowShape<To>}`;
type ReshapeFactors<S extends Shape, To extends Shape, A extends Factors, B extends Factors> =
  Missing<A["symbols"], B["symbols"]> extends infer Lost extends string
    ? `${CannotReshape<S, To>}: ${Lost} is lost; write '${Lost}' as an axis of its own`
    : Missing<B["symbols"], A["symbols"]> extends infer Foreign extends string
      ? `${CannotReshape<S, To>}: ${Foreign} is not in ${ShowShape<S>}`
    : B["unknowns"] extends [] ? A["product"] extends B["product"] ? Plain<To>
      : `${CannotReshape<S, To>}: ${A["product"]} elements vs ${B["product"]}${Per<A["symbols"]>}`
    : DivMod<A["product"], B["product"]> extends [infer Q extends number, infer R] ? R extends 0 ? Fill<To, Q>
      : `${CannotReshape<S, To>}: ${A["product"]} is not a multiple of ${B["product"]}`
    : never;

/** The shape `To`, which has the sizes of `S`, or the refusal. */
export type AsShape<S extends Shape, To extends Shape> = CheckShape<To> extends infer Malformed extends string
  ? Malformed
  : IsUnranked<S> extends true ? To
  : IsUnranked<To> extends true ? Shape
  : S["length"] extends To["length"] ? AsWalk<S, To, S, To>
  : `${CannotTake<S, To>}: rank ${S["length"]} vs ${To["length"]}`;
type CannotTake<S extends Shape, To extends Shape> = `cannot take ${ShowShape<S>} as ${ShowShape<To>}`;
type AsWalk<S extends Shape, To extends Shape, SAll extends Shape, ToAll extends Shape, K extends 0[] = []> =
  S extends readonly [infer A, ...infer SR extends Shape]
    ? To extends readonly [infer B, ...infer TR extends Shape]
      ? true extends IsUnknown<A> | IsUnknown<B> ? AsWalk<SR, TR, SAll, ToAll, [...K, 0]>
      : [SizeOf<A>, SizeOf<B>] extends [SizeOf<B>, SizeOf<A>] ? AsWalk<SR, TR, SAll, ToAll, [...K, 0]>
      : `${CannotTake<SAll, ToAll>}: the size of axis ${K["length"]} is ${ShowDim<SizeOf<A>>}, not ${ShowDim<
        SizeOf<B>
      >}`
    : never
    : Plain<ToAll>;
