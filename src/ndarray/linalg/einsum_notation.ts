/**
 * The notation of `einsum`: subscripts read into labels for each axis of each operand.
 *
 * @module
 */
import { ShapeError } from "../../errors.ts";
import { integerOf, integersOf } from "../storage/integer_lists.ts";
import { textOf } from "../storage/option_kinds.ts";
import { refuseArgument } from "../storage/rows.ts";

/** An axis of operands that means one thing: a letter, or an axis of the ellipsis counted from the last. */
export type Label = string;

/** What a contraction is: the labels of every axis. */
export interface Contraction {
  readonly inputs: readonly (readonly Label[])[];
  readonly output: readonly Label[];
  readonly sizes: ReadonlyMap<Label, number>;
}

/** A list of labels as NumPy has them beside each operand: integers, and `"..."` for the axes in between. */
export type LabelList = readonly (number | "...")[];

// in the order of the integers, which is that of the result where none is given
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function termOf(callee: string, labels: unknown): string {
  const list: readonly unknown[] = Array.isArray(labels) ? labels : integersOf(callee, "labels", labels);
  return list.map((each) => {
    if (each === "...") return each;
    const label = integerOf(callee, "a label", each);
    return LETTERS[label] ??
      refuseArgument(`${callee} takes labels from 0 to ${LETTERS.length - 1}, not ${label}`);
  }).join("");
}

/**
 * Operands that each have a list of labels behind them, and (an odd one) those of the result, as subscripts: of
 * `a, [0, 1], b, [1, 2], [0, 2]` it is `"AB,BC->AC"`. Refused: ARR002.
 */
export function subscriptsOfLists(
  callee: string,
  given: readonly unknown[],
): { readonly subscripts: string; readonly operands: readonly unknown[] } {
  const isOdd = given.length % 2 === 1, pairs = isOdd ? given.slice(0, -1) : given;
  const operands = pairs.filter((_, i) => i % 2 === 0);
  const terms = pairs.filter((_, i) => i % 2 === 1).map((labels) => termOf(callee, labels));
  return { operands, subscripts: terms.join(",") + (isOdd ? `->${termOf(callee, given.at(-1))}` : "") };
}

function labelsOf(term: string, rank: number, subscripts: string): Label[] {
  const parts = term.split("...");
  if (parts.length > 2 || !/^[A-Za-z]*$/.test(parts.join(""))) {
    return refuseArgument(`einsum cannot read ${JSON.stringify(term)} in ${JSON.stringify(subscripts)}`);
  }
  const letters = parts.map((part) => [...part]), numNamed = letters.flat().length;
  if (parts.length === 1) {
    if (numNamed !== rank) {
      refuseArgument(`einsum has ${numNamed} labels ${JSON.stringify(term)} for an operand of ${rank} axes`);
    }
    return letters[0]!;
  }
  if (numNamed > rank) {
    refuseArgument(`einsum has ${numNamed} labels ${JSON.stringify(term)} for an operand of ${rank} axes`);
  }
  return [...letters[0]!, ...spread(rank - numNamed), ...letters[1]!];
}

/** labels of so many axes under an ellipsis: "-2", "-1" */
function spread(count: number): Label[] {
  return Array.from({ length: count }, (_, i) => String(i - count));
}

function isLetter(label: Label): boolean {
  return /^[A-Za-z]$/.test(label);
}

/**
 * Reads subscripts such as `"ij,jk->ik"` or `"...ij->...ji"` for operands of these shapes. Without an arrow the
 * result has the ellipsis and then the labels that appear once, in the order of the alphabet. Refused: ARR002,
 * SHP001.
 */
export function readSubscripts(subscripts: string, shapes: readonly (readonly number[])[]): Contraction {
  if (typeof subscripts !== "string") {
    refuseArgument(`einsum takes text as subscripts, not ${textOf(subscripts)}`);
  }
  const [left, right, ...more] = subscripts.replaceAll(" ", "").split("->");
  const terms = left!.split(",");
  if (more.length > 0) refuseArgument(`einsum has more than one arrow: ${JSON.stringify(subscripts)}`);
  if (terms.length !== shapes.length) {
    refuseArgument(
      `einsum has subscripts for ${terms.length} operands, not for ${shapes.length}: ${
        JSON.stringify(subscripts)
      }`,
    );
  }
  const inputs = terms.map((term, i) => labelsOf(term, shapes[i]!.length, subscripts));
  const sizes = sizesOf(inputs, shapes, subscripts);
  const numSpread = Math.max(0, ...inputs.map((labels) => labels.filter((label) => !isLetter(label)).length));
  const output = right === undefined
    ? [...spread(numSpread), ...impliedLetters(inputs)]
    : outputLabels(right, numSpread, subscripts);
  for (const label of output) {
    if (!sizes.has(label)) refuseArgument(`einsum gives label ${label} that no operand has: ${subscripts}`);
  }
  if (new Set(output).size < output.length) {
    refuseArgument(`einsum has a label twice in the result: ${JSON.stringify(subscripts)}`);
  }
  return { inputs, output, sizes };
}

function impliedLetters(inputs: readonly (readonly Label[])[]): Label[] {
  const all = inputs.flat().filter(isLetter);
  return all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
}

function outputLabels(term: string, numSpread: number, subscripts: string): Label[] {
  const parts = term.split("...");
  if (parts.length === 1 && numSpread > 0) {
    refuseArgument(
      `einsum has axes under an ellipsis that the result lacks: ${JSON.stringify(subscripts)}`,
      'write "..." behind the arrow too',
    );
  }
  if (parts.length > 2 || !/^[A-Za-z]*$/.test(parts.join(""))) {
    refuseArgument(`einsum cannot read ${JSON.stringify(term)} in ${JSON.stringify(subscripts)}`);
  }
  return parts.length === 1 ? [...term] : [...parts[0]!, ...spread(numSpread), ...parts[1]!];
}

function sizesOf(
  inputs: readonly (readonly Label[])[],
  shapes: readonly (readonly number[])[],
  subscripts: string,
): Map<Label, number> {
  const sizes = new Map<Label, number>();
  inputs.forEach((labels, i) =>
    labels.forEach((label, axis) => {
      const size = shapes[i]![axis]!, known = sizes.get(label) ?? 1;
      // a diagonal is of axes of one size: between operands 1 broadcasts, within one it does not
      const first = labels.indexOf(label), other = shapes[i]![first]!;
      if (other !== size) {
        throw new ShapeError(
          "SHP001",
          `cannot einsum ${
            JSON.stringify(subscripts)
          }: label ${label} is ${other} and ${size} in operand ${i}`,
          { help: "a label that stands twice at one operand takes its diagonal, of axes of one size" },
        );
      }
      if (known !== 1 && size !== 1 && size !== known) {
        throw new ShapeError(
          "SHP001",
          `cannot einsum ${JSON.stringify(subscripts)}: label ${label} is ${known} vs ${size} (operand ${i})`,
        );
      }
      sizes.set(label, known === 1 ? size : known);
    })
  );
  return sizes;
}
