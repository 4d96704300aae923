/**
 * Runs a compiled program over chunks, tile by tile. A tile's stages read and write scratch that stays in the cache; no
 * buffer is larger than a tile but for inputs and outputs. All that a worker thread loads of the kernel: nothing here
 * compiles.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import type { Region } from "../memory/region.ts";
import { type BufferId, type Program, type Stage, stageSymbol } from "../plan/program.ts";
import { type CompiledProgram, tablesOf } from "./compiled_program.ts";
import {
  type Frame,
  instantiate,
  locateConstants,
  newFrame,
  type StageFunction,
  type StagePlaces,
  writeStrides,
  writeTile,
} from "./program_frame.ts";

/** Where an input's elements lie: element (row, k) is at `pointer + row * rowStride + k * elementStride`. */
export interface InputView {
  readonly pointer: number;
  readonly rowStride: number;
  readonly elementStride: number;
}

/** Counters that a runner keeps of each stage, in this order: see `ProgramRunner.takeCounts`. */
export const STAGE_COUNTERS = 4;
/** One tile in so many is timed: a clock is read in 0.1 µs, a stage of a small tile runs in one. */
const TIMED_TILES = 8;

type DriverFunction = (numRows: number, ...descriptors: readonly number[]) => void;

/** Runs chunks on one thread. */
export class ProgramRunner {
  readonly #program: Program;
  readonly #frame: Frame;
  readonly #stages: readonly { stage: Stage; places: StagePlaces; run: StageFunction }[];
  /** runs all stages over any number of rows, given it and the stages' descriptors */
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
    const { constants: constant, work: own } = compiled.maps;
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
    for (let start = 0, rows = 0; start < numRows; start += rows) {
      const isTimed = this.#numTiles++ % TIMED_TILES === 0;
      const driver = isTimed ? null : this.#driver;
      // the driver keeps to a few rows by itself
      rows = driver === null ? Math.min(tileRows, numRows - start) : numRows - start;
      frame.rows.set(inputSymbol, rows);
      for (const { id, index } of this.#inputs) {
        frame.bases[id] = columns[index]!.pointer + start * columns[index]!.rowStride;
      }
      for (const { id, index, rowBytes } of this.#outputs) {
        frame.bases[id] = outputPointers[index]! + outputRows * rowBytes;
      }
      if (driver === null) this.#runTile(isTimed);
      else this.#drive(driver, rows);
      outputRows += frame.rows.get(outputSymbol)!;
    }
    return outputRows;
  }

  /** all stages over a few rows at a time */
  #drive(driver: DriverFunction, rows: number): void {
    const frame = this.#frame, counts = this.#counts;
    for (const [i, { stage, places }] of this.#stages.entries()) {
      writeTile(frame, stage, places);
      counts[STAGE_COUNTERS * i]! += 1;
      counts[STAGE_COUNTERS * i + 1]! += rows;
      counts[STAGE_COUNTERS * i + 2]! += rows;
    }
    driver(rows, ...this.#descriptors);
  }

  #runTile(isTimed: boolean): void {
    const frame = this.#frame, counts = this.#counts;
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
