/** Expected values: NumPy 2.4. */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import {
  allclose,
  arange,
  arccos,
  arccosh,
  arcsin,
  arcsinh,
  arctan,
  arctan2,
  arctanh,
  array,
  bitwiseCount,
  divmod,
  type DType,
  DTYPES,
  frexp,
  hypot,
  i0,
  isclose,
  ldexp,
  logaddexp,
  logaddexp2,
  modf,
  nanToNum,
  nextafter,
  scope,
  sinc,
  spacing,
  unwrap,
} from "../mod.ts";

const XS = [0, -0, 0.5, -1.25, 3, 1e3, -1e3, Infinity, -Infinity, NaN];

Deno.test("logaddexp() and logaddexp2() neither overflow nor lose infinities", () => {
  scope(() => {
    deepStrictEqual(logaddexp(0, array(XS)).toList(), [
      0.6931471805599453,
      0.6931471805599453,
      0.9740769841801067,
      0.2519290813453729,
      3.048587351573742,
      1000,
      0,
      Infinity,
      0,
      NaN,
    ]);
    const infinities = array([Infinity, -Infinity]);
    deepStrictEqual(logaddexp(infinities, infinities).toList(), [Infinity, -Infinity]);
    deepStrictEqual(logaddexp2(array([3, 1000, -1000]), array([3, 1000, -1000])).toList(), [4, 1001, -999]);
    strictEqual(logaddexp(array([1], { dtype: "f32" }), 2).dtype, "f32");
  });
});

Deno.test("sinc() is 1 at zero and computes integers in f64", () => {
  scope(() => {
    ok(
      allclose(sinc(array([0, 0.5, -1.25])), [1, 0.6366197723675814, -0.18006326323142122], { rtol: 1e-15 }),
    );
    strictEqual(sinc(array([1], { dtype: "i8" })).dtype, "f64");
    deepStrictEqual(sinc(array([Infinity, NaN])).toList(), [NaN, NaN]);
  });
});

Deno.test("i0() is NumPy's on both sides of 8, in f32 and of integers", () => {
  scope(() => {
    const expected = [
      1,
      1.2660658777520082,
      3.289839144050123,
      389.406283282158,
      427.56411572180474,
      469.5006067101214,
      781672297823.9775,
      1.5295933476718735e302,
    ];
    const xs = [0, 1, -2.5, 7.9, 8, 8.1, 30, 700];
    ok(allclose(i0(array(xs)), expected, { rtol: 1e-14, atol: 0 }));
    ok(allclose(i0(array(xs.slice(0, 7), { dtype: "f32" })), expected.slice(0, 7), { rtol: 1e-6, atol: 0 }));
    deepStrictEqual(i0(array([Infinity, -Infinity, NaN])).toList(), [Infinity, Infinity, NaN]);
    deepStrictEqual([i0(array([1], { dtype: "f32" })).dtype, i0(array([1], { dtype: "i8" })).dtype], [
      "f32",
      "f64",
    ]);
  });
});

Deno.test("frexp() and ldexp() take apart and put together, the exponent as i32", () => {
  scope(() => {
    const x = array([...XS, 5e-324, 1.7976931348623157e308]), [mantissa, exponent] = frexp(x);
    strictEqual(exponent.dtype, "i32");
    deepStrictEqual(exponent.toList(), [0, 0, 0, 1, 2, 10, 10, 0, 0, 0, -1073, 1024]);
    deepStrictEqual(mantissa.slice(":6").toList(), [0, -0, 0.5, -0.625, 0.75, 0.9765625]);
    deepStrictEqual(ldexp(mantissa, exponent).toList(), x.toList());
    const single = ldexp(array([1, 3, 1], { dtype: "f32" }), array([-149, 200, 2], { dtype: "i64" }));
    strictEqual(single.dtype, "f32");
    deepStrictEqual(single.toList(), [2 ** -149, Infinity, 4]);
    strictEqual(ldexp(array([2], { dtype: "i32" }), 3).dtype, "f64");
  });
});

Deno.test("modf() gives both parts the sign of the number", () => {
  scope(() => {
    const [fraction, whole] = modf(array([-0, Infinity, -Infinity, NaN, -2.5, 3]));
    deepStrictEqual(fraction.toList(), [-0, 0, -0, NaN, -0.5, 0]);
    deepStrictEqual(whole.toList(), [-0, Infinity, -Infinity, NaN, -2, 3]);
  });
});

Deno.test("nanToNum() puts the limits of the dtype for infinities, or what is given", () => {
  scope(() => {
    const single = nanToNum(array([NaN, Infinity, -Infinity, 1], { dtype: "f32" }));
    deepStrictEqual(single.toList(), [0, 3.4028234663852886e38, -3.4028234663852886e38, 1]);
    const given = nanToNum(array([NaN, Infinity, -Infinity]), { nan: -1, posinf: 7, neginf: 8 });
    deepStrictEqual(given.toList(), [-1, 7, 8]);
    deepStrictEqual(nanToNum(array([1, 2], { dtype: "u8" })).dtype, "u8");
  });
});

Deno.test("isclose() and allclose() are NumPy's, with infinities and NaN", () => {
  scope(() => {
    const a = array([1e10, 1e-7, 1, NaN, Infinity]), b = array([1.00001e10, 1e-8, 1.1, NaN, Infinity]);
    deepStrictEqual(isclose(a, b).toList(), [true, false, false, false, true]);
    deepStrictEqual(isclose(a, b, { equalNan: true }).toList(), [true, false, false, true, true]);
    deepStrictEqual(isclose(array([1, Infinity]), array([Infinity, -Infinity])).toList(), [false, false]);
    strictEqual(allclose([1, 2], [1, 2.1]), false);
    strictEqual(allclose([1, 2], [1, 2.1], { atol: 0.2 }), true);
  });
});

Deno.test("bitwiseCount() counts the bits of magnitudes in every integer dtype, as u8", () => {
  const integers = DTYPES.filter((dtype) => !["bool", "f32", "f64"].includes(dtype));
  scope(() => {
    for (const dtype of integers) {
      const bits = Number(dtype.slice(1)), isSigned = dtype.startsWith("i");
      const [low, high] = isSigned
        ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
        : [0n, 2n ** BigInt(bits) - 1n];
      const count = bitwiseCount(
        array([0n, 1n, 5n, 127n, high, low].map((v) => bits === 64 ? v : Number(v)), { dtype }),
      );
      strictEqual(count.dtype, "u8");
      deepStrictEqual(count.toList(), [0, 1, 2, 7, isSigned ? bits - 1 : bits, isSigned ? 1 : 0], dtype);
    }
    deepStrictEqual(bitwiseCount(array([true, false])).toList(), [1, 0]);
    throws(() => bitwiseCount(array([0.5])), { code: "DTY001" });
    throws(() => bitwiseCount(array([1]), { dtype: "f32" }), { code: "DTY001" });
    strictEqual(bitwiseCount(array([1]), { dtype: "u8" }).dtype, "u8");
  });
});

Deno.test("divmod() writes into a pair of outs, one of which may be an operand", () => {
  scope(() => {
    const a = array([7, -7, 9]), remainders = array([0, 0, 0]);
    const given = divmod(a, 3, { out: [a, remainders] });
    ok(given[0] === a && given[1] === remainders);
    deepStrictEqual([a.toList(), remainders.toList()], [[2, -3, 3], [1, 2, 0]]);
    const [quotients] = divmod([7, 8], 3, { out: [null, array([0, 0])], where: array([true, false]) });
    deepStrictEqual(quotients.toList(), [2, 0]);
    for (const bad of [a, [a], "ab"]) {
      throws(() => divmod(a, 3, { out: bad as never }), { code: "ARR002" });
    }
  });
});

Deno.test("unwrap() adds periods along an axis", () => {
  scope(() => {
    const angles = unwrap([0, 3.5, 7, -3, 9, 3.2]);
    const expected = [0, -2.78318531, -5.56637061, -3, -3.56637061, -3.08318531];
    ok(allclose(angles, expected, { atol: 1e-8, rtol: 0 }));
    deepStrictEqual(unwrap([[0, 1, 2, -1, 0]], { period: 4 }).toList(), [[0, 1, 2, 3, 4]]);
    deepStrictEqual(unwrap([[0], [3], [6]], { axis: 0, period: 4 }).toList(), [[0], [-1], [-2]]);
  });
});

Deno.test("arcsin() and its like are asin() and its like, and integers promote as for every function of the reals", () => {
  scope(() => {
    const functions = { arcsin, arccos, arctan, arcsinh, arccosh, arctanh };
    for (const [name, of] of Object.entries(functions)) {
      strictEqual(of.name, name.replace("arc", "a"));
      const dtypes: [DType, DType][] = [["i8", "f32"], ["bool", "f32"], ["i32", "f64"], ["u64", "f64"], [
        "f32",
        "f32",
      ]];
      for (const [from, to] of dtypes) {
        strictEqual(of(array([1], { dtype: from })).dtype, to, `${name} ${from}`);
      }
    }
    deepStrictEqual(arctan2(array([0, 1, -0]), array([-1, 0, -1])).toList(), [
      Math.PI,
      Math.PI / 2,
      -Math.PI,
    ]);
    deepStrictEqual(hypot(array([3, 5]), array([4, 12])).toList(), [5, 13]);
    deepStrictEqual(nextafter(array([1, 0]), array([2, -1])).toList(), [1 + 2 ** -52, -5e-324]);
    deepStrictEqual(spacing(array([1, -1, 0])).toList(), [2 ** -52, -(2 ** -52), 5e-324]);
  });
});

Deno.test("functions of two operands reduce and write into out as all others", () => {
  scope(() => {
    strictEqual(hypot.reduce(array([2, 3, 6])).item(), 7);
    const out = array([0, 0, 0], { dtype: "f64" });
    strictEqual(arctan2(arange(3), 1, { out }), out);
    ok(allclose(out, [0, Math.PI / 4, 1.1071487177940904], { rtol: 1e-15 }));
    deepStrictEqual(
      logaddexp(array([0, 0]), 0, { where: array([true, false]), out: array([9, 9], { dtype: "f64" }) })
        .toList(),
      [
        0.6931471805599453,
        9,
      ],
    );
  });
});
