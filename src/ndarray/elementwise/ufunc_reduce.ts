/**
 * Reductions by any primitive of two operands. Sums, products, extrema and tests are reduction kernels; of the others,
 * those whose order does not matter fold halves of an axis, the rest go element by element as NumPy does.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { promoteTypes, sumOf } from "../../dtype/promote.ts";
import { DTypeError, NdpipeError } from "../../errors.ts";
import { elementwiseDTypes, type ElementwiseOp } from "../../expr/primitives.ts";
import {
  applyElementwise,
  hasListedMask,
  type Mask,
  maskOf,
  NDArray,
  reduced,
  type ReduceOptions,
  sharesMemory,
} from "../array.ts";
import { zeros } from "../creation/creation.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import { stack } from "../functions.ts";
import { cumprod, cumsum } from "../reductions/cumulative.ts";
import { type Axes, reduce, resolvedAxes } from "../reductions/reductions.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { keptOrderStrides } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";
import { axesOf, axisOf, part, placedIn, reducedShape, refuseArgument } from "../storage/rows.ts";
import { allocate, describe } from "../storage/strided.ts";
import { fromElements } from "../storage/values.ts";

/** What a reduction of no elements gives, where that is settled. */
export const IDENTITY: Readonly<Partial<Record<string, number | boolean>>> = {
  add: 0,
  mul: 1,
  logicalAnd: true,
  logicalOr: false,
  logicalXor: false,
  /** every bit: of bool true, of unsigned integers the largest */
  bitwiseAnd: -1,
  bitwiseOr: 0,
  bitwiseXor: 0,
  gcd: 0,
  hypot: 0,
};

/** Primitives that are a reduction's kernel. */
const KERNELS = {
  add: "sum",
  mul: "prod",
  minimum: "min",
  maximum: "max",
  logicalAnd: "all",
  logicalOr: "any",
} as const;

/** Primitives whose operands may be taken in any order. */
const REORDERABLE: ReadonlySet<string> = new Set([
  ...Object.keys(IDENTITY),
  ...Object.keys(KERNELS),
  "fmin",
  "fmax",
]);

function isKernel(op: string): op is keyof typeof KERNELS {
  return Object.hasOwn(KERNELS, op);
}

/** `a[0] op a[1] op …` along axes. */
export function reduceByOp(op: ElementwiseOp, a: NDArray, options: ReduceOptions): NDArray {
  const { axis = 0, ...others } = options;
  refuseDTypeOfTests(op, options.dtype);
  if (isKernel(op)) return reduced(`${op}.reduce`, (o) => reduce(KERNELS[op], a.view, o), [axis, others]);
  const axes = resolvedAxes(a.view, axis), isReorderable = REORDERABLE.has(op);
  if (axes.length > 1 && !isReorderable) {
    refuseArgument(`${op} is reduced over one axis at a time: its order matters`, "give one axis");
  }
  const dtype = foldDType(op, a, options), { out, keepdims = false, initial } = options;
  let result = a.dtype === dtype ? a : a.astype(dtype);
  const mask = options.where === undefined || options.where === true ? null : maskOver(a, options.where);
  const first = initial ?? IDENTITY[op];
  if (mask !== null && first === undefined) {
    refuseArgument(`${op} of elements that where chooses takes an initial`, "give { initial: … }");
  }
  const shape = reducedShape(a, axes, keepdims);
  if (axes.some((one) => a.shape[one] === 0) && first === undefined) {
    throw new NdpipeError("ARR003", `${op} of no elements has no value`, {
      operands: [describe(a.view)],
      help: "test .size first, or give an initial",
    });
  }
  // several axes are one, the last
  const [along, one] = axes.length === 1 ? [axes[0]!, false] : [a.ndim - axes.length, true];
  const merged = (array: NDArray) => one ? lastAxisOf(array, axes) : array;
  result = merged(result);
  if (mask !== null || initial !== undefined || result.shape[along] === 0) {
    const cleared = zeros(result.shape.toSpliced(along, 1), { dtype });
    const started = initial !== undefined
      ? cleared.add(initial, { dtype, casting: "unsafe" })
      : op === "bitwiseAnd"
      ? cleared.invert()
      : cleared.add(first!, { dtype, casting: "unsafe" });
    result = folded(op, result, { along, start: started, mask: mask === null ? null : merged(mask) });
  } else {result = isReorderable
      ? halved(op, result, along)
      : folded(op, result, { along, start: null, mask: null });}
  const shaped = keepdims || one ? result.reshape(shape) : result;
  return placedIn(sharesMemory(shaped, a) ? shaped.copy() : shaped, out);
}

function maskOver(a: NDArray, given: Mask): NDArray {
  if (hasListedMask({ where: given })) return scope(() => maskOver(a, maskOf(given)));
  const where = given as NDArray | boolean;
  if (typeof where === "boolean") return zeros(a.shape, { dtype: "bool" });
  if (where.dtype === "bool") return where.broadcastTo(a.shape);
  throw new DTypeError("DTY001", `where is bool, not ${where.dtype}`, { help: "compare first: .ne(0)" });
}

function lastAxisOf(a: NDArray, axes: readonly number[]): NDArray {
  const kept = [...a.shape.keys()].filter((axis) => !axes.includes(axis));
  const outer = kept.map((axis) => a.shape[axis]!);
  const length = axes.reduce((product, axis) => product * a.shape[axis]!, 1);
  return a.transpose([...kept, ...axes]).reshape([...outer, length]);
}

/** What folds is asked for: a dtype, or one that holds that of an out, as in NumPy. */
interface Asked {
  readonly dtype?: DType | undefined;
  readonly out?: NDArray | undefined;
}

/** Tests give bool, in which alone they fold. Refused: DTY001. */
function refuseDTypeOfTests(op: ElementwiseOp, dtype: DType | undefined): void {
  if (!op.startsWith("logical") || dtype === undefined || dtype === "bool") return;
  throw new DTypeError("DTY001", `${op} reduces to bool, not to ${dtype}`, {
    help: `leave dtype out; cast the result: .astype("${dtype}")`,
  });
}

/** The dtype in which a primitive folds: that of its results among themselves. Refused: DTY001. */
function foldDType(op: ElementwiseOp, a: NDArray, { dtype: asked, out }: Asked): DType {
  const isTest = elementwiseDTypes(op, ["f64", "f64"])?.result === "bool";
  const ofOut = out === undefined || isTest ? undefined : promoteTypes(a.dtype, out.dtype);
  const given = asked ?? ofOut ?? a.dtype;
  const isBoolless = given === "bool" && (op === "gcd" || op === "lcm");
  const first = isBoolless ? undefined : elementwiseDTypes(op, [given, given])?.result;
  const dtype = first !== undefined && elementwiseDTypes(op, [first, first])?.result === first ? first : null;
  const isLosing = first === "bool" && given !== "bool" && !op.startsWith("logical");
  if (dtype !== null && !isLosing && (asked === undefined || asked === dtype)) return dtype;
  throw new DTypeError("DTY001", `${op} does not reduce ${given} to one of its dtype`, {
    operands: [describe(a.view)],
    help: `cast first: .astype("${first ?? "i64"}")`,
  });
}

/** The dtype that a reduction kernel gives. */
function kernelDType(op: keyof typeof KERNELS, a: NDArray, asked: DType | undefined): DType {
  if (op === "logicalAnd" || op === "logicalOr") return "bool";
  return asked ?? (op === "add" || op === "mul" ? sumOf(a.dtype) : a.dtype);
}

/** element after element of an axis, into `start` where there is one */
function folded(
  op: ElementwiseOp,
  a: NDArray,
  { along, start, mask }: {
    readonly along: number;
    readonly start: NDArray | null;
    readonly mask: NDArray | null;
  },
): NDArray {
  const length = a.shape[along]!;
  const at = (from: NDArray, i: number) => part(from, along, { start: i, stop: i + 1 }).squeeze(along);
  const result = start ?? likeUfunc(at(a, 0), a.dtype);
  for (let i = start === null ? 1 : 0; i < length; i++) {
    const where = mask === null ? undefined : at(mask, i);
    applyElementwise(op, [result, at(a, i)], { out: result, where });
  }
  return result;
}

/** an axis by halves */
function halved(op: ElementwiseOp, a: NDArray, along: number): NDArray {
  const piece = (from: NDArray, start: number, stop: number) => part(from, along, { start, stop });
  let result = a;
  for (let length = a.shape[along]!; length > 1; length = result.shape[along]!) {
    const half = length >> 1;
    const joined = applyElementwise(op, [piece(result, 0, half), piece(result, half, 2 * half)]);
    if (length % 2 === 1) {
      const ends = piece(joined, 0, 1);
      applyElementwise(op, [ends, piece(result, length - 1, length)], { out: ends });
    }
    result = joined;
  }
  const only = result.squeeze(along);
  // one element alone meets the identity, which takes its sign away
  return a.shape[along] === 1 && (op === "gcd" || op as string === "hypot")
    ? applyElementwise(op, [only, 0])
    : only;
}

/** The one axis that is meant; null is that of an array that has one. Refused: ARR002, SHP004. */
function onlyAxisOf(operation: string, a: NDArray, axis: Axes): number {
  if (typeof axis === "number") return axisOf(a, axis);
  const [only, ...others] = axesOf(a, axis);
  if (only !== undefined && others.length === 0) return only;
  return refuseArgument(`${operation} goes along one axis, not along several or none`, "give one axis");
}

/** Every intermediate result of a reduction along an axis. */
export function accumulateBy(
  op: ElementwiseOp,
  a: NDArray,
  { axis = 0, dtype: asked, out }: {
    readonly axis?: Axes | undefined;
    readonly dtype?: DType | undefined;
    readonly out?: NDArray | undefined;
  },
): NDArray {
  if (a.ndim === 0) {
    refuseArgument(`${op} is accumulated along an axis, and there is none`, "use atleast1d(a)");
  }
  const along = onlyAxisOf(`${op}.accumulate`, a, axis);
  if (op === "add") return cumsum(a, { axis: along, dtype: asked, out });
  if (op === "mul") return cumprod(a, { axis: along, dtype: asked, out });
  const length = a.shape[along]!;
  const result = likeUfunc(a, foldDType(op, a, { dtype: asked, out }));
  if (REORDERABLE.has(op)) {
    for (let distance = 1; distance < length; distance *= 2) {
      const later = part(result, along, { start: distance });
      applyElementwise(op, [part(result, along, { stop: -distance }), later], { out: later });
    }
  } else {
    for (let i = 1; i < length; i++) {
      const here = part(result, along, { start: i, stop: i + 1 });
      applyElementwise(op, [part(result, along, { start: i - 1, stop: i }), here], { out: here });
    }
  }
  return placedIn(result, out);
}

/** a copy, its axes in memory as an elementwise result has them */
function likeUfunc({ view }: NDArray, dtype: DType): NDArray {
  const { shape } = view, strides = keptOrderStrides(shape, [view.strides], DTYPE[dtype].itemsize);
  const target = allocate(dtype, shape, {
    strides,
    demand: demandOf("accumulate", [view], { dtype, shape }),
  });
  copyElements(view, target);
  return new NDArray(target);
}

/** The reductions of runs between indices along an axis. */
export function reduceAtBy(
  op: ElementwiseOp,
  a: NDArray,
  { axis = 0, dtype, out, indices }: {
    readonly axis?: Axes | undefined;
    readonly dtype?: DType | undefined;
    readonly out?: NDArray | undefined;
    readonly indices: readonly number[] | NDArray;
  },
): NDArray {
  const along = onlyAxisOf(`${op}.reduceat`, a, axis), length = a.shape[along]!;
  refuseDTypeOfTests(op, dtype);
  const starts = startsOf(op, indices), folding = isKernel(op) ? dtype : foldDType(op, a, { dtype, out });
  for (const start of starts) {
    if (Number.isInteger(start) && start >= 0 && start < length) continue;
    throw new NdpipeError("SHP010", `index ${start} is not among the ${length} elements of axis ${along}`, {
      operands: [describe(a.view)],
      help: `give indices from 0 to ${length - 1}`,
    });
  }
  const results = starts.map((start, i) => {
    const next = starts[i + 1] ?? length, stop = Math.max(start + 1, next);
    const run = part(a, along, { start, stop });
    // one element stays as it is; a sum begins with the first, so one of -0 alone is -0
    const isOne = stop === start + 1 && !isKernel(op);
    return isOne
      ? run.squeeze(along).astype(folding!)
      : reduceByOp(op, run, { axis: along, dtype: folding, initial: op === "add" ? -0 : undefined });
  });
  if (results.length > 0) return placedIn(stack(results, along), out);
  const shape = a.shape.with(along, 0),
    type = isKernel(op) ? kernelDType(op, a, dtype) : folding!;
  return placedIn(new NDArray(fromElements(new DTYPE[type].TypedArray(0), { dtype: type, shape })), out);
}

/** Where runs begin. Refused: ARR002 for what is no list of integers. */
function startsOf(op: ElementwiseOp, indices: unknown): readonly number[] {
  const list = integersOf(`${op}.reduceat`, "starts", indices);
  const isVector = indices instanceof NDArray ? indices.ndim === 1 : typeof indices === "object";
  return isVector ? list : refuseArgument(`${op}.reduceat takes starts in a list`);
}
