/**
 * Carried values as fields of CSV. Text is quoted only where it must be: an empty text is `""`, because an empty
 * field is a null. What is neither text nor a value of `plain_fields.ts` is refused.
 *
 * @module
 */
import { isUtf8Type } from "../../schema/arrow_numbers.ts";
import { OutputError } from "../../errors.ts";
import type { CarriedBatch, OutputField } from "../sink.ts";
import {
  type CarriedFormat,
  type FieldBytes,
  nullsOf,
  PIECE_BYTES,
  plainFormat,
  type TakePiece,
} from "../text/plain_fields.ts";

const QUOTE = 0x22, LF = 0x0a, CR = 0x0d;
const NOTHING = new Uint8Array();

/**
 * How a carried column is written.
 *
 * @param how `take` is given the pieces of a long text before the last
 * @throws OutputError OUT003 CSV has no text for the type
 */
export function carriedCsv(
  { name, carried }: OutputField,
  how: { readonly delimiter: number; readonly take: TakePiece },
): CarriedFormat {
  const { type } = carried!;
  if (isUtf8Type(type)) {
    return (memory, batch) => textFields(memory, batch, how);
  }
  const plain = plainFormat(type);
  if (plain !== null) return plain;
  throw new OutputError("OUT003", `the carried column ${name} is ${type.name}, which is not written to CSV`, {
    notes: [
      "carried columns of text, numbers, bools, decimals, dates, times and durations are written to CSV; all, to Arrow",
    ],
    help: type.packed === undefined
      ? "write Arrow, cast the column to utf8 when writing the input, or declare a number with input(...)"
      : "write Arrow, Parquet or JSON lines, which have columns with parts, or leave the column out",
  });
}

function textFields(
  memory: WebAssembly.Memory,
  batch: CarriedBatch,
  { delimiter, take }: { readonly delimiter: number; readonly take: TakePiece },
): FieldBytes {
  const isNull = nullsOf(memory, batch), bytes = new Uint8Array(memory.buffer), { data } = batch;
  const first = batch.offsets! / 4, words = new Uint32Array(memory.buffer);
  return (row) => {
    if (isNull(row)) return NOTHING;
    const start = data + words[first + row]!, end = data + words[first + row + 1]!;
    let mustQuote = start === end, numQuotes = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) numQuotes++;
      else if (byte === delimiter || byte === LF || byte === CR) mustQuote = true;
    }
    if (!mustQuote && numQuotes === 0) return bytes.subarray(start, end);
    if (end - start > PIECE_BYTES) return quotedInPieces(bytes.subarray(start, end), take);
    const quoted = new Uint8Array(end - start + numQuotes + 2);
    let filled = 0;
    quoted[filled++] = QUOTE;
    for (let i = start; i < end; i++) {
      if (bytes[i] === QUOTE) quoted[filled++] = QUOTE;
      quoted[filled++] = bytes[i]!;
    }
    quoted[filled] = QUOTE;
    return quoted;
  };
}

/** A long text takes no more memory than a piece of it. */
function quotedInPieces(text: Uint8Array, take: TakePiece): Uint8Array {
  const piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  piece[filled++] = QUOTE;
  for (const byte of text) {
    if (filled + 2 > PIECE_BYTES) {
      take(piece.subarray(0, filled));
      filled = 0;
    }
    if (byte === QUOTE) piece[filled++] = QUOTE;
    piece[filled++] = byte;
  }
  if (filled === PIECE_BYTES) {
    take(piece);
    filled = 0;
  }
  piece[filled++] = QUOTE;
  return piece.subarray(0, filled);
}
