/**
 * Parses the bound columns of one chunk of CSV text into the slot's column area.
 *
 * The kernel of src/text parses the usual spellings, in the order of the file, takes text as it stands and passes over
 * fields that no binding asks for. It stops before every field that is out of the ordinary (words, escapes outside of
 * quotes, numbers that take more than its digits to round, what is refused). That field is read here: byte by byte
 * without a string where that is possible, else on the path over text, which is exact.
 *
 * The file is longer than others: what a field may be, in every dialect, is decided in the one class.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { isDecimal, isFloat32Tie } from "../../dtype/decimal_text.ts";
import type { NdpipeError } from "../../errors.ts";
import { isUtf8, readingTables, type TextKernels, textKernels } from "../../text/mod.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot } from "../source.ts";
import { CarriedFieldWriter } from "../text/carried_fields.ts";
import { type ColumnTarget, columnTargets, columnViews, ElementWriter } from "../text/column_target.ts";
import {
  type FieldLocation,
  nullRefused,
  raggedRecord,
  type RecordRegion,
  temporalRefused,
  valueRefused,
} from "../text/text_errors.ts";
import type { TextDecoderOptions, TextPayload } from "../text/decoder_options.ts";
import { DESCRIPTOR_BYTES, type TextSlotLayout, textSlotLayout } from "../text/layout.ts";
import { IntegerScanner, NumberScanner } from "./number_scanner.ts";
import { CR, LF, NO_MARK, type ResolvedCsvOptions, SPACE, TAB } from "../text/options.ts";
import { type ParsePlan, parsePlan } from "../text/parse_plan.ts";
import { RecordScanner } from "../text/record_scanner.ts";
import { firstInvalidUtf8, notUtf8 } from "../text/text_place.ts";
import { parseTemporal } from "../text/temporal_text.ts";
import { floatWord, parseValue } from "../text/value_text.ts";
import { carriedDType } from "../text/text_type.ts";

const POINT = 46;

/** V8 replaces a kernel's first code by its optimised code from one call to the next, never within a call. */
const FIELDS_PER_CALL = 16384;

/**
 * Makes a decoder of a CSV source's chunks from its `decoderOptions()`.
 *
 * `decode` throws DataError: DAT001 a null under policy "error", DAT002 a field that is no value of its dtype,
 * DAT003 a ragged row, DAT004 an integer out of range; FormatError: FMT006 text that is not UTF-8. The first in
 * the order of the file is thrown, with line, byte column and field.
 */
export function openCsvDecoder(options: unknown): Decoder {
  return new CsvDecoder(options as TextDecoderOptions);
}

class CsvDecoder implements Decoder {
  readonly #options: TextDecoderOptions;
  readonly #layout: TextSlotLayout;
  readonly #plan: FieldPlan;
  readonly #parse: ParsePlan;

  constructor(options: TextDecoderOptions) {
    this.#options = options;
    this.#layout = textSlotLayout(options.bindings, {
      chunkRows: options.chunkRows,
      fieldTypes: options.fieldTypes,
      minTextBytes: options.minTextBytes,
    });
    this.#plan = fieldPlan(options, columnTargets(options.bindings, this.#layout, options.fieldTypes));
    this.#parse = parsePlan(this.#plan.targets, {
      missing: this.#plan.missing,
      escape: options.text.escape,
      values: options.text.values,
      carried: this.#layout.carried,
    });
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { textOffset, numTextBytes, firstLine, firstRecord, isAscii } = ticket.payload as TextPayload;
    const { tablesOffset, descriptorsOffset } = this.#layout, parse = this.#parse;
    const slotBytes = new Uint8Array(slot.memory.buffer, slot.byteOffset, slot.byteLength);
    slotBytes.set(readingTables(), tablesOffset);
    slotBytes.set(parse.bytes, descriptorsOffset);
    // one byte more than the text: a line end that stops every scan
    const bytes = slotBytes.subarray(textOffset, textOffset + numTextBytes + 1);
    bytes[numTextBytes] = LF;
    const { file, text: { header: hasHeader } } = this.#options;
    const region: RecordRegion = { file, bytes, firstLine, hasHeader, label: "column" };
    const carried = this.#layout.carried.map((place) => new CarriedFieldWriter(slot, place, ticket.numRows));
    const parser = new ChunkParser({
      carried,
      plan: this.#plan,
      region,
      writer: new ElementWriter(slot),
      firstRecord,
      kernel: {
        kernels: textKernels(slot.memory),
        columns: slot.byteOffset,
        tables: slot.byteOffset + tablesOffset,
        descriptors: slot.byteOffset + descriptorsOffset,
        parse,
        text: slot.byteOffset + textOffset,
      },
    });
    if (!isAscii && !isUtf8(bytes)) {
      // what is wrong in the rows before comes first in the file, and is reported first at every chunk size
      parser.parseRecords(this.#numRecordsBefore(bytes, firstInvalidUtf8(bytes)));
      throw notUtf8(region);
    }
    parser.parseRecords(ticket.numRows);
    const columns = columnViews(this.#options.bindings, this.#layout, slot);
    return { numRows: ticket.numRows, columns, carried: carried.map(({ view }) => view), copiedBytes: 0 };
  }

  #numRecordsBefore(bytes: Uint8Array, end: number): number {
    const { text, fieldNames } = this.#options;
    const scanner = new RecordScanner({
      delimiter: text.delimiter,
      quote: text.quote,
      skipBlankLines: fieldNames.length > 1,
      maxRecordBytes: Infinity,
      comment: text.comment,
      escape: text.escape,
    });
    // with the byte itself, which is no LF: so a CR before it ends its record
    scanner.scan(bytes, { start: 0, end: end + 1, isEnd: false, maxRecords: Infinity });
    return scanner.numRecords;
  }

  close(): void {}
}

/** What to do with each field of a record. */
interface FieldPlan {
  readonly fieldNames: readonly string[];
  readonly text: ResolvedCsvOptions;
  readonly missing: ReadonlySet<string>;
  /** a field's targets; empty: the field is passed over */
  readonly targets: readonly (readonly ColumnTarget[])[];
}

/** The kernels on the slot's memory, and the addresses of what they work on. */
interface KernelPlaces {
  readonly kernels: TextKernels;
  readonly columns: number;
  readonly tables: number;
  readonly descriptors: number;
  readonly parse: ParsePlan;
  readonly text: number;
}

const NO_TARGETS: readonly ColumnTarget[] = [];

function fieldPlan(options: TextDecoderOptions, targets: readonly ColumnTarget[]): FieldPlan {
  const byField: (readonly ColumnTarget[])[] = options.fieldNames.map(() => NO_TARGETS);
  // an array that is made with its element has no room to spare
  for (const target of targets) byField[target.fieldIndex] = [...byField[target.fieldIndex]!, target];
  return {
    fieldNames: options.fieldNames,
    text: options.text,
    missing: new Set(options.text.missing),
    targets: byField,
  };
}

/** Parses one chunk. Made for one chunk: it holds views. */
class ChunkParser {
  readonly #plan: FieldPlan;
  readonly #region: RecordRegion;
  readonly #bytes: Uint8Array;
  readonly #writer: ElementWriter;
  readonly #carried: readonly CarriedFieldWriter[];
  readonly #firstRecord: number;
  readonly #kernel: KernelPlaces;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number;
  /** numbers have a point and no groups, and none means a null: the byte path reads them */
  readonly #isPlain: boolean;
  readonly #number = new NumberScanner();
  readonly #integer = new IntegerScanner();

  constructor(
    options: {
      plan: FieldPlan;
      region: RecordRegion;
      writer: ElementWriter;
      carried: readonly CarriedFieldWriter[];
      firstRecord: number;
      kernel: KernelPlaces;
    },
  ) {
    this.#kernel = options.kernel;
    this.#plan = options.plan;
    this.#region = options.region;
    this.#bytes = options.region.bytes;
    this.#writer = options.writer;
    this.#carried = options.carried;
    this.#firstRecord = options.firstRecord;
    this.#delimiter = options.plan.text.delimiter;
    this.#quote = options.plan.text.quote;
    this.#escape = options.plan.text.escape;
    const { decimal, thousands } = options.plan.text.values;
    const mayBeMissing = options.plan.text.missing.some(isDecimal);
    this.#isPlain = decimal === POINT && thousands !== POINT && !mayBeMissing;
  }

  /** Lets the kernel parse, and parses each field that it stops at. */
  parseRecords(numRecords: number): void {
    const { kernels, columns, tables, descriptors, parse, text } = this.#kernel;
    const { targets, text: { comment, escape, values, trailingDelimiter, pads } } = this.#plan,
      bytes = this.#bytes,
      delimiter = this.#delimiter;
    const lastField = targets.length - 1, quote = this.#quote < 0 ? LF : this.#quote;
    const rowsPerCall = Math.ceil(FIELDS_PER_CALL / targets.length);
    let p = 0, row = 0, field = 0, recordStart = 0;
    while (row < numRecords) {
      const endRow = Math.min(numRecords, row + rowsPerCall);
      const isStopped = kernels.parseRecords(
        descriptors,
        descriptors + parse.firstDescriptors[field]!,
        columns,
        tables,
        text + p,
        text + recordStart,
        row,
        endRow,
        delimiter,
        quote,
        Number(lastField > 0),
        comment < 0 ? NO_MARK : comment,
        values.decimal,
        escape < 0 ? NO_MARK : escape,
      );
      if (isStopped === 0) {
        p = (kernels.stopPosition.value >>> 0) - text;
        row = endRow;
        field = 0;
        continue;
      }
      row = kernels.stopRow.value >>> 0;
      field = parse.fields[kernels.stopDescriptor.value / DESCRIPTOR_BYTES]!;
      recordStart = (kernels.stopRecordStart.value >>> 0) - text;
      const start = (kernels.stopPosition.value >>> 0) - text, list = targets[field]!;
      p = list.length === 0 ? this.#passField(start) : start;
      for (let i = 0; i < list.length; i++) p = this.#parseField(list[i]!, start, row);
      let c = bytes[p++]!;
      if (field < lastField) {
        if (c === delimiter) {
          field++;
          continue;
        }
        if (!pads) throw this.#ragged(recordStart, row);
        for (let lacking = field + 1; lacking <= lastField; lacking++) {
          for (const target of targets[lacking]!) this.#putMissing(target, p - 1, row);
        }
      } else if (c === delimiter && trailingDelimiter && (bytes[p] === LF || bytes[p] === CR)) {
        c = bytes[p++]!;
      }
      if (c === CR) {
        if (bytes[p] === LF) p++;
      } else if (c !== LF) {
        throw this.#ragged(recordStart, row);
      }
      field = 0;
      row++;
    }
  }

  /** The position of the delimiter or line end behind the field. */
  #passField(start: number): number {
    const bytes = this.#bytes, delimiter = this.#delimiter;
    let p = start;
    if (bytes[p] === this.#quote) return this.#closingQuote(p) + 1;
    for (;;) {
      const c = bytes[p]!;
      if (c === delimiter || c === LF || c === CR) return p;
      p += c === this.#escape && p + 1 < bytes.length - 1 ? 2 : 1;
    }
  }

  /** The position behind spaces and tabs, as far as they do not delimit fields. */
  #passSpaces(start: number): number {
    let p = start;
    while ((this.#bytes[p] === SPACE || this.#bytes[p] === TAB) && this.#bytes[p] !== this.#delimiter) p++;
    return p;
  }

  /** The position of the quote that closes the one at `open`. */
  #closingQuote(open: number): number {
    const bytes = this.#bytes, quote = this.#quote;
    let p = open + 1;
    for (;;) {
      if (bytes[p] === this.#escape) p++;
      else if (bytes[p] === quote) {
        if (bytes[p + 1] !== quote) return p;
        p++;
      }
      p++;
    }
  }

  /** Parses a field into its target and gives the position of the delimiter or line end behind it. */
  #parseField(target: ColumnTarget, start: number, row: number): number {
    const bytes = this.#bytes, number = this.#number;
    if (target.carriedIndex !== undefined) {
      const end = this.#passField(start);
      const writer = this.#carried[target.carriedIndex]!;
      if (target.textType !== "utf8") this.#carryValue(writer, target, { start, end, row });
      else writer.put(row, bytes, { start, end, quote: this.#quote, escape: this.#escape });
      return end;
    }
    if (!this.#isPlain || target.temporal !== null) return this.#parseText(target, start, row);
    const index = target.firstIndex + row * target.rowElements;
    const isQuoted = bytes[start] === this.#quote;
    let p = number.scan(bytes, isQuoted ? start + 1 : start);
    if (!number.isRead || (isQuoted && bytes[p++] !== this.#quote)) {
      return this.#parseLong(target, start, row);
    }
    const c = bytes[p]!;
    if (c !== this.#delimiter && c !== LF && c !== CR) return this.#parseText(target, start, row);
    if (target.dtype === "f64") {
      const value = number.float64();
      if (value !== value) return this.#parseText(target, start, row);
      this.#writer.putNumber("f64", index, value);
      return p;
    }
    if (target.dtype === "f32") {
      const value = number.float64();
      if (value !== value || isFloat32Tie(value)) return this.#parseText(target, start, row);
      this.#writer.putNumber("f32", index, value);
      return p;
    }
    const value = number.isNegative ? -number.significand : number.significand;
    // a bool is one digit
    if (!number.isWhole || (target.dtype === "bool" && p !== start + 1)) {
      return this.#parseText(target, start, row);
    }
    if (value < target.least || value > target.most) return this.#parseLong(target, start, row);
    this.#writer.putNumber(target.dtype, index, value);
    return p;
  }

  /** An integer of 64 bits beyond 2^53; all else is for the path over text. */
  #parseLong(target: ColumnTarget, start: number, row: number): number {
    const { dtype } = target;
    if (dtype !== "i64" && dtype !== "u64") return this.#parseText(target, start, row);
    const integer = this.#integer, p = integer.scan(this.#bytes, start);
    const c = p < 0 ? -1 : this.#bytes[p]!;
    const isEnd = c === this.#delimiter || c === LF || c === CR;
    // the lowest i64 is left to the text, as is what is out of range
    const isInRange = dtype === "i64" ? integer.high < 0x80000000 : !integer.isNegative;
    if (!isEnd || !isInRange) return this.#parseText(target, start, row);
    this.#writer.putHalves(target.firstIndex + row * target.rowElements, integer);
    return p;
  }

  /** The exact path for every field that the byte path leaves. */
  #parseText(target: ColumnTarget, start: number, row: number): number {
    const first = this.#passSpaces(start);
    if (first > start && this.#bytes[first] !== this.#quote && this.#isPlain && target.temporal === null) {
      return this.#parseField(target, first, row);
    }
    const end = this.#passField(start);
    const text = this.#fieldText(start, end);
    const index = target.firstIndex + row * target.rowElements;
    // "NaN" is the usual spelling of a null of an integer column, and a value of a float column
    const isFloatWord = (target.dtype === "f64" || target.dtype === "f32") && floatWord(text) !== undefined;
    if (!isFloatWord && this.#plan.missing.has(text)) {
      this.#putMissing(target, start, row);
      return end;
    }
    this.#put(target, index, this.#value(text, target.dtype, { target, start, row }));
    return end;
  }

  /** The value of a text; throws what refuses it. */
  #value(
    text: string,
    dtype: DType,
    { target, start, row }: { readonly target: ColumnTarget; readonly start: number; readonly row: number },
  ): number | bigint {
    if (target.temporal !== null) {
      const value = parseTemporal(text, target.temporal);
      if (typeof value === "string") throw temporalRefused(this.#locate(target, start, row), value);
      return value;
    }
    const { values, delimiter } = this.#plan.text, value = parseValue(text, dtype, values);
    if (typeof value === "string") {
      throw valueRefused(this.#locate(target, start, row), value, { text, values, delimiter });
    }
    return value;
  }

  /** A carried field that is parsed: what it means depends on its type alone. */
  #carryValue(
    writer: CarriedFieldWriter,
    target: ColumnTarget,
    { start, end, row }: { readonly start: number; readonly end: number; readonly row: number },
  ): void {
    const text = this.#fieldText(start, end), dtype = carriedDType(target.textType);
    const isFloat = DTYPE[dtype].kind === "f", isWord = isFloat && floatWord(text) !== undefined;
    if (!isWord && this.#plan.missing.has(text)) return writer.putNull(row);
    writer.putValue(row, this.#value(text, dtype, { target, start, row }), isFloat);
  }

  /** The value of a target whose field is missing, or lacks where rows are padded. */
  #putMissing(target: ColumnTarget, start: number, row: number): void {
    if (target.carriedIndex !== undefined) return this.#carried[target.carriedIndex]!.putNull(row);
    const { substitute } = target;
    if (substitute === null) throw nullRefused(this.#locate(target, start, row));
    this.#put(target, target.firstIndex + row * target.rowElements, substitute);
  }

  #put(target: ColumnTarget, index: number, value: number | bigint): void {
    if (typeof value === "bigint") this.#writer.putBigInt(target.dtype, index, value);
    else this.#writer.putNumber(target.dtype, index, value);
  }

  /** The field's text: without quotes, doubled quotes single, without spaces and tabs around it. */
  #fieldText(start: number, end: number): string {
    const bytes = this.#bytes, quote = this.#quote;
    const isQuoted = bytes[start] === quote;
    let first = isQuoted ? start + 1 : start, last = isQuoted ? end - 1 : end;
    while (first < last && (bytes[first] === SPACE || bytes[first] === TAB)) first++;
    while (first < last && (bytes[last - 1] === SPACE || bytes[last - 1] === TAB)) last--;
    let text = "";
    for (let p = first; p < last; p++) {
      const c = bytes[p]!;
      if (c >= 0x80) return this.#wideText(first, last, isQuoted);
      if ((isQuoted && c === quote) || (c === this.#escape && p + 1 < last)) p++;
      text += String.fromCharCode(bytes[p]!);
    }
    return text;
  }

  /** Text beyond ASCII: only a spelling of a missing value can be that, else it is refused. */
  #wideText(first: number, last: number, isQuoted: boolean): string {
    const bytes = this.#bytes.slice(first, last);
    let numBytes = 0;
    for (let p = 0; p < bytes.length; p++) {
      const c = bytes[p]!;
      if ((isQuoted && c === this.#quote) || (c === this.#escape && p + 1 < bytes.length)) p++;
      bytes[numBytes++] = bytes[p]!;
    }
    // a byte order mark amid the text is no part of a number
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, numBytes));
  }

  #locate(target: ColumnTarget, start: number, row: number): FieldLocation {
    return {
      region: this.#region,
      start,
      end: this.#passField(start),
      fieldName: this.#plan.fieldNames[target.fieldIndex]!,
      record: this.#firstRecord + row,
      target,
    };
  }

  #ragged(recordStart: number, row: number): NdpipeError {
    const numExpected = this.#plan.targets.length;
    let p = recordStart, numFields = 1;
    while (this.#bytes[p = this.#passField(p)] === this.#delimiter) {
      p++;
      numFields++;
    }
    return raggedRecord(this.#region, {
      start: recordStart,
      record: this.#firstRecord + row,
      numFields,
      numExpected,
    });
  }
}
