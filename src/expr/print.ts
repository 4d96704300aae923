/**
 * A graph as text, for people and for snapshots.
 *
 * @module
 */
import { showShape } from "../shape/mod.ts";
import type { AxisSlice, Graph, Node, Operation } from "./graph.ts";
import { scalarText } from "./serialize.ts";

function sliceText(slice: AxisSlice): string {
  if (slice.kind === "all") return ":";
  if (slice.kind === "index") return `${slice.index}`;
  return `${slice.start}+${slice.step}*${slice.size}`;
}

/** The operation with what belongs to it besides its operands: `sum[1]`, `transpose[0,2,1]`, `constant 0.5`. */
function operationText(operation: Operation): string {
  switch (operation.kind) {
    case "input":
    case "param":
      return `${operation.kind} ${operation.name}`;
    case "constant":
      return `constant ${scalarText(operation.value)}`;
    case "elementwise":
      return operation.op;
    case "reduce":
      return `${operation.op}[${operation.axes.join(",")}]${operation.keepdims ? " keepdims" : ""}`;
    case "transpose":
      return `transpose[${operation.axes.join(",")}]`;
    case "expandDims":
    case "squeeze":
    case "concat":
    case "stack":
      return `${operation.kind}[${operation.axis}]`;
    case "slice":
      return `slice[${operation.slices.map(sliceText).join(", ")}]`;
    case "take":
      return `take[${operation.axis}] {${operation.indices.join(",")}}`;
    case "where":
    case "cast":
    case "matmul":
    case "broadcastTo":
    case "reshape":
    case "filter":
      return operation.kind;
    default:
      return operation satisfies never;
  }
}

function nodeLine(graph: Graph, node: Node, isFirstOfStep: boolean): string {
  const operands = node.inputs.map((id) => `  %${id}`).join("");
  const step = graph.steps[node.step];
  const note = step !== undefined && isFirstOfStep ? `   # step ${node.step} ${step.text}` : "";
  return `%${node.id} = ${operationText(node.operation)} ${node.dtype} ${
    showShape(node.shape)
  }${operands}${note}`;
}

/**
 * The graph, one node a line, the outputs last. A step's text stands at its first node.
 *
 * @example
 * ```ts
 * import { printGraph } from "./print.ts";
 * import { strictEqual } from "node:assert/strict";
 * const x = { id: 0, operation: { kind: "input", name: "x" }, inputs: [], dtype: "f32", shape: ["N"], step: -1 } as const;
 * const graph = { nodes: [x], steps: [], outputs: [{ name: "y", node: 0 }], names: new Map() };
 * strictEqual(printGraph(graph), "%0 = input x f32 (N)\nreturn y = %0");
 * ```
 */
export function printGraph(graph: Graph): string {
  const lines = graph.nodes.map((node, i) => nodeLine(graph, node, graph.nodes[i - 1]?.step !== node.step));
  return [...lines, ...graph.outputs.map(({ name, node }) => `return ${name} = %${node}`)].join("\n");
}
