/**
 * Where the author called: the place in the pipeline file that an error names.
 *
 * @module
 */
import type { Place } from "../errors.ts";
import { builtinModule } from "../load_module.ts";

/** The folder that holds this library: frames of the call stack below it are not the author's. */
const LIBRARY = import.meta.resolve("../");
/** as a path; it is a file's URL where it has one */
const LIBRARY_FOLDER = import.meta.dirname?.replace(/expr$/, "") ?? LIBRARY;

/** The command's entry, which lies beside the library: no author's either. */
const ENTRY = import.meta.resolve("../../main.ts");
const ENTRY_FILE = `${LIBRARY_FOLDER.slice(0, -"src/".length)}main.ts`;

/** Frames that a call stack is asked for: ours are about six deep. */
const NUM_FRAMES = 32;

/** The author's position in the call stack: the innermost frame outside this library. Null where there is none. */
export function placeInStack(stack: string): Place | null {
  for (const line of stack.split("\n").slice(1)) {
    const match = /\(?((?:file|https?|data):[^\s()]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (match === null || match[1]!.startsWith(LIBRARY) || match[1] === ENTRY) continue;
    const [, url, lineNumber, column] = match;
    return {
      file: pathOf(url!),
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
    file: pathOf(file),
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

/** neither Deno's own code nor a function of WebAssembly: an absolute path, of Windows too, or a URL */
function isPlace(file: string): boolean {
  return /^(?:\/|\\\\|[A-Za-z]:[\\/]|(?:file|https?|data):)/.test(file);
}

function pathOf(file: string): string {
  return file.startsWith("file:") ? builtinModule("node:url").fileURLToPath(file) : file;
}
