/**
 * The refusals of text that is data, with line, byte column, field and a fix.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { DTYPE } from "../../dtype/mod.ts";
import { DataError, type ErrorDetails, FormatError, MemoryError, type NdpipeError } from "../../errors.ts";
import type { ColumnTarget } from "./column_target.ts";
import type { RecordProblem } from "./record_scanner.ts";
import { placeOf, quoteText, type TextRegion } from "./text_place.ts";
import { integersFor, type RefusedText, spellingHint } from "./spelling_hint.ts";
import type { TemporalRefusal } from "./temporal_text.ts";
import type { Refusal } from "./value_text.ts";
import { carriedDType } from "./text_type.ts";

/** Text of records, and how its values are called. */
export interface RecordRegion extends TextRegion {
  /** its first record names the columns, and counts as none */
  readonly hasHeader: boolean;
  /** what a value is known by */
  readonly label: "column" | "key";
}

/** A field that is being refused: its bytes in the region, and which it is. */
export interface FieldLocation {
  readonly region: RecordRegion;
  readonly start: number;
  readonly end: number;
  readonly fieldName: string;
  /** number of the record, counting from 1 without the header */
  readonly record: number;
  readonly target: ColumnTarget;
}

function recordNote({ hasHeader }: RecordRegion, record: number): string {
  const text = `record ${countText(record)} of the file`;
  return hasHeader ? `${text}, the header not counted` : text;
}

/** as the file has it: `column "x"`, `key "x"` */
function nameOf({ fieldName, region }: FieldLocation): string {
  return `${region.label} ${JSON.stringify(fieldName)}`;
}

/** Where it is, and whose it is. */
function detailsOf(field: FieldLocation): Pick<ErrorDetails, "place" | "operands" | "input"> {
  const { target, region, start } = field, { input } = target;
  const type = target.carriedIndex === undefined ? target.dtype : `carried ${target.textType}`;
  return {
    place: placeOf(region, start),
    operands: [`input ${input}: ${type} from ${nameOf(field)}`],
    input,
  };
}

/** DAT001: a missing value, and the policy is to refuse it. */
export function nullRefused(field: FieldLocation): NdpipeError {
  const { target, region } = field;
  const shown = quoteText(region.bytes.subarray(field.start, field.end));
  const isFloat = DTYPE[target.dtype].kind === "f";
  const isMissing = field.end === field.start && region.label === "key";
  const what = isMissing
    ? `the record has no ${nameOf(field)}, which is a null`
    : `${nameOf(field)} holds a null, written ${shown}`;
  return new DataError("DAT001", what, {
    ...detailsOf(field),
    notes: [recordNote(region, field.record)],
    help: isFloat
      ? `declare what a null becomes: nulls: "nan" or nulls: { fill: 0 } on input ${target.input}`
      : `declare what a null becomes: nulls: { fill: ${
        target.dtype === "bool" ? "false" : "0"
      } } on input ${target.input}`,
  });
}

/** in quotes, as it is shown */
const ISO_DATE = /^"\d{4}-\d\d-\d\d/;

/** DAT002 and DAT004: text that is no value of the dtype. */
export function valueRefused(field: FieldLocation, refusal: Refusal, refused: RefusedText): NdpipeError {
  const { target, region } = field;
  const shown = quoteText(region.bytes.subarray(field.start, field.end));
  const name = nameOf(field), details = detailsOf(field);
  const dtype = target.carriedIndex === undefined ? target.dtype : carriedDType(target.textType);
  const { range, kind } = DTYPE[dtype];
  switch (refusal) {
    case "outOfRange":
      return new DataError("DAT004", `${shown} in ${name} is out of the range of ${dtype}`, {
        ...details,
        notes: [`${dtype} holds ${range![0]} to ${range![1]}`, recordNote(region, field.record)],
        help: widerHelp(target.input, refused),
      });
    case "fraction":
      return new DataError("DAT002", `${shown} in ${name} is no integer, as ${dtype} asks`, {
        ...details,
        notes: [recordNote(region, field.record)],
        help:
          `declare input ${target.input} as "f64" and cast it in the transform where whole numbers are wanted`,
      });
    case "malformed":
      return new DataError(
        "DAT002",
        `${shown} in ${name} is no ${kind === "b" ? "bool" : "number"}`,
        {
          ...details,
          notes: [
            ...(kind === "b" ? ["a bool is true, false, True, False, TRUE, FALSE, t, f, 1 or 0"] : []),
            recordNote(region, field.record),
          ],
          help: malformedHelp(field, shown, refused),
        },
      );
    default:
      return refusal satisfies never;
  }
}

function widerHelp(input: string, { text, values }: RefusedText): string {
  const dtypes = integersFor(text, values).map((dtype) => JSON.stringify(dtype));
  return dtypes.length > 0
    ? `declare input ${input} as ${dtypes.join(" or ")}`
    : `declare input ${input} as "f64", which rounds it to 53 bits, or as carry(), which passes its text on`;
}

/** What reads a text in quotes that begins as a date does; null: it does not. */
export function dateHelp(fieldName: string, shown: string): string | null {
  if (!ISO_DATE.test(shown)) return null;
  return `say how its dates or times are written: --types ${fieldName}=date32, or timestamp[us], timestamp[us,UTC]`;
}

function malformedHelp({ target, fieldName }: FieldLocation, shown: string, refused: RefusedText): string {
  const dtype = target.carriedIndex === undefined ? target.dtype : carriedDType(target.textType);
  const asDate = dateHelp(fieldName, shown);
  if (asDate !== null) return asDate;
  if (DTYPE[dtype].kind === "b") {
    return "say which words stand for true and false, such as --true-words yes,Y --false-words no,N; or mend the field";
  }
  return spellingHint(refused, dtype) ??
    `mend the field, or name its spelling as a missing value (--missing TEXT) and declare nulls on input ${target.input}`;
}

/** DAT002 and DAT004: text that is no date or time. */
export function temporalRefused(field: FieldLocation, refusal: TemporalRefusal): NdpipeError {
  const { target, region, record } = field, { textType } = target;
  const shown = quoteText(region.bytes.subarray(field.start, field.end));
  const name = nameOf(field), details = detailsOf(field);
  const isUtc = target.temporal!.isUtc;
  switch (refusal) {
    case "outOfRange":
      return new DataError("DAT004", `${shown} in ${name} is out of the range of ${textType}`, {
        ...details,
        notes: [recordNote(region, record)],
        help: "read the column with a coarser unit: timestamp[us] reaches the years 0 to 9999",
      });
    case "zone":
      return new DataError(
        "DAT002",
        isUtc
          ? `${shown} in ${name} names no zone, and the column is in UTC`
          : `${shown} in ${name} names a zone, and the column has local times`,
        {
          ...details,
          notes: [recordNote(region, record)],
          help: isUtc
            ? "end the time with Z or an offset, or read the column without a zone"
            : `read the column as ${textType.replace("]", ", UTC]")}`,
        },
      );
    case "precision":
      return new DataError("DAT002", `${shown} in ${name} is finer than ${textType} holds`, {
        ...details,
        notes: ["nothing is rounded", recordNote(region, record)],
        help: "read the column with a finer unit: timestamp[ns]",
      });
    case "malformed":
      return new DataError("DAT002", `${shown} in ${name} is no ${textType}`, {
        ...details,
        notes: [
          target.temporal!.unit === null
            ? "a date is written 2026-01-31"
            : "a time is written 2026-01-31T12:00:00.25, with Z or an offset such as +01:00 in a column in UTC",
          recordNote(region, record),
        ],
        help: "mend the field, name its spelling as a missing value, or read the column as text",
      });
    default:
      return refusal satisfies never;
  }
}

/** DAT003: a record of more or fewer fields than there are columns. */
export function raggedRecord(
  region: RecordRegion,
  at: {
    readonly start: number;
    readonly record: number;
    readonly numFields: number;
    readonly numExpected: number;
  },
): NdpipeError {
  const fields = (count: number) => `${countText(count)} ${count === 1 ? "field" : "fields"}`;
  return new DataError(
    "DAT003",
    `a row of ${region.file} has ${fields(at.numFields)}, expected ${at.numExpected}`,
    {
      place: placeOf(region, at.start),
      notes: [recordNote(region, at.record)],
      help: otherDelimiter(region, at) ??
        (at.numFields > at.numExpected
          ? "quote fields that hold the delimiter, or mend the row; where every line ends with a delimiter, " +
            "--trailing-delimiter drops the empty field behind it"
          : "mend the row: an empty field still needs its delimiter; --ragged pad takes fields that are not there as missing"),
    },
  );
}

/** A table of one column whose row holds other delimiters between numbers with decimal commas; null: it is not so. */
function otherDelimiter(
  { bytes }: RecordRegion,
  { start, numFields, numExpected }: { start: number; numFields: number; numExpected: number },
): string | null {
  if (numExpected !== 1 || numFields === 1) return null;
  const end = bytes.subarray(start).findIndex((byte) => byte === 10 || byte === 13);
  const line = bytes.subarray(start, end < 0 ? undefined : start + end);
  const found = ([[";", "semicolon"], ["\t", "tab"], ["|", "pipe"]] as const).find(([sign]) =>
    line.includes(sign.charCodeAt(0))
  );
  if (found === undefined) return null;
  return `where its fields are apart by another sign, --delimiter ${found[1]}; ` +
    "numbers such as 1,5 are read by --decimal ,";
}

/** FMT007 and MEM004: a record whose end cannot be found. */
export function recordRefused(
  region: TextRegion,
  problem: { readonly kind: RecordProblem; readonly position: number },
  maxRecordBytes: number,
): NdpipeError {
  const place = placeOf(region, problem.position);
  switch (problem.kind) {
    case "unclosedQuote":
      return new FormatError(
        "FMT007",
        `the quote that opens on line ${place.line} of ${region.file} is never closed`,
        {
          place,
          help:
            "close it; a quote within a quoted field is written twice; for a file without quoting, --quote none",
        },
      );
    case "textAfterQuote":
      return new FormatError("FMT007", `a quoted field of ${region.file} goes on after its closing quote`, {
        place,
        notes: ["after the closing quote comes the delimiter or the end of the line"],
        help: "write a quote within a quoted field twice",
      });
    case "tooLong": {
      const limit = countText(maxRecordBytes);
      return new MemoryError(
        "MEM004",
        `the record from line ${place.line} of ${region.file} on has more than ${limit} bytes`,
        {
          place,
          notes: [
            "memory for one record is set aside before reading",
            "a quote that is never closed makes such a record",
          ],
          help: `close the quote, or let a record be longer: --max-record-bytes SIZE, above ${limit} bytes`,
        },
      );
    }
    default:
      return problem.kind satisfies never;
  }
}
