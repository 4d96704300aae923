/**
 * Where the author called: the place in the pipeline file that an error names.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Place } from "../errors.ts";

/** The folder that holds this library: frames of the call stack below it are not the author's. */
const LIBRARY = new URL("../", import.meta.url).href;

/** Frames that a call stack is asked for: ours are about six deep. */
const NUM_FRAMES = 32;

/** The author's position in the call stack: the innermost frame outside this library. Null where there is none. */
export function placeInStack(stack: string): Place | null {
  for (const line of stack.split("\n").slice(1)) {
    const match = /\(?((?:file|https?|data):[^\s()]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (match === null || match[1]!.startsWith(LIBRARY)) continue;
    const [, url, lineNumber, column] = match;
    return {
      file: url!.startsWith("file:") ? fileURLToPath(url!) : url!,
      line: Number(lineNumber),
      column: Number(column),
    };
  }
  return null;
}

/** The place of the author's call that is being served. */
export function authorPlace(): Place | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = NUM_FRAMES;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return placeInStack(stack);
}
