/**
 * Times Parquet on one thread: files of optional f32 columns, as Polars and DuckDB write them, to columns in wasm
 * memory, and columns to a file. Values are checked bit for bit before anything is timed; ratios are to Polars,
 * DuckDB and pyarrow on one thread in the same call, where python3 has them. Without them the file is our own.
 *
 * deno run -A bench/parquet.ts [ROWS] [COLUMNS]    1,000,000 x 50 unless told otherwise
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { createMemory } from "../src/memory/mod.ts";
import type { ColumnBinding } from "../src/schema/mod.ts";
import { AtomicFile } from "../src/sink/atomic_file.ts";
import { openParquetSink } from "../src/sink/parquet/mod.ts";
import type { ParquetCompression } from "../src/sink/parquet/mod.ts";
import { openParquetDecoder, openParquetSource } from "../src/source/parquet/mod.ts";
import { reportRates, timeScript } from "./timed_script.ts";

const NUM_ROWS = Number(Deno.args[0] ?? 1_000_000), NUM_COLUMNS = Number(Deno.args[1] ?? 50);
const NUM_ROUNDS = 5, CHUNK_ROWS = 65_536;
const DECODED_BYTES = NUM_ROWS * NUM_COLUMNS * 4;

/** Value (row, column) of the two tables: any float, and one of 2,001. */
type ValueOf = (row: number, column: number) => number;

function hash(row: number, column: number): number {
  let z = Math.imul(row + 1, 0x9e3779b9) ^ Math.imul(column + 1, 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

const TABLES: readonly { readonly name: string; readonly valueOf: ValueOf }[] = [
  { name: "any floats", valueOf: (row, column) => hash(row, column) / 2 ** 32 - 0.5 },
  { name: "2,001 different floats", valueOf: (row, column) => (hash(row, column) % 2001) / 100 - 10 },
];

let memory: WebAssembly.Memory | null = null;

function memoryOf(bytes: number): WebAssembly.Memory {
  if (memory === null || memory.buffer.byteLength < bytes) memory = createMemory({ bytes });
  return memory;
}

/** Writes a table, a row group a batch; gives the seconds that the writer took. */
function write(path: string, valueOf: ValueOf, compression: ParquetCompression): number {
  const fields = Array.from(
    { length: NUM_COLUMNS },
    (_, i) => ({ name: `c${i}`, dtype: "f32", width: null } as const),
  );
  const memory = memoryOf(64 + CHUNK_ROWS * NUM_COLUMNS * 4);
  const pointers = fields.map((_, i) => 64 + i * CHUNK_ROWS * 4);
  const output = AtomicFile.open(path, { force: true });
  const sink = openParquetSink(path, { fields, force: true, output, compression });
  let seconds = 0;
  for (let row = 0; row < NUM_ROWS; row += CHUNK_ROWS) {
    const numRows = Math.min(CHUNK_ROWS, NUM_ROWS - row);
    for (const [column, pointer] of pointers.entries()) {
      const values = new Float32Array(memory.buffer as ArrayBuffer, pointer, numRows);
      for (let i = 0; i < numRows; i++) values[i] = valueOf(row + i, column);
    }
    const start = performance.now();
    sink.writeBatch(memory, numRows, pointers);
    seconds += (performance.now() - start) / 1000;
  }
  sink.finish();
  return seconds;
}

/** Reads a table; `check` gets each chunk's columns. Gives the seconds it took. */
function read(
  path: string,
  check?: (column: number, values: Float32Array, firstRow: number) => void,
): number {
  const bindings = Array.from({ length: NUM_COLUMNS }, (_, i): ColumnBinding => ({
    request: {
      input: `c${i}`,
      dtype: "f32",
      width: 1,
      isScalar: true,
      selection: { kind: "name", name: `c${i}` },
      nulls: { kind: "error" },
    },
    fieldIndices: [i],
    layout: "row",
  }));
  const start = performance.now();
  const source = openParquetSource(path);
  const byteLength = source.slotBytes(bindings, CHUNK_ROWS);
  const slot = { memory: memoryOf(byteLength + 128), byteOffset: 64, byteLength };
  source.begin(bindings, CHUNK_ROWS);
  const decoder = openParquetDecoder(source.decoderOptions());
  let numRows = 0;
  for (;;) {
    const ticket = source.next(slot);
    if (ticket === null) break;
    if (ticket instanceof Promise) throw new Error("a file is read on the spot");
    const { columns } = decoder.decode(ticket, slot);
    if (check !== undefined) {
      for (const [i, { pointer }] of columns.entries()) {
        check(i, new Float32Array(slot.memory.buffer as ArrayBuffer, pointer, ticket.numRows), numRows);
      }
    }
    numRows += ticket.numRows;
  }
  decoder.close();
  source.close();
  strictEqual(numRows, NUM_ROWS);
  return (performance.now() - start) / 1000;
}

const PEERS = `
import os, sys, time
os.environ["POLARS_MAX_THREADS"] = "1"
what, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
def best(call):
    times = []
    for _ in range(rounds):
        start = time.perf_counter(); call(); times.append(time.perf_counter() - start)
    return min(times)
def polars():
    import polars
    if what == "make": return polars.read_parquet(path).write_parquet(path + ".polars", compression="snappy")
    print("polars read", best(lambda: polars.read_parquet(path)))
    frame = polars.read_parquet(path)
    print("polars write", best(lambda: frame.write_parquet(path + ".out", compression="snappy")))
def duckdb():
    import duckdb
    db = duckdb.connect(); db.execute("set threads = 1")
    if what == "make": return db.execute(f"copy (select * from read_parquet('{path}')) to '{path}.duckdb' (format parquet, codec 'snappy')")
    db.execute(f"create temp table t as select * from read_parquet('{path}')")
    print("duckdb read", best(lambda: db.execute(f"create or replace temp table u as select * from read_parquet('{path}')")))
    print("duckdb write", best(lambda: db.execute(f"copy t to '{path}.out' (format parquet, codec 'snappy')")))
def pyarrow():
    import pyarrow, pyarrow.parquet as parquet
    pyarrow.set_cpu_count(1)
    if what == "make": return
    print("pyarrow read", best(lambda: parquet.read_table(path, use_threads=False)))
    table = parquet.read_table(path)
    print("pyarrow write", best(lambda: parquet.write_table(table, path + ".out", compression="snappy")))
for peer in (polars, duckdb, pyarrow):
    try: peer()
    except ImportError: pass
`;

/** times and compares one file */
async function measureRead(path: string, valueOf: ValueOf): Promise<void> {
  const bits = new Float32Array(1);
  read(path, (column, values, firstRow) => {
    for (let i = 0; i < values.length; i++) {
      bits[0] = valueOf(firstRow + i, column);
      if (!Object.is(values[i], bits[0])) {
        throw new Error(`row ${firstRow + i}, column ${column}: ${values[i]}`);
      }
    }
  });
  const seconds = Array.from({ length: NUM_ROUNDS }, () => read(path));
  reportRates("read", {
    numBytes: DECODED_BYTES,
    seconds,
    peers: await timeScript(PEERS, ["time", path, "3"]),
  });
}

const folder = Deno.makeTempDirSync();
try {
  console.log(
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.arch}, one thread; ${
      NUM_ROWS.toLocaleString("en-US")
    } x ${NUM_COLUMNS} f32, ${(DECODED_BYTES / 1e6).toFixed(0)} MB once decoded`,
  );
  for (const { name, valueOf } of TABLES) {
    const path = `${folder}/table.parquet`;
    const seconds = Array.from({ length: NUM_ROUNDS }, () => write(path, valueOf, "snappy"));
    console.log(`${name}, written here with snappy: ${(Deno.statSync(path).size / 1e6).toFixed(0)} MB`);
    const peers = await timeScript(PEERS, ["time", path, "3"]);
    reportRates("write", { numBytes: DECODED_BYTES, seconds, peers });
    await measureRead(path, valueOf);
    await timeScript(PEERS, ["make", path, "3"]);
    for (const peer of ["polars", "duckdb"]) {
      const other = `${path}.${peer}`;
      try {
        console.log(`${name}, written by ${peer}: ${(Deno.statSync(other).size / 1e6).toFixed(0)} MB`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      await measureRead(other, valueOf);
      Deno.removeSync(other);
    }
  }
} finally {
  Deno.removeSync(folder, { recursive: true });
}
