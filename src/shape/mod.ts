/** Shapes: symbols, labels and the rules by which they combine, at run time and as types. */
export * from "./axes.ts";
export { broadcastAll, broadcastShapes, broadcastTo } from "./broadcast.ts";
export * from "./combine.ts";
export * from "./matmul.ts";
export * from "./refusal.ts";
export * from "./reshape.ts";
export * from "./shape.ts";
export * from "./slice.ts";
