/**
 * The loops of a kernel with transposed operands: panels of the vector axis; in a panel, blocks of rows of the block
 * axis; in a block, steps along the vector axis. A step loads its part of every transposed operand, turns it in
 * registers, and runs the body once for each row.
 *
 * A block takes a part of a line of the cache from each column of a transposed operand, and the blocks behind it the
 * rest. Wide panels have many columns read at once, which memory answers best. But columns at a distance of whole
 * pages compete for the same few places in the cache: of these a panel has few, or their lines would be read anew.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { InstructionList, type StoredValue } from "./instruction_list.ts";
import type { EmitContext } from "./lane_context.ts";
import { copy, keep, releaseAll } from "./lanes.ts";
import {
  loadSplat,
  loadStrided,
  loadUnit,
  storeStrided,
  storeUnit,
  storeUnitPartial,
} from "./memory_access.ts";
import { loadTransposed, storeTransposed } from "./transpose.ts";

/** Elements of the vector axis in a panel: multiples of every vector factor. */
const PANEL_ELEMENTS = { most: 1024, wholePages: 16 } as const;
const PAGE_BYTES = 4096;

/** Rows of a block: what makes a register of the narrowest transposed operand, at most 8. */
function blockRows({ operands }: LoopKernel): number {
  const narrowest = Math.min(
    ...operands.flatMap(({ dtype, access }) => access === "transposed" ? [DTYPE[dtype].itemsize] : []),
  );
  return Math.min(8, 16 / narrowest);
}

/** What the loops share with the rest of the function. */
export interface BlockLoopOptions {
  readonly context: EmitContext;
  readonly kernel: LoopKernel;
  readonly vf: number;
  /** the current pointer of every operand */
  readonly pointers: readonly Local[];
  /** of operands that are neither neighbours nor equal: bytes from an element to the next along the vector axis */
  readonly strides: ReadonlyMap<number, { readonly stride: Local; readonly step: Local }>;
  /** pushes the size of an axis */
  readonly size: (axis: number) => FunctionBuilder;
  /** pushes an operand's stride along an axis */
  readonly stride: (operand: number, axis: number) => FunctionBuilder;
  /** runs one row along the vector axis; `remaining` says how many elements */
  readonly row: (remaining: Local) => void;
}

/** Emits the two innermost loops; all pointers are afterwards what they were. */
export function emitBlockLoop(options: BlockLoopOptions): void {
  new BlockLoop(options).emit();
}

/** What a block has loaded: of operands that all rows share, and of transposed ones by row. */
interface BlockValues {
  readonly shared: Map<number, readonly Local[]>;
  readonly transposed: Map<number, readonly (readonly Local[])[]>;
}

class BlockLoop {
  readonly options: BlockLoopOptions;
  readonly #f: FunctionBuilder;
  readonly #vectorAxis: number;
  readonly #numRows: number;
  /** by operand: bytes from a row to the next; operands that do not move have none */
  readonly #rowStrides: ReadonlyMap<number, Local>;
  readonly #operands: readonly number[];

  constructor(options: BlockLoopOptions) {
    this.options = options;
    const { context, kernel } = options;
    this.#f = context.f;
    this.#vectorAxis = kernel.numKept - 1;
    this.#numRows = blockRows(kernel);
    this.#operands = [...kernel.operands.keys()];
    const moving = this.#operands.filter((operand) => !kernel.block!.fixed.includes(operand));
    this.#rowStrides = new Map(
      moving.map((operand) => [operand, keep(options.stride(operand, this.#vectorAxis - 1), "i32")]),
    );
  }

  emit(): void {
    const f = this.#f, { size, pointers } = this.options;
    const left = keep(size(this.#vectorAxis), "i32"), remaining = f.local("i32"), width = f.local("i32");
    const panel = this.#panelElements();
    const saved = this.#operands.map((operand) => copy(f, pointers[operand]!));
    f.get(left).if(() =>
      f.loop((again) => {
        f.get(panel).get(left).get(panel).get(left).op("i32.lt_s").select("i32").set(width);
        this.#panel(width, remaining);
        this.#nextPanel(width);
        f.get(left).get(width).op("i32.sub").tee(left).brIf(again);
      })
    );
    this.#operands.forEach((operand, i) => f.get(saved[i]!).set(pointers[operand]!));
    releaseAll(f, [left, remaining, width, panel, ...saved, ...this.#rowStrides.values()]);
  }

  #panelElements(): Local {
    const f = this.#f, { kernel, strides } = this.options;
    f.i32(PANEL_ELEMENTS.wholePages).i32(PANEL_ELEMENTS.most).i32(0);
    kernel.operands.forEach(({ access }, operand) => {
      if (access !== "transposed") return;
      f.get(strides.get(operand)!.stride).i32(PAGE_BYTES - 1).op("i32.and").op("i32.eqz").op("i32.or");
    });
    return keep(f.select("i32"), "i32");
  }

  /** moves pointers by a whole panel along the vector axis */
  #nextPanel(width: Local): void {
    const f = this.#f, { kernel, pointers, strides } = this.options;
    kernel.operands.forEach(({ dtype, access }, operand) => {
      if (access === "zero") return;
      f.get(pointers[operand]!).get(width);
      if (access === "unit") f.i32(DTYPE[dtype].itemsize);
      else f.get(strides.get(operand)!.stride);
      f.op("i32.mul").op("i32.add").set(pointers[operand]!);
    });
  }

  /** all rows of a panel: blocks, then single rows */
  #panel(width: Local, remaining: Local): void {
    const f = this.#f, { size, pointers, row } = this.options;
    const left = keep(size(this.#vectorAxis - 1), "i32");
    const saved = [...this.#rowStrides.keys()].map((operand) =>
      [operand, copy(f, pointers[operand]!)] as const
    );
    const repeat = (numRows: number, run: () => void) =>
      f.block((done) => {
        f.loop((again) => {
          f.get(left).i32(numRows).op("i32.lt_s").brIf(done);
          f.get(width).set(remaining);
          run();
          for (const [operand, stride] of this.#rowStrides) {
            f.get(pointers[operand]!).get(stride).i32(numRows).op("i32.mul").op("i32.add");
            f.set(pointers[operand]!);
          }
          f.get(left).i32(numRows).op("i32.sub").set(left).br(again);
        });
      });
    repeat(this.#numRows, () => this.#block(remaining));
    repeat(1, () => row(remaining));
    for (const [operand, pointer] of saved) f.get(pointer).set(pointers[operand]!);
    releaseAll(f, [left, ...saved.map(([, pointer]) => pointer)]);
  }

  /** the pointer of an operand in a row of the block */
  #rowPointer(operand: number, row: number): Local {
    const f = this.#f, stride = this.#rowStrides.get(operand);
    f.get(this.options.pointers[operand]!);
    if (row > 0 && stride !== undefined) f.get(stride).i32(row).op("i32.mul").op("i32.add");
    return keep(f, "i32");
  }

  /** one block: steps along the vector axis, in each of them every row */
  #block(remaining: Local): void {
    const f = this.#f, { kernel, vf, pointers } = this.options;
    const values: BlockValues = { shared: new Map(), transposed: new Map() };
    const lists = Array.from({ length: this.#numRows }, (_, row) => this.#list(row, { remaining, values }));
    this.#loadFixed(values, { along: false, remaining });
    for (const list of lists) list.emitUniform();
    const moving = this.#operands.filter((operand) => kernel.operands[operand]!.access !== "zero");
    const saved = moving.map((operand) => copy(f, pointers[operand]!));
    f.loop((again) => {
      this.#loadFixed(values, { along: true, remaining });
      this.#loadTransposed(values, remaining);
      const prepared = lists.map((list) => {
        list.emit();
        return kernel.stores.map(({ value }) => list.forStore(value));
      });
      f.get(remaining).i32(vf).op("i32.ge_s");
      f.if(() => this.#store(prepared, null), () => this.#store(prepared, remaining));
      for (const { registers, owned } of prepared.flat()) if (owned) releaseAll(f, registers);
      for (const list of lists) for (const ref of list.roots) list.release(ref);
      this.#advanceStep(moving);
      f.get(remaining).i32(vf).op("i32.sub").tee(remaining).i32(0).op("i32.gt_s").brIf(again);
    });
    for (const list of lists) list.releasePinned();
    for (const registers of values.shared.values()) releaseAll(f, registers);
    moving.forEach((operand, i) => f.get(saved[i]!).set(pointers[operand]!));
    releaseAll(f, saved);
  }

  #advanceStep(operands: readonly number[]): void {
    const f = this.#f, { kernel, vf, pointers, strides } = this.options;
    for (const operand of operands) {
      const { dtype, access } = kernel.operands[operand]!;
      f.get(pointers[operand]!);
      if (access === "unit") f.i32(vf * DTYPE[dtype].itemsize);
      else f.get(strides.get(operand)!.step);
      f.op("i32.add").set(pointers[operand]!);
    }
  }

  #loads(): number[] {
    return [...new Set(this.options.kernel.body.flatMap((one) => one.op === "load" ? [one.operand] : []))];
  }

  /** loads what does not move from row to row: what does not move along the vector axis either, or what does */
  #loadFixed({ shared }: BlockValues, { along, remaining }: { along: boolean; remaining: Local }): void {
    const f = this.#f, { kernel, vf, pointers, strides } = this.options;
    for (const operand of this.#loads()) {
      const { dtype, access } = kernel.operands[operand]!, laneBytes = DTYPE[dtype].itemsize;
      if (this.#rowStrides.has(operand) || (access !== "zero") !== along) continue;
      const pointer = pointers[operand]!;
      const registers = access === "zero" && vf > 1
        ? [loadSplat(f, pointer, laneBytes)]
        : access === "unit" || access === "zero"
        ? loadUnit(f, pointer, { laneBytes, vf })
        : loadStrided(f, pointer, { stride: strides.get(operand)!.stride, laneBytes, vf, remaining });
      shared.set(operand, registers);
    }
  }

  #loadTransposed({ transposed }: BlockValues, remaining: Local): void {
    const f = this.#f, numRows = this.#numRows, { kernel, vf, pointers, strides } = this.options;
    for (const operand of this.#loads()) {
      const { dtype, access } = kernel.operands[operand]!;
      if (access !== "transposed") continue;
      const { stride } = strides.get(operand)!, laneBytes = DTYPE[dtype].itemsize;
      transposed.set(
        operand,
        loadTransposed(f, pointers[operand]!, { stride, laneBytes, vf, numRows, remaining }),
      );
    }
  }

  #list(
    row: number,
    { remaining, values }: { remaining: Local; values: BlockValues },
  ): InstructionList {
    const f = this.#f, { context, kernel, vf, strides } = this.options;
    const isUniformOperand = (operand: number) => vf > 1 && kernel.operands[operand]!.access === "zero";
    const load = (operand: number) => {
      const { dtype, access } = kernel.operands[operand]!, laneBytes = DTYPE[dtype].itemsize;
      const uniform = isUniformOperand(operand);
      if (access === "transposed") return { registers: values.transposed.get(operand)![row]!, uniform };
      const shared = values.shared.get(operand);
      if (shared !== undefined) return { registers: shared.map((register) => copy(f, register)), uniform };
      const pointer = this.#rowPointer(operand, row);
      const registers = uniform
        ? [loadSplat(f, pointer, laneBytes)]
        : access === "unit" || access === "zero"
        ? loadUnit(f, pointer, { laneBytes, vf })
        : loadStrided(f, pointer, { stride: strides.get(operand)!.stride, laneBytes, vf, remaining });
      f.release(pointer);
      return { registers, uniform };
    };
    const accumulator = () => {
      throw new NdpipeError("BUG001", "a kernel that runs in blocks reads an accumulator");
    };
    const roots = kernel.stores.map(({ value }) => value);
    return new InstructionList(context, kernel.body, roots, { vf, load, accumulator, isUniformOperand });
  }

  /** stores what the rows have made: of each row all elements, or the `remaining` first */
  #store(prepared: readonly (readonly StoredValue[])[], remaining: Local | null): void {
    const f = this.#f, numRows = this.#numRows, { kernel, vf, pointers, strides } = this.options;
    kernel.stores.forEach(({ operand }, i) => {
      const { dtype, access } = kernel.operands[operand]!, laneBytes = DTYPE[dtype].itemsize;
      const rows = prepared.map((stored) => stored[i]!.registers);
      if (access === "transposed") {
        const { stride } = strides.get(operand)!;
        storeTransposed(f, pointers[operand]!, { rows, stride, laneBytes, vf, numRows, remaining });
        return;
      }
      rows.forEach((registers, row) => {
        const pointer = this.#rowPointer(operand, row);
        if (access !== "unit") {
          const { stride } = strides.get(operand)!;
          storeStrided(f, pointer, { stride, registers, laneBytes, vf, remaining });
        } else if (remaining === null) storeUnit(f, pointer, { registers, laneBytes, vf });
        else storeUnitPartial(f, pointer, { registers, laneBytes, vf, remaining });
        f.release(pointer);
      });
    });
  }
}
