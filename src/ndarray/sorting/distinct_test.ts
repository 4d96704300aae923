import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import {
  arange,
  array,
  full,
  intersect1d,
  lexsort,
  type NDArray,
  scope,
  setdiff1d,
  setxor1d,
  union1d,
  unique,
  uniqueAll,
  uniqueCounts,
  uniqueValues,
} from "../mod.ts";

type Value = number | bigint | boolean;

const BORDERS = [-3, -1, 0, 1, 2, 3, 100, 127];

/** elements of which many are equal, as the dtype has them */
function elementsOf(dtype: DType, maxLength: number): fc.Arbitrary<number[]> {
  const { kind } = DTYPE[dtype];
  const values = dtype === "bool"
    ? [0, 1]
    : kind === "f"
    ? [...BORDERS, -0, NaN, 2.5, Infinity, -Infinity]
    : kind === "i"
    ? BORDERS
    : BORDERS.map(Math.abs);
  return fc.array(fc.constantFrom(...values), { maxLength });
}

const given = fc.constantFrom(...DTYPES).chain((dtype) =>
  fc.record({ dtype: fc.constant(dtype), x: elementsOf(dtype, 80), y: elementsOf(dtype, 80) })
);

const listOf = (a: NDArray): Value[] => a.toList() as Value[];
const numbersOf = (a: NDArray): number[] => listOf(a).map((x) => Number(x) + 0);
const ascending = (values: Iterable<number>): number[] =>
  [...values].sort((a, b) => Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b);
/** a Set tells zeros apart no more than we do, and has NaN once */
const setOf = (values: readonly number[]): Set<number> => new Set(values.map((x) => x + 0));

Deno.test("unique() and uniqueCounts() promise each value once, ascending, with how often it occurs", () => {
  fc.assert(fc.property(given, ({ dtype, x }) => {
    scope(() => {
      const a = array(x, { dtype }), set = ascending(setOf(x));
      deepStrictEqual(numbersOf(unique(a)), set);
      const { values, counts } = uniqueCounts(a), numNans = x.filter(Number.isNaN).length;
      const numbers = set.filter((value) => !Number.isNaN(value));
      // every NaN is a value of its own
      deepStrictEqual(numbersOf(values), [...numbers, ...new Array<number>(numNans).fill(NaN)]);
      const expected = numbers.map((value) => x.filter((other) => other === value).length);
      deepStrictEqual(numbersOf(counts), [...expected, ...new Array<number>(numNans).fill(1)]);
    });
  }));
});

Deno.test("uniqueAll() promises where each value is first, and which each element is", () => {
  fc.assert(fc.property(given, fc.boolean(), ({ dtype, x }, equalNan) => {
    scope(() => {
      const { values, indices, inverseIndices, counts } = uniqueAll(array(x, { dtype }), { equalNan });
      const distinct = numbersOf(values), inverse = numbersOf(inverseIndices);
      deepStrictEqual(inverse.map((group) => distinct[group]), x.map((value) => value + 0));
      deepStrictEqual(numbersOf(indices), distinct.map((_, group) => inverse.indexOf(group)));
      deepStrictEqual(
        numbersOf(counts),
        distinct.map((_, group) => inverse.filter((g) => g === group).length),
      );
    });
  }));
});

Deno.test("union1d(), intersect1d(), setdiff1d() and setxor1d() agree with sets of the language", () => {
  fc.assert(fc.property(given, ({ dtype, x, y }) => {
    scope(() => {
      const [a, b] = [array(x, { dtype }), array(y, { dtype })], first = setOf(x), second = setOf(y);
      const isIn = (set: Set<number>) => (value: number) => set.has(value) && !Number.isNaN(value);
      const without = (set: Set<number>, other: Set<number>) => [...set].filter((v) => !isIn(other)(v));
      deepStrictEqual(numbersOf(union1d(a, b)), ascending(new Set([...first, ...second])));
      deepStrictEqual(numbersOf(intersect1d(a, b)), ascending([...first].filter(isIn(second))));
      deepStrictEqual(numbersOf(setdiff1d(a, b)), ascending(without(first, second)));
      const either = ascending([...without(first, second), ...without(second, first)]);
      deepStrictEqual(numbersOf(setxor1d(a, b)), either);
    });
  }));
});

Deno.test("union1d() and unique() promise the same of 64-bit integers and of more than one call takes", () => {
  scope(() => {
    const [evens, thirds] = [2n, 3n].map((step) =>
      array(BigInt64Array.from({ length: 30_000 }, (_, i) => 2n ** 60n - step * BigInt(i)), { dtype: "i64" })
    ) as [NDArray, NDArray];
    const sets = [evens, thirds].map((a) => new Set(a.toTypedArray() as BigInt64Array));
    const sorted = (values: Iterable<bigint>) => BigInt64Array.from(values).sort();
    deepStrictEqual(union1d(evens, thirds).toTypedArray(), sorted(new Set([...sets[0]!, ...sets[1]!])));
    deepStrictEqual(
      setdiff1d(evens, thirds).toTypedArray(),
      sorted([...sets[0]!].filter((value) => !sets[1]!.has(value))),
    );
    deepStrictEqual(unique(evens.mod(17_001)).size, new Set([...sets[0]!].map((x) => x % 17_001n)).size);
  });
});

Deno.test("lexsort() promises the order of rows of any two dtypes, joined into one key or not", () => {
  fc.assert(fc.property(given, given, fc.boolean(), (one, other, isMatrix) => {
    scope(() => {
      const length = Math.min(one.x.length, other.x.length) & ~1;
      const keys = [one, other].map(({ x }) => x.slice(0, length));
      const compare = (a: number, b: number): number =>
        Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0;
      const orderOf = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) => i).sort((i, j) =>
          compare(keys[1]![from + i]!, keys[1]![from + j]!) ||
          compare(keys[0]![from + i]!, keys[0]![from + j]!)
        );
      const arrays = keys.map((x, i) => {
        const a = array(x, { dtype: [one, other][i]!.dtype });
        return isMatrix ? a.reshape([2, length / 2]) : a;
      });
      const expected = isMatrix ? [orderOf(0, length / 2), orderOf(length / 2, length)] : orderOf(0, length);
      deepStrictEqual(lexsort(arrays).toList(), expected);
    });
  }));
});

Deno.test("unique() has NaN once behind all others, however many there are, and counts all of them", () => {
  for (const dtype of ["f32", "f64"] as const) {
    for (
      const [numOrdered, numNans] of [[0, 1], [0, 20_000], [1, 1], [5, 3], [16_383, 2], [16_385, 16_385]]
    ) {
      scope(() => {
        const a = full(numOrdered! + numNans!, NaN, { dtype });
        a.set(`:${numOrdered}`, arange(numOrdered!).mod(700));
        const expected = Array.from({ length: Math.min(700, numOrdered!) }, (_, i) => i);
        deepStrictEqual(unique(a).toList(), [...expected, NaN]);
        const { values, counts } = uniqueAll(a, { equalNan: true });
        deepStrictEqual(values.toList(), [...expected, NaN]);
        deepStrictEqual(Number(counts.get(-1)), numNans);
        deepStrictEqual(uniqueValues(a).toList(), [...expected, ...new Array<number>(numNans!).fill(NaN)]);
      });
    }
  }
});
