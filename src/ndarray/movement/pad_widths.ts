/**
 * What `pad` is told for the ends of axes: a number, a pair, a pair for each axis, or those of some axes.
 *
 * @module
 */
import { NdpipeError, ShapeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray } from "../array.ts";

/** For all axes, for the two ends of all axes, or a pair for each axis; also in a typed array or an array. */
export type PerEnd<T = number> =
  | T
  | readonly [T]
  | readonly [T, T]
  | readonly (readonly T[])[]
  | NDArray;

/** A number or a pair for some axes, by their indices, as `{ 0: 1, [-1]: [2, 0] }`; 0 for the others. */
export type PerAxis = Readonly<Record<number, number | readonly [number, number]>>;

/** For the two ends of an axis. */
export type Pair<T = number> = readonly [T, T];

/** A pair for each axis. Refused: ARR002. */
export function pairs<T extends ScalarValue>(given: PerEnd<T>, rank: number, what: string): Pair<T>[] {
  const isOfElements = what === "constantValues", value = plainLists(given, isOfElements);
  const isOne = (each: unknown) =>
    typeof each === "number" || (isOfElements && (typeof each === "bigint" || typeof each === "boolean"));
  const refuse = (): never => {
    throw new NdpipeError("ARR002", `${what} is a number, a pair, or a pair for each of ${rank} axes`);
  };
  const pairOf = (list: unknown): Pair<T> => {
    if (!Array.isArray(list) || !list.every(isOne)) return refuse();
    return list.length === 1 ? [list[0], list[0]] : list.length === 2 ? [list[0], list[1]] : refuse();
  };
  if (isOne(value)) return Array.from({ length: rank }, () => [value as T, value as T]);
  if (!Array.isArray(value)) return refuse();
  if (value.every(isOne)) return Array.from({ length: rank }, () => pairOf(value));
  if (value.length !== rank && value.length !== 1) refuse();
  return Array.from({ length: rank }, (_, axis) => pairOf(value[value.length === 1 ? 0 : axis]));
}

/** Arrays and typed arrays as lists; where they are no elements, which keep all digits, bigints as numbers. */
function plainLists(given: unknown, isOfElements: boolean): unknown {
  if (typeof given === "bigint") return isOfElements ? given : Number(given);
  const list = given instanceof NDArray
    ? given.toList()
    : ArrayBuffer.isView(given)
    ? [...given as unknown as Iterable<unknown>]
    : given;
  return Array.isArray(list) ? list.map((each) => plainLists(each, isOfElements)) : list;
}

/** Pairs of lengths, integers from 0, for each axis. Refused: ARR002, SHP004. */
export function lengthPairs(value: PerEnd | PerAxis, rank: number, what: string): Pair[] {
  const lengths = isPerAxis(value) ? ofSomeAxes(value, rank, what) : pairs(value, rank, what);
  const refused = lengths.flat().find((length) => !Number.isInteger(length) || length < 0);
  if (refused === undefined) return lengths;
  throw new NdpipeError("ARR002", `pad takes a ${what} of integers from 0, not ${refused}`);
}

function isPerAxis(value: PerEnd | PerAxis): value is PerAxis {
  return typeof value === "object" && value !== null && !(Symbol.iterator in value);
}

function ofSomeAxes(value: PerAxis, rank: number, what: string): Pair[] {
  const widths: Pair[] = Array.from({ length: rank }, () => [0, 0]);
  for (const [name, ends] of Object.entries(value)) {
    const axis = Number(name), at = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(at) || at < 0 || at >= rank) {
      throw new ShapeError("SHP004", `${what} is given for axis ${name} of an array of ${rank} axes`);
    }
    widths[at] = pairs(ends, 1, what)[0]!;
  }
  return widths;
}
