/**
 * Integers as text in other bases.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { elementOf } from "../storage/integer_lists.ts";
import { refuseOtherKind, textOf } from "../storage/option_kinds.ts";

function integerOf(operation: string, given: number | bigint): bigint {
  const value = elementOf(given);
  if (typeof value === "bigint" || Number.isInteger(value)) return BigInt(value as number | bigint);
  throw new NdpipeError("ARR002", `${operation} takes an integer, not ${textOf(value)}`);
}

/** of a text, which has a longest length */
const MAX_DIGITS = 2 ** 28;

function refuseNumDigits(what: string, count: number): void {
  if (Number.isInteger(count) && count <= MAX_DIGITS) return;
  throw new NdpipeError("ARR002", `${what} is an integer up to ${MAX_DIGITS}, not ${count}`);
}

/**
 * An integer in a base from 2 to 36, its letters large, with so many zeros before it. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { baseRepr } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([baseRepr(5), baseRepr(6, 5), baseRepr(7, 5, 3), baseRepr(-31, 16)], ["101", "11", "00012", "-1F"]);
 * ```
 */
export function baseRepr(value: number | bigint, base: number = 2, padding: number = 0): string {
  const integer = integerOf("baseRepr", value);
  refuseOtherKind("baseRepr", "padding", padding);
  if (!Number.isInteger(base) || base < 2 || base > 36) {
    throw new NdpipeError("ARR002", `a base is an integer from 2 to 36, not ${base}`);
  }
  refuseNumDigits("padding", padding);
  const digits = (integer < 0n ? -integer : integer).toString(base).toUpperCase();
  // as NumPy, which pads the digits of 0 by one less
  const zeros = Math.max(0, integer === 0n ? padding - 1 : padding);
  return `${integer < 0n ? "-" : ""}${"0".repeat(zeros)}${digits}`;
}

/**
 * An integer in binary; with a width, a negative one in two's complement of so many bits. Refused: ARR002 where the width does
 * not hold it.
 *
 * @example
 * ```ts
 * import { binaryRepr } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([binaryRepr(3), binaryRepr(-3), binaryRepr(3, 4), binaryRepr(-3, 5)], ["11", "-11", "0011", "11101"]);
 * ```
 */
export function binaryRepr(value: number | bigint, width: number | null = null): string {
  const integer = integerOf("binaryRepr", value);
  refuseOtherKind("binaryRepr", "width", width);
  if (width === null) return integer.toString(2);
  refuseNumDigits("a width", width);
  const isNegative = integer < 0n;
  // in two's complement, a sign stands before the digits of ~integer; 0 has no digits
  const magnitude = isNegative ? ~integer : integer;
  const numBits = (magnitude === 0n ? 0 : magnitude.toString(2).length) + Number(isNegative);
  if (width < numBits) throw new NdpipeError("ARR002", `${value} does not fit ${width} bits`);
  const digits = BigInt.asUintN(Math.max(1, numBits), integer).toString(2);
  return digits.padStart(width, isNegative ? "1" : "0");
}
