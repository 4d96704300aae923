/**
 * A reader of flatbuffers that trusts nothing. Every offset, vtable, vector and string is checked against the
 * buffer before it is followed, so corrupt metadata ends in an error and in nothing else.
 *
 * Invariants:
 * 1. No byte outside the buffer is read.
 * 2. Tables and strings may be shared or cyclic in a hostile buffer. Whatever is followed is paid for from a
 *    purse that is proportional to the buffer, so the work is linear in its size.
 * 3. 64-bit integers are lengths and offsets here: one that is negative or beyond 2^53 is an error.
 *
 * Source: FlatBuffers internals, https://flatbuffers.dev/internals/ (tables, vtables, vectors, strings, unions).
 *
 * @module
 */

/** Throws the error of the place that is being read; `detail` says what is wrong. */
export type Fail = (detail: string) => never;

/** Items of a vector: item i is at `position + i * itemBytes`. */
export interface VectorRange {
  readonly position: number;
  readonly length: number;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const EMPTY: VectorRange = { position: 0, length: 0 };

/** bytes of vtable and table headers */
const VTABLE_HEADER_BYTES = 4;

/** A buffer and its purse. */
export class FlatBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly fail: Fail;
  /** what may still be followed: see invariant 2. Honest buffers follow each byte about once */
  #purse: number;

  constructor(bytes: Uint8Array, fail: Fail) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.fail = fail;
    this.#purse = 8 * bytes.byteLength + 1024;
  }

  /** The root table. */
  root(): Table {
    return new Table(this, this.follow(0));
  }

  /** pays for following something of `cost` bytes */
  pay(cost: number): void {
    this.#purse -= cost;
    if (this.#purse < 0) this.fail("its tables refer to each other without end");
  }

  /** checks that [position, position + numBytes) is inside the buffer */
  check(position: number, numBytes: number, what: string): void {
    if (position < 0 || position + numBytes > this.bytes.byteLength) {
      this.fail(`${what} at byte ${position} reaches beyond its ${this.bytes.byteLength} bytes`);
    }
  }

  /** the target of the unsigned 32-bit offset at `position` */
  follow(position: number): number {
    this.check(position, 4, "an offset");
    const offset = this.view.getUint32(position, true);
    if (offset === 0) this.fail(`the offset at byte ${position} is 0`);
    this.check(position + offset, 4, "the target of an offset");
    return position + offset;
  }

  /** a non-negative 64-bit integer */
  int64(position: number): number {
    const high = this.view.getInt32(position + 4, true);
    if (high < 0 || high > 0x1f_ffff) {
      this.fail(`the 64-bit number at byte ${position} is negative or beyond 2^53`);
    }
    return high * 2 ** 32 + this.view.getUint32(position, true);
  }
}

/** A table: fields by their slot, in the order of the schema (a union takes two slots: type, value). */
export class Table {
  readonly #buffer: FlatBuffer;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;
  readonly #tableBytes: number;

  constructor(buffer: FlatBuffer, position: number) {
    const { view } = buffer;
    buffer.check(position, 4, "a table");
    const vtable = position - view.getInt32(position, true);
    buffer.check(vtable, VTABLE_HEADER_BYTES, "a vtable");
    this.#vtableBytes = view.getUint16(vtable, true);
    this.#tableBytes = view.getUint16(vtable + 2, true);
    if (this.#vtableBytes < VTABLE_HEADER_BYTES || this.#vtableBytes % 2 !== 0 || this.#tableBytes < 4) {
      buffer.fail(`the vtable at byte ${vtable} has impossible sizes`);
    }
    buffer.check(vtable, this.#vtableBytes, "a vtable");
    buffer.check(position, this.#tableBytes, "a table");
    buffer.pay(this.#tableBytes);
    this.#buffer = buffer;
    this.#position = position;
    this.#vtable = vtable;
  }

  get fail(): Fail {
    return this.#buffer.fail;
  }

  /** position of the field in `slot`, checked to hold `numBytes`; 0 when it is absent */
  #field(slot: number, numBytes: number): number {
    const entry = VTABLE_HEADER_BYTES + 2 * slot;
    if (entry + 2 > this.#vtableBytes) return 0;
    const offset = this.#buffer.view.getUint16(this.#vtable + entry, true);
    if (offset === 0) return 0;
    if (offset < 4 || offset + numBytes > this.#tableBytes) {
      this.fail(`field ${slot} of the table at byte ${this.#position} is outside the table`);
    }
    return this.#position + offset;
  }

  bool(slot: number): boolean {
    return this.uint8(slot, 0) !== 0;
  }

  uint8(slot: number, absent: number): number {
    const position = this.#field(slot, 1);
    return position === 0 ? absent : this.#buffer.view.getUint8(position);
  }

  int16(slot: number, absent: number): number {
    const position = this.#field(slot, 2);
    return position === 0 ? absent : this.#buffer.view.getInt16(position, true);
  }

  int32(slot: number, absent: number): number {
    const position = this.#field(slot, 4);
    return position === 0 ? absent : this.#buffer.view.getInt32(position, true);
  }

  /** a length or an offset of 64 bits; 0 when absent */
  int64(slot: number): number {
    const position = this.#field(slot, 8);
    return position === 0 ? 0 : this.#buffer.int64(position);
  }

  table(slot: number): Table | null {
    const position = this.#field(slot, 4);
    return position === 0 ? null : new Table(this.#buffer, this.#buffer.follow(position));
  }

  string(slot: number): string | null {
    const { position, length } = this.vector(slot, 1);
    if (position === 0) return null;
    this.#buffer.pay(length);
    try {
      return UTF8.decode(this.#buffer.bytes.slice(position, position + length));
    } catch {
      return this.fail(`the name at byte ${position} is not UTF-8`);
    }
  }

  /** a vector of structs or scalars of `itemBytes`; empty when absent */
  vector(slot: number, itemBytes: number): VectorRange {
    const field = this.#field(slot, 4);
    if (field === 0) return EMPTY;
    const start = this.#buffer.follow(field);
    const length = this.#buffer.view.getUint32(start, true);
    this.#buffer.check(start + 4, length * itemBytes, `a vector of ${length} items`);
    return { position: start + 4, length };
  }

  /** a vector of tables, one after the other; each is checked when it is reached */
  *tables(slot: number): Generator<Table> {
    const { position, length } = this.vector(slot, 4);
    for (let i = 0; i < length; i++) {
      yield new Table(this.#buffer, this.#buffer.follow(position + 4 * i));
    }
  }

  /** The 64-bit numbers at `byteOffsets` of every struct of a vector, struct after struct. */
  int64s(slot: number, structBytes: number, byteOffsets: readonly number[]): Float64Array {
    const { position, length } = this.vector(slot, structBytes);
    this.#buffer.pay(length * structBytes);
    const values = new Float64Array(length * byteOffsets.length);
    let at = 0;
    for (let i = 0; i < length; i++) {
      for (const offset of byteOffsets) {
        values[at++] = this.#buffer.int64(position + i * structBytes + offset);
      }
    }
    return values;
  }

  /** The 32-bit number at `byteOffset` of every struct of a vector. */
  int32s(slot: number, structBytes: number, byteOffset: number): Int32Array {
    const { position, length } = this.vector(slot, structBytes);
    const values = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      values[i] = this.#buffer.view.getInt32(position + i * structBytes + byteOffset, true);
    }
    return values;
  }
}
