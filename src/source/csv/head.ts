/**
 * Reads the start of a CSV input, no further than its first record: the names of the columns.
 *
 * @module
 */
import { FormatError, UsageError } from "../../errors.ts";
import { resizedBytes } from "../../memory/byte_buffers.ts";
import { isUtf8 } from "../../text/mod.ts";
import { recordRefused } from "../text/text_errors.ts";
import { CR, LF, type ResolvedCsvOptions } from "../text/options.ts";
import { RecordScanner } from "../text/record_scanner.ts";
import { HEAD_BLOCK_BYTES, LONG_FIELD_BYTES, type TextHead } from "../text/text_head.ts";
import type { TextInput } from "../text/text_input.ts";
import { byteOrderMarkBytes, checkHasNoNul, checkIsText, notUtf8 } from "../text/text_place.ts";

/** from here on a scan waits for more than one read: a pipe or a codec gives little at a time */
const LONG_HEAD_BYTES = 1 << 16;

/** the longest header that is read, unless `maxRecordBytes` says otherwise */
const MAX_HEADER_BYTES = 8 << 20;

/**
 * Reads until the first record that is not blank is complete.
 *
 * @throws FormatError FMT002, FMT003, FMT006, FMT007; MemoryError MEM004 for a header without an end
 */
export function readHead(input: TextInput, text: ResolvedCsvOptions): TextHead {
  const maxRecordBytes = text.maxRecordBytes ?? MAX_HEADER_BYTES;
  const { bytes, numBytes, isEnd, start, firstLine, scanner } = seekFirstRecord(input, text, maxRecordBytes);
  const region = { file: input.path, bytes: bytes.subarray(start, numBytes), firstLine };
  if (scanner.problem !== null) {
    const { kind, position } = scanner.problem;
    throw recordRefused(region, { kind, position: position - start }, maxRecordBytes);
  }
  if (scanner.numRecords === 0) {
    throw new FormatError("FMT003", `${input.path} is empty`, {
      notes: [`${numBytes} bytes, and no record among them`],
      help: text.header
        ? "a CSV file starts with a line that names its columns"
        : "give a file with at least one row",
    });
  }
  const record = bytes.subarray(start, scanner.position);
  if (!isUtf8(record)) throw notUtf8({ ...region, bytes: record });
  // of data the fields are counted
  const { fields } = splitRecord(record, text, text.header ? Infinity : LONG_FIELD_BYTES);
  if (text.trailingDelimiter && fields.length > 1 && fields.at(-1) === "") fields.pop();
  return {
    fieldNames: text.header ? fields : namesOf(fields, { path: input.path, text }),
    bytes,
    numBytes,
    dataStart: text.header ? scanner.position : start,
    dataLine: text.header ? firstLine + scanner.numLines : firstLine,
    firstRecordBytes: text.header ? 0 : scanner.position - start,
    isEnd,
  };
}

/** What was read until the first record was complete, or could not be; it begins at `start`. */
interface FirstRecord {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly numBytes: number;
  readonly isEnd: boolean;
  readonly start: number;
  readonly firstLine: number;
  /** as it is behind that record */
  readonly scanner: RecordScanner;
}

function seekFirstRecord(input: TextInput, text: ResolvedCsvOptions, maxRecordBytes: number): FirstRecord {
  const scanner = new RecordScanner({
    delimiter: text.delimiter,
    quote: text.quote,
    skipBlankLines: true,
    maxRecordBytes,
    comment: text.comment,
    escape: text.escape,
  });
  const skipper = new LineSkipper(text.skipRows);
  let isChecked = false;
  let bytes = new Uint8Array(HEAD_BLOCK_BYTES), numBytes = 0, isEnd = false, start = 0;
  do {
    if (numBytes === bytes.length) {
      bytes = resizedBytes(bytes, bytes.length * 2);
    }
    // a long record is looked at from its start each time: more and more is read before that
    const before = numBytes, wanted = bytes.subarray(0, before + Math.max(HEAD_BLOCK_BYTES, before >> 1));
    do {
      const count = input.readSync(wanted.subarray(numBytes));
      isEnd = count === null || count === 0;
      numBytes += count ?? 0;
    } while (!isEnd && before >= LONG_HEAD_BYTES && numBytes < wanted.length);
    // a pipe may give less than a byte order mark
    if (numBytes < 8 && !isEnd) continue;
    if (!isChecked) start = byteOrderMarkBytes(bytes.subarray(0, numBytes));
    isChecked = true;
    checkIsText(input.path, bytes.subarray(0, numBytes));
    start = skipper.skip(bytes.subarray(0, numBytes), { start, isEnd });
    if (!skipper.isDone && !isEnd) {
      // lines that are passed over are not kept
      bytes.copyWithin(0, start, numBytes);
      numBytes -= start;
      start = 0;
      continue;
    }
    scanner.scan(bytes, { start, end: numBytes, isEnd, maxRecords: 1 });
    checkHasNoNul(input.path, bytes.subarray(start, seekEnd(scanner, { start, numBytes, maxRecordBytes })));
  } while (scanner.numRecords === 0 && scanner.problem === null && !isEnd);
  return { bytes, numBytes, isEnd, start, firstLine: 1 + skipper.numSkipped, scanner };
}

/** Names of the columns of a file whose first record has these fields, and none names them. */
function namesOf(
  fields: readonly string[],
  { path, text: { names, pads } }: { readonly path: string; readonly text: ResolvedCsvOptions },
): readonly string[] {
  if (names === null) return fields.map((_, i) => `column_${i}`);
  if (names.length === fields.length || (pads && names.length > fields.length)) return names;
  const ofNames = names.length === 1 ? "1 name" : `${names.length} names`;
  const ofFields = fields.length === 1 ? "1 field" : `${fields.length} fields`;
  throw new UsageError("USE002", `--names gives ${ofNames}, and the first row of ${path} has ${ofFields}`, {
    help: names.length < fields.length
      ? "name each column once, in their order"
      : "name each column once, in their order; where rows lack fields, --ragged pad fills them, and where the row " +
        "was not split, --delimiter says what is between",
  });
}

/** How far the first record was looked for. */
function seekEnd(
  { numRecords, position, problem }: RecordScanner,
  { start, numBytes, maxRecordBytes }: { start: number; numBytes: number; maxRecordBytes: number },
): number {
  if (numRecords > 0) return position;
  if (problem?.kind === "textAfterQuote") return problem.position;
  return problem?.kind === "tooLong" ? Math.min(numBytes, start + maxRecordBytes) : numBytes;
}

/** Passes over physical lines, whatever they hold. */
class LineSkipper {
  numSkipped = 0;
  readonly #wanted: number;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  get isDone(): boolean {
    return this.numSkipped === this.#wanted;
  }

  /** The position behind the lines that are passed over, as far as the bytes reach. */
  skip(bytes: Uint8Array, { start, isEnd }: { readonly start: number; readonly isEnd: boolean }): number {
    let p = start;
    while (!this.isDone) {
      while (p < bytes.length && bytes[p] !== LF && bytes[p] !== CR) p++;
      // a CR at the end may be half of CR LF
      if (p === bytes.length || (bytes[p] === CR && p + 1 === bytes.length && !isEnd)) return p;
      p += bytes[p] === CR && bytes[p + 1] === LF ? 2 : 1;
      this.numSkipped++;
    }
    return p;
  }
}

/** What {@link splitRecord} goes by. */
export type FieldMarks = Pick<ResolvedCsvOptions, "delimiter" | "quote" | "comment" | "escape">;

/** The fields of a record. */
export interface SplitRecord {
  readonly fields: string[];
  readonly areQuoted: readonly boolean[];
  /** whether there is more of a field than what is given */
  readonly areCut: readonly boolean[];
}

/**
 * The fields of a record, as text; blank lines and comments before it are passed over. The record is well-formed
 * UTF-8.
 *
 * @param mostBytes that are given of a field
 */
export function splitRecord(record: Uint8Array, text: FieldMarks, mostBytes: number): SplitRecord {
  const fields: string[] = [], areQuoted: boolean[] = [], areCut: boolean[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let p = 0;
  while (record[p] === LF || record[p] === CR || record[p] === text.comment) {
    if (record[p] === text.comment) { while (record[p] !== LF && record[p] !== CR) p++; }
    p++;
  }
  const bytes = new Uint8Array(Math.min(record.length, mostBytes));
  for (;;) {
    const isQuoted = record[p] === text.quote;
    let numBytes = 0;
    if (isQuoted) p++;
    for (; p < record.length; p++) {
      const c = record[p]!;
      if (c === text.escape && p + 1 < record.length) p++;
      else if (isQuoted && c === text.quote) {
        if (record[p + 1] !== text.quote) break;
        p++;
      } else if (!isQuoted && (c === text.delimiter || c === LF || c === CR)) break;
      if (numBytes < bytes.length) bytes[numBytes] = record[p]!;
      numBytes++;
    }
    if (isQuoted) p++;
    fields.push(decoder.decode(bytes.subarray(0, numBytes)));
    areQuoted.push(isQuoted);
    areCut.push(numBytes > bytes.length);
    if (record[p++] !== text.delimiter) return { fields, areQuoted, areCut };
  }
}
