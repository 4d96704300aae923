/**
 * The expression graph: what a transform is once it has been traced. Nodes are in topological order: a node's
 * inputs have smaller ids. A graph is data; passes return a new one.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { Place } from "../errors.ts";
import type { AxisSlice, Shape } from "../shape/mod.ts";
import type { ElementwiseOp, ReduceOp } from "./primitives.ts";

export type { AxisSlice };

/** A node's position in `Graph.nodes`. */
export type NodeId = number;

/** A number in a graph; integers of 64 bits are bigint. */
export type ScalarValue = number | bigint | boolean;

/** What a node does. Axes are indices, never labels or negative: the tracer resolves them. */
export type Operation =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "param"; readonly name: string }
  | { readonly kind: "constant"; readonly value: ScalarValue }
  | { readonly kind: "elementwise"; readonly op: ElementwiseOp }
  /** inputs: condition (bool), then, otherwise */
  | { readonly kind: "where" }
  | { readonly kind: "cast" }
  | {
    readonly kind: "reduce";
    readonly op: ReduceOp;
    readonly axes: readonly number[];
    readonly keepdims: boolean;
  }
  /** inputs: a (…, m, k), b (…, k, n); operands of one axis are expanded and squeezed by the tracer */
  | { readonly kind: "matmul" }
  /** broadcasting, one way: a size 1 or missing axis is repeated */
  | { readonly kind: "broadcastTo" }
  | { readonly kind: "reshape" }
  | { readonly kind: "transpose"; readonly axes: readonly number[] }
  /** a new axis of size 1 before axis `axis` of the input */
  | { readonly kind: "expandDims"; readonly axis: number }
  | { readonly kind: "squeeze"; readonly axis: number }
  | { readonly kind: "slice"; readonly slices: readonly AxisSlice[] }
  | { readonly kind: "take"; readonly axis: number; readonly indices: readonly number[] }
  | { readonly kind: "concat"; readonly axis: number }
  | { readonly kind: "stack"; readonly axis: number }
  /** inputs: values (R, …), mask (R) bool; gives rows of a new symbol */
  | { readonly kind: "filter" };

/** An operation as a key: equal keys, equal operations. Floats are told apart by their bits, 0 from -0. */
export function operationKey(operation: Operation): string {
  return JSON.stringify(operation, (_, value) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
      return Object.is(value, -0) ? "-0" : String(value);
    }
    return value;
  });
}

/** One node. Elementwise inputs and `where` branches already have one dtype: the tracer inserts casts. */
export interface Node {
  readonly id: NodeId;
  readonly operation: Operation;
  readonly inputs: readonly NodeId[];
  readonly dtype: DType;
  readonly shape: Shape;
  /**
   * the step of the transform, as the author wrote it, that this node belongs to: index into `Graph.steps`;
   * `LEAF_STEP` for inputs and params
   */
  readonly step: number;
}

/** `Node.step` of inputs and params, which belong to no step. */
export const LEAF_STEP = -1;

/** One call in the transform: `z.softmax("cluster")` is one step, though it is several nodes. */
export interface Step {
  /** the method or function, as written */
  readonly name: string;
  /** the operation as text: `features.sub(mean)` */
  readonly text: string;
  readonly place: Place | null;
  /** the node that holds the step's result */
  readonly result: NodeId;
}

/** A traced transform. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly steps: readonly Step[];
  /** output columns in the order of the returned object */
  readonly outputs: readonly { readonly name: string; readonly node: NodeId }[];
  /** the name by which a node is known: an input, a param, or the step's text */
  readonly names: ReadonlyMap<NodeId, string>;
  /** of a graph as it was traced: what computes a node, as helps write it, if it is not too long; no pass keeps it */
  readonly codes?: ReadonlyMap<NodeId, string>;
  /** masks that filters were given though another, computed alike, stands for them: by the one that does */
  readonly equalMasks?: ReadonlyMap<NodeId, readonly NodeId[]>;
}
