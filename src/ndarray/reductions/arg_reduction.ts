/**
 * The index of an extremum along an axis; of one that is longer than a kernel counts, of each part, then of the parts.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import * as decompose from "../../expr/decompose.ts";
import { start as startJoined } from "../elementwise/joined.ts";
import { finish, refuseReadOnly } from "../elementwise/operations.ts";
import { copyElements } from "../evaluate/evaluate.ts";
import { LOOP_LIMITS, type LoopLimits } from "../evaluate/long_loops.ts";
import { expandView, rangeView, type Strided } from "../storage/strided.ts";
import { argReduce, reduce, type ReductionOptions, refuseOtherShape, resolvedAxes } from "./reductions.ts";

/** How an axis is gone through. */
export interface ArgOptions extends Pick<ReductionOptions, "keepdims" | "out"> {
  readonly axis: number;
}

/** The smallest or largest of some elements, and their indices. */
interface Extremum {
  readonly value: Strided;
  readonly index: Strided;
}

/**
 * The index of the smallest or largest element along an axis, of equal ones and of NaN the first. Refused: ARR003 of no
 * elements, SHP001, SHP004, ARR001.
 */
export function argAlong(
  op: "argmin" | "argmax",
  source: Strided,
  options: ArgOptions,
  { longest, part }: Pick<LoopLimits, "longest" | "part"> = LOOP_LIMITS,
): Strided {
  const [axis] = resolvedAxes(source, options.axis);
  if (axis === undefined || source.shape[axis]! <= longest) return argReduce(op, source, options);
  return argOfParts(op, source, { ...options, axis }, part);
}

function argOfParts(
  op: "argmin" | "argmax",
  source: Strided,
  { axis, keepdims = false, out }: ArgOptions,
  part: number,
): Strided {
  const shape = keepdims ? source.shape.with(axis, 1) : source.shape.toSpliced(axis, 1);
  if (out !== undefined) {
    refuseReadOnly(out, op);
    refuseOtherShape(op, out, shape);
  }
  const made: Strided[] = [], keep = (view: Strided): Strided => made[made.push(view) - 1]!;
  let index: Strided | undefined;
  try {
    let best: Extremum | null = null;
    for (let start = 0; start < source.shape[axis]!; start += part) {
      const size = Math.min(part, source.shape[axis]! - start);
      const view = rangeView(source, axis, { start, step: 1, size });
      const next = {
        value: keep(reduce(op === "argmin" ? "min" : "max", view, { axes: axis })),
        index: keep(argReduce(op, view, { axis })),
      };
      best = best === null ? next : better(op, [best, next], { start, keep });
    }
    index = best!.index;
    const result = keepdims ? expandView(index, axis) : index;
    if (out === undefined) return result;
    copyElements(result, out);
    return out;
  } finally {
    for (const { storage } of made) if (out !== undefined || storage !== index?.storage) storage.freeUnheld();
  }
}

/** Of each two elements the better, of equals and of NaN the first; `start`: where indices of the second begin. */
function better(
  op: "argmin" | "argmax",
  [first, second]: readonly [Extremum, Extremum],
  { start, keep }: { readonly start: number; readonly keep: (view: Strided) => Strided },
): Extremum {
  const isMin = op === "argmin", { dtype } = first.value;
  const choose = (what: "value" | "index"): Strided => {
    const joined = startJoined([first.value, second.value]), { builder: b, expression } = joined;
    const [one, two] = [first, second].map(({ value }) => {
      const node = expression.read(value);
      return dtype === "bool" ? b.cast(node, "u8") : node;
    }) as [number, number];
    const before = b.elementwise(isMin ? "lt" : "gt", [two, one]);
    const isNan = (node: number) => b.elementwise("isNan", [node]);
    const isSecond = !isFloat(dtype) ? before : b.elementwise("logicalOr", [
      before,
      b.elementwise("logicalAnd", [isNan(two), b.elementwise("logicalNot", [isNan(one)])]),
    ]);
    const [a, c] = what === "value" ? [one, two] : [
      expression.read(first.index),
      b.elementwise("add", [expression.read(second.index), b.constant(start, "i64")]),
    ];
    const root = decompose.where(b, isSecond, [c, a]);
    return keep(finish(op, joined, { root: what === "value" ? b.cast(root, dtype) : root }));
  };
  return { value: choose("value"), index: choose("index") };
}
