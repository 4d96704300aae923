/**
 * NumPy's refusal of integers to negative integer powers, whose values are fractions.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { evaluate, Expression } from "../evaluate/evaluate.ts";
import { commonShape } from "../storage/layout.ts";
import { broadcastView, describe, firstElement, type Strided } from "../storage/strided.ts";
import type { OperandView } from "./joined.ts";

/** Refuses ARR002, a negative exponent among integers; exponents that `where` leaves out may be negative. */
export function refuseNegativePowers(
  [base, exponent]: readonly OperandView[],
  compute: DType,
  where: Strided | boolean = true,
): void {
  if (DTYPE[compute].kind !== "i" || exponent === undefined || typeof exponent === "boolean") return;
  const isEmpty = [base, exponent, where].some((each) => typeof each === "object" && each.shape.includes(0));
  if (where === false || isEmpty) return;
  const isNegative = typeof exponent === "object" ? hasNegative(exponent, where) : exponent < 0;
  if (!isNegative) return;
  throw new NdpipeError("ARR002", "integers to negative integer powers are not integers", {
    operands: [base, exponent].map((each) => typeof each === "object" ? describe(each) : String(each)),
    help: 'compute in floating point: .astype("f64").pow(exponent)',
  });
}

function hasNegative(exponent: Strided, where: Strided | true): boolean {
  if (DTYPE[exponent.dtype].kind !== "i") return false;
  const expression = new Expression(), { builder } = expression;
  const shape = commonShape(where === true ? [exponent.shape] : [exponent.shape, where.shape]) as number[];
  const zero = builder.constant(0, exponent.dtype);
  let test = builder.elementwise("lt", [expression.read(broadcastView(exponent, shape)), zero]);
  if (where !== true) {
    test = builder.elementwise("logicalAnd", [test, expression.read(broadcastView(where, shape))]);
  }
  const axes = [...shape.keys()];
  const root = axes.length === 0 ? test : builder.reduce("any", test, { axes, keepdims: false });
  const result = evaluate(expression, root, { operation: "pow", operands: [exponent] });
  const isAny = firstElement(result) !== 0;
  result.storage.freeUnheld();
  return isAny;
}
