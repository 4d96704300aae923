/**
 * Bytes to a file that appears whole or not at all, or to standard output.
 *
 * Invariants:
 * 1. Until `commit` returns, the target's old content (or absence) is what every other process sees.
 * 2. All bytes are synced to the disk before the file gets its name; the folder is synced after it, where the
 *    file system allows that.
 * 3. After `abort`, and after a failed `commit`, no temporary file of ours remains.
 *
 * A process that is killed leaves at most a temporary sibling named `.<target>.<process>-<n>.ndpipe-tmp`, which the
 * next output of that name removes (`temporary_sibling.ts`).
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { OutputError } from "../errors.ts";
import { refuseOthers } from "./sticky_folder.ts";
import { openSibling, splitPath } from "./temporary_sibling.ts";
import {
  BrokenPipe,
  cannotWrite,
  DanglingLink,
  type FailedWrite,
  helpFor,
  type OutputFlag,
  reasonOf,
  type SyncWriter,
  writeAll,
} from "./write_all.ts";

/** Where a sink's bytes go. Bytes are the caller's again when `write` returns. */
export interface ByteOutput {
  /** for messages: the path, or "stdout" */
  readonly path: string;
  /** bytes handed to the operating system so far */
  readonly numBytes: number;
  /** writes all of the view, which may lie in wasm memory; throws OutputError (OUT001) or BrokenPipe */
  write(view: Uint8Array): void;
  /** writes over bytes at the start, which are there already; absent where bytes are gone once they are written */
  rewriteStart?(view: Uint8Array): void;
  /**
   * Writes at a place, which may lie behind all that was written; what lies between is zeros until it is written.
   * `write` goes on behind the last byte. Absent where bytes have to come in order.
   */
  readonly writeAt?: (view: Uint8Array, position: number) => void;
  /**
   * Opens another file beside it, to write and read, for what has to wait until the end; whoever asks removes it.
   * Absent where there is no beside.
   */
  readonly openSibling?: () => { readonly file: Deno.FsFile; readonly path: string };
  /** what a failure of writing, here or to a sibling, is called; absent where there is no beside */
  failed?(error: unknown): OutputError;
  /** syncs, and gives the file its name */
  commit(): void;
  /** gives up: nothing of what was written remains. May be called at any time, and more than once */
  abort(): void;
}

/** Options of `AtomicFile.open`. */
export interface AtomicFileOptions {
  /** replace an existing file; without it an existing target is refused (OUT002) */
  readonly force: boolean;
  /** the flag that names the file, for messages; absent: -o */
  readonly flag?: OutputFlag;
}

/** What a file is opened on. */
interface OpenedTarget {
  readonly file: Deno.FsFile;
  /** behind links */
  readonly target: string;
  /** null: the target is written to directly */
  readonly temporary: string | null;
  readonly force: boolean;
  readonly flag: OutputFlag;
  /** a file that was there */
  readonly isReplaced: boolean;
}

/** the files of this process that have neither their name yet nor been given up */
const openFiles = new Set<AtomicFile>();

/** Gives up every open file of this process, for a process that is about to end at once. Errors are passed over. */
export function abortOpenFiles(): void {
  for (const file of [...openFiles]) {
    try {
      file.abort();
    } catch {
      // the others still have to go, and the process ends with a code that says it was interrupted
    }
  }
}

/**
 * A file that gets its name only when it is complete. A target that is a device or a FIFO (`/dev/null`,
 * `/dev/stdout`) cannot be replaced: it is written to as it is. A target that is a symbolic link stays one: the
 * file that it leads to is replaced.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 * import { AtomicFile } from "./atomic_file.ts";
 * const folder = Deno.makeTempDirSync();
 * const file = AtomicFile.open(`${folder}/scores.csv`, { force: false });
 * file.write(new TextEncoder().encode("score\n1\n"));
 * file.commit();
 * strictEqual(Deno.readTextFileSync(`${folder}/scores.csv`), "score\n1\n");
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export class AtomicFile implements ByteOutput {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #target: string;
  readonly #temporary: string | null;
  readonly #force: boolean;
  readonly #left: FailedWrite["left"];
  readonly #flag: OutputFlag;
  readonly writeAt?: (view: Uint8Array, position: number) => void;
  readonly openSibling?: () => { readonly file: Deno.FsFile; readonly path: string };
  /** to the last byte */
  #numBytes = 0;
  /** where the system writes next */
  #position = 0;
  #state: "open" | "committed" | "aborted" = "open";

  private constructor(path: string, opened: OpenedTarget) {
    this.path = path;
    this.#file = opened.file;
    this.#target = opened.target;
    this.#temporary = opened.temporary;
    this.#force = opened.force;
    this.#left = opened.temporary === null ? "taken" : opened.isReplaced ? "old" : "nothing";
    this.#flag = opened.flag;
    if (opened.temporary !== null) {
      this.writeAt = (view, position) => this.#write(view, position);
      this.openSibling = () => {
        const { file, temporary } = openSibling(opened.target, 0o600);
        return { file, path: temporary };
      };
    }
    openFiles.add(this);
  }

  /**
   * Checks the target and opens the temporary sibling. Nothing appears under the target's name yet.
   *
   * @throws OutputError OUT002 when the target exists and `force` is not given; OUT001 when the target cannot be
   *   written: a missing folder, no permission, a read-only file system, a directory, another user's file in /tmp
   */
  static open(path: string, { force, flag = "-o" }: AtomicFileOptions): AtomicFile {
    let isReplaced = false;
    try {
      const existing = statOrNull(path);
      if (existing === null && isDanglingLink(path)) {
        throw new DanglingLink("it is a symbolic link that leads nowhere");
      }
      if (existing?.isDirectory) throw new Deno.errors.IsADirectory("it is a directory");
      if (existing?.isCharDevice || existing?.isFifo) {
        const file = Deno.openSync(path, { write: true });
        return new AtomicFile(path, { file, target: path, temporary: null, force: true, flag, isReplaced });
      }
      if (existing !== null && !existing.isFile) throw new Error("it is not a regular file");
      if (existing !== null && !force) throw outputExists(path, existing.size);
      isReplaced = existing !== null;
      const target = existing === null ? path : Deno.realPathSync(path);
      const mode = existing?.mode === null || existing?.mode === undefined ? 0o666 : existing.mode & 0o777;
      const { file, temporary } = openSibling(target, mode);
      if (existing !== null) {
        try {
          refuseOthers(target, existing, file.statSync().uid);
        } catch (error) {
          file.close();
          Deno.removeSync(temporary);
          throw error;
        }
        takeAccess(file, temporary, existing);
      }
      return new AtomicFile(path, { file, target, temporary, force, flag, isReplaced });
    } catch (error) {
      if (error instanceof OutputError) throw error;
      throw cannotWrite(path, error, { numBytes: 0, left: isReplaced ? "old" : "nothing", flag });
    }
  }

  get numBytes(): number {
    return this.#numBytes;
  }

  write(view: Uint8Array): void {
    this.#write(view, this.#numBytes);
  }

  #write(view: Uint8Array, position: number): void {
    if (this.#state !== "open") throw new Error(`write to a file that is ${this.#state}`);
    try {
      if (position !== this.#position) this.#file.seekSync(position, Deno.SeekMode.Start);
      this.#position = position;
      writeAll(this.#file, view, (count) => {
        this.#position += count;
        this.#numBytes = Math.max(this.#numBytes, this.#position);
      });
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) throw new BrokenPipe(this.path, { cause: error });
      throw this.failed(error);
    }
  }

  failed(error: unknown): OutputError {
    return cannotWrite(this.path, error, { numBytes: this.#numBytes, left: this.#left, flag: this.#flag });
  }

  /** @throws OutputError OUT001, as `write`; a target that is a pipe has no start any more */
  rewriteStart(view: Uint8Array): void {
    this.#write(view, 0);
  }

  commit(): void {
    if (this.#state !== "open") throw new Error(`commit of a file that is ${this.#state}`);
    try {
      if (this.#temporary !== null) {
        this.#file.syncSync();
        // the lock keeps it from being taken for one that a killed process left; Windows renames no open file
        if (Deno.build.os === "windows") this.#file.close();
        this.#name(this.#temporary);
        if (Deno.build.os !== "windows") this.#file.close();
        syncFolder(folderOf(this.#target));
      } else {
        this.#file.close();
      }
      this.#state = "committed";
      openFiles.delete(this);
    } catch (error) {
      this.abort();
      throw error instanceof OutputError ? error : this.failed(error);
    }
  }

  /** Of two runs without `force` that end at once, one gives its file the name; a rename would replace it. */
  #name(temporary: string): void {
    if (!this.#force && this.#link(temporary)) removeSecondName(temporary);
    else Deno.renameSync(temporary, this.#target);
  }

  /** Whether the file has its second name now; false: the file system knows no such thing, and the name is free. */
  #link(temporary: string): boolean {
    try {
      Deno.linkSync(temporary, this.#target);
      return true;
    } catch {
      const appeared = statOrNull(this.#target);
      if (appeared !== null) throw outputExists(this.path, appeared.size);
      return false;
    }
  }

  abort(): void {
    if (this.#state !== "open") return;
    this.#state = "aborted";
    openFiles.delete(this);
    try {
      this.#file.close();
    } catch (error) {
      // commit closes before it renames, and may fail between the two
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    if (this.#temporary === null) return;
    try {
      Deno.removeSync(this.#temporary);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw this.failed(error);
    }
  }
}

function outputExists(path: string, numBytes: number): OutputError {
  return new OutputError("OUT002", `${path} exists`, {
    notes: [`${countText(numBytes)} bytes, left as they are`],
    help: "add --force to replace it, or take another name with -o",
  });
}

/**
 * Gives a new file the owner, the group and the permissions of the one that it will replace, as far as the system
 * lets us: what a group shares or nobody else may read stays so. Of another group's file it keeps what the umask left.
 */
function takeAccess(file: Deno.FsFile, path: string, { mode, uid, gid }: Deno.FileInfo): void {
  if (mode === null) return;
  const own = file.statSync();
  try {
    if (own.uid !== uid || own.gid !== gid) Deno.chownSync(path, uid, gid);
    if (own.mode !== mode) Deno.chmodSync(path, mode & 0o777);
  } catch {
    // another user's: the file is ours then
  }
}

function statOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Takes the second name of a file away that is whole under its first: the output is there whether it goes or not. */
function removeSecondName(temporary: string): void {
  try {
    Deno.removeSync(temporary);
  } catch {
    // the next output of that name removes it
  }
}

function isDanglingLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function folderOf(path: string): string {
  const [folder] = splitPath(path);
  return folder === "" ? "." : folder;
}

/** Makes the rename itself durable. Not every file system lets a folder be opened or synced: then there is no way. */
function syncFolder(folder: string): void {
  let handle: Deno.FsFile;
  try {
    handle = Deno.openSync(folder, { read: true });
  } catch {
    return;
  }
  try {
    handle.syncSync();
  } catch {
    // the file is complete and has its name; only the moment at which the name is durable is the system's
  } finally {
    handle.close();
  }
}

/** Standard output. There is nothing to name and nothing to take back. */
export class StandardOutput implements ByteOutput {
  readonly path = "stdout";
  readonly #writer: SyncWriter;
  #numBytes = 0;

  /** @param writer another writer than the process's standard output, for tests */
  constructor(writer: SyncWriter = Deno.stdout) {
    this.#writer = writer;
  }

  get numBytes(): number {
    return this.#numBytes;
  }

  write(view: Uint8Array): void {
    try {
      writeAll(this.#writer, view, (count) => this.#numBytes += count);
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) throw new BrokenPipe(this.path, { cause: error });
      throw new OutputError("OUT001", `cannot write to standard output: ${reasonOf(error)}`, {
        notes: [`${countText(this.#numBytes)} bytes had been written`],
        help: helpFor(error, this.path),
        cause: error,
      });
    }
  }

  commit(): void {}

  abort(): void {}
}
