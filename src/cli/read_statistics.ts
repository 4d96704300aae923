/**
 * Reads a table once, in chunks, for what its values are.
 *
 * A null is told from a value by reading each column twice at a time, with two different fills: where the two differ,
 * there was a null. So every format is read by its own reader, and nulls are counted alike in all.
 *
 * @module
 */
import { ALIGNMENT, alignUp, DTYPE, type DType, isDType } from "../dtype/mod.ts";
import { type InputOptions, loadReaders, type Readers } from "../exec/open_input.ts";
import { createMemory } from "../memory/mod.ts";
import { bindInputs, type ColumnBinding, type InputRequest } from "../schema/mod.ts";
import type { ColumnView, DecodedChunk, Source } from "../source/source.ts";
import { type ColumnStatistics, StatisticsCollector } from "./column_statistics.ts";

/** A column that is read: `dtype` null where only nulls are counted. */
export interface ReadColumn {
  readonly name: string;
  readonly dtype: string | null;
  readonly width: number | null;
}

const MAX_CHUNK_ROWS = 65_536;
/** a slot is kept to this where chunks of fewer rows allow it */
const SLOT_BYTES = 64 * 1024 * 1024;

/**
 * The statistics of columns, in their order, and the rows of the table. Null: the column's values are not looked at.
 *
 * @throws what the readers throw: a value that breaks its column's type, with its place
 */
export async function readStatistics(
  path: string,
  columns: readonly ReadColumn[],
  options: InputOptions,
): Promise<{ readonly numRows: number; readonly columns: readonly (ColumnStatistics | null)[] }> {
  const readers = await loadReaders([path], options.from), source = readers.openInput(path, 0, options);
  try {
    const readable = columns.map((column) => isReadable(column, source));
    const requests = columns.flatMap((column, i) => readable[i] ? requestsOf(column) : []);
    const bindings = bindInputs(requests, source.info.schema, source.info.path);
    const collectors = columns.map((_, i) => readable[i] ? new StatisticsCollector() : null);
    const numRows = await readAll({ source, ...readers }, bindings, (chunk) => {
      let computed = 0, carried = 0;
      for (const [i, column] of columns.entries()) {
        const collector = collectors[i];
        if (collector === null || collector === undefined) continue;
        if (column.dtype === null) countNulls(collector, chunk, carried++);
        else {collect(collector, column, {
            chunk,
            views: [chunk.columns[computed++]!, chunk.columns[computed++]!],
          });}
      }
    });
    return {
      numRows,
      columns: collectors.map((collector, i) => {
        const result = collector?.result() ?? null;
        // values that are counted only may hold NaNs: lists of floats do
        return result !== null && columns[i]!.dtype === null ? { ...result, nans: null } : result;
      }),
    };
  } finally {
    source.close();
  }
}

function isReadable({ name, dtype }: ReadColumn, source: Source): boolean {
  const fields = source.info.schema.fields.filter((field) => field.name === name);
  // of two columns of one name, none is meant
  return fields.length === 1 && (dtype !== null || fields[0]!.carried !== undefined);
}

function requestsOf({ name, dtype, width }: ReadColumn): InputRequest[] {
  const selection = { kind: "name", name } as const, isScalar = width === null;
  const common = { input: name, width: width ?? 1, isScalar, selection } as const;
  if (!isDType(dtype ?? "")) {
    return [{ ...common, dtype: "u32", nulls: { kind: "error" }, carry: { bytesPerRow: null } }];
  }
  const type = dtype as DType;
  const fills = DTYPE[type].isBigInt ? [0n, 1n] : DTYPE[type].kind === "b" ? [false, true] : [0, 1];
  return fills.map((value) => ({ ...common, dtype: type, nulls: { kind: "fill", value } }));
}

/** A decoded chunk, and the memory that it lies in. */
interface ReadChunk extends DecodedChunk {
  readonly memory: WebAssembly.Memory;
}

async function readAll(
  { source, openDecoder }: Pick<Readers, "openDecoder"> & { readonly source: Source },
  bindings: readonly ColumnBinding[],
  take: (chunk: ReadChunk) => void,
): Promise<number> {
  let chunkRows = MAX_CHUNK_ROWS;
  while (chunkRows > 1 && source.slotBytes(bindings, chunkRows) > SLOT_BYTES) {
    chunkRows = Math.ceil(chunkRows / 2);
  }
  const byteLength = alignUp(source.slotBytes(bindings, chunkRows));
  const memory = createMemory({ bytes: ALIGNMENT + byteLength });
  const slot = { memory, byteOffset: ALIGNMENT, byteLength };
  source.begin(bindings, chunkRows);
  const decoder = openDecoder(source.decoderOptions());
  let numRows = 0;
  try {
    for (;;) {
      const ticket = await source.next(slot);
      if (ticket === null) return numRows;
      const chunk = decoder.decode(ticket, slot);
      take({ ...chunk, memory });
      numRows += chunk.numRows;
    }
  } finally {
    decoder.close();
  }
}

function countNulls(
  collector: StatisticsCollector,
  { memory, numRows, carried }: ReadChunk,
  index: number,
): void {
  const { validity } = carried![index]!, bytes = new Uint8Array(memory.buffer);
  let numValid = validity === null ? numRows : 0;
  if (validity !== null) {
    for (let row = 0; row < numRows; row++) {
      const bit = validity.firstBit + row;
      numValid += (bytes[validity.pointer + (bit >> 3)]! >> (bit & 7)) & 1;
    }
  }
  collector.addCount(numValid);
  collector.addNulls(numRows - numValid);
}

function collect(
  collector: StatisticsCollector,
  { dtype, width }: ReadColumn,
  { chunk, views }: { readonly chunk: ReadChunk; readonly views: readonly [ColumnView, ColumnView] },
): void {
  const { TypedArray, itemsize } = DTYPE[dtype as DType];
  // typed arrays take a shared buffer too
  const elements = new TypedArray(chunk.memory.buffer as ArrayBuffer);
  const [a, b] = views, first = a.pointer / itemsize, second = b.pointer / itemsize;
  let numNulls = 0;
  for (let row = 0; row < chunk.numRows; row++) {
    const rowA = first + (row * a.rowStride) / itemsize, rowB = second + (row * b.rowStride) / itemsize;
    for (let k = 0; k < (width ?? 1); k++) {
      const value = elements[rowA + (k * a.elementStride) / itemsize]!;
      const other = elements[rowB + (k * b.elementStride) / itemsize]!;
      if (value === other || (value !== value && other !== other)) collector.add(value);
      else numNulls++;
    }
  }
  collector.addNulls(numNulls);
}
