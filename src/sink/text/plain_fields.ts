/**
 * Carried values that no text format puts in quotes for their own sake: numbers and bools as those that are computed,
 * dates and timestamps in the form of ISO 8601 that is read back as they are; decimals, times and durations:
 * `fixed_text.ts`. A column of type null has nulls alone.
 *
 * @module
 */
import { formatFloat32, formatFloat64 } from "../../dtype/decimal_text.ts";
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../schema/carried.ts";
import type { CarriedBatch } from "../sink.ts";
import { type FixedText, fixedText, MAX_FIXED_TEXT_BYTES } from "./fixed_text.ts";
import { temporalText } from "./temporal_text.ts";

const TRUE = new TextEncoder().encode("true"), FALSE = new TextEncoder().encode("false");
const NOTHING = new Uint8Array();
/** text that is put together at a time */
export const PIECE_BYTES: number = 64 * 1024;

/** Takes text, which is the writer's again on return. */
export type TakePiece = (piece: Uint8Array) => void;

/**
 * The text of one row, nothing where it is null, or what is left of it where pieces were handed on; done with when the
 * next is asked for.
 */
export type FieldBytes = (row: number) => Uint8Array;

/** Makes the texts of a carried column for a batch in `memory`. */
export type CarriedFormat = (memory: WebAssembly.Memory, batch: CarriedBatch) => FieldBytes;

/** How a column of the type is written; null: it is text, has parts, or no text is known for it. */
export function plainFormat(type: CarriedType): CarriedFormat | null {
  if (type.typeId === ARROW_TYPE.bool) return boolFields;
  if (type.typeId === ARROW_TYPE.int) return (memory, batch) => integerFields(memory, batch, type);
  if (type.typeId === ARROW_TYPE.floatingPoint && type.bitWidth !== 16) {
    return (memory, batch) => floatFields(memory, batch, type.bitWidth!);
  }
  if (type.typeId === ARROW_TYPE.date || type.typeId === ARROW_TYPE.timestamp) {
    const text = temporalText(type);
    return (memory, batch) => temporalFields(memory, batch, { type, text });
  }
  if (type.packed?.kind === "null") return () => () => NOTHING;
  const fixed = fixedText(type);
  if (fixed === null) return null;
  return (memory, batch) => fixedFields(memory, batch, { itemsize: type.bitWidth! / 8, text: fixed.text });
}

/** Text in one buffer that is used again and again: memory outside of the collector's heap is collected late. */
function asciiBytes(): (text: string) => Uint8Array {
  const encoder = new TextEncoder(), buffer = new Uint8Array(MAX_FIXED_TEXT_BYTES);
  return (text) => buffer.subarray(0, encoder.encodeInto(text, buffer).written);
}

/** Whether a row is null. */
export function nullsOf(
  memory: WebAssembly.Memory,
  { numNulls, validity }: CarriedBatch,
): (row: number) => boolean {
  if (numNulls === 0) return () => false;
  const bytes = new Uint8Array(memory.buffer);
  return (row) => ((bytes[validity + (row >> 3)]! >> (row & 7)) & 1) === 0;
}

function boolFields(memory: WebAssembly.Memory, batch: CarriedBatch): FieldBytes {
  const isNull = nullsOf(memory, batch), bytes = new Uint8Array(memory.buffer);
  return (row) => {
    if (isNull(row)) return NOTHING;
    return (bytes[batch.data + (row >> 3)]! >> (row & 7)) & 1 ? TRUE : FALSE;
  };
}

function integerFields(
  memory: WebAssembly.Memory,
  batch: CarriedBatch,
  { bitWidth, slots }: CarriedType,
): FieldBytes {
  const isNull = nullsOf(memory, batch), view = new DataView(memory.buffer), encode = asciiBytes();
  const itemsize = bitWidth! / 8, isSigned = slots.some(({ slot, value }) => slot === 1 && value !== 0);
  return (row) => {
    if (isNull(row)) return NOTHING;
    const bits = integerBits(view, batch.data + row * itemsize, itemsize);
    return encode(String(isSigned ? BigInt.asIntN(bitWidth!, bits) : bits));
  };
}

function integerBits(view: DataView, position: number, itemsize: number): bigint {
  if (itemsize === 8) return view.getBigUint64(position, true);
  if (itemsize === 4) return BigInt(view.getUint32(position, true));
  return BigInt(itemsize === 2 ? view.getUint16(position, true) : view.getUint8(position));
}

function floatFields(memory: WebAssembly.Memory, batch: CarriedBatch, bitWidth: number): FieldBytes {
  const isNull = nullsOf(memory, batch), view = new DataView(memory.buffer), encode = asciiBytes();
  return (row) => {
    if (isNull(row)) return NOTHING;
    const value = bitWidth === 32
      ? view.getFloat32(batch.data + 4 * row, true)
      : view.getFloat64(batch.data + 8 * row, true);
    return encode(bitWidth === 32 ? formatFloat32(value) : formatFloat64(value));
  };
}

function temporalFields(
  memory: WebAssembly.Memory,
  batch: CarriedBatch,
  { type, text }: { readonly type: CarriedType; readonly text: (value: bigint) => string },
): FieldBytes {
  const isNull = nullsOf(memory, batch), view = new DataView(memory.buffer), encode = asciiBytes();
  const itemsize = type.bitWidth! / 8;
  return (row) => {
    if (isNull(row)) return NOTHING;
    const bits = integerBits(view, batch.data + row * itemsize, itemsize);
    return encode(text(BigInt.asIntN(type.bitWidth!, bits)));
  };
}

function fixedFields(
  memory: WebAssembly.Memory,
  batch: CarriedBatch,
  { itemsize, text }: { readonly itemsize: number; readonly text: FixedText },
): FieldBytes {
  const isNull = nullsOf(memory, batch), view = new DataView(memory.buffer), encode = asciiBytes();
  return (row) => isNull(row) ? NOTHING : encode(text(view, batch.data + row * itemsize));
}
