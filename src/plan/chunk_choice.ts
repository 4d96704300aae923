/**
 * How many rows a chunk has, and how many workers run: chosen so that the predicted peak fits the budget, or refused
 * with what would fit. Pure. Neither number changes a byte of the output.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import { MemoryError, type Place } from "../errors.ts";
import { ADDRESS_SPACE_BYTES, type Budget, raiseText } from "./budget.ts";
import {
  type MemoryDemands,
  type MemoryItem,
  type MemoryPlan,
  type MemorySettings,
  planMemory,
} from "./memory_plan.ts";

/** Chunks have at most this many rows unless more are asked for. */
const MAX_CHUNK_ROWS = 2 ** 20;
/** A chunk's columns and outputs take about this much at most, where a chunk has more than one row. */
const MAX_SLOT_BYTES = 32 * 1024 ** 2;
/**
 * So much where all columns lie row after row and a chunk is one read: what was read is still in the cache when it is
 * computed with, and the first touch of a slot's pages, which takes four times a read, is soon over.
 */
const MAX_ROW_SLOT_BYTES = 4 * 1024 ** 2;
/**
 * Many columns, read and written: a chunk has so many bytes of each, within `MAX_SLOT_BYTES`. What is done once a column
 * and chunk (a read, a page, a stage, a copy) takes some microseconds.
 */
const COLUMN_BYTES = 16 * 1024;
/** So many beyond it. */
const LEAST_COLUMN_BYTES = 4 * 1024;
/**
 * Beyond so many rows a chunk of columns that lie apart takes no more than one of rows either: longer reads gain
 * nothing. Narrow rows do gain: handing a chunk to a thread takes as long as computing 20,000 rows of one column.
 */
const MANY_ROWS = 65_536;
/** Elements of one intermediate per chunk, where the pipeline does not say. */
export const DEFAULT_MAX_ELEMENTS = 100_000_000;
/** More workers than this are not taken unless asked for. */
const MAX_DEFAULT_WORKERS = 8;
/** Inputs below this run on the main thread: other threads take longer to start than they save. */
const SMALL_INPUT_BYTES = 64 * 1024 ** 2;
/** So do inputs of fewer chunks. */
const MIN_PARALLEL_CHUNKS = 4;
/** Default workers are given up before chunks get smaller than this. */
const MIN_GOOD_CHUNK_ROWS = 4096;

/** Where the steps stand in the pipeline file that memory may be taken by; null: nowhere that is known. */
export interface ConsumerPlaces {
  /** the step that gives the widest output */
  readonly output: Place | null;
  /** the step of the largest intermediate */
  readonly largest: Place | null;
}

/** What the choice is bound by. */
export interface ChunkLimits {
  readonly budget: Budget;
  /** rows of an output record batch: asked for or the default, never chosen here */
  readonly batchRows: number;
  /** `--chunk-rows`; null: chosen */
  readonly chunkRows: number | null;
  /** `--workers`; null: chosen */
  readonly workers: number | null;
  /** a chunk's rows are one piece of the file: no column lies apart from the others */
  readonly readsRows?: boolean;
  /** columns that are read, and outputs; absent: few */
  readonly numColumns?: number;
  /** the largest intermediate of the transform, by name, and the elements that a row of it has */
  readonly largest: { readonly name: string; readonly elementsPerRow: number };
  /** the guard: elements that an intermediate may have per chunk */
  readonly maxElements: number;
  /** for refusals; absent: not known */
  readonly places?: ConsumerPlaces;
  /**
   * What reading may take beyond the demands, where the inputs are not opened yet: what a refusal advises leaves room
   * for it. Absent: nothing, the demands are whole.
   */
  readonly unopenedBytes?: number;
}

/** What is known of the machine and of the input. */
export interface Workload {
  readonly cores: number;
  /** bytes of all inputs; null where a pipe does not tell */
  readonly inputBytes: number | null;
  readonly numRows: number | null;
}

/**
 * The memory plan with the largest chunk that fits: a power of two of rows.
 *
 * @throws MemoryError MEM001 when not even a chunk of one row (or the chunk rows asked for) fits the budget, MEM002
 *   when its largest intermediate breaks the guard on elements
 */
export function chooseMemory(demands: MemoryDemands, limits: ChunkLimits, workload: Workload): MemoryPlan {
  checkGuard(limits);
  const most = limits.workers ?? defaultWorkers(workload);
  const single = forWorkers(demands, limits, { workers: 1, isThreaded: false });
  if (limits.workers !== null && most > 1) {
    return forWorkers(demands, limits, { workers: most, isThreaded: true }) ?? refuse(demands, limits);
  }
  if (single === null) return refuse(demands, limits);
  if (isSmallInput(workload.inputBytes)) return single;
  for (let workers = most; workers >= 1; workers--) {
    const plan = forWorkers(demands, limits, { workers, isThreaded: workload.cores > 1 });
    if (plan === null || plan.chunkRows < Math.min(single.chunkRows, MIN_GOOD_CHUNK_ROWS)) continue;
    const isFew = workload.numRows !== null && workload.numRows < MIN_PARALLEL_CHUNKS * plan.chunkRows;
    return isFew ? single : plan;
  }
  return single;
}

/** Workers for an input, before memory is looked at. */
function defaultWorkers(workload: Workload): number {
  return isSmallInput(workload.inputBytes) ? 1 : Math.max(1, Math.min(workload.cores, MAX_DEFAULT_WORKERS));
}

/** Whether threads take longer to start than they save; of a pipe nobody knows, so: no. */
export function isSmallInput(inputBytes: number | null): boolean {
  return inputBytes !== null && inputBytes < SMALL_INPUT_BYTES;
}

/** The plan with the largest chunk that fits; null when none does. */
function forWorkers(
  demands: MemoryDemands,
  limits: ChunkLimits,
  threads: { readonly workers: number; readonly isThreaded: boolean },
): MemoryPlan | null {
  const { batchRows } = limits;
  if (limits.chunkRows !== null) {
    const plan = planMemory(demands, { chunkRows: limits.chunkRows, batchRows, ...threads });
    return fits(plan, limits) ? plan : null;
  }
  // what a slot has for any chunk, as room for the longest record, is no reason for small chunks
  const fixedBytes = chunkBytes(planMemory(demands, { chunkRows: 1, batchRows, ...threads }));
  const outputRowBytes = demands.outputRowBytes.reduce((sum, bytes) => sum + bytes, 0);
  for (let chunkRows = MAX_CHUNK_ROWS; chunkRows >= 1; chunkRows /= 2) {
    if (chunkRows * limits.largest.elementsPerRow > limits.maxElements) continue;
    // a plan of thousands of columns takes its time
    const maxBytes = maxChunkBytes(chunkRows, { ...limits, numRows: demands.numRows ?? Infinity });
    if ((chunkRows - 1) * outputRowBytes > maxBytes) continue;
    const plan = planMemory(demands, { chunkRows, batchRows, ...threads });
    const variableBytes = chunkBytes(plan) - fixedBytes;
    if (fits(plan, limits) && variableBytes <= maxBytes) return plan;
  }
  return null;
}

/** What the columns and outputs of a chunk of so many rows may take. */
function maxChunkBytes(
  chunkRows: number,
  { readsRows = false, numColumns = 0, numRows = Infinity }: Pick<ChunkLimits, "readsRows" | "numColumns"> & {
    readonly numRows?: number;
  },
): number {
  const ofRows = readsRows || chunkRows > MANY_ROWS ? MAX_ROW_SLOT_BYTES : MAX_SLOT_BYTES;
  const ofColumns = Math.min(numColumns * COLUMN_BYTES, MAX_SLOT_BYTES);
  // rows that there are not need no room
  const least = chunkRows < 2 * numRows ? numColumns * LEAST_COLUMN_BYTES : 0;
  return Math.max(ofRows, ofColumns, least);
}

/**
 * Rows of a chunk where memory is no matter: a power of two.
 *
 * @param rowBytes of a row's columns and outputs
 * @param readsRows a chunk's rows are one piece of the file
 */
export function chunkRowsFor(rowBytes: number, readsRows: boolean): number {
  let chunkRows = MAX_CHUNK_ROWS;
  while (chunkRows > 1 && chunkRows * rowBytes > maxChunkBytes(chunkRows, { readsRows })) chunkRows /= 2;
  return chunkRows;
}

function fits(plan: MemoryPlan, { budget }: ChunkLimits): boolean {
  return plan.peakBytes <= budget.bytes && plan.wasmBytes <= ADDRESS_SPACE_BYTES;
}

function chunkBytes({ slotBytes, chunkOutputBytes }: MemoryPlan): number {
  return chunkOutputBytes.reduce((total, bytes) => total + bytes, slotBytes);
}

function checkGuard({ chunkRows, largest, maxElements, places }: ChunkLimits): void {
  const rows = chunkRows ?? 1;
  const elements = rows * largest.elementsPerRow;
  if (elements <= maxElements) return;
  const raise = `if it is meant, raise the guard in the pipeline file: limits: { elements: ${elements} }`;
  const smaller = Math.floor(maxElements / largest.elementsPerRow);
  throw new MemoryError(
    "MEM002",
    `${largest.name} would have ${countText(elements)} elements per chunk of ${countText(rows)} row${
      rows === 1 ? "" : "s"
    }, and ${countText(maxElements)} are allowed`,
    {
      place: places?.largest ?? null,
      operands: [`${largest.name}  ${countText(largest.elementsPerRow)} elements a row`],
      notes: ["an intermediate of this size is nearly always a broadcast that was not meant"],
      help: smaller >= 1 ? `--chunk-rows ${smaller}; ${raise}` : raise,
    },
  );
}

/** The items that a refusal lists. */
const MAX_CONSUMERS = 5;

/** The refusal of what does not fit: its top consumers, and settings that would do. */
function refuse(demands: MemoryDemands, limits: ChunkLimits): never {
  const settings: MemorySettings = {
    chunkRows: limits.chunkRows ?? 1,
    batchRows: limits.batchRows,
    workers: limits.workers ?? 1,
  };
  const plan = planMemory(demands, settings);
  const { budget, unopenedBytes = 0 } = limits;
  const whole: MemoryDemands = {
    ...demands,
    residentBytes: (chunkRows) => demands.residentBytes(chunkRows) + unopenedBytes,
  };
  const chunk = `${limits.chunkRows === null ? "the smallest chunk, " : "a chunk of "}${
    countText(settings.chunkRows)
  } row${settings.chunkRows === 1 ? "" : "s"}`;
  const isAddressSpace = plan.peakBytes <= budget.bytes;
  const sentence = isAddressSpace
    ? `the run needs a wasm memory of ${bytesText(plan.wasmBytes)} with ${chunk}, and 4 GiB can be addressed`
    : `the run needs ${bytesText(plan.peakBytes)} with ${chunk}, and the budget is ${
      bytesText(budget.bytes)
    }`;
  throw new MemoryError("MEM001", sentence, {
    place: topPlace(plan.items, limits),
    operands: consumers(plan.items),
    notes: [
      `the budget of ${bytesText(budget.bytes)} is ${budget.source}`,
      ...(unopenedBytes === 0
        ? []
        : [`the help leaves ${bytesText(unopenedBytes)} for reading the inputs, which are not opened yet`]),
    ],
    help: helpFor(whole, limits, planMemory(whole, settings)),
  });
}

/** The place of the step that takes the most; null where no step does, but an input, params or the runtime. */
function topPlace(items: readonly MemoryItem[], { places }: ChunkLimits): Place | null {
  const top = items.reduce((most, item) => item.bytes > most.bytes ? item : most);
  if (/output/.test(top.label)) return places?.output ?? null;
  return /tile/.test(top.label) ? places?.largest ?? null : null;
}

/** The largest items, aligned: label, bytes, what they scale with. */
function consumers(items: readonly MemoryItem[]): string[] {
  const largest = [...items].sort((a, b) => b.bytes - a.bytes).slice(0, MAX_CONSUMERS);
  const width = Math.max(...largest.map(({ label }) => label.length));
  return largest.map(({ label, bytes, perRow, scalesWith }) => {
    const scale = perRow === null || perRow === 0 || scalesWith === null
      ? ""
      : `  (${bytesText(perRow)} for each row of the ${scalesWith === "chunk" ? "chunk" : "record batch"})`;
    return `${label.padEnd(width)}  ${bytesText(bytes)}${scale}`;
  });
}

/** Settings that would fit, each tried before it is told. */
function helpFor(demands: MemoryDemands, limits: ChunkLimits, plan: MemoryPlan): string {
  const { chunkRows, batchRows, workers } = plan;
  const fitting = (settings: Partial<MemorySettings>) =>
    fits(planMemory(demands, { chunkRows, batchRows, workers, ...settings }), limits);
  const ways: string[] = [];
  const smaller = (from: number, fit: (rows: number) => boolean): number | null => {
    for (let rows = 2 ** Math.ceil(Math.log2(from) - 1); rows >= 1; rows /= 2) if (fit(rows)) return rows;
    return null;
  };
  const fewerChunkRows = smaller(chunkRows, (rows) => fitting({ chunkRows: rows }));
  if (fewerChunkRows !== null) ways.push(`take smaller chunks: --chunk-rows ${fewerChunkRows}`);
  if (workers > 1 && fitting({ workers: 1 })) ways.push("take one worker: --workers 1");
  const fewerBatchRows = smaller(batchRows, (rows) => fitting({ batchRows: rows }));
  if (fewerBatchRows !== null) ways.push(`write smaller record batches: --batch-rows ${fewerBatchRows}`);
  if (plan.wasmBytes <= ADDRESS_SPACE_BYTES) ways.push(raiseText(limits.budget, plan.peakBytes));
  if (ways.length === 0) {
    const both = smaller(batchRows, (rows) => {
      const { peakBytes, wasmBytes } = planMemory(demands, { chunkRows, batchRows: rows, workers });
      return wasmBytes <= ADDRESS_SPACE_BYTES &&
        peakBytes - leastBytes(demands, plan) <= MAX_ADVISED_BATCH_BYTES;
    });
    if (both !== null) {
      const { peakBytes } = planMemory(demands, { chunkRows, batchRows: both, workers });
      ways.push(
        `write smaller record batches, --batch-rows ${both}, and ${raiseText(limits.budget, peakBytes)}`,
      );
    }
  }
  if (ways.length === 0) {
    ways.push("make the largest of these smaller, in the pipeline's outputs or with fewer columns at a time");
  }
  return ways.join("; or ");
}

/** What a record batch of an output may take where both fewer rows of it and more memory are advised. */
const MAX_ADVISED_BATCH_BYTES = 64 * 1024 ** 2;

/** The peak with record batches of one row. */
function leastBytes(demands: MemoryDemands, { chunkRows, workers }: MemoryPlan): number {
  return planMemory(demands, { chunkRows, batchRows: 1, workers }).peakBytes;
}
