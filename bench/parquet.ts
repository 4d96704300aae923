/**
 * Times Parquet on one thread and on two: files of optional f32 columns, as Polars and DuckDB write them, some with
 * nulls, to columns in wasm memory, and columns to a file. Values are checked bit for bit before anything is timed;
 * ratios are to Polars, DuckDB and pyarrow on one thread in the same call, where python3 has them. Without them the
 * file is our own.
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
import type { ChunkTicket, Slot } from "../src/source/source.ts";
import { ProcessorClock } from "./machine.ts";
import type { ParquetAnswer, ParquetTask } from "./parquet_worker.ts";
import { reportRates, timeScript } from "./timed_script.ts";
import { quietest, TwoThreads } from "./two_threads.ts";

const NUM_ROWS = Number(Deno.args[0] ?? 1_000_000), NUM_COLUMNS = Number(Deno.args[1] ?? 50);
const NUM_ROUNDS = 10, NUM_QUIET_ROUNDS = 5, NUM_WRITES = 2, CHUNK_ROWS = 65_536;
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

/** rows that are null in files "with nulls", as the peers are told below */
const NULL_PERIOD = 20, NULL_ROW = 3;

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

type Check = (column: number, values: Float32Array, firstRow: number) => void;

const BINDINGS = Array.from({ length: NUM_COLUMNS }, (_, i): ColumnBinding => ({
  request: {
    input: `c${i}`,
    dtype: "f32",
    width: 1,
    isScalar: true,
    selection: { kind: "name", name: `c${i}` },
    nulls: { kind: "nan" },
  },
  fieldIndices: [i],
  layout: "row",
}));

function checkChunk(check: Check, pointers: readonly number[], { memory, numRows, firstRow }: {
  readonly memory: WebAssembly.Memory;
  readonly numRows: number;
  readonly firstRow: number;
}): void {
  for (const [i, pointer] of pointers.entries()) {
    check(i, new Float32Array(memory.buffer as ArrayBuffer, pointer, numRows), firstRow);
  }
}

/** A table's chunks, in order; they are decoded into slots of a memory. */
function openTable(path: string, numSlots: number) {
  const source = openParquetSource(path);
  const byteLength = Math.ceil(source.slotBytes(BINDINGS, CHUNK_ROWS) / 64) * 64;
  const memory = memoryOf(numSlots * byteLength + 128);
  const slots = Array.from({ length: numSlots }, (_, i): Slot => ({
    memory,
    byteOffset: 64 + i * byteLength,
    byteLength,
  }));
  source.begin(BINDINGS, CHUNK_ROWS);
  const next = (slot: Slot): ChunkTicket | null => {
    const ticket = source.next(slot);
    if (ticket instanceof Promise) throw new Error("a file is read on the spot");
    return ticket;
  };
  return { source, slots, next };
}

/** Reads a table; `check` gets each chunk's columns. Gives the seconds it took. */
function read(path: string, check?: Check): number {
  const start = performance.now();
  const { source, slots: [slot], next } = openTable(path, 1);
  const decoder = openParquetDecoder(source.decoderOptions());
  let numRows = 0;
  for (let ticket = next(slot!); ticket !== null; ticket = next(slot!)) {
    const pointers = decoder.decode(ticket, slot!).columns.map(({ pointer }) => pointer);
    if (check !== undefined) {
      checkChunk(check, pointers, { memory: slot!.memory, numRows: ticket.numRows, firstRow: numRows });
    }
    numRows += ticket.numRows;
  }
  decoder.close();
  source.close();
  strictEqual(numRows, NUM_ROWS);
  return (performance.now() - start) / 1000;
}

/** A thread that answers one task after the other. */
class Thread {
  readonly #worker = new Worker(new URL("./parquet_worker.ts", import.meta.url), { type: "module" });

  do(task: ParquetTask): Promise<ParquetAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ParquetAnswer>();
    this.#worker.onmessage = ({ data }: MessageEvent<ParquetAnswer>) => resolve(data);
    this.#worker.onerror = (event) => reject(event.error ?? new Error(event.message));
    this.#worker.postMessage(task);
    return promise;
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** The same on threads that share the pages; each takes the next chunk when it has done one. */
async function readOnThreads(path: string, threads: readonly Thread[], check?: Check): Promise<number> {
  const start = performance.now();
  const { source, slots, next } = openTable(path, threads.length);
  const options = source.decoderOptions();
  let numRows = 0;
  await Promise.all(threads.map(async (thread, i) => {
    const slot = slots[i]!;
    await thread.do({ kind: "open", options, slot });
    for (let ticket = next(slot); ticket !== null; ticket = next(slot)) {
      const firstRow = numRows;
      numRows += ticket.numRows;
      const pointers = await thread.do({ kind: "decode", ticket });
      if (check === undefined) continue;
      checkChunk(check, pointers, { memory: slot.memory, numRows: ticket.numRows, firstRow });
    }
    await thread.do({ kind: "close" });
  }));
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
    if what == "make":
        frame = polars.read_parquet(path)
        frame.write_parquet(path + ".polars", compression="snappy")
        isNull = polars.int_range(polars.len()) % 20 == 3
        frame.select(polars.when(~isNull).then(polars.all())).write_parquet(path + ".polars-nulls", compression="snappy")
        return
    if what == "read":
        print("polars read", best(lambda: polars.read_parquet(path)))
        return
    frame = polars.read_parquet(path)
    print("polars write", best(lambda: frame.write_parquet(path + ".out", compression="snappy")))
def duckdb():
    import duckdb
    db = duckdb.connect(); db.execute("set threads = 1")
    if what == "make":
        for source, target in ((path, ".duckdb"), (path + ".polars-nulls", ".duckdb-nulls")):
            if os.path.exists(source):
                db.execute(f"copy (select * from read_parquet('{source}')) to '{path}{target}' (format parquet, codec 'snappy')")
        return
    if what == "read":
        print("duckdb read", best(lambda: db.execute(f"create or replace temp table u as select * from read_parquet('{path}')")))
        return
    db.execute(f"create temp table t as select * from read_parquet('{path}')")
    print("duckdb write", best(lambda: db.execute(f"copy t to '{path}.out' (format parquet, codec 'snappy')")))
def pyarrow():
    import pyarrow, pyarrow.parquet as parquet
    pyarrow.set_cpu_count(1)
    if what == "make": return
    if what == "read":
        print("pyarrow read", best(lambda: parquet.read_table(path, use_threads=False)))
        return
    table = parquet.read_table(path)
    print("pyarrow write", best(lambda: parquet.write_table(table, path + ".out", compression="snappy")))
for peer in (polars, duckdb, pyarrow):
    try: peer()
    except ImportError: pass
`;

const THREADS = [new Thread(), new Thread()], CONTROL = await TwoThreads.open();

/** compares and times one file */
async function measureRead(path: string, valueOf: ValueOf, hasNulls: boolean): Promise<void> {
  const expected = new Float32Array(1);
  const check: Check = (column, values, firstRow) => {
    for (let i = 0; i < values.length; i++) {
      const row = firstRow + i;
      expected[0] = hasNulls && row % NULL_PERIOD === NULL_ROW ? NaN : valueOf(row, column);
      if (!Object.is(values[i], expected[0])) throw new Error(`row ${row}, column ${column}: ${values[i]}`);
    }
  };
  read(path, check);
  await readOnThreads(path, THREADS, check);
  const all = [];
  for (let round = 0; round < NUM_ROUNDS; round++) {
    const clock = new ProcessorClock();
    const alone = read(path), together = await readOnThreads(path, THREADS), ceiling = CONTROL.scaling();
    all.push({ alone, together, ceiling, othersCores: clock.othersCores() ?? 0 });
  }
  const { rounds, mostOthers, ceiling } = quietest(all, NUM_QUIET_ROUNDS);
  const alone = rounds.map((round) => round.alone), together = rounds.map((round) => round.together);
  const peers = await timeScript(PEERS, ["read", path, "3"]);
  reportRates("read", { numBytes: DECODED_BYTES, seconds: alone, peers });
  const best = Math.min(...together), ratio = (Math.min(...alone) / best).toFixed(2);
  console.log(
    `  two threads ${(DECODED_BYTES / 1e6 / best).toFixed(0)} MB/s, ${ratio} times one; others had at most ` +
      `${mostOthers.toFixed(2)} cores, two threads of pure arithmetic reached ${ceiling.toFixed(2)}x`,
  );
}

const folder = Deno.makeTempDirSync();
try {
  console.log(
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.arch}; ${
      NUM_ROWS.toLocaleString("en-US")
    } x ${NUM_COLUMNS} f32, ${(DECODED_BYTES / 1e6).toFixed(0)} MB once decoded`,
  );
  for (const { name, valueOf } of TABLES) {
    const path = `${folder}/table.parquet`;
    const seconds = Array.from({ length: NUM_WRITES }, () => write(path, valueOf, "snappy"));
    console.log(`${name}, written here with snappy: ${(Deno.statSync(path).size / 1e6).toFixed(0)} MB`);
    const peers = await timeScript(PEERS, ["write", path, "2"]);
    reportRates("write", { numBytes: DECODED_BYTES, seconds, peers });
    await measureRead(path, valueOf, false);
    await timeScript(PEERS, ["make", path, "3"]);
    for (const form of ["polars", "duckdb", "polars-nulls", "duckdb-nulls"]) {
      const other = `${path}.${form}`, [peer, nulls] = form.split("-");
      try {
        console.log(
          `${name}${nulls === undefined ? "" : ", one row of 20 null"}, written by ${peer}: ${
            (Deno.statSync(other).size / 1e6).toFixed(0)
          } MB`,
        );
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      await measureRead(other, valueOf, nulls !== undefined);
    }
  }
} finally {
  for (const thread of THREADS) thread.end();
  CONTROL.close();
  Deno.removeSync(folder, { recursive: true });
}
