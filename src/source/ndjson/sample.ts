/**
 * A look at the first records of JSON lines, to tell what the columns hold. A look is no proof: the rest of the file
 * may differ, and reading it then says where.
 *
 * @module
 */
import { freeBytes } from "../../memory/byte_buffers.ts";
import { decodedInput, openTextInput } from "../text/open_text_input.ts";
import type { TextInput } from "../text/text_input.ts";
import { joinedKind, type SampledKind, temporalKind, type TextSample } from "../text/text_sample.ts";
import { parseValue } from "../text/value_text.ts";
import { type HeadValue, readNdjsonHead } from "./head.ts";
import type { NdjsonOptions } from "./ndjson_source.ts";

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;

/**
 * Looks at the records that the columns' names are taken from. A nested value makes its column "nested".
 *
 * @param from a path, "-" for standard input, or an opened stream
 * @throws what `openNdjsonSource` throws
 */
export function sampleNdjson(
  from: string | TextInput,
  { maxRecordBytes, declared }: NdjsonOptions = {},
): TextSample {
  const input = typeof from === "string" ? openTextInput(from) : decodedInput(from);
  try {
    const columns = new Map<string, SampledColumn>();
    const { bytes, fieldNames, numRecords, isWhole } = readNdjsonHead(input, {
      maxRecordBytes: maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES,
      ...(declared === undefined ? {} : { declared }),
      onRecord: (record) => {
        for (const [name, value] of record) if (value.kind !== "null") add(columns, name, value);
      },
    });
    freeBytes(bytes);
    return {
      names: fieldNames,
      kinds: fieldNames.map((name) => {
        const { kind, isBeyondI64, isUnsigned } = columns.get(name) ?? NOTHING_SEEN;
        return isBeyondI64 && isUnsigned ? "u64" : kind;
      }),
      areUnsigned: fieldNames.map((name) => (columns.get(name) ?? NOTHING_SEEN).isUnsigned),
      numMissing: fieldNames.map((name) => numRecords - (columns.get(name)?.numValues ?? 0)),
      numRecords,
      isWhole,
    };
  } finally {
    input.close();
  }
}

/** Whether a value is a whole number of 64 bits that no i64 holds. */
function isBeyondI64({ kind, text }: HeadValue): boolean {
  return kind === "number" && text.length >= 19 && typeof parseValue(text, "i64") !== "bigint" &&
    typeof parseValue(text, "u64") === "bigint";
}

function isUnsigned({ kind, text }: HeadValue): boolean {
  if (kind !== "number" || text === "-0") return false;
  // most numbers are short, and no bigint is made to tell
  return (text.length < 19 && /^\d+$/.test(text)) || typeof parseValue(text, "u64") === "bigint";
}

/** What was seen of a column so far. */
interface SampledColumn {
  kind: SampledKind;
  numValues: number;
  /** whether a value is a whole number that u64 holds and i64 does not; whether all are whole numbers of u64 */
  isBeyondI64: boolean;
  isUnsigned: boolean;
}

const NOTHING_SEEN: Readonly<SampledColumn> = {
  kind: "missing",
  numValues: 0,
  isBeyondI64: false,
  isUnsigned: true,
};

function add(columns: Map<string, SampledColumn>, name: string, value: HeadValue): void {
  const column = columns.get(name) ?? { ...NOTHING_SEEN }, kind = kindOf(value);
  if (column.numValues === 0) columns.set(name, column);
  if (column.kind === "missing") column.kind = kind;
  else if (column.kind !== kind) column.kind = joinedKind(column.kind, kind);
  column.numValues += 1;
  column.isBeyondI64 ||= isBeyondI64(value);
  column.isUnsigned &&= isUnsigned(value);
}

function kindOf({ kind, text }: HeadValue): SampledKind {
  switch (kind) {
    case "true":
    case "false":
      return "boolean";
    case "number":
      // "-0" is a float's: as an integer it would lose its sign
      return typeof parseValue(text, "i64") === "bigint" && text !== "-0" ? "integer" : "number";
    case "string":
      if (text === "NaN" || text === "Infinity" || text === "-Infinity") return "number";
      return temporalKind(text) ?? "text";
    case "object":
    case "array":
      return "nested";
    case "null":
      return "missing";
    default:
      return kind satisfies never;
  }
}
