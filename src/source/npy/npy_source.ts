/**
 * Arrays in NumPy's .npy format as tables: an array of shape (N) or (N, …) is one column, named after the file; the
 * fields of a structured array are columns of their own. Workers read the rows of their chunk straight into the
 * slot; what lies otherwise there (Fortran order, fields, the other byte order, float16) is put right in pieces.
 *
 * Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 *
 * @module
 */
import { alignUp, DTYPE, type DType } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import type { ColumnBinding, Field, Schema } from "../../schema/mod.ts";
import { type PlacedColumns, type ReadGroup, readSchema } from "../arrow/read_plan.ts";
import type { RandomAccess } from "../random_access.ts";
import { openAccess } from "../remote/mod.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot, Source, SourceInfo } from "../source.ts";
import { parseDescription, readPreamble } from "./npy.ts";
import { type Literal, parseLiteral } from "./structured.ts";

/** A column of the array, and where it is. Plain data. */
export interface NpyColumn {
  readonly name: string;
  readonly dtype: DType;
  /** elements of a row; null: a single one */
  readonly listSize: number | null;
  /** bytes of an element in the file; float16 has 2 and becomes f32 */
  readonly itemsize: number;
  readonly isBigEndian: boolean;
  /** of element (row, k): position + row × rowStride + k × elementStride */
  readonly position: number;
  readonly rowStride: number;
  readonly elementStride: number;
}

/** What a header says of the columns. */
export interface NpyTable {
  readonly numRows: number;
  readonly columns: readonly NpyColumn[];
  readonly metadataBytes: number;
}

/** a header beyond this is none */
const MAX_HEADER_BYTES = 1024 * 1024;
/** What is put right is read in pieces of this. */
export const PIECE_BYTES = 256 * 1024;

function corrupt(path: string, what: string): FormatError {
  return new FormatError("FMT004", `${path} is no valid .npy array: ${what}`, {
    help: "write it again with numpy.save",
  });
}

function unsupported(path: string, what: string, help: string): FormatError {
  return new FormatError("FMT005", `${path} ${what}`, { help });
}

/** The name of a file without its folder and its ending. */
function stemOf(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
}

function sizesOf(value: Literal | undefined, path: string): readonly number[] {
  const isShape = Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape) throw corrupt(path, "its header has no valid shape");
  return value as readonly number[];
}

function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/** A field of a structured dtype, before its place is known. */
type PlainField = Pick<NpyColumn, "name" | "dtype" | "listSize" | "itemsize" | "isBigEndian">;

/** `('name', '<f4')`, `('name', '<f4', (3,))`; padding has an empty name and is passed over */
function fieldOf(literal: Literal, path: string): PlainField | { readonly padding: number } {
  const [name, type, shape] = Array.isArray(literal) ? literal as readonly Literal[] : [];
  const label = Array.isArray(name) ? name[1] : name;
  if (typeof label !== "string") throw corrupt(path, "a field has no name");
  if (typeof type !== "string") {
    throw unsupported(
      path,
      `has a field ${label} that has fields`,
      "write flat fields, or one array a field",
    );
  }
  const padding = /^\|V(\d+)$/.exec(type);
  if (label === "" && padding !== null) return { padding: Number(padding[1]) };
  const size = shape === undefined
    ? null
    : productOf(sizesOf(typeof shape === "number" ? [shape] : shape, path));
  return { name: label, listSize: size, ...parseDescription(type, `${path}, field ${label}`) };
}

function structuredColumns(
  fields: readonly Literal[],
  { path, position }: { readonly path: string; readonly position: number },
): { readonly columns: readonly NpyColumn[]; readonly rowBytes: number } {
  let offset = 0;
  const placed: (PlainField & { readonly offset: number })[] = [];
  for (const literal of fields) {
    const field = fieldOf(literal, path);
    if ("padding" in field) {
      offset += field.padding;
      continue;
    }
    placed.push({ ...field, offset });
    offset += field.itemsize * (field.listSize ?? 1);
  }
  const columns = placed.map(({ offset: own, ...field }): NpyColumn => ({
    ...field,
    position: position + own,
    rowStride: offset,
    elementStride: field.itemsize,
  }));
  return { columns, rowBytes: offset };
}

/**
 * Reads the header, and checks that the file has the bytes of its shape.
 *
 * @param name of the column, where it is no structured array
 * @throws FormatError FMT002 to FMT005
 */
export function readTable(
  access: Pick<RandomAccess, "path" | "size" | "readInto">,
  name: string = stemOf(access.path),
): NpyTable {
  const { path, size } = access;
  const head = new Uint8Array(Math.min(12, size));
  access.readInto(head, 0);
  const { textOffset, numTextBytes, encoding } = readPreamble(head, path);
  if (numTextBytes > MAX_HEADER_BYTES) throw corrupt(path, `a header of ${numTextBytes} bytes`);
  if (textOffset + numTextBytes > size) throw corrupt(path, "the header is cut off");
  const bytes = new Uint8Array(numTextBytes), position = textOffset + numTextBytes;
  access.readInto(bytes, textOffset);
  const header = parseLiteral(new TextDecoder(encoding).decode(bytes), (what) => {
    throw corrupt(path, what);
  });
  if (!(header instanceof Map)) throw corrupt(path, "its header is no dictionary");
  const entries: ReadonlyMap<string, Literal> = header;
  const [numRows, ...inner] = sizesOf(entries.get("shape"), path);
  const type = entries.get("descr"), isFortran = entries.get("fortran_order");
  if (typeof isFortran !== "boolean") throw corrupt(path, "its header does not say its order");
  if (numRows === undefined) {
    throw unsupported(path, "holds a single number, which has no rows", "give it as a param: --params");
  }
  let columns: readonly NpyColumn[], rowBytes: number;
  if (typeof type === "string") {
    const element = parseDescription(type, path), width = productOf(inner), { itemsize } = element;
    if (isFortran && inner.length > 1) {
      throw unsupported(
        path,
        "has more than two axes in Fortran order",
        "save numpy.ascontiguousarray(array)",
      );
    }
    rowBytes = itemsize * width;
    const strides = isFortran
      ? { rowStride: itemsize, elementStride: itemsize * numRows }
      : { rowStride: rowBytes, elementStride: itemsize };
    columns = [{
      name,
      ...element,
      listSize: inner.length === 0 ? null : width,
      position,
      ...strides,
    }];
  } else {
    if (!Array.isArray(type)) throw corrupt(path, "its header has no valid dtype");
    if (inner.length > 0) {
      throw unsupported(path, "has rows of several structures", "save one structure a row");
    }
    ({ columns, rowBytes } = structuredColumns(type as readonly Literal[], { path, position }));
  }
  if (rowBytes === 0) {
    throw unsupported(path, "has rows without elements", "save an array with at least one column");
  }
  const expected = numRows * rowBytes, available = size - position;
  if (!Number.isSafeInteger(expected) || expected > available) {
    throw new FormatError("FMT003", `${path} ends before its ${numRows} rows do`, {
      notes: [`${expected} bytes are promised, ${available} are there`],
      help: "write or copy the file again; it may still have been in writing",
    });
  }
  if (expected < available) throw corrupt(path, `${available - expected} bytes follow the array`);
  return { numRows, columns, metadataBytes: position };
}

/** A column as a field of the table. */
export function fieldOfColumn({ name, dtype, listSize }: NpyColumn): Field {
  return {
    name,
    nullable: false,
    type: listSize === null ? { kind: "primitive", dtype } : { kind: "fixedSizeList", dtype, listSize },
  };
}

/** Where the columns of every group go in a slot, and where it ends. */
export function placeColumns(groups: readonly ReadGroup[], numRows: number) {
  let end = 0;
  const places = groups.map((group): PlacedColumns => {
    const { itemsize } = DTYPE[group.dtype], offset = end;
    const distance = alignUp(numRows * group.listSize * itemsize);
    end += group.fieldIndices.length * distance;
    return group.isMatrix
      ? { offset, rowStride: itemsize, elementStride: distance }
      : { offset, rowStride: itemsize * group.listSize, elementStride: itemsize };
  });
  return { places, end };
}

/** What a worker needs. Plain data. */
interface NpyDecoderOptions {
  readonly format: "npy";
  readonly path: string;
  readonly columns: readonly NpyColumn[];
}

interface NpyPayload {
  readonly firstRow: number;
  readonly columns: readonly PlacedColumns[];
  /** columns with where their rows go, counted from the slot's start */
  readonly targets: readonly { readonly column: number; readonly offset: number }[];
}

class NpySource implements Source {
  readonly info: SourceInfo;
  readonly #access: RandomAccess;
  readonly #table: NpyTable;
  readonly #schema: Schema;
  readonly #sourceIndex: number;
  #reading: { readonly groups: readonly ReadGroup[]; readonly groupOfBinding: readonly number[] } | null =
    null;
  #chunkRows = 0;
  #firstRow = 0;

  constructor(access: RandomAccess, table: NpyTable, sourceIndex: number) {
    const { numRows, columns, metadataBytes } = table;
    this.#access = access;
    this.#table = table;
    this.#schema = { fields: columns.map(fieldOfColumn) };
    this.#sourceIndex = sourceIndex;
    this.info = {
      path: access.path,
      format: "npy",
      schema: this.#schema,
      numRows,
      numBytes: access.size,
      batches: null,
      metadataBytes,
    };
  }

  countRows(): number {
    return this.#table.numRows;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return placeColumns(readSchema(bindings, this.#schema).groups, chunkRows).end;
  }

  /** a piece of each worker, as far as workers are taken unasked */
  residentBytes(): number {
    return 64 * 1024 + 8 * PIECE_BYTES;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#reading = readSchema(bindings, this.#schema);
    this.#chunkRows = chunkRows;
  }

  next(): ChunkTicket | null {
    const { numRows: total } = this.#table, firstRow = this.#firstRow;
    if (this.#reading === null) throw new Error("next before begin");
    if (firstRow >= total) return null;
    const numRows = Math.min(this.#chunkRows, total - firstRow), { groups, groupOfBinding } = this.#reading;
    const { places } = placeColumns(groups, numRows);
    const targets = groups.flatMap(({ fieldIndices, isMatrix }, g) =>
      fieldIndices.map((column, i) => {
        const { offset, elementStride } = places[g]!;
        return { column, offset: offset + (isMatrix ? i * elementStride : 0) };
      })
    );
    this.#firstRow += numRows;
    const payload: NpyPayload = { firstRow, columns: groupOfBinding.map((group) => places[group]!), targets };
    const share = (rows: number) =>
      rows === total ? this.#access.size : Math.floor((this.#access.size / total) * rows);
    const format = (value: number) => value.toLocaleString("en-US");
    return {
      sourceIndex: this.#sourceIndex,
      numRows,
      numBytes: share(firstRow + numRows) - share(firstRow),
      place: `rows ${format(firstRow)} to ${format(firstRow + numRows - 1)}`,
      payload,
    };
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
      if (column.dtype === "bool") {
        for (let i = 0; i < target.length; i++) if (target[i] !== 0) target[i] = 1;
      }
    }
    return {
      numRows: ticket.numRows,
      columns: columns.map(({ offset, rowStride, elementStride }) => ({
        pointer: slot.byteOffset + offset,
        rowStride,
        elementStride,
      })),
      copiedBytes,
    };
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

/** Bytes of a row in the slot. */
export function rowBytesOf({ dtype, listSize }: NpyColumn): number {
  return DTYPE[dtype].itemsize * (listSize ?? 1);
}

/** Whether the rows lie in the file as they do in the slot */
export function isPlain(column: NpyColumn): boolean {
  const { dtype, itemsize, isBigEndian, rowStride, elementStride } = column;
  return !isBigEndian && itemsize === DTYPE[dtype].itemsize && elementStride === itemsize &&
    rowStride === rowBytesOf(column);
}

/** Converts one element: element `to` of the target, from a byte of the piece. */
export function copyElement(
  { dtype, itemsize, isBigEndian }: NpyColumn,
  piece: Uint8Array,
  { from, target, to }: { readonly from: number; readonly target: Uint8Array; readonly to: number },
): void {
  const size = DTYPE[dtype].itemsize;
  if (itemsize !== size) {
    const value = new DataView(piece.buffer, piece.byteOffset + from, 2).getFloat16(0, !isBigEndian);
    new DataView(target.buffer, target.byteOffset + to * size, 4).setFloat32(0, value, true);
    return;
  }
  const start = to * size;
  for (let b = 0; b < size; b++) target[start + b] = piece[from + (isBigEndian ? size - 1 - b : b)]!;
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
    throw unsupported(
      "stdin",
      "gives an .npy array through a pipe",
      "give the file's path, or pipe an Arrow stream",
    );
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
