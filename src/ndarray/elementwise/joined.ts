/**
 * The operands of an eager operation: their common shape and dtypes, and the expression that reads them.
 *
 * @module
 */
import { type DType, promoteTypes } from "../../dtype/mod.ts";
import { DTypeError, type ErrorDetails, ShapeError } from "../../errors.ts";
import type { NodeId, ScalarValue } from "../../expr/graph.ts";
import type { GraphBuilder } from "../../expr/graph_builder.ts";
import { growthDetails } from "../../expr/growth.ts";
import { scalarDType } from "../../expr/operand_dtypes.ts";
import { elementwiseDTypes, isElementwiseOp } from "../../expr/primitives.ts";
import { broadcastShapes, isRefusal, type Refusal, resolveAxis, type Rule } from "../../shape/mod.ts";
import type { Casting } from "../dtypes/casting.ts";
import { Expression } from "../evaluate/evaluate.ts";
import { integerOf } from "../storage/integer_lists.ts";
import { commonShape, shapeText } from "../storage/layout.ts";
import { broadcastView, describe, type Strided } from "../storage/strided.ts";

/** Whether shapes broadcast as in NumPy, or only to the shape of one of the operands. */
export type BroadcastMode = "numpy" | "strict";

/** Options of an elementwise operation, on views. */
export interface OperationOptions {
  readonly out?: Strided | undefined;
  readonly broadcast?: BroadcastMode | undefined;
  /** bool: elsewhere `out` stays as it is, and a new array is 0 */
  readonly where?: Strided | boolean | undefined;
  /** what is computed in, and given */
  readonly dtype?: DType | undefined;
  /** which casts of operands and of the result are made; default "same_kind" */
  readonly casting?: Casting | undefined;
}

let defaultBroadcast: BroadcastMode = "numpy";

/**
 * Sets how shapes broadcast where an operation does not say: "numpy" (the default), or "strict", which refuses a
 * result whose shape neither operand has (SHP003), as pipelines always do. Returns the mode there was.
 *
 * @example
 * ```ts
 * import { ones, setBroadcast } from "ndpipe/ndarray";
 * import { strictEqual, throws } from "node:assert/strict";
 * const before = setBroadcast("strict");
 * throws(() => ones([2, 1]).add(ones([3])), /SHP003|shape that neither/);
 * strictEqual(setBroadcast(before), "strict");
 * ```
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

/** An axis counted from 0. Refused: SHP004; ARR002 for what is no integer, in words of `callee`. */
export function resolvedAxis(view: Strided, axis: number, callee = "a function of one axis"): number {
  const isPlain = typeof axis === "number" || typeof axis === "string";
  const plain = isPlain ? axis : integerOf(callee, "axis", axis);
  return accept(resolveAxis(view.shape, plain), [view]);
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

/** The dtypes with which operands join: a plain number takes that of the arrays beside it, or the one asked for. */
export function joinedDTypes(operands: readonly OperandView[], asked?: DType): DType[] {
  const views = operands.filter(isView);
  const promoted = asked ?? views.map(({ dtype }) => dtype).reduce(promoteTypes, "bool");
  return operands.map((operand) =>
    isView(operand) ? operand.dtype : accept(scalarDType(promoted, operand), views)
  );
}

/** Operands of one expression, repeated to their common shape. */
export interface Joined {
  readonly expression: Expression;
  readonly builder: GraphBuilder;
  readonly views: readonly Strided[];
  readonly shape: readonly number[];
}

/** Operands and where they meet. Refused: SHP001, SHP003; DTY001 for a where that is not bool. */
export function join(
  operation: string,
  operands: readonly OperandView[],
  { out, broadcast, where: mask }: OperationOptions,
): Joined {
  const views = operands.filter(isView);
  const masks = typeof mask === "object" ? [mask] : [];
  const shape = broadcastOf(operation, [...views, ...masks], broadcast);
  for (const { dtype } of masks) {
    if (dtype !== "bool") {
      throw new DTypeError("DTY001", `where of ${operation} is bool, not ${dtype}`, {
        help: "compare first: .ne(0)",
      });
    }
  }
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

/** Operands of one expression, of no common shape. */
export function start(views: readonly Strided[]): Omit<Joined, "shape"> {
  const expression = new Expression();
  return { expression, builder: expression.builder, views };
}

/** An operand as a node: an array repeated to the common shape, a number as the dtype. */
export function node({ expression, builder, shape }: Joined, operand: OperandView, dtype: DType): NodeId {
  return isView(operand) ? expression.read(broadcastView(operand, shape)) : builder.constant(operand, dtype);
}
