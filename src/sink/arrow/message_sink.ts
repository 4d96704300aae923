/**
 * Writes Arrow files and streams of messages as they were read: dictionaries and record batches of any type, their
 * bodies in pieces.
 *
 * @module
 */
import type { SchemaTree } from "../../schema/arrow_tree.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { GATHERED_BYTES } from "../gathering_writer.ts";
import { encodeTreeFooter, encodeTreeMessage, type WrittenBlock } from "./encode_metadata.ts";
import { MessageWriter } from "./message_writer.ts";

/** Memory that a sink of messages holds. */
export const MESSAGE_SINK_BYTES: number = GATHERED_BYTES + 256 * 1024;

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
  readonly #isFile: boolean;
  readonly #schema: WrittenSchema;
  readonly #blocks: WrittenBlock[] = [];
  readonly #dictionaries: WrittenBlock[] = [];

  constructor(output: ByteOutput, isFile: boolean, schema: WrittenSchema) {
    this.#output = output;
    this.#writer = new MessageWriter(output, isFile);
    this.#isFile = isFile;
    this.#schema = schema;
    this.#writer.message(encodeTreeMessage(schema.tree, schema.version));
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  /** Begins a message; its body is written next, `bodyBytes` in all. */
  begin(kind: "dictionary" | "recordBatch", metadata: Uint8Array, bodyBytes: number): void {
    const position = this.#writer.position, metadataBytes = this.#writer.message(metadata);
    const blocks = kind === "dictionary" ? this.#dictionaries : this.#blocks;
    if (this.#isFile) blocks.push({ position, metadataBytes, bodyBytes });
  }

  writeBody(piece: Uint8Array): void {
    this.#writer.body(piece);
  }

  finish(): void {
    const { tree, version } = this.#schema, blocks = this.#blocks, dictionaries = this.#dictionaries;
    this.#writer.end(() => encodeTreeFooter(tree, version, { blocks, dictionaries }));
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }
}
