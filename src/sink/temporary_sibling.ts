/**
 * Temporary files beside their target, so that the rename stays within one file system. Each is locked for as long as
 * its process has it open; what a killed process left has no lock any more, and the next output of that name takes it
 * away: a job that is killed every night would fill the disk.
 *
 * @module
 */

/** makes names of temporary siblings differ within a process */
let numOpened = 0;

/** A file that is locked from just after it was made is never this old without its lock. */
const MIN_STALE_MILLISECONDS = 10_000;

/** The folder, with its last separator, and the name in it. */
export function splitPath(path: string): readonly [folder: string, name: string] {
  const end = Math.max(path.lastIndexOf("/"), Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1) + 1;
  return [path.slice(0, end), path.slice(end)];
}

/** names end at 255 bytes; 48 characters take at most 192 */
function stemOf(name: string): string {
  return Array.from(name).slice(0, 48).join("");
}

/**
 * A new, locked file beside the target, and its path. Siblings that killed processes left are removed.
 *
 * @throws what opening a file throws
 */
export function openSibling(
  target: string,
  mode: number,
): { readonly file: Deno.FsFile; readonly temporary: string } {
  const [folder, name] = splitPath(target);
  if (name === "" || name === "." || name === "..") throw new Deno.errors.IsADirectory("it names a folder");
  removeStale(folder, stemOf(name));
  for (;;) {
    const temporary = `${folder}.${stemOf(name)}.${Deno.pid}-${numOpened++}.ndpipe-tmp`;
    try {
      const file = Deno.openSync(temporary, { read: true, write: true, createNew: true, mode });
      tryLock(file);
      return { file, temporary };
    } catch (error) {
      // left by a killed process that had our number
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** Whether the file is ours now. Not every file system has locks: there a file is nobody's, and never stale. */
function tryLock(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    return false;
  }
}

function removeStale(folder: string, stem: string): void {
  const start = `.${stem}.`;
  for (const { name, isFile } of entriesOf(folder)) {
    const isSibling = isFile && name.startsWith(start) &&
      /^\d+-(?:[a-z]+-)?\d+\.ndpipe-tmp$/.test(name.slice(start.length));
    if (!isSibling) continue;
    try {
      removeIfStale(`${folder}${name}`);
    } catch {
      // another user's, or gone: nothing that the output needs
    }
  }
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder === "" ? "." : folder)];
  } catch {
    // it may be written to and not listed
    return [];
  }
}

function removeIfStale(path: string): void {
  const { mtime } = Deno.statSync(path);
  // a clock that was set back since leaves files of the future
  if (mtime === null || Math.abs(Date.now() - mtime.getTime()) < MIN_STALE_MILLISECONDS) return;
  using file = Deno.openSync(path, { write: true });
  // the name may belong to another file by now, that of a process with the same number in another container
  if (tryLock(file) && isSameFile(file.statSync(), Deno.statSync(path))) Deno.removeSync(path);
}

function isSameFile(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
