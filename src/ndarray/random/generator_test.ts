/**
 * What generators promise beside NumPy's very values, which linalg_cases_test.ts compares.
 *
 * @module
 */
import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import * as nd from "../mod.ts";

const { random } = nd;

function numbers(a: nd.NDArray): unknown[] {
  return Array.from(a.toTypedArray() as Iterable<number | bigint>);
}

Deno.test("advance() gives any part of a stream without what is before it", () => {
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 1, max: 20 }), fc.nat(), (start, count, seed) => {
      nd.scope(() => {
        const whole = numbers(new random.Philox(seed).randomRaw(4 * (start + count)));
        const part = numbers(new random.Philox(seed).advance(start).randomRaw(4 * count));
        deepStrictEqual(part, whole.slice(4 * start));
      });
    }),
    { numRuns: 50 },
  );
});

Deno.test("advance() backwards and jumped() are steps of the counter, modulo 2^256", () => {
  const bits = new random.Philox(3), before = bits.state.counter;
  deepStrictEqual(bits.advance(5).advance(-5n).state.counter, before);
  deepStrictEqual(bits.jumped().state.counter, [0n, 0n, 1n, 0n]);
  deepStrictEqual(bits.advance(-1).state.counter, new Array(4).fill(2n ** 64n - 1n));
});

Deno.test("state takes a stream up where it was, half a number included", () => {
  nd.scope(() => {
    const bits = new random.Philox([1, 2]), rng = new random.Generator(bits);
    rng.random(3, { dtype: "f32" });
    ok(bits.state.half !== null);
    const state = structuredClone(bits.state),
      expected = numbers(rng.integers(0, 1000, { size: 20, dtype: "i32" }));
    const other = new random.Philox(0);
    other.state = state;
    deepStrictEqual(
      numbers(new random.Generator(other).integers(0, 1000, { size: 20, dtype: "i32" })),
      expected,
    );
    const copy = bits.copy();
    deepStrictEqual(numbers(copy.randomRaw(5)), numbers(bits.randomRaw(5)));
  });
});

Deno.test("Philox() of a key and a counter is the published function", () => {
  // kat_vectors of Random123: philox4x64-10 of all ones; the counter counts before the first block
  const ones = 2n ** 64n - 1n;
  const bits = new random.Philox(null, { key: [ones, ones], counter: 2n ** 256n - 2n });
  using block = bits.randomRaw(4);
  deepStrictEqual(numbers(block), [
    0x87b092c3013fe90bn,
    0x438c3c67be8d0224n,
    0x9cc7d7c69cd777b6n,
    0xa09caebf594f0ba0n,
  ]);
});

Deno.test("defaultRng() without a seed differs from call to call; a generator is given back", () => {
  nd.scope(() => {
    const first = random.defaultRng();
    notDeepStrictEqual(numbers(first.random(4)), numbers(random.defaultRng().random(4)));
    strictEqual(random.defaultRng(first), first);
    const sequence = new random.SeedSequence(), again = new random.SeedSequence(sequence.entropy);
    deepStrictEqual(sequence.generateState(8), again.generateState(8));
  });
});

Deno.test("distributions have their means, spreads and bounds", () => {
  nd.scope(() => {
    const rng = random.defaultRng(5), n = 200_000;
    const near = (a: nd.NDArray, mean: number, deviation: number) => {
      ok(Math.abs(a.mean().item() as number - mean) < 5 * deviation / Math.sqrt(n));
      ok(Math.abs(a.std().item() as number / deviation - 1) < 0.02);
    };
    for (const dtype of ["f32", "f64"] as const) {
      const uniform = rng.random(n, { dtype });
      strictEqual(uniform.dtype, dtype);
      ok(uniform.ge(0).all().item() && uniform.lt(1).all().item());
      near(uniform, 0.5, Math.sqrt(1 / 12));
      near(rng.standardNormal(n, { dtype }), 0, 1);
      near(rng.standardExponential(n, { dtype }), 1, 1);
    }
    near(rng.normal(10, 3, { size: n }), 10, 3);
    const dice = nd.uniqueCounts(rng.integers(1, 6, { size: 60_000, endpoint: true }));
    deepStrictEqual(dice.values.toList(), [1, 2, 3, 4, 5, 6]);
    ok(dice.counts.sub(10_000).abs().max().item() as number < 500);
  });
});

Deno.test("shuffle() puts slices of any view in another order in place; permutation() leaves its argument", () => {
  nd.scope(() => {
    const rng = random.defaultRng(8), a = nd.arange(60).reshape([5, 12]), view = a.slice("::-1, ::3");
    const rows = view.toList(), kept = a.slice(":, 1").toList();
    rng.shuffle(view, { axis: 1 });
    deepStrictEqual(nd.sort(view, { axis: 1 }).toList(), nd.sort(nd.array(rows), { axis: 1 }).toList());
    notDeepStrictEqual(view.toList(), rows);
    deepStrictEqual(a.slice(":, 1").toList(), kept, "what is not in the view stays");
    const before = a.toList();
    deepStrictEqual(nd.sort(rng.permutation(a.ravel())).toList(), nd.sort(a.ravel()).toList());
    deepStrictEqual(a.toList(), before);
    throws(() => rng.shuffle(a.broadcastTo([2, 5, 12])), { code: "ARR001" });
  });
});

Deno.test("choice() without repetition gives different ones, all of them if so many are asked for", () => {
  nd.scope(() => {
    const rng = random.defaultRng(9), p = [0.1, 0.2, 0.3, 0.4];
    for (const options of [{}, { shuffle: false }, { p }]) {
      const all = rng.choice(4, { size: 4, replace: false, ...options });
      deepStrictEqual(nd.sort(all).toList(), [0, 1, 2, 3]);
    }
    const drawn = nd.uniqueCounts(rng.choice(4, { size: 10_000, p }));
    ok(drawn.counts.div(10_000).sub(nd.array(p)).abs().max().item() as number < 0.02);
    strictEqual(rng.choice(["a"].length).ndim, 0);
  });
});

Deno.test("choice() without repetition takes more weights and choices than a call takes arguments", () => {
  nd.scope(() => {
    const population = 300_000, p = nd.full(population, 1 / population);
    const chosen = random.defaultRng(5).choice(population, { size: 200_000, replace: false, p });
    strictEqual(nd.unique(chosen).size, 200_000);
  });
});

Deno.test("generators refuse what they cannot draw, by name", () => {
  const rng = random.defaultRng(1);
  throws(() => rng.integers(5, 5), { code: "ARR002", message: /low below the high/ });
  throws(() => rng.integers(0, 300, { dtype: "u8" }), { code: "ARR002", message: /out of u8/ });
  throws(() => rng.integers(0, 5, { dtype: "f64" }), { code: "ARR002" });
  throws(() => rng.integers(0.5, 5), { code: "ARR002" });
  throws(() => rng.random(-1), { code: "ARR002" });
  throws(() => rng.random(3, { dtype: "i8" as "f32" }), { code: "ARR002" });
  throws(() => rng.normal(0, -1), { code: "ARR002", message: /normal takes a scale from 0/ });
  throws(() => rng.normal([1, 2, 3], 1, { size: 2 }), { code: "SHP001" });
  throws(() => rng.uniform(0, Infinity), { code: "ARR002" });
  throws(() => rng.choice(3, { size: 4, replace: false }), { code: "ARR002" });
  throws(() => rng.choice(3, { p: [0.5, 0.5] }), { code: "ARR002" });
  throws(() => rng.choice(2, { p: [0.5, 0.6] }), { code: "ARR002", message: /together 1/ });
  throws(() => rng.choice(2, { p: [1, 0], size: 2, replace: false }), { code: "ARR002" });
  throws(() => rng.choice([]), { code: "ARR002" });
  throws(() => random.defaultRng(-1), { code: "ARR002" });
  throws(() => new random.Philox(1, { key: 2n }), { code: "ARR002" });
});

Deno.test("random numbers leave no storage behind but their results", () => {
  const rng = random.defaultRng(2);
  using a = nd.arange(40).reshape([4, 10]);
  rng.random(1).dispose();
  const before = nd.memoryStatistics();
  const operations: (() => nd.NDArray | void)[] = [
    () => rng.normal([1, 2], 3),
    () => rng.integers([0, 1], 9),
    () => rng.permutation(a, { axis: 1 }),
    () => rng.shuffle(a, { axis: 1 }),
    () => rng.choice(a, { size: 3, replace: false, axis: 1 }),
    () => rng.choice(30, { size: 3, p: nd.scope(() => nd.full(30, 1 / 30).toTypedArray()) }),
    () => rng.choice(30_000, { size: 3000, replace: false }),
  ];
  for (const operation of operations) {
    operation()?.dispose();
    const now = nd.memoryStatistics();
    deepStrictEqual(
      [now.numStorages, now.bytesInUse],
      [before.numStorages, before.bytesInUse],
      operation.toString(),
    );
  }
});

Deno.test("Generator takes and refuses what NumPy's does", () => {
  const rng = random.defaultRng(1);
  const refused = (run: () => unknown) => throws(run, { code: "ARR002" });
  deepStrictEqual(rng.integers(5, 5, { size: 0 }).shape, [0]);
  deepStrictEqual(rng.integers(10, 5, { size: [2, 0], dtype: "u8" }).dtype, "u8");
  deepStrictEqual(rng.choice([], { size: 0 }).shape, [0]);
  deepStrictEqual(rng.choice(0, { size: [0, 2] }).shape, [0, 2]);
  deepStrictEqual(rng.choice(nd.array(1), { size: 2 }).toList(), [0, 0]);
  // together 1.0000000298, in f32
  const p = nd.array([0.7231375575065613, 0.2768624722957611], { dtype: "f32" });
  deepStrictEqual(rng.choice(2, { size: 5, p }).size, 5);
  refused(() => rng.choice(2, { p: p.astype("f64") }));
  refused(() => rng.choice(4, { p: [[0.25, 0.25, 0.25, 0.25]] }));
  for (const bound of [Infinity, -Infinity, NaN, 2.5]) refused(() => rng.integers(0, bound));
  refused(() => rng.uniform(1, 0));
  refused(() => rng.uniform(0, [1, -1]));
});
