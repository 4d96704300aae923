/**
 * Whether a file is still the one that was planned. Each thread opens it by its path, and reads it as it comes: rows
 * of two versions in one output would be nobody's table.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { FormatError, NdpipeError } from "../errors.ts";
import type { SourceInfo } from "../source/source.ts";

/** A file as the system knew it. */
export interface InputStamp {
  readonly numBytes: number;
  readonly modified: number | null;
  readonly file: number | null;
}

/** The stamp of a file; null where there is none: a pipe, a URL, a test's input. */
export function stampOf(path: string): InputStamp | null {
  try {
    const { isFile, size, mtime, ino } = Deno.statSync(path);
    return isFile ? { numBytes: size, modified: mtime?.getTime() ?? null, file: ino } : null;
  } catch {
    return null;
  }
}

/** What a run is told of each of its inputs. */
export interface StampedInput {
  readonly path: string;
  readonly info: Pick<SourceInfo, "format">;
  readonly stamp: InputStamp | null;
  /** see `Source.endsInRecord`; absent: false */
  readonly endsInRecord?: boolean;
}

/**
 * Refuses the inputs that were written to since they were planned. Text that has grown is no change: a log is read
 * as far as it reached, by one thread; so is text whose name another file has now. But where the reading ended within
 * a record, half of one may have been read: "12" of "123", or what is no number; or half of what `gzip` appended.
 *
 * @param cause what was found wrong with them, if anything
 * @throws FormatError FMT004
 */
export function refuseChanged(inputs: readonly StampedInput[], cause?: Error): void {
  for (const { path, info, stamp, endsInRecord = false } of inputs) {
    if (stamp === null) continue;
    const now = stampOf(path), isText = info.format === "csv" || info.format === "ndjson";
    const isSame = now !== null && now.file === stamp.file && now.numBytes === stamp.numBytes &&
      now.modified === stamp.modified;
    if (isSame) continue;
    if (isText && (now?.file !== stamp.file || (now.numBytes > stamp.numBytes && !endsInRecord))) continue;
    const notes = [`at first ${stampText(stamp)}; now ${stampText(now)}`];
    if (isText && endsInRecord && !(cause instanceof FormatError)) {
      notes.push("what was read of it ends within a record, without a line end");
    }
    if (cause instanceof NdpipeError) notes.push(`what was found in it: ${cause.code} ${cause.message}`);
    throw new FormatError("FMT004", `${path} changed while it was read`, {
      notes,
      help: "run again when nothing writes to the file any more",
      cause,
    });
  }
}

function stampText(stamp: InputStamp | null): string {
  if (stamp === null) return "there is no such file";
  const bytes = `${countText(stamp.numBytes)} bytes`;
  return stamp.modified === null ? bytes : `${bytes}, written ${new Date(stamp.modified).toISOString()}`;
}
