/**
 * Tensors of the reference interpreter: a shape and the values in row-major order, in plain JavaScript arrays.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { roundFloat, type Value } from "./scalar.ts";

/** A whole array: values in row-major order. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** bigints for i64 and u64, else numbers; a bool is 0 or 1, an f32 is a number that f32 holds */
  readonly data: readonly Value[];
}

/** The product of the sizes; 1 for no axes. */
export function numElementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A tensor of that shape, checked: as many values as the shape has elements, each one that the dtype holds.
 *
 * @example
 * ```ts
 * import { tensor } from "./tensor.ts";
 * tensor("f32", [2, 2], [1, 2, 3, 4]);
 * ```
 */
export function tensor(dtype: DType, shape: readonly number[], data: readonly Value[]): Tensor {
  if (data.length !== numElementsOf(shape)) {
    throw new Error(`${data.length} values for a tensor of shape (${shape.join(", ")})`);
  }
  for (const value of data) if (!holds(dtype, value)) throw new Error(`${String(value)} is no ${dtype}`);
  return { dtype, shape, data };
}

function holds(dtype: DType, value: Value): boolean {
  const { kind, isBigInt, range } = DTYPE[dtype];
  if ((typeof value === "bigint") !== isBigInt) return false;
  if (kind === "b") return value === 0 || value === 1;
  if (kind === "f") return Object.is(roundFloat(Number(value), dtype), value);
  return (isBigInt || Number.isInteger(value)) && value >= range![0] && value <= range![1];
}

/** Every index of a shape, in row-major order. */
export function* indicesOf(shape: readonly number[]): Generator<readonly number[]> {
  const total = numElementsOf(shape);
  for (let position = 0; position < total; position++) {
    const index = Array<number>(shape.length);
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    yield index;
  }
}

/** The value at an index. */
export function at(source: Tensor, index: readonly number[]): Value {
  let position = 0;
  source.shape.forEach((size, axis) => {
    const i = index[axis]!;
    if (!(i >= 0 && i < size)) throw new Error(`index ${i} on axis ${axis} of size ${size}`);
    position = position * size + i;
  });
  return source.data[position]!;
}

/** A tensor of `shape` whose value at each index is what `value` gives. */
export function generate(
  dtype: DType,
  shape: readonly number[],
  value: (index: readonly number[]) => Value,
): Tensor {
  const data: Value[] = [];
  for (const index of indicesOf(shape)) data.push(value(index));
  return { dtype, shape, data };
}

/** The shape to which both broadcast, right-aligned. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1, y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new Error(`(${a.join(", ")}) and (${b.join(", ")}) do not broadcast`);
    }
    return x === 1 ? y : x;
  });
}

/** The value of a tensor at an index of a shape to which it broadcasts. */
export function broadcastAt(source: Tensor, index: readonly number[]): Value {
  const skipped = index.length - source.shape.length;
  return at(source, source.shape.map((size, axis) => size === 1 ? 0 : index[axis + skipped]!));
}
