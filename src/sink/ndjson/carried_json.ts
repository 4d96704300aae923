/**
 * Carried values as JSON: text as strings, dates and times as strings of ISO 8601, numbers and bools as such, nulls as
 * null.
 *
 * @module
 */
import { OutputError } from "../../errors.ts";
import { carriedFormat } from "../csv/carried_text.ts";
import type { CarriedBatch, OutputField } from "../sink.ts";

/** The JSON of one row's value. */
export type JsonValue = (row: number) => string;

/** in Arrow's union `Type` */
const UTF8 = 5, LARGE_UTF8 = 20, FLOAT = 3, DATE = 8, TIMESTAMP = 10;
const NON_FINITE: Readonly<Record<string, string>> = {
  NaN: '"NaN"',
  inf: '"Infinity"',
  "-inf": '"-Infinity"',
};

/**
 * How a carried column is written.
 *
 * @throws OutputError OUT003 there is no JSON for the type
 */
export function carriedJson(
  field: OutputField,
): (memory: WebAssembly.Memory, batch: CarriedBatch) => JsonValue {
  const { typeId } = field.carried!.type;
  if (typeId === UTF8 || typeId === LARGE_UTF8) return textValues;
  let format: ReturnType<typeof carriedFormat>;
  try {
    format = carriedFormat(field, 0);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const { name, carried } = field;
    throw new OutputError(
      "OUT003",
      `the carried column ${name} is ${carried!.type.name}, which is not written to JSON`,
      {
        notes: ["carried columns of text, numbers, bools, dates and timestamps are"],
        help: "write Arrow, or leave the column out",
        cause: error,
      },
    );
  }
  const isQuoted = typeId === DATE || typeId === TIMESTAMP, decoder = new TextDecoder();
  return (memory, batch) => {
    const bytesOf = format(memory, batch);
    return (row) => {
      const bytes = bytesOf(row);
      if (bytes.length === 0) return "null";
      const text = decoder.decode(bytes);
      return isQuoted ? `"${text}"` : typeId === FLOAT ? NON_FINITE[text] ?? text : text;
    };
  };
}

function textValues(memory: WebAssembly.Memory, batch: CarriedBatch): JsonValue {
  const bytes = new Uint8Array(memory.buffer),
    words = new Uint32Array(memory.buffer),
    first = batch.offsets! / 4;
  const decoder = new TextDecoder();
  return (row) => {
    const isNull = batch.numNulls > 0 && ((bytes[batch.validity + (row >> 3)]! >> (row & 7)) & 1) === 0;
    if (isNull) return "null";
    // a copy: a TextDecoder takes no shared memory
    const text = bytes.slice(batch.data + words[first + row]!, batch.data + words[first + row + 1]!);
    return JSON.stringify(decoder.decode(text));
  };
}
