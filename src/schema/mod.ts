/** Fields, schemas, and how declared inputs bind to columns. */
export * from "./schema.ts";
export * from "./bind.ts";
export * from "./carried.ts";
export * from "./declared_columns.ts";
