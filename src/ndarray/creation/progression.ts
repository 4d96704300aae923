/**
 * Numbers that grow by the same step, written into an array.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { elementsOf, type Strided } from "../storage/strided.ts";
import { elementOf } from "../storage/values.ts";

/** Where the numbers begin and how they grow. */
export interface Progression<Step extends number | bigint> {
  readonly first: Step;
  readonly difference: Step;
}

/** How many integers there are from `start` to below `stop`. */
export function numIntegers(start: bigint, stop: bigint, step: bigint): number {
  const distance = step > 0n ? stop - start : start - stop, magnitude = step > 0n ? step : -step;
  return distance <= 0n ? 0 : Number((distance + magnitude - 1n) / magnitude);
}

/** Writes integers of any size. Refused: DTY002 for what the dtype does not hold. */
export function fillIntegers(view: Strided, { first, difference }: Progression<bigint>): void {
  const elements = elementsOf(view);
  for (let i = 0; i < elements.length; i++) {
    elements[i] = elementOf(first + BigInt(i) * difference, view.dtype);
  }
}

/** Writes numbers, without their fractions into integer dtypes. Refused: DTY002 for what the dtype does not hold. */
export function fillProgression(view: Strided, { first, difference }: Progression<number>): void {
  const { dtype } = view, elements = elementsOf(view), size = elements.length;
  if (size === 0) return;
  // what lies between the ends is held where they are
  const last = elementOf(first + (size - 1) * difference, dtype);
  elements[0] = elementOf(first, dtype);
  if (dtype === "bool") elements[size - 1] = last;
  else if (DTYPE[dtype].isBigInt) {
    const halves = new Int32Array(elements.buffer, elements.byteOffset, 2 * size);
    for (let i = 0; i < size; i++) {
      const integer = Math.trunc(first + i * difference);
      halves[2 * i] = integer;
      halves[2 * i + 1] = Math.floor(integer / 4294967296);
    }
  } else if (dtype === "f32") {
    for (let i = 0; i < size; i++) elements[i] = first + Math.fround(i * difference);
  } else {
    for (let i = 0; i < size; i++) elements[i] = first + i * difference;
  }
}
