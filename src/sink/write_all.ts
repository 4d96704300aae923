/**
 * Writing all of some bytes with synchronous calls, and what is said where that fails.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { OutputError } from "../errors.ts";
import { shellWord } from "../wording/shell_word.ts";
import { isOutOfFiles, MORE_FILES } from "../open_files.ts";
import { GUARDED, standardStream } from "../standard_streams.ts";
import { isFolder } from "./folder.ts";
import { OthersFile } from "./sticky_folder.ts";
import { splitPath } from "./temporary_sibling.ts";

/**
 * The reader of our standard output (or of a FIFO) went away. That is no failure of the run: the command line
 * ends quietly, as `head` makes other tools end.
 */
export class BrokenPipe extends Error {
  override readonly name = "BrokenPipe";
}

/** The target is a link to what is not there. */
export class DanglingLink extends Error {}

/** Linux writes at most 2 GiB − 4 KiB a call; whole pages below that keep every call aligned. */
const MAX_WRITE_BYTES = 1 << 30;

/** how long a write to a pipe in non-blocking mode waits before it tries again */
const RETRY_MILLISECONDS = 1;

export interface SyncWriter {
  writeSync(view: Uint8Array): number;
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What may help where the output's folder is not there, or was not there for a moment. */
function helpForMissing(path: string): string {
  const [folder] = splitPath(path);
  if (folder !== "") {
    const name = folder.length > 1 ? folder.slice(0, -1) : folder;
    // a name like a flag's would be taken for one
    const word = name.startsWith("-") ? `./${name}` : name;
    if (!isFolder(folder)) return `make the folder first: mkdir -p ${shellWord(word)}`;
  } else if (!hasWorkingFolder()) {
    return "the working folder was removed: change into one that is there";
  }
  return "the unfinished output was removed while it was written: run again, and let nothing tidy its folder";
}

function hasWorkingFolder(): boolean {
  try {
    return isFolder(Deno.cwd());
  } catch {
    return false;
  }
}

/** The flag that names a file which is written, with a file that it may name. */
const EXAMPLES = { "-o": "scores.arrow", "--report": "run.json", "--html": "table.html" } as const;
export type OutputFlag = keyof typeof EXAMPLES;

/** Deno guards devices, and all else below /dev, /proc and /sys, beyond --allow-write. */
function helpForGuarded(path: string, flag: OutputFlag): string {
  if (flag !== "-o") return `${GUARDED}: take another folder with ${flag}`;
  return standardStream(path) === "output"
    ? "write - for standard output, and its format with --to: -o -"
    : `${GUARDED}: take another folder with -o, or let the shell open it: -o - > ${shellWord(path)}`;
}

/** What may help where writing failed. */
export function helpFor(error: unknown, path: string, flag: OutputFlag = "-o"): string {
  const nameFile = `name a file: ${flag} FOLDER/${EXAMPLES[flag]}`;
  if (error instanceof Deno.errors.NotCapable) {
    if (error.message.includes("--allow-all")) return helpForGuarded(path, flag);
    return "allow writing in the output's folder: deno run --allow-write=FOLDER … (or deno run -P)";
  }
  if (error instanceof Deno.errors.IsADirectory) return nameFile;
  if (error instanceof OthersFile) return `take another name or folder with ${flag}`;
  if (error instanceof DanglingLink) return "remove the link, or make what it leads to";
  // Deno knows no code for EFBIG
  if (error instanceof Error && error.message.startsWith("File too large")) {
    return `lift the limit on the size of a file (ulimit -f, a quota), or write to another disk with ${flag}`;
  }
  if (isOutOfFiles(error)) return MORE_FILES;
  switch (errorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return `free space on that disk, or write to another one with ${flag}`;
    case "EACCES":
    case "EPERM":
      return "take a folder that you may write in, or change its permissions";
    case "EROFS":
      return `the file system is mounted read-only: take another folder with ${flag}`;
    case "ENOENT":
      return helpForMissing(path);
    case "EISDIR":
    case "ENOTDIR":
      return nameFile;
    case "ENAMETOOLONG":
      return `take a shorter name with ${flag}`;
    default:
      return "check the disk and the path, then run again";
  }
}

/** Deno's messages end in ": open '/path'", which our sentence says already. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.replace(/\(os error \d+\).*$/s, "").replace(/: open '.*$/s, "").trim();
  const code = errorCode(error);
  return code === "" ? text : `${text} (${code})`;
}

/** A write that failed. */
export interface FailedWrite {
  readonly numBytes: number;
  /** what is under the path afterwards: what was there before, nothing, or what a pipe or a device has taken */
  readonly left: "old" | "nothing" | "taken";
  readonly flag: OutputFlag;
}

const LEFT = {
  old: "; the file that was there is as it was",
  nothing: "; no output is left behind",
  taken: "",
} as const;

/** What is thrown of a write that failed. */
export function cannotWrite(
  path: string,
  error: unknown,
  { numBytes, left, flag }: FailedWrite,
): OutputError {
  return new OutputError("OUT001", `cannot write ${path}: ${reasonOf(error)}`, {
    notes: [`${countText(numBytes)} bytes had been written${LEFT[left]}`],
    help: helpFor(error, path, flag),
    cause: error,
  });
}

/** Writes all of the view; returns through `wrote` what each call took, so that a failure knows how far it came. */
export function writeAll(writer: SyncWriter, view: Uint8Array, wrote: (numBytes: number) => void): void {
  let done = 0;
  while (done < view.byteLength) {
    let count: number;
    try {
      count = writer.writeSync(view.subarray(done, done + MAX_WRITE_BYTES));
    } catch (error) {
      if (error instanceof Deno.errors.Interrupted) continue;
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      // a pipe that its other end set to non-blocking is full: let the reader catch up
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MILLISECONDS);
      continue;
    }
    done += count;
    wrote(count);
  }
}
