/**
 * Carried values as JSON: text as strings, dates and times as strings of ISO 8601, numbers, decimals (with all their
 * digits), durations and bools as such, nulls as null; columns with parts: `packed_json.ts`.
 *
 * @module
 */
import { ARROW_TYPE, isUtf8Type } from "../../schema/arrow_numbers.ts";
import { OutputError } from "../../errors.ts";
import {
  type CarriedFormat,
  type FieldBytes,
  nullsOf,
  PIECE_BYTES,
  plainFormat,
  type TakePiece,
} from "../text/plain_fields.ts";
import { fixedText, MAX_FIXED_TEXT_BYTES } from "../text/fixed_text.ts";
import type { CarriedBatch, OutputField } from "../sink.ts";
import { escapeOf, mendedUtf8 } from "./json_escapes.ts";
import { packedJson } from "./packed_json.ts";

/** of a byte: \u0000 */
const MAX_ESCAPE_BYTES = 6;
const MINUS = 0x2d, LETTER_I = 0x69;
const QUOTE = 0x22, BACKSLASH = 0x5c, SPACE = 0x20, FIRST_WIDE = 0x80;
const NULL = new TextEncoder().encode("null");
const NON_FINITE: ReadonlyMap<number, Uint8Array> = new Map(
  // by the first letter of what CSV has: "NaN", "inf", "-inf"
  [["N", '"NaN"'], ["i", '"Infinity"'], ["-", '"-Infinity"']].map(([letter, json]) => [
    letter!.charCodeAt(0),
    new TextEncoder().encode(json),
  ]),
);

/**
 * How a carried column is written; a value is done with when the next is asked for.
 *
 * @param take is given the pieces of a value before the last, where the column has parts or a text is long
 * @throws OutputError OUT003 there is no JSON for the type
 */
export function carriedJson(field: OutputField, take: TakePiece): CarriedFormat {
  const { name, carried } = field, { type } = carried!, { typeId } = type;
  if (type.packed !== undefined) return packedJson(field, take);
  if (isUtf8Type(type)) return (memory, batch) => textValues(memory, batch, take);
  const format = plainFormat(type);
  if (format === null) {
    throw new OutputError(
      "OUT003",
      `the carried column ${name} is ${type.name}, which is not written to JSON`,
      {
        notes: ["carried columns of text, numbers, bools, decimals, dates, times and durations are"],
        help: "write Arrow, or leave the column out",
      },
    );
  }
  if (typeId === ARROW_TYPE.date || typeId === ARROW_TYPE.timestamp || fixedText(type)?.isNumber === false) {
    return (memory, batch) => quotedValues(format(memory, batch));
  }
  return (memory, batch) => {
    const bytesOf = format(memory, batch);
    return (row) => {
      const bytes = bytesOf(row);
      if (bytes.length === 0) return NULL;
      return typeId === ARROW_TYPE.floatingPoint ? finiteOrWord(bytes) : bytes;
    };
  };
}

/** A number of CSV as it is, or the string of one that JSON does not have. */
function finiteOrWord(bytes: Uint8Array): Uint8Array {
  const letter = bytes[0] === MINUS && bytes[1] !== LETTER_I ? undefined : NON_FINITE.get(bytes[0]!);
  return letter ?? bytes;
}

function quotedValues(bytesOf: FieldBytes): FieldBytes {
  const quoted = new Uint8Array(2 + MAX_FIXED_TEXT_BYTES);
  quoted[0] = QUOTE;
  return (row) => {
    const bytes = bytesOf(row);
    if (bytes.length === 0) return NULL;
    quoted.set(bytes, 1);
    quoted[bytes.length + 1] = QUOTE;
    return quoted.subarray(0, bytes.length + 2);
  };
}

function textValues(memory: WebAssembly.Memory, batch: CarriedBatch, take: TakePiece): FieldBytes {
  const bytes = new Uint8Array(memory.buffer), words = new Uint32Array(memory.buffer);
  const isNull = nullsOf(memory, batch), first = batch.offsets! / 4, text = new JsonText(take);
  return (row) => {
    if (isNull(row)) return NULL;
    return text.quote(bytes, batch.data + words[first + row]!, batch.data + words[first + row + 1]!);
  };
}

const QUOTE_ALONE = Uint8Array.of(QUOTE);

/** Text as strings of JSON, in one buffer that grows to the longest, but in pieces where that is long. */
class JsonText {
  #buffer = new Uint8Array(256);
  #filled = 0;
  readonly #take: TakePiece;

  constructor(take: TakePiece) {
    this.#take = take;
  }

  /** The UTF-8 text at [start, end) as JSON.stringify has it, or its last piece; what is not UTF-8 becomes U+FFFD. */
  quote(bytes: Uint8Array, start: number, end: number): Uint8Array {
    let isWide = false, isPlain = true;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte >= FIRST_WIDE) isWide = true;
      else if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) isPlain = false;
    }
    if (isWide) {
      const mended = mendedUtf8(bytes, { start, end });
      if (mended.bytes !== bytes) return this.quote(mended.bytes, mended.start, mended.end);
    }
    this.#filled = 0;
    if (end - start > PIECE_BYTES) return this.#quoteInPieces(bytes.subarray(start, end), isPlain);
    this.#reserve((end - start) * (isPlain ? 1 : MAX_ESCAPE_BYTES) + 2);
    this.#put(QUOTE);
    if (isPlain) {
      // byte by byte: a view for each of many short texts takes longer than they do
      for (let i = start; i < end; i++) this.#put(bytes[i]!);
    } else {
      for (let i = start; i < end; i++) this.#putEscaped(bytes[i]!);
    }
    this.#put(QUOTE);
    return this.#buffer.subarray(0, this.#filled);
  }

  #quoteInPieces(text: Uint8Array, isPlain: boolean): Uint8Array {
    this.#take(QUOTE_ALONE);
    if (isPlain) this.#take(text);
    else {
      this.#reserve(PIECE_BYTES);
      for (const byte of text) {
        if (this.#filled + MAX_ESCAPE_BYTES > PIECE_BYTES) {
          this.#take(this.#buffer.subarray(0, this.#filled));
          this.#filled = 0;
        }
        this.#putEscaped(byte);
      }
      this.#take(this.#buffer.subarray(0, this.#filled));
    }
    return QUOTE_ALONE;
  }

  #reserve(numBytes: number): void {
    if (this.#buffer.length < numBytes) this.#buffer = new Uint8Array(2 * numBytes);
  }

  #put(byte: number): void {
    this.#buffer[this.#filled++] = byte;
  }

  #putEscaped(byte: number): void {
    const escape = escapeOf(byte);
    if (escape === undefined) return this.#put(byte);
    for (const one of escape) this.#put(one);
  }
}
