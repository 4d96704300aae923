/**
 * What functions with two results share: their options, the arrays that take the results, and that neither is written
 * before both are known to fit.
 *
 * @module
 */
import {
  type ElementwiseOptions,
  type ListedOperand,
  mayShareMemory,
  NDArray,
  type Operand,
  operandOf,
  viewOf,
  viewOptions,
} from "../array.ts";
import { zeros } from "../creation/creation.ts";
import { isOptions, optionsObject, refuseTwice } from "../storage/arguments.ts";
import { scope } from "../storage/lifetime.ts";
import { refuseArgument } from "../storage/rows.ts";
import { textOf } from "../storage/option_kinds.ts";
import { join } from "./joined.ts";
import { refuseReadOnly } from "./operations.ts";

type Out = NDArray | null | undefined;

/** Options of functions with two results. */
export interface TwoResultsOptions extends Omit<ElementwiseOptions, "out"> {
  /** two arrays, which take the results and are returned; null: a new one */
  readonly out?: readonly [Out, Out] | undefined;
}

/** What stands behind the operands: by position, as in NumPy, the two arrays that take the results; then options. */
export type TwoResultsArguments =
  | readonly [first?: Out, second?: Out, options?: TwoResultsOptions | null]
  | readonly [first: Out, options: TwoResultsOptions | null]
  | readonly [options: TwoResultsOptions | null];

type Part = (operands: readonly Operand[], options: ElementwiseOptions) => NDArray;

/**
 * Both results of operands, each to its out where there is one; what the first is written to, the second is still
 * computed of. `words`: what the results are called. Refused: ARR002, and before anything is written SHP001, DTY004,
 * ARR001.
 */
export function twoResults(
  operation: string,
  { operands, args, words }: {
    readonly operands: readonly ListedOperand[];
    readonly args: readonly unknown[];
    readonly words: readonly [string, string];
  },
  parts: readonly [Part, Part],
): [NDArray, NDArray] {
  const { outs: [first, second], shared } = outsOf(operation, args, words);
  return scope(() => {
    const kept = <T>(x: T): T | NDArray =>
      x instanceof NDArray && first instanceof NDArray && mayShareMemory(x, first) ? x.copy() : x;
    const given = operands.map((operand) => operandOf(kept(operand))), where = kept(shared.where);
    const options = { ...shared, where };
    if (second !== undefined) refuseNoPlace(operation, { operands: given, out: second, options }, parts[1]);
    return [
      parts[0](given, { ...options, out: first }),
      parts[1](given, { ...options, out: second }),
    ];
  });
}

/** the outs, by position or as a list, and the options that both results share */
function outsOf(
  operation: string,
  args: readonly unknown[],
  [first, second]: readonly [string, string],
): { readonly outs: readonly (NDArray | undefined)[]; readonly shared: ElementwiseOptions } {
  const at = args.findIndex(isOptions), count = at < 0 ? args.length : at;
  const outs = args.slice(0, Math.min(count, 2)).map((out) => out ?? undefined);
  const rest = args.slice(outs.length), [behind] = rest;
  const { out: listed, ...shared } =
    (isOptions(behind) ? behind : optionsObject(operation, behind as null)) as
      & Omit<ElementwiseOptions, "out">
      & { readonly out?: unknown };
  if (rest.length > 1) {
    refuseArgument(`${operation} takes nothing behind its options, not ${textOf(rest[1])}`);
  }
  const isPair = Array.isArray(listed) && listed.length === 2;
  const taken = isPair ? listed.map((out: unknown) => out ?? undefined) : outs;
  const stray = taken.find((out) => out !== undefined && !(out instanceof NDArray));
  if (stray !== undefined || (!isPair && listed !== undefined && listed !== null)) {
    refuseArgument(
      `${operation} takes a list of two arrays as out, not ${textOf(isPair ? listed : stray ?? listed)}`,
      `give one for the ${first} and one for the ${second}; null makes a new one`,
    );
  }
  if (isPair && outs.some((out) => out !== undefined)) refuseTwice(operation, "out");
  return {
    outs: taken as readonly (NDArray | undefined)[],
    shared: optionsObject<ElementwiseOptions>(operation, shared),
  };
}

/** Refuses, before the first result is written, an out that does not take the second. Refused: SHP001, DTY004, ARR001. */
function refuseNoPlace(
  operation: string,
  { operands, out, options: { where, ...options } }: {
    readonly operands: readonly Operand[];
    readonly out: NDArray;
    readonly options: ElementwiseOptions;
  },
  second: Part,
): void {
  join(operation, operands.map(viewOf), viewOptions({ ...options, where, out }));
  refuseReadOnly(out.view, operation);
  // dtypes are those of no elements too
  const none = operands.map((each) => each instanceof NDArray ? zeros([0], each.dtype) : each);
  second(none, { ...options, out: zeros([0], out.dtype) });
}
