/**
 * Writes Arrow files and streams of messages as they were read: dictionaries and record batches of any type, their
 * bodies in pieces. Every body starts on a multiple of 64 bytes.
 *
 * Source: Arrow columnar format, "Encapsulated message format", "IPC Streaming Format", "IPC File Format".
 *
 * @module
 */
import { alignUp } from "../../dtype/mod.ts";
import type { SchemaTree } from "../../schema/arrow_tree.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { encodeTreeFooter, encodeTreeMessage, type WrittenBlock } from "./encode_metadata.ts";
import { GATHERED_BYTES, GatheringWriter } from "./gathering_writer.ts";

const PREFIX_BYTES = 8;
const MAGIC = new TextEncoder().encode("ARROW1");

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
  readonly #writer: GatheringWriter;
  readonly #isFile: boolean;
  readonly #schema: WrittenSchema;
  readonly #blocks: WrittenBlock[] = [];
  readonly #dictionaries: WrittenBlock[] = [];

  constructor(output: ByteOutput, isFile: boolean, schema: WrittenSchema) {
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#isFile = isFile;
    this.#schema = schema;
    if (isFile) {
      this.#writer.write(MAGIC);
      this.#writer.pad(8 - MAGIC.byteLength);
    }
    this.#writeMessage(encodeTreeMessage(schema.tree, schema.version));
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  /** Begins a message; its body is written next, `bodyBytes` in all. */
  begin(kind: "dictionary" | "recordBatch", metadata: Uint8Array, bodyBytes: number): void {
    const position = this.#writer.position, metadataBytes = this.#writeMessage(metadata);
    const blocks = kind === "dictionary" ? this.#dictionaries : this.#blocks;
    if (this.#isFile) blocks.push({ position, metadataBytes, bodyBytes });
  }

  writeBody(piece: Uint8Array): void {
    this.#writer.write(piece);
  }

  finish(): void {
    const end = new Uint8Array(PREFIX_BYTES);
    end.fill(0xff, 0, 4);
    this.#writer.write(end);
    if (this.#isFile) {
      const { tree, version } = this.#schema;
      const footer = encodeTreeFooter(tree, version, {
        blocks: this.#blocks,
        dictionaries: this.#dictionaries,
      });
      this.#writer.write(footer);
      const size = new Uint8Array(4);
      new DataView(size.buffer).setInt32(0, footer.byteLength, true);
      this.#writer.write(size);
      this.#writer.write(MAGIC);
    }
    this.#writer.flush();
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }

  /** prefix, metadata and padding; returns their bytes */
  #writeMessage(metadata: Uint8Array): number {
    const start = this.#writer.position, used = start + PREFIX_BYTES + metadata.byteLength;
    const numBytes = alignUp(used) - start;
    const prefix = new Uint8Array(PREFIX_BYTES), view = new DataView(prefix.buffer);
    view.setUint32(0, 0xffff_ffff, true);
    view.setInt32(4, numBytes - PREFIX_BYTES, true);
    this.#writer.write(prefix);
    this.#writer.write(metadata);
    this.#writer.pad(numBytes - PREFIX_BYTES - metadata.byteLength);
    return numBytes;
  }
}
