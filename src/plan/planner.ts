/**
 * From the expression graph to the program. The planner walks from every value that needs a place in memory and
 * fuses into one kernel all that can be computed on the way there; reductions end in their kernel's epilogue, and
 * a value that several kernels need is stored by the first one that computes it. One class of over 400 lines, because
 * every stage that is made changes where later ones find their operands; the walk into a kernel is `walk.ts`.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import { NdpipeError } from "../errors.ts";
import type { Graph, Node, NodeId } from "../expr/graph.ts";
import { type Shape, sizeOf } from "../shape/mod.ts";
import { evenStride, fixedIndex, type IndexMap, type Location, loopIndex, operandOf } from "./access.ts";
import { KernelBuilder, type Section } from "./kernel_builder.ts";
import type { ValueRef } from "./loop_kernel.ts";
import {
  depthCuts,
  elementsPerRow,
  isFusedFilter,
  isGemm,
  isMovement,
  isPointwise,
  largestIntermediate,
  materialised,
  rowSymbol,
} from "./materialise.ts";
import { placedPrologue } from "./place_prologue.ts";
import { runPasses } from "./passes/mod.ts";
import { axisSize, locate, type Placement, Walk, widened } from "./walk.ts";
import { Buffers, chooseTileRows, type InputLayout } from "./buffers.ts";
import {
  type AxisSize,
  isPrologue,
  type Layout,
  type LoopStage,
  type PlacedPrologue,
  type Program,
  type Stage,
  type StageOperand,
} from "./program.ts";

/** What the planner knows of the inputs. */
export interface PlanOptions {
  readonly inputs: readonly InputLayout[];
}

/** The program of a graph whose rows have been checked (`checkRows`). Pure. */
export function planProgram(graph: Graph, options: PlanOptions): Program {
  return new Planner(graph, options).plan();
}

/** Which axis of a product's left operand has neighbouring elements. */
function layoutOf({ strides: [row, column] }: StageOperand, itemsize: number): Layout | null {
  return column === itemsize ? "row" : row === itemsize ? "column" : null;
}

class Planner implements Placement {
  readonly #traced: Graph;
  readonly #graph: Graph;
  readonly #kept: ReadonlySet<NodeId>;
  readonly #cuts: ReadonlySet<NodeId>;
  /** nodes that others read */
  readonly #read = new Set<NodeId>();
  /** nodes of which rows are taken */
  readonly #filtered = new Set<NodeId>();
  readonly #buffers: Buffers;
  readonly #located = new Map<NodeId, Location>();
  readonly #setup: Stage[] = [];
  readonly #stages: Stage[] = [];
  readonly #tileRows: number;
  /** stages that copy, by how their places lie */
  readonly #copies = new Map<string, LoopStage>();
  /** output buffers that still wait for their value, by node */
  readonly #outputs = new Map<NodeId, Location[]>();

  constructor(graph: Graph, options: PlanOptions) {
    this.#traced = graph;
    this.#graph = runPasses(graph);
    const columns = options.inputs.filter(({ layout }) => layout === "column").map(({ name }) => name);
    this.#kept = materialised(this.#graph, { columnInputs: new Set(columns) });
    this.#cuts = depthCuts(this.#graph);
    this.#tileRows = chooseTileRows(this.#graph, this.#kept, options.inputs);
    this.#buffers = new Buffers(this.#tileRows);
    this.#declareInputs(options.inputs);
    for (const { operation, inputs } of this.#graph.nodes) {
      for (const input of inputs) this.#read.add(input);
      if (operation.kind === "filter") this.#filtered.add(inputs[0]!);
    }
  }

  #declareInputs(layouts: readonly InputLayout[]): void {
    const nodes = new Map<string, Node>();
    for (const node of this.#graph.nodes) {
      if (node.operation.kind === "input") nodes.set(node.operation.name, node);
    }
    for (const [index, { name, layout }] of layouts.entries()) {
      const node = nodes.get(name);
      // an input that nothing reads is still bound, so that its columns are proven to be there
      if (node === undefined) continue;
      this.#located.set(node.id, this.#buffers.input(node, { name, layout, index }));
    }
  }

  plan(): Program {
    const graph = this.#graph;
    for (const node of graph.nodes) {
      if (node.operation.kind === "param") this.#located.set(node.id, this.#buffers.param(node));
    }
    graph.outputs.forEach(({ name, node }, index) => {
      const location = this.#buffers.output(graph.nodes[node]!, { name, index });
      const list = this.#outputs.get(node);
      if (list === undefined) this.#outputs.set(node, [location]);
      else list.push(location);
    });
    for (const { node } of graph.outputs) this.#ensure(node);
    const symbols = new Set(
      this.#traced.nodes.flatMap((node) =>
        node.operation.kind === "input" ? [rowSymbol(node.shape) ?? ""] : []
      ),
    );
    return {
      buffers: this.#buffers.list,
      setup: this.#setup,
      stages: this.#stages,
      inputSymbol: [...symbols][0] ?? "N",
      outputSymbol: rowSymbol(graph.nodes[graph.outputs[0]!.node]!.shape)!,
      tileRows: this.#tileRows,
      largestIntermediate: largestIntermediate(this.#traced),
    };
  }

  #node(id: NodeId): Node {
    return this.#graph.nodes[id]!;
  }

  #push(stage: Stage, isPerRow: boolean): void {
    (isPerRow ? this.#stages : this.#setup).push(stage);
  }

  #label(node: Node): string {
    return this.#graph.names.get(node.id) ?? this.#graph.steps[node.step]?.text ?? node.operation.kind;
  }

  /** computes the node into its place, and into the outputs that wait for it */
  #ensure(id: NodeId): void {
    const outputs = this.#outputs.get(id) ?? [];
    if (this.#located.has(id) && outputs.length === 0) return;
    const node = this.#node(id);
    if (!this.#located.has(id)) {
      if (node.operation.kind === "concat") return this.#emitConcat(node);
      if (isFusedFilter(node)) return this.#emitFilters(rowSymbol(node.shape)!);
      if (node.operation.kind === "filter") return this.#emitFilter(node);
      if (isGemm(this.#graph, node) && this.#emitGemm(node)) return;
    }
    const { place, outputs: waiting } = this.#destinations(node);
    this.#emitLoop(node, place === null ? waiting : [place, ...waiting]);
    if (place !== null) this.#located.set(id, place);
  }

  /** where a node's value is to be stored: a place of its own when it is kept and has none, and outputs */
  #destinations(node: Node): { place: Location | null; outputs: Location[] } {
    const outputs = this.#outputs.get(node.id) ?? [];
    this.#outputs.delete(node.id);
    const needsPlace = this.#kept.has(node.id) && !this.#located.has(node.id);
    return { place: needsPlace ? this.#place(node) : null, outputs };
  }

  /** a new place for a node */
  #place(node: Node): Location {
    const name = this.#label(node);
    if (rowSymbol(node.shape) === null) return this.#buffers.constant(node, name);
    return this.#buffers.scratch(node, { name, layout: this.#preferredLayout(node) });
  }

  /**
   * Narrow rows, and what comes from columns, lie column by column: lanes run along rows. Rows that are filtered are
   * copied whole.
   */
  #preferredLayout(node: Node): Layout {
    if (this.#filtered.has(node.id) || node.operation.kind === "filter") return "row";
    return elementsPerRow(node.shape) <= 32 || this.#readsColumns(node.id) ? "column" : "row";
  }

  #readsColumns(root: NodeId): boolean {
    const reached = new Set([root]);
    // a set that is iterated yields what is added meanwhile
    for (const id of reached) {
      const location = this.#located.get(id), node = this.#node(id);
      if (location !== undefined) {
        const buffer = this.#buffers.list[location.buffer]!;
        const isStored = buffer.kind === "input" || buffer.kind === "scratch";
        if (isStored && buffer.layout === "column" && buffer.width > 1) return true;
      } else if (node.operation.kind !== "matmul" && rowSymbol(node.shape) !== null) {
        node.inputs.forEach((input) => reached.add(input));
      }
    }
    return false;
  }

  // ------------------------------------------------------------------ loops

  #emitLoop(node: Node, destinations: readonly Location[]): void {
    const stored = this.#located.get(node.id);
    if (stored !== undefined) return this.#emitCopy(node, [stored, ...destinations]);
    const kept = node.shape.map(axisSize);
    const reductions = this.#reductionsOf(node, kept);
    const reduced = reductions.length > 0 ? this.#reducedAxes(reductions[0]!.node).map(axisSize) : [];
    const builder = new KernelBuilder([...kept, ...reduced], kept.length);
    const map = node.shape.map((_, axis) => loopIndex(axis, builder.numLoops));
    const walk = new Walk(
      this,
      builder,
      new Map(reductions.map((found) => [found.node.id, widened(found.map, builder.numLoops)])),
      node.id,
    );
    for (;;) {
      const dependency = walk.nextDependency(node, map);
      if (dependency === null) break;
      this.#forcePlace(this.#node(dependency));
    }
    walk.accumulateAll();
    const at = reductions.length > 0 ? "epilogue" : "body";
    const value = walk.compute(node, { map, section: at });
    this.#store(builder, { node, at, value, destinations, map });
    builder.steps.add(node.step);
    this.#push(builder.finish(this.#label(node)), rowSymbol(node.shape) !== null);
  }

  /** from the first place to the others; where only buffers differ, as of thousands of columns, a copy is built once */
  #emitCopy(node: Node, places: readonly Location[]): void {
    const lie = places.map(({ offset, strides }) => [offset, strides]);
    const key = JSON.stringify([node.dtype, node.shape, lie]);
    const alike = this.#copies.get(key) ?? this.#copyOf(node, places);
    this.#copies.set(key, alike);
    const operands = alike.operands.map((operand, i) => ({ ...operand, buffer: places[i]!.buffer }));
    const steps = node.step < 0 ? [] : [node.step];
    this.#push({ ...alike, label: this.#label(node), steps, operands }, rowSymbol(node.shape) !== null);
  }

  #copyOf(node: Node, [source, ...destinations]: readonly Location[]): LoopStage {
    const builder = new KernelBuilder(node.shape.map(axisSize), node.shape.length);
    const map = node.shape.map((_, axis) => loopIndex(axis, builder.numLoops));
    const value = builder.load("body", operandOf(source!, map, builder.numLoops), node.dtype);
    this.#store(builder, { node, at: "body", value, destinations, map });
    return builder.finish("");
  }

  #store(
    builder: KernelBuilder,
    { node, at, value, destinations, map }: {
      node: Node;
      at: Section;
      value: ValueRef;
      destinations: readonly Location[];
      map: IndexMap;
    },
  ): void {
    for (const destination of destinations) {
      builder.store(at, value, operandOf(destination, map, builder.numLoops), node.dtype);
    }
  }

  /** sizes over which a reduction or a product sums */
  #reducedAxes(node: Node): Shape {
    const { operation } = node;
    const input = this.#node(node.inputs[0]!);
    if (operation.kind === "matmul") return [input.shape.at(-1)!];
    return operation.kind === "reduce" ? operation.axes.map((axis) => input.shape[axis]!) : [];
  }

  /** the reductions that can end in the epilogue of this node's kernel: not kept, over axes of equal sizes */
  #reductionsOf(root: Node, kept: readonly AxisSize[]): { node: Node; map: IndexMap }[] {
    const found: { node: Node; map: IndexMap }[] = [];
    const walk = new Walk(this, new KernelBuilder(kept, kept.length), new Map(), root.id);
    const seen = new Set<string>();
    const visit = (node: Node, map: IndexMap): void => {
      const key = `${node.id} ${JSON.stringify(map)}`;
      if (seen.has(key) || this.#located.has(node.id) || (node !== root && this.#kept.has(node.id))) return;
      seen.add(key);
      const { kind } = node.operation;
      if (kind === "reduce" || kind === "matmul") {
        const sizes = (of: Node) => this.#reducedAxes(of).map(sizeOf).join();
        // one of other sizes, or needed a second time elsewhere, gets a place of its own as a dependency
        const isFirst = found.length === 0;
        const isAlike = !isFirst && sizes(found[0]!.node) === sizes(node) &&
          found.every((other) => other.node !== node);
        if (isFirst || isAlike) found.push({ node, map });
      } else if (isPointwise(node) || isMovement(node)) {
        for (const [input, inputMap] of walk.inputsOf(node, map)) {
          if (inputMap !== null) visit(input, inputMap);
        }
      }
    };
    visit(root, kept.map((_, axis) => loopIndex(axis, kept.length)));
    return found;
  }

  // ------------------------------------------------------------------ what Walk asks

  node(id: NodeId): Node {
    return this.#node(id);
  }

  locationOf(id: NodeId): Location | undefined {
    return this.#located.get(id);
  }

  isKept(id: NodeId): boolean {
    return this.#kept.has(id);
  }

  isCut(id: NodeId): boolean {
    return this.#cuts.has(id);
  }

  /** stores a kept value that the kernel computes on its way, so that later kernels load it */
  storeOnTheWay(
    builder: KernelBuilder,
    node: Node,
    stored: { value: ValueRef; map: IndexMap; at: Section },
  ): void {
    const { place, outputs } = this.#destinations(node);
    this.#store(builder, { node, ...stored, destinations: place === null ? outputs : [place, ...outputs] });
    if (place !== null) this.#located.set(node.id, place);
  }

  /** the location of a reshape of stored elements: they are evenly spaced within a row */
  reshapedLocation(node: Node): Location | null {
    const input = this.#node(node.inputs[0]!);
    const location = this.#located.get(input.id);
    return location === undefined ? null : this.#buffers.reshaped(location, node.shape);
  }

  // ------------------------------------------------------------------ other stages

  /** a value's operand over loops that are its own axes; a movement of a stored value needs no copy */
  #operandOfNode(id: NodeId): StageOperand {
    const node = this.#node(id);
    const numLoops = node.shape.length;
    const found = locate(this, id, node.shape.map((_, axis) => loopIndex(axis, numLoops)));
    if (found === null) throw new NdpipeError("BUG001", `${this.#label(node)} has no place`);
    return operandOf(found.location, found.map, numLoops);
  }

  /** makes sure that a node, or what it is a view of, is stored */
  #settle(id: NodeId): void {
    const numLoops = this.#node(id).shape.length;
    const map = this.#node(id).shape.map((_, axis) => loopIndex(axis, numLoops));
    if (locate(this, id, map) !== null) return;
    let base = this.#node(id);
    while (isMovement(base) && !this.#located.has(base.id) && !this.#kept.has(base.id)) {
      base = this.#node(base.inputs[0]!);
    }
    this.#forcePlace(base);
    if (locate(this, id, map) === null) this.#forcePlace(this.#node(id));
  }

  /** stores a node that the analysis would have left in registers */
  #forcePlace(node: Node): void {
    if (this.#kept.has(node.id)) return this.#ensure(node.id);
    const place = this.#place(node);
    this.#emitLoop(node, [place]);
    this.#located.set(node.id, place);
  }

  /** false where the left operand's layout does not suit: the loop kernel then does it */
  #emitGemm(node: Node): boolean {
    const [a, b] = node.inputs.map((id) => this.#node(id));
    this.#settle(b!.id);
    const steps = new Set([node.step]);
    const left = this.#prologueOf(node, a!, steps) ?? this.#storedLeft(a!);
    const itemsize = DTYPE[node.dtype].itemsize;
    const aLayout = isPrologue(left) ? "row" : layoutOf(left, itemsize);
    if (aLayout === null) return false;
    const [rows, n] = node.shape;
    const [destination, ...others] = this.#destinationsOfStage(node);
    const cLayout: Layout = destination!.strides[1] === itemsize ? "row" : "column";
    this.#push({
      kind: "gemm",
      label: this.#label(node),
      steps: [...steps].filter((step) => step >= 0).sort((x, y) => x - y),
      dtype: node.dtype as "f32" | "f64",
      rows: axisSize(rows!),
      k: Number(sizeOf(a!.shape[1]!)),
      n: Number(sizeOf(n!)),
      a: left,
      aLayout,
      b: this.#operandOfNode(b!.id),
      c: { buffer: destination!.buffer, offset: destination!.offset, strides: destination!.strides },
      cLayout,
    }, true);
    this.#finishStage(node, destination!, others);
    return true;
  }

  #storedLeft(a: Node): StageOperand {
    this.#settle(a.id);
    return this.#operandOfNode(a.id);
  }

  /** the left operand of a product as its prologue; null where it is stored, or has to be */
  #prologueOf(product: Node, a: Node, steps: Set<number>): PlacedPrologue | null {
    if (!isPointwise(a) || this.#kept.has(a.id) || this.#located.has(a.id)) return null;
    for (const below of this.#keptBelow(a)) this.#ensure(below);
    const builder = new KernelBuilder(a.shape.map(axisSize), a.shape.length);
    const map = a.shape.map((_, axis) => loopIndex(axis, a.shape.length));
    const walk = new Walk(this, builder, new Map(), a.id);
    for (;;) {
      const dependency = walk.nextDependency(a, map);
      if (dependency === null) break;
      this.#forcePlace(this.#node(dependency));
    }
    const value = walk.compute(a, { map, section: "body" });
    const prologue = placedPrologue(builder, value, product.dtype as "f32" | "f64");
    if (prologue !== null) builder.steps.forEach((step) => steps.add(step));
    return prologue;
  }

  /** the kept values that a value's instructions read */
  #keptBelow(node: Node, seen: Set<NodeId> = new Set()): NodeId[] {
    return node.inputs.flatMap((id) => {
      if (seen.has(id) || this.#located.has(id)) return [];
      seen.add(id);
      if (this.#kept.has(id)) return [id];
      const input = this.#node(id);
      return isPointwise(input) || isMovement(input) ? this.#keptBelow(input, seen) : [];
    });
  }

  /** where a stage that is no loop writes: one place, an output's own where nobody else reads the value */
  #destinationsOfStage(node: Node): Location[] {
    const outputs = this.#outputs.get(node.id) ?? [];
    this.#outputs.delete(node.id);
    return this.#read.has(node.id) || outputs.length === 0 ? [this.#place(node), ...outputs] : [...outputs];
  }

  /** copies what the stage wrote into further outputs */
  #finishStage(node: Node, destination: Location, others: readonly Location[]): void {
    this.#located.set(node.id, destination);
    if (others.length > 0) this.#emitLoop(node, others);
  }

  #emitConcat(node: Node): void {
    if (node.operation.kind !== "concat") return;
    const { axis } = node.operation;
    const [destination, ...others] = this.#destinationsOfStage(node);
    let start = 0;
    for (const input of node.inputs) {
      const part = this.#node(input);
      const index = { start, steps: [] };
      const place: Location = {
        ...destination!,
        offset: operandOf(
          destination!,
          node.shape.map((_, i) => i === axis ? index : fixedIndex(0, 0)),
          0,
        ).offset,
      };
      if (this.#kept.has(part.id)) this.#ensure(part.id);
      this.#emitLoop(part, [place]);
      start += Number(sizeOf(part.shape[axis]!));
    }
    this.#finishStage(node, destination!, others);
  }

  /** one kernel for all filters of single elements into the rows of a symbol, together with their mask */
  #emitFilters(symbol: string): void {
    const filters = this.#graph.nodes.filter((node) =>
      isFusedFilter(node) && rowSymbol(node.shape) === symbol
    );
    const [first] = filters, rows = axisSize(this.#node(first!.inputs[0]!).shape[0]!);
    const builder = new KernelBuilder([rows], 1);
    const walk = new Walk(this, builder, new Map(), null);
    const mapOf = (node: Node) =>
      node.shape.map((_, axis) => axis === 0 ? loopIndex(0, 1) : fixedIndex(0, 1));
    const needed = [...new Set(filters.flatMap(({ inputs }) => inputs))].map((id) => this.#node(id));
    for (;;) {
      const dependency = needed.map((node) => walk.nextDependency(node, mapOf(node))).find((id) =>
        id !== null
      );
      if (dependency === undefined || dependency === null) break;
      this.#forcePlace(this.#node(dependency));
    }
    const compute = (id: NodeId) =>
      walk.compute(this.#node(id), { map: mapOf(this.#node(id)), section: "body" });
    builder.filter(compute(first!.inputs[1]!), symbol);
    for (const node of filters) {
      const value = compute(node.inputs[0]!);
      builder.steps.add(node.step);
      const destinations = this.#destinationsOfStage(node);
      for (const { buffer, offset } of destinations) {
        builder.store("filter", value, { buffer, offset, strides: [0] }, node.dtype);
      }
      this.#located.set(node.id, destinations[0]!);
    }
    this.#push(builder.finish(filters.map((node) => this.#label(node)).join(", ")), true);
  }

  #emitFilter(node: Node): void {
    const [values, mask] = node.inputs as [NodeId, NodeId];
    this.#settle(values);
    this.#settle(mask);
    let source = this.#operandOfNode(values);
    const element = evenStride(source.strides.slice(1), this.#node(values).shape.slice(1));
    if (element === null) {
      const place = this.#buffers.scratch(this.#node(values), { name: this.#label(node), layout: "row" });
      this.#emitLoop(this.#node(values), [place]);
      this.#located.set(values, place);
      source = this.#operandOfNode(values);
    }
    const width = elementsPerRow(node.shape);
    const elementStride = element ?? DTYPE[node.dtype].itemsize;
    const [destination, ...others] = this.#destinationsOfStage(node);
    this.#push({
      kind: "compress",
      label: this.#label(node),
      steps: [node.step],
      itemsize: DTYPE[node.dtype].itemsize,
      rows: axisSize(this.#node(values).shape[0]!),
      width,
      mask: this.#operandOfNode(mask),
      source: { ...source, strides: [source.strides[0]!, elementStride] },
      destination: { buffer: destination!.buffer, offset: destination!.offset, strides: [] },
      symbol: rowSymbol(node.shape)!,
    }, true);
    this.#finishStage(node, destination!, others);
  }
}
