import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import * as nd from "../mod.ts";

const DTYPES = ["bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"] as const;

/** few different values, so that there are equal ones; of floats also what is in no plain order */
function valuesOf(dtype: typeof DTYPES[number]): fc.Arbitrary<number | bigint> {
  if (dtype === "bool") return fc.constantFrom(0, 1);
  if (dtype === "f32" || dtype === "f64") {
    return fc.constantFrom(-Infinity, -1.5, -0, 0, 0.25, 3, 2 ** 40, Infinity, NaN);
  }
  if (dtype === "u64") return fc.constantFrom(0n, 1n, 7n, 2n ** 63n, 2n ** 64n - 1n);
  if (dtype === "i64") return fc.constantFrom(-(2n ** 63n), -5n, 0n, 1n, 2n ** 53n + 1n, 2n ** 63n - 1n);
  return dtype.startsWith("u") ? fc.constantFrom(0, 1, 100, 200, 255) : fc.constantFrom(-128, -3, 0, 2, 127);
}

const isBefore = (a: number | bigint, b: number | bigint) => a < b || (b !== b && a === a);

Deno.test("searchsorted() counts what is before each value, whatever the dtype, the lengths and the layout", () => {
  for (const dtype of DTYPES) {
    const list = (maxLength: number) => fc.array(valuesOf(dtype), { maxLength });
    fc.assert(
      fc.property(list(19), list(11), fc.constantFrom("left", "right"), (elements, values, side) => {
        using row = nd.sort(nd.array(elements, { dtype }));
        using forward = nd.array(values, { dtype });
        using places = nd.searchsorted(row, forward, { side });
        const expected = values.map((value) =>
          elements.filter((element) => side === "left" ? isBefore(element, value) : !isBefore(value, element))
            .length
        );
        deepStrictEqual([...places.toTypedArray()].map(Number), expected);
        using backward = forward.slice("::-1");
        using turned = nd.searchsorted(row, backward, { side });
        deepStrictEqual([...turned.toTypedArray()].map(Number), expected.toReversed());
      }),
      { numRuns: 60 },
    );
  }
});

Deno.test("searchsorted() promises the same of many values as of one", () => {
  using row = nd.sort(nd.random.defaultRng(3).normal(0, 1, { size: [5001] }));
  using values = nd.random.defaultRng(4).normal(0, 1, { size: [9003] });
  using places = nd.searchsorted(row, values);
  const sorted = row.toTypedArray() as Float64Array;
  (values.toTypedArray() as Float64Array).forEach((value, i) => {
    const place = Number(places.at(i));
    deepStrictEqual([sorted[place - 1]! < value || place === 0, sorted[place]! >= value || place === 5001], [
      true,
      true,
    ]);
  });
});

Deno.test("isin() finds equal floats and 64-bit integers, zeros of both signs, and no NaN", () => {
  const elements = [0, -0, NaN, 1.5, -Infinity, 7], others = [-0, NaN, -Infinity, 9];
  deepStrictEqual(nd.isin(elements, others).toList(), [true, true, false, false, true, false]);
  deepStrictEqual(nd.isin(elements, others, { invert: true }).toList(), [
    false,
    false,
    true,
    true,
    false,
    true,
  ]);
  deepStrictEqual(nd.isin([1.5, 2], []).toList(), [false, false]);
  deepStrictEqual(nd.isin([1.5, 2], [], { invert: true }).toList(), [true, true]);
  const wide = nd.array([2n ** 53n, 2n ** 53n + 1n], { dtype: "i64" });
  deepStrictEqual(nd.isin(wide, nd.array([2n ** 53n + 1n, -5n], { dtype: "i64" })).toList(), [false, true]);
});

Deno.test("interp() promises NumPy's value at points, between, beyond, and beside what is not finite", () => {
  const x = [-1, 0, 0.5, 1, 1.5, 2, 3, 9, NaN];
  deepStrictEqual(nd.interp(x, [0, 1, 2, 3], [5, 7, 7, -1]).toList(), [5, 5, 6, 7, 7, 7, -1, -1, NaN]);
  const outside = nd.interp(x, [0, 1, 2, 3], [5, 7, 7, -1], { left: -9, right: 9 }).toList();
  deepStrictEqual(outside, [-9, 5, 6, 7, 7, 7, -1, 9, NaN]);
  // over one point NaN is the point; of equal coordinates the last counts
  deepStrictEqual(nd.interp([NaN, 3, 4, 5], [4], [2]).toList(), [2, 2, 2, 2]);
  deepStrictEqual(nd.interp([1, 1.5, 2], [1, 1, 2], [4, 6, 8]).toList(), [6, 7, 8]);
  // from the right point where the left one gives NaN; equal ends keep their value
  deepStrictEqual(nd.interp([0.5, 1], [0, 1], [-Infinity, 3]).toList(), [-Infinity, 3]);
  deepStrictEqual(nd.interp([0.5], [0, 1], [Infinity, Infinity]).toList(), [Infinity]);
});
