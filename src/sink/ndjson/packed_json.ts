/**
 * Packed values as JSON: lists as arrays, structs as objects. A map is an object where its keys are text, else an array
 * of objects of "key" and "value", as Arrow has it: then what reads JSON finds the keys' type again. A key that a map
 * has twice stands twice. A union's value is written as itself. Parts without a value are null.
 *
 * Values are handed on in pieces, however long they are.
 *
 * @module
 */
import { formatFloat32, formatFloat64 } from "../../dtype/decimal_text.ts";
import { OutputError } from "../../errors.ts";
import { ARROW_TYPE, isUtf8Type } from "../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../schema/carried.ts";
import { fixedBytes, type PackedNode } from "../../schema/packed.ts";
import { type CarriedFormat, PIECE_BYTES, type TakePiece } from "../text/plain_fields.ts";
import { fixedText } from "../text/fixed_text.ts";
import { temporalText } from "../text/temporal_text.ts";
import { PackedCursor } from "../packed_cursor.ts";
import type { OutputField } from "../sink.ts";
import { escapeOf, mendedUtf8 } from "./json_escapes.ts";

const QUOTE = 0x22, FIRST_WIDE = 0x80;

/** Writes the value at the cursor, and goes behind it. */
type WriteValue = (cursor: PackedCursor, out: JsonPieces) => void;

/** Text in one buffer, which is handed on when it is full. */
class JsonPieces {
  readonly #buffer = new Uint8Array(PIECE_BYTES);
  readonly #take: TakePiece;
  #filled = 0;

  constructor(take: TakePiece) {
    this.#take = take;
  }

  put(byte: number): void {
    if (this.#filled === PIECE_BYTES) this.#handOn();
    this.#buffer[this.#filled++] = byte;
  }

  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.put(text.charCodeAt(i));
  }

  all(bytes: Uint8Array): void {
    for (const byte of bytes) this.put(byte);
  }

  /** UTF-8 text as a string; what is not UTF-8 becomes U+FFFD */
  quoted(bytes: Uint8Array, start: number, end: number): void {
    let isWide = false;
    for (let i = start; i < end && !isWide; i++) isWide = bytes[i]! >= FIRST_WIDE;
    const text = isWide ? mendedUtf8(bytes, { start, end }) : { bytes, start, end };
    this.put(QUOTE);
    for (let i = text.start; i < text.end; i++) {
      const byte = text.bytes[i]!, escape = escapeOf(byte);
      if (escape === undefined) this.put(byte);
      else this.all(escape);
    }
    this.put(QUOTE);
  }

  /** what is left */
  rest(): Uint8Array {
    const filled = this.#filled;
    this.#filled = 0;
    return this.#buffer.subarray(0, filled);
  }

  #handOn(): void {
    this.#take(this.#buffer);
    this.#filled = 0;
  }
}

/** JSON of a value of fixed width; null: there is none */
function fixedJson(
  { field: { typeId, slots }, bitWidth }: PackedNode,
): ((view: DataView, at: number) => string) | null {
  const flat = slots.flatMap((slot) => slot.kind === "int32s" ? [] : [slot]);
  if (typeId === ARROW_TYPE.bool) return (view, at) => view.getUint8(at) === 1 ? "true" : "false";
  if (typeId === ARROW_TYPE.floatingPoint && bitWidth !== 16) {
    return bitWidth === 32
      ? (view, at) => numberText(view.getFloat32(at, true), formatFloat32)
      : (view, at) => numberText(view.getFloat64(at, true), formatFloat64);
  }
  if (typeId === ARROW_TYPE.int) {
    return integerText(
      bitWidth,
      flat.some(({ slot, value }) => slot === 1 && value !== 0),
    );
  }
  const fixed = fixedText({ typeId, bitWidth, slots: flat });
  if (fixed !== null) {
    const { text, isNumber } = fixed;
    if (typeId === ARROW_TYPE.floatingPoint) {
      return (view, at) => numberText(view.getFloat16(at, true), formatFloat32);
    }
    return isNumber ? text : (view, at) => `"${text(view, at)}"`;
  }
  if (typeId !== ARROW_TYPE.date && typeId !== ARROW_TYPE.timestamp) return null;
  const type: CarriedType = { name: "", bitWidth, isLarge: false, typeId, slots: flat };
  const text = temporalText(type);
  return (view, at) =>
    `"${text(bitWidth === 32 ? BigInt(view.getInt32(at, true)) : view.getBigInt64(at, true))}"`;
}

function integerText(bitWidth: number, isSigned: boolean): (view: DataView, at: number) => string {
  if (bitWidth === 64) {
    return isSigned
      ? (view, at) => String(view.getBigInt64(at, true))
      : (view, at) => String(view.getBigUint64(at, true));
  }
  if (bitWidth === 32) {
    return isSigned
      ? (view, at) => String(view.getInt32(at, true))
      : (view, at) => String(view.getUint32(at, true));
  }
  if (bitWidth === 16) {
    return isSigned
      ? (view, at) => String(view.getInt16(at, true))
      : (view, at) => String(view.getUint16(at, true));
  }
  return isSigned ? (view, at) => String(view.getInt8(at)) : (view, at) => String(view.getUint8(at));
}

/** JSON has no NaN and no infinities */
function numberText(value: number, format: (value: number) => string): string {
  if (Number.isFinite(value)) return format(value);
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
}

/** Makes the functions that write the parts of a type. */
class Formats {
  readonly #field: OutputField;

  constructor(field: OutputField) {
    this.#field = field;
  }

  /** a value with its tag */
  value(node: PackedNode): WriteValue {
    const parts = this.#parts(node);
    return (cursor, out) => {
      if (cursor.tag()) return parts(cursor, out);
      cursor.skipParts(node);
      out.ascii("null");
    };
  }

  /** a value behind its tag */
  #parts(node: PackedNode): WriteValue {
    switch (node.kind) {
      case "null":
        return (_, out) => out.ascii("null");
      case "fixed":
        return this.#fixed(node);
      case "variable":
        return this.#text(node);
      case "list":
        return node.field.typeId === ARROW_TYPE.map && isUtf8Type(node.children[0]!.children[0]!.field)
          ? this.#object(node)
          : this.#list(node, (cursor) => cursor.uint32());
      case "fixedSizeList":
        return this.#list(node, () => node.listSize);
      case "struct":
        return this.#struct(node);
      case "denseUnion":
      case "sparseUnion":
        return this.#union(node);
      default:
        return node.kind satisfies never;
    }
  }

  #fixed(node: PackedNode): WriteValue {
    const text = fixedJson(node), size = fixedBytes(node);
    if (text === null) throw this.#refusal();
    return (cursor, out) => {
      out.ascii(text(cursor.view, cursor.position));
      cursor.position += size;
    };
  }

  #text(node: PackedNode): WriteValue {
    if (!isUtf8Type(node.field)) throw this.#refusal();
    return writeText;
  }

  #list({ children: [child] }: PackedNode, countOf: (cursor: PackedCursor) => number): WriteValue {
    const element = this.value(child!), fixed = child!.kind === "fixed" ? this.#fixed(child!) : null;
    return (cursor, out) => {
      const count = countOf(cursor), tags = cursor.position;
      out.ascii("[");
      if (fixed !== null) cursor.position += count;
      for (let i = 0; i < count; i++) {
        if (i > 0) out.ascii(",");
        if (fixed === null) element(cursor, out);
        else if (cursor.bytes[tags + i] === 1) fixed(cursor, out);
        else {
          cursor.position += fixedBytes(child!);
          out.ascii("null");
        }
      }
      out.ascii("]");
    };
  }

  #struct({ children }: PackedNode): WriteValue {
    const names = children.map(({ field }) => field.name);
    const bad = names.find((name, i) => !name.isWellFormed() || names.indexOf(name) !== i);
    if (bad !== undefined) {
      throw this.#refusal(`two parts, or one that is no Unicode text, have the name ${JSON.stringify(bad)}`);
    }
    const encoder = new TextEncoder();
    const parts = children.map((child, i) => ({
      key: encoder.encode(`${i === 0 ? "" : ","}${JSON.stringify(child.field.name)}:`),
      write: this.value(child),
    }));
    return (cursor, out) => {
      out.ascii("{");
      for (const { key, write } of parts) {
        out.all(key);
        write(cursor, out);
      }
      out.ascii("}");
    };
  }

  /** a map whose keys are text */
  #object({ children: [entries] }: PackedNode): WriteValue {
    const write = this.value(entries!.children[1]!);
    return (cursor, out) => {
      const count = cursor.uint32();
      out.ascii("{");
      for (let i = 0; i < count; i++) {
        if (i > 0) out.ascii(",");
        // the tags of the entry and of its key: neither is null
        cursor.position += 2;
        writeText(cursor, out);
        out.ascii(":");
        write(cursor, out);
      }
      out.ascii("}");
    };
  }

  #union({ kind, children }: PackedNode): WriteValue {
    const parts = children.map((child) => this.value(child));
    return (cursor, out) => {
      const chosen = cursor.uint32();
      if (kind === "denseUnion") return parts[chosen]!(cursor, out);
      for (const [i, child] of children.entries()) {
        if (i === chosen) parts[i]!(cursor, out);
        else cursor.skip(child);
      }
    };
  }

  #refusal(why?: string): OutputError {
    const { name, carried } = this.#field;
    return new OutputError(
      "OUT003",
      `the carried column ${name} is ${carried!.type.name}, which is not written to JSON`,
      {
        notes: [
          why ??
            "text, numbers, bools, decimals, dates, times and durations are, and lists, structs, maps and unions of these",
        ],
        help: "write Arrow or Parquet, or leave the column out",
      },
    );
  }
}

function writeText(cursor: PackedCursor, out: JsonPieces): void {
  const numBytes = cursor.uint32(), start = cursor.position;
  cursor.position = start + numBytes;
  out.quoted(cursor.bytes, start, cursor.position);
}

/**
 * How a column of packed values is written.
 *
 * @param take is given what has no room in a piece; the rest of a value is returned
 * @throws OutputError OUT003 there is no JSON for a part
 */
export function packedJson(field: OutputField, take: TakePiece): CarriedFormat {
  const write = new Formats(field).value(field.carried!.type.packed!), out = new JsonPieces(take);
  return (memory, { data, offsets }) => {
    const cursor = new PackedCursor(memory), words = new Uint32Array(memory.buffer), first = offsets! / 4;
    return (row) => {
      cursor.position = data + words[first + row]!;
      write(cursor, out);
      return out.rest();
    };
  };
}
