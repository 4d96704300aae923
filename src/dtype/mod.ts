/** Element types: the table and NumPy 2's promotion. */
export * from "./dtype.ts";
export * from "./promote.ts";
