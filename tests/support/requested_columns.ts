/** Requests of columns, as planning makes them of declarations. @module */
import type { InputRequest, Schema } from "../../src/schema/mod.ts";
import { request } from "../../src/source/arrow/testing.ts";

/** Every column that has a dtype, nulls filled: of a file whose schema may be damaged, what that leaves. */
export function computedColumns(schema: Schema): InputRequest[] {
  return schema.fields.flatMap((field) => {
    const { type } = field;
    if (type.kind !== "primitive" && type.kind !== "fixedSizeList") return [];
    const isUnique = schema.fields.filter(({ name }) => name === field.name).length === 1;
    return isUnique ? [request(field.name, schema, { kind: "fill", value: 0 })] : [];
  });
}

/** The column of this name, carried as it is. */
export function carriedColumn(name: string): InputRequest {
  return {
    input: name,
    dtype: "u32",
    width: 1,
    isScalar: true,
    selection: { kind: "name", name },
    nulls: { kind: "error" },
    carry: { bytesPerRow: null },
  };
}
