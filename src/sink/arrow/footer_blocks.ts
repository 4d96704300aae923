/**
 * Footers of Arrow files, whose lists of blocks are as long as there are record batches: until the end they are
 * numbers, a few in memory and the rest on the disk, and they are written behind the rest of the footer.
 *
 * Source: File.fbs of the Arrow format: struct Block { offset: long; metaDataLength: int; bodyLength: long; }; the
 * layout of tables and vectors is that of FlatBuffers.
 *
 * @module
 */
import { ARROW_METADATA_BYTES } from "../../schema/footer_limits.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { FooterSpool } from "../footer_spool.ts";
import type { FooterStart } from "./encode_metadata.ts";

/** the struct, padded */
const BLOCK_BYTES = 24;
/** of each list, 2,048 blocks */
const HELD_BYTES = 2048 * BLOCK_BYTES;

/** what a footer takes at most beyond its schema and its blocks */
const FRAME_BYTES = 1024;

/** Memory for the blocks of a file, however many there are. */
export const FOOTER_BLOCKS_BYTES: number = 2 * HELD_BYTES;

/** A record batch's place in the file. */
export interface WrittenBlock {
  readonly position: number;
  /** of the message's prefix, metadata and padding */
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

/** The blocks of one file. */
export class FooterBlocks {
  readonly #batches: FooterSpool;
  readonly #dictionaries: FooterSpool;
  readonly #block = new DataView(new ArrayBuffer(BLOCK_BYTES));

  /**
   * @param output whose disk is used
   * @param schemaBytes of the message with the schema, which stands in the footer too
   */
  constructor(output: ByteOutput, schemaBytes: number) {
    const maxBytes = ARROW_METADATA_BYTES - FRAME_BYTES - schemaBytes;
    const options = { heldBytes: HELD_BYTES, format: "Arrow" }, asStream = "a stream: -o FILE.arrows";
    this.#dictionaries = new FooterSpool(output, {
      ...options,
      what: "dictionaries",
      maxBytes: () => maxBytes - this.#batches.numBytes,
      help: `write ${asStream}`,
    });
    this.#batches = new FooterSpool(output, {
      ...options,
      what: "record batches",
      maxBytes: () => maxBytes - this.#dictionaries.numBytes,
      help: `write larger record batches (--batch-rows), or ${asStream}`,
    });
  }

  /** @throws OutputError OUT001 the disk has no room, OUT003 there are too many */
  add(kind: "dictionary" | "recordBatch", { position, metadataBytes, bodyBytes }: WrittenBlock): void {
    this.#block.setBigInt64(0, BigInt(position), true);
    this.#block.setInt32(8, metadataBytes, true);
    this.#block.setBigInt64(16, BigInt(bodyBytes), true);
    const blocks = kind === "dictionary" ? this.#dictionaries : this.#batches;
    blocks.add(new Uint8Array(this.#block.buffer));
  }

  /**
   * The footer in pieces that are good until the next is asked for.
   *
   * @param start the footer without blocks: the lists, empty, are its end
   */
  *footer({ bytes, batchesField }: FooterStart): Iterable<Uint8Array> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), end = bytes.byteLength;
    const dictionaries = this.#dictionaries.numBytes, batches = this.#batches.numBytes;
    // dictionaries: their number, 4 bytes from a boundary of 8; padding; and so the record batches
    view.setUint32(end - 12, dictionaries / BLOCK_BYTES, true);
    view.setUint32(end - 4, batches / BLOCK_BYTES, true);
    // an offset counts from where it stands, and the record batches are now farther away
    view.setUint32(batchesField, view.getUint32(batchesField, true) + dictionaries, true);
    yield bytes.subarray(0, end - 8);
    yield* this.#dictionaries.pieces();
    yield bytes.subarray(end - 8);
    yield* this.#batches.pieces();
  }

  /** May be called more than once. */
  close(): void {
    this.#batches.close();
    this.#dictionaries.close();
  }
}
