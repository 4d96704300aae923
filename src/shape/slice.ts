/**
 * Basic slicing by NumPy's text, and taking elements by index.
 *
 * @module
 */
import { type AxisName, resolveAxis } from "./axes.ts";
import { Refusal, refuse } from "./refusal.ts";
import { type Dim, isSymbol, type Rule, type Shape, showShape, sizeOf, withSize } from "./shape.ts";

/** One axis of a basic slice, resolved: `start`, `step` and the number of elements; or one index, which drops the axis. */
export type AxisSlice =
  | { readonly kind: "all" }
  | { readonly kind: "range"; readonly start: number; readonly step: number; readonly size: number }
  | { readonly kind: "index"; readonly index: number };

const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
const RANGE = /^(0|-?[1-9][0-9]*)?\s*:\s*(0|-?[1-9][0-9]*)?\s*(?::\s*(0|-?[1-9][0-9]*)?)?$/;

/** Python's `slice.indices`: the start and the number of elements after clamping. */
function clampRange(match: RegExpMatchArray, size: number): { start: number; step: number; size: number } {
  const bound = (text: string | undefined, ifNone: number, low: number, high: number): number => {
    if (text === undefined) return ifNone;
    const value = Number(text);
    return Math.min(Math.max(value < 0 ? value + size : value, low), high);
  };
  const step = match[3] === undefined ? 1 : Number(match[3]);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const start = bound(match[1], step > 0 ? 0 : size - 1, low, high);
  const stop = bound(match[2], step > 0 ? size : -1, low, high);
  return { start, step, size: Math.max(0, Math.ceil((stop - start) / step)) };
}

/** What the author of a slice of rows may have meant. */
const KEEP_ROWS = "to keep some of the rows, use .filter(mask, 'K')";

/** One item of the text applied to one axis: what is taken, or what is wrong, as the end of a sentence. */
function sliceAxis(dim: Dim, axis: number, item: string): AxisSlice | string {
  const range = item.match(RANGE);
  if (range === null && !INTEGER.test(item)) return `'${item}' is neither an index nor a range`;
  if (/^:\s*:?$/.test(item)) return { kind: "all" };
  const size = sizeOf(dim);
  if (typeof size === "string") {
    return `the size ${size} of axis ${axis} is not known before the run, only ':' fits`;
  }
  if (range === null) {
    const index = Number(item) < 0 ? Number(item) + size : Number(item);
    return index >= 0 && index < size
      ? { kind: "index", index }
      : `index ${item} is out of axis ${axis} of size ${size}`;
  }
  if (range[3] !== undefined && Number(range[3]) === 0) return `the step of axis ${axis} is 0`;
  const clamped = clampRange(range, size);
  if (clamped.size === 0) return `nothing is left of axis ${axis} of size ${size}`;
  return clamped.size === size && clamped.step === 1 ? { kind: "all" } : { kind: "range", ...clamped };
}

/** The items of the text, one an axis: "..." and what is missing at the end stand for ":". */
function spread(text: string, rank: number): string[] | string {
  const items = text.split(",").map((item) => item.trim());
  const at = items.indexOf("...");
  if (items.indexOf("...", at + 1) > at && at >= 0) return "more than one '...'";
  const numGiven = at < 0 ? items.length : items.length - 1;
  if (numGiven > rank) return `${numGiven} indices for rank ${rank}`;
  const all = Array<string>(rank - numGiven).fill(":");
  return at < 0 ? [...items, ...all] : items.toSpliced(at, 1, ...all);
}

/**
 * Basic slicing, as NumPy reads the text between the brackets: `"2:8"`, `":, ::-1"`, `"..., 0"`. Bounds clamp;
 * an integer drops its axis; an axis that stays keeps its label with the new size; a symbolic axis takes `:`
 * only. Refused: SHP010, also when nothing would be left, and for `None` (that is `expandDims`).
 *
 * @example
 * ```ts
 * import { sliceShape } from "./slice.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(sliceShape(["N", "feature=1000"], ":, 10:20"), {
 *   shape: ["N", "feature=10"],
 *   slices: [{ kind: "all" }, { kind: "range", start: 10, step: 1, size: 10 }],
 * });
 * ```
 */
export function sliceShape(
  shape: Shape,
  text: string,
): Rule<{ readonly shape: Shape; readonly slices: readonly AxisSlice[] }> {
  const cannot = `cannot slice ${showShape(shape)} by '${text}'`;
  const items = spread(text, shape.length);
  if (typeof items === "string") return refuse("SHP010", `${cannot}: ${items}`);
  const result: Dim[] = [];
  const slices: AxisSlice[] = [];
  for (const [axis, item] of items.entries()) {
    const dim = shape[axis]!;
    const slice = sliceAxis(dim, axis, item);
    if (typeof slice === "string") {
      const hint = item === "None"
        ? "for a new axis, use .expandDims(axis)"
        : isSymbol(dim)
        ? KEEP_ROWS
        : null;
      return refuse("SHP010", `${cannot}: ${slice}`, hint);
    }
    slices.push(slice);
    if (slice.kind === "all") result.push(dim);
    if (slice.kind === "range") result.push(withSize(dim, slice.size));
  }
  return { shape: result, slices };
}

/**
 * Elements of an axis by index, from the end where it is negative, in any order and as often as wanted. The axis
 * keeps its label with the new size. Refused: SHP004, SHP010.
 */
export function takeShape(
  shape: Shape,
  axis: AxisName,
  indices: readonly number[],
): Rule<{ readonly shape: Shape; readonly axis: number; readonly indices: readonly number[] }> {
  const at = resolveAxis(shape, axis);
  if (at instanceof Refusal) return at;
  const cannot = `cannot take from axis ${axis} of ${showShape(shape)}`;
  const size = sizeOf(shape[at]!);
  if (typeof size === "string") {
    return refuse("SHP010", `${cannot}: its size ${size} is not known before the run`, KEEP_ROWS);
  }
  if (indices.length === 0) return refuse("SHP010", `${cannot}: the list of indices is empty`);
  const resolved: number[] = [];
  for (const index of indices) {
    const fromStart = index < 0 ? index + size : index;
    if (!Number.isInteger(fromStart) || fromStart < 0 || fromStart >= size) {
      return refuse("SHP010", `${cannot}: ${index} is not an index for the size ${size}`);
    }
    resolved.push(fromStart === 0 ? 0 : fromStart);
  }
  return { shape: shape.with(at, withSize(shape[at]!, resolved.length)), axis: at, indices: resolved };
}
