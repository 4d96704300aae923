/**
 * What a row of carried columns takes, by what the record batches of a file say of themselves: no column is read. A
 * buffer that is compressed has its size in its first bytes.
 *
 * @module
 */
import type { RandomAccess } from "../random_access.ts";
import { isRemote } from "../remote/mod.ts";
import { layOutBatch, type StoredLayout } from "./batch_layout.ts";
import { buffersOf } from "./carried_reads.ts";
import { bufferSize, plainBytes, type ReadBody } from "./buffer_sizes.ts";
import type { FileBatches } from "./file_batches.ts";
import type { Fail } from "./flatbuffer.ts";
import { corruption, type RecordBatchMetadata } from "./metadata.ts";
import { packedBytes } from "./packed_reads.ts";

/** Bytes of a row of a carried column, the most of any batch; null: there are no rows, or only reading tells. */
export interface ColumnAverages {
  readonly values: number | null;
  readonly stored: number | null;
}

/** Of a remote file, compressed batches whose text is asked for its size: each takes a journey. */
const MAX_REMOTE_PROBES = 8;
/** what the text of batches that were not looked at may have, as a multiple */
export const UNSEEN_MARGIN = 2;

/** The bytes of a file from the start of a body. */
export function bodyReader(access: RandomAccess, bodyPosition: number): ReadBody {
  return (position, target) => access.readInto(target, bodyPosition + position);
}

/** Averages of the columns, by the field's index, from one pass over the batches' metadata. */
export function columnAverages(
  access: RandomAccess,
  batches: FileBatches,
  fieldIndices: readonly number[],
): Map<number, ColumnAverages> {
  const { arrowFields } = batches.schema, found = new Map<number, { values: number; stored: number }>();
  const hasPacked = fieldIndices.some((index) => !arrowFields[index]!.type.isDirect);
  const isFar = isRemote(access.path);
  let numProbes = 0, isPartial = false;
  for (let index = 0;; index++) {
    const located = batches.batch(index);
    if (located === null) break;
    const { numRows, codec } = located.metadata;
    if (numRows === 0) continue;
    const isProbed = codec === null || !isFar || numProbes++ < MAX_REMOTE_PROBES;
    isPartial ||= !isProbed;
    if (!isProbed && !hasPacked) break;
    const { metadata, bodyBytes, bodyPosition } = located, read = bodyReader(access, bodyPosition);
    const fail = corruption(access.path, `record batch ${index}`);
    const layout = layOutBatch(arrowFields, metadata, { bodyBytes, fail });
    const batch = new MeasuredBatch({ metadata, layout, read, fail });
    for (const field of fieldIndices) {
      if (!isProbed && arrowFields[field]!.type.isDirect) continue;
      const bytes = batch.bytesOf(field), known = found.get(field) ?? { values: 0, stored: 0 };
      if (bytes === null) continue;
      known.values = Math.max(known.values, Math.ceil(bytes.values / numRows));
      known.stored = Math.max(known.stored, bytes.stored / numRows);
      found.set(field, known);
    }
  }
  return new Map(fieldIndices.map((field): [number, ColumnAverages] => {
    const known = found.get(field), { isDirect } = arrowFields[field]!.type;
    if (known === undefined) return [field, { values: null, stored: null }];
    const margin = isDirect && isPartial ? UNSEEN_MARGIN : 1;
    return [field, { values: margin * known.values, stored: isDirect ? null : known.stored }];
  }));
}

/** A batch that has rows, and what its buffers say of themselves. */
export class MeasuredBatch {
  readonly #metadata: RecordBatchMetadata;
  readonly #layout: StoredLayout;
  readonly #read: ReadBody;
  readonly #fail: Fail;

  /** @param read of its body, used where that is compressed */
  constructor({ metadata, layout, read, fail }: {
    readonly metadata: RecordBatchMetadata;
    readonly layout: StoredLayout;
    readonly read: ReadBody;
    readonly fail: Fail;
  }) {
    this.#metadata = metadata;
    this.#layout = layout;
    this.#read = read;
    this.#fail = fail;
  }

  /** bytes of a column's values, and of its buffers once they are decompressed; null: it is not read */
  bytesOf(field: number): { readonly values: number; readonly stored: number } | null {
    const metadata = this.#metadata, { nodes, columns, storedBytes } = this.#layout;
    const node = nodes[field] ?? null, column = columns[field] ?? null;
    if (node !== null) {
      const stored = buffersOf(node).reduce(
        (sum, firstBuffer) =>
          sum + plainBytes(metadata, this.#read, this.#fail, { firstBuffer, numBuffers: 1 }),
        0,
      );
      return { values: stored + packedBytes(node), stored };
    }
    if (column === null) return null;
    const read = metadata.codec === null ? null : this.#read;
    const { numBytes } = bufferSize(read, column.dataPosition, storedBytes[field]!.data, this.#fail);
    return { values: numBytes, stored: 0 };
  }
}
