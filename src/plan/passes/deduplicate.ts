/** Common subexpressions become one node; what no output needs is dropped. */
import { type Graph, type Node, type NodeId, operationKey } from "../../expr/graph.ts";
import { renumbered, rewrite } from "./rewrite.ts";

/** Nodes that compute the same are computed once. */
export function mergeCommon(graph: Graph): Graph {
  const known = new Map<string, NodeId>();
  return rewrite(graph, (node, inputs, context) => {
    const key = `${operationKey(node.operation)} ${inputs.join()} ${node.dtype} ${node.shape.join()}`;
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, context.add(node.operation, inputs, node));
    return known.get(key)!;
  });
}

/** Nodes that no output depends on are dropped. */
export function dropDead(graph: Graph): Graph {
  const alive = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (alive.has(id)) return;
    alive.add(id);
    graph.nodes[id]!.inputs.forEach(visit);
  };
  for (const { node } of graph.outputs) visit(node);
  if (alive.size === graph.nodes.length) return graph;
  const renamed = new Map<NodeId, NodeId>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    if (!alive.has(node.id)) continue;
    renamed.set(node.id, nodes.length);
    nodes.push({ ...node, id: nodes.length, inputs: node.inputs.map((input) => renamed.get(input)!) });
  }
  return renumbered(graph, nodes, renamed);
}
