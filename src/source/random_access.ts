/**
 * Bytes of an input: at a position (files), or one after the other (pipes). Both read straight into views of wasm
 * memory, shared or not, and both can be replaced in tests by readers that count or that serve bytes from memory.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { FormatError } from "../errors.ts";
import { isOutOfFiles, MORE_FILES } from "../open_files.ts";
import { GUARDED, standardStream } from "../standard_streams.ts";
import { shellWord } from "../wording/shell_word.ts";
import { countRead } from "./read_meter.ts";

/** A file's bytes, read at positions. */
export interface RandomAccess {
  /** for messages */
  readonly path: string;
  /** bytes of the file when it was opened */
  readonly size: number;
  /**
   * Fills the whole view from `position`.
   *
   * @throws FormatError FMT003 when the file ends before the view is full, FMT001 when the system cannot read it
   */
  readInto(view: Uint8Array, position: number): void;
  close(): void;
}

/** A pipe's bytes, in order. Both forms read at least one byte, and give null at the end. */
export interface ByteStream {
  /** for messages: "stdin" or the path */
  readonly path: string;
  readSync(view: Uint8Array): number | null;
  read(view: Uint8Array): Promise<number | null>;
  close(): void;
}

/** One read call takes no more than Linux allows (2 GiB − 4 KiB). */
const MAX_READ_BYTES = 1 << 30;

/** The refusal of an input that the system does not give us (FMT001), with what to do about it. */
export function cannotOpen(path: string, error: unknown): FormatError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(/\s*\(os error \d+\).*$/s, "").replace(/: open '.*$/s, "");
  const help = error instanceof Deno.errors.NotFound
    ? "check the path; patterns are matched from the folder where the command runs"
    : error instanceof Deno.errors.NotCapable
    ? notCapableHelp(path, message)
    : error instanceof Deno.errors.PermissionDenied
    ? "take a file that you may read, or change its permissions"
    : isOutOfFiles(error)
    ? MORE_FILES
    : "check the path and the disk, then run again";
  return new FormatError("FMT001", `cannot read ${path}: ${reason}`, { help, cause: error });
}

/** Whether a path is that of a FIFO, a device or a socket: it is read once, from its start. */
export function isPipe(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFifo === true || info.isCharDevice === true || info.isSocket === true;
  } catch {
    // opening it says why it cannot be read
    return false;
  }
}

/** Deno guards devices and what else is no file beyond --allow-read. */
function notCapableHelp(path: string, message: string): string {
  if (standardStream(path) === "input") return "write - for standard input, and its format with --from";
  return message.includes("all access")
    ? `${GUARDED}: take another folder, or let the shell open it: - as the input, --from FORMAT, and < ${
      shellWord(path)
    }`
    : "allow reading it: deno run --allow-read=PATH … (or deno run -P)";
}

/** The refusal of a file that ends too early (FMT003). */
export function endsTooEarly(path: string, position: number, wanted: number, available: number): FormatError {
  return new FormatError("FMT003", `${path} ends before the bytes that its metadata promises`, {
    notes: [
      `${countText(wanted)} bytes from byte ${countText(position)} were asked for, ${
        countText(available)
      } are there`,
    ],
    help: "write or copy the file again; it may still have been in writing",
  });
}

/** A file by its path. Every worker opens its own: a handle has one position. */
export class FileAccess implements RandomAccess {
  readonly path: string;
  readonly size: number;
  readonly #file: Deno.FsFile;

  private constructor(path: string, size: number, file: Deno.FsFile) {
    this.path = path;
    this.size = size;
    this.#file = file;
  }

  /** @throws FormatError FMT001: no such file, no permission, a directory */
  static open(path: string): FileAccess {
    try {
      const file = Deno.openSync(path, { read: true });
      const info = file.statSync();
      if (info.isDirectory) {
        file.close();
        throw new Deno.errors.IsADirectory("it is a directory");
      }
      return new FileAccess(path, info.size, file);
    } catch (error) {
      throw cannotOpen(path, error);
    }
  }

  readInto(view: Uint8Array, position: number): void {
    let done = 0;
    try {
      this.#file.seekSync(position, Deno.SeekMode.Start);
      while (done < view.byteLength) {
        const startedMs = performance.now();
        const count = this.#file.readSync(view.subarray(done, done + MAX_READ_BYTES));
        countRead(count, startedMs);
        if (count === null) break;
        done += count;
      }
    } catch (error) {
      throw cannotOpen(this.path, error);
    }
    if (done < view.byteLength) throw endsTooEarly(this.path, position, view.byteLength, done);
  }

  close(): void {
    this.#file.close();
  }
}

/** Bytes that are in memory already: for tests, and for data that a caller holds. */
export class MemoryAccess implements RandomAccess {
  readonly path: string;
  readonly #bytes: Uint8Array;
  /** bytes read so far */
  bytesRead = 0;
  /** calls so far */
  numReads = 0;

  constructor(bytes: Uint8Array, path = "memory") {
    this.#bytes = bytes;
    this.path = path;
  }

  get size(): number {
    return this.#bytes.byteLength;
  }

  readInto(view: Uint8Array, position: number): void {
    const available = Math.max(0, this.#bytes.byteLength - position);
    if (available < view.byteLength) throw endsTooEarly(this.path, position, view.byteLength, available);
    view.set(this.#bytes.subarray(position, position + view.byteLength));
    this.bytesRead += view.byteLength;
    this.numReads += 1;
  }

  close(): void {}
}

type PipeReader = Pick<Deno.FsFile, "readSync" | "read"> & { close?(): void };

/** Standard input, or a FIFO or device by its path. */
export class PipeStream implements ByteStream {
  readonly path: string;
  readonly #reader: PipeReader;

  private constructor(path: string, reader: PipeReader) {
    this.path = path;
    this.#reader = reader;
  }

  static stdin(): PipeStream {
    return new PipeStream("stdin", {
      readSync: (v) => Deno.stdin.readSync(v),
      read: (v) => Deno.stdin.read(v),
    });
  }

  /** @throws FormatError FMT001 */
  static open(path: string): PipeStream {
    try {
      return new PipeStream(path, Deno.openSync(path, { read: true }));
    } catch (error) {
      throw cannotOpen(path, error);
    }
  }

  /**
   * As `open`; a FIFO that nobody writes to keeps only the promise waiting.
   *
   * @throws FormatError FMT001
   */
  static async openAsync(path: string): Promise<PipeStream> {
    try {
      return new PipeStream(path, await Deno.open(path, { read: true }));
    } catch (error) {
      throw cannotOpen(path, error);
    }
  }

  readSync(view: Uint8Array): number | null {
    const startedMs = performance.now();
    try {
      const count = this.#reader.readSync(view);
      countRead(count, startedMs);
      return count;
    } catch (error) {
      throw cannotOpen(this.path, error);
    }
  }

  async read(view: Uint8Array): Promise<number | null> {
    const startedMs = performance.now();
    try {
      const count = await this.#reader.read(view);
      countRead(count, startedMs);
      return count;
    } catch (error) {
      throw cannotOpen(this.path, error);
    }
  }

  close(): void {
    this.#reader.close?.();
  }
}
