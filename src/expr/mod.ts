/** Expressions: the graph, its primitives, and the tracing of a transform into it. */
export { authorPlace, placeInStack } from "./author_place.ts";
export { asCarried, TracedCarried } from "./carried_column.ts";
export * from "./graph.ts";
export { GraphBuilder } from "./graph_builder.ts";
export * from "./operand_dtypes.ts";
export { showArgument } from "./operands.ts";
export * from "./primitives.ts";
export { printGraph } from "./print.ts";
export { graphJson } from "./serialize.ts";
export { concat, stack, where } from "./free_functions.ts";
export { asTensor, TracedTensor } from "./trace.ts";
export { MissingMember, UNKNOWN_MEMBERS } from "./unknown_member.ts";
