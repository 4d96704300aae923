/**
 * The tensors that a transform is run with: each method adds a step to the graph. This is the run time of the
 * types in `tensor_types.ts`, and it answers in the same words.
 *
 * @module
 */
import { type DType, isDType, isFloat, promoteTypes } from "../dtype/mod.ts";
import {
  asShape,
  type AxisName,
  broadcastTo,
  filterShape,
  matmulShape,
  outerShape,
  refuse,
  reshapeShape,
  resolveAxes,
  resolveAxis,
  resolveNewAxis,
  type Shape,
  sliceShape,
  squeeze,
  takeShape,
  transposeShape,
} from "../shape/mod.ts";
import {
  checkAxes,
  checkAxisList,
  checkCount,
  checkDecimals,
  checkExponent,
  checkIndices,
  checkNewAxis,
  checkNumbers,
  checkOptions,
  checkReduced,
  checkSlices,
  checkSqueezed,
  checkSymbol,
} from "./arguments.ts";
import * as composed from "./composed.ts";
import * as decompose from "./decompose.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { dtypeHelp, elementwiseRule } from "./operand_dtypes.ts";
import { callCode, joinOperands, operandOf, showArgument, showList, TensorBase } from "./operands.ts";
import { ELEMENTWISE, type ElementwiseOp, isElementwiseOp, type ReduceOp } from "./primitives.ts";
import type { Tensor } from "./tensor_types.ts";

interface ReduceOptions {
  readonly keepdims?: boolean;
  readonly correction?: number;
}
type Axes = AxisName | readonly AxisName[];
/** What a product of bools is taken for; i8 would wrap beyond 127. */
const COUNTS = "cast it first: .astype('i64') counts; .astype('f32') too, exactly up to 16,777,216";
/** The options of a reduction. */
const KEPT = ["keepdims"], SPREAD = ["keepdims", "correction"];
type Build = (b: GraphBuilder, x: NodeId) => NodeId;

/** A tensor in a transform; see `Tensor` for what each method does. The elementwise methods are added below. */
export class TracedTensor extends TensorBase {
  constructor(builder: GraphBuilder, id: NodeId) {
    super(builder, id);
    // `x.sum = ...` would change this tensor's methods, and no other's
    Object.freeze(this);
  }

  /** One call as one step of the graph. */
  call(method: string, args: readonly unknown[], build: Build, displayName?: string): TracedTensor {
    const text = `${this.name}.${method}(${showList(args.filter((arg) => arg !== undefined))})`;
    const code = callCode(this, method, args);
    const call = displayName === undefined ? { text, code } : { text, code, displayName };
    return new TracedTensor(
      this.builder,
      this.builder.step(method, call, () => build(this.builder, this.id)),
    );
  }

  /** A call that moves elements: the result goes by the operand's name. */
  #move(method: string, args: readonly unknown[], build: Build): TracedTensor {
    return this.call(method, args, build, this.name);
  }

  /** A reduction over one axis or several. */
  #reduce(
    method: string,
    args: readonly [axes: Axes, options: ReduceOptions | undefined],
    build: (b: GraphBuilder, x: NodeId, reduction: decompose.Reduction) => NodeId,
  ): TracedTensor {
    const [axes, options] = args;
    return this.call(method, args, (b, x) => {
      checkReduced(b, method, { of: this, axes });
      checkOptions(b, method, { options, known: method === "var" || method === "std" ? SPREAD : KEPT });
      const resolved = b.accept(resolveAxes(this.shape, axes), [x]);
      return build(b, x, { axes: resolved, keepdims: options?.keepdims ?? false });
    });
  }

  /** A reduction that is one node, after a cast where the operation is one of bools. */
  #reduceNode(op: ReduceOp, axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduce(op, [axes, options], (b, x, reduction) => {
      const operand = op === "any" || op === "all" ? b.cast(x, "bool") : x;
      return b.reduce(op, operand, reduction);
    });
  }

  #spread(method: "var" | "std", axes: Axes, options?: ReduceOptions): TracedTensor {
    const correction = options?.correction ?? 0;
    return this.#reduce(method, [axes, options], (b, x, reduction) => {
      if (!Number.isFinite(correction)) {
        b.refuseArgument(`${method} takes a number as correction`, "give 0 or 1");
      }
      return decompose.spread(b, x, { ...reduction, correction, root: method === "std" });
    });
  }

  clip(lo: unknown, hi: unknown): TracedTensor {
    return this.call("clip", [lo, hi], (b) => {
      if ((lo ?? null) === null || (hi ?? null) === null) {
        b.refuseArgument("clip takes two bounds", "for one bound, write .maximum(lo) or .minimum(hi)");
      }
      const [x, low, high] = joinOperands(b, "clip", [this, lo, hi]) as [NodeId, NodeId, NodeId];
      return b.elementwise("minimum", [b.elementwise("maximum", [x, low]), high]);
    });
  }

  fillNan(value: number): TracedTensor {
    return this.call("fillNan", [value], (b, x) => {
      if (typeof value !== "number") b.refuseArgument("fillNan takes a number", "write .fillNan(0)");
      b.checkFinite([value], { dtype: this.dtype, operands: [x] });
      return decompose.fillNan(b, x, value);
    });
  }

  /** A function of several primitives, of operands in the dtype that `computeOf` makes of their common one. */
  #composed(
    method: string,
    others: readonly unknown[],
    { computeOf, build }: {
      readonly computeOf: (dtypes: readonly DType[]) => DType;
      readonly build: (b: GraphBuilder, ids: readonly NodeId[]) => NodeId;
    },
  ): TracedTensor {
    return this.call(method, others, (b) => {
      const ids = joinOperands(b, method, [this, ...others], computeOf);
      const compute = computeOf(ids.map((id) => b.node(id).dtype));
      return build(b, ids.map((id) => b.cast(id, compute)));
    });
  }

  logaddexp(other: unknown): TracedTensor {
    const build = (b: GraphBuilder, [x, y]: readonly NodeId[]) => composed.logAddExp(b, "e", [x!, y!]);
    return this.#composed("logaddexp", [other], { computeOf: composed.realOf, build });
  }
  logaddexp2(other: unknown): TracedTensor {
    const build = (b: GraphBuilder, [x, y]: readonly NodeId[]) => composed.logAddExp(b, "2", [x!, y!]);
    return this.#composed("logaddexp2", [other], { computeOf: composed.realOf, build });
  }
  sinc(): TracedTensor {
    const build = (b: GraphBuilder, [x]: readonly NodeId[]) => composed.sinc(b, x!);
    return this.#composed("sinc", [], { computeOf: composed.besideRealOf, build });
  }
  isclose(other: unknown, tolerance?: composed.Tolerance): TracedTensor {
    const { rtol = 1e-5, atol = 1e-8, equalNan = false } = tolerance ?? {};
    const build = (b: GraphBuilder, [x, y]: readonly NodeId[]) => {
      checkOptions(b, "isclose", { options: tolerance, known: ["rtol", "atol", "equalNan"] });
      const { dtype } = b.node(x!);
      checkNumbers(b, "isclose", { options: { rtol, atol }, operand: x! });
      const bounds = { rtol: b.constant(rtol, dtype), atol: b.constant(atol, dtype), equalNan };
      return composed.isClose(b, [x!, y!], bounds);
    };
    return this.#composed("isclose", [other], { computeOf: composed.besideRealOf, build });
  }
  nanToNum(replacements?: composed.NanReplacements): TracedTensor {
    return this.call("nanToNum", [replacements], (b, x) => {
      checkOptions(b, "nanToNum", { options: replacements, known: ["nan", "posinf", "neginf"] });
      const { nan, posinf, neginf } = replacements ?? {};
      // null is NumPy's None
      const options = { nan: nan ?? undefined, posinf: posinf ?? undefined, neginf: neginf ?? undefined };
      checkNumbers(b, "nanToNum", { options, operand: x });
      return composed.nanToNum(b, x, replacements ?? {});
    });
  }
  round(decimals?: number): TracedTensor {
    return this.call("round", [decimals], (b, x) => {
      checkDecimals(b, decimals, this.dtype);
      return composed.round(b, x, decimals ?? 0);
    });
  }
  bitwiseCount(): TracedTensor {
    return this.call("bitwiseCount", [], (b, x) => {
      if (!isFloat(this.dtype)) return composed.bitwiseCount(b, x);
      const sentence = `bitwiseCount is not defined for ${this.dtype}`;
      return b.refuse(refuse("DTY001", sentence, "cast it first: .astype('i64')"), [x]);
    });
  }

  astype(dtype: DType): TracedTensor {
    return this.call("astype", [dtype], (b, x) => {
      if (isDType(dtype)) return b.cast(x, dtype);
      return b.refuse(refuse("DTY001", `${showArgument(dtype)} is no dtype`, dtypeHelp(dtype)), [x]);
    });
  }

  sum(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduce("sum", [axes, options], (b, x, r) => decompose.accumulate(b, "sum", x, r));
  }
  prod(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduce("prod", [axes, options], (b, x, r) => decompose.accumulate(b, "prod", x, r));
  }
  mean(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduce("mean", [axes, options], decompose.mean);
  }
  var(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#spread("var", axes, options);
  }
  std(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#spread("std", axes, options);
  }
  min(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduceNode("min", axes, options);
  }
  max(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduceNode("max", axes, options);
  }
  argmin(axis: AxisName, options?: ReduceOptions): TracedTensor {
    return this.#reduceNode("argmin", axis, options);
  }
  argmax(axis: AxisName, options?: ReduceOptions): TracedTensor {
    return this.#reduceNode("argmax", axis, options);
  }
  any(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduceNode("any", axes, options);
  }
  all(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduceNode("all", axes, options);
  }
  countNonzero(axes: Axes, options?: ReduceOptions): TracedTensor {
    return this.#reduce("countNonzero", [axes, options], decompose.countNonzero);
  }
  norm(axis: AxisName, options?: ReduceOptions): TracedTensor {
    return this.#reduce("norm", [axis, options], decompose.norm);
  }
  softmax(axis: AxisName): TracedTensor {
    return this.call("softmax", [axis], (b, x) => {
      checkReduced(b, "softmax", { of: this, axes: axis });
      return decompose.softmax(b, x, b.accept(resolveAxis(this.shape, axis), [x]));
    });
  }
  logSumExp(axis: AxisName, options?: ReduceOptions): TracedTensor {
    return this.#reduce("logSumExp", [axis, options], decompose.logSumExp);
  }

  matmul(other: unknown): TracedTensor {
    return this.#product("matmul", other);
  }
  dot(other: unknown): TracedTensor {
    return this.#product("dot", other);
  }
  #product(method: "matmul" | "dot", other: unknown): TracedTensor {
    return this.call(method, [other], (b, x) => {
      const y = operandOf(b, method, other);
      const dtype = promoteTypes(this.dtype, b.node(y).dtype);
      b.accept(matmulShape(this.shape, b.node(y).shape), [x, y]);
      if (dtype !== "bool") return decompose.matmul(b, [x, y], dtype);
      return b.refuse(refuse("DTY001", `${method} is not defined for bool`, COUNTS), [x, y]);
    });
  }
  outer(vector: unknown): TracedTensor {
    return this.call("outer", [vector], (b, x) => {
      const y = operandOf(b, "outer", vector);
      const shape = b.accept(outerShape(this.shape, b.node(y).shape), [x, y]);
      const column = b.expandDims(x, this.shape.length);
      return b.elementwise("mul", [b.broadcastTo(column, shape), b.broadcastTo(y, shape)]);
    });
  }

  expandDims(axis: number): TracedTensor {
    return this.#move("expandDims", [axis], (b, x) => {
      checkNewAxis(b, axis, { method: "expandDims", example: ".expandDims(-1)" });
      return b.expandDims(x, b.accept(resolveNewAxis(this.shape, axis), [x]));
    });
  }
  squeeze(axis: AxisName): TracedTensor {
    return this.#move("squeeze", [axis], (b, x) => {
      checkSqueezed(b, axis, this);
      b.accept(squeeze(this.shape, axis), [x]);
      return b.squeeze(x, b.accept(resolveAxis(this.shape, axis), [x]));
    });
  }
  reshape(to: Shape): TracedTensor {
    return this.#move("reshape", [to], (b, x) => {
      checkAxisList(b, "reshape", to, this);
      return b.reshape(x, b.accept(reshapeShape(this.shape, to), [x]));
    });
  }
  as(to: Shape): TracedTensor {
    return this.#move("as", [to], (b, x) => {
      checkAxisList(b, "as", to, this);
      return b.reshape(x, b.accept(asShape(this.shape, to), [x], to));
    });
  }
  broadcastTo(to: Shape): TracedTensor {
    return this.#move("broadcastTo", [to], (b, x) => {
      checkAxisList(b, "broadcastTo", to, this);
      return b.broadcastTo(x, b.accept(broadcastTo(this.shape, to), [x], to));
    });
  }
  broadcastLike(other: unknown): TracedTensor {
    return this.#move("broadcastLike", [other], (b, x) => {
      const y = operandOf(b, "broadcastLike", other);
      return b.broadcastTo(x, b.accept(broadcastTo(this.shape, b.node(y).shape), [x, y]));
    });
  }
  transpose(order?: readonly AxisName[]): TracedTensor {
    return this.#move("transpose", [order], (b, x) => {
      if (order !== undefined) checkAxisList(b, "transpose", order, this);
      const { shape, axes } = b.accept(transposeShape(this.shape, order), [x]);
      return b.add({ kind: "transpose", axes }, [x], { dtype: this.dtype, shape });
    });
  }
  slice(text: string): TracedTensor {
    return this.#move("slice", [text], (b, x) => {
      checkSlices(b, [text], this);
      const { shape, slices } = b.accept(sliceShape(this.shape, text), [x]);
      return b.add({ kind: "slice", slices }, [x], { dtype: this.dtype, shape });
    });
  }
  take(list: readonly number[], along: AxisName): TracedTensor {
    return this.call("take", [list, along], (b, x) => {
      checkIndices(b, list, { from: this, axis: along });
      checkAxes(b, "take", { axes: along, example: `.take(${showArgument(list)}, 1)` });
      const { shape, axis, indices } = b.accept(takeShape(this.shape, along, list), [x]);
      return b.add({ kind: "take", axis, indices }, [x], { dtype: this.dtype, shape });
    });
  }
  filter(by: unknown, symbol: string): TracedTensor {
    return this.call("filter", [by, symbol], (b, x) => {
      checkSymbol(b, symbol);
      const given = operandOf(b, "filter", by), type = b.node(given);
      const shape = b.accept(filterShape(this.shape, type.dtype, type.shape, symbol), [x, given]);
      const mask = b.accept(b.bindFilter(symbol, given), [x, given]);
      return b.add({ kind: "filter" }, [x, mask], { dtype: this.dtype, shape });
    });
  }
}

/** `round` is a method of its own, for its decimals. */
const isPlainOp = (op: string): op is ElementwiseOp => isElementwiseOp(op) && op !== "round";

type ElementwiseMethods = { [Op in ElementwiseOp]: (other?: unknown) => TracedTensor };
for (const op of Object.keys(ELEMENTWISE).filter(isPlainOp)) {
  Object.defineProperty(TracedTensor.prototype, op, {
    value(this: TracedTensor, ...args: unknown[]): TracedTensor {
      const most = ELEMENTWISE[op].arity - 1, others = args.slice(0, most);
      return this.call(op, others, (b, x) => {
        checkCount(b, op, { given: args, most });
        if (ELEMENTWISE[op].arity === 2 && others.length === 0) {
          b.refuseArgument(`${op} takes a tensor or a number`, `write .${op}(...)`);
        }
        if (op === "pow") checkExponent(b, { x, exponent: others[0] });
        const known = [x, ...others.flatMap((other) => other instanceof TracedTensor ? [other.id] : [])];
        const compute = (dtypes: readonly DType[]) => b.accept(elementwiseRule(op, dtypes), known).compute;
        return b.elementwise(op, joinOperands(b, op, [this, ...others], compute));
      });
    },
  });
}

/**
 * What is given beyond a method's parameters is refused, where JavaScript passes it over. A function's `length` leaves
 * out parameters with a default and what follows them, so that no method declares one: it is optional, `?`.
 */
for (const method of Object.getOwnPropertyNames(TracedTensor.prototype)) {
  if (method === "constructor" || method === "call" || isPlainOp(method)) continue;
  const plain: unknown = Object.getOwnPropertyDescriptor(TracedTensor.prototype, method)?.value;
  if (typeof plain !== "function") continue;
  Object.defineProperty(TracedTensor.prototype, method, {
    value(this: TracedTensor, ...args: unknown[]): unknown {
      checkCount(this.builder, method, { given: args, most: plain.length, of: this });
      return plain.apply(this, args);
    },
  });
}

/** Fails to compile where `Tensor` has a method that `TracedTensor` has not. */
type Missing = Exclude<keyof Tensor, keyof TracedTensor | keyof ElementwiseMethods>;
const NONE_MISSING: [Missing] extends [never] ? true : Missing = true;
void NONE_MISSING;

/** The tensor as authors see it: that its methods answer as its types say is what the tests of both walls prove. */
export function asTensor(traced: TracedTensor): Tensor {
  return traced as unknown as Tensor;
}
