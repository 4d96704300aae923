/**
 * A dictionary of the different texts of a column: worth it where they repeat. Its size is bounded, and a column
 * that has more is written PLAIN.
 *
 * @module
 */

/** A dictionary beyond this is not made. */
export const MAX_DICTIONARY_BYTES: number = 1024 * 1024;
/** more values than this share of the rows, and the dictionary saves too little */
const MAX_SHARE = 1 / 2;

/** Values of variable length in memory. */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly data: number;
  /** one more than rows */
  readonly offsets: Uint32Array;
}

/** The different values of some rows, in the order in which they come, and which row has which. */
export class TextDictionary {
  readonly #column: TextColumn;
  /** by value, the row that had it first */
  readonly #firstRows: readonly number[];
  /** by row, its value; of rows that have none nothing is known */
  readonly #valueOfRow: Uint32Array;

  private constructor(column: TextColumn, firstRows: readonly number[], valueOfRow: Uint32Array) {
    this.#column = column;
    this.#firstRows = firstRows;
    this.#valueOfRow = valueOfRow;
  }

  /** The dictionary of the rows' values; null where it does not pay. */
  static of(rows: Uint32Array, column: TextColumn): TextDictionary | null {
    const { offsets } = column, maxValues = Math.floor(rows.length * MAX_SHARE);
    if (maxValues === 0) return null;
    const size = 2 ** Math.ceil(Math.log2(2 * maxValues + 2)), table = new Int32Array(size);
    const firstRows: number[] = [], valueOfRow = new Uint32Array(offsets.length);
    let numBytes = 0;
    for (const row of rows) {
      let at = hashOf(column, row) & (size - 1);
      while (table[at] !== 0 && !isSame(column, row, firstRows[table[at]! - 1]!)) at = (at + 1) & (size - 1);
      if (table[at] === 0) {
        numBytes += 4 + offsets[row + 1]! - offsets[row]!;
        if (firstRows.length === maxValues || numBytes > MAX_DICTIONARY_BYTES) return null;
        table[at] = firstRows.push(row);
      }
      valueOfRow[row] = table[at]! - 1;
    }
    return new TextDictionary(column, firstRows, valueOfRow);
  }

  get size(): number {
    return this.#firstRows.length;
  }

  *values(): Iterable<Uint8Array> {
    const { bytes, data, offsets } = this.#column;
    for (const row of this.#firstRows) yield bytes.subarray(data + offsets[row]!, data + offsets[row + 1]!);
  }

  /** The values, each behind its length. */
  plain(): Uint8Array {
    const values = [...this.values()];
    const plain = new Uint8Array(values.reduce((sum, { length }) => sum + 4 + length, 0));
    const view = new DataView(plain.buffer);
    let at = 0;
    for (const value of values) {
      view.setUint32(at, value.length, true);
      plain.set(value, at + 4);
      at += 4 + value.length;
    }
    return plain;
  }

  /** The values of rows as indices: their width in bits, then one packed run. */
  indices(rows: Uint32Array): Uint8Array {
    const width = Math.max(1, 32 - Math.clz32(this.size - 1)), numGroups = Math.ceil(rows.length / 8);
    const header: number[] = [width];
    let rest = numGroups * 2 + 1;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) header.push((rest % 0x80) | 0x80);
    header.push(rest);
    const indices = new Uint8Array(header.length + numGroups * width);
    indices.set(header);
    let at = header.length, pending = 0, numBits = 0;
    for (const row of rows) {
      // at most 7 bits wait, and an index has at most 20
      pending |= this.#valueOfRow[row]! << numBits;
      numBits += width;
      for (; numBits >= 8; numBits -= 8, pending >>>= 8) indices[at++] = pending & 0xff;
    }
    if (numBits > 0) indices[at] = pending;
    return indices;
  }
}

/** FNV-1a, and its high bits folded down */
function hashOf({ bytes, data, offsets }: TextColumn, row: number): number {
  let hash = 0x811c9dc5;
  for (let i = data + offsets[row]!, end = data + offsets[row + 1]!; i < end; i++) {
    hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

function isSame({ bytes, data, offsets }: TextColumn, a: number, b: number): boolean {
  const start = offsets[a]!, length = offsets[a + 1]! - start, other = offsets[b]!;
  if (length !== offsets[b + 1]! - other) return false;
  for (let i = 0; i < length; i++) if (bytes[data + start + i] !== bytes[data + other + i]) return false;
  return true;
}
