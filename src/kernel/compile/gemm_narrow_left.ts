/**
 * The left operand of a wide tile (`gemm_narrow_wide.ts`), vector by vector into the instance's own memory, from where
 * V8 takes pairs: eight rows that lie far apart, as they are in memory or computed by a prologue. A vector goes there
 * `NUM_AHEAD` rounds before it is multiplied, so that divisions and cache misses of the one overlap with the
 * multiplications of the other.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { descriptorPointerBytes, type GemmPrologue } from "../../plan/gemm_prologue.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder } from "../wasm/module_builder.ts";
import type { GemmSpec } from "./gemm_tile.ts";
import { InstructionList, registerAt } from "./instruction_list.ts";
import { copy, keep } from "./lanes.ts";
import { savedByJoining } from "./pairs.ts";

/** Rows of a tile: two pairs, each of four rows. */
export const NUM_ROWS = 8;
/** Vectors of each row that are in the own memory before they are multiplied. */
export const NUM_AHEAD = 2;

/** Where the own memory holds a row's vector. */
export function slotOf(vector: number, row: number): number {
  return (vector * NUM_ROWS + row) * 16;
}

/** The parameters of a tile that tell where the rows are. */
export type LeftParams = Readonly<Record<"left" | "leftStride" | "row" | "rowStep", Local>>;

/** A that is in memory. */
const IN_MEMORY = { access: "unit", isPerRow: true } as const;

/** Whether V8 joins the whole prologue: floats of one width, without casts and masks. */
export function canJoin({ operands, body }: GemmPrologue, dtype: "f32" | "f64"): boolean {
  const saved = savedByJoining(body);
  return operands.some(isRow) && operands.every((operand) => operand.dtype === dtype) &&
    body.every(({ op, dtype: own }, ref) =>
      own === dtype && (op === "load" || op === "constant" || saved[ref]! > 0)
    );
}

/** whether an operand has rows as A would have them */
function isRow({ access, isPerRow }: GemmPrologue["operands"][number]): boolean {
  return access === "unit" && isPerRow;
}

/** Pushes the bytes from a row of the prologue's first operand that has rows to the next. */
export function emitStrideOfRows(f: FunctionBuilder, operands: Local, prologue: GemmPrologue): void {
  f.get(operands).op("i32.load", descriptorPointerBytes(prologue.operands.findIndex(isRow)) + 4);
}

/** A of one tile. */
export class WideLeft {
  readonly context: { f: FunctionBuilder; module: ModuleBuilder; numerics: GemmSpec["numerics"] };
  readonly spec: GemmSpec;

  /** by operand: pointers by row, one where all rows share it */
  readonly #pointers: readonly (readonly Local[])[];
  readonly #operands: readonly Pick<GemmPrologue["operands"][number], "access" | "isPerRow">[];
  readonly #itemsize: number;
  /** whether a vector is stored before those that come before it are multiplied: divisions take long */
  readonly isAhead: boolean;

  constructor(
    context: { f: FunctionBuilder; module: ModuleBuilder; numerics: GemmSpec["numerics"] },
    p: LeftParams,
    spec: GemmSpec,
  ) {
    this.context = context;
    this.spec = spec;
    const { f } = context;
    this.#itemsize = DTYPE[spec.dtype].itemsize;
    this.isAhead = spec.prologue !== null;
    this.#operands = spec.prologue?.operands ?? [IN_MEMORY];
    this.#pointers = this.#operands.map(({ isPerRow }, index) => {
      const stride = f.local("i32"), isInMemory = spec.prologue === null;
      if (isInMemory) f.get(p.leftStride);
      else f.get(p.left).op("i32.load", descriptorPointerBytes(index) + 4);
      f.set(stride).get(p.left);
      if (!isInMemory) f.op("i32.load", descriptorPointerBytes(index));
      f.get(p.row).get(stride).op("i32.mul").op("i32.add");
      const pointers = [keep(f, "i32")];
      f.get(stride).get(p.rowStep).op("i32.mul").set(stride);
      while (isPerRow && pointers.length < NUM_ROWS) {
        pointers.push(keep(f.get(pointers.at(-1)!).get(stride).op("i32.add"), "i32"));
      }
      f.release(stride);
      return pointers;
    });
  }

  /** stores the vector of that index of every row to its slot */
  store(vector: number): void {
    const { context: { f }, spec: { prologue } } = this;
    if (prologue !== null) this.#compute(prologue, vector);
    else {
      this.#pointers[0]!.forEach((row, i) =>
        f.i32(0).get(row).op("v128.load", 16 * vector).opOwn("v128.store", slotOf(vector, i))
      );
    }
  }

  #compute(prologue: GemmPrologue, vector: number): void {
    const { context } = this, { f } = context;
    // what all rows share is loaded once
    const shared = this.#operands.map(({ isPerRow }, operand) =>
      isPerRow ? null : this.#load(operand, 0, vector)
    );
    for (const row of [0, 1, 4, 5]) {
      const load = (operand: number) => {
        const known = shared[operand]!;
        // as if it were the same in all lanes: nothing that `canJoin` lets pass looks at them
        if (known !== null) return { registers: [copy(f, known)], uniform: true };
        return { registers: [row, row + 2].map((one) => this.#load(operand, one, vector)), uniform: false };
      };
      const list = new InstructionList(context, prologue.body, [prologue.value], {
        vf: 2 * 16 / this.#itemsize,
        inPairs: true,
        load,
        isUniformOperand: (operand) => shared[operand] !== null,
        accumulator: () => {
          throw new NdpipeError("BUG001", "the prologue of a product reads an accumulator");
        },
      });
      list.emit();
      [row, row + 2].forEach((one, i) =>
        f.i32(0).get(registerAt(list.value(prologue.value), i)).opOwn("v128.store", slotOf(vector, one))
      );
      list.release(prologue.value);
    }
    for (const register of shared) if (register !== null) f.release(register);
  }

  #load(operand: number, row: number, vector: number): Local {
    const { f } = this.context, isUnit = this.#operands[operand]!.access === "unit";
    f.get(this.#pointers[operand]![row]!);
    return keep(isUnit ? f.op("v128.load", 16 * vector) : f.op(`v128.load${this.#itemsize * 8}_splat`));
  }

  /** moves the pointers along K, by `NUM_AHEAD` vectors */
  advance(): void {
    const { f } = this.context;
    this.#pointers.forEach((pointers, operand) => {
      if (this.#operands[operand]!.access !== "unit") return;
      for (const pointer of pointers) f.get(pointer).i32(16 * NUM_AHEAD).op("i32.add").set(pointer);
    });
  }
}
