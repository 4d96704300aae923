/**
 * Runs a compiled program: constants once, then chunk after chunk, tile by tile. A tile's stages read and write
 * scratch that stays in the cache; no buffer is larger than a tile but for inputs and outputs.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import { type Region, view } from "../memory/mod.ts";
import {
  type AxisSize,
  type BufferId,
  isPrologue,
  type PlacedPrologue,
  type Program,
  type Stage,
  type StageOperand,
  stageSymbol,
  type Stride,
} from "../plan/program.ts";
import { compressTable } from "./compile/compress.ts";
import { packB } from "./compile/gemm.ts";
import { type CompiledProgram, constantMap, type RegionMap, tablesOf, workMap } from "./compile/program.ts";

export { type CompiledProgram, compileProgram } from "./compile/program.ts";

/** A parameter's value: row-major. */
export interface ConstantValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Where an input's elements lie: element (row, k) is at `pointer + row * rowStride + k * elementStride`. */
export interface InputView {
  readonly pointer: number;
  readonly rowStride: number;
  readonly elementStride: number;
}

/** Behind every output buffer of a chunk: a kernel may write as much. */
export const OUTPUT_SLACK_BYTES = 64;

/** Bytes of the region that all workers read. */
export function constantBytes(program: Program): number {
  return constantMap(program).numBytes;
}

/** Bytes of the region that each worker has of its own. */
export function workerBytes(program: Program): number {
  return workMap(program).numBytes;
}

/** Bytes of one row of every output, in the outputs' order. */
export function outputRowBytes(program: Program): number[] {
  const bytes: number[] = [];
  for (const buffer of program.buffers) {
    if (buffer.kind === "output") bytes[buffer.index] = buffer.width * DTYPE[buffer.dtype].itemsize;
  }
  return bytes;
}

/** Counters that a runner keeps of each stage, in this order: see `ProgramRunner.takeCounts`. */
export const STAGE_COUNTERS = 4;
/** One tile in so many is timed: a clock is read in 0.1 µs, a stage of a small tile runs in one. */
const TIMED_TILES = 8;

type StageFunction = (descriptor: number) => number | undefined;
type DriverFunction = (numRows: number, ...descriptors: readonly number[]) => void;

/** What the stages of one run share: where buffers are now, and how many rows each symbol has. */
interface Frame {
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
  /** by buffer: the address of the tile's first row */
  readonly bases: Float64Array;
  /** by buffer: the distance of an input's columns */
  readonly elementStrides: Float64Array;
  readonly rows: Map<string, number>;
}

function newFrame(memory: WebAssembly.Memory, numBuffers: number): Frame {
  return {
    memory,
    words: new Int32Array(memory.buffer),
    bases: new Float64Array(numBuffers),
    elementStrides: new Float64Array(numBuffers),
    rows: new Map(),
  };
}

function strideBytes(frame: Frame, stride: Stride): number {
  return typeof stride === "number" ? stride : frame.elementStrides[stride.input]! * stride.times;
}

function addressOf(frame: Frame, operand: StageOperand): number {
  return frame.bases[operand.buffer]! + strideBytes(frame, operand.offset);
}

function numRowsOf(frame: Frame, size: AxisSize): number {
  return typeof size === "number" ? size : frame.rows.get(size.symbol)! * size.times;
}

/** Where a stage's packed matrix, table and scratch are. */
interface StagePlaces {
  readonly descriptor: number;
  readonly packed: number;
  /** addresses of the tables of shuffles, in the order of `tablesOf` */
  readonly tables: readonly number[];
  readonly gemmScratch: number;
}

/** Writes what stays the same for a whole chunk: strides, and where tables are. */
function writeStrides(frame: Frame, stage: Stage, { descriptor, tables }: StagePlaces): void {
  if (stage.kind !== "loop") return;
  const rank = stage.sizes.length;
  let word = descriptor / 4 + rank;
  for (const operand of stage.operands) {
    word++;
    for (const stride of operand.strides) frame.words[word++] = strideBytes(frame, stride);
  }
  for (const table of tables) frame.words[word++] = table;
}

/** The pointer and the strides of a product's left operand; nobody reads those of one that is computed. */
function leftWords(frame: Frame, a: StageOperand | PlacedPrologue): number[] {
  if (isPrologue(a)) return [0, 0, 0];
  return [addressOf(frame, a), strideBytes(frame, a.strides[0]!), strideBytes(frame, a.strides[1]!)];
}

/** The pointer and the row stride of each operand of a prologue. */
function prologueWords(frame: Frame, a: StageOperand | PlacedPrologue): number[] {
  if (!isPrologue(a)) return [];
  return a.places.flatMap((place) => [addressOf(frame, place), strideBytes(frame, place.strides[0]!)]);
}

/** Writes what changes from tile to tile: sizes and addresses. */
function writeTile(frame: Frame, stage: Stage, places: StagePlaces): void {
  const { words } = frame;
  let word = places.descriptor / 4;
  switch (stage.kind) {
    case "loop": {
      const rank = stage.sizes.length;
      for (const size of stage.sizes) words[word++] = numRowsOf(frame, size);
      for (const operand of stage.operands) {
        words[word] = addressOf(frame, operand);
        word += 1 + rank;
      }
      return;
    }
    case "gemm":
      for (
        const value of [
          ...leftWords(frame, stage.a),
          numRowsOf(frame, stage.rows),
          stage.k,
          places.packed,
          stage.n,
          addressOf(frame, stage.c),
          strideBytes(frame, stage.c.strides[0]!),
          strideBytes(frame, stage.c.strides[1]!),
          places.gemmScratch,
          ...prologueWords(frame, stage.a),
        ]
      ) words[word++] = value;
      return;
    case "compress":
      for (
        const value of [
          addressOf(frame, stage.mask),
          numRowsOf(frame, stage.rows),
          addressOf(frame, stage.source),
          strideBytes(frame, stage.source.strides[0]!),
          stage.width,
          strideBytes(frame, stage.source.strides[1]!),
          addressOf(frame, stage.destination),
          places.tables[0]!,
        ]
      ) words[word++] = value;
      return;
    default:
      stage satisfies never;
  }
}

function instantiate(compiled: CompiledProgram, memory: WebAssembly.Memory): WebAssembly.Exports {
  return new WebAssembly.Instance(compiled.module, { env: { memory } }).exports;
}

function locateConstants(program: Program, map: RegionMap, region: Region, frame: Frame): void {
  program.buffers.forEach((buffer, id) => {
    if (buffer.kind === "constant") frame.bases[id] = region.byteOffset + map.offsets.get(`buffer ${id}`)!;
  });
}

/**
 * Writes parameters, runs the set-up stages, packs matrices and writes tables. Once a run, before any worker.
 *
 * @param region `constantBytes(program)` bytes
 */
export function writeConstants(
  compiled: CompiledProgram,
  region: Region,
  params: ReadonlyMap<string, ConstantValue>,
): void {
  const { program } = compiled;
  const map = constantMap(program);
  const { memory } = region;
  const frame = newFrame(memory, program.buffers.length);
  locateConstants(program, map, region, frame);
  program.buffers.forEach((buffer, id) => {
    if (buffer.kind !== "constant" || buffer.param === null) return;
    const value = params.get(buffer.param);
    if (value === undefined || value.data.length !== buffer.numElements || value.dtype !== buffer.dtype) {
      throw new NdpipeError("BUG001", `parameter ${buffer.param} does not have the planned type`);
    }
    const byteLength = buffer.numElements * DTYPE[buffer.dtype].itemsize;
    const target = view({ memory, byteOffset: frame.bases[id]!, byteLength }, buffer.dtype);
    // both arrays have the dtype's own class, which the union of their types cannot say
    (target as Float64Array).set(value.data as Float64Array);
  });
  const exports = instantiate(compiled, memory);
  program.setup.forEach((stage, i) => {
    const descriptor = region.byteOffset + map.offsets.get(`descriptor ${i}`)!;
    const places = { descriptor, packed: 0, tables: [], gemmScratch: 0 };
    writeStrides(frame, stage, places);
    writeTile(frame, stage, places);
    (exports[compiled.functions[i]!] as StageFunction)(descriptor);
  });
  program.stages.forEach((stage, i) => {
    if (stage.kind === "gemm") {
      const [rowStride, columnStride] = stage.b.strides.map((stride) => strideBytes(frame, stride));
      packB(memory, {
        pointer: addressOf(frame, stage.b),
        rowStride: rowStride!,
        columnStride: columnStride!,
        k: stage.k,
        n: stage.n,
        dtype: stage.dtype,
      }, region.byteOffset + map.offsets.get(`packed ${i}`)!);
    }
    for (const itemsize of tablesOf(stage)) {
      const table = compressTable(itemsize);
      const byteOffset = region.byteOffset + map.offsets.get(`table ${itemsize}`)!;
      new Uint8Array(memory.buffer, byteOffset, table.length).set(table);
    }
  });
}

/** Runs chunks on one thread. */
export class ProgramRunner {
  readonly #program: Program;
  readonly #frame: Frame;
  readonly #stages: readonly { stage: Stage; places: StagePlaces; run: StageFunction }[];
  /** runs all stages over the rows of a tile, given their number and the stages' descriptors */
  readonly #driver: DriverFunction | null;
  readonly #descriptors: readonly number[];
  readonly #inputs: readonly {
    id: BufferId;
    index: number;
    width: number;
    isRow: boolean;
    itemsize: number;
  }[];
  readonly #outputs: readonly { id: BufferId; index: number; rowBytes: number }[];
  /** by stage, the symbol whose rows it goes through; null: of a stage without rows */
  readonly #symbols: readonly (string | null)[];
  #counts: Float64Array<ArrayBuffer>;
  #numTiles = 0;

  constructor(compiled: CompiledProgram, { constants, work }: { constants: Region; work: Region }) {
    const { program } = compiled;
    const { memory } = constants;
    this.#program = program;
    this.#frame = newFrame(memory, program.buffers.length);
    const constant = constantMap(program), own = workMap(program);
    locateConstants(program, constant, constants, this.#frame);
    program.buffers.forEach((buffer, id) => {
      if (buffer.kind === "scratch") {
        this.#frame.bases[id] = work.byteOffset + own.offsets.get(`buffer ${id}`)!;
      }
    });
    const exports = instantiate(compiled, memory);
    this.#stages = program.stages.map((stage, i) => ({
      stage,
      run: exports[compiled.functions[program.setup.length + i]!] as StageFunction,
      places: {
        descriptor: work.byteOffset + own.offsets.get(`descriptor ${i}`)!,
        packed: constants.byteOffset + (constant.offsets.get(`packed ${i}`) ?? 0),
        tables: tablesOf(stage).map((itemsize) =>
          constants.byteOffset + constant.offsets.get(`table ${itemsize}`)!
        ),
        gemmScratch: work.byteOffset + own.offsets.get("gemm scratch")!,
      },
    }));
    this.#driver = compiled.driver === null ? null : exports[compiled.driver] as DriverFunction;
    this.#descriptors = this.#stages.map(({ places }) => places.descriptor);
    this.#inputs = program.buffers.flatMap((buffer, id) =>
      buffer.kind !== "input" ? [] : [{
        id,
        index: buffer.index,
        width: buffer.width,
        isRow: buffer.layout === "row",
        itemsize: DTYPE[buffer.dtype].itemsize,
      }]
    );
    this.#outputs = program.buffers.flatMap((buffer, id) =>
      buffer.kind !== "output"
        ? []
        : [{ id, index: buffer.index, rowBytes: buffer.width * DTYPE[buffer.dtype].itemsize }]
    );
    this.#symbols = program.stages.map(stageSymbol);
    this.#counts = new Float64Array(STAGE_COUNTERS * program.stages.length);
  }

  /**
   * What the stages have done since this was asked last, `STAGE_COUNTERS` numbers a stage: calls, rows gone through,
   * rows kept (of a filter; else those gone through), and milliseconds of the tiles that were timed.
   */
  takeCounts(): Float64Array<ArrayBuffer> {
    const counts = this.#counts;
    this.#counts = new Float64Array(counts.length);
    return counts;
  }

  /**
   * Runs the stages over all rows of a chunk.
   *
   * @param columns one view an input, in the pipeline's order
   * @param outputPointers one address an output, with room for the rows and `OUTPUT_SLACK_BYTES`
   * @returns the rows written to every output
   */
  runChunk(numRows: number, columns: readonly InputView[], outputPointers: readonly number[]): number {
    const frame = this.#frame;
    const { tileRows, inputSymbol, outputSymbol } = this.#program;
    for (const { id, index, width, isRow, itemsize } of this.#inputs) {
      const column = columns[index]!;
      const rowStride = isRow ? width * itemsize : itemsize;
      if (column.rowStride !== rowStride || (isRow && width > 1 && column.elementStride !== itemsize)) {
        throw new NdpipeError("BUG001", `input ${index} does not have the planned layout`);
      }
      frame.elementStrides[id] = column.elementStride;
    }
    for (const { stage, places } of this.#stages) writeStrides(frame, stage, places);
    let outputRows = 0;
    for (let start = 0; start < numRows; start += tileRows) {
      frame.rows.set(inputSymbol, Math.min(tileRows, numRows - start));
      for (const { id, index } of this.#inputs) {
        frame.bases[id] = columns[index]!.pointer + start * columns[index]!.rowStride;
      }
      for (const { id, index, rowBytes } of this.#outputs) {
        frame.bases[id] = outputPointers[index]! + outputRows * rowBytes;
      }
      this.#runTile();
      outputRows += frame.rows.get(outputSymbol)!;
    }
    return outputRows;
  }

  /** all stages over a few rows at a time */
  #driveTile(driver: DriverFunction): void {
    const frame = this.#frame, counts = this.#counts;
    const rows = frame.rows.get(this.#program.inputSymbol)!;
    for (const [i, { stage, places }] of this.#stages.entries()) {
      writeTile(frame, stage, places);
      counts[STAGE_COUNTERS * i]! += 1;
      counts[STAGE_COUNTERS * i + 1]! += rows;
      counts[STAGE_COUNTERS * i + 2]! += rows;
    }
    driver(rows, ...this.#descriptors);
  }

  #runTile(): void {
    const frame = this.#frame, counts = this.#counts;
    const isTimed = this.#numTiles++ % TIMED_TILES === 0;
    if (this.#driver !== null && !isTimed) return this.#driveTile(this.#driver);
    let before = isTimed ? performance.now() : 0, counter = 0;
    for (const [i, { stage, places, run }] of this.#stages.entries()) {
      writeTile(frame, stage, places);
      const kept = run(places.descriptor);
      const symbol = this.#symbols[i]!, rows = symbol === null ? 1 : frame.rows.get(symbol)!;
      const filters = "symbol" in stage && stage.symbol !== undefined;
      if (filters) frame.rows.set(stage.symbol!, kept!);
      counts[counter]! += 1;
      counts[counter + 1]! += rows;
      counts[counter + 2]! += filters ? kept! : rows;
      if (isTimed) {
        const now = performance.now();
        counts[counter + 3]! += now - before;
        before = now;
      }
      counter += STAGE_COUNTERS;
    }
  }
}
