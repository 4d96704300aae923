/**
 * What was probably meant by an operation of which neither operand has the shape of the result, told where that
 * result does not fit the memory: the advice of a pipeline, which refuses such growth whatever its size.
 *
 * @module
 */
import { growthDetails } from "../../expr/growth.ts";
import { broadcastShapes, isRefusal } from "../../shape/mod.ts";
import type { Strided } from "../storage/strided.ts";

type Described = Pick<Strided, "dtype" | "shape">;

/** The first advice for operands that were probably not to grow; the others say how to make what does not fit. */
const MEANT = /^(?:for one weight a|to match element by element)/;

/** What was probably meant; null: the operands do not grow, or nothing is known of it. */
export function growthHelp(
  operation: string,
  operands: readonly Described[],
  result: Described,
): string | null {
  const [a, b, ...more] = operands;
  if (a === undefined || b === undefined || more.length > 0) return null;
  const joined = broadcastShapes(a.shape, b.shape);
  if (!isRefusal(joined) || joined.code !== "SHP003") return null;
  const { help } = growthDetails(joined, {
    method: operation,
    dtype: result.dtype,
    operands: [{ name: "a", shape: a.shape }, { name: "b", shape: b.shape }],
  });
  const [first] = (help ?? "").split("; ");
  return MEANT.test(first!) ? first! : null;
}
