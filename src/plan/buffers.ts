/**
 * The buffers of a program, and how values of a shape lie in them.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import type { Graph, Node, NodeId } from "../expr/graph.ts";
import { type Shape, sizeOf } from "../shape/mod.ts";
import { type Location, plus, times } from "./access.ts";
import { addUpToTwo, elementsPerRow, isFusedFilter, rowSymbol, stageLeaders } from "./materialise.ts";
import type { Layout, ProgramBuffer, Stride } from "./program.ts";

/** How an input's elements lie, by its name. */
export interface InputLayout {
  readonly name: string;
  readonly layout: Layout;
}

/** Bytes of one tile's values: they stay in the second-level cache. */
const TILE_BYTES = 256 * 1024;
/**
 * Elements of the widest value of a tile. The engine's optimised code takes over at the next call only, so the first
 * calls must not be long; of columns that lie far apart each must be long enough to be read in a run.
 */
const TILE_ELEMENTS = 1024 * 1024;
/** Rows of a tile: a multiple of every vector's lanes; not so few that calls cost, not so many that nothing is gained. */
const TILE_ROWS = { multiple: 16, least: 16, most: 16384 } as const;
/** The same where nothing has to stay in the cache: a call costs as much as 1000 elements of a fast kernel. */
const MOST_ROWS_OF_ONE_PASS = 131_072;

/** Strides of the inner axes of a row, for a given stride of neighbouring elements. */
function innerStrides(inner: Shape, element: Stride): Stride[] {
  const strides: Stride[] = [];
  let size = 1;
  for (const dim of [...inner].reverse()) {
    strides.unshift(times(element, size));
    size *= Number(sizeOf(dim));
  }
  return strides;
}

function rowBytes(node: Node): number {
  return elementsPerRow(node.shape) * DTYPE[node.dtype].itemsize;
}

/**
 * Rows of a tile. What one stage leaves for another, and inputs that several stages read, must stay in the cache;
 * what passes through once need not.
 */
export function chooseTileRows(
  graph: Graph,
  kept: ReadonlySet<NodeId>,
  inputs: readonly InputLayout[],
): number {
  const names = new Set(inputs.map(({ name }) => name));
  const leaders = stageLeaders(graph), roots = stagesThatRead(graph, leaders, kept);
  // filtered elements that no stage reads
  const isLast = (node: Node) =>
    isFusedFilter(node) && [...roots.get(node.id)!].every((root) => root === leaders.get(node.id));
  let bytes = 0, widest = 1;
  for (const node of graph.nodes) {
    if (rowSymbol(node.shape) === null) continue;
    const isShared = node.operation.kind === "input" && names.has(node.operation.name) &&
      roots.get(node.id)!.size > 1;
    if (isShared || (kept.has(node.id) && !isLast(node))) bytes += rowBytes(node);
    widest = Math.max(widest, elementsPerRow(node.shape));
  }
  const rows = Math.floor(Math.min(TILE_BYTES / Math.max(1, bytes), TILE_ELEMENTS / widest));
  const whole = Math.floor(rows / TILE_ROWS.multiple) * TILE_ROWS.multiple;
  return Math.min(bytes === 0 ? MOST_ROWS_OF_ONE_PASS : TILE_ROWS.most, Math.max(TILE_ROWS.least, whole));
}

/** By node: the stored values (and outputs) in whose stages it is read; two where they are more. */
function stagesThatRead(
  graph: Graph,
  leaders: ReadonlyMap<NodeId, NodeId>,
  kept: ReadonlySet<NodeId>,
): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const roots = new Map<NodeId, Set<NodeId>>(graph.nodes.map((node) => [node.id, new Set()]));
  for (const { node } of graph.outputs) addUpToTwo(roots.get(node)!, [leaders.get(node)!]);
  for (const node of [...graph.nodes].reverse()) {
    const own = kept.has(node.id) ? [leaders.get(node.id)!] : roots.get(node.id)!;
    for (const input of node.inputs) addUpToTwo(roots.get(input)!, own);
  }
  return roots;
}

/** The buffers of one program. */
export class Buffers {
  readonly tileRows: number;
  readonly list: ProgramBuffer[] = [];

  constructor(tileRows: number) {
    this.tileRows = tileRows;
  }

  #add(buffer: ProgramBuffer): number {
    return this.list.push(buffer) - 1;
  }

  /** row-major or column by column, with the strides of a shape whose first axis is the rows */
  #rows(
    buffer: number,
    node: { shape: Shape; dtype: DType },
    rows: { row: Stride; element: Stride },
  ): Location {
    return { buffer, offset: 0, strides: [rows.row, ...innerStrides(node.shape.slice(1), rows.element)] };
  }

  input(node: Node, { name, layout, index }: InputLayout & { index: number }): Location {
    const width = elementsPerRow(node.shape);
    const { itemsize } = DTYPE[node.dtype];
    const actual: Layout = width === 1 ? "row" : layout;
    const buffer = this.#add({ kind: "input", name, dtype: node.dtype, layout: actual, width, index });
    return this.#rows(
      buffer,
      node,
      actual === "row"
        ? { row: width * itemsize, element: itemsize }
        : { row: itemsize, element: { input: buffer, times: 1 } },
    );
  }

  param(node: Node): Location {
    const name = node.operation.kind === "param" ? node.operation.name : "";
    return this.#constant(node, { name, param: name });
  }

  constant(node: Node, name: string): Location {
    return this.#constant(node, { name, param: null });
  }

  #constant(node: Node, { name, param }: { name: string; param: string | null }): Location {
    const numElements = elementsPerRow(node.shape);
    const buffer = this.#add({ kind: "constant", name, dtype: node.dtype, numElements, param });
    return { buffer, offset: 0, strides: innerStrides(node.shape, DTYPE[node.dtype].itemsize) };
  }

  scratch(node: Node, { name, layout }: { name: string; layout: Layout }): Location {
    const width = elementsPerRow(node.shape);
    const { itemsize } = DTYPE[node.dtype];
    const buffer = this.#add({ kind: "scratch", name, dtype: node.dtype, width, layout });
    return this.#rows(
      buffer,
      node,
      layout === "row"
        ? { row: width * itemsize, element: itemsize }
        : { row: itemsize, element: this.tileRows * itemsize },
    );
  }

  output(node: Node, { name, index }: { name: string; index: number }): Location {
    const width = elementsPerRow(node.shape);
    const { itemsize } = DTYPE[node.dtype];
    const buffer = this.#add({ kind: "output", name, dtype: node.dtype, width, index });
    return this.#rows(buffer, node, { row: width * itemsize, element: itemsize });
  }

  /** the same elements under another shape, where a whole buffer of them is evenly spaced within a row; else null */
  reshaped(location: Location, shape: Shape): Location | null {
    const buffer = this.list[location.buffer]!;
    const { itemsize } = DTYPE[buffer.dtype];
    if (location.offset !== 0) return null;
    const isRows = rowSymbol(shape) !== null;
    const element: Stride = buffer.kind === "input" && buffer.layout === "column"
      ? { input: location.buffer, times: 1 }
      : buffer.kind === "scratch" && buffer.layout === "column"
      ? this.tileRows * itemsize
      : itemsize;
    const inner = isRows ? shape.slice(1) : shape;
    const strides = innerStrides(inner, element);
    return {
      buffer: location.buffer,
      offset: plus(0, 0),
      strides: isRows ? [location.strides[0]!, ...strides] : strides,
    };
  }
}
