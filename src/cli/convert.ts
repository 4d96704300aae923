/**
 * `ndpipe convert -i INPUT… -o OUTPUT`: the same reader and writer, no transform. A pipeline is declared that
 * returns its inputs; its names are c0, c1, … since a column's name may be any text, and the outputs get the
 * columns' names once the pipeline is proven.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { ExitCode } from "../error_codes.ts";
import { DataError, SchemaError, UsageError } from "../errors.ts";
import { dataFormat, delimiterByEnding } from "../exec/data_format.ts";
import type { InputOptions, OpenInput } from "../exec/open_input.ts";
import type { Field } from "../schema/mod.ts";
import { nearestNames } from "../schema/nearest_names.ts";
import type { Source } from "../source/source.ts";
import type { ArgumentsOf, CONVERT_FLAGS } from "./command_flags.ts";
import { csvOptions } from "./csv_flags.ts";
import { execute } from "./execute.ts";
import { prepareOptions } from "./prepare_options.ts";

type ConvertFlags = ArgumentsOf<typeof CONVERT_FLAGS, "input" | "output">["flags"];

/** A column that is carried: `width` null for shape (N). */
export interface CarriedColumn {
  readonly name: string;
  readonly dtype: DType;
  readonly width: number | null;
}

/** Reads the inputs and writes the output. */
export async function convert(
  { flags }: ArgumentsOf<typeof CONVERT_FLAGS, "input" | "output">,
): Promise<ExitCode> {
  const [{ Pipeline }, { input }, { prepare }, { openInput }] = await Promise.all([
    import("../pipeline/define.ts"),
    import("../pipeline/define.ts"),
    import("../pipeline/prepare.ts"),
    import("../exec/open_input.ts"),
  ]);
  const outputFormat = dataFormat(flags.output, flags.to, "--to");
  const options = prepareOptions(flags, { outputFormat, compress: flags.compress });
  const [first = ""] = options.inputs;
  // a pipe can be opened once only: what was opened to learn the columns is what the run reads
  const opened = first === "-" ? openInput(first, 0, { from: flags.from, csv: options.csv }) : null;
  const reopen: OpenInput = (path, index, how) =>
    index === 0 && opened !== null ? opened : openInput(path, index, how);
  const columns = await carriedColumns(options.inputs, { flags, opened, openInput });
  const declarations = columns.map(({ name, dtype, width }, index) => [
    `c${index}`,
    input(dtype, width === null ? ["N"] : ["N", width], { column: name, nulls: nullPolicy(dtype, flags) }),
  ]);
  const pipeline = new Pipeline({
    name: "convert",
    inputs: Object.fromEntries(declarations),
    transform: (inputs: Record<string, unknown>) => inputs,
  }, null);
  const prepared = await prepare(pipeline, { ...options, openInput: reopen });
  const outputs = prepared.outputs.map((field, index) => ({ ...field, name: columns[index]!.name }));
  try {
    return await execute({ ...prepared, outputs }, flags);
  } catch (error) {
    throw withOwnHelp(error);
  }
}

/** What the reader advises is for pipeline files; here the same is done with flags. */
function withOwnHelp(error: unknown): unknown {
  if (!(error instanceof DataError)) return error;
  const { code, message, place, operands, notes } = error;
  const help = code === "DAT001"
    ? "--nulls nan makes it NaN in a column of floats; --columns carries other columns only"
    : code === "DAT002" || code === "DAT004"
    ? "say what the column is, --types NAME=DTYPE, or carry other columns only, --columns NAME,…"
    : error.help;
  return new DataError(code, message, { place, operands, notes, help, cause: error });
}

/** NaN exists in floats only: elsewhere a null stays an error. */
function nullPolicy(dtype: DType, { nulls }: ConvertFlags): "error" | "nan" {
  return nulls === "nan" && (dtype === "f32" || dtype === "f64") ? "nan" : "error";
}

interface TableSource {
  readonly flags: ConvertFlags;
  /** the first input, where it is a pipe */
  readonly opened: Source | null;
  readonly openInput: OpenInput;
}

/** The columns of the first input that are carried; the others must have them too. */
async function carriedColumns(inputs: readonly string[], table: TableSource): Promise<CarriedColumn[]> {
  const [path = ""] = inputs;
  const { flags } = table;
  const isCsv = dataFormat(path, flags.from, "--from") === "csv";
  if (flags.types !== null && !isCsv) {
    throw new UsageError("USE001", `--types is for CSV, and ${path} states its types itself`, {
      help: "leave --types out",
    });
  }
  const fields = selectFields(fieldsOf(path, table), { path, columns: flags.columns });
  const kinds = isCsv ? await sampledTypes(inputs, fields, flags) : new Map<string, DType>();
  return fields.map((field) => carry(field, { path, kinds }));
}

function fieldsOf(path: string, { flags, opened, openInput }: TableSource): readonly Field[] {
  if (opened !== null) return opened.info.schema.fields;
  const options: InputOptions = { from: flags.from, csv: csvOptions(flags) };
  const source = openInput(path, 0, options);
  try {
    return source.info.schema.fields;
  } finally {
    source.close();
  }
}

/** The fields that `--columns` names, in the table's order; all without it. */
export function selectFields(
  fields: readonly Field[],
  { path, columns }: { readonly path: string; readonly columns: readonly string[] | null },
): readonly Field[] {
  if (columns === null) return fields;
  const matchers = columns.map((pattern) => ({ pattern, matches: matcherOf(pattern) }));
  const idle = matchers.find(({ matches }) => !fields.some(({ name }) => matches(name)));
  if (idle !== undefined) {
    const nearest = nearestNames(idle.pattern.replace(/[*?]/g, ""), fields.map(({ name }) => name), 3);
    throw new SchemaError("SCH001", `no column of ${path} matches ${JSON.stringify(idle.pattern)}`, {
      notes: [`the nearest of its ${fields.length} columns: ${nearest.join(", ")}`],
      help: `ndpipe inspect ${path} lists them`,
    });
  }
  return fields.filter(({ name }) => matchers.some(({ matches }) => matches(name)));
}

function matcherOf(pattern: string): (name: string) => boolean {
  const source = pattern.replace(
    /[\\^$.*+?()[\]{}|]/g,
    (sign) => sign === "*" ? ".*" : sign === "?" ? "." : `\\${sign}`,
  );
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => expression.test(name);
}

function carry(
  field: Field,
  { path, kinds }: { readonly path: string; readonly kinds: ReadonlyMap<string, DType> },
): CarriedColumn {
  const { name, type } = field;
  switch (type.kind) {
    case "primitive":
      return { name, dtype: type.dtype, width: null };
    case "fixedSizeList":
      return { name, dtype: type.dtype, width: type.listSize };
    case "text":
      return { name, dtype: kinds.get(name) ?? "f64", width: null };
    case "other":
      throw new SchemaError(
        "SCH005",
        `column ${JSON.stringify(name)} of ${path} is ${type.name}, which is not carried`,
        {
          notes: ["numbers, bool, dates and times are, and FixedSizeLists of these"],
          help: "name the columns to carry: --columns NAME,…",
        },
      );
    default:
      return type satisfies never;
  }
}

/** The dtypes of CSV columns: as `--types` says, else by a look at the first records of every input. */
async function sampledTypes(
  inputs: readonly string[],
  fields: readonly Field[],
  flags: ConvertFlags,
): Promise<Map<string, DType>> {
  const given = flags.types ?? new Map<string, DType>();
  const names = fields.map(({ name }) => name);
  const unknown = [...given.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      "USE002",
      `--types names a column that is not there or not carried: ${JSON.stringify(unknown)}`,
      {
        help: `did you mean ${nearestNames(unknown, names, 1).join("")}?`,
      },
    );
  }
  const types = new Map(given);
  if (names.every((name) => given.has(name)) || inputs.includes("-")) return types;
  const { sampleCsv } = await import("../source/csv/sample.ts");
  const samples = inputs.map((path) => sampleCsv(path, { ...delimiterByEnding(path), ...csvOptions(flags) }));
  for (const name of names) {
    if (given.has(name)) continue;
    const kinds = samples.map((sample) => sample.kinds[sample.names.indexOf(name)] ?? "missing");
    if (kinds.includes("text")) {
      throw new SchemaError(
        "SCH005",
        `column ${JSON.stringify(name)} of ${inputs[kinds.indexOf("text")]} is text, which is not carried`,
        {
          notes: ["as its first records show"],
          help: `name the columns to carry: --columns NAME,…; or say what it is: --types ${name}=f64`,
        },
      );
    }
    const known = new Set(kinds.filter((kind) => kind !== "missing"));
    if (known.size === 1 && known.has("integer")) types.set(name, "i64");
    if (known.size === 1 && known.has("boolean")) types.set(name, "bool");
  }
  return types;
}
