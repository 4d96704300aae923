/** Kernels against the JavaScript that pages outside a pool go through: the same values from any bits. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { createMemory } from "../../memory/mod.ts";
import { ENCODING, PHYSICAL } from "../../schema/parquet_numbers.ts";
import { HybridReader } from "./hybrid.ts";
import { NativePages, STAGING_BYTES } from "./native_pages.ts";
import { INDEX_BLOCK, openValues } from "./values.ts";

const PAGE = 0, TABLE = 256 * 1024, STAGING = 512 * 1024;
const slots = createMemory({ bytes: 256 * 1024 }), pages = createMemory({ bytes: STAGING + STAGING_BYTES });
const native = new NativePages(pages, slots, STAGING);
const fail = (detail: string): never => {
  throw new Error(detail);
};

type Run = { readonly packed: readonly number[] } | { readonly value: number; readonly count: number };

/** the hybrid of run lengths and bit packing, behind its width */
function encode(width: number, runs: readonly Run[]): Uint8Array {
  const bytes: number[] = [width];
  const varint = (value: number) => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    bytes.push(rest);
  };
  for (const run of runs) {
    if ("packed" in run) {
      const groups = Math.ceil(run.packed.length / 8);
      varint(groups * 2 + 1);
      let bits = 0n;
      for (const [i, value] of run.packed.entries()) bits |= BigInt(value) << BigInt(i * width);
      for (let i = 0; i < groups * width; i++) bytes.push(Number((bits >> BigInt(8 * i)) & 0xffn));
    } else {
      varint(run.count * 2);
      for (let i = 0; i < Math.ceil(width / 8); i++) bytes.push((run.value >>> (8 * i)) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

const cases = fc.integer({ min: 1, max: 20 }).chain((width) => {
  const value = fc.nat(Math.min(2 ** width, 5000) - 1);
  const run = fc.oneof(
    fc.array(value, { minLength: 1, maxLength: 40 }).map((some): Run => ({
      // whole groups, so that every number counts
      packed: Array.from(
        { length: 8 * some.length },
        (_, i) => (some[i % some.length]! * (i + 1)) % (Math.max(...some) + 1),
      ),
    })),
    fc.record({ value, count: fc.integer({ min: 1, max: 300 }) }),
  );
  return fc.record({ width: fc.constant(width), runs: fc.array(run, { minLength: 1, maxLength: 6 }) });
});

for (const physicalType of [PHYSICAL.int32, PHYSICAL.double]) {
  Deno.test(`openValues() looks up physical type ${physicalType} in wasm as in JavaScript, in parts of any size`, () => {
    const size = physicalType === PHYSICAL.int32 ? 4 : 8;
    const table = Uint8Array.from({ length: 5000 * size }, (_, i) => (i * 131 + (i >> 8) * 7) & 0xff);
    native.bytes.set(table, TABLE);
    const check = ({ width, runs }: { width: number; runs: readonly Run[] }, parts: readonly number[]) => {
      const page = encode(width, runs), inPool = native.bytes.subarray(PAGE, PAGE + page.length);
      inPool.set(page);
      const total = runs.reduce((sum, run) => sum + ("packed" in run ? run.packed.length : run.count), 0);
      const common = { physicalType, encoding: ENCODING.rleDictionary, start: 0, fail };
      const indices = new Int32Array(INDEX_BLOCK);
      const plain = openValues({ ...common, page, dictionary: table, indices, native: null })!;
      const dictionary = native.bytes.subarray(TABLE, TABLE + table.length);
      const fast = openValues({ ...common, page: inPool, dictionary, indices, native })!;
      let left = total;
      for (let i = 0; left > 0; i++) {
        const count = Math.min(left, parts[i % parts.length]!);
        left -= count;
        if (i % 3 === 2) {
          plain.skip(count);
          fast.skip(count);
          continue;
        }
        const expected = new Uint8Array(count * size), found = new Uint8Array(slots.buffer, 64, count * size);
        plain.read(expected, count);
        fast.read(found, count);
        deepStrictEqual(found.slice(), expected);
      }
    };
    fc.assert(
      fc.property(cases, fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 4 }), check),
    );
  });
}

Deno.test("openValues() refuses an index beyond its dictionary, wherever in a run it stands", () => {
  for (const size of [0, 5]) {
    // whether numbers are looked up one by one or eight at a time
    for (let i = 0; i < 24 + 157; i++) {
      const [length, at] = i < 24 ? [24, i] : [157, i - 24];
      const packed = Array.from({ length }, (_, i) => i === at || size === 0 ? 5 : 4);
      const page = encode(3, [{ packed }]), inPool = native.bytes.subarray(PAGE, PAGE + page.length);
      inPool.set(page);
      for (const physicalType of [PHYSICAL.int32, PHYSICAL.double]) {
        const width = physicalType === PHYSICAL.int32 ? 4 : 8;
        const dictionary = native.bytes.subarray(TABLE, TABLE + size * width);
        const common = { physicalType, encoding: ENCODING.rleDictionary, start: 0, fail, dictionary };
        const indices = new Int32Array(INDEX_BLOCK),
          values = openValues({ ...common, page: inPool, indices, native })!;
        let message = "";
        try {
          values.read(new Uint8Array(slots.buffer, 64, length * width), length);
        } catch (error) {
          message = (error as Error).message;
        }
        strictEqual(message, `an index beyond its dictionary of ${size} values`);
      }
    }
  }
});

/** a reader of runs in the pool, and one of the same in JavaScript */
function readers(
  width: number,
  runs: readonly Run[],
): { readonly plain: HybridReader; readonly fast: HybridReader } {
  const page = encode(width, runs), inPool = native.bytes.subarray(PAGE, PAGE + page.length);
  inPool.set(page);
  const range = { start: 1, end: page.length, fail };
  return { plain: new HybridReader(page, width, range), fast: new HybridReader(inPool, width, range) };
}

Deno.test("equalLevels() says which levels are the one, as reading them one by one does, in parts of any size", () => {
  const check = (
    { width, runs }: { width: number; runs: readonly Run[] },
    level: number,
    parts: readonly number[],
  ) => {
    const { plain, fast } = readers(width, runs), { kernels, stateWords, state, bits, bytes } = native;
    let left = runs.reduce((sum, run) => sum + ("packed" in run ? run.packed.length : run.count), 0);
    for (let i = 0; left > 0; i++) {
      const count = Math.min(left, parts[i % parts.length]!), levels = new Int32Array(count);
      left -= count;
      plain.read(levels, 0, count);
      if (i % 3 === 2) {
        fast.skip(count);
        continue;
      }
      fast.save(stateWords);
      const found = kernels.equalLevels(state, width, level, count, bits);
      fast.restore(stateWords);
      const isEqual = Array.from(levels, (one) => one === level ? 1 : 0);
      strictEqual(found, isEqual.reduce<number>((sum, one) => sum + one, 0));
      deepStrictEqual(isEqual.map((_, at) => (bytes[bits + (at >> 3)]! >> (at & 7)) & 1), isEqual);
    }
  };
  const parts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(cases, fc.nat(3), parts, (of, level, some) => {
    // levels of one bit are 0 or 1
    check(of, of.width === 1 ? level & 1 : level, some);
  }));
  // a null now and then: many runs of a few
  const bit = fc.nat(1),
    few = fc.oneof(
      fc.record({ value: bit, count: fc.integer({ min: 1, max: 70 }) }),
      fc.array(bit, { minLength: 8, maxLength: 8 }).chain((eight) =>
        fc.integer({ min: 1, max: 8 }).map((times): Run => ({ packed: Array(times).fill(eight).flat() }))
      ),
    );
  fc.assert(fc.property(fc.array(few, { minLength: 20, maxLength: 60 }), bit, parts, (runs, level, some) => {
    check({ width: 1, runs }, level, some);
  }));
});

Deno.test("equalLevels() takes nothing of bytes that end inside a run or claim too much", () => {
  const { kernels, stateWords, state, bits, bytes } = native;
  for (const page of [[], [0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0x10], [0x10, 2], [0x03]]) {
    bytes.set(page, PAGE);
    const range = { start: 0, end: page.length, fail };
    const reader = new HybridReader(bytes.subarray(PAGE, PAGE + page.length), 1, range);
    reader.save(stateWords);
    strictEqual(kernels.equalLevels(state, 1, 1, 9, bits), -1, `${page}`);
  }
  // among short runs: a number that is no bit; a run of many with its length in two bytes, which ends too soon
  for (const run of [[0x10, 2], [0x83, 0x01]]) {
    const page = [...Array(6).fill([0x10, 1]).flat(), ...run, ...Array(9).fill(0)];
    bytes.set(page, PAGE);
    const reader = new HybridReader(bytes.subarray(PAGE, PAGE + page.length), 1, {
      start: 0,
      end: page.length,
      fail,
    });
    reader.save(stateWords);
    strictEqual(kernels.equalLevels(state, 1, 1, 48, bits), 48);
    reader.save(stateWords);
    strictEqual(kernels.equalLevels(state, 1, 1, 160, bits), -1);
  }
});

/** `count` bits, some of them set */
function someBits(count: number): { readonly bytes: Uint8Array; readonly isSet: readonly boolean[] } {
  const isSet = Array.from({ length: count }, (_, i) => ((i * 73 + (i >> 3) * 29) & 7) > 2);
  const bytes = new Uint8Array(Math.ceil(count / 8));
  isSet.forEach((one, i) => bytes[i >> 3]! |= one ? 1 << (i & 7) : 0);
  return { bytes, isSet };
}

Deno.test("spread kernels put values among nulls, narrow kernels keep low bytes, streams are joined, as plain loops do", () => {
  const { kernels, bytes, bits, values, spread, table4, table8 } = native;
  for (const count of [1, 7, 15, 16, 33, 1000, 4096]) {
    const { bytes: set, isSet } = someBits(count);
    bytes.set(set, bits);
    const raw = Uint8Array.from({ length: 8 * count }, (_, i) => (i * 37 + (i >> 8)) & 0xff);
    bytes.set(raw, values);
    for (const width of [1, 4, 8] as const) {
      if (width === 1) kernels.spread1(bits, count, values, 9, spread);
      else if (width === 4) kernels.spread4(bits, count, values, 0x01020304, table4, spread);
      else kernels.spread8(bits, count, values, 0x0102030405060708n, table8, spread);
      const fill = width === 1 ? [9] : width === 4 ? [4, 3, 2, 1] : [8, 7, 6, 5, 4, 3, 2, 1];
      let from = 0;
      const rows = isSet.map((one) => {
        if (!one) return fill;
        from += width;
        return [...raw.subarray(from - width, from)];
      });
      deepStrictEqual([...bytes.subarray(spread, spread + width * count)], rows.flat());
    }
    for (const width of [4, 8] as const) {
      bytes.set(raw, PAGE);
      (width === 4 ? kernels.joinStreams4 : kernels.joinStreams8)(PAGE, count, count, spread);
      const joined = Array.from(
        { length: width * count },
        (_, i) => raw[(i % width) * count + Math.floor(i / width)]!,
      );
      deepStrictEqual([...bytes.subarray(spread, spread + width * count)], joined);
    }
    for (const width of [1, 2] as const) {
      bytes.set(raw, spread);
      (width === 1 ? kernels.narrow1 : kernels.narrow2)(spread, count, spread);
      const low = Array.from(
        { length: width * count },
        (_, i) => raw[4 * Math.floor(i / width) + (i % width)]!,
      );
      deepStrictEqual([...bytes.subarray(spread, spread + width * count)], low);
    }
  }
});

Deno.test("areListStarts() holds for lists of one size alone", () => {
  const { kernels, bytes, bits } = native;
  for (const size of [1, 3, 10]) {
    for (const first of [0, size - 1]) {
      const count = 50, clear = Array.from({ length: count }, (_, i) => i % size === first);
      const check = (isClear: readonly boolean[]) => {
        const set = new Uint8Array(8);
        isClear.forEach((one, i) => set[i >> 3]! |= one ? 0 : 1 << (i & 7));
        bytes.set(set, bits);
        return kernels.areListStarts(bits, count, first, size, isClear.filter((one) => one).length);
      };
      strictEqual(check(clear), 1);
      for (const other of [0, 1, 7, 8, 29, 49]) strictEqual(check(clear.with(other, !clear[other])), 0);
    }
  }
});
