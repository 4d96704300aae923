/**
 * How a stream through a pipe begins: what is read of it before memory is planned, and what that tells of the rest.
 *
 * @module
 */
import { MemoryError } from "../../errors.ts";
import type { CarriedFacts } from "../read_schema.ts";
import type { ArrowField } from "./arrow_type.ts";
import type { StoredLayout, StoredNode } from "./batch_layout.ts";
import { buffersOf } from "./carried_reads.ts";
import type { ArrowMessage, DictionaryMetadata } from "./metadata.ts";
import { packedBytes } from "./packed_reads.ts";
import type { StreamReader } from "./stream_reader.ts";

/** dictionaries in front of the first batch are held until the run begins: at most so much */
const MAX_FIRST_DICTIONARIES = 256 * 1024 * 1024;
/** what a value of variable length is taken to be where nothing tells */
const GUESSED_VALUE_BYTES = 64;
/** a view, or two offsets */
const REFERENCE_BYTES = 16;

/** A dictionary that was read before the first batch. */
export interface FirstDictionary {
  readonly metadata: DictionaryMetadata;
  readonly body: Uint8Array;
}

/**
 * Reads what stands before the first batch, and that batch's metadata.
 *
 * @throws MemoryError MEM003 more than is held before memory is planned
 */
export function readFirstDictionaries(
  stream: StreamReader,
): { readonly dictionaries: readonly FirstDictionary[]; readonly pending: ArrowMessage | null } {
  const dictionaries: FirstDictionary[] = [];
  for (let room = MAX_FIRST_DICTIONARIES;;) {
    const pending = stream.messageSync("the metadata of record batch 0");
    if (pending?.kind !== "dictionary") return { dictionaries, pending };
    const { bodyBytes, dictionary: metadata } = pending, part = `dictionary batch ${dictionaries.length}`;
    room -= bodyBytes;
    if (room < 0) throw dictionaryTooLarge(stream.path, part, bodyBytes);
    dictionaries.push({ metadata, body: stream.bodySync(bodyBytes, part) });
  }
}

/** The refusal of a dictionary that was not planned for (MEM003). */
export function dictionaryTooLarge(path: string, part: string, numBytes: number): MemoryError {
  const text = numBytes.toLocaleString("en-US");
  return new MemoryError("MEM003", `${part} of ${path} takes ${text} bytes, more than was planned for`, {
    notes: ["a pipe is read once: what a later batch refers to must be held"],
    help: "write the stream to a file and give its path",
  });
}

/** The refusal of a batch that has more than was planned for (MEM003). */
export function batchTooLarge(
  index: number,
  { path, numRows, needed, chunkRows, capacity, compressedRows }: {
    readonly path: string;
    readonly numRows: number;
    readonly needed: number;
    readonly chunkRows: number;
    readonly capacity: number;
    readonly compressedRows: number;
  },
): MemoryError {
  const format = (value: number) => value.toLocaleString("en-US");
  return new MemoryError(
    "MEM003",
    `record batch ${index} of ${path} has ${format(numRows)} rows, more than was planned for`,
    {
      notes: [
        `its columns take ${format(needed)} bytes; chunks have ${format(chunkRows)} rows, and ` +
        `${format(capacity)} bytes are set aside for larger batches` +
        (compressedRows > 0 ? `, and ${format(compressedRows)} rows for compressed ones` : ""),
        "a pipe is read once, and a batch stores column after column: all of it must be held",
      ],
      help: `write the stream to a file and give its path, or run with --chunk-rows ${numRows}`,
    },
  );
}

/** What the first batch tells of carried columns. */
export function firstBatchFacts(
  arrowFields: readonly ArrowField[],
  first: StoredLayout | null,
  isCompressed: boolean,
): CarriedFacts {
  return {
    averageBytes: (fieldIndex) => {
      if (first === null || isCompressed || first.numRows === 0) return null;
      const node = first.nodes[fieldIndex] ?? null;
      const numBytes = node === null
        ? first.columns[fieldIndex]?.dataBytes ?? 0
        : packedBytes(node) + bytesOf(node, first.buffers);
      return Math.ceil(numBytes / first.numRows);
    },
    storedBytes: (fieldIndex) => {
      const field = arrowFields[fieldIndex]!, node = first?.nodes[fieldIndex] ?? null;
      if (field.type.isDirect) return null;
      if (node === null || first!.numRows === 0) return GUESSED_VALUE_BYTES;
      const bytes = isCompressed ? guessedBytes(field, node) : bytesOf(node, first!.buffers);
      return bytes / first!.numRows;
    },
  };
}

/** bytes of a column's buffers in a body that is not compressed */
function bytesOf(node: StoredNode, buffers: Float64Array): number {
  return buffersOf(node).reduce((sum, index) => sum + buffers[2 * index + 1]!, 0);
}

/** bytes of a column's buffers, where only those of a fixed width are known */
function guessedBytes({ type }: ArrowField, { numItems, children }: StoredNode): number {
  const valueBytes = type.bitWidth === null
    ? GUESSED_VALUE_BYTES + REFERENCE_BYTES
    : Math.ceil(type.bitWidth / 8) + 1;
  return children.reduce(
    (sum, child, i) => sum + guessedBytes(type.children[i]!, child),
    numItems * valueBytes,
  );
}
