/**
 * The walk from a value that is to be stored down to what is stored already: everything between becomes the
 * instructions of one kernel.
 *
 * @module
 */
import { NdpipeError } from "../errors.ts";
import type { Node, NodeId } from "../expr/graph.ts";
import { type Dim, type Shape, sizeOf } from "../shape/mod.ts";
import {
  broadcastMap,
  fixedIndex,
  type IndexMap,
  type LinearIndex,
  type Location,
  loopIndex,
  operandOf,
  reshapeMap,
  scaled,
} from "./access.ts";
import type { KernelBuilder, Section } from "./kernel_builder.ts";
import type { ValueRef } from "./loop_kernel.ts";
import { isMovement, isPointwise } from "./materialise.ts";
import type { AxisSize } from "./program.ts";

/** What the walk asks of the planner: the nodes, and where values are. */
export interface Placement {
  node(id: NodeId): Node;
  /** where a value is stored, once it is */
  locationOf(id: NodeId): Location | undefined;
  /** whether a value gets a place in memory */
  isKept(id: NodeId): boolean;
  /** whether it does because the way to it is long: another kernel then stores it */
  isCut(id: NodeId): boolean;
  /** stores a kept value that the kernel computes on its way, so that later kernels load it */
  storeOnTheWay(
    builder: KernelBuilder,
    node: Node,
    stored: { value: ValueRef; map: IndexMap; at: Section },
  ): void;
  /** the location of a reshape of stored elements, which are evenly spaced within a row; null where they are not stored */
  reshapedLocation(node: Node): Location | null;
}

/** The size of the loop along an axis. */
export function axisSize(dim: Dim): AxisSize {
  const size = sizeOf(dim);
  return typeof size === "string" ? { symbol: size, times: 1 } : size;
}

/** the same indices in a nest with more loops */
export function widened(map: IndexMap, numLoops: number): IndexMap {
  return map.map(({ start, steps }) => ({
    start,
    steps: [...steps, ...new Array<number>(numLoops - steps.length).fill(0)],
  }));
}

/** `steps` of the loop with that index only, or null */
function singleLoop(index: LinearIndex): number | null {
  if (index.start !== 0) return null;
  const loops = index.steps.flatMap((step, loop) => step === 0 ? [] : [loop]);
  return loops.length === 1 && index.steps[loops[0]!] === 1 ? loops[0]! : null;
}

/** The operand's map of a movement under the map of its result; null for a reshape that cannot be one. */
function movementMap(planner: Placement, node: Node, map: IndexMap, numLoops: number): IndexMap | null {
  const { operation } = node;
  const input = planner.node(node.inputs[0]!);
  switch (operation.kind) {
    case "expandDims":
      return map.toSpliced(operation.axis, 1);
    case "squeeze":
      return map.toSpliced(operation.axis, 0, fixedIndex(0, numLoops));
    case "transpose": {
      const result: LinearIndex[] = new Array(map.length);
      operation.axes.forEach((axis, i) => result[axis] = map[i]!);
      return result;
    }
    case "slice": {
      let next = 0;
      return operation.slices.map((slice) => {
        if (slice.kind === "index") return fixedIndex(slice.index, numLoops);
        const index = map[next++]!;
        return slice.kind === "all" ? index : scaled(index, slice.step, slice.start);
      });
    }
    case "broadcastTo":
      return numLoops === 0
        ? input.shape.map(() => fixedIndex(0, 0))
        : broadcastMap(input.shape, node.shape, map);
    case "reshape":
      return reshapeMap(input.shape, node.shape, map, numLoops);
    default:
      throw new NdpipeError("BUG001", `${operation.kind} is no movement`);
  }
}

/** The stored elements behind a node, through movements; null where they must be computed first. */
export function locate(
  planner: Placement,
  id: NodeId,
  map: IndexMap,
): { location: Location; map: IndexMap } | null {
  const numLoops = map[0]?.steps.length ?? 0;
  let node = planner.node(id), current = map;
  for (;;) {
    const location = planner.locationOf(node.id);
    if (location !== undefined) return { location, map: current };
    if (!isMovement(node)) return null;
    const next = movementMap(planner, node, current, numLoops);
    if (next === null) {
      const reshaped = planner.reshapedLocation(node);
      return reshaped === null ? null : { location: reshaped, map: current };
    }
    node = planner.node(node.inputs[0]!);
    current = next;
  }
}

/** The walk that turns nodes into the instructions of one kernel. */
export class Walk {
  readonly planner: Placement;
  readonly builder: KernelBuilder;
  /** reductions that become accumulators, with the maps of their results */
  readonly reductions: ReadonlyMap<NodeId, IndexMap>;
  /** the value that is computed though it may be kept; null: none */
  readonly root: NodeId | null;

  /** by which map each value is stored on the way: under another it would be read before it is whole */
  readonly #merged = new Map<NodeId, string>();

  constructor(
    planner: Placement,
    builder: KernelBuilder,
    reductions: ReadonlyMap<NodeId, IndexMap>,
    root: NodeId | null,
  ) {
    this.planner = planner;
    this.builder = builder;
    this.reductions = reductions;
    this.root = root;
  }

  /** a stored operand, or the first value below a node that another stage has to compute before */
  nextDependency(node: Node, map: IndexMap, seen: Set<string> = new Set()): NodeId | null {
    const key = `${node.id} ${JSON.stringify(map)}`;
    if (seen.has(key)) return null;
    seen.add(key);
    if (locate(this.planner, node.id, map) !== null) return null;
    const isRoot = node.id === this.root;
    const { kind } = node.operation;
    if (!isRoot) {
      if (kind === "constant") return null;
      if (this.planner.isKept(node.id) && !this.#canMerge(node, map)) return node.id;
      const accumulated = this.reductions.get(node.id);
      const isLoose = isPointwise(node) || isMovement(node) ||
        (accumulated !== undefined && JSON.stringify(accumulated) === JSON.stringify(map));
      if (!isLoose) return node.id;
    }
    for (const [input, inputMap] of this.inputsOf(node, map)) {
      if (inputMap === null) {
        // a reshape that needs its operand in memory
        return input.id;
      }
      const dependency = this.nextDependency(input, inputMap, seen);
      if (dependency !== null) return dependency;
    }
    return null;
  }

  /** whether a kept value that nobody has stored yet can be stored by this kernel on its way */
  #canMerge(node: Node, map: IndexMap): boolean {
    if (!isPointwise(node) || this.planner.isCut(node.id)) return false;
    const loops = map.map(singleLoop);
    const used = new Set(loops.filter((loop) => loop !== null));
    const { sizes } = this.builder;
    const isPlain = map.every((index, axis) =>
      loops[axis] !== null
        ? JSON.stringify(sizes[loops[axis]!]) === JSON.stringify(axisSize(node.shape[axis]!))
        : sizeOf(node.shape[axis]!) === 1 && index.start === 0 && index.steps.every((step) => step === 0)
    );
    const distinct = used.size === loops.filter((loop) => loop !== null).length;
    const text = JSON.stringify(map), first = this.#merged.get(node.id);
    if (first !== undefined && first !== text) return false;
    this.#merged.set(node.id, text);
    return isPlain && distinct && sizes.every((size, loop) => used.has(loop) || size === 1);
  }

  /** the inputs of a node with their maps; null for an operand that must be in memory */
  inputsOf(node: Node, map: IndexMap): [Node, IndexMap | null][] {
    const { planner } = this;
    const inputs = node.inputs.map((id) => planner.node(id));
    const { numLoops, numKept } = this.builder;
    const { operation } = node;
    if (isMovement(node)) return [[inputs[0]!, movementMap(planner, node, map, numLoops)]];
    if (operation.kind === "reduce") {
      let keptAxis = 0;
      const inputMap = inputs[0]!.shape.map((_, axis) => {
        const position = operation.axes.indexOf(axis);
        if (position < 0) return map[keptAxis++]!;
        if (operation.keepdims) keptAxis++;
        return loopIndex(numKept + position, numLoops);
      });
      return [[inputs[0]!, inputMap]];
    }
    if (operation.kind === "matmul") {
      const [a, b] = inputs as [Node, Node];
      const inner = loopIndex(numKept, numLoops);
      const batch = map.slice(0, -2), batchShape = node.shape.slice(0, -2);
      const batchMap = (shape: Shape) =>
        batch.length === 0 ? [] : broadcastMap(shape.slice(0, -2), batchShape, batch);
      return [
        [a, [...batchMap(a.shape), map.at(-2)!, inner]],
        [b, [...batchMap(b.shape), inner, map.at(-1)!]],
      ];
    }
    return inputs.map((input) => [
      input,
      numLoops === 0 || map.length === 0
        ? input.shape.map(() => fixedIndex(0, numLoops))
        : broadcastMap(input.shape, node.shape, map),
    ]);
  }

  /** makes every reduction an accumulator of the kernel */
  accumulateAll(): void {
    for (const [id, map] of this.reductions) this.#accumulate(this.planner.node(id), map);
  }

  #accumulate(node: Node, map: IndexMap): void {
    const { operation } = node;
    const inputs = this.inputsOf(node, map);
    this.builder.steps.add(node.step);
    if (operation.kind === "matmul") {
      const args = inputs.map(([input, inputMap]) =>
        this.compute(input, { map: inputMap!, section: "body" })
      );
      const value = this.builder.emit("body", {
        op: "elementwise",
        name: "mul",
        dtype: node.dtype,
        compute: node.dtype,
        args,
      });
      const index = this.builder.accumulate({ op: "sum", dtype: node.dtype, value, fuseMultiply: true });
      this.builder.accumulatorOf.set(node.id, index);
    } else if (operation.kind === "reduce") {
      const [input, inputMap] = inputs[0]!;
      const value = this.compute(input, { map: inputMap!, section: "body" });
      const index = this.builder.accumulate({
        op: operation.op,
        dtype: input.dtype,
        value,
        fuseMultiply: false,
      });
      this.builder.accumulatorOf.set(node.id, index);
    }
  }

  /** the value of a node in a section of the kernel */
  compute(node: Node, { map, section }: { map: IndexMap; section: Section }): ValueRef {
    const { builder, planner } = this;
    return builder.remember(`${section} ${node.id} ${JSON.stringify(map)}`, () => {
      const stored = locate(planner, node.id, map);
      if (stored !== null) {
        return builder.load(section, operandOf(stored.location, stored.map, builder.numLoops), node.dtype);
      }
      builder.steps.add(node.step);
      const accumulator = builder.accumulatorOf.get(node.id);
      if (accumulator !== undefined) {
        return builder.emit(section, { op: "accumulator", dtype: node.dtype, index: accumulator });
      }
      const value = this.#emit(node, map, section);
      if (planner.isKept(node.id) && node.id !== this.root) {
        planner.storeOnTheWay(builder, node, { value, map, at: section });
      }
      return value;
    });
  }

  #emit(node: Node, map: IndexMap, section: Section): ValueRef {
    const { operation, dtype } = node;
    if (operation.kind === "constant") {
      return this.builder.emit(section, { op: "constant", dtype, value: operation.value });
    }
    const inputs = this.inputsOf(node, map);
    if (isMovement(node)) return this.compute(inputs[0]![0], { map: inputs[0]![1]!, section });
    const args = inputs.map(([input, inputMap]) => this.compute(input, { map: inputMap!, section }));
    switch (operation.kind) {
      case "elementwise":
        return this.builder.emit(section, {
          op: "elementwise",
          name: operation.op,
          dtype,
          compute: inputs[0]![0].dtype,
          args,
        });
      case "where":
        return this.builder.emit(section, { op: "where", dtype, args: [args[0]!, args[1]!, args[2]!] });
      case "cast":
        return this.builder.emit(section, { op: "cast", dtype, from: inputs[0]![0].dtype, args: [args[0]!] });
      default:
        throw new NdpipeError("BUG001", `${operation.kind} has no instruction`);
    }
  }
}
