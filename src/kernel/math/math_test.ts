import assert from "node:assert/strict";
import { bigMath, type RealOp, ulpError } from "../../../tests/support/big_math.ts";
import { compileMath, printMath } from "../../../tests/support/math_function.ts";
import { measureUlp, randomBits } from "../../../tests/support/ulp_measure.ts";
import { EXACT_FUNCTIONS, JS_FUNCTIONS } from "../compile/testing/js_functions.ts";
import { ELEMENTWISE } from "../../expr/primitives.ts";
import { type Numerics, probeFusedMadd } from "../numerics.ts";
import { FunctionBuilder } from "../wasm/function_builder.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { emitMath, MATH_OPS, mathArity, type MathOp } from "./mod.ts";

const MODES: readonly Numerics[] = probeFusedMadd() ? ["fused", "strict"] : ["strict"];
const DTYPES = ["f32", "f64"] as const;

/** compiled once: the tests ask for single values of all functions */
const compiled = new Map<string, { of(x: number, y?: number): number }>();
function evaluate(op: MathOp, dtype: "f32" | "f64", numerics: Numerics): (x: number, y?: number) => number {
  const key = `${op} ${dtype} ${numerics}`;
  let found = compiled.get(key);
  if (found === undefined) {
    found = dtype === "f32" ? compileMath(op, "f32", numerics, 4) : compileMath(op, "f64", numerics, 4);
    compiled.set(key, found);
  }
  return (x, y) => found.of(x, y);
}

function expectAll(
  op: MathOp,
  dtypes: readonly ("f32" | "f64")[],
  rows: readonly (readonly [number, number])[],
): void {
  for (const dtype of dtypes) {
    for (const numerics of MODES) {
      const of = evaluate(op, dtype, numerics);
      for (const [x, expected] of rows) {
        const result = of(x);
        const message = `${op}(${
          Object.is(x, -0) ? "-0" : x
        }) is ${result}, not ${expected} (${dtype}, ${numerics})`;
        assert.ok(Object.is(result, expected), message);
      }
    }
  }
}

for (const op of MATH_OPS) {
  Deno.test(`emitMath() keeps ${op} within the bound of the primitive table, f32 and f64, in every mode`, () => {
    for (const numerics of MODES) {
      for (const [dtype, numSamples] of [["f32", 1 << 16], ["f64", 500]] as const) {
        const { maxUlp, at } = measureUlp(op, dtype, { numerics, numSamples, seed: 7 });
        assert.ok(
          maxUlp <= ELEMENTWISE[op].ulp,
          `${op} ${dtype} ${numerics}: ${maxUlp} ULP at ${at.join(", ")}`,
        );
      }
    }
  });
}

Deno.test("emitMath() gives the values of IEEE and NumPy at zeros, infinities and NaN", () => {
  expectAll("exp", DTYPES, [[0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, 0], [NaN, NaN], [
    1e30,
    Infinity,
  ], [-1e30, 0]]);
  expectAll("expm1", DTYPES, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -1], [NaN, NaN], [
    -1e30,
    -1,
  ]]);
  expectAll("sigmoid", DTYPES, [[0, 0.5], [-0, 0.5], [Infinity, 1], [-Infinity, 0], [NaN, NaN], [1e30, 1], [
    -1e30,
    0,
  ]]);
  expectAll("tanh", DTYPES, [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [30, 1], [
    -30,
    -1,
  ]]);
  for (const op of ["log", "log2", "log10"] as const) {
    expectAll(op, DTYPES, [
      [0, -Infinity],
      [-0, -Infinity],
      [1, 0],
      [-1, NaN],
      [-1e-40, NaN],
      [Infinity, Infinity],
      [-Infinity, NaN],
      [NaN, NaN],
    ]);
  }
  expectAll("log1p", DTYPES, [[0, 0], [-0, -0], [-1, -Infinity], [-1.5, NaN], [Infinity, Infinity], [
    -Infinity,
    NaN,
  ], [NaN, NaN]]);
  expectAll("exp2", DTYPES, [[0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, 0], [NaN, NaN], [3, 8], [
    -3,
    0.125,
  ]]);
  expectAll("sinh", DTYPES, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity], [NaN, NaN]]);
  expectAll("cosh", DTYPES, [[0, 1], [-0, 1], [Infinity, Infinity], [-Infinity, Infinity], [NaN, NaN]]);
  expectAll("asinh", DTYPES, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -Infinity], [NaN, NaN]]);
  expectAll("acosh", DTYPES, [[1, 0], [0.999, NaN], [0, NaN], [-1, NaN], [Infinity, Infinity], [
    -Infinity,
    NaN,
  ], [
    NaN,
    NaN,
  ]]);
  expectAll("atanh", DTYPES, [
    [0, 0],
    [-0, -0],
    [1, Infinity],
    [-1, -Infinity],
    [1.5, NaN],
    [-Infinity, NaN],
    [
      NaN,
      NaN,
    ],
  ]);
  for (const op of ["asin", "acos"] as const) {
    expectAll(op, DTYPES, [[1.001, NaN], [-1.001, NaN], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]]);
  }
  expectAll("asin", DTYPES, [[0, 0], [-0, -0]]);
  expectAll("acos", DTYPES, [[1, 0]]);
  for (const [dtype, round] of [["f32", Math.fround], ["f64", (x: number) => x]] as const) {
    expectAll("asin", [dtype], [[1, round(Math.PI / 2)], [-1, -round(Math.PI / 2)]]);
    expectAll("acos", [dtype], [[0, round(Math.PI / 2)], [-0, round(Math.PI / 2)], [-1, round(Math.PI)]]);
    expectAll("atan", [dtype], [[Infinity, round(Math.PI / 2)], [-Infinity, -round(Math.PI / 2)]]);
  }
  expectAll("atan", DTYPES, [[0, 0], [-0, -0], [NaN, NaN]]);
  expectAll("tan", DTYPES, [[0, 0], [-0, -0], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]]);
  expectAll("cbrt", DTYPES, [[0, 0], [-0, -0], [8, 2], [-27, -3], [Infinity, Infinity], [
    -Infinity,
    -Infinity,
  ], [
    NaN,
    NaN,
  ]]);
  expectAll("erf", DTYPES, [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [7, 1], [-7, -1], [NaN, NaN]]);
  expectAll("sin", DTYPES, [[0, 0], [-0, -0], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]]);
  expectAll("cos", DTYPES, [[0, 1], [-0, 1], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN]]);
});

Deno.test("emitMath() gives functions of two arguments C's special cases, as NumPy does", () => {
  const values = [0, 1, 1.5, 2, 3, 2 ** -149, 2 ** -126, 2 ** 127, Infinity];
  const signed = [...values, ...values.map((v) => -v), NaN];
  for (const op of ["atan2", "hypot", "nextafter", "ldexp"] as const) {
    for (const dtype of DTYPES) {
      for (const numerics of MODES) {
        const of = evaluate(op, dtype, numerics);
        for (const x of signed) {
          for (const y of signed) {
            if (op === "ldexp" && !Number.isFinite(y)) continue;
            const exact = JS_FUNCTIONS[op](x, y, dtype);
            const result = of(x, y), expected = dtype === "f32" ? Math.fround(exact) : exact;
            const same = Object.is(result, expected) ||
              Math.abs(result / expected - 1) < (dtype === "f32" ? 1e-6 : 1e-15);
            assert.ok(same, `${op}(${x}, ${y}) is ${result}, not ${expected} (${dtype}, ${numerics})`);
          }
        }
      }
    }
  }
});

Deno.test("emitMath() gives whole powers of two their log2 exactly, subnormals included", () => {
  for (const [dtype, low, high] of [["f32", -149, 127], ["f64", -1074, 1023]] as const) {
    const rows = Array.from({ length: high - low + 1 }, (_, i) => [2 ** (low + i), low + i] as const);
    expectAll("log2", [dtype], rows);
  }
});

Deno.test("emitMath() overflows and underflows at exactly the right argument", () => {
  for (const op of ["exp", "expm1"] as const) {
    expectAll(op, ["f32"], [[88.72283935546875, Infinity]]);
    expectAll(op, ["f64"], [[709.7827128933841, Infinity]]);
    for (const numerics of MODES) {
      assert.ok(evaluate(op, "f32", numerics)(88.72283172607422) < Infinity);
      assert.ok(evaluate(op, "f64", numerics)(709.782712893384) < Infinity);
    }
  }
  // the largest numbers that are not infinite: log(2^128 - 2^103) + log 2, and the double beside its own
  for (const op of ["sinh", "cosh"] as const) {
    expectAll(op, ["f32"], [[89.41599273681641, Infinity]]);
    expectAll(op, ["f64"], [[710.4758600739440, Infinity]]);
    for (const numerics of MODES) {
      assert.ok(evaluate(op, "f32", numerics)(89.41598510742188) < Infinity);
      assert.ok(evaluate(op, "f64", numerics)(710.4758600739439) < Infinity);
    }
  }
  expectAll("exp2", ["f32"], [[128, Infinity], [127, 2 ** 127], [-149, 2 ** -149], [-150, 0]]);
  expectAll("exp2", ["f64"], [[1024, Infinity], [1023, 2 ** 1023], [-1074, 5e-324], [-1075, 0]]);
  const tiny32 = 2 ** -149, tiny64 = 5e-324;
  expectAll("exp", ["f32"], [[-103.97207641601562, tiny32], [-103.97208404541016, 0], [-100, 27 * tiny32]]);
  expectAll("exp", ["f64"], [[-745.1332191019411, tiny64], [-745.1332191019412, 0]]);
  expectAll("sigmoid", ["f32"], [[-103.97207641601562, tiny32], [-103.97208404541016, 0], [
    -100,
    27 * tiny32,
  ]]);
  expectAll("sigmoid", ["f64"], [[-745.1332191019411, tiny64], [-745.1332191019412, 0]]);
});

Deno.test("emitMath() keeps tiny arguments of odd functions, to the last subnormal bit", () => {
  const odd = ["expm1", "log1p", "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh"] as const;
  for (const op of odd) {
    for (const [dtype, tiny] of [["f32", 2 ** -149], ["f64", 5e-324]] as const) {
      const rows = [1, 2, 3, 5, 1001].flatMap((k) => [[k * tiny, k * tiny], [-k * tiny, -k * tiny]] as const);
      expectAll(op, [dtype], rows);
    }
  }
});

Deno.test("emitMath() reduces huge angles exactly: 1e22, the largest numbers, the nearest to a multiple of pi/2", () => {
  const nearest = 6381956970095103 * 2 ** 797; // J.-M. Muller, Elementary Functions, table 11.1
  for (const numerics of MODES) {
    for (const op of ["sin", "cos", "tan"] as const) {
      for (
        const x of [1e22, nearest, -nearest, Number.MAX_VALUE, 2 ** 20, 2 ** 20 - 2 ** -33, 2 ** 1000, -1e300]
      ) {
        const error = ulpError(evaluate(op, "f64", numerics)(x), bigMath(op, x)!, "f64");
        assert.ok(error <= (op === "tan" ? 1.5 : 1), `${op}(${x}): ${error} ULP`);
      }
      for (
        const x of [Math.fround(1e22), 2 ** 128 - 2 ** 104, 2 ** 20, 2 ** 20 - 0.0625, 16367173 * 2 ** 72]
      ) {
        const error = ulpError(evaluate(op, "f32", numerics)(x), bigMath(op, x)!, "f32");
        assert.ok(error <= 2, `${op}(${x}f): ${error} ULP`);
      }
    }
    // published: sin(1e22) = -0.8522008497671888017727...
    assert.equal(evaluate("sin", "f64", numerics)(1e22), -0.8522008497671888);
  }
});

Deno.test("emitMath() gives pow the special cases of C99 annex F, as NumPy does", () => {
  const values = [0, 0.5, 1, 1.5, 2, 3, 4, 2 ** 24 - 1, 2 ** 24, 2 ** 53 - 1, 1e300, 5e-324, Infinity];
  const signed = [...values, ...values.map((v) => -v), NaN];
  const truth = JS_FUNCTIONS.pow;
  for (const numerics of MODES) {
    for (const dtype of DTYPES) {
      const of = evaluate("pow", dtype, numerics);
      const round = dtype === "f32" ? Math.fround : (x: number) => x;
      for (const x of signed) {
        for (const y of signed) {
          const result = of(x, y), expected = round(truth(round(x), round(y), dtype));
          const same = Object.is(result, expected) ||
            Math.abs(result / expected - 1) < (dtype === "f32" ? 1e-6 : 1e-15);
          assert.ok(same, `pow(${x}, ${y}) is ${result}, not ${expected} (${dtype}, ${numerics})`);
        }
      }
    }
  }
  assert.equal(evaluate("pow", "f64", "strict")(-1, Infinity), 1);
  assert.equal(evaluate("pow", "f64", "strict")(1, NaN), 1);
  assert.equal(evaluate("pow", "f64", "strict")(NaN, 0), 1);
  assert.ok(Object.is(evaluate("pow", "f64", "strict")(-0, -3), -Infinity));
});

Deno.test("emitMath() gives small whole powers exactly", () => {
  for (const numerics of MODES) {
    for (const dtype of DTYPES) {
      const of = evaluate("pow", dtype, numerics);
      for (let base = 2; base <= 12; base++) {
        for (let k = 0; base ** k < (dtype === "f32" ? 2 ** 24 : 2 ** 53); k++) {
          assert.equal(of(base, k), base ** k);
        }
      }
    }
  }
});

Deno.test("emitMath() computes every lane by itself: neighbours on a rare path change no bit", () => {
  const random = randomBits(3);
  const neighbours = [0, -0, NaN, Infinity, -Infinity, 1e30, -1e30, 1e-40, -3];
  for (const numerics of MODES) {
    for (const op of MATH_OPS) {
      for (const dtype of DTYPES) {
        const fn = dtype === "f32"
          ? compileMath(op, dtype, numerics, 4)
          : compileMath(op, dtype, numerics, 4);
        for (let round = 0; round < 60; round++) {
          const x = (random() / 2 ** 32 - (op === "pow" || op.startsWith("log") ? 0 : 0.5)) * 60;
          const y = (random() / 2 ** 32 - 0.5) * 20;
          fn.x.fill(x);
          fn.y.fill(y);
          fn.run(4);
          const alone = fn.out[0]!;
          for (const neighbour of neighbours) {
            for (let lane = 1; lane < 4; lane++) fn.x[lane] = neighbour;
            fn.run(4);
            assert.ok(
              Object.is(fn.out[0], alone),
              `${op}(${x}) ${dtype} beside ${neighbour}: ${fn.out[0]}, alone ${alone}`,
            );
          }
        }
      }
    }
  }
});

/** the number of locals that a function body declares */
function numLocals(body: Uint8Array): number {
  let at = 0;
  const unsigned = (): number => {
    for (let value = 0, bits = 0;; bits += 7) {
      const byte = body[at++]!;
      value |= (byte & 0x7f) << bits;
      if (byte < 0x80) return value;
    }
  };
  let sum = 0;
  for (let groups = unsigned(); groups > 0; groups--, at++) sum += unsigned();
  return sum;
}

Deno.test("emitMath() releases its temporaries and leaves its arguments as they are", () => {
  for (const numerics of ["fused", "strict"] as const) {
    for (const op of MATH_OPS) {
      for (const shape of ["f32x4", "f64x2"] as const) {
        const counts = [1, 2, 3].map((times) => {
          const module = new ModuleBuilder();
          const f = new FunctionBuilder("f", [], [], { prints: true });
          const args = Array.from({ length: mathArity(op) }, () => f.local("v128"));
          for (let i = 0; i < times; i++) f.release(emitMath({ f, module, numerics }, op, shape, args));
          for (const { index } of args) {
            assert.ok(!f.print().includes(`local.set ${index}\n`), `${op} sets its argument`);
          }
          return numLocals(f.encode());
        });
        assert.equal(counts[1], counts[0], `${op} ${shape} ${numerics}`);
        assert.equal(counts[2], counts[0]);
      }
    }
  }
});

Deno.test("emitMath() fuses products and sums in fused numerics only", () => {
  for (const op of MATH_OPS.filter((name) => !EXACT_FUNCTIONS.has(name))) {
    for (const dtype of DTYPES) {
      assert.ok(!printMath(op, dtype, "strict").includes("madd"), `${op} ${dtype}`);
      assert.ok(printMath(op, dtype, "fused").includes("madd"), `${op} ${dtype}`);
    }
  }
});

Deno.test("emitMath() adds a helper function once a module, and calls it rightly from several functions", () => {
  const module = new ModuleBuilder({ prints: true });
  for (const op of ["sin", "cos"] as const) {
    module.add(op, ["f64"], ["f64"], (f) => {
      const x = f.local("v128");
      f.get(f.params[0]!).op("f64x2.splat").set(x);
      const first = emitMath({ f, module, numerics: "strict" }, op, "f64x2", [x]);
      f.get(first).op("f64x2.extract_lane", 1);
    });
  }
  assert.equal(module.print().split("func $reduce_huge ").length, 2);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const { sin, cos } = exports as Record<string, (x: number) => number>;
  assert.ok(Math.abs(sin!(1e22) - Math.sin(1e22)) < 1e-15);
  assert.ok(Math.abs(cos!(1e22) - Math.cos(1e22)) < 1e-15);
});

Deno.test("emitMath() refuses a wrong number of arguments", () => {
  const f = new FunctionBuilder("f", [], []), module = new ModuleBuilder();
  const x = f.local("v128");
  assert.throws(() => emitMath({ f, module, numerics: "strict" }, "pow", "f32x4", [x]), /pow takes 2/);
  assert.throws(() => emitMath({ f, module, numerics: "strict" }, "exp", "f32x4", [x, x]), /exp takes 1/);
});

Deno.test("bigMath() agrees with published digits, and Math with bigMath()", () => {
  const digits = (op: RealOp, x: number, y?: number) => {
    const { m, e } = bigMath(op, x, y)!;
    return String((m * 10n ** 40n) >> BigInt(-e));
  };
  assert.ok(digits("exp", 1).startsWith("27182818284590452353602874713526624977")); // OEIS A001113
  assert.ok(digits("log", 2).startsWith("6931471805599453094172321214581765680")); // OEIS A002162
  assert.ok(digits("log10", 2).startsWith("3010299956639811952137388947244930267")); // OEIS A007524
  assert.ok(digits("sin", 1).startsWith("8414709848078965066525023216302989996")); // OEIS A049469
  assert.ok(digits("cos", 1).startsWith("5403023058681397174009366074429766037")); // OEIS A049470
  assert.ok(digits("tanh", 1).startsWith("7615941559557648881194582826047935904")); // OEIS A073744
  assert.ok(digits("atan", 1).startsWith("7853981633974483096156608458198757210")); // OEIS A003881
  assert.ok(digits("sinh", 1).startsWith("11752011936438014568823818505956008151")); // OEIS A073742
  assert.ok(digits("cosh", 1).startsWith("15430806348152437784779056207570616826")); // OEIS A073743
  assert.ok(digits("asinh", 1).startsWith("8813735870195430252326093249797923090")); // OEIS A091648
  assert.ok(digits("acosh", 2).startsWith("13169578969248167086250463473079684440")); // OEIS A065918
  assert.ok(digits("cbrt", 2).startsWith("12599210498948731647672106072782283505")); // OEIS A002580
  assert.ok(digits("erf", 1).startsWith("8427007929497148693412206350826092592")); // OEIS A099286
  assert.ok(digits("pow", 2, 0.5).startsWith("14142135623730950488016887242096980785")); // OEIS A002193
  const random = randomBits(5);
  for (const op of MATH_OPS.filter((name) => !EXACT_FUNCTIONS.has(name))) {
    const isInUnit = ["asin", "acos", "atanh"].includes(op);
    for (let i = 0; i < 200; i++) {
      const x = isInUnit ? random() / 2 ** 32 : random() / 2 ** 28 + (op === "acosh" ? 1 : 0);
      const y = random() / 2 ** 29 - 4;
      const error = ulpError(JS_FUNCTIONS[op](x, y, "f64"), bigMath(op as RealOp, x, y)!, "f64");
      assert.ok(error < 2 ** 10, `${op}(${x}): ${error} ULP of f64, beyond 2^-18 of f32's`);
    }
  }
});
