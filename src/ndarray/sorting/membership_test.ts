import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DTYPES } from "../../dtype/mod.ts";
import {
  arange,
  array,
  fromTypedArray,
  isin,
  memoryStatistics,
  type NDArray,
  random,
  scope,
  setMemoryLimit,
} from "../mod.ts";
import { cpuMilliseconds } from "../../../tests/support/cpu_time.ts";

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

Deno.test("isin() needs room for twice the others, and none for a table", () => {
  const withRoom = (others: NDArray, run: () => void) => {
    const { bytesInUse, limitBytes } = memoryStatistics();
    setMemoryLimit(bytesInUse + 2.5 * others.nbytes);
    try {
      scope(run);
    } finally {
      setMemoryLimit(limitBytes);
    }
    strictEqual(memoryStatistics().bytesInUse, bytesInUse);
  };
  for (const dtype of ["i32", "u32", "f32", "i64", "u64", "f64"] as const) {
    scope(() => {
      const others = arange(0, 2 ** 16, { dtype }).mul(30_013), few = others.slice("4:5");
      const elements = others.slice("::7").add(arange(0, 9363, { dtype }).mod(2));
      const [found, missing] = [false, true].map((invert) => isin(elements, others, { invert }).toList());
      withRoom(others, () => {
        deepStrictEqual(isin(elements, others).toList(), found);
        deepStrictEqual(isin(elements, others, { invert: true }).toList(), missing);
        deepStrictEqual(isin(few, others).toList(), [true]);
      });
    });
  }
  for (const dtype of ["f32", "f64"] as const) {
    scope(() => {
      const others = arange(0, 2 ** 16, { dtype });
      others.set([0], NaN);
      others.set([1], -0);
      withRoom(others, () => {
        const elements = array([0, -0, NaN, Infinity, -1, 2, 2 ** 16], dtype);
        deepStrictEqual(isin(elements, others).toList(), [true, true, false, false, false, true, false]);
      });
    });
  }
});

/** integers of 64 bits that a table puts into the buckets that the upper bits of these name */
function madeFor(numbers: BigUint64Array): NDArray {
  const made = numbers.map((number) => {
    // the products and the shift of `bucketOf`, undone
    const mixed = BigInt.asUintN(64, number * 0xcfee444d8b59a89bn);
    return BigInt.asUintN(64, (mixed ^ mixed >> 32n) * 0xf1de83e19937733dn);
  });
  return fromTypedArray(made);
}

Deno.test("isin() takes no longer of numbers that are made for one bucket", () => {
  const numbers = BigUint64Array.from({ length: 2 ** 17 }, (_, i) => BigInt(i + 1));
  // four numbers fill each of the buckets that follow each other; as many others are sought there
  const full = numbers.map((number) => (number / 4n << 47n) + number % 4n);
  const sought = numbers.map((number) => number + 4n);
  using others = madeFor(numbers), spread = madeFor(full), behind = madeFor(sought);
  using elements = others.copy();
  elements.set(["::2"], elements.slice("::2").add(1));
  const start = cpuMilliseconds();
  strictEqual(Number(isin(elements, others).sum().item()), 2 ** 16);
  strictEqual(Number(isin(behind, spread).sum().item()), 0);
  const made = cpuMilliseconds() - start;
  using counted = fromTypedArray(numbers), beyond = counted.add(2 ** 20);
  for (let i = 0; i < 4; i++) strictEqual(Number(isin(beyond, counted).sum().item()), 0);
  const plain = cpuMilliseconds() - start - made;
  // a search in one bucket after the other takes ten seconds
  ok(made < 20 * Math.max(plain, 50), `${made} ms, of other numbers ${plain}`);
});
