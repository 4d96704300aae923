/**
 * What the text of a column is parsed to where its declaration does not say: the type that a carried column has, and
 * the unit that a date or a time is counted in.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, isDType } from "../../dtype/mod.ts";
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { ColumnType } from "../../schema/mod.ts";
import { type CarriedType, UTF8 } from "../../schema/mod.ts";

const UNITS = ["s", "ms", "us", "ns"] as const;
/** Units of a timestamp. */
export type TimeUnit = (typeof UNITS)[number];

/** Types by name: a timestamp without a zone is local, one with UTC is an instant. */
export type TextType =
  | "utf8"
  | DType
  | "date32"
  | `timestamp[${TimeUnit}]`
  | `timestamp[${TimeUnit}, UTC]`;

/** A date or a time of ISO 8601, as it is stored. */
export interface TemporalType {
  /** null: days since 1970-01-01 */
  readonly unit: TimeUnit | null;
  readonly isUtc: boolean;
}

/** The types by their names, for messages and flags. */
export const TEXT_TYPES: readonly TextType[] = [
  "utf8",
  ...DTYPES,
  "date32",
  ...UNITS.flatMap((unit): TextType[] => [`timestamp[${unit}]`, `timestamp[${unit}, UTC]`]),
];

export function isTextType(text: string): text is TextType {
  return TEXT_TYPES.some((one) => one === text);
}

const TEMPORAL: ReadonlyMap<TextType, TemporalType> = new Map(
  TEXT_TYPES.flatMap((type): [TextType, TemporalType][] => {
    if (type === "date32") return [[type, { unit: null, isUtc: false }]];
    const match = /^timestamp\[(\w+)(, UTC)?\]$/.exec(type);
    if (match === null) return [];
    return [[type, { unit: match[1] as TimeUnit, isUtc: match[2] !== undefined }]];
  }),
);

/** What of a type is a date or a time; null: nothing. */
export function temporalType(type: TextType): TemporalType | null {
  return TEMPORAL.get(type) ?? null;
}

/** What a column of the type is to a declared input: dates and times are whole numbers, as in Arrow. */
export function columnType(type: TextType): ColumnType {
  const temporal = temporalType(type);
  if (temporal === null) return { kind: "text" };
  return { kind: "primitive", dtype: temporal.unit === null ? "i32" : "i64" };
}

/** What the fields of a carried column are parsed to that are neither text nor a date or a time. */
export function carriedDType(type: TextType): DType {
  return isDType(type) ? type : "i64";
}

/** The type that a carried column has, with the numbers of Schema.fbs. */
export function carriedTextType(type: TextType): CarriedType {
  const temporal = temporalType(type);
  if (temporal !== null && temporal.unit !== null) {
    const unit = { slot: 0, kind: "int16", value: UNITS.indexOf(temporal.unit) } as const;
    const zone = { slot: 1, kind: "string", value: "UTC" } as const;
    return {
      name: type,
      bitWidth: 64,
      isLarge: false,
      typeId: ARROW_TYPE.timestamp,
      slots: temporal.isUtc ? [unit, zone] : [unit],
    };
  }
  // DateUnit.DAY is 0, and the field's default is MILLISECOND
  if (type === "date32") return fixed(type, 32, ARROW_TYPE.date, [{ slot: 0, kind: "int16", value: 0 }]);
  if (!isDType(type)) return UTF8;
  const { kind, itemsize } = DTYPE[type], bitWidth = 8 * itemsize;
  if (kind === "b") return fixed(type, 1, ARROW_TYPE.bool, []);
  if (kind === "f") {
    return fixed(`float${bitWidth}`, bitWidth, ARROW_TYPE.floatingPoint, [{
      slot: 0,
      kind: "int16",
      value: bitWidth / 32,
    }]);
  }
  return fixed(`${kind === "u" ? "u" : ""}int${bitWidth}`, bitWidth, ARROW_TYPE.int, [
    { slot: 0, kind: "int32", value: bitWidth },
    { slot: 1, kind: "int8", value: Number(kind === "i") },
  ]);
}

function fixed(name: string, bitWidth: number, typeId: number, slots: CarriedType["slots"]): CarriedType {
  return { name, bitWidth, isLarge: false, typeId, slots };
}
