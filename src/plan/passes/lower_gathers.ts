/** `take` and `stack` become `concat` of slices and of expanded operands: views where they can be. */
import type { AxisSlice, Graph, Node, NodeId } from "../../expr/graph.ts";
import { type Shape, withSize } from "../../shape/mod.ts";
import { rewrite, type RewriteContext } from "./rewrite.ts";

/** Runs of indices with one step: [3, 4, 5, 9] is 3:6 and 9:10. */
function indexRuns(indices: readonly number[]): { start: number; step: number; size: number }[] {
  const runs: { start: number; step: number; size: number }[] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    if (run !== undefined && run.size === 1 && index !== run.start) {
      run.step = index - run.start;
      run.size = 2;
    } else if (run !== undefined && run.size > 1 && index === run.start + run.size * run.step) run.size++;
    else runs.push({ start: index, step: 1, size: 1 });
  }
  return runs;
}

function resized(shape: Shape, axis: number, size: number): Shape {
  return shape.map((dim, i) => i === axis ? withSize(dim, size) : dim);
}

function lowerTake(node: Node, input: NodeId, context: RewriteContext): NodeId {
  const { operation } = node;
  if (operation.kind !== "take") throw new Error("not a take");
  const source = context.nodes[input]!;
  const parts = indexRuns(operation.indices).map((run) => {
    const slices: AxisSlice[] = source.shape.map((_, axis) =>
      axis === operation.axis ? { kind: "range", ...run } : { kind: "all" }
    );
    const shape = resized(source.shape, operation.axis, run.size);
    return context.add({ kind: "slice", slices }, [input], { dtype: node.dtype, shape });
  });
  return parts.length === 1 ? parts[0]! : context.add({ kind: "concat", axis: operation.axis }, parts, node);
}

/** The pass. */
export function lowerGathers(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, context) => {
    const { operation } = node;
    if (operation.kind === "take") return lowerTake(node, inputs[0]!, context);
    if (operation.kind === "concat" && inputs.length === 1) return inputs[0]!;
    if (operation.kind !== "stack") return null;
    const parts = inputs.map((input) => {
      const { dtype, shape } = context.nodes[input]!;
      return context.add({ kind: "expandDims", axis: operation.axis }, [input], {
        dtype,
        shape: shape.toSpliced(operation.axis, 0, 1),
      });
    });
    return context.add({ kind: "concat", axis: operation.axis }, parts, node);
  });
}
