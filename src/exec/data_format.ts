/** The format of an input or an output: as asked for, or by its name's ending. @module */
import { UsageError } from "../errors.ts";
import { isFolder } from "../sink/folder.ts";
import type { OutputFormat } from "../sink/sink.ts";
import type { TextCodec } from "../source/text/decompressed_input.ts";
import {
  decompressing,
  FOREIGN_COMPRESSIONS,
  type ForeignCompression,
} from "../source/text/foreign_compression.ts";
import { isRemote, pathOf } from "../source/remote/mod.ts";
import { standardStream } from "../standard_streams.ts";
import { shellWord } from "../wording/shell_word.ts";
import type { InputFormat } from "../source/source.ts";

type DataFormat = InputFormat & OutputFormat;

const ENDINGS: Readonly<Record<string, DataFormat>> = {
  arrow: "arrow-file",
  feather: "arrow-file",
  ipc: "arrow-file",
  arrows: "arrow-stream",
  csv: "csv",
  tsv: "csv",
  txt: "csv",
  ndjson: "ndjson",
  npy: "npy",
  npz: "npz",
  jsonl: "ndjson",
  parquet: "parquet",
};

const KNOWN = Object.keys(ENDINGS).map((ending) => `.${ending}`).join(", ") +
  "; of text also with .gz or .zst behind";

/** endings of compressed text, which stand behind the format's own */
const CODECS: Readonly<Record<string, TextCodec>> = { gz: "gzip", zst: "zstd", zstd: "zstd" };
const TEXT_FORMATS: readonly DataFormat[] = ["csv", "ndjson"];

/** Whether a format is text, whose columns have no types of their own. */
export function isTextFormat(format: DataFormat): boolean {
  return TEXT_FORMATS.includes(format);
}

function lastEnding(path: string): string {
  return /\.([^./\\]+)$/.exec(pathOf(path))?.[1]?.toLowerCase() ?? "";
}

/** The ending that tells the format: of table.csv.gz, "csv". */
function endingOf(path: string): string {
  const ending = lastEnding(path);
  if (!Object.hasOwn(CODECS, ending)) return ending;
  const inner = lastEnding(pathOf(path).slice(0, -ending.length - 1));
  return Object.hasOwn(ENDINGS, inner) && TEXT_FORMATS.includes(ENDINGS[inner]!) ? inner : ending;
}

/**
 * The codec that an output of text is compressed with, by its name's ending; null: none.
 *
 * @example
 * ```ts
 * import { codecByEnding } from "./data_format.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(codecByEnding("scores.csv.gz"), "gzip");
 * strictEqual(codecByEnding("scores.csv"), null);
 * ```
 */
export function codecByEnding(path: string): TextCodec | null {
  const ending = lastEnding(path);
  return Object.hasOwn(CODECS, ending) ? CODECS[ending]! : null;
}

/** The format that a name's ending tells; null: it tells none. */
export function formatByEnding(path: string): DataFormat | null {
  const ending = endingOf(path);
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending]! : null;
}

/**
 * The format of a path; of "-" an Arrow stream where nothing else is asked for.
 *
 * @param flag the flag that would say it, for the message
 * @throws UsageError USE003 where neither `asked` nor the ending tells
 *
 * @example
 * ```ts
 * import { dataFormat } from "./data_format.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(dataFormat("scores.CSV", null, "--to"), "csv");
 * strictEqual(dataFormat("-", null, "--to"), "arrow-stream");
 * ```
 */
export function dataFormat(path: string, asked: DataFormat | null, flag: "--from" | "--to"): DataFormat {
  if (asked !== null) return asked;
  if (path === "-") return "arrow-stream";
  const format = formatByEnding(path);
  if (format !== null) return format;
  const isMissing = flag === "--from" && !isRemote(path) && !exists(path);
  throw new UsageError("USE003", `the format of ${path} cannot be told from its name`, {
    notes: [...(isMissing ? ["there is no file or folder of that name"] : []), `known endings: ${KNOWN}`],
    help: formatHelp(path, flag),
  });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** A format as `--from` and `--to` name it. */
export function formatName(format: DataFormat): string {
  return format === "arrow-file" ? "arrow" : format;
}

/** What a name without a known ending may mean. */
function formatHelp(path: string, flag: "--from" | "--to"): string {
  const isInput = flag === "--from", ending = endingOf(path);
  if (standardStream(path) === (isInput ? "input" : "output")) {
    return `write - for standard ${isInput ? "input" : "output"}, and its format with ${flag}`;
  }
  if (!isInput && (path.endsWith("/") || isFolder(path))) {
    return `it is a folder: name a file in it, ${path.replace(/\/+$/, "")}/scores.arrow`;
  }
  if (isInput && /^[cm]?[jt]s$/.test(ending)) {
    return `a pipeline stands before -i: ndpipe run ${path} -i INPUT… -o OUTPUT`;
  }
  const compression = FOREIGN_COMPRESSIONS.find((one) => one.ending === ending);
  if (compression !== undefined) return compressionHelp(path, isInput, compression);
  const lines = ending === "json" ? `JSON lines, an object a line, are ${flag} ndjson; ` : "";
  return `${lines}say it: ${flag} arrow, arrow-stream, csv, ndjson, npy, npz or parquet`;
}

/** What to do where a name's ending is that of a compression which is neither read nor written. */
function compressionHelp(path: string, isInput: boolean, compression: ForeignCompression): string {
  const { name, ending } = compression;
  const plain = path.slice(0, -ending.length - 1), inner = formatByEnding(plain);
  if (!isInput) {
    return `write it as ${plain}, or with .gz or .zst behind where it is text, and not with ${name}`;
  }
  const shell = decompressing(path, compression);
  // a pipe has no end to begin with
  if (inner === "parquet" || inner === "npy" || inner === "npz") {
    return `${name} is not read: decompress it first, ${shell} > ${shellWord(plain)}, and give ${plain}`;
  }
  const from = inner === null ? "and its format as --from" : `--from ${formatName(inner)}`;
  return `${name} is not read: decompress it on the way, ${shell} | ndpipe …, with -i - ${from}`;
}

/** The delimiter that a name's ending speaks of, where it speaks of one: tabs in a .tsv. */
export function delimiterByEnding(path: string): { readonly delimiter?: string } {
  return endingOf(path) === "tsv" ? { delimiter: "\t" } : {};
}
