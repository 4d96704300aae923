/**
 * Shapes as authors write them: a size, a symbol ("N"), or a size with a label ("feature=784").
 *
 * An axis has a name when it has a label or is a symbol: the name of `"feature=784"` is `feature`, of `"N"` is
 * `N`. Names are how an axis is spoken of (`sum("feature")`), and two axes of different names never match.
 *
 * @module
 */
import { ERRORS } from "../error_codes.ts";
import { NdpipeError } from "../errors.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** 1000: a size; "N": a symbol, bound at run time; "feature=1000": a size with an axis label. */
export type Dim = number | string;

/** A tuple of axes. */
export type Shape = readonly Dim[];

/** What a rule answers: its result, a shape where nothing else is said, or a refusal. */
export type Rule<T = Shape> = T | Refusal;

/** The largest size of an axis: 2³¹ − 1. */
export const MAX_SIZE = 2147483647;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LABELLED = /^([A-Za-z_][A-Za-z0-9_]*)=([1-9][0-9]*)$/;

/** Whether the text can be a symbol or a label: a letter or an underscore, then letters, digits, underscores. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** The size of an axis: a number, or the name of the symbol that stands for it. */
export function sizeOf(dim: Dim): number | string {
  if (typeof dim === "number") return dim;
  const equals = dim.indexOf("=");
  return equals < 0 ? dim : Number(dim.slice(equals + 1));
}

/** The label of an axis; null for a plain size and for a symbol. */
export function labelOf(dim: Dim): string | null {
  if (typeof dim === "number") return null;
  const equals = dim.indexOf("=");
  return equals < 0 ? null : dim.slice(0, equals);
}

/** The name of an axis: its label, or itself where it is a symbol; null for a plain size. */
export function nameOf(dim: Dim): string | null {
  return labelOf(dim) ?? (typeof dim === "string" ? dim : null);
}

/** Whether the axis is a symbol, so that its size is known at run time only. */
export function isSymbol(dim: Dim): dim is string {
  return typeof dim === "string" && !dim.includes("=");
}

/** The axis with another size, under the label it had. */
export function withSize(dim: Dim, size: number): Dim {
  const label = labelOf(dim);
  return label === null ? size : `${label}=${size}`;
}

/** The shape as text: `(N, feature=1000)`; a scalar is `()`. */
export function showShape(shape: Shape): string {
  return `(${shape.join(", ")})`;
}

/** The shape as an author writes it, in the quotes that survive inside a string: `['N', 10]`. */
export function showLiteral(shape: Shape): string {
  return `[${shape.map((dim) => typeof dim === "number" ? `${dim}` : `'${dim}'`).join(", ")}]`;
}

/** What is wrong with one axis, as the end of a sentence; null: nothing. */
function faultOfDim(dim: Dim, axis: number): string | null {
  if (typeof dim === "string" && IDENTIFIER.test(dim)) return null;
  if (typeof dim === "string" && !LABELLED.test(dim)) {
    return `axis ${axis} is '${dim}', which is neither a size, a symbol nor label=size`;
  }
  const size = sizeOf(dim);
  const isSize = typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= MAX_SIZE;
  return isSize ? null : `the size of axis ${axis} is not an integer from 1 to ${MAX_SIZE}`;
}

/**
 * Whether a declared shape is well formed: sizes are integers from 1 to 2³¹ − 1, symbols and labels are
 * identifiers, and a label names one axis only (a symbol may stand twice: `["N", "N"]`). Null: it is.
 */
export function checkShape(shape: Shape): Refusal | null {
  const malformed = `the shape ${showShape(shape)} is malformed`;
  for (const [axis, dim] of shape.entries()) {
    const fault = faultOfDim(dim, axis);
    if (fault !== null) {
      return refuse("SHP013", `${malformed}: ${fault}`, "an axis is 1000, 'N' or 'feature=1000'");
    }
  }
  for (const [axis, dim] of shape.entries()) {
    const name = nameOf(dim);
    const twin = shape.slice(0, axis).find((other) => nameOf(other) === name);
    if (name !== null && twin !== undefined && !(isSymbol(dim) && isSymbol(twin))) {
      return refuse(
        "SHP013",
        `${malformed}: two axes are named ${name}`,
        "give each axis a label of its own",
      );
    }
  }
  return null;
}

/** The symbols of a shape, each once, in order. */
export function symbolsOf(shape: Shape): string[] {
  return [...new Set(shape.filter(isSymbol))];
}

/**
 * The number of elements once the symbols are bound; beyond 2⁵³ it is the nearest double.
 *
 * @throws NdpipeError BUG001 when a symbol has no size
 */
export function numElements(shape: Shape, symbolSizes: Readonly<Record<string, number>> = {}): number {
  let product = 1;
  for (const dim of shape) {
    const size = sizeOf(dim);
    const bound = typeof size === "number" ? size : symbolSizes[size];
    if (bound === undefined) {
      throw new NdpipeError(
        "BUG001",
        `${ERRORS.BUG001.title}: ${size} of ${showShape(shape)} has no size here`,
      );
    }
    product *= bound;
  }
  return product;
}

/** Whether two shapes have the same axes in the same order, labels included. */
export function equalShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
