/**
 * A worker's half of reading Arrow: it performs the reads that a ticket lists, with a file handle of its own,
 * straight into the slot, and applies the null policy there. Columns are views on the bytes that were read.
 *
 * @module
 */
import type { CarriedView } from "../../schema/mod.ts";
import type { RandomAccess } from "../random_access.ts";
import { openAccess } from "../remote/mod.ts";
import { carriedViews, columnViews, type PlacedColumns } from "../slot_columns.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot } from "../source.ts";
import { applyFixups } from "./fixups.ts";
import type { Fixup } from "./read_plan.ts";

/** What a worker needs to decode the chunks of one Arrow source: plain data. */
export interface ArrowDecoderOptions {
  readonly format: "arrow";
  /** for messages */
  readonly path: string;
  /** whether tickets list reads of the file; a pipe's bytes are in the slot when its ticket is made */
  readonly readsFile: boolean;
}

/** The payload of an Arrow ticket: plain data. */
export interface ArrowPayload {
  readonly batch: number;
  readonly firstRow: number;
  /** (position in the file, bytes, slot offset) of each read */
  readonly reads: Float64Array;
  readonly fixups: readonly Fixup[];
  readonly columns: readonly PlacedColumns[];
  /** in the slot already; counted from its start */
  readonly carried: readonly CarriedView[];
  /** bytes that were moved already: rows of a pipe's batch that has more rows than a chunk */
  readonly copiedBytes: number;
}

class ArrowDecoder implements Decoder {
  readonly #path: string;
  readonly #access: RandomAccess | null;

  constructor(path: string, access: RandomAccess | null) {
    this.#path = path;
    this.#access = access;
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { batch, firstRow, reads, fixups, columns, carried, copiedBytes } = ticket.payload as ArrowPayload;
    for (let i = 0; i < reads.length; i += 3) {
      const position = reads[i]!, numBytes = reads[i + 1]!, slotOffset = reads[i + 2]!;
      const view = new Uint8Array(slot.memory.buffer, slot.byteOffset + slotOffset, numBytes);
      this.#access!.readInto(view, position);
    }
    applyFixups(fixups, slot, { path: this.#path, batch, firstRow });
    return {
      numRows: ticket.numRows,
      columns: columnViews(columns, slot),
      carried: carriedViews(carried, slot),
      copiedBytes,
    };
  }

  close(): void {
    this.#access?.close();
  }
}

/**
 * Opens a decoder for an Arrow source.
 *
 * @param options as the source's `decoderOptions()` gives them
 * @param open another way to the bytes, for tests
 * @throws FormatError FMT001
 */
export function openArrowDecoder(
  options: unknown,
  open: (path: string) => RandomAccess = openAccess,
): Decoder {
  const { path, readsFile } = options as ArrowDecoderOptions;
  return new ArrowDecoder(path, readsFile ? open(path) : null);
}
