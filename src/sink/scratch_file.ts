/**
 * A file without a name for what a sink cannot hold until its output's end. It lies on the output's disk; of what is
 * no file, as standard output, in the system's folder of temporary files.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { OutputError } from "../errors.ts";
import type { ByteOutput } from "./atomic_file.ts";
import { reasonOf, writeAll } from "./write_all.ts";

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
    const opened = output.openSibling?.() ?? openTemporary(), { file } = opened;
    // Windows removes no open file
    const isNameless = Deno.build.os !== "windows";
    if (isNameless) removeOpened(opened);
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
        try {
          file.close();
        } finally {
          if (!isNameless) Deno.removeSync(opened.path);
        }
      },
    };
  });
}

interface OpenedFile {
  readonly file: Deno.FsFile;
  readonly path: string;
}

/** Takes the name away; where that fails, nobody has the file open any more. */
function removeOpened({ file, path }: OpenedFile): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    file.close();
    throw error;
  }
}

function openTemporary(): OpenedFile {
  const path = Deno.makeTempFileSync({ prefix: "ndpipe-", suffix: ".ndpipe-tmp" });
  try {
    return { file: Deno.openSync(path, { read: true, write: true }), path };
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
}

function guarded<T>(output: ByteOutput, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw output.openSibling === undefined || output.failed === undefined
      ? cannotKeep(output, error)
      : output.failed(error);
  }
}

/** The output has no disk of its own: its folder is not what has to be mended. */
function cannotKeep({ path, numBytes }: ByteOutput, error: unknown): OutputError {
  return new OutputError(
    "OUT001",
    `cannot write ${path}: its temporary file: ${reasonOf(error)}`,
    {
      notes: [
        "what the output ends with is kept in the system's folder of temporary files until then",
        `${countText(numBytes)} bytes had been written`,
      ],
      help: error instanceof Deno.errors.NotCapable
        ? "name a file with -o, or allow writing in the folder of temporary files: deno run --allow-write=FOLDER …"
        : "name a file with -o, or set TMPDIR to a folder that has room and that you may write in",
      cause: error,
    },
  );
}
