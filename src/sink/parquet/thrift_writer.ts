/**
 * Thrift's compact protocol, written.
 *
 * Source: thrift-compact-protocol.md of the Thrift project.
 *
 * @module
 */

const TYPE = { true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

const UTF8 = new TextEncoder();

/** Writes one structure; nested ones are written by functions. Its memory may be used again: `clear()`. */
export class ThriftWriter {
  #bytes = new Uint8Array(256);
  #size = 0;
  #lastId = 0;

  /** A field of 32 bits; `i64` where the format says so: both are one varint. */
  i32(id: number, value: number): this {
    return this.#field(id, TYPE.i32).#zigzag(value);
  }

  i64(id: number, value: number): this {
    return this.#field(id, TYPE.i64).#zigzag(value);
  }

  /** a number of 8 bits is one byte, not a varint */
  i8(id: number, value: number): this {
    this.#field(id, 3).#byte(value & 0xff);
    return this;
  }

  boolean(id: number, value: boolean): this {
    return this.#field(id, value ? TYPE.true : TYPE.false);
  }

  text(id: number, value: string): this {
    return this.binary(id, UTF8.encode(value));
  }

  binary(id: number, value: Uint8Array): this {
    return this.#field(id, TYPE.binary).#binary(value);
  }

  struct(id: number, write: (writer: ThriftWriter) => void): this {
    return this.#field(id, TYPE.struct).#nested(write);
  }

  structs<T>(
    id: number,
    items: readonly T[],
    write: (writer: ThriftWriter, item: T, index: number) => void,
  ): this {
    this.#field(id, TYPE.list).#listHeader(items.length, TYPE.struct);
    for (const [index, item] of items.entries()) this.#nested((writer) => write(writer, item, index));
    return this;
  }

  /** Begins a list of structures that are written elsewhere: their bytes follow those that `take()` gives. */
  openStructs(id: number, size: number): this {
    return this.#field(id, TYPE.list).#listHeader(size, TYPE.struct);
  }

  i32s(id: number, values: readonly number[]): this {
    this.#field(id, TYPE.list).#listHeader(values.length, TYPE.i32);
    for (const value of values) this.#zigzag(value);
    return this;
  }

  texts(id: number, values: readonly string[]): this {
    this.#field(id, TYPE.list).#listHeader(values.length, TYPE.binary);
    for (const value of values) this.#binary(UTF8.encode(value));
    return this;
  }

  /** The structure's bytes since the last `take()`, closed; good until `clear()`. */
  finish(): Uint8Array {
    this.#byte(0);
    return this.#bytes.subarray(0, this.#size);
  }

  /** What was written of the structure so far: more follows, in memory of its own. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return bytes;
  }

  /** begins another structure */
  clear(): this {
    this.#size = 0;
    this.#lastId = 0;
    return this;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = value;
  }

  #reserve(numBytes: number): void {
    const needed = this.#size + numBytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #field(id: number, type: number): this {
    // ids rise by 1 to 15 in all that Parquet has
    this.#byte(((id - this.#lastId) << 4) | type);
    this.#lastId = id;
    return this;
  }

  #nested(write: (writer: ThriftWriter) => void): this {
    const outer = this.#lastId;
    this.#lastId = 0;
    write(this);
    this.#byte(0);
    this.#lastId = outer;
    return this;
  }

  #listHeader(size: number, type: number): this {
    if (size < 15) this.#byte((size << 4) | type);
    else {
      this.#byte(0xf0 | type);
      this.#varint(size);
    }
    return this;
  }

  #binary(bytes: Uint8Array): this {
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
    return this;
  }

  /** exact up to 2^52 either way */
  #zigzag(value: number): this {
    this.#varint(value >= 0 ? 2 * value : -2 * value - 1);
    return this;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) | 0x80);
    this.#byte(rest);
  }
}
