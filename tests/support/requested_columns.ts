/** What fuzz tests ask of files whose schema may be damaged too. @module */
import type { InputRequest, Schema } from "../../src/schema/mod.ts";
import { request } from "../../src/source/arrow/testing.ts";

/** Every column that has a dtype, nulls filled; a change of the schema changes what is asked for. */
export function computedColumns(schema: Schema): InputRequest[] {
  return schema.fields.flatMap((field) => {
    const { type } = field;
    if (type.kind !== "primitive" && type.kind !== "fixedSizeList") return [];
    const isUnique = schema.fields.filter(({ name }) => name === field.name).length === 1;
    return isUnique ? [request(field.name, schema, { kind: "fill", value: 0 })] : [];
  });
}
