/** Cases that NumPy answered, from files of testdata/: one test a function, which runs all of its cases. @module */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import type { DType, TypedArray } from "../../dtype/mod.ts";
import * as nd from "../mod.ts";

/** An array as a file has it, less its elements. */
export interface PackedArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** how the operand is a view of the elements: "T", or a slice */
  readonly view?: string;
}

/** A call and its answer. */
export interface NumpyCase<Packed extends PackedArray> {
  /** over `nd` and the operands `a`, `b`, `c`; it comes from the generator in tools/, so it may be run */
  readonly code: string;
  readonly operands: readonly Packed[];
  /** null: NumPy refuses */
  readonly expected: readonly Packed[] | null;
  /** units in the last place of the largest finite element by which floats may differ; none: they are the same */
  readonly tolerance?: number;
}

/** How a file's cases are told. */
export interface CaseReading<Packed extends PackedArray> {
  /** the function that a case is about */
  readonly nameOf: (one: NumpyCase<Packed>) => string;
  readonly elementsOf: (packed: Packed) => TypedArray;
}

/** Registers a test for each function that has cases. */
export function testCases<Packed extends PackedArray>(
  cases: readonly NumpyCase<Packed>[],
  { nameOf, elementsOf }: CaseReading<Packed>,
): void {
  const operandOf = (packed: Packed): nd.NDArray => {
    const whole = nd.fromTypedArray(elementsOf(packed), { shape: packed.shape });
    const array = packed.dtype === "bool" ? whole.astype("bool") : whole;
    return packed.view === undefined ? array : packed.view === "T" ? array.T : array.slice(packed.view);
  };
  const run = ({ code, operands }: NumpyCase<Packed>): nd.NDArray[] => {
    const evaluate = new Function("nd", "a", "b", "c", `return (${code});`);
    const result: unknown = evaluate(nd, ...operands.map(operandOf));
    return Array.isArray(result) ? result : [result as nd.NDArray];
  };
  for (const name of new Set(cases.map(nameOf))) {
    Deno.test(`${name}() gives what NumPy gives`, () => {
      for (const wanted of cases.filter((one) => nameOf(one) === name)) {
        const { code, operands, expected, tolerance = 0 } = wanted;
        nd.scope(() => {
          try {
            if (expected === null) return void throws(() => run(wanted));
            const results = run(wanted);
            strictEqual(results.length, expected.length);
            results.forEach((result, i) => {
              const { dtype, shape } = expected[i]!;
              deepStrictEqual([result.dtype, result.shape], [dtype, shape]);
              refuseDifference(result, elementsOf(expected[i]!), tolerance);
            });
          } catch (error) {
            throw new Error(`${code} of ${JSON.stringify(operands)}`, { cause: error });
          }
        });
      }
    });
  }
}

/** floats are close beside the largest finite one: sums of them may cancel */
function refuseDifference(actual: nd.NDArray, expected: TypedArray, tolerance: number): void {
  const given = actual.toTypedArray(), ulp = { f32: 2 ** -24, f64: 2 ** -53 }[actual.dtype as string] ?? 0;
  let scale = 0;
  for (const value of expected) {
    if (Math.abs(Number(value)) < Infinity) scale = Math.max(scale, Math.abs(Number(value)));
  }
  expected.forEach((value: number | bigint, i: number) => {
    const isEqual = given[i] === value || Object.is(given[i], value) ||
      Math.abs(Number(given[i]) - Number(value)) <= tolerance * scale * ulp;
    ok(isEqual, `element ${i} is ${given[i]}, not ${value}; ${given} is not ${expected}`);
  });
}
