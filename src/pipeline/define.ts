/**
 * Declaring a pipeline: `input`, `param`, `definePipeline`. What can be checked without running the transform is
 * checked here, when the file is imported; the transform runs when it is traced.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, isDType, isFloat } from "../dtype/mod.ts";
import { DTypeError, NdpipeError, PipelineError, type Place, ShapeError } from "../errors.ts";
import type {
  DeclareInput,
  DeclareParam,
  InputDeclaration,
  InputOptions,
  Inputs,
  Limits,
  Outputs,
  ParamDeclaration,
  ParamOptions,
  Params,
  PipelineDeclaration,
} from "../expr/declaration_types.ts";
import { asTensor, authorPlace, type Graph, GraphBuilder, placeInStack, TracedTensor } from "../expr/mod.ts";
import type { ColumnSelection, InputRequest, NullPolicy } from "../schema/schema.ts";
import { checkShape, isIdentifier, isSymbol, numElements, type Shape, showShape } from "../shape/mod.ts";
import type { DeclaredParam } from "./params.ts";

function invalid(sentence: string, help: string, place: Place | null = authorPlace()): PipelineError {
  return new PipelineError("PIP003", sentence, { place, help });
}

// ---------------------------------------------------------------- input and param
function checkDeclared(kind: "input" | "param", dtype: unknown, shape: unknown): void {
  if (!isDType(dtype)) {
    throw invalid(`${kind} takes a dtype, not ${JSON.stringify(dtype)}`, `one of ${DTYPES.join(", ")}`);
  }
  if (!Array.isArray(shape)) {
    throw invalid(`${kind} takes a shape as a list of axes`, `write ${kind}("f32", ["N"])`);
  }
  const malformed = checkShape(shape);
  if (malformed !== null) {
    throw new ShapeError(malformed.code, malformed.sentence, { place: authorPlace(), help: malformed.hint });
  }
}

/** Whether the dtype holds the number as it is; floats hold every number, rounded. */
function holds(dtype: DType, value: number | bigint | boolean): boolean {
  const { kind, range } = DTYPE[dtype];
  if (kind === "b" || typeof value === "boolean") return kind === "b" && typeof value === "boolean";
  if (range === null) return true;
  if (typeof value === "number" && !Number.isInteger(value)) return false;
  return BigInt(value) >= range[0] && BigInt(value) <= range[1];
}

function nullPolicy(dtype: DType, nulls: InputOptions["nulls"]): NullPolicy {
  if (nulls === undefined || nulls === "error") return { kind: "error" };
  if (nulls === "nan") {
    if (isFloat(dtype)) return { kind: "nan" };
    throw new DTypeError("DTY003", `a null cannot be NaN in ${dtype}`, {
      place: authorPlace(),
      help: "use { nulls: { fill: 0 } }, or declare the input as a float",
    });
  }
  const value = typeof nulls === "object" && nulls !== null ? nulls.fill : undefined;
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
    throw invalid('nulls is neither "error", "nan" nor { fill: a number }', "write { nulls: { fill: 0 } }");
  }
  if (holds(dtype, value)) return { kind: "fill", value };
  const [low, high] = DTYPE[dtype].range ?? ["false", "true"];
  throw new DTypeError(
    "DTY002",
    `the fill value ${value} does not fit ${dtype}, which holds ${low} to ${high}`,
    {
      place: authorPlace(),
      help: "fill with a value of the dtype, or declare the input with a dtype that holds it",
    },
  );
}

/** The columns that the options select; null: the input's own name. */
function selection({ column, columns }: InputOptions): ColumnSelection | null {
  if (column !== undefined && columns !== undefined) {
    throw invalid("an input has either column or columns", "leave one of them out");
  }
  if (column !== undefined) return { kind: "name", name: column };
  if (columns === undefined) return null;
  if (typeof columns === "string") return { kind: "pattern", pattern: columns };
  if (columns.length > 0) return { kind: "names", names: columns };
  throw invalid("the list of columns is empty", 'name the columns, or give a pattern: { columns: "f_*" }');
}

function declareInput(dtype: DType, shape: Shape, options: InputOptions = {}): InputDeclaration {
  checkDeclared("input", dtype, shape);
  const [rows, ...rest] = shape;
  if (rows === undefined || !isSymbol(rows) || rest.some(isSymbol)) {
    throw invalid(
      `an input's first axis is its rows and the others have sizes, but the shape is ${showShape(shape)}`,
      `write input("${dtype}", ["N"]) or input("${dtype}", ["N", 10])`,
    );
  }
  nullPolicy(dtype, options.nulls);
  selection(options);
  return Object.freeze({ kind: "input", dtype, shape: Object.freeze([...shape]), options });
}

function declareParam(dtype: DType, shape: Shape, options: ParamOptions = {}): ParamDeclaration {
  checkDeclared("param", dtype, shape);
  const symbol = shape.find(isSymbol);
  if (symbol !== undefined) {
    throw invalid(
      `a param has no rows, but ${showShape(shape)} has the symbol ${symbol}`,
      "give each axis of a param a size: only inputs have rows",
    );
  }
  return Object.freeze({ kind: "param", dtype, shape: Object.freeze([...shape]), options });
}

/**
 * Declares a tensor that the data gives: one column, or many as one axis.
 *
 * @param shape the rows first, under a symbol: `["N"]`, `["N", "feature=784"]`
 * @throws ShapeError SHP013 a malformed shape; DTypeError DTY002, DTY003 a null policy that does not fit the dtype;
 *   PipelineError PIP003 anything else
 * @example
 * ```ts
 * import { input } from "ndpipe";
 * import { deepStrictEqual } from "node:assert/strict";
 * const pixels = input("u8", ["N", "pixel=784"], { columns: "p*", nulls: { fill: 0 } });
 * deepStrictEqual(pixels.shape, ["N", "pixel=784"]);
 * ```
 */
export const input = declareInput as DeclareInput;

/**
 * Declares a tensor that a run's parameters give; it has no rows.
 *
 * @throws ShapeError SHP013 a malformed shape; PipelineError PIP003 a symbol in the shape
 * @example
 * ```ts
 * import { param } from "ndpipe";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(param("f32", ["feature=784"]).shape, ["feature=784"]);
 * ```
 */
export const param = declareParam as DeclareParam;

// ---------------------------------------------------------------- pipelines
/** A declaration under its name. */
export interface Named<T> {
  readonly name: string;
  readonly declaration: T;
}

type Transform = (inputs: Record<string, unknown>, params: Record<string, unknown>) => unknown;

/** A declared pipeline. It has not run its transform: `trace` does. */
export class Pipeline {
  readonly name: string;
  /** in the order of the declaration */
  readonly inputs: readonly Named<InputDeclaration>[];
  readonly params: readonly Named<ParamDeclaration>[];
  readonly limits: Limits;
  /** where `definePipeline` was called */
  readonly declarationPlace: Place | null;
  readonly #transform: Transform;

  /** @throws PipelineError PIP003 when the declaration is not valid */
  constructor(declaration: unknown, place: Place | null) {
    if (typeof declaration !== "object" || declaration === null) {
      throw invalid(
        "definePipeline takes an object",
        "definePipeline({ name, inputs, params, transform })",
        place,
      );
    }
    const { name, inputs, params = {}, limits = {}, transform } = declaration as Readonly<
      Record<string, unknown>
    >;
    if (typeof name !== "string" || name.trim() === "") {
      throw invalid("the pipeline has no name", 'give it one: name: "profile-scoring"', place);
    }
    if (typeof transform !== "function") {
      throw invalid("the pipeline has no transform", "add transform({ input }, { param }) { ... }", place);
    }
    this.name = name;
    this.declarationPlace = place;
    this.inputs = named<InputDeclaration>("input", inputs, place);
    this.params = named<ParamDeclaration>("param", params, place);
    this.limits = checkLimits(limits, place);
    this.#transform = transform.bind(declaration);
    this.#checkNames();
  }

  #checkNames(): void {
    const place = this.declarationPlace, [first, ...others] = this.inputs;
    if (first === undefined) {
      throw invalid("the pipeline has no input", 'add inputs: { x: input("f32", ["N"]) }', place);
    }
    const both = this.params.find(({ name }) => this.inputs.some((one) => one.name === name));
    if (both !== undefined) {
      throw invalid(`${both.name} is an input and a param`, "give one of them another name", place);
    }
    const rows = first.declaration.shape[0];
    const odd = others.find(({ declaration }) => declaration.shape[0] !== rows);
    if (odd === undefined) return;
    throw invalid(
      `inputs ${first.name} and ${odd.name} have different rows: ${rows} and ${odd.declaration.shape[0]}`,
      `all inputs are columns of one table: write ${rows} as the first axis of ${odd.name}`,
      place,
    );
  }

  /**
   * Runs the transform on tensors that stand for the inputs and params.
   *
   * @throws ShapeError, DTypeError what the transform does wrong, with its place; PipelineError PIP001 what it throws
   *   itself, PIP003 when it does not return an object of tensors
   */
  trace(): Graph {
    const builder = new GraphBuilder();
    const leaves = (kind: "input" | "param", list: readonly Named<InputDeclaration | ParamDeclaration>[]) =>
      Object.fromEntries(list.map(({ name, declaration: { dtype, shape } }) => [
        name,
        asTensor(new TracedTensor(builder, builder.addLeaf(kind, name, { dtype, shape }))),
      ]));
    const returned = this.#run(leaves("input", this.inputs), leaves("param", this.params));
    return builder.finish(this.#outputs(returned, builder));
  }

  #run(inputs: Record<string, unknown>, params: Record<string, unknown>): unknown {
    try {
      return this.#transform(inputs, params);
    } catch (cause) {
      if (cause instanceof NdpipeError) throw cause;
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new PipelineError("PIP001", `the transform of ${this.name} throws ${reason}`, {
        place: (cause instanceof Error ? placeInStack(cause.stack ?? "") : null) ?? this.declarationPlace,
        help: "the transform is run once, on tensors without elements, before any data is read",
        cause,
      });
    }
  }

  #outputs(returned: unknown, builder: GraphBuilder): { name: string; node: number }[] {
    const place = this.declarationPlace;
    const help = "return an object of tensors by name: return { score }";
    if (returned instanceof Promise) {
      throw invalid("the transform is async", "leave async out: it awaits nothing", place);
    }
    if (
      typeof returned !== "object" || returned === null || Array.isArray(returned) ||
      returned instanceof TracedTensor
    ) {
      throw invalid("the transform does not return an object of tensors", help, place);
    }
    const entries = Object.entries(returned);
    if (entries.length === 0) throw invalid("the transform returns no output", help, place);
    return entries.map(([name, value]) => {
      checkName("output", name, place);
      if (value instanceof TracedTensor && value.builder === builder) return { name, node: value.id };
      throw invalid(`output ${name} is no tensor of this transform`, help, place);
    });
  }
}

function checkName(kind: string, name: string, place: Place | null): void {
  if (isIdentifier(name)) return;
  throw invalid(
    `${JSON.stringify(name)} is no name for an ${kind}`.replace("an param", "a param"),
    kind === "input"
      ? `use letters, digits and underscores, and name the column: { column: ${JSON.stringify(name)} }`
      : "use letters, digits and underscores, and begin with no digit",
    place,
  );
}

function named<T extends InputDeclaration | ParamDeclaration>(
  kind: "input" | "param",
  record: unknown,
  place: Place | null,
): Named<T>[] {
  if (typeof record !== "object" || record === null) {
    throw invalid(`${kind}s is not an object of declarations`, `write ${kind}s: { x: ${kind}(...) }`, place);
  }
  return Object.entries(record).map(([name, declaration]) => {
    checkName(kind, name, place);
    if (typeof declaration === "object" && declaration !== null && declaration.kind === kind) {
      return { name, declaration };
    }
    throw invalid(
      `${kind} ${name} is not made with ${kind}(...)`,
      `write ${name}: ${kind}("f32", [...])`,
      place,
    );
  });
}

function checkLimits(limits: unknown, place: Place | null): Limits {
  const { memory, elements } = (limits ?? {}) as Readonly<Record<string, unknown>>;
  if (memory !== undefined && typeof memory !== "string") {
    throw invalid("limits.memory is no size", 'write a size with its unit: memory: "512MiB"', place);
  }
  if (elements !== undefined && !(typeof elements === "number" && elements >= 1)) {
    throw invalid("limits.elements is no number of elements", "write elements: 1e8", place);
  }
  return { ...(memory === undefined ? {} : { memory }), ...(elements === undefined ? {} : { elements }) };
}

/**
 * Declares a pipeline; the default export of a pipeline file.
 *
 * @throws PipelineError PIP003 when the declaration is not valid
 * @example
 * ```ts
 * import { definePipeline, input, param } from "ndpipe";
 * import { deepStrictEqual } from "node:assert/strict";
 * const pipeline = definePipeline({
 *   name: "centre",
 *   inputs: { x: input("f32", ["N", "feature=3"]) },
 *   params: { mean: param("f32", ["feature=3"]) },
 *   transform: ({ x }, { mean }) => ({ centred: x.sub(mean) }),
 * });
 * deepStrictEqual(pipeline.trace().outputs.map(({ name }) => name), ["centred"]);
 * ```
 */
export function definePipeline<
  I extends Inputs,
  P extends Params = Record<never, never>,
  O extends Outputs = Outputs,
>(
  declaration: PipelineDeclaration<I, P, O>,
): Pipeline {
  return new Pipeline(declaration, authorPlace());
}

/** What a source needs to know of each input. */
export function toInputRequests({ inputs }: Pipeline): InputRequest[] {
  return inputs.map(({ name, declaration: { dtype, shape, options } }) => ({
    input: name,
    dtype,
    width: numElements(shape.slice(1)),
    isScalar: shape.length === 1,
    selection: selection(options) ?? { kind: "name", name },
    nulls: nullPolicy(dtype, options.nulls),
  }));
}

/** What the loading of params needs to know of each. */
export function toDeclaredParams({ params }: Pipeline): DeclaredParam[] {
  return params.map(({ name, declaration: { dtype, shape, options: { value, finite = true } } }) => ({
    name,
    dtype,
    shape,
    finite,
    ...(value === undefined ? {} : { value }),
  }));
}
