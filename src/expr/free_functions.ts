/**
 * `where`, `concat` and `stack` in a transform.
 *
 * @module
 */
import { type DType, promoteTypes } from "../dtype/mod.ts";
import { PipelineError } from "../errors.ts";
import {
  type AxisName,
  concatShape,
  isRefusal,
  type Refusal,
  refuse,
  resolveAxis,
  resolveNewAxis,
  stackShape,
} from "../shape/mod.ts";
import { checkAxes, checkNewAxis } from "./arguments.ts";
import { authorPlace } from "./author_place.ts";
import { axisNamesHelp } from "./axis_help.ts";
import * as decompose from "./decompose.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import {
  callCode,
  castOperands,
  checkShapes,
  isScalar,
  operandOf,
  showArgument,
  showList,
} from "./operands.ts";
import { concatHelp, stackHelp } from "./list_help.ts";
import type { Concat, Stack, Where } from "./tensor_types.ts";
import { TracedTensor } from "./trace.ts";

/** One call of a free function as one step. */
function callFree(
  name: string,
  args: readonly unknown[],
  build: (b: GraphBuilder) => NodeId,
): TracedTensor {
  const first = args.flat().find((arg) => arg instanceof TracedTensor);
  if (first === undefined) {
    throw new PipelineError("PIP003", `${name} takes tensors of a transform, and is given none`, {
      place: authorPlace(),
      help: `call ${name} inside transform, with the tensors that it is called with`,
    });
  }
  const call = { text: `${name}(${showList(args)})`, code: callCode(null, name, args) };
  return new TracedTensor(first.builder, first.builder.step(name, call, () => build(first.builder)));
}

function tracedWhere(condition: unknown, a: unknown, otherwise: unknown): TracedTensor {
  return callFree("where", [condition, a, otherwise], (b) => {
    if (a === undefined || otherwise === undefined) {
      b.refuseArgument(
        "where takes a condition and what to take where it is true and where it is false",
        "write where(condition, a, b); for the rows where it is true, .filter(condition, 'K')",
      );
    }
    const test = operandOf(b, "where", condition);
    const { dtype } = b.node(test);
    if (dtype !== "bool") {
      const sentence = `where is not defined for a condition of ${dtype}`;
      b.refuse(refuse("DTY001", sentence, "compare it first: .ne(0)"), [test]);
    }
    // a number takes the dtype of the tensor beside it, whichever stands first
    const isSwapped = isScalar(a) && !isScalar(otherwise);
    const joined = castOperands(b, "where", isSwapped ? [otherwise, a] : [a, otherwise]);
    const branches = (isSwapped ? joined.toReversed() : joined) as [NodeId, NodeId];
    const tensors = branches.filter((_, i) => !isScalar([a, otherwise][i]));
    checkShapes(b, "where", { operands: [test, ...tensors], dtype: b.node(branches[0]).dtype });
    return decompose.where(b, test, branches);
  });
}

/** The list's nodes, cast to their common dtype. */
function castAll(
  b: GraphBuilder,
  list: readonly NodeId[],
): { readonly ids: readonly NodeId[]; readonly dtype: DType } {
  const dtype = list.map((id) => b.node(id).dtype).reduce(promoteTypes);
  return { ids: list.map((id) => b.cast(id, dtype)), dtype };
}

/** Refuses operands that are in no list. */
function checkOperandList(b: GraphBuilder, method: string, list: unknown): void {
  if (Array.isArray(list)) return;
  b.refuseArgument(
    `${method} takes a list of tensors and an axis, not ${showArgument(list)}`,
    `write ${method}([a, b], 1)`,
  );
}

/** Refuses a list, with the rule's help where it has one. */
function refuseList(
  b: GraphBuilder,
  operands: readonly NodeId[],
  { refusal, help }: { readonly refusal: Refusal; readonly help: string | null },
): never {
  const { code, hint } = refusal, [first] = b.named(operands);
  const own = hint === null || first === undefined
    ? hint ?? help
    : code === "SHP004"
    ? axisNamesHelp(hint, "concat", first)
    : hint;
  return b.refuse(refusal, operands, own === null ? {} : { help: own });
}

function tracedConcat(list: readonly unknown[], axis: AxisName): TracedTensor {
  return callFree("concat", [list, axis], (b) => {
    checkOperandList(b, "concat", list);
    // NumPy's default is the rows
    checkAxes(b, "concat", { axes: axis, example: "concat([a, b], 1)" });
    const operands = list.map((value) => operandOf(b, "concat", value));
    const shapes = operands.map((id) => b.node(id).shape);
    const shape = concatShape(shapes, axis);
    if (isRefusal(shape)) {
      return refuseList(b, operands, {
        refusal: shape,
        help: concatHelp({ operands: b.named(operands), axis }),
      });
    }
    const index = b.accept(resolveAxis(shapes[0]!, axis), operands), { ids, dtype } = castAll(b, operands);
    return b.add({ kind: "concat", axis: index }, ids, { dtype, shape });
  });
}

function tracedStack(list: readonly unknown[], axis: number): TracedTensor {
  return callFree("stack", [list, axis], (b) => {
    checkOperandList(b, "stack", list);
    checkNewAxis(b, axis, { method: "stack", example: "stack([a, b], 1)" });
    const operands = list.map((value) => operandOf(b, "stack", value));
    const shapes = operands.map((id) => b.node(id).shape);
    const shape = stackShape(shapes, axis);
    if (isRefusal(shape)) {
      return refuseList(b, operands, {
        refusal: shape,
        help: stackHelp(shape, { operands: b.named(operands), axis }),
      });
    }
    const index = b.accept(resolveNewAxis(shapes[0]!, axis), operands), { ids, dtype } = castAll(b, operands);
    return b.add({ kind: "stack", axis: index }, ids, { dtype, shape });
  });
}

/** `where(condition, a, b)`: a where the condition is true, b elsewhere. Refused: DTY001, DTY002, SHP001 to SHP003. */
export const where = tracedWhere as unknown as Where;
/** `concat(list, axis)`: one after the other along an axis. Refused: SHP002, SHP004, SHP008. */
export const concat = tracedConcat as unknown as Concat;
/** `stack(list, axis)`: along a new axis. Refused: SHP002, SHP004, SHP008. */
export const stack = tracedStack as unknown as Stack;
