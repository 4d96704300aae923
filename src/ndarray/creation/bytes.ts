/**
 * Arrays of bytes that lie elsewhere.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { type DTypeOption, fromTypedArray, zeros } from "./creation.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Where the elements lie in a buffer. */
export interface BufferOptions extends DTypeOption {
  /** how many elements; default: all that are there */
  readonly count?: number;
  /** bytes before the first element; any number, aligned or not; default 0 */
  readonly offset?: number;
}

/**
 * The elements in a buffer's bytes, in the machine's byte order: a copy, because arrays lie in a memory of their own
 * (NumPy makes a read-only view). bool takes every byte that is not 0 as true; f64 by default.
 *
 * Refused: ARR002 for bytes that are no whole number of elements, or too few of them.
 * By position, as in NumPy: `dtype`, `count`, `offset`; then options.
 *
 * @example
 * ```ts
 * import { frombuffer } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const bytes = new Uint8Array([9, 1, 0, 2, 0]);
 * deepStrictEqual(frombuffer(bytes, { dtype: "u16", offset: 1 }).toList(), [1, 2]);
 * ```
 */
export function frombuffer(
  buffer: ArrayBufferLike | ArrayBufferView,
  ...args: Positional<BufferOptions, ["dtype", "count", "offset"]>
): NDArray {
  const { dtype = "f64", count, offset = 0 } = optionsOf<BufferOptions>("frombuffer", args, [
    "dtype",
    "count",
    "offset",
  ]);
  const { itemsize, TypedArray } = DTYPE[dtype];
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  if (!Number.isInteger(offset) || offset < 0 || offset > bytes.length) {
    throw new NdpipeError("ARR002", `an offset of ${offset} is outside of ${bytes.length} bytes`);
  }
  const available = (bytes.length - offset) / itemsize, wanted = count ?? available;
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > available) {
    throw new NdpipeError(
      "ARR002",
      `${bytes.length - offset} bytes are not ${count ?? "whole"} elements of ${dtype}`,
      {
        help: "give count and offset so that the elements lie inside",
      },
    );
  }
  // a copy of the bytes is aligned
  const copied = bytes.slice(offset, offset + wanted * itemsize);
  const elements = new TypedArray(new Uint8Array(copied).buffer, 0, wanted);
  if (dtype !== "bool") return wanted === 0 ? zeros(0, { dtype }) : fromTypedArray(elements);
  using numbers = fromTypedArray(elements);
  return numbers.astype("bool");
}
