/**
 * Putting shapes together (concat, stack) and keeping some of the rows (filter).
 *
 * @module
 */
import { resolveAxis, resolveNewAxis } from "./axes.ts";
import type { AxisName } from "./axes.ts";
import { matchAxis, Mismatch } from "./broadcast.ts";
import { Refusal, refuse } from "./refusal.ts";
import {
  type Dim,
  isIdentifier,
  isSymbol,
  labelOf,
  MAX_SIZE,
  type Rule,
  type Shape,
  showShape,
  sizeOf,
} from "./shape.ts";

/** Two shapes one after the other along the axis `index`. */
function concatPair(a: Shape, b: Shape, index: number): Rule {
  const cannot = `cannot concat ${showShape(a)} with ${showShape(b)}`;
  if (a.length !== b.length) {
    const isColumn = b.length > 0 && b.length === a.length - 1 && index === b.length;
    const hint = isColumn && !(concatPair(a, [...b, 1], index) instanceof Refusal)
      ? `use .expandDims(-1) on ${showShape(b)}`
      : null;
    return refuse("SHP008", `${cannot}: rank ${a.length} vs ${b.length}`, hint);
  }
  const result: Dim[] = [];
  for (const [axis, x] of a.entries()) {
    const y = b[axis]!;
    if (axis !== index) {
      const dim = matchAxis(x, y);
      if (dim instanceof Mismatch) {
        return refuse(dim.code("SHP008"), `${cannot}: ${dim.describe(`axis ${axis}`)}`);
      }
      result.push(dim);
      continue;
    }
    const symbol = [x, y].find(isSymbol);
    if (symbol !== undefined) {
      return refuse(
        "SHP008",
        `${cannot}: the size ${symbol} of axis ${axis} is not known before the run`,
        "give tables that follow one another as several inputs of the command: -i a.arrow b.arrow",
      );
    }
    const size = Number(sizeOf(x)) + Number(sizeOf(y));
    if (size > MAX_SIZE) return refuse("SHP008", `${cannot}: an axis of ${size} is more than ${MAX_SIZE}`);
    const label = labelOf(x);
    result.push(label !== null && label === labelOf(y) ? `${label}=${size}` : size);
  }
  return result;
}

/**
 * The shapes one after the other along an axis, whose label stays where all have it. The other axes must be
 * equal. Refused: SHP004, SHP008, SHP002 for labels.
 */
export function concatShape(shapes: readonly Shape[], axis: AxisName): Rule {
  const [first, ...others] = shapes;
  if (first === undefined) return refuse("SHP008", "cannot concat an empty list");
  const index = resolveAxis(first, axis);
  if (index instanceof Refusal) return index;
  let result: Rule = first;
  for (const other of others) {
    result = concatPair(result, other, index);
    if (result instanceof Refusal) return result;
  }
  return result;
}

/** Equal shapes along a new axis that has the index `axis` in the result. Refused: SHP004, SHP008, SHP002. */
export function stackShape(shapes: readonly Shape[], axis: number): Rule {
  const [first, ...others] = shapes;
  if (first === undefined) return refuse("SHP008", "cannot stack an empty list");
  let common = first;
  for (const other of others) {
    const cannot = `cannot stack ${showShape(common)} with ${showShape(other)}`;
    if (common.length !== other.length) {
      return refuse("SHP008", `${cannot}: rank ${common.length} vs ${other.length}`);
    }
    const merged = common.map((dim, i) => matchAxis(dim, other[i]!));
    const at = merged.findIndex((dim) => dim instanceof Mismatch);
    const mismatch = merged[at];
    if (mismatch instanceof Mismatch) {
      return refuse(mismatch.code("SHP008"), `${cannot}: ${mismatch.describe(`axis ${at}`)}`);
    }
    common = merged.filter((dim): dim is Dim => !(dim instanceof Mismatch));
  }
  const index = resolveNewAxis(common, axis);
  return index instanceof Refusal ? index : common.toSpliced(index, 0, shapes.length);
}

/**
 * The rows for which a mask is true: their number is not known before the run, so it is a new symbol. Refused:
 * SHP009, SHP002 for labels.
 *
 * @param symbol the name of the new number of rows, which the shape must not have yet
 */
export function filterShape(shape: Shape, maskDType: string, mask: Shape, symbol: string): Rule {
  const cannot = `cannot filter ${showShape(shape)}`;
  const [rows, ...rest] = shape;
  if (rows === undefined) return refuse("SHP009", `${cannot}: a scalar has no rows`);
  if (maskDType !== "bool") {
    return refuse("SHP009", `${cannot} by a mask of dtype ${maskDType}: it must be bool`);
  }
  const [maskRows, ...others] = mask;
  if (maskRows === undefined || others.length > 0) {
    return refuse("SHP009", `${cannot} by a mask of ${showShape(mask)}: the mask must have one axis`);
  }
  const dim = matchAxis(rows, maskRows);
  if (dim instanceof Mismatch) {
    return refuse(dim.code("SHP009"), `${cannot} by a mask of ${showShape(mask)}: ${dim.describe("axis 0")}`);
  }
  if (!isIdentifier(symbol)) return refuse("SHP009", `${cannot}: '${symbol}' is not a name for the rows`);
  const taken = shape.some((other) => other === symbol || labelOf(other) === symbol);
  if (taken) {
    return refuse(
      "SHP009",
      `${cannot}: ${symbol} is one of its axes`,
      "give the rows that are kept a new name",
    );
  }
  return [symbol, ...rest];
}
