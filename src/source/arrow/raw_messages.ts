/**
 * Arrow as messages: what a table that is copied as it is consists of. Dictionaries and record batches come in an
 * order in which each dictionary stands before what needs it: of a stream the order in it, of a file all
 * dictionaries first. Bodies are read in pieces of the caller's size.
 *
 * Framing, sizes and ends are checked where all of Arrow is read: streams by `StreamReader`, files by their footer.
 *
 * @module
 */
import { type ByteStream, cannotOpen, FileAccess, PipeStream, type RandomAccess } from "../random_access.ts";
import { ReadAhead } from "../read_ahead.ts";
import { isRemote, REMOTE_BYTES, RemoteFile } from "../remote/mod.ts";
import { checkBatch } from "./batch_layout.ts";
import { detectFraming, HEAD_BYTES } from "./detect.ts";
import { FooterBatches } from "./file_batches.ts";
import {
  type ArrowMessage,
  type ArrowSchema,
  corruption,
  type DictionaryMetadata,
  type RecordBatchMetadata,
} from "./metadata.ts";
import { StreamReader } from "./stream_reader.ts";

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
  /** memory that is held for as long as it is open, more for a table of more record batches */
  readonly residentBytes: number;
  /** what fetching takes besides; 0: it is no URL */
  readonly remoteBytes: number;
  /** record batches and dictionaries, where a footer tells; null: a stream */
  readonly numMessages: number | null;
  /** the next message; null at the end */
  next(): Promise<RawMessage | null>;
  /** fills the view with the next bytes of the body */
  readBody(view: Uint8Array): Promise<void>;
  close(): void;
}

/** Messages in the order in which a stream has them. */
class StreamMessages implements RawMessages {
  readonly residentBytes = 0;
  readonly remoteBytes: number;
  readonly numMessages = null;
  readonly #stream: StreamReader;
  readonly #check: MessageCheck;

  constructor(stream: StreamReader, schema: ArrowSchema, remoteBytes: number) {
    this.remoteBytes = remoteBytes;
    this.#stream = stream;
    this.#check = new MessageCheck(stream.path, schema);
  }

  get path(): string {
    return this.#stream.path;
  }

  get schema(): ArrowSchema {
    return this.#check.schema;
  }

  async next(): Promise<RawMessage | null> {
    const message = await this.#stream.message(`message ${this.#check.numMessages}`);
    if (message !== null) return this.#check.take(message);
    await this.#stream.end();
    return null;
  }

  readBody(view: Uint8Array): Promise<void> {
    return this.#stream.fill(view, this.#check.part);
  }

  close(): void {
    this.#stream.close();
  }
}

/** Messages by the footer of a file: dictionaries, then record batches. */
class FooterMessages implements RawMessages {
  readonly remoteBytes: number;
  readonly #access: RandomAccess;
  readonly #batches: FooterBatches;
  readonly #check: MessageCheck;
  #numDictionaries = 0;
  #nextBatch = 0;
  #position = 0;

  constructor(access: RandomAccess, remoteBytes: number) {
    this.remoteBytes = remoteBytes;
    this.#access = access;
    this.#batches = new FooterBatches(access, HEAD_BYTES);
    this.#check = new MessageCheck(access.path, this.#batches.schema);
  }

  get path(): string {
    return this.#access.path;
  }

  get schema(): ArrowSchema {
    return this.#batches.schema;
  }

  get residentBytes(): number {
    return this.#batches.residentBytes;
  }

  get numMessages(): number {
    return this.#batches.blocks.length + this.#batches.dictionaries.length;
  }

  // deno-lint-ignore require-await -- a file is read at once, and its errors are the promise's
  async next(): Promise<RawMessage | null> {
    const dictionary = this.#batches.dictionary(this.#numDictionaries);
    if (dictionary !== null) {
      this.#numDictionaries += 1;
      this.#position = dictionary.bodyPosition;
      return this.#check.take({ kind: "dictionary", dictionary: dictionary.metadata, ...dictionary });
    }
    const batch = this.#batches.batch(this.#nextBatch);
    if (batch === null) return null;
    this.#nextBatch += 1;
    this.#position = batch.bodyPosition;
    return this.#check.take({ kind: "recordBatch", batch: batch.metadata, ...batch });
  }

  // deno-lint-ignore require-await -- as above
  async readBody(view: Uint8Array): Promise<void> {
    this.#access.readInto(view, this.#position);
    this.#position += view.byteLength;
  }

  close(): void {
    this.#access.close();
  }
}

/** Counts messages, and checks that their buffers lie in their bodies. */
class MessageCheck {
  readonly schema: ArrowSchema;
  readonly #path: string;
  #numBatches = 0;
  #numDictionaries = 0;
  /** the message that was taken last */
  part = "";

  constructor(path: string, schema: ArrowSchema) {
    this.#path = path;
    this.schema = schema;
  }

  get numMessages(): number {
    return this.#numBatches + this.#numDictionaries;
  }

  take(message: ArrowMessage): RawMessage {
    const { bodyBytes, flatbuffer } = message;
    switch (message.kind) {
      case "schema":
        return corruption(this.#path, "a message")("a second schema in one stream");
      case "dictionary": {
        const { id, isDelta, batch }: DictionaryMetadata = message.dictionary;
        this.part = `dictionary batch ${this.#numDictionaries++}`;
        checkBuffers(batch, bodyBytes, corruption(this.#path, this.part));
        return { dictionary: { id, isDelta }, batch, metadata: flatbuffer, bodyBytes, part: this.part };
      }
      case "recordBatch": {
        const { batch } = message;
        this.part = `record batch ${this.#numBatches++}`;
        checkBatch(this.schema.arrowFields, batch, { bodyBytes, fail: corruption(this.#path, this.part) });
        return { dictionary: null, batch, metadata: flatbuffer, bodyBytes, part: this.part };
      }
      default:
        return message satisfies never;
    }
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

/** A file's bytes in order. */
class FileStream implements ByteStream {
  readonly #access: RandomAccess;
  #position = 0;

  constructor(access: RandomAccess) {
    this.#access = access;
  }

  get path(): string {
    return this.#access.path;
  }

  readSync(view: Uint8Array): number | null {
    const numBytes = Math.min(view.byteLength, this.#access.size - this.#position);
    if (numBytes === 0) return null;
    this.#access.readInto(view.subarray(0, numBytes), this.#position);
    this.#position += numBytes;
    return numBytes;
  }

  // deno-lint-ignore require-await -- a file is read at once, and its errors are the promise's
  async read(view: Uint8Array): Promise<number | null> {
    return this.readSync(view);
  }

  close(): void {
    this.#access.close();
  }
}

/** A FIFO is waited for: it opens when somebody writes to it, which may be never. */
async function openBytes(
  path: string,
): Promise<{ readonly access: RandomAccess } | { readonly stream: ByteStream }> {
  if (isRemote(path)) {
    const file = RemoteFile.open(path);
    return file.info.canSeek ? { access: file } : { stream: file };
  }
  if (path === "-") return { stream: PipeStream.stdin() };
  return isRegularFile(path)
    ? { access: FileAccess.open(path) }
    : { stream: await PipeStream.openAsync(path) };
}

/** @throws FormatError FMT001 */
function isRegularFile(path: string): boolean {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    // a folder is refused by opening it as a file
    return isFile || isDirectory;
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function isFileFraming(access: RandomAccess): boolean {
  const head = new Uint8Array(Math.min(HEAD_BYTES, access.size));
  access.readInto(head, 0);
  return detectFraming(head, access.path) === "file";
}

/**
 * Opens an Arrow input as messages and reads its schema.
 *
 * @param path of a file; a URL; "-" for standard input
 * @throws FormatError FMT001 to FMT005
 */
export async function openRawMessages(path: string): Promise<RawMessages> {
  const bytes = await openBytes(path), opened = "access" in bytes ? bytes.access : bytes.stream;
  const remoteBytes = isRemote(path) ? REMOTE_BYTES : 0;
  try {
    if ("access" in bytes && isFileFraming(bytes.access)) {
      return new FooterMessages(bytes.access, remoteBytes);
    }
    const stream = "access" in bytes
      ? new StreamReader(new FileStream(bytes.access), { size: bytes.access.size })
      : new StreamReader(new ReadAhead(bytes.stream));
    return new StreamMessages(stream, await stream.open(), remoteBytes);
  } catch (error) {
    opened.close();
    throw error;
  }
}
