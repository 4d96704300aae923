/**
 * Times CSV, and JSON lines, on one thread: a file to f64 columns in wasm memory, and columns to a file; and CSV on
 * two threads beside one. Results are checked bit for bit before anything is timed; ratios are to Polars and DuckDB
 * on as many threads in the same call, where python3 has them.
 *
 * deno run -A bench/csv.ts [ROWS]    rows of the narrow tables, 1,000,000 unless told otherwise
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { cpuUsage } from "node:process";
import { createMemory } from "../src/memory/mod.ts";
import type { ColumnBinding } from "../src/schema/mod.ts";
import { AtomicFile } from "../src/sink/atomic_file.ts";
import { openCsvSink } from "../src/sink/csv/mod.ts";
import { openNdjsonSink } from "../src/sink/ndjson/mod.ts";
import { openCsvDecoder, openCsvSource } from "../src/source/csv/mod.ts";
import { openNdjsonDecoder, openNdjsonSource } from "../src/source/ndjson/mod.ts";
import { ThreadedReading } from "./csv_threads.ts";
import { ProcessorClock } from "./machine.ts";
import { reportRates, timeScript } from "./timed_script.ts";
import { quietest, TwoThreads } from "./two_threads.ts";

const NUM_ROWS: number = Number(Deno.args[0] ?? 1_000_000);
const NUM_ROUNDS = 5;
/** of two-thread readings: chunks that stay in a core's cache */
const THREADED_CHUNK_ROWS = 2048;

interface Table {
  readonly name: string;
  readonly numRows: number;
  readonly numColumns: number;
  readonly chunkRows: number;
  readonly valueOf: (uniform: number) => number;
  /** JSON lines in place of CSV */
  readonly isJson?: boolean;
}

const sixDecimals = (uniform: number) => Math.round((uniform - 0.5) * 4e8) / 1e6;
const WIDE_COLUMNS = 20_000;
const TABLES: readonly Table[] = [
  { name: "6 decimals", numRows: NUM_ROWS, numColumns: 20, chunkRows: 8192, valueOf: sixDecimals },
  { name: "shortest doubles", numRows: NUM_ROWS, numColumns: 20, chunkRows: 8192, valueOf: (u) => u },
  {
    name: "JSON lines, 6 decimals",
    numRows: NUM_ROWS / 4,
    numColumns: 20,
    chunkRows: 8192,
    valueOf: sixDecimals,
    isJson: true,
  },
  {
    name: "wide, 6 decimals",
    numRows: Math.ceil(NUM_ROWS * 20 / WIDE_COLUMNS * 2),
    numColumns: WIDE_COLUMNS,
    chunkRows: 64,
    valueOf: sixDecimals,
  },
];

/** The values of a table by their index, the same in every call. */
function fill(values: Float64Array, firstIndex: number, { valueOf }: Table): void {
  for (let i = 0; i < values.length; i++) {
    // splitmix32, twice: 53 bits
    const high = splitmix(2 * (firstIndex + i)), low = splitmix(2 * (firstIndex + i) + 1);
    values[i] = valueOf((high * 2 ** 21 + (low >>> 11)) / 2 ** 53);
  }
}

function splitmix(index: number): number {
  let z = Math.imul(index + 1, 0x9e3779b9);
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

const memories = new Map<number, WebAssembly.Memory>();

function memoryOf(bytes: number): WebAssembly.Memory {
  const memory = memories.get(bytes) ?? createMemory({ bytes });
  memories.set(bytes, memory);
  return memory;
}

/** Writes a table as one (N, k) matrix, batch by batch; gives the seconds that the writer took. */
function write(table: Table, path: string): number {
  const batchRows = Math.min(table.numRows, Math.max(1, Math.floor(65_536 * 20 / table.numColumns)));
  const memory = memoryOf(64 + batchRows * table.numColumns * 8);
  const output = AtomicFile.open(path, { force: true });
  const sink = (table.isJson ? openNdjsonSink : openCsvSink)(output, [{
    name: "c",
    dtype: "f64",
    width: table.numColumns,
  }]);
  let seconds = 0;
  for (let row = 0; row < table.numRows; row += batchRows) {
    const numRows = Math.min(batchRows, table.numRows - row);
    const values = new Float64Array(memory.buffer as ArrayBuffer, 64, numRows * table.numColumns);
    fill(values, row * table.numColumns, table);
    const start = performance.now();
    sink.writeBatch(memory, numRows, [64]);
    seconds += (performance.now() - start) / 1000;
  }
  sink.finish();
  return seconds;
}

/** All columns as one (N, k) matrix. */
function matrixBinding(numColumns: number): ColumnBinding {
  return {
    request: {
      input: "features",
      dtype: "f64",
      width: numColumns,
      isScalar: false,
      selection: { kind: "pattern", pattern: "c_*" },
      nulls: { kind: "error" },
    },
    fieldIndices: Array.from({ length: numColumns }, (_, i) => i),
    layout: "row",
  };
}

/** Reads a table; `check` gets each chunk's values and the index of its first. Gives the seconds it took. */
function read(
  table: Table,
  path: string,
  check?: (values: Float64Array, firstIndex: number) => void,
): number {
  const { numColumns, chunkRows } = table, binding = matrixBinding(numColumns);
  const start = performance.now();
  const source = (table.isJson ? openNdjsonSource : openCsvSource)(path);
  const byteLength = source.slotBytes([binding], chunkRows);
  const slot = { memory: memoryOf(byteLength + 128), byteOffset: 64, byteLength };
  source.begin([binding], chunkRows);
  const decoder = (table.isJson ? openNdjsonDecoder : openCsvDecoder)(source.decoderOptions());
  let numRows = 0;
  for (;;) {
    const ticket = source.next(slot);
    if (ticket === null) break;
    if (ticket instanceof Promise) throw new Error("a file is read on the spot");
    const { columns } = decoder.decode(ticket, slot);
    if (check !== undefined) {
      const buffer = slot.memory.buffer as ArrayBuffer;
      const values = new Float64Array(buffer, columns[0]!.pointer, ticket.numRows * numColumns);
      check(values, numRows * numColumns);
    }
    numRows += ticket.numRows;
  }
  decoder.close();
  source.close();
  strictEqual(numRows, table.numRows);
  return (performance.now() - start) / 1000;
}

const PEERS = `
import os, sys, time
path, rounds, wide, threads = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "wide", sys.argv[4]
os.environ["POLARS_MAX_THREADS"] = threads
def best(call):
    times = []
    for _ in range(rounds):
        start = time.perf_counter(); call(); times.append(time.perf_counter() - start)
    return min(times)
try:
    import polars
    frame = polars.read_csv(path)
    print("polars read", best(lambda: polars.read_csv(path)))
    print("polars write", best(lambda: frame.write_csv(path + ".polars")))
except ImportError: pass
if not wide:
    try:
        import duckdb
        db = duckdb.connect(); db.execute(f"set threads = {threads}")
        load = lambda: db.execute(f"create or replace temp table t as select * from read_csv('{path}')")
        print("duckdb read", best(load))
        print("duckdb write", best(lambda: db.execute(f"copy t to '{path}.duckdb' (format csv)")))
    except ImportError: pass
`;

/** Seconds of a reading, and of all threads' processor time. */
interface ThreadedTime {
  readonly seconds: number;
  readonly busySeconds: number;
}

async function timeThreaded(reading: ThreadedReading): Promise<ThreadedTime> {
  const before = cpuUsage();
  const { seconds } = await reading.read();
  const { user, system } = cpuUsage(before);
  return { seconds, busySeconds: (user + system) / 1e6 };
}

/** All readings in turn, what others had meanwhile, and what two threads of pure arithmetic reach. */
async function timeRound(readings: readonly ThreadedReading[], control: TwoThreads) {
  const clock = new ProcessorClock(), times: ThreadedTime[] = [];
  for (const reading of readings) times.push(await timeThreaded(reading));
  const ceiling = control.scaling();
  return { times, ceiling, othersCores: clock.othersCores() ?? 0 };
}

/**
 * The table by the pool of a run: this thread alone; this thread and a worker, as a run has by default on two
 * cores; two workers beside this thread. Times of the rounds in which others had least.
 */
async function compareThreads(
  table: Table,
  { path, bytes, control }: { readonly path: string; readonly bytes: number; readonly control: TwoThreads },
): Promise<void> {
  const { numColumns, numRows } = table;
  const options = { path, binding: matrixBinding(numColumns), chunkRows: THREADED_CHUNK_ROWS };
  const readings = await Promise.all(
    [0, 1, 2].map((numWorkers) => ThreadedReading.open({ ...options, numWorkers })),
  );
  try {
    for (const reading of readings) {
      const { numRows: numRead } = await reading.read((values, firstRow) => {
        const expected = new Float64Array(values.length);
        fill(expected, firstRow * numColumns, table);
        for (let i = 0; i < values.length; i++) strictEqual(values[i], expected[i]);
      });
      strictEqual(numRead, numRows);
    }
    const all: Awaited<ReturnType<typeof timeRound>>[] = [];
    for (let round = 0; round < 2 * NUM_ROUNDS; round++) all.push(await timeRound(readings, control));
    const { rounds, mostOthers, ceiling } = quietest(all, 3);
    const fastest = readings.map((_, i) => Math.min(...rounds.map(({ times }) => times[i]!.seconds)));
    const busy = readings.map((_, i) => Math.min(...all.map(({ times }) => times[i]!.busySeconds)));
    const peers = await timeScript(PEERS, [path, "3", "narrow", "2"]);
    for (const [i, what] of ["alone", "with a worker", "with two"].entries()) {
      const rate = (bytes / 1e6 / fastest[i]!).toFixed(0).padStart(5);
      const ratios = i === 0 ? "" : `${(fastest[0]! / fastest[i]!).toFixed(2)}x alone, ` +
        `${(busy[0]! / busy[i]!).toFixed(2)} of its processor time's yield`;
      const peer = i === 1 && peers.has("polars read")
        ? `, ${(fastest[i]! / peers.get("polars read")!).toFixed(2)} of polars's time on two`
        : "";
      console.log(`  read  ${what.padEnd(13)} ${rate} MB/s   ${ratios}${peer}`);
    }
    console.log(
      `  others had at most ${
        mostOthers.toFixed(2)
      } cores in these rounds; two threads of pure arithmetic reached ` +
        `${ceiling.toFixed(2)}x`,
    );
  } finally {
    for (const reading of readings) reading.close();
  }
}

const folder = Deno.makeTempDirSync(), control = await TwoThreads.open();
try {
  console.log(
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.arch}, one thread; ratios of best times`,
  );
  for (const table of TABLES) {
    const path = `${folder}/table.csv`;
    const writeSeconds = Array.from({ length: NUM_ROUNDS }, () => write(table, path));
    const bytes = Deno.statSync(path).size;
    read(table, path, (values, firstIndex) => {
      const expected = new Float64Array(values.length);
      fill(expected, firstIndex, table);
      for (let i = 0; i < values.length; i++) strictEqual(values[i], expected[i]);
    });
    const readSeconds = Array.from({ length: NUM_ROUNDS }, () => read(table, path));
    const isWide = table.numColumns === WIDE_COLUMNS;
    const peers = table.isJson
      ? new Map()
      : await timeScript(PEERS, [path, "3", isWide ? "wide" : "narrow", "1"]);
    const { numRows, numColumns, name } = table;
    console.log(
      `${name}: ${numRows.toLocaleString("en-US")} x ${numColumns}, ${(bytes / 1e6).toFixed(0)} MB`,
    );
    reportRates("read", { numBytes: bytes, seconds: readSeconds, peers });
    reportRates("write", { numBytes: bytes, seconds: writeSeconds, peers });
    if (!isWide && table.isJson !== true) await compareThreads(table, { path, bytes, control });
  }
} finally {
  control.close();
  Deno.removeSync(folder, { recursive: true });
}
