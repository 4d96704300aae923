/**
 * The table of flags: one row a flag, read by the parser, by `--help` and by the tests. A flag means the same in
 * every command that has it.
 *
 * @module
 */
import { COMPRESSIONS } from "../exec/compressions.ts";
import { parseSize } from "../plan/budget.ts";
import { localPath } from "./local_path.ts";
import {
  character,
  choice,
  type FlagRow,
  format,
  invalid,
  parseAssignments,
  parseColumnNames,
  parseDelimiter,
  parseNames,
  parseTypes,
  path,
  single,
  toggle,
  wholeNumber,
  words,
} from "./flag_rows.ts";

/** The table: one row a flag. */
export const FLAGS = {
  input: {
    name: "input",
    short: "i",
    placeholder: "INPUT…",
    docs:
      "What is read: files, folders, patterns in quotes ('data/*.arrow', sorted by name), URLs (https, s3), or - for " +
      "stdin. " +
      "Several are read one after the other, in the order given.",
    occurs: "many",
    parse: (texts) => texts.map((text) => localPath(text, "--input")),
  } satisfies FlagRow<readonly string[]>,
  output: path("output", "OUTPUT", {
    short: "o",
    docs: "What is written: a file, or - for stdout. A file appears whole or not at all.",
  }),
  params: path("params", "FILE", {
    docs:
      "The parameters' values: .npz, .npy, .safetensors, .json, .arrow, .arrows, .feather or .ipc, told by the " +
      "ending or the content; or - for stdin.",
  }),
  param: {
    name: "param",
    short: null,
    placeholder: "NAME=VALUE",
    docs: "One parameter's value as JSON (--param scale=0.5, --param mean=[1,2]); goes before --params. " +
      "May be given again.",
    occurs: "each",
    parse: parseAssignments,
  } satisfies FlagRow<Map<string, string>>,
  memory: single("memory", "SIZE", {
    docs: "The most memory the run may take, all told: 512MiB, 2GB, 1.5GiB or plain bytes. " +
      "The pipeline's own limit and 80 % of the container's hold as well.",
    parse: (given) =>
      parseSize(given) ??
        invalid("memory", "a size such as 512MiB, 2GB or plain bytes", given, "--memory 512MiB"),
  }),
  chunkRows: wholeNumber("chunk-rows", { min: 1, max: 2 ** 31 - 1, usual: 65536 }, {
    docs: "Rows that are worked on at a time. Chosen to fit the memory by default; never changes the output.",
  }),
  batchRows: wholeNumber("batch-rows", { min: 1, max: 2 ** 31 - 1, usual: 65536 }, {
    docs: "Rows of an output record batch (default 65536). Part of what the output's bytes are.",
  }),
  workers: wholeNumber("workers", { min: 1, max: 256, usual: 2 }, {
    docs:
      "Threads that compute (default: one for each core, at most 8; one for a small input). With 1, the main thread " +
      "still reads and writes. " +
      "Never changes the output.",
  }),
  numerics: choice("numerics", ["fused", "strict"], {
    docs: "Whether a·b+c is rounded once (fused: the default where the machine does so) or twice (strict). " +
      "Part of the run's identity: it may change last digits.",
  }),
  progress: choice("progress", ["auto", "plain", "json", "none"], {
    docs:
      "How progress and the summary are shown on stderr: plain, as JSON lines, or none, which leaves warnings and " +
      "errors only (default auto: one live line on a terminal, else a line now and then).",
  }),
  log: choice("log", ["text", "json"], {
    docs: "How messages are written to stderr: for people, or one JSON object a line (default text).",
  }),
  force: toggle("force", { docs: "Replace the output if it exists." }),
  report: path("report", "FILE", { docs: "Also write what was run, planned and measured to a JSON file." }),
  from: format("from", {
    docs:
      "The inputs' format: arrow, arrow-stream, csv, ndjson, npy, npz or parquet (default: by the name's ending; " +
      "of -, which has no name, an Arrow stream).",
  }),
  to: format("to", {
    docs:
      "The output's format: arrow, arrow-stream, csv, ndjson, npy, npz or parquet (default: by the name's ending; " +
      "of -, which has no name, an Arrow stream).",
  }),
  compress: choice("compress", COMPRESSIONS, {
    docs:
      "How the output is compressed: Arrow by none, lz4 or zstd (default none), Parquet by any (default snappy).",
  }),
  delimiter: single("delimiter", "CHAR", {
    docs: "What separates the fields of a CSV input: one character, or tab, semicolon, pipe (default comma).",
    parse: parseDelimiter,
  }),
  noHeader: toggle("no-header", {
    docs: "The CSV inputs have no header line; their columns are named column_0, column_1 and so on.",
  }),
  names: {
    name: "names",
    short: null,
    placeholder: "NAME,…",
    docs: "The columns' names, of CSV inputs without a header line, in their order: id,x,label.",
    occurs: "once",
    parse: ([given]) => (given === undefined ? [] : parseColumnNames(given)),
  } satisfies FlagRow<readonly string[]>,
  missing: {
    name: "missing",
    short: null,
    placeholder: "TEXT",
    docs:
      "A field of a CSV input that means null, in place of the usual spellings (an empty field, NA, N/A, NaN, " +
      "null, None). May be given again.",
    occurs: "each",
    parse: (texts) => texts,
  } satisfies FlagRow<readonly string[]>,
  quote: single("quote", "CHAR", {
    docs:
      'What stands around a field of a CSV input that holds delimiters or line ends (default "); none: quotes ' +
      "are plain text.",
    parse: (given) => given === "none" ? "none" : character("quote", '"\'"')(given),
  }),
  escape: single("escape", "CHAR", {
    docs: "The character behind this one is text, in a CSV input: '\\' (default: there is none).",
    parse: character("escape", "'\\'"),
  }),
  comment: single("comment", "CHAR", {
    docs: "Lines of a CSV input that begin with this character are passed over: '#' (default: none are).",
    parse: character("comment", "'#'"),
  }),
  skipRows: wholeNumber("skip-rows", { min: 0, max: Number.MAX_SAFE_INTEGER, usual: 1 }, {
    docs: "Lines in front of a CSV input's header that are passed over, whatever they hold.",
  }),
  trailingDelimiter: toggle("trailing-delimiter", {
    docs: "Lines of a CSV input end with a delimiter: the empty field behind it is dropped.",
  }),
  ragged: choice("ragged", ["error", "pad"], {
    docs:
      "A row of a CSV input with fewer fields than the header: an error (default), or padded with missing values.",
  }),
  decimal: choice("decimal", [".", ","], {
    docs: "What stands before the decimals in a CSV input (default a point).",
  }),
  thousands: single("thousands", "CHAR", {
    docs: "What groups digits by threes in a CSV input: one of , . _ ' or a space (default: nothing does).",
    parse: (given) =>
      /^[,._' ]$/.test(given)
        ? given
        : invalid("thousands", "one of , . _ ' or a space", given, "--thousands ,"),
  }),
  trueWords: words(
    "true-words",
    "What stands for true in a CSV input, in place of true, True, TRUE, t and 1: yes,Y.",
  ),
  falseWords: words(
    "false-words",
    "What stands for false in a CSV input, in place of false, False, FALSE, f and 0: no,N.",
  ),
  hex: toggle("hex", { docs: "Integers of a CSV input may be hexadecimal: 0x1F." }),
  maxRecordBytes: single("max-record-bytes", "SIZE", {
    docs: "The longest record of a text input (default 1MiB, or 64 bytes a field where that is more).",
    parse: (given) =>
      parseSize(given) ??
        invalid("max-record-bytes", "a size such as 4MiB or plain bytes", given, "--max-record-bytes 4MiB"),
  }),
  unknownKeys: choice("unknown-keys", ["error", "ignore"], {
    docs: "A key of JSON lines that their first records do not have: an error (default), or passed over.",
  }),
  types: single("types", "NAME=TYPE,…", {
    docs:
      "What columns of a text input are read as: date32, timestamp[s], [ms], [us], [ns], or with a zone " +
      "timestamp[us,UTC]; convert also takes utf8 and every dtype. Numbers of a pipeline are read as it declares " +
      "them; in convert, a column that is not named is what its first 1000 records show.",
    parse: parseTypes,
  }),
  columns: single("columns", "NAME,…", {
    docs: "Carry these columns only, by name or pattern (* stands for any text, ? for one character). " +
      "A table with columns of other types is refused without it.",
    parse: parseNames,
  }),
  nulls: choice("nulls", ["error", "nan", "keep"], {
    docs:
      "What a null becomes: an error, NaN in a column of floats, or a null. By default an error, but a null in " +
      "columns of text whose first records show some.",
  }),
  rows: wholeNumber("rows", { min: 0, max: Number.MAX_SAFE_INTEGER, usual: 5000000 }, {
    docs: "Plan for this many rows without an input.",
  }),
  stats: toggle("stats", {
    docs:
      "Read the whole table, once and in bounded memory: nulls, extremes, mean and distribution of each column.",
  }),
  html: path("html", "FILE", {
    docs:
      "Also write a page with what --stats finds and a plot for each column. It needs nothing but itself.",
  }),
  json: toggle("json", { docs: "Print JSON." }),
  verbose: toggle("verbose", { docs: "Print the graph after each pass as well." }),
  help: toggle("help", { short: "h", docs: "Print this help." }),
};

/** A key of the table. */
export type FlagName = keyof typeof FLAGS;

/** What a flag gives. */
export type FlagValue<K extends FlagName> = ReturnType<(typeof FLAGS)[K]["parse"]>;
