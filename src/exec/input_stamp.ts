/**
 * Whether a file is still the one that was planned. Each thread opens it by its path, and reads it as it comes: rows
 * of two versions in one output would be nobody's table.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { FormatError } from "../errors.ts";
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
}

/**
 * Refuses the inputs that were written to since they were planned. Text that has grown is no change: a log is read
 * as far as it reached, by one thread; so is text whose name another file has now.
 *
 * @param cause what was found wrong with them, if anything
 * @throws FormatError FMT004
 */
export function refuseChanged(inputs: readonly StampedInput[], cause?: Error): void {
  for (const { path, info, stamp } of inputs) {
    if (stamp === null) continue;
    const now = stampOf(path), isText = info.format === "csv" || info.format === "ndjson";
    const isSame = now !== null && now.file === stamp.file && now.numBytes === stamp.numBytes &&
      now.modified === stamp.modified;
    if (isSame) continue;
    if (isText && (now?.file !== stamp.file || now.numBytes > stamp.numBytes)) continue;
    throw new FormatError("FMT004", `${path} changed while it was read`, {
      notes: [`at first ${stampText(stamp)}; now ${stampText(now)}`],
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
