/**
 * Writes Arrow files and streams of messages as they were read: dictionaries and record batches of any type, their
 * bodies in pieces.
 *
 * @module
 */
import type { SchemaTree } from "../../schema/arrow_tree.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { encodeTreeFooter, encodeTreeMessage } from "./encode_metadata.ts";
import { FooterBlocks } from "./footer_blocks.ts";
import { MessageWriter } from "./message_writer.ts";

/** What is written of the table as a whole. */
export interface WrittenSchema {
  readonly tree: SchemaTree;
  /** of the metadata: that of the messages */
  readonly version: number;
}

/** Writes one table. */
export class MessageSink {
  readonly #output: ByteOutput;
  readonly #writer: MessageWriter;
  /** null: a stream has no footer */
  readonly #blocks: FooterBlocks | null;
  readonly #schema: WrittenSchema;

  constructor(output: ByteOutput, isFile: boolean, schema: WrittenSchema) {
    this.#output = output;
    this.#writer = new MessageWriter(output, isFile);
    this.#schema = schema;
    const schemaBytes = this.#writer.message(encodeTreeMessage(schema.tree, schema.version));
    this.#blocks = isFile ? new FooterBlocks(output, schemaBytes) : null;
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  /** Begins a message; its body is written next, `bodyBytes` in all. */
  begin(kind: "dictionary" | "recordBatch", metadata: Uint8Array, bodyBytes: number): void {
    const position = this.#writer.position, metadataBytes = this.#writer.message(metadata);
    this.#blocks?.add(kind, { position, metadataBytes, bodyBytes });
  }

  writeBody(piece: Uint8Array): void {
    this.#writer.body(piece);
  }

  finish(): void {
    const { tree, version } = this.#schema;
    this.#writer.end(() => this.#blocks!.footer(encodeTreeFooter(tree, version)));
    this.#blocks?.close();
    this.#output.commit();
  }

  abort(): void {
    try {
      this.#blocks?.close();
    } finally {
      this.#output.abort();
    }
  }
}
