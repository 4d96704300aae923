/**
 * A file without a name for what a sink cannot hold until its output's end. It lies on the output's disk; of what is
 * no file, as standard output, in the system's folder of temporary files.
 *
 * @module
 */
import { type ByteOutput, cannotWrite, writeAll } from "./atomic_file.ts";

/** Bytes on a disk, written in order and then read in order. */
export interface ScratchFile {
  /** Throws OutputError OUT001. */
  write(bytes: Uint8Array): void;
  /**
   * The bytes from the first to the last, in pieces that lie in `buffer`.
   *
   * @throws OutputError OUT001
   */
  read(buffer: Uint8Array): Iterable<Uint8Array>;
  /** nothing of it remains */
  close(): void;
}

/**
 * Opens a file that has no name any more, where the system allows that: a process that is killed leaves nothing.
 *
 * @throws OutputError OUT001
 */
export function openScratch(output: ByteOutput): ScratchFile {
  return guarded(output, () => {
    const { file, path } = output.openSibling?.() ?? openTemporary();
    // Windows removes no open file
    const isNameless = Deno.build.os !== "windows";
    if (isNameless) Deno.removeSync(path);
    return {
      write: (bytes) => guarded(output, () => writeAll(file, bytes, () => {})),
      *read(buffer) {
        guarded(output, () => file.seekSync(0, Deno.SeekMode.Start));
        for (;;) {
          const count = guarded(output, () => file.readSync(buffer));
          if (count === null) return;
          yield buffer.subarray(0, count);
        }
      },
      close: () => {
        file.close();
        if (!isNameless) Deno.removeSync(path);
      },
    };
  });
}

function openTemporary(): { readonly file: Deno.FsFile; readonly path: string } {
  const path = Deno.makeTempFileSync({ prefix: "ndpipe-", suffix: ".ndpipe-tmp" });
  return { file: Deno.openSync(path, { read: true, write: true }), path };
}

function guarded<T>({ path, numBytes }: ByteOutput, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cannotWrite(path, numBytes, error);
  }
}
