/**
 * Sizes and axes as functions take them: one number or several, in a list, a typed array or an array.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { textOf } from "./option_kinds.ts";

/** What functions take as a shape. */
export type ShapeArgument = number | readonly number[];

/**
 * The numbers as a list; one number is a list of one. What they may be is the caller's to say. Refused: ARR002 for what
 * is neither a number nor a list of them, so that no error of the language is met further in.
 */
export function integersOf(callee: string, name: string, given: unknown): readonly number[] {
  if (typeof given === "number") return [given];
  const isSafe = (each: unknown): each is bigint =>
    typeof each === "bigint" && Number.isSafeInteger(Number(each));
  const isObject = typeof given === "object" && given !== null;
  // an array without axes is the number that it holds
  if (
    isObject && "ndim" in given && given.ndim === 0 && "item" in given && typeof given.item === "function"
  ) {
    return integersOf(callee, name, given.item());
  }
  const isListed = isObject && (Array.isArray(given) || ArrayBuffer.isView(given) || "lease" in given) &&
    Symbol.iterator in given;
  // spread, as a list may have holes, over which `every` and `map` step
  const list = (isListed ? [...given as Iterable<unknown>] : [given])
    .map((each) => isSafe(each) ? Number(each) : each);
  const other = list.findIndex((each) => typeof each !== "number");
  if (other < 0) return list as readonly number[];
  throw new NdpipeError(
    "ARR002",
    `${callee} takes integers as ${name}, not ${
      isListed ? `${textOf(list[other])} in a list` : textOf(given)
    }`,
  );
}

/** One integer: a number, a bigint or an array without axes. Refused: ARR002. */
export function integerOf(callee: string, name: string, given: unknown): number {
  const list = integersOf(callee, name, given);
  if (list.length === 1 && Number.isInteger(list[0])) return list[0]!;
  throw new NdpipeError(
    "ARR002",
    `${callee} takes an integer as ${name}, not ${list.length === 1 ? list[0] : textOf(given)}`,
  );
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
