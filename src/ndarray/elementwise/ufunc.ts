/**
 * Elementwise primitives as functions that have NumPy's methods: `add(a, b)`, `add.reduce(a)`, `add.outer(a, b)`.
 *
 * @module
 */
import { type DType, floatOf } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import {
  applyElementwise,
  type ElementwiseOptions,
  type Index,
  type ListedOperand,
  NDArray,
  operandOf,
  type ReduceOptions,
  type Values,
} from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import type { Axes } from "../reductions/reductions.ts";
import { scope } from "../storage/lifetime.ts";
import { over, refuseArgument } from "../storage/rows.ts";
import { updateAt } from "./ufunc_at.ts";
import { accumulateBy, IDENTITY, reduceAtBy, reduceByOp } from "./ufunc_reduce.ts";
import { optionsObject, optionsOf, type Positional } from "../storage/arguments.ts";
import { called } from "../storage/called.ts";

/** Options of `accumulate` and `reduceat`. */
export interface AlongOptions {
  /** default 0; null, of an array that has one axis, is that one */
  readonly axis?: Axes | undefined;
  /** the dtype that is computed in and given */
  readonly dtype?: DType | undefined;
  /** an array of the result's shape that takes it; it is returned */
  readonly out?: NDArray | undefined;
}

const REDUCE_NAMES = ["axis", "dtype", "out", "keepdims", "initial", "where"] as const;
const ALONG_NAMES = ["axis", "dtype", "out"] as const;
type ReduceNames = typeof REDUCE_NAMES;
type AlongNames = typeof ALONG_NAMES;

/** What stands behind the operands: by position, as in NumPy, `out`; then options. */
export type UfuncArguments = Positional<ElementwiseOptions, ["out"]>;

/** the options among them; of most calls there are none, or one object that is looked at further on */
function optionsBehind(op: ElementwiseOp, args: UfuncArguments): ElementwiseOptions | undefined {
  if (args.length === 0) return undefined;
  const [first] = args;
  if (args.length === 1 && !(first instanceof NDArray)) return first ?? undefined;
  return optionsOf<ElementwiseOptions>(op, args, ["out"]);
}

/**
 * An elementwise function of one operand: a new array of its shape (or `out`) in the dtype that NumPy 2 gives. Refused:
 * DTY001 for a dtype that the primitive does not take, DTY004 for a cast that is not made, SHP001, ARR001, MEM005.
 */
export interface UnaryUfunc {
  (x: ListedOperand, ...args: UfuncArguments): NDArray;
  /** the name of the primitive */
  readonly name: string;
  readonly nin: 1;
  readonly nout: 1;
  /** In place at an index, as often as it names an element. Refused: ARR001, SHP009, SHP010. */
  at(a: NDArray, index: Index): void;
}

/**
 * An elementwise function of two operands, which broadcast: a new array (or `out`) in the dtype that NumPy 2 gives; a plain
 * number takes that of the array beside it. Refused: SHP001, SHP003 where growth is, DTY001, DTY002 for a number that the
 * dtype does not hold, DTY004, ARR001, MEM005.
 */
export interface BinaryUfunc {
  (a: ListedOperand, b: ListedOperand, ...args: UfuncArguments): NDArray;
  /** the name of the primitive */
  readonly name: string;
  readonly nin: 2;
  readonly nout: 1;
  /** what a reduction of no elements gives; null: it is refused */
  readonly identity: number | boolean | null;
  /**
   * `a[0] op a[1] op …` along an axis: the first unless told otherwise, null for all. Over several axes only where the
   * order does not matter. Refused: ARR002, ARR003, SHP001, SHP004, DTY001.
   * By position, as in NumPy: `axis`, `dtype`, `out`, `keepdims`, `initial`, `where`; then options.
   */
  reduce(a: ArrayLike, ...args: Positional<ReduceOptions, ReduceNames>): NDArray;
  /**
   * Every intermediate result of `reduce` along an axis. Refused: ARR002, SHP004, DTY001.
   * By position, as in NumPy: `axis`, `dtype`, `out`; then options.
   */
  accumulate(a: ArrayLike, ...args: Positional<AlongOptions, AlongNames>): NDArray;
  /**
   * `reduce` of `a[i:j]` for each index and the next; `a[i]` where the next is not larger. Refused: SHP004, SHP010.
   * By position, as in NumPy: `axis`, `dtype`, `out`; then options.
   */
  reduceat(
    a: ArrayLike,
    indices: readonly number[] | NDArray,
    ...args: Positional<AlongOptions, AlongNames>
  ): NDArray;
  /** Every element of `a` with every one of `b`: shape (…a, …b), in either broadcast mode. Refused: MEM005. */
  outer(a: ArrayLike, b: ArrayLike, options?: ElementwiseOptions): NDArray;
  /**
   * `a[index] = a[index] op b` in place, as often as the index names an element; the result is cast to the array's dtype
   * whatever that loses, as in NumPy. Refused: ARR001, ARR002, SHP010.
   */
  at(a: NDArray, index: Index, b: Values): void;
}

/** The function of a primitive of one operand. `isReal`: integers are computed as floats, which the method would not. */
export function unaryUfunc(op: ElementwiseOp, { isReal = false } = {}): UnaryUfunc {
  const call = (x: ListedOperand, ...args: UfuncArguments) =>
    isReal ? applyReal(op, x, optionsBehind(op, args)) : applyElementwise(op, [x], optionsBehind(op, args));
  return Object.assign(Object.defineProperty(call, "name", { value: op }), {
    nin: 1 as const,
    nout: 1 as const,
    at: (a: NDArray, index: Index, ...more: readonly unknown[]) => {
      if (more.length > 0) refuseArgument(`${op}.at takes an array and an index, and no second operand`);
      updateAt(op, a, { index });
    },
  });
}

/** The function of a primitive of two operands. */
export function binaryUfunc(op: ElementwiseOp): BinaryUfunc {
  const call = (a: ListedOperand, b: ListedOperand, ...args: UfuncArguments) =>
    applyElementwise(op, [a, b], optionsBehind(op, args));
  return Object.assign(Object.defineProperty(call, "name", { value: op }), {
    nin: 2 as const,
    nout: 1 as const,
    identity: IDENTITY[op] ?? null,
    reduce: (a: ArrayLike, ...args: Positional<ReduceOptions, ReduceNames>) =>
      over(a, (array) => reduceByOp(op, array, optionsOf(`${op}.reduce`, args, REDUCE_NAMES))),
    accumulate: (a: ArrayLike, ...args: Positional<AlongOptions, AlongNames>) =>
      over(a, (array) => accumulateBy(op, array, optionsOf(`${op}.accumulate`, args, ALONG_NAMES))),
    reduceat: (
      a: ArrayLike,
      indices: readonly number[] | NDArray,
      ...args: Positional<AlongOptions, AlongNames>
    ) =>
      over(a, (array) =>
        reduceAtBy(op, array, {
          ...optionsOf<AlongOptions>(`${op}.reduceat`, args, ALONG_NAMES),
          indices,
        })),
    outer: (a: ArrayLike, b: ArrayLike, options: ElementwiseOptions = {}) =>
      scope(() => {
        const [x, y] = [operandOf(a), operandOf(b)];
        const left = x instanceof NDArray && y instanceof NDArray
          ? x.reshape([...x.shape, ...y.shape.map(() => 1)])
          : x;
        const asGiven = optionsObject(`${op}.outer`, options);
        return called(
          `${op}.outer`,
          () => applyElementwise(op, [left, y], { ...asGiven, broadcast: "numpy" }),
        );
      }),
    at: (a: NDArray, index: Index, b: Values) => {
      if (b === undefined) refuseArgument(`${op}.at takes an array, an index and a second operand`);
      updateAt(op, a, { index, values: b });
    },
  });
}

/** in the floating point of the operand, unless another dtype is asked for */
function applyReal(op: ElementwiseOp, x: ListedOperand, options: ElementwiseOptions | undefined): NDArray {
  return scope(() => {
    const array = asarray(x);
    return applyElementwise(op, [array], { dtype: floatOf(array.dtype), ...optionsObject(op, options) });
  });
}
