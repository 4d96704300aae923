/**
 * Evaluates the text of an expression with tensors of a trace: what the tests of both walls compare the types with.
 *
 * @module
 */
import type { DType } from "../../src/dtype/mod.ts";
import { NdpipeError } from "../../src/errors.ts";
import { concat, GraphBuilder, stack, TracedTensor, where } from "../../src/expr/mod.ts";
import { checkShape, isRefusal, type Rule, type Shape } from "../../src/shape/mod.ts";

/** The dtype and shape of an expression over the operands, or the refusal of the rule that refused. */
export function evaluateShapes(
  text: string,
  operands: Readonly<Record<string, readonly [DType, Shape]>>,
): Rule<TracedTensor> {
  const builder = new GraphBuilder();
  const declare = (name: string, dtype: DType, shape: Shape): TracedTensor => {
    return new TracedTensor(builder, builder.addLeaf("input", name, { dtype, shape }));
  };
  const anonymous = (dtype: DType, shape: Shape): TracedTensor => {
    const malformed = checkShape(shape);
    if (malformed !== null) throw malformed;
    return declare("declared", dtype, shape);
  };
  const scope: Record<string, unknown> = { where, concat, stack, input: anonymous, param: anonymous };
  for (const [name, [dtype, shape]] of Object.entries(operands)) scope[name] = declare(name, dtype, shape);
  const run = new Function(...Object.keys(scope), `return ${text};`);
  try {
    return run(...Object.values(scope));
  } catch (thrown) {
    const refusal = thrown instanceof NdpipeError ? thrown.cause : thrown;
    if (isRefusal(refusal)) return refusal;
    throw thrown;
  }
}
