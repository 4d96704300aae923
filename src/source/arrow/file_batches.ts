/**
 * The record batches of a file: listed by the footer (Arrow file), or found one after the other (Arrow stream in
 * a file, passing over bodies). Only metadata is read here.
 *
 * Source: Arrow columnar format, "IPC File Format", "IPC Streaming Format", "Encapsulated message format".
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import { ARROW_METADATA_BYTES } from "../../schema/footer_limits.ts";
import { LastFooter } from "../last_footer.ts";
import type { RandomAccess } from "../random_access.ts";
import { endsTooEarly } from "../random_access.ts";
import type { Block, Blocks } from "./blocks.ts";
import { isMagic } from "./detect.ts";
import {
  type ArrowMessage,
  type ArrowSchema,
  corruption,
  decodeFooter,
  decodeMessage,
  decodePrefix,
  type DictionaryMetadata,
  FILE_HEADER_BYTES,
  FILE_TRAILER_BYTES,
  metadataTooLarge,
  type RecordBatchMetadata,
  unsupported,
} from "./metadata.ts";

/** A record batch in a file. */
export interface LocatedBatch {
  readonly metadata: RecordBatchMetadata;
  /** the metadata as it stands in the file */
  readonly flatbuffer: Uint8Array;
  /** where its body starts in the file */
  readonly bodyPosition: number;
  readonly bodyBytes: number;
  /** bytes of the file that it takes, metadata included */
  readonly numBytes: number;
}

/** A dictionary in a file. */
export interface LocatedDictionary {
  readonly metadata: DictionaryMetadata;
  /** the metadata as it stands in the file */
  readonly flatbuffer: Uint8Array;
  readonly bodyPosition: number;
  readonly bodyBytes: number;
  /** it holds from this record batch on */
  readonly firstBatch: number;
}

/** The record batches of a file, in order. */
export interface FileBatches {
  readonly format: "arrow-file" | "arrow-stream";
  readonly schema: ArrowSchema;
  /** memory for where each batch is, as far as is known */
  readonly residentBytes: number;
  /** bytes of metadata read so far */
  readonly metadataBytes: number;
  /** batch `index`, or null when there are no more */
  batch(index: number): LocatedBatch | null;
  /** dictionary `index`, or null when there are no more; of a stream those before the batches that were asked for */
  dictionary(index: number): LocatedDictionary | null;
}

function batchPart(index: number): string {
  return `the metadata of record batch ${index}`;
}

function dictionaryPart(index: number): string {
  return `the metadata of dictionary batch ${index}`;
}

/** Of many columns, not of many record batches: their places are soon decoded, and would be held in bytes too. */
const lastFooter = new LastFooter(
  decodeFooter,
  ({ schema: { arrowFields }, blocks, dictionaries }) =>
    arrowFields.length > blocks.length + dictionaries.length,
);

/** Record batches by the footer. */
export class FooterBatches implements FileBatches {
  readonly format = "arrow-file";
  readonly schema: ArrowSchema;
  readonly blocks: Blocks;
  /** batches of dictionaries, in the order in which they apply */
  readonly dictionaries: Blocks;
  metadataBytes: number;
  readonly #access: RandomAccess;

  /** Reads the trailer and the footer. The magic at the head has been read already. */
  constructor(access: RandomAccess, headBytes: number) {
    const { path, size } = access;
    const unfinished = (why: string) =>
      new FormatError("FMT003", `${path} is truncated: ${why}`, {
        notes: [
          `an Arrow file ends with its footer and "ARROW1"; this one has ${countText(size)} bytes`,
        ],
        help: "write or copy the file again; it may still have been in writing",
      });
    if (size < FILE_HEADER_BYTES + FILE_TRAILER_BYTES) throw unfinished("it is too short for an Arrow file");
    const trailer = new Uint8Array(FILE_TRAILER_BYTES);
    access.readInto(trailer, size - FILE_TRAILER_BYTES);
    if (!isMagic(trailer.subarray(4))) throw unfinished("its footer is missing");
    const footerBytes = new DataView(trailer.buffer).getInt32(0, true);
    const footerPosition = size - FILE_TRAILER_BYTES - footerBytes;
    if (footerBytes <= 0 || footerPosition < FILE_HEADER_BYTES) {
      corruption(path, "the footer")(`it is said to take ${footerBytes} of the file's ${size} bytes`);
    }
    if (footerBytes > ARROW_METADATA_BYTES) throw metadataTooLarge(path, footerBytes);
    const bytes = new Uint8Array(footerBytes);
    access.readInto(bytes, footerPosition);
    this.#access = access;
    this.metadataBytes = headBytes + FILE_TRAILER_BYTES + footerBytes;
    ({ schema: this.schema, blocks: this.blocks, dictionaries: this.dictionaries } = lastFooter.decode(
      bytes,
      path,
      footerPosition,
    ));
  }

  get residentBytes(): number {
    return this.blocks.residentBytes + this.dictionaries.residentBytes;
  }

  batch(index: number): LocatedBatch | null {
    const block = this.blocks.at(index);
    if (block === null) return null;
    const message = this.#message(block, batchPart(index));
    if (message.kind !== "recordBatch") {
      return corruption(this.#access.path, batchPart(index))(
        `the footer points at a ${message.kind} message`,
      );
    }
    return {
      metadata: message.batch,
      flatbuffer: message.flatbuffer,
      bodyPosition: block.position + block.metadataBytes,
      bodyBytes: block.bodyBytes,
      numBytes: block.metadataBytes + block.bodyBytes,
    };
  }

  dictionary(index: number): LocatedDictionary | null {
    const block = this.dictionaries.at(index);
    if (block === null) return null;
    const part = dictionaryPart(index), message = this.#message(block, part);
    if (message.kind !== "dictionary") {
      return corruption(this.#access.path, part)(`the footer points at a ${message.kind} message`);
    }
    const bodyPosition = block.position + block.metadataBytes, { bodyBytes } = block;
    const { dictionary: metadata, flatbuffer } = message;
    return { metadata, flatbuffer, bodyPosition, bodyBytes, firstBatch: 0 };
  }

  #message(block: Block, part: string): ArrowMessage {
    const { path } = this.#access, fail = corruption(path, part);
    const bytes = new Uint8Array(block.metadataBytes);
    this.#access.readInto(bytes, block.position);
    this.metadataBytes += bytes.byteLength;
    const { prefixBytes, metadataBytes } = decodePrefix(bytes, path, part);
    if (prefixBytes + metadataBytes !== bytes.byteLength) {
      fail(
        `it is said to take ${metadataBytes} bytes where the footer says ${bytes.byteLength - prefixBytes}`,
      );
    }
    const message = decodeMessage(bytes.subarray(prefixBytes, prefixBytes + metadataBytes), path, part);
    if (message.bodyBytes !== block.bodyBytes) {
      fail(`its body is said to take ${message.bodyBytes} bytes where the footer says ${block.bodyBytes}`);
    }
    return message;
  }
}

/** a position in a growing array, of which an old copy may be there still */
const FOUND_BYTES = 24;

/** Record batches of a stream in a file: found by going from message to message. */
export class StreamBatches implements FileBatches {
  readonly format = "arrow-stream";
  readonly schema: ArrowSchema;
  metadataBytes: number;
  readonly #access: RandomAccess;
  /** where each record batch that was found starts, and where the search goes on */
  readonly #found: number[] = [];
  /** the same for dictionaries, and the record batch that follows */
  readonly #dictionaries: { readonly position: number; readonly firstBatch: number }[] = [];
  #next: number;
  /** the batch that the search came to last: it is asked for next */
  #last: { readonly index: number; readonly batch: LocatedBatch } | null = null;

  /** Reads the schema message. */
  constructor(access: RandomAccess, headBytes: number) {
    this.#access = access;
    this.metadataBytes = headBytes;
    ({ schema: this.schema, end: this.#next } = this.#schemaMessage());
  }

  get residentBytes(): number {
    return FOUND_BYTES * (this.#found.length + this.#dictionaries.length);
  }

  batch(index: number): LocatedBatch | null {
    if (this.#last?.index === index) return this.#last.batch;
    if (index < this.#found.length) return this.#locate(this.#found[index]!, index)?.batch ?? null;
    while (this.#found.length <= index) {
      const located = this.#locate(this.#next, this.#found.length);
      if (located === null) return null;
      this.#next = located.end;
      if (located.batch === null) {
        this.#dictionaries.push({ position: located.position, firstBatch: this.#found.length });
        continue;
      }
      this.#last = { index: this.#found.push(located.position) - 1, batch: located.batch };
    }
    return this.#last!.batch;
  }

  dictionary(index: number): LocatedDictionary | null {
    const found = this.#dictionaries[index];
    if (found === undefined) return null;
    const part = dictionaryPart(index), read = this.#message(found.position, part);
    if (read?.message.kind !== "dictionary") return corruption(this.#access.path, part)("it is none");
    const { message: { dictionary: metadata, flatbuffer, bodyBytes }, bodyPosition } = read;
    return { metadata, flatbuffer, bodyPosition, bodyBytes, firstBatch: found.firstBatch };
  }

  #schemaMessage(): { readonly schema: ArrowSchema; readonly end: number } {
    const part = "the schema message", first = this.#message(0, part);
    if (first?.message.kind === "schema") return { schema: first.message.schema, end: first.end };
    return corruption(this.#access.path, part)("the stream does not begin with a schema");
  }

  /** the message at `position`, with its batch if it is one; null at the end */
  #locate(position: number, index: number) {
    const part = batchPart(index);
    const read = this.#message(position, part);
    if (read === null) return null;
    const { message, bodyPosition, end } = read;
    if (message.kind === "schema") corruption(this.#access.path, part)("a second schema in one stream");
    const batch = message.kind !== "recordBatch" ? null : {
      metadata: message.batch,
      flatbuffer: message.flatbuffer,
      bodyPosition,
      bodyBytes: message.bodyBytes,
      numBytes: end - position,
    };
    return { position, batch, end };
  }

  /** the message at `position`; null at the end of the stream */
  #message(position: number, part: string) {
    const { path, size } = this.#access;
    const rest = size - position;
    // "by writing 8 bytes ... or closing the stream interface"
    if (rest === 0) return null;
    const prefix = new Uint8Array(Math.min(8, rest));
    this.#access.readInto(prefix, position);
    // the end mark of the framing from before Arrow 0.15 is 4 zeros
    const isLegacyEnd = rest >= 4 && prefix.subarray(0, 4).every((byte) => byte === 0);
    if (rest < 8 && !isLegacyEnd) throw endsTooEarly(path, position, 8, rest);
    this.metadataBytes += prefix.byteLength;
    const { prefixBytes, metadataBytes } = decodePrefix(prefix, path, part);
    const metadataPosition = position + prefixBytes;
    if (metadataBytes === 0) {
      this.#checkNothingFollows(metadataPosition);
      return null;
    }
    if (metadataPosition + metadataBytes > size) {
      throw endsTooEarly(path, metadataPosition, metadataBytes, size - metadataPosition);
    }
    const bytes = new Uint8Array(metadataBytes);
    this.#access.readInto(bytes, metadataPosition);
    this.metadataBytes += metadataBytes;
    const message = decodeMessage(bytes, path, part);
    const bodyPosition = metadataPosition + metadataBytes, end = bodyPosition + message.bodyBytes;
    if (end > size) throw endsTooEarly(path, bodyPosition, message.bodyBytes, size - bodyPosition);
    return { message, bodyPosition, end };
  }

  /** rows behind the end mark would be lost without a word */
  #checkNothingFollows(position: number): void {
    const { path, size } = this.#access;
    if (position === size) return;
    throw followsEnd(path, size - position);
  }
}

/**
 * The refusal of bytes behind the end mark of a stream (FMT005).
 *
 * @param numBytes absent: they are not read
 */
export function followsEnd(path: string, numBytes?: number): FormatError {
  return unsupported(
    path,
    `${numBytes === undefined ? "" : `${countText(numBytes)} `}bytes follow the end of the stream`,
    "streams cannot be joined with cat: give each as an input of its own, or join them with pyarrow",
  );
}
