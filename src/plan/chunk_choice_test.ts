import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryError } from "../errors.ts";
import { parseSize } from "./budget.ts";
import { chooseMemory, type ChunkLimits, chunkRowsFor, type Workload } from "./chunk_choice.ts";
import { type MemoryDemands, planMemory } from "./memory_plan.ts";

const MIB = 1024 ** 2;

function demandsOf({ inputRowBytes = 400, outputRowBytes = [8] } = {}): MemoryDemands {
  return {
    runtimeBytes: 100 * MIB,
    threadBytes: 20 * MIB,
    paramBytes: 0,
    constantBytes: 4000,
    workerBytes: 100_000,
    outputRowBytes,
    slotBytes: (chunkRows) => inputRowBytes * chunkRows,
    residentBytes: () => 100_000,
    sinkBytes: MIB,
  };
}

function limitsOf(options: Partial<ChunkLimits> & { readonly memory?: number } = {}): ChunkLimits {
  const { memory = 512 * MIB, ...rest } = options;
  return {
    budget: { bytes: memory, source: "--memory" },
    batchRows: 65_536,
    chunkRows: null,
    workers: 1,
    largest: { name: "z", elementsPerRow: 100 },
    maxElements: 1e8,
    ...rest,
  };
}

const LARGE: Workload = { cores: 4, inputBytes: 1e9, numRows: 2_000_000 };

function refusalOf(action: () => unknown): MemoryError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof MemoryError);
    return error;
  }
  assert.fail("nothing was refused");
}

Deno.test("chooseMemory() takes the largest power of two that fits the budget", () => {
  fc.assert(fc.property(
    fc.integer({ min: 102, max: 4000 }),
    fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })),
    fc.integer({ min: 1, max: 4 }),
    (memoryMib, inputRowBytes, workers) => {
      const demands = demandsOf({ inputRowBytes });
      const limits = limitsOf({ memory: memoryMib * MIB, workers, batchRows: 1024 });
      const fits = (chunkRows: number) =>
        planMemory(demands, { chunkRows, batchRows: 1024, workers }).peakBytes <= memoryMib * MIB &&
        (inputRowBytes + 8) * (chunkRows - 1) <= (chunkRows > 65_536 ? 4 : 32) * MIB;
      // of a large input one worker is a thread, where that costs no good chunk: see below
      const workload = workers === 1 ? { ...LARGE, inputBytes: MIB } : LARGE;
      const powers = Array.from({ length: 21 }, (_, exponent) => 2 ** exponent);
      const expected = powers.filter(fits).at(-1);
      if (expected === undefined) return void refusalOf(() => chooseMemory(demands, limits, workload));
      assert.equal(chooseMemory(demands, limits, workload).chunkRows, expected);
    },
  ));
});

Deno.test("chooseMemory() has one worker compute in a thread where the input is large, and a core and memory are there", () => {
  const planOf = (workload: Partial<Workload>, memory = 512 * MIB) =>
    chooseMemory(demandsOf(), limitsOf({ memory }), { ...LARGE, ...workload });
  assert.deepEqual([planOf({}).isThreaded, planOf({}).numSlots], [true, 3]);
  assert.equal(planOf({ inputBytes: null, numRows: null }).isThreaded, true);
  assert.equal(planOf({ cores: 1 }).isThreaded, false);
  assert.equal(planOf({ inputBytes: MIB }).isThreaded, false);
  assert.equal(planOf({}, 110 * MIB).isThreaded, false);
  assert.ok(planOf({}, 135 * MIB).chunkRows >= 4096);
});

Deno.test("chooseMemory() takes chunks of 4 MiB where rows lie one behind the other", () => {
  const { chunkRows, slotBytes } = chooseMemory(demandsOf(), limitsOf({ readsRows: true }), LARGE);
  assert.ok(slotBytes <= 4 * MIB && slotBytes > 2 * MIB, `${slotBytes} B of ${chunkRows} rows`);
});

Deno.test("chooseMemory() gives each of thousands of columns 4 KiB of a chunk, where the budget has room", () => {
  const rowBytes = 80_000, numColumns = 20_000;
  const demands = demandsOf({ inputRowBytes: rowBytes, outputRowBytes: [rowBytes] });
  const rowsOf = (memory: number) => {
    const limits = limitsOf({ readsRows: true, numColumns, memory, batchRows: 512 });
    return chooseMemory(demands, limits, { ...LARGE, inputBytes: MIB }).chunkRows;
  };
  // read and written, 8 bytes each: 512 rows
  assert.deepEqual([rowsOf(512 * MIB), rowsOf(200 * MIB)], [512, 256]);
});

Deno.test("chooseMemory() gives thousands of columns no room for rows that there are not", () => {
  const limits = limitsOf({ readsRows: true, numColumns: 20_000, memory: 4096 * MIB, batchRows: 512 });
  const chunkRowsOf = (numRows: number) => {
    const demands = { ...demandsOf({ inputRowBytes: 80_000, outputRowBytes: [80_000] }), numRows };
    return chooseMemory(demands, limits, { ...LARGE, numRows }).chunkRows;
  };
  const [few, enough] = [chunkRowsOf(20), chunkRowsOf(2000)];
  assert.ok(few >= 20 && few < enough, `${few} and ${enough}`);
});

Deno.test("chooseMemory() takes more than 65,536 rows only of what is narrow, and a mebibyte of one column", () => {
  const largest = { name: "z", elementsPerRow: 1 };
  const rowsOf = (inputRowBytes: number, readsRows: boolean) => {
    const demands = demandsOf({ inputRowBytes, outputRowBytes: [inputRowBytes] });
    const { chunkRows } = chooseMemory(demands, limitsOf({ readsRows, largest }), LARGE);
    assert.equal(chunkRowsFor(2 * inputRowBytes, readsRows), chunkRows, `${inputRowBytes} B a row`);
    return chunkRows;
  };
  assert.deepEqual([1, 4, 8, 40, 400].map((bytes) => rowsOf(bytes, true)), [
    2 ** 20,
    2 ** 19,
    2 ** 18,
    32_768,
    4096,
  ]);
  assert.deepEqual([1, 4, 8, 40, 400].map((bytes) => rowsOf(bytes, false)), [
    2 ** 20,
    2 ** 19,
    2 ** 18,
    65_536,
    32_768,
  ]);
});

Deno.test("chooseMemory() keeps the largest intermediate within the guard on elements", () => {
  const largest = { name: "outer", elementsPerRow: 10_000 };
  const plan = chooseMemory(demandsOf(), limitsOf({ largest }), LARGE);
  assert.equal(plan.chunkRows, 8192);
});

Deno.test("chooseMemory() refuses chunk rows that break the guard, with a number that does not", () => {
  const largest = { name: "outer", elementsPerRow: 10_000 };
  const error = refusalOf(() => chooseMemory(demandsOf(), limitsOf({ largest, chunkRows: 65_536 }), LARGE));
  assert.equal(error.code, "MEM002");
  assert.match(error.message, /outer would have 655,360,000 elements per chunk of 65,536 rows/);
  const chunkRows = Number(/--chunk-rows (\d+)/.exec(error.help ?? "")?.[1]);
  assert.equal(chooseMemory(demandsOf(), limitsOf({ largest, chunkRows }), LARGE).chunkRows, 10_000);
});

Deno.test("chooseMemory() refuses a row that breaks the guard by itself, naming the step", () => {
  const limits = limitsOf({ largest: { name: "x.outer(y)", elementsPerRow: 2e8 } });
  const error = refusalOf(() => chooseMemory(demandsOf(), limits, LARGE));
  assert.equal(error.code, "MEM002");
  assert.match(error.help ?? "", /limits: \{ elements: 200000000 \}/);
});

Deno.test("chooseMemory() refuses an output batch beyond the budget, and each way it offers works", () => {
  const demands = demandsOf({ inputRowBytes: 4000, outputRowBytes: [40_000] });
  const error = refusalOf(() => chooseMemory(demands, limitsOf(), LARGE));
  assert.equal(error.code, "MEM001");
  assert.equal(error.exitCode, 4);
  assert.match(error.operands[0] ?? "", /^output record batch +2\.44 GiB +\(39\.1 KiB for each row/);
  const batchRows = Number(/--batch-rows (\d+)/.exec(error.help ?? "")?.[1]);
  assert.equal(chooseMemory(demands, limitsOf({ batchRows }), LARGE).batchRows, batchRows);
  const memory = parseSize(/--memory (\w+)/.exec(error.help ?? "")?.[1] ?? "");
  assert.ok(chooseMemory(demands, limitsOf({ memory: memory ?? 0 }), LARGE).peakBytes <= (memory ?? 0));
});

Deno.test("chooseMemory() advises fewer rows and more memory together where neither does alone", () => {
  const demands = demandsOf({ inputRowBytes: 240_000, outputRowBytes: [240_000] });
  const { help } = refusalOf(() => chooseMemory(demands, limitsOf({ memory: 100 * MIB }), LARGE));
  const [, batchRows, size = ""] =
    /^write smaller record batches, --batch-rows (\d+), and allow more: --memory (\d+MiB)$/.exec(
      help ?? "",
    ) ??
      assert.fail(help ?? "no help");
  const memory = parseSize(size) ?? 0;
  assert.ok(memory < 256 * MIB, size);
  assert.ok(
    chooseMemory(demands, limitsOf({ memory, batchRows: Number(batchRows) }), LARGE).peakBytes <= memory,
  );
});

Deno.test("chooseMemory() takes chunk rows as they are asked for, or refuses them with fewer that fit", () => {
  assert.equal(chooseMemory(demandsOf(), limitsOf({ chunkRows: 7 }), LARGE).chunkRows, 7);
  const limits = limitsOf({ chunkRows: 3_000_000, largest: { name: "z", elementsPerRow: 1 } });
  const error = refusalOf(() => chooseMemory(demandsOf(), limits, LARGE));
  assert.equal(error.code, "MEM001");
  const chunkRows = Number(/--chunk-rows (\d+)/.exec(error.help ?? "")?.[1]);
  assert.equal(chooseMemory(demandsOf(), { ...limits, chunkRows }, LARGE).chunkRows, chunkRows);
});

Deno.test("chooseMemory() refuses what 32-bit addresses do not reach, and does not offer more memory for it", () => {
  const demands = demandsOf({ outputRowBytes: [80_000] });
  const error = refusalOf(() => chooseMemory(demands, limitsOf({ memory: 64 * 1024 * MIB }), LARGE));
  assert.match(error.message, /4 GiB can be addressed/);
  assert.doesNotMatch(error.help ?? "", /--memory/);
  assert.match(error.help ?? "", /--batch-rows/);
});

Deno.test("chooseMemory() names the limit that has to be raised", () => {
  const budget = (source: string) => ({ bytes: 50 * MIB, source });
  const helpOf = (source: string) =>
    refusalOf(() => chooseMemory(demandsOf(), limitsOf({ budget: budget(source) }), LARGE)).help;
  assert.match(helpOf("the pipeline's limits.memory") ?? "", /limits: \{ memory: "\d+MiB" \}/);
  assert.match(helpOf("80 % of the container's limit") ?? "", /give the container at least \d+MiB/);
});

Deno.test("chooseMemory() takes one worker for little data, cores for much, and fewer where memory is short", () => {
  const workers = (workload: Partial<Workload>, memory = 1024 * MIB) =>
    chooseMemory(demandsOf(), limitsOf({ workers: null, memory }), { ...LARGE, ...workload }).workers;
  assert.equal(workers({}), 4);
  assert.equal(workers({ cores: 64 }), 8);
  assert.equal(workers({ inputBytes: 63 * MIB }), 1);
  assert.equal(workers({ numRows: 100_000 }), 1);
  assert.equal(workers({ inputBytes: null, numRows: null }), 4);
  assert.equal(workers({}, 150 * MIB), 2);
  assert.equal(workers({}, 110 * MIB), 1);
});

Deno.test("chooseMemory() does not shrink chunks for what a slot has at any chunk, as room for the longest record", () => {
  const demands = demandsOf({ inputRowBytes: 40 }), fixed = 48 * MIB;
  const roomy = { ...demands, slotBytes: (chunkRows: number) => fixed + demands.slotBytes(chunkRows) };
  for (const readsRows of [false, true]) {
    const limits = limitsOf({ readsRows });
    assert.equal(
      chooseMemory(roomy, limits, LARGE).chunkRows,
      chooseMemory(demands, limits, LARGE).chunkRows,
    );
  }
});
