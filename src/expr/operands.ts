/**
 * The arguments of a traced call: tensors of the same transform and plain numbers, brought to a common dtype and
 * shape.
 *
 * @module
 */
import { type DType, promoteTypes } from "../dtype/mod.ts";
import { broadcastShapes, isRefusal, refuse, type Shape } from "../shape/mod.ts";
import type { NodeId, ScalarValue } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { growthDetails } from "./growth.ts";
import { scalarDType } from "./operand_dtypes.ts";
import { elementwiseDTypes, isElementwiseOp } from "./primitives.ts";

/** A node of a graph under construction: what a tensor in a transform stands for. */
export class TensorBase {
  readonly dtype: DType;
  readonly shape: Shape;

  constructor(readonly builder: GraphBuilder, readonly id: NodeId) {
    ({ dtype: this.dtype, shape: this.shape } = builder.node(id));
  }

  /** what messages call it */
  get name(): string {
    return this.builder.nameOf(this.id);
  }
}

/** A carried column in a transform: no tensor, so that no operation takes it. */
export class CarriedBase {
  constructor(readonly builder: GraphBuilder, readonly id: NodeId) {}

  /** what messages call it */
  get name(): string {
    return this.builder.nameOf(this.id);
  }
}

/** Refuses what is computed with a carried column (DTY001). */
export function refuseCarried(column: CarriedBase, method: string): never {
  const sentence = `${method} is not defined for ${column.name}, which is carried`;
  const b = column.builder;
  const refusal = refuse(
    "DTY001",
    sentence,
    "return it, or filter it; to compute with it, declare it with input(...)",
  );
  // a step knows the author's place; it does not return
  return b.step(method, { text: method }, () => b.refuse(refusal, [])) as never;
}

/** An argument as the author wrote it, or nearly so. */
export function showArgument(argument: unknown): string {
  if (argument instanceof TensorBase || argument instanceof CarriedBase) return argument.name;
  if (typeof argument === "bigint") return `${argument}n`;
  if (typeof argument === "string") return JSON.stringify(argument);
  if (Array.isArray(argument)) return `[${argument.map(showArgument).join(", ")}]`;
  if (typeof argument === "object" && argument !== null) {
    const plain = Object.getPrototypeOf(argument) === Object.prototype && !("kind" in argument);
    const entries = Object.entries(argument).map(([key, value]) => `${key}: ${showArgument(value)}`);
    return plain ? `{ ${entries.join(", ")} }` : "an object";
  }
  return Object.is(argument, -0) ? "-0" : String(argument);
}

/** Whether an argument is a plain number. */
export function isScalar(value: unknown): value is ScalarValue {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/** The node of an argument that must be a tensor of this transform. */
export function operandOf(b: GraphBuilder, method: string, value: unknown): NodeId {
  if (value instanceof TensorBase && value.builder === b) return value.id;
  if (value instanceof CarriedBase) return refuseCarried(value, method);
  const what = value instanceof TensorBase ? "a tensor of another transform" : showArgument(value);
  return b.refuseArgument(
    `${method} takes a tensor of this transform, not ${what}`,
    Array.isArray(value)
      ? `declare the list as a param with that value: param("f64", [${value.length}], { value: ${what} })`
      : "use the tensors that the transform is called with: transform({ input }, { param })",
  );
}

/**
 * The nodes of operands of one operation. Their shapes broadcast without growth; numbers become constants of the
 * dtype that is computed in.
 *
 * @param compute the dtype to compute in; without it operands are cast to their common dtype
 */
export function joinOperands(
  b: GraphBuilder,
  method: string,
  values: readonly unknown[],
  compute?: (dtypes: readonly DType[]) => DType,
): NodeId[] {
  const dtypes: DType[] = [], tensors: NodeId[] = [];
  let shape: Shape = [];
  for (const value of values) {
    if (isScalar(value)) {
      dtypes.push(b.accept(scalarDType(dtypes.reduce(promoteTypes, "bool"), value), tensors));
      continue;
    }
    const id = operandOf(b, method, value), node = b.node(id);
    dtypes.push(node.dtype);
    if (tensors.length > 0) shape = joinShapes(b, method, { shape, tensors, id, dtypes });
    else shape = node.shape;
    tensors.push(id);
  }
  const dtype = compute === undefined ? dtypes.reduce(promoteTypes) : compute(dtypes);
  return values.map((value) => {
    if (isScalar(value)) return b.constant(value, dtype);
    const id = operandOf(b, method, value);
    return compute === undefined ? b.cast(id, dtype) : id;
  });
}

/** The shape so far with one operand more; growth is told with the operands' names. */
function joinShapes(
  b: GraphBuilder,
  method: string,
  { shape, tensors, id, dtypes }: {
    readonly shape: Shape;
    readonly tensors: readonly NodeId[];
    readonly id: NodeId;
    readonly dtypes: readonly DType[];
  },
): Shape {
  const joined = broadcastShapes(shape, b.node(id).shape);
  if (!isRefusal(joined)) return joined;
  const operands = [...tensors, id];
  if (joined.code !== "SHP003") return b.refuse(joined, operands);
  const promoted = dtypes.reduce(promoteTypes);
  const dtype = isElementwiseOp(method) ? elementwiseDTypes(method, dtypes)?.result ?? promoted : promoted;
  const details = growthDetails(joined, {
    method,
    dtype,
    operands: [{ name: b.nameOf(tensors[0]!), shape }, { name: b.nameOf(id), shape: b.node(id).shape }],
  });
  return b.refuse(joined, operands, details);
}
