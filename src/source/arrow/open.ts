/**
 * Opens Arrow inputs.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import { FileAccess, isPipe, PipeStream, type RandomAccess } from "../random_access.ts";
import { isRemote, RemoteFile } from "../remote/mod.ts";
import type { Source } from "../source.ts";
import { detectFraming, HEAD_BYTES, notArrow } from "./detect.ts";
import { type FileBatches, FooterBatches, StreamBatches } from "./file_batches.ts";
import { ArrowFileSource } from "./file_source.ts";
import { ArrowPipeSource } from "./pipe_source.ts";

/** Options of `openArrowSource`. */
export interface ArrowSourceOptions {
  /** index of the input among the run's inputs, for its tickets; 0 if not given */
  readonly sourceIndex?: number;
  /** another way to the bytes of a path, for tests; decoders are given the same */
  readonly open?: (path: string) => RandomAccess;
}

/**
 * Opens an Arrow IPC file or stream and reads its schema: of a file the first bytes and the footer, of a stream the
 * schema message. No byte of a column is read. Which of the two it is, its first bytes say, not its name.
 *
 * @param path of a file, a FIFO or a device; a URL; "-" for standard input
 * @throws FormatError FMT001 cannot be opened, FMT002 not Arrow, FMT003 truncated, FMT004 corrupt, FMT005 uses what
 *   is not read here (big-endian, metadata before V4)
 */
export function openArrowSource(path: string, options: ArrowSourceOptions = {}): Source {
  const sourceIndex = options.sourceIndex ?? 0;
  if (path === "-") return ArrowPipeSource.open(PipeStream.stdin(), sourceIndex);
  if (options.open === undefined && isPipe(path)) {
    return ArrowPipeSource.open(PipeStream.open(path), sourceIndex);
  }
  const remote = options.open === undefined && isRemote(path) ? RemoteFile.open(path) : null;
  // a server that does not answer ranges is as good as a pipe
  if (remote?.info.canSeek === false) return ArrowPipeSource.open(remote, sourceIndex);
  const access = remote ?? (options.open ?? FileAccess.open)(path);
  try {
    return new ArrowFileSource(access, openBatches(access), sourceIndex);
  } catch (error) {
    access.close();
    throw error;
  }
}

/** The record batches of an opened file, by the framing that its first bytes show. */
export function openBatches(access: RandomAccess): FileBatches {
  const head = new Uint8Array(Math.min(HEAD_BYTES, access.size));
  access.readInto(head, 0);
  const framing = detectFraming(head, access.path);
  if (framing === "file") return new FooterBatches(access, head.byteLength);
  try {
    return new StreamBatches(access, head.byteLength);
  } catch (error) {
    const isDamage = error instanceof FormatError && (error.code === "FMT003" || error.code === "FMT004");
    if (framing === "legacy" && isDamage) throw notArrow(head, access.path, error);
    throw error;
  }
}
