/**
 * Carried columns of a chunk: their buffers are read into the end of the slot, before the other columns' reads are
 * planned, because how many rows have room is known only from the offsets.
 *
 * Invariants
 * 1. Nothing leaves the column's part of the slot, whatever offsets claim.
 * 2. A row that cannot be read is never the reason why rows before it are not: the chunk ends before it, and the
 *    next one begins with it. So errors come in the order of the rows, whatever the size of the chunks.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { MemoryError } from "../../errors.ts";
import { type CarriedLayout, type CarriedView, MAX_VALUE_BYTES } from "../../schema/mod.ts";
import { carriedBytes, type CarriedRead, layoutOf } from "../read_schema.ts";
import type { Slot } from "../source.ts";
import type { BatchLayout, ColumnBuffers, StoredLayout, StoredNode } from "./batch_layout.ts";
import { corruption } from "./metadata.ts";
import type { PackedColumns } from "./packed_reads.ts";

/** The ranges of a body that carried columns lie in: position and bytes of each buffer. */
export function carriedRanges(
  carried: readonly CarriedRead[],
  { columns, nodes, buffers: all, storedBytes }: StoredLayout,
): [position: number, numBytes: number][] {
  return carried.flatMap(({ fieldIndex, type, storedBytesPerRow }): [number, number][] => {
    if (storedBytesPerRow !== null) {
      return buffersOf(nodes[fieldIndex]!).map((index) => [all[2 * index]!, all[2 * index + 1]!]);
    }
    const buffers = columns[fieldIndex]!, stored = storedBytes[fieldIndex]!;
    return [
      [buffers.dataPosition, stored.data],
      ...(type.bitWidth === null ? [[buffers.offsetsPosition, stored.offsets] as [number, number]] : []),
      ...(buffers.nullCount > 0 ? [[buffers.validityPosition, stored.validity] as [number, number]] : []),
    ];
  });
}

/** Indices of a node's buffers and of those below it. */
export function buffersOf({ firstBuffer, numBuffers, children }: StoredNode): number[] {
  return [
    ...Array.from({ length: numBuffers }, (_, i) => firstBuffer + i),
    ...children.flatMap(buffersOf),
  ];
}

/** Where a chunk of a batch is, and where it goes. */
export interface CarriedChunk {
  readonly path: string;
  readonly batch: number;
  readonly layout: BatchLayout;
  readonly firstRow: number;
  /** rows that are wanted */
  readonly numRows: number;
  /** rows that the slot was made for */
  readonly chunkRows: number;
  readonly slot: Slot;
  /** the columns whose values are taken out one by one, bound to the batch */
  readonly packed: PackedColumns;
}

/** Reads bytes of the body, from `position` on, to an offset in the slot. */
export type ReadBytes = (position: number, numBytes: number, slotOffset: number) => void;

/** What was read: rows that had room, and where their values are, counted from the slot's start. */
export interface ReadCarried {
  readonly numRows: number;
  readonly carried: readonly CarriedView[];
}

/**
 * Reads the carried columns of as many of the rows as have room, at least one.
 *
 * @throws MemoryError MEM003 a value of more than a mebibyte; FormatError FMT004 offsets that are none
 */
export function readCarried(
  carried: readonly CarriedRead[],
  chunk: CarriedChunk,
  read: ReadBytes,
): ReadCarried {
  let start = chunk.slot.byteLength - carriedBytes(carried, chunk.chunkRows);
  let numRows = chunk.numRows;
  const parts = carried.map((column) => {
    const layout = layoutOf(column, chunk.chunkRows), buffers = chunk.layout.columns[column.fieldIndex]!;
    const part = {
      column,
      buffers,
      start,
      layout,
      firstByte: 0,
      offsets: null as Uint32Array | null,
      view: null as CarriedView | null,
    };
    start += layout.numBytes;
    if (chunk.packed.has(column.fieldIndex)) {
      const view = readValues(chunk, part, numRows);
      numRows = Math.min(numRows, view.numRows);
      return { ...part, view: view.view };
    }
    if (column.type.bitWidth !== null) return part;
    const found = readOffsets(chunk, part, read);
    numRows = Math.min(numRows, found.numRows);
    return { ...part, firstByte: found.firstByte, offsets: found.offsets };
  });
  const views = parts.map((part): CarriedView => {
    const { column: { type }, buffers, start, layout, firstByte, offsets } = part;
    if (part.view !== null) return part.view;
    const bits = (position: number, bitWidth: number, target: number) => {
      const first = chunk.firstRow * bitWidth, firstBit = first % 8;
      const numBytes = Math.ceil((firstBit + numRows * bitWidth) / 8);
      if (numBytes > 0) read(position + Math.floor(first / 8), numBytes, target);
      return { pointer: target, firstBit };
    };
    const validity = buffers.nullCount === 0
      ? null
      : bits(buffers.validityPosition, 1, start + layout.validity);
    if (offsets === null) {
      const values = bits(buffers.dataPosition, type.bitWidth!, start + layout.data);
      return { validity, offsets: null, ...values };
    }
    const pointer = start + layout.data, numBytes = offsets[numRows]!;
    if (numBytes > 0) read(buffers.dataPosition + firstByte, numBytes, pointer);
    return { validity, offsets: start + layout.offsets, pointer, firstBit: 0 };
  });
  return { numRows, carried: views };
}

interface ColumnPart {
  readonly column: CarriedRead;
  readonly buffers: ColumnBuffers;
  /** of the column's part of the slot */
  readonly start: number;
  readonly layout: CarriedLayout;
}

/** Reads values one by one; at least one has room. */
function readValues(
  { path, batch, firstRow, slot, packed }: CarriedChunk,
  { column: { fieldIndex, name, type }, start, layout }: ColumnPart,
  numRows: number,
): { readonly numRows: number; readonly view: CarriedView } {
  const found = packed.read(fieldIndex, { slot, start, layout, type, firstRow, numRows });
  if (found.numRows === 0) throw valueTooLong({ path, batch, row: firstRow, name }, null);
  return found;
}

/** Reads a column's offsets and makes them u32 that count from the chunk's first value; `numRows` have room. */
function readOffsets(
  { path, batch, firstRow, numRows, slot }: CarriedChunk,
  { column: { name, type }, buffers, start, layout }: ColumnPart,
  read: ReadBytes,
): { readonly numRows: number; readonly firstByte: number; readonly offsets: Uint32Array } {
  const itemsize = type.isLarge ? 8 : 4, pointer = slot.byteOffset + start + layout.offsets;
  read(buffers.offsetsPosition + firstRow * itemsize, (numRows + 1) * itemsize, start + layout.offsets);
  // typed arrays take a shared memory's buffer too
  const buffer = slot.memory.buffer as ArrayBuffer;
  const offsets = new Uint32Array(buffer, pointer, numRows + 1);
  const long = type.isLarge ? new BigInt64Array(buffer, pointer, numRows + 1) : null;
  const signed = new Int32Array(buffer, pointer, numRows + 1);
  const at = (index: number) => (long === null ? signed[index]! : Number(long[index]!));
  const firstByte = at(0);
  let previous = firstByte, fitting = 0;
  if (firstByte < 0 || firstByte > buffers.dataBytes) refuseOffset(firstByte, 0);
  offsets[0] = 0;
  for (; fitting < numRows; fitting++) {
    const end = at(fitting + 1);
    const isValid = end >= previous && end <= buffers.dataBytes;
    const hasRoom = end - firstByte <= layout.dataBytes && end - previous <= MAX_VALUE_BYTES;
    if (!isValid || !hasRoom) {
      if (fitting > 0) break;
      if (!isValid) refuseOffset(end, 1);
      throw valueTooLong({ path, batch, row: firstRow, name }, end - previous);
    }
    offsets[fitting + 1] = end - firstByte;
    previous = end;
  }
  return { numRows: fitting, firstByte, offsets };

  function refuseOffset(offset: number, index: number): never {
    return corruption(path, `record batch ${batch}, column ${JSON.stringify(name)}`)(
      `offset ${firstRow + index} is ${offset}, its values have ${buffers.dataBytes} bytes`,
    );
  }
}

function valueTooLong(
  { path, batch, row, name }: { path: string; batch: number; row: number; name: string },
  /** null: more than it may have */
  numBytes: number | null,
): MemoryError {
  return new MemoryError(
    "MEM003",
    `a value of carried column ${JSON.stringify(name)} of ${path} takes ${
      numBytes === null ? "more than a mebibyte" : `${countText(numBytes)} bytes`
    }`,
    {
      notes: [
        `record batch ${batch}, row ${countText(row)}, counted from 0`,
        `a carried value has at most ${countText(MAX_VALUE_BYTES)} bytes`,
      ],
      help: "shorten the value where the table is made, or leave the column out",
    },
  );
}
