/**
 * Loading a pipeline file: an ordinary TypeScript module whose default export is a pipeline.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { NdpipeError, PipelineError, type Place } from "../errors.ts";
import { placeInStack } from "../expr/mod.ts";
import { Pipeline } from "./define.ts";

/** The place that a loader's message ends with, `… at file:///x.ts:1:2`; a first line without a stack. */
function placeInMessage(message: string): Place | null {
  return placeInStack(`\n${/\bfile:\/\/\S+:\d+:\d+/.exec(message)?.[0] ?? ""}`);
}

/** Deno tells a file that does not parse by a TypeError whose message begins with "SyntaxError". */
const SYNTAX = /^SyntaxError: /;

function whyNot(path: string, cause: unknown): PipelineError {
  // Deno colours the places in its messages
  const message = stripVTControlCharacters(cause instanceof Error ? cause.message : String(cause));
  const isSyntax = cause instanceof SyntaxError || SYNTAX.test(message);
  const [first = ""] = message.split("\n");
  const place = cause instanceof Error ? placeInMessage(message) ?? placeInStack(cause.stack ?? "") : null;
  const reason = first.replace(SYNTAX, "").replace(/ at file:\/\/\S+$/, "").replace(/\.$/, "");
  return new PipelineError("PIP001", `${path} cannot be ${isSyntax ? "parsed" : "loaded"}: ${reason}`, {
    place,
    help: `deno check ${path} says more of its types and imports`,
    cause,
  });
}

/**
 * Imports a pipeline file.
 *
 * @param file a path, relative to the working directory
 * @throws PipelineError PIP001 when the file is missing, does not parse, or throws while it is evaluated; PIP002
 *   when its default export is no pipeline; what `definePipeline`, `input` and `param` throw
 */
export async function loadPipeline(file: string): Promise<Pipeline> {
  const path = resolve(file);
  try {
    const { isFile } = await Deno.stat(path);
    if (!isFile) {
      throw new PipelineError("PIP001", `${file} is no file`, { help: "give the path of a pipeline file" });
    }
  } catch (cause) {
    if (cause instanceof NdpipeError) throw cause;
    const isMissing = cause instanceof Deno.errors.NotFound;
    const reason = isMissing
      ? "does not exist"
      : `cannot be read: ${cause instanceof Error ? cause.message : cause}`;
    throw new PipelineError("PIP001", `the pipeline file ${file} ${reason}`, {
      help: isMissing ? "check the path; it is relative to the working directory" : "check its permissions",
      cause,
    });
  }
  let exports: { readonly default?: unknown };
  try {
    exports = await import(pathToFileURL(path).href);
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
