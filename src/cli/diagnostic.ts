/**
 * How a refusal looks on stderr. For people:
 *
 * ```text
 * error[SHP003]: broadcast would create a shape that neither operand has
 *   --> pipelines/broken/incident.ts:14:19
 *    |  features.expandDims(-1).mul(perCluster)
 *    |  features  f32 (N, feature=1000, 1)
 *    = result f32 (N, 1000, 10): 2.44 GiB per chunk of 65,536 rows
 *    = help: for the outer product, write .outer(perCluster)
 * ```
 *
 * and for machines the same as one JSON object on one line.
 *
 * @module
 */
import type { ErrorCode, ExitCode } from "../error_codes.ts";
import { NdpipeError, type Place } from "../errors.ts";
import { placePath, shortPath } from "../exec/short_path.ts";
import { isOutOfFiles, MORE_FILES } from "../open_files.ts";
import { packageError } from "../package_errors.ts";
import { logLine } from "./log_line.ts";
import { type Paint, visibleText, wrapText } from "./terminal.ts";

/** How to print. */
export interface DiagnosticOptions {
  readonly log: "text" | "json";
  readonly paint: Paint;
  /** width of the terminal, to which notes and help are wrapped; null: one line each */
  readonly columns: number | null;
}

/** What `--log json` prints of a refusal, behind what all lines have. */
export interface JsonDiagnostic {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place: Place | null;
  readonly source: string | null;
  readonly operands: readonly string[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly exitCode: ExitCode;
}

/** The diagnostic as text, with its line end. */
export function formatDiagnostic(error: NdpipeError, options: DiagnosticOptions): string {
  const diagnostic = describe(error);
  return options.log === "json"
    ? logLine({ level: "error", event: "error" }, diagnostic)
    : formatText(diagnostic, options);
}

function describe(error: NdpipeError): JsonDiagnostic {
  const source = error.place === null ? null : sourceLine(error.place);
  return {
    code: error.code,
    message: error.message,
    place: error.place === null ? null : { ...error.place, file: shortPath(error.place.file) },
    source,
    operands: error.operands.filter((line) => line.trim() !== source),
    notes: error.notes,
    help: error.help,
    exitCode: error.exitCode,
  };
}

function formatText(diagnostic: JsonDiagnostic, { paint, columns }: DiagnosticOptions): string {
  const { code, message, place, source, operands, notes, help } = diagnostic;
  const lines = [`${paint("error", `error[${code}]`)}${paint("strong", `: ${visibleText(message)}`)}`];
  if (place !== null) {
    lines.push(`  --> ${paint("place", `${visibleText(place.file)}:${place.line}:${place.column}`)}`);
  }
  const bar = paint("dim", "|");
  if (source !== null) lines.push(`   ${bar}  ${visibleText(source)}`);
  for (const operand of operands) lines.push(`   ${bar}  ${visibleText(operand)}`);
  for (const note of notes) lines.push(...item(note, { columns, paint: (text) => text }));
  if (help !== null) lines.push(...item(`help: ${help}`, { columns, paint: (text) => paint("help", text) }));
  return lines.join("\n") + "\n";
}

/** "   = text", its further lines beneath the text. Line breaks in the text stay. */
function item(
  text: string,
  { columns, paint }: { readonly columns: number | null; readonly paint: (text: string) => string },
): string[] {
  const lines = text.split("\n").map(visibleText).flatMap((line) =>
    columns === null || line.length <= columns - 5 ? [line] : wrapText(line, Math.max(40, columns - 5))
  );
  return lines.map((line, index) => `   ${index === 0 ? "=" : " "} ${paint(line)}`);
}

/** The longest line that is quoted whole; of longer ones so much stands on both sides of the place. */
const MAX_SOURCE_LETTERS = 400, NUM_LETTERS_BESIDE = 100;

/** The line of the pipeline file; null for data files and where the file has gone. */
function sourceLine({ file, line, column }: Place): string | null {
  if (!/\.[cm]?[jt]sx?$/.test(file)) return null;
  try {
    const whole = Deno.readTextFileSync(placePath(file)).split("\n")[line - 1] ?? "", text = whole.trim();
    if (text.length <= MAX_SOURCE_LETTERS) return text === "" ? null : text;
    const start = Math.max(0, column - 1 - NUM_LETTERS_BESIDE), end = column - 1 + NUM_LETTERS_BESIDE;
    const part = whole.slice(start, end).trim();
    return `${start === 0 ? "" : "…"}${part}${end >= whole.length ? "" : "…"}`;
  } catch {
    return null; // the refusal matters more than its quotation
  }
}

/** What escaped a command, as an error with a code: itself, what the machine does not allow, or a bug of ours. */
export function toNdpipeError(error: unknown): NdpipeError {
  if (error instanceof NdpipeError) return error;
  if (error instanceof Deno.errors.NotCapable) {
    const [reason = error.message] = error.message.split(", run again");
    return new NdpipeError("ENV001", `a permission is missing: ${reason.replace(/^R/, "r")}`, {
      help: "run ndpipe as `deno run -P main.ts …` or `deno task ndpipe …`, which grant what it needs",
      cause: error,
    });
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  if (isOutOfFiles(thrown)) {
    const [reason = ""] = firstLine(thrown.message).split(" (os error");
    const file = /'([^']+)'/.exec(thrown.message)?.[1] ?? "a module of ndpipe";
    return new NdpipeError("ENV004", `cannot open ${file}: ${reason}`, { help: MORE_FILES, cause: error });
  }
  const undelivered = packageError(thrown.message, { cause: error });
  if (undelivered !== null) return undelivered;
  return new NdpipeError("BUG001", `${thrown.name}: ${firstLine(thrown.message)}`, {
    notes: [
      stackOf(thrown),
      `ndpipe's own fault, not yours (deno ${Deno.version.deno}, ${Deno.build.target})`,
    ],
    help: "please report it with this text, the command line, and the pipeline file if you can share it",
    cause: error,
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function stackOf(error: Error, top: Error = error): string {
  const head = `${error.name}: ${error.message}`;
  const stack = error.stack ?? head;
  // the head of the first error is the diagnostic's own sentence
  const own = error === top && stack.startsWith(`${head}\n`) ? stack.slice(head.length + 1) : stack;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause, top)}` : own;
}
