/**
 * The elementwise operations of the eager API on views: each builds the expression that the tracer would have built,
 * and evaluates it.
 *
 * @module
 */
import { DTYPE, type DType, floatOf, isFloat, promoteAll, promoteTypes } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError } from "../../errors.ts";
import * as decompose from "../../expr/decompose.ts";
import type { NodeId } from "../../expr/graph.ts";
import { elementwiseRule } from "../../expr/operand_dtypes.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../../expr/primitives.ts";
import { canCast, type Casting } from "../dtypes/casting.ts";
import { copyElements, demandOf, evaluate } from "../evaluate/evaluate.ts";
import { operandsKey, remembered, scalarKey } from "../evaluate/remembered.ts";
import { sortedStrides } from "../storage/layout.ts";
import { allocate, broadcastView, describe, isContiguous, type Strided } from "../storage/strided.ts";
import { exactComparison } from "./comparison.ts";
import { refuseNegativePowers } from "./integer_power.ts";
import {
  accept,
  isView,
  join,
  type Joined,
  joinedDTypes,
  node,
  type OperandView,
  type OperationOptions,
  start,
} from "./joined.ts";

export {
  accept,
  type BroadcastMode,
  broadcastOf,
  isView,
  type OperandView,
  type OperationOptions,
  resolvedAxis,
  setBroadcast,
} from "./joined.ts";

/** Where a result goes, and with which casts. */
export interface Finish extends Pick<OperationOptions, "out" | "where" | "casting" | "broadcast"> {
  readonly root: NodeId;
}

/** Evaluates into `out`, cast to its dtype where `casting` allows it, or into a new array. */
export function finish(
  operation: string,
  { expression, builder, views }: Pick<Joined, "expression" | "builder" | "views">,
  { root, out, where: mask = true, casting = "same_kind", broadcast }: Finish,
): Strided {
  const { dtype, shape } = builder.node(root);
  if (out !== undefined) {
    refuseReadOnly(out, operation);
    refuseCast(
      `${operation} gives ${dtype}, which is not cast to an out of ${out.dtype}`,
      [dtype, out.dtype],
      {
        casting,
        operands: [...views.map(describe), `out ${describe(out)}`],
      },
    );
  }
  let value = builder.cast(root, out?.dtype ?? dtype);
  if (mask !== true) {
    const sizes = out?.shape ?? shape as number[];
    const test = mask === false
      ? builder.constant(false, "bool")
      : expression.read(broadcastView(mask, sizes));
    const rest = out === undefined ? builder.constant(0, dtype) : expression.read(out);
    value = decompose.where(builder, test, [value, rest]);
  }
  if (out !== undefined) return evaluate(expression, value, { operation, operands: views, out });
  const result = evaluate(expression, value, {
    operation,
    operands: views,
    growsAsAsked: broadcast === "numpy",
  });
  const isOperand = [...expression.leaves.values()].some(({ storage }) => storage === result.storage);
  return isOperand ? duplicate(result, { order: "K" }) : result;
}

/** Refuses a cast that the rule does not allow. */
export function refuseCast(
  sentence: string,
  [from, to]: readonly [DType, DType],
  { casting, operands, help }: {
    readonly casting: Casting;
    readonly operands: readonly string[];
    readonly help?: string;
  },
): void {
  if (canCast(from, to, casting)) return;
  throw new DTypeError("DTY004", sentence, {
    operands,
    notes: casting === "same_kind" ? [] : [`casting: "${casting}"`],
    help: help ?? `use an out of ${from}, cast first: .astype("${to}"), or allow it: { casting: "unsafe" }`,
  });
}

/** Refuses to write to a view that is read-only. */
export function refuseReadOnly(target: Strided, operation: string): void {
  if (target.writeable) return;
  throw new NdpipeError("ARR001", `${operation} would write to an array that is read-only`, {
    operands: [describe(target)],
    help: "write to a copy of it: .copy()",
  });
}

/** An elementwise primitive. Refused: SHP001, SHP003, DTY001, DTY002, DTY004, ARR001, ARR002, MEM005. */
export function elementwise(
  op: ElementwiseOp,
  operands: readonly OperandView[],
  options: OperationOptions = {},
): Strided {
  return remembered(
    // whether a power is refused depends on elements
    op === "pow" ? null : keyOf(op, operands, options),
    operands.filter(isView),
    () => elementwiseAnew(op, operands, options),
  );
}

/** the key of an operation that needs nothing but its operands; null: it is not to be remembered */
function keyOf(
  operation: string,
  operands: readonly OperandView[],
  options: OperationOptions,
): string | null {
  for (const option in options) if (options[option as keyof OperationOptions] !== undefined) return null;
  const key = operandsKey(operands.filter(isView));
  if (key === null) return null;
  let scalars = "";
  for (const operand of operands) scalars += isView(operand) ? "," : `${scalarKey(operand)},`;
  return `${operation}|${key}${scalars}`;
}

function elementwiseAnew(
  op: ElementwiseOp,
  operands: readonly OperandView[],
  options: OperationOptions,
): Strided {
  const { dtype, casting = "same_kind" } = options;
  const joined = join(op, operands, options), { builder, views } = joined;
  const asFinish = { out: options.out, where: options.where, casting, broadcast: options.broadcast };
  if (dtype === undefined) {
    const root = exactComparison(joined, op, operands);
    if (root !== null) return finish(op, joined, { root, ...asFinish });
  }
  const isLogical = ELEMENTWISE[op].rule === "logical";
  // of a number, logic asks only whether it is zero
  const joining = isLogical ? operands.map((each) => typeof each === "number" ? each !== 0 : each) : operands;
  const dtypes = joinedDTypes(
    joining,
    hasFraction(operands) && dtype === undefined ? undefined : weakDType(op, operands, dtype),
  );
  if (op === "ldexp") refuseRealExponent(operands[1]!);
  const { compute } = loopOf(op, dtypes, { dtype, views });
  if (op === "pow") refuseNegativePowers(operands, compute, options.where);
  const ids = operands.map((operand, i) => {
    const from = dtypes[i]!;
    if (!isLogical) {
      refuseCast(
        `${op} computes in ${compute}, to which its operand of ${from} is not cast`,
        [from, compute],
        {
          casting,
          operands: views.map(describe),
        },
      );
    }
    // the builder compares i64 with u64 exactly
    return dtype === undefined || isBoolOp(op)
      ? node(joined, operand, compute)
      : builder.cast(node(joined, operand, from), compute);
  });
  return finish(op, joined, { root: builder.elementwise(op, ids), ...asFinish });
}

/** The dtype that plain numbers join, where it is not that of the arrays: what is computed in. */
function weakDType(
  op: ElementwiseOp,
  operands: readonly OperandView[],
  asked: DType | undefined,
): DType | undefined {
  const { rule } = ELEMENTWISE[op], views = operands.filter(isView);
  if (rule === "logical") return "bool";
  // the exponent of ldexp is an integer of its own
  if (rule === "scale") return asked ?? "f64";
  if (rule === "compare" || views.length === 0) return undefined;
  if (asked !== undefined || (rule !== "quotient" && rule !== "float")) return asked;
  return rule === "quotient" && !isFloat(promotedOf(views)) ? "f64" : weakFloat(operands);
}

/** The float that plain integers join where integers are computed in it; undefined: the dtype of the arrays. */
export function weakFloat(operands: readonly OperandView[]): DType | undefined {
  const promoted = promotedOf(operands.filter(isView));
  if (isFloat(promoted)) return undefined;
  // a number beside bool is i64, and that is f64
  const hasNumber = operands.some((each) => typeof each === "number" || typeof each === "bigint");
  return promoted === "bool" && hasNumber ? "f64" : floatOf(promoted);
}

function promotedOf(views: readonly Strided[]): DType {
  return views.map(({ dtype }) => dtype).reduce(promoteTypes);
}

/** Whether a plain number is among the operands that is no integer. */
export function hasFraction(operands: readonly OperandView[]): boolean {
  return operands.some((each) => typeof each === "number" && !Number.isInteger(each));
}

/** As NumPy, whose `ldexp` takes integers that fit i64; pipelines cut fractions off. */
function refuseRealExponent(exponent: OperandView): void {
  const isReal = isView(exponent)
    ? isFloat(exponent.dtype) || exponent.dtype === "u64"
    : typeof exponent === "number" && !Number.isInteger(exponent);
  if (!isReal) return;
  const what = isView(exponent) ? exponent.dtype : String(exponent);
  throw new DTypeError(
    "DTY001",
    `the exponent of ldexp is an integer of at most 64 bits, signed, not ${what}`,
    {
      operands: isView(exponent) ? [describe(exponent)] : [],
      help: 'cast it first: .astype("i64"); for powers that are no integers, multiply by exp2(x)',
    },
  );
}

/** whether a primitive gives bool whatever it computes in */
function isBoolOp(op: ElementwiseOp): boolean {
  return ELEMENTWISE[op].rule === "compare" || ELEMENTWISE[op].rule === "logical";
}

/** What a primitive computes in and gives: by its operands, or as asked for. Refused: DTY001. */
function loopOf(
  op: ElementwiseOp,
  dtypes: readonly DType[],
  { dtype, views }: { readonly dtype: DType | undefined; readonly views: readonly Strided[] },
): { readonly compute: DType; readonly result: DType } {
  const isForced = dtype !== undefined && !isBoolOp(op);
  if ((op === "gcd" || op === "lcm") && (isForced ? [dtype] : dtypes).every((each) => each === "bool")) {
    throw new DTypeError("DTY001", `${op} is not defined for bool`, {
      operands: views.map(describe),
      help: 'cast it first: .astype("i8")',
    });
  }
  const loop = accept(elementwiseRule(op, isForced ? dtypes.map(() => dtype) : dtypes), views);
  if (dtype === undefined || loop.result === dtype) return loop;
  throw new DTypeError("DTY001", `${op} does not compute ${dtype}: it would give ${loop.result}`, {
    operands: views.map(describe),
    help: `cast the result: .astype("${dtype}")`,
  });
}

/** `a` where the condition is true (not zero), else `b`. */
export function where(
  condition: OperandView,
  [a, b]: readonly [OperandView, OperandView],
  options: OperationOptions = {},
): Strided {
  const operands = [condition, a, b];
  return remembered(
    keyOf("where", operands, options),
    operands.filter(isView),
    () => whereAnew(condition, [a, b], options),
  );
}

function whereAnew(
  condition: OperandView,
  [a, b]: readonly [OperandView, OperandView],
  options: OperationOptions,
): Strided {
  const joined = join("where", [condition, a, b], options), { builder } = joined;
  const dtype = joinedDTypes([a, b]).reduce(promoteTypes);
  const test = builder.cast(node(joined, condition, "bool"), "bool");
  const branches = [a, b].map((branch) => builder.cast(node(joined, branch, dtype), dtype)) as [
    NodeId,
    NodeId,
  ];
  return finish("where", joined, { root: decompose.where(builder, test, branches), out: options.out });
}

/** No smaller than `lo`, no larger than `hi`; null is no bound. NaN stays. */
export function clip(
  source: Strided,
  [lo, hi]: readonly [OperandView | null, OperandView | null],
  options: OperationOptions = {},
): Strided {
  if (options.dtype === undefined) {
    [lo, hi] = [
      isBeyond(lo, source.dtype, "low") ? null : lo,
      isBeyond(hi, source.dtype, "high") ? null : hi,
    ];
  }
  const given = [source, lo, hi].filter((operand) => operand !== null);
  const joined = join("clip", given, options), { builder } = joined;
  // beside a fraction, integers are floats, and so is a bound that their dtype does not hold
  const weak = hasFraction(given) && !isFloat(promotedOf(given.filter(isView))) ? "f64" : undefined;
  const dtype = options.dtype ?? promoteAll(joinedDTypes(given, weak));
  let root = builder.cast(node(joined, source, dtype), dtype);
  const bound = (op: "minimum" | "maximum", limit: OperandView | null) => {
    if (limit !== null) {
      root = builder.elementwise(op, [root, builder.cast(node(joined, limit, dtype), dtype)]);
    }
  };
  bound("maximum", lo);
  bound("minimum", hi);
  const { out, where: mask, casting } = options;
  return finish("clip", joined, { root, out, where: mask, casting });
}

/** As NumPy: an integer that no element of the integer dtype is beyond is no bound, though the dtype does not hold it. */
function isBeyond(bound: OperandView | null, dtype: DType, side: "low" | "high"): boolean {
  const { range } = DTYPE[dtype];
  const isInteger = typeof bound === "bigint" || (typeof bound === "number" && Number.isInteger(bound));
  if (range === null || !isInteger) return false;
  return side === "low" ? bound <= range[0] : bound >= range[1];
}

/** The value where an element is NaN. */
export function fillNan(source: Strided, value: number): Strided {
  const joined = start([source]);
  return finish("fillNan", joined, {
    root: decompose.fillNan(joined.builder, joined.expression.read(source), value),
  });
}

/** A copy, cast to `dtype`. */
export function duplicate(
  source: Strided,
  { dtype = source.dtype, order = "C" }: { readonly dtype?: DType; readonly order?: "C" | "K" } = {},
): Strided {
  const key = operandsKey([source]);
  return remembered(
    key === null ? null : `copy|${dtype} ${order} ${key}`,
    [source],
    () => duplicateAnew(source, { dtype, order }),
  );
}

function duplicateAnew(
  source: Strided,
  { dtype, order }: { readonly dtype: DType; readonly order: "C" | "K" },
): Strided {
  const demand = demandOf("copy", [source], { dtype, shape: source.shape });
  const { itemsize } = DTYPE[dtype];
  const strides = order === "K" ? { strides: sortedStrides(source.shape, source.strides, itemsize) } : {};
  const target = allocate(dtype, source.shape, { ...strides, demand });
  copyElements(source, target);
  return target;
}

/** The view itself where its elements are neighbours in row-major order, else a copy. */
export function contiguous(source: Strided): Strided {
  return isContiguous(source) ? source : duplicate(source);
}
