/**
 * Which values get a place in memory, and which are computed in registers wherever they are used.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import type { Graph, Node, NodeId } from "../expr/graph.ts";
import { ELEMENTWISE } from "../expr/primitives.ts";
import { type Shape, sizeOf } from "../shape/mod.ts";
import { PRODUCT_TILE_BYTES, PROLOGUE_LEAST_K } from "./gemm_prologue.ts";

/** A value used by two kernels is kept rather than computed twice from this cost on (simple vector operations). */
const KEEP_COST = 6;

/**
 * Nodes on the way from a stored value up to one in registers at most. The planner and the compiler follow that way by
 * recursion, and the call stack ends some thousand nodes deep.
 */
const MAX_FUSED_DEPTH = 256;

/** The row symbol of a shape, or null for what depends on parameters only. */
export function rowSymbol(shape: Shape): string | null {
  const size = shape.length > 0 ? sizeOf(shape[0]!) : 1;
  return typeof size === "string" ? size : null;
}

/** Elements per row (of all axes where there is no row axis). */
export function elementsPerRow(shape: Shape): number {
  return shape.reduce<number>((product, dim) => {
    const size = sizeOf(dim);
    return typeof size === "number" ? product * size : product;
  }, 1);
}

/** A node that only says where elements are. */
export function isMovement(node: Node): boolean {
  switch (node.operation.kind) {
    case "broadcastTo":
    case "reshape":
    case "transpose":
    case "expandDims":
    case "squeeze":
    case "slice":
      return true;
    default:
      return false;
  }
}

/** A node that is computed element by element. */
export function isPointwise(node: Node): boolean {
  const { kind } = node.operation;
  return kind === "elementwise" || kind === "where" || kind === "cast";
}

function ownCost(node: Node): number {
  const { operation } = node;
  if (operation.kind === "elementwise") return ELEMENTWISE[operation.op].cost;
  return operation.kind === "where" || operation.kind === "cast" ? 1 : 0;
}

/** Whether the matrix product runs on the packed kernel: float rows by a matrix of parameters. */
export function isGemm(graph: Graph, node: Node): boolean {
  if (node.operation.kind !== "matmul" || (node.dtype !== "f32" && node.dtype !== "f64")) return false;
  const [a, b] = node.inputs.map((id) => graph.nodes[id]!);
  return a!.shape.length === 2 && b!.shape.length === 2 && rowSymbol(a!.shape) !== null &&
    rowSymbol(b!.shape) === null && sizeOf(b!.shape[1]!) !== 1;
}

/**
 * Whether a filter of single elements a row, which one kernel does together with its mask and with all other such
 * filters into the same rows.
 */
export function isFusedFilter(node: Node): boolean {
  return node.operation.kind === "filter" && elementsPerRow(node.shape) === 1;
}

/** Values that are stored only because what they are computed from goes too deep: no kernel computes them on its way. */
export function depthCuts(graph: Graph): ReadonlySet<NodeId> {
  const cuts = new Set<NodeId>(), depths: number[] = [];
  for (const node of graph.nodes) {
    const isInline = isPointwise(node) || isMovement(node);
    const depth = isInline ? 1 + node.inputs.reduce((most, id) => Math.max(most, depths[id]!), 0) : 0;
    const isCut = depth >= MAX_FUSED_DEPTH && isPointwise(node);
    if (isCut) cuts.add(node.id);
    depths.push(isCut ? 0 : depth);
  }
  return cuts;
}

/** By node: the node that stands for the kernel in which it ends. Filters that share a kernel share one. */
export function stageLeaders(graph: Graph): ReadonlyMap<NodeId, NodeId> {
  const first = new Map<string, NodeId>();
  return new Map(graph.nodes.map((node) => {
    if (!isFusedFilter(node)) return [node.id, node.id];
    const symbol = rowSymbol(node.shape)!;
    const leader = first.get(symbol) ?? node.id;
    first.set(symbol, leader);
    return [node.id, leader];
  }));
}

/**
 * The nodes that get a place in memory; inputs and parameters have theirs already.
 *
 * @param columnInputs names of inputs that lie column by column
 */
export function materialised(
  graph: Graph,
  { columnInputs = new Set() }: { readonly columnInputs?: ReadonlySet<string> } = {},
): ReadonlySet<NodeId> {
  const cost = new Map<NodeId, number>();
  for (const node of graph.nodes) {
    const isInline = isPointwise(node) || isMovement(node);
    const below = isInline ? node.inputs.reduce((sum, id) => sum + cost.get(id)!, 0) : 0;
    cost.set(node.id, isInline ? ownCost(node) + below : 0);
  }
  const kept = new Set<NodeId>(), cuts = depthCuts(graph);
  const columnReaders = readersOfColumns(graph, columnInputs);
  /** the kernels that would compute a node in registers: two where they are more */
  const roots = new Map<NodeId, Set<NodeId>>();
  const leaders = stageLeaders(graph);
  const numOutputs = new Map<NodeId, number>();
  for (const { node } of graph.outputs) numOutputs.set(node, (numOutputs.get(node) ?? 0) + 1);
  const consumers = new Map<NodeId, Node[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const list = consumers.get(input);
      if (list === undefined) consumers.set(input, [node]);
      else list.push(node);
    }
  }
  for (const node of [...graph.nodes].reverse()) {
    const users = consumers.get(node.id) ?? [];
    const effective = throughMovement(users, consumers);
    const mine = new Set<NodeId>(numOutputs.has(node.id) ? [node.id] : []);
    for (const user of users) {
      const isInline = isPointwise(user) || isMovement(user);
      addUpToTwo(mine, isInline ? roots.get(user.id)! : [leaders.get(user.id)!]);
    }
    const { kind } = node.operation;
    const keep = kind === "concat" || kind === "filter" || cuts.has(node.id) ||
      ((kind === "reduce" || kind === "matmul") &&
        (isGemm(graph, node) || !isOneEpilogue(node, effective, numOutputs))) ||
      (isPointwise(node) && (
        (mine.size > 1 && cost.get(node.id)! >= KEEP_COST) ||
        (effective.some((user) => repeats(graph, node, user, cost.get(node.id)!)) &&
          (numOutputs.has(node.id) || !isProductPrologue(graph, node, { users, columnReaders })))
      ));
    if (keep) kept.add(node.id);
    roots.set(node.id, keep ? new Set([node.id]) : mine);
  }
  return kept;
}

/** Adds kernels to a set that need only tell none, one and several apart: what many outputs share stays linear. */
export function addUpToTwo(roots: Set<NodeId>, more: Iterable<NodeId>): void {
  for (const root of more) {
    if (roots.size > 1) return;
    roots.add(root);
  }
}

/** the users, and the users of those that only move elements */
function throughMovement(users: readonly Node[], consumers: ReadonlyMap<NodeId, readonly Node[]>): Node[] {
  return users.flatMap((user) =>
    isMovement(user) ? [user, ...throughMovement(consumers.get(user.id) ?? [], consumers)] : [user]
  );
}

/** Whether a reduction can end in the epilogue of its only consumer, or in an output. */
function isOneEpilogue(
  node: Node,
  users: readonly Node[],
  numOutputs: ReadonlyMap<NodeId, number>,
): boolean {
  const isPlain = users.every((user) =>
    !isMovement(user) || ["expandDims", "squeeze"].includes(user.operation.kind)
  );
  const ends = users.filter((user) => !isMovement(user));
  const holders = [node, ...users.filter(isMovement)];
  const ownOutputs = holders.reduce((sum, { id }) => sum + (numOutputs.get(id) ?? 0), 0);
  if (!isPlain || ends.length + ownOutputs !== 1) return false;
  return ends.every((user) =>
    isPointwise(user) && elementsPerRow(user.shape) === elementsPerRow(node.shape) &&
    rowSymbol(user.shape) === rowSymbol(node.shape)
  );
}

/**
 * Whether a value that is no output is only the left operand of a product that needs each of its elements once: it is then computed
 * where it is multiplied. Its elements have to be neighbours along the inner axis.
 */
function isProductPrologue(
  graph: Graph,
  node: Node,
  { users, columnReaders }: { readonly users: readonly Node[]; readonly columnReaders: ReadonlySet<NodeId> },
): boolean {
  const [product, ...others] = users;
  if (product === undefined || others.length > 0 || !isGemm(graph, product)) return false;
  const rowBytes = elementsPerRow(product.shape) * DTYPE[product.dtype].itemsize;
  if (product.inputs[0] !== node.id || rowBytes > PRODUCT_TILE_BYTES) return false;
  if (elementsPerRow(node.shape) < PROLOGUE_LEAST_K) return false;
  return !columnReaders.has(node.id);
}

/** The values of which the elements of a row, on the way there, come from columns. */
function readersOfColumns(graph: Graph, columnInputs: ReadonlySet<string>): ReadonlySet<NodeId> {
  const readers = new Set<NodeId>();
  for (const node of graph.nodes) {
    const { operation } = node;
    const isReader = operation.kind === "input"
      ? elementsPerRow(node.shape) > 1 && columnInputs.has(operation.name)
      : operation.kind === "transpose" ||
        ((isPointwise(node) || isMovement(node)) && node.inputs.some((id) => readers.has(id)));
    if (isReader) readers.add(node.id);
  }
  return readers;
}

/** Whether using the node from there would compute its elements many times over, or needs it in memory. */
function repeats(graph: Graph, node: Node, user: Node, inlineCost: number): boolean {
  switch (user.operation.kind) {
    case "filter":
      return !isFusedFilter(user);
    case "matmul":
      return isGemm(graph, user) || inlineCost > 1;
    case "reduce":
    case "concat":
      return false;
    default:
      return elementsPerRow(user.shape) > elementsPerRow(node.shape) ||
        (rowSymbol(user.shape) !== null && rowSymbol(node.shape) === null && node.shape.length > 0);
  }
}

/** The intermediate or output with the most elements per row: what the guard on elements looks at. */
export function largestIntermediate(graph: Graph): { name: string; elementsPerRow: number } {
  let largest = { name: "", elementsPerRow: 0 };
  for (const node of graph.nodes) {
    const { kind } = node.operation;
    if (rowSymbol(node.shape) === null || kind === "input") continue;
    const elements = elementsPerRow(node.shape);
    if (elements > largest.elementsPerRow) {
      largest = { name: graph.steps[node.step]?.text ?? kind, elementsPerRow: elements };
    }
  }
  return largest;
}
