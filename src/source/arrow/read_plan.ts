/**
 * Which bytes a chunk of rows needs, and where each lands in the slot: plain data, worked out before any byte is
 * read. Reads land where the kernel will find them, so a column is never moved afterwards.
 *
 * The slot: first the columns of every binding, each on a 64-byte boundary, those of one matrix a constant distance
 * apart; then staging for what is expanded (validity bitmaps, values of bool and float16 columns). Carried columns are
 * at its end: `carried_reads.ts`.
 *
 * Invariants:
 * 1. `slotBytes(bindings, n)` is enough for any chunk of at most n rows of any batch: the compact placement needs
 *    no more, whatever the file's layout.
 * 2. Reads do not overlap in the slot, and none leaves it.
 *
 * @module
 */
import { ALIGNMENT, alignUp, DTYPE, type DType } from "../../dtype/mod.ts";
import type { NullPolicy } from "../../schema/mod.ts";
import type { RowRange } from "../chunk_rows.ts";
import { carriedBytes, type Expansion, type ReadGroup, type ReadSchema } from "../read_schema.ts";
import type { PlacedColumns } from "../slot_columns.ts";
import type { BatchLayout, ColumnBuffers } from "./batch_layout.ts";

/**
 * Bytes between two wanted ranges that are read rather than skipped: a second call costs about as much. Longer
 * gaps are read where they are small against what is wanted: a validity bitmap between two columns of floats.
 */
const MAX_GAP_BYTES = 4096;
const MAX_GAP_SHARE = 1 / 8;

/** What remains to be done in the slot after the reads, in order. Offsets count from the slot's start. */
export type Fixup =
  | {
    readonly kind: "expand";
    readonly expansion: Expansion;
    readonly bitsOffset: number;
    readonly firstBit: number;
    readonly targetOffset: number;
    readonly numElements: number;
  }
  /** elements whose bit is 0 are null: refuse them, or put something in their place */
  | {
    readonly kind: "nulls";
    readonly bitsOffset: number;
    readonly firstBit: number;
    readonly numBits: number;
    /** elements that one bit stands for: the list size, or 1 */
    readonly elementsPerBit: number;
    readonly bitsPerRow: number;
    readonly targetOffset: number;
    readonly dtype: DType;
    readonly nulls: NullPolicy;
    readonly column: string;
    readonly input: string;
  };

/** A chunk's reads and what follows them. */
export interface ReadPlan {
  /** (position, bytes, slot offset) of each read, by position; positions count from the start of the body */
  readonly reads: Float64Array;
  readonly fixups: readonly Fixup[];
  /** one a binding that is computed with */
  readonly columns: readonly PlacedColumns[];
}

/** bytes of a run of bits that may start inside a byte, on a boundary of its own */
function stagingBytes(numBits: number): number {
  return alignUp(Math.ceil(numBits / 8) + 1);
}

function columnBytes(group: ReadGroup, numRows: number): number {
  return numRows * group.listSize * DTYPE[group.dtype].itemsize;
}

/** Bytes of a slot for chunks of at most `numRows` rows: see invariant 1. */
export function slotBytes({ groups, carried }: ReadSchema, numRows: number): number {
  let total = carriedBytes(carried, numRows);
  for (const group of groups) {
    const numElements = numRows * group.listSize;
    total += group.fieldIndices.length * alignUp(columnBytes(group, numRows));
    if (group.expansion !== null) {
      total += group.fieldIndices.length * stagingBytes(numElements * group.storedBits);
    }
    const forElements = group.isList ? stagingBytes(numElements) : 0;
    total += group.numNullable * (stagingBytes(numRows) + forElements);
  }
  return total;
}

interface Placement {
  /** by group */
  readonly columns: readonly PlacedColumns[];
  /** end of the columns, where staging starts */
  readonly end: number;
}

interface ChunkGroup {
  readonly group: ReadGroup;
  readonly buffers: readonly ColumnBuffers[];
  /** where the chunk's bytes of each column start in the body */
  readonly positions: readonly number[];
  /** bytes of one column in the slot */
  readonly bytes: number;
}

function chunkGroup(
  group: ReadGroup,
  layout: Pick<BatchLayout, "columns">,
  { firstRow, numRows }: RowRange,
): ChunkGroup {
  const buffers = group.fieldIndices.map((index) => layout.columns[index]!);
  const before = columnBytes(group, firstRow);
  return {
    group,
    buffers,
    positions: buffers.map(({ dataPosition }) => dataPosition + before),
    bytes: columnBytes(group, numRows),
  };
}

function isSmallGap(gap: number, bytes: number): boolean {
  return gap >= 0 && gap <= Math.max(MAX_GAP_BYTES, bytes * MAX_GAP_SHARE);
}

/** Distance of a matrix's columns in the file, if it is constant and can be kept in the slot; else null. */
function fileDistance({ positions, bytes }: ChunkGroup): number | null {
  const distance = positions[1]! - positions[0]!;
  if (distance % ALIGNMENT !== 0 || !isSmallGap(distance - bytes, bytes)) return null;
  for (let i = 2; i < positions.length; i++) {
    if (positions[i]! - positions[i - 1]! !== distance) return null;
  }
  return distance;
}

/**
 * Places columns one after the other by their position in the file. With `keepGaps` they keep the file's
 * distances where these are small and aligned, so that one read serves many columns.
 */
function place(chunks: readonly ChunkGroup[], keepGaps: boolean): Placement {
  const order = [...chunks.keys()].sort((a, b) => chunks[a]!.positions[0]! - chunks[b]!.positions[0]!);
  const columns = new Array<PlacedColumns>(chunks.length);
  let cursor = 0, previousEnd = Number.NaN;
  for (const index of order) {
    const chunk = chunks[index]!, { group, positions, bytes } = chunk;
    const last = positions.length - 1;
    const kept = keepGaps && last > 0 && group.expansion === null ? fileDistance(chunk) : null;
    const distance = kept ?? alignUp(bytes);
    const gap = positions[0]! - previousEnd;
    const keepsGap = keepGaps && group.expansion === null && isSmallGap(gap, bytes) &&
      (cursor + gap) % ALIGNMENT === 0;
    const offset = keepsGap ? cursor + gap : alignUp(cursor);
    const itemsize = DTYPE[group.dtype].itemsize;
    columns[index] = group.isMatrix
      ? { offset, rowStride: itemsize, elementStride: distance }
      : { offset, rowStride: itemsize * group.listSize, elementStride: itemsize };
    cursor = offset + distance * last + bytes;
    previousEnd = group.expansion !== null || (last > 0 && kept === null)
      ? Number.NaN
      : positions[last]! + bytes;
  }
  return { columns, end: cursor };
}

type Read = readonly [position: number, numBytes: number, slotOffset: number];

/** Collects reads and fixups while staging grows behind the columns. */
class PlanBuilder {
  readonly reads: Read[] = [];
  readonly fixups: Fixup[] = [];
  end: number;
  readonly #range: RowRange;

  constructor(end: number, range: RowRange) {
    this.end = end;
    this.#range = range;
  }

  addGroup({ group, buffers, positions, bytes }: ChunkGroup, placed: PlacedColumns): void {
    const { numRows } = this.#range;
    for (let column = 0; column < buffers.length; column++) {
      const buffer = buffers[column]!;
      const targetOffset = placed.offset + (group.isMatrix ? column * placed.elementStride : 0);
      if (group.expansion !== null) {
        const bits = this.#stage(buffer.dataPosition, group.listSize * group.storedBits);
        this.fixups.push({
          kind: "expand",
          expansion: group.expansion,
          ...bits,
          targetOffset,
          numElements: numRows * group.listSize,
        });
      } else {
        this.reads.push([positions[column]!, bytes, targetOffset]);
      }
      if (buffer.nullCount === 0 && buffer.childNullCount === 0) continue;
      const common = {
        kind: "nulls" as const,
        targetOffset,
        dtype: group.dtype,
        nulls: group.nulls,
        column: group.names[column]!,
        input: group.input,
      };
      if (buffer.nullCount > 0) {
        const bits = this.#stage(buffer.validityPosition, 1);
        this.fixups.push({
          ...common,
          ...bits,
          numBits: numRows,
          elementsPerBit: group.listSize,
          bitsPerRow: 1,
        });
      }
      if (buffer.childNullCount > 0) {
        const bits = this.#stage(buffer.childValidityPosition, group.listSize);
        const numBits = numRows * group.listSize;
        this.fixups.push({ ...common, ...bits, numBits, elementsPerBit: 1, bitsPerRow: group.listSize });
      }
    }
  }

  /** reads the bits of the chunk's rows into staging */
  #stage(position: number, bitsPerRow: number): { readonly bitsOffset: number; readonly firstBit: number } {
    const first = this.#range.firstRow * bitsPerRow, numBits = this.#range.numRows * bitsPerRow;
    const firstByte = Math.floor(first / 8), firstBit = first % 8;
    const bitsOffset = alignUp(this.end);
    const numBytes = Math.ceil((firstBit + numBits) / 8);
    this.reads.push([position + firstByte, numBytes, bitsOffset]);
    this.end = bitsOffset + numBytes;
    return { bitsOffset, firstBit };
  }

  /**
   * Reads in the file's order. Two that follow each other both in the file and in the slot, equally far apart,
   * become one: what lies between them in the slot belongs to nobody.
   */
  mergedReads(): Float64Array {
    const reads = inOrder(this.reads, byPosition), inSlot = inOrder(this.reads, bySlot);
    // nearly always the same order, then a read's place in the one is its place in the other
    const slotRank = reads === inSlot ? null : new Map(inSlot.map((read, rank) => [read, rank]));
    const merged = new Float64Array(3 * reads.length);
    let end = 0, lastRank = Number.NaN;
    for (let i = 0; i < reads.length; i++) {
      const [position, numBytes, slotOffset] = reads[i]!, rank = slotRank?.get(reads[i]!) ?? i;
      const last = end - 3, gap = position - (merged[last]! + merged[last + 1]!);
      const isNext = rank === lastRank + 1 && slotOffset - (merged[last + 2]! + merged[last + 1]!) === gap;
      lastRank = rank;
      if (isNext && isSmallGap(gap, numBytes)) {
        merged[last + 1]! += gap + numBytes;
        continue;
      }
      merged[end] = position;
      merged[end + 1] = numBytes;
      merged[end + 2] = slotOffset;
      end += 3;
    }
    return merged.slice(0, end);
  }
}

function byPosition(a: Read, b: Read): number {
  return a[0] - b[0] || a[2] - b[2];
}

function bySlot(a: Read, b: Read): number {
  return a[2] - b[2];
}

/** The reads in order: themselves where they are. */
function inOrder(reads: readonly Read[], compare: (a: Read, b: Read) => number): readonly Read[] {
  for (let i = 1; i < reads.length; i++) {
    if (compare(reads[i - 1]!, reads[i]!) > 0) return reads.toSorted(compare);
  }
  return reads;
}

/**
 * The reads of the rows of one batch.
 *
 * @param slotBytes of the slot, less what carried columns take: file distances are kept where they fit
 */
export function planReads(
  { groups, groupOfBinding }: ReadSchema,
  layout: Pick<BatchLayout, "columns">,
  { range, slotBytes }: { readonly range: RowRange; readonly slotBytes: number },
): ReadPlan {
  const chunks = groups.map((group) => chunkGroup(group, layout, range));
  const attempt = (keepGaps: boolean) => {
    const placement = place(chunks, keepGaps);
    const builder = new PlanBuilder(placement.end, range);
    for (const [index, chunk] of chunks.entries()) builder.addGroup(chunk, placement.columns[index]!);
    return { placement, builder };
  };
  let { placement, builder } = attempt(true);
  if (builder.end > slotBytes) ({ placement, builder } = attempt(false));
  if (builder.end > slotBytes) {
    throw new Error(`a chunk of ${range.numRows} rows takes ${builder.end} bytes, its slot has ${slotBytes}`);
  }
  return {
    reads: builder.mergedReads(),
    fixups: builder.fixups,
    columns: groupOfBinding.map((group) => placement.columns[group]!),
  };
}
