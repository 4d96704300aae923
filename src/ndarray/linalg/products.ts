/**
 * Products of arrays: inner, outer, over any axes.
 *
 * @module
 */
import { promoteTypes } from "../../dtype/mod.ts";
import { ShapeError } from "../../errors.ts";
import type { NDArray, OutOption } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { stack } from "../functions.ts";
import { computed } from "../storage/computed.ts";
import { integerOf, integersOf } from "../storage/integer_lists.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { axisOf, refuseArgument } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";
import { productIn } from "./core_axes.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";
import { called } from "../storage/called.ts";
import { guardResult } from "../evaluate/evaluate.ts";

/** Refuses two arrays whose axes should meet. */
function refuseSizes(operation: string, operands: readonly NDArray[], what: string): never {
  const texts = operands.map(({ view }) => describe(view));
  throw new ShapeError("SHP007", `cannot ${operation} ${texts.join(" and ")}: ${what}`, {
    operands: texts,
    help: "transpose or reshape one of them so that the axes that are summed over have one size",
  });
}

/**
 * As `matmul` up to two axes; beyond, the last axis of `a` with the second-to-last of `b`, in every pair. A number
 * multiplies. Refused: SHP007, MEM005; SHP001, DTY004, ARR001 for an out of another shape or dtype.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { dot } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(dot([1, 2, 3], [4, 5, 6]).item(), 32);
 * ```
 */
export function dot(a: ArrayLike, b: ArrayLike, ...args: Positional<OutOption, ["out"]>): NDArray {
  const { out } = optionsOf<OutOption>("dot", args, ["out"]);
  const product = computed([a, b], (x, y) => x!.dot(y!));
  return productIn("dot", product, out, { casting: "no" });
}

/**
 * The inner product of two arrays read as flat ones, of equal size. Refused: SHP007, MEM005.
 *
 * @example
 * ```ts
 * import { vdot } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(vdot([[1, 4], [5, 6]], [[4, 1], [2, 2]]).item(), 30);
 * ```
 */
export function vdot(a: ArrayLike, b: ArrayLike): NDArray {
  return computed([a, b], (x, y) => {
    if (x!.size !== y!.size) refuseSizes("vdot", [x!, y!], `the sizes are ${x!.size} vs ${y!.size}`);
    return called("vdot", () => x!.ravel().dot(y!.ravel()));
  });
}

/**
 * The sum of products over the last axis of both, in every pair of the others. A number multiplies. Refused: SHP007,
 * MEM005.
 *
 * @example
 * ```ts
 * import { inner } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(inner([[1, 2], [3, 4]], [10, 1]).toList(), [12, 34]);
 * ```
 */
export function inner(a: ArrayLike, b: ArrayLike): NDArray {
  return computed([a, b], (x, y) => {
    if (x!.ndim === 0 || y!.ndim === 0) return called("inner", () => x!.mul(y!));
    return contract("inner", [x!, y!], [[x!.ndim - 1], [y!.ndim - 1]]);
  });
}

/**
 * Every product of an element of `a` with one of `b`, both read as flat: (a.size, b.size). Refused: MEM005.
 * By position, as in NumPy: `out`; then options.
 *
 * @example
 * ```ts
 * import { outer } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(outer([1, 2], [3, 4, 5]).toList(), [[3, 4, 5], [6, 8, 10]]);
 * ```
 */
export function outer(a: ArrayLike, b: ArrayLike, ...args: Positional<OutOption, ["out"]>): NDArray {
  const { out } = optionsOf<OutOption>("outer", args, ["out"]);
  const product = computed(
    [a, b],
    (x, y) =>
      called(
        "outer",
        () => x!.ravel().expandDims(1).mul(y!.ravel(), { broadcast: "numpy" }),
        "outer is of every pair; if element by element was meant, use multiply",
      ),
  );
  return productIn("outer", product, out);
}

/** Sums products over pairs of axes: the rest of `a`'s axes, then of `b`'s. */
function contract(
  operation: string,
  [a, b]: readonly [NDArray, NDArray],
  [axesOfA, axesOfB]: readonly [readonly number[], readonly number[]],
): NDArray {
  const sizes = axesOfA.map((axis) => a.shape[axis]!);
  axesOfB.forEach((axis, i) => {
    if (b.shape[axis] === sizes[i]) return;
    refuseSizes(
      operation,
      [a, b],
      `axis ${axesOfA[i]} of ${sizes[i]} meets axis ${axis} of ${b.shape[axis]}`,
    );
  });
  const freeOfA = [...a.shape.keys()].filter((axis) => !axesOfA.includes(axis));
  const freeOfB = [...b.shape.keys()].filter((axis) => !axesOfB.includes(axis));
  const shapeOfA = freeOfA.map((axis) => a.shape[axis]!), shapeOfB = freeOfB.map((axis) => b.shape[axis]!);
  const width = sizeOfShape(sizes);
  return called(operation, () => {
    const left = a.transpose([...freeOfA, ...axesOfA]).reshape([sizeOfShape(shapeOfA), width]);
    const right = b.transpose([...axesOfB, ...freeOfB]).reshape([width, sizeOfShape(shapeOfB)]);
    return left.matmul(right).reshape([...shapeOfA, ...shapeOfB]);
  });
}

/** Which axes `tensordot` sums over: so many last ones with first ones, or pairs of axes. */
export type ContractedAxes = number | readonly [number | readonly number[], number | readonly number[]];

/**
 * Sums products over pairs of axes: the last `axes` of `a` with the first of `b` (default 2), or those listed for
 * each. The result has the other axes of `a`, then those of `b`. Refused: SHP004, SHP007, ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { arange, tensordot } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(60).reshape([3, 4, 5]), b = arange(24).reshape([4, 3, 2]);
 * deepStrictEqual(tensordot(a, b, [[1, 0], [0, 1]]).shape, [5, 2]);
 * ```
 */
export function tensordot(a: ArrayLike, b: ArrayLike, given: Named<"axes", ContractedAxes> = 2): NDArray {
  const axesOf = argumentOf("tensordot", "axes", given), contracted = axesOf === undefined ? 2 : axesOf;
  const axes = Array.isArray(contracted)
    ? contracted as readonly unknown[]
    : integerOf("tensordot", "axes", contracted);
  return computed([a, b], (x, y) => {
    if (typeof axes === "number") {
      if (axes < 0) refuseArgument(`tensordot takes a number of axes from 0, not ${axes}`);
      if (axes > Math.min(x!.ndim, y!.ndim)) {
        refuseSizes("tensordot", [x!, y!], `${axes} axes are asked for, and one has fewer`);
      }
      const counted = [...new Array(axes).keys()];
      return contract("tensordot", [x!, y!], [counted.map((i) => x!.ndim - axes + i), counted]);
    }
    const resolve = (array: NDArray, list: unknown) =>
      integersOf("tensordot", "axes", list).map((axis) => axisOf(array, axis));
    if (axes.length !== 2) {
      refuseArgument(`tensordot takes axes of both arrays, a pair of lists, not ${axes.length}`);
    }
    const first = resolve(x!, axes[0]), second = resolve(y!, axes[1]);
    if (
      first.length !== second.length || new Set(first).size < first.length ||
      new Set(second).size < second.length
    ) {
      refuseArgument(`tensordot takes as many different axes of both, not ${JSON.stringify(axes)}`);
    }
    return contract("tensordot", [x!, y!], [first, second]);
  });
}

/**
 * The Kronecker product: every element of `a` replaced by itself times `b`. Refused: MEM005.
 *
 * @example
 * ```ts
 * import { kron } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(kron([1, 10], [5, 6]).toList(), [5, 6, 50, 60]);
 * ```
 */
export function kron(a: ArrayLike, b: ArrayLike): NDArray {
  return computed([a, b], (x, y) => {
    const rank = Math.max(x!.ndim, y!.ndim);
    const filled = (
      shape: readonly number[],
    ) => [...new Array<number>(rank - shape.length).fill(1), ...shape];
    const outerShape = filled(x!.shape), innerShape = filled(y!.shape);
    const left = x!.reshape(outerShape.flatMap((size) => [size, 1]));
    const right = y!.reshape(innerShape.flatMap((size) => [1, size]));
    const shape = outerShape.map((size, axis) => size * innerShape[axis]!);
    // the product of the reshaped has other axes than what is given
    guardResult("kron", [x!.view, y!.view], { dtype: promoteTypes(x!.dtype, y!.dtype), shape });
    return left.mul(right, { broadcast: "numpy" }).reshape(shape);
  });
}

/** Options of `cross`. */
export interface CrossOptions {
  /** the axis of the vectors in all three; default -1 */
  readonly axis?: number;
  readonly axisa?: number;
  readonly axisb?: number;
  readonly axisc?: number;
}

/**
 * The cross product of vectors of 3 (or, as NumPy deprecates, 2) components along an axis; the other axes broadcast.
 * Of vectors of 2 components it is the third component alone. Refused: SHP001, SHP004, SHP007, MEM005.
 *
 * @example
 * ```ts
 * import { cross } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(cross([1, 2, 3], [4, 5, 6]).toList(), [-3, 6, -3]);
 * ```
 */
export function cross(a: ArrayLike, b: ArrayLike, ...args: Positional<CrossOptions>): NDArray {
  const options = optionsOf<CrossOptions>("cross", args);
  const { axis = -1 } = options;
  const { axisa = axis, axisb = axis, axisc = axis } = options;
  return computed([a, b], (x, y) => {
    if (x!.ndim === 0 || y!.ndim === 0) refuseSizes("cross", [x!, y!], "an operand has no axis");
    const left = x!.moveaxis(axisOf(x!, axisa), -1), right = y!.moveaxis(axisOf(y!, axisb), -1);
    const sizes = [left.shape.at(-1)!, right.shape.at(-1)!];
    if (sizes.some((size) => size !== 2 && size !== 3)) {
      refuseSizes("cross", [x!, y!], `vectors have 2 or 3 components, not ${sizes.join(" and ")}`);
    }
    const dtype = promoteTypes(x!.dtype, y!.dtype);
    if (dtype === "bool") return refuseArgument("cross takes numbers, not two arrays of bool");
    const part = (vectors: NDArray, i: number) =>
      i < vectors.shape.at(-1)! ? vectors.slice(["...", i]).astype(dtype) : asarray(0, { dtype });
    const component = (i: number, j: number) =>
      part(left, i).mul(part(right, j)).sub(part(left, j).mul(part(right, i)));
    if (sizes[0] === 2 && sizes[1] === 2) return called("cross", () => component(0, 1));
    return called("cross", () => {
      const components = [component(1, 2), component(2, 0), component(0, 1)];
      const joined = stack(components, -1);
      return joined.moveaxis(-1, axisOf(joined, axisc)).copy();
    });
  });
}

/**
 * The product of a chain of matrices in the order of fewest multiplications; the first may be a row and the last a
 * column of one axis. Refused: SHP007, ARR002, MEM005.
 *
 * Source: T. H. Cormen et al., "Introduction to Algorithms", 15.2.
 *
 * @example
 * ```ts
 * import { linalg, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const product = linalg.multiDot([ones([10, 100]), ones([100, 5]), ones([5, 50])]);
 * deepStrictEqual([product.shape, product.at(0, 0)], [[10, 50], 500]);
 * ```
 */
export function multiDot(arrays: readonly ArrayLike[], ...args: Positional<OutOption>): NDArray {
  const { out } = optionsOf<OutOption>("multiDot", args);
  const product = computed(arrays, (...all) => {
    if (all.length < 2) return refuseArgument(`multiDot takes at least two arrays, not ${all.length}`);
    all.forEach((array, i) => {
      const isEnd = i === 0 || i === all.length - 1;
      if (array.ndim === 2 || (isEnd && array.ndim === 1)) return;
      refuseArgument(
        `multiDot takes matrices; the ends may be vectors: array ${i} is ${describe(array.view)}`,
      );
    });
    const isRow = all[0]!.ndim === 1, isColumn = all.at(-1)!.ndim === 1;
    const chain = [...all];
    if (isRow) chain[0] = chain[0]!.expandDims(0);
    if (isColumn) chain[chain.length - 1] = chain.at(-1)!.expandDims(1);
    const product = called("multiDot", () => multiplyChain(chain));
    if (isRow && isColumn) return product.reshape([]);
    return isRow ? product.reshape([-1]) : isColumn ? product.reshape([product.shape[0]!]) : product;
  });
  return productIn("multiDot", product, out);
}

function multiplyChain(chain: readonly NDArray[]): NDArray {
  const count = chain.length, sizes = [chain[0]!.shape[0]!, ...chain.map(({ shape }) => shape[1]!)];
  const cost = Array.from({ length: count }, () => new Float64Array(count));
  const cut = Array.from({ length: count }, () => new Uint32Array(count));
  for (let span = 1; span < count; span++) {
    for (let i = 0; i + span < count; i++) {
      const j = i + span;
      cost[i]![j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (total >= cost[i]![j]!) continue;
        cost[i]![j] = total;
        cut[i]![j] = k;
      }
    }
  }
  const multiply = (i: number, j: number): NDArray =>
    i === j ? chain[i]! : multiply(i, cut[i]![j]!).matmul(multiply(cut[i]![j]! + 1, j));
  return multiply(0, count - 1);
}

/** The sums of products along the last axes, which have one size; the others broadcast. */
export function contractionOfLast(a: NDArray, b: NDArray): NDArray {
  if (a.ndim === 0 || b.ndim === 0 || a.shape.at(-1) !== b.shape.at(-1)) {
    refuseSizes("vecdot", [a, b], "their last axes differ");
  }
  return called("vecdot", () => a.expandDims(-2).matmul(b.expandDims(-1)).squeeze([-1, -2]));
}
