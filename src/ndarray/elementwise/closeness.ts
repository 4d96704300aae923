/**
 * Whether numbers are near each other, in the dtypes in which NumPy compares them: plain numbers are weak, arrays are
 * not, and the distance and its bound each have a dtype of their own.
 *
 * @module
 */
import { type DType, isFloat, promoteTypes } from "../../dtype/mod.ts";
import type { Tolerance } from "../../expr/composed.ts";
import type { NodeId, ScalarValue } from "../../expr/graph.ts";
import type { GraphBuilder } from "../../expr/graph_builder.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import { type ListedOperand, NDArray, operandOf, viewOf } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { given } from "../storage/rows.ts";
import { fromList } from "../storage/values.ts";
import { isView, join, node, type OperandView } from "./joined.ts";
import { finish } from "./operations.ts";

export type { Tolerance } from "../../expr/composed.ts";

/** How near numbers must be: `rtol` and `atol` for all, or for each. */
export interface Tolerances extends Omit<Tolerance, "rtol" | "atol"> {
  /** times the magnitude of the second; default 1e-5. Arrays broadcast */
  readonly rtol?: ListedOperand | undefined;
  /** added to that; default 1e-8. Arrays broadcast */
  readonly atol?: ListedOperand | undefined;
}

/**
 * Whether |a - b| <= atol + rtol |b|, element by element; infinities are near themselves. The distance is computed in the
 * common dtype of a and b, integers as f64; the bound in that of b and the tolerances. Plain numbers take the dtype of
 * the array that they meet. Refused: SHP001.
 * By position, as in NumPy: `rtol`, `atol`, `equalNan`; then options.
 *
 * @example
 * ```ts
 * import { isclose } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(isclose([1, 2], [1 + 1e-9, 2.1]).toList(), [true, false]);
 * ```
 */
export function isclose(
  a: ListedOperand,
  b: ListedOperand,
  ...args: Positional<Tolerances, ["rtol", "atol", "equalNan"]>
): NDArray {
  const names = ["rtol", "atol", "equalNan"] as const;
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = optionsOf<Tolerances>("isclose", args, names);
  return scope(() => {
    const views = [a, b, rtol, atol].map((operand) => viewOf(operandOf(operand)));
    if (views.some(isView)) return closeViews(views, equalNan);
    const first = new NDArray(fromList(Number(views[0])));
    return closeViews([first.view, ...views.slice(1)], equalNan);
  });
}

function closeViews(operands: readonly OperandView[], equalNan: boolean): NDArray {
  const joined = join("isclose", operands, {}), b = joined.builder;
  const [x, second, rtol, atol] = operands.map((each): Term =>
    isView(each) ? { id: node(joined, each, each.dtype) } : Number(each as ScalarValue)
  ) as [Term, Term, Term, Term];
  // the second is a float
  const y = typeof second === "number" ? second : { id: floatOf(b, second.id) };
  const distance = magnitude(b, met(b, "sub", [x, y]));
  const bound = met(b, "add", [atol, met(b, "mul", [rtol, magnitude(b, y)])]);
  const isNear = nodeOf(b, met(b, "le", [distance, bound]), "bool");
  const isFinite = typeof y === "number"
    ? b.constant(Number.isFinite(y), "bool")
    : b.elementwise("isFinite", [y.id]);
  const isSame = nodeOf(b, met(b, "eq", [x, y]), "bool");
  let root = b.elementwise("logicalOr", [b.elementwise("logicalAnd", [isNear, isFinite]), isSame]);
  if (equalNan) {
    const [isX, isY] = [x, y].map((each) => b.elementwise("isNan", [floatOf(b, nodeOf(b, each, "f64"))]));
    root = b.elementwise("logicalOr", [root, b.elementwise("logicalAnd", [isX!, isY!])]);
  }
  return new NDArray(finish("isclose", joined, { root }));
}

/** A plain number, which takes the dtype of what it meets, or what is computed. */
type Term = number | { readonly id: NodeId };

/** what two plain numbers give, as what is computed of them stays plain */
const OF_NUMBERS = {
  sub: (x: number, y: number) => x - y,
  add: (x: number, y: number) => x + y,
  mul: (x: number, y: number) => x * y,
  le: (x: number, y: number) => Number(x <= y),
  eq: (x: number, y: number) => Number(x === y),
} as const satisfies Partial<Record<ElementwiseOp, (x: number, y: number) => number>>;

/** Two terms in their common floating point. */
function met(b: GraphBuilder, op: keyof typeof OF_NUMBERS, [x, y]: readonly [Term, Term]): Term {
  if (typeof x === "number" && typeof y === "number") return OF_NUMBERS[op](x, y);
  const dtypes = [x, y].flatMap((each) => typeof each === "number" ? [] : [b.node(each.id).dtype]);
  const dtype = floatDType(dtypes.reduce(promoteTypes));
  const ids = [x, y].map((each) =>
    typeof each === "number" ? nodeOf(b, each, dtype) : b.cast(each.id, dtype)
  );
  return { id: b.elementwise(op, ids) };
}

function magnitude(b: GraphBuilder, x: Term): Term {
  return typeof x === "number" ? Math.abs(x) : { id: b.elementwise("abs", [x.id]) };
}

/** The node of a term; a plain number is a constant, infinite where the dtype does not hold it. */
function nodeOf(b: GraphBuilder, x: Term, dtype: DType): NodeId {
  if (typeof x !== "number") return x.id;
  return b.constant(dtype === "f32" ? Math.fround(x) : dtype === "bool" ? x !== 0 : x, dtype);
}

const floatDType = (dtype: DType): DType => isFloat(dtype) ? dtype : "f64";

function floatOf(b: GraphBuilder, id: NodeId): NodeId {
  return b.cast(id, floatDType(b.node(id).dtype));
}

/**
 * Whether all elements are near each other, as `isclose` says. Refused: SHP001.
 * By position, as in NumPy: `rtol`, `atol`, `equalNan`; then options.
 *
 * @example
 * ```ts
 * import { allclose } from "ndpipe/ndarray";
 * import { ok } from "node:assert/strict";
 * ok(allclose([1, 2], [1 + 1e-9, 2]));
 * ```
 */
export function allclose(
  a: ArrayLike,
  b: ArrayLike,
  ...args: Positional<Tolerances, ["rtol", "atol", "equalNan"]>
): boolean {
  return scope(() => isclose(given(a), given(b), ...args).all().item() === true);
}
