/**
 * Reshaping, and asserting what a shape is.
 *
 * @module
 */
import { refuse } from "./refusal.ts";
import {
  checkShape,
  type Dim,
  isSymbol,
  MAX_SIZE,
  type Rule,
  type Shape,
  showShape,
  sizeOf,
} from "./shape.ts";

/** The product of the known sizes. */
function product(shape: Shape): bigint {
  return shape.reduce((total: bigint, dim) => {
    const size = sizeOf(dim);
    return typeof size === "number" ? total * BigInt(size) : total;
  }, 1n);
}

/** The first symbol of `a` that stands more often in `a` than in `b`. */
function missingSymbol(a: Shape, b: Shape): string | null {
  const count = (shape: Shape, symbol: string) => shape.filter((dim) => dim === symbol).length;
  return a.filter(isSymbol).find((symbol) => count(a, symbol) > count(b, symbol)) ?? null;
}

/**
 * The shape `to` for the same elements in the same order. One axis of `to` may be -1: what is left. A symbol
 * must stand as an axis of its own on both sides, because its size is not known. Refused: SHP006, SHP013.
 *
 * @example
 * ```ts
 * import { reshapeShape } from "./reshape.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(reshapeShape(["N", "feature=784"], ["N", 28, -1]), ["N", 28, 28]);
 * ```
 */
export function reshapeShape(shape: Shape, to: Shape): Rule {
  const cannot = `cannot reshape ${showShape(shape)} to ${showShape(to)}`;
  const known = to.filter((dim) => dim !== -1);
  const numUnknown = to.length - known.length;
  if (numUnknown > 1) return refuse("SHP006", `${cannot}: more than one -1`);
  const malformed = checkShape(to.map((dim): Dim => dim === -1 ? 1 : dim));
  if (malformed !== null) return malformed;
  const lost = missingSymbol(shape, known);
  if (lost !== null) {
    return refuse("SHP006", `${cannot}: ${lost} is lost`, `write '${lost}' as an axis of its own`);
  }
  const foreign = missingSymbol(known, shape);
  if (foreign !== null) return refuse("SHP006", `${cannot}: ${foreign} is not in ${showShape(shape)}`);
  const have = product(shape), want = product(known);
  if (numUnknown === 0) {
    if (have === want) return [...to];
    const symbols = shape.filter(isSymbol);
    const per = symbols.length === 0 ? "" : ` per ${symbols.join("*")}`;
    return refuse("SHP006", `${cannot}: ${have} elements vs ${want}${per}`);
  }
  if (want === 0n) return refuse("SHP006", `${cannot}: beside a size of 0, -1 may be any`);
  if (have % want !== 0n) return refuse("SHP006", `${cannot}: ${have} is not a multiple of ${want}`);
  const rest = have / want;
  if (rest > BigInt(MAX_SIZE)) {
    return refuse("SHP006", `${cannot}: an axis of ${rest} is more than ${MAX_SIZE}`);
  }
  return to.map((dim) => dim === -1 ? Number(rest) : dim);
}

/**
 * The shape `to`, whose sizes must be those that `shape` has: what renames axes. Labels may differ, that is what
 * it is for. Refused: SHP011, SHP013.
 */
export function asShape(shape: Shape, to: Shape): Rule {
  const malformed = checkShape(to);
  if (malformed !== null) return malformed;
  const cannot = `cannot take ${showShape(shape)} as ${showShape(to)}`;
  if (shape.length !== to.length) return refuse("SHP011", `${cannot}: rank ${shape.length} vs ${to.length}`);
  for (const [axis, dim] of shape.entries()) {
    const want = sizeOf(to[axis]!);
    if (sizeOf(dim) !== want) {
      return refuse("SHP011", `${cannot}: the size of axis ${axis} is ${sizeOf(dim)}, not ${want}`);
    }
  }
  return [...to];
}
