/**
 * The hash of a graph. Apart from `serialize.ts`: Deno takes longer to load `node:crypto` than to plan, and a run
 * needs no hash.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Graph } from "./graph.ts";
import { canonicalText, graphJson } from "./serialize.ts";

/** SHA-256 of the graph's canonical JSON, in hexadecimal digits. */
export function graphHash(graph: Graph): string {
  return createHash("sha256").update(canonicalText(graphJson(graph))).digest("hex");
}
