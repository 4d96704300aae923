/**
 * The arguments of a traced call: tensors of the same transform and plain numbers, brought to a common dtype and
 * shape.
 *
 * @module
 */
import { type DType, promoteTypes } from "../dtype/mod.ts";
import {
  broadcastAll,
  broadcastShapes,
  equalShapes,
  isRefusal,
  refuse,
  type Shape,
  showShape,
} from "../shape/mod.ts";
import type { NodeId, ScalarValue } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { growthDetails } from "./growth.ts";
import { scalarDType } from "./operand_dtypes.ts";
import { elementwiseDTypes, isElementwiseOp } from "./primitives.ts";
import { UNKNOWN_MEMBERS } from "./unknown_member.ts";

/** What a transform is called with. It has no value yet: JavaScript's operators would compute with its text. */
abstract class Traced {
  constructor(readonly builder: GraphBuilder, readonly id: NodeId) {}

  /** what messages call it */
  get name(): string {
    return this.builder.nameOf(this.id);
  }

  /** `x * 2` would be NaN and `x > 0` false, whatever the elements are; the types refuse most of them too */
  [Symbol.toPrimitive](): never {
    return this.builder.refuseArgument(
      `${this.name} has no value while the transform is traced: operators and functions of numbers do not take it`,
      "write its methods, .add(y), .mul(2), .gt(0), .sqrt(), and where(condition, a, b) for a choice",
    );
  }

  /** what console.log prints */
  abstract describe(): string;
  [Symbol.for("Deno.customInspect")](): string {
    return this.describe();
  }
}

Object.setPrototypeOf(Traced.prototype, UNKNOWN_MEMBERS);

/** A node of a graph under construction: what a tensor in a transform stands for. */
export class TensorBase extends Traced {
  readonly dtype: DType;
  readonly shape: Shape;

  constructor(builder: GraphBuilder, id: NodeId) {
    super(builder, id);
    ({ dtype: this.dtype, shape: this.shape } = builder.node(id));
  }

  describe(): string {
    return `${this.name} ${this.dtype} ${showShape(this.shape)}`;
  }
}

/** A carried column in a transform: no tensor, so that no operation takes it. */
export class CarriedBase extends Traced {
  describe(): string {
    return `${this.name} carried`;
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

/** Whether an argument is a list of numbers: an array or a typed array. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** The node of an argument that must be a tensor of this transform. */
export function operandOf(b: GraphBuilder, method: string, value: unknown): NodeId {
  if (value instanceof TensorBase && value.builder === b) return value.id;
  if (value instanceof CarriedBase) return refuseCarried(value, method);
  const what = value instanceof TensorBase
    ? "a tensor of another transform"
    : showArgument(isList(value) ? Array.from(value) : value);
  return b.refuseArgument(
    `${method} takes a tensor of this transform, not ${what}`,
    isList(value)
      ? `declare the list as a param with that value: param("f64", [${value.length}], { value: ${what} })`
      : "use the tensors that the transform is called with: transform({ input }, { param })",
  );
}

/**
 * The nodes of operands of one operation, their shapes as they are; numbers become constants of the dtype that is
 * computed in.
 *
 * @param compute the dtype to compute in; without it operands are cast to their common dtype
 */
export function castOperands(
  b: GraphBuilder,
  method: string,
  values: readonly unknown[],
  compute?: (dtypes: readonly DType[]) => DType,
): NodeId[] {
  return castTo(b, values, operandTypes(b, method, values), compute);
}

/**
 * As `castOperands`; the shapes broadcast without growth.
 */
export function joinOperands(
  b: GraphBuilder,
  method: string,
  values: readonly unknown[],
  compute?: (dtypes: readonly DType[]) => DType,
): NodeId[] {
  const types = operandTypes(b, method, values, (tensors, dtypes) => {
    const promoted = dtypes.reduce(promoteTypes);
    checkShapes(b, method, {
      operands: tensors,
      dtype: isElementwiseOp(method) ? elementwiseDTypes(method, dtypes)?.result ?? promoted : promoted,
    });
  });
  return castTo(b, values, types, compute);
}

interface OperandTypes {
  readonly dtypes: readonly DType[];
  /** of each value its node; of a number none */
  readonly ids: readonly (NodeId | null)[];
}

/** The nodes and dtypes of the values, in their order; `onTensor` is told of each tensor behind the first. */
function operandTypes(
  b: GraphBuilder,
  method: string,
  values: readonly unknown[],
  onTensor?: (tensors: readonly NodeId[], dtypes: readonly DType[]) => void,
): OperandTypes {
  const dtypes: DType[] = [], tensors: NodeId[] = [];
  const ids = values.map((value): NodeId | null => {
    if (isScalar(value)) {
      dtypes.push(b.accept(scalarDType(dtypes.reduce(promoteTypes, "bool"), value), tensors));
      return null;
    }
    const id = operandOf(b, method, value);
    dtypes.push(b.node(id).dtype);
    tensors.push(id);
    if (tensors.length > 1) onTensor?.(tensors, dtypes);
    return id;
  });
  return { dtypes, ids };
}

function castTo(
  b: GraphBuilder,
  values: readonly unknown[],
  { dtypes, ids }: OperandTypes,
  compute?: (dtypes: readonly DType[]) => DType,
): NodeId[] {
  const dtype = compute === undefined ? dtypes.reduce(promoteTypes) : compute(dtypes);
  return ids.map((id, i) => {
    if (id === null) return b.constant(values[i] as ScalarValue, dtype);
    return compute === undefined ? b.cast(id, dtype) : id;
  });
}

/**
 * Refuses operands of one operation that do not broadcast to the shape of one of them (SHP001 to SHP003). Growth is told
 * with the operands' names.
 *
 * @param dtype that the result would have
 */
export function checkShapes(
  b: GraphBuilder,
  method: string,
  { operands, dtype }: { readonly operands: readonly NodeId[]; readonly dtype: DType },
): void {
  const shapes = operands.map((id) => b.node(id).shape), joined = broadcastAll(shapes);
  if (!isRefusal(joined)) return;
  if (joined.code !== "SHP003") return b.accept<never>(joined, operands);
  // the first that grows what is before it
  const at = shapes.findIndex((shape, i) => i > 0 && isRefusal(broadcastShapes(beforeOf(shapes, i), shape)));
  const before = beforeOf(shapes, at);
  const details = growthDetails(joined, {
    method,
    dtype,
    operands: [
      {
        name: b.nameOf(operands[shapes.findIndex((shape) => equalShapes(shape, before))] ?? operands[0]!),
        shape: before,
      },
      { name: b.nameOf(operands[at]!), shape: shapes[at]! },
    ],
  });
  return b.refuse(joined, operands, details);
}

/** The common shape of the shapes before the one at `end`, which broadcast. */
function beforeOf(shapes: readonly Shape[], end: number): Shape {
  const joined = broadcastAll(shapes.slice(0, end));
  return isRefusal(joined) ? [] : joined;
}
