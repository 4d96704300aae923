/**
 * Arrays in NumPy's .npy format as tables. The one column of an array is named after the file. Workers read the rows of
 * their chunk straight into the slot; what lies otherwise there (Fortran order, fields, the other byte order, float16)
 * is put right in pieces.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import type { ColumnBinding } from "../../schema/mod.ts";
import type { RandomAccess } from "../random_access.ts";
import { openAccess } from "../remote/mod.ts";
import { columnViews } from "../slot_columns.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot, Source } from "../source.ts";
import { copyElement, isPlain, normaliseBools, PIECE_BYTES, rowBytesOf } from "./npy_elements.ts";
import { fieldOfColumn, type NpyColumn, type NpyTable, readTable } from "./npy_table.ts";
import { type ArraysInfo, arraysInfo, type RowChunk, RowChunks } from "./row_chunks.ts";

/** What a worker needs. Plain data. */
interface NpyDecoderOptions {
  readonly format: "npy";
  readonly path: string;
  readonly columns: readonly NpyColumn[];
}

type NpyPayload = Pick<RowChunk, "firstRow" | "columns" | "targets">;

class NpySource implements Source {
  readonly info: ArraysInfo;
  readonly #access: RandomAccess;
  readonly #table: NpyTable;
  readonly #chunks: RowChunks;

  constructor(access: RandomAccess, table: NpyTable, sourceIndex: number) {
    this.#access = access;
    this.#table = table;
    this.info = arraysInfo(access, "npy", { ...table, fields: table.columns.map(fieldOfColumn) });
    this.#chunks = new RowChunks(this.info, sourceIndex);
  }

  countRows(): number {
    return this.#table.numRows;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return this.#chunks.slotBytes(bindings, chunkRows);
  }

  /** a piece of each worker, as far as workers are taken unasked */
  residentBytes(): number {
    return 64 * 1024 + 8 * PIECE_BYTES;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#chunks.begin(bindings, chunkRows);
  }

  next(): ChunkTicket | null {
    const chunk = this.#chunks.next();
    if (chunk === null) return null;
    const { firstRow, columns, targets, ticket } = chunk;
    const payload: NpyPayload = { firstRow, columns, targets };
    return { ...ticket, payload };
  }

  decoderOptions(): NpyDecoderOptions {
    return { format: "npy", path: this.#access.path, columns: this.#table.columns };
  }

  close(): void {
    this.#access.close();
  }
}

class NpyDecoder implements Decoder {
  readonly #access: RandomAccess;
  readonly #columns: readonly NpyColumn[];
  #piece: Uint8Array<ArrayBuffer> | null = null;

  constructor(access: RandomAccess, columns: readonly NpyColumn[]) {
    this.#access = access;
    this.#columns = columns;
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { firstRow, columns, targets } = ticket.payload as NpyPayload;
    let copiedBytes = 0;
    for (const { column: index, offset } of targets) {
      const column = this.#columns[index]!, numBytes = ticket.numRows * rowBytesOf(column);
      const target = new Uint8Array(slot.memory.buffer, slot.byteOffset + offset, numBytes);
      if (isPlain(column)) this.#access.readInto(target, column.position + firstRow * column.rowStride);
      else {
        this.#convert(column, { firstRow, numRows: ticket.numRows }, target);
        copiedBytes += numBytes;
      }
      normaliseBools(column, target);
    }
    return { numRows: ticket.numRows, columns: columnViews(columns, slot), copiedBytes };
  }

  close(): void {
    this.#access.close();
  }

  /** element by element, a piece of the file at a time */
  #convert(
    column: NpyColumn,
    { firstRow, numRows }: { readonly firstRow: number; readonly numRows: number },
    target: Uint8Array,
  ): void {
    const { position, rowStride, elementStride, itemsize } = column, width = column.listSize ?? 1;
    // in Fortran order the elements of a column are neighbours, else those of a row
    const isColumns = elementStride > rowStride;
    const span = isColumns ? itemsize : (width - 1) * elementStride + itemsize;
    const stepRows = Math.max(1, Math.floor((PIECE_BYTES - span) / rowStride) + 1);
    for (let row = 0; row < numRows; row += stepRows) {
      const count = Math.min(stepRows, numRows - row);
      for (let k = 0; k < (isColumns ? width : 1); k++) {
        const start = position + (firstRow + row) * rowStride + k * elementStride;
        const piece = this.#read(start, (count - 1) * rowStride + span);
        for (let i = 0; i < count; i++) {
          const to = (row + i) * width + k;
          if (isColumns) copyElement(column, piece, { from: i * rowStride, target, to });
          else {
            for (let e = 0; e < width; e++) {
              copyElement(column, piece, { from: i * rowStride + e * elementStride, target, to: to + e });
            }
          }
        }
      }
    }
  }

  #read(position: number, numBytes: number): Uint8Array {
    if (this.#piece === null || this.#piece.length < numBytes) {
      this.#piece = new Uint8Array(Math.max(PIECE_BYTES, numBytes));
    }
    const piece = this.#piece.subarray(0, numBytes);
    this.#access.readInto(piece, position);
    return piece;
  }
}

/**
 * Opens an .npy file as a table. No element is read.
 *
 * @throws FormatError FMT001 cannot be opened, FMT002 not .npy, FMT003 cut off, FMT004 contradictory, FMT005 a dtype
 *   or a shape that is not read, a pipe
 */
export function openNpySource(
  path: string,
  { sourceIndex = 0, open = openAccess }: {
    readonly sourceIndex?: number;
    readonly open?: (path: string) => RandomAccess;
  } = {},
): Source {
  if (path === "-") {
    throw new FormatError("FMT005", "stdin gives an .npy array through a pipe", {
      help: "give the file's path, or pipe an Arrow stream",
    });
  }
  const access = open(path);
  try {
    return new NpySource(access, readTable(access), sourceIndex);
  } catch (error) {
    access.close();
    throw error;
  }
}

/** Opens a decoder for an .npy source. */
export function openNpyDecoder(
  options: unknown,
  open: (path: string) => RandomAccess = openAccess,
): Decoder {
  const { path, columns } = options as NpyDecoderOptions;
  return new NpyDecoder(open(path), columns);
}
