/**
 * Reads JSON lines in chunks of whole lines. Bytes go the way of CSV text: read into slots, cut at line ends, carried
 * over; what a line is, the decoder knows.
 *
 * @module
 */
import type { Source } from "../source.ts";
import { decodedInput, openTextInput } from "../text/open_text_input.ts";
import { type CsvOptions, resolveCsvOptions } from "../text/options.ts";
import type { TextInput } from "../text/text_input.ts";
import { TextSource } from "../text/text_source.ts";
import { readNdjsonHead } from "./head.ts";
import { keyTable } from "./key_table.ts";

/** What of text inputs JSON lines have too. */
export interface NdjsonOptions
  extends Pick<CsvOptions, "columnTypes" | "maxRecordBytes" | "blockBytes" | "sourceIndex"> {
  /** a key that the first records do not have: refused (default), or passed over */
  readonly unknownKeys?: "error" | "ignore";
  /** the columns of an input without a line, which is a table without rows; absent: it is refused */
  readonly declared?: readonly string[];
}

const DEFAULT_MAX_RECORD_BYTES = 1 << 20;

/**
 * Opens JSON lines and reads the first records, whose keys are the columns. Columns have the type "text": the
 * declaration says what they are parsed to. A key that a record lacks is a null.
 *
 * @param input a path, "-" for standard input, or an opened stream
 * @throws FormatError FMT001, FMT002, FMT003 it is empty, FMT006, FMT008 a line is no object; MemoryError MEM004;
 *   UsageError USE002
 */
export function openNdjsonSource(input: string | TextInput, options: NdjsonOptions = {}): Source {
  const { columnTypes, maxRecordBytes = DEFAULT_MAX_RECORD_BYTES, blockBytes, sourceIndex } = options;
  const text = resolveCsvOptions({
    quote: null,
    maxRecordBytes,
    missing: [""],
    ...(columnTypes === undefined ? {} : { columnTypes }),
    ...(blockBytes === undefined ? {} : { blockBytes }),
    ...(sourceIndex === undefined ? {} : { sourceIndex }),
  });
  const opened = typeof input === "string" ? openTextInput(input) : decodedInput(input);
  try {
    const { declared } = options, typed = Object.keys(columnTypes ?? {});
    const head = readNdjsonHead(opened, {
      maxRecordBytes,
      ...(declared === undefined ? {} : { declared: [...new Set([...declared, ...typed])] }),
    });
    return new TextSource(opened, {
      text,
      head,
      format: "ndjson",
      skipBlankLines: true,
      skipSpaceLines: true,
      extraBytes: keyTable(head.fieldNames).length,
      decoder: { ignoresUnknownKeys: options.unknownKeys === "ignore" },
    });
  } catch (error) {
    opened.close();
    throw error;
  }
}
