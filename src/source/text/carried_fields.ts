/**
 * Carried fields of CSV. A column of text is taken as it stands, without its quotes, doubled quotes single; an empty
 * field without quotes is a null, and spellings of missing values are text, as spaces around a text are part of it.
 * A column of another type is parsed by the decoder, for which a spelling of a missing value is a null.
 *
 * @module
 */
import type { CarriedView } from "../../schema/mod.ts";
import type { Slot } from "../source.ts";
import type { TextSlotLayout } from "./layout.ts";

/** Bytes that mean something within a field. */
interface FieldMarks {
  readonly quote: number;
  readonly escape: number;
}

/** Collects the fields of one carried column of a chunk, row after row. Made for one chunk: it holds views. */
export class CarriedFieldWriter {
  readonly view: CarriedView;
  readonly #bytes: Uint8Array;
  readonly #data: DataView;
  readonly #offsets: Uint32Array;
  readonly #validity: Uint8Array;
  readonly #bitWidth: number | null;

  constructor(slot: Slot, { start, layout, bitWidth }: TextSlotLayout["carried"][number], numRows: number) {
    const { buffer } = slot.memory, base = slot.byteOffset + start, pointer = base + layout.data;
    const validity = base + layout.validity, offsets = base + layout.offsets;
    this.view = {
      validity: { pointer: validity, firstBit: 0 },
      offsets: bitWidth === null ? offsets : null,
      pointer,
      firstBit: 0,
    };
    this.#bitWidth = bitWidth;
    this.#bytes = new Uint8Array(buffer);
    this.#data = new DataView(buffer, pointer);
    this.#offsets = new Uint32Array(buffer, offsets, bitWidth === null ? numRows + 1 : 0);
    this.#validity = new Uint8Array(buffer, validity, Math.ceil(numRows / 8)).fill(0);
    // what stands in for a null is 0, so that the same rows give the same bytes
    if (bitWidth === null) this.#offsets[0] = 0;
    else this.#bytes.fill(0, pointer, pointer + Math.ceil((numRows * bitWidth) / 8));
  }

  /** Takes the field of the next row, `text` from `start` to `end`, quotes included. */
  put(
    row: number,
    text: Uint8Array,
    { start, end, quote, escape }: { start: number; end: number } & FieldMarks,
  ): void {
    const bytes = this.#bytes, isQuoted = start < end && text[start] === quote;
    let p = this.#endOfRow(row - 1);
    if (isQuoted) {
      for (let i = start + 1; i < end - 1; i++) {
        if (text[i] === escape || text[i] === quote) i++;
        bytes[p++] = text[i]!;
      }
    } else {
      for (let i = start; i < end; i++) {
        if (text[i] === escape && i + 1 < end) i++;
        bytes[p++] = text[i]!;
      }
    }
    this.#offsets[row + 1] = p - this.view.pointer;
    if (end > start) this.#setValid(row);
  }

  /** Takes the text of the next row as it is. */
  putText(row: number, text: Uint8Array): void {
    const start = this.#endOfRow(row - 1);
    this.#bytes.set(text, start);
    this.#offsets[row + 1] = start + text.length - this.view.pointer;
    this.#setValid(row);
  }

  /** The row has no value. */
  putNull(row: number): void {
    if (this.#bitWidth === null) this.#offsets[row + 1] = this.#offsets[row]!;
  }

  /** Takes a value of a column of fixed width: a number for floats, bool and date32, a bigint for integers and times. */
  putValue(row: number, value: number | bigint, isFloat: boolean): void {
    const data = this.#data;
    switch (this.#bitWidth) {
      case 64:
        if (isFloat) data.setFloat64(row * 8, Number(value), true);
        else data.setBigInt64(row * 8, BigInt.asIntN(64, BigInt(value)), true);
        break;
      case 32:
        if (isFloat) data.setFloat32(row * 4, Number(value), true);
        else data.setInt32(row * 4, Number(value), true);
        break;
      case 16:
        data.setInt16(row * 2, Number(value), true);
        break;
      case 8:
        data.setInt8(row, Number(value));
        break;
      default:
        if (Number(value) !== 0) data.setUint8(row >> 3, data.getUint8(row >> 3) | (1 << (row & 7)));
    }
    this.#setValid(row);
  }

  /** where the text of the next row begins: in the offsets, as the kernel of JSON lines writes rows too */
  #endOfRow(row: number): number {
    return this.view.pointer + this.#offsets[row + 1]!;
  }

  #setValid(row: number): void {
    this.#validity[row >> 3]! |= 1 << (row & 7);
  }
}
