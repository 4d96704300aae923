/**
 * Gathers the instructions of one loop kernel while the planner walks the graph, then orders its loops.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { NodeId } from "../expr/graph.ts";
import type { Accumulator, Instruction, LoopKernel, ValueRef } from "./loop_kernel.ts";
import { accessOf, type Loop, orderedOperand, orderLoops } from "./loop_order.ts";
import type { AxisSize, LoopStage, StageOperand } from "./program.ts";

/** Which of the two lists an instruction joins. */
export type Section = "body" | "epilogue";

interface OperandEntry {
  readonly operand: StageOperand;
  readonly dtype: DType;
}

/** A kernel under construction. Loops are the kept axes, then the reduced ones. */
export class KernelBuilder {
  readonly sizes: readonly AxisSize[];
  readonly numKept: number;
  readonly #operands: OperandEntry[] = [];
  readonly #operandIndex = new Map<string, number>();
  readonly #lists: Record<Section, Instruction[]> = { body: [], epilogue: [] };
  readonly #accumulators: Accumulator[] = [];
  readonly #stores: LoopKernel["stores"][number][] = [];
  readonly #known = new Map<string, ValueRef>();
  #filter: { readonly value: ValueRef; readonly symbol: string } | null = null;
  readonly steps = new Set<number>();
  /** reductions that end in this kernel's epilogue, and their accumulators */
  readonly accumulatorOf = new Map<NodeId, number>();

  constructor(sizes: readonly AxisSize[], numKept: number) {
    this.sizes = sizes;
    this.numKept = numKept;
  }

  get numLoops(): number {
    return this.sizes.length;
  }

  #operand(operand: StageOperand, dtype: DType, role: "load" | "store"): number {
    const key = `${role} ${JSON.stringify(operand)}`;
    const known = this.#operandIndex.get(key);
    if (known !== undefined) return known;
    this.#operands.push({ operand, dtype });
    this.#operandIndex.set(key, this.#operands.length - 1);
    return this.#operands.length - 1;
  }

  /** the value that was made under the key, or a new one */
  remember(key: string, make: () => ValueRef): ValueRef {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }

  emit(section: Section, instruction: Instruction): ValueRef {
    return this.#lists[section].push(instruction) - 1;
  }

  load(section: Section, operand: StageOperand, dtype: DType): ValueRef {
    return this.emit(section, { op: "load", dtype, operand: this.#operand(operand, dtype, "load") });
  }

  /** lets `store("filter", …)` store the elements for which a bool of the body holds: the rows of `symbol` */
  filter(value: ValueRef, symbol: string): void {
    this.#filter = { value, symbol };
  }

  store(at: Section | "filter", value: ValueRef, operand: StageOperand, dtype: DType): void {
    this.#stores.push({ at, value, operand: this.#operand(operand, dtype, "store") });
  }

  accumulate(accumulator: Accumulator): number {
    return this.#accumulators.push(accumulator) - 1;
  }

  /** what was gathered, for a stage of another kind whose loops keep their order */
  gathered(): { readonly operands: readonly OperandEntry[]; readonly body: readonly Instruction[] } {
    return { operands: this.#operands, body: this.#lists.body };
  }

  /** the finished stage */
  finish(label: string): LoopStage {
    const dtypes = this.#operands.map(({ dtype }) => dtype);
    const loops: Loop[] = this.sizes.map((size, axis) => ({
      size,
      isReduced: axis >= this.numKept,
      strides: this.#operands.map(({ operand }) => operand.strides[axis]!),
    }));
    const stored = new Set(this.#stores.map(({ operand }) => operand));
    const order = orderLoops(loops, {
      dtypes,
      isStore: dtypes.map((_, i) => stored.has(i)),
      keepOrder: this.#filter !== null,
    });
    const { transposed } = order;
    const vectorAxis = order.vector === "kept" ? order.numKept - 1 : order.loops.length - 1;
    const operands = this.#operands.map(({ operand }, i) => orderedOperand(operand, order, i));
    return {
      kind: "loop",
      label,
      steps: [...this.steps].filter((step) => step >= 0).sort((a, b) => a - b),
      sizes: order.loops.map((loop) => loop.size),
      operands,
      ...(this.#filter === null ? {} : { symbol: this.#filter.symbol }),
      kernel: {
        numKept: order.numKept,
        numReduced: order.loops.length - order.numKept,
        vector: order.vector,
        operands: operands.map((operand, i) => ({
          dtype: dtypes[i]!,
          access: transposed.has(i) ? "transposed" : accessOf(operand.strides[vectorAxis]!, dtypes[i]!),
        })),
        ...(transposed.size === 0 ? {} : {
          block: {
            fixed: operands.flatMap(({ strides }, i) => strides[vectorAxis - 1] === 0 ? [i] : []),
          },
        }),
        body: this.#lists.body,
        accumulators: this.#accumulators,
        epilogue: this.#lists.epilogue,
        ...(this.#filter === null ? {} : { filter: this.#filter.value }),
        stores: this.#stores,
      },
    };
  }
}
