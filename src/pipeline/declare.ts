/**
 * What a pipeline declares: `input`, `param`, `carry`. What can be checked of a declaration by itself is checked here.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, isDType, isFloat } from "../dtype/mod.ts";
import { DTypeError, PipelineError, type Place, ShapeError } from "../errors.ts";
import type {
  CarryDeclaration,
  CarryOptions,
  DeclareCarry,
  DeclareInput,
  DeclareParam,
  InputDeclaration,
  InputOptions,
  ParamDeclaration,
  ParamOptions,
} from "../expr/declaration_types.ts";
import { authorPlace, FLOAT_RANGE, isHeldFinite } from "../expr/mod.ts";
import { editDistance, nearestNames } from "../wording/nearest_names.ts";
import type { ColumnSelection, NullPolicy } from "../schema/schema.ts";
import { checkShape, isSymbol, type Shape, showShape } from "../shape/mod.ts";

/** The refusal of a declaration (PIP003), at the place of the author's call if none is given. */
export function invalid(sentence: string, help: string, place: Place | null = authorPlace()): PipelineError {
  return new PipelineError("PIP003", sentence, { place, help });
}

/** Where each declaration was made: what is wrong with the data or a value is said at that place too. */
const PLACES = new WeakMap<object, Place | null>();

/** The place in the pipeline file where `input`, `carry` or `param` was called. */
export function placeOf(declaration: object): Place | null {
  return PLACES.get(declaration) ?? null;
}

/** The declaration, with the place where it was made. */
export function placed<T extends object>(declaration: T, place: Place | null): T {
  PLACES.set(declaration, place);
  return declaration;
}

/**
 * Refuses keys that a declaration does not have (PIP003). The types refuse them too, but `run` does not check types, and
 * `limits: { memroy }` passed over is no limit at all.
 */
export function checkKeys(
  what: string,
  object: unknown,
  { known, place }: { readonly known: readonly string[]; readonly place?: Place | null },
): void {
  if (typeof object !== "object" || object === null) {
    throw invalid(`${what} is no object: ${JSON.stringify(object)}`, `its keys: ${known.join(", ")}`, place);
  }
  const odd = Object.keys(object).find((key) => !known.includes(key));
  if (odd === undefined) return;
  const [nearest = ""] = nearestNames(odd, known, 1);
  const isNear = editDistance(odd, nearest) <= Math.max(1, odd.length / 3) || nearest.startsWith(odd);
  throw invalid(
    `${what} has no ${JSON.stringify(odd)}`,
    isNear ? `did you mean ${nearest}?` : `what it may have: ${known.join(", ")}`,
    place,
  );
}

function checkDeclared(kind: "input" | "param", dtype: unknown, shape: unknown): void {
  if (!isDType(dtype)) {
    throw invalid(`${kind} takes a dtype, not ${JSON.stringify(dtype)}`, `one of ${DTYPES.join(", ")}`);
  }
  if (!Array.isArray(shape)) {
    const example = kind === "input" ? '["N"]' : '["feature=10"]';
    throw invalid(
      `${kind} takes a shape as a list of axes`,
      `write ${kind}(${JSON.stringify(dtype)}, ${example})`,
    );
  }
  const malformed = checkShape(shape);
  if (malformed !== null) {
    throw new ShapeError(malformed.code, malformed.sentence, { place: authorPlace(), help: malformed.hint });
  }
}

/** Whether the dtype holds the number as it is; floats hold it rounded, but a finite one not as infinity. */
function holds(dtype: DType, value: number | bigint | boolean): boolean {
  const { kind, range } = DTYPE[dtype];
  if (kind === "b" || typeof value === "boolean") return kind === "b" && typeof value === "boolean";
  if (isFloat(dtype)) return isHeldFinite(dtype, value);
  if (range === null) return true;
  if (typeof value === "number" && !Number.isInteger(value)) return false;
  return BigInt(value) >= range[0] && BigInt(value) <= range[1];
}

/** What a null of an input means. */
export function nullPolicy(dtype: DType, nulls: InputOptions["nulls"]): NullPolicy {
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
  const held = isFloat(dtype) ? FLOAT_RANGE[dtype] : (DTYPE[dtype].range ?? ["false", "true"]).join(" to ");
  throw new DTypeError(
    "DTY002",
    `the fill value ${value} does not fit ${dtype}, which holds ${held}`,
    {
      place: authorPlace(),
      help: "fill with a value of the dtype, or declare the input with a dtype that holds it",
    },
  );
}

/** The columns that the options select; null: the input's own name. */
export function selection({ column, columns }: InputOptions): ColumnSelection | null {
  if (column !== undefined && columns !== undefined) {
    throw invalid("an input has either column or columns", "leave one of them out");
  }
  if (column !== undefined) return { kind: "name", name: column };
  if (columns === undefined) return null;
  if (typeof columns === "string") return { kind: "pattern", pattern: columns };
  if (columns.length > 0) return { kind: "names", names: columns };
  throw invalid("the list of columns is empty", 'name the columns, or give a pattern: { columns: "f_*" }');
}

/** As `input`, of no place: for what no author wrote, since finding a place takes most of a declaration's time. */
export function unplacedInput(dtype: DType, shape: Shape, options: InputOptions = {}): InputDeclaration {
  checkDeclared("input", dtype, shape);
  checkKeys("an input", options, { known: ["column", "columns", "nulls"] });
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

function declareInput(dtype: DType, shape: Shape, options?: InputOptions): InputDeclaration {
  return placed(unplacedInput(dtype, shape, options), authorPlace());
}

function declareParam(dtype: DType, shape: Shape, options: ParamOptions = {}): ParamDeclaration {
  checkDeclared("param", dtype, shape);
  checkKeys("a param", options, { known: ["value", "finite"] });
  const symbol = shape.find(isSymbol);
  if (symbol !== undefined) {
    throw invalid(
      `a param has no rows, but ${showShape(shape)} has the symbol ${symbol}`,
      "give each axis of a param a size: only inputs have rows",
    );
  }
  return placed(
    Object.freeze({ kind: "param", dtype, shape: Object.freeze([...shape]), options }),
    authorPlace(),
  );
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

/** As `carry`, of no place: see `unplacedInput`. */
export function unplacedCarry(options: CarryOptions = {}): CarryDeclaration {
  checkKeys("a carried input", options, { known: ["column", "maxBytesPerRow"] });
  const { column, maxBytesPerRow } = options;
  if (column !== undefined && typeof column !== "string") {
    throw invalid("the column of a carried input is no name", 'write carry({ column: "user id" })');
  }
  if (maxBytesPerRow !== undefined && !(Number.isFinite(maxBytesPerRow) && maxBytesPerRow >= 1)) {
    throw invalid("maxBytesPerRow is no number of bytes", "write carry({ maxBytesPerRow: 200 })");
  }
  return Object.freeze({ kind: "carry", options });
}

function declareCarry(options?: CarryOptions): CarryDeclaration {
  return placed(unplacedCarry(options), authorPlace());
}

/**
 * Declares a column that passes through untouched: text, decimals, dates, whatever its type. In the transform it is
 * returned as an output, as it is or after `.filter(mask, symbol)`; nulls stay nulls.
 *
 * @throws PipelineError PIP003 options that are none
 * @example
 * ```ts
 * import { carry, definePipeline, input } from "ndpipe";
 * import { deepStrictEqual } from "node:assert/strict";
 * const pipeline = definePipeline({
 *   name: "positive",
 *   inputs: { user_id: carry({ column: "user id" }), x: input("f32", ["N"]) },
 *   transform({ user_id, x }) {
 *     const mask = x.gt(0);
 *     return { user_id: user_id.filter(mask, "K"), x: x.filter(mask, "K") };
 *   },
 * });
 * deepStrictEqual(pipeline.trace().outputs.map(({ name }) => name), ["user_id", "x"]);
 * ```
 */
export const carry: DeclareCarry = declareCarry;
