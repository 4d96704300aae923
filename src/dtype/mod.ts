/** Element types: the table, NumPy 2's promotion, and the boundaries on which elements are placed. */
export * from "./alignment.ts";
export * from "./dtype.ts";
export * from "./promote.ts";
