/**
 * Opens CSV text as a table.
 *
 * @module
 */
import type { Source } from "../source.ts";
import { decodedInput, openTextInput } from "../text/open_text_input.ts";
import { type CsvOptions, resolveCsvOptions } from "../text/options.ts";
import type { TextInput } from "../text/text_input.ts";
import { TextSource } from "../text/text_source.ts";
import { readHead } from "./head.ts";

/**
 * Opens CSV text and reads its header. Columns have the type "text": the declaration says what they are parsed to.
 *
 * Blank lines: a table of several columns passes over lines without a byte, as pandas and PyArrow do. In a table
 * of one column such a line is an empty field, as it is to Polars and DuckDB: the null that is written so is read.
 *
 * @param input a path, "-" for standard input, or an opened stream
 * @throws FormatError FMT001 it cannot be opened, FMT002 it is no text, FMT003 it is empty, FMT006 it is not
 *   UTF-8, FMT007 a quote of the header is never closed; UsageError USE002 for options
 */
export function openCsvSource(input: string | TextInput, options: CsvOptions = {}): Source {
  const text = resolveCsvOptions(options);
  const opened = typeof input === "string" ? openTextInput(input) : decodedInput(input);
  try {
    const head = readHead(opened, text);
    return new TextSource(opened, { text, head, format: "csv", skipBlankLines: head.fieldNames.length > 1 });
  } catch (error) {
    opened.close();
    throw error;
  }
}
