/**
 * Comparisons of integers with a plain integer that their dtype does not hold, as NumPy 2 answers them: by the
 * number's side of the range, without an overflow.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { NodeId } from "../../expr/graph.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../../expr/primitives.ts";
import { broadcastView, type Strided } from "../storage/strided.ts";
import type { Joined, OperandView } from "./joined.ts";

/** whether `element op number` holds for every element, where the number is beyond the range */
const HOLDS: Partial<Record<ElementwiseOp, { readonly above: boolean; readonly below: boolean }>> = {
  eq: { above: false, below: false },
  ne: { above: true, below: true },
  lt: { above: true, below: false },
  le: { above: true, below: false },
  gt: { above: false, below: true },
  ge: { above: false, below: true },
};

/**
 * The node that is true (or false) everywhere, where integers are compared with an integer out of their range; null
 * where they are not, and the plain comparison is right.
 */
export function exactComparison(
  { expression, builder, shape }: Joined,
  op: ElementwiseOp,
  operands: readonly OperandView[],
): NodeId | null {
  const row = HOLDS[op];
  if (row === undefined || ELEMENTWISE[op].rule !== "compare") return null;
  const at = operands.findIndex((operand) => typeof operand === "number" || typeof operand === "bigint");
  const array = operands[1 - at];
  if (at < 0 || typeof array !== "object") return null;
  const number = operands[at] as number | bigint, { range } = DTYPE[(array as Strided).dtype];
  if (range === null || (typeof number === "number" && !Number.isInteger(number))) return null;
  const isAbove = number > range[1], isBelow = number < range[0];
  if (!isAbove && !isBelow) return null;
  // `number op element` is the mirrored comparison: the number is as if on the other side
  const holds = op === "eq" || op === "ne" || at === 1
    ? isAbove ? row.above : row.below
    : isAbove
    ? row.below
    : row.above;
  // an integer equals itself
  const element = expression.read(broadcastView(array, shape));
  return builder.elementwise(holds ? "eq" : "ne", [element, element]);
}
