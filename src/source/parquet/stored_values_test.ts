/** Values read from the file straight to their rows, against the values that were written. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { compressSnappy, snappyBound } from "../../compression/snappy.ts";
import { createMemory } from "../../memory/mod.ts";
import type { ColumnBinding } from "../../schema/mod.ts";
import { AtomicFile } from "../../sink/atomic_file.ts";
import { openParquetSink } from "../../sink/parquet/mod.ts";
import { PHYSICAL } from "../../schema/parquet_numbers.ts";
import { MemoryAccess } from "../random_access.ts";
import type { ChunkTicket, Slot } from "../source.ts";
import { openParquetDecoder, openParquetSource } from "./mod.ts";
import { SharedScratch } from "./page.ts";
import type { PageHeader } from "./page_header.ts";
import type { Leaf } from "./parquet_type.ts";
import { openStored } from "./stored_values.ts";

const LEAF: Leaf = { physicalType: PHYSICAL.float, dtype: "f32", maxDefinition: 1, list: null };
const fail = (detail: string): never => {
  throw new Error(detail);
};

/** bytes that nothing compresses */
function noise(numBytes: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(numBytes / 4));
  for (let i = 0, state = seed | 1; i < words.length; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i * 0x9e3779b9;
    words[i] = Math.imul(state ^ (state >>> 12), 0x297a2d39) ^ (state >>> 15);
  }
  return new Uint8Array(words.buffer, 0, numBytes);
}

/** Snappy as blocks of 64 KiB have it: a literal each */
function literals(plain: Uint8Array, blockBytes: number): Uint8Array {
  const parts: number[] = [];
  for (let rest = plain.length;; rest = Math.floor(rest / 0x80)) {
    parts.push(rest >= 0x80 ? (rest % 0x80) | 0x80 : rest);
    if (rest < 0x80) break;
  }
  const bytes = new Uint8Array(plain.length + 16 + 5 * Math.ceil(plain.length / blockBytes));
  bytes.set(parts);
  let at = parts.length;
  for (let from = 0; from < plain.length; from += blockBytes) {
    const block = plain.subarray(from, from + blockBytes), less = block.length - 1;
    bytes.set([62 << 2, less & 255, (less >> 8) & 255, less >> 16], at);
    bytes.set(block, at + 4);
    at += 4 + block.length;
  }
  return bytes.subarray(0, at);
}

/** a page of the first version: levels of one run, then values */
function firstVersion(values: Uint8Array): Uint8Array {
  const numValues = values.length / 4, run = [(numValues << 1) & 0x7f | 0x80, (numValues >> 6) & 0x7f | 0x80];
  const levels = [...run, numValues >> 13, 1], page = new Uint8Array(4 + levels.length + values.length);
  page.set([levels.length]);
  page.set(levels, 4);
  page.set(values, 4 + levels.length);
  return page;
}

function headerOf(page: Uint8Array, stored: Uint8Array, more: Partial<PageHeader> = {}): PageHeader {
  return {
    kind: "data",
    position: 11,
    numBytes: stored.length,
    plainBytes: page.length,
    numValues: Math.floor(page.length / 4) - 2,
    encoding: 0,
    levelEncoding: 3,
    repetitionEncoding: 3,
    numNulls: 0,
    definitionBytes: 0,
    repetitionBytes: 0,
    isCompressed: true,
    checksum: null,
    ...more,
  };
}

/** opens a page that stands in a file at byte 11 */
function open(page: Uint8Array, stored: Uint8Array, more: Partial<PageHeader> = {}) {
  const file = new Uint8Array(11 + stored.length);
  file.set(stored, 11);
  const access = new MemoryAccess(file), scratch = new SharedScratch(0);
  const codec = stored === page ? "UNCOMPRESSED" : "SNAPPY";
  const place = { access, column: "x", leaf: LEAF, scratch };
  return { access, values: openStored(place, { header: headerOf(page, stored, more), codec }, fail) };
}

Deno.test("StoredValues.read() gives any part of a page that Snappy left as it is, and reads little else", () => {
  const values = noise(400_000, 7), page = firstVersion(values);
  const parts = fc.array(fc.tuple(fc.nat(99_999), fc.nat(99_999)), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(parts, fc.constantFrom(40_000, 65_536, 1_000_000), (ranges, blockBytes) => {
    for (const stored of [literals(page, blockBytes), page]) {
      const { access, values: opened } = open(page, stored);
      for (const [a, b] of ranges) {
        const from = 4 * Math.min(a, b),
          target = new Uint8Array(4 * Math.abs(a - b) + 4),
          before = access.bytesRead;
        ok(opened!.read(from, target));
        deepStrictEqual(target, values.subarray(from, from + target.length));
        ok(access.bytesRead - before <= target.length + 11 * 10);
      }
    }
  }));
});

Deno.test("openStored() leaves to others what is compressed, has nulls, a checksum, or other sizes than it says", () => {
  const values = noise(400_000, 9), page = firstVersion(values), stored = literals(page, 65_536);
  ok(open(page, stored).values !== null);
  for (
    const more of [
      { checksum: 1 },
      { encoding: 8 },
      { levelEncoding: 4 },
      { numValues: 100_001 },
      { plainBytes: page.length + 1 },
      { kind: "dataV2", numNulls: 1 },
    ] as const
  ) strictEqual(open(page, stored, more).values, null, JSON.stringify(more));
  const withNull = page.slice();
  withNull[7] = 0;
  strictEqual(open(withNull, literals(withNull, 65_536)).values, null);
  const flat = firstVersion(new Uint8Array(4_000_000)), room = new Uint8Array(snappyBound(flat.length));
  strictEqual(open(flat, room.subarray(0, compressSnappy(flat, room)!)).values, null);
  // a literal that claims more than the page has
  const cut = stored.slice();
  cut[4] = 255;
  cut[5] = 255;
  cut[6] = 255;
  strictEqual(open(page, cut).values, null);
});

Deno.test("StoredValues.read() says where a page goes on with copies", () => {
  const page = firstVersion(noise(400_000, 3));
  page.copyWithin(200_000, 150_000, 160_000);
  const room = new Uint8Array(snappyBound(page.length)), size = compressSnappy(page, room)!;
  const { values } = open(page, room.subarray(0, size));
  const target = new Uint8Array(40_000);
  ok(values!.read(0, target));
  deepStrictEqual(target, page.subarray(8, 40_008));
  strictEqual(values!.read(180_000, target), false);
  strictEqual(values!.read(399_000, target), false);
});

const NUM_ROWS = 60_000;

/** a column of which a part in the middle compresses */
function tableOf(folder: string): { readonly bytes: Uint8Array; readonly values: Float32Array } {
  const memory = createMemory({ bytes: 64 + 4 * NUM_ROWS });
  const bytes = new Uint8Array(memory.buffer, 64, 4 * NUM_ROWS);
  bytes.set(noise(bytes.length, 5));
  const values = new Float32Array(memory.buffer as ArrayBuffer, 64, NUM_ROWS);
  for (let i = 0; i < NUM_ROWS; i++) if (!Number.isFinite(values[i]) || values[i] === 0) values[i] = i;
  values.copyWithin(40_000, 20_000, 22_000);
  const path = `${folder}/x.parquet`, output = AtomicFile.open(path, { force: true });
  const fields = [{ name: "x", dtype: "f32", width: null } as const];
  const sink = openParquetSink(path, { fields, force: true, output, compression: "snappy" });
  sink.writeBatch(memory, NUM_ROWS, [64]);
  sink.finish();
  return { bytes: Deno.readFileSync(path), values: values.slice() };
}

Deno.test("a page of literals and copies gives its values whatever the chunks", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const { bytes, values } = tableOf(folder);
    const bindings: readonly ColumnBinding[] = [{
      request: {
        input: "x",
        dtype: "f32",
        width: 1,
        isScalar: true,
        selection: { kind: "name", name: "x" },
        nulls: { kind: "error" },
      },
      fieldIndices: [0],
      layout: "row",
    }];
    for (const chunkRows of [999, 20_000, 45_000, NUM_ROWS]) {
      const open = () => new MemoryAccess(bytes), source = openParquetSource("x.parquet", { open });
      const byteLength = Math.ceil(source.slotBytes(bindings, chunkRows) / 64) * 64;
      const slot: Slot = { memory: createMemory({ bytes: byteLength + 128 }), byteOffset: 64, byteLength };
      source.begin(bindings, chunkRows);
      const decoder = openParquetDecoder(source.decoderOptions(), open);
      const next = () => source.next(slot) as ChunkTicket | null;
      let row = 0;
      for (let ticket = next(); ticket !== null; ticket = next()) {
        const { pointer } = decoder.decode(ticket, slot).columns[0]!;
        const got = new Uint32Array(slot.memory.buffer as ArrayBuffer, pointer, ticket.numRows);
        deepStrictEqual(got.slice(), new Uint32Array(values.buffer, 4 * row, ticket.numRows));
        row += ticket.numRows;
      }
      strictEqual(row, NUM_ROWS);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
