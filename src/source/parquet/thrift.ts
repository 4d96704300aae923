/**
 * Thrift's compact protocol, as far as Parquet's metadata needs it. Every length is checked against the bytes that
 * are left before anything is made of it, and nesting is bounded.
 *
 * Source: thrift-compact-protocol.md of the Thrift project.
 *
 * @module
 */

/** Throws the format's error, with a sentence on what is wrong. */
export type Fail = (detail: string) => never;

/** Types of the compact protocol. */
const TYPE = { stop: 0, true: 1, false: 2, byte: 3, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11 };
const STRUCT = 12;
/** the type of a field of bytes */
export const BINARY = TYPE.binary;
const MAX_DEPTH = 32;
const UTF8 = new TextDecoder();

/** Reads one field by its id, and tells whether it did; what is not read is passed over. */
export type FieldReader = (id: number, type: number) => boolean;

/** A cursor over serialised structures. */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  readonly #onEnd: () => never;
  /** where the next byte is read */
  at = 0;
  #depth = 0;

  /** @param onEnd called where the bytes end before the structure does; corruption if not given */
  constructor(bytes: Uint8Array, fail: Fail, onEnd?: () => never) {
    this.#bytes = bytes;
    this.#fail = fail;
    this.#onEnd = onEnd ?? (() => fail("its metadata is cut short"));
  }

  /** Reads a structure: `read` is called for every field. */
  struct(read: FieldReader): void {
    if (++this.#depth > MAX_DEPTH) this.#fail(`metadata nested more than ${MAX_DEPTH} deep`);
    let id = 0;
    for (;;) {
      const header = this.#byte(), type = header & 15;
      if (type === TYPE.stop) break;
      const delta = header >> 4;
      id = delta === 0 ? this.#zigzag() : id + delta;
      if (!read(id, type)) this.#skip(type);
    }
    this.#depth -= 1;
  }

  /** A nested structure that is a field of the given type. */
  structField(type: number, read: FieldReader): true {
    this.#expect(type === STRUCT);
    this.struct(read);
    return true;
  }

  /** A whole number of any width; exact up to 2^53, refused beyond. */
  integer(type: number): number {
    this.#expect(type >= TYPE.byte && type <= TYPE.i64);
    if (type === TYPE.byte) return (this.#byte() << 24) >> 24;
    const value = this.#zigzag();
    return Number.isSafeInteger(value) ? value : this.#fail(`a number beyond 2^53 in its metadata`);
  }

  /** A size or a count: a whole number that is not negative. */
  count(type: number): number {
    const value = this.integer(type);
    return value >= 0 ? value : this.#fail(`a size of ${value} in its metadata`);
  }

  boolean(type: number): boolean {
    this.#expect(type === TYPE.true || type === TYPE.false);
    return type === TYPE.true;
  }

  /** Bytes, as a view on the metadata. */
  binary(type: number): Uint8Array {
    this.#expect(type === TYPE.binary);
    const size = this.#size(1);
    this.at += size;
    return this.#bytes.subarray(this.at - size, this.at);
  }

  text(type: number): string {
    return UTF8.decode(this.binary(type));
  }

  /** A list of structures: `item` reads each of them. */
  structs(type: number, item: (index: number) => void): true {
    const { size, elementType } = this.#listHeader(type);
    this.#expect(elementType === STRUCT || size === 0);
    for (let i = 0; i < size; i++) item(i);
    return true;
  }

  #listHeader(type: number): { readonly size: number; readonly elementType: number } {
    this.#expect(type === TYPE.list || type === TYPE.set);
    const header = this.#byte(), short = header >> 4;
    return { elementType: header & 15, size: short === 15 ? this.#size(1) : this.#checked(short, 1) };
  }

  #skip(type: number): void {
    switch (type) {
      case TYPE.true:
      case TYPE.false:
        return;
      case TYPE.byte:
        this.#byte();
        return;
      case 4:
      case 5:
      case TYPE.i64:
        this.#varint();
        return;
      case TYPE.double:
        this.at += this.#checked(8, 1);
        return;
      case TYPE.binary:
        this.binary(type);
        return;
      case TYPE.list:
      case TYPE.set: {
        const { size, elementType } = this.#listHeader(type);
        this.#skipItems(size, elementType);
        return;
      }
      case TYPE.map: {
        const size = this.#size(2);
        if (size === 0) return;
        const types = this.#byte();
        for (let i = 0; i < size; i++) {
          this.#skipItems(1, types >> 4);
          this.#skipItems(1, types & 15);
        }
        return;
      }
      case STRUCT:
        this.struct(() => false);
        return;
      default:
        this.#fail(`a field of type ${type} in its metadata`);
    }
  }

  /** in lists and maps a boolean takes a byte */
  #skipItems(size: number, type: number): void {
    const isBoolean = type === TYPE.true || type === TYPE.false;
    if (++this.#depth > MAX_DEPTH) this.#fail(`metadata nested more than ${MAX_DEPTH} deep`);
    for (let i = 0; i < size; i++) {
      if (isBoolean) this.#byte();
      else this.#skip(type);
    }
    this.#depth -= 1;
  }

  /** a size of items that take at least `itemBytes` each */
  #size(itemBytes: number): number {
    return this.#checked(this.#varint(), itemBytes);
  }

  #checked(size: number, itemBytes: number): number {
    return size * itemBytes <= this.#bytes.length - this.at ? size : this.#onEnd();
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** exact up to 2^53 */
  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return this.#fail("a number of more than 64 bits in its metadata");
  }

  #byte(): number {
    return this.at < this.#bytes.length ? this.#bytes[this.at++]! : this.#onEnd();
  }

  #expect(isExpected: boolean): void {
    if (!isExpected) this.#fail("a field of its metadata has another type than the format says");
  }
}
