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
  const isObject = typeof given === "object" && given !== null;
  // an array without axes is the number that it holds
  if (
    isObject && "ndim" in given && given.ndim === 0 && "item" in given && typeof given.item === "function"
  ) {
    return integersOf(callee, name, given.item());
  }
  const isListed = isObject && Symbol.iterator in given;
  // spread, as a list may have holes, over which `every` and `map` step
  const list: readonly unknown[] = isListed ? [...given as Iterable<unknown>] : [given];
  const other = list.findIndex((each) => typeof each !== "number");
  if (other < 0) return list as readonly number[];
  throw new NdpipeError(
    "ARR002",
    `${callee} takes integers as ${name}, not ${
      isListed ? `${textOf(list[other])} in a list` : textOf(given)
    }`,
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
