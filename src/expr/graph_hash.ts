/**
 * The hash of a graph. By Web Crypto, which has to be waited for: `node:crypto` takes longer to load than a plan to
 * make.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import { canonicalText, graphJson } from "./serialize.ts";

/** SHA-256 of the graph's canonical JSON, in hexadecimal digits. */
export async function graphHash(graph: Graph): Promise<string> {
  const text = new TextEncoder().encode(canonicalText(graphJson(graph)));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text)).toHex();
}
