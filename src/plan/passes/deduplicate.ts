/** Common subexpressions become one node; what no output needs is dropped. */
import { type Graph, type Node, type NodeId, operationKey } from "../../expr/graph.ts";
import { renumbered, rewrite } from "./rewrite.ts";

/** Nodes that compute the same are computed once. */
export function mergeCommon(graph: Graph): Graph {
  const known = new Map<string, NodeId>();
  return rewrite(graph, (node, inputs, context) => {
    // each has a name of its own
    if (node.operation.kind === "input" || node.operation.kind === "param") return null;
    const key = `${operationKey(node.operation)} ${inputs.join()} ${node.dtype} ${node.shape.join()}`;
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, context.add(node.operation, inputs, node));
    return known.get(key)!;
  });
}

/** Nodes that no output depends on are dropped. */
export function dropDead(graph: Graph): Graph {
  const alive = new Set(graph.outputs.map(({ node }) => node));
  // a set that is iterated yields what is added meanwhile
  for (const id of alive) graph.nodes[id]!.inputs.forEach((input) => alive.add(input));
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
