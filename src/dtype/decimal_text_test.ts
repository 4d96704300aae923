import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatFloat32, formatFloat64, isDecimal, isFloat32Tie, parseFloat32 } from "./decimal_text.ts";

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);
function float32OfBits(bits: number): number {
  words[0] = bits;
  return floats[0]!;
}
function bitsOf(value: number): number {
  floats[0] = value;
  return words[0]!;
}

/** The float32 for numerator / denominator by integer arithmetic alone: the oracle. */
function roundExactly(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  // binary search over the non-negative float32 numbers, whose bits are in their order
  let low = 0, high = 0x7f800000;
  const atLeast = (bits: number): boolean => {
    const [n, d] = fraction(bits);
    return n * denominator <= numerator * d;
  };
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (atLeast(middle)) low = middle;
    else high = middle;
  }
  const [an, ad] = fraction(low), [bn, bd] = fraction(high);
  // compare with the middle of both: 2·x ? a + b
  const twice = 2n * numerator * ad * bd, sum = (an * bd + bn * ad) * denominator;
  if (twice !== sum) return float32OfBits(twice < sum ? low : high);
  return float32OfBits(low % 2 === 0 ? low : high);
}
function fraction(bits: number): [bigint, bigint] {
  const exponent = bits >>> 23, rest = BigInt(bits & 0x7fffff);
  const significand = exponent === 0 ? rest : rest | 0x800000n;
  const power = Math.max(exponent, 1) - 150;
  return power >= 0 ? [significand << BigInt(power), 1n] : [significand, 1n << BigInt(-power)];
}
function oracle(text: string): number {
  const [significand, exponent = "0"] = text.split("e") as [string, string?];
  const [whole, part = ""] = significand.split(".") as [string, string?];
  const power = Number(exponent) - part.length, digits = BigInt(whole + part);
  return power >= 0
    ? roundExactly(digits * 10n ** BigInt(power), 1n)
    : roundExactly(digits, 10n ** BigInt(-power));
}

/** The exact decimal text of a non-negative fraction over a power of two. */
function exactText(numerator: bigint, power: number): string {
  return power >= 0 ? String(numerator << BigInt(power)) : `${numerator * 5n ** BigInt(-power)}e${power}`;
}
/** The middle of the float32 of these bits and the next. */
function middleText(bits: number): string {
  const exponent = bits >>> 23, rest = BigInt(bits & 0x7fffff);
  const significand = exponent === 0 ? rest : rest | 0x800000n;
  return exactText(2n * significand + 1n, Math.max(exponent, 1) - 151);
}

Deno.test("parseFloat32() rounds once, as exact integer arithmetic does", () => {
  const text = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.integer({ min: -70, max: 20 }))
    .map(([digits, power]) => `${digits}e${power}`);
  fc.assert(fc.property(text, (t) => strictEqual(parseFloat32(t), oracle(t))), { numRuns: 300 });
});

Deno.test("parseFloat32() decides ties and their neighbours by the digits", () => {
  const bits = fc.integer({ min: 0, max: 0x7f7fffff });
  fc.assert(
    fc.property(bits, (b) => {
      const middle = middleText(b);
      ok(isFloat32Tie(Number(middle)));
      const [digits, power = "0"] = middle.split("e") as [string, string?];
      const even = float32OfBits(b % 2 === 0 ? b : b + 1);
      strictEqual(parseFloat32(middle), even);
      const above = `${digits}${"0".repeat(40)}1e${Number(power) - 41}`;
      strictEqual(parseFloat32(above), float32OfBits(b + 1));
      strictEqual(parseFloat32(`-${above}`), -float32OfBits(b + 1));
      const below = `${BigInt(digits) - 1n}${"9".repeat(40)}e${Number(power) - 40}`;
      strictEqual(parseFloat32(below), float32OfBits(b));
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseFloat32() keeps the borders: largest, overflow, subnormal, zero", () => {
  strictEqual(parseFloat32("3.4028235677973366e38"), 3.4028234663852886e38); // below the tie: …3661637…
  strictEqual(parseFloat32(middleText(0x7f7fffff)), Infinity);
  strictEqual(parseFloat32("340282356779733661637539395458142568447"), 3.4028234663852886e38);
  strictEqual(parseFloat32("340282356779733661637539395458142568448"), Infinity);
  strictEqual(parseFloat32("1e999"), Infinity);
  strictEqual(parseFloat32("7.0064923216240853e-46"), 0);
  strictEqual(parseFloat32("7.0064923216240854e-46"), float32OfBits(1));
  ok(Object.is(parseFloat32("-0.0"), -0));
  strictEqual(parseFloat32("+1.5"), 1.5);
});

Deno.test("formatFloat32() reads back as the same number and no shorter text does", () => {
  const check = (bits: number) => {
    const value = float32OfBits(bits), text = formatFloat32(value);
    strictEqual(bitsOf(parseFloat32(text)), bitsOf(value));
    const digits = text.replace(/e.*/, "").replace(/[.-]/g, "").replace(/^0+|0+$/g, "").length;
    if (digits <= 1) return;
    // every decimal of one digit less around the value reads as another number
    const [significand, exponent] = value.toExponential(digits - 2).split("e") as [string, string];
    const integer = BigInt(significand.replace(".", ""));
    for (const candidate of [integer - 1n, integer, integer + 1n]) {
      const shorter = `${candidate}e${Number(exponent) - (digits - 2)}`;
      ok(parseFloat32(shorter) !== value, `${shorter} is shorter than ${text}`);
    }
  };
  fc.assert(fc.property(fc.integer({ min: 1, max: 0x7f7fffff }), check), { numRuns: 2000 });
  for (let exponent = 0; exponent < 255; exponent++) check(Math.max(1, exponent << 23));
  for (let bit = 0; bit < 23; bit++) check(1 << bit);
});

Deno.test("formatFloat32() and formatFloat64() spell what is no plain number", () => {
  for (const format of [formatFloat32, formatFloat64]) {
    strictEqual(format(NaN), "NaN");
    strictEqual(format(Infinity), "inf");
    strictEqual(format(-Infinity), "-inf");
    strictEqual(format(-0), "-0");
    strictEqual(format(0), "0");
    strictEqual(format(-2.5), "-2.5");
  }
  strictEqual(formatFloat32(16777216), "16777216");
  strictEqual(formatFloat32(Math.fround(1e30)), "1e+30");
});

Deno.test("isDecimal() takes decimal numbers only", () => {
  for (const text of ["1", "-1.", "+.5", "1e5", "1.5E-7", "007"]) ok(isDecimal(text), text);
  for (const text of ["", ".", "-", "1e", "1 ", "0x10", "1_000", "1,5", "Infinity", "nan", "1n", "١"]) {
    ok(!isDecimal(text), text);
  }
});
