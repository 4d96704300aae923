/**
 * A file without a name for what a sink cannot hold until its output's end. It lies on the output's disk; of what is
 * no file, as standard output, in the system's folder of temporary files.
 *
 * @module
 */
import type { ByteOutput } from "./atomic_file.ts";
import { cannotWrite, writeAll } from "./write_all.ts";

/** Bytes on a disk, written in order and then read from anywhere. */
export interface ScratchFile {
  /** Throws OutputError OUT001. */
  write(bytes: Uint8Array): void;
  /** Fills the view with what was written at a position. Throws OutputError OUT001. */
  readAt(view: Uint8Array, position: number): void;
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
      readAt: (view, position) =>
        guarded(output, () => {
          file.seekSync(position, Deno.SeekMode.Start);
          for (let done = 0; done < view.byteLength;) {
            const count = file.readSync(view.subarray(done));
            if (count === null) {
              throw new Error(`${view.byteLength - done} bytes of its scratch file are gone`);
            }
            done += count;
          }
        }),
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
