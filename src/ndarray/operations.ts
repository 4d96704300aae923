/**
 * The operations of the eager API on views: each builds the expression that the tracer would have built, and
 * evaluates it.
 *
 * @module
 */
import { DTYPE, type DType, promoteTypes } from "../dtype/mod.ts";
import { DTypeError, type ErrorDetails, NdpipeError, ShapeError } from "../errors.ts";
import * as decompose from "../expr/decompose.ts";
import type { NodeId, ScalarValue } from "../expr/graph.ts";
import type { GraphBuilder } from "../expr/graph_builder.ts";
import { growthDetails } from "../expr/growth.ts";
import { elementwiseRule, scalarDType } from "../expr/operand_dtypes.ts";
import { elementwiseDTypes, type ElementwiseOp, isElementwiseOp, type ReduceOp } from "../expr/primitives.ts";
import {
  broadcastShapes,
  isRefusal,
  type Refusal,
  resolveAxes,
  resolveAxis,
  type Rule,
} from "../shape/mod.ts";
import { canCast } from "./casting.ts";
import { copyElements, demandOf, evaluate, Expression } from "./evaluate.ts";
import { commonShape, keptOrderStrides, shapeText } from "./layout.ts";
import { allocate, broadcastView, describe, expandView, isContiguous, type Strided } from "./strided.ts";

/** Whether shapes broadcast as in NumPy, or only to the shape of one of the operands. */
export type BroadcastMode = "numpy" | "strict";

/** Options of an elementwise operation, on views. */
export interface OperationOptions {
  readonly out?: Strided | undefined;
  readonly broadcast?: BroadcastMode | undefined;
}

let defaultBroadcast: BroadcastMode = "numpy";

/**
 * Sets how shapes broadcast where an operation does not say: "numpy" (the default), or "strict", which refuses a
 * result whose shape neither operand has (SHP003), as pipelines always do. Returns the mode there was.
 */
export function setBroadcast(mode: BroadcastMode): BroadcastMode {
  const before = defaultBroadcast;
  defaultBroadcast = mode;
  return before;
}

/** An array or a plain number. */
export type OperandView = Strided | ScalarValue;

/** Whether the operand is an array. */
export function isView(operand: OperandView): operand is Strided {
  return typeof operand === "object";
}

/** The answer of a rule; its refusal is thrown. */
export function accept<T>(answer: Rule<T>, operands: readonly Strided[]): T {
  return isRefusal(answer) ? refuse(answer, operands) : answer;
}

function refuse(refusal: Refusal, operands: readonly Strided[], details: ErrorDetails = {}): never {
  const ErrorClass = refusal.code.startsWith("DTY") ? DTypeError : ShapeError;
  throw new ErrorClass(refusal.code, refusal.sentence, {
    operands: operands.map(describe),
    help: refusal.hint,
    cause: refusal,
    ...details,
  });
}

/** An axis counted from 0. Refused: SHP004. */
export function resolvedAxis(view: Strided, axis: number): number {
  return accept(resolveAxis(view.shape, axis), [view]);
}

/** The shape to which views broadcast. Refused: SHP001; in strict mode SHP003. */
export function broadcastOf(
  operation: string,
  views: readonly Strided[],
  mode: BroadcastMode = defaultBroadcast,
): number[] {
  const shape = commonShape(views.map((view) => view.shape));
  if (!Array.isArray(shape)) {
    const { axis, sizes } = shape;
    throw new ShapeError(
      "SHP001",
      `cannot ${operation} ${views.map(describe).join(" and ")}: axis ${axis} is ${sizes[0]} vs ${sizes[1]}`,
      {
        operands: views.map(describe),
        help: "reshape or slice one operand so that the sizes agree or are 1",
      },
    );
  }
  if (mode === "strict") refuseGrowth(operation, views);
  return shape;
}

function refuseGrowth(operation: string, views: readonly Strided[]): void {
  const dtypes = views.map(({ dtype }) => dtype);
  views.reduce<readonly number[]>((shape, view) => {
    const joined = broadcastShapes(shape, view.shape);
    if (!isRefusal(joined)) return joined as number[];
    const promoted = dtypes.reduce(promoteTypes);
    const dtype = isElementwiseOp(operation)
      ? elementwiseDTypes(operation, dtypes)?.result ?? promoted
      : promoted;
    const operands = [{ name: "a", shape }, { name: "b", shape: view.shape }] as const;
    return refuse(joined, views, growthDetails(joined, { method: operation, dtype, operands }));
  }, views[0]?.shape ?? []);
}

/** The dtypes with which operands join: a plain number takes that of the arrays beside it. */
function joinedDTypes(operands: readonly OperandView[]): DType[] {
  const views = operands.filter(isView);
  const promoted = views.map(({ dtype }) => dtype).reduce(promoteTypes, "bool");
  return operands.map((operand) =>
    isView(operand) ? operand.dtype : accept(scalarDType(promoted, operand), views)
  );
}

/** Operands of one expression, repeated to their common shape. */
interface Joined {
  readonly expression: Expression;
  readonly builder: GraphBuilder;
  readonly views: readonly Strided[];
  readonly shape: readonly number[];
}

function join(
  operation: string,
  operands: readonly OperandView[],
  { out, broadcast }: OperationOptions,
): Joined {
  const views = operands.filter(isView);
  const shape = broadcastOf(operation, views, broadcast);
  if (out !== undefined) {
    const withOut = commonShape([shape, out.shape]);
    if (!Array.isArray(withOut) || withOut.join() !== out.shape.join()) {
      throw new ShapeError(
        "SHP001",
        `${operation} gives ${shapeText(shape)}, which does not broadcast to out`,
        {
          operands: [...views.map(describe), `out ${describe(out)}`],
          help: `use an out of shape ${shapeText(shape)}`,
        },
      );
    }
    return { ...start(views), shape: out.shape };
  }
  return { ...start(views), shape };
}

function start(views: readonly Strided[]): Omit<Joined, "shape"> {
  const expression = new Expression();
  return { expression, builder: expression.builder, views };
}

function node({ expression, builder, shape }: Joined, operand: OperandView, dtype: DType): NodeId {
  return isView(operand) ? expression.read(broadcastView(operand, shape)) : builder.constant(operand, dtype);
}

/** evaluates into `out`, cast to its dtype where that is of the same kind, or into a new array */
function finish(
  operation: string,
  { expression, builder, views }: Pick<Joined, "expression" | "builder" | "views">,
  { root, out }: { readonly root: NodeId; readonly out?: Strided | undefined },
): Strided {
  if (out === undefined) {
    const result = evaluate(expression, root, { operation, operands: views });
    return [...expression.leaves.values()].some(({ storage }) => storage === result.storage)
      ? duplicate(result)
      : result;
  }
  refuseReadOnly(out, operation);
  const { dtype } = builder.node(root);
  if (!canCast(dtype, out.dtype, "same_kind")) {
    throw new DTypeError(
      "DTY004",
      `${operation} gives ${dtype}, which is not cast to an out of ${out.dtype}`,
      {
        operands: [...views.map(describe), `out ${describe(out)}`],
        help: `use an out of ${dtype}, or cast the result: .astype("${out.dtype}")`,
      },
    );
  }
  return evaluate(expression, builder.cast(root, out.dtype), { operation, operands: views, out });
}

/** Refuses to write to a view that is read-only. */
export function refuseReadOnly(target: Strided, operation: string): void {
  if (target.writeable) return;
  throw new NdpipeError("ARR001", `${operation} would write to an array that is read-only`, {
    operands: [describe(target)],
    help: "write to a copy of it: .copy()",
  });
}

/** An elementwise primitive. Refused: SHP001, SHP003, DTY001, DTY002, DTY004, ARR001, MEM005. */
export function elementwise(
  op: ElementwiseOp,
  operands: readonly OperandView[],
  options: OperationOptions = {},
): Strided {
  const joined = join(op, operands, options);
  const dtypes = joinedDTypes(operands);
  const { compute } = accept(elementwiseRule(op, dtypes), joined.views);
  const ids = operands.map((operand) => node(joined, operand, compute));
  return finish(op, joined, { root: joined.builder.elementwise(op, ids), out: options.out });
}

/** `a` where the condition is true (not zero), else `b`. */
export function where(
  condition: OperandView,
  [a, b]: readonly [OperandView, OperandView],
  options: OperationOptions = {},
): Strided {
  const joined = join("where", [condition, a, b], options), { builder } = joined;
  const dtype = joinedDTypes([a, b]).reduce(promoteTypes);
  const test = builder.cast(node(joined, condition, "bool"), "bool");
  const branches = [a, b].map((branch) => builder.cast(node(joined, branch, dtype), dtype)) as [
    NodeId,
    NodeId,
  ];
  return finish("where", joined, { root: decompose.where(builder, test, branches), out: options.out });
}

/** No smaller than `lo`, no larger than `hi`; null is no bound. NaN stays. */
export function clip(
  source: Strided,
  [lo, hi]: readonly [OperandView | null, OperandView | null],
  options: OperationOptions = {},
): Strided {
  const given = [source, lo, hi].filter((operand) => operand !== null);
  const joined = join("clip", given, options), { builder } = joined;
  const dtype = joinedDTypes(given).reduce(promoteTypes);
  let root = builder.cast(node(joined, source, dtype), dtype);
  const bound = (op: "minimum" | "maximum", limit: OperandView | null) => {
    if (limit !== null) {
      root = builder.elementwise(op, [root, builder.cast(node(joined, limit, dtype), dtype)]);
    }
  };
  bound("maximum", lo);
  bound("minimum", hi);
  return finish("clip", joined, { root, out: options.out });
}

/** The value where an element is NaN. */
export function fillNan(source: Strided, value: number): Strided {
  const joined = start([source]);
  return finish("fillNan", joined, {
    root: decompose.fillNan(joined.builder, joined.expression.read(source), value),
  });
}

/** A copy, cast to `dtype`. */
export function duplicate(
  source: Strided,
  { dtype = source.dtype, order = "C" }: { readonly dtype?: DType; readonly order?: "C" | "K" } = {},
): Strided {
  const demand = demandOf("copy", [source], { dtype, shape: source.shape });
  const { itemsize } = DTYPE[dtype];
  const strides = order === "K"
    ? { strides: keptOrderStrides(source.shape, [source.strides], itemsize) }
    : {};
  const target = allocate(dtype, source.shape, { ...strides, demand });
  copyElements(source, target);
  return target;
}

/** The view itself where its elements are neighbours in row-major order, else a copy. */
export function contiguous(source: Strided): Strided {
  return isContiguous(source) ? source : duplicate(source);
}

/** Which axes are reduced; null: all. */
export type Axes = number | readonly number[] | null;

/** Options of a reduction. */
export interface ReduceOptions {
  /** keep each reduced axis with size 1; default false */
  readonly keepdims?: boolean;
}

const NEED_ELEMENTS = ["min", "max", "argmin", "argmax"];

/** A reduction over axes that `build` makes of nodes. */
function reduceBy(
  operation: string,
  source: Strided,
  { axes, keepdims = false }: ReduceOptions & { readonly axes: Axes },
  build: (b: GraphBuilder, x: NodeId, reduction: decompose.Reduction) => NodeId,
): Strided {
  const all = [...source.shape.keys()];
  const chosen = axes === null ? all : typeof axes === "number" ? [axes] : axes;
  const resolved = chosen.length === 0 ? [] : accept(resolveAxes(source.shape, chosen), [source]);
  if (NEED_ELEMENTS.includes(operation) && resolved.some((axis) => source.shape[axis] === 0)) {
    throw new NdpipeError("ARR003", `${operation} of no elements has no value`, {
      operands: [describe(source)],
      help: "test .size first, or reduce over an axis that has elements",
    });
  }
  const joined = start([source]);
  // over no axes (of an array without any, or as asked for), each element is reduced alone
  const reduction = resolved.length === 0
    ? { operand: expandView(source, 0), axes: [0], keepdims: false }
    : { operand: source, axes: resolved, keepdims };
  const root = build(joined.builder, joined.expression.read(reduction.operand), reduction);
  return finish(operation, joined, { root });
}

/** A reduction that is one node; see `REDUCE_OPS`. */
export function reduce(
  op: Exclude<ReduceOp, "argmin" | "argmax">,
  source: Strided,
  options: ReduceOptions & { readonly axes: Axes },
): Strided {
  return reduceBy(op, source, options, (b, x, reduction) => {
    if (op === "sum" || op === "prod") return decompose.accumulate(b, op, x, reduction);
    return b.reduce(op, op === "any" || op === "all" ? b.cast(x, "bool") : x, reduction);
  });
}

/** The index of the smallest or largest element along an axis; `source` has it. */
export function argReduce(
  op: "argmin" | "argmax",
  source: Strided,
  { axis, keepdims = false }: ReduceOptions & { readonly axis: number },
): Strided {
  return reduceBy(op, source, { axes: axis, keepdims }, (b, x, reduction) => b.reduce(op, x, reduction));
}

/** The mean. */
export function mean(source: Strided, options: ReduceOptions & { readonly axes: Axes }): Strided {
  return reduceBy("mean", source, options, decompose.mean);
}

/** The variance, or its root. */
export function spread(
  source: Strided,
  { root, correction = 0, ...options }: ReduceOptions & {
    readonly axes: Axes;
    readonly root: boolean;
    readonly correction?: number;
  },
): Strided {
  return reduceBy(
    root ? "std" : "var",
    source,
    options,
    (b, x, reduction) => decompose.spread(b, x, { ...reduction, correction, root }),
  );
}

/** How many elements are not zero. */
export function countNonzero(source: Strided, options: ReduceOptions & { readonly axes: Axes }): Strided {
  return reduceBy("countNonzero", source, options, decompose.countNonzero);
}

/** The Euclidean norm. */
export function norm(source: Strided, options: ReduceOptions & { readonly axes: Axes }): Strided {
  return reduceBy("norm", source, options, decompose.norm);
}

/** `softmax` or `logSumExp` along an axis. */
export function alongAxis(
  operation: "softmax" | "logSumExp",
  source: Strided,
  axis: number,
): Strided {
  const [resolved] = accept(resolveAxes(source.shape, [axis]), [source]);
  if (source.shape[resolved!] === 0) {
    throw new NdpipeError("ARR003", `${operation} of no elements has no value`, {
      operands: [describe(source)],
    });
  }
  const joined = start([source]);
  const root = decompose[operation](joined.builder, joined.expression.read(source), resolved!);
  return finish(operation, joined, { root });
}
