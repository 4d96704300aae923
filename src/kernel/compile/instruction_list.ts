/**
 * Emits a list of instructions for one step of the vector loop: values in registers, released after their last
 * use. Loads and constants are emitted where they are first needed. What is the same in all lanes is one
 * register, and can be emitted before the loop.
 *
 * @module
 */
import { DTYPE, isFloat } from "../../dtype/mod.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import type { Instruction, ValueRef } from "../../plan/loop_kernel.ts";
import type { Local } from "../wasm/function_builder.ts";
import { castRegisters } from "./cast.ts";
import { emitElementwise } from "./elementwise.ts";
import type { EmitContext } from "./lane_context.ts";
import {
  broadcastLane0,
  convertMask,
  keep,
  type LaneBytes,
  numRegisters,
  releaseAll,
  select,
  shapeOf,
  splat,
} from "./lanes.ts";
import { savedByJoining } from "./pairs.ts";
import { isAlternating, isChain } from "./vector_factor.ts";

/** A value in registers. A uniform one is a single register with equal lanes; a uniform mask fits every width. */
export interface VectorValue {
  readonly registers: readonly Local[];
  /** of a bool: of its mask */
  readonly laneBytes: LaneBytes;
  readonly uniform: boolean;
  /** whether the registers are released after the value's last use */
  readonly owned: boolean;
}

/** A value's registers as they go to memory; owned ones are released by whoever asked for them. */
export interface StoredValue {
  readonly registers: readonly Local[];
  readonly owned: boolean;
}

/** What a list needs to know of where it stands. */
export interface ListEnvironment {
  readonly vf: number;
  /** whether the registers of a value are pairs: see `pairs.ts`; default: no */
  readonly inPairs?: boolean;
  /** loads an operand's elements, `itemsize` bytes wide; a bool still as a byte */
  readonly load: (operand: number) => { registers: readonly Local[]; uniform: boolean };
  /** the folded value of an accumulator, in an epilogue */
  readonly accumulator: (index: number) => VectorValue;
  /** whether an operand is the same in all lanes */
  readonly isUniformOperand: (operand: number) => boolean;
}

/** The register of a value that holds its i-th run of lanes. */
export function registerAt(value: VectorValue, i: number): Local {
  return value.registers[value.uniform ? 0 : i]!;
}

/** The emission of one list. */
export class InstructionList {
  readonly context: EmitContext;
  readonly instructions: readonly Instruction[];
  readonly roots: readonly ValueRef[];
  readonly environment: ListEnvironment;
  readonly #values = new Map<ValueRef, VectorValue>();
  /** masks converted to other widths, released with their value */
  readonly #forms = new Map<ValueRef, Map<LaneBytes, VectorValue>>();
  readonly #uses: number[];
  #pinning = false;
  readonly #pinned: Local[] = [];

  /** @param roots the values that are wanted at the end, once for every use; the caller `release`s each */
  constructor(
    context: EmitContext,
    instructions: readonly Instruction[],
    roots: readonly ValueRef[],
    environment: ListEnvironment,
  ) {
    this.context = context;
    this.instructions = instructions;
    this.roots = roots;
    this.environment = environment;
    this.#uses = instructions.map(() => 0);
    for (const ref of roots) this.#uses[ref]!++;
    for (let ref = instructions.length - 1; ref >= 0; ref--) {
      if (this.#uses[ref] === 0) continue;
      for (const arg of argsOf(instructions[ref]!)) this.#uses[arg]!++;
    }
  }

  /** whether the value is the same in all lanes, known before anything is emitted */
  isUniform(ref: ValueRef): boolean {
    const instruction = this.instructions[ref]!;
    switch (instruction.op) {
      case "constant":
        return true;
      case "load":
        return this.environment.isUniformOperand(instruction.operand);
      case "accumulator":
        return false;
      default:
        return this.#uniformFlags()[ref]!;
    }
  }

  #flags: boolean[] | null = null;
  #uniformFlags(): readonly boolean[] {
    if (this.#flags !== null) return this.#flags;
    this.#flags = [];
    for (let ref = 0; ref < this.instructions.length; ref++) {
      const instruction = this.instructions[ref]!;
      const args = argsOf(instruction);
      this.#flags.push(args.length === 0 ? this.isUniform(ref) : args.every((arg) => this.#flags![arg]!));
    }
    return this.#flags;
  }

  /** emits what is the same in all lanes, to stay until `releasePinned`: call it before the loop */
  emitUniform(): void {
    this.#pinning = true;
    const flags = this.#uniformFlags();
    for (const ref of this.instructions.keys()) if (flags[ref] && this.#uses[ref]! > 0) this.#ensure(ref);
    this.#pinning = false;
  }

  /** emits everything that the roots need */
  emit(): void {
    for (let ref = 0; ref < this.instructions.length; ref++) {
      const instruction = this.instructions[ref]!;
      if (this.#uses[ref]! > 0 && argsOf(instruction).length > 0) this.#ensure(ref);
    }
    for (const ref of this.roots) this.#ensure(ref);
    if (this.environment.inPairs === true) { for (const ref of new Set(this.roots)) this.#seed(ref); }
  }

  /** a root's value; emitted when it was not before */
  value(ref: ValueRef): VectorValue {
    return this.#ensure(ref);
  }

  /** one use of the value is over */
  release(ref: ValueRef): void {
    const left = --this.#uses[ref]!;
    if (left > 0) return;
    for (const form of this.#forms.get(ref)?.values() ?? []) releaseAll(this.context.f, form.registers);
    this.#forms.delete(ref);
    const value = this.#values.get(ref);
    if (value?.owned) {
      releaseAll(this.context.f, value.registers);
      this.#values.delete(ref);
    }
  }

  /** after the loop: releases what `emitUniform` made */
  releasePinned(): void {
    releaseAll(this.context.f, this.#pinned.splice(0));
  }

  /** a bool with mask lanes of that width; released with its value */
  mask(ref: ValueRef, laneBytes: LaneBytes): VectorValue {
    const value = this.#ensure(ref);
    if (value.uniform || value.laneBytes === laneBytes) return value;
    const forms = this.#forms.get(ref) ?? new Map<LaneBytes, VectorValue>();
    this.#forms.set(ref, forms);
    const known = forms.get(laneBytes);
    if (known !== undefined) return known;
    const { f } = this.context, { vf } = this.environment;
    const registers = convertMask(f, value.registers, { from: value.laneBytes, to: laneBytes, vf });
    const form = { registers, laneBytes, uniform: false, owned: true };
    forms.set(laneBytes, form);
    return form;
  }

  #ensure(ref: ValueRef): VectorValue {
    const known = this.#values.get(ref);
    if (known !== undefined) return known;
    const instruction = this.instructions[ref]!;
    const isBetween = this.environment.inPairs === true && !this.#isJoined(ref);
    if (isBetween) { for (const arg of argsOf(instruction)) this.#seed(arg); }
    const value = this.#emitOne(instruction);
    if (isBetween && this.#isJoinedLater(ref) && this.#hasPairs(ref, value)) {
      for (const register of value.registers) this.context.f.leaf(register);
    }
    const kept = this.#pinning && value.owned ? { ...value, owned: false } : value;
    if (kept !== value) this.#pinned.push(...value.registers);
    this.#values.set(ref, kept);
    for (const arg of argsOf(instruction)) this.release(arg);
    return kept;
  }

  #joined: readonly boolean[] | null = null;
  /** whether V8 joins the instruction's code */
  #isJoined(ref: ValueRef): boolean {
    this.#joined ??= savedByJoining(this.instructions).map((saved) => saved > 0);
    return this.#joined[ref]!;
  }

  /** whether an instruction that V8 joins takes the value */
  #isJoinedLater(ref: ValueRef): boolean {
    return this.instructions.some((one, later) => argsOf(one).includes(ref) && this.#isJoined(later));
  }

  /** whether the value has pairs of registers, of floats or of a mask that V8 joins */
  #hasPairs(ref: ValueRef, { registers, uniform }: VectorValue): boolean {
    const { dtype } = this.instructions[ref]!;
    return (isFloat(dtype) || (dtype === "bool" && this.#isJoined(ref))) && !uniform &&
      registers.length % 2 === 0;
  }

  /** where a value goes to what V8 cannot join: what made it may be joined */
  #seed(ref: ValueRef): void {
    const value = this.#ensure(ref);
    if (this.#hasPairs(ref, value)) this.context.f.seedPairs(value.registers);
  }

  #emitOne(instruction: Instruction): VectorValue {
    const { context, environment } = this;
    switch (instruction.op) {
      case "constant": {
        const register = splat(context.f, instruction.dtype, instruction.value);
        return {
          registers: [register],
          laneBytes: DTYPE[instruction.dtype].itemsize,
          uniform: true,
          owned: false,
        };
      }
      case "load":
        return this.#emitLoad(instruction);
      case "accumulator":
        return environment.accumulator(instruction.index);
      case "cast":
        return this.#emitCast(instruction);
      case "where":
        return this.#emitWhere(instruction);
      case "multiplyAdd":
        return this.#emitMultiplyAdd(instruction);
      case "elementwise":
        return this.#emitElementwise(instruction);
      default:
        return instruction satisfies never;
    }
  }

  #emitLoad({ dtype, operand }: Extract<Instruction, { op: "load" }>): VectorValue {
    const { f } = this.context;
    const { registers, uniform } = this.environment.load(operand);
    const { itemsize } = DTYPE[dtype];
    if (dtype !== "bool") return { registers, laneBytes: itemsize, uniform, owned: true };
    const zero = splat(f, "u8", 0);
    const masks = registers.map((register) => keep(f.get(register).get(zero).op("i8x16.ne")));
    releaseAll(f, registers);
    return { registers: masks, laneBytes: 1, uniform, owned: true };
  }

  #emitCast({ dtype, from, args }: Extract<Instruction, { op: "cast" }>): VectorValue {
    const { f } = this.context;
    const value = this.#ensure(args[0]);
    // of a uniform value, lane 0 is cast and repeated; its mask is as good as one of any width
    const laneBytes = value.uniform && from === "bool" ? DTYPE[dtype].itemsize : value.laneBytes;
    const vf = value.uniform ? 1 : this.environment.vf;
    const registers = castRegisters(f, value.registers, { from, to: dtype, laneBytes, vf });
    const width: LaneBytes = dtype === "bool" ? laneBytes : DTYPE[dtype].itemsize;
    if (!value.uniform) return { registers, laneBytes: width, uniform: false, owned: true };
    const repeated = broadcastLane0(f, registers[0]!, width);
    releaseAll(f, registers);
    return { registers: [repeated], laneBytes: width, uniform: true, owned: true };
  }

  #emitWhere({ dtype, args }: Extract<Instruction, { op: "where" }>): VectorValue {
    const [condition, then, otherwise] = args;
    const laneBytes = dtype === "bool" ? this.#commonWidth(args) : DTYPE[dtype].itemsize;
    const mask = this.mask(condition, laneBytes);
    const branches = [then, otherwise].map((ref) =>
      dtype === "bool" ? this.mask(ref, laneBytes) : this.#ensure(ref)
    );
    return this.#perRegister(
      [...branches, mask],
      laneBytes,
      ([a, b, m]) => select(this.context.f, a!, b!, m!),
    );
  }

  #emitMultiplyAdd({ dtype, args }: Extract<Instruction, { op: "multiplyAdd" }>): VectorValue {
    const { f, numerics } = this.context, shape = shapeOf(dtype);
    const values = args.map((ref) => this.#ensure(ref));
    return this.#perRegister(values, DTYPE[dtype].itemsize, ([a, b, c]) => {
      f.get(a!).get(b!);
      if (numerics === "fused") return keep(f.get(c!).op(`${shape}.relaxed_madd`));
      return keep(f.op(`${shape}.mul`).get(c!).op(`${shape}.add`));
    });
  }

  #emitElementwise({ name, compute, args }: Extract<Instruction, { op: "elementwise" }>): VectorValue {
    const laneBytes = compute === "bool" ? this.#commonWidth(args) : DTYPE[compute].itemsize;
    const values: VectorValue[] = [], constants: (ScalarValue | null)[] = [];
    for (const ref of args) {
      values.push(compute === "bool" ? this.mask(ref, laneBytes) : this.#ensure(ref));
      constants.push(this.#constant(ref));
    }
    const numLanes = Math.min(this.environment.vf, 16 / laneBytes), uniform = areUniform(values);
    const context = {
      ...this.context,
      dtype: compute,
      numLanes: uniform ? 16 / laneBytes : numLanes,
      constants,
    };
    const emit = (registers: readonly Local[]) => emitElementwise(context, name, registers);
    const length = uniform ? 1 : numRegisters(this.environment.vf, laneBytes);
    const inPairs = this.environment.inPairs === true && isChain(name, compute) && length % 2 === 0;
    if (length === 1 || !(inPairs || isAlternating(name, compute))) {
      return this.#perRegister(values, laneBytes, emit);
    }
    const lists: Local[][] = [];
    for (let i = 0; i < length; i++) lists.push(registersAt(values, i));
    return { registers: context.f.interleave(lists, emit, { inPairs }), laneBytes, uniform, owned: true };
  }

  #constant(ref: ValueRef): ScalarValue | null {
    const instruction = this.instructions[ref]!;
    return instruction.op === "constant" ? instruction.value : null;
  }

  /** one width for several bools: the widest, since masks mostly meet the numbers they came from */
  #commonWidth(refs: readonly ValueRef[]): LaneBytes {
    const varying = refs.filter((ref) => !this.isUniform(ref));
    return Math.max(1, ...varying.map((ref) => this.maskWidth(ref))) as LaneBytes;
  }

  /** the width of the lanes of a bool that is not uniform, known before anything is emitted */
  maskWidth(ref: ValueRef): LaneBytes {
    const instruction = this.instructions[ref]!;
    switch (instruction.op) {
      case "constant":
      case "load":
        return 1;
      case "accumulator":
        return this.environment.accumulator(instruction.index).laneBytes;
      case "cast":
        return instruction.from === "bool"
          ? this.maskWidth(instruction.args[0])
          : DTYPE[instruction.from].itemsize;
      case "where":
        return this.#commonWidth(instruction.args);
      case "multiplyAdd":
        return DTYPE[instruction.dtype].itemsize;
      case "elementwise":
        return instruction.compute === "bool"
          ? this.#commonWidth(instruction.args)
          : DTYPE[instruction.compute].itemsize;
      default:
        return instruction satisfies never;
    }
  }

  #perRegister(
    values: readonly VectorValue[],
    laneBytes: LaneBytes,
    emit: (registers: readonly Local[]) => Local,
  ): VectorValue {
    const uniform = areUniform(values);
    const length = uniform ? 1 : numRegisters(this.environment.vf, laneBytes);
    const registers: Local[] = [];
    for (let i = 0; i < length; i++) registers.push(emit(registersAt(values, i)));
    return { registers, laneBytes, uniform, owned: true };
  }

  /** the value's bytes as they go to memory: a bool as bytes 0 and 1, in fresh locals of the caller's */
  forStore(ref: ValueRef): StoredValue {
    const { f } = this.context;
    const { dtype } = this.instructions[ref]!;
    const value = dtype === "bool" ? this.mask(ref, 1) : this.#ensure(ref);
    if (dtype !== "bool") return { registers: value.registers, owned: false };
    const one = splat(f, "u8", 1);
    return { registers: value.registers.map((reg) => keep(f.get(reg).get(one).op("v128.and"))), owned: true };
  }
}

function registersAt(values: readonly VectorValue[], i: number): Local[] {
  const registers: Local[] = [];
  for (const value of values) registers.push(registerAt(value, i));
  return registers;
}

function areUniform(values: readonly VectorValue[]): boolean {
  for (const { uniform } of values) if (!uniform) return false;
  return true;
}

/** the arguments of an instruction */
function argsOf(instruction: Instruction): readonly ValueRef[] {
  return "args" in instruction ? instruction.args : [];
}
