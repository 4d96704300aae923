/**
 * Axes: how they are spoken of, and the operations that drop, add and permute them.
 *
 * @module
 */
import { Refusal, refuse } from "./refusal.ts";
import { type Dim, nameOf, type Rule, type Shape, showShape, sizeOf } from "./shape.ts";

/** An axis as authors write it: an index, from the end where it is negative, or the axis's name. */
export type AxisName = number | string;

/** The index of an axis given by index or by name. Refused: SHP004. */
export function resolveAxis(shape: Shape, axis: AxisName): Rule<number> {
  if (typeof axis === "string") {
    const first = shape.findIndex((dim) => nameOf(dim) === axis);
    if (first < 0) {
      const names = shape.map(nameOf).filter((name) => name !== null);
      const hint = names.length > 0 ? `the named axes are ${names.join(", ")}` : "none of its axes is named";
      return refuse("SHP004", `no axis named ${axis} in ${showShape(shape)}`, hint);
    }
    if (shape.findLastIndex((dim) => nameOf(dim) === axis) === first) return first;
    return refuse(
      "SHP004",
      `more than one axis named ${axis} in ${showShape(shape)}`,
      "use the index of the axis",
    );
  }
  const index = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(index) && index >= 0 && index < shape.length) return index === 0 ? 0 : index;
  return refuse("SHP004", `no axis ${axis} in ${showShape(shape)}: its rank is ${shape.length}`);
}

/** The index that a new axis will have in the result, whose rank is one more. Refused: SHP004. */
export function resolveNewAxis(shape: Shape, axis: number): Rule<number> {
  const index = axis < 0 ? axis + shape.length + 1 : axis;
  if (Number.isInteger(index) && index >= 0 && index <= shape.length) return index === 0 ? 0 : index;
  return refuse(
    "SHP004",
    `no axis ${axis} for a new axis in ${showShape(shape)}: the result's rank is ${shape.length + 1}`,
  );
}

/** The indices of one axis or of several, ascending. Refused: SHP004, also for none and for one given twice. */
export function resolveAxes(shape: Shape, axes: AxisName | readonly AxisName[]): Rule<number[]> {
  const list = typeof axes === "object" ? axes : [axes];
  if (list.length === 0) return refuse("SHP004", `no axis is given to reduce ${showShape(shape)}`);
  const resolved: number[] = [];
  for (const axis of list) {
    const index = resolveAxis(shape, axis);
    if (index instanceof Refusal) return index;
    if (resolved.includes(index)) {
      return refuse("SHP004", `axis ${axis} of ${showShape(shape)} is given twice`);
    }
    resolved.push(index);
  }
  return resolved.sort((a, b) => a - b);
}

/** The shape of a reduction over one axis or several; with `keepdims` they stay, with size 1 and no label. */
export function reduceShape(shape: Shape, axes: AxisName | readonly AxisName[], keepdims = false): Rule {
  const reduced = resolveAxes(shape, axes);
  if (reduced instanceof Refusal) return reduced;
  if (keepdims) return shape.map((dim, axis) => reduced.includes(axis) ? 1 : dim);
  return shape.filter((_, axis) => !reduced.includes(axis));
}

/** The shape without the axis, whose size must be 1. Refused: SHP004, SHP005. */
export function squeeze(shape: Shape, axis: AxisName): Rule {
  const index = resolveAxis(shape, axis);
  if (index instanceof Refusal) return index;
  const size = sizeOf(shape[index]!);
  if (size === 1) return shape.toSpliced(index, 1);
  return refuse("SHP005", `cannot squeeze axis ${axis} of ${showShape(shape)}: its size is ${size}, not 1`);
}

/** The shape with its axes permuted; without `axes` reversed, as NumPy. Refused: SHP004, SHP014. */
export function transposeShape(
  shape: Shape,
  axes?: readonly AxisName[],
): Rule<{ readonly shape: Shape; readonly axes: readonly number[] }> {
  if (axes === undefined) {
    return { shape: shape.toReversed(), axes: shape.map((_, axis) => shape.length - 1 - axis) };
  }
  const cannot = `cannot transpose ${showShape(shape)} by ${showShape(axes)}`;
  if (axes.length !== shape.length) {
    return refuse("SHP014", `${cannot}: its rank is ${shape.length}, the list's length is ${axes.length}`);
  }
  const permutation: number[] = [];
  for (const axis of axes) {
    const index = resolveAxis(shape, axis);
    if (index instanceof Refusal) return index;
    if (permutation.includes(index)) return refuse("SHP014", `${cannot}: axis ${axis} is used twice`);
    permutation.push(index);
  }
  return { shape: permutation.map((axis): Dim => shape[axis]!), axes: permutation };
}
