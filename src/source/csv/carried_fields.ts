/**
 * Carried fields of CSV: the text as it stands, without its quotes, doubled quotes single. An empty field without
 * quotes is a null; spellings of missing values are text, as spaces around a text are part of it.
 *
 * @module
 */
import type { CarriedView } from "../../schema/mod.ts";
import type { Slot } from "../source.ts";
import type { CsvSlotLayout } from "./layout.ts";

/** Collects the fields of one carried column of a chunk, row after row. Made for one chunk: it holds views. */
export class CarriedFieldWriter {
  readonly view: CarriedView;
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #validity: Uint8Array;
  #end: number;

  constructor(slot: Slot, { start, layout }: CsvSlotLayout["carried"][number], numRows: number) {
    const { buffer } = slot.memory, base = slot.byteOffset + start, pointer = base + layout.data;
    const validity = base + layout.validity, offsets = base + layout.offsets;
    this.view = { validity: { pointer: validity, firstBit: 0 }, offsets, pointer, firstBit: 0 };
    this.#bytes = new Uint8Array(buffer);
    this.#offsets = new Uint32Array(buffer, offsets, numRows + 1);
    this.#validity = new Uint8Array(buffer, validity, Math.ceil(numRows / 8)).fill(0);
    this.#offsets[0] = 0;
    this.#end = pointer;
  }

  /** Takes the field of the next row, `text` from `start` to `end`, quotes included. */
  put(
    row: number,
    text: Uint8Array,
    { start, end, quote }: { start: number; end: number; quote: number },
  ): void {
    const bytes = this.#bytes, isQuoted = start < end && text[start] === quote;
    let p = this.#end;
    if (isQuoted) {
      for (let i = start + 1; i < end - 1; i++) {
        bytes[p++] = text[i]!;
        if (text[i] === quote) i++;
      }
    } else {
      for (let i = start; i < end; i++) bytes[p++] = text[i]!;
    }
    this.#end = p;
    this.#offsets[row + 1] = p - this.view.pointer;
    if (end > start) this.#validity[row >> 3]! |= 1 << (row & 7);
  }
}
