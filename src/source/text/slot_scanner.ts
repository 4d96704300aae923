/**
 * Finds where records end in text that lies in wasm memory: what {@link RecordScanner} finds, 64 bytes at a time.
 * A test holds the two against each other.
 *
 * @module
 */
import { type TextKernels, textKernels } from "../../text/mod.ts";
import { LF, NO_MARK } from "./options.ts";
import { type RecordProblem, RecordScanner, type RecordScannerOptions } from "./record_scanner.ts";

const PROBLEMS: readonly (RecordProblem | null)[] = [null, "unclosedQuote", "textAfterQuote", "tooLong"];

/** Scans text for record ends. What the last scan found stands in its fields. */
export class SlotScanner {
  /** complete records found by the last scan */
  numRecords = 0;
  /** physical lines up to `position` */
  numLines = 0;
  /** just behind the last complete record (and the blank lines passed over), from the start of the text */
  position = 0;
  problem: { readonly kind: RecordProblem; readonly position: number } | null = null;
  /** the bytes scanned last are certainly ASCII */
  isAscii = true;
  readonly #options: RecordScannerOptions;
  /** escapes are rare, and are left to the scanner that goes byte by byte */
  readonly #escaping: RecordScanner | null;

  constructor(options: RecordScannerOptions) {
    this.#options = options;
    this.#escaping = options.escape < 0 ? null : new RecordScanner(options);
  }

  /**
   * Finds up to `maxRecords` records in bytes [start, end) of the text at `pointer`, `start` being the start of a
   * record. Loads up to 63 bytes behind `end`.
   */
  scan(
    text: { readonly memory: WebAssembly.Memory; readonly pointer: number },
    range: { start: number; end: number; isEnd: boolean; maxRecords: number },
  ): void {
    const { pointer } = text, { start, end, isEnd, maxRecords } = range;
    const { delimiter, quote, skipBlankLines, skipSpaceLines, maxRecordBytes, comment } = this.#options;
    if (this.#escaping !== null) return this.#scanEscaping(this.#escaping, text, range);
    const kernels: TextKernels = textKernels(text.memory);
    kernels.scanRecords(
      pointer + start,
      pointer + end,
      Number(isEnd),
      Math.min(maxRecords, 0xffffffff),
      Math.min(maxRecordBytes, 0xffffffff),
      delimiter,
      quote < 0 ? LF : quote,
      skipSpaceLines === true ? 2 : Number(skipBlankLines),
      comment < 0 ? NO_MARK : comment,
    );
    this.numRecords = kernels.numRecords.value >>> 0;
    this.numLines = kernels.numLines.value >>> 0;
    this.position = (kernels.position.value >>> 0) - pointer;
    this.isAscii = kernels.isAscii.value === 1;
    const kind = PROBLEMS[kernels.problem.value]!;
    this.problem = kind === null ? null : { kind, position: (kernels.problemPosition.value >>> 0) - pointer };
  }

  #scanEscaping(
    scanner: RecordScanner,
    { memory, pointer }: { readonly memory: WebAssembly.Memory; readonly pointer: number },
    range: { start: number; end: number; isEnd: boolean; maxRecords: number },
  ): void {
    scanner.scan(new Uint8Array(memory.buffer, pointer, range.end), range);
    this.numRecords = scanner.numRecords;
    this.numLines = scanner.numLines;
    this.position = scanner.position;
    this.problem = scanner.problem;
    this.isAscii = false;
  }
}
