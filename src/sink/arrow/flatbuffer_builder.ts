/**
 * Builds a flatbuffer from its end to its start, as the format has it: what is referred to is written before what
 * refers to it. Only what Arrow's metadata needs.
 *
 * Ours, and not the `flatbuffers` package: that is a CommonJS module, and setting up Deno for these takes longer than
 * a small run. A test holds the bytes against the package's.
 *
 * Source: "FlatBuffers Internals": tables, vtables (equal ones are shared), vectors, strings.
 *
 * @module
 */

/** of offsets, lengths of vectors, and a table's reference to its vtable */
const OFFSET_BYTES = 4;
/** of a vtable's entries; its first two are its own size and the table's */
const VTABLE_ENTRY_BYTES = 2, VTABLE_HEAD_ENTRIES = 2;

/**
 * A flatbuffer in the making. Places of finished parts are bytes from the buffer's end.
 *
 * @example
 * ```ts
 * import { FlatbufferBuilder } from "./flatbuffer_builder.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const builder = new FlatbufferBuilder(64);
 * builder.startObject(1);
 * builder.addFieldInt16(0, 7, 0);
 * builder.finish(builder.endObject());
 * // the root's place, a vtable (its bytes, the table's, the field's place), the table
 * const table = [6, 0, 0, 0, 0, 0, 7, 0];
 * deepStrictEqual([...builder.asUint8Array()], [12, 0, 0, 0, 0, 0, 6, 0, 8, 0, 6, 0, ...table]);
 * ```
 */
export class FlatbufferBuilder {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  /** bytes before what is written */
  #space: number;
  #largestAlignment = 1;
  /** of the table that is open, by field: where its value is; 0: it has its default */
  #fields: number[] | null = null;
  #objectStart = 0;
  #numElements = 0;
  readonly #vtables: number[] = [];

  /** @param initialBytes what is likely enough */
  constructor(initialBytes: number) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#space = initialBytes;
  }

  /** The finished buffer: a view. */
  asUint8Array(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#space);
  }

  /** Makes room so that, after `additionalBytes` more, something of `size` bytes is aligned to its size. */
  prep(size: number, additionalBytes: number): void {
    if (size > this.#largestAlignment) this.#largestAlignment = size;
    const padding = -(this.#offset() + additionalBytes) & (size - 1);
    const needed = padding + size + additionalBytes;
    if (this.#space < needed) this.#grow(needed);
    this.pad(padding);
  }

  /** Bytes of zeros. */
  pad(numBytes: number): void {
    if (this.#space < numBytes) this.#grow(numBytes);
    const end = this.#space;
    // a vtable that was given up may have been here
    this.#bytes.fill(0, this.#space -= numBytes, end);
  }

  /** Where `prep` made room. */
  writeInt32(value: number): void {
    this.#view.setInt32(this.#space -= 4, value, true);
  }

  /** Where `prep` made room. */
  writeInt64(value: bigint): void {
    this.#view.setBigInt64(this.#space -= 8, value, true);
  }

  addInt32(value: number): void {
    this.prep(4, 0);
    this.writeInt32(value);
  }

  addInt64(value: bigint): void {
    this.prep(8, 0);
    this.writeInt64(value);
  }

  /** A reference to what was finished at `offset`. */
  addOffset(offset: number): void {
    this.prep(OFFSET_BYTES, 0);
    this.writeInt32(this.#offset() - offset + OFFSET_BYTES);
  }

  /** Begins a table; parts that it refers to are finished before. */
  startObject(numFields: number): void {
    if (this.#fields !== null) throw new Error("a flatbuffer's tables do not nest");
    this.#fields = new Array<number>(numFields).fill(0);
    this.#objectStart = this.#offset();
  }

  /** Sets a field of the table; one that has its default is left out. Without a default (null) it is always there. */
  addFieldInt8(field: number, value: number, defaultValue: number | null): void {
    if (value === defaultValue) return;
    this.prep(1, 0);
    this.#view.setInt8(this.#space -= 1, value);
    this.#setField(field);
  }

  addFieldInt16(field: number, value: number, defaultValue: number | null): void {
    if (value === defaultValue) return;
    this.#addInt16(value);
    this.#setField(field);
  }

  addFieldInt32(field: number, value: number, defaultValue: number | null): void {
    if (value === defaultValue) return;
    this.addInt32(value);
    this.#setField(field);
  }

  addFieldInt64(field: number, value: bigint, defaultValue: bigint): void {
    if (value === defaultValue) return;
    this.addInt64(value);
    this.#setField(field);
  }

  addFieldOffset(field: number, value: number, defaultValue: number): void {
    if (value === defaultValue) return;
    this.addOffset(value);
    this.#setField(field);
  }

  /** Ends the table, and says where it is. */
  endObject(): number {
    const fields = this.#fields;
    if (fields === null) throw new Error("no table of the flatbuffer is open");
    this.addInt32(0);
    const table = this.#offset();
    let numEntries = fields.length;
    while (numEntries > 0 && fields[numEntries - 1] === 0) numEntries--;
    for (let i = numEntries - 1; i >= 0; i--) this.#addInt16(fields[i] === 0 ? 0 : table - fields[i]!);
    this.#addInt16(table - this.#objectStart);
    this.#addInt16((numEntries + VTABLE_HEAD_ENTRIES) * VTABLE_ENTRY_BYTES);
    const own = this.#offset(), known = this.#vtables.find((other) => this.#isSameVtable(own, other));
    if (known === undefined) this.#vtables.push(own);
    else this.#space = this.#bytes.length - table;
    this.#view.setInt32(this.#bytes.length - table, (known ?? own) - table, true);
    this.#fields = null;
    return table;
  }

  /** Begins a vector, whose elements are then added from the last to the first. */
  startVector(elementBytes: number, numElements: number, alignment: number): void {
    this.#numElements = numElements;
    this.prep(OFFSET_BYTES, elementBytes * numElements);
    this.prep(alignment, elementBytes * numElements);
  }

  /** Ends the vector, and says where it is. */
  endVector(): number {
    this.writeInt32(this.#numElements);
    return this.#offset();
  }

  /** A string in UTF-8, with a zero behind it, and where it is. */
  createString(text: string): number {
    const utf8 = new TextEncoder().encode(text);
    this.prep(1, 0);
    this.pad(1);
    this.startVector(1, utf8.length, 1);
    this.#bytes.set(utf8, this.#space -= utf8.length);
    return this.endVector();
  }

  /** Ends the buffer: it begins with a reference to its root. */
  finish(root: number): void {
    this.prep(this.#largestAlignment, OFFSET_BYTES);
    this.addOffset(root);
  }

  /** bytes that are written */
  #offset(): number {
    return this.#bytes.length - this.#space;
  }

  #addInt16(value: number): void {
    this.prep(2, 0);
    this.#view.setInt16(this.#space -= 2, value, true);
  }

  #setField(field: number): void {
    this.#fields![field] = this.#offset();
  }

  #isSameVtable(a: number, b: number): boolean {
    const atA = this.#bytes.length - a, atB = this.#bytes.length - b;
    const numBytes = this.#view.getUint16(atA, true);
    for (let i = 0; i < numBytes; i++) if (this.#bytes[atA + i] !== this.#bytes[atB + i]) return false;
    return true;
  }

  /** More room at the start; offsets count from the end and stay. */
  #grow(numBytes: number): void {
    const written = this.#offset();
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, 2 * (written + numBytes)));
    grown.set(this.#bytes.subarray(this.#space), grown.length - written);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
    this.#space = grown.length - written;
  }
}
