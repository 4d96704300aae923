/**
 * A refused growth (SHP003) told by the operands' names: what the author may have meant, and how large the array
 * would have been.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { DTYPE, type DType } from "../dtype/mod.ts";
import type { ErrorDetails } from "../errors.ts";
import { ELEMENTWISE, isElementwiseOp } from "./primitives.ts";
import {
  broadcastTo,
  isRefusal,
  isSymbol,
  type Refusal,
  type Shape,
  showLiteral,
  showShape,
  sizeOf,
  symbolsOf,
} from "../shape/mod.ts";

/** Rows of the chunk that the note speaks of: the default size of a record batch that is written. */
const NOTE_ROWS = 65_536;

/** One of the two operands. */
export interface GrowthOperand {
  readonly name: string;
  /** what computes it; absent: its name does */
  readonly code?: string;
  readonly shape: Shape;
}

/** The shape that NumPy would have made of shapes that broadcast. */
function grownShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const padded = [a, b].map((shape): Shape => [...Array<number>(rank - shape.length).fill(1), ...shape]);
  const target = padded[0]!.map((dim, axis) => sizeOf(dim) === 1 ? padded[1]![axis]! : dim);
  const labelled = broadcastTo(b, target);
  return isRefusal(labelled) ? target : labelled;
}

function bytesNote(dtype: DType, shape: Shape): string {
  const bytes = shape.reduce<number>(
    (total, dim) => total * (isSymbol(dim) ? NOTE_ROWS : Number(sizeOf(dim))),
    DTYPE[dtype].itemsize,
  );
  const per = symbolsOf(shape).length === 0 ? "" : " per chunk of 65,536 rows";
  return `result ${dtype} ${showShape(shape)}: ${bytesText(bytes)}${per}`;
}

/** Methods of two operands: `x.sub(y)`. Others cannot be written behind `.broadcastTo([...])`. */
const isOfTwo = (method: string): boolean => isElementwiseOp(method) && ELEMENTWISE[method].arity === 2;

/** The rule's hint with the operands' names in it. */
function namedHint(hint: string, method: string, operands: readonly [GrowthOperand, GrowthOperand]): string {
  const [a, b] = operands;
  const [column, other] = a.shape.length > 0 && sizeOf(a.shape.at(-1)!) === 1 ? [a, b] : [b, a];
  const literal = showLiteral(grownShape(a.shape, b.shape));
  const code = other.code ?? other.name;
  // the name may stand for a tensor from before the new axis, so the operand's shape is told with it
  const named = `${column.name} ${showShape(column.shape)}`;
  const every = method === "mul"
    ? `for the outer product, write .outer(${code}) on ${column.name} without the axis of size 1`
    : isOfTwo(method)
    ? `for every pair, write .broadcastTo(${literal}).${method}(${code}) on ${named}`
    : `for every pair, use .broadcastTo(${literal}) on ${named}`;
  if (hint.startsWith("for the outer product")) return every;
  const weight = /^for one weight a (\S+), use shape \((\S+)\)/.exec(hint);
  if (weight !== null) {
    const [, feature, dim] = weight;
    return `for one weight a ${feature}, ${code === "..." ? other.name : code} needs shape (${dim}) ` +
      `and ${column.name} no axis of size 1; ${every}`;
  }
  return hint
    .replace(`use .squeeze(-1) on ${showShape(column.shape)}`, `use .squeeze(-1) on ${named}`)
    .replace(/use \.broadcastTo\((.*)\)$/, `use .broadcastTo($1) on ${named}`);
}

/**
 * What an error about growth says beside its sentence.
 *
 * @param method the method that was called; `dtype` the dtype that its result would have had
 */
export function growthDetails(
  refusal: Refusal,
  { method, dtype, operands }: {
    readonly method: string;
    readonly dtype: DType;
    readonly operands: readonly [GrowthOperand, GrowthOperand];
  },
): ErrorDetails {
  const shape = grownShape(operands[0].shape, operands[1].shape);
  return {
    notes: [bytesNote(dtype, shape)],
    help: refusal.hint === null ? null : namedHint(refusal.hint, method, operands),
    growth: { dtype, shape },
  };
}
