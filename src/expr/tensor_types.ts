/**
 * The traced tensor as authors see it: each method checks dtypes and shapes in its types. A refusal stands, as a
 * string, where the parameter's type would be, so that the editor underlines the argument and prints the sentence.
 *
 * Over 400 lines because a tensor is one interface, with a member for each operation.
 *
 * Only types: the values are the tracer's. Methods are generic over `this`, which keeps `Tensor` covariant and
 * halves the work of the type checker.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { AxisName, Shape } from "../shape/mod.ts";
import type {
  AsShape,
  BroadcastAll,
  BroadcastShapes,
  BroadcastTo,
  ConcatShape,
  ExpandDims,
  FilterShape,
  MatmulShape,
  OuterShape,
  ReduceShape,
  ReshapeShape,
  ResolveAxis,
  SliceShape,
  Squeeze,
  StackShape,
  TakeShape,
  TransposeShape,
} from "../shape/types/mod.ts";
import type {
  BoolFault,
  FloatOf,
  MeanOf,
  Promote,
  ResultOf,
  Scalar,
  ScalarDType,
  ScalarFault,
  SumOf,
} from "./dtype_types.ts";
import type { NanReplacements, Tolerance } from "./composed.ts";
import type { DTypeRule } from "./primitives.ts";

/** What an operation needs to know of a tensor. */
export interface Operand<out D extends DType = DType, out S extends Shape = Shape> {
  readonly dtype: D;
  readonly shape: S;
}

/** A tensor or a plain number. */
export type Value = Operand | Scalar;

/** The argument's own type, or the refusal; of a union, one refused member refuses. */
export type Arg<Answer, T> = [Extract<Answer, string>] extends [never] ? T : Extract<Answer, string>;
/** The shape that a rule gave; any shape where it refused, so that one fault is reported once. */
type Ok<Answer> = Answer extends Shape ? Answer : Shape;

// ---------------------------------------------------------------- element by element
type Joined<D extends DType, B> = B extends Operand<infer E> ? Promote<D, E>
  : B extends Scalar ? ScalarDType<D, B>
  : D;
/** As floats: i16 and u16 are f32, though together they are i32. */
type JoinedFloat<D extends DType, B> = Promote<
  FloatOf<D>,
  FloatOf<B extends Operand<infer E> ? E : B extends Scalar ? ScalarDType<D, B> : D>
>;
type JoinedShape<S extends Shape, B> = B extends Operand<DType, infer T> ? Ok<BroadcastShapes<S, T>> : S;
/** Why the operand does not join the tensor, or null. The argument's type must be `Arg<…, B>` for B to be inferred. */
type JoinedFault<D extends DType, S extends Shape, B> = B extends Operand
  ? Extract<BroadcastShapes<S, B["shape"]>, string>
  : ScalarFault<D, B>;
type BinaryFault<R extends DTypeRule, Op extends string, D extends DType, S extends Shape, B> =
  BoolFault<R, Op, Joined<D, B>> extends infer F extends string ? F : JoinedFault<D, S, B>;

/** An operation on a tensor and a tensor or a number. */
type Binary<R extends DTypeRule, Op extends string = string> = <
  D extends DType,
  S extends Shape,
  const B extends Value,
>(
  this: Tensor<D, S>,
  other: Arg<BinaryFault<R, Op, D, S, B>, B>,
) => Tensor<ResultOf<R, R extends "float" ? JoinedFloat<D, B> : Joined<D, B>>, JoinedShape<S, B>>;

/** An operation on each element. */
type Unary<R extends DTypeRule, Op extends string = string> = <D extends DType, S extends Shape>(
  this: Arg<BoolFault<R, Op, D>, Tensor<D, S>>,
) => Tensor<ResultOf<R, D>, S>;

// ---------------------------------------------------------------- reductions
/** Which dtype a reduction returns. */
interface ReduceDTypes<D extends DType> {
  sum: SumOf<D>;
  mean: MeanOf<D>;
  same: D;
  index: "i64";
  bool: "bool";
}
type Axes = AxisName | readonly AxisName[];
interface ReduceOptions<K extends boolean> {
  /** keep each reduced axis with size 1, so that the result broadcasts with the operand; default false */
  readonly keepdims?: K;
}
interface SpreadOptions<K extends boolean> extends ReduceOptions<K> {
  /** what is taken from the number of elements in the divisor: 1 for an unbiased estimate; default 0 */
  readonly correction?: number;
}
/** A reduction over one axis or several. */
type Reduce<R extends keyof ReduceDTypes<DType>> = <
  D extends DType,
  S extends Shape,
  const A extends Axes,
  const K extends boolean = false,
>(
  this: Tensor<D, S>,
  axis: Arg<ReduceShape<S, A, K>, A>,
  options?: ReduceOptions<K>,
) => Tensor<ReduceDTypes<D>[R], Ok<ReduceShape<S, A, K>>>;
/** A measure of spread over one axis or several. */
type ReduceSpread = <D extends DType, S extends Shape, const A extends Axes, const K extends boolean = false>(
  this: Tensor<D, S>,
  axis: Arg<ReduceShape<S, A, K>, A>,
  options?: SpreadOptions<K>,
) => Tensor<MeanOf<D>, Ok<ReduceShape<S, A, K>>>;
/** A reduction to an index along one axis. */
type ReduceIndex = <
  D extends DType,
  S extends Shape,
  const A extends AxisName,
  const K extends boolean = false,
>(
  this: Tensor<D, S>,
  axis: Arg<ReduceShape<S, A, K>, A>,
  options?: ReduceOptions<K>,
) => Tensor<"i64", Ok<ReduceShape<S, A, K>>>;
/** null, or why there is no such axis. */
type AxisFault<S extends Shape, A> = number extends S["length"] ? null : ResolveAxis<S, A>;

/**
 * A tensor in a transform: its dtype and its shape are known, its elements are not yet.
 *
 * Two tensors combine element by element when their shapes broadcast without growth and their labels agree. A
 * plain number takes the tensor's dtype (NumPy 2's weak scalars).
 */
export interface Tensor<out D0 extends DType = DType, out S0 extends Shape = Shape> extends Operand<D0, S0> {
  /** this + other; integers wrap; bool: either */
  readonly add: Binary<"same">;
  /** this - other; integers wrap */
  readonly sub: Binary<"numeric", "sub">;
  /** this * other; integers wrap; bool: both */
  readonly mul: Binary<"same">;
  /** this / other, always in floating point */
  readonly div: Binary<"quotient">;
  /** the largest integer not above this / other */
  readonly floorDivide: Binary<"widenBool">;
  /** what floorDivide leaves; it has the sign of other */
  readonly mod: Binary<"widenBool">;
  /** this to the power of other */
  readonly pow: Binary<"widenBool">;
  /** the angle in [-pi, pi] of the point (other, this) */
  readonly atan2: Binary<"float">;
  /** the root of the sum of both squares, without early overflow */
  readonly hypot: Binary<"float">;
  /** the next float in the direction of other */
  readonly nextafter: Binary<"float">;
  /** this times 2 to the power of other, in this tensor's floating point */
  readonly ldexp: <D extends DType, S extends Shape, const B extends Value>(
    this: Tensor<D, S>,
    exponent: Arg<JoinedFault<D, S, B>, B>,
  ) => Tensor<FloatOf<D>, JoinedShape<S, B>>;
  /** the smaller of each pair; NaN if either is */
  readonly minimum: Binary<"same">;
  /** the larger of each pair; NaN if either is */
  readonly maximum: Binary<"same">;
  /** the smaller of each pair; where one is NaN, the other */
  readonly fmin: Binary<"same">;
  /** the larger of each pair; where one is NaN, the other */
  readonly fmax: Binary<"same">;
  /** what division towards zero leaves; it has the sign of this */
  readonly fmod: Binary<"widenBool">;
  /** the magnitude of this with the sign of other */
  readonly copysign: Binary<"float">;
  /** 0 below zero, 1 above, other at zero */
  readonly heaviside: Binary<"float">;
  readonly bitwiseAnd: Binary<"bits", "bitwiseAnd">;
  readonly bitwiseOr: Binary<"bits", "bitwiseOr">;
  readonly bitwiseXor: Binary<"bits", "bitwiseXor">;
  readonly leftShift: Binary<"integer", "leftShift">;
  readonly rightShift: Binary<"integer", "rightShift">;
  /** the greatest common divisor */
  readonly gcd: Binary<"integer", "gcd">;
  /** the least common multiple; wraps */
  readonly lcm: Binary<"integer", "lcm">;
  readonly eq: Binary<"compare">;
  readonly ne: Binary<"compare">;
  readonly lt: Binary<"compare">;
  readonly le: Binary<"compare">;
  readonly gt: Binary<"compare">;
  readonly ge: Binary<"compare">;
  /** both are true, or not zero */
  readonly logicalAnd: Binary<"logical">;
  readonly logicalOr: Binary<"logical">;
  readonly logicalXor: Binary<"logical">;

  readonly neg: Unary<"numeric", "neg">;
  readonly abs: Unary<"same">;
  /** -1, 0 or 1 */
  readonly sign: Unary<"numeric", "sign">;
  readonly square: Unary<"widenBool">;
  readonly sqrt: Unary<"float">;
  readonly exp: Unary<"float">;
  readonly exp2: Unary<"float">;
  readonly expm1: Unary<"float">;
  readonly log: Unary<"float">;
  readonly log1p: Unary<"float">;
  readonly log2: Unary<"float">;
  readonly log10: Unary<"float">;
  readonly sin: Unary<"float">;
  readonly cos: Unary<"float">;
  readonly tan: Unary<"float">;
  readonly asin: Unary<"float">;
  readonly acos: Unary<"float">;
  readonly atan: Unary<"float">;
  readonly sinh: Unary<"float">;
  readonly cosh: Unary<"float">;
  readonly tanh: Unary<"float">;
  readonly asinh: Unary<"float">;
  readonly acosh: Unary<"float">;
  readonly atanh: Unary<"float">;
  readonly cbrt: Unary<"float">;
  /** the error function */
  readonly erf: Unary<"float">;
  /** 1 / (1 + exp(-this)) */
  readonly sigmoid: Unary<"float">;
  readonly floor: Unary<"same">;
  readonly ceil: Unary<"same">;
  readonly trunc: Unary<"same">;
  /** the nearest integer, or multiple of a power of ten by `decimals`, halves to even */
  round<D extends DType, S extends Shape>(this: Tensor<D, S>, decimals?: number): Tensor<D, S>;
  readonly invert: Unary<"bits", "invert">;
  readonly reciprocal: Unary<"float">;
  readonly deg2rad: Unary<"float">;
  readonly rad2deg: Unary<"float">;
  /** the distance to the next float away from zero */
  readonly spacing: Unary<"float">;
  /** m of this = m * 2^e, 1/2 <= |m| < 1 */
  readonly frexpMantissa: Unary<"float">;
  /** e of this = m * 2^e, 1/2 <= |m| < 1, as a float */
  readonly frexpExponent: Unary<"float">;
  readonly isInf: Unary<"compare">;
  readonly signbit: Unary<"compare">;
  readonly isNan: Unary<"compare">;
  readonly isFinite: Unary<"compare">;
  readonly logicalNot: Unary<"logical">;

  /** log(exp(this) + exp(other)) without overflow */
  readonly logaddexp: Binary<"float">;
  /** log2(2^this + 2^other) without overflow */
  readonly logaddexp2: Binary<"float">;
  /** sin(pi this) / (pi this), 1 at zero */
  readonly sinc: Unary<"quotient">;
  /** numbers in the place of NaN (0) and of the infinities (the largest and the smallest of the dtype) */
  nanToNum<D extends DType, S extends Shape>(
    this: Tensor<D, S>,
    replacements?: NanReplacements,
  ): Tensor<D, S>;
  /** whether |this - other| <= atol + rtol |other| */
  isclose<D extends DType, S extends Shape, const B extends Value>(
    this: Tensor<D, S>,
    other: Arg<JoinedFault<D, S, B>, B>,
    tolerance?: Tolerance,
  ): Tensor<"bool", JoinedShape<S, B>>;
  /** how many bits of |this| are set */
  bitwiseCount<D extends DType, S extends Shape>(
    this: Arg<BoolFault<"bits", "bitwiseCount", D>, Tensor<D, S>>,
  ): Tensor<"u8", S>;

  /** no smaller than `lo`, no larger than `hi`; NaN stays */
  clip<D extends DType, S extends Shape, const L extends Value, const H extends Value>(
    this: Tensor<D, S>,
    lo: Arg<JoinedFault<D, S, L>, L>,
    hi: Arg<JoinedFault<Joined<D, L>, JoinedShape<S, L>, H>, H>,
  ): Tensor<Joined<Joined<D, L>, H>, JoinedShape<JoinedShape<S, L>, H>>;
  /** the value where an element is NaN */
  fillNan<D extends DType, S extends Shape>(this: Tensor<D, S>, value: number): Tensor<D, S>;
  /** each element as another dtype */
  astype<S extends Shape, const E extends DType>(this: Tensor<DType, S>, dtype: E): Tensor<E, S>;

  readonly sum: Reduce<"sum">;
  readonly prod: Reduce<"sum">;
  readonly mean: Reduce<"mean">;
  readonly var: ReduceSpread;
  readonly std: ReduceSpread;
  readonly min: Reduce<"same">;
  readonly max: Reduce<"same">;
  /** the index of the smallest, the first of equals */
  readonly argmin: ReduceIndex;
  /** the index of the largest, the first of equals */
  readonly argmax: ReduceIndex;
  readonly any: Reduce<"bool">;
  readonly all: Reduce<"bool">;
  readonly countNonzero: Reduce<"index">;
  /** exp(this), divided by its sum along the axis */
  softmax<D extends DType, S extends Shape, const A extends AxisName>(
    this: Tensor<D, S>,
    axis: Arg<AxisFault<S, A>, A>,
  ): Tensor<FloatOf<D>, S>;
  /** the logarithm of the sum of exp(this) along the axis */
  logSumExp<
    D extends DType,
    S extends Shape,
    const A extends AxisName,
    const K extends boolean = false,
  >(
    this: Tensor<D, S>,
    axis: Arg<ReduceShape<S, A, K>, A>,
    options?: ReduceOptions<K>,
  ): Tensor<FloatOf<D>, Ok<ReduceShape<S, A, K>>>;
  /** the Euclidean norm along the axis */
  norm<D extends DType, S extends Shape, const A extends AxisName, const K extends boolean = false>(
    this: Tensor<D, S>,
    axis: Arg<ReduceShape<S, A, K>, A>,
    options?: ReduceOptions<K>,
  ): Tensor<MeanOf<D>, Ok<ReduceShape<S, A, K>>>;

  /** (…, m, k) by (…, k, n); an operand of one axis is a vector */
  matmul<D extends DType, S extends Shape, const B extends Operand>(
    this: Tensor<D, S>,
    other: Arg<MatmulShape<S, B["shape"]>, B>,
  ): Tensor<Promote<D, B["dtype"]>, Ok<MatmulShape<S, B["shape"]>>>;
  /** as matmul */
  dot<D extends DType, S extends Shape, const B extends Operand>(
    this: Tensor<D, S>,
    other: Arg<MatmulShape<S, B["shape"]>, B>,
  ): Tensor<Promote<D, B["dtype"]>, Ok<MatmulShape<S, B["shape"]>>>;
  /** every element times every element of a vector, whose axis is appended */
  outer<D extends DType, S extends Shape, const B extends Operand>(
    this: Tensor<D, S>,
    vector: Arg<OuterShape<S, B["shape"]>, B>,
  ): Tensor<Promote<D, B["dtype"]>, Ok<OuterShape<S, B["shape"]>>>;

  /** a new axis of size 1, which has the index `axis` in the result */
  expandDims<D extends DType, S extends Shape, const A extends number>(
    this: Tensor<D, S>,
    axis: Arg<ExpandDims<S, A>, A>,
  ): Tensor<D, Ok<ExpandDims<S, A>>>;
  /** drops an axis of size 1 */
  squeeze<D extends DType, S extends Shape, const A extends AxisName>(
    this: Tensor<D, S>,
    axis: Arg<Squeeze<S, A>, A>,
  ): Tensor<D, Ok<Squeeze<S, A>>>;
  /** the same elements in the same order; one axis may be -1 */
  reshape<D extends DType, S extends Shape, const T extends Shape>(
    this: Tensor<D, S>,
    to: Arg<ReshapeShape<S, T>, T>,
  ): Tensor<D, Ok<ReshapeShape<S, T>>>;
  /** the axes permuted, reversed where no list is given */
  transpose<D extends DType, S extends Shape, const L extends readonly AxisName[] | undefined = undefined>(
    this: Tensor<D, S>,
    axes?: Arg<TransposeShape<S, L>, L>,
  ): Tensor<D, Ok<TransposeShape<S, L>>>;
  /** basic slicing by NumPy's text: ":, 2:8" */
  slice<D extends DType, S extends Shape, const T extends string>(
    this: Tensor<D, S>,
    text: Arg<Refused<SliceShape<S, T>>, T>,
  ): Tensor<D, Ok<SliceShape<S, T>>>;
  /** elements of an axis by index, negative from the end */
  take<D extends DType, S extends Shape, const L extends readonly number[], const A extends AxisName>(
    this: Tensor<D, S>,
    indices: Arg<TakeShape<S, A, L>, L>,
    axis: A,
  ): Tensor<D, Ok<TakeShape<S, A, L>>>;
  /** repeats axes of size 1 and missing axes: how growth is asked for */
  broadcastTo<D extends DType, S extends Shape, const T extends Shape>(
    this: Tensor<D, S>,
    to: Arg<BroadcastTo<S, T>, T>,
  ): Tensor<D, Ok<BroadcastTo<S, T>>>;
  /** broadcastTo the shape of another tensor */
  broadcastLike<D extends DType, S extends Shape, const B extends Operand>(
    this: Tensor<D, S>,
    other: Arg<BroadcastTo<S, B["shape"]>, B>,
  ): Tensor<D, Ok<BroadcastTo<S, B["shape"]>>>;
  /** renames axes; the sizes must be those the tensor has */
  as<D extends DType, S extends Shape, const T extends Shape>(
    this: Tensor<D, S>,
    to: Arg<AsShape<S, T>, T>,
  ): Tensor<D, Ok<AsShape<S, T>>>;
  /** the rows for which a bool mask is true; their number is the new symbol */
  filter<D extends DType, S extends Shape, const M extends Operand, const K extends string>(
    this: Tensor<D, S>,
    mask: Arg<FilterShape<S, M["dtype"], M["shape"], K>, M>,
    symbol: K,
  ): Tensor<D, Ok<FilterShape<S, M["dtype"], M["shape"], K>>>;
}

/** The refusal alone. */
type Refused<Answer> = Extract<Answer, string>;

// ---------------------------------------------------------------- free functions
type DTypeOf<B> = B extends Operand<infer E> ? E : never;
/** The dtype of two branches; two plain numbers are i64 or f64, as in NumPy. */
type BranchDType<A, B> = A extends Operand<infer E> ? Joined<E, B>
  : B extends Operand<infer F> ? Joined<F, A>
  : A extends boolean ? B extends boolean ? "bool" : Joined<"bool", B>
  : Joined<ScalarDType<"i64", A & Scalar>, B>;
type BranchFault<A, B> = A extends Operand<infer E> ? ScalarFault<E, B>
  : B extends Operand<infer F> ? ScalarFault<F, A>
  : null;
type ShapeOf<B> = B extends Operand<DType, infer T> ? T : [];
type WhereShape<C extends Shape, A, B> = BroadcastAll<C, ShapeOf<A>, ShapeOf<B>>;
type WhereFault<C extends Operand, A, B> = [C["dtype"]] extends ["bool"]
  ? BranchFault<A, B> extends infer F extends string ? F : Refused<WhereShape<C["shape"], A, B>>
  : `where is not defined for a condition of ${C["dtype"]}; compare it first: .ne(0)`;

/** `where(condition, a, b)`: a where the condition is true, b elsewhere. */
export type Where = <const C extends Operand, const A extends Value, const B extends Value>(
  condition: C,
  a: A,
  b: Arg<WhereFault<C, A, B>, B>,
) => Tensor<BranchDType<A, B>, Ok<WhereShape<C["shape"], A, B>>>;

type ShapesOf<L extends readonly Operand[]> = { readonly [K in keyof L]: L[K]["shape"] };
type PromoteAll<L extends readonly Operand[], Acc extends DType = "bool"> = L extends
  readonly [infer H extends Operand, ...infer T extends readonly Operand[]]
  ? PromoteAll<T, Promote<Acc, DTypeOf<H>>>
  : L extends readonly [] ? Acc
  : DType;

/** `concat(list, axis)`: one after the other along an axis. */
export type Concat = <const L extends readonly Operand[], const A extends AxisName>(
  list: L,
  axis: Arg<ConcatShape<ShapesOf<L>, A>, A>,
) => Tensor<PromoteAll<L>, Ok<ConcatShape<ShapesOf<L>, A>>>;

/** `stack(list, axis)`: along a new axis. */
export type Stack = <const L extends readonly Operand[], const A extends number>(
  list: L,
  axis: Arg<StackShape<ShapesOf<L>, A>, A>,
) => Tensor<PromoteAll<L>, Ok<StackShape<ShapesOf<L>, A>>>;
