/**
 * Numbers in CSV text and in JSON lines, by the million: read as exact arithmetic reads them, written as the shortest text. The seeds
 * are fixed. `CSV_NUMBERS=5000000` asks for more of each kind than the default.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { formatFloat32, formatFloat64, parseFloat32 } from "../src/dtype/decimal_text.ts";
import type { DType } from "../src/dtype/mod.ts";
import { openCsvSink } from "../src/sink/csv/mod.ts";
import { MemoryInput, readSource, readTable, textBinding } from "../src/source/csv/testing.ts";
import { openNdjsonDecoder, openNdjsonSource } from "../src/source/ndjson/mod.ts";

const NUM_CASES = Number(Deno.env.get("CSV_NUMBERS") ?? 1_200_000);
const BATCH = 20_000;

/** xorshift128+ in halves: the same numbers on every machine. */
class Random {
  readonly #state = new BigUint64Array(2);
  readonly #word = new DataView(new ArrayBuffer(8));

  constructor(seed: number) {
    this.#state.set([BigInt(seed) * 0x9e3779b97f4a7c15n | 1n, 0xd1b54a32d192ed03n]);
  }

  bits64(): bigint {
    let a = this.#state[0]!;
    const b = this.#state[1]!;
    this.#state[0] = b;
    a ^= a << 23n & 0xffffffffffffffffn;
    this.#state[1] = a ^ b ^ (a >> 17n) ^ (b >> 26n);
    return (this.#state[1]! + b) & 0xffffffffffffffffn;
  }

  below(limit: number): number {
    return Number(this.bits64() % BigInt(limit));
  }

  float64(): number {
    for (;;) {
      this.#word.setBigUint64(0, this.bits64());
      const value = this.#word.getFloat64(0);
      if (Number.isFinite(value)) return value;
    }
  }
}

/** significand × 2^power of a finite float64, exactly. */
function binaryOf(value: number): { significand: bigint; power: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0), biased = Number(bits >> 52n), fraction = bits & 0xfffffffffffffn;
  return {
    significand: biased === 0 ? fraction : fraction | (1n << 52n),
    power: Math.max(biased, 1) - 1075,
  };
}

/** All decimal digits of significand × 2^power. */
function exactText(significand: bigint, power: number): string {
  return power >= 0 ? String(significand << BigInt(power)) : `${significand * 5n ** BigInt(-power)}e${power}`;
}

/** Random spellings: digits of any number, points anywhere, exponents, halfway cases and what lies beside them. */
function spelling(random: Random): string {
  const sign = ["", "", "-", "+"][random.below(4)]!;
  switch (random.below(10)) {
    case 0: // shortest and longer spellings of random patterns, subnormal ones too
      return String(random.float64());
    case 1:
      return random.float64().toExponential(random.below(21));
    case 2: { // plain decimals, as tables hold them
      const digits = String(random.bits64() % 10n ** BigInt(1 + random.below(19)));
      const places = random.below(20), padded = digits.padStart(places + 1, "0");
      return `${sign}${padded.slice(0, padded.length - places)}.${padded.slice(padded.length - places)}`;
    }
    case 3:
      return `${sign}${random.bits64()}E${random.below(700) - 360}`;
    case 4: { // halfway between two float64 numbers, or next to that
      const { significand, power } = binaryOf(random.float64() * 2 ** (random.below(3) * -500));
      const text = exactText(2n * significand + 1n, power - 1);
      const [digits, exponent = "0"] = text.split("e") as [string, string?];
      const step = random.below(3) - 1;
      return step === 0 ? text : `${BigInt(digits) * 1000n + BigInt(step)}e${Number(exponent) - 3}`;
    }
    case 5: { // halfway cases of few digits
      const significand = (1n << 53n) + (random.bits64() >> 11n), shift = random.below(10);
      return `${sign}${((2n * significand + 1n) << BigInt(shift)) + BigInt(random.below(3) - 1)}`;
    }
    case 6: { // up to 800 digits
      let digits = "";
      const numDigits = random.below(50) === 0 ? 800 : 20 + random.below(30);
      while (digits.length < numDigits) digits += random.bits64();
      const point = random.below(digits.length);
      return `${sign}${digits.slice(0, point)}.${digits.slice(point)}e${random.below(680) - 345 - point}`;
    }
    case 7: { // plain decimals of at most 19 digits, as near to halfway as they come
      const value = Math.abs(random.float64()) % 1 * 10 ** (random.below(8) - 1) + 1e-3;
      const { significand, power } = binaryOf(value);
      const digits = String((2n * significand + 1n) * 5n ** BigInt(1 - power)), places = 1 - power;
      const cut = Math.max(0, digits.length - 17 - random.below(3)), kept = places - cut;
      const padded = String(BigInt(digits.slice(0, digits.length - cut)) + BigInt(random.below(3) - 1))
        .padStart(kept + 1, "0");
      return `${sign}${padded.slice(0, padded.length - kept)}.${padded.slice(padded.length - kept)}`;
    }
    case 8: { // plain decimals that are ties, powers of two, or beside them
      const bits = BigInt(50 + random.below(5)), odd = (1n << bits) + 2n * (random.bits64() >> 14n) + 1n;
      const base = random.below(3) === 0 ? 1n << bits : odd, places = random.below(4);
      const digits = String(base * 5n ** BigInt(places) + BigInt(random.below(3) - 1));
      return `${sign}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
    }
    default: { // near the borders of the range
      const base = [2.2250738585072014e-308, 5e-324, 1.7976931348623157e308, 1.17549435e-38, 3.4028235e38];
      const text = exactText(...Object.values(binaryOf(base[random.below(5)]!)) as [bigint, number]);
      const [digits, exponent = "0"] = text.split("e") as [string, string?];
      const cut = 17 + random.below(10), kept = BigInt(digits.slice(0, cut)) + BigInt(random.below(5) - 2);
      return `${kept}e${Number(exponent) + Math.max(0, digits.length - cut)}`;
    }
  }
}

/** Whether no float64 is nearer to the text than `value`, by integers alone; a tie goes to the even significand. */
function isNearest(text: string, value: number): boolean {
  const match = /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)!;
  const digits = BigInt(match[1]! + match[2]!), ten = Number(match[3] ?? 0) - match[2]!.length;
  if (!Number.isFinite(value)) {
    const border = (2n ** 54n - 1n) * 2n ** 970n * 10n ** BigInt(Math.max(0, -ten));
    return digits * 10n ** BigInt(Math.max(0, ten)) >= border;
  }
  const { significand, power } = binaryOf(value);
  // in quarters of the last place; below a power of two the next number is half as far away
  const isCloserBelow = significand === 2n ** 52n && power > -1074;
  const text4 = 4n * digits * 10n ** BigInt(Math.max(0, ten)) * 2n ** BigInt(Math.max(0, -power));
  const unit = 10n ** BigInt(Math.max(0, -ten)) * 2n ** BigInt(Math.max(0, power));
  const low = (4n * significand - (isCloserBelow ? 1n : 2n)) * unit, high = (4n * significand + 2n) * unit;
  return significand % 2n === 0n ? low <= text4 && text4 <= high : low < text4 && text4 < high;
}

Deno.test("isNearest() refuses a neighbour, and the odd one of a tie", () => {
  ok(
    isNearest("0.1", 0.1) && !isNearest("0.1", 0.10000000000000002) && !isNearest("0.1", 0.09999999999999999),
  );
  ok(isNearest("9007199254740993", 9007199254740992) && !isNearest("9007199254740993", 9007199254740994));
  ok(isNearest("1e400", Infinity) && !isNearest("1.7976931348623157e308", Infinity));
});

function readColumn(dtype: DType, texts: readonly string[]): readonly number[] {
  const options = { chunkRows: 4096, maxRecordBytes: 4096 };
  return readTable(`x\n${texts.join("\n")}\n`, [textBinding(dtype, [0])], options).values[0] as number[];
}

Deno.test("f64 and f32 columns hold the number nearest to each spelling, of a million and more", () => {
  const random = new Random(20250101);
  for (let done = 0; done < NUM_CASES; done += BATCH) {
    const texts = Array.from({ length: BATCH }, () => spelling(random));
    const doubles = readColumn("f64", texts), floats = readColumn("f32", texts);
    for (const [i, text] of texts.entries()) {
      if (!Object.is(doubles[i], Number(text))) strictEqual(doubles[i], Number(text), text);
      if (!Object.is(floats[i], parseFloat32(text))) strictEqual(floats[i], parseFloat32(text), text);
      if (i % 16 === 0) ok(isNearest(text, doubles[i]!), text);
    }
  }
});

/** The spelling as JSON has it: no plus in front, no zeros before others, digits on both sides of a point. */
function jsonSpelling(text: string): string {
  const [, sign, whole, decimals, exponent] = /^\+?(-?)(\d*)(?:\.(\d*))?(.*)$/.exec(text)!;
  const digits = whole!.replace(/^0+/, "") || "0";
  return `${sign}${digits}${decimals === undefined ? "" : `.${decimals || "0"}`}${exponent}`;
}

Deno.test("f64 and f32 columns of JSON lines hold the number nearest to each spelling", () => {
  const random = new Random(20260101);
  for (let done = 0; done < NUM_CASES / 2; done += BATCH) {
    const texts = Array.from({ length: BATCH }, () => jsonSpelling(spelling(random)));
    const input = new MemoryInput(texts.map((text) => `{"x":${text}, "y":${text}}\n`).join(""));
    const bindings = [textBinding("f64", [0]), textBinding("f32", [1])];
    const table = { bindings, chunkRows: 4096 };
    const { values } = readSource(
      openNdjsonSource(input, { maxRecordBytes: 4096 }),
      openNdjsonDecoder,
      table,
    );
    for (const [i, text] of texts.entries()) {
      if (!Object.is(values[0]![i], Number(text))) strictEqual(values[0]![i], Number(text), text);
      if (!Object.is(values[1]![i], parseFloat32(text))) strictEqual(values[1]![i], parseFloat32(text), text);
    }
  }
});

/** The texts that a CSV sink gives elements of two columns. */
function written(doubles: Float64Array, floats: Float32Array): string[] {
  const memory = new WebAssembly.Memory({ initial: 8, maximum: 8, shared: true });
  const floatsAt = 64 + doubles.byteLength;
  new Float64Array(memory.buffer as ArrayBuffer, 64, doubles.length).set(doubles);
  new Uint32Array(memory.buffer as ArrayBuffer, floatsAt, floats.length).set(new Uint32Array(floats.buffer));
  let text = "";
  const output = {
    path: "memory",
    numBytes: 0,
    write: (view: Uint8Array) => void (text += new TextDecoder().decode(view.slice())),
    commit() {},
    abort() {},
  };
  const fields = [{ name: "a", dtype: "f64", width: null }, {
    name: "b",
    dtype: "f32",
    width: null,
  }] as const;
  const sink = openCsvSink(output, fields, { header: false });
  sink.writeBatch(memory, doubles.length, [64, floatsAt]);
  sink.finish();
  return text.split(/[,\n]/);
}

Deno.test("every float is written as the shortest text that reads back, of a million bit patterns and more", () => {
  const random = new Random(7);
  const doubles = new Float64Array(BATCH), floats = new Float32Array(BATCH);
  const patterns = new BigUint64Array(doubles.buffer), words = new Uint32Array(floats.buffer);
  for (let done = 0; done < NUM_CASES; done += BATCH) {
    for (let i = 0; i < BATCH; i++) {
      const bits = random.bits64(), kind = i % 8;
      if (kind < 4) patterns[i] = bits;
      // powers of two and their neighbours, few digits, whole numbers, subnormal numbers
      else if (kind === 4) patterns[i] = ((bits >> 53n) << 52n) + (bits % 3n) - 1n;
      else if (kind === 5) doubles[i] = Number(bits % 1000000000n) / 10 ** random.below(23);
      else if (kind === 6) doubles[i] = Number(bits >> BigInt(random.below(64)));
      else patterns[i] = bits >> BigInt(12 + random.below(52));
      if (kind === 5) floats[i] = doubles[i]!;
      else words[i] = kind === 4 ? (Number(bits >> 56n) << 23) + Number(bits % 3n) - 1 : Number(bits >> 32n);
    }
    const texts = written(doubles, floats);
    for (let i = 0; i < BATCH; i++) {
      const text = texts[2 * i]!, shorter = texts[2 * i + 1]!;
      if (text !== formatFloat64(doubles[i]!)) strictEqual(text, formatFloat64(doubles[i]!));
      if (shorter !== formatFloat32(floats[i]!)) strictEqual(shorter, formatFloat32(floats[i]!));
    }
    const back = readColumn("f64", texts.filter((_, i) => i % 2 === 0).slice(0, BATCH));
    for (let i = 0; i < BATCH; i++) ok(Object.is(back[i], doubles[i]), texts[2 * i]);
  }
});
