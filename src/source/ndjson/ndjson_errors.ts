/**
 * The refusals of JSON lines, with line, byte column, key and a fix.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { DataError, FormatError, type NdpipeError } from "../../errors.ts";
import type { ColumnTarget } from "../text/column_target.ts";
import { dateHelp } from "../text/text_errors.ts";
import { placeOf, quoteText, type TextRegion } from "../text/text_place.ts";
import type { JsonFault, JsonMember } from "./json_line.ts";

/** FMT008: a line that is no object of JSON. */
export function lineRefused(region: TextRegion, { position, what }: JsonFault): NdpipeError {
  return new FormatError("FMT008", `a line of ${region.file} is no JSON object: ${what}`, {
    place: placeOf(region, Math.min(position, region.bytes.length)),
    help:
      "each line holds one object, whole: {\"name\": value, …}; for an array of objects, jq -c '.[]' makes lines",
  });
}

/** DAT003: a key that the first records do not have. */
export function keyRefused(region: TextRegion, member: JsonMember, record: number): NdpipeError {
  return new DataError(
    "DAT003",
    `the key ${JSON.stringify(member.key)} is not among the columns of ${region.file}`,
    {
      place: placeOf(region, member.keyStart),
      notes: [
        "the columns are the keys of the first 1000 records, or of those within the first MiB",
        `record ${countText(record)} of the file`,
      ],
      help:
        "--unknown-keys ignore passes over it; or let the first record name every key, with null where it has no value",
    },
  );
}

/** DAT002: a value of another kind than the column's. */
export function kindRefused(
  region: TextRegion,
  member: JsonMember,
  { target, record }: { readonly target: ColumnTarget; readonly record: number },
): NdpipeError {
  const type = target.carriedIndex === undefined ? target.dtype : target.textType;
  const isNested = member.kind === "object" || member.kind === "array";
  const shown = quoteText(region.bytes.subarray(member.start, member.end));
  const article = isNested ? "an" : member.kind === "string" || member.kind === "number" ? "a" : "the word";
  return new DataError(
    "DAT002",
    `${JSON.stringify(member.key)} holds ${article} ${member.kind}, not ${type}`,
    {
      place: placeOf(region, member.start),
      input: target.input,
      operands: [`input ${target.input}: ${type} from key ${JSON.stringify(member.key)}: ${shown}`],
      notes: [`record ${countText(record)} of the file`],
      help: isNested
        ? "tables are flat: take nested values apart before (jq), or leave the column out"
        : dateHelp(member.key, shown.replaceAll('\\"', "")) ??
          "mend the value, or declare the column as what it holds",
    },
  );
}
