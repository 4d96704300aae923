/** A path or a URL → its bytes, at positions. @module */
import { FileAccess, type RandomAccess } from "../random_access.ts";
import { RemoteFile } from "./remote_file.ts";
import { isRemote } from "./remote_url.ts";

/**
 * Opens a file or a URL.
 *
 * @throws FormatError FMT001; FMT005 where the URL's server does not answer ranges
 */
export function openAccess(path: string): RandomAccess {
  return isRemote(path) ? RemoteFile.openRanges(path) : FileAccess.open(path);
}
