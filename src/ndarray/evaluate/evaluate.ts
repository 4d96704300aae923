/**
 * Evaluates an expression graph over arrays: the eager half of the one compile path. The graph is the same that a
 * pipeline's transform is traced into, `materialised` says which of its values get a place, and each of these is
 * one loop kernel, built and ordered by the planner's own `KernelBuilder`.
 *
 * Constants come in by address, like arrays of no axes, so that a kernel's code does not depend on them.
 *
 * Over 400 lines because the evaluation and the walk that makes a kernel of it settle each other's values.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { Graph, Node, NodeId, ScalarValue } from "../../expr/graph.ts";
import { GraphBuilder } from "../../expr/graph_builder.ts";
import type { ReduceOp } from "../../expr/primitives.ts";
import { KernelBuilder, type Section } from "../../plan/kernel_builder.ts";
import type { ValueRef } from "../../plan/loop_kernel.ts";
import { isMovement, isPointwise, materialised } from "../../plan/materialise.ts";
import { keptOrderStrides, rowMajorStrides, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory, type Demand, guard } from "../storage/storage.ts";
import {
  addressOf,
  allocate,
  broadcastView,
  describe,
  dropAxis,
  elementsOf,
  expandView,
  isContiguous,
  isSameView,
  mayOverlap,
  numBytesOf,
  type Strided,
} from "../storage/strided.ts";
import type { KernelCall } from "./blocked_reduction.ts";
import { growthHelp } from "./growth_help.ts";
import { scalarAddress } from "./kernel_cache.ts";
import { runKernel } from "./run_kernel.ts";

/** An expression under construction, and the arrays it reads. */
export class Expression {
  readonly builder: GraphBuilder;
  readonly leaves: Map<NodeId, Strided> = new Map();

  /** a builder that has nodes already: their leaves are to be set */
  constructor(builder: GraphBuilder = new GraphBuilder({ overflow: "infinite" })) {
    this.builder = builder;
  }

  /** an array as a node */
  read(source: Strided): NodeId {
    const name = String.fromCharCode("a".charCodeAt(0) + this.leaves.size);
    const id = this.builder.addLeaf("param", name, { dtype: source.dtype, shape: source.shape });
    this.leaves.set(id, source);
    return id;
  }
}

/** How a result is placed. */
export interface Placement {
  /** what messages call the operation */
  readonly operation: string;
  /** the operands as they were given, for messages */
  readonly operands: readonly Strided[];
  /** an array of the result's shape and dtype that takes it */
  readonly out?: Strided | undefined;
  /** the caller asked for a shape that no operand has: a refusal does not say what else may have been meant */
  readonly growsAsAsked?: boolean;
}

const IDENTITY: Partial<Record<ReduceOp, number>> = { sum: 0, prod: 1, any: 0, all: 1 };

/** What an operation says when its result does not fit. */
export function demandOf(
  operation: string,
  operands: readonly Strided[],
  result: Pick<Strided, "dtype" | "shape">,
): Omit<
  Demand,
  "numBytes"
> {
  return {
    sentence: `${operation} gives ${describe(result)}`,
    operands: operands.map(describe),
    meant: () => growthHelp(operation, operands, result),
  };
}

/** Refuses a result that does not fit, before parts of it are made. Refused: MEM005. */
export function guardResult(
  operation: string,
  operands: readonly Strided[],
  result: Pick<Strided, "dtype" | "shape">,
): void {
  const { sentence, operands: texts } = demandOf(operation, operands, result);
  guard({ sentence, operands: texts, numBytes: numBytesOf(result.dtype, result.shape) });
}

/**
 * The value of a node: in a new array, in `out`, or (where the node only moves elements) a view of an operand.
 *
 * @throws {MemoryError} MEM005, before anything is allocated
 */
export function evaluate(expression: Expression, root: NodeId, placement: Placement): Strided {
  const graph = expression.builder.finish([{ name: "result", node: root }]);
  return new Evaluation(graph, expression.leaves, placement).run(root);
}

class Evaluation {
  readonly graph: Graph;
  readonly leaves: ReadonlyMap<NodeId, Strided>;
  readonly placement: Placement;
  readonly #located: Map<NodeId, Strided>;
  readonly #kept: ReadonlySet<NodeId>;
  readonly #temporaries: Strided[] = [];

  constructor(graph: Graph, leaves: ReadonlyMap<NodeId, Strided>, placement: Placement) {
    this.graph = graph;
    this.leaves = leaves;
    this.placement = placement;
    this.#located = new Map(leaves);
    this.#kept = materialised(graph);
  }

  run(root: NodeId): Strided {
    const { out } = this.placement;
    this.#guard(root);
    try {
      const settled = this.#moved(root);
      if (settled !== null && out === undefined) return settled;
      const target = out ?? null;
      const isOverwritten = target !== null &&
        [...this.leaves.values()].some((leaf) => mayOverlap(leaf, target) && !isSameView(leaf, target));
      const result = this.#loop(this.#node(root), isOverwritten ? null : target);
      if (isOverwritten) {
        this.#temporaries.push(result);
        copyElements(result, target);
        return target;
      }
      return result;
    } finally {
      for (const { storage } of this.#temporaries) storage.freeUnheld();
    }
  }

  /** the result's place where the root only moves elements; null: it is computed */
  #moved(root: NodeId): Strided | null {
    if (!isMovement(this.#node(root)) && !this.leaves.has(root)) return null;
    const settled = this.#settle(root);
    const at = this.#temporaries.findIndex(({ storage }) => storage === settled.storage);
    if (at >= 0) this.#temporaries.splice(at, 1);
    return settled;
  }

  /** everything that will be allocated, at once */
  #guard(root: NodeId): void {
    const { operation, operands, out } = this.placement;
    const { dtype, shape } = this.#node(root);
    let numBytes = out === undefined ? numBytesOf(dtype, shape as number[]) : 0;
    for (const id of this.#kept) {
      const node = this.#node(id);
      if (id !== root && !this.leaves.has(id)) numBytes += numBytesOf(node.dtype, node.shape as number[]);
    }
    const { meant, ...demand } = demandOf(operation, operands, { dtype, shape: shape as number[] });
    guard({
      ...demand,
      ...(this.placement.growsAsAsked === true || meant === undefined ? {} : { meant }),
      numBytes,
    });
  }

  #node(id: NodeId): Node {
    return this.graph.nodes[id]!;
  }

  /** the place of a node's value, computed now where it has none */
  #settle(id: NodeId): Strided {
    const known = this.#located.get(id);
    if (known !== undefined) return known;
    const node = this.#node(id);
    const place = isMovement(node) ? moveView(node, this.#settle(node.inputs[0]!)) : this.#loop(node, null);
    if (!isMovement(node)) this.#temporaries.push(place);
    this.#located.set(id, place);
    return place;
  }

  /** computes a node by one kernel into the target, or a new array */
  #loop(node: Node, target: Strided | null): Strided {
    const reductions = this.#located.has(node.id) ? [] : this.#reductionsOf(node);
    const domain = reductions.length === 0 ? [] : this.#reducedSizes(reductions[0]!);
    if (reductions.length > 0 && domain.includes(0)) {
      for (const reduction of reductions) this.#fillIdentity(reduction);
      return this.#loop(node, target);
    }
    // a value that is the same everywhere fills the target
    const shape = target?.shape ?? (node.shape as number[]);
    const kernel = new KernelWalk(this, {
      sizes: [...shape, ...domain],
      numKept: shape.length,
      root: node.id,
    });
    for (const reduction of reductions) kernel.accumulate(reduction);
    const at: Section = reductions.length > 0 ? "epilogue" : "body";
    const value = kernel.compute(node, at, [...shape.keys()]);
    const result = target ?? this.#allocate(node, kernel.keptStrides());
    if (sizeOfShape(shape) > 0) kernel.run(at, value, result);
    return result;
  }

  #allocate(node: Node, operands: readonly (readonly number[])[]): Strided {
    const { dtype } = node, shape = node.shape as number[], { itemsize } = DTYPE[dtype];
    const isRowMajorOnly = node.operation.kind === "matmul" ||
      (node.operation.kind === "reduce" && node.operation.op.startsWith("arg"));
    const strides = isRowMajorOnly
      ? rowMajorStrides(shape, itemsize)
      : keptOrderStrides(shape, operands, itemsize);
    const { operation, operands: given } = this.placement;
    return allocate(dtype, shape, { strides, demand: demandOf(operation, given, { dtype, shape }) });
  }

  #fillIdentity(node: Node): void {
    const { operation } = node;
    const identity = operation.kind === "reduce" ? IDENTITY[operation.op] : 0;
    if (identity === undefined) throw new NdpipeError("BUG001", `${operation.kind} of no elements`);
    const place = this.#allocate(node, []);
    this.#temporaries.push(place);
    fill(place, identity);
    this.#located.set(node.id, place);
  }

  /** sizes over which a reduction or a product sums */
  #reducedSizes({ operation, inputs }: Node): number[] {
    const shape = this.#node(inputs[0]!).shape as number[];
    if (operation.kind === "matmul") return [shape.at(-1)!];
    return operation.kind === "reduce" ? operation.axes.map((axis) => shape[axis]!) : [];
  }

  /** the reductions that end in the epilogue of a node's kernel */
  #reductionsOf(node: Node): Node[] {
    // each node once: a graph in which many are read twice (a recurrence) has as many paths as a tree
    const found = new Set<Node>(), visited = new Set<NodeId>();
    const visit = (current: Node): void => {
      if (visited.has(current.id)) return;
      visited.add(current.id);
      if (this.#located.has(current.id) || (current !== node && this.#kept.has(current.id))) return;
      const { kind } = current.operation;
      if (kind === "reduce" || kind === "matmul") found.add(current);
      else if (isPointwise(current)) current.inputs.forEach((input) => visit(this.#node(input)));
    };
    visit(node);
    return [...found];
  }

  node(id: NodeId): Node {
    return this.#node(id);
  }

  /** runs a kernel, a reduction of much in blocks */
  runKernel(call: KernelCall): void {
    const { operation, operands } = this.placement;
    runKernel(call, (result) => demandOf(operation, operands, result));
  }

  /** where a node's value lies, or null where the kernel computes it */
  place(node: Node, root: NodeId): Strided | null {
    const known = this.#located.get(node.id);
    if (known !== undefined) return known;
    // what another reduction needs before it can begin is none of this kernel's accumulators
    const { kind } = node.operation;
    const mustSettle = isMovement(node) || kind === "reduce" || kind === "matmul" ||
      (node.id !== root && this.#kept.has(node.id));
    return mustSettle ? this.#settle(node.id) : null;
  }
}

/** Turns nodes into one kernel. Loops are the kept axes, then the reduced ones. */
class KernelWalk {
  readonly evaluation: Evaluation;
  readonly #builder: KernelBuilder;
  readonly #pointers: (() => number)[] = [];
  /** strides of the operands over the kept axes, for the layout of the result */
  readonly #strides: number[][] = [];
  readonly #constants: { readonly value: ScalarValue; readonly dtype: DType }[] = [];
  readonly #buffers = new Map<Strided, number>();
  readonly numKept: number;
  readonly #root: NodeId;

  constructor(
    evaluation: Evaluation,
    { sizes, numKept, root }: { sizes: readonly number[]; numKept: number; root: NodeId },
  ) {
    this.evaluation = evaluation;
    this.#builder = new KernelBuilder(sizes, numKept);
    this.numKept = numKept;
    this.#root = root;
  }

  keptStrides(): readonly (readonly number[])[] {
    return this.#strides;
  }

  /** makes a reduction an accumulator; the kept axes of its operand run on the kept loops in their order */
  accumulate(node: Node): void {
    const { operation } = node, { numKept } = this;
    const inputs = node.inputs.map((id) => this.evaluation.node(id));
    const at = "body";
    if (operation.kind === "matmul") {
      const batch = [...Array(numKept - 2).keys()], inner = numKept;
      const args = [
        this.compute(inputs[0]!, at, [...batch, numKept - 2, inner]),
        this.compute(inputs[1]!, at, [...batch, inner, numKept - 1]),
      ];
      const { dtype } = node;
      const value = this.#builder.emit(at, { op: "elementwise", name: "mul", dtype, compute: dtype, args });
      const index = this.#builder.accumulate({ op: "sum", dtype, value, fuseMultiply: true });
      this.#builder.accumulatorOf.set(node.id, index);
    } else if (operation.kind === "reduce") {
      let kept = 0;
      const loops = inputs[0]!.shape.map((_, axis) => {
        const position = operation.axes.indexOf(axis);
        if (position < 0) return kept++;
        if (operation.keepdims) kept++;
        return numKept + position;
      });
      const value = this.compute(inputs[0]!, at, loops);
      const { dtype } = inputs[0]!;
      const index = this.#builder.accumulate({ op: operation.op, dtype, value, fuseMultiply: false });
      this.#builder.accumulatorOf.set(node.id, index);
    }
  }

  /** the value of a node whose axes are right-aligned with `loops` */
  compute(node: Node, section: Section, loops: readonly number[]): ValueRef {
    return this.#builder.remember(`${section} ${node.id} ${loops.join()}`, () => {
      const { operation, dtype } = node;
      if (operation.kind === "constant") return this.#constant(operation.value, dtype, section);
      const accumulator = section === "epilogue" ? this.#builder.accumulatorOf.get(node.id) : undefined;
      if (accumulator !== undefined) {
        return this.#builder.emit(section, { op: "accumulator", dtype, index: accumulator });
      }
      const place = this.evaluation.place(node, this.#root);
      if (place !== null) return this.#load(place, section, loops);
      const inputs = node.inputs.map((id) => this.evaluation.node(id));
      const args = inputs.map((input) => this.compute(input, section, loops));
      return this.#emit(node, section, args);
    });
  }

  #emit({ operation, dtype, inputs }: Node, section: Section, args: readonly ValueRef[]): ValueRef {
    const from = this.evaluation.node(inputs[0]!).dtype;
    switch (operation.kind) {
      case "elementwise":
        return this.#builder.emit(section, {
          op: "elementwise",
          name: operation.op,
          dtype,
          compute: from,
          args,
        });
      case "where":
        return this.#builder.emit(section, { op: "where", dtype, args: [args[0]!, args[1]!, args[2]!] });
      case "cast":
        return this.#builder.emit(section, { op: "cast", dtype, from, args: [args[0]!] });
      default:
        throw new NdpipeError("BUG001", `${operation.kind} has no instruction`);
    }
  }

  #load(place: Strided, section: Section, loops: readonly number[]): ValueRef {
    const { shape, strides: steps } = place, { numLoops } = this.#builder;
    const strides = new Array<number>(numLoops).fill(0);
    const missing = loops.length - shape.length;
    shape.forEach((size, axis) => {
      if (size !== 1) strides[loops[axis + missing]!] = steps[axis]!;
    });
    const buffer = this.#buffers.get(place) ?? this.#pointers.push(() => addressOf(place)) - 1;
    this.#buffers.set(place, buffer);
    this.#strides.push(strides.slice(0, this.numKept));
    return this.#builder.load(section, { buffer, offset: 0, strides }, place.dtype);
  }

  #constant(value: ScalarValue, dtype: DType, section: Section): ValueRef {
    const index = this.#constants.push({ value, dtype }) - 1;
    const buffer = this.#pointers.push(() => scalarAddress(index)) - 1;
    const strides = new Array<number>(this.#builder.numLoops).fill(0);
    return this.#builder.load(section, { buffer, offset: 0, strides }, dtype);
  }

  run(at: Section, value: ValueRef, target: Strided): void {
    const strides = new Array<number>(this.#builder.numLoops).fill(0);
    target.strides.forEach((stride, axis) => strides[axis] = stride);
    const buffer = this.#pointers.push(() => addressOf(target)) - 1;
    this.#builder.store(at, value, { buffer, offset: 0, strides }, target.dtype);
    const stage = this.#builder.finish("");
    if (stage.kind !== "loop") throw new NdpipeError("BUG001", `${stage.kind} from a kernel builder`);
    this.#constants.forEach(({ value, dtype }, index) => writeScalar(index, value, dtype));
    const sizes = stage.sizes.map(Number);
    const operands = stage.operands.map((operand) => ({
      pointer: this.#pointers[operand.buffer]!(),
      strides: operand.strides.map(Number),
    }));
    this.evaluation.runKernel({ kernel: stage.kernel, sizes, operands });
  }
}

function writeScalar(index: number, value: ScalarValue, dtype: DType): void {
  const { TypedArray, isBigInt } = DTYPE[dtype];
  const place = new TypedArray(arraysMemory().buffer, scalarAddress(index), 1);
  // the constant was converted to its dtype by the graph builder
  if (isBigInt) (place as BigInt64Array)[0] = BigInt(value);
  else (place as Float64Array)[0] = Number(value);
}

/** A movement of a stored value: a view. */
function moveView(node: Node, source: Strided): Strided {
  const { operation } = node;
  switch (operation.kind) {
    case "expandDims":
      return expandView(source, operation.axis);
    case "squeeze":
      return dropAxis(source, operation.axis);
    case "broadcastTo":
      return broadcastView(source, node.shape as number[]);
    default:
      throw new NdpipeError("BUG001", `${operation.kind} in an eager operation`);
  }
}

/** Copies elements into an array of the same shape, cast to its dtype. The two do not overlap. */
export function copyElements(source: Strided, target: Strided): void {
  const expression = new Expression();
  const value = expression.builder.cast(expression.read(source), target.dtype);
  evaluate(expression, value, { operation: "copy", operands: [source], out: target });
}

/** Elements that are set without a kernel: what it takes to call one is more. */
const FEW_ELEMENTS = 4096;

/** Sets every element to a number, which the dtype holds. */
export function fill(target: Strided, value: ScalarValue): void {
  if (isContiguous(target) && sizeOfShape(target.shape) <= FEW_ELEMENTS) {
    const elements = elementsOf(target);
    if (DTYPE[target.dtype].isBigInt) (elements as BigInt64Array).fill(BigInt(value));
    else (elements as Float64Array).fill(Number(value));
    return;
  }
  const expression = new Expression();
  const { builder } = expression;
  const constant = builder.constant(value, target.dtype);
  evaluate(expression, constant, { operation: "fill", operands: [], out: target });
}
