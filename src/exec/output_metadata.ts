/** Custom metadata of an output: what all inputs have, as far as it is true of the output's columns. @module */
import { ARROW_TYPE, isNumberType } from "../schema/arrow_numbers.ts";
import { type KeyValues, sharedMetadata, withoutSchemas } from "../schema/arrow_tree.ts";
import type { Field } from "../schema/mod.ts";
import type { Prepared, PreparedInput } from "./prepared.ts";

/** What of a prepared run decides. */
type OutputTable = Pick<Prepared, "inputs" | "outputs" | "carried">;

/**
 * The pairs that all inputs have, but for what is not true any more: schemas of others (Spark's, Avro's) where columns
 * are not the input's, all of them, in order; what pandas remembers of columns where one has another type under its
 * old name; what GeoParquet says of columns that are not carried.
 */
export function outputMetadata(table: OutputTable): KeyValues {
  const { inputs } = table, shared = sharedMetadata(inputs.map(({ info }) => info.schema.metadata));
  const hasSchema = inputs.every((input) => hasColumnsOf(table, input));
  return (hasSchema ? shared : withoutSchemas(shared)).filter(([key, value]) => {
    if (key === "pandas") return inputs.every((input) => keepsTypes(table, input));
    if (key === "geo") return inputs.every((input) => keepsGeometries(table, input, value));
    return true;
  });
}

function hasColumnsOf(table: OutputTable, input: PreparedInput): boolean {
  const { fields } = input.info.schema, { outputs } = table;
  return outputs.length === fields.length &&
    outputs.every(({ name }, i) =>
      name === fields[i]!.name && isOfType(table, input, { output: i, field: i })
    );
}

function keepsTypes(table: OutputTable, input: PreparedInput): boolean {
  const indices = new Map(input.info.schema.fields.map(({ name }, i) => [name, i]));
  return table.outputs.every(({ name }, output) => {
    const field = indices.get(name);
    return field === undefined || isOfType(table, input, { output, field });
  });
}

function keepsGeometries(table: OutputTable, input: PreparedInput, geo: string): boolean {
  const names = geometryNames(geo);
  return names !== null && names.every((name) => {
    const output = table.outputs.findIndex((one) => one.name === name);
    const field = input.info.schema.fields.findIndex((one) => one.name === name);
    return output >= 0 && field >= 0 && carriedField(table, input, output) === field;
  });
}

/** null: it is not what GeoParquet asks for */
function geometryNames(geo: string): string[] | null {
  try {
    const { columns } = JSON.parse(geo) as { columns: Record<string, unknown> };
    return Object.keys(columns);
  } catch {
    return null;
  }
}

/** The field that an output carries; null: it is computed. */
function carriedField({ carried }: OutputTable, { bindings }: PreparedInput, output: number): number | null {
  const index = carried[output]?.index;
  if (index === undefined) return null;
  return bindings.filter(({ request }) => request.carry !== undefined)[index]!.fieldIndices[0]!;
}

/** Whether an output carries the field, or was computed to be of its type. */
function isOfType(
  table: OutputTable,
  input: PreparedInput,
  { output, field }: { readonly output: number; readonly field: number },
): boolean {
  const carries = carriedField(table, input, output);
  if (carries !== null) return carries === field;
  const { dtype, width } = table.outputs[output]!, { type, carried } = input.info.schema.fields[field]!;
  if (!isOfNumbers(carried)) return false;
  if (type.kind === "primitive") return type.dtype === dtype && type.storedAs === undefined && width === null;
  return type.kind === "fixedSizeList" && type.dtype === dtype && type.storedAs === undefined &&
    type.listSize === width;
}

/** A timestamp is read as whole numbers, and is none. */
function isOfNumbers(carried: Field["carried"]): boolean {
  if (carried === undefined) return true;
  // a number in the name of a folder is carried as utf8
  const type = carried.packed?.children[0]?.field ?? carried;
  return isNumberType(type) || type.typeId === ARROW_TYPE.utf8;
}
