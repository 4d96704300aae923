/**
 * Several operations as one pass over the elements: a function of arrays, traced as a pipeline's transform is and
 * compiled into one kernel, without arrays for what lies between.
 *
 * @module
 */
import { NdpipeError } from "../errors.ts";
import { type GraphBuilder, type Node, type NodeId, TracedTensor } from "../expr/mod.ts";
import type { Tensor } from "../expr/tensor_types.ts";
import { NDArray } from "./array.ts";
import { finish } from "./elementwise/operations.ts";
import { Expression } from "./evaluate/evaluate.ts";
import { operandsKey, remembered } from "./evaluate/remembered.ts";
import { refuseArgument, refuseNoArray } from "./storage/rows.ts";
import { describe, type Strided } from "./storage/strided.ts";

/**
 * What a fused function computes with: the methods of `Tensor`. Shapes and dtypes are those of the arrays of a call, so
 * they are checked then, and not by the types.
 */
export type FusedTensor = {
  readonly [Method in keyof Tensor]: (...given: readonly unknown[]) => FusedTensor;
};

/** The kinds of steps that arrays know outside of a pipeline. */
const KNOWN: ReadonlySet<Node["operation"]["kind"]> = new Set<Node["operation"]["kind"]>([
  "param",
  "constant",
  "elementwise",
  "where",
  "cast",
  "reduce",
  "matmul",
  "broadcastTo",
  "expandDims",
  "squeeze",
]);

/**
 * A function of arrays that computes in one pass what the given one says of tensors, each call on the arrays it gets. The
 * given one runs once for operands of some dtypes and shapes, and what it did is repeated: it is to depend on nothing else.
 * Shapes broadcast as in a pipeline: to that of one of the operands. What else moves elements (reshape, slices) is done
 * before.
 *
 * The function refuses what the transform of a pipeline does (SHP001, SHP003, DTY001), ARR002 for a step that moves
 * elements, and MEM005.
 *
 * @example
 * ```ts
 * import { array, fuse } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const standardised = fuse((x, mean, std) => x.sub(mean).div(std).clip(-3, 3));
 * const x = array([[1, 20], [5, 90]]);
 * deepStrictEqual(standardised(x, array([3, 50]), array([2, 10])).toList(), [[-1, -3], [1, 3]]);
 * ```
 */
export function fuse(
  transform: (...tensors: FusedTensor[]) => FusedTensor,
): (...arrays: readonly NDArray[]) => NDArray {
  const traced = new Map<string, Traced>(), number = numFunctions++;
  return (...arrays) => {
    const views = arrays.map((a) => {
      refuseNoArray(a);
      return a.view;
    });
    const key = views.map(describe).join();
    const { builder, root } = traced.get(key) ?? trace(transform, views);
    if (!traced.has(key)) {
      if (traced.size >= MAX_TRACED) traced.clear();
      traced.set(key, { builder, root });
    }
    const expression = new Expression(builder);
    views.forEach((view, leaf) => expression.leaves.set(leaf, view));
    const again = operandsKey(views);
    return new NDArray(remembered(
      again === null ? null : `fuse|${number} ${again}`,
      views,
      () => finish("fuse", { expression, builder, views }, { root }),
    ));
  };
}

let numFunctions = 0;

/** Shapes and dtypes of operands for which a function's steps are kept. */
const MAX_TRACED = 256;

/** The steps of a function on operands of some dtypes and shapes; the operands are the first nodes. */
interface Traced {
  readonly builder: GraphBuilder;
  readonly root: NodeId;
}

function trace(transform: (...tensors: FusedTensor[]) => FusedTensor, views: readonly Strided[]): Traced {
  const expression = new Expression(), { builder } = expression;
  // the class has the methods that the interface describes
  const tensors = views.map((view) =>
    new TracedTensor(builder, expression.read(view)) as unknown as FusedTensor
  );
  const result: unknown = transform(...tensors);
  if (!(result instanceof TracedTensor)) {
    return refuseArgument("the function that is fused gives no tensor", "give what its last step gives");
  }
  const { nodes } = builder.finish([{ name: "result", node: result.id }]);
  const strange = nodes.find(({ operation }) => !KNOWN.has(operation.kind));
  if (strange !== undefined) {
    throw new NdpipeError("ARR002", `fuse does not take ${strange.operation.kind}, which moves elements`, {
      operands: views.map(describe),
      help: "move the elements before: the function gets views of arrays without a copy",
    });
  }
  return { builder, root: result.id };
}
