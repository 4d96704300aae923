/**
 * Evenly spaced numbers by their step; those by their number are in `spacing.ts`.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { textOf } from "../storage/option_kinds.ts";
import type { Strided } from "../storage/strided.ts";
import { inferDType } from "../storage/values.ts";
import type { DTypeOption } from "./creation.ts";
import { newView } from "./new_view.ts";
import { fillIntegers, fillProgression, numIntegers } from "./progression.ts";

/** Options of `arange`. */
export interface ArangeOptions extends DTypeOption {
  /** where the numbers end; the first argument is then where they start */
  readonly stop?: number | bigint | null | undefined;
  /** default 1 */
  readonly step?: number | bigint | undefined;
}

/**
 * Evenly spaced numbers below `stop`: `arange(stop)`, `arange(start, stop, step)`, `arange(start, stop, { step })`. i64 where all are integers,
 * else f64; bigints are exact in integer dtypes. Refused: ARR002 for a step of 0, DTY002, MEM005.
 * By position, as in NumPy: `stop`, `step`, `dtype`; then options.
 *
 * @example
 * ```ts
 * import { arange } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(arange(3).toList(), [0, 1, 2]);
 * deepStrictEqual(arange(1, 0, { step: -0.25 }).toList(), [1, 0.75, 0.5, 0.25]);
 * deepStrictEqual(arange(0, 6, 2).toList(), [0, 2, 4]);
 * deepStrictEqual(arange(3, { dtype: "f32" }).dtype, "f32");
 * ```
 */
export function arange(
  startOrStop: number | bigint,
  ...args: Positional<ArangeOptions, ["stop", "step", "dtype"]>
): NDArray {
  const { stop: end, step: by = 1, dtype } = optionsOf<ArangeOptions>("arange", args, [
    "stop",
    "step",
    "dtype",
  ]);
  const ends = end === undefined || end === null ? [0, startOrStop] : [startOrStop, end],
    numbers = [...ends, by];
  // bools count as 0 and 1, as in NumPy
  const other = numbers.findIndex((each) => !["number", "bigint", "boolean"].includes(typeof each));
  if (other >= 0) {
    throw new NdpipeError("ARR002", `arange takes numbers, not ${textOf(numbers[other])}`);
  }
  if (numbers.some((each) => typeof each === "bigint") && numbers.every(isInteger)) {
    const chosen = dtype ?? inferDType(numbers);
    if (DTYPE[chosen].range !== null && Number(by) !== 0) {
      const [first, stop, difference] = numbers.map(BigInt) as [bigint, bigint, bigint];
      const size = numIntegers(first, stop, difference);
      return filledRange(size, chosen, (view) => fillIntegers(view, { first, difference }));
    }
  }
  const [start, stop, step] = numbers.map(Number) as [number, number, number];
  if (step === 0 || ![start, stop].every(Number.isFinite) || Number.isNaN(step)) {
    throw new NdpipeError(
      "ARR002",
      `arange takes finite ends and a step that is not 0: ${start}, ${stop}, ${step}`,
    );
  }
  // integers beyond 2^53 lie as far apart as they say, whatever floats they become
  const [from, to] = ends;
  const span = typeof from === "bigint" && typeof to === "bigint" ? Number(to - from) : stop - start;
  // a step so long that the quotient is 0 is one step nevertheless
  const numSteps = span / step,
    size = numSteps === 0 && span / Math.sign(step) > 0 ? 1 : Math.max(0, Math.ceil(numSteps));
  const inferred = [start, stop, step].every(Number.isSafeInteger) ? "i64" : "f64";
  if (dtype === "bool" && size > 2) {
    throw new NdpipeError("ARR002", `arange gives at most two bools, false and true, not ${size}`, {
      help: "compare instead: arange(n).ne(0)",
    });
  }
  // as NumPy, the difference of the first two elements is what is added, and f32 is computed in f32
  const round = dtype === "f32" ? Math.fround : (x: number) => x;
  const first = round(start), difference = size < 2 ? 0 : round(round(start + step) - first);
  return filledRange(size, dtype ?? inferred, (view) => fillProgression(view, { first, difference }));
}

function isInteger(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function filledRange(size: number, dtype: DType, fillView: (view: Strided) => void): NDArray {
  const view = newView("arange", size, dtype);
  try {
    fillView(view);
    return new NDArray(view);
  } catch (error) {
    view.storage.freeUnheld();
    throw error;
  }
}
