/**
 * The frame of Arrow files and streams: encapsulated messages, each with its body on a boundary of 64 bytes, and what
 * stands before and behind them; a file's footer, whose lists of blocks are the messages that were written.
 *
 * Source: Arrow columnar format, "Encapsulated message format", "IPC Streaming Format", "IPC File Format".
 *
 * @module
 */
import { alignUp } from "../../dtype/mod.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { GatheringWriter } from "../gathering_writer.ts";
import type { FooterStart } from "./encode_metadata.ts";
import { FooterBlocks } from "./footer_blocks.ts";

/** continuation mark and size */
const PREFIX_BYTES = 8;
const MAGIC = new TextEncoder().encode("ARROW1");

/** Writes messages to an output, which it commits or aborts. Pieces are the caller's again on return. */
export class MessageWriter {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  /** null: a stream has no footer */
  readonly #blocks: FooterBlocks | null;

  /**
   * @param isFile whether a file is written, or a stream
   * @param schema the metadata of the first message
   */
  constructor(
    output: ByteOutput,
    { isFile, schema }: { readonly isFile: boolean; readonly schema: Uint8Array },
  ) {
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    if (isFile) {
      this.#writer.write(MAGIC);
      this.#writer.pad(8 - MAGIC.byteLength);
    }
    const schemaBytes = this.#message(schema);
    this.#blocks = isFile ? new FooterBlocks(output, schemaBytes) : null;
  }

  /** bytes handed to the operating system so far */
  get numBytes(): number {
    return this.#output.numBytes;
  }

  /** where the next piece will be */
  get position(): number {
    return this.#writer.position;
  }

  /** Begins a message, whose body is written next, `bodyBytes` in all. */
  begin(kind: "dictionary" | "recordBatch", metadata: Uint8Array, bodyBytes: number): void {
    const { position } = this, metadataBytes = this.#message(metadata);
    this.#blocks?.add(kind, { position, metadataBytes, bodyBytes });
  }

  /** Prefix, metadata and padding, so that the body starts on a boundary; returns their bytes. */
  #message(metadata: Uint8Array): number {
    const start = this.#writer.position;
    const numBytes = alignUp(start + PREFIX_BYTES + metadata.byteLength) - start;
    const prefix = new Uint8Array(PREFIX_BYTES), view = new DataView(prefix.buffer);
    view.setUint32(0, 0xffff_ffff, true);
    view.setInt32(4, numBytes - PREFIX_BYTES, true);
    this.#writer.write(prefix);
    this.#writer.write(metadata);
    this.#writer.pad(numBytes - PREFIX_BYTES - metadata.byteLength);
    return numBytes;
  }

  /** The next piece of a body. */
  body(piece: Uint8Array): void {
    this.#writer.write(piece);
  }

  /** Leaves out a body, whose pieces come by `bodyAt`: its last byte has to be among them. */
  skipBody(numBytes: number): void {
    this.#writer.skip(numBytes);
  }

  /** A piece of a body that was left out. */
  bodyAt(piece: Uint8Array, position: number): void {
    this.#writer.writeAt(piece, position);
  }

  /** Zeros behind a buffer of a body. */
  pad(numBytes: number): void {
    this.#writer.pad(numBytes);
  }

  /** Ends the messages, and commits the output. `footer` is asked for where a file is written. */
  finish(footer: () => FooterStart): void {
    const end = new Uint8Array(PREFIX_BYTES);
    end.fill(0xff, 0, 4);
    this.#writer.write(end);
    if (this.#blocks !== null) {
      const size = new Uint8Array(4), start = this.#writer.position;
      for (const piece of this.#blocks.footer(footer())) this.#writer.write(piece);
      new DataView(size.buffer).setInt32(0, this.#writer.position - start, true);
      this.#writer.write(size);
      this.#writer.write(MAGIC);
    }
    this.#writer.flush();
    this.#blocks?.close();
    this.#output.commit();
  }

  /** Aborts the output. */
  abort(): void {
    try {
      this.#blocks?.close();
    } finally {
      this.#output.abort();
    }
  }
}
