/**
 * Bits as elements, and elements as bits.
 *
 * @module
 */
import { DTypeError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { arrayOfRows, axisOf, over, refuseArgument, rowsOf } from "../storage/rows.ts";
import { guard } from "../storage/storage.ts";
import { describe } from "../storage/strided.ts";

/** Options of `packbits`. */
export interface PackbitsOptions {
  /** null (the default): the flat array */
  readonly axis?: number | null | undefined;
  /** which bit of a byte the first element is: the highest ("big", the default) or the lowest */
  readonly bitorder?: "big" | "little" | undefined;
}

/** Options of `unpackbits`. */
export interface UnpackbitsOptions extends PackbitsOptions {
  /** how many bits are given: zeros behind where there are fewer; below 0, so many of the last are left out */
  readonly count?: number | null | undefined;
}

function isLittle(bitorder: "big" | "little"): boolean {
  if (bitorder !== "big" && bitorder !== "little") {
    refuseArgument(`bitorder is "big" or "little", not ${String(bitorder)}`);
  }
  return bitorder === "little";
}

/** the flat array has one axis */
function along(a: NDArray, axis: number | null): readonly [NDArray, number] {
  const array = axis === null || a.ndim === 0 ? a.ravel() : a;
  return [array, axisOf(array, axis ?? 0)];
}

/**
 * Eight elements as one byte each (u8), along an axis or of the flat array; what is not 0 is a bit that is set, and zeros
 * fill the last byte. Refused: DTY001 for floats, SHP004, ARR002.
 * By position, as in NumPy: `axis`, `bitorder`; then options.
 *
 * @example
 * ```ts
 * import { packbits } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(packbits([1, 0, 1]).toList(), [0b1010_0000]);
 * deepStrictEqual(packbits([1, 0, 1], { bitorder: "little" }).toList(), [0b101]);
 * ```
 */
export function packbits(a: ArrayLike, ...args: Positional<PackbitsOptions, ["axis", "bitorder"]>): NDArray {
  const { axis = null, bitorder = "big" } = optionsOf<PackbitsOptions>("packbits", args, [
    "axis",
    "bitorder",
  ]);
  const little = isLittle(bitorder);
  return over(a, (array) => {
    if (array.dtype === "f32" || array.dtype === "f64") {
      throw new DTypeError("DTY001", `packbits takes bools and integers, not ${array.dtype}`, {
        help: "compare first: .ne(0)",
      });
    }
    const [from, at] = along(array, axis), { elements, numRows, length, outer } = rowsOf(from, at);
    const numBytes = Math.ceil(length / 8), packed = new Uint8Array(numRows * numBytes);
    for (let row = 0; row < numRows; row++) {
      for (let i = 0; i < length; i++) {
        if (!elements[row * length + i]) continue;
        const bit = little ? i & 7 : 7 - (i & 7), byte = row * numBytes + (i >> 3);
        packed[byte] = packed[byte]! | (1 << bit);
      }
    }
    return arrayOfRows({ elements: packed, dtype: "u8", length: numBytes, outer }, at);
  });
}

/**
 * The bits of bytes (u8) as elements 0 and 1, along an axis or of the flat array. Refused: DTY001 for other dtypes,
 * SHP004, ARR002, MEM005.
 * By position, as in NumPy: `axis`, `count`, `bitorder`; then options.
 *
 * @example
 * ```ts
 * import { unpackbits } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(unpackbits(new Uint8Array([5])).toList(), [0, 0, 0, 0, 0, 1, 0, 1]);
 * deepStrictEqual(unpackbits(new Uint8Array([5]), { bitorder: "little", count: 3 }).toList(), [1, 0, 1]);
 * ```
 */
export function unpackbits(
  a: ArrayLike,
  ...args: Positional<UnpackbitsOptions, ["axis", "count", "bitorder"]>
): NDArray {
  const { axis = null, bitorder = "big", count = null } = optionsOf<UnpackbitsOptions>("unpackbits", args, [
    "axis",
    "count",
    "bitorder",
  ]);
  const little = isLittle(bitorder);
  if (count !== null && !Number.isInteger(count)) refuseArgument(`count is an integer, not ${count}`);
  return over(a, (array) => {
    if (array.dtype !== "u8") {
      throw new DTypeError("DTY001", `unpackbits takes u8, not ${array.dtype}`, {
        help: 'cast first: .astype("u8")',
      });
    }
    const [from, at] = along(array, axis), { elements, numRows, length, outer } = rowsOf(from, at);
    const numBits = count === null ? 8 * length : count < 0 ? 8 * length + count : count;
    if (numBits < 0) refuseArgument(`a count of ${count} leaves out more than the ${8 * length} bits`);
    const sentence = `unpackbits gives ${numBits} bits of each of ${numRows} rows`;
    guard({ numBytes: 2 * numRows * numBits, sentence, operands: [describe(array.view)] });
    const bytes = elements as Uint8Array, bits = new Uint8Array(numRows * numBits);
    for (let row = 0; row < numRows; row++) {
      for (let i = 0; i < Math.min(numBits, 8 * length); i++) {
        const bit = little ? i & 7 : 7 - (i & 7);
        bits[row * numBits + i] = (bytes[row * length + (i >> 3)]! >> bit) & 1;
      }
    }
    return arrayOfRows({ elements: bits, dtype: "u8", length: numBits, outer }, at);
  });
}
