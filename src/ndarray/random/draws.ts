/**
 * New arrays that are about to be filled, and the tables that the kernels of normal and exponential numbers read.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { bytesOf } from "../../memory/mod.ts";
import { NDArray } from "../array.ts";
import { readOwnFile } from "../own_file.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { refuseArgument } from "../storage/rows.ts";
import { allocateForGood } from "../storage/storage.ts";
import { allocate, describe } from "../storage/strided.ts";

/** Kernels count numbers by 32 bits. */
const MOST_NUMBERS = 2 ** 31 - 1;

/** A call that takes long stays in the engine's first, slow compilation: many short ones do not. */
export const NUMBERS_OF_A_CALL = 32768;

/** A shape, or the number of elements of one axis; none gives an array without axes. */
export type Size = number | readonly number[];

/** A new array whose elements are not set. Refused: ARR002, MEM005. */
export function emptyOf(operation: string, dtype: DType, size: Size): NDArray {
  const shape = [...integersOf(operation, "size", size)];
  if (!shape.every((one) => Number.isInteger(one) && one >= 0) || sizeOfShape(shape) > MOST_NUMBERS) {
    return refuseArgument(`${operation} takes sizes from 0, not ${shape.join(", ")}`);
  }
  const sentence = `${operation} gives ${describe({ dtype, shape })}`;
  return new NDArray(allocate(dtype, shape, { demand: { sentence, operands: [] } }));
}

let tablesAddress = 0;

/** The address of the ziggurat's tables. */
export function zigguratTables(): number {
  if (tablesAddress === 0) {
    const bytes = readOwnFile(new URL("./ziggurat.bin", import.meta.url), "the tables of normal numbers");
    const region = allocateForGood(bytes.length);
    bytesOf(region).set(bytes);
    tablesAddress = region.byteOffset;
  }
  return tablesAddress;
}
