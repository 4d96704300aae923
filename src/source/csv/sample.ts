/**
 * A look at the first records of a CSV file, to tell what its columns hold. A look is no proof: the rest of the
 * file may differ, and reading it then says where.
 *
 * @module
 */
import { freeBytes, resizedBytes } from "../../memory/byte_buffers.ts";
import { decodedInput, openTextInput } from "../text/open_text_input.ts";
import { recordRefused } from "../text/text_errors.ts";
import { readHead, splitRecord } from "./head.ts";
import {
  type CsvOptions,
  resolveCsvOptions,
  type ResolvedCsvOptions,
  type ValueSpelling,
} from "../text/options.ts";
import { RecordScanner } from "../text/record_scanner.ts";
import { LONG_FIELD_BYTES, longestRecordBytes, type TextHead } from "../text/text_head.ts";
import type { TextInput } from "../text/text_input.ts";
import { joinedKind, type SampledKind, temporalKind, type TextSample } from "../text/text_sample.ts";
import { parseValue } from "../text/value_text.ts";

const MAX_SAMPLE_BYTES = 1 << 20;
const MAX_SAMPLE_RECORDS = 1000;
/** of CR LF */
const LINE_END_BYTES = 2;

/**
 * Reads up to 1000 records within the first MiB, or the first one where that is longer. Of a record that cannot be taken
 * apart, and of what follows it, nothing is said here: reading the file does. But of a first one that is too long
 * nothing would be left to say.
 *
 * @param from a path, "-" for standard input, or an opened stream
 * @throws FormatError FMT001, FMT002, FMT003, FMT006, FMT007, as `openCsvSource` does; UsageError USE002;
 *   MemoryError MEM004 the first record is too long
 */
export function sampleCsv(from: string | TextInput, options: CsvOptions = {}): TextSample {
  const text = resolveCsvOptions(options);
  const input = typeof from === "string" ? openTextInput(from) : decodedInput(from);
  try {
    const head = readHead(input, text), { fieldNames } = head;
    const maxRecordBytes = longestRecordBytes(text, head);
    const columns = fieldNames.map(() => new ColumnSample(text));
    const scanner = new RecordScanner({
      delimiter: text.delimiter,
      quote: text.quote,
      skipBlankLines: fieldNames.length > 1,
      maxRecordBytes,
      comment: text.comment,
      escape: text.escape,
    });
    const rest = readOn(input, head, { scanner, maxRecordBytes });
    let numRecords = 0, start = rest.start;
    while (numRecords < MAX_SAMPLE_RECORDS) {
      scanner.scan(rest.bytes, { start, end: rest.numBytes, isEnd: rest.isEnd, maxRecords: 1 });
      if (scanner.numRecords === 0) break;
      const record = rest.bytes.subarray(start, scanner.position);
      const { fields, areQuoted, areCut } = splitRecord(record, text, LONG_FIELD_BYTES);
      for (const [i, column] of columns.entries()) {
        if (areCut[i] === true) column.addLongText();
        else column.add(fields[i] ?? "", areQuoted[i] ?? false);
      }
      start = scanner.position;
      numRecords++;
    }
    if (numRecords === 0 && scanner.problem?.kind === "tooLong") {
      const region = { file: input.path, bytes: rest.bytes.subarray(start), firstLine: rest.line };
      const position = scanner.problem.position - start;
      throw recordRefused(region, { kind: "tooLong", position }, maxRecordBytes);
    }
    freeBytes(rest.bytes);
    return {
      names: fieldNames,
      kinds: columns.map((column) => column.kind),
      numMissing: columns.map((column) => column.numMissing),
      numRecords,
      isWhole: rest.isEnd && scanner.problem === null && numRecords < MAX_SAMPLE_RECORDS,
    };
  } finally {
    input.close();
  }
}

/** What a look is taken at: from `start`, on physical line `line`. */
interface SampledBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly line: number;
  readonly numBytes: number;
  readonly isEnd: boolean;
}

/**
 * The bytes at hand and what follows: up to the sample's size, or as far as a longer first record may go. Comments and
 * blank lines that leave no room for a record are passed over.
 */
function readOn(
  input: TextInput,
  { bytes: first, numBytes, dataStart, dataLine, isEnd }: TextHead,
  { scanner, maxRecordBytes }: { readonly scanner: RecordScanner; readonly maxRecordBytes: number },
): SampledBytes {
  let bytes = first, filled = numBytes, start = dataStart, line = dataLine;
  if (isEnd) return { bytes, start, line, numBytes, isEnd };
  bytes = resizedBytes(bytes, Math.max(MAX_SAMPLE_BYTES, filled));
  for (;;) {
    while (filled < bytes.length) {
      const count = input.readSync(bytes.subarray(filled));
      if (count === null || count === 0) return { bytes, start, line, numBytes: filled, isEnd: true };
      filled += count;
    }
    scanner.scan(bytes, { start, end: filled, isEnd, maxRecords: 1 });
    if (scanner.numRecords > 0 || scanner.problem !== null) {
      return { bytes, start, line, numBytes: filled, isEnd };
    }
    // no record yet: what is before its start goes
    bytes.copyWithin(0, scanner.position, filled);
    filled -= scanner.position;
    line += scanner.numLines;
    start = 0;
    const size = Math.min(2 * filled, maxRecordBytes + LINE_END_BYTES);
    if (size > bytes.length) bytes = resizedBytes(bytes, size);
  }
}

/** Narrows down what a column holds, field by field. */
class ColumnSample {
  #kind: SampledKind | "digits" = "missing";
  #numMissing = 0;
  /** fields without a byte, quotes included: the nulls of text, to which all else is a value */
  #numEmpty = 0;
  #hasBlanks = false;
  readonly #missing: ReadonlySet<string>;

  readonly #values: ValueSpelling;

  constructor({ missing, values }: ResolvedCsvOptions) {
    this.#missing = new Set(missing);
    this.#values = values;
  }

  /** digits that no integer holds are numbers beside others; alone or beside integers they are text: none is rounded */
  get kind(): SampledKind {
    // spaces are missing among numbers, and text where nothing says that there are numbers
    const isText = this.#kind === "digits" || (this.#kind === "missing" && this.#hasBlanks);
    return isText ? "text" : this.#kind as SampledKind;
  }

  get numMissing(): number {
    return this.kind === "text" ? this.#numEmpty : this.#numMissing;
  }

  /** a field that is too long to be anything else */
  addLongText(): void {
    this.#kind = "text";
  }

  add(field: string, isQuoted: boolean): void {
    // no other spaces: a byte order mark is one to `trim`, and no part of a number to who reads it
    const text = trimBlanks(field);
    // "NaN" is a spelling of a missing value and a number as well: it tells of a float column
    const isNaNText = text.toLowerCase() === "nan";
    if (this.#missing.has(text) && !isNaNText) {
      this.#numMissing++;
      if (field === "" && !isQuoted) this.#numEmpty++;
      else if (text === "" && field !== "") this.#hasBlanks = true;
      return;
    }
    // what holds text holds anything: no other kind is looked for
    if (this.#kind === "text") return;
    const kind = kindOf(text, this.#values), kinds = [this.#kind, kind];
    if (this.#kind === "missing") this.#kind = kind;
    else if (this.#kind !== kind) {
      this.#kind = kinds.includes("digits") && kinds.includes("integer")
        ? "digits"
        : joinedKind(numeric(this.#kind), numeric(kind));
    }
  }
}

/** Without blanks and tabs at its ends. An expression would look at every run of them amid the text to its end. */
function trimBlanks(text: string): string {
  const isBlank = (index: number) => text[index] === " " || text[index] === "\t";
  let start = 0, end = text.length;
  while (start < end && isBlank(start)) start++;
  while (start < end && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

function numeric(kind: SampledKind | "digits"): SampledKind {
  return kind === "digits" ? "number" : kind;
}

/** 007 and +4930: ZIP codes, phone numbers. As integers they would not be what they were. */
const LABEL = /^(?:[+-]?0\d+|\+\d+)$/;
const WHOLE = /^-?\d+$/;

function kindOf(text: string, values: ValueSpelling): SampledKind | "digits" {
  if (LABEL.test(text)) return "text";
  const integer = parseValue(text, "i64", values);
  // "-0" is a float's: as an integer it would lose its sign
  if (typeof integer === "bigint") return integer === 0n && text.startsWith("-") ? "number" : "integer";
  if (typeof parseValue(text, "f64", values) === "number") return WHOLE.test(text) ? "digits" : "number";
  if (parseValue(text, "bool", values) !== "malformed") return "boolean";
  return temporalKind(text) ?? "text";
}
