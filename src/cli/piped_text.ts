/**
 * Text that comes through a pipe: looked at as a file is, then read from its start.
 *
 * @module
 */
import { dataFormat, delimiterByEnding } from "../exec/data_format.ts";
import type { InputOptions } from "../exec/open_input.ts";
import { openKeptInput } from "../source/text/kept_input.ts";
import { openCsvSource } from "../source/csv/mod.ts";
import { sampleCsv } from "../source/csv/sample.ts";
import { openNdjsonSource } from "../source/ndjson/mod.ts";
import { sampleNdjson } from "../source/ndjson/sample.ts";
import type { TextSample } from "../source/text/text_sample.ts";
import type { Source } from "../source/source.ts";

/** A pipe whose first records are known. */
export interface PipedText {
  readonly sample: TextSample;
  /** closes `source` and opens what the pipe holds, from its start, for the last time */
  readonly open: (csv: InputOptions["csv"]) => Source;
  /** the source without types of columns: what there is. It holds a long head and what decompresses the pipe */
  readonly source: Source;
}

/**
 * Opens a pipe of text and looks at its first records.
 *
 * @throws what the readers throw
 */
export function openPipedText(path: string, { from, csv }: InputOptions): PipedText {
  const input = openKeptInput(path), isNdjson = dataFormat(path, from, "--from") === "ndjson";
  const delimited = { ...delimiterByEnding(path), ...csv };
  const sample = isNdjson ? sampleNdjson(input, csv) : sampleCsv(input, delimited);
  const openFor = (options: InputOptions["csv"], isLast: boolean) => {
    input.rewind({ isLast });
    return isNdjson
      ? openNdjsonSource(input, { ...options, sourceIndex: 0 })
      : openCsvSource(input, { ...delimiterByEnding(path), ...options, sourceIndex: 0 });
  };
  const source = openFor(csv, false);
  const open = (options: InputOptions["csv"]) => {
    source.close();
    return openFor(options, true);
  };
  return { sample, source, open };
}
