/**
 * Accumulators of a reducing kernel, in lanes. With `vector: "kept"` each lane belongs to one kept element. With
 * `vector: "reduced"` lane i takes the elements whose index along the vector axis is i modulo the vector factor,
 * and the lanes are folded in halves: with lanes 0 … n-1, lane i is combined with lane i + n/2, then with
 * n/4, and so on.
 *
 * @module
 */
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import type { ElementwiseOp, ReduceOp } from "../../expr/primitives.ts";
import type { Accumulator, Instruction, ValueRef } from "../../plan/loop_kernel.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { emitElementwise } from "./elementwise.ts";
import { type InstructionList, registerAt, type VectorValue } from "./instruction_list.ts";
import type { EmitContext } from "./lane_context.ts";
import {
  broadcastLane0,
  convertMask,
  copy,
  INT_SHAPE,
  iota,
  keep,
  type LaneBytes,
  type NumberDType,
  numRegisters,
  releaseAll,
  select,
  shapeOf,
  splat,
  widen,
} from "./lanes.ts";

/** How one step of the loop meets the accumulators. */
export interface AccumulateStep {
  /** lane masks of the elements that are there, in the tail; null: all are */
  readonly laneMask: ((laneBytes: LaneBytes) => readonly Local[]) | null;
  /** for argmin and argmax: the index of the step's first element over the reduced axes */
  readonly flatIndex: Local | null;
  /** a list whose values are those of several steps, and which step it is; default: the accumulator's own list, of one */
  readonly several?: { readonly list: InstructionList; readonly step: number };
  /** of several steps in one turn of the loop, which this is; default 0 */
  readonly turn?: number;
}

/** The operands of a product that is fused into its sum; null where the sum takes the value as it is. */
export function fusedProduct(
  body: readonly Instruction[],
  { op, dtype, value, fuseMultiply }: Accumulator,
  numerics: "fused" | "strict",
): readonly [ValueRef, ValueRef] | null {
  const instruction = body[value];
  if (numerics !== "fused" || !fuseMultiply || op !== "sum" || !isFloat(dtype)) return null;
  if (instruction?.op !== "elementwise") return null;
  const [a, b] = instruction.args;
  if (instruction.name === "mul") return [a!, b!];
  return instruction.name === "square" ? [a!, a!] : null;
}

/** Whether the reduction gives an index. */
export function isArg(op: ReduceOp): op is "argmin" | "argmax" {
  return op === "argmin" || op === "argmax";
}

/** The lanes of tail elements: lane i of the value is all ones where i < remaining. */
export function laneMasks(f: FunctionBuilder, remaining: Local, laneBytes: LaneBytes, vf: number): Local[] {
  const shape = INT_SHAPE[laneBytes];
  return Array.from({ length: numRegisters(vf, laneBytes) }, (_, i) => {
    f.get(iota(f, laneBytes, (i * 16) / laneBytes)).get(remaining);
    if (laneBytes === 8) f.op("i64.extend_i32_s");
    return keep(f.op(`${shape}.splat`).op(`${shape}.lt_s`));
  });
}

/** One accumulator: its lanes and how they take a step's value. */
export class AccumulatorState {
  readonly context: EmitContext;
  readonly spec: Accumulator;
  readonly list: InstructionList;
  readonly options: { readonly vf: number; readonly vector: "kept" | "reduced" };
  readonly #laneBytes: LaneBytes;
  /** the dtype in which lanes are combined: of bools under argmin and argmax, integers as wide as their mask */
  readonly #dtype: DType;
  readonly #op: ReduceOp;
  readonly #registers: readonly Local[];
  readonly #indexBytes: 4 | 8;
  readonly #indices: readonly Local[];
  readonly #product: readonly [ValueRef, ValueRef] | null;
  /**
   * Whether this is a sum of floats that were converted, which the processor does where it adds: every second step is
   * added as its product by 1, elsewhere and to the same bits.
   */
  readonly #isConverted: boolean;

  constructor(
    context: EmitContext,
    spec: Accumulator,
    list: InstructionList,
    options: { readonly vf: number; readonly vector: "kept" | "reduced" },
  ) {
    this.context = context;
    this.spec = spec;
    this.list = list;
    this.options = options;
    const { f, numerics } = context, { vf } = options;
    const isBool = spec.dtype === "bool";
    this.#laneBytes = isBool ? list.maskWidth(spec.value) : DTYPE[spec.dtype].itemsize;
    // a mask is 0 or -1: the largest bool is the smallest integer
    this.#dtype = isBool && isArg(spec.op) ? (`i${this.#laneBytes * 8}` as DType) : spec.dtype;
    this.#op = isBool && isArg(spec.op) ? (spec.op === "argmin" ? "argmax" : "argmin") : spec.op;
    this.#indexBytes = this.#laneBytes === 8 ? 8 : 4;
    this.#product = fusedProduct(list.instructions, spec, numerics);
    this.#isConverted = this.#product === null && numerics === "fused" && spec.op === "sum" &&
      isFloat(spec.dtype) && list.instructions[spec.value]!.op === "cast";
    const locals = (laneBytes: LaneBytes) => f.localList("v128", numRegisters(vf, laneBytes));
    this.#registers = locals(this.#laneBytes);
    this.#indices = isArg(spec.op) ? locals(this.#indexBytes) : [];
  }

  /** sets all lanes to the identity */
  initialise(): void {
    const { f } = this.context;
    const start = splat(f, this.#dtype, identity(this.#op, this.#dtype));
    for (const register of this.#registers) f.get(start).set(register);
    const zero = splat(f, "i32", 0);
    for (const register of this.#indices) f.get(zero).set(register);
  }

  /** takes the value of one step */
  accumulate(step: AccumulateStep): void {
    if (isArg(this.#op)) return this.#accumulateIndex(this.#op, step);
    const { f } = this.context;
    const { list = this.list, step: before = 0 } = step.several ?? {};
    const values: VectorValue[] = [];
    for (const ref of this.#product ?? [this.spec.value]) values.push(this.#valueOf(ref, list));
    const masks = step.laneMask?.(this.#laneBytes);
    const one = this.#isConverted && (step.turn ?? 0) % 2 === 1 ? splat(f, this.#dtype, 1) : null;
    for (let i = 0; i < this.#registers.length; i++) {
      const register = this.#registers[i]!;
      const at = before * this.#registers.length + i;
      const next = one !== null
        ? this.#multiplyAdd(registerAt(values[0]!, at), one, register)
        : this.#product === null
        ? this.#combine(register, registerAt(values[0]!, at))
        : this.#multiplyAdd(registerAt(values[0]!, at), registerAt(values[1]!, at), register);
      const masked = masks === undefined ? next : select(f, next, register, masks[i]!);
      f.get(masked).set(register);
      releaseAll(f, masked === next ? [next] : [next, masked]);
    }
  }

  #valueOf(ref: ValueRef, list = this.list): VectorValue {
    return this.spec.dtype === "bool" ? list.mask(ref, this.#laneBytes) : list.value(ref);
  }

  #multiplyAdd(a: Local, b: Local, sum: Local): Local {
    return keep(
      this.context.f.get(a).get(b).get(sum).op(`${shapeOf(this.#dtype as NumberDType)}.relaxed_madd`),
    );
  }

  /** the reduction of two registers; of equals, the first */
  #combine(a: Local, b: Local): Local {
    const numLanes = Math.min(this.options.vf, 16 / this.#laneBytes);
    const context = { ...this.context, dtype: this.#dtype, numLanes, constants: [] };
    return emitElementwise(context, COMBINE[this.#op], [a, b]);
  }

  /** lanes in which `value` comes before `best`: better, or the first NaN */
  #better(op: "argmin" | "argmax", value: Local, best: Local): Local {
    const { f } = this.context, dtype = this.#dtype as NumberDType, shape = shapeOf(dtype);
    if (isFloat(dtype)) {
      f.get(best).get(best).op(`${shape}.eq`).get(value).get(best).op(
        `${shape}.${op === "argmin" ? "ge" : "le"}`,
      );
      return keep(f.op("v128.andnot"));
    }
    const context = { ...this.context, dtype, numLanes: 16, constants: [] };
    return emitElementwise(context, op === "argmin" ? "lt" : "gt", [value, best]);
  }

  #accumulateIndex(op: "argmin" | "argmax", { laneMask, flatIndex }: AccumulateStep): void {
    const { f } = this.context, { vf, vector } = this.options;
    const value = this.#valueOf(this.spec.value);
    const masks = laneMask?.(this.#laneBytes);
    const better: Local[] = [];
    for (let i = 0; i < this.#registers.length; i++) {
      const best = this.#registers[i]!;
      const mask = this.#better(op, registerAt(value, i), best);
      if (masks !== undefined) f.get(mask).get(masks[i]!).op("v128.and").set(mask);
      const next = select(f, registerAt(value, i), best, mask);
      f.get(next).set(best);
      f.release(next);
      better.push(mask);
    }
    const wide = convertMask(f, better, { from: this.#laneBytes, to: this.#indexBytes, vf });
    const shape = INT_SHAPE[this.#indexBytes];
    for (let i = 0; i < this.#indices.length; i++) {
      const index = this.#indices[i]!;
      f.get(flatIndex!);
      if (this.#indexBytes === 8) f.op("i64.extend_i32_u");
      f.op(`${shape}.splat`);
      if (vector === "reduced") {
        f.get(iota(f, this.#indexBytes, (i * 16) / this.#indexBytes)).op(`${shape}.add`);
      }
      const current = keep(f);
      const next = select(f, current, index, wide[i]!);
      f.get(next).set(index);
      releaseAll(f, [current, next]);
    }
    if (wide !== better) releaseAll(f, wide);
    releaseAll(f, better);
  }

  /** the result of each lane, for `vector: "kept"`; its registers stay the accumulator's, or are the caller's */
  lanes(): VectorValue {
    if (!isArg(this.#op)) {
      return { registers: this.#registers, laneBytes: this.#laneBytes, uniform: false, owned: false };
    }
    const { f } = this.context, { vf } = this.options;
    const registers = this.#indexBytes === 8
      ? this.#indices.map((register) => copy(f, register))
      : widen(f, this.#indices, { laneBytes: 4, vf, signed: false });
    return { registers, laneBytes: 8, uniform: false, owned: true };
  }

  /** the one result in lane 0, for `vector: "reduced"` */
  folded(): VectorValue {
    const { f } = this.context;
    const folded = this.#fold(this.#registers, this.#laneBytes, (a, b) => this.#combine(a, b));
    if (!isArg(this.#op)) {
      return { registers: [folded], laneBytes: this.#laneBytes, uniform: false, owned: true };
    }
    const index = this.#foldIndex(folded);
    f.release(folded);
    if (this.#indexBytes === 8) return { registers: [index], laneBytes: 8, uniform: false, owned: true };
    const registers = widen(f, [index], { laneBytes: 4, vf: 1, signed: false });
    f.release(index);
    return { registers, laneBytes: 8, uniform: false, owned: true };
  }

  /** the smallest index among the lanes that hold the folded value, or a NaN */
  #foldIndex(folded: Local): Local {
    const { f } = this.context, { vf } = this.options;
    const shape = shapeOf(this.#dtype as NumberDType);
    const best = broadcastLane0(f, folded, this.#laneBytes);
    const holds = this.#registers.map((register) => {
      f.get(register).get(best).op(`${shape}.eq`);
      if (isFloat(this.#dtype)) f.get(register).get(register).op(`${shape}.ne`).op("v128.or");
      return keep(f);
    });
    f.release(best);
    const wide = convertMask(f, holds, { from: this.#laneBytes, to: this.#indexBytes, vf });
    const dtype = this.#indexBytes === 8 ? "i64" : "i32";
    const none = splat(f, dtype, 2 ** 31 - 1);
    const candidates = this.#indices.map((index, i) => select(f, index, none, wide[i]!));
    if (wide !== holds) releaseAll(f, wide);
    releaseAll(f, holds);
    const context = { ...this.context, dtype, numLanes: 16 / this.#indexBytes, constants: [] } as const;
    const index = this.#fold(
      candidates,
      this.#indexBytes,
      (a, b) => emitElementwise(context, "minimum", [a, b]),
    );
    releaseAll(f, candidates);
    return index;
  }

  /** folds the lanes of registers in halves; lane 0 of the fresh result is the fold, the registers stay */
  #fold(registers: readonly Local[], laneBytes: LaneBytes, combine: (a: Local, b: Local) => Local): Local {
    const { f } = this.context;
    let current = registers.map((register) => copy(f, register));
    while (current.length > 1) {
      const half = current.length / 2;
      const next = current.slice(0, half).map((register, i) => combine(register, current[i + half]!));
      releaseAll(f, current);
      current = next;
    }
    let result = current[0]!;
    for (let half = Math.min(this.options.vf, 16 / laneBytes) / 2; half >= 1; half /= 2) {
      const bytes = Array.from({ length: 16 }, (_, i) => (i + half * laneBytes) % 16);
      const upper = keep(f.get(result).get(result).op("i8x16.shuffle", ...bytes));
      const next = combine(result, upper);
      releaseAll(f, [result, upper]);
      result = next;
    }
    return result;
  }

  /** gives the lanes back */
  release(): void {
    releaseAll(this.context.f, [...this.#registers, ...this.#indices]);
  }
}

/** The elementwise primitive that combines two partial results. */
export const COMBINE: Readonly<Record<ReduceOp, ElementwiseOp>> = {
  sum: "add",
  prod: "mul",
  min: "minimum",
  max: "maximum",
  argmin: "minimum",
  argmax: "maximum",
  any: "logicalOr",
  all: "logicalAnd",
};

/** What leaves every value as it is; for argmin and argmax the worst value, which index 0 stands for. */
export function identity(op: ReduceOp, dtype: DType): number | bigint | boolean {
  const { kind, range } = DTYPE[dtype];
  switch (op) {
    case "sum":
      return kind === "b" ? false : range === null ? 0 : 0n;
    case "prod":
      return kind === "b" ? true : range === null ? 1 : 1n;
    case "min":
    case "argmin":
      return kind === "b" ? true : range === null ? Infinity : range[1];
    case "max":
    case "argmax":
      return kind === "b" ? false : range === null ? -Infinity : range[0];
    case "any":
      return false;
    case "all":
      return true;
    default:
      return op satisfies never;
  }
}
