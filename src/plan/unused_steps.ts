/**
 * Steps of a transform that no output needs. They cost nothing, but may tell of a slip: a tensor in an `if` is true,
 * whatever its elements will be.
 *
 * @module
 */
import type { Graph, NodeId } from "../expr/graph.ts";

/**
 * The indices of the steps whose results no output is made of, in order.
 *
 * @example
 * ```ts
 * import { unusedSteps } from "./unused_steps.ts";
 * import { definePipeline, input } from "ndpipe";
 * import { deepStrictEqual } from "node:assert/strict";
 * const pipeline = definePipeline({
 *   name: "slip",
 *   inputs: { x: input("f32", ["N"]) },
 *   transform: ({ x }) => x.gt(0) ? { y: x.sqrt() } : { y: x },
 * });
 * deepStrictEqual(unusedSteps(pipeline.trace()), [0]); // x.gt(0)
 * ```
 */
export function unusedSteps({ nodes, steps, outputs, equalMasks }: Graph): number[] {
  const used = new Set<NodeId>(), pending = outputs.map(({ node }) => node);
  while (pending.length > 0) {
    const id = pending.pop()!;
    if (used.has(id)) continue;
    used.add(id);
    pending.push(...nodes[id]!.inputs, ...equalMasks?.get(id) ?? []);
  }
  return [...steps.keys()].filter((index) => !used.has(steps[index]!.result));
}
