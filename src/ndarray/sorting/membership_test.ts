import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DTYPES } from "../../dtype/mod.ts";
import { arange, array, isin, random } from "../mod.ts";

Deno.test("isin() answers as a search through all others, by each of its tables, in every dtype", () => {
  const generator = random.defaultRng(7);
  for (const dtype of DTYPES) {
    // few others, others in a narrow range, others far apart
    for (
      const [numOthers, factor] of [[0, 1], [3, 1], [16, 1], [17, 1], [90, 1], [90, 1e7], [900, 3e7]] as const
    ) {
      for (const length of [0, 1, 9, 16, 41]) {
        using numbers = generator.integers(0, 120, { size: [length] });
        using elements = numbers.mul(factor).astype(dtype);
        using others = generator.integers(0, 120, { size: [numOthers] }).mul(factor).astype(dtype);
        const set = new Set(others.toList() as number[]);
        const expected = (elements.toList() as number[]).map((element) => set.has(element));
        deepStrictEqual(isin(elements, others).toList(), expected);
        deepStrictEqual(isin(elements, others, { invert: true }).toList(), expected.map((found) => !found));
      }
    }
  }
});

Deno.test("isin() takes zeros of both signs as equal, and NaN as equal to nothing", () => {
  for (const dtype of ["f32", "f64"] as const) {
    for (const numOthers of [4, 400]) {
      using elements = array([0, -0, NaN, 2.5, Infinity, -1], dtype);
      using list = array([-0, NaN, Infinity, -7], dtype);
      using others = list.take(arange(numOthers).mod(4));
      deepStrictEqual(isin(elements, others).toList(), [true, true, false, false, true, false]);
    }
  }
});

Deno.test("isin() tells integers apart at the ends of their range", () => {
  const ends = [-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n],
    far = Array.from({ length: 40 }, (_, i) => BigInt(i) << 50n);
  using elements = array(ends, "i64");
  deepStrictEqual(isin(elements, array([ends[0]!, 0n], "i64")).toList(), [true, false, true, false, false]);
  deepStrictEqual(isin(elements, array([...far, ends[4]!], "i64")).toList(), [
    false,
    false,
    true,
    false,
    true,
  ]);
  deepStrictEqual(isin(elements, array([...far.slice(1), -1n], "i64")).toList(), [
    false,
    true,
    false,
    false,
    false,
  ]);
  strictEqual(isin(array([2n ** 64n - 1n], "u64"), array(far, "u64")).item(), false);
});

Deno.test("isin() finds what is behind full buckets", () => {
  // so many different elements that some buckets are full
  using others = arange(0, 200_000).mul(100_003);
  using elements = others.add(arange(0, 200_000).mod(2));
  strictEqual(isin(others, others).all().item(), true);
  strictEqual(Number(isin(elements, others).sum().item()), 100_000);
});
