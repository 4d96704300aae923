/** Folders such as /tmp, where all may write and a file is replaced by its owner alone. @module */
import { splitPath } from "./temporary_sibling.ts";

/** Another user's file is under the name, in such a folder. */
export class OthersFile extends Error {}

const STICKY = 0o1000;

/**
 * Refuses a file that the system would not let be replaced in the end. `ownUid` is whom a new file beside it belongs
 * to. Whoever owns the folder may replace it, and whoever may change its permissions.
 *
 * @throws OthersFile
 */
export function refuseOthers(target: string, existing: Deno.FileInfo, ownUid: number | null): void {
  if (ownUid === null || existing.uid === ownUid) return;
  const [path] = splitPath(target);
  try {
    const folder = Deno.statSync(path === "" ? "." : path);
    if (((folder.mode ?? 0) & STICKY) === 0 || folder.uid === ownUid) return;
    // to what they are: the system answers it by the rule of replacing, to root in a container too
    Deno.chmodSync(target, existing.mode! & 0o7777);
  } catch (cause) {
    // Deno's own refusals say nothing of the file
    if (!(cause instanceof Deno.errors.PermissionDenied)) return;
    throw new OthersFile("it is another user's, and in its folder (sticky bit) only owners replace files", {
      cause,
    });
  }
}
