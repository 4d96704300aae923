/** Columns of tables that state their types, and what `convert` makes of them. @module */
import type { DType } from "../dtype/mod.ts";
import { SchemaError } from "../errors.ts";
import { isNumberType } from "../schema/arrow_numbers.ts";
import type { KeyValues } from "../schema/arrow_tree.ts";
import { type Field, UTF8 } from "../schema/mod.ts";
import type { OutputFormat } from "../sink/sink.ts";
import type { TextType } from "../source/text/text_type.ts";

/** A column that is converted: computed, of shape (N) where `width` is null, or carried as it is. */
export interface ConvertedColumn {
  readonly name: string;
  /** null: it is carried */
  readonly dtype: DType | null;
  readonly width: number | null;
  /** what the text of a carried column is parsed to */
  readonly textType?: TextType;
  /** custom metadata, as the first input has it */
  readonly metadata?: KeyValues;
}

/** Whether a column is stored in 16 bits, which no dtype has. */
export function storesHalves({ type }: Field): boolean {
  return "storedAs" in type && type.storedAs === "float16";
}

/** A column of a table that states its types. What has no dtype is carried, and so are dates and times. */
export function storedColumn(
  field: Field,
  { path, nulls, outputFormat, halves }: {
    path: string;
    nulls: "error" | "nan" | "keep" | null;
    outputFormat: OutputFormat;
    /** columns that are float16 in every input */
    halves: ReadonlySet<string>;
  },
): ConvertedColumn {
  const { name, type, carried } = field;
  const mayCarry = carried !== undefined, isArrow = outputFormat.startsWith("arrow");
  // what is not stored as its dtype would be written as that: formats that have the type keep it
  const keepsHalves = mayCarry && halves.has(name) && (isArrow || outputFormat === "parquet") &&
    (nulls === null || nulls === "keep");
  // a number that a folder's name gives is carried as its text
  const keepsType = keepsHalves || (mayCarry && carried.typeId !== UTF8.typeId &&
    (nulls === "keep" || !isNumberType(carried)));
  switch (type.kind) {
    case "primitive":
      return { name, dtype: keepsType ? null : type.dtype, width: null };
    case "fixedSizeList": {
      // text has no such columns with nulls, or of dates; JSON lines have them as arrays
      const elements = carried?.packed?.children[0]?.field;
      const holdsLists = isArrow || ["parquet", "ndjson"].includes(outputFormat);
      const isPlain = elements === undefined || isNumberType(elements);
      const isCarried = keepsHalves ||
        holdsLists && (!isPlain || (mayCarry && field.nullable && nulls === "keep"));
      return isCarried
        ? { name, dtype: null, width: null }
        : { name, dtype: type.dtype, width: type.listSize };
    }
    case "text":
    case "other":
      if (mayCarry) return { name, dtype: null, width: null };
      throw new SchemaError(
        "SCH005",
        `column ${JSON.stringify(name)} of ${path} is ${
          type.kind === "other" ? type.name : "text"
        }, which is not ` +
          `converted to ${outputFormat}`,
        {
          notes: ["numbers, bool, dates and times are, and FixedSizeLists of these"],
          help: "name the columns to convert: --columns NAME,…",
        },
      );
    default:
      return type satisfies never;
  }
}
