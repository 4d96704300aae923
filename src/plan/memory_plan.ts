/**
 * What a run takes in memory, worked out before anything is read: a list of items whose sum is the predicted peak
 * of the process's resident memory. Pure.
 *
 * Invariants
 * 1. The peak grows with chunk rows and with workers, never with the rows of the input.
 * 2. Items of kind "wasm" are all that the run allocates in its one wasm memory, padding included: the memory is
 *    made with `wasmBytes` and never grows.
 * 3. Each item is an upper bound. Pages that are not touched are not resident, so a short run stays below.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { alignUp } from "../dtype/mod.ts";
import { ARENA_OVERHEAD_BYTES } from "../memory/arena.ts";

/** Kernels store whole vectors: an output buffer of a chunk has this much room behind its last row. */
export const OUTPUT_SLACK_BYTES = 64;
/** u32 */
const ROW_NUMBER_BYTES = 4;

/** What a run needs, as functions of its chunk rows. All in bytes. */
export interface MemoryDemands {
  /** the runtime with this program loaded, before a chunk is read, and the garbage that it lets lie */
  readonly runtimeBytes: number;
  /** a long transform: its steps, and what its graph and its code take; absent or 0 bytes: part of the runtime */
  readonly transform?: { readonly steps: number; readonly bytes: number };
  /** one more thread of the runtime */
  readonly threadBytes: number;
  /** values of params as they are loaded, on the JavaScript heap */
  readonly paramBytes: number;
  /** params and what is computed from them, in wasm memory */
  readonly constantBytes: number;
  /** scratch of one worker: the values of a tile */
  readonly workerBytes: number;
  /** of each output, one row */
  readonly outputRowBytes: readonly number[];
  /** of each output, the buffer of a record batch where it is not so many rows; absent or null: it is */
  readonly carriedBatchBytes?: readonly (((heldRows: number, batchRows: number) => number) | null)[];
  /** whether any input is carried, and its rows' numbers are needed */
  readonly carriesColumns?: boolean;
  /** whether inputs are text: the thread that reads them parses chunks too, and needs one more to choose from */
  readonly readsText?: boolean;
  /** a slot that holds the columns of a chunk, and the bytes that they are decoded from */
  readonly slotBytes: (chunkRows: number) => number;
  /** what the reader itself holds */
  readonly residentBytes: (chunkRows: number) => number;
  /** what the writer itself holds */
  readonly sinkBytes: number;
  /** of all inputs, where their metadata tells: no record batch has more; absent or null: it is not known */
  readonly numRows?: number | null;
}

/** The settings that the memory depends on. */
export interface MemorySettings {
  readonly chunkRows: number;
  /** rows of an output record batch */
  readonly batchRows: number;
  readonly workers: number;
  /** threads of their own compute, and the main thread reads and writes; absent: of several workers only */
  readonly isThreaded?: boolean;
}

/** One line of the plan. */
export interface MemoryItem {
  readonly label: string;
  readonly bytes: number;
  /** bytes for each row of a chunk (or of an output batch); null where it does not scale */
  readonly perRow: number | null;
  /** rows of what it scales with */
  readonly scalesWith: "chunk" | "batch" | null;
  /** whether it is part of the run's wasm memory */
  readonly kind: "wasm" | "runtime";
}

/** The memory of a run. */
export interface MemoryPlan extends MemorySettings {
  readonly items: readonly MemoryItem[];
  /** the sum of the items: the predicted peak */
  readonly peakBytes: number;
  readonly isThreaded: boolean;
  /** the size of the wasm memory */
  readonly wasmBytes: number;
  readonly numSlots: number;
  /** bytes of one slot */
  readonly slotBytes: number;
  /** of the numbers of a chunk's rows, which stand for what is carried; 0 where nothing is */
  readonly rowNumberBytes: number;
  /** of each output, the buffer of one chunk */
  readonly chunkOutputBytes: readonly number[];
  /** of each output, the buffer of one record batch */
  readonly batchBytes: readonly number[];
  /** rows that these buffers have room for: those of a record batch, or all of a smaller input */
  readonly heldRows: number;
}

/** Rows of the fullest record batch: an input whose rows are known, and fewer, fills none. */
export function heldRowsOf(batchRows: number, numRows: number | null): number {
  return numRows === null ? batchRows : Math.max(1, Math.min(batchRows, numRows));
}

const NO_STEPS = { steps: 0, bytes: 0 };

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Slots of a run: one a worker; where they are threads, one that waits at their side and one that is written; of text
 * one more. With it no thread waits while the others are at chunks before and behind: two threads were simulated to
 * read CSV 1.83 times as fast as one in place of 1.68.
 */
export function slotsOf(workers: number, isThreaded: boolean, readsText = false): number {
  return isThreaded ? workers + 2 + Number(readsText) : 1;
}

/** Tiles of a run: one a worker; the main thread has one too, and computes until the threads have begun. */
export function tilesOf(workers: number, isThreaded: boolean): number {
  return isThreaded ? workers + 1 : 1;
}

/**
 * The memory of a run with these settings.
 *
 * @example
 * ```ts
 * import { planMemory } from "./memory_plan.ts";
 * import { strictEqual } from "node:assert/strict";
 * const demands = {
 *   runtimeBytes: 1e8, threadBytes: 0, paramBytes: 0, constantBytes: 0, workerBytes: 0, sinkBytes: 0,
 *   outputRowBytes: [8],
 *   slotBytes: (chunkRows: number) => 400 * chunkRows,
 *   residentBytes: () => 0,
 * };
 * const plan = planMemory(demands, { chunkRows: 1024, batchRows: 65536, workers: 1 });
 * strictEqual(plan.peakBytes, 1e8 + 1024 * 400 + (1024 * 8 + 64) + 65536 * 8 + 128);
 * ```
 */
export function planMemory(demands: MemoryDemands, settings: MemorySettings): MemoryPlan {
  const { chunkRows, batchRows, workers, isThreaded = workers > 1 } = settings;
  const { outputRowBytes, carriedBatchBytes, numRows = null } = demands;
  const heldRows = heldRowsOf(batchRows, numRows);
  const batchBytesOf = (rows: number) =>
    outputRowBytes.map((bytes, i) => carriedBatchBytes?.[i]?.(rows, batchRows) ?? rows * bytes);
  const batchBytes = batchBytesOf(heldRows);
  const buffers: RunBuffers = {
    chunkRows,
    workers,
    isThreaded,
    numSlots: slotsOf(workers, isThreaded, demands.readsText),
    slotBytes: demands.slotBytes(chunkRows),
    rowNumberBytes: demands.carriesColumns === true ? chunkRows * ROW_NUMBER_BYTES + OUTPUT_SLACK_BYTES : 0,
    chunkOutputBytes: outputRowBytes.map((bytes) => chunkRows * bytes + OUTPUT_SLACK_BYTES),
    batchBytes,
  };
  const perHeldRow = (sum(batchBytesOf(heldRows + 64)) - sum(batchBytes)) / 64;
  const items = [...runtimeItems(demands, buffers), ...wasmItems(demands, buffers, perHeldRow)]
    .filter(({ bytes }) => bytes > 0);
  return {
    ...buffers,
    batchRows,
    heldRows,
    items,
    peakBytes: sum(items.map(({ bytes }) => bytes)),
    wasmBytes: sum(items.filter(({ kind }) => kind === "wasm").map(({ bytes }) => bytes)),
  };
}

/** What of a plan its items are told by. */
type RunBuffers = Omit<MemoryPlan, "items" | "peakBytes" | "wasmBytes" | "heldRows" | "batchRows">;

const FIXED = { perRow: null, scalesWith: null } as const;

function runtimeItems(demands: MemoryDemands, { chunkRows, workers, isThreaded }: RunBuffers): MemoryItem[] {
  const { steps, bytes: transformBytes } = demands.transform ?? NO_STEPS;
  const all: readonly (readonly [label: string, bytes: number])[] = [
    ["runtime", demands.runtimeBytes],
    [`transform (${countText(steps)} steps)`, transformBytes],
    [times("worker thread", workers), isThreaded ? workers * demands.threadBytes : 0],
    ["params as loaded", demands.paramBytes],
    ["reader", demands.residentBytes(chunkRows)],
    ["writer", demands.sinkBytes],
  ];
  return all.map(([label, bytes]) => ({ label, bytes, ...FIXED, kind: "runtime" }));
}

/** What lies in the run's memory. */
function wasmItems(demands: MemoryDemands, buffers: RunBuffers, perHeldRow: number): MemoryItem[] {
  const { chunkRows, workers, isThreaded, numSlots, slotBytes, rowNumberBytes } = buffers;
  const numTiles = tilesOf(workers, isThreaded);
  const inMemory = (sizes: readonly number[]) => sum(sizes.map(alignUp));
  const all: readonly Omit<MemoryItem, "kind">[] = [
    { label: "params and constants", bytes: alignUp(demands.constantBytes) + ARENA_OVERHEAD_BYTES, ...FIXED },
    { label: times("tile", numTiles), bytes: numTiles * alignUp(demands.workerBytes), ...FIXED },
    {
      label: times("input chunk", numSlots),
      bytes: numSlots * alignUp(slotBytes),
      perRow: numSlots * ((demands.slotBytes(chunkRows + 64) - slotBytes) / 64),
      scalesWith: "chunk",
    },
    {
      label: times("output chunk", numSlots),
      bytes: numSlots * inMemory(buffers.chunkOutputBytes),
      perRow: numSlots * sum(demands.outputRowBytes),
      scalesWith: "chunk",
    },
    {
      label: "row numbers",
      bytes: alignUp(rowNumberBytes),
      perRow: ROW_NUMBER_BYTES,
      scalesWith: "chunk",
    },
    {
      label: "output record batch",
      bytes: inMemory(buffers.batchBytes),
      perRow: perHeldRow,
      scalesWith: "batch",
    },
  ];
  return all.map((item) => ({ ...item, kind: "wasm" }));
}

function times(what: string, count: number): string {
  return count === 1 ? what : `${count} ${what}s`;
}
