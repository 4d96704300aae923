/**
 * Text inputs in UTF-16, as a stream of UTF-8: spreadsheets on Windows write "Unicode text" so.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import type { TextInput } from "./text_input.ts";

/** Orders of UTF-16's bytes. */
export type Utf16 = "utf-16le" | "utf-16be";

const BLOCK_BYTES = 1 << 18;
/** a UTF-16 unit takes at most three bytes of UTF-8 */
const UTF8_BYTES_PER_UNIT = 3;

/**
 * The order of UTF-16 text by its first bytes: a byte order mark, or Latin characters, of which every other byte is
 * NUL. Null: it is none, as far as can be told.
 */
export function utf16Order(head: Uint8Array): Utf16 | null {
  const [a, b, c, d] = head;
  if (head.length < 2) return null;
  const isUtf32 = head.length >= 4 && c === 0 && d === 0;
  if (a === 0xff && b === 0xfe) return isUtf32 ? null : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (head.length < 4) return null;
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return "utf-16le";
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return "utf-16be";
  return null;
}

/** The UTF-8 of an input in UTF-16, without its byte order mark. */
export class Utf16Input implements TextInput {
  readonly path: string;
  readonly numBytes: number | null;
  readonly read?: NonNullable<TextInput["read"]>;
  readonly #input: TextInput;
  readonly #order: Utf16;
  readonly #decoder: TextDecoder;
  readonly #encoder = new TextEncoder();
  readonly #source = new Uint8Array(BLOCK_BYTES);
  readonly #output = new Uint8Array((BLOCK_BYTES / 2 + 2) * UTF8_BYTES_PER_UNIT);
  #start = 0;
  #end = 0;
  #isEnd = false;
  #line = 1;

  constructor(input: TextInput, order: Utf16) {
    this.path = input.path;
    this.numBytes = input.numBytes;
    this.#input = input;
    this.#order = order;
    this.#decoder = new TextDecoder(order, { fatal: true });
    const { read } = input;
    if (read !== undefined) this.read = (view) => this.#read(view, read);
  }

  /** bytes of the file that stand behind what was handed out, about */
  get numConsumed(): number | undefined {
    return this.#input.numConsumed;
  }

  get heldBytes(): number {
    // the string between is two bytes a unit at most
    return this.#source.length * 2 + this.#output.length + (this.#input.heldBytes ?? 0);
  }

  readSync(view: Uint8Array): number | null {
    for (;;) {
      const count = this.#give(view);
      if (count !== null) return count;
      this.#convert(this.#input.readSync(this.#source));
    }
  }

  async #read(view: Uint8Array, read: NonNullable<TextInput["read"]>): Promise<number | null> {
    for (;;) {
      const count = this.#give(view);
      if (count !== null) return count;
      this.#convert(await read(this.#source));
    }
  }

  #give(view: Uint8Array): number | null {
    const count = Math.min(view.length, this.#end - this.#start);
    if (count === 0) return this.#isEnd || view.length === 0 ? 0 : null;
    view.set(this.#output.subarray(this.#start, this.#start + count));
    this.#start += count;
    return count;
  }

  #convert(count: number | null): void {
    this.#isEnd = count === null || count === 0;
    let text: string;
    try {
      text = this.#decoder.decode(this.#source.subarray(0, count ?? 0), { stream: !this.#isEnd });
    } catch (error) {
      throw new FormatError("FMT006", `${this.path} is no well-formed ${this.#order.toUpperCase()}`, {
        place: { file: this.path, line: this.#line, column: 1 },
        notes: [
          `a surrogate stands alone, or the last byte is missing, on line ${this.#line} or within ` +
          `${countText(BLOCK_BYTES / 2)} characters behind it`,
        ],
        help: "write the file again, as UTF-8 if you can",
        cause: error,
      });
    }
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#line++;
    this.#start = 0;
    this.#end = this.#encoder.encodeInto(text, this.#output).written;
  }

  close(): void {
    this.#input.close();
  }
}
