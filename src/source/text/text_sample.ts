/**
 * What a look at the first records of text shows of its columns.
 *
 * @module
 */
import { parseTemporal } from "./temporal_text.ts";
import { temporalType, type TextType } from "./text_type.ts";

/** Kinds that a date or a time of ISO 8601 is. */
const TEMPORAL_KINDS = [
  "date32",
  "timestamp[us]",
  "timestamp[us, UTC]",
  "timestamp[ns]",
  "timestamp[ns, UTC]",
] as const satisfies readonly TextType[];

/**
 * What the sampled fields of a column are: whole numbers, those that only u64 holds (of JSON), numbers, true and false,
 * dates, times, some of none, objects and arrays (of JSON), or all missing.
 */
export type SampledKind =
  | "integer"
  | "u64"
  | "number"
  | "boolean"
  | (typeof TEMPORAL_KINDS)[number]
  | "text"
  | "nested"
  | "missing";

/** What the sampled records show. */
export interface TextSample {
  readonly names: readonly string[];
  /** of each column, whether the missing fields are left aside */
  readonly kinds: readonly SampledKind[];
  /** of JSON: whether each column's values are whole numbers that u64 holds; absent: no column is "u64" */
  readonly areUnsigned?: readonly boolean[];
  /** missing fields of each column among the sampled records; of text, where they are nulls */
  readonly numMissing: readonly number[];
  readonly numRecords: number;
  /** whether these are all the records of the file */
  readonly isWhole: boolean;
}

/** The kind of a date or a time; null: it is none. */
export function temporalKind(text: string): SampledKind | null {
  if (!/^\d{4}-/.test(text)) return null;
  return TEMPORAL_KINDS.find((kind) => typeof parseTemporal(text, temporalType(kind)!) !== "string") ?? null;
}

/** What holds values of two different kinds. */
export function joinedKind(a: SampledKind, b: SampledKind): SampledKind {
  const kinds = [a, b];
  if (kinds.includes("nested")) return "nested";
  if (kinds.every((kind) => kind === "integer" || kind === "number")) return "number";
  // a day alone is its midnight in a column of local times
  const local = kinds.map((kind) => kind === "date32" ? "timestamp[us]" : kind);
  if (local.every((kind) => kind === "timestamp[us]" || kind === "timestamp[ns]")) {
    return local.includes("timestamp[ns]") ? "timestamp[ns]" : "timestamp[us]";
  }
  return kinds.every((kind) => kind.endsWith(", UTC]")) ? "timestamp[ns, UTC]" : "text";
}
