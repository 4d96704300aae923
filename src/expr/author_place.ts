/**
 * Where the author called: the place in the pipeline file that an error names.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import type { Place } from "../errors.ts";

/** The folder that holds this library: frames of the call stack below it are not the author's. */
const LIBRARY = new URL("../", import.meta.url).href;
const LIBRARY_FOLDER = LIBRARY.startsWith("file:") ? fileURLToPath(LIBRARY) : LIBRARY;

/** The command's entry, which lies beside the library: no author's either. */
const ENTRY = `${new URL("../", LIBRARY).href}main.ts`;
const ENTRY_FILE = ENTRY.startsWith("file:") ? fileURLToPath(ENTRY) : ENTRY;

/** Frames that a call stack is asked for: ours are about six deep. */
const NUM_FRAMES = 32;

/** The author's position in the call stack: the innermost frame outside this library. Null where there is none. */
export function placeInStack(stack: string): Place | null {
  for (const line of stack.split("\n").slice(1)) {
    const match = /\(?((?:file|https?|data):[^\s()]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (match === null || match[1]!.startsWith(LIBRARY) || match[1] === ENTRY) continue;
    const [, url, lineNumber, column] = match;
    return {
      file: url!.startsWith("file:") ? fileURLToPath(url!) : url!,
      line: Number(lineNumber),
      column: Number(column),
    };
  }
  return null;
}

/** A frame of the call stack, as Deno hands it out: where it is in the source. */
interface Frame {
  /** a path; a URL where it is no file's; nothing where it is text that was evaluated */
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** The place of the author's call that is being served. */
export function authorPlace(): Place | null {
  const frame = callStack().find((frame) => {
    const file = frame.getFileName() ?? null;
    return file !== null && isPlace(file) && !isOurs(file);
  });
  const file = frame?.getFileName() ?? null;
  if (frame === undefined || file === null) return null;
  return {
    file: file.startsWith("file:") ? fileURLToPath(file) : file,
    line: frame.getLineNumber() ?? 1,
    column: frame.getColumnNumber() ?? 1,
  };
}

/** The frames themselves: as text they would take fifteen times as long, at each step of a transform. */
function callStack(): readonly Frame[] {
  const { stackTraceLimit } = Error, { prepareStackTrace } = Error as { prepareStackTrace?: unknown };
  try {
    Object.assign(Error, {
      stackTraceLimit: NUM_FRAMES,
      prepareStackTrace: (_: unknown, frames: readonly Frame[]) => frames,
    });
    return new Error().stack as unknown as readonly Frame[];
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

function isOurs(file: string): boolean {
  return file.startsWith(LIBRARY) || file.startsWith(LIBRARY_FOLDER) || file === ENTRY || file === ENTRY_FILE;
}

/** neither Deno's own code nor a function of WebAssembly */
function isPlace(file: string): boolean {
  return isAbsolute(file) || /^(?:file|https?|data):/.test(file);
}
