/**
 * Functions of the caller's over an array: along an axis, over several, piece by piece.
 *
 * @module
 */
import { NDArray, type Values } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { zerosLike } from "../creation/like.ts";
import { stack } from "../functions.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { axisOf, given, over, refuseArgument } from "../storage/rows.ts";

/**
 * What a function gives for each vector along an axis, in the place of that axis: a number drops it, an array puts its
 * own axes there. All results have one shape. Refused: ARR002 of no vectors, SHP002 for results of several shapes, SHP004.
 *
 * @example
 * ```ts
 * import { applyAlongAxis, array } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([[8, 1, 7], [4, 3, 9]]);
 * const ends = applyAlongAxis((row) => (row.at(0) as number) + (row.at(-1) as number), 1, a);
 * deepStrictEqual(ends.toList(), [15, 13]);
 * ```
 */
export function applyAlongAxis(
  compute: (vector: NDArray) => ArrayLike,
  axis: number,
  a: ArrayLike,
): NDArray {
  return over(a, (array) =>
    scope(() => {
      if (array.ndim === 0) refuseArgument("applyAlongAxis takes an array with axes");
      const at = axisOf(array, axis), length = array.shape[at]!;
      const outer = array.shape.toSpliced(at, 1);
      const numVectors = sizeOfShape(outer);
      if (numVectors === 0) refuseArgument("applyAlongAxis has no vector from which to tell its result");
      const vectors = array.moveaxis(at, -1).reshape([numVectors, length]);
      const results = Array.from(vectors.rows(), (vector) => asarray(compute(vector)));
      const inner = results[0]!.shape;
      const whole = stack(results, 0).reshape([...outer, ...inner]);
      // the axes of a result go where the axis was
      const order = [
        ...outer.slice(0, at).map((_, i) => i),
        ...inner.map((_, i) => outer.length + i),
        ...outer.slice(at).map((_, i) => at + i),
      ];
      return whole.transpose(order).copy();
    }));
}

/**
 * A function of an array and an axis, over one axis after the other; what it drops is kept with size 1.
 * Refused: ARR002, SHP004.
 *
 * @example
 * ```ts
 * import { applyOverAxes, arange, sum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(24).reshape([2, 3, 4]);
 * deepStrictEqual(applyOverAxes((x, axis) => sum(x, { axis }), a, [0, 2]).toList(), [[[60], [92], [124]]]);
 * ```
 */
export function applyOverAxes(
  compute: (a: NDArray, axis: number) => NDArray,
  a: ArrayLike,
  axes: number | readonly number[],
): NDArray {
  return scope(() => {
    let value = given(a);
    const { ndim } = value;
    for (const axis of integersOf("applyOverAxes", "axes", axes)) {
      const at = axisOf(value, axis), made = compute(value, at);
      value = made.ndim === ndim ? made : made.expandDims(at);
      if (value.ndim !== ndim) {
        refuseArgument("applyOverAxes takes a function that keeps the axes, or drops one");
      }
    }
    return value.copy();
  });
}

/** What holds where a condition does: a value, or what a function gives for the elements there. */
export type Piece = number | bigint | boolean | ((chosen: NDArray) => ArrayLike);

/**
 * For each element the piece of the last condition that holds; one more piece holds where none does, without it 0. The
 * result has the dtype of x. As in NumPy, a condition that is alone need not stand in a list, and an array of conditions is
 * the list of its slices. Refused: ARR002, SHP009, DTY001.
 *
 * @example
 * ```ts
 * import { array, piecewise } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const x = array([-2, -1, 0, 3]);
 * deepStrictEqual(piecewise(x, [x.lt(0), x.ge(0)], [(part) => part.neg(), 7]).toList(), [2, 1, 7, 7]);
 * deepStrictEqual(piecewise(x, x.lt(0), [(part) => part.neg(), 7]).toList(), [2, 1, 7, 7]);
 * ```
 */
export function piecewise(
  x: ArrayLike,
  conditions: boolean | NDArray | readonly ArrayLike[],
  pieces: readonly Piece[],
): NDArray {
  return scope(() => {
    const source = given(x), listed = conditionsOf(conditions, source.ndim), count = listed.length;
    if (pieces.length !== count && pieces.length !== count + 1) {
      refuseArgument(
        `piecewise takes ${count} pieces for ${count} conditions, or one more for the rest, not ${pieces.length}`,
      );
    }
    const masks = listed.map((condition) => asarray(condition, { dtype: "bool" }));
    if (pieces.length > count) {
      const none = masks.reduce((any, mask) => any.logicalOr(mask), zerosLike(source, { dtype: "bool" }));
      masks.push(none.logicalNot());
    }
    const result = zerosLike(source);
    masks.forEach((mask, i) => {
      const piece = pieces[i]!;
      if (typeof piece !== "function") return result.set(mask, piece as Values);
      const chosen = source.get(mask);
      if (chosen.size > 0) result.set(mask, asarray(piece(chosen)));
      return result;
    });
    return result;
  });
}

/** Conditions in a list: one of bools is alone, beside an array that has axes. */
function conditionsOf(given: boolean | NDArray | readonly ArrayLike[], ndim: number): readonly ArrayLike[] {
  if (typeof given === "boolean") return [given];
  if (given instanceof NDArray) {
    return given.ndim === 0 || (given.ndim === 1 && ndim > 0) ? [given] : [...given.rows()];
  }
  const isAlone = ndim > 0 && given.length > 0 && typeof given[0] !== "object";
  return isAlone ? [given as readonly boolean[]] : given;
}
