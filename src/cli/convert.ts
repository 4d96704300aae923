/**
 * `ndpipe convert -i INPUT… -o OUTPUT`: the same reader and writer, no transform.
 *
 * @module
 */
import { DTYPE, isDType } from "../dtype/mod.ts";
import type { ExitCode } from "../error_codes.ts";
import { codecByEnding, dataFormat, isTextFormat } from "../exec/data_format.ts";
import type { InputOptions, OpenInput } from "../exec/open_input.ts";
import { loadModule } from "../load_module.ts";
import type { Source } from "../source/source.ts";
import type { TextSample } from "../source/text/text_sample.ts";
import type { TextType } from "../source/text/text_type.ts";
import type { ArgumentsOf, CONVERT_FLAGS } from "./command_flags.ts";
import { withOwnHelp, withOwnSchemaHelp } from "./convert_help.ts";
import { convertedColumns, type ConvertFlags } from "./converted_columns.ts";
import { execute } from "./execute.ts";
import { refuseOtherFiles } from "./inputs.ts";
import { prepareOptions } from "./prepare_options.ts";
import { executeRelay, isRelayed } from "./relay.ts";
import { askOfHangup } from "./signals.ts";
import type { ConvertedColumn } from "./stored_column.ts";

/** Reads the inputs and writes the output. */
export async function convert(
  { flags }: ArgumentsOf<typeof CONVERT_FLAGS, "input" | "output">,
): Promise<ExitCode> {
  if (flags.from === null) refuseOtherFiles(flags.input);
  void askOfHangup();
  if (isRelayed(flags)) return await executeRelay(flags);
  const [{ convertPipeline }, { prepare }, { isReadOnce, loadReaders }, { DEFAULT_BATCH_ROWS }] =
    await Promise
      .all([
        import("./convert_pipeline.ts"),
        import("../pipeline/prepare.ts"),
        import("../exec/open_input.ts"),
        import("../exec/prepare.ts"),
      ]);
  const outputFormat = dataFormat(flags.output, flags.to, "--to");
  const options = prepareOptions({ ...flags, types: temporalTypes(flags.types) }, {
    outputFormat,
    compress: flags.compress,
    textCodec: codecByEnding(flags.output),
  });
  const { openInput } = await loadReaders(options.inputs, flags.from);
  const [first = ""] = options.inputs, how = { from: flags.from, csv: options.csv };
  const pipe = isReadOnce(first) ? await openPipe(first, how, openInput) : null;
  const columns = await convertedColumns(options.inputs, {
    flags,
    opened: pipe?.source ?? null,
    samples: pipe?.samples ?? [],
    files: options.inputs.filter((path) => !isReadOnce(path)),
    openInput,
    outputFormat,
  });
  const prepared = await prepare(convertPipeline(columns, flags), {
    ...options,
    csv: { ...options.csv, columnTypes: typesOf(columns) },
    batchRows: options.batchRows ?? batchRowsOf(columns, DEFAULT_BATCH_ROWS),
    openInput: (path, index, how) =>
      index > 0 || pipe === null ? openInput(path, index, how) : pipe.again(how.csv),
  }).catch((error) => {
    throw withOwnSchemaHelp(error);
  });
  const outputs = prepared.outputs.map((field, index) => {
    const { name, metadata } = columns[index]!;
    return { ...field, name, ...(metadata === undefined ? {} : { metadata }) };
  });
  try {
    return await execute({ ...prepared, outputs }, flags);
  } catch (error) {
    throw withOwnHelp(error);
  }
}

/** A pipe that was looked at. */
interface OpenedPipe {
  readonly source: Source;
  /** what it shows, where it is text */
  readonly samples: readonly TextSample[];
  /** the source that is read, once its columns' types are known */
  readonly again: (csv: InputOptions["csv"]) => Source;
}

/** A pipe can be opened once only: text is kept until its columns are known, all else tells them itself. */
async function openPipe(path: string, how: InputOptions, openInput: OpenInput): Promise<OpenedPipe> {
  if (!isTextFormat(dataFormat(path, how.from, "--from"))) {
    const source = openInput(path, 0, how);
    return { source, samples: [], again: () => source };
  }
  const { openPipedText } = await loadModule<typeof import("./piped_text.ts")>(
    import.meta.resolve("./piped_text.ts"),
  );
  const { source, sample, open } = openPipedText(path, how);
  return { source, samples: [sample], again: open };
}

/** What a record batch takes at most, where a row does not take more. */
const MAX_BATCH_BYTES = 64 * 1024 ** 2;
/** of a carried column in a row, as far as anybody knows */
const CARRIED_BYTES = 64;

/**
 * Rows of a record batch, where nothing is asked for: as many as of a run, or that halved until they are few enough.
 * It depends on the columns alone, for it is part of the output's bytes.
 */
function batchRowsOf(columns: readonly ConvertedColumn[], mostRows: number): number {
  const rowBytes = columns.reduce(
    (sum, { dtype, width }) => sum + (dtype === null ? CARRIED_BYTES : DTYPE[dtype].itemsize * (width ?? 1)),
    0,
  );
  let batchRows = mostRows;
  while (batchRows > 1 && batchRows * rowBytes > MAX_BATCH_BYTES) batchRows /= 2;
  return batchRows;
}

/** Of `--types`, what the reader of CSV has to know before columns are looked at. */
function temporalTypes(types: ConvertFlags["types"]): Map<string, TextType> {
  const all = [...types ?? []];
  return new Map(
    all.filter((entry): entry is [string, TextType] => !isDType(entry[1]) && entry[1] !== "utf8"),
  );
}

/** What the reader of CSV has to know of carried columns. */
function typesOf(columns: readonly ConvertedColumn[]): Record<string, TextType> {
  return Object.fromEntries(
    columns.flatMap(({ name, textType }) => textType === undefined ? [] : [[name, textType]]),
  );
}
