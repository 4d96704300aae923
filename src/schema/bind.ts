/**
 * Declared inputs meet the columns of a table: by name, by a list of names, or by a pattern. Pure.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { SchemaError } from "../errors.ts";
import { globMatcher } from "./glob_matcher.ts";
import { editDistance, nearestNames } from "../wording/nearest_names.ts";
import {
  type ColumnBinding,
  type ColumnType,
  type Field,
  type InputRequest,
  requestedType,
  type Schema,
} from "./schema.ts";

/**
 * Binds every request to columns of the schema, in the requests' order. Two requests may read the same column.
 *
 * A single column is a primitive one (width 1) or a FixedSizeList of the declared width. A list of names and a
 * pattern bind primitive columns as one (N, k) matrix, layout "column"; a pattern takes columns in file order, `*`
 * stands for any text and `?` for one character. A name that no column has, but whose `name_0 … name_{k-1}` are
 * there, means those: that is how a matrix is written to CSV.
 *
 * @param path of the input, for messages
 * @throws SchemaError SCH001 no such column, SCH002 another type, SCH003 another width, SCH005 a type that is not
 *   computed with, SCH006 a name that several columns have
 *
 * @example
 * ```ts
 * import { bindInputs } from "./bind.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const type = { kind: "primitive", dtype: "f32" } as const;
 * const schema = { fields: ["id", "p0", "p1"].map((name) => ({ name, type, nullable: false })) };
 * const [binding] = bindInputs(
 *   [{
 *     input: "features",
 *     dtype: "f32",
 *     width: 2,
 *     isScalar: false,
 *     selection: { kind: "pattern", pattern: "p*" },
 *     nulls: { kind: "error" },
 *   }],
 *   schema,
 *   "profiles.arrow",
 * );
 * deepStrictEqual(binding!.fieldIndices, [1, 2]);
 * ```
 */
export function bindInputs(
  requests: readonly InputRequest[],
  schema: Schema,
  path: string,
): readonly ColumnBinding[] {
  const columns = indexByName(schema);
  const context = { schema, path: path === "-" ? "stdin" : path, columns };
  return requests.map((request) => bindOne(request, context));
}

interface BindingContext {
  readonly schema: Schema;
  readonly path: string;
  /** indices of the fields that have the name */
  readonly columns: ReadonlyMap<string, readonly number[]>;
}

function indexByName(schema: Schema): ReadonlyMap<string, readonly number[]> {
  const columns = new Map<string, number[]>();
  for (const [index, field] of schema.fields.entries()) {
    const indices = columns.get(field.name);
    if (indices === undefined) columns.set(field.name, [index]);
    else indices.push(index);
  }
  return columns;
}

function bindOne(request: InputRequest, context: BindingContext): ColumnBinding {
  const { selection } = request;
  switch (selection.kind) {
    case "name":
      return bindName(request, selection.name, context);
    case "names":
      return bindMatrix(request, selection.names.map((name) => indexOf(request, name, context)), context);
    case "pattern":
      return bindMatrix(request, matching(request, selection.pattern, context), context);
    default:
      return selection satisfies never;
  }
}

/** `expected` as the author declared it: "features f32 (N, 784)" */
function declared(request: InputRequest): string {
  if (request.carry !== undefined) return `input ${request.input}  carried`;
  return `input ${request.input}  ${request.dtype} ${request.isScalar ? "(N)" : `(N, ${request.width})`}`;
}

/** A column as the file has it: "column features  FixedSizeList<u8>[784]" */
function found(field: Field): string {
  return `column ${field.name}  ${typeText(field.type)}`;
}

function typeText(type: ColumnType): string {
  switch (type.kind) {
    case "primitive":
      return type.dtype;
    case "fixedSizeList":
      return `FixedSizeList<${type.dtype}>[${type.listSize}]`;
    case "text":
      return "text";
    case "other":
      return type.name;
    default:
      return type satisfies never;
  }
}

function indexOf(request: InputRequest, name: string, context: BindingContext): number {
  const indices = context.columns.get(name);
  if (indices === undefined) throw noSuchColumn(request, name, context);
  if (indices.length > 1) {
    throw new SchemaError("SCH006", `${context.path} has ${indices.length} columns named ${quote(name)}`, {
      place: request.place ?? null,
      operands: [declared(request)],
      notes: [
        `they are columns ${indices.map((index) => index + 1).join(", ")} of the table, counting from 1`,
      ],
      help: "rename the columns where the table is made, so that each name stands for one",
    });
  }
  return indices[0]!;
}

function bindName(request: InputRequest, name: string, context: BindingContext): ColumnBinding {
  if (!context.columns.has(name) && request.carry === undefined) {
    const parts = numberedColumns(name, context);
    if (parts.length > 0) return bindMatrix(request, parts, context);
  }
  const index = indexOf(request, name, context);
  const stored = context.schema.fields[index]!;
  if (request.carry !== undefined) {
    checkCarried(request, stored);
    return { request, fieldIndices: [index], layout: "row" };
  }
  const field = { ...stored, type: requestedType(stored, request) };
  checkDType(request, field);
  const width = field.type.kind === "fixedSizeList" ? field.type.listSize : 1;
  if (width !== request.width || (request.isScalar && field.type.kind === "fixedSizeList")) {
    throw widthDiffers(request, `column ${quote(name)} has ${plural(width, "element")} a row`, {
      operands: [found(field)],
      help: helpForWidth(request, field, width),
    });
  }
  return { request, fieldIndices: [index], layout: "row" };
}

/** Indices of `name_0`, `name_1`, … as far as they go. */
function numberedColumns(name: string, context: BindingContext): number[] {
  const indices: number[] = [];
  for (let i = 0;; i++) {
    const columns = context.columns.get(`${name}_${i}`);
    if (columns === undefined || columns.length !== 1) return indices;
    indices.push(columns[0]!);
  }
}

function matching(request: InputRequest, pattern: string, context: BindingContext): number[] {
  const matcher = globMatcher(pattern);
  const indices = [...context.schema.fields.keys()].filter((index) =>
    matcher(context.schema.fields[index]!.name)
  );
  if (indices.length > 0) return indices;
  throw new SchemaError("SCH001", `no column of ${context.path} matches ${quote(pattern)}`, {
    place: request.place ?? null,
    operands: [declared(request)],
    notes: [nearestText(pattern.replace(/[*?]/g, ""), context)],
    help: "check the pattern: * stands for any text, ? for one character, and capitals count",
  });
}

function bindMatrix(
  request: InputRequest,
  indices: readonly number[],
  context: BindingContext,
): ColumnBinding {
  const fields = indices.map((index) => context.schema.fields[index]!);
  if (indices.length !== request.width || request.isScalar) {
    throw widthDiffers(
      request,
      `${selectionText(request)} ${indices.length === 1 ? "is" : "are"} ` +
        plural(indices.length, "column"),
      {
        operands: [listText(fields.map((field) => field.name))],
        help: request.isScalar
          ? `declare the shape (N, ${indices.length}), or name one column`
          : `declare the shape (N, ${indices.length}), or select ${plural(request.width, "column")}`,
      },
    );
  }
  for (const field of fields) {
    checkDType(request, field);
    if (field.type.kind === "fixedSizeList") {
      throw widthDiffers(request, `column ${quote(field.name)} is itself a list of ${field.type.listSize}`, {
        operands: [found(field)],
        help:
          "a matrix of several columns takes columns of single numbers; read a list column as an input of its own",
      });
    }
  }
  // one column is its own neighbour: both layouts describe it, and "row" needs no distance; text is parsed row by row
  const isRow = indices.length === 1 || fields.every((field) => field.type.kind === "text");
  return { request, fieldIndices: indices, layout: isRow ? "row" : "column" };
}

function checkCarried(request: InputRequest, field: Field): void {
  if (field.carried !== undefined) return;
  throw new SchemaError(
    "SCH005",
    `column ${quote(field.name)} is ${typeText(field.type)}, which is not carried`,
    {
      place: request.place ?? null,
      operands: [declared(request), found(field)],
      notes: [
        "carried are all types of Arrow but unions of metadata V4, columns of Parquet nested at most 64 deep, and text",
      ],
      help: "write the table as Arrow (V5), or leave the column out",
    },
  );
}

function checkDType(request: InputRequest, field: Field): void {
  const { type } = field;
  if (type.kind === "text") return;
  if (type.kind === "other") {
    throw new SchemaError(
      "SCH005",
      `column ${quote(field.name)} is ${type.name}, which is not computed with`,
      {
        place: request.place ?? null,
        operands: [declared(request), found(field)],
        notes: ["numbers, bool, dates and times have a dtype, and FixedSizeLists of these"],
        help: field.listOf !== undefined
          ? `where all rows have k elements, declare input(${quote(field.listOf)}, ["N", k]); ` +
            `to pass it through untouched, ${request.input}: carry()`
          : !request.isScalar && /^(?:large_)?list</.test(type.name)
          ? `where all rows have ${request.width} elements, write a FixedSizeList of ${request.width} where the table is made: ` +
            `pyarrow's list_(type, ${request.width})`
          : field.carried === undefined
          ? "select another column, or cast this one where the table is made"
          : `to pass it through untouched, declare it as ${request.input}: carry()`,
      },
    );
  }
  if (type.dtype === request.dtype) return;
  throw new SchemaError(
    "SCH002",
    `input ${quote(request.input)} is declared ${request.dtype}, but column ${
      quote(field.name)
    } is ${type.dtype}`,
    {
      place: request.place ?? null,
      operands: [declared(request), found(field)],
      help: `declare the input as ${quote(type.dtype)}${castHint(type.dtype, request.dtype)}`,
    },
  );
}

function castHint(from: DType, to: DType): string {
  const widens = DTYPE[to].kind === "f" && DTYPE[from].kind !== "f";
  const why = widens ? "to compute in" : "where it has to be";
  return ` and write .astype(${quote(to)}) ${why} ${to}`;
}

function widthDiffers(
  request: InputRequest,
  what: string,
  details: { readonly operands: readonly string[]; readonly help: string },
): SchemaError {
  const wanted = request.isScalar ? "the shape (N)" : plural(request.width, "element") + " a row";
  return new SchemaError("SCH003", `input ${quote(request.input)} is declared with ${wanted}, but ${what}`, {
    place: request.place ?? null,
    operands: [declared(request), ...details.operands],
    help: details.help,
  });
}

function helpForWidth(request: InputRequest, field: Field, width: number): string {
  if (field.type.kind === "fixedSizeList") return `declare the shape (N, ${width})`;
  return request.width === 1
    ? "declare the shape (N)"
    : `declare the shape (N), or select ${request.width} columns by a list or a pattern: { columns: "p*" }`;
}

function selectionText(request: InputRequest): string {
  const { selection } = request;
  switch (selection.kind) {
    case "name":
      return `${selection.name}_0 …`;
    case "names":
      return "its list of names";
    case "pattern":
      return quote(selection.pattern);
    default:
      return selection satisfies never;
  }
}

function noSuchColumn(request: InputRequest, name: string, context: BindingContext): SchemaError {
  const [nearest] = nearestNames(name, context.schema.fields.map((field) => field.name), 1);
  const typos = nearest === undefined ? Infinity : editDistance(name, nearest);
  // names without a letter in common are no misspellings of each other
  const isNear = nearest !== undefined && typos <= MAX_TYPOS && typos < Math.max(name.length, nearest.length);
  const naming = (request.carry === undefined ? "input(dtype, shape, " : "carry(") +
    `{ column: ${isNear ? quote(nearest) : '"…"'} })`;
  return new SchemaError("SCH001", `${context.path} has no column ${quote(name)}`, {
    place: request.place ?? null,
    operands: [declared(request)],
    notes: [nearestText(name, context)],
    help: partitionHint(name, context) ?? delimiterHint(name, context) ??
      noHeaderHint(request, { context, isNear }) ??
      (isNear
        ? `did you mean ${quote(nearest)}? name it: ${naming}, or rename the input`
        : `name one of the table's columns: ${naming}, or rename the input`),
  });
}

/** A file whose folder is named after the column: its partitions are those below the input. Null: it is not so. */
function partitionHint(name: string, { path }: BindingContext): string | null {
  const folders = path.split("/").slice(0, -1), own = folders.find((folder) => folder.startsWith(`${name}=`));
  if (own === undefined || path.includes("://")) return null;
  const above = folders.slice(0, folders.findIndex((folder) => /^[^=]+=/.test(folder)));
  const root = above.length === 0 ? "." : above.join("/") || "/";
  return `the folder ${own} gives it where a folder above is the input: -i ${root}`;
}

/** Text whose one column is named as several columns with another delimiter would be; null: it is not so. */
function delimiterHint(name: string, { schema: { fields } }: BindingContext): string | null {
  const [field] = fields;
  if (fields.length !== 1 || field!.type.kind !== "text") return null;
  for (
    const [delimiter, word] of [[";", "semicolon"], [",", "comma"], ["\t", "tab"], ["|", "pipe"], [
      " ",
      "' '",
    ]] as const
  ) {
    const parts = field!.name.split(delimiter).map((part) => part.trim().replaceAll('"', ""));
    // one space between all names: more of them are no delimiter
    if (parts.length > 1 && parts.includes(name) && (delimiter !== " " || !parts.includes(""))) {
      return `the header is one field with ${parts.length} names: give the delimiter, --delimiter ${word}`;
    }
  }
  return null;
}

/**
 * Text whose columns are named as numbers: it begins with its first row; null: it is not so.
 *
 * @param isNear whether a column is named much like the one that is asked for
 */
function noHeaderHint(
  request: InputRequest,
  { context: { schema: { fields } }, isNear }: { readonly context: BindingContext; readonly isNear: boolean },
): string | null {
  const isNumber = ({ name, type }: Field) =>
    type.kind === "text" && name.trim() !== "" && Number.isFinite(Number(name));
  if (!fields.some(isNumber) || (isNear && !fields.every(isNumber))) return null;
  const naming = `${request.carry === undefined ? "input(dtype, shape, " : "carry("}{ column: "column_0" })`;
  return "if the first line is a row already, name its columns: --names NAME,…, or --no-header; " +
    `the columns are then column_0, column_1, …: ${naming}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "p0, p1, p2, … p783" */
function listText(names: readonly string[]): string {
  const text = names.length <= 6 ? names.join(", ") : `${names.slice(0, 3).join(", ")}, … ${names.at(-1)}`;
  return `columns ${text}`;
}

const MAX_NEAREST = 3;
/** a name that is this many edits away is suggested */
const MAX_TYPOS = 2;

function nearestText(name: string, { schema }: BindingContext): string {
  const names = schema.fields.map((field) => field.name);
  if (names.length === 0) return "the table has no columns";
  if (names.length <= 2 * MAX_NEAREST) return `its columns: ${names.map(quote).join(", ")}`;
  const nearest = nearestNames(name, names, MAX_NEAREST);
  return `the nearest of its ${names.length} columns: ${nearest.map(quote).join(", ")}`;
}
