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
  showLiteral,
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
  readonly builder: GraphBuilder;
  readonly id: NodeId;

  constructor(builder: GraphBuilder, id: NodeId) {
    this.builder = builder;
    this.id = id;
  }

  /** what messages call it */
  get name(): string {
    return this.builder.nameOf(this.id);
  }
  set name(_: string) {
    this.builder.refuseArgument(
      `${this.name} is not changed in place: name is set on it`,
      "an output has the name that it is returned by: return { score: x }",
    );
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
  get dtype(): DType {
    return this.builder.node(this.id).dtype;
  }
  set dtype(_: DType) {
    this.#refuseChange("dtype");
  }

  get shape(): Shape {
    return this.builder.node(this.id).shape;
  }
  set shape(_: Shape) {
    this.#refuseChange("shape");
  }

  #refuseChange(field: string): never {
    return this.builder.refuseArgument(
      `${this.name} is not changed in place: ${field} is set on it`,
      "no step changes a tensor: take the one that .astype(...) or .reshape(...) gives",
    );
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

  override [Symbol.toPrimitive](): never {
    return refuseCarried(this, "an operator");
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

/** Lists that are longer are told by their first elements: a list of a million means is no part of a sentence. */
const MAX_SHOWN = 8, FIRST_SHOWN = 3;
/** Lists in lists that lie deeper are told by "…", and so is what follows this many characters of one argument. */
const MAX_DEPTH = 3, MAX_SHOWN_LENGTH = 400;

/** The first items of a list that is long, else all; then "…". */
function showItems<T>(items: ArrayLike<T>, show: (item: T) => string): string {
  const { length } = items, numShown = length > MAX_SHOWN ? FIRST_SHOWN : length;
  const shown = Array.from({ length: numShown }, (_, i) => show(items[i]!));
  return [...shown, ...(numShown < length ? ["…"] : [])].join(", ");
}

/** Arguments as the author wrote them, or nearly so: `"feature", { keepdims: true }`. */
export function showList(list: ArrayLike<unknown>): string {
  return showItems(list, showArgument);
}

/** An argument as the author wrote it, or nearly so. */
export function showArgument(argument: unknown): string {
  const text = shown(argument, 0);
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}

/** An argument in `depth` lists or objects. */
function shown(argument: unknown, depth: number): string {
  if (argument instanceof TensorBase || argument instanceof CarriedBase) return argument.name;
  if (typeof argument === "bigint") return `${argument}n`;
  if (typeof argument === "string") {
    const isLong = argument.length > MAX_SHOWN_LENGTH;
    return JSON.stringify(isLong ? `${argument.slice(0, MAX_SHOWN_LENGTH)}…` : argument);
  }
  const show = (item: unknown) => shown(item, depth + 1);
  if (isList(argument)) return depth === MAX_DEPTH ? "[…]" : `[${showItems(argument, show)}]`;
  if (typeof argument === "object" && argument !== null) {
    const plain = Object.getPrototypeOf(argument) === Object.prototype && !("kind" in argument);
    if (!plain || depth === MAX_DEPTH) return plain ? "{…}" : "an object";
    const entries = showItems(Object.entries(argument), ([key, value]) => `${key}: ${show(value)}`);
    return entries === "" ? "{}" : `{ ${entries} }`;
  }
  return Object.is(argument, -0) ? "-0" : String(argument);
}

/** What is longer is not written again by a help. */
const MAX_CODE_LENGTH = 60;

/** An argument as code that may be written again; null: it is too long, or none. */
function codeOf(argument: unknown, depth = 0): string | null {
  if (argument instanceof TensorBase || argument instanceof CarriedBase) {
    return argument.builder.codeOf(argument.id);
  }
  if (Array.isArray(argument)) {
    const isLong = argument.length > MAX_SHOWN || depth === MAX_DEPTH;
    const codes = isLong ? [null] : argument.map((item) => codeOf(item, depth + 1));
    return codes.includes(null) ? null : `[${codes.join(", ")}]`;
  }
  const text = showArgument(argument);
  return text === "an object" || text.includes("…") ? null : text;
}

/** A call as code that may be written again: of a method of `owner`, or of a function; null: it is too long. */
export function callCode(owner: TensorBase | null, name: string, args: readonly unknown[]): string | null {
  const receiver = owner === null ? "" : codeOf(owner);
  const codes = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1).map((arg) => codeOf(arg));
  if (receiver === null || codes.includes(null)) return null;
  const code = `${receiver === "" ? "" : `${receiver}.`}${name}(${codes.join(", ")})`;
  return code.length > MAX_CODE_LENGTH ? null : code;
}

/** Whether an argument is a plain number. */
export function isScalar(value: unknown): value is ScalarValue {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/** Whether an argument is an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** The shape of nested lists of numbers; null: they are ragged, empty or very deep, or hold something else. */
function listShape(list: ArrayLike<unknown>, depth = 0): number[] | null {
  if (depth > 8) return null;
  const [first] = Array.from({ length: Math.min(1, list.length) }, (_, i) => list[i]);
  const inner = isList(first) ? listShape(first, depth + 1) : isScalar(first) ? [] : null;
  const isAlike = (one: unknown) =>
    inner!.length === 0 ? isScalar(one) : isList(one) && listShape(one, depth + 1)?.join() === inner!.join();
  return inner !== null && Array.prototype.every.call(list, isAlike) ? [list.length, ...inner] : null;
}

/** What to write in place of an operand that is no tensor. */
function operandHelp(method: string, value: unknown): string {
  if (isScalar(value)) {
    const number = showArgument(value),
      isProduct = method === "matmul" || method === "dot" || method === "outer";
    if (isProduct) return `for a multiple, write .mul(${number})`;
    if (method === "concat" || method === "stack") {
      return `declare it as a param, param("f64", [], { value: ${number} }), and repeat it with .broadcastTo([...])`;
    }
  }
  const shape = isList(value) ? listShape(value) : null;
  if (shape !== null) {
    const text = showArgument(value), literal = text.includes("…") ? "[...]" : text;
    return `declare the list as a param with that value: param("f64", ${
      showLiteral(shape)
    }, { value: ${literal} })`;
  }
  if (Array.isArray(value) && value.length > 0 && value.every((one) => one instanceof TensorBase)) {
    return "for one tensor of them all, write stack([a, b], 1) or concat([a, b], 1)";
  }
  return "use the tensors that the transform is called with: transform({ input }, { param })";
}

/** The node of an argument that must be a tensor of this transform. */
export function operandOf(b: GraphBuilder, method: string, value: unknown): NodeId {
  if (value instanceof TensorBase && value.builder === b) return value.id;
  if (value instanceof CarriedBase) return refuseCarried(value, method);
  const what = value instanceof TensorBase ? "a tensor of another transform" : showArgument(value);
  return b.refuseArgument(
    `${method} takes a tensor of this transform, not ${what}`,
    operandHelp(method, value),
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
  const tensors = ids.filter((id) => id !== null);
  return ids.map((id, i) => {
    if (id === null) {
      const value = values[i] as ScalarValue;
      b.checkFinite([value], { dtype, operands: tensors });
      return b.constant(value, dtype);
    }
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
        ...namesOf(b, operands[shapes.findIndex((shape) => equalShapes(shape, before))] ?? operands[0]!),
        shape: before,
      },
      { ...namesOf(b, operands[at]!), shape: shapes[at]! },
    ],
  });
  return b.refuse(joined, operands, details);
}

function namesOf(b: GraphBuilder, id: NodeId): { readonly name: string; readonly code: string } {
  return { name: b.nameOf(id), code: b.codeOf(id) ?? "..." };
}

/** The common shape of the shapes before the one at `end`, which broadcast. */
function beforeOf(shapes: readonly Shape[], end: number): Shape {
  const joined = broadcastAll(shapes.slice(0, end));
  return isRefusal(joined) ? [] : joined;
}
