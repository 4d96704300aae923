/**
 * Broadcasting: right-aligned as in NumPy, but the result must have the shape of one of its operands (law 3),
 * and axes of different names never match.
 *
 * @module
 */
import type { ErrorCode } from "../error_codes.ts";
import { Refusal, refuse } from "./refusal.ts";
import {
  checkShape,
  type Dim,
  isSymbol,
  labelOf,
  nameOf,
  type Rule,
  type Shape,
  showLiteral,
  showShape,
  sizeOf,
} from "./shape.ts";

/** Why two axes do not match. */
export class Mismatch {
  readonly kind: "size" | "label";
  readonly a: Dim;
  readonly b: Dim;

  constructor(kind: "size" | "label", a: Dim, b: Dim) {
    this.kind = kind;
    this.a = a;
    this.b = b;
  }

  /** as the end of a sentence; `axis` is what the axis is called: "axis -1", "the inner axis" */
  describe(axis: string): string {
    return this.kind === "size"
      ? `${axis} is ${this.a} vs ${this.b}`
      : `the labels of ${axis} differ: ${nameOf(this.a)} vs ${nameOf(this.b)}`;
  }

  /** the code of the refusal: labels that differ have one of their own */
  code(ofSize: ErrorCode): ErrorCode {
    return this.kind === "size" ? ofSize : "SHP002";
  }
}

function namesDiffer(a: Dim, b: Dim): boolean {
  const x = nameOf(a), y = nameOf(b);
  return x !== null && y !== null && x !== y;
}

/** The axis that two axes of equal size have in common: the labelled one of the two. */
export function matchAxis(a: Dim, b: Dim): Dim | Mismatch {
  if (sizeOf(a) !== sizeOf(b)) return new Mismatch("size", a, b);
  if (namesDiffer(a, b)) return new Mismatch("label", a, b);
  return labelOf(a) === null ? b : a;
}

/** As `matchAxis`, but an axis of size 1 stretches. */
function stretchAxis(a: Dim, b: Dim): Dim | Mismatch {
  const x = sizeOf(a), y = sizeOf(b);
  if (x === y || (x !== 1 && y !== 1)) return matchAxis(a, b);
  if (namesDiffer(a, b)) return new Mismatch("label", a, b);
  return x === 1 ? b : a;
}

/** NumPy's rule with labels: the common shape, or the first axis from the right that does not match. */
function align(a: Shape, b: Shape): Dim[] | { axis: number; mismatch: Mismatch } {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let axis = 1; axis <= rank; axis++) {
    const x = a.at(-axis), y = b.at(-axis);
    const dim = axis > a.length ? y! : axis > b.length ? x! : stretchAxis(x!, y!);
    if (dim instanceof Mismatch) return { axis: -axis, mismatch: dim };
    result.unshift(dim);
  }
  return result;
}

function equalSizes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => sizeOf(dim) === sizeOf(b[axis]!));
}

/** Whether two shapes broadcast, asked for a hint: a refusal would ask for a hint in turn. */
function fits(a: Shape, b: Shape): boolean {
  const aligned = align(a, b);
  return Array.isArray(aligned) && (equalSizes(aligned, a) || equalSizes(aligned, b));
}

/** What the author may have meant by operands that do not match: the other's axis, or an axis more or less. */
function mismatchHint(a: Shape, b: Shape, axis: number, { kind, a: x, b: y }: Mismatch): string | null {
  if (kind === "size") return sizeHint(a, b, { axis, x, y });
  return isSymbol(x) || isSymbol(y) ? null : renameHint(b, { axis, x, fits: (renamed) => fits(a, renamed) });
}

/** The label of `x` for the axis of `b` that it meets; null where that alone does not do. */
export function renameHint(
  b: Shape,
  { axis, x, fits }: {
    readonly axis: number;
    readonly x: Dim;
    readonly fits: (renamed: Shape) => boolean;
  },
): string | null {
  const at = axis < 0 ? axis + b.length : axis;
  const renamed = b.with(at, `${labelOf(x)}=${sizeOf(b[at]!)}`);
  // another axis may have the label
  if (checkShape(renamed) !== null || !fits(renamed)) return null;
  return `if it is the same axis, rename it: .as(${showLiteral(renamed)}) on ${showShape(b)}`;
}

function sizeHint(a: Shape, b: Shape, { axis, x, y }: { axis: number; x: Dim; y: Dim }): string | null {
  if (isSymbol(x) && isSymbol(y)) return "filter both by the same mask, so that they have the same rows";
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < long.length) {
    const padded = [...short, ...Array<number>(long.length - short.length).fill(1)];
    if (fits(padded, long)) {
      const method = padded.length === short.length + 1
        ? ".expandDims(-1)"
        : `.reshape(${showLiteral(padded)})`;
      return `if ${showShape(short)} belongs to the leading axes, use ${method} on it`;
    }
    const [rows, ...rest] = short;
    if (rest.length > 0 && fits([rows!, 1, ...rest], long)) {
      return `if ${showShape(short)} lacks the axis behind the first, use .expandDims(1) on it`;
    }
  }
  for (const [column, other] of [[a, b], [b, a]] as const) {
    if (column.length < 2 || sizeOf(column.at(-1)!) !== 1 || !fits(column.slice(0, -1), other)) continue;
    return `if ${showShape(column)} belongs to the last axes, use .squeeze(-1) on it`;
  }
  if (a.length !== b.length || isSymbol(x) === isSymbol(y)) return productHint(a, b);
  const [rows, other] = isSymbol(x) ? [a, b] : [b, a];
  if (a.length === 1) {
    return `for every pair, use .expandDims(-1).broadcastTo(${showLiteral([...rows, ...other])}) on ${
      showShape(rows)
    }`;
  }
  const last = matchAxis(rows.at(-1)!, other.at(-1)!);
  if (a.length !== 2 || axis !== -2 || last instanceof Mismatch) return productHint(a, b);
  const pairs = showLiteral([rows[0]!, other[0]!, last]);
  return `for every pair of rows, use .expandDims(1).broadcastTo(${pairs}) on ${showShape(rows)}`;
}

/** Matrices that do not match element by element, but as factors. */
function productHint(a: Shape, b: Shape): string | null {
  const isProduct = a.length === 2 && b.length === 2 && !isSymbol(b[0]!) &&
    !(matchAxis(a[1]!, b[0]!) instanceof Mismatch);
  return isProduct ? "for the product of matrices, use .matmul(...)" : null;
}

/** The shape as it may be declared: a label that stood before is left out, since no two axes have the same. */
function distinct(shape: Shape): Shape {
  const labels = shape.map(labelOf);
  return shape.map((dim, axis) =>
    labels[axis] !== null && labels.indexOf(labels[axis]!) < axis ? sizeOf(dim) : dim
  );
}

/**
 * What the author may have meant by operands that grow. The incident: `(N, feature=1000, 1)` with `(cluster=10)`
 * is either one weight a feature, on `(N, feature=1000)`, or an outer product.
 */
function growthHint(a: Shape, b: Shape, result: Shape): string {
  const symbols = result.filter(isSymbol);
  if (new Set(symbols).size < symbols.length) return rowPairsHint(a, b);
  if (symbols.length > 0 && !isSymbol(result[0]!)) return rowsLaterHint(a, b);
  const broadcast = `.broadcastTo(${showLiteral(distinct(result))})`;
  const [column, other] = a.length > 0 && sizeOf(a.at(-1)!) === 1 ? [a, b] : [b, a];
  if (sizeOf(column.at(-1)!) !== 1) return `if you mean it, use ${broadcast}`;
  const rest = column.slice(0, -1);
  if (fits(rest, other)) {
    return `to match element by element, use .squeeze(-1) on ${
      showShape(column)
    }; for every pair, use ${broadcast}`;
  }
  const last = rest.at(-1);
  if (other.length !== 1 || last === undefined || sizeOf(last) === 1) {
    return `if you mean it, use ${broadcast}`;
  }
  const outer = "for the outer product, use .outer(...) and no axis of size 1";
  // a weight for each row is no param: there are as many as the data has rows
  if (isSymbol(last)) return outer;
  return `for one weight a ${nameOf(last) ?? "value"}, use shape (${last}) and no axis of size 1; ${outer}`;
}

/** What puts the rows behind other axes, where no chunk can have them. */
function rowsLaterHint(a: Shape, b: Shape): string {
  const [rows, other] = a.length === 1 ? [a, b] : [b, a];
  if (rows.length !== 1 || !isSymbol(rows[0]!) || other.length !== 2 || sizeOf(other[1]!) !== 1) {
    return "rows come first: put the axes of the other operand behind them";
  }
  const pairs = showLiteral([rows[0]!, other[0]!]);
  return `rows come first: use .expandDims(-1).broadcastTo(${pairs}) on ${showShape(rows)} and ` +
    `.squeeze(-1) on ${showShape(other)}`;
}

/** Every row with every other: what a chunk does not have, whatever is written. */
function rowPairsHint(a: Shape, b: Shape): string {
  const pairs = "rows are not paired with each other: " +
    "to compare each with rows of a smaller table, give that one as a param";
  const [column, other] = a.length > 0 && sizeOf(a.at(-1)!) === 1 ? [a, b] : [b, a];
  const isColumn = sizeOf(column.at(-1)!) === 1 && fits(column.slice(0, -1), other);
  return isColumn ? `to match element by element, use .squeeze(-1) on ${showShape(column)}; ${pairs}` : pairs;
}

/**
 * The shape of an element-wise operation on two operands.
 *
 * Refused: SHP001 sizes that differ, SHP002 labels that differ though the sizes agree, SHP003 a result whose
 * sizes are not those of one of the operands.
 *
 * @example
 * ```ts
 * import { broadcastShapes } from "./broadcast.ts";
 * import { Refusal } from "./refusal.ts";
 * import { deepStrictEqual, ok } from "node:assert/strict";
 * deepStrictEqual(broadcastShapes(["N", "feature=1000"], ["feature=1000"]), ["N", "feature=1000"]);
 * ok(broadcastShapes(["N", "feature=1000", 1], ["cluster=10"]) instanceof Refusal);
 * ```
 */
export function broadcastShapes(a: Shape, b: Shape): Rule {
  const aligned = align(a, b);
  const operands = `cannot broadcast ${showShape(a)} with ${showShape(b)}`;
  if (!Array.isArray(aligned)) {
    const { axis, mismatch } = aligned;
    return refuse(
      mismatch.code("SHP001"),
      `${operands}: ${mismatch.describe(`axis ${axis}`)}`,
      mismatchHint(a, b, axis, mismatch),
    );
  }
  if (equalSizes(aligned, a) || equalSizes(aligned, b)) return aligned;
  return refuse(
    "SHP003",
    `${operands}: the result ${showShape(aligned)} would have a shape that neither operand has`,
    growthHint(a, b, aligned),
  );
}

/**
 * The shape of one operation on several operands, such as `where`: the result must have the shape of one of them.
 * What two of them would grow to is no growth where another one has that shape.
 *
 * Refused: as `broadcastShapes`, for the first two that do not go together.
 *
 * @example
 * ```ts
 * import { broadcastAll } from "./broadcast.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(broadcastAll([["N", 1], ["feature=8"], ["N", "feature=8"]]), ["N", "feature=8"]);
 * ```
 */
export function broadcastAll(shapes: readonly Shape[]): Rule {
  let result: Shape = [], growth: Refusal | null = null;
  for (const shape of shapes) {
    const joined = broadcastShapes(result, shape);
    if (!(joined instanceof Refusal)) {
      result = joined;
      continue;
    }
    if (growth !== null || joined.code !== "SHP003") return growth ?? joined;
    growth = joined;
    result = align(result, shape) as Dim[];
  }
  return growth === null || shapes.some((shape) => equalSizes(result, shape)) ? result : growth;
}

/**
 * NumPy's `broadcast_to`: one way, axes of size 1 and missing axes are repeated. A label that `to` leaves out is
 * kept. Refused: SHP012, SHP002 for labels, SHP013 when `to` is malformed.
 */
export function broadcastTo(shape: Shape, to: Shape): Rule {
  const malformed = checkShape(to);
  if (malformed !== null) return malformed;
  const operands = `cannot broadcast ${showShape(shape)} to ${showShape(to)}`;
  if (shape.length > to.length) {
    return refuse("SHP012", `${operands}: rank ${shape.length} is more than ${to.length}`);
  }
  const numNew = to.length - shape.length;
  const result: Dim[] = to.slice(0, numNew);
  for (let axis = -1; axis >= -shape.length; axis--) {
    const x = shape.at(axis)!, y = to.at(axis)!;
    const dim = sizeOf(x) === 1 ? stretchAxis(x, y) : matchAxis(x, y);
    if (dim instanceof Mismatch) {
      return refuse(dim.code("SHP012"), `${operands}: ${dim.describe(`axis ${axis}`)}`);
    }
    result.splice(numNew, 0, dim);
  }
  return result;
}
