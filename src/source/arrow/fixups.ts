/**
 * What is done to bytes after they were read into a slot: bits of bool columns become bytes, nulls are refused or
 * replaced. Bits are least-significant first ("Validity bitmaps" of the format).
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { DataError } from "../../errors.ts";
import { expandHalves } from "../half_floats.ts";
import type { Slot } from "../source.ts";
import type { Fixup } from "./read_plan.ts";

/** Where a chunk comes from, for messages. */
export interface ChunkPlace {
  readonly path: string;
  readonly batch: number;
  readonly firstRow: number;
}

/** Bits become bytes, 0 or 1. `target` may not overlap `bits`. */
function expandBits(bits: Uint8Array, firstBit: number, target: Uint8Array): void {
  for (let i = 0, bit = firstBit; i < target.length; i++, bit++) {
    target[i] = (bits[bit >> 3]! >> (bit & 7)) & 1;
  }
}

/** The indices of bits that are 0, in order. Bytes without any are passed over whole. */
function* zeroBits(bits: Uint8Array, firstBit: number, numBits: number): Generator<number> {
  for (let i = 0; i < numBits;) {
    const bit = firstBit + i, byte = bits[bit >> 3]!;
    if (byte === 0xff && (bit & 7) === 0) {
      i += 8;
      continue;
    }
    if (((byte >> (bit & 7)) & 1) === 0) yield i;
    i += 1;
  }
}

/**
 * Applies the fixups of a chunk, in order.
 *
 * @throws DataError DAT001 at a null under the policy "error"
 */
export function applyFixups(fixups: readonly Fixup[], slot: Slot, place: ChunkPlace): void {
  const { buffer } = slot.memory;
  for (const fixup of fixups) {
    const bits = new Uint8Array(buffer, slot.byteOffset + fixup.bitsOffset, bitBytes(fixup));
    const target = slot.byteOffset + fixup.targetOffset;
    if (fixup.kind === "expand") {
      if (fixup.expansion === "bits") {
        expandBits(bits, fixup.firstBit, new Uint8Array(buffer, target, fixup.numElements));
      } else {
        // staging is aligned, and elements of whole bytes have no bit to start at
        const halves = new Uint16Array(bits.buffer as ArrayBuffer, bits.byteOffset, fixup.numElements);
        expandHalves(halves, new Uint32Array(buffer as ArrayBuffer, target, fixup.numElements));
      }
    } else {
      replaceNulls(fixup, bits, { buffer, target, place });
    }
  }
}

function bitBytes(fixup: Fixup): number {
  const numBits = fixup.kind === "nulls"
    ? fixup.numBits
    : fixup.numElements * (fixup.expansion === "bits" ? 1 : 16);
  return Math.ceil((fixup.firstBit + numBits) / 8);
}

type NullFixup = Extract<Fixup, { kind: "nulls" }>;

function replaceNulls(
  fixup: NullFixup,
  bits: Uint8Array,
  { buffer, target, place }: {
    readonly buffer: ArrayBufferLike;
    readonly target: number;
    readonly place: ChunkPlace;
  },
): void {
  const { nulls, elementsPerBit, numBits } = fixup;
  const { TypedArray, isBigInt } = DTYPE[fixup.dtype];
  const values = new TypedArray(buffer, target, numBits * elementsPerBit);
  for (const bit of zeroBits(bits, fixup.firstBit, numBits)) {
    if (nulls.kind === "error") throw nullFound(fixup, bit, place);
    const value = nulls.kind === "nan" ? Number.NaN : nulls.value;
    const start = bit * elementsPerBit;
    // the planner has checked that the value fits the dtype (DTY002, DTY003)
    if (isBigInt) (values as BigInt64Array).fill(BigInt(value), start, start + elementsPerBit);
    else (values as Float64Array).fill(Number(value), start, start + elementsPerBit); // true is 1
  }
}

function nullFound(fixup: NullFixup, bit: number, { path, batch, firstRow }: ChunkPlace): DataError {
  const row = firstRow + Math.floor(bit / fixup.bitsPerRow);
  const element = fixup.bitsPerRow > 1 ? `, element ${bit % fixup.bitsPerRow}` : "";
  const { column, input, dtype } = fixup;
  return new DataError("DAT001", `${path} has a null in column ${JSON.stringify(column)}`, {
    input,
    operands: [`input ${input}: ${dtype} from column ${JSON.stringify(column)}`],
    notes: [`record batch ${batch}, column ${column}, row ${row}${element}, counted from 0`],
    help: DTYPE[dtype].kind === "f"
      ? 'declare what a null means: nulls: "nan", or a fill value: nulls: { fill: 0 }'
      : "declare what a null means, by a fill value: nulls: { fill: 0 }",
  });
}

/** The refusal of nulls in a column that the schema declares not nullable (DAT001). */
export function nullsInNonNullable(
  path: string,
  batch: number,
  column: string,
  nullCount: number,
): DataError {
  return new DataError(
    "DAT001",
    `${path} has ${nullCount} null${nullCount === 1 ? "" : "s"} in column ${JSON.stringify(column)}, ` +
      "which its schema declares not nullable",
    {
      notes: [`record batch ${batch}, counted from 0`],
      help: "mend the table where it is made: declare the column nullable, or leave the nulls out",
    },
  );
}
