/**
 * Operations that are made of several nodes. Each function adds its nodes to the open step.
 *
 * f32 is accumulated in f64: the operand is cast before the reduction and the result after it, so that the order
 * of the additions does not show.
 *
 * @module
 */
import { type DType, floatOf, isFloat, sumOf } from "../dtype/mod.ts";
import { isSymbol, sizeOf } from "../shape/mod.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";

/** Which axes, as indices in ascending order, and whether they stay with size 1. */
export interface Reduction {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** The dtype of mean, var, std and norm. */
export function meanOf(dtype: DType): DType {
  return dtype === "f32" ? "f32" : "f64";
}

/** The sum or the product; f32 accumulates in f64, integers and bool in 64 bits. */
export function accumulate(b: GraphBuilder, op: "sum" | "prod", x: NodeId, reduction: Reduction): NodeId {
  const result = sumOf(b.node(x).dtype);
  const wide = b.cast(x, result === "f32" ? "f64" : result);
  return b.cast(b.reduce(op, wide, reduction), result);
}

/** The number of elements that a reduction takes together, as f64; over a symbol it is counted. */
function numReduced(
  b: GraphBuilder,
  x: NodeId,
  { axes, keepdims }: Reduction,
): { constant: number } | { node: NodeId } {
  const { shape } = b.node(x);
  const sizes = axes.map((axis) => shape[axis]!);
  if (!sizes.some(isSymbol)) {
    return { constant: sizes.reduce<number>((product, dim) => product * Number(sizeOf(dim)), 1) };
  }
  const ones = b.broadcastTo(b.constant(1, "f64"), shape);
  return { node: b.reduce("sum", ones, { axes, keepdims }) };
}

/** sum / n, in f64 */
function meanInF64(b: GraphBuilder, wide: NodeId, reduction: Reduction): NodeId {
  const count = numReduced(b, wide, reduction);
  const divisor = "node" in count ? count.node : b.constant(count.constant, "f64");
  return b.elementwise("div", [b.reduce("sum", wide, reduction), divisor]);
}

export function mean(b: GraphBuilder, x: NodeId, reduction: Reduction): NodeId {
  return b.cast(meanInF64(b, b.cast(x, "f64"), reduction), meanOf(b.node(x).dtype));
}

/** The variance, or its root: squares of the distances from the mean, summed, by max(n - correction, 0). */
export function spread(
  b: GraphBuilder,
  x: NodeId,
  { axes, keepdims, correction, root }: Reduction & { readonly correction: number; readonly root: boolean },
): NodeId {
  const wide = b.cast(x, "f64");
  const distance = b.elementwise("sub", [wide, meanInF64(b, wide, { axes, keepdims: true })]);
  const total = b.reduce("sum", b.elementwise("square", [distance]), { axes, keepdims });
  const count = numReduced(b, x, { axes, keepdims });
  const divisor = "node" in count
    ? b.elementwise("maximum", [
      b.elementwise("sub", [count.node, b.constant(correction, "f64")]),
      b.constant(0, "f64"),
    ])
    : b.constant(Math.max(count.constant - correction, 0), "f64");
  const variance = b.elementwise("div", [total, divisor]);
  return b.cast(root ? b.elementwise("sqrt", [variance]) : variance, meanOf(b.node(x).dtype));
}

/** The Euclidean norm: the root of the sum of the squares, in f64. */
export function norm(b: GraphBuilder, x: NodeId, reduction: Reduction): NodeId {
  const squares = b.elementwise("square", [b.cast(x, "f64")]);
  const root = b.elementwise("sqrt", [b.reduce("sum", squares, reduction)]);
  return b.cast(root, meanOf(b.node(x).dtype));
}

/** How many elements are not zero. */
export function countNonzero(b: GraphBuilder, x: NodeId, reduction: Reduction): NodeId {
  const { dtype } = b.node(x);
  const isNonzero = dtype === "bool" ? x : b.elementwise("ne", [x, b.constant(0, dtype)]);
  return b.reduce("sum", b.cast(isNonzero, "i64"), reduction);
}

/** exp(x - max) by its sum: the largest exponent is 0, so that nothing overflows. */
export function softmax(b: GraphBuilder, x: NodeId, axis: number): NodeId {
  const float = b.cast(x, floatOf(b.node(x).dtype));
  const kept: Reduction = { axes: [axis], keepdims: true };
  const e = b.elementwise("exp", [b.elementwise("sub", [float, b.reduce("max", float, kept)])]);
  return b.elementwise("div", [e, accumulate(b, "sum", e, kept)]);
}

/** log(sum(exp(x - m))) + m, where m is the largest element, or 0 where that is not finite. */
export function logSumExp(b: GraphBuilder, x: NodeId, { axes, keepdims }: Reduction): NodeId {
  const dtype = floatOf(b.node(x).dtype), float = b.cast(x, dtype);
  const kept: Reduction = { axes, keepdims: true };
  const largest = b.reduce("max", float, kept);
  const shift = where(b, b.elementwise("isFinite", [largest]), [largest, b.constant(0, dtype)]);
  const e = b.elementwise("exp", [b.elementwise("sub", [float, shift])]);
  const log = b.elementwise("log", [accumulate(b, "sum", e, kept)]);
  const result = b.elementwise("add", [log, shift]);
  return keepdims ? result : axes.reduceRight((rest, axis) => b.squeeze(rest, axis), result);
}

/** The first branch where the condition holds, else the second; the branches have one dtype. */
export function where(b: GraphBuilder, condition: NodeId, branches: readonly [NodeId, NodeId]): NodeId {
  const operands = [condition, ...branches], shape = b.commonShape(operands);
  return b.add({ kind: "where" }, operands, { dtype: b.node(branches[0]).dtype, shape });
}

/** The value where an element is NaN; integers and bool have none. */
export function fillNan(b: GraphBuilder, x: NodeId, value: number): NodeId {
  const { dtype } = b.node(x);
  return isFloat(dtype) ? where(b, b.elementwise("isNan", [x]), [b.constant(value, dtype), x]) : x;
}

/** The product of matrices of one dtype; an operand of one axis is a row on the left, a column on the right. */
export function matmul(b: GraphBuilder, [left, right]: readonly [NodeId, NodeId], dtype: DType): NodeId {
  const isRow = b.node(left).shape.length === 1, isColumn = b.node(right).shape.length === 1;
  const a = b.cast(isRow ? b.expandDims(left, 0) : left, dtype);
  const c = b.cast(isColumn ? b.expandDims(right, 1) : right, dtype);
  let product = b.matmul(a, c);
  if (isColumn) product = b.squeeze(product, b.node(product).shape.length - 1);
  if (isRow) product = b.squeeze(product, b.node(product).shape.length - (isColumn ? 1 : 2));
  return product;
}
