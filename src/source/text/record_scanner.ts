/**
 * Finds where records end, aware of quotes, without parsing fields.
 *
 * Invariants:
 * 1. A quote opens a quoted field only where a field starts; elsewhere it is text. Both this scanner and the
 *    decoder go by that.
 * 2. A record counts only once its end is certain: a CR at the end of the bytes at hand may be half of CR LF, a
 *    closing quote may be half of a doubled one. More bytes, or the end of the input, decide.
 * 3. A record that is refused ends the scan before it. So a chunk never holds a bad record behind good ones, and
 *    what is reported first does not depend on the chunk size.
 *
 * @module
 */
import { CR, LF } from "./options.ts";

/** Why a scan stopped before a record. */
export type RecordProblem =
  /** the input ends within quotes; `position` is the opening quote */
  | "unclosedQuote"
  /** a closing quote is followed by neither delimiter nor line end; `position` is the closing quote */
  | "textAfterQuote"
  /** longer than `maxRecordBytes`; `position` is the record's start */
  | "tooLong";

export interface RecordScannerOptions {
  readonly delimiter: number;
  readonly quote: number;
  /**
   * true: lines without a byte are passed over (a table of several columns). false: such a line is a record of
   * one empty field (a table of one column).
   */
  readonly skipBlankLines: boolean;
  /** lines of spaces and tabs are blank too: those of JSON; absent: they are not */
  readonly skipSpaceLines?: boolean;
  readonly maxRecordBytes: number;
  /** a line that begins with this byte is passed over; −1: none */
  readonly comment: number;
  /** the byte behind this one is text, whatever it is, within quotes and without; −1: there is no such byte */
  readonly escape: number;
}

/** Scans bytes for record ends. What the last scan found stands in its fields. */
export class RecordScanner {
  /** complete records found by the last scan */
  numRecords = 0;
  /** physical lines up to `position` */
  numLines = 0;
  /** just behind the last complete record (and the blank lines passed over) */
  position = 0;
  problem: { readonly kind: RecordProblem; readonly position: number } | null = null;

  readonly #delimiter: number;
  readonly #quote: number;
  readonly #skipBlankLines: boolean;
  readonly #maxRecordBytes: number;
  readonly #comment: number;
  readonly #escape: number;
  /** no byte above this one ends a record or opens a quote */
  readonly #highestSpecial: number;
  /** lines within the quoted field passed last */
  #embeddedLines = 0;

  constructor(options: RecordScannerOptions) {
    this.#delimiter = options.delimiter;
    this.#quote = options.quote;
    this.#skipBlankLines = options.skipBlankLines;
    this.#maxRecordBytes = options.maxRecordBytes;
    this.#comment = options.comment;
    this.#escape = options.escape;
    this.#highestSpecial = Math.max(CR, options.quote, options.escape);
  }

  /**
   * Finds up to `maxRecords` records in bytes[start, end), `start` being the start of a record.
   *
   * @param isEnd whether the input ends at `end`
   */
  scan(bytes: Uint8Array, range: { start: number; end: number; isEnd: boolean; maxRecords: number }): void {
    const { start, end, isEnd, maxRecords } = range;
    const highestSpecial = this.#highestSpecial, quote = this.#quote;
    const comment = this.#comment, escape = this.#escape;
    this.numRecords = 0;
    this.numLines = 0;
    this.position = start;
    this.problem = null;
    let recordStart = start, linesInRecord = 0, p = start;
    while (p < end && this.numRecords < maxRecords) {
      const c = bytes[p]!;
      if (c > highestSpecial) {
        p++;
      } else if (c === LF || c === CR) {
        let next = p + 1;
        if (c === CR) {
          if (next === end && !isEnd) break;
          if (next < end && bytes[next] === LF) next++;
        }
        const isPassed = p === recordStart && this.#skipBlankLines;
        if (!isPassed && bytes[recordStart] !== comment) {
          if (p - recordStart > this.#maxRecordBytes) return this.#refuse("tooLong", recordStart);
          this.numRecords++;
        }
        this.numLines += linesInRecord + 1;
        linesInRecord = 0;
        this.position = recordStart = p = next;
      } else if (bytes[recordStart] === comment) {
        p++;
      } else if (c === escape) {
        // what is escaped may come with the next bytes
        if (p + 1 === end && !isEnd) break;
        if (p + 1 < end && isLineEnd(bytes, p + 1, end)) linesInRecord++;
        p += 2;
      } else if (c === quote && (p === recordStart || bytes[p - 1] === this.#delimiter)) {
        p = this.#passQuoted(bytes, p, end, isEnd);
        linesInRecord += this.#embeddedLines;
        if (p < 0) break;
      } else {
        p++;
      }
    }
    if (this.numRecords === maxRecords || this.problem !== null) return;
    // a CR at the end may belong to the line end
    const numPartial = end - recordStart - (end > recordStart && bytes[end - 1] === CR ? 1 : 0);
    if (numPartial > this.#maxRecordBytes) return this.#refuse("tooLong", recordStart);
    if (isEnd && recordStart < end) {
      // the last line has no line end
      if (bytes[recordStart] !== comment) this.numRecords++;
      this.numLines += linesInRecord + 1;
      this.position = end;
    }
  }

  #refuse(kind: RecordProblem, position: number): void {
    this.problem = { kind, position };
  }

  /** From an opening quote to just behind the closing one; −1 where the bytes end before, or a problem was found. */
  #passQuoted(bytes: Uint8Array, open: number, end: number, isEnd: boolean): number {
    const quote = this.#quote;
    this.#embeddedLines = 0;
    let p = open + 1;
    while (p < end) {
      const c = bytes[p]!;
      if (c === this.#escape) {
        if (p + 1 < end && isLineEnd(bytes, p + 1, end)) this.#embeddedLines++;
        p += 2;
        continue;
      }
      if (c === quote) {
        if (p + 1 === end) {
          if (!isEnd) return -1;
          return p + 1;
        }
        const after = bytes[p + 1]!;
        if (after === quote) {
          p += 2;
          continue;
        }
        if (after === this.#delimiter || after === LF || after === CR) return p + 1;
        this.#refuse("textAfterQuote", p);
        return -1;
      }
      if (c === LF || (c === CR && bytes[p + 1] !== LF)) this.#embeddedLines++;
      p++;
    }
    if (isEnd) this.#refuse("unclosedQuote", open);
    return -1;
  }
}

/** Whether a physical line ends with the byte at `p`: a CR before LF does not end it. */
function isLineEnd(bytes: Uint8Array, p: number, end: number): boolean {
  return bytes[p] === LF || (bytes[p] === CR && (p + 1 === end || bytes[p + 1] !== LF));
}
