/**
 * Loading a pipeline file: an ordinary TypeScript module whose default export is a pipeline.
 *
 * @module
 */
import { NdpipeError, PipelineError, type Place } from "../errors.ts";
import { builtinModule } from "../load_module.ts";
import { packageError } from "../package_errors.ts";
import { GUARDED } from "../standard_streams.ts";
import { authorPlace, placeInStack } from "../expr/mod.ts";
import { Pipeline } from "./define.ts";
import { absolutePath, fileUrl } from "./file_path.ts";
import { isModuleName } from "./module_name.ts";

/** The place that a loader's message ends with, `… at file:///x.ts:1:2`; a first line without a stack. */
function placeInMessage(message: string): Place | null {
  return placeInStack(`\n${/\bfile:\/\/\S+:\d+:\d+/.exec(message)?.[0] ?? ""}`);
}

/** Deno tells a file that does not parse by a TypeError whose message begins with "SyntaxError". */
const SYNTAX = /^SyntaxError: /;
const LINKING = /does not provide an export|^Ambiguous (?:indirect )?(?:import|export)/;

function whyNot(path: string, cause: unknown): NdpipeError {
  // Deno colours the places in its messages
  const told = cause instanceof Error ? cause.message : String(cause);
  const message = builtinModule("node:util").stripVTControlCharacters(told);
  const undelivered = packageError(message, { place: placeInMessage(message), cause });
  if (undelivered !== null) return undelivered;
  // an import of a name that is not exported is a SyntaxError too
  const isSyntax = SYNTAX.test(message) || (cause instanceof SyntaxError && !LINKING.test(message));
  const [first = ""] = message.split("\n");
  const place = cause instanceof Error ? placeInMessage(message) ?? placeInStack(cause.stack ?? "") : null;
  const reason = first.replace(SYNTAX, "").replace(/ at file:\/\/\S+$/, "").replace(/\.$/, "");
  return new PipelineError("PIP001", `${path} cannot be ${isSyntax ? "parsed" : "loaded"}: ${reason}`, {
    place,
    help: `deno check ${path} says more of its types and imports`,
    cause,
  });
}

/** A file that awaits something which never comes is given up after this. */
const MAX_LOAD_MILLISECONDS = 30_000;

/** A file that may not end the process, and since when it is so: "" or " while it is loaded". */
interface Guarded {
  readonly file: string;
  when: string;
}

/** Those being loaded, which may be several at once, and those that may not exit afterwards either. */
const guarded: Guarded[] = [];
/** what stands behind the refusal while there are any */
let trueExit = Deno.exit;

/** Puts a function in the place of Deno.exit. */
function replaceExit(exit: typeof Deno.exit): void {
  Object.defineProperty(Deno, "exit", { value: exit, configurable: true, writable: true });
}

/** What stands in the place of Deno.exit while a pipeline file may call it. */
function refuseExit(): never {
  const { file, when } = guarded.at(-1)!;
  throw new PipelineError("PIP001", `${file} ends the process${when}`, {
    place: authorPlace(),
    help: "take Deno.exit out: a pipeline file declares, and the command line runs it",
  });
}

function guardExit(file: string): Guarded {
  const entry = { file, when: " while it is loaded" };
  if (guarded.length === 0) {
    trueExit = Deno.exit;
    replaceExit(refuseExit);
  }
  guarded.push(entry);
  return entry;
}

function allowExit(entry: Guarded): void {
  guarded.splice(guarded.indexOf(entry), 1);
  if (guarded.length === 0) replaceExit(trueExit);
}

/** Evaluates the module. What it may not do: wait for ever, or end the process as if all were well. */
async function importFile(
  file: string,
  { path, mayExit }: { readonly path: string; readonly mayExit: boolean },
): Promise<{ readonly default?: unknown }> {
  // setTimeout would have Deno load Node's timers, which takes as long as the file
  const limit = AbortSignal.timeout(MAX_LOAD_MILLISECONDS);
  const late = new Promise<never>((_, reject) => {
    limit.onabort = () =>
      reject(
        new PipelineError("PIP001", `${file} is not loaded after ${MAX_LOAD_MILLISECONDS / 1000} seconds`, {
          notes: ["a top-level await in it, or in what it imports, is still waiting"],
          help: "declare the pipeline without waiting; values that have to be fetched are params",
        }),
      );
  });
  // a port that listens keeps the process going, which ends where nothing else is left to wait for
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {};
  const entry = guardExit(file);
  try {
    const exports = await Promise.race([import(fileUrl(path)), late]);
    // promises that the file left rejected are told in the next turn of the event loop, timers of no time run in it
    await new Promise((resolve) => AbortSignal.timeout(1).onabort = resolve);
    return exports;
  } finally {
    limit.onabort = null;
    port1.close();
    port2.close();
    if (mayExit) allowExit(entry);
    else entry.when = "";
  }
}

function unreadable(file: string, cause: unknown): PipelineError {
  if (cause instanceof Deno.errors.NotFound) {
    return new PipelineError("PIP001", `the pipeline file ${file} does not exist`, {
      help: "check the path; it is relative to the working directory",
      cause,
    });
  }
  const said = cause instanceof Error ? cause.message : String(cause);
  const help = cause instanceof Deno.errors.NotCapable && said.includes("--allow-all")
    ? `${GUARDED}: take another folder`
    : cause instanceof Deno.errors.FilesystemLoop
    ? "check where its symbolic links lead"
    : "check its permissions";
  const reason = said.replace(/ \(os error.*$/s, "");
  return new PipelineError("PIP001", `the pipeline file ${file} cannot be read: ${reason}`, { help, cause });
}

/**
 * Imports a pipeline file.
 *
 * @param file a path, relative to the working directory
 * @param options `mayExit: false` leaves Deno.exit refused for good, for a process that runs one pipeline: what the
 *   transform or a timer of the file calls would end it with exit code 0 and no output. Default: true
 * @throws PipelineError PIP001 when the file is missing, does not parse, or throws, waits for ever or ends the process
 *   while it is evaluated; PIP002
 *   when its default export is no pipeline; what `definePipeline`, `input` and `param` throw
 */
export async function loadPipeline(
  file: string,
  { mayExit = true }: { readonly mayExit?: boolean } = {},
): Promise<Pipeline> {
  const path = absolutePath(file);
  try {
    const { isFile } = await Deno.stat(path);
    if (!isFile) {
      throw new PipelineError("PIP001", `${file} is no file`, { help: "give the path of a pipeline file" });
    }
    // the import of a file that may not be read says no reason
    if (isModuleName(file)) Deno.openSync(path).close();
  } catch (cause) {
    if (cause instanceof NdpipeError) throw cause;
    throw unreadable(file, cause);
  }
  if (!isModuleName(file)) {
    throw new PipelineError("PIP001", `${file} is no pipeline: its name does not end in .ts or .js`, {
      notes: ["it was not opened: a pipeline is a TypeScript or JavaScript file"],
      help: file.endsWith(".json") || /\.(?:np[yz]|safetensors)$/.test(file)
        ? `params are given with --params ${file}`
        : `data is given with -i ${file}`,
    });
  }
  let exports: { readonly default?: unknown };
  try {
    exports = await importFile(file, { path, mayExit });
  } catch (cause) {
    throw cause instanceof NdpipeError ? cause : whyNot(file, cause);
  }
  if (exports.default instanceof Pipeline) return exports.default;
  const found = exports.default === undefined ? "has no default export" : "has another default export";
  throw new PipelineError("PIP002", `${file} exports no pipeline: it ${found}`, {
    place: { file: path, line: 1, column: 1 },
    help: "write export default definePipeline({ name, inputs, params, transform })",
  });
}
