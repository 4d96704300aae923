/**
 * Sums of products by subscripts. A contraction of two operands is a matrix product.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { type DType, promoteAll, type TypedArray } from "../../dtype/mod.ts";
import { MemoryError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray, type OutOption } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import type { Casting } from "../dtypes/casting.ts";
import { refuseCast } from "../elementwise/operations.ts";
import { viewed } from "../indexing/operands.ts";
import { isInOrder, jointLayout, type Order } from "../movement/ordered_reshape.ts";
import { called } from "../storage/called.ts";
import { computed } from "../storage/computed.ts";
import { placedIn, refuseArgument, withArrays } from "../storage/rows.ts";
import {
  type Contraction,
  type Label,
  type LabelList,
  readSubscripts,
  subscriptsOfLists,
} from "./einsum_notation.ts";
import { contractionPath, keptLabels, type Path, type PathChoice, pathCost } from "./einsum_path.ts";
import { isOptions, optionsOf, type Positional } from "../storage/arguments.ts";
import { describe } from "../storage/strided.ts";
import { textOf } from "../storage/option_kinds.ts";
import { type NamedTuple, unpacked } from "../storage/unpacked.ts";

/** Options of `einsum`. */
export interface EinsumPathOptions {
  /** the order of contraction; default "greedy" */
  readonly optimize?: PathChoice;
}

/** Options of `einsum`. */
export interface EinsumOptions extends EinsumPathOptions, OutOption {
  /** the dtype that is computed in and given */
  readonly dtype?: DType | undefined;
  /** which casts of operands to the dtype, and of it to `out`, are made, others refused (DTY004); default "safe" */
  readonly casting?: Casting | undefined;
  /**
   * the order in memory of what is given, without an `out`: rows, columns, columns where all operands are column-major;
   * default "K", as it is computed
   */
  readonly order?: Order | Lowercase<Order> | undefined;
}

/** The order of a contraction, and what it saves; it unpacks in this order. */
export type EinsumPath = NamedTuple<
  { readonly path: Path; readonly description: string },
  ["path", "description"]
>;

/** What `einsum` is called with, in any of its forms. */
interface Call {
  readonly subscripts: string;
  readonly operands: readonly ArrayLike[];
  readonly options: EinsumOptions;
}

/** Whether a value may be an operand: an array or what makes one, a number too. */
function isOperand(value: unknown): boolean {
  return ["number", "bigint", "boolean"].includes(typeof value) || value instanceof NDArray ||
    ArrayBuffer.isView(value) || Array.isArray(value);
}

/** Splits arguments before what ends operands and labels: options, or what is left out. */
function beforeOptions(
  given: readonly unknown[],
): readonly [before: readonly unknown[], behind: readonly unknown[]] {
  const numBefore = given.findIndex((each) => isOptions(each) || each === undefined || each === null);
  return numBefore < 0 ? [given, []] : [given.slice(0, numBefore), given.slice(numBefore)];
}

/**
 * Text, then operands in a list, or, as NumPy's, one after the other: the first of those is an array or a number, as a
 * list of lists is taken for the operands. Or no text, but a list of labels behind each operand. Options stand behind them.
 */
function callOf(callee: string, subscripts: unknown, given: readonly unknown[]): Call {
  if (typeof subscripts === "string") return { subscripts, ...operandsOf(callee, given) };
  const [listed, behind] = beforeOptions(given);
  if (!isOperand(subscripts) || listed.length === 0) {
    return refuseArgument(
      `${callee} takes text as subscripts, or operands with lists of labels, not ${textOf(subscripts)}`,
    );
  }
  const text = listed.find((each) => typeof each === "string");
  if (text !== undefined) {
    refuseArgument(
      `${callee} takes subscripts that are text, as ${JSON.stringify(text)}, before the operands`,
      `write ${callee}(${JSON.stringify(text)}, [a, b])`,
    );
  }
  const lists = subscriptsOfLists(callee, [subscripts, ...listed]);
  return {
    subscripts: lists.subscripts,
    operands: lists.operands as readonly ArrayLike[],
    options: optionsOf<EinsumOptions>(callee, behind),
  };
}

function operandsOf(callee: string, [first, ...rest]: readonly unknown[]): Omit<Call, "subscripts"> {
  if (Array.isArray(first)) return { operands: first, options: optionsOf<EinsumOptions>(callee, rest) };
  const [others, behind] = beforeOptions(rest);
  if (!isOperand(first)) {
    refuseArgument(`${callee} takes operands in a list, or one after the other, not ${textOf(first)}`);
  }
  return {
    operands: [first, ...others] as readonly ArrayLike[],
    options: optionsOf<EinsumOptions>(callee, behind),
  };
}

/** An operand with a label for each axis, none of them twice. */
interface Labelled {
  readonly array: NDArray;
  readonly labels: readonly Label[];
}

/**
 * Sums of products by subscripts: `"ij,jk->ik"` is the matrix product, `"ii"` the trace, `"...ij->...ji"` the
 * transpose of stacked matrices. The dtype is the operands' common one, and integers wrap in it, as in NumPy.
 * Operands are contracted two at a time, and what lies between them is an array: `einsumPath` tells in which order. Where
 * one does not fit the limit of arrays' memory it is refused before it is made, and the labels that it has are told.
 * Refused: ARR002, SHP001, MEM005.
 *
 * @example
 * ```ts
 * import { arange, einsum } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(6).reshape([2, 3]);
 * deepStrictEqual(einsum("ij->j", [a]).toList(), [3, 5, 7]);
 * deepStrictEqual(einsum("ij,kj->ik", [a, a]).toList(), [[5, 14], [14, 50]]);
 * deepStrictEqual(einsum("ij,kj->ik", a, a).toList(), [[5, 14], [14, 50]]);
 * deepStrictEqual(einsum(a, [0, 1], a, [2, 1], [0, 2]).toList(), [[5, 14], [14, 50]]);
 * ```
 */
export function einsum(
  subscripts: string,
  operands: readonly ArrayLike[],
  ...args: Positional<EinsumOptions>
): NDArray;
/** operands one after the other, as NumPy's, the first of them an array or a number, and options behind them */
export function einsum(
  subscripts: string,
  first: NDArray | TypedArray | ScalarValue,
  ...rest: readonly (ArrayLike | EinsumOptions)[]
): NDArray;
/** as NumPy's without text: behind each operand its labels, integers and "...", and those of the result at the end */
export function einsum(
  first: ArrayLike,
  labels: LabelList,
  ...rest: readonly (ArrayLike | LabelList | EinsumOptions)[]
): NDArray;
export function einsum(notation: unknown, ...given: readonly unknown[]): NDArray {
  const { subscripts, operands, options } = callOf("einsum", notation, given);
  if (operands.length === 0) refuseArgument("einsum takes at least one operand");
  const summed = computed(operands, (...arrays) => {
    const contraction = readSubscripts(subscripts, arrays.map(({ shape }) => shape));
    const { casting = "safe", out } = options, taking = out === undefined ? arrays : [...arrays, out];
    // as NumPy, which computes in the dtype of all arrays, that of `out` among them
    const dtype = options.dtype ?? promoteAll(taking.map((array) => array.dtype));
    const casts: [DType, DType][] = arrays.map((array) => [array.dtype, dtype]);
    if (out !== undefined) casts.push([dtype, out.dtype]);
    for (const [from, to] of casts) {
      const operands = arrays.map(({ view }) => describe(view));
      refuseCast(`einsum does not cast ${from} to ${to}`, [from, to], { casting, operands });
    }
    const order = options.order ?? "K";
    const laidOut = order === "K" ? order : jointLayout(arrays.map(({ view }) => view), order);
    return called("einsum", () => {
      const result = contracted(arrays, { contraction, dtype, optimize: options.optimize });
      return isInOrder(result.view, laidOut) ? result : result.copy({ order: laidOut });
    });
  });
  return placedIn(summed, options.out);
}

/** Contracts pair by pair, in the best order known. Refused: MEM005. */
function contracted(
  arrays: readonly NDArray[],
  { contraction, dtype, optimize = "greedy" }: {
    readonly contraction: Contraction;
    readonly dtype: DType;
    readonly optimize: EinsumOptions["optimize"] | undefined;
  },
): NDArray {
  let terms = arrays.map((array, i) =>
    operandOf(array.dtype === dtype ? array : array.astype(dtype), contraction.inputs[i]!, contraction)
  );
  for (const step of contractionPath(contraction, optimize)) {
    const others = terms.filter((_, i) => !step.includes(i));
    const [first, ...rest] = step.map((i) => terms[i]!);
    const made = rest.reduce((left, right, i) => {
      const later = rest.slice(i + 1);
      return contractPair(left, right, [...later, ...others].map(({ labels }) => labels), contraction);
    }, first!);
    terms = [...others, made];
  }
  return inOrder(terms[0]!, contraction, arrays.length === 1);
}

/**
 * The order in which `einsum` would contract, as positions of operands (each result is put behind those that are
 * left), and how many multiplications it saves, in words. Refused: ARR002, SHP001.
 *
 * @example
 * ```ts
 * import { einsumPath, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const chain = [ones([2, 50]), ones([50, 50]), ones([50, 1])];
 * deepStrictEqual(einsumPath("ij,jk,kl->il", chain, { optimize: "optimal" }).path, [[1, 2], [0, 1]]);
 * ```
 */
export function einsumPath(
  subscripts: string,
  operands: readonly ArrayLike[],
  ...args: Positional<EinsumPathOptions>
): EinsumPath;
/** operands one after the other, as NumPy's, the first of them an array or a number, and options behind them */
export function einsumPath(
  subscripts: string,
  first: NDArray | TypedArray | ScalarValue,
  ...rest: readonly (ArrayLike | EinsumPathOptions)[]
): EinsumPath;
/** behind each operand its labels, and those of the result at the end */
export function einsumPath(
  first: ArrayLike,
  labels: LabelList,
  ...rest: readonly (ArrayLike | LabelList | EinsumPathOptions)[]
): EinsumPath;
export function einsumPath(notation: unknown, ...given: readonly unknown[]): EinsumPath {
  const { subscripts, operands, options } = callOf("einsumPath", notation, given);
  return withArrays(operands, (...arrays) => {
    const contraction = readSubscripts(subscripts, arrays.map(({ shape }) => shape));
    const path = contractionPath(contraction, options.optimize ?? "greedy");
    const naive = [...contraction.sizes.values()].reduce((product, size) => product * size, 1) *
      Math.max(1, arrays.length - 1);
    const numbers = [naive, pathCost(contraction, path)].map(countText);
    const description = `${subscripts}: ${numbers[1]} multiplications in ${path.length} steps, ` +
      `${numbers[0]} in one sum`;
    return unpacked({ path, description }, "path", "description");
  });
}

/** An operand whose labels differ: a diagonal where one is repeated, and no axis of size 1 that is broadcast. */
function operandOf(array: NDArray, labels: readonly Label[], { sizes }: Contraction): Labelled {
  const { view } = array;
  const kept: Label[] = [], shape: number[] = [], strides: number[] = [];
  labels.forEach((label, axis) => {
    const size = view.shape[axis]!, stride = view.strides[axis]!;
    if (size === 1 && sizes.get(label) !== 1) return;
    const at = kept.indexOf(label);
    if (at >= 0) {
      strides[at]! += stride;
      return;
    }
    kept.push(label);
    shape.push(size);
    strides.push(stride);
  });
  return { array: viewed(array, { ...view, shape, strides }), labels: kept };
}

/** The sum over all labels but those that are kept, in the array's own dtype. */
function sumTo({ array, labels }: Labelled, kept: ReadonlySet<Label>): Labelled {
  const axes = labels.flatMap((label, axis) => kept.has(label) ? [] : [axis]);
  if (axes.length === 0) return { array, labels };
  const sum = array.dtype === "bool" ? array.any(axes) : array.sum(axes);
  return {
    array: sum.dtype === array.dtype ? sum : sum.astype(array.dtype),
    labels: labels.filter((label) => kept.has(label)),
  };
}

function contractPair(
  left: Labelled,
  right: Labelled,
  others: readonly (readonly Label[])[],
  { output }: Contraction,
): Labelled {
  const kept = new Set(keptLabels([left.labels, right.labels], others, output));
  const a = sumTo(left, new Set([...kept, ...right.labels]));
  const b = sumTo(right, new Set([...kept, ...left.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => kept.has(label)),
    summed = shared.filter((label) => !kept.has(label));
  const freeOfA = a.labels.filter((label) => !shared.includes(label));
  const freeOfB = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...freeOfA, ...freeOfB];
  if (summed.length === 0) {
    return between(
      [a, b],
      { labels, isLast: others.length === 0 },
      () => aligned(a, labels).mul(aligned(b, labels), { broadcast: "numpy" }),
    );
  }
  const matrixA = grouped(a, [batch, freeOfA, summed]), matrixB = grouped(b, [batch, summed, freeOfB]);
  return between(
    [a, b],
    { labels, isLast: others.length === 0 },
    (shape) => matrixA.matmul(matrixB).reshape(shape),
  );
}

/** The product of two operands, with these labels; a refusal of its memory tells them. */
function between(
  [a, b]: readonly [Labelled, Labelled],
  { labels, isLast }: { readonly labels: readonly Label[]; readonly isLast: boolean },
  product: (shape: readonly number[]) => NDArray,
): Labelled {
  const sizeIn = ({ array, labels }: Labelled, label: Label) => array.shape[labels.indexOf(label)]!;
  const shape = labels.map((label) => sizeIn(a.labels.includes(label) ? a : b, label));
  try {
    return { array: product(shape), labels };
  } catch (error) {
    if (!(error instanceof MemoryError) || error.code !== "MEM005") throw error;
    const all = textOfLabels(labels), rest = error.help === undefined ? "" : `; else ${error.help}`;
    const asked = isLast
      ? `keep fewer labels than ${all} in the result`
      : `what lies between the operands has the labels ${all}: try { optimize: "optimal" } or another path`;
    throw new MemoryError("MEM005", error.message, {
      operands: [a, b].map(({ array, labels }) => `${textOfLabels(labels)} ${describe(array.view)}`),
      notes: error.notes,
      help: `${asked}, or compute it for a part of one label at a time${rest}`,
      cause: error,
    });
  }
}

/** labels as they are written; those of an ellipsis are numbers */
function textOfLabels(labels: readonly Label[]): string {
  const letters = labels.filter((label) => /^[A-Za-z]$/.test(label)).join("");
  return JSON.stringify(letters.length === labels.length ? letters : `...${letters}`);
}

/** The axes in the order of labels, of size 1 where one is missing. */
function aligned({ array, labels }: Labelled, order: readonly Label[]): NDArray {
  const present = order.filter((label) => labels.includes(label));
  const moved = array.transpose(present.map((label) => labels.indexOf(label)));
  const missing = order.flatMap((label, axis) => labels.includes(label) ? [] : [axis]);
  return missing.length === 0 ? moved : moved.expandDims(missing);
}

/** The axes of each group as one axis. */
function grouped({ array, labels }: Labelled, groups: readonly (readonly Label[])[]): NDArray {
  const axes = groups.map((group) => group.map((label) => labels.indexOf(label)));
  const shape = axes.map((group) => group.reduce((size, axis) => size * array.shape[axis]!, 1));
  return array.transpose(axes.flat()).reshape(shape);
}

function inOrder(term: Labelled, { output, sizes }: Contraction, isView: boolean): NDArray {
  const { array, labels } = sumTo(term, new Set(output));
  const moved = aligned({ array, labels }, output);
  // an axis of size 1 that was dropped stands for one of the label's size only where another operand had it
  const shape = output.map((label) => sizes.get(label)!);
  const isWhole = shape.every((size, axis) => moved.shape[axis] === size);
  const whole = isWhole ? moved : moved.broadcastTo(shape);
  return isView ? whole.copy() : whole;
}
