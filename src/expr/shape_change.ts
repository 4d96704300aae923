/**
 * What helps are made of: changes of operands, each with the shape that the rule of the refused operation then gives. A
 * call is written out only where each operand's code is known, since a view goes by the name of what it was made of.
 *
 * @module
 */
import {
  checkShape,
  isRefusal,
  isSymbol,
  labelOf,
  type Rule,
  type Shape,
  showShape,
  sizeOf,
} from "../shape/mod.ts";

/** An operand as messages call it. */
export interface NamedShape {
  readonly name: string;
  /** what computes it; null: it is too long to be written again */
  readonly code: string | null;
  readonly shape: Shape;
}

/** What to write, and the shape that it gives. */
export type Change = readonly [text: string, answer: Rule];

/** Whether its first axis is the rows. */
export const hasRows = ({ shape }: { readonly shape: Shape }): boolean =>
  shape.length > 0 && isSymbol(shape[0]!);

/** Whether the result can be computed row by row. */
export function works(answer: Rule): boolean {
  if (isRefusal(answer)) return false;
  const symbols = answer.filter(isSymbol);
  return symbols.length === 0 || (symbols.length === 1 && isSymbol(answer[0]!));
}

/** The texts of the first changes that work. */
export function firstOf(changes: readonly Change[], count: number): string | null {
  const texts = changes.filter(([, answer]) => works(answer)).map(([text]) => text);
  return texts.length === 0 ? null : texts.slice(0, count).join("; ");
}

/** A shape that may be declared: a label that it has twice is left out. */
export function declarable(shape: Shape): Shape {
  const labels = shape.map(labelOf);
  return shape.map((dim, axis) => labels.indexOf(labelOf(dim)) < axis ? sizeOf(dim) : dim);
}

/** The shape, if it may be declared or asked for; else the refusal of that. */
export function declared(shape: Shape): Rule {
  return checkShape(shape) ?? shape;
}

/** What the rule answers for a shape that may be declared. */
export function withDeclared(shape: Shape, rule: (shape: Shape) => Rule): Rule {
  const answer = declared(shape);
  return isRefusal(answer) ? answer : rule(answer);
}

export function needs(operand: NamedShape, shape: Shape): string {
  return `${operand.name} needs shape ${showShape(shape)}`;
}

/** The call, if each operand's code is known; else the words. */
export function callOr(
  words: string,
  operands: readonly NamedShape[],
  call: (codes: readonly string[]) => string,
): string {
  const codes = operands.flatMap(({ code }) => code === null ? [] : [code]);
  return codes.length < operands.length ? words : call(codes);
}
