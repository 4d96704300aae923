import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("indexing, movement and creation leave no storage behind but their results", () => {
  nd.scope(() => {
    const a = nd.arange(24).reshape([2, 3, 4]).transpose([2, 0, 1]);
    const m = nd.arange(12).reshape([3, 4]).T, v = nd.arange(5), at = nd.array([0, 1]), mask = m.gt(4);
    const operations: readonly (() => unknown)[] = [
      () => a.get([[0, 1], ":", at]),
      () => a.get([":", [[true, false, true], [true, true, false]]]),
      () => m.get(mask),
      () => m.set(mask, 3),
      () => m.set(mask, nd.arange(7)),
      () => m.set([[0, 1], ":"], 1.5),
      () => m.set("::-1", m),
      () => a.take([[0, 1]], 1),
      () => a.take(1),
      () => nd.takeAlongAxis(m, [[0, 1, 0]], 0),
      () => nd.takeAlongAxis(m, [0, 1], null),
      () => nd.putAlongAxis(m, [[0, 1, 0]], 5, 0),
      () => m.put([0, 1], [2, 3]),
      () => nd.putmask(m, mask, [1, 2]),
      () => nd.place(m, mask, [1, 2]),
      () => nd.compress([true, false], m),
      () => nd.extract(mask, m),
      () => nd.choose([0, 1], [3, nd.array([1, 2])]),
      () => nd.select([mask], [m], 2),
      () => nd.argwhere(m),
      () => nd.roll(m, 1),
      () => nd.roll(m, [1, 2], [0, 1]),
      () => nd.tile(m, [2, 2]),
      () => nd.repeat(m, [1, 2, 3, 4], 0),
      () => nd.repeat(m, 2),
      () => nd.resize(m, 30),
      () => nd.block([[m, m], [m, m]]),
      () => nd.append(m, [1, 2]),
      () => nd.insert(m, [1, 2], 9, 0),
      () => nd.insert(m, 1, [1, 2, 3], 0),
      () => nd.deleteAt(m, [0, 1], 0),
      () => nd.deleteAt(m, 1),
      () => nd.concatenate([m, m], null),
      () => nd.pad(m, 2, "linearRamp"),
      () => nd.pad(m, 2, "median"),
      () => nd.pad(m, 2, "mean"),
      () => nd.pad(m, 5, "reflect", { reflectType: "odd" }),
      () => nd.pad(m, 2, "wrap"),
      () => nd.pad(m, 2, "constant", { constantValues: [1, 2] }),
      () => nd.tri(3),
      () => nd.tril(m),
      () => nd.diag(v, 1),
      () => nd.diagflat(m),
      () => nd.trace(m),
      () => nd.indices([2, 3]),
      () => nd.fromfunction((i, j) => i.add(j), [2, 2]),
      () => nd.logspace(0, 1),
      () => nd.frombuffer(new Uint8Array([0, 3]), { dtype: "bool" }),
    ];
    for (const operation of operations) {
      const before = nd.memoryStatistics().numStorages;
      nd.scope(() => {
        operation();
      });
      strictEqual(nd.memoryStatistics().numStorages, before, operation.toString());
    }
  });
});

Deno.test("an operation that is refused leaves no storage behind", () => {
  nd.scope(() => {
    const m = nd.arange(12).reshape([3, 4]), readOnly = m.broadcastTo([2, 3, 4]);
    const refused: readonly (readonly [() => unknown, string])[] = [
      [() => m.get([[0, 3]]), "SHP010"],
      [() => m.get([[0, 1], [0, 1, 2]]), "SHP001"],
      [() => m.get([[true, false]]), "SHP009"],
      [() => m.get([[0.5]]), "DTY001"],
      [() => m.get([[0], [0], [0]]), "SHP010"],
      [() => m.set([[0, 1]], [1, 2, 3]), "SHP012"],
      [() => m.set([[0, 5]], 1), "SHP010"],
      [() => m.set(nd.array([true]), 1), "SHP009"],
      [() => readOnly.set([[0]], 1), "ARR001"],
      [() => readOnly.put([0], 1), "ARR001"],
      [() => nd.place(m, m.ge(0), []), "ARR002"],
      [() => m.take([0, -13]), "SHP010"],
      [() => m.take([0], 2), "SHP004"],
      [() => m.choose([m]), "SHP010"],
      [() => nd.array(1).nonzero(), "ARR002"],
      [() => nd.split(m, 2), "ARR002"],
      [() => nd.insert(m, 4, 1, 0), "SHP010"],
      [() => nd.insert(m, [0, 1], [1, 2, 3], 0), "SHP012"],
      [() => m.T.reshape(-1, { copy: false }), "SHP006"],
      [() => nd.pad(m, -1), "ARR002"],
      [() => nd.pad(nd.zeros(0), 1, "edge"), "ARR002"],
      [() => nd.finfo("i8"), "DTY001"],
      [() => nd.iinfo("f64"), "DTY001"],
      [() => nd.slidingWindowView(m, 4, { axis: 0 }), "ARR002"],
    ];
    for (const [run, code] of refused) {
      const before = nd.memoryStatistics().numStorages;
      nd.scope(() => throws(run, { code }, run.toString()));
      strictEqual(nd.memoryStatistics().numStorages, before, run.toString());
    }
  });
});

Deno.test("gathering and scattering keep every bit of 64-bit integers and of NaN", () => {
  nd.scope(() => {
    // the bits of a signalling NaN with a payload, and integers beyond 2^53
    const bits = new BigInt64Array([0x7ff0000000000001n, -1n, 2n ** 62n + 1n, 0x7ff8dead0000beefn]);
    const floats = nd.frombuffer(bits);
    const back = (a: nd.NDArray) => [...new BigInt64Array(a.toTypedArray().slice().buffer)];
    deepStrictEqual(back(floats.take([3, 0])), [bits[3], bits[0]]);
    deepStrictEqual(back(floats.get([[0, 3, 2]])), [bits[0], bits[3], bits[2]]);
    deepStrictEqual(back(nd.array(bits).get([[2, 1]])), [bits[2], bits[1]]);
    const target = nd.zeros(4);
    target.set([[2, 0]], floats.slice("2:"));
    deepStrictEqual(back(target), [bits[3], 0n, bits[2], 0n]);
  });
});

Deno.test("set() reads the value before it writes, where the two overlap", () => {
  nd.scope(() => {
    const a = nd.arange(6);
    a.set([[1, 2, 3, 4, 5]], a.slice(":5"));
    deepStrictEqual(a.toList(), [0, 0, 1, 2, 3, 4]);
    const index = nd.arange(3);
    index.set(index, [2, 1, 0]);
    deepStrictEqual(index.toList(), [2, 1, 0]);
    const mask = nd.array([true, false, true]);
    mask.set(mask, false);
    deepStrictEqual(mask.toList(), [false, false, false]);
  });
});

Deno.test("finfo() and iinfo() give the limits of every dtype", () => {
  const { eps, max, tiny, smallestSubnormal, resolution } = nd.finfo("f64");
  deepStrictEqual([eps, max, smallestSubnormal], [Number.EPSILON, Number.MAX_VALUE, Number.MIN_VALUE]);
  deepStrictEqual([tiny, resolution], [2.2250738585072014e-308, 1e-15]);
  const f32 = nd.finfo(nd.zeros(1, { dtype: "f32" }));
  deepStrictEqual([f32.max, f32.eps, f32.tiny, f32.bits], [3.4028234663852886e38, 2 ** -23, 2 ** -126, 32]);
  deepStrictEqual([nd.iinfo("i64").min, nd.iinfo("u64").max], [-(2n ** 63n), 2n ** 64n - 1n]);
  deepStrictEqual([nd.iinfo("i32").max, nd.iinfo("u8").min], [2147483647, 0]);
});

Deno.test("mayShareMemory() looks at bounds, sharesMemory() at elements", () => {
  nd.scope(() => {
    const a = nd.arange(10), even = a.slice("::2"), odd = a.slice("1::2");
    deepStrictEqual([nd.mayShareMemory(even, odd), nd.sharesMemory(even, odd)], [true, false]);
    ok(!nd.mayShareMemory(a.slice(":5"), a.slice("5:")));
  });
});

Deno.test("nonzero() and mask() find the same in arrays of several kernel calls, of every dtype", () => {
  const size = 150_001;
  for (const dtype of nd.DTYPES) {
    using source = nd.arange(size).mod(7).sub(3).maximum(0).astype(dtype);
    using isSet = source.ne(0);
    using positions = nd.flatnonzero(source);
    using kept = source.mask(isSet);
    const values = source.toTypedArray(), expected: number[] = [];
    for (let i = 0; i < size; i++) if (Number(values[i]) !== 0) expected.push(i);
    deepStrictEqual([...positions.toTypedArray()].map(Number), expected);
    deepStrictEqual([...kept.toTypedArray()], expected.map((i) => values[i]));
  }
});

Deno.test("choose() takes plain numbers in the dtype of the arrays beside them", () => {
  nd.scope(() => {
    const chosen = nd.choose([0, 1], [nd.array([1, 2], { dtype: "i8" }), 10]);
    deepStrictEqual([chosen.dtype, chosen.toList()], ["i8", [1, 10]]);
    deepStrictEqual(nd.choose([0, 1], [nd.array([1, 2], { dtype: "i8" }), 0.5]).dtype, "f64");
  });
});

Deno.test("putmask() and place() refuse arrays whose dtype does not cast safely, and cast lists", () => {
  nd.scope(() => {
    const a = nd.zeros(2, { dtype: "i16" }), mask = nd.array([true, true]);
    throws(() => nd.putmask(a, mask, nd.array([1, 2])), { code: "DTY004" });
    throws(() => nd.place(a, mask, nd.array([1, 2])), { code: "DTY004" });
    nd.putmask(a, mask, [1, 2]);
    deepStrictEqual(a.toList(), [1, 2]);
    nd.place(a, mask, nd.array([3], { dtype: "i8" }));
    deepStrictEqual(a.toList(), [3, 3]);
  });
});

Deno.test("deleteAt() refuses masks of another size than the axis, as lists too", () => {
  nd.scope(() => {
    const a = nd.array([1, 2, 3]);
    throws(() => nd.deleteAt(a, [true, false]), { code: "SHP009" });
    deepStrictEqual(nd.deleteAt(a, [true, false, true]).toList(), [2]);
  });
});

Deno.test("reshape() refuses -1 beside a size of 0, expandDims() takes no axes, pad() NumPy's linear_ramp", () => {
  nd.scope(() => {
    throws(() => nd.zeros([0, 3]).reshape([0, -1]), { code: "SHP006" });
    deepStrictEqual(nd.zeros([0, 3]).reshape([3, -1]).shape, [3, 0]);
    deepStrictEqual(nd.array(7).expandDims([]).shape, []);
    deepStrictEqual(nd.pad(nd.array([2, 4]), 1, "linear_ramp").toList(), [0, 2, 4, 0]);
  });
});

Deno.test("digitize() takes edges that end with NaN, as NumPy", () => {
  nd.scope(() => deepStrictEqual(nd.digitize(nd.array([0.5, 9, NaN]), [0, 1, NaN]).toList(), [1, 2, 3]));
});

Deno.test("arange() computes f32 in f32 and gives no more than two bools, insert() any number of values at one place", () => {
  nd.scope(() => {
    const tenths = nd.arange(0, 1, { step: 0.1, dtype: "f32" });
    // NumPy: float32(3) * float32(0.1) rounds up
    strictEqual(tenths.at(3), Math.fround(3 * Math.fround(0.1)));
    deepStrictEqual(nd.arange(0, 2, { dtype: "bool" }).toList(), [false, true]);
    throws(() => nd.arange(0, 3, { dtype: "bool" }), { code: "ARR002" });
    deepStrictEqual(nd.insert([7], "0:2", [1, 2]).toList(), [1, 2, 7]);
  });
});

Deno.test("choose() and select() take their choices and conditions in an array, as NumPy", () => {
  const choices = nd.array([[1, 2], [3, 4]]), conditions = nd.array([[true, false], [false, true]]);
  deepStrictEqual(nd.choose([0, 1], choices).toList(), [1, 4]);
  deepStrictEqual(nd.array([0, 1]).choose(choices).toList(), [1, 4]);
  deepStrictEqual(nd.choose([2, 0, 4], new Int32Array([7, 8, 9]), { mode: "clip" }).toList(), [9, 7, 9]);
  deepStrictEqual(nd.select(conditions, choices).toList(), [1, 4]);
  deepStrictEqual(nd.select(conditions, [5, 6], nd.array(9)).toList(), [5, 6]);
  const out = nd.zeros([2], "i64"), before = nd.memoryStatistics().numStorages;
  strictEqual(nd.choose([1, 0], choices, out), out);
  strictEqual(nd.memoryStatistics().numStorages, before);
  deepStrictEqual(out.toList(), [3, 2]);
  throws(() => nd.choose([0], nd.array(3)), { code: "ARR002" });
});

Deno.test("putAlongAxis() and takeAlongAxis() name their own indices, and take no bools, whatever the axis", () => {
  const message = /^indices of (put|take)AlongAxis: /, a = nd.arange(4);
  for (const axis of [0, null]) {
    throws(() => nd.putAlongAxis(a, [99], 5, axis), { code: "SHP010", message });
    throws(() => nd.putAlongAxis(a, [true], 5, axis), { code: "DTY001", message });
    throws(() => nd.takeAlongAxis(a, [99], axis), { code: "SHP010", message });
    throws(() => nd.takeAlongAxis(a, [true], axis), { code: "DTY001", message });
  }
  // values broadcast: two for three places were repeated
  throws(() => nd.putAlongAxis(a, [0, 1, 2], [1, 2], null), { code: "SHP012" });
  deepStrictEqual(a.toList(), [0, 1, 2, 3]);
  nd.putAlongAxis(a, [0, 2], [7], null);
  deepStrictEqual(a.toList(), [7, 1, 7, 3]);
});
