/**
 * Archives of arrays (.npz) as tables: each array is a column, named as in the archive, of as many rows as the others;
 * the fields of a structured array are columns of their own. Entries are streamed, stored or deflated: the thread that
 * reads takes the rows of each chunk from every entry that is used, and the bytes are in the slot when it is decoded.
 * An array of a dtype that is not read, or in Fortran order (its rows are scattered over all of the entry), is a column
 * too, which is refused where it is asked for.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import type { ColumnBinding, Field } from "../../schema/mod.ts";
import type { ReadGroup } from "../read_schema.ts";
import type { RandomAccess } from "../random_access.ts";
import { openAccess } from "../remote/mod.ts";
import { columnViews, type PlacedColumns } from "../slot_columns.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot, Source } from "../source.ts";
import { ENTRY_STREAM_BYTES, EntryStream } from "./entry_stream.ts";
import { copyElement, isPlain, normaliseBools, PIECE_BYTES, rowBytesOf } from "./npy_elements.ts";
import { fieldOfColumn, type NpyColumn, readOpaque, readTable } from "./npy_table.ts";
import { type NpzDirectory, type NpzEntry, readDirectory } from "./npz.ts";
import { type ArraysInfo, arraysInfo, RowChunks } from "./row_chunks.ts";

/** An array, and which columns are its: one that is not read has a field and no column. */
interface EntryTable {
  readonly entry: NpzEntry;
  readonly fields: readonly Field[];
  /** bytes of its header */
  readonly dataOffset: number;
  /** bytes of a row in the archive */
  readonly rowBytes: number;
  /** the first of its fields, among all */
  readonly firstColumn: number;
  readonly columns: readonly NpyColumn[];
}

interface NpzTable extends NpzDirectory {
  readonly numRows: number;
  readonly arrays: readonly EntryTable[];
}

/** An entry that is being read, and where its columns go. */
interface OpenEntry {
  readonly table: EntryTable;
  readonly stream: EntryStream;
}

interface NpzPayload {
  readonly columns: readonly PlacedColumns[];
  readonly copiedBytes: number;
}

/** The start of an entry, as the reader of headers takes a file. */
class EntryHead {
  readonly path: string;
  readonly size: number;
  readonly #stream: EntryStream;
  #bytes = new Uint8Array();

  constructor(access: RandomAccess, entry: NpzEntry, stream: EntryStream) {
    this.path = `${entry.name} of ${access.path}`;
    this.size = entry.numBytes;
    this.#stream = stream;
  }

  readInto(view: Uint8Array, position: number): void {
    const end = position + view.length;
    if (end > this.#bytes.length) {
      const bytes = new Uint8Array(end);
      bytes.set(this.#bytes);
      this.#stream.read(bytes.subarray(this.#bytes.length));
      this.#bytes = bytes;
    }
    view.set(this.#bytes.subarray(position, end));
  }
}

function readEntryTable(
  access: RandomAccess,
  [name, entry]: readonly [string, NpzEntry],
  { limit, firstColumn }: { readonly limit: number; readonly firstColumn: number },
): EntryTable & { readonly numRows: number } {
  const stream = new EntryStream(access, entry, limit);
  try {
    const head = new EntryHead(access, entry, stream), opaque = readOpaque(head);
    if (opaque !== null) {
      const { numRows, type } = opaque;
      const fields = [{ name, nullable: false, type: { kind: "other", name: type } as const }];
      return { entry, fields, dataOffset: 0, rowBytes: 0, firstColumn, columns: [], numRows };
    }
    const { numRows, columns, metadataBytes } = readTable(head, name), fields = columns.map(fieldOfColumn);
    const rowBytes = numRows === 0 ? 0 : (entry.numBytes - metadataBytes) / numRows;
    return { entry, fields, dataOffset: metadataBytes, rowBytes, firstColumn, columns, numRows };
  } finally {
    stream.close();
  }
}

function readArchive(access: RandomAccess): NpzTable {
  const directory = readDirectory(access), { limit } = directory;
  const arrays: (EntryTable & { readonly numRows: number })[] = [];
  for (const named of directory.entries) {
    const before = arrays.at(-1),
      firstColumn = before === undefined ? 0 : before.firstColumn + before.fields.length;
    arrays.push(readEntryTable(access, named, { limit, firstColumn }));
  }
  const [first] = arrays;
  if (first === undefined) {
    throw new FormatError("FMT005", `${access.path} holds no array`, { help: "write it with numpy.savez" });
  }
  const other = arrays.find(({ numRows }) => numRows !== first.numRows);
  if (other !== undefined) {
    const rows = ({ entry, numRows }: EntryTable & { numRows: number }) => `${entry.name} has ${numRows}`;
    throw new FormatError("FMT005", `the arrays of ${access.path} have different numbers of rows`, {
      notes: [`${rows(first)}, ${rows(other)}`],
      help: "save the columns of one table in one archive, and params in another",
    });
  }
  return { ...directory, numRows: first.numRows, arrays };
}

class NpzSource implements Source {
  readonly info: ArraysInfo;
  readonly #access: RandomAccess;
  readonly #table: NpzTable;
  readonly #chunks: RowChunks;
  #open: readonly OpenEntry[] = [];
  #piece = new Uint8Array();

  constructor(access: RandomAccess, table: NpzTable, sourceIndex: number) {
    this.#access = access;
    this.#table = table;
    this.info = arraysInfo(access, "npz", {
      fields: table.arrays.flatMap(({ fields }) => fields),
      numRows: table.numRows,
      metadataBytes: table.arrays.reduce((sum, { dataOffset }) => sum + dataOffset, table.numBytes),
    });
    this.#chunks = new RowChunks(this.info, sourceIndex);
  }

  countRows(): number {
    return this.#table.numRows;
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return this.#chunks.slotBytes(bindings, chunkRows);
  }

  residentBytes(bindings: readonly ColumnBinding[]): number {
    const used = this.#used(this.#chunks.groupsOf(bindings));
    const widest = used.reduce((most, { rowBytes }) => Math.max(most, rowBytes), PIECE_BYTES);
    return 64 * 1024 + this.#table.numBytes + widest + used.length * ENTRY_STREAM_BYTES;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number): void {
    this.#chunks.begin(bindings, chunkRows);
    this.#open = this.#used(this.#chunks.groupsOf(bindings)).map((table) => {
      const stream = new EntryStream(this.#access, table.entry, this.#table.limit);
      stream.read(new Uint8Array(table.dataOffset));
      return { table, stream };
    });
  }

  next(slot: Slot): ChunkTicket | null {
    const chunk = this.#chunks.next();
    if (chunk === null) return null;
    const { numRows, columns, ticket } = chunk;
    const offsets = new Map(chunk.targets.map(({ column, offset }) => [column, offset]));
    let copiedBytes = 0;
    for (const open of this.#open) copiedBytes += this.#readRows(open, { numRows, offsets, slot });
    const payload: NpzPayload = { columns, copiedBytes };
    return { ...ticket, payload };
  }

  decoderOptions(): { readonly format: "npz" } {
    return { format: "npz" };
  }

  close(): void {
    for (const { stream } of this.#open) stream.close();
    this.#open = [];
    this.#access.close();
  }

  /** the arrays that have a column of these */
  #used(groups: readonly ReadGroup[]): readonly EntryTable[] {
    const fields = new Set(groups.flatMap(({ fieldIndices }) => fieldIndices));
    return this.#table.arrays.filter(({ firstColumn, columns }) =>
      columns.some((_, i) => fields.has(firstColumn + i))
    );
  }

  /** The next rows of an entry, to where its columns go; how many bytes were moved after they were read. */
  #readRows(
    { table, stream }: OpenEntry,
    { numRows, offsets, slot }: {
      readonly numRows: number;
      /** by column */
      readonly offsets: ReadonlyMap<number, number>;
      readonly slot: Slot;
    },
  ): number {
    const { columns, firstColumn, rowBytes } = table, [only] = columns;
    const targets = columns.flatMap((column, i) => {
      const offset = offsets.get(firstColumn + i), numBytes = numRows * rowBytesOf(column);
      if (offset === undefined) return [];
      return [{ column, bytes: new Uint8Array(slot.memory.buffer, slot.byteOffset + offset, numBytes) }];
    });
    let copiedBytes = 0;
    if (columns.length === 1 && isPlain(only!)) stream.read(targets[0]!.bytes);
    else {
      const pieceRows = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
      for (let row = 0; row < numRows; row += pieceRows) {
        const count = Math.min(pieceRows, numRows - row);
        if (this.#piece.length < count * rowBytes) {
          this.#piece = new Uint8Array(Math.max(PIECE_BYTES, rowBytes));
        }
        const piece = this.#piece.subarray(0, count * rowBytes);
        stream.read(piece);
        for (const { column, bytes } of targets) {
          copyRows(column, piece, {
            rowBytes,
            count,
            target: bytes,
            row,
            start: column.position - table.dataOffset,
          });
        }
      }
      copiedBytes = targets.reduce((sum, { bytes }) => sum + bytes.length, 0);
    }
    for (const { column, bytes } of targets) normaliseBools(column, bytes);
    return copiedBytes;
  }
}

function copyRows(
  column: NpyColumn,
  piece: Uint8Array,
  { rowBytes, count, target, row, start }: {
    readonly rowBytes: number;
    readonly count: number;
    readonly target: Uint8Array;
    /** of the target, where the first goes */
    readonly row: number;
    /** of the column, in a row of the piece */
    readonly start: number;
  },
): void {
  const { elementStride, itemsize } = column, width = column.listSize ?? 1;
  const size = DTYPE[column.dtype].itemsize * width;
  const isWhole = !column.isBigEndian && itemsize * width === size;
  for (let i = 0; i < count; i++) {
    const from = i * rowBytes + start, to = (row + i) * width;
    if (isWhole) {
      for (let b = 0, at = (row + i) * size; b < size; b++) target[at + b] = piece[from + b]!;
    } else {
      for (let k = 0; k < width; k++) {
        copyElement(column, piece, { from: from + k * elementStride, target, to: to + k });
      }
    }
  }
}

class NpzDecoder implements Decoder {
  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { columns, copiedBytes } = ticket.payload as NpzPayload;
    return { numRows: ticket.numRows, columns: columnViews(columns, slot), copiedBytes };
  }

  close(): void {}
}

/**
 * Opens an .npz archive as a table. No element is read.
 *
 * @throws FormatError FMT001 cannot be opened, FMT002 no archive, FMT003 cut off, FMT004 contradictory, FMT005 a
 *   shape or fields that are not read, arrays of different lengths, a pipe
 */
export function openNpzSource(
  path: string,
  { sourceIndex = 0, open = openAccess }: {
    readonly sourceIndex?: number;
    readonly open?: (path: string) => RandomAccess;
  } = {},
): Source {
  if (path === "-") {
    throw new FormatError("FMT005", "stdin gives an .npz archive through a pipe", {
      notes: ["an archive has its directory at its end"],
      help: "give the file's path, or pipe an Arrow stream",
    });
  }
  const access = open(path);
  try {
    return new NpzSource(access, readArchive(access), sourceIndex);
  } catch (error) {
    access.close();
    throw error;
  }
}

/** Opens a decoder for an .npz source: the bytes are in the slot already. */
export function openNpzDecoder(): Decoder {
  return new NpzDecoder();
}
