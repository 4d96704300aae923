/**
 * Where text goes: data and answers to stdout, all else to stderr; and whether colour may be used. Deno reads
 * NO_COLOR itself (`Deno.noColor`), so no permission is needed; where TERM may not be asked for, a terminal has colours.
 *
 * @module
 */

import { OutputError } from "../errors.ts";

const encoder = new TextEncoder();

/**
 * Writes all of the text to stdout. Throws `Deno.errors.BrokenPipe` when the reader has gone; OutputError OUT001 where
 * it cannot be written otherwise, as to a full disk.
 */
export function printOut(text: string): void {
  try {
    writeAll(Deno.stdout, text);
  } catch (cause) {
    if (!isOfSystem(cause) || cause instanceof Deno.errors.BrokenPipe) throw cause;
    throw new OutputError("OUT001", `cannot write to standard output: ${cause.message}`, {
      help: "free space on that disk, or send the output elsewhere",
      cause,
    });
  }
}

/**
 * Writes all of the text to stderr. Where nobody reads it any more, or the disk of a log is full, it is lost, and no more
 * than it: the exit code still says how the command went.
 */
export function printErr(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch (error) {
    if (!isOfSystem(error)) throw error;
  }
}

/** An error of any other kind is a fault of the program. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && "code" in error;
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = encoder.encode(text);
  while (rest.byteLength > 0) rest = rest.subarray(stream.writeSync(rest));
}

/** The ways in which text is set off. */
export type Style = "error" | "warning" | "place" | "help" | "strong" | "dim";

/** Sets text off in a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const SGR: Readonly<Record<Style, string>> = {
  error: "1;31",
  warning: "1;33",
  place: "36",
  help: "32",
  strong: "1",
  dim: "2",
};

/** Paints nothing: for files, pipes and NO_COLOR. */
export const PLAIN: Paint = (_style, text) => text;

/** Paints with ANSI escapes. */
export const COLOURED: Paint = (style, text) => `\x1b[${SGR[style]}m${text}\x1b[0m`;

/** The paint for a stream: colour on a terminal that has it, unless NO_COLOR asks for none. */
export function paintFor(stream: { isTerminal(): boolean }): Paint {
  return takesEscapes(stream) && !Deno.noColor ? COLOURED : PLAIN;
}

/** Whether a stream is a terminal that does more than show text: TERM=dumb, of editors, does not. */
export function takesEscapes(stream: { isTerminal(): boolean }): boolean {
  if (!stream.isTerminal()) return false;
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "TERM" }).state === "granted";
  return !mayAsk || Deno.env.get("TERM") !== "dumb";
}

/** Columns of the terminal, or 100 where there is none. */
export function terminalColumns(): number {
  try {
    // a terminal that was never told its size says 0
    return Deno.consoleSize().columns || 100;
  } catch {
    return 100;
  }
}

/**
 * Breaks text into lines of at most `columns` characters at spaces; a longer word keeps a line of its own.
 *
 * @example
 * ```ts
 * import { wrapText } from "./terminal.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(wrapText("one two three", 8), ["one two", "three"]);
 * ```
 */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/**
 * The text on one line, without what would move the cursor, change colours or turn the direction of what follows: names
 * come from files.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (letter) => {
    if (letter === "\t") return letter;
    return letter === "\n" ? "\\n" : `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
