/**
 * The type check of a pipeline file. `deno run` does not check types, so `deno check` does it in a process of its
 * own, and each of its diagnostics is told in ndpipe's own form.
 *
 * A rule of shapes or dtypes that refuses stands in TypeScript's message as a string literal type:
 * `… not assignable to parameter of type '"cannot broadcast (N) with (M): axis -1 is N vs M"'`.
 *
 * @module
 */
import type { ErrorCode } from "../error_codes.ts";
import { PipelineError, type Place } from "../errors.ts";
import { isOutOfFiles, MORE_FILES } from "../open_files.ts";
import { packageError } from "../package_errors.ts";
import { codeOfSentence } from "../expr/sentences.ts";
import { builtinModule } from "../load_module.ts";
import { absolutePath, parentFolder } from "./file_path.ts";

/** One fault that the types found. */
export interface TypeFinding {
  /** the code of the rule that refused; TYP001 where the fault is TypeScript's own */
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly hint: string | null;
  readonly place: Place | null;
}

/** The first line of a diagnostic; one that starts with blanks is a remark on the diagnostic before. */
const HEAD = /^(?:error: )?TS(\d+) \[[A-Z]+\]: (\S.*)$/;
const PLACE = /^\s+at (file:\/\/\S+):(\d+):(\d+)$/;
const UNDERLINE = /^\s*[~^]+\s*$/;

/** Unused imports, names, members and the like: a matter of style, which the linter tells. */
const UNUSED = new Set([6133, 6138, 6192, 6196, 6198, 6199, 6205]);

/** A string literal in a message; TypeScript cuts types of more than 320 characters and ends them with "...". */
const LITERAL = /"((?:[^"\\]|\\.)*?)(?:"|(\.\.\.)'\.?$)/gm;

/** The refusal that a message carries, if it carries one. */
function findRefusal(message: string): { code: ErrorCode; sentence: string; hint: string | null } | null {
  for (const [, literal = "", cut] of message.matchAll(LITERAL)) {
    const text = literal.replace(/\\(.)/g, "$1");
    const end = text.indexOf("; ");
    const sentence = end < 0 ? text : text.slice(0, end);
    const code = codeOfSentence(sentence);
    if (code === null) continue;
    const hint = end < 0 || cut !== undefined ? null : text.slice(end + 2);
    return { code, sentence: end < 0 && cut !== undefined ? `${sentence}...` : sentence, hint };
  }
  return null;
}

function findPlace(line: string): Place | null {
  const match = PLACE.exec(line);
  if (match === null) return null;
  return { file: pathOf(match[1]!), line: Number(match[2]), column: Number(match[3]) };
}

/** One diagnostic: the lines from its head to the line before the next head. */
function readDiagnostic(lines: readonly string[]): TypeFinding {
  const at = lines.findIndex((line) => PLACE.test(line));
  const told = at < 0 ? lines : lines.slice(0, at);
  const place = at < 0 ? null : findPlace(lines[at]!);
  const underline = told.findIndex((line) => UNDERLINE.test(line));
  const message = underline < 1 ? told : told.slice(0, underline - 1);
  const first = HEAD.exec(lines[0]!)?.[2] ?? lines[0]!;
  const refusal = findRefusal(message.join("\n"));
  return refusal === null
    ? { code: "TYP001", sentence: inOurForm(first), hint: null, place }
    : { ...refusal, place };
}

/** TypeScript's words as ndpipe writes sentences: from a small letter, without the full stop. */
function inOurForm(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

/** A failure that is no diagnostic: a file that is missing or does not parse. */
function readFailure(output: string): TypeFinding {
  const [, sentence = "deno check failed and said nothing"] = /^error: (.*)$/m.exec(output) ?? [];
  const [, url, line, column] = /(file:\/\/\S+?):(\d+):(\d+)/.exec(output) ?? [];
  const place = url === undefined ? null : { file: pathOf(url), line: Number(line), column: Number(column) };
  return {
    code: "TYP001",
    sentence: inOurForm(sentence.replace(/ at file:\/\/\S+$/, "")),
    hint: null,
    place,
  };
}

/**
 * Reads what a failed `deno check` printed without colours. Faults that are only unused names are left out, so
 * the list may be empty.
 *
 * @throws NdpipeError ENV002 where packages could not be downloaded, which is no fault of the file
 */
export function readFindings(output: string): TypeFinding[] {
  const lines = output.split(/\r?\n/);
  const heads = [...lines.keys()].filter((i) => HEAD.test(lines[i]!));
  if (heads.length === 0) {
    const failure = readFailure(output), undelivered = packageError(failure.sentence);
    if (undelivered !== null) throw undelivered;
    return [failure];
  }
  return heads
    .map((start, i) => lines.slice(start, heads[i + 1]))
    .filter(([head = ""]) => !UNUSED.has(Number(HEAD.exec(head)?.[1])))
    .map(readDiagnostic);
}

/** This very Deno where that may be run; `--allow-run=deno` allows only what "deno" names on the PATH. */
function denoCommand(): string {
  const own = Deno.execPath();
  return Deno.permissions.querySync({ name: "run", command: own }).state === "granted" ? own : "deno";
}

function pathOf(url: string | URL): string {
  return builtinModule("node:url").fileURLToPath(url);
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The nearest folder above the file that has a deno.json; null where none has. */
function findProject(file: string): string | null {
  for (let folder = parentFolder(file);; folder = parentFolder(folder)) {
    if (["deno.json", "deno.jsonc"].some((name) => isThere(`${folder}/${name}`))) return folder;
    if (folder === parentFolder(folder)) return null;
  }
}

/** What runs `deno check`: in the file's own project, or by ndpipe's own deno.json where it is in none. */
function checkCommand(file: string): Deno.Command {
  const project = findProject(file);
  const own = new URL("../../deno.json", import.meta.url);
  const config = project === null && own.protocol === "file:" ? ["--config", pathOf(own)] : [];
  return new Deno.Command(denoCommand(), {
    args: ["check", "--quiet", "--no-lock", ...config, file],
    ...(project === null ? {} : { cwd: project }),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * Type-checks a pipeline file in a process of its own. It needs the permission to run deno. The
 * nearest `deno.json` above the file says what "ndpipe" is; without one, ndpipe's own does.
 *
 * @param file a path
 * @returns what the types found, in the order of the file; empty: nothing
 * @throws PipelineError TYP001 when `deno check` cannot be started
 */
export async function typeCheck(file: string): Promise<TypeFinding[]> {
  let output: Deno.CommandOutput;
  try {
    output = await checkCommand(absolutePath(file)).output();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError("TYP001", `deno check cannot be started: ${reason}`, {
      help: isOutOfFiles(cause)
        ? MORE_FILES
        : "allow ndpipe to read the pipeline's folder and to run deno: deno run --allow-read --allow-run=deno ...",
      cause,
    });
  }
  if (output.success) return [];
  const decoder = new TextDecoder();
  return readFindings(decoder.decode(output.stdout) + decoder.decode(output.stderr));
}
