/**
 * Reductions and casts of strided, reversed and permuted views, beside the scalar reference.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES, isFloat, sumOf } from "../../dtype/mod.ts";
import { cast, type Value } from "../../reference/scalar.ts";
import { reduceValues } from "../../reference/reduce.ts";
import * as nd from "../mod.ts";

const SHAPE = [5, 6, 7];
const OPS = ["sum", "prod", "min", "max", "any", "all", "argmin", "argmax"] as const;

/** small numbers, whose sums and products are exact in any order in every float */
function sourceArray(dtype: DType, seed: number): nd.NDArray {
  const { kind, isBigInt, TypedArray } = DTYPE[dtype];
  const elements = new TypedArray(210);
  for (let i = 0; i < 210; i++) {
    const random = ((i + seed) * 2654435761) >>> 7;
    const value = kind === "b"
      ? random % 2
      : kind === "u"
      ? random % 5
      : [-2, -1, 0, 1, 1, 2, -0.5][random % 7]!;
    elements[i] = isBigInt ? BigInt(Math.trunc(value)) : isFloat(dtype) ? value : Math.trunc(value);
    if (isFloat(dtype) && seed % 5 === 0 && random % 31 === 0) elements[i] = NaN;
  }
  using flat = nd.fromTypedArray(elements, { shape: SHAPE });
  return dtype === "bool" ? flat.astype("bool") : flat.copy();
}

const toValues = (array: nd.NDArray): Value[] => [...array.toTypedArray() as Iterable<Value>];

/** the values that each result takes together, in the order of the results */
function groups(array: nd.NDArray, axes: readonly number[]): Value[][] {
  const kept = array.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  using moved = array.permuteDims([...kept, ...axes]);
  const values = toValues(moved);
  const width = axes.reduce((product, axis) => product * array.shape[axis]!, 1);
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

const view = fc.record({
  order: fc.shuffledSubarray([0, 1, 2], { minLength: 3, maxLength: 3 }),
  index: fc.constantFrom("...", "::-1", "..., ::-2", ":, 1:4", "::2, ::-1, 1:", "1:2, :, :1", ":, :1"),
});

Deno.test("reductions give what the reference gives, for every dtype, over any axes of any view", () => {
  const axes = fc.subarray([0, 1, 2], { minLength: 1 });
  const cases = fc.tuple(fc.constantFrom(...DTYPES), fc.constantFrom(...OPS), view, axes, fc.nat(20));
  fc.assert(
    fc.property(cases, ([dtype, op, { order, index }, chosen, seed]) =>
      nd.scope(() => {
        const a = sourceArray(dtype, seed).permuteDims(order).slice(index);
        const isIndex = op === "argmin" || op === "argmax";
        const axes = isIndex ? chosen.slice(0, 1) : chosen;
        const actual = isIndex ? a[op](axes[0]!) : a[op](axes);
        const compute = op === "sum" || op === "prod"
          ? sumOf(dtype)
          : op === "any" || op === "all"
          ? "bool"
          : dtype;
        const wanted = groups(a, axes).map((values) =>
          reduceValues(op, values.map((value) => cast(value, dtype, compute)), compute)
        );
        deepStrictEqual(toValues(actual), wanted);
        strictEqual(actual.dtype, isIndex ? "i64" : compute);
        const kept = isIndex ? a[op](axes[0]!, { keepdims: true }) : a[op](axes, { keepdims: true });
        deepStrictEqual(kept.shape, a.shape.map((size, axis) => axes.includes(axis) ? 1 : size));
        deepStrictEqual(toValues(kept), toValues(actual));
      })),
    { numRuns: 300 },
  );
});

Deno.test("mean() and var() of any axes agree with their definitions", () => {
  const axes = fc.subarray([0, 1, 2], { minLength: 1 });
  fc.assert(
    fc.property(fc.constantFrom(...DTYPES), view, axes, (dtype, { order, index }, axes) =>
      nd.scope(() => {
        const a = sourceArray(dtype, 1).permuteDims(order).slice(index);
        const means = toValues(a.mean(axes)).map(Number), variances = toValues(a.var(axes)).map(Number);
        groups(a, axes).forEach((group, i) => {
          const values = group.map(Number);
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
          ok(Math.abs(means[i]! - mean) <= 1e-7 && Math.abs(variances[i]! - variance) <= 1e-6);
        });
      })),
    { numRuns: 60 },
  );
});

Deno.test("astype() gives what the reference's cast gives, for every pair of dtypes", () => {
  nd.scope(() => {
    for (const from of DTYPES) {
      const { kind, isBigInt } = DTYPE[from];
      const numbers = kind === "b"
        ? [0, 1]
        : kind === "u"
        ? [0, 1, 2, 127, 128, 255]
        : [0, 1, -1, 127, -128, 100];
      if (isFloat(from)) numbers.push(0.5, -1.5, NaN, Infinity, -Infinity, 300.75, -70000, 5e9, 1e20);
      const values = Array.from({ length: 37 }, (_, i) => numbers[i % numbers.length]!);
      const a = nd.fromTypedArray(
        isBigInt
          ? (from === "u64" ? BigUint64Array : BigInt64Array).from(values.map(BigInt))
          : new (DTYPE[from].TypedArray as Float64ArrayConstructor)(values),
      );
      const source = from === "bool" ? a.astype("bool") : a;
      for (const to of DTYPES) {
        const wanted = toValues(source).map((value) => cast(value, from, to));
        deepStrictEqual(toValues(source.astype(to)), wanted, `${from} to ${to}`);
        deepStrictEqual(
          toValues(source.slice("::-2").astype(to)),
          wanted.toReversed().filter((_, i) => i % 2 === 0),
        );
      }
    }
  });
});
