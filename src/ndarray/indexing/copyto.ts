/**
 * Values of one array in another's places.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { type ListedOperand, NDArray, operandOf } from "../array.ts";
import { asarray } from "../creation/creation.ts";
import type { Casting } from "../dtypes/casting.ts";
import { refuseCast, refuseReadOnly } from "../elementwise/operations.ts";
import { where as choose } from "../functions.ts";
import { scope } from "../storage/lifetime.ts";
import { describe } from "../storage/strided.ts";
import { inferDType } from "../storage/values.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Options of `copyto`. */
export interface CopytoOptions {
  /** which casts are made, others refused (DTY004); default "same_kind" */
  readonly casting?: Casting | undefined;
  /** an array of bool, or what lists and numbers are as bool; broadcasts: where it holds, values are copied; default everywhere */
  readonly where?: ListedOperand | undefined;
}

/**
 * Copies values into an array, broadcast to its shape; the two may overlap. A plain number must be held by the dtype.
 * Refused: ARR001, SHP012, DTY001, DTY002, DTY004.
 * By position, as in NumPy: `casting`, `where`; then options.
 *
 * @example
 * ```ts
 * import { copyto, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = zeros([2, 3], "i64");
 * copyto(a, [4, 5, 6], { where: [[true], [false]] });
 * deepStrictEqual(a.toList(), [[4, 5, 6], [0, 0, 0]]);
 * ```
 */
export function copyto(
  target: NDArray,
  values: ListedOperand,
  ...args: Positional<CopytoOptions, ["casting", "where"]>
): void {
  const names = ["casting", "where"] as const;
  const { casting = "same_kind", where = true } = optionsOf<CopytoOptions>("copyto", args, names);
  refuseReadOnly(target.view, "copyto");
  scope(() => {
    const source = operandOf(values), from = source instanceof NDArray ? source.dtype : inferDType([source]);
    // a number takes the dtype of the array, whatever that is, where it is held by it: a fraction is by floats
    const isWeak = !(source instanceof NDArray) && from !== "bool" &&
      (from === "f64" ? isFloat(target.dtype) : target.dtype !== "bool");
    if (!isWeak) {
      refuseCast(`copyto does not cast ${from} to ${target.dtype}`, [from, target.dtype], {
        casting,
        operands: [describe(target.view)],
      });
    }
    // as NumPy, lists and numbers are taken for bools, arrays are not
    const mask = where === true || where instanceof NDArray || ArrayBuffer.isView(where)
      ? operandOf(where)
      : asarray(where, "bool");
    if (mask === true) {
      target.set("...", source instanceof NDArray ? source : source as number);
      return;
    }
    const test = mask instanceof NDArray ? mask.broadcastTo(target.shape) : mask;
    if (test instanceof NDArray && test.dtype !== "bool") {
      throw new NdpipeError("DTY001", `where of copyto is bool, not ${test.dtype}`, {
        help: "compare first: .ne(0)",
      });
    }
    const taken = target.copy();
    taken.set("...", source instanceof NDArray ? source : source as number);
    target.set("...", choose(test, taken, target));
  });
}
