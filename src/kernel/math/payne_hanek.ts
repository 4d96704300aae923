/**
 * The slow half of sin and cos: a huge argument less its multiples of pi/2.
 *
 * With x = M 2^E, the bits of 2/pi that make multiples of 4 in M 2^E 2/pi are left out, and M times the next 192
 * bits, modulo 2^192, is the quadrant (2 bits) and the fraction of a quadrant (at least 128 good bits). No double
 * comes nearer to a multiple of pi/2 than 2^-61, so 66 bits of the fraction count at least.
 *
 * Source: M. Payne, R. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983; the
 * bound: J.-M. Muller, "Elementary Functions", 3rd edition, section 11.3.2.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { type Vector, VectorCode } from "./vector_code.ts";

/** 2/pi behind the binary point, behind one word of zeros: words of 64 bits */
const TWO_OVER_PI: readonly bigint[] = [
  0n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn,
];

/** pi/2 in parts of 26, 26 and 53 bits */
const HALF_PI = [1.5707963109016418, 1.5893254712295857e-08, 6.123233995736766e-17] as const;

/** the word of that index: a tree of comparisons, there being no table in memory */
function addWord(module: ModuleBuilder): ModuleFunction {
  return module.helper("two_over_pi_word", ["i32"], ["i64"], (f) => {
    const index = f.params[0]!;
    const leaf = (low: number, high: number): void => {
      if (high - low === 1) {
        f.i64(TWO_OVER_PI[low]!);
        return;
      }
      const middle = (low + high) >> 1;
      f.get(index).i32(middle).op("i32.lt_u");
      f.if(() => leaf(low, middle), () => leaf(middle, high), "i64");
    };
    leaf(0, TWO_OVER_PI.length);
  });
}

/** Integer and float expressions of the helper. */
class ScalarCode {
  readonly f: FunctionBuilder;
  readonly v: VectorCode;
  constructor(f: FunctionBuilder, module: ModuleBuilder) {
    this.f = f;
    this.v = new VectorCode({ f, module, numerics: "strict" }, "f64x2");
  }
  i64(op: string, a: Vector, b: Vector): Vector {
    return this.v.op(`i64.${op}`, a, b);
  }
  f64(op: string, a: Vector, b: Vector): Vector {
    return this.v.op(`f64.${op}`, a, b);
  }
  int(value: bigint): Vector {
    return () => void this.f.i64(value);
  }
  float(value: number): Vector {
    return () => void this.f.f64(value);
  }
  let64(value: Vector): Local {
    return this.v.let(value, "i64");
  }
  letFloat(value: Vector): Local {
    return this.v.let(value, "f64");
  }
  /** the upper word of a shifted pair: (a << count) | (b >> (64 - count)), count in 0..63 */
  shiftedPair(a: Vector, b: Vector, count: Local): Vector {
    const low = this.i64("shr_u", this.i64("shr_u", b, this.int(1n)), this.i64("xor", count, this.int(63n)));
    return this.i64("or", this.i64("shl", a, count), low);
  }
  /** the upper 64 bits of a product of unsigned numbers, the first below 2^63 */
  multiplyHigh(a: Local, b: Local): Vector {
    const half = this.int(32n), mask = this.int(0xffffffffn);
    const [aHigh, aLow] = [this.i64("shr_u", a, half), this.i64("and", a, mask)];
    const [bHigh, bLow] = [this.i64("shr_u", b, half), this.i64("and", b, mask)];
    const lowest = this.i64("shr_u", this.i64("mul", aLow, bLow), half);
    const cross = this.let64(this.i64("add", this.i64("mul", aHigh, bLow), lowest));
    const middle = this.i64("add", this.i64("mul", aLow, bHigh), this.i64("and", cross, mask));
    const carried = this.i64("add", this.i64("shr_u", middle, half), this.i64("shr_u", cross, half));
    return this.i64("add", this.i64("mul", aHigh, bHigh), carried);
  }
}

/** quadrant and fraction of |x| in units of pi/2: 2 bits, then 128 bits in two words */
function emitFraction(s: ScalarCode, bits: Local, word: ModuleFunction): readonly [Local, Local, Local] {
  const { f, v } = s;
  const mantissa = s.i64("and", bits, s.int((1n << 52n) - 1n));
  const m = s.let64(s.i64("or", mantissa, s.int(1n << 52n)));
  // E = biased exponent - 1075; the first bit that counts is E - 2, and 64 zeros stand before 2/pi
  const biased = s.i64("and", s.i64("shr_u", bits, s.int(52n)), s.int(0x7ffn));
  const start = s.let64(s.i64("sub", biased, s.int(1075n + 2n - 64n)));
  const shift = s.let64(s.i64("and", start, s.int(63n)));
  const first = v.let(v.op("i32.wrap_i64", s.i64("shr_u", start, s.int(6n))), "i32");
  const words = [0, 1, 2, 3].map((i) =>
    s.let64(() => {
      f.get(first).i32(i).op("i32.add").call(word);
    })
  );
  const [w0, w1, w2] = [0, 1, 2].map((i) => s.let64(s.shiftedPair(words[i]!, words[i + 1]!, shift))) as [
    Local,
    Local,
    Local,
  ];
  const r2 = s.let64(s.i64("mul", m, w2));
  const low1 = s.let64(s.i64("mul", m, w1));
  const r1 = s.let64(s.i64("add", low1, s.multiplyHigh(m, w2)));
  const carry = v.op("i64.extend_i32_u", s.i64("lt_u", r1, low1));
  const r0 = s.let64(s.i64("add", s.i64("add", s.i64("mul", m, w0), s.multiplyHigh(m, w1)), carry));
  const two = s.let64(s.int(2n));
  return [
    s.let64(s.i64("shr_u", r0, s.int(62n))),
    s.let64(s.shiftedPair(r0, r1, two)),
    s.let64(s.shiftedPair(r1, r2, two)),
  ];
}

/**
 * `reduce_huge`: f64 → head, tail (f64), quadrant (i64, its two lowest bits count): x = quadrant pi/2 + head + tail
 * modulo 2 pi, |head| <= pi/4. For finite |x| >= 2^-8.
 */
export function addReduceHuge(module: ModuleBuilder): ModuleFunction {
  const word = addWord(module);
  return module.helper("reduce_huge", ["f64"], ["f64", "f64", "i64"], (f) => {
    const s = new ScalarCode(f, module), { v } = s;
    const bits = s.let64(v.op("i64.reinterpret_f64", f.params[0]!));
    const [quadrant, upper, lower] = emitFraction(s, bits, word);
    // to the nearest quadrant: a fraction of one half or more is negative, from the next
    const negative = s.let64(s.i64("shr_s", upper, s.int(63n)));
    v.assign(quadrant, s.i64("sub", quadrant, negative));
    v.assign(upper, s.i64("xor", upper, negative));
    v.assign(lower, s.i64("xor", lower, negative)); // one's complement: 2^-128 off, beyond what counts
    const zeros = s.let64(v.op("i64.clz", upper));
    v.assign(upper, s.shiftedPair(upper, lower, zeros));
    v.assign(lower, s.i64("shl", lower, zeros));
    // 26, 26 and 53 bits as floats
    const float = (bits: Vector, scale: number) =>
      s.letFloat(s.f64("mul", v.op("f64.convert_i64_u", bits), s.float(scale)));
    const a = float(s.i64("shr_u", upper, s.int(38n)), 2 ** -26);
    const b = float(s.i64("and", s.i64("shr_u", upper, s.int(12n)), s.int((1n << 26n) - 1n)), 2 ** -52);
    const rest = s.i64(
      "or",
      s.i64("shl", s.i64("and", upper, s.int(0xfffn)), s.int(41n)),
      s.i64("shr_u", lower, s.int(23n)),
    );
    const c = float(rest, 2 ** -105);
    // times pi/2: the first three products are exact
    const [h1, h2, h3] = HALF_PI.map((part) => s.float(part)) as [Vector, Vector, Vector];
    const head = s.letFloat(s.f64("mul", a, h1));
    const [t1, t2] = [s.letFloat(s.f64("mul", a, h2)), s.letFloat(s.f64("mul", b, h1))];
    const sum = s.letFloat(s.f64("add", t1, t2));
    const back = s.letFloat(s.f64("sub", sum, t1));
    const lost = s.f64("add", s.f64("sub", t1, s.f64("sub", sum, back)), s.f64("sub", t2, back));
    const tiny = s.f64("add", s.f64("mul", b, h2), s.f64("add", s.f64("mul", a, h3), s.f64("mul", c, h1)));
    const big = s.letFloat(s.f64("add", head, sum));
    const small = s.letFloat(
      s.f64("add", s.f64("sub", sum, s.f64("sub", big, head)), s.f64("add", lost, tiny)),
    );
    const y0 = s.letFloat(s.f64("add", big, small));
    const y1 = s.letFloat(s.f64("sub", small, s.f64("sub", y0, big)));
    // scale 2^-zeros, with the signs of the fraction and of x
    const xSign = s.let64(s.i64("shr_s", bits, s.int(63n)));
    const sign = s.i64("shl", s.i64("xor", negative, xSign), s.int(63n));
    const exponent = s.i64("shl", s.i64("sub", s.int(1023n), zeros), s.int(52n));
    const scale = s.letFloat(v.op("f64.reinterpret_i64", s.i64("or", exponent, sign)));
    for (const part of [y0, y1]) v.push(s.f64("mul", part, scale));
    v.push(s.i64("sub", s.i64("xor", quadrant, xSign), xSign));
  });
}
