/**
 * Parses the bound columns of one chunk of JSON lines into the slot's column area. The kernel of src/text parses lines
 * whose keys come in the order of the first records; every other line is taken apart here, exactly.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { isUtf8, readingTables, textKernels } from "../../text/mod.ts";
import { CarriedFieldWriter } from "../text/carried_fields.ts";
import { type ColumnTarget, columnTargets, columnViews, ElementWriter } from "../text/column_target.ts";
import { nullRefused, type RecordRegion, temporalRefused, valueRefused } from "../text/text_errors.ts";
import type { TextDecoderOptions, TextPayload } from "../text/decoder_options.ts";
import { type TextSlotLayout, textSlotLayout } from "../text/layout.ts";
import { PLAIN_VALUES } from "../text/options.ts";
import { type ParsePlan, parsePlan } from "../text/parse_plan.ts";
import { parseTemporal } from "../text/temporal_text.ts";
import { firstInvalidUtf8, notUtf8 } from "../text/text_place.ts";
import { parseValue } from "../text/value_text.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot } from "../source.ts";
import { asciiText, type JsonMember, jsonText, passBlankLines, readJsonLine } from "./json_line.ts";
import { KEY_SCRATCH_BYTES, keyTable } from "./key_table.ts";
import { keyRefused, kindRefused, lineRefused } from "./ndjson_errors.ts";
import { carriedDType } from "../text/text_type.ts";

const LF = 10, CR = 13;
/** JSON spells numbers in one way */
const NO_SPELLING = { values: PLAIN_VALUES, delimiter: 44 };
/** V8 replaces a kernel's first code by its optimised code from one call to the next, never within a call. */
const FIELDS_PER_CALL = 16384;

interface NdjsonDecoderOptions extends TextDecoderOptions {
  readonly ignoresUnknownKeys: boolean;
}

/**
 * Makes a decoder of an NDJSON source's chunks from its `decoderOptions()`.
 *
 * `decode` throws FormatError FMT006, FMT008 a line that is no object; DataError DAT001 a null under policy "error",
 * DAT002 a value of another kind, DAT003 an unknown key, DAT004 an integer out of range. The first in the order of the
 * file is thrown, with line and byte column.
 */
export function openNdjsonDecoder(options: unknown): Decoder {
  return new NdjsonDecoder(options as NdjsonDecoderOptions);
}

class NdjsonDecoder implements Decoder {
  readonly #options: NdjsonDecoderOptions;
  readonly #layout: TextSlotLayout;
  readonly #targets: readonly (readonly ColumnTarget[])[];
  readonly #parse: ParsePlan;
  readonly #keys: Uint8Array;
  readonly #fieldOf: ReadonlyMap<string, number>;

  constructor(options: NdjsonDecoderOptions) {
    const { bindings, fieldNames, fieldTypes } = options;
    this.#options = options;
    this.#keys = keyTable(fieldNames);
    this.#layout = textSlotLayout(bindings, {
      chunkRows: options.chunkRows,
      fieldTypes,
      minTextBytes: options.minTextBytes,
      extraBytes: this.#keys.length,
    });
    const targets: ColumnTarget[][] = fieldNames.map(() => []);
    for (const target of columnTargets(bindings, this.#layout, fieldTypes)) {
      targets[target.fieldIndex]!.push(target);
    }
    this.#targets = targets;
    this.#parse = parsePlan(targets, {
      missing: new Set([""]),
      escape: -1,
      values: PLAIN_VALUES,
      carried: this.#layout.carried,
    });
    this.#fieldOf = new Map(fieldNames.map((name, index) => [name, index]));
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { textOffset, numTextBytes, firstLine, firstRecord, isAscii } = ticket.payload as TextPayload;
    const { tablesOffset, descriptorsOffset, extraOffset } = this.#layout;
    const slotBytes = new Uint8Array(slot.memory.buffer, slot.byteOffset, slot.byteLength);
    slotBytes.set(readingTables(), tablesOffset);
    slotBytes.set(this.#parse.bytes, descriptorsOffset);
    slotBytes.set(this.#keys, extraOffset);
    // one byte more than the text: a line end that stops every reader
    const bytes = slotBytes.subarray(textOffset, textOffset + numTextBytes + 1);
    bytes[numTextBytes] = LF;
    const { file } = this.#options;
    const region: RecordRegion = { file, bytes, firstLine, hasHeader: false, label: "key" };
    const carried = this.#layout.carried.map((place) => new CarriedFieldWriter(slot, place, ticket.numRows));
    const lines = new LineParser({
      region,
      carried,
      writer: new ElementWriter(slot),
      firstRecord,
      targets: this.#targets,
      fieldOf: this.#fieldOf,
      ignoresUnknownKeys: this.#options.ignoresUnknownKeys,
    });
    const isValid = isAscii || isUtf8(bytes);
    const limit = isValid ? Infinity : firstInvalidUtf8(bytes);
    this.#parseLines(ticket.numRows, slot, { lines, bytes, limit });
    if (!isValid) throw notUtf8(region);
    const columns = columnViews(this.#options.bindings, this.#layout, slot);
    return { numRows: ticket.numRows, columns, carried: carried.map(({ view }) => view), copiedBytes: 0 };
  }

  /** Parses the rows, but those from the line on that holds the byte at `limit`. */
  #parseLines(
    numRows: number,
    slot: Slot,
    { lines, bytes, limit }: {
      readonly lines: LineParser;
      readonly bytes: Uint8Array;
      readonly limit: number;
    },
  ): void {
    const kernels = textKernels(slot.memory),
      { tablesOffset, descriptorsOffset, extraOffset, textOffset } = this.#layout;
    const base = slot.byteOffset, text = base + textOffset;
    // lines before a byte that is no UTF-8 are few, and are parsed one by one
    const rowsPerCall = limit === Infinity ? Math.ceil(FIELDS_PER_CALL / this.#targets.length) : 1;
    let p = 0, row = 0;
    while (row < numRows) {
      const endRow = Math.min(numRows, row + rowsPerCall);
      if (limit !== Infinity && lines.lineEnd(p) > limit) return;
      const isStopped = kernels.parseObjects(
        base + descriptorsOffset,
        base + extraOffset + KEY_SCRATCH_BYTES,
        base,
        base + tablesOffset,
        text + p,
        row,
        endRow,
      );
      p = (kernels.objectPosition.value >>> 0) - text;
      row = endRow;
      if (isStopped === 0) continue;
      row = kernels.objectRow.value >>> 0;
      p = lines.parse(p, row);
      row++;
    }
    if (p > bytes.length) throw new Error("lines of JSON beyond their chunk");
  }

  close(): void {}
}

interface LineContext {
  readonly region: RecordRegion;
  readonly carried: readonly CarriedFieldWriter[];
  readonly writer: ElementWriter;
  readonly firstRecord: number;
  readonly targets: readonly (readonly ColumnTarget[])[];
  readonly fieldOf: ReadonlyMap<string, number>;
  readonly ignoresUnknownKeys: boolean;
}

/** Spellings of floats that JSON has no numbers for. */
const FLOAT_WORDS: ReadonlyMap<string, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/** Parses any line, exactly. Made for one chunk. */
class LineParser {
  readonly #context: LineContext;

  constructor(context: LineContext) {
    this.#context = context;
  }

  /** The position of the end of the line that is next from `start` on. */
  lineEnd(start: number): number {
    const { bytes } = this.#context.region;
    let p = passBlankLines(bytes, start);
    while (p < bytes.length && bytes[p] !== LF && bytes[p] !== CR) p++;
    return p;
  }

  /** Parses the line that is next from `before` on into the row, and gives the position behind it. */
  parse(before: number, row: number): number {
    const { region, targets, fieldOf, ignoresUnknownKeys } = this.#context;
    const start = passBlankLines(region.bytes, before);
    const line = readJsonLine(region.bytes, start);
    if ("what" in line) throw lineRefused(region, line);
    const members: (JsonMember | undefined)[] = new Array(targets.length).fill(undefined);
    for (const member of line.members) {
      const field = fieldOf.get(member.key);
      if (field !== undefined) members[field] = member;
      else if (!ignoresUnknownKeys) throw keyRefused(region, member, this.#record(row));
    }
    // in the order in which they stand, so that the first fault of the file is the one that is told
    const order = [...targets.keys()].sort((a, b) =>
      (members[a]?.start ?? Infinity) - (members[b]?.start ?? Infinity)
    );
    for (const field of order) {
      for (const target of targets[field]!) this.#put(target, members[field], { row, lineStart: start });
    }
    return line.end;
  }

  #record(row: number): number {
    return this.#context.firstRecord + row;
  }

  #put(
    target: ColumnTarget,
    member: JsonMember | undefined,
    { row, lineStart }: { readonly row: number; readonly lineStart: number },
  ): void {
    const { carried, writer, region } = this.#context;
    const sink = target.carriedIndex === undefined ? null : carried[target.carriedIndex]!;
    const index = target.firstIndex + row * target.rowElements;
    const put = (value: number | bigint) => {
      if (typeof value === "bigint") writer.putBigInt(target.dtype, index, value);
      else writer.putNumber(target.dtype, index, value);
    };
    if (member === undefined || member.kind === "null") {
      if (sink !== null) return sink.putNull(row);
      if (target.substitute !== null) return put(target.substitute);
      const start = member?.start ?? lineStart, end = member?.end ?? lineStart;
      throw nullRefused({
        region,
        start,
        end,
        fieldName: member?.key ?? this.#nameOf(target),
        record: this.#record(row),
        target,
      });
    }
    if (sink !== null && target.textType === "utf8") {
      if (member.kind !== "string") throw kindRefused(region, member, { target, record: this.#record(row) });
      return sink.putText(row, new TextEncoder().encode(jsonText(region.bytes, member.start, member.end)));
    }
    const dtype = sink === null ? target.dtype : carriedDType(target.textType);
    const value = this.#value(target, member, { dtype, row });
    if (sink === null) put(value);
    else sink.putValue(row, value, DTYPE[dtype].kind === "f");
  }

  #nameOf(target: ColumnTarget): string {
    return [...this.#context.fieldOf].find(([, index]) => index === target.fieldIndex)![0];
  }

  #value(
    target: ColumnTarget,
    member: JsonMember,
    { dtype, row }: { readonly dtype: DType; readonly row: number },
  ): number | bigint {
    const { region } = this.#context,
      { bytes } = region,
      { kind, start, end } = member,
      record = this.#record(row);
    const field = () => ({ region, start, end, fieldName: member.key, record, target });
    if (target.temporal !== null) {
      if (kind !== "string") throw kindRefused(region, member, { target, record });
      const value = parseTemporal(jsonText(bytes, start, end), target.temporal);
      if (typeof value === "string") throw temporalRefused(field(), value);
      return value;
    }
    const { kind: dtypeKind } = DTYPE[dtype];
    if (kind === "string" && dtypeKind === "f") {
      const word = FLOAT_WORDS.get(jsonText(bytes, start, end));
      if (word !== undefined) return word;
    }
    if (dtypeKind === "b" && (kind === "true" || kind === "false")) return kind === "true" ? 1 : 0;
    if (kind !== "number" || dtypeKind === "b") throw kindRefused(region, member, { target, record });
    const text = asciiText(bytes, start, end), value = parseValue(text, dtype);
    if (typeof value === "string") throw valueRefused(field(), value, { ...NO_SPELLING, text });
    return value;
  }
}
