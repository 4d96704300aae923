/**
 * The meaning of the reductions, on the values of one result in row-major order.
 *
 * @module
 */
import { type DType, isFloat } from "../dtype/mod.ts";
import type { ReduceOp } from "../expr/primitives.ts";
import { evaluate, roundFloat, type Value, wrapInteger } from "./scalar.ts";

/** The sum: floats in f64, rounded at the end; integers wrap; of bools, whether any is true. */
export function sum(values: readonly Value[], dtype: DType): Value {
  if (isFloat(dtype)) {
    return roundFloat(values.reduce<number>((total, value) => total + Number(value), 0), dtype);
  }
  return wrapInteger(values.reduce<bigint>((total, value) => total + BigInt(value), 0n), dtype);
}

function product(values: readonly Value[], dtype: DType): Value {
  if (isFloat(dtype)) {
    return roundFloat(values.reduce<number>((total, value) => total * Number(value), 1), dtype);
  }
  return values.reduce<Value>(
    (total, value) => evaluate("mul", dtype, [total, value]),
    wrapInteger(1n, dtype),
  );
}

/** The position of the first NaN, else of the first value that none comes before. */
function firstExtreme(values: readonly Value[], comesBefore: (a: Value, b: Value) => boolean): number {
  if (values.length === 0) throw new Error("the extreme of no values");
  const nan = values.findIndex((value) => value !== value);
  if (nan >= 0) return nan;
  return values.reduce<number>((best, value, i) => comesBefore(value, values[best]!) ? i : best, 0);
}

/** One result of a reduction over values of the dtype. */
export function reduceValues(op: ReduceOp, values: readonly Value[], dtype: DType): Value {
  const smallest = () => firstExtreme(values, (a, b) => a < b);
  const largest = () => firstExtreme(values, (a, b) => a > b);
  switch (op) {
    case "sum":
      return sum(values, dtype);
    case "prod":
      return product(values, dtype);
    case "min":
      return values[smallest()]!;
    case "max":
      return values[largest()]!;
    case "argmin":
      return BigInt(smallest());
    case "argmax":
      return BigInt(largest());
    case "any":
      return values.some((value) => Number(value) !== 0) ? 1 : 0;
    case "all":
      return values.every((value) => Number(value) !== 0) ? 1 : 0;
    default:
      return op satisfies never;
  }
}
