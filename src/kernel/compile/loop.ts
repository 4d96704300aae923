/**
 * From a loop kernel to a WebAssembly function `(descriptor: i32) -> ()`, or `-> i32` for a kernel that filters:
 * how many elements passed. The descriptor is that of `plan/loop_kernel.ts`; nothing else is read, and only the
 * elements of the stored operands are written, of filtered ones up to 16 bytes more.
 *
 * Invariants of the emitted code
 * 1. Every operand has one current pointer. A loop over an axis leaves all pointers as it found them.
 * 2. The body is emitted once: the last, partial step runs the same vector code as the others, and leaves the loop
 *    before anything is stored or accumulated, for code that stores and accumulates a part.
 * 3. Loads of the last step may read up to 64 bytes past the last element; no store writes past it.
 * 4. Within a step, all loads come before all stores: an operand may be stored where it was loaded.
 *
 * Over 400 lines because it is one emitter, whose methods share the pointers and registers of one function.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { filteredItemsizes, type Itemsize, type LoopKernel, type ValueRef } from "../../plan/loop_kernel.ts";
import type { Numerics } from "../numerics.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { emitBlockLoop } from "./block_loop.ts";
import { storeFiltered } from "./filtered_store.ts";
import {
  InstructionList,
  type ListEnvironment,
  type StoredValue,
  type VectorValue,
} from "./instruction_list.ts";
import type { EmitContext } from "./lane_context.ts";
import { copy, keep, type LaneBytes, releaseAll } from "./lanes.ts";
import {
  loadReversed,
  loadSplat,
  loadStrided,
  loadUnit,
  storeReversed,
  storeStrided,
  storeUnit,
  storeUnitPartial,
} from "./memory_access.ts";
import { type WideSteps, wideSteps } from "./pairs.ts";
import { AccumulatorState, fusedProduct, isArg, laneMasks } from "./reduction.ts";
import { leadingFactor, vectorFactor } from "./vector_factor.ts";
import { verifyLoopKernel } from "./verify.ts";

/**
 * Adds the function of a loop kernel to a module, exported under `name`.
 *
 * Throws BUG001 for a kernel that is not well formed.
 *
 * @example
 * ```ts
 * import { ModuleBuilder } from "../wasm/module_builder.ts";
 * import { emitLoopKernel } from "./loop.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const module = new ModuleBuilder();
 * emitLoopKernel(module, "double", {
 *   numKept: 1,
 *   numReduced: 0,
 *   vector: "kept",
 *   operands: [{ dtype: "f32", access: "unit" }, { dtype: "f32", access: "unit" }],
 *   body: [
 *     { op: "load", dtype: "f32", operand: 0 },
 *     { op: "elementwise", name: "add", dtype: "f32", compute: "f32", args: [0, 0] },
 *   ],
 *   accumulators: [],
 *   epilogue: [],
 *   stores: [{ operand: 1, value: 1, at: "body" }],
 * }, "strict");
 * const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
 * const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
 * new Float32Array(memory.buffer, 1024, 3).set([1, 2, 3]);
 * new Int32Array(memory.buffer, 0, 5).set([3, 1024, 4, 2048, 4]); // size; pointer, stride; pointer, stride
 * (exports["double"] as (descriptor: number) => void)(0);
 * deepStrictEqual([...new Float32Array(memory.buffer, 2048, 4)], [2, 4, 6, 0]);
 * ```
 */
export function emitLoopKernel(
  module: ModuleBuilder,
  name: string,
  kernel: LoopKernel,
  numerics: Numerics,
): ModuleFunction {
  verifyLoopKernel(kernel);
  const results = kernel.filter === undefined ? [] : ["i32" as const];
  return module.add(
    name,
    ["i32"],
    results,
    (f) => new LoopEmitter({ f, module, numerics }, kernel, f.params[0]!).emit(),
  );
}

/** Rows that are woven. */
export interface WovenRows {
  /** elements of a turn of the loop: a multiple of both kernels' steps */
  readonly numElements: number;
  /** of either kernel, the operands that move from row to row, and how far */
  readonly moves: readonly (readonly { readonly operand: number; readonly rowBytes: number }[])[];
}

/**
 * Adds `name(rows, descriptor of a kernel that reduces rows, descriptor of a map of rows)`, of rows that are as long: in
 * one loop, it reduces a row and maps another one, then moves both to their next. The descriptors' sizes of rows and
 * strides from row to row are not read, and rows are at least one. What the map takes of the reduction of its row is read
 * before what is reduced now is written, to the same place.
 */
export function emitWovenKernels(
  module: ModuleBuilder,
  name: string,
  { kernels: [reduction, map], rows }: {
    readonly kernels: readonly [reduction: LoopKernel, map: LoopKernel];
    readonly rows: WovenRows;
  },
  numerics: Numerics,
): ModuleFunction {
  return module.add(name, ["i32", "i32", "i32"], [], (f) => {
    const context = { f, module, numerics }, [numRows, ...descriptors] = f.params;
    const mapping = new LoopEmitter(context, map, descriptors[1]!);
    new LoopEmitter(context, reduction, descriptors[0]!).weave(mapping, { ...rows, numRows: numRows! });
  });
}

type Store = LoopKernel["stores"][number];

/** How the elements of one list stand in memory. */
interface Step {
  /** elements at once */
  readonly vf: number;
  /** how many elements there are from the current one on; null: at least `vf` */
  readonly remaining: Local | null;
  /** of several steps in one turn of the loop, which this is; default 0 */
  readonly turn?: number;
  /** whether the registers of a value are pairs: see `pairs.ts`; default: where all steps are wide */
  readonly inPairs?: boolean;
}

/** What a vector loop works on beside its list. */
interface LoopState {
  /** counts down the elements of the vector axis */
  readonly remaining: Local;
  readonly accumulators: readonly AccumulatorState[];
  /** the running index over the reduced axes, where an accumulator needs it */
  readonly flatIndex: Local | null;
}

class LoopEmitter {
  readonly context: EmitContext;
  readonly kernel: LoopKernel;
  readonly descriptor: Local;
  readonly #f: FunctionBuilder;
  readonly #rank: number;
  readonly #pointers: readonly Local[];
  /** the byte stride on the vector axis of operands that are neither neighbours nor equal, and of one step */
  readonly #strides = new Map<number, { stride: Local; step: Local }>();
  readonly #vf: number;
  /** whether the engine joins vectors, so that the registers of wide steps are pairs */
  readonly #inPairs: boolean;
  readonly #wide: WideSteps;
  /** elements of a wide step that goes before the others, see `pairs.ts`; null: there are none */
  readonly #wideVf: number | null;
  /** whether the loops that are emitted begin with wide steps */
  #beginsWide = false;
  /** null: a kernel of rank 0 on its kept axes, vectorised over nothing */
  readonly #vectorAxis: number | null;
  /** all but the filtered ones, whose pointers move with what passes */
  readonly #bodyOperands: readonly number[];
  readonly #allOperands: readonly number[];
  /** addresses of the tables of shuffles */
  readonly #tables = new Map<Itemsize, Local>();

  constructor(context: EmitContext, kernel: LoopKernel, descriptor: Local) {
    this.context = context;
    this.kernel = kernel;
    this.descriptor = descriptor;
    const { f } = context, { numKept, numReduced, vector, operands } = kernel;
    this.#f = f;
    this.#rank = numKept + numReduced;
    this.#vectorAxis = vector === "reduced" ? this.#rank - 1 : numKept > 0 ? numKept - 1 : null;
    const { vectorBits } = context.module;
    this.#inPairs = vectorBits === 256;
    // sums have wide steps also where V8 joins nothing: a function of f32 beside a sum in f64 would fill half of its
    // registers
    this.#wide = this.#inPairs || kernel.accumulators.length > 0 ? wideSteps(kernel) : "none";
    this.#vf = this.#vectorAxis === null ? 1 : vectorFactor(kernel, this.#wide === "all" ? 256 : null);
    this.#wideVf = this.#firstVf();
    const filtered = new Set<number>(), ofBody = new Set<number>(), pointers: Local[] = [];
    for (const one of kernel.body) if (one.op === "load") ofBody.add(one.operand);
    for (const { at, operand } of kernel.stores) {
      if (at === "filter") filtered.add(operand);
      else if (at === "body") ofBody.add(operand);
    }
    this.#allOperands = [...operands.keys()].filter((operand) => !filtered.has(operand));
    this.#bodyOperands = this.#allOperands.filter((operand) => ofBody.has(operand));
    this.#pointers = pointers;
    for (let operand = 0; operand < operands.length; operand++) {
      pointers.push(keep(this.#word(this.#rank + operand * (1 + this.#rank)), "i32"));
    }
    filteredItemsizes(kernel).forEach((itemsize, i) => {
      const word = this.#rank + operands.length * (1 + this.#rank) + i;
      this.#tables.set(itemsize, keep(this.#word(word), "i32"));
    });
    const onVectorAxis = vector === "reduced" ? this.#bodyOperands : this.#allOperands;
    for (const operand of onVectorAxis) {
      const { access } = operands[operand]!;
      if (access === "unit" || access === "zero" || this.#vectorAxis === null) continue;
      const stride = keep(this.#stride(operand, this.#vectorAxis), "i32");
      this.#strides.set(operand, { stride, step: keep(f.get(stride).i32(this.#vf).op("i32.mul"), "i32") });
    }
  }

  /** see `#wideVf` */
  #firstVf(): number | null {
    const { kernel, context: { module: { vectorBits } } } = this;
    if (this.#wide === "all") return leadingFactor(kernel);
    const vf = this.#wide === "first" ? vectorFactor(kernel, vectorBits) : 0;
    return vf > this.#vf || (vf > 0 && this.#inPairs) ? Math.max(vf, this.#vf) : null;
  }

  /** pushes a word of the descriptor */
  #word(index: number): FunctionBuilder {
    return this.#f.get(this.descriptor).op("i32.load", 4 * index);
  }

  #stride(operand: number, axis: number): FunctionBuilder {
    return this.#word(this.#rank + operand * (1 + this.#rank) + 1 + axis);
  }

  /** where rows begin with wide steps, the loops stand twice: short rows would wait for what only those need */
  emit(): void {
    if (this.#wideVf === null) return this.#emit(false);
    if (this.#wide === "all" || this.#keepsAccumulators()) return this.#emit(true);
    this.#word(this.#vectorAxis!).i32(this.#wideVf).op("i32.ge_s").if(
      () => this.#emit(true),
      () => this.#emit(false),
    );
  }

  /** whether a step's lanes are results, for which other axes are gone through */
  #keepsAccumulators(): boolean {
    const { numReduced, vector, accumulators, epilogue } = this.kernel;
    return vector === "kept" && numReduced + accumulators.length + epilogue.length > 0;
  }

  #emit(beginsWide: boolean): void {
    this.#beginsWide = beginsWide;
    const { numKept, vector } = this.kernel;
    const kept = Array.from({ length: numKept }, (_, axis) => axis);
    if (vector === "reduced") return this.#axes(kept, this.#allOperands, () => this.#reduceOne());
    if (this.#vectorAxis === null) return this.#reduceLanes({ vf: 1, remaining: null });
    const outer = kept.slice(0, -1);
    if (!this.#keepsAccumulators()) {
      if (this.kernel.block === undefined) this.#axes(outer, this.#allOperands, () => this.#mapVector(null));
      else this.#axes(outer.slice(0, -1), this.#allOperands, () => this.#blocks());
      return this.#pushNumPassed();
    }
    this.#axes(outer, this.#allOperands, () => this.#keptLoop());
  }

  /** of a kernel that filters, the result: how many elements passed */
  #pushNumPassed(): void {
    const [store] = this.#storesAt("filter");
    if (store === undefined) return;
    const { itemsize } = DTYPE[this.kernel.operands[store.operand]!.dtype];
    this.#f.get(this.#pointers[store.operand]!);
    this.#word(this.#rank + store.operand * (1 + this.#rank)).op("i32.sub");
    this.#f.i32(Math.log2(itemsize)).op("i32.shr_u");
  }

  /** nested scalar loops over axes, outermost first */
  #axes(axes: readonly number[], operands: readonly number[], inner: () => void): void {
    const [axis, ...rest] = axes;
    if (axis === undefined) return inner();
    const f = this.#f;
    const left = keep(this.#word(axis), "i32"), saved = this.#saved(operands), strides: Local[] = [];
    for (const operand of operands) strides.push(keep(this.#stride(operand, axis), "i32"));
    f.get(left);
    f.if(() => {
      f.loop((again) => {
        this.#axes(rest, operands, inner);
        for (let i = 0; i < operands.length; i++) this.#advance(operands[i]!, strides[i]!);
        f.get(left).i32(1).op("i32.sub").tee(left).brIf(again);
      });
      this.#restore(operands, saved);
    });
    releaseAll(f, [left, ...saved, ...strides]);
  }

  #advance(operand: number, by: Local | number): void {
    const f = this.#f.get(this.#pointers[operand]!);
    (typeof by === "number" ? f.i32(by) : f.get(by)).op("i32.add").set(this.#pointers[operand]!);
  }

  /** moves pointers by one step along the vector axis, or by several */
  #advanceStep(operands: readonly number[], numSteps = 1): void {
    for (const operand of operands) {
      const { access, dtype } = this.kernel.operands[operand]!;
      if (access === "unit") this.#advance(operand, numSteps * this.#vf * DTYPE[dtype].itemsize);
      const strided = this.#strides.get(operand);
      for (let i = 0; strided !== undefined && i < numSteps; i++) this.#advance(operand, strided.step);
    }
  }

  /** runs code that moves pointers along the vector axis, and puts them back */
  #restoring(operands: readonly number[], code: () => void): void {
    const f = this.#f;
    const moving = operands.filter((operand) => this.kernel.operands[operand]!.access !== "zero");
    const saved = this.#saved(moving);
    code();
    this.#restore(moving, saved);
    releaseAll(f, saved);
  }

  /** copies of pointers */
  #saved(operands: readonly number[]): Local[] {
    const saved: Local[] = [];
    for (const operand of operands) saved.push(copy(this.#f, this.#pointers[operand]!));
    return saved;
  }

  #restore(operands: readonly number[], saved: readonly Local[]): void {
    for (let i = 0; i < operands.length; i++) this.#f.get(saved[i]!).set(this.#pointers[operands[i]!]!);
  }

  /** the values that a step of the body must leave: of the accumulators, of the stores, the filter */
  #bodyRoots(): ValueRef[] {
    const { body, accumulators, filter } = this.kernel, { numerics } = this.context;
    return [
      ...accumulators.flatMap((spec) => fusedProduct(body, spec, numerics) ?? [spec.value]),
      ...[...this.#storesAt("body"), ...this.#storesAt("filter")].map(({ value }) => value),
      ...(filter === undefined ? [] : [filter]),
    ];
  }

  #storesAt(at: Store["at"]): Store[] {
    return this.kernel.stores.filter((store) => store.at === at);
  }

  #bodyList(step: Step): InstructionList {
    const environment = this.#environment(step, () => {
      throw new NdpipeError("BUG001", "the body of a loop kernel reads an accumulator");
    });
    return new InstructionList(this.context, this.kernel.body, this.#bodyRoots(), environment);
  }

  #environment(
    { vf, remaining, turn = 0, inPairs = this.#inPairs && this.#wide === "all" }: Step,
    accumulator: (index: number) => VectorValue,
  ): ListEnvironment {
    const { operands } = this.kernel;
    const isUniformOperand = (operand: number) => vf > 1 && operands[operand]!.access === "zero";
    const load = (operand: number) => {
      const f = this.#f, pointer = this.#pointers[operand]!, { dtype, access } = operands[operand]!;
      const laneBytes = DTYPE[dtype].itemsize;
      if (isUniformOperand(operand)) return { registers: [loadSplat(f, pointer, laneBytes)], uniform: true };
      if (vf === 1 || access === "unit") {
        const offset = turn * vf * laneBytes;
        return { registers: loadUnit(f, pointer, { laneBytes, vf, offset }), uniform: false };
      }
      if (access === "reversed") {
        return { registers: loadReversed(f, pointer, { laneBytes, vf }), uniform: false };
      }
      const { stride } = this.#strides.get(operand)!;
      const isSecond = access === "second";
      return {
        registers: loadStrided(f, pointer, { stride, laneBytes, vf, remaining, isSecond }),
        uniform: false,
      };
    };
    return { vf, inPairs, load, accumulator, isUniformOperand };
  }

  /** stores values made by `forStore`: all of the step's elements, or the `remaining` first */
  #store(store: Store, registers: readonly Local[], { vf, remaining, turn = 0 }: Step): void {
    const f = this.#f,
      pointer = this.#pointers[store.operand]!,
      { dtype, access } = this.kernel.operands[store.operand]!;
    const laneBytes = DTYPE[dtype].itemsize;
    const strided = vf > 1 ? this.#strides.get(store.operand) : undefined;
    if (strided !== undefined && remaining === null && access === "reversed") {
      storeReversed(f, pointer, { registers, laneBytes, vf });
    } else if (strided !== undefined) {
      storeStrided(f, pointer, { stride: strided.stride, registers, laneBytes, vf, remaining });
    } else if (remaining === null) {
      storeUnit(f, pointer, { registers, laneBytes, vf, offset: turn * vf * laneBytes });
    } else storeUnitPartial(f, pointer, { registers, laneBytes, vf, remaining });
  }

  /** an elementwise kernel's vector axis: as many elements as `given` counts, or all */
  #mapVector(given: Local | null): void {
    const remaining = given ?? keep(this.#word(this.#vectorAxis!), "i32");
    const list = this.#bodyList({ vf: this.#vf, remaining });
    this.#vectorLoop(list, { remaining, accumulators: [], flatIndex: null });
    if (given === null) this.#f.release(remaining);
  }

  /** several steps at a time, while so many are left: one check of the count, and pointers that move once */
  #wholeTurns(state: LoopState, numSteps: number): void {
    LoopEmitter.#turns([{ emitter: this, state }], state.remaining, numSteps * this.#vf);
  }

  /** turns of so many elements, while so many are left, of several kernels: their steps take turns */
  static #turns(
    parts: readonly { readonly emitter: LoopEmitter; readonly state: LoopState }[],
    remaining: Local,
    numElements: number,
  ): void {
    const f = parts[0]!.emitter.#f, steps: { list: InstructionList; at: number; emit: () => void }[] = [];
    for (const { emitter, state } of parts) {
      for (let turn = 0; turn * emitter.#vf < numElements; turn++) {
        const list = emitter.#bodyList({ vf: emitter.#vf, remaining: null, turn });
        steps.push({ list, at: turn * emitter.#vf, emit: () => emitter.#stepOfTurn(list, state, turn) });
      }
    }
    steps.sort((a, b) => a.at - b.at);
    f.get(remaining).i32(numElements).op("i32.ge_s").if(() => {
      for (const { list } of steps) list.emitUniform();
      f.loop((again) => {
        for (const { emit } of steps) emit();
        for (const { emitter } of parts) {
          emitter.#advanceStep(emitter.#bodyOperands, numElements / emitter.#vf);
        }
        f.get(remaining).i32(numElements).op("i32.sub").tee(remaining);
        f.i32(numElements).op("i32.ge_s").brIf(again);
      });
      for (const { list } of steps) list.releasePinned();
    });
  }

  /** one of several steps in one turn of the loop */
  #stepOfTurn(list: InstructionList, { accumulators }: LoopState, turn: number): void {
    const stores = this.#storesAt("body");
    list.emit();
    const prepared = stores.map(({ value }) => list.forStore(value));
    for (const state of accumulators) {
      state.accumulate({ laneMask: null, flatIndex: null, several: { list, step: 0 }, turn });
    }
    stores.forEach((store, i) =>
      this.#store(store, prepared[i]!.registers, { vf: this.#vf, remaining: null, turn })
    );
    for (const { registers, owned } of prepared) if (owned) releaseAll(this.#f, registers);
    for (const ref of list.roots) list.release(ref);
  }

  /**
   * Rows of two kernels, each row of the one with a row of the other in one loop: see `emitWovenKernels`. `numRows` is
   * counted down.
   */
  weave(map: LoopEmitter, { numRows, numElements, moves }: WovenRows & { readonly numRows: Local }): void {
    const f = this.#f, axis = this.#vectorAxis!;
    f.loop((again) => {
      const remaining = keep(this.#word(axis), "i32"), left = f.local("i32");
      const list = this.#bodyList({ vf: this.#vf, remaining }), states = this.#accumulators(list, this.#vf);
      const state = { remaining: left, accumulators: states, flatIndex: null };
      const ofMap = { remaining, accumulators: [], flatIndex: null };
      this.#restoring(this.#bodyOperands, () =>
        map.#restoring(map.#bodyOperands, () => {
          LoopEmitter.#turns(
            [{ emitter: this, state }, { emitter: map, state: ofMap }],
            remaining,
            numElements,
          );
          f.get(remaining).set(left);
          // what the map takes of its row's reduction is read before that of the next is written
          map.#vectorLoop(map.#bodyList({ vf: map.#vf, remaining }), ofMap);
          this.#vectorLoop(list, state);
        }));
      releaseAll(f, [remaining, left]);
      this.#foldRow(states);
      for (const [i, emitter] of [this, map].entries()) {
        for (const { operand, rowBytes } of moves[i]!) emitter.#advance(operand, rowBytes);
      }
      f.get(numRows).i32(1).op("i32.sub").tee(numRows).brIf(again);
    });
  }

  /** the block axis and the vector axis of a kernel with transposed operands */
  #blocks(): void {
    const { context, kernel } = this;
    emitBlockLoop({
      context,
      kernel,
      vf: this.#vf,
      pointers: this.#pointers,
      strides: this.#strides,
      size: (axis) => this.#word(axis),
      stride: (operand, axis) => this.#stride(operand, axis),
      row: (remaining) => this.#mapVector(remaining),
    });
  }

  /**
   * The loop over `remaining` elements of the vector axis, for elementwise kernels and for `vector: "reduced"`: whole
   * steps, then the part that is left. What is the same in all lanes is computed before it.
   */
  #vectorLoop(list: InstructionList, state: LoopState): void {
    const f = this.#f, vf = this.#vf, operands = this.#bodyOperands;
    const stores = [...this.#storesAt("body"), ...this.#storesAt("filter")];
    const { remaining, flatIndex } = state, { stepsAtOnce = 1 } = this.kernel;
    const code = () => {
      list.emitUniform();
      let prepared: readonly StoredValue[] = [];
      f.block((done) => {
        f.block((tail) => {
          f.loop((again) => {
            list.emit();
            prepared = stores.map(({ value }) => list.forStore(value));
            if (vf > 1) f.get(remaining).i32(vf).op("i32.lt_s").brIf(tail);
            this.#finishStep(list, state, { prepared, tail: false });
            this.#advanceStep(operands);
            if (flatIndex !== null) f.get(flatIndex).i32(vf).op("i32.add").set(flatIndex);
            f.get(remaining).i32(vf).op("i32.sub").tee(remaining).brIf(again);
          });
          f.br(done);
        });
        if (vf > 1) this.#finishStep(list, state, { prepared, tail: true });
        if (vf > 1 && flatIndex !== null) f.get(flatIndex).get(remaining).op("i32.add").set(flatIndex);
      });
      for (const { registers, owned } of prepared) if (owned) releaseAll(f, registers);
      for (const ref of list.roots) list.release(ref);
      list.releasePinned();
    };
    this.#restoring(operands, () => {
      if (this.#beginsWide) {
        // rows that begin so are long enough; where there is but one, nobody has looked yet
        if (this.#wide !== "all") this.#wideSteps(state);
        else f.get(remaining).i32(this.#wideVf!).op("i32.ge_s").if(() => this.#wideSteps(state));
      }
      if (stepsAtOnce > 1) this.#wholeTurns(state, stepsAtOnce);
      f.get(remaining).if(code);
    });
  }

  /**
   * Reads what the first turn of a loop will, and drops it. The bounds of accesses depend on their offsets alone: the
   * engine computes them where it meets them first, which is before the loop then, and not in each turn.
   */
  #meetBounds(numElements: number): void {
    const { operands } = this.kernel;
    const numBytes = (operand: number) => numElements * DTYPE[operands[operand]!.dtype].itemsize;
    const [widest] = this.#bodyOperands.filter((operand) => operands[operand]!.access === "unit")
      .sort((a, b) => numBytes(b) - numBytes(a));
    if (widest === undefined) return;
    for (let at = 0; at < numBytes(widest); at += 16) {
      this.#f.get(this.#pointers[widest]!).op("v128.load", at).drop();
    }
  }

  /** wide steps, one at least, while as many elements are left; sums keep the order of ordinary steps */
  #wideSteps({ remaining, accumulators }: LoopState): void {
    const f = this.#f, stores = this.#storesAt("body");
    const vf = this.#wideVf!, numSteps = vf / this.#vf;
    const step: Step = { vf, remaining: null, inPairs: this.#inPairs };
    const list = this.#bodyList(step);
    list.emitUniform();
    if (this.#inPairs) this.#meetBounds(vf);
    f.loop((again) => {
      list.emit();
      const prepared = stores.map(({ value }) => list.forStore(value));
      for (let i = 0; i < numSteps; i++) {
        const several = { list, step: i };
        for (const state of accumulators) state.accumulate({ laneMask: null, flatIndex: null, several });
      }
      stores.forEach((store, i) => this.#store(store, prepared[i]!.registers, step));
      for (const { registers, owned } of prepared) if (owned) releaseAll(f, registers);
      for (const ref of list.roots) list.release(ref);
      this.#advanceStep(this.#bodyOperands, numSteps);
      f.get(remaining).i32(vf).op("i32.sub").tee(remaining).i32(vf).op("i32.ge_s").brIf(again);
    });
    list.releasePinned();
  }

  /** accumulates and stores the values of one step of the vector loop: all of them, or in the tail the first */
  #finishStep(
    list: InstructionList,
    { remaining, accumulators, flatIndex }: LoopState,
    { prepared, tail }: { prepared: readonly StoredValue[]; tail: boolean },
  ): void {
    const f = this.#f, vf = this.#vf;
    const masks = new Map<LaneBytes, Local[]>();
    const laneMask = (laneBytes: LaneBytes) => {
      const known = masks.get(laneBytes) ?? laneMasks(f, remaining, laneBytes, vf);
      masks.set(laneBytes, known);
      return known;
    };
    for (const state of accumulators) state.accumulate({ laneMask: tail ? laneMask : null, flatIndex });
    this.#storesAt("body").forEach((store, i) =>
      this.#store(store, prepared[i]!.registers, { vf, remaining: tail ? remaining : null })
    );
    const { filter } = this.kernel;
    if (filter !== undefined) {
      const filtered = prepared.slice(this.#storesAt("body").length);
      const columns = this.#storesAt("filter").map(({ operand }, i) => {
        const { itemsize } = DTYPE[this.kernel.operands[operand]!.dtype];
        const { registers } = filtered[i]!;
        return { pointer: this.#pointers[operand]!, registers, itemsize, table: this.#tables.get(itemsize)! };
      });
      storeFiltered(f, columns, { mask: list.value(filter), vf, laneMask: tail ? laneMask : null });
    }
    for (const registers of masks.values()) releaseAll(f, registers);
  }

  /** `vector: "reduced"`: one result, its lanes folded, then the epilogue on one element */
  #reduceOne(): void {
    const f = this.#f, { numKept } = this.kernel;
    const remaining = f.local("i32");
    const list = this.#bodyList({ vf: this.#vf, remaining });
    const states = this.#accumulators(list, this.#vf);
    const flatIndex = this.#flatIndex();
    const outer = Array.from({ length: this.#rank - 1 - numKept }, (_, i) => numKept + i);
    this.#axes(
      outer,
      this.#bodyOperands,
      () => {
        this.#word(this.#vectorAxis!).set(remaining);
        this.#vectorLoop(list, { remaining, accumulators: states, flatIndex });
      },
    );
    f.release(remaining);
    this.#foldRow(states);
    if (flatIndex !== null) f.release(flatIndex);
  }

  /** folds the lanes of one result and stores what the epilogue makes of it */
  #foldRow(states: readonly AccumulatorState[]): void {
    const folded = states.map((state) => {
      const value = state.folded();
      state.release();
      return value;
    });
    this.#epilogue({ vf: 1, remaining: null }, (index) => ({ ...folded[index]!, owned: false }));
    for (const { registers } of folded) releaseAll(this.#f, registers);
  }

  /**
   * `vector: "kept"`: the loop over the last kept axis, a step of results at a time; wide ones while they are more than
   * half full: for one column an ordinary step takes half the time of a wide one.
   */
  #keptLoop(): void {
    const f = this.#f;
    const remaining = keep(this.#word(this.#vectorAxis!), "i32");
    const wideVf = this.#wideVf;
    // while more than so many are left
    const steps = (vf: number, left: number, inPairs: boolean) => {
      f.get(remaining);
      // where a wide step went beyond the end, fewer than none are left
      if (wideVf !== null) f.i32(left).op("i32.gt_s");
      f.if(() =>
        f.loop((again) => {
          this.#reduceLanes({ vf, remaining, inPairs });
          this.#advanceStep(this.#allOperands, vf / this.#vf);
          f.get(remaining).i32(vf).op("i32.sub").tee(remaining).i32(left).op("i32.gt_s").brIf(again);
        })
      );
    };
    this.#restoring(this.#allOperands, () => {
      if (wideVf !== null) steps(wideVf, wideVf / 2, this.#inPairs);
      steps(this.#vf, 0, false);
    });
    f.release(remaining);
  }

  /** one step of results: the reduced loops innermost, then the epilogue */
  #reduceLanes(step: Step): void {
    const f = this.#f, { numKept, numReduced } = this.kernel;
    const list = this.#bodyList(step);
    const states = this.#accumulators(list, step.vf);
    const flatIndex = this.#flatIndex();
    const reduced = Array.from({ length: numReduced }, (_, i) => numKept + i);
    this.#axes(reduced, this.#bodyOperands, () => {
      list.emit();
      for (const state of states) state.accumulate({ laneMask: null, flatIndex });
      this.#storeAll(list, "body", step);
      if (flatIndex !== null) f.get(flatIndex).i32(1).op("i32.add").set(flatIndex);
      for (const ref of list.roots) list.release(ref);
    });
    if (flatIndex !== null) f.release(flatIndex);
    const results = states.map((state) => state.lanes());
    this.#epilogue(step, (index) => ({ ...results[index]!, owned: false }));
    for (const { registers, owned } of results) if (owned) releaseAll(f, registers);
    for (const state of states) state.release();
  }

  #accumulators(list: InstructionList, vf: number): AccumulatorState[] {
    const { accumulators, vector } = this.kernel;
    const states = accumulators.map((spec) => new AccumulatorState(this.context, spec, list, { vf, vector }));
    for (const state of states) state.initialise();
    return states;
  }

  /** the running index over the reduced axes, where an accumulator needs it */
  #flatIndex(): Local | null {
    if (!this.kernel.accumulators.some(({ op }) => isArg(op))) return null;
    return keep(this.#f.i32(0), "i32");
  }

  #epilogue(step: Step, accumulator: (index: number) => VectorValue): void {
    const roots = this.#storesAt("epilogue").map(({ value }) => value);
    const list = new InstructionList(
      this.context,
      this.kernel.epilogue,
      roots,
      this.#environment(step, accumulator),
    );
    list.emit();
    this.#storeAll(list, "epilogue", step);
    for (const ref of roots) list.release(ref);
  }

  /** stores the values of a list where the number of elements that are left is not known */
  #storeAll(list: InstructionList, at: Store["at"], { vf, remaining }: Step): void {
    const f = this.#f, stores = this.#storesAt(at);
    if (stores.length === 0) return;
    const prepared: StoredValue[] = [];
    for (const { value } of stores) prepared.push(list.forStore(value));
    const all = (left: Local | null) => {
      for (let i = 0; i < stores.length; i++) {
        const store = stores[i]!;
        this.#store(store, prepared[i]!.registers, { vf, remaining: left });
      }
    };
    if (remaining === null || vf === 1) all(null);
    else f.get(remaining).i32(vf).op("i32.ge_s").if(() => all(null), () => all(remaining));
    for (const { registers, owned } of prepared) if (owned) releaseAll(f, registers);
  }
}
