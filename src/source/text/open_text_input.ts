/**
 * Opens text inputs: files, URLs and standard input, decompressed and in UTF-8.
 *
 * @module
 */
import { DecompressedInput, textCodec } from "./decompressed_input.ts";
import { cannotOpen } from "../random_access.ts";
import { countRead } from "../read_meter.ts";
import { isRemote, RemoteFile } from "../remote/mod.ts";
import type { TextInput } from "./text_input.ts";
import { Utf16Input, utf16Order } from "./utf16_input.ts";

interface Reader {
  readSync(view: Uint8Array): number | null;
  read(view: Uint8Array): Promise<number | null>;
}

/** Reads on after an interrupted call; what the system refuses becomes FMT001. */
function guardedRead(path: string, reader: Reader, view: Uint8Array): number | null {
  const startedMs = performance.now();
  for (;;) {
    try {
      const count = reader.readSync(view);
      countRead(count, startedMs);
      return count;
    } catch (error) {
      if (error instanceof Deno.errors.Interrupted) continue;
      if (error instanceof Deno.errors.WouldBlock) {
        // a pipe in non-blocking mode is empty: wait a millisecond for its writer
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        continue;
      }
      throw cannotOpen(path, error);
    }
  }
}

async function guardedAsyncRead(path: string, reader: Reader, view: Uint8Array): Promise<number | null> {
  const startedMs = performance.now();
  try {
    const count = await reader.read(view);
    countRead(count, startedMs);
    return count;
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** An input whose first bytes were looked at: they come again. */
class PeekedInput implements TextInput {
  readonly path: string;
  readonly numBytes: number | null;
  readonly read?: NonNullable<TextInput["read"]>;
  readonly #input: TextInput;
  #head: Uint8Array;

  constructor(input: TextInput, head: Uint8Array) {
    this.path = input.path;
    this.numBytes = input.numBytes;
    this.#input = input;
    this.#head = head;
    const { read } = input;
    if (read !== undefined) this.read = (view) => this.#give(view) ?? read(view);
  }

  get numConsumed(): number | undefined {
    return this.#input.numConsumed;
  }

  get heldBytes(): number {
    return this.#input.heldBytes ?? 0;
  }

  readSync(view: Uint8Array): number | null {
    if (this.#head.length === 0) return this.#input.readSync(view);
    return this.#take(view);
  }

  #give(view: Uint8Array): Promise<number> | null {
    return this.#head.length === 0 ? null : Promise.resolve(this.#take(view));
  }

  #take(view: Uint8Array): number {
    const part = this.#head.subarray(0, view.length);
    view.set(part);
    this.#head = this.#head.subarray(part.length);
    return part.length;
  }

  close(): void {
    this.#input.close();
  }
}

/** how much of an input is looked at to tell its encoding */
const PEEK_BYTES = 4;

function peek(input: TextInput): { readonly head: Uint8Array; readonly again: TextInput } {
  const bytes = new Uint8Array(PEEK_BYTES);
  let numBytes = 0;
  while (numBytes < PEEK_BYTES) {
    const count = input.readSync(bytes.subarray(numBytes));
    if (count === null || count === 0) break;
    numBytes += count;
  }
  const head = bytes.subarray(0, numBytes);
  return { head, again: new PeekedInput(input, head) };
}

/**
 * The text of an input as UTF-8, by its first bytes: decompressed where it is gzip or zstd, converted where it is
 * UTF-16. All else is given as it is.
 *
 * @throws FormatError FMT003, FMT004 for a compressed stream that is cut or damaged; FMT006 for damaged UTF-16
 */
export function decodedInput(input: TextInput): TextInput {
  try {
    const { head, again } = peek(input), codec = textCodec(head);
    const plain = codec === null ? { head, again } : peek(new DecompressedInput(again, codec));
    const order = utf16Order(plain.head);
    return order === null ? plain.again : new Utf16Input(plain.again, order);
  } catch (error) {
    input.close();
    throw error;
  }
}

/**
 * Opens a file or a URL, or standard input for "-": its text, decompressed and in UTF-8.
 *
 * @throws FormatError FMT001, and what `decodedInput` throws
 */
export function openTextInput(path: string): TextInput {
  return decodedInput(openRawInput(path));
}

/** The bytes of an input as they are. Throws FormatError FMT001. */
export function openRawInput(path: string): TextInput {
  if (path === "-") {
    return {
      path: "stdin",
      numBytes: null,
      readSync: (view) => guardedRead("stdin", Deno.stdin, view),
      read: (view) => guardedAsyncRead("stdin", Deno.stdin, view),
      close() {},
    };
  }
  if (isRemote(path)) return RemoteFile.open(path);
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    throw cannotOpen(path, error);
  }
  const status = file.statSync();
  if (status.isDirectory) {
    file.close();
    throw cannotOpen(path, new Deno.errors.IsADirectory("it is a directory"));
  }
  return {
    path,
    numBytes: status.isFile ? status.size : null,
    readSync: (view) => guardedRead(path, file, view),
    ...(status.isFile ? {} : { read: (view) => guardedAsyncRead(path, file, view) }),
    close: () => file.close(),
  };
}
