/**
 * Rebuilds a graph node by node: what every pass is made of. Nodes keep their step; ids are given anew.
 *
 * @module
 */
import type { Graph, Node, NodeId, Operation } from "../../expr/graph.ts";
import type { DType } from "../../dtype/mod.ts";
import type { Shape } from "../../shape/mod.ts";

/** Adds nodes to the graph that is being built. */
export type AddNode = (
  operation: Operation,
  inputs: readonly NodeId[],
  type: { readonly dtype: DType; readonly shape: Shape },
) => NodeId;

/** What a node becomes. `inputs` are ids in the new graph; null keeps the node as it is. */
export type RewriteNode = (node: Node, inputs: readonly NodeId[], context: RewriteContext) => NodeId | null;

/** The new graph so far. */
export interface RewriteContext {
  readonly add: AddNode;
  readonly nodes: readonly Node[];
}

/** The graph after every node went through `rewriteNode`; the same graph when none changed. */
export function rewrite(graph: Graph, rewriteNode: RewriteNode): Graph {
  const nodes: Node[] = [];
  const renamed = new Map<NodeId, NodeId>();
  let changed = false;
  for (const node of graph.nodes) {
    const add: AddNode = (operation, inputs, type) => {
      nodes.push({
        id: nodes.length,
        operation,
        inputs,
        dtype: type.dtype,
        shape: type.shape,
        step: node.step,
      });
      return nodes.length - 1;
    };
    const inputs = node.inputs.map((input) => renamed.get(input)!);
    const replaced = rewriteNode(node, inputs, { add, nodes });
    changed ||= replaced !== null;
    renamed.set(node.id, replaced ?? add(node.operation, inputs, node));
  }
  return changed ? renumbered(graph, nodes, renamed) : graph;
}

/** The graph with new nodes, its outputs, names and steps pointing at them. */
export function renumbered(
  graph: Graph,
  nodes: readonly Node[],
  renamed: ReadonlyMap<NodeId, NodeId>,
): Graph {
  const names = new Map<NodeId, string>();
  for (const [id, name] of graph.names) {
    const to = renamed.get(id);
    if (to !== undefined && !names.has(to)) names.set(to, name);
  }
  return {
    nodes,
    outputs: graph.outputs.map(({ name, node }) => ({ name, node: renamed.get(node)! })),
    steps: graph.steps.map((step) => ({ ...step, result: renamed.get(step.result) ?? -1 })),
    names,
  };
}
