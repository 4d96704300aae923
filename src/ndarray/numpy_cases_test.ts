/**
 * The eager API beside NumPy: every case of testdata/ndarray/numpy_cases.json.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as nd from "./mod.ts";

interface Case {
  readonly numpy: string;
  readonly code: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly strides: readonly (number | null)[] | null;
  readonly isView: boolean;
  readonly writeable: boolean | null;
  readonly cContiguous: boolean;
  readonly fContiguous: boolean;
  readonly values: readonly (string | boolean)[] | null;
  readonly str: string;
  readonly repr: string;
}

const { cases } = JSON.parse(
  Deno.readTextFileSync(new URL("../../testdata/ndarray/numpy_cases.json", import.meta.url)),
) as { readonly cases: readonly Case[] };

/** what the cases are written over */
function environment(): Record<string, nd.NDArray> {
  const m = nd.arange(12, undefined, { dtype: "f32" }).reshape([3, 4]);
  return {
    a: nd.arange(24).reshape([2, 3, 4]),
    v: nd.arange(10),
    m,
    t: m.T,
    f: nd.array([1.5, -2.5, NaN, -0, 0.25, -Infinity]),
  };
}

/** the code of a case comes from the generator in tools/, so it may be run */
function run(code: string, names: Record<string, nd.NDArray>): nd.NDArray {
  const evaluate = new Function("nd", ...Object.keys(names), `return (${code});`);
  const result: unknown = evaluate(nd, ...Object.values(names));
  return result instanceof nd.NDArray ? result : nd.array(result as nd.NestedList);
}

/** C's hexadecimal floats: 0x1.8p+1 */
function parseHex(text: string): number {
  const match = /^(-?)0x([01])\.([0-9a-f]+)p([+-]\d+)$/.exec(text);
  if (match === null) return Number(text.replace("inf", "Infinity"));
  const [, sign, whole, fraction, power] = match as unknown as [string, string, string, string, string];
  const magnitude = (Number(whole) + parseInt(fraction, 16) / 16 ** fraction.length) * 2 ** Number(power);
  return sign === "-" ? -magnitude : magnitude;
}

function expected(value: string | boolean, dtype: string): number | bigint | boolean {
  if (typeof value === "boolean") return value;
  if (dtype.startsWith("f")) return parseHex(value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value);
}

/** sums and means of floats may differ in their last bits: the order of the additions is not NumPy's */
function isClose(actual: unknown, wanted: number | bigint | boolean, dtype: string): boolean {
  if (typeof actual !== "number" || typeof wanted !== "number" || !dtype.startsWith("f")) {
    return actual === wanted;
  }
  if (Object.is(actual, wanted)) return true;
  return Math.abs(actual - wanted) <= (dtype === "f32" ? 2 ** -22 : 2 ** -51) * Math.abs(wanted);
}

for (const wanted of cases) {
  Deno.test(`${wanted.code} is what NumPy gives for ${wanted.numpy}`, () => {
    nd.scope(() => {
      const names = environment();
      const actual = run(wanted.code, names);
      strictEqual(actual.dtype, wanted.dtype);
      deepStrictEqual(actual.shape, wanted.shape);
      if (wanted.values !== null) {
        const values = [actual.reshape(-1).toList()].flat() as unknown[];
        const isEqual = values.every((value, i) =>
          isClose(value, expected(wanted.values![i]!, wanted.dtype), wanted.dtype)
        );
        ok(isEqual && values.length === wanted.values.length, `${values} is not ${wanted.values}`);
      }
      if (wanted.strides !== null) {
        deepStrictEqual(
          actual.strides.map((stride, axis) => actual.shape[axis]! > 1 ? stride : null),
          wanted.strides,
        );
      }
      const isElement = actual.ndim === 0;
      if (actual.size > 0 && !isElement) {
        strictEqual(Object.values(names).some((source) => nd.sharesMemory(source, actual)), wanted.isView);
        if (wanted.isView) ok(actual.base !== null || Object.values(names).includes(actual));
      }
      const { cContiguous, fContiguous, writeable } = actual.flags;
      deepStrictEqual([cContiguous, fContiguous], [wanted.cContiguous, wanted.fContiguous]);
      if (wanted.writeable !== null) strictEqual(writeable, wanted.writeable);
      strictEqual(actual.toString(), wanted.str);
      strictEqual(Deno.inspect(actual), wanted.repr);
    });
  });
}
