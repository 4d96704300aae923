/** Algebra that keeps every bit: movement and casts that do nothing. */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { Graph, ScalarValue } from "../../expr/graph.ts";
import { sizeOf } from "../../shape/mod.ts";
import { rewrite } from "./rewrite.ts";

/** The constant in another dtype, where it is the same number there; null where a cast would change it. */
function castConstant(value: ScalarValue, dtype: DType): ScalarValue | null {
  const { kind, isBigInt, range } = DTYPE[dtype];
  if (kind === "b") return null;
  if (kind === "f") {
    const number = Number(value);
    if (typeof value === "bigint" && BigInt(number) !== value) return null;
    return dtype === "f64" || Object.is(Math.fround(number), number) ? number : null;
  }
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && (!Number.isInteger(number) || Object.is(number, -0))) return null;
  const integer = BigInt(number);
  if (integer < range![0] || integer > range![1]) return null;
  return isBigInt ? integer : Number(integer);
}

/** The pass. */
export function simplify(graph: Graph): Graph {
  return rewrite(graph, (node, inputs, context) => {
    const input = inputs.length > 0 ? context.nodes[inputs[0]!]! : null;
    if (input === null) return null;
    const { operation } = node;
    switch (operation.kind) {
      case "cast": {
        if (input.dtype === node.dtype) return input.id;
        // f32 -> f64 -> f32 gives back every bit
        if (input.operation.kind === "cast" && input.dtype === "f64" && node.dtype === "f32") {
          const before = context.nodes[input.inputs[0]!]!;
          if (before.dtype === "f32") return before.id;
        }
        if (input.operation.kind !== "constant") return null;
        const value = castConstant(input.operation.value, node.dtype);
        return value === null ? null : context.add({ kind: "constant", value }, [], node);
      }
      case "reshape":
      case "broadcastTo": {
        const isSame = input.shape.length === node.shape.length &&
          input.shape.every((dim, i) => sizeOf(dim) === sizeOf(node.shape[i]!));
        return isSame ? input.id : null;
      }
      case "transpose":
        return operation.axes.every((axis, i) => axis === i) ? input.id : null;
      case "slice":
        return operation.slices.every((slice) => slice.kind === "all") ? input.id : null;
      default:
        return null;
    }
  });
}
