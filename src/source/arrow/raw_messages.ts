/**
 * Arrow as messages: what a table that is copied as it is consists of. Dictionaries and record batches come in an
 * order in which each dictionary stands before what needs it: of a stream the order in it, of a file all
 * dictionaries first. Bodies are read in pieces of the caller's size.
 *
 * @module
 */
import {
  type ByteStream,
  endsTooEarly,
  FileAccess,
  PipeStream,
  type RandomAccess,
} from "../random_access.ts";
import { isRemote, RemoteFile } from "../remote/mod.ts";
import { layOutBatch } from "./batch_layout.ts";
import { detectFraming, HEAD_BYTES } from "./detect.ts";
import { followsEnd, FooterBatches } from "./file_batches.ts";
import {
  type ArrowMessage,
  type ArrowSchema,
  type Block,
  corruption,
  decodeMessage,
  decodePrefix,
  FILE_HEADER_BYTES,
  type RecordBatchMetadata,
} from "./metadata.ts";
import { schemaAtEnd } from "./stream_reader.ts";

/** A dictionary or a record batch. Its body is what `readBody` reads next. */
export interface RawMessage {
  /** the id that a dictionary is for; null: a record batch */
  readonly dictionary: { readonly id: number; readonly isDelta: boolean } | null;
  readonly batch: RecordBatchMetadata;
  /** the flatbuffer, as it stands in the file */
  readonly metadata: Uint8Array;
  readonly bodyBytes: number;
  /** for messages: "record batch 3" */
  readonly part: string;
}

/** An opened input. */
export interface RawMessages {
  readonly path: string;
  readonly schema: ArrowSchema;
  /** of the file; null for a pipe */
  readonly numBytes: number | null;
  /** bytes of the largest body, where the footer says; else null */
  readonly largestBody: number | null;
  /** the next message; null at the end */
  next(): Promise<RawMessage | null>;
  /** fills the view with the next bytes of the body */
  readBody(view: Uint8Array): Promise<void> | void;
  close(): void;
}

/** Bytes in order, of a file or of a pipe. */
class Bytes {
  readonly path: string;
  readonly access: RandomAccess | null;
  readonly #stream: ByteStream | null;
  position = 0;
  /** read ahead of a pipe, to come again */
  #head: Uint8Array = new Uint8Array();

  constructor(bytes: { readonly access: RandomAccess } | { readonly stream: ByteStream }) {
    this.access = "access" in bytes ? bytes.access : null;
    this.#stream = "stream" in bytes ? bytes.stream : null;
    this.path = (this.access ?? this.#stream)!.path;
  }

  /** fills the view, or as much of it as there is */
  async fill(view: Uint8Array): Promise<number> {
    let done = 0;
    if (this.access !== null) {
      done = Math.min(view.byteLength, this.access.size - this.position);
      this.access.readInto(view.subarray(0, done), this.position);
    } else {
      done = Math.min(view.byteLength, this.#head.byteLength);
      view.set(this.#head.subarray(0, done));
      this.#head = this.#head.subarray(done);
      while (done < view.byteLength) {
        const count = await this.#stream!.read(view.subarray(done));
        if (count === null) break;
        done += count;
      }
    }
    this.position += done;
    return done;
  }

  /** takes back the first bytes */
  rewind(head: Uint8Array): void {
    this.position = 0;
    if (this.access === null) this.#head = head;
  }

  async fillWhole(view: Uint8Array): Promise<void> {
    const start = this.position, numBytes = await this.fill(view);
    if (numBytes < view.byteLength) throw endsTooEarly(this.path, start, view.byteLength, numBytes);
  }

  close(): void {
    this.access?.close();
    this.#stream?.close();
  }
}

/** bytes of metadata are read in pieces, so that a corrupt size allocates no more than there is */
const PIECE_BYTES = 1024 * 1024;

class MessageReader implements RawMessages {
  readonly schema: ArrowSchema;
  readonly numBytes: number | null;
  readonly largestBody: number | null;
  readonly #bytes: Bytes;
  /** of a file; null: messages follow one another */
  readonly #blocks: readonly Block[] | null;
  #nextBlock = 0;
  #numBatches = 0;
  #numDictionaries = 0;

  constructor(bytes: Bytes, schema: ArrowSchema, blocks: readonly Block[] | null) {
    this.#bytes = bytes;
    this.schema = schema;
    this.#blocks = blocks;
    this.numBytes = bytes.access?.size ?? null;
    this.largestBody = blocks?.reduce((most, { bodyBytes }) => Math.max(most, bodyBytes), 0) ?? null;
  }

  get path(): string {
    return this.#bytes.path;
  }

  async next(): Promise<RawMessage | null> {
    const block = this.#blocks?.[this.#nextBlock];
    if (this.#blocks !== null) {
      if (block === undefined) return null;
      this.#bytes.position = block.position;
      this.#nextBlock += 1;
    }
    const read = await readMessage(this.#bytes, `message ${this.#numBatches + this.#numDictionaries}`);
    if (read === null) return await this.#end();
    const { message, metadata } = read, { bodyBytes } = message;
    if (message.kind === "schema") return corruption(this.path, "a message")("a second schema in one stream");
    const isDictionary = message.kind === "dictionary";
    const batch = isDictionary ? message.dictionary.batch : message.batch;
    const part = isDictionary
      ? `dictionary batch ${this.#numDictionaries++}`
      : `record batch ${this.#numBatches++}`;
    const fail = corruption(this.path, part);
    if (block !== undefined && bodyBytes !== block.bodyBytes) {
      fail(`its body is said to take ${bodyBytes} bytes where the footer says ${block.bodyBytes}`);
    }
    if (isDictionary) checkBuffers(batch, bodyBytes, fail);
    else layOutBatch(this.schema.arrowFields, batch, { bodyBytes, fail });
    const dictionary = isDictionary ? message.dictionary : null;
    return { dictionary, batch, metadata, bodyBytes, part };
  }

  /** Behind the end mark of a file that is piped in stands its footer; rows there would be lost without a word. */
  async #end(): Promise<null> {
    const { access, position } = this.#bytes;
    if (access !== null && position < access.size) throw followsEnd(this.path, access.size - position);
    const scratch = new Uint8Array(access === null ? PIECE_BYTES : 0);
    while (scratch.byteLength > 0 && await this.#bytes.fill(scratch) > 0);
    return null;
  }

  readBody(view: Uint8Array): Promise<void> {
    return this.#bytes.fillWhole(view);
  }

  close(): void {
    this.#bytes.close();
  }
}

function checkBuffers(
  { buffers }: RecordBatchMetadata,
  bodyBytes: number,
  fail: (detail: string) => never,
): void {
  for (let i = 0; i < buffers.length; i += 2) {
    const offset = buffers[i]!, length = buffers[i + 1]!;
    if (offset + length > bodyBytes) {
      fail(`a buffer of ${length} bytes at ${offset} leaves the body of ${bodyBytes} bytes`);
    }
  }
}

/** the message where `bytes` are; null at the end */
async function readMessage(
  bytes: Bytes,
  part: string,
): Promise<{ readonly message: ArrowMessage; readonly metadata: Uint8Array } | null> {
  const { path } = bytes, prefix = new Uint8Array(8);
  const start = bytes.position, numBytes = await bytes.fill(prefix.subarray(0, 4));
  if (numBytes === 0) return null;
  if (numBytes < 4) throw endsTooEarly(path, start, 4, numBytes);
  const isMarked = prefix.subarray(0, 4).every((byte) => byte === 0xff);
  if (isMarked) await bytes.fillWhole(prefix.subarray(4));
  const { metadataBytes } = decodePrefix(isMarked ? prefix : prefix.subarray(0, 4), path, part);
  if (metadataBytes === 0) return null;
  let metadata = new Uint8Array(Math.min(metadataBytes, PIECE_BYTES));
  await bytes.fillWhole(metadata);
  while (metadata.byteLength < metadataBytes) {
    const grown = new Uint8Array(Math.min(metadataBytes, 2 * metadata.byteLength));
    grown.set(metadata);
    await bytes.fillWhole(grown.subarray(metadata.byteLength));
    metadata = grown;
  }
  return { message: decodeMessage(metadata, path, part), metadata };
}

function openBytes(path: string): { readonly access: RandomAccess } | { readonly stream: ByteStream } {
  if (isRemote(path)) {
    const file = RemoteFile.open(path);
    return file.info.canSeek ? { access: file } : { stream: file };
  }
  if (path === "-") return { stream: PipeStream.stdin() };
  return Deno.statSync(path).isFile ? { access: FileAccess.open(path) } : { stream: PipeStream.open(path) };
}

/**
 * Opens an Arrow input as messages and reads its schema.
 *
 * @param path of a file; a URL; "-" for standard input
 * @throws FormatError FMT001 to FMT005
 */
export async function openRawMessages(path: string): Promise<RawMessages> {
  const bytes = new Bytes(openBytes(path));
  try {
    const first = new Uint8Array(HEAD_BYTES), head = first.subarray(0, await bytes.fill(first));
    const framing = detectFraming(head, bytes.path);
    if (framing === "file" && bytes.access !== null) {
      const { schema, blocks, dictionaries } = new FooterBatches(bytes.access, HEAD_BYTES);
      return new MessageReader(bytes, schema, [...dictionaries, ...blocks]);
    }
    if (framing === "file") await bytes.fillWhole(new Uint8Array(FILE_HEADER_BYTES - HEAD_BYTES));
    else bytes.rewind(head);
    const read = await readMessage(bytes, "the schema message");
    if (read?.message.kind === "schema") return new MessageReader(bytes, read.message.schema, null);
    if (framing === "file") throw schemaAtEnd(bytes.path);
    return corruption(bytes.path, "the schema message")("the stream does not begin with a schema");
  } catch (error) {
    bytes.close();
    throw error;
  }
}
