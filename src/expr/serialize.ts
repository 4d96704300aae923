/**
 * A graph as JSON: what a run's identity rests on (`graph_hash.ts`). Places and names are left out, so that a comment
 * in the pipeline file changes nothing.
 *
 * @module
 */
import type { Graph, Operation, ScalarValue } from "./graph.ts";

/** Raised when the JSON form changes its meaning. */
const FORMAT = 1;

/** JSON values. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A number as text that tells -0, NaN, infinities and bigints apart: `-0`, `NaN`, `3n`. */
export function scalarText(value: ScalarValue): string {
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function operationJson(operation: Operation): Json {
  // a constant's value is text: JSON has neither NaN nor -0 nor 64-bit integers
  if (operation.kind === "constant") return { kind: "constant", value: scalarText(operation.value) };
  return { ...operation } as { readonly [key: string]: Json };
}

/**
 * The graph as JSON: nodes with their operation, inputs, dtype and shape, and the outputs.
 *
 * @example
 * ```ts
 * import { graphJson } from "./serialize.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const x = { id: 0, operation: { kind: "input", name: "x" }, inputs: [], dtype: "f32", shape: ["N"], step: -1 } as const;
 * const graph = { nodes: [x], steps: [], outputs: [{ name: "y", node: 0 }], names: new Map() };
 * deepStrictEqual(graphJson(graph), {
 *   format: 1,
 *   nodes: [{ operation: { kind: "input", name: "x" }, inputs: [], dtype: "f32", shape: ["N"] }],
 *   outputs: [{ name: "y", node: 0 }],
 * });
 * ```
 */
export function graphJson(graph: Graph): Json {
  return {
    format: FORMAT,
    nodes: graph.nodes.map(({ operation, inputs, dtype, shape }): Json => ({
      operation: operationJson(operation),
      inputs,
      dtype,
      shape,
    })),
    outputs: graph.outputs.map(({ name, node }): Json => ({ name, node })),
  };
}

/** The JSON text with the keys of each object in order, so that it does not depend on how the graph was built. */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(",")}}`;
}
