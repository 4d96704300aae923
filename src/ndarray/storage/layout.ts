/**
 * Shapes and byte strides as numbers: NumPy's rules, without any array. An axis of size 1 may have any stride.
 *
 * @module
 */

/** The product of the sizes. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape as NumPy prints it: `(3,)`. */
export function shapeText(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** Strides of neighbouring elements, the last axis the fastest. */
export function rowMajorStrides(shape: readonly number[], itemsize: number): number[] {
  const strides = new Array<number>(shape.length);
  let stride = itemsize;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/** Whether the elements are neighbours in row-major order. */
export function isRowMajor(shape: readonly number[], strides: readonly number[], itemsize: number): boolean {
  let expected = itemsize;
  if (shape.includes(0)) return true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** Whether the elements are neighbours in column-major order. */
export function isColumnMajor(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
): boolean {
  return isRowMajor(shape.toReversed(), strides.toReversed(), itemsize);
}

/**
 * The common shape under NumPy's broadcasting, or the axes that differ.
 *
 * @example
 * ```ts
 * import { commonShape } from "./layout.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(commonShape([[3, 1], [4]]), [3, 4]);
 * deepStrictEqual(commonShape([[3], [4]]), { axis: -1, sizes: [3, 4] });
 * ```
 */
export function commonShape(
  shapes: readonly (readonly number[])[],
): number[] | { readonly axis: number; readonly sizes: readonly [number, number] } {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let axis = -1; axis >= -shape.length; axis--) {
      const size = shape.at(axis)!, known = result[rank + axis]!;
      if (known === 1) result[rank + axis] = size;
      else if (size !== 1 && size !== known) return { axis, sizes: [known, size] };
    }
  }
  return result;
}

/** Strides over a shape to which `shape` broadcasts: 0 along what is repeated. */
export function broadcastStrides(
  shape: readonly number[],
  strides: readonly number[],
  to: readonly number[],
): number[] {
  const missing = to.length - shape.length;
  return to.map((size, axis) => {
    const from = axis - missing;
    return from < 0 || (shape[from] === 1 && size !== 1) ? 0 : strides[from]!;
  });
}

/**
 * Strides under which the same elements have another shape, in row-major order; null where there are none and a
 * copy is needed. The shapes have equally many elements.
 *
 * Source: `_attempt_nocopy_reshape` of NumPy (numpy/_core/src/multiarray/shape.c).
 */
export function reshapedStrides(
  shape: readonly number[],
  strides: readonly number[],
  to: readonly number[],
  itemsize: number,
): number[] | null {
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== 1);
  const from = axes.map((axis) => shape[axis]!), steps = axes.map((axis) => strides[axis]!);
  const result = new Array<number>(to.length);
  let i = 0, j = 0;
  while (i < from.length && j < to.length) {
    let oldSize = from[i]!, newSize = to[j]!, oldEnd = i + 1, newEnd = j + 1;
    while (oldSize !== newSize) {
      if (newSize < oldSize) newSize *= to[newEnd++]!;
      else oldSize *= from[oldEnd++]!;
    }
    for (let axis = i; axis < oldEnd - 1; axis++) {
      if (steps[axis] !== from[axis + 1]! * steps[axis + 1]!) return null;
    }
    let step = steps[oldEnd - 1]!;
    for (let axis = newEnd - 1; axis >= j; axis--) {
      result[axis] = step;
      step *= to[axis]!;
    }
    i = oldEnd;
    j = newEnd;
  }
  for (; j < to.length; j++) result[j] = steps.at(-1) ?? itemsize;
  return result;
}

/**
 * Strides of a new array whose axes are ordered in memory as the operands' are, as NumPy's order "K"; of operands
 * in conflict, row-major order wins.
 *
 * Source: `npyiter_find_best_axis_ordering` of NumPy (numpy/_core/src/multiarray/nditer_constr.c).
 *
 * @param operands strides of each operand over the shape
 */
export function keptOrderStrides(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
  itemsize: number,
): number[] {
  /** axes, the fastest first */
  const order: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    let position = order.length;
    for (let at = order.length - 1; at >= 0; at--) {
      const comparison = compareAxes(operands, axis, order[at]!);
      if (comparison === "slower") break;
      if (comparison === "faster") position = at;
    }
    order.splice(position, 0, axis);
  }
  const strides = new Array<number>(shape.length);
  let stride = itemsize;
  for (const axis of order) {
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/**
 * Strides of a copy whose axes are ordered in memory as those of one array: by falling strides, equals in row-major
 * order. Unlike `keptOrderStrides`, an axis of repeated elements is the fastest.
 *
 * Source: `PyArray_NewLikeArray` of NumPy (numpy/_core/src/multiarray/ctors.c).
 */
export function sortedStrides(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
): number[] {
  if (isRowMajor(shape, strides, itemsize) || shape.includes(0)) return rowMajorStrides(shape, itemsize);
  const order = [...shape.keys()].sort((x, y) => Math.abs(strides[y]!) - Math.abs(strides[x]!) || x - y);
  const result = new Array<number>(shape.length);
  let stride = itemsize;
  for (const axis of order.toReversed()) {
    result[axis] = stride;
    stride *= shape[axis]!;
  }
  return result;
}

/** how an axis relates to one that follows it in row-major order */
function compareAxes(
  operands: readonly (readonly number[])[],
  axis: number,
  other: number,
): "faster" | "slower" | "either" {
  let answer: "faster" | "slower" | "either" = "either";
  for (const strides of operands) {
    const mine = Math.abs(strides[axis]!), others = Math.abs(strides[other]!);
    if (mine === 0 || others === 0) continue;
    if (others <= mine) answer = "slower";
    else if (answer === "either") answer = "faster";
  }
  return answer;
}

/** A run of bytes relative to the first element: the lowest, and the one behind the highest. */
export function extent(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
): readonly [number, number] {
  let low = 0, high = itemsize;
  if (shape.includes(0)) return [0, 0];
  shape.forEach((size, axis) => {
    const reach = (size - 1) * strides[axis]!;
    if (reach < 0) low += reach;
    else high += reach;
  });
  return [low, high];
}

/**
 * Whether `sum(steps[i] * x[i]) = target` has a solution with `0 <= x[i] <= most[i]`: whether two strided arrays
 * have a byte in common. Steps are positive. Exact; the search is cut by bounds and by common divisors.
 */
export function hasBoundedSolution(
  terms: readonly { readonly step: number; readonly most: number }[],
  target: number,
): boolean {
  const sorted = terms.filter(({ most }) => most > 0).sort((a, b) => b.step - a.step);
  const reach = new Array<number>(sorted.length + 1).fill(0);
  const divisor = new Array<number>(sorted.length + 1).fill(0);
  for (let i = sorted.length - 1; i >= 0; i--) {
    reach[i] = reach[i + 1]! + sorted[i]!.step * sorted[i]!.most;
    divisor[i] = greatestCommonDivisor(divisor[i + 1]!, sorted[i]!.step);
  }
  const search = (at: number, rest: number): boolean => {
    if (rest < 0 || rest > reach[at]!) return false;
    if (at === sorted.length) return rest === 0;
    if (rest % divisor[at]! !== 0) return false;
    const { step, most } = sorted[at]!;
    const high = Math.min(most, Math.floor(rest / step));
    const low = Math.max(0, Math.ceil((rest - reach[at + 1]!) / step));
    for (let x = high; x >= low; x--) if (search(at + 1, rest - x * step)) return true;
    return false;
  };
  return search(0, target);
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
