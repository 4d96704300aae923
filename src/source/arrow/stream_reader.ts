/**
 * Messages of a stream that can only be read once. Every step is written once, as a generator that asks for bytes;
 * it is driven synchronously while opening and asynchronously while running, so that a waiting pipe does not keep
 * an interrupt from being seen.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import { type ByteStream, endsTooEarly } from "../random_access.ts";
import { detectFraming, HEAD_BYTES, isMagic, notArrow } from "./detect.ts";
import { followsEnd } from "./file_batches.ts";
import {
  type ArrowMessage,
  type ArrowSchema,
  corruption,
  decodeMessage,
  decodePrefix,
  FILE_HEADER_BYTES,
  FILE_TRAILER_BYTES,
  unsupported,
} from "./metadata.ts";

/** what is passed over is read into this much memory */
const SKIP_BYTES = 256 * 1024;
/** metadata is read in pieces of this, so that a corrupt size allocates no more than the pipe delivers */
const PIECE_BYTES = 1024 * 1024;
/** between the end mark and the footer of a file there may be this much padding */
const FOOTER_PADDING_BYTES = 64;

/** A step asks for bytes by yielding a view, and is told how many came; null at the end. */
type Steps<T> = Generator<Uint8Array, T, number | null>;

/** Reads messages and bodies, in order. */
export class StreamReader {
  readonly path: string;
  /** bytes read so far */
  position = 0;
  readonly #bytes: ByteStream;
  /** bytes of the file that the stream lies in; null: nobody knows */
  readonly #size: number | null;
  /** read ahead, to come again */
  #head: Uint8Array = new Uint8Array();
  /** whether an Arrow file is piped in: behind its stream comes a footer */
  #hasFooter = false;
  #isAtEnd = false;

  constructor(bytes: ByteStream, { size = null }: { readonly size?: number | null } = {}) {
    this.#bytes = bytes;
    this.#size = size;
    this.path = bytes.path;
  }

  /**
   * Tells what the stream is, and reads its schema.
   *
   * @throws FormatError FMT002 when it is no Arrow
   */
  openSync(): ArrowSchema {
    return this.#sync(this.#open());
  }

  /** The same, without keeping the thread from what else happens. */
  open(): Promise<ArrowSchema> {
    return this.#async(this.#open());
  }

  *#open(): Steps<ArrowSchema> {
    const head = new Uint8Array(HEAD_BYTES);
    const numBytes = yield* this.#fill(head);
    const framing = detectFraming(head.subarray(0, numBytes), this.path);
    this.#hasFooter = framing === "file";
    if (this.#hasFooter) {
      const padding = new Uint8Array(FILE_HEADER_BYTES - HEAD_BYTES);
      yield* this.#fillOrRefuse(padding, "the magic");
    } else {
      this.#head = head.subarray(0, numBytes);
      this.position -= numBytes;
    }
    try {
      const message = yield* this.#message("the schema message");
      if (message?.kind === "schema" && message.bodyBytes === 0) return message.schema;
      return corruption(this.path, "the schema message")("the stream does not begin with a schema");
    } catch (error) {
      const isDamage = error instanceof FormatError && (error.code === "FMT003" || error.code === "FMT004");
      if (framing === "legacy" && isDamage) throw notArrow(head.subarray(0, numBytes), this.path, error);
      if (framing === "file" && isDamage) throw schemaAtEnd(this.path);
      throw error;
    }
  }

  /** The next message, or null at the end of the stream. Its body is what comes next. */
  messageSync(part: string): ArrowMessage | null {
    return this.#sync(this.#message(part));
  }

  /** The next message, or null at the end of the stream. Its body is what comes next. */
  message(part: string): Promise<ArrowMessage | null> {
    return this.#async(this.#message(part));
  }

  /** A whole body, for what is needed before it can be planned. Memory grows as bytes come. */
  bodySync(numBytes: number, part: string): Uint8Array {
    return this.#sync(this.#grown(numBytes, part));
  }

  /** A whole body that is read again: what it says is needed before it can be planned. Memory grows as bytes come. */
  peekSync(numBytes: number, part: string): Uint8Array {
    const bytes = this.bodySync(numBytes, part);
    this.#head = bytes;
    this.position -= numBytes;
    return bytes;
  }

  /** A whole body. Memory grows as bytes come. */
  body(numBytes: number, part: string): Promise<Uint8Array> {
    return this.#async(this.#grown(numBytes, part));
  }

  /**
   * Reads a body: each range of `reads` (position in the body, bytes, offset in `memory`; sorted by position) goes
   * to its place, the rest is passed over. Ranges may overlap: what is wanted twice is copied.
   *
   * @returns bytes copied
   */
  readBody(
    reads: Float64Array,
    memory: Uint8Array,
    { bodyBytes, part }: { readonly bodyBytes: number; readonly part: string },
  ): Promise<number> {
    return this.#async(this.#body(reads, memory, { bodyBytes, part }));
  }

  /** Fills the view with the next bytes of a body. */
  fill(view: Uint8Array, part: string): Promise<void> {
    return this.#async(this.#fillOrRefuse(view, part));
  }

  /**
   * Reads what stands behind the end mark: nothing, or the footer of a file that is piped in. Whatever else is there
   * are rows that would be lost without a word.
   *
   * @throws FormatError FMT003 the footer is cut off, FMT005 more follows
   */
  end(): Promise<void> {
    return this.#async(this.#hasFooter ? this.#footer() : this.#nothing());
  }

  close(): void {
    this.#bytes.close();
  }

  *#message(part: string): Steps<ArrowMessage | null> {
    if (this.#isAtEnd) return null;
    const prefix = new Uint8Array(8);
    const start = yield* this.#fill(prefix.subarray(0, 4));
    // "by writing 8 bytes ... or closing the stream interface"
    this.#isAtEnd = start === 0;
    if (this.#isAtEnd) return null;
    if (start < 4) throw this.#truncated(part, 4, start);
    const isMarked = prefix[0] === 0xff && prefix[1] === 0xff && prefix[2] === 0xff && prefix[3] === 0xff;
    if (isMarked) yield* this.#fillOrRefuse(prefix.subarray(4), part);
    const { metadataBytes } = decodePrefix(isMarked ? prefix : prefix.subarray(0, 4), this.path, part);
    this.#isAtEnd = metadataBytes === 0;
    if (this.#isAtEnd) return null;
    const bytes = yield* this.#grown(metadataBytes, part);
    const message = decodeMessage(bytes, this.path, part), { bodyBytes } = message;
    const rest = this.#size === null ? Infinity : this.#size - this.position;
    if (bodyBytes > rest) throw endsTooEarly(this.path, this.position, bodyBytes, rest);
    return message;
  }

  *#nothing(): Steps<void> {
    if ((yield* this.#fill(new Uint8Array(1))) > 0) throw followsEnd(this.path);
  }

  /** read whole, so that its writer does not see a broken pipe */
  *#footer(): Steps<void> {
    const scratch = new Uint8Array(SKIP_BYTES), tail = new Uint8Array(FILE_TRAILER_BYTES);
    let footerBytes = -FILE_TRAILER_BYTES;
    for (;;) {
      const numBytes = yield* this.#fill(scratch);
      footerBytes += numBytes;
      const last = scratch.subarray(Math.max(0, numBytes - tail.length), numBytes);
      tail.copyWithin(0, last.length);
      tail.set(last, tail.length - last.length);
      if (numBytes < scratch.length) break;
    }
    const said = new DataView(tail.buffer).getInt32(0, true);
    if (footerBytes < 0 || !isMagic(tail.subarray(4)) || said > footerBytes) {
      throw this.#truncated("the footer", FILE_TRAILER_BYTES, FILE_TRAILER_BYTES + footerBytes);
    }
    if (footerBytes - said > FOOTER_PADDING_BYTES) throw followsEnd(this.path, footerBytes - said);
  }

  /** bytes in one piece */
  *#grown(numBytes: number, part: string): Steps<Uint8Array> {
    let bytes = new Uint8Array(Math.min(numBytes, PIECE_BYTES));
    yield* this.#fillOrRefuse(bytes, part);
    while (bytes.byteLength < numBytes) {
      const grown = new Uint8Array(Math.min(numBytes, 2 * bytes.byteLength));
      grown.set(bytes);
      yield* this.#fillOrRefuse(grown.subarray(bytes.byteLength), part);
      bytes = grown;
    }
    return bytes;
  }

  *#body(
    reads: Float64Array,
    memory: Uint8Array,
    { bodyBytes, part }: { readonly bodyBytes: number; readonly part: string },
  ): Steps<number> {
    let cursor = 0, copied = 0;
    // the read that reaches farthest: what lies before the cursor and is wanted again lies in it
    let farPosition = 0, farOffset = 0;
    for (let i = 0; i < reads.length; i += 3) {
      const position = reads[i]!, numBytes = reads[i + 1]!, offset = reads[i + 2]!;
      const again = Math.min(numBytes, Math.max(0, cursor - position));
      if (again > 0) {
        const source = farOffset + position - farPosition;
        memory.copyWithin(offset, source, source + again);
        copied += again;
      }
      if (again === numBytes) continue;
      if (position > cursor) yield* this.#skip(position - cursor, part);
      yield* this.#fillOrRefuse(memory.subarray(offset + again, offset + numBytes), part);
      [cursor, farPosition, farOffset] = [position + numBytes, position, offset];
    }
    yield* this.#skip(bodyBytes - cursor, part);
    return copied;
  }

  *#skip(numBytes: number, part: string): Steps<void> {
    const scratch = new Uint8Array(Math.min(numBytes, SKIP_BYTES));
    for (let rest = numBytes; rest > 0; rest -= Math.min(rest, SKIP_BYTES)) {
      yield* this.#fillOrRefuse(scratch.subarray(0, Math.min(rest, SKIP_BYTES)), part);
    }
  }

  *#fillOrRefuse(view: Uint8Array, part: string): Steps<void> {
    const numBytes = yield* this.#fill(view);
    if (numBytes < view.byteLength) throw this.#truncated(part, view.byteLength, numBytes);
  }

  /** fills the view as far as the stream goes */
  *#fill(view: Uint8Array): Steps<number> {
    let done = 0;
    if (this.#head.byteLength > 0) {
      done = Math.min(this.#head.byteLength, view.byteLength);
      view.set(this.#head.subarray(0, done));
      // what is empty holds no memory
      this.#head = done < this.#head.byteLength ? this.#head.subarray(done) : new Uint8Array();
    }
    while (done < view.byteLength) {
      const count = yield view.subarray(done);
      if (count === null) break;
      done += count;
    }
    this.position += done;
    return done;
  }

  #truncated(part: string, wanted: number, available: number): FormatError {
    return new FormatError("FMT003", `${this.path} ends inside ${part}`, {
      notes: [
        `at byte ${countText(this.position)}: ${countText(wanted)} bytes were to come, ${
          countText(available)
        } came`,
      ],
      help: this.#size !== null
        ? "write or copy the file again; it may still have been in writing"
        : "run the program that writes the stream by itself: it may have failed",
    });
  }

  #sync<T>(steps: Steps<T>): T {
    let step = steps.next();
    while (!step.done) step = steps.next(this.#bytes.readSync(step.value));
    return step.value;
  }

  async #async<T>(steps: Steps<T>): Promise<T> {
    let step = steps.next();
    while (!step.done) step = steps.next(await this.#bytes.read(step.value));
    return step.value;
  }
}

/** apache-arrow's JavaScript and Polars write files whose schema can be read from the footer only */
export function schemaAtEnd(path: string): FormatError {
  return unsupported(
    path,
    "an Arrow file comes through the pipe, and its schema stands at its end only",
    "give the file's path instead of piping it, or pipe an Arrow stream",
  );
}
