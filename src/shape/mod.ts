/** Shapes: symbols, labels and the rules by which they combine. */
export * from "./shape.ts";
