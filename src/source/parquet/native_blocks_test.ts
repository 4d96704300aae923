/** Columns read by kernels against the same pages read in JavaScript: any nulls, any lists, any dtype, any parts. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { createMemory } from "../../memory/mod.ts";
import type { NullPolicy } from "../../schema/mod.ts";
import { ENCODING, PHYSICAL } from "../../schema/parquet_numbers.ts";
import type { RandomAccess } from "../random_access.ts";
import { ColumnReader, LevelBlocks } from "./column_reader.ts";
import { HybridReader } from "./hybrid.ts";
import { NativePages, STAGING_BYTES } from "./native_pages.ts";
import { type OpenPage, SharedScratch } from "./page.ts";
import type { Leaf } from "./parquet_type.ts";
import { INDEX_BLOCK, wordBytes } from "./values.ts";

const STAGING = 1 << 20;
const slots = createMemory({ bytes: 1 << 20 }), pages = createMemory({ bytes: STAGING + STAGING_BYTES });
const native = new NativePages(pages, slots, STAGING);
const fail = (detail: string): never => {
  throw new Error(detail);
};

/** levels as packed runs of 8 and repeated ones, whichever is shorter, as writers have them */
function encodeLevels(levels: readonly number[], width: number): number[] {
  const bytes: number[] = [];
  const varint = (value: number) => {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    bytes.push(value);
  };
  for (let at = 0; at < levels.length;) {
    let end = at;
    while (end < levels.length && levels[end] === levels[at]) end++;
    if (end - at >= 8 || levels.length - at < 8) {
      varint((end - at) * 2);
      bytes.push(levels[at]!);
      at = end;
    } else {
      varint(3);
      let bits = 0;
      for (let i = 0; i < 8; i++) bits += levels[at + i]! * 2 ** (i * width);
      for (let i = 0; i < width; i++) bytes.push(Math.floor(bits / 2 ** (8 * i)) % 256);
      at += 8;
    }
  }
  return bytes;
}

interface Levels {
  readonly definitions: readonly number[];
  readonly repetitions: readonly number[];
}

/** a page in JavaScript's memory or in the pool's */
function openPage({ definitions, repetitions }: Levels, leaf: Leaf, inPool: boolean): OpenPage {
  const width = leaf.maxDefinition > 1 ? 2 : 1;
  const first = encodeLevels(repetitions, 1), second = encodeLevels(definitions, width);
  const numValues = definitions.filter((level) => level === leaf.maxDefinition).length;
  const start = first.length + second.length, valueBytes = wordBytes(leaf.physicalType);
  const isBoolean = leaf.physicalType === PHYSICAL.boolean;
  const numBytes = start + (isBoolean ? Math.ceil(numValues / 8) : numValues * valueBytes);
  const bytes = inPool ? native.bytes.subarray(64, 64 + numBytes) : new Uint8Array(numBytes);
  bytes.set(first);
  bytes.set(second, first.length);
  for (let i = start; i < numBytes; i++) bytes[i] = (i * 151 + (i >> 8) * 7) & 0xff;
  const reader = (bits: number, from: number, end: number) =>
    new HybridReader(bytes, bits, { start: from, end, fail });
  return {
    numEntries: definitions.length,
    repetitions: leaf.list === null ? null : reader(1, 0, first.length),
    definitions: leaf.maxDefinition === 0 ? null : reader(width, first.length, start),
    encoding: ENCODING.plain,
    bytes,
    start,
  };
}

/** the elements of the rows, read in parts; null: skipped by a reader that begins further on */
function readRows(
  levels: Levels,
  leaf: Leaf,
  { nulls, isNative, parts, firstRow }: {
    readonly nulls: NullPolicy;
    readonly isNative: boolean;
    readonly parts: readonly number[];
    readonly firstRow: number;
  },
): Uint8Array {
  const access = { path: "some.parquet" } as RandomAccess, scratch = new SharedScratch(INDEX_BLOCK);
  const place = { access, column: "c", leaf, scratch, native: isNative ? native : null };
  const reader = new ColumnReader(place, nulls, new LevelBlocks());
  let page: OpenPage | null = openPage(levels, leaf, isNative);
  const supply = {
    next: () => {
      const next = page ?? fail("one page too many");
      page = null;
      return next;
    },
    dictionary: () => null,
  };
  const size = leaf.list?.size ?? 1, numEntries = levels.definitions.length;
  const numRows = leaf.list === null ? numEntries : levels.repetitions.filter((level) => level === 0).length;
  reader.begin(supply, { rowGroup: 0, numEntries, firstRow, firstEntry: 0 });
  const rowBytes = size * DTYPE[leaf.dtype].itemsize, target = new Uint8Array(slots.buffer);
  target.fill(0xee);
  let row = firstRow;
  for (let i = 0; row < numRows; i++) {
    const count = Math.min(numRows - row, parts[i % parts.length]!);
    reader.read(count, { buffer: slots.buffer, byteOffset: 64 + (row - firstRow) * rowBytes });
    row += count;
  }
  reader.finish();
  // what lies around the rows is not touched
  strictEqual(target[63], 0xee);
  strictEqual(target[64 + (numRows - firstRow) * rowBytes], 0xee);
  return target.slice(64, 64 + (numRows - firstRow) * rowBytes);
}

const DTYPES: readonly (readonly [DType, number])[] = [
  ["f32", PHYSICAL.float],
  ["f64", PHYSICAL.double],
  ["i64", PHYSICAL.int64],
  ["i32", PHYSICAL.int32],
  ["u16", PHYSICAL.int32],
  ["i8", PHYSICAL.int32],
  ["bool", PHYSICAL.boolean],
];

function leafOf(dtype: DType, physicalType: number, rest: Pick<Leaf, "maxDefinition" | "list">): Leaf {
  return { dtype, physicalType, ...rest } as Leaf;
}

const nullsOf = (dtype: DType): NullPolicy =>
  dtype.startsWith("f") ? { kind: "nan" } : { kind: "fill", value: dtype === "bool" ? 1 : 7 };

/** runs of entries with a value or without, of any length */
const presence = fc.array(
  fc.record({
    level: fc.nat(1),
    count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 })),
  }),
  { minLength: 1, maxLength: 8 },
).map((runs) => runs.flatMap(({ level, count }) => new Array<number>(count).fill(level)));
const someParts = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 3 });

Deno.test("ColumnReader reads nulls by kernels as without, from any row on", () => {
  fc.assert(
    fc.property(
      presence,
      someParts,
      fc.constantFrom(...DTYPES),
      fc.nat(99),
      (definitions, parts, type, percent) => {
        const [dtype, physicalType] = type,
          leaf = leafOf(dtype, physicalType, { maxDefinition: 1, list: null });
        const levels = { definitions, repetitions: [] };
        const firstRow = Math.floor(definitions.length * percent / 100), nulls = nullsOf(dtype);
        const options = { nulls, parts, firstRow };
        deepStrictEqual(
          readRows(levels, leaf, { ...options, isNative: true }),
          readRows(levels, leaf, { ...options, isNative: false }),
        );
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("ColumnReader reads lists by kernels as without, some elements or some lists null", () => {
  const kinds = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(
      kinds,
      fc.integer({ min: 1, max: 9 }),
      someParts,
      fc.boolean(),
      (kinds, size, parts, hasNullLists) => {
        const definitions: number[] = [], repetitions: number[] = [];
        for (let row = 0; row < 1500; row++) {
          const kind = kinds[row % kinds.length]!;
          if (kind === 0 && hasNullLists) {
            definitions.push(0);
            repetitions.push(0);
            continue;
          }
          for (let i = 0; i < size; i++) {
            definitions.push((row + i) % (kind + 2) === 0 && kind < 30 ? 1 : 2);
            repetitions.push(i === 0 ? 0 : 1);
          }
        }
        const list = { size, nullElement: 1, nullList: 0 };
        const leaf = leafOf("f32", PHYSICAL.float, { maxDefinition: 2, list });
        const options = { nulls: nullsOf("f32"), parts, firstRow: 0 }, levels = { definitions, repetitions };
        deepStrictEqual(
          readRows(levels, leaf, { ...options, isNative: true }),
          readRows(levels, leaf, { ...options, isNative: false }),
        );
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("ColumnReader names the row of a null by kernels as without", () => {
  for (const row of [0, 7, 4095, 4096, 9000]) {
    const definitions = Array.from({ length: 9001 }, (_, i) => i >= row && (i - row) % 5 === 0 ? 0 : 1);
    const leaf = leafOf("f32", PHYSICAL.float, { maxDefinition: 1, list: null });
    for (const isNative of [true, false]) {
      const options = { nulls: { kind: "error" }, isNative, parts: [9001], firstRow: 0 } as const;
      throws(() => readRows({ definitions, repetitions: [] }, leaf, options), (error) => {
        deepStrictEqual((error as { notes: readonly string[] }).notes, [
          `row group 0, column c, row ${row}, counted from 0`,
        ]);
        return true;
      });
    }
  }
});
