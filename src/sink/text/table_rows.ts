/**
 * Rows of computed and carried columns as text, written by the text kernel from its own memory: a piece of the rows at a
 * time is copied to it, and text is collected in it. What the kernel leaves (columns with parts, a text that has no
 * room, what is seldom) is written value by value.
 *
 * @module
 */
import { alignUp, DTYPE } from "../../dtype/mod.ts";
import {
  TEXT_SLACK_BYTES,
  type TextKernels,
  textKernels,
  WRITING_TABLES_BYTES,
  writingTables,
} from "../../text/mod.ts";
import type { ByteOutput } from "../atomic_file.ts";
import type { OutputField } from "../sink.ts";
import {
  CALLER_KIND,
  carriedKind,
  DETAILS,
  DETAILS_BYTES,
  TEXT_KIND,
  writeTypeDetails,
} from "./carried_kinds.ts";
import type { CarriedFormat, FieldBytes } from "./plain_fields.ts";
import type { RowBatch, RowWriter } from "./rows_sink.ts";
import { NUMBER_KIND } from "./tile_writer.ts";

const PAGE_BYTES = 65536, DESCRIPTOR_BYTES = 16, KEY_ENTRY_BYTES = 8;
/** room for the values of a piece, unless a row has more; for the text of its rows; for what is written */
const VALUE_BYTES = 1 << 18, POOL_BYTES = 1 << 20, BUFFER_BYTES = 1 << 20;
const LINE_ENDS = { "\n": 1, "\r\n": 2, "}\n": 3 } as const;

/** What rows are written with. */
export interface TableRowsOptions {
  readonly fields: readonly OutputField[];
  /** of JSON: of each column, what stands before its value */
  readonly keys: readonly Uint8Array[] | null;
  /** of CSV: what stands between fields; of JSON nothing is asked */
  readonly delimiter: string;
  readonly lineEnd: keyof typeof LINE_ENDS;
  /** how values of a carried column are written that the kernel leaves */
  readonly format: (field: OutputField) => CarriedFormat;
}

/** A carried column. */
interface CarriedColumn {
  readonly field: number;
  readonly column: number;
  readonly kind: number;
  readonly details: number;
  readonly format: CarriedFormat;
}

/** Where a column's values go. */
interface Place {
  /** bytes of a row; 0: of bits, or of text in the pool */
  readonly rowBytes: number;
  readonly values: number;
  readonly validity: number;
}

interface Layout {
  readonly numColumns: number;
  readonly keys: number;
  readonly descriptors: number;
  readonly details: number;
  readonly places: readonly Place[];
  readonly pool: number;
  readonly text: number;
  readonly maxRows: number;
  readonly pages: number;
}

function rowBytesOf({ dtype, width, carried }: OutputField): number {
  if (carried === undefined) return (width ?? 1) * DTYPE[dtype].itemsize;
  return carried.type.bitWidth === null ? 4 : carried.type.bitWidth >> 3;
}

function layoutOf({ fields, keys }: Pick<TableRowsOptions, "fields" | "keys">): Layout {
  const numColumns = fields.reduce(
    (sum, { width, carried }) => sum + (carried === undefined ? width ?? 1 : 1),
    0,
  );
  const numKeyBytes = keys?.reduce((sum, key) => sum + key.length, 0) ?? 0;
  const longest = keys?.reduce((most, key) => Math.max(most, key.length), 0) ?? 0;
  const keysAt = 64 + WRITING_TABLES_BYTES;
  const descriptors = alignUp(
    keysAt + (keys?.length ?? 0) * KEY_ENTRY_BYTES + numKeyBytes + TEXT_SLACK_BYTES,
  );
  const details = descriptors + alignUp(numColumns * DESCRIPTOR_BYTES);
  let offset = details + alignUp(fields.length * DETAILS_BYTES);
  // a bitmap of validity beside the values, of which bools are one too
  const rowBytes = fields.reduce((sum, field) => sum + rowBytesOf(field) + 1, 0);
  const maxRows = Math.max(1, Math.min(65536, Math.floor(VALUE_BYTES / rowBytes)));
  const places = fields.map((field): Place => {
    const validity = offset, values = validity + alignUp((maxRows >> 3) + 2);
    offset = values + alignUp(Math.max((maxRows + 1) * rowBytesOf(field), (maxRows >> 3) + 2));
    return { rowBytes: rowBytesOf(field), values, validity };
  });
  const text = offset + alignUp(POOL_BYTES + TEXT_SLACK_BYTES);
  const pages = Math.ceil((text + BUFFER_BYTES + longest + TEXT_SLACK_BYTES) / PAGE_BYTES);
  return { numColumns, keys: keysAt, descriptors, details, places, pool: offset, text, maxRows, pages };
}

/** Bytes that writing the rows holds. */
export function tableRowsBytes(options: Pick<TableRowsOptions, "fields" | "keys">): number {
  return layoutOf(options).pages * PAGE_BYTES;
}

/** Writes rows to an output, which it neither commits nor aborts. */
export class TableRows implements RowWriter {
  readonly #options: TableRowsOptions;
  readonly #output: Pick<ByteOutput, "write">;
  readonly #layout: Layout;
  readonly #kernels: TextKernels;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #columns: readonly CarriedColumn[];
  readonly #columnAt: ReadonlyMap<number, CarriedColumn>;
  readonly #ends: readonly [Uint8Array, Uint8Array];
  #filled = 0;

  constructor(output: Pick<ByteOutput, "write">, options: TableRowsOptions) {
    const layout = layoutOf(options), { pages } = layout, encoder = new TextEncoder();
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#options = options;
    this.#output = output;
    this.#layout = layout;
    this.#kernels = textKernels(memory);
    // typed arrays take a shared memory's buffer too
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#view = new DataView(memory.buffer);
    this.#bytes.set(writingTables(), 64);
    this.#ends = [
      encoder.encode(options.keys === null ? options.delimiter : ""),
      encoder.encode(options.lineEnd),
    ];
    this.#writeKeys();
    this.#columns = this.#describe();
    this.#columnAt = new Map(this.#columns.map((one) => [one.column, one]));
  }

  #writeKeys(): void {
    const { keys } = this.#options, at = this.#layout.keys;
    let offset = (keys?.length ?? 0) * KEY_ENTRY_BYTES;
    for (const [i, key] of (keys ?? []).entries()) {
      this.#view.setUint32(at + i * KEY_ENTRY_BYTES, offset, true);
      this.#view.setUint32(at + i * KEY_ENTRY_BYTES + 4, key.length, true);
      this.#bytes.set(key, at + offset);
      offset += key.length;
    }
  }

  /** Writes the descriptors of all columns, and gives the carried ones. */
  #describe(): CarriedColumn[] {
    const { fields, lineEnd, format } = this.#options,
      { descriptors, details, places, numColumns } = this.#layout;
    const view = this.#view, columns: CarriedColumn[] = [];
    let position = descriptors, column = 0;
    const put = (kind: number, pointer: number, stride: number) => {
      view.setUint32(position, kind, true);
      view.setUint32(position + 4, pointer, true);
      view.setUint32(position + 8, stride, true);
      view.setUint32(position + 12, ++column === numColumns ? LINE_ENDS[lineEnd] : 0, true);
      position += DESCRIPTOR_BYTES;
    };
    for (const [i, field] of fields.entries()) {
      const { dtype, width, carried } = field, { values, rowBytes } = places[i]!;
      if (carried === undefined) {
        const { itemsize } = DTYPE[dtype];
        for (let k = 0; k < (width ?? 1); k++) put(NUMBER_KIND[dtype], values + k * itemsize, rowBytes);
      } else {
        const kind = carriedKind(carried.type), at = details + i * DETAILS_BYTES;
        columns.push({ field: i, column, kind, details: at, format: format(field) });
        writeTypeDetails(view, at, carried.type);
        put(kind, at, 0);
      }
    }
    return columns;
  }

  /** Text that is put as it is: of any length. */
  put(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > BUFFER_BYTES) this.flush();
    if (bytes.length > BUFFER_BYTES) return this.#output.write(bytes);
    this.#bytes.set(bytes, this.#layout.text + this.#filled);
    this.#filled += bytes.length;
  }

  write(batch: RowBatch): void {
    const formats = new Map<number, FieldBytes>();
    for (let firstRow = 0; firstRow < batch.numRows;) {
      const numRows = this.#pieceRows(batch, firstRow);
      this.#copyPiece(batch, { firstRow, numRows });
      this.#writePiece(batch, { firstRow, numRows }, formats);
      firstRow += numRows;
    }
  }

  /** Rows from `firstRow` on whose text has room in the pool; at least one. */
  #pieceRows({ memory, numRows, carried }: RowBatch, firstRow: number): number {
    const words = new Uint32Array(memory.buffer);
    let count = Math.min(this.#layout.maxRows, numRows - firstRow);
    const textBytes = () =>
      this.#columns.reduce((sum, { kind, field }) => {
        if (kind !== TEXT_KIND) return sum;
        const first = carried[field]!.offsets! / 4 + firstRow;
        return sum + words[first + count]! - words[first]!;
      }, 0);
    while (count > 1 && textBytes() > POOL_BYTES) count >>= 1;
    return count;
  }

  #copyPiece(
    batch: RowBatch,
    { firstRow, numRows }: { readonly firstRow: number; readonly numRows: number },
  ): void {
    const { fields } = this.#options, { places } = this.#layout;
    const source = new Uint8Array(batch.memory.buffer);
    for (const [i, { carried }] of fields.entries()) {
      if (carried !== undefined) continue;
      const { values, rowBytes } = places[i]!, from = batch.pointers[i]! + firstRow * rowBytes;
      this.#bytes.set(source.subarray(from, from + numRows * rowBytes), values);
    }
    let pooled = 0;
    for (const { field, column, kind, details } of this.#columns) {
      if (kind === CALLER_KIND) continue;
      const { numNulls, validity, offsets, data } = batch.carried[field]!;
      const place = places[field]!, firstBit = firstRow & 7, numBytes = (firstBit + numRows + 7) >> 3;
      const bits = (bitmap: number) =>
        source.subarray(bitmap + (firstRow >> 3), bitmap + (firstRow >> 3) + numBytes);
      if (numNulls > 0) this.#bytes.set(bits(validity), place.validity);
      const view = this.#view;
      view.setUint32(details + DETAILS.validity, numNulls > 0 ? place.validity : 0, true);
      view.setUint32(details + DETAILS.firstBit, firstBit, true);
      if (offsets !== null) {
        const from = offsets + 4 * firstRow;
        this.#bytes.set(source.subarray(from, from + 4 * (numRows + 1)), place.values);
        const start = view.getUint32(place.values, true);
        const end = view.getUint32(place.values + 4 * numRows, true);
        const hasRoom = pooled + end - start <= POOL_BYTES, pool = this.#layout.pool + pooled;
        // a text without room is written value by value
        view.setUint32(
          this.#layout.descriptors + column * DESCRIPTOR_BYTES,
          hasRoom ? kind : CALLER_KIND,
          true,
        );
        if (!hasRoom) continue;
        this.#bytes.set(source.subarray(data + start, data + end), pool);
        pooled += end - start;
        view.setUint32(details + DETAILS.offsets, place.values, true);
        // addresses wrap around: what is added is the offset of the first row
        view.setUint32(details + DETAILS.data, (pool - start) >>> 0, true);
        continue;
      }
      view.setUint32(details + DETAILS.data, place.values, true);
      const from = data + firstRow * place.rowBytes;
      this.#bytes.set(
        place.rowBytes === 0 ? bits(data) : source.subarray(from, from + numRows * place.rowBytes),
        place.values,
      );
    }
  }

  #writePiece(
    batch: RowBatch,
    { firstRow, numRows }: { readonly firstRow: number; readonly numRows: number },
    formats: Map<number, FieldBytes>,
  ): void {
    const kernels = this.#kernels, { keys, descriptors, text, numColumns } = this.#layout;
    const limit = text + BUFFER_BYTES;
    let row = 0, column = 0;
    while (row < numRows) {
      const start = text + this.#filled;
      const end = this.#options.keys === null
        ? kernels.writeRows(
          descriptors,
          numColumns,
          64,
          row,
          column,
          numRows,
          start,
          limit,
          this.#ends[0][0]!,
        )
        : kernels.writeObjects(descriptors, keys, 0, numColumns, 64, row, column, numRows, start, limit);
      const wasEmpty = this.#filled === 0;
      this.#filled = end - text;
      row = kernels.nextRow.value;
      column = kernels.nextColumn.value;
      if (row === numRows) break;
      if (kernels.isLeft.value === 0 && !(wasEmpty && end === start)) {
        this.flush();
        continue;
      }
      this.#writeLeft(batch, { row: firstRow + row, column }, formats);
      if (++column === numColumns) {
        column = 0;
        row++;
      }
    }
  }

  /** Writes a value that the kernel leaves, with what stands around it. */
  #writeLeft(
    batch: RowBatch,
    { row, column }: { readonly row: number; readonly column: number },
    formats: Map<number, FieldBytes>,
  ): void {
    const { keys } = this.#options, isLast = column === this.#layout.numColumns - 1;
    const { field, format } = this.#columnAt.get(column)!;
    let fieldBytes = formats.get(column);
    if (fieldBytes === undefined) {
      fieldBytes = format(batch.memory, batch.carried[field]!);
      formats.set(column, fieldBytes);
    }
    if (keys !== null) this.put(keys[column]!);
    this.put(fieldBytes(row));
    this.put(this.#ends[isLast ? 1 : 0]);
  }

  /** hands what is collected to the output */
  flush(): void {
    if (this.#filled === 0) return;
    this.#output.write(this.#bytes.subarray(this.#layout.text, this.#layout.text + this.#filled));
    this.#filled = 0;
  }
}
