/**
 * The values of a pipeline's params: from the command line, a file, or the declaration, in this order. All of it
 * is settled before an input is opened.
 *
 * @module
 */
import { DTYPE, type TypedArray } from "../dtype/mod.ts";
import { ParamError, UsageError } from "../errors.ts";
import { loadModule } from "../load_module.ts";
import { editDistance, nearestNames } from "../wording/nearest_names.ts";
import { showShape } from "../shape/mod.ts";
import { parseJson } from "./json_numbers.ts";
import type { ParamFile } from "./param_file.ts";
import {
  type DeclaredParam,
  type Origin,
  type ParamValue,
  valueOfLiteral,
  valueOfTypedArray,
} from "./param_value.ts";

export type { DeclaredParam, ParamValue } from "./param_value.ts";

/** Where values come from besides the declarations. */
export interface ParamSources {
  /** a file of params: .npz, .npy, .json or .arrow */
  readonly file: string | null;
  /** values by name as JSON text; they go before the file's */
  readonly assignments: ReadonlyMap<string, string>;
}

/** What `loadParams` gives. */
export interface LoadedParams {
  /** a value for every declared param, in the order of the declarations */
  readonly values: ReadonlyMap<string, ParamValue>;
  /** where each value came from, in words */
  readonly origins: ReadonlyMap<string, Origin>;
  /** names that the file has and no param: a misspelt one leaves a param its declared value */
  readonly ignored: readonly string[];
}

/**
 * Finds and checks the value of every declared param.
 *
 * @throws ParamError PAR001 missing, PAR002 another shape, PAR003 another dtype, PAR004 not finite, PAR005 an
 *   assignment to a name that is not declared, PAR006 the file cannot be read; UsageError USE002 an assignment
 *   that is no JSON; DataError DAT001 a null in an Arrow column
 *
 * @example
 * ```ts
 * import { loadParams } from "./params.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { values } = await loadParams(
 *   [{ name: "mean", dtype: "f32", shape: ["feature=2"], finite: true }],
 *   { file: null, assignments: new Map([["mean", "[0.5, 1]"]]) },
 * );
 * deepStrictEqual(values.get("mean"), { dtype: "f32", shape: [2], data: new Float32Array([0.5, 1]) });
 * ```
 */
export async function loadParams(
  declarations: readonly DeclaredParam[],
  { file: path, assignments }: ParamSources,
): Promise<LoadedParams> {
  const names = declarations.map(({ name }) => name);
  for (const name of assignments.keys()) if (!names.includes(name)) throw notDeclared(name, names);
  const file = path === null
    ? null
    : await (await loadModule<typeof import("./param_file.ts")>(import.meta.resolve("./param_file.ts")))
      .openParamFile(path, declarations);
  try {
    const values = new Map<string, ParamValue>(), origins = new Map<string, Origin>();
    for (const param of declarations) {
      const { value, origin } = await valueOf(param, file, assignments);
      values.set(param.name, value);
      origins.set(param.name, origin);
    }
    return { values, origins, ignored: (file?.names ?? []).filter((name) => !values.has(name)) };
  } finally {
    file?.close();
  }
}

async function valueOf(
  param: DeclaredParam,
  file: ParamFile | null,
  assignments: ReadonlyMap<string, string>,
): Promise<{ readonly value: ParamValue; readonly origin: Origin }> {
  const { name } = param, assigned = assignments.get(name);
  if (assigned !== undefined) {
    const origin = `--param ${name}`;
    return { value: valueOfLiteral(param, parseAssignment(name, assigned), origin), origin };
  }
  if (file !== null && file.names.includes(name)) return { value: await file.read(param), origin: file.path };
  if (param.value === undefined) throw missing(param, file);
  const origin = "its declaration";
  const value = isTypedArray(param.value)
    ? valueOfTypedArray(param, param.value, origin)
    : valueOfLiteral(param, param.value, origin);
  return { value, origin };
}

function isTypedArray(value: unknown): value is TypedArray {
  return Object.values(DTYPE).some(({ TypedArray }) => value instanceof TypedArray);
}

function parseAssignment(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new UsageError(
      "USE002",
      `--param ${name}=${text.length > 40 ? `${text.slice(0, 40)}…` : text} is no JSON`,
      {
        notes: ["a value is a number, true, false, or nested lists of these: 0.5, [1, 2], [[1, 0], [0, 1]]"],
        help:
          `--param ${name}=0.5, or --param '${name}=[1, 2]' in quotes; NaN and infinities go into an .npz file`,
        cause: error,
      },
    );
  }
}

function notDeclared(name: string, names: readonly string[]): ParamError {
  const [nearest = ""] = nearestNames(name, names, 1), distance = editDistance(name, nearest);
  const isNear = distance < name.length && distance <= Math.max(1, name.length / 3);
  return new ParamError("PAR005", `the pipeline declares no param ${JSON.stringify(name)}`, {
    notes: [names.length === 0 ? "it declares none at all" : `it declares ${names.join(", ")}`],
    help: isNear ? `did you mean --param ${nearest}=…?` : `leave --param ${name} out`,
  });
}

function missing(param: DeclaredParam, file: ParamFile | null): ParamError {
  const { name, dtype, shape } = param;
  return new ParamError("PAR001", `param ${name} has no value`, {
    place: param.place ?? null,
    operands: [`declared  ${name} ${dtype} ${showShape(shape)}`],
    notes: file === null
      ? ["no --params file is given, and its declaration has no value"]
      : [`${file.path} has ${file.names.length === 0 ? "no params" : nearText(name, file.names)}`],
    help: shape.length === 0
      ? `give --param ${name}=VALUE, or add ${name} to a file for --params`
      : `add ${name} with shape ${showShape(shape)} to a file for --params, such as params.npz`,
  });
}

function nearText(name: string, names: readonly string[]): string {
  return names.length <= 6
    ? names.join(", ")
    : `${names.length} params, of which the nearest are ${nearestNames(name, names, 3).join(", ")}`;
}
