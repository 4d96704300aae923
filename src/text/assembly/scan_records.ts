/*
 * The ends of records, as src/source/text/record_scanner.ts finds them, whose invariants hold here too: one pass
 * over 64 bytes at a time, and work only at line ends and quotes.
 *
 * scanRecords is longer than a function should be: it keeps its place in registers.
 */
import { CR, LF, SPACE, TAB } from "./ascii";

/** why a scan stopped: 0 no problem, 1 unclosedQuote, 2 textAfterQuote, 3 tooLong */
const UNCLOSED_QUOTE: i32 = 1, TEXT_AFTER_QUOTE: i32 = 2, TOO_LONG: i32 = 3;

/** what the last scan found */
export let numRecords: u32 = 0;
export let numLines: u32 = 0;
export let position: u32 = 0;
export let problem: i32 = 0;
export let problemPosition: u32 = 0;
/** 1: no byte above 127 was met */
export let isAscii: i32 = 1;

function refuse(kind: i32, at: usize): void {
  problem = kind;
  problemPosition = u32(at);
}

/**
 * Finds up to `maxRecords` records in [start, end). May load up to 63 bytes behind the end.
 *
 * @param quote LF where there are no quotes
 * @param skipBlankLines 1: lines without a byte are no records; 2: nor are lines of spaces and tabs
 * @param comment what a line that is passed over begins with; above 255: nothing does
 */
export function scanRecords(
  start: usize,
  end: usize,
  isEnd: i32,
  maxRecords: u32,
  maxRecordBytes: u32,
  delimiter: u32,
  quote: u32,
  skipBlankLines: i32,
  comment: u32,
): void {
  numRecords = 0;
  numLines = 0;
  position = u32(start);
  problem = 0;
  isAscii = 1;
  if (maxRecords === 0) return;
  // isEnd is 0 or 1, which no compiler knows: V8 would make a constant vector anew in every round
  const zero = isEnd >> 1;
  const lineFeeds = i8x16.splat(i8(i32(LF) + zero)), returns = i8x16.splat(i8(i32(CR) + zero));
  const quotes = i8x16.splat(i8(quote));
  let bits = i8x16.splat(0);
  let records: u32 = 0, lines: u32 = 0, linesInRecord: u32 = 0, embeddedLines: u32 = 0;
  // events before `next` are done with; `open` is the quote that opened, 0 outside of quotes
  let recordStart = start, next = start, open: usize = 0, base = start;
  let isCut = false;
  while (base < end && !isCut) {
    const a = v128.load(base), b = v128.load(base, 16), c = v128.load(base, 32), d = v128.load(base, 48);
    bits = v128.or(bits, v128.or(v128.or(a, b), v128.or(c, d)));
    let events = specials(a, lineFeeds, returns, quotes) | (specials(b, lineFeeds, returns, quotes) << 16) |
      (specials(c, lineFeeds, returns, quotes) << 32) | (specials(d, lineFeeds, returns, quotes) << 48);
    if (end - base < 64) events &= (u64(1) << u64(end - base)) - 1;
    while (events !== 0) {
      const p = base + usize(ctz(events));
      events &= events - 1;
      if (p < next) continue;
      const byte = u32(load<u8>(p));
      if (byte === quote && quote !== LF) {
        if (open === 0) {
          if (
            (p === recordStart || u32(load<u8>(p - 1)) === delimiter) &&
            u32(load<u8>(recordStart)) !== comment
          ) {
            open = p;
            embeddedLines = 0;
          }
          continue;
        }
        if (p + 1 === end) {
          if (!isEnd) {
            isCut = true;
            break;
          }
        } else {
          const after = u32(load<u8>(p, 1));
          if (after === quote) {
            next = p + 2;
            continue;
          }
          if (after !== delimiter && after !== LF && after !== CR) {
            refuse(TEXT_AFTER_QUOTE, p);
            isCut = true;
            break;
          }
        }
        linesInRecord += embeddedLines;
        open = 0;
        continue;
      }
      if (open !== 0) {
        if (byte === LF || u32(load<u8>(p, 1)) !== LF) embeddedLines++;
        continue;
      }
      let behind = p + 1;
      if (byte === CR) {
        if (behind === end && !isEnd) {
          isCut = true;
          break;
        }
        if (behind < end && u32(load<u8>(behind)) === LF) behind++;
      }
      const isBlank = p === recordStart || (skipBlankLines === 2 && isSpace(recordStart, p));
      const isComment = u32(load<u8>(recordStart)) === comment;
      if (!(isBlank && skipBlankLines) && !isComment) {
        if (u32(p - recordStart) > maxRecordBytes) {
          refuse(TOO_LONG, recordStart);
          isCut = true;
          break;
        }
        records++;
      }
      lines += linesInRecord + 1;
      linesInRecord = 0;
      recordStart = next = behind;
      if (records === maxRecords) {
        isCut = true;
        break;
      }
    }
    base += 64;
  }
  if (i8x16.bitmask(bits) !== 0) isAscii = 0;
  if (problem === 0 && records !== maxRecords) {
    if (open !== 0 && isEnd) {
      refuse(UNCLOSED_QUOTE, open);
    } else {
      // a CR at the end may belong to the line end
      const isHalf = end > recordStart && u32(load<u8>(end - 1)) === CR;
      if (u32(end - recordStart) - u32(isHalf) > maxRecordBytes) {
        refuse(TOO_LONG, recordStart);
      } else if (isEnd && recordStart < end) {
        // the last line has no line end
        const isBlank = skipBlankLines === 2 && isSpace(recordStart, end);
        records += u32(u32(load<u8>(recordStart)) !== comment && !isBlank);
        lines += linesInRecord + 1;
        recordStart = end;
      }
    }
  }
  numRecords = records;
  numLines = lines;
  position = u32(recordStart);
}

/** Whether there are spaces and tabs only. */
function isSpace(start: usize, end: usize): bool {
  let p = start;
  while (p < end && (u32(load<u8>(p)) === SPACE || u32(load<u8>(p)) === TAB)) p++;
  return p === end;
}

// @ts-ignore: decorator
@inline
function specials(bytes: v128, lineFeeds: v128, returns: v128, quotes: v128): u64 {
  const found = v128.or(
    v128.or(i8x16.eq(bytes, lineFeeds), i8x16.eq(bytes, returns)),
    i8x16.eq(bytes, quotes),
  );
  return u64(i8x16.bitmask(found));
}
