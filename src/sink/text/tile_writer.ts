/**
 * Brings batches into the sink's own memory, tile by tile, where the text kernel reads them: the kernel runs in one
 * memory, a sink must not need room in the caller's, and a copy costs a small part of what formatting costs.
 *
 * A tile is some whole rows, or, of a table with very many columns, a part of one row.
 *
 * @module
 */
import { ALIGNMENT, DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { WRITING_TABLES_BYTES, writingTables } from "../../text/mod.ts";
import type { OutputField } from "../sink.ts";
import type { RowBatch } from "./rows_sink.ts";

/** columns of a tile, at most; a column's descriptor as src/text/assembly/write_rows.ts reads it */
const MAX_TILE_COLUMNS = 4096, DESCRIPTOR_BYTES = 16;

/** room for values: at least a row of so many columns of 8 bytes, each field on its own cache line */
const VALUE_BYTES = MAX_TILE_COLUMNS * ALIGNMENT + (256 << 10);

const TABLES = ALIGNMENT, DESCRIPTORS = TABLES + WRITING_TABLES_BYTES;
const VALUES = DESCRIPTORS + MAX_TILE_COLUMNS * DESCRIPTOR_BYTES;

/** Bytes at the front of the sink's memory that belong to the tiles. */
export const TILE_BYTES: number = VALUES + VALUE_BYTES;

/** as src/text/assembly/write_number.ts names them */
export const NUMBER_KIND: Readonly<Record<DType, number>> = {
  f64: 1,
  f32: 2,
  i8: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  bool: 7,
  u8: 8,
  u16: 9,
  u32: 10,
  u64: 11,
};
const LINE_ENDS = { "\n": 1, "\r\n": 2, "}\n": 3 } as const;

/** Elements of one field that are next to each other in a row: k of its `width`, from `firstElement` on. */
interface Part {
  readonly field: number;
  readonly firstElement: number;
  readonly numElements: number;
  /** where they go: an index of the typed array of the field's dtype over the sink's memory */
  readonly targetIndex: number;
}

/** A run of columns, and their descriptors. */
interface Segment {
  readonly parts: readonly Part[];
  readonly numColumns: number;
  /** of the table */
  readonly firstColumn: number;
  readonly descriptors: Uint8Array<ArrayBuffer>;
}

/** Addresses of a tile in the sink's memory. */
export interface Tile {
  readonly descriptors: number;
  readonly tables: number;
  /** of the table */
  readonly firstColumn: number;
  readonly numColumns: number;
  readonly numRows: number;
}

/** Copies batches of one table. */
export class TileWriter {
  readonly #memory: WebAssembly.Memory;
  readonly #fields: readonly OutputField[];
  readonly #segments: readonly Segment[];
  readonly #maxTileRows: number;
  readonly #targets: ReadonlyMap<DType, TypedArray>;

  constructor(memory: WebAssembly.Memory, fields: readonly OutputField[], lineEnd: keyof typeof LINE_ENDS) {
    const numColumns = fields.reduce((sum, { width }) => sum + (width ?? 1), 0);
    const rowBytes = fields.reduce((sum, { width, dtype }) => sum + (width ?? 1) * DTYPE[dtype].itemsize, 0);
    const paddingBytes = fields.length * ALIGNMENT;
    this.#memory = memory;
    this.#fields = fields;
    this.#maxTileRows = numColumns > MAX_TILE_COLUMNS
      ? 1
      : Math.max(1, Math.floor((VALUE_BYTES - paddingBytes) / rowBytes));
    this.#segments = segmentsOf(fields, this.#maxTileRows, LINE_ENDS[lineEnd]);
    // typed arrays take a shared memory's buffer too
    const buffer = memory.buffer as ArrayBuffer;
    this.#targets = new Map(
      fields.map(({ dtype }) => {
        const { TypedArray, itemsize } = DTYPE[dtype];
        return [dtype, new TypedArray(buffer, 0, Math.floor(TILE_BYTES / itemsize))];
      }),
    );
    new Uint8Array(buffer).set(writingTables(), TABLES);
    new Uint8Array(buffer).set(this.#segments[0]!.descriptors, DESCRIPTORS);
  }

  /** Calls `write` with each tile in the order of the text. */
  forEachTile(
    batch: RowBatch,
    write: (tile: Tile) => void,
  ): void {
    const buffer = batch.memory.buffer as ArrayBuffer;
    const sources = this.#fields.map(({ dtype, width }, i) =>
      new DTYPE[dtype].TypedArray(buffer, batch.pointers[i]!, batch.numRows * (width ?? 1))
    );
    const isWhole = this.#segments.length === 1;
    for (let row = 0; row < batch.numRows; row += this.#maxTileRows) {
      const numRows = Math.min(this.#maxTileRows, batch.numRows - row);
      for (const { parts, firstColumn, numColumns, descriptors } of this.#segments) {
        if (!isWhole) new Uint8Array(this.#memory.buffer).set(descriptors, DESCRIPTORS);
        for (const part of parts) this.#copy(part, sources[part.field]!, { row, numRows });
        write({ descriptors: DESCRIPTORS, tables: TABLES, firstColumn, numColumns, numRows });
      }
    }
  }

  #copy(part: Part, source: TypedArray, { row, numRows }: { row: number; numRows: number }): void {
    const { dtype, width } = this.#fields[part.field]!;
    const target = this.#targets.get(dtype)!;
    const first = row * (width ?? 1) + part.firstElement;
    // of a part of a row there is one row
    const numElements = part.numElements * numRows;
    if (numElements > 8) {
      // both are arrays of the field's dtype
      target.set(source.subarray(first, first + numElements) as never, part.targetIndex);
    } else {
      for (let i = 0; i < numElements; i++) target[part.targetIndex + i] = source[first + i]!;
    }
  }
}

/** Divides the columns into runs of at most `MAX_TILE_COLUMNS`. */
function segmentsOf(fields: readonly OutputField[], maxRows: number, lineEnd: number): Segment[] {
  const runs: Part[][] = [[]];
  let numColumns = 0, address = VALUES;
  for (const [field, { dtype, width }] of fields.entries()) {
    const { itemsize } = DTYPE[dtype];
    for (let firstElement = 0; firstElement < (width ?? 1);) {
      if (numColumns === MAX_TILE_COLUMNS) {
        runs.push([]);
        numColumns = 0;
        address = VALUES;
      }
      const numElements = Math.min((width ?? 1) - firstElement, MAX_TILE_COLUMNS - numColumns);
      address = Math.ceil(address / itemsize) * itemsize;
      runs.at(-1)!.push({ field, firstElement, numElements, targetIndex: address / itemsize });
      address += numElements * itemsize * maxRows;
      firstElement += numElements;
      numColumns += numElements;
    }
  }
  return runs.map((parts, i) => ({
    ...describe(fields, parts, i === runs.length - 1 ? lineEnd : 0),
    firstColumn: i * MAX_TILE_COLUMNS,
  }));
}

function describe(
  fields: readonly OutputField[],
  parts: readonly Part[],
  lineEnd: number,
): Omit<Segment, "firstColumn"> {
  const numColumns = parts.reduce((sum, { numElements }) => sum + numElements, 0);
  const descriptors = new Uint8Array(numColumns * DESCRIPTOR_BYTES);
  const view = new DataView(descriptors.buffer);
  let position = 0;
  for (const { field, numElements, targetIndex } of parts) {
    const { dtype } = fields[field]!, { itemsize } = DTYPE[dtype];
    for (let k = 0; k < numElements; k++) {
      view.setUint32(position, NUMBER_KIND[dtype], true);
      view.setUint32(position + 4, (targetIndex + k) * itemsize, true);
      view.setUint32(position + 8, numElements * itemsize, true);
      view.setUint32(position + 12, position + DESCRIPTOR_BYTES === descriptors.length ? lineEnd : 0, true);
      position += DESCRIPTOR_BYTES;
    }
  }
  return { parts, numColumns, descriptors };
}
