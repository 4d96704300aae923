/**
 * Writes Arrow files and streams of messages as they were read: dictionaries and record batches of any type, their
 * bodies in pieces.
 *
 * @module
 */
import type { SchemaTree } from "../../schema/arrow_tree.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { encodeTreeFooter, encodeTreeMessage } from "./encode_metadata.ts";
import { MessageWriter } from "./message_writer.ts";

/** What is written of the table as a whole. */
export interface WrittenSchema {
  readonly tree: SchemaTree;
  /** of the metadata: that of the messages */
  readonly version: number;
}

/** Writes one table. */
export class MessageSink {
  readonly #writer: MessageWriter;
  readonly #schema: WrittenSchema;

  constructor(output: ByteOutput, isFile: boolean, schema: WrittenSchema) {
    this.#schema = schema;
    this.#writer = new MessageWriter(output, {
      isFile,
      schema: encodeTreeMessage(schema.tree, schema.version),
    });
  }

  get numBytes(): number {
    return this.#writer.numBytes;
  }

  /** Begins a message; its body is written next, `bodyBytes` in all. */
  begin(kind: "dictionary" | "recordBatch", metadata: Uint8Array, bodyBytes: number): void {
    this.#writer.begin(kind, metadata, bodyBytes);
  }

  writeBody(piece: Uint8Array): void {
    this.#writer.body(piece);
  }

  finish(): void {
    const { tree, version } = this.#schema;
    this.#writer.finish(() => encodeTreeFooter(tree, version));
  }

  abort(): void {
    this.#writer.abort();
  }
}
