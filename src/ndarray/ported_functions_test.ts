/**
 * Functions that code written for NumPy expects beside the main ones: iteration, grids of ranges, text, parts of complex
 * numbers, assertions. What is expected is what NumPy 2.4 gives. (Polynomials and bits: statistics_cases.json.)
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

const { testing } = nd;

Deno.test("ndindex(), ndenumerate() and nditer() promise row-major order, and elements as they are when asked", () => {
  deepStrictEqual([...nd.ndindex(2, 3)], [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
  deepStrictEqual([...nd.ndindex([1, 2])], [[0, 0], [0, 1]]);
  deepStrictEqual([[...nd.ndindex()], [...nd.ndindex(2, 0)]], [[[]], []]);
  throws(() => [...nd.ndindex(-1)], { code: "ARR002" });
  nd.scope(() => {
    const turned = nd.array([[1, 2], [3, 4]]).T;
    deepStrictEqual([...nd.ndenumerate(turned)], [[[0, 0], 1], [[0, 1], 3], [[1, 0], 2], [[1, 1], 4]]);
    deepStrictEqual([...nd.ndenumerate(nd.array(7))], [[[], 7]]);
    deepStrictEqual([...nd.nditer([turned, 10])], [[1, 10], [3, 10], [2, 10], [4, 10]]);
    deepStrictEqual([...nd.nditer([turned], { order: "F" })], [[1], [2], [3], [4]]);
    deepStrictEqual([...nd.nditer(turned)], [1, 3, 2, 4]);
    deepStrictEqual([...nd.nditer(turned, { order: "F" })], [1, 2, 3, 4]);
    deepStrictEqual([...nd.nditer([nd.zeros([0, 2])])], []);
    // before the first element is asked for
    throws(() => nd.nditer([[1, 2], [1, 2, 3]]), { code: "SHP001" });
    throws(() => nd.ndindex(-1), { code: "ARR002" });
    const a = nd.array([1, 2]), begun = [nd.ndenumerate(a), nd.nditer(a), nd.nditer([a])];
    a.set(0, 9);
    deepStrictEqual(begun.map((each) => [...each]), [[[[0], 1], [[1], 2]], [1, 2], [[1], [2]]]);
  });
});

Deno.test("fromiter() promises as many elements as asked for, and asks for no more", () => {
  let numAsked = 0;
  function* numbers() {
    for (;;) yield numAsked++;
  }
  using three = nd.fromiter(numbers(), "i16", { count: 3 });
  deepStrictEqual([three.dtype, three.toList(), numAsked], ["i16", [0, 1, 2], 3]);
  using all = nd.fromiter(new Set([true, false]), "bool");
  deepStrictEqual(all.toList(), [true, false]);
  using big = nd.fromiter([2n ** 60n], "i64");
  deepStrictEqual(big.toList(), [2n ** 60n]);
  throws(() => nd.fromiter([1, 2], "f64", { count: 3 }), { code: "ARR002" });
  throws(() => nd.fromiter([300], "u8"), { code: "DTY002" });
  using many = nd.fromiter(Array.from({ length: 1000 }, (_, i) => i), "u16");
  deepStrictEqual([many.size, many.at(63), many.at(64), many.at(-1)], [1000, 63, 64, 999]);
  throws(() => nd.fromiter(["1"] as unknown as number[], "u8"), { code: "ARR002" });
});

Deno.test("mgrid() and ogrid() promise NumPy's numbers: whole ranges i64, others f64, so many with a j", () => {
  nd.scope(() => {
    const grid = nd.mgrid("0:2, 0:1:0.5");
    deepStrictEqual([grid.dtype, grid.shape], ["f64", [2, 2, 2]]);
    deepStrictEqual(grid.toList(), [[[0, 0], [1, 1]], [[0, 0.5], [0, 0.5]]]);
    deepStrictEqual([nd.mgrid("0:5").dtype, nd.mgrid("5:0:-2").toList()], ["i64", [5, 3, 1]]);
    deepStrictEqual(nd.mgrid(":3").toList(), [0, 1, 2]);
    deepStrictEqual(nd.mgrid("0:1:3j").toList(), [0, 0.5, 1]);
    // by index * step + start, which does not set the stop
    deepStrictEqual([nd.mgrid("0:1:50j").at(-1), nd.ogrid("0:1:50j")[0]!.at(-1)], [
      1 - 2 ** -53,
      1 - 2 ** -53,
    ]);
    const [steps] = nd.ogrid("1:2:0.1, 0:1"), alone = nd.mgrid("1:2:0.1");
    deepStrictEqual(steps!.ravel().toList(), [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7000000000000002, 1.8, 1.9]);
    deepStrictEqual(alone.at(9), 1.9000000000000008);
    deepStrictEqual(nd.mgrid("5:0:-2, 0:2").toList(), [[[5, 5], [3, 3], [1, 1]], [[0, 1], [0, 1], [0, 1]]]);
    deepStrictEqual([nd.mgrid("2:1:1j").toList(), nd.mgrid("0:1:0j").size], [[2], 0]);
    throws(() => nd.mgrid("0:1:0, 0:2"), { code: "ARR002" });
    deepStrictEqual(nd.ogrid("0:2, 0:1:0.5").map(({ dtype, shape }) => [dtype, shape]), [
      ["f64", [2, 1]],
      ["f64", [1, 2]],
    ]);
    throws(() => nd.mgrid("0:"), { code: "ARR002" });
    throws(() => nd.mgrid("x"), { code: "ARR002" });
  });
});

Deno.test("array2string(), arrayRepr() and arrayStr() promise NumPy's text, and leave the options as they were", () => {
  nd.scope(() => {
    const a = nd.array([[1.23456789, 2], [3, 1e-7]]);
    strictEqual(nd.array2string(a, { precision: 2, suppress: true }), "[[1.23 2.  ]\n [3.   0.  ]]");
    strictEqual(nd.array2string([1, 2, 3], { separator: "," }), "[1,2,3]");
    strictEqual(
      nd.array2string([[1, 2], [3, 4]], { separator: ", ", prefix: "abc" }),
      "[[1, 2],\n    [3, 4]]",
    );
    strictEqual(nd.array2string(nd.arange(30), { linewidth: 20, threshold: 5 }), "[ 0  1  2 ... 27 28\n 29]");
    strictEqual(nd.array2string(nd.array(2.5)), "2.5");
    strictEqual(nd.array2string(nd.array(7), { formatter: (x) => `<${x}>` }), "<7>");
    strictEqual(nd.array2string([true, false], { formatter: (x) => x ? "y" : "n" }), "[y n]");
    strictEqual(nd.arrayRepr(nd.zeros([0, 2], "f32")), "array([], shape=(0, 2), dtype=float32)");
    strictEqual(nd.arrayRepr([1.25, 2], { precision: 1 }), "array([1.2, 2. ])");
    strictEqual(nd.arrayStr([1, 2]), "[1 2]");
    strictEqual(nd.getPrintoptions().precision, 8);
  });
});

Deno.test("parts of complex numbers promise those of a pair, and of real arrays what they are", () => {
  nd.scope(() => {
    const pair = { re: [1, -1, 0], im: [0, 0, -2] };
    deepStrictEqual(nd.real(pair).toList(), [1, -1, 0]);
    deepStrictEqual(nd.imag([1.5, 2]).toList(), [0, 0]);
    deepStrictEqual(nd.conj(pair).im.toList(), [0, 0, 2]);
    deepStrictEqual(nd.angle(pair, { deg: true }).toList(), [0, 180, -90]);
    deepStrictEqual(nd.angle([2, -2]).toList(), [0, Math.PI]);
    deepStrictEqual(nd.iscomplex(pair).toList(), [false, false, true]);
    deepStrictEqual(nd.isreal([1, 2]).toList(), [true, true]);
    const near = { re: [1], im: [1e-15] }, far = { re: [1], im: [1e-3] };
    deepStrictEqual((nd.realIfClose(near) as nd.NDArray).toList(), [1]);
    ok(!(nd.realIfClose(far) instanceof nd.NDArray));
    deepStrictEqual((nd.realIfClose(far, { tol: 0.01 }) as nd.NDArray).toList(), [1]);
    const a = nd.array([3]);
    strictEqual(nd.realIfClose(a), a);
  });
});

Deno.test("asStrided() promises a view that stays in the array's bytes, and no writing to what stands twice", () => {
  nd.scope(() => {
    const { asStrided } = nd.lib.strideTricks, a = nd.arange(6);
    const windows = asStrided(a, { shape: [4, 3], strides: [8, 8] });
    deepStrictEqual(windows.toList(), [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]);
    ok(nd.sharesMemory(a, windows) && !windows.flags.writeable);
    deepStrictEqual(asStrided(a.slice("::-1"), { shape: [2], strides: [-16] }).toList(), [5, 3]);
    asStrided(a, { shape: [3], strides: [16], writeable: true }).set("...", 9);
    deepStrictEqual(a.toList(), [9, 1, 9, 3, 9, 5]);
    deepStrictEqual(asStrided(a, { shape: [0, 9], strides: [8, 8] }).shape, [0, 9]);
    for (
      const options of [
        { shape: [7], strides: [8] },
        { shape: [2], strides: [-8] },
        { shape: [2], strides: [4] },
        { shape: [2, 2], strides: [8] },
        { shape: [2], strides: [0], writeable: true },
      ]
    ) throws(() => asStrided(a, options), { code: "ARR002" }, JSON.stringify(options));
  });
});

Deno.test("vectorize() promises each element's result, broadcast, and the dtype that is asked for", () => {
  nd.scope(() => {
    const distance = nd.vectorize((a, b) => Math.abs(a - b), { dtype: "f32" });
    const result = distance([[1], [5]], [3, 4]);
    deepStrictEqual([result.dtype, result.toList()], ["f32", [[2, 3], [2, 1]]]);
    strictEqual(nd.vectorize((a) => a > 1)([1, 2]).dtype, "bool");
    strictEqual(nd.vectorize((a) => a + 1)(nd.array(1)).item(), 2);
  });
});

Deno.test("what arrays and numbers are: ndim(), shape(), size(), dtypes and text", () => {
  nd.scope(() => {
    deepStrictEqual([nd.ndim(3), nd.shape([[1, 2]]), nd.size([[1, 2]], 1)], [0, [1, 2], 2]);
    deepStrictEqual([nd.isscalar(2n), nd.isscalar([1])], [true, false]);
    deepStrictEqual(
      [255, 256, -128, -129, 2 ** 40, 2n ** 63n, 1.5, NaN, Infinity, 3e39, true].map((x) =>
        nd.minScalarType(x)
      ),
      ["u8", "u16", "i8", "i16", "u64", "u64", "f32", "f32", "f32", "f64", "bool"],
    );
    throws(() => nd.minScalarType(2n ** 64n), { code: "DTY002" });
    throws(() => nd.commonType(), { code: "ARR002" });
    throws(() => nd.commonType(nd.ones(1, "bool")), { code: "DTY001" });
    deepStrictEqual([nd.baseRepr(0, 2, 3), nd.baseRepr(255n, 16), nd.binaryRepr(-8, 4)], [
      "000",
      "FF",
      "1000",
    ]);
    throws(() => nd.baseRepr(1, 37), { code: "ARR002" });
    throws(() => nd.binaryRepr(16, 4), { code: "ARR002" });
    throws(() => nd.binaryRepr(-9, 4), { code: "ARR002" });
  });
});

Deno.test("testing promises to pass what is near, and to say where and by how much the rest differs", () => {
  testing.assertArrayEqual([[1, NaN], [Infinity, 2]], [[1, NaN], [Infinity, 2]]);
  testing.assertArrayEqual([3, 3], 3);
  testing.assertArrayEqual([-0], [0]);
  testing.assertEqual([-0], [0]);
  testing.assertAllclose([1, NaN], [1 + 1e-8, NaN]);
  testing.assertArrayAlmostEqual([1, Infinity], [1.0000001, Infinity]);
  testing.assertArrayLess([1, -Infinity], [2, 0]);
  testing.assertArrayAlmostEqualNulp([1, 2], [1 + Number.EPSILON, 2]);
  const refused: readonly [() => void, RegExp][] = [
    [() => testing.assertArrayEqual([1, 2, 3], [1, 2, 4]), /1 of 3 \(33.3%\) first at \[2\]/],
    [() => testing.assertArrayEqual([1, 2], [1, 2, 3]), /the shapes differ: \(2,\) vs \(3,\)/],
    [() => testing.assertEqual(-0, 0), /items are not equal/],
    [() => testing.assertAllclose([1, NaN], [1, 1]), /not near/],
    [() => testing.assertAllclose([NaN], [NaN], { equalNan: false }), /not near/],
    [() => testing.assertAllclose([[1, 2], [3, 4]], [[1, 2], [3, 5]]), /largest absolute difference: 1/],
    [() => testing.assertAlmostEqual(1, 1.001), /7 decimals/],
    [() => testing.assertArrayAlmostEqual([NaN], [1]), /6 decimals/],
    [() => testing.assertArrayLess([1, 3], [2, 2]), /not smaller/],
    [() => testing.assertArrayAlmostEqualNulp([1], [1 + 4 * Number.EPSILON], 2), /2 units/],
  ];
  for (const [run, message] of refused) throws(run, { name: "AssertionError", message });
  const { numStorages } = nd.memoryStatistics();
  testing.assertAllclose([1, 2], [1, 2]);
  strictEqual(nd.memoryStatistics().numStorages, numStorages);
});

Deno.test("asStrided(), broadcastTo() and fromfunction() promise to copy the list of sizes, and whole sizes from 0", () => {
  nd.scope(() => {
    const { asStrided } = nd.lib.strideTricks, a = nd.arange(6), shape = [2, 3], strides = [8, 8];
    const made = [
      asStrided(a, { shape, strides }),
      nd.array(7).broadcastTo(shape),
      nd.broadcastTo([1, 2, 3], shape),
      nd.fromfunction((i, _) => i, shape),
    ];
    const lists = made.map((view) => view.toList());
    shape[0] = 1e6;
    strides[0] = 1e6;
    deepStrictEqual(made.map((view) => view.toList()), lists);
    deepStrictEqual(lists[0], [[0, 1, 2], [1, 2, 3]]);
    deepStrictEqual(asStrided(a, { shape: 3, strides: 16 }).toList(), [0, 2, 4]);
    for (const size of [-1, 2.5, NaN]) {
      throws(() => nd.array(7).broadcastTo(size), { code: "ARR002" });
      throws(() => nd.fromfunction((i) => i, [size]), { code: "ARR002" });
    }
  });
});

Deno.test("assertArrayAlmostEqualNulp() promises that NaN and infinity are near their like only", () => {
  const { assertArrayAlmostEqualNulp: near } = testing;
  near([NaN, Infinity, -Infinity, 0], [NaN, Infinity, -Infinity, 5e-324]);
  for (const [x, y] of [[1, NaN], [NaN, 1], [1, Infinity], [-Infinity, Infinity], [Infinity, NaN]] as const) {
    throws(() => near([x], [y]), { name: "AssertionError" }, `${x} ${y}`);
  }
});

Deno.test("array() promises the sizes of arrays in a list, also behind an axis of size 0", () => {
  nd.scope(() => {
    const none = nd.zeros([0, 3], "i16");
    deepStrictEqual([nd.array([none]).shape, nd.array([none]).dtype], [[1, 0, 3], "i16"]);
    deepStrictEqual([nd.array([[none, none]]).shape, nd.array([nd.zeros([2, 0])]).shape], [[1, 2, 0, 3], [
      1,
      2,
      0,
    ]]);
    deepStrictEqual(nd.array([none, none]).strides, nd.zeros([2, 0, 3], "i16").strides);
    throws(() => nd.array([none, nd.zeros([0, 4])]), { code: "ARR002" });
  });
});

Deno.test("searchsorted() refuses a side that is none", () => {
  for (const side of ["middle", "LEFT", "r"]) {
    throws(() => nd.searchsorted([1, 2], 1, { side: side as "left" }), { code: "ARR002" });
  }
});

Deno.test("bincount(), unpackbits() and fromiter() refuse what memory does not hold before they make it", () => {
  throws(() => nd.bincount([3], { minlength: 1e13 }), { code: "MEM005" });
  throws(() => nd.bincount([1e12], { weights: [1] }), { code: "MEM005" });
  throws(() => nd.unpackbits(new Uint8Array([5]), { count: 1e12 }), { code: "MEM005" });
  function* endless() {
    for (;;) yield 1;
  }
  const before = nd.memoryStatistics();
  nd.setMemoryLimit(before.bytesInUse + 1e6);
  try {
    throws(() => nd.fromiter(endless(), "f64"), { code: "MEM005" });
  } finally {
    nd.setMemoryLimit(before.limitBytes);
  }
});

Deno.test("bincount() promises weights of one axis, at which it does not look where nothing is counted", () => {
  nd.scope(() => {
    throws(() => nd.bincount([1, 2], { weights: [[1, 2]] }), { code: "ARR002" });
    throws(() => nd.bincount([1], { weights: 3 }), { code: "ARR002" });
    const none = nd.bincount([], { weights: [1, 2], minlength: 2 });
    deepStrictEqual([none.dtype, none.toList()], ["i64", [0, 0]]);
  });
});

Deno.test("binaryRepr() and baseRepr() promise NumPy's digits, and refuse widths that are none", () => {
  const { baseRepr, binaryRepr } = nd;
  deepStrictEqual([binaryRepr(0, 0), binaryRepr(0, 3), binaryRepr(-1, 1)], ["0", "000", "1"]);
  deepStrictEqual([binaryRepr(-8, 4), binaryRepr(-8, 6), binaryRepr(7, 3)], ["1000", "111000", "111"]);
  deepStrictEqual(binaryRepr(-(2n ** 70n), 72), `11${"0".repeat(70)}`);
  deepStrictEqual([baseRepr(1, 2, -1), baseRepr(-5, 2, -3), baseRepr(0, 2, 3)], ["1", "-101", "000"]);
  const refused = [
    () => binaryRepr(3, 2.5),
    () => binaryRepr(3, NaN),
    () => binaryRepr(3, 1e12),
    () => binaryRepr(-1, 0),
    () => binaryRepr(-1, -1),
    () => binaryRepr(-3, 2),
    () => binaryRepr(3, 1),
    () => baseRepr(5, 2, 2.5),
    () => baseRepr(5, 2, 1e12),
  ];
  for (const run of refused) throws(run, { code: "ARR002" }, String(run));
});

Deno.test("take(), put() and choose() take bools as the indices 0 and 1, takeAlongAxis() does not", () => {
  nd.scope(() => {
    const rows = nd.array([[1, 2], [3, 4]]), bools = nd.array([true, false]);
    deepStrictEqual(nd.take(rows, bools, 1).toList(), [[2, 1], [4, 3]]);
    deepStrictEqual(nd.take([5, 6], [true, false, true]).toList(), [6, 5, 6]);
    deepStrictEqual(nd.choose(bools, [[1, 2], [3, 4]]).toList(), [3, 2]);
    const a = nd.arange(3);
    nd.put(a, bools, [7, 8]);
    deepStrictEqual(a.toList(), [8, 7, 2]);
    nd.put(a.slice("::2"), bools, [1, 0], { mode: "wrap" });
    deepStrictEqual(a.toList(), [0, 7, 1]);
    throws(() => nd.takeAlongAxis(nd.arange(3), bools), { code: "DTY001" });
  });
});

Deno.test("copyto() promises a fraction to every float, and lists as where that are bools", () => {
  nd.scope(() => {
    const narrow = nd.zeros(2, "f32");
    for (const casting of ["no", "safe"] as const) nd.copyto(narrow, 1.5, { casting });
    deepStrictEqual(narrow.toList(), [1.5, 1.5]);
    throws(() => nd.copyto(nd.zeros(2, "i32"), 1.5), { code: "DTY004" });
    throws(() => nd.copyto(narrow, true, { casting: "no" }), { code: "DTY004" });
    throws(() => nd.copyto(nd.zeros(2, "bool"), 1), { code: "DTY004" });
    nd.copyto(narrow, 2, { where: [1, 0] });
    deepStrictEqual(narrow.toList(), [2, 1.5]);
    nd.copyto(narrow, 3, { where: 0 });
    nd.copyto(narrow, 4, { where: [false, true] });
    deepStrictEqual(narrow.toList(), [2, 4]);
    throws(() => nd.copyto(narrow, 1, { where: nd.array([1, 0]) }), { code: "DTY001" });
    throws(() => nd.copyto(narrow, 1, { where: [] }), { code: "SHP012" });
  });
});

Deno.test("polynomials promise NumPy's dtypes on the way, and what is found where the rank is not whole", () => {
  nd.scope(() => {
    for (const p of [[0, 0, 0], [2], [0, 2, 0]]) strictEqual(nd.roots(nd.array(p, "f32")).re.dtype, "f64");
    strictEqual(nd.roots(nd.array([1, 2, 0], "f32")).re.dtype, "f32");
    const y = nd.array([1, 3, 5.5], "f32"), w = [0.1, 0.2, 0.3];
    const expected = [2.3552630469203, 0.7631580531597126];
    testing.assertAllclose(nd.polyfit([0, 1, 2], y, 1, { w }), expected, { rtol: 1e-12 });
    const { rank, covariance, coefficients } = nd.polyfitAll([1, 1, 1], [1, 2, 3], 1);
    deepStrictEqual([rank, covariance], [1, null]);
    testing.assertAllclose(coefficients, [1, 1], { rtol: 1e-12 });
    const { quotient, remainder } = nd.polydiv([1, 2.5], nd.array([3, 1], "f32"));
    strictEqual(quotient.item(), 0.3333333432674408);
    deepStrictEqual(remainder.dtype, "f64");
  });
});

Deno.test("minScalarType(), conj() and interp() promise what NumPy gives of arrays without axes, real ones and NaN", () => {
  nd.scope(() => {
    const dtypes = [10, 300, -5, true, -0, 0.5, 1e50].map((value) => nd.minScalarType(nd.array(value)));
    deepStrictEqual(dtypes, ["u8", "u16", "i8", "bool", "f32", "f32", "f64"]);
    deepStrictEqual([nd.minScalarType(-0), nd.minScalarType(nd.array([10]))], ["f32", "i64"]);
    deepStrictEqual(nd.minScalarType(nd.array(2n ** 63n, "u64")), "u64");
    const same = nd.conj(nd.array([1, 2], "u8"));
    deepStrictEqual([same.dtype, same.toList()], ["u8", [1, 2]]);
    deepStrictEqual([nd.conj([true]).dtype, nd.conj([1.5]).dtype], ["i8", "f64"]);
    deepStrictEqual(nd.interp([1, -2.5, 2], [0, 1], [5, 7], { period: NaN }).toList(), [NaN, NaN, NaN]);
    deepStrictEqual(nd.interp([1, -2.5, 0.5], [0, 1], [5, 7], { period: Infinity }).toList(), [7, 5, 6]);
    throws(() => nd.interp([1], [0, 1], [5, 7], { period: 0 }), { code: "ARR002" });
  });
});
