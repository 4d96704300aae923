/**
 * The proof of a pipeline, in this order: the transform is traced, its rows are checked, params are loaded and
 * checked, the program and its memory are planned by the declarations; only then are inputs opened, and of these
 * only the metadata is read.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import { DTYPE, isDType } from "../dtype/mod.ts";
import { NdpipeError, ParamError, PipelineError, type Place, UsageError } from "../errors.ts";
import { type PrepareOptions as RunSettings, prepareRun } from "../exec/prepare.ts";
import type { Prepared } from "../exec/prepared.ts";
import type { Graph } from "../expr/graph.ts";
import { parseSize } from "../plan/budget.ts";
import { checkRows } from "../plan/rows.ts";
import { isSymbol, sizeOf } from "../shape/mod.ts";
import { type Pipeline, toDeclaredParams, toInputRequests } from "./define.ts";
import { type LoadedParams, loadParams } from "./params.ts";
import { type DeclaredParam, declaredSizes } from "./param_value.ts";

/** The settings of a run, with the params' values. */
export interface PrepareOptions extends RunSettings {
  /** a file of params; null: none */
  readonly params: string | null;
  /** values by name as JSON text */
  readonly assignments: ReadonlyMap<string, string>;
  /** `plan` and `check` need no values: without a file, params that have none are passed over. Default: false */
  readonly mayLackParams?: boolean;
}

/**
 * Proves a pipeline and plans its run.
 *
 * @throws all that tracing, loading params and `prepareRun` throw
 *
 * @example
 * ```ts
 * import { prepare } from "./prepare.ts";
 * import { definePipeline, input } from "./define.ts";
 * import { strictEqual } from "node:assert/strict";
 * const pipeline = definePipeline({
 *   name: "square",
 *   inputs: { x: input("f32", ["N"]) },
 *   transform: ({ x }) => ({ y: x.square() }),
 * });
 * const prepared = await prepare(pipeline, {
 *   inputs: [], params: null, assignments: new Map(), memoryBytes: 2 ** 29, chunkRows: null, batchRows: null,
 *   workers: 1, numerics: "strict", from: null, rows: 1000, csv: {},
 * });
 * strictEqual(prepared.memory.peakBytes <= 2 ** 29, true);
 * ```
 */
export async function prepare(pipeline: Pipeline, options: PrepareOptions): Promise<Prepared> {
  const memoryBytes = limitOf(pipeline);
  const graph = trace(pipeline, options.rows);
  placedAt(pipeline.declarationPlace, () => checkRows(graph));
  const declarations = toDeclaredParams(pipeline);
  const loaded = await valuesOf(declarations, options);
  return await prepareRun({
    name: pipeline.name,
    graph,
    requests: toInputRequests(pipeline),
    params: loaded?.values ?? null,
    paramOrigins: loaded?.origins ?? new Map(),
    ignoredParams: loaded?.ignored ?? [],
    paramBytes: declarations.reduce(
      (total, param) =>
        total + declaredSizes(param).reduce((product, size) => product * size, DTYPE[param.dtype].itemsize),
      0,
    ),
    limits: { memoryBytes, elements: pipeline.limits.elements ?? null },
  }, options);
}

function limitOf({ limits: { memory }, declarationPlace }: Pipeline): number | null {
  if (memory === undefined) return null;
  const bytes = parseSize(memory);
  if (bytes !== null) return bytes;
  throw new PipelineError("PIP003", `limits.memory is ${JSON.stringify(memory)}, which is no size`, {
    place: declarationPlace,
    help: 'write a size with its unit: memory: "512MiB"',
  });
}

/** What is refused without a place of its own, as of an output that no step made, is refused at the declaration. */
function placedAt(place: Place | null, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof NdpipeError) || error.place !== null) throw error;
    const { code, message, operands, notes, help } = error;
    const ErrorClass = error.constructor as typeof NdpipeError;
    throw new ErrorClass(code, message, { place, operands, notes, help, cause: error });
  }
}

/** Traces; where the rows are known, a refused growth says its whole size. */
function trace(pipeline: Pipeline, numRows: number | null): Graph {
  try {
    return pipeline.trace();
  } catch (error) {
    if (!(error instanceof NdpipeError) || error.growth === null || numRows === null) throw error;
    throw withWholeSize(error, error.growth, numRows);
  }
}

function withWholeSize(
  error: NdpipeError,
  { dtype, shape }: NonNullable<NdpipeError["growth"]>,
  numRows: number,
): NdpipeError {
  const symbol = shape.find(isSymbol);
  if (symbol === undefined || !isDType(dtype)) return error;
  const numBytes = shape.reduce<number>(
    (total, dim) => total * (isSymbol(dim) ? numRows : Number(sizeOf(dim))),
    DTYPE[dtype].itemsize,
  );
  const note = `${bytesText(numBytes)} at ${symbol} = ${countText(numRows)}`;
  const { code, message, place, operands, notes, help, growth } = error;
  const last = notes.at(-1);
  const ErrorClass = error.constructor as typeof NdpipeError;
  return new ErrorClass(code, message, {
    place,
    operands,
    notes: last === undefined ? [note] : [...notes.slice(0, -1), `${last}; ${note}`],
    help,
    growth,
    cause: error,
  });
}

/** The values; null where some are missing, and may be. */
async function valuesOf(
  declarations: readonly DeclaredParam[],
  { params: file, assignments, inputs, mayLackParams = false }: PrepareOptions,
): Promise<LoadedParams | null> {
  if (file === "-" && inputs.includes("-")) {
    throw new UsageError("USE002", "standard input is named twice, as an input and as params", {
      help: "name - once: it can be read once only",
    });
  }
  try {
    return await loadParams(declarations, { file, assignments });
  } catch (error) {
    const isMissing = error instanceof ParamError && error.code === "PAR001";
    if (!isMissing || !mayLackParams || file !== null) throw error;
    // those that are there are checked all the same
    await loadParams(
      declarations.filter(({ name, value }) => value !== undefined || assignments.has(name)),
      { file, assignments },
    );
    return null;
  }
}
