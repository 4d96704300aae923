/**
 * The start of an input of JSON lines: the keys of its first records are the columns.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError, MemoryError } from "../../errors.ts";
import { resizedBytes } from "../../memory/byte_buffers.ts";
import { LONG_FIELD_BYTES, type TextHead } from "../text/text_head.ts";
import type { TextInput } from "../text/text_input.ts";
import { byteOrderMarkBytes, checkIsText, firstInvalidUtf8, notUtf8, placeOf } from "../text/text_place.ts";
import { asciiText, type JsonMember, jsonText, passBlankLines, readJsonLine } from "./json_line.ts";
import { lineRefused } from "./ndjson_errors.ts";

const MAX_HEAD_BYTES = 1 << 20;
const MAX_HEAD_RECORDS = 1000;
const READ_BYTES = 1 << 16;
const LF = 10;

/** Is shown the first records, one after the other: kept, they would take forty times the bytes of their text. */
export type OnRecord = (record: ReadonlyMap<string, HeadValue>) => void;

/** A value of the first records, as text without quotes, and what it is; of a long string not its text. */
export interface HeadValue {
  readonly kind: JsonMember["kind"];
  readonly text: string;
}

/** What the first records show. */
export interface NdjsonHead extends TextHead {
  readonly numRecords: number;
  /** whether these are all the records of the input */
  readonly isWhole: boolean;
}

/**
 * Reads the first records: 1000, or those within a MiB, and at least one. So the columns are the same for a file and
 * for a pipe, however it delivers.
 *
 * @throws FormatError FMT002, FMT003 it holds no record and no columns are declared, FMT006, FMT008; MemoryError
 *   MEM004 for a record that is longer
 */
export function readNdjsonHead(
  input: TextInput,
  { maxRecordBytes, onRecord = null, declared }: {
    readonly maxRecordBytes: number;
    readonly onRecord?: OnRecord | null;
    /** the columns where there is no record; absent: that is refused */
    readonly declared?: readonly string[];
  },
): NdjsonHead {
  const maxBytes = Math.max(MAX_HEAD_BYTES, maxRecordBytes);
  // a byte more: a line end that stops every reader
  let bytes = new Uint8Array(READ_BYTES + 1), numBytes = 0, isEnd = false, numLines = 0, counted = 0;
  const mayGoOn = () => numLines === 0 ? numBytes < maxBytes : numBytes < MAX_HEAD_BYTES;
  while (!isEnd && mayGoOn() && numLines < MAX_HEAD_RECORDS) {
    if (numBytes === bytes.length - 1) {
      bytes = resizedBytes(bytes, Math.min(maxBytes, (bytes.length - 1) * 2) + 1);
    }
    const count = input.readSync(bytes.subarray(numBytes, bytes.length - 1));
    isEnd = count === null || count === 0;
    numBytes += count ?? 0;
    for (; counted < numBytes; counted++) if (bytes[counted] === LF) numLines++;
  }
  const read = bytes.subarray(0, numBytes);
  bytes[numBytes] = LF;
  checkIsText(input.path, read.subarray(0, 4096));
  const start = byteOrderMarkBytes(read);
  const { numRecords, fieldNames, isWhole } = recordsOf(input.path, {
    bytes,
    numBytes,
    start,
    isEnd,
    // of a longer first record, how much of the next one came depends on the pipe
    maxRecords: numBytes > MAX_HEAD_BYTES ? 1 : MAX_HEAD_RECORDS,
    onRecord,
  });
  const region = { file: input.path, bytes: read, firstLine: 1 };
  if (numRecords === 0) {
    if (!isEnd) {
      throw new MemoryError(
        "MEM004",
        `the first record of ${input.path} has more than ${countText(maxBytes)} bytes`,
        { place: placeOf(region, start), help: "let a record be longer: --max-record-bytes SIZE" },
      );
    }
    if (declared === undefined) throw namesNoColumns(input.path, numBytes);
  } else if (fieldNames.length === 0) {
    throw lineRefused(region, { position: start, what: "the first records have no key" });
  }
  return {
    fieldNames: numRecords === 0 ? declared ?? [] : fieldNames,
    bytes,
    numBytes,
    dataStart: start,
    dataLine: 1,
    firstRecordBytes: 0,
    isEnd,
    numRecords,
    isWhole,
  };
}

/** Lines name the columns: where there is none, somebody else has to. */
function namesNoColumns(path: string, numBytes: number): FormatError {
  return new FormatError("FMT003", `${path} has no line, so nothing says which columns it has`, {
    notes: [`${countText(numBytes)} bytes: JSON lines name their columns in each line`],
    help:
      "leave it out; ndpipe run takes it, as a table without rows: there the pipeline declares the columns. CSV, " +
      "Parquet and Arrow keep their columns without a row",
  });
}

interface HeadRecords {
  readonly numRecords: number;
  readonly fieldNames: readonly string[];
  readonly isWhole: boolean;
}

function recordsOf(
  file: string,
  { bytes, numBytes, start, isEnd, maxRecords, onRecord }: {
    /** behind the bytes that were read a line end */
    readonly bytes: Uint8Array;
    readonly numBytes: number;
    readonly start: number;
    readonly isEnd: boolean;
    readonly maxRecords: number;
    readonly onRecord: OnRecord | null;
  },
): HeadRecords {
  const names = new Set<string>();
  const found = (isWhole: boolean) => ({ numRecords, fieldNames: [...names], isWhole });
  const read = bytes.subarray(0, numBytes);
  const region = { file, bytes: read, firstLine: 1 };
  const invalid = firstInvalidUtf8(read);
  const limit = isEnd ? read.length : read.lastIndexOf(LF) + 1;
  let p = start, numRecords = 0;
  for (;;) {
    p = passBlankLines(bytes, p, limit);
    if (p >= limit || numRecords === maxRecords) break;
    const line = readJsonLine(bytes, p);
    const behind = "what" in line ? line.position : line.end;
    if (invalid < behind && invalid < limit) throw notUtf8(region);
    if ("what" in line) {
      // a wrong line behind good ones is for the reading: what comes before it is read first
      if (numRecords > 0) return found(false);
      throw lineRefused(region, line);
    }
    for (const { key } of line.members) names.add(key);
    onRecord?.(valuesOf(bytes, line.members));
    numRecords++;
    p = line.end;
  }
  return found(isEnd && p >= limit);
}

function valuesOf(bytes: Uint8Array, members: readonly JsonMember[]): ReadonlyMap<string, HeadValue> {
  const values = new Map<string, HeadValue>();
  for (const { key, kind, start, end } of members) {
    const isText = kind === "number" || (kind === "string" && end - start <= LONG_FIELD_BYTES);
    const textOf = kind === "string" ? jsonText : asciiText;
    values.set(key, { kind, text: isText ? textOf(bytes, start, end) : kind });
  }
  return values;
}
