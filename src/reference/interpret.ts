/**
 * The plain interpreter of the expression graph over whole tables: the oracle of the tests. It keeps every value,
 * fuses nothing, and checks each result against the shape and the dtype that its node declares.
 *
 * @module
 */
import { DTYPE } from "../dtype/mod.ts";
import type { AxisSlice, Graph, Node, Operation, ScalarValue } from "../expr/graph.ts";
import { elementwiseDTypes } from "../expr/primitives.ts";
import { showShape, sizeOf } from "../shape/mod.ts";
import { reduceValues, sum } from "./reduce.ts";
import { cast, evaluate, roundFloat, type Value } from "./scalar.ts";
import { at, broadcast, broadcastAt, generate, indicesOf, numElementsOf, type Tensor } from "./tensor.ts";

/** What a graph's leaves stand for. */
export interface Bindings {
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly params: ReadonlyMap<string, Tensor>;
}

/** Sizes of the symbols met so far. */
type Symbols = Map<string, number>;

/**
 * Evaluates a graph. Symbols are bound by the data: `N` by the inputs, a filter's symbol by the mask.
 *
 * @returns the outputs by name, in the graph's order
 * @throws {Error} for bindings that do not fit the graph, or a graph that does not fit itself
 * @example
 * ```ts
 * import { interpret } from "./interpret.ts";
 * import { tensor } from "./tensor.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const common = { dtype: "i32", shape: ["N"], step: 0 } as const;
 * const outputs = interpret({
 *   nodes: [
 *     { ...common, id: 0, operation: { kind: "input", name: "x" }, inputs: [] },
 *     { ...common, id: 1, operation: { kind: "elementwise", op: "square" }, inputs: [0] },
 *   ],
 *   steps: [],
 *   outputs: [{ name: "y", node: 1 }],
 *   names: new Map(),
 * }, { inputs: new Map([["x", tensor("i32", [3], [1, 2, 3])]]), params: new Map() });
 * deepStrictEqual(outputs.get("y"), tensor("i32", [3], [1, 4, 9]));
 * ```
 */
export function interpret(graph: Graph, bindings: Bindings): Map<string, Tensor> {
  const symbols: Symbols = new Map();
  const values: Tensor[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => values[id]!);
    const value = evaluateNode(node, inputs, { bindings, symbols });
    verify(node, value, symbols);
    values[node.id] = value;
  }
  return new Map(graph.outputs.map(({ name, node }) => [name, values[node]!]));
}

/** Binds the node's new symbols, and compares its dtype and shape with its value's. */
function verify(node: Node, value: Tensor, symbols: Symbols): void {
  const at = `node ${node.id} (${node.operation.kind})`;
  if (value.dtype !== node.dtype) {
    throw new Error(`${at} is declared ${node.dtype}, its value is ${value.dtype}`);
  }
  const fits = node.shape.length === value.shape.length && node.shape.every((dim, axis) => {
    const declared = sizeOf(dim), actual = value.shape[axis]!;
    if (typeof declared === "number") return declared === actual;
    if (!symbols.has(declared)) symbols.set(declared, actual);
    return symbols.get(declared) === actual;
  });
  if (!fits) {
    throw new Error(`${at} is declared ${showShape(node.shape)}, its value is (${value.shape.join(", ")})`);
  }
}

/** The node's declared shape; its symbols are bound already. */
function declaredShape(node: Node, symbols: Symbols): number[] {
  return node.shape.map((dim) => {
    const size = sizeOf(dim);
    const bound = typeof size === "number" ? size : symbols.get(size);
    if (bound === undefined) throw new Error(`node ${node.id}: ${size} is not bound`);
    return bound;
  });
}

interface Context {
  readonly bindings: Bindings;
  readonly symbols: Symbols;
}

function evaluateNode(node: Node, inputs: readonly Tensor[], { bindings, symbols }: Context): Tensor {
  const { operation, dtype } = node;
  const first = () => operand(node, inputs, 0), second = () => operand(node, inputs, 1);
  switch (operation.kind) {
    case "input":
      return bound(bindings.inputs, "input", operation.name);
    case "param":
      return bound(bindings.params, "param", operation.name);
    case "constant":
      return { dtype, shape: [], data: [constant(operation.value, node)] };
    case "elementwise": {
      const types = elementwiseDTypes(operation.op, inputs.map((input) => input.dtype));
      if (types === null) throw new Error(`node ${node.id}: ${operation.op} takes no bool`);
      return mapTensors(types.result, inputs, (args) => {
        const converted = args.map((value, i) => cast(value, inputs[i]!.dtype, types.compute));
        return evaluate(operation.op, types.compute, converted);
      });
    }
    case "where":
      operand(node, inputs, 2);
      return mapTensors(
        dtype,
        inputs,
        ([condition, then, otherwise]) => Number(condition) !== 0 ? then! : otherwise!,
      );
    case "cast":
      return mapTensors(dtype, [first()], ([value]) => cast(value!, first().dtype, dtype));
    case "reduce":
      return reduce(node, operation, first());
    case "matmul":
      return matmul(node, first(), second());
    case "concat":
      return concat(node, operation.axis, inputs);
    case "stack":
      return concat(node, operation.axis, inputs.map((input) => insertAxis(input, operation.axis)));
    case "filter":
      return filter(first(), second());
    case "broadcastTo":
    case "reshape":
      return reshaped(operation.kind, first(), declaredShape(node, symbols));
    default:
      return move(operation, first());
  }
}

function operand(node: Node, inputs: readonly Tensor[], index: number): Tensor {
  const input = inputs[index];
  if (input === undefined) {
    throw new Error(`node ${node.id} (${node.operation.kind}) has no operand ${index}`);
  }
  return input;
}

function bound(tensors: ReadonlyMap<string, Tensor>, what: string, name: string): Tensor {
  const value = tensors.get(name);
  if (value === undefined) throw new Error(`${what} ${name} is not bound`);
  return value;
}

function constant(value: ScalarValue, { dtype }: Node): Value {
  const { kind, isBigInt } = DTYPE[dtype];
  if (kind === "f") return roundFloat(Number(value), dtype);
  if (kind === "b") return Number(value) === 0 ? 0 : 1;
  return isBigInt ? BigInt(value) : Number(value);
}

/** One value for each index of the tensors' common shape. */
function mapTensors(
  dtype: Tensor["dtype"],
  tensors: readonly Tensor[],
  value: (args: readonly Value[]) => Value,
): Tensor {
  const shape = tensors.reduce<number[]>((common, { shape }) => broadcast(common, shape), []);
  return generate(dtype, shape, (index) => value(tensors.map((source) => broadcastAt(source, index))));
}

function reduce(
  { dtype }: Node,
  { op, axes, keepdims }: Operation & { kind: "reduce" },
  source: Tensor,
): Tensor {
  const isReduced = (axis: number) => axes.includes(axis);
  const reducedShape = source.shape.filter((_, axis) => isReduced(axis));
  const kept = source.shape.map((size, axis) => isReduced(axis) ? 1 : size);
  const result = generate(dtype, kept, (index) => {
    const values: Value[] = [];
    for (const inner of indicesOf(reducedShape)) {
      let next = 0;
      values.push(at(source, index.map((i, axis) => isReduced(axis) ? inner[next++]! : i)));
    }
    return reduceValues(op, values, source.dtype);
  });
  return keepdims ? result : { ...result, shape: kept.filter((_, axis) => !isReduced(axis)) };
}

function matmul({ dtype }: Node, a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape.slice(-2), [inner, n] = b.shape.slice(-2);
  if (m === undefined || k === undefined || n === undefined || k !== inner) {
    throw new Error("matmul's axes differ");
  }
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const batchOf = (source: Tensor, index: readonly number[]) => {
    const skipped = batch.length - (source.shape.length - 2);
    return source.shape.slice(0, -2).map((size, axis) => size === 1 ? 0 : index[axis + skipped]!);
  };
  return generate(dtype, [...batch, m, n], (index) => {
    const inA = batchOf(a, index),
      inB = batchOf(b, index),
      [row, column] = index.slice(-2) as [number, number];
    const products = Array.from({ length: k }, (_, i): Value => {
      const x = at(a, [...inA, row, i]), y = at(b, [...inB, i, column]);
      // products are not rounded to f32, nor wrapped to integers: the sum is
      return DTYPE[dtype].kind === "f" ? Number(x) * Number(y) : BigInt(x) * BigInt(y);
    });
    return sum(products, dtype);
  });
}

function insertAxis(source: Tensor, axis: number): Tensor {
  return { ...source, shape: [...source.shape.slice(0, axis), 1, ...source.shape.slice(axis)] };
}

function concat({ dtype, id }: Node, axis: number, parts: readonly Tensor[]): Tensor {
  const shape = [...(parts[0]?.shape ?? [])];
  shape[axis] = parts.reduce((total, part) => total + part.shape[axis]!, 0);
  for (const part of parts) {
    const fits = part.dtype === dtype && part.shape.every((size, i) => i === axis || size === shape[i]);
    if (!fits) throw new Error(`node ${id}: the parts differ in more than axis ${axis}`);
  }
  return generate(dtype, shape, (index) => {
    let position = index[axis]!, which = 0;
    while (position >= parts[which]!.shape[axis]!) position -= parts[which++]!.shape[axis]!;
    return at(parts[which]!, index.with(axis, position));
  });
}

function filter(source: Tensor, mask: Tensor): Tensor {
  if (mask.shape.length !== 1 || mask.shape[0] !== source.shape[0]) {
    throw new Error("the mask is not one bool a row");
  }
  const rows = mask.data.flatMap((isKept, row) => Number(isKept) !== 0 ? [row] : []);
  return generate(
    source.dtype,
    [rows.length, ...source.shape.slice(1)],
    ([row, ...rest]) => at(source, [rows[row!]!, ...rest]),
  );
}

function reshaped(kind: "broadcastTo" | "reshape", source: Tensor, shape: readonly number[]): Tensor {
  if (kind === "broadcastTo") {
    const common = broadcast(source.shape, shape);
    if (common.some((size, axis) => size !== shape[axis])) {
      throw new Error("broadcastTo does not reach the shape");
    }
    return generate(source.dtype, shape, (index) => broadcastAt(source, index));
  }
  if (numElementsOf(shape) !== numElementsOf(source.shape)) {
    throw new Error("reshape changes the number of elements");
  }
  return { ...source, shape };
}

type Movement = Extract<Operation, { kind: "transpose" | "expandDims" | "squeeze" | "slice" | "take" }>;

function move(operation: Movement, source: Tensor): Tensor {
  const { dtype, shape } = source;
  switch (operation.kind) {
    case "transpose": {
      const { axes } = operation;
      return generate(
        dtype,
        axes.map((axis) => shape[axis]!),
        (index) => at(source, shape.map((_, axis) => index[axes.indexOf(axis)]!)),
      );
    }
    case "expandDims":
      return insertAxis(source, operation.axis);
    case "squeeze":
      if (shape[operation.axis] !== 1) {
        throw new Error(`axis ${operation.axis} has ${shape[operation.axis]} elements`);
      }
      return { ...source, shape: shape.toSpliced(operation.axis, 1) };
    case "slice":
      return slice(source, operation.slices);
    case "take": {
      const { axis, indices } = operation;
      return generate(
        dtype,
        shape.with(axis, indices.length),
        (index) => at(source, index.with(axis, indices[index[axis]!]!)),
      );
    }
    default:
      return operation satisfies never;
  }
}

/** `slices` has one entry for each axis of the source; fewer leave the last axes whole. */
function slice(source: Tensor, slices: readonly AxisSlice[]): Tensor {
  const ofAxis = (axis: number): AxisSlice => slices[axis] ?? { kind: "all" };
  const sizes = source.shape.flatMap((size, axis) => {
    const part = ofAxis(axis);
    return part.kind === "index" ? [] : part.kind === "range" ? [part.size] : [size];
  });
  return generate(source.dtype, sizes, (index) => {
    let next = 0;
    return at(
      source,
      source.shape.map((_, axis) => {
        const part = ofAxis(axis);
        if (part.kind === "index") return part.index;
        const i = index[next++]!;
        return part.kind === "range" ? part.start + i * part.step : i;
      }),
    );
  });
}
