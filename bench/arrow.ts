/**
 * Times Arrow on one thread: a file of 800 MB copied by `convert`'s relay, beside a bare loop of reads and writes on
 * the same disk; and compressed files read into columns in wasm memory. What is copied and read is compared first.
 *
 * deno run -A bench/arrow.ts [MEGABYTES] [FILE...]    800 unless told otherwise; files are read beside our own
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { relayArrow } from "../src/exec/relay.ts";
import { createMemory } from "../src/memory/mod.ts";
import type { ColumnBinding, Schema } from "../src/schema/mod.ts";
import { openArrowSink } from "../src/sink/arrow/mod.ts";
import { openArrowDecoder } from "../src/source/arrow/decoder.ts";
import { openArrowSource } from "../src/source/arrow/open.ts";

const NUM_BYTES = Number(Deno.args[0] ?? 800) * 1e6;
const NUM_ROUNDS = 7, BATCH_ROWS = 65_536, NUM_COLUMNS = 20;
const ROW_BYTES = 8 * NUM_COLUMNS;
const folder = Deno.makeTempDirSync({ prefix: "ndpipe-bench-" });

/** Prices of four digits in every other column, times with noise between: what codecs have something to do with. */
function valueOf(row: number, column: number): number {
  const hash = Math.imul(Math.imul(row + 1, 0x9e3779b9) ^ (column + 1), 0x85ebca6b) >>> 9;
  return column % 2 === 0 ? (hash % 10_000) / 100 : row + (hash % 1000) / 8;
}

function write(path: string, numRows: number, compression: "lz4" | "zstd" | null): void {
  const fields = Array.from(
    { length: NUM_COLUMNS },
    (_, i) => ({ name: `c${i}`, dtype: "f64", width: null }) as const,
  );
  const sink = openArrowSink(path, { format: "arrow-file", fields, force: true, compression });
  const memory = createMemory({ bytes: BATCH_ROWS * ROW_BYTES });
  const pointers = fields.map((_, i) => i * BATCH_ROWS * 8);
  for (let first = 0; first < numRows; first += BATCH_ROWS) {
    const rows = Math.min(BATCH_ROWS, numRows - first);
    for (const [column, pointer] of pointers.entries()) {
      const values = new Float64Array(memory.buffer, pointer, rows);
      for (let row = 0; row < rows; row++) values[row] = valueOf(first + row, column);
    }
    sink.writeBatch(memory, rows, pointers);
  }
  sink.finish();
}

function bindAll({ fields }: Schema): ColumnBinding[] {
  return fields.flatMap(({ name, type }, index): ColumnBinding[] => {
    if (type.kind !== "primitive") return [];
    const selection = { kind: "name", name } as const, nulls = { kind: "fill", value: 0 } as const;
    const request = { input: name, dtype: type.dtype, width: 1, isScalar: true, selection, nulls };
    return [{ request, fieldIndices: [index], layout: "row" }];
  });
}

/** reads every column; returns its bytes in memory, and a sum over all bits */
async function read(path: string, isChecked: boolean): Promise<{ bytes: number; sum: number }> {
  const source = openArrowSource(path), bindings = bindAll(source.info.schema);
  source.countRows();
  const byteLength = source.slotBytes(bindings, BATCH_ROWS);
  const memory = slotMemory(byteLength), slot = { memory, byteOffset: 0, byteLength };
  const decoder = openArrowDecoder(source.decoderOptions());
  source.begin(bindings, BATCH_ROWS);
  let bytes = 0, sum = 0;
  for (;;) {
    const ticket = await source.next(slot);
    if (ticket === null) break;
    const { columns, numRows } = decoder.decode(ticket, slot);
    for (const { pointer, rowStride } of columns) {
      bytes += numRows * rowStride;
      if (!isChecked) continue;
      const words = new Uint8Array(memory.buffer, pointer, numRows * rowStride);
      for (let i = 0; i < words.length; i++) sum = (Math.imul(sum, 31) + words[i]!) | 0;
    }
  }
  source.close();
  decoder.close();
  return { bytes, sum };
}

let slots: WebAssembly.Memory | null = null;

function slotMemory(bytes: number): WebAssembly.Memory {
  if (slots === null || slots.buffer.byteLength < bytes) slots = createMemory({ bytes });
  return slots;
}

async function best(run: () => Promise<unknown> | void): Promise<number> {
  let seconds = Infinity;
  for (let i = 0; i < NUM_ROUNDS; i++) {
    const start = performance.now();
    await run();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return seconds;
}

function print(what: string, bytes: number, seconds: number): void {
  console.log(`${what.padEnd(44)} ${(bytes / seconds / 1e9).toFixed(2).padStart(6)} GB/s`);
}

function copyBare(from: string, to: string, isSynced: boolean): void {
  const piece = new Uint8Array(2 * 1024 * 1024);
  using input = Deno.openSync(from),
    output = Deno.openSync(to, { write: true, create: true, truncate: true });
  for (let count = input.readSync(piece); count !== null; count = input.readSync(piece)) {
    output.writeSync(piece.subarray(0, count));
  }
  if (isSynced) output.syncSync();
}

try {
  const big = `${folder}/big.arrow`,
    copy = `${folder}/copy.arrow`,
    numRows = Math.floor(NUM_BYTES / ROW_BYTES);
  write(big, numRows, null);
  const options = { inputs: [big], output: copy, to: null, force: true, memoryBytes: null };
  await relayArrow(options);
  deepStrictEqual(await read(copy, true), await read(big, true));
  const forget = () => Deno.removeSync(copy);
  forget();
  const relay = () => relayArrow(options).finally(forget);
  print("convert, Arrow to Arrow, with its sync", NUM_BYTES, await best(relay));
  for (const isSynced of [true, false]) {
    const bare = () => {
      copyBare(big, copy, isSynced);
      forget();
    };
    print(
      `the same bytes in a bare loop, ${isSynced ? "synced" : "not synced"}`,
      NUM_BYTES,
      await best(bare),
    );
  }
  Deno.removeSync(big);
  const expected: unknown[] = [];
  for (const compression of [null, "lz4", "zstd"] as const) {
    const path = `${folder}/${compression}.arrow`;
    write(path, Math.min(numRows, 1_000_000), compression);
    expected.push(await read(path, true));
    deepStrictEqual(expected.at(-1), expected[0]);
    const { bytes } = await read(path, false);
    print(
      `read, ${compression ?? "not compressed"}, decoded bytes`,
      bytes,
      await best(() => read(path, false)),
    );
  }
  for (const path of Deno.args.slice(1)) {
    const { bytes } = await read(path, false);
    print(`read ${path}`, bytes, await best(() => read(path, false)));
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
