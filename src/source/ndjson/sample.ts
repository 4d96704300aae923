/**
 * A look at the first records of JSON lines, to tell what the columns hold. A look is no proof: the rest of the file
 * may differ, and reading it then says where.
 *
 * @module
 */
import { type CsvInput, decodedInput, openCsvInput } from "../csv/csv_input.ts";
import { type CsvSample, joinedKind, type SampledKind, temporalKind } from "../csv/sample.ts";
import { parseValue } from "../csv/value_text.ts";
import { type HeadValue, readNdjsonHead } from "./head.ts";
import type { NdjsonOptions } from "./ndjson_source.ts";

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;

/**
 * Looks at the records that the columns' names are taken from. A nested value makes its column "nested".
 *
 * @param from a path, "-" for standard input, or an opened stream
 * @throws what `openNdjsonSource` throws
 */
export function sampleNdjson(from: string | CsvInput, { maxRecordBytes }: NdjsonOptions = {}): CsvSample {
  const input = typeof from === "string" ? openCsvInput(from) : decodedInput(from);
  try {
    const { fieldNames, records, isWhole } = readNdjsonHead(input, {
      maxRecordBytes: maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES,
      keepsValues: true,
    });
    const values = fieldNames.map((name) => records.map((record) => record.get(name)));
    const isMissing = (value: HeadValue | undefined) => value === undefined || value.kind === "null";
    return {
      names: fieldNames,
      kinds: values.map((column) => {
        const kinds = column.flatMap((value) => isMissing(value) ? [] : [kindOf(value!)]);
        return kinds.reduce<SampledKind>(
          (all, kind) => all === "missing" || all === kind ? kind : joinedKind(all, kind),
          "missing",
        );
      }),
      numMissing: values.map((column) => column.filter(isMissing).length),
      numRecords: records.length,
      isWhole,
    };
  } finally {
    input.close();
  }
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
