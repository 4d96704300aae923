/**
 * From a pipeline that was traced, and whose params are loaded, to a run that is proven: the program, the memory and
 * the columns that it reads. What cannot fit is refused before an input is opened; no column's bytes are read here.
 *
 * @module
 */
import type { Graph } from "../expr/graph.ts";
import { type Numerics, resolveNumerics } from "../kernel/numerics.ts";
import { constantBytes, type ConstantValue, outputRowBytes, workerBytes } from "../kernel/run_program.ts";
import { type Budget, resolveBudget } from "../plan/budget.ts";
import {
  chooseMemory,
  type ChunkLimits,
  type ConsumerPlaces,
  DEFAULT_MAX_ELEMENTS,
} from "../plan/chunk_choice.ts";
import { heldRowsOf, type MemoryDemands } from "../plan/memory_plan.ts";
import { planProgram } from "../plan/planner.ts";
import type { Layout, Program } from "../plan/program.ts";
import { sharedMetadata } from "../schema/arrow_tree.ts";
import { type ColumnBinding, declaredColumns, type InputRequest } from "../schema/mod.ts";
import { sizeOf } from "../shape/mod.ts";
import type { OutputField, OutputFormat } from "../sink/sink.ts";
import type { TextCodec } from "../source/text/decompressed_input.ts";
import { carriedBatchBytes, carriedOutputs, packedBatchBytes, withinPackedRoom } from "./carried_outputs.ts";
import { bindSources, type BoundSources } from "./bind_sources.ts";
import { containerLimit, totalMemoryBytes } from "./container_limit.ts";
import { dataFormat } from "./data_format.ts";
import { declaredLayout, declaredRowBytes, declaredSlotBytes } from "./declared_size.ts";
import { type InputOptions, loadReaders, type OpenInput } from "./open_input.ts";
import type { OutputCompression } from "./output_compression.ts";
import { loadWriter, type OutputWriter } from "./output_writer.ts";
import type { Prepared } from "./prepared.ts";
import { type ProgramMemory, programMemory } from "./program_memory.ts";
import {
  CARRIED_READING_BYTES,
  FILE_BYTES,
  FILE_FIELD_BYTES,
  inputsBytes,
  inputsThreadBytes,
  jsonReadingBytes,
  PARAM_COPIES,
  parquetColumnsBytes,
  readColumnsBytes,
  RUNTIME_BYTES,
  TEXT_FIELD_BYTES,
  TEXT_THREAD_FIELD_BYTES,
  THREAD_BYTES,
} from "./runtime_memory.ts";
import { unopenedBytes } from "./unopened_memory.ts";

/** Rows of an output record batch where nothing else is asked for. Part of the output's bytes. */
export const DEFAULT_BATCH_ROWS = 65_536;

/**
 * The same of many outputs: halved until a record batch has no more values of rows of one column each. It depends on the
 * outputs alone, for it is part of the output's bytes. One output of many columns is a matrix that somebody asked for.
 */
const MAX_BATCH_VALUES = 128 * DEFAULT_BATCH_ROWS;

function defaultBatchRows({ outputs }: Graph): number {
  let batchRows = DEFAULT_BATCH_ROWS;
  while (batchRows > 1 && batchRows * outputs.length > MAX_BATCH_VALUES) batchRows /= 2;
  return batchRows;
}

/** A pipeline that was traced and checked, with its params. */
export interface TracedPipeline {
  readonly name: string;
  readonly graph: Graph;
  readonly requests: readonly InputRequest[];
  /** null: some are missing, and the command goes without */
  readonly params: ReadonlyMap<string, ConstantValue> | null;
  readonly paramOrigins: ReadonlyMap<string, string>;
  /** names that the file of params has, and no param */
  readonly ignoredParams: readonly string[];
  /** of all params, as declared */
  readonly paramBytes: number;
  readonly limits: { readonly memoryBytes: number | null; readonly elements: number | null };
}

/** The settings of a run. Null: not asked for. */
export interface PrepareOptions {
  /** paths in the order in which they are read; "-" is standard input; none: only the declarations are known */
  readonly inputs: readonly string[];
  readonly memoryBytes: number | null;
  readonly chunkRows: number | null;
  readonly batchRows: number | null;
  readonly workers: number | null;
  readonly numerics: Numerics | null;
  /** of all inputs, where it is known otherwise than by the inputs */
  readonly rows: number | null;
  readonly from: InputOptions["from"];
  readonly csv: InputOptions["csv"];
  /** columns that the folders of a file give, by its path; absent: none */
  readonly partitions?: InputOptions["partitions"];
  /** what will be written; Arrow where it is not said: writing CSV takes more memory */
  readonly outputFormat?: OutputFormat;
  /** how the output will be compressed; absent or null: not asked for */
  readonly compress?: OutputCompression | null;
  /** what the ending of a text output says; absent or null: plain */
  readonly textCodec?: TextCodec | null;
  /** another way to open inputs, for tests */
  readonly openInput?: OpenInput;
}

/**
 * Plans the program and its memory, first by the declarations alone, then by the inputs' metadata.
 *
 * @throws MemoryError MEM001, MEM002; SchemaError SCH…; FormatError FMT…; UsageError USE002, USE003
 */
export async function prepareRun(pipeline: TracedPipeline, options: PrepareOptions): Promise<Prepared> {
  const { graph, requests } = pipeline;
  const numerics = resolveNumerics(options.numerics ?? undefined);
  const budget = budgetOf(pipeline, options);
  const outputFormat = options.outputFormat ?? "arrow-file";
  const programs = new Map<string, PlannedProgram>(), writer = await loadWriter(outputFormat);
  const given = { pipeline, options, budget, outputFormat, writer, programs, numerics };

  const declared = plan(given, requests.map(declaredLayout), {
    inputs: [],
    carried: [],
    slotBytes: (chunkRows) => declaredSlotBytes(requests, chunkRows),
    residentBytes: () => 0,
    ...(copiesOnly(graph) && tellRows(options) ? { leastRows: 1 } : {}),
  }, unopenedBytes(requests, { inputs: options.inputs, from: options.from, outputFormat }));
  const { from, csv, partitions } = options;
  const inputOptions = { from, csv, partitions, declared: () => declaredColumns(requests) };
  const readers = await loadReaders(options.inputs, from), open = options.openInput ?? readers.openInput;
  const common = {
    name: pipeline.name,
    graph,
    numerics,
    requests,
    params: pipeline.params,
    paramOrigins: pipeline.paramOrigins,
    ignoredParams: pipeline.ignoredParams,
    budget,
    maxElements: limitsOf(given, declared.program).maxElements,
    inputOptions,
    openInput: open,
    openDecoder: readers.openDecoder,
  };
  if (options.inputs.length === 0) return { ...common, ...declared };
  const bound = bindSources(options.inputs, requests, { openInput: open, options: inputOptions });
  try {
    return { ...common, ...plan(given, bound.inputs[0]!.bindings.map(({ layout }) => layout), bound) };
  } catch (error) {
    for (const { source } of bound.inputs) source?.close();
    throw error;
  }
}

/**
 * Whether the outputs are columns of the inputs. What computes is refused by a whole record batch also where its input
 * is small: a test has ten rows, and the night has five million.
 */
function copiesOnly({ nodes, outputs }: Graph): boolean {
  return outputs.every(({ node }) => nodes[node]!.operation.kind === "input");
}

/** Whether opening the inputs tells how many rows they have: until then a record batch may turn out to be small. */
function tellRows({ inputs, from, rows }: PrepareOptions): boolean {
  const tells = (path: string) =>
    path !== "-" && !["csv", "ndjson", "arrow-stream"].includes(dataFormat(path, from, "--from"));
  return rows === null && inputs.length > 0 && inputs.every(tells);
}

interface Given {
  readonly pipeline: TracedPipeline;
  readonly options: PrepareOptions;
  readonly budget: Budget;
  readonly outputFormat: OutputFormat;
  readonly writer: OutputWriter;
  /** what was planned, by layouts: mostly the inputs lie as was assumed, and thousands of columns take their time */
  readonly programs: Map<string, PlannedProgram>;
  readonly numerics: Numerics;
}

interface PlannedProgram {
  readonly program: Program;
  readonly held: ProgramMemory;
}

/**
 * The program and its memory for inputs that lie as stated.
 *
 * @param unopenedBytes what reading may take beyond that, where inputs are not opened yet
 */
function plan(
  given: Given,
  layouts: readonly Layout[],
  bound: BoundSources,
  unopenedBytes = 0,
): Pick<
  Prepared,
  | "program"
  | "emitted"
  | "memory"
  | "unboundPeakBytes"
  | "inputs"
  | "outputs"
  | "outputFormat"
  | "carried"
  | "numRows"
  | "inputBytes"
  | "sharedSizes"
> {
  const { pipeline, options, outputFormat, writer } = given;
  const mostRows = options.batchRows ?? defaultBatchRows(pipeline.graph);
  const numRows = options.rows ?? bound.leastRows ?? total(bound.inputs.map((input) => input.numRows));
  const batchRows = heldRowsOf(mostRows, numRows), { mostPackedBytes = () => Infinity } = writer;
  const known = { known: bound.carried, batchRows: mostRows, numRows };
  const carried = withinPackedRoom(
    carriedOutputs(pipeline.graph, pipeline.requests, known),
    batchRows,
    mostPackedBytes,
  );
  const outputs = outputFields(pipeline.graph).map((field, i) => {
    const known = bound.carried[carried[i]?.index ?? -1];
    if (known === undefined) return field;
    const { type, nullable, metadata } = known;
    return { ...field, carried: { type, nullable }, metadata };
  });
  const { program, held } = programOf(given, layouts);
  const rowBytes = outputRowBytes(program);
  const bodyBytes = rowBytes.reduce((sum, bytes, i) => {
    const one = carried[i] ?? null;
    return sum + (one === null ? bytes * batchRows : carriedBatchBytes(one, batchRows));
  }, 0);
  const carriesColumns = pipeline.requests.some(({ carry }) => carry !== undefined);
  const ofText = bound.inputs.filter(({ info }) => info.format === "csv" || info.format === "ndjson");
  const numFields = Math.max(0, ...ofText.map(({ info }) => info.schema.fields.length));
  const mostColumns = (inputs: BoundSources["inputs"]) =>
    inputs.reduce((most, { bindings }) => Math.max(most, columnsOf(bindings)), 0);
  const ofParquet = bound.inputs.filter(({ info }) => info.format === "parquet");
  const ofOthers = bound.inputs.filter((input) => !ofText.includes(input) && !ofParquet.includes(input));
  const numKeys = Math.max(
    0,
    ...ofText.map(({ info }) => info.format === "ndjson" ? info.schema.fields.length : 0),
  );
  const readingBytes = jsonReadingBytes(numKeys) +
    (carriesColumns && ofText.length > 0 ? CARRIED_READING_BYTES : 0) +
    parquetColumnsBytes(mostColumns(ofParquet));
  const fileBytes = bound.inputs.slice(1).reduce(
    (sum, { info }) => sum + FILE_BYTES + FILE_FIELD_BYTES * info.schema.fields.length,
    0,
  );
  const demands: MemoryDemands = {
    runtimeBytes: RUNTIME_BYTES + inputsBytes(pipeline.requests.length) + numFields * TEXT_FIELD_BYTES +
      readColumnsBytes(mostColumns(ofOthers)) + readingBytes,
    transform: { steps: pipeline.graph.steps.length, bytes: held.mainBytes },
    threadBytes: THREAD_BYTES + held.threadBytes + inputsThreadBytes(pipeline.requests.length) +
      numFields * TEXT_THREAD_FIELD_BYTES + readingBytes + (bound.threadBytes ?? 0),
    paramBytes: PARAM_COPIES * pipeline.paramBytes,
    constantBytes: constantBytes(program),
    workerBytes: workerBytes(program),
    numRows,
    outputRowBytes: rowBytes,
    carriesColumns,
    readsText: ofText.length > 0,
    carriedBatchBytes: carried.map((one) =>
      one === null ? null : (held, rows) => carriedBatchBytes(one, held, Math.min(rows, one.averageRows))
    ),
    slotBytes: bound.slotBytes,
    residentBytes: (chunkRows) => bound.residentBytes(chunkRows) + fileBytes,
    sinkBytes: writer.sinkBytes({
      outputs,
      // at most: the output may have fewer of them
      metadata: sharedMetadata(bound.inputs.map(({ info }) => info.schema.metadata)),
      batchRows,
      bodyBytes,
      packedBytes: packedBatchBytes(carried, batchRows),
      longestBytes: carried.reduce((most, one) => Math.max(most, one?.longestBytes ?? 0), 0),
      compress: options.compress ?? null,
      textCodec: options.textCodec ?? null,
    }),
  };
  const inputBytes = total(bound.inputs.map(({ info }) => info.numBytes));
  const readsRows = layouts.every((layout) => layout === "row");
  const places = consumerPlaces(pipeline.graph, program, rowBytes);
  const numColumns = Math.max(pipeline.requests.length, mostColumns(bound.inputs));
  const limits = {
    ...limitsOf(given, program),
    readsRows,
    numColumns: numColumns + outputs.length,
    places,
    unopenedBytes,
  };
  const workload = {
    cores: navigator.hardwareConcurrency,
    inputBytes: inputBytes ?? (numRows === null ? null : numRows * declaredRowBytes(pipeline.requests)),
    numRows,
  };
  const memory = chooseMemory(demands, limits, workload);
  const unbound = { ...limits, budget: { ...limits.budget, bytes: Infinity } };
  const sharedSizes = bound.sharedSizes ?? [];
  return {
    program,
    emitted: held.emitted,
    memory,
    // asked for now: what a pipe has in front is gone once it is read
    unboundPeakBytes: inputBytes === null
      ? chooseMemory(demands, unbound, workload).peakBytes
      : memory.peakBytes,
    inputs: bound.inputs,
    outputs,
    outputFormat,
    carried,
    numRows,
    inputBytes,
    sharedSizes,
  };
}

/** Columns that are bound: an input may be a matrix of thousands. */
function columnsOf(bindings: readonly ColumnBinding[]): number {
  return bindings.reduce((sum, { fieldIndices }) => sum + fieldIndices.length, 0);
}

function programOf(
  { pipeline: { graph, requests }, programs, numerics }: Given,
  layouts: readonly Layout[],
): PlannedProgram {
  const key = layouts.join(), known = programs.get(key);
  if (known !== undefined) return known;
  const program = planProgram(graph, {
    inputs: requests.map(({ input }, i) => ({ name: input, layout: layouts[i]! })),
  });
  const planned = { program, held: programMemory(graph, { program, numerics }) };
  programs.set(key, planned);
  return planned;
}

/** The sum; null where a part is unknown, or there is none. */
function total(parts: readonly (number | null)[]): number | null {
  if (parts.length === 0) return null;
  return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

function limitsOf({ pipeline, options, budget }: Given, program: Program): ChunkLimits {
  return {
    budget,
    batchRows: options.batchRows ?? defaultBatchRows(pipeline.graph),
    chunkRows: options.chunkRows,
    workers: options.workers,
    largest: program.largestIntermediate,
    maxElements: pipeline.limits.elements ?? DEFAULT_MAX_ELEMENTS,
  };
}

/** Where the widest output and the largest intermediate come from. */
function consumerPlaces(
  { nodes, outputs, steps }: Graph,
  { largestIntermediate }: Program,
  rowBytes: readonly number[],
): ConsumerPlaces {
  const widest = rowBytes.indexOf(rowBytes.reduce((most, bytes) => Math.max(most, bytes), 0));
  const step = nodes[outputs[widest]?.node ?? -1]?.step ?? -1;
  return {
    output: steps[step]?.place ?? null,
    largest: steps.find(({ text }) => text === largestIntermediate.name)?.place ?? null,
  };
}

function budgetOf({ limits }: TracedPipeline, { memoryBytes }: PrepareOptions): Budget {
  return resolveBudget({
    flagBytes: memoryBytes,
    pipelineBytes: limits.memoryBytes,
    containerBytes: containerLimit()?.bytes ?? null,
    totalMemoryBytes: totalMemoryBytes(),
  });
}

/** The columns that are written: shape (N) is one column, more axes make lists of their product. */
function outputFields({ nodes, outputs }: Graph): OutputField[] {
  return outputs.map(({ name, node }) => {
    const { dtype, shape } = nodes[node]!;
    const inner = shape.slice(1).map((dim) => Number(sizeOf(dim)));
    return {
      name,
      dtype,
      width: shape.length === 1 ? null : inner.reduce((product, size) => product * size, 1),
    };
  });
}
