/**
 * Reads text in blocks into slots and cuts it into chunks of whole records: of CSV, and lines of JSON.
 *
 * Invariants:
 * 1. No byte of the input is read twice, and none is parsed here: bytes go from the operating system into the
 *    slot's text area, and only what lies behind the chunk's last record is copied to the carry buffer.
 * 2. The carry buffer never holds more than one block and one partial record: `residentBytes`.
 * 3. A chunk starts at a record and ends behind one. Where that is does not depend on block size or slot.
 *
 * A record of more than `maxRecordBytes` (1 MiB, or 64 bytes a field where that is more) is refused: memory for
 * it is set aside before reading.
 *
 * Over 400 lines because one class keeps carry, slot and scanner in step.
 *
 * @module
 */
import { FormatError, UsageError } from "../../errors.ts";
import { freeBytes } from "../../memory/byte_buffers.ts";
import { type ColumnBinding, MAX_VALUE_BYTES } from "../../schema/mod.ts";
import { columnHelp } from "../../wording/nearest_names.ts";
import { TEXT_SLACK_BYTES } from "../../text/mod.ts";
import type { ChunkTicket, Slot, Source, SourceInfo } from "../source.ts";
import { recordRefused } from "./text_errors.ts";
import type { TextDecoderOptions, TextPayload } from "./decoder_options.ts";
import { HEAD_BLOCK_BYTES, longestRecordBytes, type TextHead } from "./text_head.ts";
import type { TextInput } from "./text_input.ts";
import { type TextSlotLayout, textSlotLayout } from "./layout.ts";
import { CR, LF, type ResolvedCsvOptions } from "./options.ts";
import { SlotScanner } from "./slot_scanner.ts";
import { carriedTextType, columnType, type TextType } from "./text_type.ts";

/**
 * Work that needs bytes now and then: it yields the view that they go to and is told how many came. So a file is
 * read on the spot, a pipe without holding the thread, and the work is written once.
 */
type Steps<T> = Generator<Uint8Array, T, number>;
type ChunkSteps = Steps<ChunkTicket | null>;

/** Bytes that were read and belong to later chunks. */
interface Carry {
  bytes: Uint8Array<ArrayBuffer>;
  start: number;
  end: number;
}

/**
 * The buffer of a closed source's carry, for the next one: a folder of a thousand files would leave as many buffers
 * to the collector, which is in no hurry.
 */
let spareCarry: Uint8Array<ArrayBuffer> | null = null;

function takeCarry(numBytes: number): Uint8Array<ArrayBuffer> {
  const spare = spareCarry;
  spareCarry = null;
  if (spare?.length === numBytes) return spare;
  if (spare !== null) freeBytes(spare);
  return new Uint8Array(numBytes);
}

/** The text area of a slot. */
interface SlotText {
  readonly memory: WebAssembly.Memory;
  readonly pointer: number;
  readonly bytes: Uint8Array;
}

interface FilledText {
  readonly numBytes: number;
  readonly numRecords: number;
  readonly numLines: number;
  readonly isAscii: boolean;
}

function refuseUnknownTypes(
  path: string,
  names: readonly string[],
  types: ResolvedCsvOptions["columnTypes"],
): void {
  const known = new Set(names), unknown = Object.keys(types).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new UsageError("USE002", `${path} has no column ${JSON.stringify(unknown)} to give a type`, {
    help: columnHelp(unknown, names),
  });
}

/** bytes that are first taken from the carry */
const CARRY_PIECE_BYTES = 16384;

/** the least that is asked of the system at a time: a call takes as long as copying about this much */
const MIN_READ_BYTES = 1 << 16;

/** What a table of text is, once its head was read. */
export interface TextTable {
  readonly text: ResolvedCsvOptions;
  readonly head: TextHead;
  readonly format: "csv" | "ndjson";
  readonly skipBlankLines: boolean;
  /** see `RecordScannerOptions` */
  readonly skipSpaceLines?: boolean;
  /** of a slot, besides what CSV needs */
  readonly extraBytes?: number;
  /** what more the decoders are told, as plain data */
  readonly decoder?: Readonly<Record<string, unknown>>;
}

/** Chunks of whole records of text, whose fields are another matter: CSV, and lines of JSON. */
export class TextSource implements Source {
  readonly info: SourceInfo;
  readonly #input: TextInput;
  readonly #table: TextTable;
  readonly #text: ResolvedCsvOptions;
  readonly #fieldNames: readonly string[];
  readonly #fieldTypes: readonly TextType[];
  readonly #maxRecordBytes: number;
  readonly #minTextBytes: number;
  readonly #scanner: SlotScanner;
  readonly #carry: Carry;
  /** the carry is a buffer of `takeCarry`, and no longer what the head was read into */
  #ownsCarry = false;
  /** whether the operating system has said that there is no more */
  #isEnd: boolean;
  #endsInRecord = false;
  /** what ended the reading before the input's end */
  #failure: { readonly error: unknown } | null = null;
  #line: number;
  #record = 1;
  /** of the last chunk, on average; 0: there was none */
  #recordBytes = 0;
  /** bytes of the input that no ticket stands for yet, from the last cut back */
  #numUnreportedBytes: number;
  /** bytes of a compressed file that tickets stand for */
  #numConsumed = 0;
  #bindings: readonly ColumnBinding[] = [];
  #chunkRows = 0;
  #layout: TextSlotLayout | null = null;

  constructor(input: TextInput, table: TextTable) {
    const { text, head } = table;
    this.#table = table;
    this.#input = input;
    this.#text = text;
    this.#fieldNames = head.fieldNames;
    refuseUnknownTypes(input.path, head.fieldNames, text.columnTypes);
    this.#fieldTypes = head.fieldNames.map((name) => text.columnTypes[name] ?? "utf8");
    this.#maxRecordBytes = longestRecordBytes(text, head);
    this.#minTextBytes = Math.max(text.blockBytes + HEAD_BLOCK_BYTES, head.numBytes) + this.#maxRecordBytes;
    this.#scanner = new SlotScanner({
      delimiter: text.delimiter,
      quote: text.quote,
      skipBlankLines: table.skipBlankLines,
      ...(table.skipSpaceLines === undefined ? {} : { skipSpaceLines: table.skipSpaceLines }),
      maxRecordBytes: this.#maxRecordBytes,
      comment: text.comment,
      escape: text.escape,
    });
    this.#carry = { bytes: head.bytes, start: head.dataStart, end: head.numBytes };
    this.#isEnd = head.isEnd;
    this.#line = head.dataLine;
    this.#numUnreportedBytes = head.dataStart;
    this.info = {
      path: input.path,
      format: table.format,
      schema: {
        fields: head.fieldNames.map((name) => ({
          name,
          type: columnType(text.columnTypes[name] ?? "utf8"),
          nullable: true,
          carried: carriedTextType(text.columnTypes[name] ?? "utf8"),
        })),
      },
      numRows: null,
      numBytes: input.numBytes,
      metadataBytes: head.numBytes,
    };
  }

  get endsInRecord(): boolean {
    return this.#endsInRecord;
  }

  countRows(): null {
    return null;
  }

  /** a field may be all of the longest record */
  get longestValueBytes(): number {
    return Math.max(MAX_VALUE_BYTES, this.#maxRecordBytes);
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return this.#layoutFor(bindings, chunkRows).slotBytes;
  }

  residentBytes(): number {
    return this.#minTextBytes + (this.#input.heldBytes ?? 0);
  }

  #layoutFor(bindings: readonly ColumnBinding[], chunkRows: number): TextSlotLayout {
    return textSlotLayout(bindings, {
      chunkRows,
      fieldTypes: this.#fieldTypes,
      minTextBytes: this.#minTextBytes,
      extraBytes: this.#table.extraBytes ?? 0,
    });
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#bindings = bindings;
    this.#chunkRows = chunkRows;
    this.#layout = this.#layoutFor(bindings, chunkRows);
    const carry = this.#carry, numBytes = carry.end - carry.start;
    const bytes = takeCarry(this.#minTextBytes);
    this.#ownsCarry = true;
    bytes.set(carry.bytes.subarray(carry.start, carry.end));
    freeBytes(carry.bytes);
    this.#carry.bytes = bytes;
    this.#carry.start = 0;
    this.#carry.end = numBytes;
  }

  decoderOptions(): TextDecoderOptions {
    return {
      ...this.#table.decoder,
      format: this.#table.format,
      file: this.info.path,
      fieldNames: this.#fieldNames,
      fieldTypes: this.#fieldTypes,
      bindings: this.#bindings,
      chunkRows: this.#chunkRows,
      text: this.#text,
      minTextBytes: this.#minTextBytes,
    };
  }

  next(slot: Slot): ChunkTicket | null | Promise<ChunkTicket | null> {
    const steps = this.#chunk(slot);
    if (this.#input.read !== undefined) return this.#nextFromPipe(steps, this.#input.read);
    let step = steps.next(0);
    while (step.done !== true) {
      let count = 0;
      try {
        count = this.#input.readSync(step.value) ?? 0;
      } catch (error) {
        this.#failed(error);
      }
      step = steps.next(count);
    }
    return step.value;
  }

  #failed(error: unknown): void {
    this.#failure = { error };
    // a compressed stream or UTF-16 that is cut off or damaged: nobody knows which records are behind
    if (error instanceof FormatError) this.#endsInRecord = true;
  }

  async #nextFromPipe(steps: ChunkSteps, read: NonNullable<TextInput["read"]>): Promise<ChunkTicket | null> {
    let step = steps.next(0);
    while (step.done !== true) {
      let count = 0;
      try {
        count = await read(step.value) ?? 0;
      } catch (error) {
        this.#failed(error);
      }
      step = steps.next(count);
    }
    return step.value;
  }

  /** The next chunk. Yields each view that is to be read into, and is told how many bytes were; 0 is the end. */
  *#chunk(slot: Slot): ChunkSteps {
    if (this.#layout === null) throw new Error("next() of a text source before begin()");
    const { textOffset, textBytes, carried } = this.#layout;
    // behind the text, a byte is the decoder's, and the rest may be loaded from
    const pointer = slot.byteOffset + textOffset,
      room = slot.byteLength - textOffset - 1 - TEXT_SLACK_BYTES;
    const maxBytes = carried.length > 0 ? Math.min(room, textBytes) : room;
    const bytes = new Uint8Array(slot.memory.buffer, pointer, maxBytes);
    const filled = yield* this.#fill({ memory: slot.memory, pointer, bytes });
    const { numBytes, numRecords, numLines, isAscii } = filled;
    const firstLine = this.#line, firstRecord = this.#record;
    this.#line += numLines;
    this.#record += numRecords;
    this.#numUnreportedBytes += numBytes;
    if (numRecords === 0) return null;
    const reported = this.#reportedBytes();
    const payload: TextPayload = { textOffset, numTextBytes: numBytes, firstLine, firstRecord, isAscii };
    return {
      sourceIndex: this.#text.sourceIndex,
      numRows: numRecords,
      numBytes: reported,
      place: numLines === 1 ? `line ${firstLine}` : `lines ${firstLine} to ${firstLine + numLines - 1}`,
      payload,
    };
  }

  /** Bytes of the file that the next ticket stands for: of a compressed one, those that were read since the last. */
  #reportedBytes(): number {
    const { numConsumed } = this.#input;
    const numText = this.#numUnreportedBytes;
    this.#numUnreportedBytes = 0;
    if (numConsumed === undefined) return numText;
    const numBytes = numConsumed - this.#numConsumed;
    this.#numConsumed = numConsumed;
    return numBytes;
  }

  /**
   * Fills the text area with the next chunk's records: first from the carry, in pieces that grow, so that a small
   * chunk moves few bytes; then from the input. What was read beyond them becomes the carry.
   */
  *#fill(text: SlotText): Steps<FilledText> {
    const carry = this.#carry, scanner = this.#scanner, { bytes } = text;
    let filled = 0, cut = 0, numRecords = 0, numLines = 0, pieceBytes = CARRY_PIECE_BYTES;
    let isAscii = true, hasRead = false, isDone = false;
    while (!isDone) {
      if (numRecords === 0 && cut > 0) {
        // blank lines only so far: they need no room
        bytes.copyWithin(0, cut, filled);
        filled -= cut;
        this.#line += numLines;
        this.#numUnreportedBytes += cut;
        cut = numLines = 0;
      }
      if (filled === bytes.length) break;
      if (carry.start < carry.end) {
        const end = Math.min(carry.end, carry.start + pieceBytes, carry.start + bytes.length - filled);
        bytes.set(carry.bytes.subarray(carry.start, end), filled);
        filled += end - carry.start;
        carry.start = end;
        pieceBytes *= 2;
      } else if (this.#isEnd) {
        break;
      } else if (this.#failure !== null) {
        // the records before come first in the file: what is wrong with them is told first
        if (numRecords === 0) throw this.#failure.error;
        break;
      } else {
        hasRead = true;
        const numBytes = this.#bytesToRead(numRecords, { scanned: cut, unscanned: filled - cut });
        filled += yield* this.#read(bytes.subarray(filled, filled + numBytes));
      }
      const isEnd = this.#isEnd && carry.start === carry.end;
      // of nothing more, what ended the last chunk stands
      if (isEnd && filled > 0) this.#endsInRecord = bytes[filled - 1] !== LF && bytes[filled - 1] !== CR;
      scanner.scan(text, { start: cut, end: filled, isEnd, maxRecords: this.#chunkRows - numRecords });
      if (scanner.problem?.kind === "unclosedQuote") this.#endsInRecord = true;
      numRecords += scanner.numRecords;
      this.#refuseFirstRecord(bytes, cut, numRecords, numLines);
      numLines += scanner.numLines;
      cut = scanner.position;
      isAscii &&= scanner.isAscii;
      isDone = isEnd || numRecords === this.#chunkRows || scanner.problem !== null;
    }
    if (numRecords > 0) this.#recordBytes = cut / numRecords;
    if (hasRead) {
      carry.bytes.set(bytes.subarray(cut, filled));
      carry.start = 0;
      carry.end = filled - cut;
    } else {
      // what is left over still stands in the carry
      carry.start -= filled - cut;
    }
    return { numBytes: cut, numRecords, numLines, isAscii };
  }

  /**
   * What to read next for a chunk that has so many records: about the rest of it, because what is read beyond it is
   * copied twice; never more than a block.
   */
  #bytesToRead(
    numRecords: number,
    { scanned, unscanned }: { readonly scanned: number; readonly unscanned: number },
  ): number {
    const { blockBytes } = this.#text,
      recordBytes = numRecords > 0 ? scanned / numRecords : this.#recordBytes;
    if (recordBytes === 0) return blockBytes;
    const numMissing = Math.ceil((this.#chunkRows - numRecords) * recordBytes) - unscanned;
    return Math.min(blockBytes, Math.max(MIN_READ_BYTES, numMissing));
  }

  /** Throws the scanner's problem if no good record comes before it in the chunk. */
  #refuseFirstRecord(bytes: Uint8Array, start: number, numRecords: number, numLinesBefore: number): void {
    const { problem } = this.#scanner;
    if (problem === null || numRecords > 0) return;
    const region = {
      file: this.info.path,
      bytes: bytes.subarray(start),
      firstLine: this.#line + numLinesBefore,
    };
    const position = problem.position - start;
    throw recordRefused(region, { kind: problem.kind, position }, this.#maxRecordBytes);
  }

  /** Fills the view as far as the input reaches. */
  *#read(view: Uint8Array): Steps<number> {
    let filled = 0;
    while (filled < view.length) {
      const count = yield view.subarray(filled);
      if (count === 0) {
        this.#isEnd = this.#failure === null;
        break;
      }
      filled += count;
    }
    return filled;
  }

  close(): void {
    if (this.#ownsCarry) spareCarry = this.#carry.bytes;
    else freeBytes(this.#carry.bytes);
    this.#ownsCarry = false;
    this.#carry.bytes = new Uint8Array(0);
    this.#carry.start = this.#carry.end = 0;
    this.#input.close();
  }
}
