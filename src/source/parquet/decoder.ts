/** A worker's half of reading Parquet: the columns are in the slot when the ticket is made. @module */
import type { PlacedColumns } from "../arrow/read_plan.ts";
import type { ChunkTicket, DecodedChunk, Decoder, Slot } from "../source.ts";

/** What a worker needs to decode the chunks of a Parquet source: plain data. */
export interface ParquetDecoderOptions {
  readonly format: "parquet";
}

/** The payload of a Parquet ticket: plain data. */
export interface ParquetPayload {
  /** one a binding, counted from the slot's start */
  readonly columns: readonly PlacedColumns[];
}

/** Opens a decoder for a Parquet source. */
export function openParquetDecoder(): Decoder {
  return {
    decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
      const { columns } = ticket.payload as ParquetPayload;
      return {
        numRows: ticket.numRows,
        columns: columns.map(({ offset, rowStride, elementStride }) => ({
          pointer: slot.byteOffset + offset,
          rowStride,
          elementStride,
        })),
        copiedBytes: 0,
      };
    },
    close() {},
  };
}
