/**
 * The columns that `ndpipe convert` converts, and their types: what the first input's metadata states, and of text what
 * `--types` says or the first records of every input show.
 *
 * @module
 */
import { type DType, isDType } from "../dtype/mod.ts";
import { SchemaError, UsageError } from "../errors.ts";
import { dataFormat, delimiterByEnding, isTextFormat } from "../exec/data_format.ts";
import type { InputOptions, OpenInput } from "../exec/open_input.ts";
import { loadModule } from "../load_module.ts";
import type { Field } from "../schema/mod.ts";
import { columnHelp, nearestNames } from "../wording/nearest_names.ts";
import type { OutputFormat } from "../sink/sink.ts";
import type { Source } from "../source/source.ts";
import type { TextSample } from "../source/text/text_sample.ts";
import { isTextType, type TextType } from "../source/text/text_type.ts";
import type { ArgumentsOf, CONVERT_FLAGS } from "./command_flags.ts";
import { dialectOptions } from "./csv_flags.ts";
import type { ColumnTypeName } from "./flag_rows.ts";
import { inputPartitions } from "./inputs.ts";
import { type ConvertedColumn, storedColumn, storesHalves } from "./stored_column.ts";

/** The flags of `convert`. */
export type ConvertFlags = ArgumentsOf<typeof CONVERT_FLAGS, "input" | "output">["flags"];

/** What the columns are told by. */
export interface TableSource {
  readonly flags: ConvertFlags;
  /** the first input, where it is a pipe */
  readonly opened: Source | null;
  /** what it shows, where it is text */
  readonly samples: readonly TextSample[];
  /** the inputs that can be looked at and read again */
  readonly files: readonly string[];
  readonly openInput: OpenInput;
  readonly outputFormat: OutputFormat;
}

/** The columns of the first input that are converted; the others must have them too. */
export async function convertedColumns(
  inputs: readonly string[],
  table: TableSource,
): Promise<ConvertedColumn[]> {
  const [path = ""] = inputs;
  const { flags } = table;
  const isText = isTextFormat(dataFormat(path, flags.from, "--from"));
  if (flags.types !== null && !isText) {
    throw new UsageError("USE001", `--types is for text, and ${path} states its types itself`, {
      help: "leave --types out",
    });
  }
  const fields = selectFields(fieldsOf(path, table), { path, columns: flags.columns });
  if (fields.length === 0) {
    throw new SchemaError("SCH001", `${path} has no columns`, {
      help: "there is nothing to convert: write the table again with its columns",
    });
  }
  // columns that folders give come last, and have types in any format
  const inText = isText ? fields.filter(({ type }) => type.kind === "text") : [];
  const ofTypes = fields.slice(inText.length), halves = halvesOf(inputs, ofTypes, table);
  const { flags: { nulls }, outputFormat } = table;
  const stored = ofTypes.map((field) => {
    const { metadata } = field, column = storedColumn(field, { path, halves, nulls, outputFormat });
    return metadata === undefined ? column : { ...column, metadata };
  });
  return inText.length === 0 ? stored : [...await textColumns(inputs, inText, table), ...stored];
}

/** Columns that are float16 in every input: one that is float32 in another is that in the output, whichever is first. */
function halvesOf(
  inputs: readonly string[],
  fields: readonly Field[],
  table: TableSource,
): ReadonlySet<string> {
  const halves = new Set(fields.filter(storesHalves).map(({ name }) => name)), [first] = inputs;
  for (const path of table.files) {
    if (halves.size === 0) break;
    if (path === first) continue;
    for (const field of fieldsOf(path, { ...table, opened: null })) {
      if (!storesHalves(field)) halves.delete(field.name);
    }
  }
  return halves;
}

function fieldsOf(path: string, { flags, opened, openInput }: TableSource): readonly Field[] {
  if (opened !== null) return opened.info.schema.fields;
  const options: InputOptions = {
    from: flags.from,
    csv: dialectOptions(flags),
    partitions: inputPartitions(flags.input),
  };
  const source = openInput(path, 0, options);
  try {
    return source.info.schema.fields;
  } finally {
    source.close();
  }
}

/** The fields that `--columns` names, in the table's order; all without it. */
function selectFields(
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

/** The columns of text: as `--types` says, else as the first records of every input show. */
async function textColumns(
  inputs: readonly string[],
  fields: readonly Field[],
  { flags, samples: ofPipe, files }: Pick<TableSource, "flags" | "samples" | "files">,
): Promise<ConvertedColumn[]> {
  const given = flags.types ?? new Map<string, ColumnTypeName>();
  const names = fields.map(({ name }) => name);
  const known = new Set(names), unknown = [...given.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new UsageError(
      "USE002",
      `--types names a column that is not there or not converted: ${JSON.stringify(unknown)}`,
      { help: columnHelp(unknown, names) },
    );
  }
  const needsLook = names.some((name) => !given.has(name));
  const samples = (needsLook ? [...ofPipe, ...await samplesOf(files, { flags, names })] : []).map(byName);
  return names.map((name) => {
    const type = given.get(name);
    if (type !== undefined) return textColumn(name, type, flags.nulls === "keep");
    const sampled = sampledType(name, samples);
    if (sampled.type === "nested") throw nestedRefused(name, inputs);
    return textColumn(
      name,
      sampled.type,
      flags.nulls === "keep" || (flags.nulls === null && sampled.hasNulls),
    );
  });
}

/** A column of numbers is computed, which is fast; one of text, dates or times, or whose nulls are kept, is carried. */
function textColumn(name: string, type: ColumnTypeName, keepsNulls: boolean): ConvertedColumn {
  const isCarried = !isDType(type) || (keepsNulls && isTextType(type));
  return isCarried
    ? { name, dtype: null, width: null, textType: type as TextType }
    : { name, dtype: type as DType, width: null };
}

/** What the inputs of text show; others have to have the columns that these make. */
async function samplesOf(
  inputs: readonly string[],
  { flags, names }: { readonly flags: ConvertFlags; readonly names: readonly string[] },
): Promise<TextSample[]> {
  const samples: TextSample[] = [], options = dialectOptions(flags);
  for (const path of inputs) {
    const format = dataFormat(path, flags.from, "--from");
    if (format === "ndjson") {
      const { sampleNdjson } = await loadModule<typeof import("../source/ndjson/sample.ts")>(
        import.meta.resolve("../source/ndjson/sample.ts"),
      );
      // a part without rows has the columns of the first
      samples.push(sampleNdjson(path, { ...options, declared: names }));
    } else if (format === "csv") {
      const { sampleCsv } = await loadModule<typeof import("../source/csv/sample.ts")>(
        import.meta.resolve("../source/csv/sample.ts"),
      );
      samples.push(sampleCsv(path, { ...delimiterByEnding(path), ...options }));
    }
  }
  return samples;
}

/** A sample, and where its columns are. */
interface NamedSample extends TextSample {
  readonly indices: ReadonlyMap<string, number>;
}

function byName(sample: TextSample): NamedSample {
  // the first of a name's
  return { ...sample, indices: new Map(sample.names.map((name, i) => [name, i] as const).reverse()) };
}

/** What the samples show of a column; f64 where they show nothing. */
function sampledType(
  name: string,
  samples: readonly NamedSample[],
): { readonly type: ColumnTypeName | "nested"; readonly hasNulls: boolean } {
  const columns = samples.map((sample) => ({ sample, index: sample.indices.get(name) ?? -1 }));
  const hasNulls = columns.some(({ sample, index }) => (sample.numMissing[index] ?? 0) > 0);
  const kinds = new Set(columns.map(({ sample, index }) => sample.kinds[index] ?? "missing"));
  kinds.delete("missing");
  const [kind, ...others] = kinds;
  if (kind === undefined) return { type: "f64", hasNulls };
  if (kinds.has("nested")) return { type: "nested", hasNulls };
  if (others.length > 0) {
    const isNumeric = [...kinds].every((one) => ["integer", "u64", "number"].includes(one));
    // as within one file: u64 where it holds the numbers of all, else the nearest f64
    const isUnsigned = isNumeric && kinds.has("u64") &&
      columns.every(({ sample, index }) => sample.areUnsigned?.[index] ?? true);
    return { type: isUnsigned ? "u64" : isNumeric ? "f64" : "utf8", hasNulls };
  }
  return { type: TYPE_OF_KIND[kind] ?? kind as TextType, hasNulls };
}

function nestedRefused(name: string, inputs: readonly string[]): SchemaError {
  return new SchemaError("SCH005", `${JSON.stringify(name)} of ${inputs.join(", ")} holds nested values`, {
    notes: ["a table is flat: numbers, bools, text, dates and times"],
    help: "take them apart before (jq), or convert other columns only: --columns NAME,…",
  });
}

const TYPE_OF_KIND: Readonly<Record<string, ColumnTypeName>> = {
  integer: "i64",
  number: "f64",
  boolean: "bool",
  text: "utf8",
};
