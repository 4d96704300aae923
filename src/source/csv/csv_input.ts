/**
 * The bytes of a CSV input, read in order.
 *
 * @module
 */
import { cannotOpen } from "../random_access.ts";

/** Bytes in order. `readSync` fills the front of a view, which may lie in wasm memory. */
export interface CsvInput {
  /** for messages: the path, or "stdin" */
  readonly path: string;
  /** size of the file; null for a pipe */
  readonly numBytes: number | null;
  /** the number of bytes read; null or 0 at the end */
  readSync(view: Uint8Array): number | null;
  /**
   * The same without holding the thread. Only a pipe has it: its writer may be silent for ever, and meanwhile
   * signals have to get through.
   */
  read?(view: Uint8Array): Promise<number | null>;
  close(): void;
}

interface Reader {
  readSync(view: Uint8Array): number | null;
  read(view: Uint8Array): Promise<number | null>;
}

/** Reads on after an interrupted call; what the system refuses becomes FMT001. */
function guardedRead(path: string, reader: Reader, view: Uint8Array): number | null {
  for (;;) {
    try {
      return reader.readSync(view);
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
  try {
    return await reader.read(view);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/**
 * Opens a file, or standard input for "-".
 *
 * @throws FormatError FMT001
 */
export function openCsvInput(path: string): CsvInput {
  if (path === "-") {
    return {
      path: "stdin",
      numBytes: null,
      readSync: (view) => guardedRead("stdin", Deno.stdin, view),
      read: (view) => guardedAsyncRead("stdin", Deno.stdin, view),
      close() {},
    };
  }
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
