/**
 * What transforms take and give: real arrays, or complex numbers as a pair of arrays.
 *
 * @module
 */
import { ShapeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike, asarray, zeros } from "../creation/creation.ts";
import { refuseReadOnly } from "../elementwise/operations.ts";
import type { ComplexPair } from "../linalg/eigen.ts";
import { type RealDType, realDType } from "../linalg/matrices.ts";
import { scope } from "../storage/lifetime.ts";
import { placedIn, refuseArgument, refuseLoss } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";

export type { ComplexPair };

/** Complex numbers: real and imaginary parts of one shape. */
export interface ComplexParts {
  readonly re: ArrayLike;
  readonly im: ArrayLike;
}

/** A real array, or complex numbers as a pair. */
export type ComplexLike = ArrayLike | ComplexParts;

/** Arrays of an input. */
export interface Parts {
  readonly re: NDArray;
  /** null of a real input */
  readonly im: NDArray | null;
  readonly dtype: RealDType;
}

/** Whether complex numbers are given as a pair. */
export function isPair(x: ComplexLike): x is ComplexParts {
  return typeof x === "object" && !(x instanceof NDArray) && !ArrayBuffer.isView(x) && "re" in x && "im" in x;
}

/** Runs with the arrays of an input, and disposes of what is not returned. Refused: SHP001, ARR002. */
export function withParts<T>(operation: string, x: ComplexLike, run: (parts: Parts) => T): T {
  return scope(() => {
    if (!isPair(x)) {
      const re = asarray(x);
      return run({ re, im: null, dtype: realDType(re) });
    }
    const re = asarray(x.re), im = asarray(x.im);
    if (re.shape.join() !== im.shape.join()) {
      const operands = [re, im].map(({ view }) => describe(view));
      throw new ShapeError(
        "SHP001",
        `cannot ${operation} { re: ${operands[0]}, im: ${operands[1]} }: they differ`,
        {
          operands,
          help: "real and imaginary parts have one shape",
        },
      );
    }
    return run({ re, im, dtype: realDType(re, im) });
  });
}

/** A result, or the `out` to which it is written. Refused: SHP001, ARR001, DTY004. */
export function realIn(operation: string, result: NDArray, out: NDArray | null | undefined): NDArray {
  if (out === undefined || out === null) return result;
  refuseLoss(operation, result, [result.dtype, out]);
  return placedIn(result, out);
}

/** A pair, or the `out` to which its parts are written. Refused: as `realIn`; ARR002 for parts of two shapes. */
export function pairIn(
  operation: string,
  { re, im }: ComplexPair,
  out: ComplexPair | null | undefined,
): ComplexPair {
  if (out === undefined || out === null) return { re, im };
  if (out.re.shape.join() !== out.im.shape.join()) {
    return refuseArgument(`${operation} takes a pair of one shape as out`);
  }
  // what the second refuses is not to be found when the first is written
  refuseReadOnly(out.im.view, "a result");
  refuseLoss(operation, im, [im.dtype, out.im]);
  realIn(operation, re, out.re);
  realIn(operation, im, out.im);
  return out;
}

/** The axis moved last, cut or filled with zeros to a length: row-major f64, a copy. Refused: SHP004, ARR002, MEM005. */
export function linesOf(operation: string, array: NDArray, axis: number, length: number): NDArray {
  if (!Number.isInteger(length) || length < 1) {
    return refuseArgument(`${operation} takes a length from 1, not ${length}`);
  }
  const moved = array.moveaxis(axis, -1), given = moved.shape.at(-1)!;
  if (given >= length) {
    const cut = moved.slice(`..., :${length}`).copy();
    return cut.dtype === "f64" ? cut : cut.astype("f64");
  }
  const filled = zeros([...moved.shape.slice(0, -1), length]);
  filled.set(`..., :${given}`, moved);
  return filled;
}
