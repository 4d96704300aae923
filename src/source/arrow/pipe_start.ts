/**
 * How a stream through a pipe begins: what is read of it before memory is planned, and what that tells of the rest.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { MemoryError } from "../../errors.ts";
import type { CarriedFacts } from "../read_schema.ts";
import type { ArrowField } from "./arrow_type.ts";
import type { StoredLayout, StoredNode } from "./batch_layout.ts";
import { readsOf } from "./buffer_sizes.ts";
import { MeasuredBatch, UNSEEN_MARGIN } from "./column_averages.ts";
import type { Fail } from "./flatbuffer.ts";
import type { ArrowMessage, DictionaryMetadata, RecordBatchMetadata } from "./metadata.ts";
import type { StreamReader } from "./stream_reader.ts";

/** dictionaries in front of the first batch are held until the run begins: at most so much */
const MAX_FIRST_DICTIONARIES = 256 * 1024 * 1024;
/** the body of the first batch is held too, where only that tells how much text there is: at most so much */
const MAX_FIRST_BODY = 64 * 1024 * 1024;
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
  const text = countText(numBytes);
  return new MemoryError("MEM003", `${part} of ${path} takes ${text} bytes, more than was planned for`, {
    notes: ["a pipe is read once: what a later batch refers to must be held"],
    help: "write the stream to a file and give its path",
  });
}

/** The refusal of a batch that has more than was planned for (MEM003). */
export function batchTooLarge(
  index: number,
  { path, numRows, needed, help, chunkRows, capacity, compressedRows }: {
    readonly path: string;
    readonly numRows: number;
    readonly needed: number;
    /** what to do beside writing a file; null: nothing */
    readonly help: string | null;
    readonly chunkRows: number;
    readonly capacity: number;
    readonly compressedRows: number;
  },
): MemoryError {
  return new MemoryError(
    "MEM003",
    `record batch ${index} of ${path} has ${countText(numRows)} rows, more than was planned for`,
    {
      notes: [
        `its columns take ${countText(needed)} bytes; chunks have ${countText(chunkRows)} rows, and ` +
        `${countText(capacity)} bytes are set aside for larger batches` +
        (compressedRows > 0 ? `, and ${countText(compressedRows)} rows for compressed ones` : ""),
        "a pipe is read once, and a batch stores column after column: all of it must be held",
      ],
      help: `${help === null ? "" : `${help}; or `}write the stream to a file and give its path`,
    },
  );
}

/** The first batch, as far as it was read before memory is planned. */
export interface FirstBatch {
  readonly metadata: RecordBatchMetadata;
  readonly bodyBytes: number;
  /** of a compressed batch: what its buffers say of themselves; null: it was not read */
  readonly body: Uint8Array | null;
}

/**
 * The first batch, of which the body is read too where only that tells how much text there is: it is compressed, and
 * has columns whose values are of variable length.
 */
export function readFirstBatch(
  stream: StreamReader,
  pending: ArrowMessage | null,
  arrowFields: readonly ArrowField[],
): FirstBatch | null {
  if (pending?.kind !== "recordBatch") return null;
  const { batch: metadata, bodyBytes } = pending;
  const isAsked = metadata.codec !== null && bodyBytes <= MAX_FIRST_BODY &&
    arrowFields.some(({ type }) => !type.isDirect || type.bitWidth === null);
  const body = isAsked ? stream.peekSync(bodyBytes, "the body of record batch 0") : null;
  return { metadata, bodyBytes, body };
}

/** What the first batch tells of carried columns. */
export function firstBatchFacts(
  arrowFields: readonly ArrowField[],
  first: { readonly batch: FirstBatch; readonly layout: StoredLayout } | null,
  fail: Fail,
): CarriedFacts {
  if (first === null || first.layout.numRows === 0) {
    return {
      averageBytes: () => null,
      storedBytes: (fieldIndex) => arrowFields[fieldIndex]!.type.isDirect ? null : GUESSED_VALUE_BYTES,
    };
  }
  const { batch: { metadata, body }, layout } = first, { numRows } = layout;
  const isCompressed = metadata.codec !== null, isKnown = !isCompressed || body !== null;
  const measured = new MeasuredBatch({ metadata, layout, read: readsOf(body ?? new Uint8Array()), fail });
  // a batch that is compressed has to fit into memory that was set aside for such
  const margin = isCompressed ? UNSEEN_MARGIN : 1;
  return {
    averageBytes: (fieldIndex) =>
      isKnown ? margin * Math.ceil((measured.bytesOf(fieldIndex)?.values ?? 0) / numRows) : null,
    storedBytes: (fieldIndex) => {
      const field = arrowFields[fieldIndex]!, node = layout.nodes[fieldIndex] ?? null;
      if (field.type.isDirect) return null;
      if (node === null) return GUESSED_VALUE_BYTES;
      const known = isKnown ? margin * measured.bytesOf(fieldIndex)!.stored : 0;
      // of a compressed batch the first one's values may be short, or lists empty, where those that follow are not
      return (isCompressed ? Math.max(known, guessedBytes(field, node)) : known) / numRows;
    },
  };
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
