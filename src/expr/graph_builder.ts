/**
 * Grows an expression graph node by node. Operands come in with any dtypes and labels; what stands in the graph
 * has been checked: the builder inserts casts, resolves axes to indices and refuses what does not fit, with the
 * place in the pipeline file.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { DTypeError, type ErrorDetails, PipelineError, type Place, ShapeError } from "../errors.ts";
import {
  broadcastAll,
  equalShapes,
  isRefusal,
  matmulShape,
  reduceShape,
  type Refusal,
  refuse,
  type Rule,
  type Shape,
  showShape,
  symbolsOf,
} from "../shape/mod.ts";
import { authorPlace } from "./author_place.ts";
import {
  type Graph,
  LEAF_STEP,
  type Node,
  type NodeId,
  type Operation,
  operationKey,
  type ScalarValue,
  type Step,
} from "./graph.ts";
import { elementwiseRule, finiteScalar } from "./operand_dtypes.ts";
import { axisNamesHelp } from "./axis_help.ts";
import { namedHelp } from "./named_help.ts";
import type { NamedShape } from "./shape_change.ts";
import { ELEMENTWISE, type ElementwiseOp, type ReduceOp } from "./primitives.ts";
import { MissingMember } from "./unknown_member.ts";

/** The longest name that a message gives to an intermediate. */
const MAX_NAME_LENGTH = 40;

/** The name, or the last calls of its chain, which say most: `….div(std).clip(-3, 3)`. */
function shortName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const first = name.length - MAX_NAME_LENGTH + 1;
  let start = first, depth = 0;
  for (let i = name.length - 1; i >= first; i--) {
    const letter = name[i]!;
    if (letter === ")" || letter === "]" || letter === "}") depth++;
    if (letter === "(" || letter === "[" || letter === "{") depth--;
    if (depth === 0 && letter === ".") start = i;
  }
  return `…${name.slice(start)}`;
}

/** A graph under construction. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #steps: Step[] = [];
  readonly #names = new Map<NodeId, string>();
  readonly #codes = new Map<NodeId, string>();
  /** what made each row symbol: an input, or a filter's mask */
  readonly #rows = new Map<string, { readonly by: "input" | "mask"; readonly node: NodeId }>();
  /** masks in whose place an equal one stands, by the one that does */
  readonly #equalMasks = new Map<NodeId, NodeId[]>();
  /** the step whose nodes are being added, while one is open */
  #open: { name: string; place: Place | null } | null = null;
  /** what a finite number is that the dtype beside it has as infinity: refused, or just that, as in NumPy's arrays */
  readonly overflow: "refused" | "infinite";

  constructor({ overflow = "refused" }: { readonly overflow?: "refused" | "infinite" } = {}) {
    this.overflow = overflow;
  }

  /** a node's dtype, shape and operation */
  node(id: NodeId): Node {
    return this.#nodes[id]!;
  }

  /** adds an input or a param, which belong to no step; an input's symbols stand for its rows from now on */
  addLeaf(kind: "input" | "param", name: string, type: { dtype: DType; shape: Shape }): NodeId {
    const id = this.#nodes.length;
    const { dtype, shape } = type;
    this.#nodes.push({ id, operation: { kind, name }, inputs: [], dtype, shape, step: LEAF_STEP });
    this.setName(id, name);
    this.#codes.set(id, name);
    if (kind === "input") {
      for (const symbol of symbolsOf(shape)) {
        if (!this.#rows.has(symbol)) this.#rows.set(symbol, { by: "input", node: id });
      }
    }
    return id;
  }

  /** adds a node to the open step */
  add(operation: Operation, inputs: readonly NodeId[], type: { dtype: DType; shape: Shape }): NodeId {
    const id = this.#nodes.length;
    this.#nodes.push({
      id,
      operation,
      inputs,
      dtype: type.dtype,
      // tensors give it to the author: `y.shape[1] = 99` would change the graph
      shape: Object.freeze(type.shape),
      step: this.#steps.length,
    });
    return id;
  }

  /** a number as a value of the dtype */
  constant(value: ScalarValue, dtype: DType): NodeId {
    const { kind, isBigInt } = DTYPE[dtype];
    const converted = kind === "b"
      ? value !== false && value !== 0 && value !== 0n // NaN is not zero
      : isBigInt
      ? BigInt(value)
      : dtype === "f32"
      ? Math.fround(Number(value))
      : Number(value);
    return this.add({ kind: "constant", value: converted }, [], { dtype, shape: [] });
  }

  /** refuses numbers that are finite, but infinite in the dtype, beside the operands (DTY002) */
  checkFinite(
    values: readonly (ScalarValue | undefined)[],
    { dtype, operands }: { readonly dtype: DType; readonly operands: readonly NodeId[] },
  ): void {
    if (this.overflow === "infinite") return;
    for (const value of values) {
      if (value !== undefined) this.accept(finiteScalar(dtype, value), operands);
    }
  }

  /** the node as another dtype; itself where it has it */
  cast(id: NodeId, dtype: DType): NodeId {
    const { dtype: from, shape } = this.node(id);
    return from === dtype ? id : this.add({ kind: "cast" }, [id], { dtype, shape });
  }

  /** a primitive on operands of any dtypes; shapes are broadcast, growth is refused */
  elementwise(op: ElementwiseOp, operands: readonly NodeId[]): NodeId {
    const { compute, result } = this.accept(
      elementwiseRule(op, operands.map((id) => this.node(id).dtype)),
      operands,
    );
    const exact = this.#compareWithU64(op, operands);
    if (exact !== null) return exact;
    const inputs = operands.map((id) => this.cast(id, compute));
    return this.add({ kind: "elementwise", op }, inputs, {
      dtype: result,
      shape: this.commonShape(operands),
    });
  }

  /**
   * A signed integer beside u64 is compared exactly, as NumPy 2 does, though the two promote to f64: a negative
   * number is below every u64, any other one is a u64 too. Null where that is not the case at hand.
   */
  #compareWithU64(op: ElementwiseOp, operands: readonly NodeId[]): NodeId | null {
    if (ELEMENTWISE[op].rule !== "compare" || operands.length !== 2) return null;
    const dtypes = operands.map((id) => this.node(id).dtype);
    const signed = dtypes.findIndex((dtype) => DTYPE[dtype].kind === "i");
    if (signed < 0 || dtypes[1 - signed] !== "u64") return null;
    const wide = this.cast(operands[signed]!, "i64");
    const zero = this.add({ kind: "constant", value: 0n }, [], { dtype: "i64", shape: [] });
    const unsigned = operands.map((id, i) => i === signed ? this.cast(wide, "u64") : id);
    const compared = this.add({ kind: "elementwise", op }, unsigned, {
      dtype: "bool",
      shape: this.commonShape(operands),
    });
    const isTrueBelow = op === "ne" ||
      (signed === 0 ? op === "lt" || op === "le" : op === "gt" || op === "ge");
    return isTrueBelow
      ? this.elementwise("logicalOr", [this.elementwise("lt", [wide, zero]), compared])
      : this.elementwise("logicalAnd", [this.elementwise("ge", [wide, zero]), compared]);
  }

  /** the shape to which operands broadcast: that of one of them */
  commonShape(operands: readonly NodeId[]): Shape {
    return this.accept(broadcastAll(operands.map((id) => this.node(id).shape)), operands);
  }

  /** a reduction whose dtype is that of its operand, i64 for an index */
  reduce(
    op: ReduceOp,
    id: NodeId,
    { axes, keepdims }: { axes: readonly number[]; keepdims: boolean },
  ): NodeId {
    const { dtype, shape } = this.node(id);
    const reduced = this.accept(reduceShape(shape, axes, keepdims), [id]);
    const isIndex = op === "argmin" || op === "argmax";
    return this.add({ kind: "reduce", op, axes, keepdims }, [id], {
      dtype: isIndex ? "i64" : dtype,
      shape: reduced,
    });
  }

  /** the same elements under another shape, which is not checked here; itself where it has it */
  reshape(id: NodeId, shape: Shape): NodeId {
    const { dtype, shape: from } = this.node(id);
    return equalShapes(from, shape) ? id : this.add({ kind: "reshape" }, [id], { dtype, shape });
  }

  /** the node repeated to a shape, which is not checked here; itself where it has it */
  broadcastTo(id: NodeId, shape: Shape): NodeId {
    const { dtype, shape: from } = this.node(id);
    return equalShapes(from, shape) ? id : this.add({ kind: "broadcastTo" }, [id], { dtype, shape });
  }

  /** the product of two operands of two axes or more and of one dtype */
  matmul(a: NodeId, b: NodeId): NodeId {
    const { dtype, shape } = this.node(a);
    const product = this.accept(matmulShape(shape, this.node(b).shape), [a, b]);
    return this.add({ kind: "matmul" }, [a, b], { dtype, shape: product });
  }

  /** a new axis of size 1 that has the index `axis` in the result */
  expandDims(id: NodeId, axis: number): NodeId {
    const { dtype, shape } = this.node(id);
    return this.add({ kind: "expandDims", axis }, [id], { dtype, shape: shape.toSpliced(axis, 0, 1) });
  }

  /** the node without the axis, whose size is 1 */
  squeeze(id: NodeId, axis: number): NodeId {
    const { dtype, shape } = this.node(id);
    return this.add({ kind: "squeeze", axis }, [id], { dtype, shape: shape.toSpliced(axis, 1) });
  }

  /** what a message calls a node */
  nameOf(id: NodeId): string {
    const name = this.#names.get(id);
    if (name !== undefined) return name;
    const { operation } = this.node(id);
    return operation.kind === "constant" ? String(operation.value) : operation.kind;
  }

  setName(id: NodeId, name: string): void {
    if (this.#names.has(id)) return;
    this.#names.set(id, shortName(name));
  }

  /** what a help may write to have the node; null: it is too long to be written again */
  codeOf(id: NodeId): string | null {
    return this.#codes.get(id) ?? null;
  }

  /**
   * Runs `build` as one step of the transform: its nodes belong to the step, its refusals are thrown with the
   * author's place, and its result is named: after the call, or as `displayName` says. Within a step, a step is a
   * part of it.
   */
  step(
    name: string,
    call: { readonly text: string; readonly displayName?: string; readonly code?: string | null },
    build: () => NodeId,
  ): NodeId {
    if (this.#open !== null) return build();
    this.#open = { name, place: authorPlace() };
    try {
      const result = build();
      this.#steps.push({ name, text: call.text, place: this.#open.place, result });
      this.setName(result, call.displayName ?? call.text);
      if ((call.code ?? null) !== null && !this.#codes.has(result)) this.#codes.set(result, call.code!);
      return result;
    } finally {
      this.#open = null;
    }
  }

  /** the answer of a rule; its refusal is thrown, with a help about the shape that was asked for, if any */
  accept<T>(answer: Rule<T>, operands: readonly NodeId[], target?: Shape): T {
    if (!isRefusal(answer)) return answer;
    const asked = target === undefined ? [] : [{ name: "", code: null, shape: target }];
    const method = this.#open?.name ?? "", named = [...this.named(operands), ...asked];
    const { hint } = answer, isOfNames = answer.code === "SHP004" && hint !== null && named.length > 0;
    return this.refuse(answer, operands, {
      help: isOfNames
        ? axisNamesHelp(hint, method, named[0]!)
        : hint ?? namedHelp(answer, { method, operands: named }),
    });
  }

  /** throws a rule's refusal as an error that names the operands; its cause is the refusal */
  refuse(refusal: Refusal, operands: readonly NodeId[], details: ErrorDetails = {}): never {
    const ErrorClass = refusal.code.startsWith("DTY") ? DTypeError : ShapeError;
    throw new ErrorClass(refusal.code, refusal.sentence, {
      place: this.#open?.place ?? null,
      operands: this.describe(operands),
      help: refusal.hint,
      cause: refusal,
      ...details,
    });
  }

  /** refuses what no type checker would have let pass: an argument that is no tensor, no number, no dtype */
  refuseArgument(sentence: string, help: string): never {
    throw new PipelineError("PIP003", sentence, { place: this.#open?.place ?? authorPlace(), help });
  }

  /** refuses what tensors do not have, and JavaScript would give as undefined */
  refuseMember(member: string, told: { readonly name: string; readonly help: string | null }): never {
    throw new MissingMember(member, { ...told, place: this.#open?.place ?? authorPlace() });
  }

  /** operands as helps speak of them: a name alone may be that of what they were sliced from */
  named(operands: readonly NodeId[]): readonly NamedShape[] {
    return operands.map((id) => {
      const { shape } = this.node(id), code = this.codeOf(id);
      return { name: code ?? `${this.nameOf(id)} ${showShape(shape)}`, code, shape };
    });
  }

  /** operands as a message lists them: name, dtype, shape, aligned */
  describe(operands: readonly NodeId[]): string[] {
    const names = operands.map((id) => this.nameOf(id));
    const width = Math.max(0, ...names.map((name) => name.length));
    return operands.map((id, i) => {
      const { dtype, shape } = this.node(id);
      return `${names[i]!.padEnd(width)}  ${dtype} ${showShape(shape)}`;
    });
  }

  /**
   * The mask that stands for a row symbol: the first that it was given. A symbol stands for the rows of one input or
   * one mask only; a mask that is computed alike is the same one.
   */
  bindFilter(symbol: string, mask: NodeId): Rule<NodeId> {
    const known = this.#rows.get(symbol);
    if (known === undefined) {
      this.#rows.set(symbol, { by: "mask", node: mask });
      return mask;
    }
    if (known.by === "mask" && this.#isSame(known.node, mask)) {
      if (known.node !== mask) {
        this.#equalMasks.set(known.node, [...this.#equalMasks.get(known.node) ?? [], mask]);
      }
      return known.node;
    }
    const of = known.by === "input" ? "the rows of input" : "the rows kept by";
    return refuse(
      "SHP009",
      `cannot filter by ${this.nameOf(mask)} into ${symbol}: ${symbol} stands for ${of} ${
        this.nameOf(known.node)
      }`,
      "filter every column by the same mask, or give the rows that are kept another name",
    );
  }

  /** Whether two nodes are computed alike from the same inputs and params. Inputs come before what is made of them. */
  #isSame(a: NodeId, b: NodeId, compared = new Set<string>()): boolean {
    if (a === b || compared.has(`${a} ${b}`)) return true;
    const x = this.node(a), y = this.node(b);
    const isSame = operationKey(x.operation) === operationKey(y.operation) && x.dtype === y.dtype &&
      x.inputs.length === y.inputs.length && equalShapes(x.shape, y.shape) &&
      x.inputs.every((id, i) => this.#isSame(id, y.inputs[i]!, compared));
    if (isSame) compared.add(`${a} ${b}`);
    return isSame;
  }

  /** the finished graph */
  finish(outputs: readonly { name: string; node: NodeId }[]): Graph {
    const graph = { nodes: this.#nodes, steps: this.#steps, outputs, names: this.#names, codes: this.#codes };
    return this.#equalMasks.size === 0 ? graph : { ...graph, equalMasks: this.#equalMasks };
  }
}
