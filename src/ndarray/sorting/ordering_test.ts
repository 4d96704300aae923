/**
 * Sorting, positions, selection and partition of every dtype against JavaScript's own stable sort of the elements.
 *
 * @module
 */
import { deepStrictEqual, fail, ok, strictEqual, throws } from "node:assert/strict";
import { DTYPE, type DType, DTYPES, isFloat, type TypedArray } from "../../dtype/mod.ts";
import {
  argpartition,
  argsort,
  fromTypedArray,
  lexsort,
  median,
  nanmedian,
  type NDArray,
  partition,
  quantile,
  scope,
  sort,
} from "../mod.ts";
import { memoryStatistics } from "../storage/storage.ts";

/** Every length to 67, and those at which the kernels change: insertion, digits of 8 and of 11 bits, selection, calls. */
const LENGTHS = [...Array(68).keys(), 512, 513, 2047, 2048, 16_384, 16_385, 40_000];

type Spread = "wide" | "narrow" | "special";

/** numbers of a xorshift generator */
function* words(seed: number): Generator<number> {
  for (let state = seed * 2654435761 | 1;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state;
  }
}

/** elements of all bits, of few values, or half of them special ones */
function elementsOf(dtype: DType, length: number, spread: Spread): NDArray {
  const { TypedArray, itemsize } = DTYPE[dtype], random = words(length + 7);
  const special = [NaN, 0, -0, Infinity, -Infinity, 5e-324, -1, 1, -NaN];
  const data = new TypedArray(length), bits = new Uint32Array(data.length * itemsize / 4 + 1 | 0);
  for (let i = 0; i < bits.length; i++) bits[i] = random.next().value!;
  if (spread === "wide" && dtype !== "bool") {
    new Uint8Array(data.buffer).set(new Uint8Array(bits.buffer, 0, data.byteLength));
  } else {
    for (let i = 0; i < length; i++) {
      const word = random.next().value! >>> 0;
      const value = spread === "special" && isFloat(dtype) && word % 2 === 0
        ? special[(word >> 1) % special.length]!
        : dtype === "bool"
        ? word & 1
        : word % 10;
      if (DTYPE[dtype].isBigInt) (data as BigInt64Array)[i] = BigInt(value);
      else (data as Float64Array)[i] = value;
    }
  }
  return fromTypedArray(data, { dtype });
}

/** NumPy's order; equal elements stay in order */
function expectedOrder(list: readonly (number | bigint)[]): number[] {
  const compare = (x: number | bigint, y: number | bigint) =>
    x !== x ? (y !== y ? 0 : 1) : y !== y ? -1 : x < y ? -1 : x > y ? 1 : 0;
  return [...list.keys()].sort((i, j) => compare(list[i]!, list[j]!) || i - j);
}

const listOf = (a: NDArray) => [...a.toTypedArray() as Float64Array] as (number | bigint)[];

function visitCases(run: (a: NDArray, name: string) => void): void {
  for (const dtype of DTYPES) {
    for (const spread of ["wide", "narrow", "special"] as const) {
      if (spread === "special" && !isFloat(dtype)) continue;
      for (const length of LENGTHS) {
        if (length > 600 && spread === "special" && dtype === "f32") continue;
        using a = elementsOf(dtype, length, spread);
        run(a, `${dtype} ${spread} ${length}`);
      }
    }
  }
}

Deno.test("sort() and argsort() promise NumPy's order, stable, of every dtype and length", () => {
  visitCases((a, name) => {
    const list = listOf(a), order = expectedOrder(list);
    using sorted = sort(a);
    using positions = argsort(a);
    deepStrictEqual(listOf(positions).map(Number), order, name);
    deepStrictEqual(listOf(sorted), order.map((i) => list[i]!), name);
  });
});

Deno.test("sort() promises rows of any layout, and leaves its array and the memory as they were", () => {
  const before = memoryStatistics().numStorages;
  scope(() => {
    using a = elementsOf("f32", 60 * 50, "special");
    using cube = a.reshape([60, 50]);
    const list = listOf(a);
    using down = sort(cube, { axis: 0 });
    using backwards = sort(cube.slice("::-2, ::3"), { axis: 1 });
    using order = argsort(cube.T, { axis: 0 });
    for (let column = 0; column < 50; column++) {
      const values = Array.from({ length: 60 }, (_, row) => list[row * 50 + column]!);
      const places = expectedOrder(values);
      deepStrictEqual(listOf(down.slice(`:, ${column}`)), places.map((i) => values[i]!));
    }
    (backwards.toList() as number[][]).forEach((row, i) => {
      const from = (59 - 2 * i) * 50, values = Array.from({ length: 17 }, (_, j) => list[from + 3 * j]!);
      deepStrictEqual(row, expectedOrder(values).map((at) => values[at]!));
    });
    deepStrictEqual(listOf(order.slice(":, 7")).map(Number), expectedOrder(list.slice(350, 400)));
    deepStrictEqual(listOf(a), list);
  });
  strictEqual(memoryStatistics().numStorages, before);
});

/** whether both have the same elements, a NaN where the other has one */
function areEqual(a: TypedArray, b: TypedArray): boolean {
  for (let i = 0; i < b.length; i++) {
    if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  }
  return a.length === b.length;
}

Deno.test("sort() and argsort() promise the order of rows that are larger than the cache", () => {
  const length = 2 ** 18 + 4321;
  let state = 1;
  const next = () => (state = Math.imul(state, 1664525) + 1013904223 | 0) >>> 0;
  const fills: Readonly<Record<string, () => number>> = {
    "all bits": next,
    "low bits": () => 2 ** 30 + next() % 1000,
    "one value but few": () => next() % 5000 === 0 ? next() : 7,
    "half in one part": () => next() % 2 === 0 ? next() >>> 14 : next(),
  };
  for (const [name, fill] of Object.entries(fills)) {
    const words = Uint32Array.from({ length }, fill);
    const rows = [
      words,
      new Int32Array(words),
      new Uint16Array(words),
      Float32Array.from(words, (word) => (word - 2 ** 31) / 3),
      Float64Array.from(words, (word, i) => i % 1001 === 0 ? NaN : (word - 2 ** 31) / 7),
    ];
    for (const data of rows) {
      using a = fromTypedArray(data);
      using sorted = sort(a);
      using order = argsort(a);
      // a typed array's own sort puts NaN last, too
      ok(areEqual(sorted.toTypedArray(), data.slice().sort()), `${a.dtype} ${name}`);
      using taken = a.get(order);
      ok(areEqual(taken.toTypedArray(), sorted.toTypedArray()), `${a.dtype} ${name}`);
      const places = order.toTypedArray(), elements = sorted.toTypedArray();
      for (let i = 1; i < length; i++) {
        if (Object.is(elements[i], elements[i - 1]) && places[i]! < places[i - 1]!) {
          fail(`${a.dtype} ${name}: equal elements changed places at ${i}`);
        }
      }
    }
  }
});

Deno.test("argsort() promises the order of 64-bit elements that differ in their lowest bits alone", () => {
  for (const length of [100, 3000]) {
    const data = Float64Array.from({ length }, (_, i) => 1 + ((i * 7919) % length) * Number.EPSILON);
    using a = fromTypedArray(data);
    using order = argsort(a);
    deepStrictEqual(listOf(order).map(Number), expectedOrder([...data]));
    using sorted = sort(a);
    deepStrictEqual(listOf(sorted), [...data].sort((x, y) => x - y));
  }
});

Deno.test("partition() and argpartition() promise each part its elements", () => {
  visitCases((a, name) => {
    const { size } = a;
    if (size === 0 || size > 20_000) return;
    const list = listOf(a), sorted = expectedOrder(list).map((i) => list[i]!);
    const kth = [size >> 1, -1, 0].filter((_, i) => i < 1 + size % 3);
    using parted = partition(a, kth);
    using positions = argpartition(a, kth);
    const order = listOf(positions).map(Number);
    deepStrictEqual(order.toSorted((x, y) => x - y), [...list.keys()], name);
    for (const found of [listOf(parted), order.map((i) => list[i]!)]) {
      const ranks = [...new Set(kth.map((k) => k < 0 ? k + size : k))].sort((x, y) => x - y);
      let from = 0;
      for (const rank of [...ranks, size]) {
        const part = found.slice(from, rank), expected = sorted.slice(from, rank);
        // zeros of both signs are equal, so that a part may hold either
        const inOrder = expectedOrder(part).map((i) => part[i]!);
        ok(inOrder.every((value, i) => value === expected[i] || value !== value), `${name} ${rank}`);
        if (rank < size) ok(found[rank] === sorted[rank] || found[rank] !== found[rank], `${name} ${rank}`);
        from = rank + 1;
      }
    }
  });
});

Deno.test("partition() and argpartition() promise their parts, in order, of rows that are sampled", () => {
  const length = 9001, random = words(3);
  const shapes: Record<string, (i: number) => number> = {
    random: () => random.next().value!,
    ascending: (i) => i,
    descending: (i) => -i,
    few: () => random.next().value! % 3,
    equal: () => 7,
    risingAndFalling: (i) => Math.min(i, length - i),
    periodic: (i) => i % 117,
  };
  for (const dtype of ["u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"] as const) {
    for (const [name, valueAt] of Object.entries(shapes)) {
      scope(() => {
        const a = fromTypedArray(Float64Array.from({ length }, (_, i) => valueAt(i) + 0)).astype(dtype);
        const data = a.toTypedArray(), sorted = sort(a).toTypedArray();
        for (const k of [10, length >> 1]) {
          const pivot = sorted[k]!;
          // a typed array's filter keeps the order
          const part = (has: (x: number | bigint) => boolean) => [...data as Float64Array].filter(has);
          const expected = [
            ...part((x) => x < pivot),
            ...part((x) => x === pivot),
            ...part((x) => x > pivot),
          ];
          deepStrictEqual([...partition(a, k).toTypedArray() as Float64Array], expected, `${dtype} ${name}`);
          deepStrictEqual([...a.take(argpartition(a, k)).toTypedArray() as Float64Array], expected);
        }
      });
    }
  }
});

Deno.test("partition() promises the same around more positions than it selects by", () => {
  using a = elementsOf("i32", 1000, "wide");
  const kth = Array.from({ length: 20 }, (_, i) => 50 * i);
  using parted = partition(a, kth);
  const sorted = expectedOrder(listOf(a)).map((i) => listOf(a)[i]!), found = listOf(parted);
  for (const k of kth) strictEqual(found[k], sorted[k]);
});

Deno.test("partition() and argpartition() refuse what is no position, by name", () => {
  for (const [name, call] of Object.entries({ partition, argpartition })) {
    const refused = (kth: unknown, message: RegExp) =>
      throws(() => call([3, 1, 2], kth as number), { code: "ARR002", message });
    for (const kth of [0.5, NaN, Infinity]) {
      refused(kth, new RegExp(`^${name} takes integers as kth, not ${kth}`));
      refused([0, kth], new RegExp(`^${name} takes integers as kth, not ${kth}`));
    }
    for (const kth of [3, -4]) refused([kth], new RegExp(`kth ${kth} is no position among 3 elements`));
    using parted = call([3, 1, 2], [2n, -3] as never);
    deepStrictEqual(parted.toList(), name === "partition" ? [1, 2, 3] : [1, 2, 0]);
  }
});

Deno.test("median() and quantile() promise the elements that sorting finds", () => {
  visitCases((a, name) => {
    if (a.size === 0) return;
    const list = listOf(a), n = list.length;
    using middle = median(a);
    using skipping = nanmedian(a);
    using low = quantile(a, [0, 0.3, 1], { method: "lower" });
    const sorted = expectedOrder(list).map((i) => list[i]!);
    const ordered = sorted.filter((value) => value === value), m = ordered.length;
    const round = a.dtype === "f32" ? Math.fround : (x: number) => x;
    const middleOf = (numbers: readonly (number | bigint)[], count: number): number => {
      const at = (i: number) => Number(numbers[i]);
      if (count === 0) return NaN;
      return count % 2 === 1 ? at(count >> 1) : round(round(at(count / 2 - 1) + at(count / 2)) / 2);
    };
    const isSame = (x: unknown, y: number) => Number(x) === y || (x !== x && y !== y);
    ok(isSame(middle.item(), m < n ? NaN : middleOf(sorted, n)), name);
    ok(isSame(skipping.item(), middleOf(ordered, m)), name);
    listOf(low).forEach((value, i) => {
      const expected = m < n ? NaN : Number(sorted[Math.floor((n - 1) * [0, 0.3, 1][i]!)]);
      ok(isSame(Number(value), expected), name);
    });
  });
});

Deno.test("lexsort() promises the last key to count most, and equal rows to stay in order", () => {
  const first = [3, 1, 2, 1, 3, 2], second = [0, 1, 0, 1, 0, 0];
  deepStrictEqual(lexsort([first, second]).toList(), [2, 5, 0, 4, 1, 3]);
});
