/**
 * Text inputs that are compressed with gzip or zstd, as a stream of what they hold.
 *
 * Memory is bounded whatever the file claims: two blocks and the codec's window, which is limited. What comes out is
 * taken as it is asked for, so a file that would unpack to a million times its size is a long stream, never a large
 * buffer. Several members (gzip) or frames (zstd) one after the other are one stream, and a stream that ends within
 * one is refused.
 *
 * The decompressor is the runtime's, driven through its handle: the public streams answer later only, and a file is
 * read on the spot.
 *
 * @module
 */
import { zlib } from "../../compression/node_zlib.ts";
import { CONTINUE, FINISH, ZlibHandle, type ZlibRest } from "../../compression/zlib_handle.ts";
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import type { TextInput } from "./text_input.ts";
import { ZstdFrames } from "./zstd_frames.ts";

/** Codecs of a whole text file. */
export type TextCodec = keyof typeof FINISH;

const BLOCK_BYTES = 1 << 18;
/** what the codec is given at a time: it does not say where in it the damage is */
const STEP_BYTES = 1 << 13;
/** the runtime's limit for zstd's window */
const MAX_WINDOW_BYTES = 1 << 27;
const GZIP_WINDOW_BYTES = 1 << 16;

/** The codecs' words in plainer ones. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["incorrect data check", "what it gave has another checksum than it says (incorrect data check)"],
  ["incorrect length check", "what it gave has another length than it says (incorrect length check)"],
  ["incorrect header check", "what stands behind the last member is none (incorrect header check)"],
]);

/** The codec that the first bytes of a file speak of; null: none. */
export function textCodec(head: Uint8Array): TextCodec | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const magic = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.byteLength < 4) return null;
  const word = magic.getUint32(0, true);
  return word === 0xfd2fb528 || ((word & ~0xf) >>> 0) === 0x184d2a50 ? "zstd" : null;
}

/** The decompressed bytes of an input. */
export class DecompressedInput implements TextInput {
  readonly path: string;
  readonly numBytes: number | null;
  readonly read?: NonNullable<TextInput["read"]>;
  readonly #input: TextInput;
  readonly #codec: TextCodec;
  readonly #handle: ZlibHandle;
  readonly #frames: ZstdFrames | null;
  readonly #source = new Uint8Array(BLOCK_BYTES);
  readonly #output = new Uint8Array(BLOCK_BYTES);
  #sourceStart = 0;
  #sourceEnd = 0;
  #outputStart = 0;
  #outputEnd = 0;
  #isSourceEnd = false;
  #isEnd = false;
  /** the codec may hold more output than fitted last time */
  #isFull = false;
  #numTaken = 0;
  /** bytes that came out */
  #numGiven = 0;

  constructor(input: TextInput, codec: TextCodec) {
    this.path = input.path;
    this.numBytes = input.numBytes;
    this.#input = input;
    this.#codec = codec;
    this.#handle = new ZlibHandle(codec === "gzip" ? zlib().createGunzip() : zlib().createZstdDecompress());
    this.#frames = codec === "zstd" ? new ZstdFrames() : null;
    const { read } = input;
    if (read !== undefined) this.read = (view) => this.#read(view, read);
  }

  /** bytes of the file that were decompressed so far */
  get numConsumed(): number {
    return this.#numTaken;
  }

  /** what is held besides the caller's views; of zstd, as its first frame asks */
  get heldBytes(): number {
    const windowBytes = Math.max(GZIP_WINDOW_BYTES, this.#frames?.windowBytes ?? 0);
    return 2 * BLOCK_BYTES + windowBytes + (this.#input.heldBytes ?? 0);
  }

  readSync(view: Uint8Array): number | null {
    for (;;) {
      const count = this.#give(view);
      if (count !== null) return count;
      if (this.#needsSource()) this.#took(this.#input.readSync(this.#source));
      this.#decompress();
    }
  }

  async #read(view: Uint8Array, read: NonNullable<TextInput["read"]>): Promise<number | null> {
    for (;;) {
      const count = this.#give(view);
      if (count !== null) return count;
      if (this.#needsSource()) this.#took(await read(this.#source));
      this.#decompress();
    }
  }

  /** Hands out what is ready; 0 at the end, null where nothing is ready yet. */
  #give(view: Uint8Array): number | null {
    const count = Math.min(view.length, this.#outputEnd - this.#outputStart);
    if (count === 0) return this.#isEnd || view.length === 0 ? 0 : null;
    view.set(this.#output.subarray(this.#outputStart, this.#outputStart + count));
    this.#outputStart += count;
    return count;
  }

  #needsSource(): boolean {
    return this.#sourceStart === this.#sourceEnd && !this.#isSourceEnd && !this.#isFull;
  }

  #took(count: number | null): void {
    this.#isSourceEnd = count === null || count === 0;
    this.#sourceStart = 0;
    this.#sourceEnd = count ?? 0;
  }

  #decompress(): void {
    const numBytes = Math.min(STEP_BYTES, this.#sourceEnd - this.#sourceStart),
      isFinish = numBytes === 0 && this.#isSourceEnd;
    const { sourceLeft, targetLeft } = this.#step(numBytes, isFinish), taken = numBytes - sourceLeft;
    const start = this.#sourceStart;
    this.#outputStart = 0;
    this.#outputEnd = this.#output.length - targetLeft;
    this.#numGiven += this.#outputEnd;
    this.#isFull = targetLeft === 0;
    this.#frames?.push(this.#source.subarray(start, start + taken));
    if (this.#frames !== null && this.#frames.windowBytes > MAX_WINDOW_BYTES) {
      throw this.#damaged(`it asks for a window of ${countText(this.#frames.windowBytes)} bytes`, taken);
    }
    this.#sourceStart += taken;
    this.#numTaken += taken;
    if (numBytes > 0 && taken === 0 && this.#outputEnd === 0) this.#passPadding();
    else if (isFinish && !this.#isFull) this.#finish();
  }

  #step(sourceBytes: number, isFinish: boolean): ZlibRest {
    try {
      return this.#handle.step(isFinish ? FINISH[this.#codec] : CONTINUE, {
        source: this.#source,
        sourceStart: this.#sourceStart,
        sourceBytes,
        target: this.#output,
      });
    } catch (error) {
      const { message } = error as Error;
      throw isFinish ? this.#cutOff() : this.#damaged(WORDS.get(message) ?? message, sourceBytes);
    }
  }

  /** gzip files may be padded with zeros, for tapes; anything else behind the last member is refused. */
  #passPadding(): void {
    const rest = this.#source.subarray(this.#sourceStart, this.#sourceEnd);
    if (rest.some((byte) => byte !== 0)) {
      throw this.#damaged("bytes after the end of the last member", rest.length);
    }
    this.#sourceStart = this.#sourceEnd;
    this.#numTaken += rest.length;
  }

  #finish(): void {
    if (this.#frames !== null && !this.#frames.isBetweenFrames) {
      throw this.#cutOff();
    }
    this.#isEnd = true;
  }

  #cutOff(): FormatError {
    return new FormatError("FMT003", `${this.path} ends within its ${this.#codec} stream`, {
      notes: [
        `its ${countText(this.#numTaken)} bytes are ${
          countText(this.#numGiven)
        } once decompressed, and there were more`,
      ],
      help: "copy or compress the file again; it may still have been in writing",
    });
  }

  /** @param numBytes what was given to the codec behind what it has taken */
  #damaged(reason: string, numBytes: number): FormatError {
    const first = countText(this.#numTaken + 1), last = countText(this.#numTaken + numBytes);
    return new FormatError("FMT004", `the ${this.#codec} stream of ${this.path} is damaged: ${reason}`, {
      notes: [
        `between byte ${first} and byte ${last} of the file, behind ${
          countText(this.#numGiven)
        } bytes that it gave`,
      ],
      help: `test the file (${this.#codec} -t), and copy or compress it again`,
    });
  }

  close(): void {
    this.#handle.close();
    this.#input.close();
  }
}
