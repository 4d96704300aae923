/** The plain scalar interpreter of the graph: the oracle of the tests. */
export * from "./interpret.ts";
export * from "./scalar.ts";
export { type Tensor, tensor } from "./tensor.ts";
