/**
 * What JavaScript makes of an array by itself: JSON, a number, a text.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { describe, firstElement, type Strided } from "../storage/strided.ts";
import { type NestedList, toList, valueOf } from "../storage/values.ts";
import { toText } from "./format.ts";

/** ECMAScript's text that JSON.stringify writes as it is, of which TypeScript knows nothing yet. */
const { rawJSON } = JSON as JSON & { readonly rawJSON: (text: string) => object };

/** The elements as JSON has them. Integers beyond 2^53, of which it has no bigint, are their digits. */
export function toJson(source: Strided): unknown {
  const list = toList(source);
  return source.dtype === "i64" || source.dtype === "u64" ? withDigits(list) : list;
}

function withDigits(list: NestedList): unknown {
  if (typeof list === "object") return list.map(withDigits);
  return typeof list === "bigint" ? rawJSON(String(list)) : list;
}

/** What an operator or a function of JavaScript computes with. Refused: ARR002 of an array with axes, but as text. */
export function toPrimitive(source: Strided, hint: string): ScalarValue | string {
  if (hint === "string") return toText(source);
  if (source.shape.length === 0) return valueOf(firstElement(source), source.dtype);
  const size = sizeOfShape(source.shape), elements = `${size} element${size === 1 ? "" : "s"}`;
  throw new NdpipeError("ARR002", `JavaScript's operators do not compute with an array of ${elements}`, {
    operands: [describe(source)],
    help: "write a.mul(2), a.add(1), a.gt(0), sqrt(a); a.item() for an only element; `${a}` for text",
  });
}
