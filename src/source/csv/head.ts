/**
 * Reads the start of a CSV input, no further than its first record: the names of the columns.
 *
 * @module
 */
import { isUtf8 } from "node:buffer";
import { FormatError } from "../../errors.ts";
import type { CsvInput } from "./csv_input.ts";
import { recordRefused } from "./csv_errors.ts";
import { CR, LF, type ResolvedCsvOptions } from "./options.ts";
import { RecordScanner } from "./record_scanner.ts";
import { byteOrderMarkBytes, checkIsText, notUtf8 } from "./text_place.ts";

/** bytes asked for at a time while the first record is sought: most headers need one read */
export const HEAD_BLOCK_BYTES = 4096;

/** the longest header that is read, unless `maxRecordBytes` says otherwise */
const MAX_HEADER_BYTES = 8 << 20;

/** The start of a CSV input. */
export interface CsvHead {
  readonly fieldNames: readonly string[];
  /** what was read; data starts at `dataStart`, on physical line `dataLine` */
  readonly bytes: Uint8Array;
  readonly numBytes: number;
  readonly dataStart: number;
  readonly dataLine: number;
  /** length of the first record where it is data (no header), else 0 */
  readonly firstRecordBytes: number;
  /** whether the input ends with these bytes */
  readonly isEnd: boolean;
}

/**
 * Reads until the first record that is not blank is complete.
 *
 * @throws FormatError FMT002, FMT003, FMT006, FMT007; MemoryError MEM004 for a header without an end
 */
export function readHead(input: CsvInput, text: ResolvedCsvOptions): CsvHead {
  const maxRecordBytes = text.maxRecordBytes ?? MAX_HEADER_BYTES;
  const scanner = new RecordScanner({
    delimiter: text.delimiter,
    quote: text.quote,
    skipBlankLines: true,
    maxRecordBytes,
  });
  let bytes = new Uint8Array(HEAD_BLOCK_BYTES), numBytes = 0, isEnd = false, start = 0;
  do {
    if (numBytes === bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    const count = input.readSync(bytes.subarray(numBytes, numBytes + HEAD_BLOCK_BYTES));
    isEnd = count === null || count === 0;
    numBytes += count ?? 0;
    // a pipe may give less than a byte order mark
    if (numBytes < 8 && !isEnd) continue;
    const read = bytes.subarray(0, numBytes);
    checkIsText(input.path, read);
    start = byteOrderMarkBytes(read);
    scanner.scan(bytes, { start, end: numBytes, isEnd, maxRecords: 1 });
  } while (scanner.numRecords === 0 && scanner.problem === null && !isEnd);

  const region = { file: input.path, bytes: bytes.subarray(start, numBytes), firstLine: 1 };
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
  const fields = splitRecord(record, text);
  return {
    fieldNames: text.header ? fields : fields.map((_, i) => `column_${i}`),
    bytes,
    numBytes,
    dataStart: text.header ? scanner.position : start,
    dataLine: text.header ? 1 + scanner.numLines : 1,
    firstRecordBytes: text.header ? 0 : scanner.position - start,
    isEnd,
  };
}

/** The fields of the first record, as text; blank lines before it are passed over. The record is well-formed UTF-8. */
export function splitRecord(record: Uint8Array, text: { delimiter: number; quote: number }): string[] {
  const fields: string[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let p = 0;
  while (record[p] === LF || record[p] === CR) p++;
  for (;;) {
    let field: string;
    if (record[p] === text.quote) {
      const open = p++;
      while (record[p] !== text.quote || record[p + 1] === text.quote) p += record[p] === text.quote ? 2 : 1;
      const quote = String.fromCharCode(text.quote);
      field = decoder.decode(record.slice(open + 1, p++)).replaceAll(quote + quote, quote);
    } else {
      const start = p;
      while (p < record.length && record[p] !== text.delimiter && record[p] !== LF && record[p] !== CR) p++;
      field = decoder.decode(record.slice(start, p));
    }
    fields.push(field);
    if (record[p++] !== text.delimiter) return fields;
  }
}
