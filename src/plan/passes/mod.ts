/** The passes of the planner, in order. */
import type { Graph } from "../../expr/graph.ts";
import { dropDead, mergeCommon } from "./deduplicate.ts";
import { lowerGathers } from "./lower_gathers.ts";
import { simplify } from "./simplify.ts";

/** Each pass is pure and keeps every bit of every output. */
const PASSES: readonly { readonly name: string; readonly run: (graph: Graph) => Graph }[] = [
  { name: "lower gathers", run: lowerGathers },
  { name: "simplify", run: simplify },
  { name: "merge common subexpressions", run: mergeCommon },
  { name: "drop dead code", run: dropDead },
];

/** An output's dtype or symbol must come through every pass unchanged. */
function verify(before: Graph, after: Graph, pass: string): void {
  after.outputs.forEach(({ name, node }, i) => {
    const old = before.nodes[before.outputs[i]!.node]!, now = after.nodes[node]!;
    if (old.dtype !== now.dtype || old.shape.length !== now.shape.length) {
      throw new Error(`pass "${pass}" changed the type of output ${name}`);
    }
  });
}

/** The graph after all passes; `seen` is shown each intermediate form. */
export function runPasses(graph: Graph, seen?: (pass: string, graph: Graph) => void): Graph {
  let current = graph;
  for (const { name, run } of PASSES) {
    const next = run(current);
    verify(current, next, name);
    if (next !== current) seen?.(name, next);
    current = next;
  }
  return current;
}
