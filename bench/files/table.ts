/**
 * The table of `bench:files`: rows of 200 f32 in one list column, or in 200 columns; and its params.
 *
 * @module
 */
import { createMemory } from "../../src/memory/mod.ts";
import { openArrowSink } from "../../src/sink/arrow/mod.ts";
import type { OutputField } from "../../src/sink/sink.ts";
import { writeNpy } from "../npy.ts";

/** Columns of f32. */
export const NUM_FEATURES = 200;
/** Rows of a record batch, as pyarrow and Polars write them by default or thereabouts. */
const BATCH_ROWS = 65_536;

/** Whole multiples of 1/64 between -4 and 4, from a counter: every run writes the same table. */
function fill(values: Float32Array, seed: number): void {
  let state = seed >>> 0;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = ((state >>> 23) - 256) / 64;
  }
}

/** "f007" */
function columnName(index: number): string {
  return `f${String(index).padStart(3, "0")}`;
}

/**
 * Writes the table as an Arrow file: "list" has profile_id (i64) and features (a list of 200), "columns" has 200
 * columns of f32. No two record batches are equal.
 */
export function writeTable(path: string, numRows: number, kind: "list" | "columns"): void {
  const memory = createMemory({ bytes: BATCH_ROWS * (NUM_FEATURES * 4 + 8) + 4096 });
  const ids = 64, features = 64 + BATCH_ROWS * 8;
  const fields: OutputField[] = kind === "list"
    ? [
      { name: "profile_id", dtype: "i64", width: null },
      { name: "features", dtype: "f32", width: NUM_FEATURES },
    ]
    : Array.from({ length: NUM_FEATURES }, (_, i) => ({ name: columnName(i), dtype: "f32", width: null }));
  const pointers = kind === "list" ? [ids, features] : fields.map((_, i) => features + i * BATCH_ROWS * 4);
  const sink = openArrowSink(path, { format: "arrow-file", force: true, fields });
  fill(new Float32Array(memory.buffer, features, BATCH_ROWS * NUM_FEATURES), 1);
  for (let row = 0; row < numRows; row += BATCH_ROWS) {
    const count = Math.min(BATCH_ROWS, numRows - row);
    const idView = new BigInt64Array(memory.buffer, ids, count);
    for (let i = 0; i < count; i++) idView[i] = BigInt(row + i);
    fill(new Float32Array(memory.buffer, features, 1024 * NUM_FEATURES), row + 7);
    sink.writeBatch(memory, count, pointers);
  }
  sink.finish();
}

/** Writes mean, std and weights as JSON for ndpipe and as .npy for Python; returns the path of the JSON. */
export function writeParams(folder: string): string {
  const parameter = (name: string, shape: readonly number[], value: (i: number) => number) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i));
    writeNpy(`${folder}/${name}.npy`, { dtype: "f32", shape, data });
    return [...data];
  };
  const mean = parameter("mean", [NUM_FEATURES], (i) => Math.sin(i) / 4);
  const std = parameter("std", [NUM_FEATURES], (i) => 1 + Math.cos(i) / 2);
  const flat = parameter("weights", [NUM_FEATURES, 10], (i) => Math.sin(i * 0.7) / 16);
  const weights = mean.map((_, row) => flat.slice(row * 10, row * 10 + 10));
  Deno.writeTextFileSync(`${folder}/params.json`, JSON.stringify({ mean, std, weights }));
  Deno.writeTextFileSync(`${folder}/standardise.json`, JSON.stringify({ mean, std }));
  return `${folder}/params.json`;
}
