import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DTYPES } from "../../dtype/mod.ts";
import { all, any, argmax, argmin, array, countNonzero, max, min, nanmax, nanmin, scope } from "../mod.ts";

/** numbers of which many are equal, all that every dtype holds */
const few = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 });
const floats = fc.array(fc.constantFrom(NaN, -0, 0, 1, -1, 2.5, Infinity, -Infinity), {
  minLength: 1,
  maxLength: 200,
});

/** the first position of the extremum, by NumPy's words: NaN is more extreme than numbers */
function firstOf(values: readonly number[], isMax: boolean): number {
  const nan = values.findIndex(Number.isNaN);
  if (nan >= 0) return nan;
  return values.indexOf((isMax ? Math.max : Math.min)(...values) + 0);
}

Deno.test("argmax() and argmin() give the first of equals for every dtype, in rows and of all elements", () => {
  fc.assert(fc.property(few, fc.constantFrom(...DTYPES), (given, dtype) => {
    scope(() => {
      const values = dtype === "bool" ? given.map((x) => x & 1) : given;
      const a = array(values, { dtype }), rows = array([values, values.toReversed()], { dtype });
      for (const [find, isMax] of [[argmax, true], [argmin, false]] as const) {
        const expected = [values, values.toReversed()].map((row) => firstOf(row, isMax));
        strictEqual(find(a).item(), expected[0]);
        deepStrictEqual(find(rows, 1).toList(), expected);
        deepStrictEqual(find(rows, 1, { keepdims: true }).toList(), expected.map((x) => [x]));
        strictEqual(find(a.slice("::-1")).item(), expected[1]);
      }
    });
  }));
});

Deno.test("argmax() and argmin() order extremes of integers of both signs and of 64 bits", () => {
  for (const dtype of DTYPES.filter((one) => /[iu]/.test(one))) {
    scope(() => {
      const bits = BigInt(dtype.slice(1)), isSigned = dtype.startsWith("i");
      const low = isSigned ? -(1n << (bits - 1n)) : 0n, high = low + (1n << bits) - 1n;
      for (const length of [3, 64, 5000]) {
        const values = Array.from({ length }, (_, i) => i === length - 2 ? high : i === 1 ? low : low + 7n);
        const a = array(values, { dtype });
        deepStrictEqual([argmax(a).item(), argmin(a).item()], length === 3 ? [1, 0] : [length - 2, 1]);
      }
    });
  }
});

Deno.test("argmax() and argmin() of floats take the first NaN, and zeros of both signs as equal", () => {
  fc.assert(fc.property(floats, fc.constantFrom("f32" as const, "f64" as const), (values, dtype) => {
    scope(() => {
      const a = array(values, { dtype });
      strictEqual(argmax(a).item(), firstOf(values.map((x) => x + 0), true));
      strictEqual(argmin(a).item(), firstOf(values.map((x) => x + 0), false));
    });
  }));
  scope(() => {
    const long = array(Array.from({ length: 9000 }, (_, i) => i === 8500 || i === 8600 ? NaN : i));
    strictEqual(argmax(long).item(), 8500);
    strictEqual(argmin(long).item(), 8500);
  });
});

Deno.test("nanmax() and nanmin() leave NaN out in vectors and behind them", () => {
  fc.assert(fc.property(floats, fc.constantFrom("f32" as const, "f64" as const), (values, dtype) => {
    scope(() => {
      const a = array(values, { dtype }), numbers = values.filter((x) => !Number.isNaN(x));
      // the sign of a zero depends on the order
      const expected = (find: typeof Math.max) => numbers.length === 0 ? NaN : find(...numbers) + 0;
      strictEqual(nanmax(a).item() as number + 0, expected(Math.max));
      strictEqual(nanmin(a).item() as number + 0, expected(Math.min));
    });
  }));
});

Deno.test("countNonzero(), any(), all(), min() and max() agree with a walk over the elements", () => {
  fc.assert(fc.property(few, fc.constantFrom(...DTYPES), (given, dtype) => {
    scope(() => {
      const values = dtype === "bool" ? given.map((x) => x & 1) : given, a = array(values, { dtype });
      strictEqual(countNonzero(a).item(), values.filter((x) => x !== 0).length);
      strictEqual(any(a).item(), values.some((x) => x !== 0));
      strictEqual(all(a).item(), values.every((x) => x !== 0));
      strictEqual(Number(min(a).item()), Math.min(...values));
      strictEqual(Number(max(a).item()), Math.max(...values));
    });
  }));
  scope(() => {
    strictEqual(countNonzero(array([0, -0, NaN, 1e-320, 5])).item(), 3);
    for (const dtype of DTYPES) {
      const long = array(Array.from({ length: 40_000 }, (_, i) => Number(i % 3 === 0)), { dtype });
      strictEqual(countNonzero(long).item(), 13_334);
    }
  });
});

Deno.test("any() and all() of bools find one that decides wherever it is", () => {
  scope(() => {
    for (const at of [0, 15, 16, 17, 16_383, 16_384, 40_000]) {
      const values = new Uint8Array(40_001);
      values[at] = 1;
      const a = array(values, { dtype: "bool" });
      strictEqual(any(a).item(), true);
      strictEqual(all(a.logicalNot()).item(), false);
      strictEqual(argmax(a).item(), at);
    }
    strictEqual(any(array(new Uint8Array(40_001), { dtype: "bool" })).item(), false);
    strictEqual(all(array(new Uint8Array(40_001).fill(1), { dtype: "bool" })).item(), true);
    strictEqual(any(array([], { dtype: "bool" })).item(), false);
    strictEqual(all(array([], { dtype: "bool" })).item(), true);
  });
});
