/**
 * Reductions of views: sums, extrema, means and spreads over axes, of all elements or of those that a mask chooses.
 * More than 400 lines: each is a few on `reduceBy`, whose axes, masks and outs they share.
 *
 * @module
 */
import { type DType, isFloat, promoteTypes } from "../../dtype/mod.ts";
import { sumOf } from "../../dtype/promote.ts";
import { DTypeError, NdpipeError, ShapeError } from "../../errors.ts";
import * as decompose from "../../expr/decompose.ts";
import type { NodeId, ScalarValue } from "../../expr/graph.ts";
import type { GraphBuilder } from "../../expr/graph_builder.ts";
import type { ReduceOp } from "../../expr/primitives.ts";
import { resolveAxes } from "../../shape/mod.ts";
import { accept, type Joined, start } from "../elementwise/joined.ts";
import { finish, refuseCast, refuseReadOnly } from "../elementwise/operations.ts";
import { copyElements, demandOf, fill } from "../evaluate/evaluate.ts";
import { operandsKey, remembered, scalarKey } from "../evaluate/remembered.ts";
import { shapeText } from "../storage/layout.ts";
import { allocate, broadcastView, describe, expandView, type Strided } from "../storage/strided.ts";
import { elementOf } from "../storage/values.ts";
import { columnSquares } from "./column_moments.ts";
import { decided, nonzeroCount, rowPositions } from "./neighbour_reductions.ts";

/** Which axes are reduced; null: all. */
export type Axes = number | readonly number[] | null;

/** Options of a reduction, on views. */
export interface ReductionOptions {
  readonly axes: Axes;
  /** keep each reduced axis with size 1; default false */
  readonly keepdims?: boolean | undefined;
  /** what is accumulated in, and given */
  readonly dtype?: DType | undefined;
  /** takes the result, cast to its dtype whatever that loses, as in NumPy */
  readonly out?: Strided | undefined;
  /** joins the elements */
  readonly initial?: ScalarValue | undefined;
  /** bool: which elements count */
  readonly where?: Strided | boolean | undefined;
}

/** The axes of a view from 0, ascending; null: all. Refused: SHP004. */
export function resolvedAxes(source: Strided, axes: Axes): readonly number[] {
  const chosen = axes === null ? [...source.shape.keys()] : typeof axes === "number" ? [axes] : axes;
  // as NumPy, an array without axes is reduced as if it had one, unless its axis stands in a list
  if (source.shape.length === 0 && (axes === 0 || axes === -1)) return [];
  return chosen.length === 0 ? [] : accept(resolveAxes(source.shape, chosen), [source]);
}

/** As NumPy, of an array that has no axis a mean is along none, though a sum is, and a mean by a mask. Refused: SHP004. */
function refuseAxisOfNone(source: Strided, { axes, where = true }: ReductionOptions): void {
  if (source.shape.length === 0 && typeof axes === "number" && where === true) {
    accept(resolveAxes(source.shape, axes), [source]);
  }
}

/** What a reduction is built of. */
interface Parts {
  readonly joined: Omit<Joined, "shape">;
  readonly b: GraphBuilder;
  readonly x: NodeId;
  /** null: all elements count */
  readonly mask: NodeId | null;
  readonly reduction: decompose.Reduction;
}

/** A reduction over axes that `build` makes of nodes, which depend on the options alone. */
export function reduceBy(
  operation: string,
  source: Strided,
  options: ReductionOptions & { readonly correction?: number | undefined },
  build: (parts: Parts) => NodeId,
): Strided {
  const { axes, keepdims = false, out, where = true, dtype, initial, correction } = options;
  if (out !== undefined || where !== true) return reduceAnew(operation, source, options, build);
  const first = initial === undefined ? "" : scalarKey(initial);
  // one axis in a list is another question than the axis alone, where there are no axes
  const form = typeof axes === "number" ? "axis" : "axes";
  const key = `${operation}|${form} ${axes} ${keepdims} ${dtype} ${first} ${correction} ${
    operandsKey([source])
  }`;
  return remembered(key, [source], () => reduceAnew(operation, source, options, build));
}

function reduceAnew(
  operation: string,
  source: Strided,
  { axes, keepdims = false, out, where = true }: ReductionOptions,
  build: (parts: Parts) => NodeId,
): Strided {
  const resolved = resolvedAxes(source, axes);
  const joined = start([source]), { builder: b, expression } = joined;
  // over no axes (of an array without any, or as asked for), each element is reduced alone
  const isEach = resolved.length === 0;
  const over = (view: Strided) => isEach ? expandView(view, 0) : view;
  const x = expression.read(over(source));
  const reduction = isEach ? { axes: [0], keepdims: false } : { axes: resolved, keepdims };
  const mask = where === true ? null : expression.read(over(maskOf(operation, where, source)));
  const root = build({ joined, b, x, mask, reduction });
  if (out !== undefined) refuseOtherShape(operation, out, b.node(root).shape as number[]);
  return finish(operation, joined, { root, out, casting: "unsafe" });
}

/** the mask over the shape of the elements */
function maskOf(operation: string, where: Strided | false, source: Strided): Strided {
  const mask = where === false ? falseView() : where;
  if (mask.dtype !== "bool") {
    throw new DTypeError("DTY001", `where of ${operation} is bool, not ${mask.dtype}`, {
      operands: [describe(source), `where ${describe(mask)}`],
      help: "compare first: .ne(0)",
    });
  }
  const missing = source.shape.length - mask.shape.length;
  const isFitting = mask.shape.every((size, axis) => size === 1 || size === source.shape[axis + missing]);
  if (missing < 0 || !isFitting) {
    throw new ShapeError("SHP001", `where of ${operation} does not broadcast to the elements`, {
      operands: [describe(source), `where ${describe(mask)}`],
      help: `give a where of shape ${shapeText(source.shape)}`,
    });
  }
  return broadcastView(mask, source.shape);
}

let none: Strided | null = null;

/** one false, made once */
function falseView(): Strided {
  if (none === null) {
    none = allocate("bool", [], { demand: demandOf("where", [], { dtype: "bool", shape: [] }) });
    none.storage.hold();
    fill(none, 0);
  }
  return none;
}

/** Refuses an out that has not the result's shape: SHP001. */
export function refuseOtherShape(operation: string, out: Strided, shape: readonly number[]): void {
  if (out.shape.join() === shape.join() && out.shape.length === shape.length) return;
  throw new ShapeError("SHP001", `${operation} gives ${shapeText(shape)}, which is not the shape of out`, {
    operands: [`out ${describe(out)}`],
    help: `use an out of shape ${shapeText(shape)}`,
  });
}

/** the value where the mask holds, else a number */
function masked({ b, mask }: Parts, x: NodeId, rest: ScalarValue): NodeId {
  return mask === null ? x : decompose.where(b, mask, [x, b.constant(rest, b.node(x).dtype)]);
}

/** A reduction to one element of each; see `REDUCE_OPS`. Refused: ARR002, ARR003, SHP001, SHP004, ARR001, MEM005. */
export function reduce(
  op: Exclude<ReduceOp, "argmin" | "argmax">,
  source: Strided,
  options: ReductionOptions,
): Strided {
  switch (op) {
    case "sum":
    case "prod":
      return reduceBy(op, source, options, (parts) => accumulated(op, parts, { source, ...options }));
    case "any":
    case "all":
      return (isOfAll(options) ? decided(op, source) : null) ??
        reduceBy(op, source, options, (parts) => tested(op, parts, options));
    default:
      return extremum(op, source, options);
  }
}

function accumulated(
  op: "sum" | "prod",
  parts: Parts,
  { source, dtype, out, initial }: ReductionOptions & { readonly source: Strided },
): NodeId {
  const { b, x, reduction } = parts;
  const result = dtype ?? (out === undefined ? sumOf(source.dtype) : promoteTypes(out.dtype, source.dtype));
  // NumPy adds bools by or, and multiplies them by and
  if (result === "bool") return tested(op === "sum" ? "any" : "all", parts, { initial });
  const wide = result === "f32" ? "f64" : result, cast = b.cast(b.cast(x, result), wide);
  if (op === "sum" && Object.is(initial, -0) && isFloat(result)) {
    return b.cast(sumFromMinusZero(parts, cast), result);
  }
  const total = b.reduce(op, masked(parts, cast, op === "sum" ? 0 : 1), reduction);
  if (initial === undefined) return b.cast(total, result);
  const first = b.constant(elementOf(initial, result), wide);
  return b.cast(b.elementwise(op === "sum" ? "add" : "mul", [first, total]), result);
}

/** the sum that begins with -0, which it is where every element is -0; the kernel's sums begin with 0 */
function sumFromMinusZero(parts: Parts, x: NodeId): NodeId {
  const { b, reduction } = parts, dtype = b.node(x).dtype;
  const terms = masked(parts, x, -0);
  const isMinusZero = b.elementwise("logicalAnd", [
    b.elementwise("eq", [terms, b.constant(0, dtype)]),
    b.elementwise("signbit", [terms]),
  ]);
  const total = b.reduce("sum", terms, reduction);
  return decompose.where(b, b.reduce("all", isMinusZero, reduction), [b.constant(-0, dtype), total]);
}

function tested(
  op: "any" | "all",
  parts: Parts,
  { initial }: Pick<ReductionOptions, "initial">,
): NodeId {
  const { b, x, reduction } = parts;
  const result = b.reduce(op, masked(parts, b.cast(x, "bool"), op === "all"), reduction);
  if (initial === undefined) return result;
  return b.elementwise(op === "any" ? "logicalOr" : "logicalAnd", [
    b.constant(Boolean(initial), "bool"),
    result,
  ]);
}

function refuseNone(operation: string, source: Strided, axes: Axes): void {
  if (!resolvedAxes(source, axes).some((axis) => source.shape[axis] === 0)) return;
  throw new NdpipeError("ARR003", `${operation} of no elements has no value`, {
    operands: [describe(source)],
    help: "test .size first, give an initial, or reduce over an axis that has elements",
  });
}

function extremum(op: "min" | "max", source: Strided, options: ReductionOptions): Strided {
  const { axes, initial, where = true, out } = options, dtype = options.dtype ?? source.dtype;
  const start = initial === undefined ? null : elementOf(initial, dtype);
  if (start === null) {
    refuseNone(op, source, axes);
    if (where !== true) {
      throw new NdpipeError("ARR002", `${op} of elements that where chooses takes an initial`, {
        operands: [describe(source)],
        help: `where none is chosen, it is the value: { initial: ${
          op === "min" ? "Infinity" : "-Infinity"
        } }`,
      });
    }
  }
  const ofBools = isOfAll(options) ? decided(op === "min" ? "all" : "any", source) : null;
  if (ofBools !== null) return ofBools;
  const resolved = resolvedAxes(source, axes);
  if (start !== null && resolved.some((axis) => source.shape[axis] === 0)) {
    return filledWith(op, source, { ...options, dtype, start, resolved });
  }
  const pick = op === "min" ? "minimum" : "maximum";
  return reduceBy(op, source, { ...options, out }, (parts) => {
    const { b, x, reduction } = parts;
    const value = b.reduce(op, masked(parts, b.cast(x, dtype), start ?? 0), reduction);
    return start === null ? value : b.elementwise(pick, [b.constant(start, dtype), value]);
  });
}

/** an extremum of no elements is the initial */
function filledWith(
  operation: string,
  source: Strided,
  { resolved, keepdims, out, dtype, start }: Pick<ReductionOptions, "keepdims" | "out"> & {
    readonly resolved: readonly number[];
    readonly dtype: DType;
    readonly start: number | bigint;
  },
): Strided {
  const shape = source.shape.flatMap((size, axis) =>
    resolved.includes(axis) ? (keepdims ? [1] : []) : [size]
  );
  const made = allocate(dtype, shape, { demand: demandOf(operation, [source], { dtype, shape }) });
  fill(made, start);
  if (out === undefined) return made;
  refuseReadOnly(out, operation);
  refuseOtherShape(operation, out, shape);
  copyElements(made, out);
  made.storage.freeUnheld();
  return out;
}

/**
 * The index of the smallest or largest element along an axis; `source` has it, no longer than a kernel counts (see
 * `arg_reduction.ts`). Refused: ARR003 of none.
 */
export function argReduce(
  op: "argmin" | "argmax",
  source: Strided,
  { axis, keepdims = false, out }: Pick<ReductionOptions, "keepdims" | "out"> & { readonly axis: number },
): Strided {
  refuseNone(op, source, axis);
  const [resolved] = resolvedAxes(source, axis);
  const ofRows = out !== undefined || resolved === undefined
    ? null
    : rowPositions(op, source, { axis: resolved, keepdims });
  return ofRows ?? reduceBy(
    op,
    source,
    { axes: axis, keepdims, out },
    ({ b, x, reduction }) => b.reduce(op, x, reduction),
  );
}

/** The mean. */
export function mean(source: Strided, options: ReductionOptions): Strided {
  refuseAxisOfNone(source, options);
  return reduceBy("mean", source, options, (parts) => {
    const { b, x } = parts;
    const result = options.dtype ?? decompose.meanOf(source.dtype);
    if (!isFloat(result)) {
      // as NumPy, which divides the sum in the dtype
      const total = accumulated("sum", parts, { source, axes: options.axes, dtype: result });
      const quotient = b.elementwise("div", [b.cast(total, "f64"), numChosen(parts, parts.reduction)]);
      return b.cast(quotient, result);
    }
    const wide = b.cast(options.dtype === undefined ? x : b.cast(x, result), "f64");
    return b.cast(meanOfChosen(parts, wide, parts.reduction), result);
  });
}

/** the mean in f64 of the elements that the mask chooses */
function meanOfChosen(parts: Parts, wide: NodeId, reduction: decompose.Reduction): NodeId {
  const { b } = parts;
  return b.elementwise("div", [
    b.reduce("sum", masked(parts, wide, 0), reduction),
    numChosen(parts, reduction),
  ]);
}

/** how many elements the mask chooses, as f64 */
function numChosen({ b, x, mask }: Parts, reduction: decompose.Reduction): NodeId {
  if (mask !== null) return b.reduce("sum", b.cast(mask, "f64"), reduction);
  const { shape } = b.node(x);
  return b.constant(reduction.axes.reduce((product, axis) => product * Number(shape[axis]), 1), "f64");
}

/** What is asked of a spread. */
type SpreadOptions = ReductionOptions & {
  readonly root: boolean;
  readonly correction?: number | undefined;
  /** from what distances are, where it is known: of a shape that broadcasts to the elements; default their mean */
  readonly mean?: Strided | undefined;
};

/** The variance, or its root: squares of the distances from the mean, summed, by max(n - correction, 0). */
export function spread(source: Strided, { root, correction = 0, mean, ...options }: SpreadOptions): Strided {
  refuseAxisOfNone(source, options);
  const operation = root ? "std" : "var", { dtype } = options;
  if (root && dtype !== undefined && !isFloat(dtype)) {
    refuseCast(`std gives a float, which is not cast to ${dtype}`, ["f64", dtype], {
      casting: "same_kind",
      operands: [describe(source)],
    });
  }
  const inOnePass = mean === undefined ? spreadOfColumns(source, { root, correction, ...options }) : null;
  if (inOnePass !== null) return inOnePass;
  // what is known is not part of the key by which programs are remembered
  const run = mean === undefined ? reduceBy : reduceAnew;
  return run(operation, source, { ...options, correction }, (parts) => {
    const { b, x, reduction, joined: { expression } } = parts;
    const result = options.dtype ?? decompose.meanOf(source.dtype);
    const wide = b.cast(options.dtype === undefined ? x : b.cast(x, result), "f64");
    const kept = { ...reduction, keepdims: true };
    const centre = mean === undefined
      ? meanOfChosen(parts, wide, kept)
      : b.cast(expression.read(meanOver(operation, mean, [source, options.axes])), "f64");
    const distance = b.elementwise("sub", [wide, centre]);
    const squares = b.elementwise("square", [distance]);
    const total = b.reduce("sum", masked(parts, squares, 0), reduction);
    const count = b.elementwise("sub", [numChosen(parts, reduction), b.constant(correction, "f64")]);
    const divisor = b.elementwise("maximum", [count, b.constant(0, "f64")]);
    const variance = b.elementwise("div", [total, divisor]);
    return b.cast(root ? b.elementwise("sqrt", [variance]) : variance, result);
  });
}

/** a mean that is given, over the shape of the elements as they are read. Refused: SHP001. */
function meanOver(operation: string, mean: Strided, [source, axes]: readonly [Strided, Axes]): Strided {
  const missing = source.shape.length - mean.shape.length;
  if (missing < 0 || mean.shape.some((size, axis) => size !== 1 && size !== source.shape[axis + missing])) {
    throw new ShapeError("SHP001", `mean of ${operation} does not broadcast to the elements`, {
      operands: [describe(source), `mean ${describe(mean)}`],
      help: "take a mean with { keepdims: true }",
    });
  }
  const over = broadcastView(mean, source.shape);
  return resolvedAxes(source, axes).length === 0 ? expandView(over, 0) : over;
}

/** the spread of long columns; null where one pass over the memory gains nothing */
function spreadOfColumns(
  source: Strided,
  { axes, root, correction = 0, keepdims = false, dtype, out, where = true }: SpreadOptions,
): Strided | null {
  if (where !== true || dtype !== undefined) return null;
  const operation = root ? "std" : "var", resolved = resolvedAxes(source, axes);
  const made = columnSquares(source, resolved, operation);
  if (made === null) return null;
  try {
    const count = resolved.reduce((product, axis) => product * source.shape[axis]!, 1);
    const squares = keepdims
      ? [...resolved].sort((a, b) => a - b).reduce((view, axis) => expandView(view, axis), made)
      : made;
    const divisor = Math.max(count - correction, 0), result = decompose.meanOf(source.dtype);
    const divided = () => {
      const joined = start([squares]), { builder: b, expression } = joined;
      const variance = b.elementwise("div", [expression.read(squares), b.constant(divisor, "f64")]);
      const spread = b.cast(root ? b.elementwise("sqrt", [variance]) : variance, result);
      if (out !== undefined) refuseOtherShape(operation, out, squares.shape);
      return finish(operation, joined, { root: spread, out, casting: "unsafe" });
    };
    if (out !== undefined) return divided();
    return remembered(
      `${operation}|of squares ${divisor} ${result} ${operandsKey([squares])}`,
      [squares],
      divided,
    );
  } finally {
    made.storage.freeUnheld();
  }
}

/** whether a reduction is of all elements, to a new array without axes, in their own dtype */
export function isOfAll(
  { axes, keepdims = false, dtype, out, initial, where = true }: ReductionOptions,
): boolean {
  return axes === null && !keepdims && out === undefined && where === true && dtype === undefined &&
    initial === undefined;
}

/** How many elements are not zero. */
export function countNonzero(source: Strided, options: ReductionOptions): Strided {
  return (isOfAll(options) ? nonzeroCount(source) : null) ?? reduceBy(
    "countNonzero",
    source,
    options,
    ({ b, x, reduction }) => decompose.countNonzero(b, x, reduction),
  );
}

/** The Euclidean norm. */
export function norm(source: Strided, options: ReductionOptions): Strided {
  return reduceBy("norm", source, options, ({ b, x, reduction }) => decompose.norm(b, x, reduction));
}

/** `softmax` or `logSumExp` along an axis. */
export function alongAxis(
  operation: "softmax" | "logSumExp",
  source: Strided,
  axis: number,
): Strided {
  const [resolved] = accept(resolveAxes(source.shape, [axis]), [source]);
  refuseNone(operation, source, axis);
  const joined = start([source]), { builder } = joined, x = joined.expression.read(source);
  const root = operation === "softmax"
    ? decompose.softmax(builder, x, resolved!)
    : decompose.logSumExp(builder, x, { axes: [resolved!], keepdims: false });
  return finish(operation, joined, { root });
}
