/** The rules of shapes as types; each file mirrors the file of the same name above. */
export type * from "./axes.ts";
export type * from "./broadcast.ts";
export type * from "./combine.ts";
export type * from "./dim.ts";
export type * from "./matmul.ts";
export type * from "./reshape.ts";
export type * from "./slice.ts";
