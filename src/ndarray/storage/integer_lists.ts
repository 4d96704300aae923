/**
 * Sizes and axes as functions take them: one number or several, in a list, a typed array or an array.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { textOf } from "./option_kinds.ts";

/** What functions take as a shape. */
export type ShapeArgument = number | readonly number[];

/** Whether a value is one number, and no list of one: a number, a bigint or an array without axes. */
export function isAlone(given: unknown): boolean {
  return typeof given === "number" || typeof given === "bigint" || isArrayOfOne(given);
}

function isArrayOfOne(given: unknown): given is { readonly item: () => unknown } {
  return typeof given === "object" && given !== null && "ndim" in given && given.ndim === 0 &&
    "item" in given && typeof given.item === "function";
}

/** The element of an array without axes; anything else as it is. */
export function elementOf(given: unknown): unknown {
  return isArrayOfOne(given) ? given.item() : given;
}

/** A bigint that a number is, or an array without axes, as that number; anything else as it is. */
function plainNumber(given: unknown): unknown {
  const one = elementOf(given);
  return typeof one === "bigint" && Number.isSafeInteger(Number(one)) ? Number(one) : one;
}

/** Integers as a list, as `numberListOf`. Refused: ARR002, also for a number that is no integer. */
export function integersOf(callee: string, name: string, given: unknown): readonly number[] {
  const list = numberListOf(callee, name, given), other = list.find((each) => !Number.isInteger(each));
  if (other === undefined) return list;
  throw new NdpipeError("ARR002", `${callee} takes integers as ${name}, not ${other}`);
}

/**
 * The numbers as a list; one number is a list of one. What they may be is the caller's to say. Refused: ARR002 for what
 * is neither a number nor a list of them, so that no error of the language is met further in.
 */
export function numberListOf(callee: string, name: string, given: unknown): readonly number[] {
  const one = plainNumber(given);
  if (typeof one === "number") return [one];
  const isListed = typeof given === "object" && given !== null && Symbol.iterator in given &&
    (Array.isArray(given) || ArrayBuffer.isView(given) || "lease" in given) && !isArrayOfOne(given);
  // spread, as a list may have holes, over which `every` and `map` step
  const list = (isListed ? [...given as Iterable<unknown>] : [one]).map(plainNumber);
  const other = list.findIndex((each) => typeof each !== "number");
  if (other < 0) return list as readonly number[];
  throw new NdpipeError(
    "ARR002",
    `${callee} takes integers as ${name}, not ${isListed ? `${textOf(list[other])} in a list` : textOf(one)}`,
  );
}

/** One integer: a number, a bigint or an array without axes. Refused: ARR002, also for a list. */
export function integerOf(callee: string, name: string, given: unknown): number {
  const one = plainNumber(given);
  if (typeof one === "number" && Number.isInteger(one)) return one;
  throw new NdpipeError("ARR002", `${callee} takes an integer as ${name}, not ${textOf(one)}`);
}

/** One number, in whatever holds it: a number, a bigint or an array without axes. Refused: ARR002. */
export function numberOf(callee: string, name: string, given: unknown): number {
  const one = plainNumber(given);
  if (typeof one === "number") return one;
  throw new NdpipeError("ARR002", `${callee} takes a number as ${name}, not ${textOf(one)}`);
}

/** Sizes, each an integer from 0. Refused: ARR002. */
export function sizesOf(callee: string, given: unknown): readonly number[] {
  const sizes = integersOf(callee, "shape", given);
  const other = sizes.find((size) => !Number.isInteger(size) || size < 0);
  if (other === undefined) return sizes;
  throw new NdpipeError(
    "ARR002",
    `${callee} cannot take (${sizes.join(", ")}) as shape, of its ${other}: sizes are integers from 0`,
  );
}

/** Refuses what is no count: ARR002 for a number that is below 0 or no integer. */
export function refuseCounts(callee: string, counts: Int32Array | Float64Array | readonly number[]): void {
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (Number.isInteger(count) && count >= 0) continue;
    throw new NdpipeError("ARR002", `${callee} takes counts from 0, not ${count}`);
  }
}
