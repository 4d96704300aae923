/**
 * Views of any shape and strides.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { viewed } from "../indexing/operands.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { extent, rowMajorStrides, shapeText } from "../storage/layout.ts";
import { describe, isContiguous } from "../storage/strided.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Options of `asStrided`. */
export interface AsStridedOptions {
  /** default that of the array */
  readonly shape?: number | readonly number[] | undefined;
  /** bytes; default those of rows in a contiguous array, else those of the array */
  readonly strides?: number | readonly number[] | undefined;
  /** default false: elements may be one and the same */
  readonly writeable?: boolean | undefined;
}

/**
 * A view of the bytes of an array, from its first element, under any shape and strides. Unlike NumPy's, it does not reach
 * beyond the bytes that there are. Refused: ARR002.
 * By position, as in NumPy: `shape`, `strides`; then options.
 *
 * @example
 * ```ts
 * import { arange, lib } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const windows = lib.strideTricks.asStrided(arange(5), { shape: [3, 3], strides: [8, 8] });
 * deepStrictEqual(windows.toList(), [[0, 1, 2], [1, 2, 3], [2, 3, 4]]);
 * ```
 */
export function asStrided(
  a: NDArray,
  ...args: Positional<AsStridedOptions, ["shape", "strides"]>
): NDArray {
  const options = optionsOf<AsStridedOptions>("asStrided", args, ["shape", "strides"]);
  const { view } = a, { itemsize } = DTYPE[a.dtype];
  const { shape = view.shape, writeable = false } = options;
  // copies: a list that the caller changes later would move the view out of the bytes
  const sizes = [...integersOf("asStrided", "shape", shape)];
  // as NumPy, what is contiguous is counted in rows of the new shape
  const strides = options.strides ?? (isContiguous(view) ? rowMajorStrides(sizes, itemsize) : view.strides);
  const steps = [...integersOf("asStrided", "strides", strides)];
  const refuse = (sentence: string): never => {
    throw new NdpipeError("ARR002", sentence, { operands: [describe(view)] });
  };
  if (sizes.length !== steps.length || !sizes.every((size) => Number.isInteger(size) && size >= 0)) {
    refuse(
      `asStrided takes a size and a stride for each axis, not ${shapeText(sizes)} and ${shapeText(steps)}`,
    );
  }
  if (!steps.every((stride) => Number.isInteger(stride) && stride % itemsize === 0)) {
    refuse(`strides are whole elements of ${itemsize} bytes, not ${shapeText(steps)}`);
  }
  const [low, high] = extent(sizes, steps, itemsize);
  const isEmpty = sizes.includes(0);
  if (!isEmpty && (view.offset + low < 0 || view.offset + high > view.storage.byteLength)) {
    refuse(`${shapeText(sizes)} by strides ${shapeText(steps)} reaches beyond the array's bytes`);
  }
  const isRepeated = steps.some((stride, axis) => stride === 0 && sizes[axis]! > 1);
  if (writeable && isRepeated) refuse("elements that stand in many places are not written to");
  return viewed(a, { ...view, shape: sizes, strides: steps, writeable: writeable && view.writeable });
}
