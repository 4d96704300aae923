/**
 * The array of the eager API. This file is longer than others: it has one method for each operation that NumPy has as
 * a method, each a line that hands a view to the file that does it.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, type TypedArray } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import type { ScalarValue } from "../expr/graph.ts";
import { ELEMENTWISE, type ElementwiseOp, isElementwiseOp } from "../expr/primitives.ts";
import { canCast, type Casting, knownDType } from "./dtypes/casting.ts";
import * as operations from "./elementwise/operations.ts";
import type { BroadcastMode, OperandView } from "./elementwise/operations.ts";
import { fill } from "./evaluate/evaluate.ts";
import { dot, matmul } from "./evaluate/matmul.ts";
import { type BasicIndex, type IndexItem, indexView } from "./indexing/basic_index.ts";
import { mask } from "./indexing/mask.ts";
import { toJson, toPrimitive } from "./io/conversions.ts";
import { toRepresentation, toText } from "./io/format.ts";
import * as movement from "./movement/movement.ts";
import {
  copyInOrder,
  flatInOrder,
  isInOrder,
  type Order,
  orderedReshape,
  type ReshapeOptions,
} from "./movement/ordered_reshape.ts";
import { argAlong } from "./reductions/arg_reduction.ts";
import * as reductions from "./reductions/reductions.ts";
import type { Axes } from "./reductions/reductions.ts";
import { integersOf, isAlone } from "./storage/integer_lists.ts";
import { textOf } from "./storage/option_kinds.ts";
import { isColumnMajor, sizeOfShape } from "./storage/layout.ts";
import { endLease, Lease, type Leased, refuseEnded, register, scope } from "./storage/lifetime.ts";
import {
  describe,
  firstElement,
  isContiguous,
  mayOverlap,
  overlaps,
  type Strided,
} from "./storage/strided.ts";
import {
  argumentOf,
  isOptions,
  type Named,
  optionsObject,
  optionsOf,
  type Positional,
  readOption,
  refuseTwice,
  withoutNulls,
} from "./storage/arguments.ts";
import {
  dtypeOfElements,
  elementOf,
  fromElements,
  fromList,
  type NestedList,
  scalarOf,
  toList,
  toTypedArray,
  valueOf,
} from "./storage/values.ts";
import { called } from "./storage/called.ts";

/** An array or a plain number, which takes the dtype of the array beside it. */
export type Operand = NDArray | ScalarValue;

/** An operand, or what an array is made of for as long as the call takes: a nested list, a typed array. */
export type ListedOperand = Operand | TypedArray | NestedList;

/** Options of `astype`. */
export interface AstypeOptions {
  /** which casts are made, others refused; default "unsafe" */
  readonly casting?: Casting | undefined;
  /** default true; false: only where something changes */
  readonly copy?: boolean | undefined;
  /** how the elements of the result lie; default "K", as those of the array */
  readonly order?: Order | Lowercase<Order> | undefined;
}

/** Which elements: an array of bools or nested lists of them, or true for all. */
export type Mask = NDArray | boolean | readonly NestedList[];

/** Options of an elementwise operation. */
export interface ElementwiseOptions {
  /** an array that takes the result, cast to its dtype; it is returned. It may overlap the operands */
  readonly out?: NDArray | undefined;
  /** bool, broadcast with the operands: elsewhere `out` stays as it is, and a new array is 0 */
  readonly where?: Mask | undefined;
  /** the dtype that is computed in and given */
  readonly dtype?: DType | undefined;
  /** which casts of operands and of the result are made, others refused (DTY004); default "same_kind" */
  readonly casting?: Casting | undefined;
  /** "strict" refuses a result whose shape neither operand has (SHP003); default as `setBroadcast` says */
  readonly broadcast?: BroadcastMode | undefined;
}

/** Options of every reduction. */
export interface KeepOptions {
  /** the axes, where they are not given as an argument of their own; null: all */
  readonly axis?: Axes | undefined;
  /** keep each reduced axis with size 1; default false */
  readonly keepdims?: boolean | undefined;
  /** an array of the result's shape that takes it, cast to its dtype; it is returned */
  readonly out?: NDArray | undefined;
}

/** Options of `any` and `all`. */
export interface ChosenOptions extends KeepOptions {
  /** bool, broadcast to the elements: which of them count; default all */
  readonly where?: Mask | undefined;
}

/** Options of `mean`. */
export interface MeanOptions extends ChosenOptions {
  /** the dtype that is computed in and given */
  readonly dtype?: DType | undefined;
}

/** Options of `sum`, `prod`, `min` and `max`. */
export interface ReduceOptions extends MeanOptions {
  /** a value that joins the elements; that of no elements */
  readonly initial?: ScalarValue | undefined;
}

/** Options of `var` and `std`. */
export interface SpreadOptions extends MeanOptions {
  /** what is taken from the number of elements in the divisor; default 0 */
  readonly correction?: number | undefined;
  /** NumPy's older name of `correction` */
  readonly ddof?: number | undefined;
  /** the mean, where it is known: of a shape that broadcasts to the elements, as `mean` gives it with `keepdims` */
  readonly mean?: ListedOperand | undefined;
}

/** Arguments of a reduction: its axes, then options by position in NumPy's order, or named; options may stand first. */
export type AxesThen<O extends KeepOptions, Names extends readonly (keyof O)[] = []> = readonly [
  axis?: Axes | O | null,
  ...more: Positional<O, Names>,
];
/** Of `sum` and `prod`. */
export type SumArguments = AxesThen<ReduceOptions, ["dtype", "out", "keepdims", "initial", "where"]>;
/** Of `min` and `max`. */
export type ExtremumArguments = AxesThen<ReduceOptions, ["out", "keepdims", "initial", "where"]>;
/** Of `mean`. */
export type MeanArguments = AxesThen<MeanOptions, ["dtype", "out", "keepdims"]>;
/** Of `var` and `std`. */
export type SpreadArguments = AxesThen<SpreadOptions, ["dtype", "out", "ddof", "keepdims"]>;
/** Of `any` and `all`. */
export type ChosenArguments = AxesThen<ChosenOptions, ["out", "keepdims"]>;
/** Of reductions that take nothing by position but their axes. */
export type KeepArguments = AxesThen<KeepOptions>;
/** Of `argmin` and `argmax`, which take one axis. */
export type ArgArguments = readonly [
  axis?: number | ArgOptions | null,
  ...more: Positional<ArgOptions, ["out"]>,
];

/** What is taken from the number of elements, under either name. Refused: ARR002 for both. */
export function correctionOf(given: Pick<SpreadOptions, "ddof" | "correction">): number {
  const { ddof, correction } = withoutNulls(given);
  // as NumPy, whose ddof of 0 is one that was not given
  if (ddof === undefined || ddof === 0 || correction === undefined) return correction ?? ddof ?? 0;
  throw new NdpipeError("ARR002", "ddof and correction are two names of one number", {
    help: "give one of them",
  });
}

/** How an array lies in memory, and who owns it. */
export interface Flags {
  readonly cContiguous: boolean;
  readonly fContiguous: boolean;
  readonly ownData: boolean;
  readonly writeable: boolean;
}

/** How an array came to be; it holds no other array. */
interface Origin extends Pick<Strided, "dtype" | "shape" | "writeable"> {
  readonly step: () => string;
  readonly from: Origin | null;
  readonly depth: number;
}

/** The operation that gave an array, and what it was given. */
type Made = Pick<Origin, "step" | "from">;

/** As many axes as an array of NumPy has at most. */
const MAX_AXES = 64;

/** Refuses a view of too many axes; bytes that are its alone are freed. Refused: ARR002. */
function refuseAxes(view: Strided): never {
  view.storage.freeUnheld();
  throw new NdpipeError("ARR002", `an array has at most ${MAX_AXES} axes, not ${view.shape.length}`, {
    help: "join axes: .reshape([...])",
  });
}

/** A trail that is longer begins anew: views of views in a loop hold no memory. */
const MAX_TRAIL = 30;

const NEW: Made = { step: () => "array", from: null };

/** a call as it is written, without what was left out at its end */
function callText(name: string, args: readonly unknown[]): string {
  const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined && arg !== null) + 1);
  const number = (_: string, value: unknown) => typeof value === "bigint" ? Number(value) : value;
  return `.${name}(${given.map((arg) => JSON.stringify(arg, number)).join(", ")})`;
}

/** An argument as it is now: of an array or a list the elements, which may end or change later. */
function asGiven(arg: unknown): unknown {
  if (typeof arg !== "object" || arg === null) return arg;
  if (arg instanceof NDArray) return arg.ndim === 0 ? arg.item() : arg.toList();
  if (Array.isArray(arg)) return arg.map(asGiven);
  return ArrayBuffer.isView(arg) ? [...arg as Int32Array] : { ...arg };
}

type Unary = (options?: ElementwiseOptions) => NDArray;
type Binary = (other: ListedOperand, options?: ElementwiseOptions) => NDArray;

/** The elementwise primitives of one operand as methods. */
export interface UnaryMethods {
  /** -x; unsigned integers wrap */
  readonly neg: Unary;
  /** |x|; the smallest signed integer stays itself */
  readonly abs: Unary;
  /** -1, 0 or 1; NaN gives NaN */
  readonly sign: Unary;
  /** x * x */
  readonly square: Unary;
  /** square root; NaN below zero */
  readonly sqrt: Unary;
  /** e to the power of x */
  readonly exp: Unary;
  /** 2 to the power of x */
  readonly exp2: Unary;
  /** exp(x) - 1, exact near zero */
  readonly expm1: Unary;
  /** natural logarithm; NaN below zero, -inf at zero */
  readonly log: Unary;
  /** log(1 + x), exact near zero */
  readonly log1p: Unary;
  /** logarithm to base 2 */
  readonly log2: Unary;
  /** logarithm to base 10 */
  readonly log10: Unary;
  /** sine of an angle in radians; NaN for an infinity */
  readonly sin: Unary;
  /** cosine of an angle in radians; NaN for an infinity */
  readonly cos: Unary;
  /** tangent of an angle in radians; NaN for an infinity */
  readonly tan: Unary;
  /** the angle in [-pi/2, pi/2] whose sine is x; NaN beyond 1 */
  readonly asin: Unary;
  /** the angle in [0, pi] whose cosine is x; NaN beyond 1 */
  readonly acos: Unary;
  /** the angle in [-pi/2, pi/2] whose tangent is x */
  readonly atan: Unary;
  /** hyperbolic sine */
  readonly sinh: Unary;
  /** hyperbolic cosine */
  readonly cosh: Unary;
  /** hyperbolic tangent */
  readonly tanh: Unary;
  /** the number whose hyperbolic sine is x */
  readonly asinh: Unary;
  /** the number not below 0 whose hyperbolic cosine is x; NaN below 1 */
  readonly acosh: Unary;
  /** the number whose hyperbolic tangent is x; NaN beyond 1 */
  readonly atanh: Unary;
  /** cube root, also of negative numbers */
  readonly cbrt: Unary;
  /** the error function */
  readonly erf: Unary;
  /** 1 / (1 + exp(-x)) */
  readonly sigmoid: Unary;
  /** the largest integer not above x; integers stay */
  readonly floor: Unary;
  /** the smallest integer not below x; integers stay */
  readonly ceil: Unary;
  /** x without its fraction; integers stay */
  readonly trunc: Unary;
  /** the nearest integer, or multiple of a power of ten by `decimals`, halves to even; integers stay */
  readonly round: (
    decimals?: number | (ElementwiseOptions & { readonly decimals?: number | undefined }),
    options?: ElementwiseOptions,
  ) => NDArray;
  /** every bit inverted: -x - 1 of signed integers; bool: not x */
  readonly invert: Unary;
  /** 1 / x, always in floating point */
  readonly reciprocal: Unary;
  /** degrees as radians: x times pi / 180 */
  readonly deg2rad: Unary;
  /** radians as degrees: x times 180 / pi */
  readonly rad2deg: Unary;
  /** the distance to the next float away from zero, with the sign of x */
  readonly spacing: Unary;
  /** m of x = m * 2^e, 1/2 <= |m| < 1; 0, inf and NaN stay */
  readonly frexpMantissa: Unary;
  /** e of x = m * 2^e, 1/2 <= |m| < 1, as a float; 0 of 0, inf and NaN */
  readonly frexpExponent: Unary;
  /** whether x is infinite */
  readonly isInf: Unary;
  /** whether x is below zero or is -0; false of a NaN, whichever its sign */
  readonly signbit: Unary;
  /** whether x is NaN */
  readonly isNan: Unary;
  /** whether x is neither NaN nor infinite */
  readonly isFinite: Unary;
  /** whether x is zero (or false) */
  readonly logicalNot: Unary;
}

/** The elementwise primitives of two operands as methods; `this` is the first. */
export interface BinaryMethods {
  /** a + b; integers wrap; bool: a or b */
  readonly add: Binary;
  /** a - b; integers wrap */
  readonly sub: Binary;
  /** a * b; integers wrap; bool: a and b */
  readonly mul: Binary;
  /** a / b, always in floating point */
  readonly div: Binary;
  /** floor(a / b) as NumPy; an integer divided by zero gives 0 */
  readonly floorDivide: Binary;
  /** a - floorDivide(a, b) * b: the sign of b; an integer modulo zero gives 0 */
  readonly mod: Binary;
  /** a to the power of b; integers wrap */
  readonly pow: Binary;
  /** the angle in [-pi, pi] of the point (b, a) */
  readonly atan2: Binary;
  /** sqrt(a^2 + b^2), which overflows only where the result does */
  readonly hypot: Binary;
  /** the next float after a in the direction of b */
  readonly nextafter: Binary;
  /** a times 2 to the power of b, a whole number, in a's floating point */
  readonly ldexp: Binary;
  /** the smaller; NaN if either is NaN */
  readonly minimum: Binary;
  /** the larger; NaN if either is NaN */
  readonly maximum: Binary;
  /** the smaller; where one is NaN, the other */
  readonly fmin: Binary;
  /** the larger; where one is NaN, the other */
  readonly fmax: Binary;
  /** what division towards zero leaves: the sign of a; an integer by zero gives 0 */
  readonly fmod: Binary;
  /** the magnitude of a with the sign of b; a NaN has none */
  readonly copysign: Binary;
  /** 0 where a is below zero, 1 above, b at zero; NaN where a is NaN */
  readonly heaviside: Binary;
  /** the bits that both have */
  readonly bitwiseAnd: Binary;
  /** the bits that either has */
  readonly bitwiseOr: Binary;
  /** the bits that exactly one has */
  readonly bitwiseXor: Binary;
  /** a times 2 to the power of b, wrapping; 0 where b is no position of a bit */
  readonly leftShift: Binary;
  /** floor(a / 2 to the power of b) */
  readonly rightShift: Binary;
  /** the greatest common divisor, not below zero */
  readonly gcd: Binary;
  /** the least common multiple, not below zero; wraps; 0 where one is 0 */
  readonly lcm: Binary;
  /** a == b */
  readonly eq: Binary;
  /** a != b */
  readonly ne: Binary;
  /** a < b */
  readonly lt: Binary;
  /** a <= b */
  readonly le: Binary;
  /** a > b */
  readonly gt: Binary;
  /** a >= b */
  readonly ge: Binary;
  /** both are not zero */
  readonly logicalAnd: Binary;
  /** either is not zero */
  readonly logicalOr: Binary;
  /** exactly one is not zero */
  readonly logicalXor: Binary;
}

/** Along which axis to cumulate; without one, the flat array. */
export interface CumulativeOptions {
  readonly axis?: number | null | undefined;
  /** the dtype that is accumulated in and given */
  readonly dtype?: DType | undefined;
  /** an array of the result's shape that takes it, cast to its dtype; it is returned */
  readonly out?: NDArray | undefined;
}

/** NumPy's names of ways to sort, of which all are one here: it is stable. */
export type SortKind = "quicksort" | "heapsort" | "mergesort" | "stable";

/** Options of `sort` and `argsort`, as NumPy and the array API standard have them; the axis is the last by default. */
export interface OrderOptions extends AxisOption {
  /** NumPy's name of a way to sort; none makes a difference, as the one there is is stable */
  readonly kind?: SortKind | undefined;
  /** whether equals keep their order, which they do in any case */
  readonly stable?: boolean | null | undefined;
  /** the largest first, equals in their order all the same, and before all else NaN; default false */
  readonly descending?: boolean | undefined;
}

/** Sorting and cumulating; the methods come with methods.ts. */
export interface SortingMethods {
  /** Sorts in place, along an axis (the last by default). Refused: ARR001, SHP004. */
  sort(...args: Positional<OrderOptions & { readonly axis?: number | undefined }, ["axis", "kind"]>): this;
  /** Places the elements `kth` where sorting puts them, in place. Refused: ARR001, ARR002, SHP004. */
  partition(
    kth: number | readonly number[],
    ...args: Positional<{ readonly axis?: number | undefined }, ["axis"]>
  ): this;
  /** The positions (i64) that sort; see the function. Refused: SHP004. */
  argsort(...args: Positional<OrderOptions, ["axis", "kind"]>): NDArray;
  /** The positions that `partition` takes. Refused: ARR002, SHP004. */
  argpartition(kth: number | readonly number[], ...args: Positional<AxisOption, ["axis"]>): NDArray;
  /** Where values belong in this sorted array; see the function. Refused: ARR002. */
  searchsorted(
    values: NDArray | TypedArray | NestedList,
    ...args: Positional<
      { readonly side?: "left" | "right"; readonly sorter?: NDArray | TypedArray | NestedList },
      ["side", "sorter"]
    >
  ): NDArray;
  /** The running sum, of the flat array without an axis. Refused: SHP004. */
  cumsum(...args: Positional<CumulativeOptions, ["axis", "dtype", "out"]>): NDArray;
  /** The running product, of the flat array without an axis. Refused: SHP004. */
  cumprod(...args: Positional<CumulativeOptions, ["axis", "dtype", "out"]>): NDArray;
}

/** Integers that index: an array or typed array of any integer dtype, a number or nested lists. */
export type Indices = NDArray | TypedArray | NestedList;

/** Values that are put: an array, a typed array, a number or nested lists; they are cast to the target's dtype. */
export type Values = NDArray | TypedArray | NestedList;

/** What is done with an index out of the axis: refused, counted round, or moved to the nearest end. */
export type IndexMode = "raise" | "wrap" | "clip";

/** What is done with an index that is out of the axis; default "raise". */
export interface ModeOption {
  readonly mode?: IndexMode;
}

/** The axis that is worked along; null: the flat array. */
export interface AxisOption {
  readonly axis?: number | null | undefined;
}

/** Where a result goes. */
export interface OutOption {
  /** an array of the result's shape that takes it, cast to its dtype; it is returned. It may overlap the operands */
  readonly out?: NDArray | undefined;
}

/** Options of `clip`. */
export interface ClipOptions extends ElementwiseOptions {
  /** nothing is smaller; default no bound */
  readonly min?: ListedOperand | null | undefined;
  /** nothing is larger; default no bound */
  readonly max?: ListedOperand | null | undefined;
}

/** Which diagonal of which two axes. */
export interface DiagonalPlaces {
  /** above (or, negative, below) the main diagonal; default 0 */
  readonly offset?: number | undefined;
  /** the two axes; default the first and the second */
  readonly axes?: readonly [number, number] | undefined;
  /** the two axes under NumPy's names */
  readonly axis1?: number | undefined;
  readonly axis2?: number | undefined;
}

/** Options of `trace`. */
export interface TraceOptions extends OutOption {
  /** the dtype that is summed in and given */
  readonly dtype?: DType | undefined;
}

/** An item of an index: what basic indexing takes, or an array of integers or bools, as nested lists if wanted. */
export type AdvancedItem = IndexItem | NDArray | TypedArray | boolean | readonly NestedList[];

/** An index: `"2:8, ..., None"`, an array of integers or a mask, or items in a list, of which arrays may be some. */
export type Index = BasicIndex | NDArray | TypedArray | boolean | readonly AdvancedItem[];

/** Methods of indexing and movement. */
export interface MovingMethods {
  /**
   * NumPy's `a[index]`: a view where the index is basic, a copy where it holds an array of integers or a mask.
   * Refused: SHP001, SHP009, SHP010, DTY001, ARR002.
   */
  get(index: Index): NDArray;
  /**
   * NumPy's `a[index] = value`, by any kind of index: broadcast to the part and cast to the dtype. Source and target may
   * overlap. Refused: ARR001, SHP001, SHP009, SHP010, SHP012, DTY001, DTY002.
   */
  set(index: Index, value: Values): this;
  /** Elements by index, along an axis or (null) of the flat array: a copy. Refused: SHP004, SHP010, DTY001. */
  take(
    indices: Indices,
    ...args: Positional<AxisOption & ModeOption & OutOption, ["axis", "out", "mode"]>
  ): NDArray;
  /** Values, repeated as needed, at positions of the flat array. Refused: ARR001, SHP010. */
  put(indices: Indices, values: Values, ...args: Positional<ModeOption, ["mode"]>): this;
  /** The slices for which a list of bools holds. Refused: SHP004, SHP010. */
  compress(
    condition: NDArray | TypedArray | readonly boolean[],
    ...args: Positional<AxisOption & OutOption, ["axis", "out"]>
  ): NDArray;
  /** For each element, that of the choice which it names. Refused: SHP001, SHP010, DTY001. */
  choose(
    choices: readonly Values[] | NDArray | TypedArray,
    ...args: Positional<ModeOption & OutOption, ["out", "mode"]>
  ): NDArray;
  /** The indices of the elements that are not zero, one list an axis. Refused: ARR002 without axes. */
  nonzero(): NDArray[];
  /** Each element so many times: a copy. Refused: SHP001, SHP004, ARR002. */
  repeat(repeats: Indices, axis?: Named<"axis", number | null>): NDArray;
  /** A diagonal of two axes, as the last axis: a read-only view. Refused: SHP004. */
  diagonal(...args: Positional<DiagonalPlaces, ["offset", "axes"]>): NDArray;
  /** by position, as NumPy's axis1 and axis2 */
  diagonal(offset: number, axis1: number, axis2: number): NDArray;
  /** The sum of a diagonal of two axes. Refused: SHP004. */
  trace(...args: Positional<DiagonalPlaces & TraceOptions, ["offset", "axes", "dtype", "out"]>): NDArray;
  /** by position, as NumPy's axis1 and axis2 */
  trace(
    offset: number,
    axis1: number,
    axis2: number,
    ...args: Positional<TraceOptions, ["dtype", "out"]>
  ): NDArray;
}

/** Fails to compile where a primitive is no method. */
type Missing = Exclude<ElementwiseOp, keyof UnaryMethods | keyof BinaryMethods>;
const NONE_MISSING: [Missing] extends [never] ? true : Missing = true;
void NONE_MISSING;

/** One method for each row of the table of elementwise primitives; see `ELEMENTWISE` for what each computes. */
export interface NDArray extends BinaryMethods, SortingMethods, UnaryMethods, MovingMethods {}

/**
 * An n-dimensional array in wasm memory: a view of a storage, with NumPy's semantics. Made by `array`, `zeros`,
 * `arange` and the other functions of this module.
 *
 * An array holds its bytes until it is disposed of: by `using`, `dispose()`, the end of a `scope`, or at last by the
 * garbage collector, which does not know how large it is. A view shares them and keeps them alive. Every access to
 * an array that was disposed of throws MEM006.
 *
 * @example
 * ```ts
 * import { arange } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * using a = arange(10).reshape([2, 5]);
 * using odd = a.slice(":, 1::2");
 * deepStrictEqual(odd.toList(), [[1, 3], [6, 8]]);
 * odd.set("...", 0); // writes through the view
 * deepStrictEqual(a.sum(1).toList(), [6, 21]);
 * ```
 */
export class NDArray implements Disposable, Leased {
  /** @ignore */
  readonly lease: Lease;
  #view: Strided;
  readonly #base: NDArray | null;
  readonly #origin: Origin;

  /** Arrays are made by functions; this takes a view. @ignore */
  constructor(view: Strided, base: NDArray | null = null, { step, from }: Made = NEW) {
    if (view.shape.length > MAX_AXES) refuseAxes(view);
    this.#view = view;
    this.#base = base;
    const { dtype, shape, writeable } = view, depth = from === null ? 0 : from.depth + 1;
    this.#origin = {
      step,
      from: depth > MAX_TRAIL ? null : from,
      depth: depth > MAX_TRAIL ? 0 : depth,
      dtype,
      shape,
      writeable,
    };
    this.lease = new Lease(view.storage);
    register(this);
  }

  /** what the array is a view of; throws MEM006 when it was disposed of @ignore */
  get view(): Strided {
    refuseEnded(this, "an array");
    return this.#view;
  }

  // ---------------------------------------------------------------- attributes
  get dtype(): DType {
    return this.view.dtype;
  }
  /** the sizes of the axes */
  get shape(): number[] {
    return [...this.view.shape];
  }
  /** bytes from an element to the next, along each axis */
  get strides(): number[] {
    return [...this.view.strides];
  }
  /** bytes from the start of the storage to the first element */
  get offset(): number {
    return this.view.offset;
  }
  /** the number of axes */
  get ndim(): number {
    return this.view.shape.length;
  }
  /** the number of elements */
  get size(): number {
    return sizeOfShape(this.view.shape);
  }
  /** bytes of one element */
  get itemsize(): number {
    return DTYPE[this.view.dtype].itemsize;
  }
  /** bytes of all elements, counted as often as they appear */
  get nbytes(): number {
    return this.size * this.itemsize;
  }
  /** the array whose bytes this one is a view of; null where they are its own */
  get base(): NDArray | null {
    refuseEnded(this, "an array");
    return this.#base;
  }
  /**
   * Where the array came from, a line a step: the array that made the bytes, and each operation that viewed (or copied)
   * them since. For debugging.
   */
  get trail(): string[] {
    const lines: string[] = [];
    for (let at: Origin | null = this.#origin; at !== null; at = at.from) {
      const { step, dtype, shape, writeable } = at;
      lines.unshift(`${step()}: ${describe({ dtype, shape })}${writeable ? "" : ", read-only"}`);
    }
    return lines;
  }
  get flags(): Flags {
    const { shape, strides, writeable, storage } = this.view;
    return {
      cContiguous: isContiguous(this.view),
      fContiguous: isColumnMajor(shape, strides, this.itemsize),
      ownData: this.#base === null && storage.allocation !== null,
      writeable,
    };
  }
  /** the axes reversed: a view */
  get T(): NDArray {
    return this.transpose();
  }

  /** the last two axes exchanged: a view. Refused: SHP004 of fewer than two axes */
  get mT(): NDArray {
    return this.swapaxes(-2, -1);
  }

  // ---------------------------------------------------------------- lifetime
  /** Lets go of the bytes; views of them keep them. Disposing twice does nothing. */
  dispose(): void {
    endLease(this);
  }
  [Symbol.dispose](): void {
    endLease(this);
  }

  // ---------------------------------------------------------------- elements
  /** One element: `a.at(i, j)`, from the end where negative. Refused: SHP010. */
  at(...index: readonly number[]): ScalarValue {
    const element = indexView(this.view, index);
    if (element.shape.length > 0) {
      throw new NdpipeError("ARR002", `at takes ${this.ndim} indices, not ${index.length}`, {
        operands: [describe(this.view)],
        help: "use slice for a part of the array",
      });
    }
    return valueOf(firstElement(element), element.dtype);
  }
  /**
   * The only element; or the one at an index of the flat array, `a.item(5)`, or of each axis, `a.item(1, 2)`. Refused:
   * ARR002 for more or none without an index, SHP010.
   */
  item(...index: readonly number[] | readonly [readonly number[]]): ScalarValue {
    if (index.length > 0) return this.at(...this.#placeOf(index));
    if (this.size !== 1) {
      throw new NdpipeError("ARR002", `item takes an array of one element, not of ${this.size}`, {
        operands: [describe(this.view)],
        help: "use at(i, j) for one element, toList() for all",
      });
    }
    return valueOf(firstElement(this.view), this.dtype);
  }
  /** where an element stands along each axis */
  #placeOf(index: readonly unknown[]): readonly number[] {
    if (index.length > 1 || !isAlone(index[0])) {
      return integersOf("item", "index", index.length > 1 ? index : index[0]);
    }
    const { shape } = this.view, [given] = integersOf("item", "index", index[0]) as [number];
    let rest = given < 0 ? given + this.size : given;
    if (rest < 0 || rest >= this.size) {
      throw new NdpipeError("SHP010", `index ${given} is not among the ${this.size} elements`, {
        operands: [describe(this.view)],
        help: "item(i) counts the elements in row-major order, item(i, j) those of each axis",
      });
    }
    const place = new Array<number>(shape.length);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return place;
  }
  /** The elements as nested lists; 64-bit integers beyond 2^53 are bigints. */
  toList(): NestedList {
    return toList(this.view);
  }
  /** A copy of the elements in row-major order. */
  toTypedArray(): TypedArray {
    return toTypedArray(this.view);
  }
  /**
   * The slices along the first axis, each a view; of one axis the elements. Refused: ARR002 without axes.
   *
   * @example
   * ```ts
   * import { array } from "ndpipe/ndarray";
   * import { deepStrictEqual } from "node:assert/strict";
   * const a = array([[1, 2], [3, 4]]);
   * for (const row of a.rows()) row.set("...", row.copy().mul(10));
   * deepStrictEqual([...a.slice("1")], [30, 40]);
   * ```
   */
  *[Symbol.iterator](): Generator<NDArray | ScalarValue, void, undefined> {
    if (this.ndim > 1) return yield* this.rows();
    if (this.ndim === 0) this.#refuseNoAxes("an array is iterated along its first axis");
    yield* toList(this.view) as ScalarValue[];
  }
  /** The slices along the first axis: views, of one axis such without axes. Refused: ARR002 without axes. */
  *rows(): Generator<NDArray, void, undefined> {
    if (this.ndim === 0) this.#refuseNoAxes("rows are along the first axis");
    for (let index = 0; index < this.view.shape[0]!; index++) yield this.slice([index]);
  }
  #refuseNoAxes(sentence: string): never {
    throw new NdpipeError("ARR002", `${sentence}, and this has none`, {
      operands: [describe(this.view)],
      help: "item() gives its element",
    });
  }
  toString(): string {
    return toText(this.view);
  }
  /** `JSON.stringify(a)` writes nested lists: all digits of 64-bit integers, and null for NaN and infinities. */
  toJSON(): unknown {
    return toJson(this.view);
  }
  /** `${a}` is the text; an array without axes is its element beside an operator, others are refused: ARR002. */
  [Symbol.toPrimitive](hint: string): ScalarValue | string {
    return toPrimitive(this.view, hint);
  }
  [Symbol.for("Deno.customInspect")](): string {
    return this.lease.isOver ? "array(disposed of)" : toRepresentation(this.view);
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.lease.isOver ? "array(disposed of)" : toRepresentation(this.view);
  }

  // ---------------------------------------------------------------- indexing
  /**
   * Basic indexing, always a view: `a.slice("2:8, ::-1, ..., None")`, or its items in a list:
   * `a.slice([{ start: 2, stop: 8 }, "::-1", "...", null])`. Refused: SHP010, ARR002.
   */
  slice(index: BasicIndex): NDArray {
    return this.#viewAs(indexView(this.view, index), "slice", index);
  }
  /** The elements for which a bool mask of the same shape, or of the first axes, holds: a copy. Refused: DTY001, SHP009. */
  mask(by: NDArray): NDArray {
    return new NDArray(mask(this.view, by.view));
  }
  // ---------------------------------------------------------------- movement
  #viewAs(view: Strided, name: string, first?: unknown, second?: unknown): NDArray {
    // a copy has a storage of its own
    const isView = view.storage === this.#view.storage;
    const one = asGiven(first), other = asGiven(second), step = () => callText(name, [one, other]);
    return new NDArray(view, isView ? this.#base ?? this : null, { step, from: this.#origin });
  }
  /** The axes permuted, reversed where no list is given: a view. Refused: SHP004, SHP014. */
  transpose(axes?: Named<"axes", readonly number[] | null> | null): NDArray;
  /** as a list of the axes */
  transpose(...axes: readonly number[]): NDArray;
  transpose(
    given?: Named<"axes", readonly number[] | null> | number | null,
    ...more: readonly number[]
  ): NDArray {
    const first = argumentOf<"axes", readonly number[] | number | null | undefined>(
      "transpose",
      "axes",
      given,
    );
    // behind a list stands nothing
    if (!isAlone(first)) optionsOf("transpose", more);
    const axes = isAlone(first) ? integersOf("transpose", "axes", [first, ...more]) : first as
      | readonly number[]
      | undefined;
    return this.#viewAs(movement.transpose(this.view, axes), "transpose", axes);
  }
  /** The axes permuted: a view. Refused: SHP004, SHP014. */
  permuteDims(given: Named<"axes", readonly number[]>): NDArray {
    const axes = argumentOf("permuteDims", "axes", given) as readonly number[];
    return this.#viewAs(movement.transpose(this.view, axes), "permuteDims", axes);
  }
  /** Two axes exchanged: a view. Refused: SHP004. */
  swapaxes(first: number, second: number): NDArray {
    return this.#viewAs(movement.swapAxes(this.view, first, second), "swapaxes", first, second);
  }
  /** Axes moved to new places: a view. Refused: SHP004, ARR002. */
  moveaxis(from: number | readonly number[], to: number | readonly number[]): NDArray {
    return this.#viewAs(movement.moveAxis(this.view, from, to), "moveaxis", from, to);
  }
  /** The same elements under another shape; one size may be -1. A view where possible. Refused: SHP006, ARR002. */
  reshape(shape: number | readonly number[], ...args: Positional<ReshapeOptions, ["order"]>): NDArray;
  /** as a list of the sizes */
  reshape(...shape: readonly number[]): NDArray;
  reshape(
    first: number | readonly number[],
    ...more: readonly (number | ReshapeOptions["order"] | ReshapeOptions | null)[]
  ): NDArray {
    const numSizes = isAlone(first) ? more.findIndex((each) => !isAlone(each)) : 0;
    const sizes = numSizes < 0 ? more : more.slice(0, numSizes);
    const options = optionsOf<ReshapeOptions>("reshape", numSizes < 0 ? [] : more.slice(numSizes), ["order"]);
    const shape = (isAlone(first) ? [first, ...sizes] : first) as readonly number[];
    return this.#viewAs(orderedReshape(this.view, shape, options), "reshape", shape);
  }
  /** One axis: a view where the elements are neighbours in the order ("C" by default), else a copy. */
  ravel(...args: Positional<{ readonly order?: Order | Lowercase<Order> }, ["order"]>): NDArray {
    const { order = "C" } = optionsOf<{ readonly order?: Order | Lowercase<Order> }>("ravel", args, [
      "order",
    ]);
    return this.#viewAs(flatInOrder(this.view, { order, copy: false }), "ravel");
  }
  /** One axis: always a copy. */
  flatten(...args: Positional<{ readonly order?: Order | Lowercase<Order> }, ["order"]>): NDArray {
    const { order = "C" } = optionsOf<{ readonly order?: Order | Lowercase<Order> }>("flatten", args, [
      "order",
    ]);
    return new NDArray(called("flatten", () => flatInOrder(this.view, { order, copy: true })));
  }
  /** Without the axes of size 1, or those given: a view. Refused: SHP004, SHP005. */
  squeeze(given: Named<"axis", number | readonly number[] | null> = null): NDArray {
    const axis = argumentOf("squeeze", "axis", given) ?? null;
    return this.#viewAs(movement.squeeze(this.view, axis), "squeeze", axis);
  }
  /** New axes of size 1, at these indices of the result: a view. Refused: SHP004. */
  expandDims(given: Named<"axis", number | readonly number[]>): NDArray {
    const axis = argumentOf("expandDims", "axis", given) as number | readonly number[];
    return this.#viewAs(movement.expandDims(this.view, axis), "expandDims", axis);
  }
  /** Repeated to a shape: a read-only view. Refused: SHP012, ARR002. */
  broadcastTo(shape: number | readonly number[]): NDArray {
    const sizes = typeof shape === "number" ? [shape] : shape;
    return this.#viewAs(movement.broadcastTo(this.view, sizes), "broadcastTo", sizes);
  }
  /** The order reversed along axes, or all: a view. Refused: SHP004. */
  flip(given: Named<"axis", number | readonly number[] | null> = null): NDArray {
    const axis = argumentOf("flip", "axis", given) ?? null;
    return this.#viewAs(movement.flip(this.view, axis), "flip", axis);
  }
  /** A copy, which may be written to: in row-major order, or in another one. Refused: ARR002, MEM005. */
  copy(...args: Positional<{ readonly order?: Order | Lowercase<Order> | undefined }, ["order"]>): NDArray {
    const { order = "C" } = optionsOf<{ readonly order?: Order | Lowercase<Order> | undefined }>(
      "copy",
      args,
      ["order"],
    );
    return new NDArray(copyInOrder(this.view, order));
  }
  /**
   * A copy as another dtype: integers wrap, floats are truncated to integers. `casting` refuses what loses more (DTY004;
   * default "unsafe"); `copy: false` gives the array itself where it has the dtype and lies in the order, which is that of
   * the array's own axes ("K") unless told otherwise.
   */
  astype(dtype: DType, ...args: Positional<AstypeOptions, ["order", "casting"]>): NDArray {
    const options = optionsOf<AstypeOptions>("astype", args, ["order", "casting"]);
    const { casting = "unsafe", copy = true, order = "K" } = options;
    knownDType(dtype);
    operations.refuseCast(`${this.dtype} is not cast to ${dtype}`, [this.dtype, dtype], {
      casting,
      operands: [describe(this.view)],
    });
    if (!copy && dtype === this.dtype && isInOrder(this.view, order)) return this;
    return new NDArray(called("astype", () => copyInOrder(this.view, order, dtype)));
  }
  /** Sets every element to a value, or that of an array without axes, cast to the dtype. Refused: ARR001, ARR002, DTY002. */
  fill(value: ScalarValue | NDArray): void {
    operations.refuseReadOnly(this.view, "fill");
    fill(this.view, elementOf(scalarOf("fill", value), this.dtype));
  }
  /** A copy of the bytes in row-major order. */
  tobytes(): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.toTypedArray();
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  }
  /** NumPy's name of `toList`. */
  tolist(): NestedList {
    return this.toList();
  }
  /** Makes this view read-only; one that is read-only stays so. Refused: ARR001. */
  setflags({ write }: { readonly write: boolean }): void {
    if (write && !this.view.writeable) operations.refuseReadOnly(this.view, "setflags({ write: true })");
    this.#view = { ...this.view, writeable: write };
  }

  // ---------------------------------------------------------------- elementwise, beside the table's methods
  /** No smaller than `lo`, no larger than `hi` (null, or left out: no bound); NaN stays. */
  clip(...args: Positional<ClipOptions, ["min", "max", "out"]>): NDArray {
    const { min: lo = null, max: hi = null, ...options } = optionsOf<ClipOptions>("clip", args, [
      "min",
      "max",
      "out",
    ]);
    if (isListed([lo ?? 0, hi ?? 0]) || hasListedMask(options)) {
      return scope(() =>
        this.clip(lo === null ? null : operandOf(lo), hi === null ? null : operandOf(hi), {
          ...options,
          where: maskOf(options.where),
        })
      );
    }
    const bounds = [lo, hi].map((bound) => bound === null ? null : viewOf(bound as Operand)) as [
      OperandView | null,
      OperandView | null,
    ];
    return placed(operations.clip(this.view, bounds, viewOptions(options)), options);
  }
  /** The value where an element is NaN. */
  fillNan(value: number): NDArray {
    return new NDArray(operations.fillNan(this.view, value));
  }

  // ---------------------------------------------------------------- reductions
  // each takes its axes as the first argument or among the options
  /** The sum; f32 accumulates in f64, integers and bool in 64 bits. */
  sum(...args: SumArguments): NDArray {
    return reduced("sum", (o) => reductions.reduce("sum", this.view, o), args);
  }
  /** The product; f32 accumulates in f64, integers and bool in 64 bits. */
  prod(...args: SumArguments): NDArray {
    return reduced("prod", (o) => reductions.reduce("prod", this.view, o), args);
  }
  /** The smallest element; NaN where there is one. Refused: ARR003 of none without an initial. */
  min(...args: ExtremumArguments): NDArray {
    return reduced("min", (o) => reductions.reduce("min", this.view, o), args);
  }
  /** The largest element; NaN where there is one. Refused: ARR003 of none without an initial. */
  max(...args: ExtremumArguments): NDArray {
    return reduced("max", (o) => reductions.reduce("max", this.view, o), args);
  }
  /** Whether any element is not zero. */
  any(...args: ChosenArguments): NDArray {
    return reduced("any", (o) => reductions.reduce("any", this.view, o), args);
  }
  /** Whether no element is zero. */
  all(...args: ChosenArguments): NDArray {
    return reduced("all", (o) => reductions.reduce("all", this.view, o), args);
  }
  /** The position of the smallest, the first of equals; without an axis in the flat array. Refused: ARR003 of none. */
  argmin(...args: ArgArguments): NDArray {
    return this.#arg("argmin", ...argArguments("argmin", args));
  }
  /** The position of the largest, the first of equals; without an axis in the flat array. Refused: ARR003 of none. */
  argmax(...args: ArgArguments): NDArray {
    return this.#arg("argmax", ...argArguments("argmax", args));
  }
  #arg(op: "argmin" | "argmax", axis: number | null, { keepdims, out }: ArgOptions): NDArray {
    if (out !== undefined && !canCast(out.dtype, "i64")) {
      operations.refuseCast(`${op} gives positions as i64, not ${out.dtype}`, [out.dtype, "i64"], {
        casting: "safe",
        operands: [describe(this.view), `out ${describe(out.view)}`],
      });
    }
    const place = { keepdims, out: out?.view };
    if (axis !== null) {
      const result = argAlong(op, this.view, { axis, ...place });
      return out ?? new NDArray(result);
    }
    // what has one axis is flat as it is: a repeated element is not written out
    using flat = this.ndim === 1 ? this.slice("...") : this.ravel();
    const ones = this.shape.map(() => 1);
    if (keepdims === true && out !== undefined) reductions.refuseOtherShape(op, out.view, ones);
    if (out === undefined) {
      const result = argAlong(op, flat.view, { axis: 0 });
      if (keepdims !== true) return new NDArray(result);
      return new NDArray({ ...result, shape: ones, strides: ones.map(() => DTYPE.i64.itemsize) });
    }
    using target = keepdims === true ? out.squeeze() : out.slice("...");
    argAlong(op, flat.view, { axis: 0, out: target.view });
    return out;
  }
  /** The mean, accumulated in f64; of integers f64. */
  mean(...args: MeanArguments): NDArray {
    return reduced("mean", (o) => reductions.mean(this.view, o), args);
  }
  /** The variance: the mean of the squared distances from the mean. */
  var(...args: SpreadArguments): NDArray {
    return spreadOf("var", this, axesAndOptions("var", args));
  }
  /** The standard deviation. */
  std(...args: SpreadArguments): NDArray {
    const [axes, given] = axesAndOptions<SpreadOptions>("std", args), { out } = given;
    if (out !== undefined && !isFloat(out.dtype)) {
      operations.refuseCast(`std gives a float, which is not cast to ${out.dtype}`, ["f64", out.dtype], {
        casting: "same_kind",
        operands: [describe(this.view), `out ${describe(out.view)}`],
      });
    }
    return spreadOf("std", this, [axes, given]);
  }
  /** How many elements are not zero. */
  countNonzero(...args: KeepArguments): NDArray {
    return reduced("countNonzero", (o) => reductions.countNonzero(this.view, o), args);
  }
  /** The Euclidean norm. */
  norm(...args: KeepArguments): NDArray {
    return reduced("NDArray.norm", (o) => reductions.norm(this.view, o), args);
  }
  /** exp(this), divided by its sum along the axis. */
  softmax(axis: number): NDArray {
    return new NDArray(reductions.alongAxis("softmax", this.view, axis));
  }
  /** The logarithm of the sum of exp(this) along the axis. */
  logSumExp(axis: number): NDArray {
    return new NDArray(reductions.alongAxis("logSumExp", this.view, axis));
  }

  // ---------------------------------------------------------------- products
  /** The matrix product (…, m, k) by (…, k, n); an operand of one axis is a vector. Refused: SHP007. */
  matmul(other: NDArray): NDArray {
    return new NDArray(matmul(this.view, other.view));
  }
  /** As matmul up to two axes; beyond, the last axis with the other's second-to-last, in every pair. Refused: SHP007. */
  dot(other: Operand): NDArray {
    return called("dot", () => {
      if (!(other instanceof NDArray) || this.ndim === 0 || other.ndim === 0) return this.mul(other);
      return new NDArray(dot(this.view, other.view));
    });
  }
}

/** An operand as a view. */
export function viewOf(operand: Operand): OperandView {
  if (operand instanceof NDArray) return operand.view;
  if (typeof operand === "number" || typeof operand === "bigint" || typeof operand === "boolean") {
    return operand;
  }
  throw new NdpipeError("ARR002", `an operand is an array or a number, not ${typeof operand}`, {
    help: "make an array of a list first: array([1, 2, 3])",
  });
}

/** Options as the operations take them. */
export function viewOptions(options: ElementwiseOptions): operations.OperationOptions {
  const { out, where, ...rest } = options;
  return { ...withoutNulls(rest), out: outView(out), where: maskView(where ?? undefined) };
}

function outView(out: NDArray | null | undefined): Strided | undefined {
  if (out === undefined || out === null) return undefined;
  if (out instanceof NDArray) return out.view;
  throw new NdpipeError("ARR002", `out is an array that takes the result, not ${typeof out}`);
}

function maskView(where: Mask | undefined): Strided | boolean | undefined {
  if (where === undefined || typeof where === "boolean") return where;
  const mask = maskOf(where);
  if (mask instanceof NDArray) return mask.view;
  throw new NdpipeError("ARR002", `where is an array of bools or a bool, not ${textOf(where)}`);
}

/** A mask as it is read; an array is made of lists, for as long as the scope takes. */
export function maskOf(where: Mask): Exclude<Mask, readonly NestedList[]>;
export function maskOf(where: Mask | undefined): Exclude<Mask, readonly NestedList[]> | undefined;
export function maskOf(where: Mask | undefined): Exclude<Mask, readonly NestedList[]> | undefined {
  return where !== undefined && isListed([where]) ? operandOf(where) as NDArray : where as NDArray;
}

/** What stands behind the axes of a reduction by position, in NumPy's order; of others only options do. */
const BEHIND_AXES: ReadonlyMap<string, readonly string[]> = new Map(
  ([
    ["sum prod nansum nanprod", "dtype out keepdims initial where"],
    ["min max nanmin nanmax", "out keepdims initial where"],
    ["mean nanmean", "dtype out keepdims"],
    ["var std nanvar nanstd", "dtype out ddof keepdims"],
    ["any all ptp", "out keepdims"],
    ["argmin argmax nanargmin nanargmax", "out"],
    ["median nanmedian", "out overwriteInput keepdims"],
    ["quantile percentile nanquantile nanpercentile", "out overwriteInput method keepdims"],
    ["average", "weights returned"],
  ] as const).flatMap(([callees, names]) =>
    callees.split(" ").map((callee) => [callee, names.split(" ")] as const)
  ),
);

/** The axes and options of a reduction, whose axes may stand among its options, and options by position behind its axes. */
export function axesAndOptions<O extends KeepOptions>(
  callee: string,
  [first, ...more]: readonly unknown[],
): readonly [Axes, O] {
  const isPlain = first === undefined || first === null || typeof first === "number";
  const isAxes = isPlain || !isOptions(first);
  const names = (BEHIND_AXES.get(callee) ?? []) as readonly (keyof O & string)[];
  // what follows options is given, though it may be empty
  const rest = optionsOf<O>(callee, isAxes ? more : [first, ...more], isAxes ? names : []);
  const axes = isPlain
    ? (first as Axes | undefined) ?? null
    : isAxes
    ? readOption(callee, "axis", first) as Axes
    : null;
  if (rest.axis === undefined) return [axes, rest];
  if (axes !== null) refuseTwice(callee, "axis");
  const { axis: named, ...others } = rest;
  return [named, others as O];
}

function spreadOf(which: "var" | "std", a: NDArray, [axes, given]: readonly [Axes, SpreadOptions]): NDArray {
  const { ddof, correction, mean, ...rest } = given;
  const asked = { root: which === "std", correction: correctionOf({ ddof, correction }) };
  if (mean === undefined) {
    return reduced(
      which,
      (o) => reductions.spread(a.view, { ...o, ...asked }),
      [axes, rest],
    );
  }
  return scope(() => {
    const known = viewOf(operandOf(mean)), centre = operations.isView(known) ? known : fromList(known);
    try {
      return reduced(which, (o) => reductions.spread(a.view, { ...o, ...asked, mean: centre }), [axes, rest]);
    } finally {
      if (centre !== known) centre.storage.freeUnheld();
    }
  });
}

/** Options of `argmin` and `argmax`, which take one axis. */
export interface ArgOptions extends KeepOptions {
  readonly axis?: number | null | undefined;
}

function argArguments(
  callee: string,
  args: readonly unknown[],
): readonly [number | null, ArgOptions] {
  const [one, rest] = axesAndOptions<ArgOptions>(callee, args);
  if (one === null || typeof one === "number") return [one, rest];
  throw new NdpipeError("ARR002", "the position of an extremum is along one axis, or of all elements", {
    help: "give one axis, or ravel those that count together",
  });
}

/** A reduction of views as one of arrays. */
export function reduced(
  callee: string,
  reduce: (options: reductions.ReductionOptions) => Strided,
  args: readonly unknown[],
): NDArray {
  const [axes, options] = axesAndOptions<ReduceOptions>(callee, args);
  if (hasListedMask(options)) {
    return scope(() => reduced(callee, reduce, [axes, { ...options, where: maskOf(options.where) }]));
  }
  const { out, where, keepdims, dtype, initial } = options;
  const result = reduce({ axes, keepdims, dtype, initial, out: outView(out), where: maskView(where) });
  return out ?? new NDArray(result);
}

/** A result as an array: `out` itself where it took the result. */
export function placed(result: Strided, { out }: ElementwiseOptions): NDArray {
  return out ?? new NDArray(result);
}

/** Whether arrays have to be made of some of the operands. */
export function isListed(operands: readonly ListedOperand[]): boolean {
  return operands.some((each) => Array.isArray(each) || ArrayBuffer.isView(each));
}

/** Whether an array has to be made of the mask. */
export function hasListedMask({ where }: { readonly where?: Mask | null | undefined }): boolean {
  return where !== undefined && where !== null && isListed([where as ListedOperand]);
}

/** An array of a list; plain numbers stay plain, so that they take the dtype of the arrays beside them. */
export function operandOf(value: ListedOperand): Operand {
  if (Array.isArray(value)) return new NDArray(fromList(value));
  if (!ArrayBuffer.isView(value)) return value as Operand;
  return new NDArray(fromElements(value, { dtype: dtypeOfElements(value), shape: [value.length] }));
}

/** An elementwise primitive of operands, one of which is an array. */
export function applyElementwise(
  op: ElementwiseOp,
  operands: readonly ListedOperand[],
  given?: ElementwiseOptions | null,
): NDArray {
  const options = optionsObject(op, given);
  if (isListed(operands) || hasListedMask(options)) {
    return scope(() =>
      applyElementwise(op, operands.map(operandOf), { ...options, where: maskOf(options.where) })
    );
  }
  const views = (operands as readonly Operand[]).map(viewOf);
  if (views.some(operations.isView)) {
    return placed(operations.elementwise(op, views, viewOptions(options)), options);
  }
  // plain numbers alone are arrays without axes
  const made = views.map((value) => fromList(value as ScalarValue));
  try {
    return placed(operations.elementwise(op, made, viewOptions(options)), options);
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

for (const op of Object.keys(ELEMENTWISE).filter(isElementwiseOp)) {
  // takes decimals: array_methods.ts
  if (op === "round") continue;
  const isUnary = ELEMENTWISE[op].arity === 1;
  Object.defineProperty(NDArray.prototype, op, {
    value(this: NDArray, ...args: unknown[]): NDArray {
      const operands = isUnary ? [this] : [this, args[0]], rest = isUnary ? args : args.slice(1);
      const options = rest.length < 2
        ? rest[0] as ElementwiseOptions | undefined
        : optionsOf<ElementwiseOptions>(op, rest);
      return applyElementwise(op, operands as Operand[], options);
    },
  });
}

/**
 * Whether two arrays have a byte in common; exact.
 *
 * @example
 * ```ts
 * import { arange, sharesMemory } from "ndpipe/ndarray";
 * import { ok, strictEqual } from "node:assert/strict";
 * const a = arange(4);
 * ok(sharesMemory(a, a.slice("::2")));
 * strictEqual(sharesMemory(a.slice("::2"), a.slice("1::2")), false);
 * ```
 */
export function sharesMemory(a: NDArray, b: NDArray): boolean {
  return overlaps(a.view, b.view);
}

/**
 * Whether two arrays may have a byte in common: false is certain, true means that their bounds overlap.
 *
 * @example
 * ```ts
 * import { arange, mayShareMemory } from "ndpipe/ndarray";
 * import { ok, strictEqual } from "node:assert/strict";
 * const a = arange(4);
 * ok(mayShareMemory(a.slice("::2"), a.slice("1::2")));
 * strictEqual(mayShareMemory(a.slice(":2"), a.slice("2:")), false);
 * ```
 */
export function mayShareMemory(a: NDArray, b: NDArray): boolean {
  return mayOverlap(a.view, b.view);
}
