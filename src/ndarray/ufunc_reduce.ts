/**
 * Reductions by any primitive of two operands. Sums, products, extrema and tests are reduction kernels; of the others,
 * those whose order does not matter fold halves of an axis, the rest go element by element as NumPy does.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { DTypeError, NdpipeError } from "../errors.ts";
import { elementwiseDTypes, type ElementwiseOp } from "../expr/primitives.ts";
import { applyElementwise, NDArray, reduced, type ReduceOptions } from "./array.ts";
import { zeros } from "./creation.ts";
import { cumprod, cumsum } from "./cumulative.ts";
import { stack } from "./functions.ts";
import { reduce, resolvedAxes } from "./reductions.ts";
import { axisOf, numbersOf, part, placedIn, reducedShape, refuseArgument } from "./rows.ts";
import { describe } from "./strided.ts";
import { fromElements } from "./values.ts";

/** What a reduction of no elements gives, where that is settled. */
export const IDENTITY: Readonly<Partial<Record<string, number | boolean>>> = {
  add: 0,
  mul: 1,
  logicalAnd: true,
  logicalOr: false,
  logicalXor: false,
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
  "lcm",
]);

function isKernel(op: string): op is keyof typeof KERNELS {
  return Object.hasOwn(KERNELS, op);
}

/** `a[0] op a[1] op …` along axes. */
export function reduceByOp(op: ElementwiseOp, a: NDArray, options: ReduceOptions): NDArray {
  const axis = options.axis === undefined ? 0 : options.axis;
  if (isKernel(op)) return reduced((o) => reduce(KERNELS[op], a.view, o), axis, options);
  const axes = resolvedAxes(a.view, axis), isReorderable = REORDERABLE.has(op);
  if (axes.length > 1 && !isReorderable) {
    refuseArgument(`${op} is reduced over one axis at a time: its order matters`, "give one axis");
  }
  const dtype = foldDType(op, a, options.dtype), { out, keepdims = false, initial } = options;
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
  // one axis of all that are reduced, the last of the array
  result = lastAxisOf(result, axes);
  const isSkipping = mask !== null;
  if (isSkipping || initial !== undefined || result.shape.at(-1) === 0) {
    const started = zeros(result.shape.slice(0, -1), { dtype }).add(first as number, {
      dtype,
      casting: "unsafe",
    });
    const masks = mask === null ? null : lastAxisOf(mask, axes);
    result = folded(op, started, result, masks);
  } else result = isReorderable ? halved(op, result) : folded(op, null, result, null);
  return placedIn(result.reshape(shape).copy(), out);
}

function maskOver(a: NDArray, where: NDArray | boolean): NDArray {
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

/** The dtype in which a primitive folds: that of its results among themselves. Refused: DTY001. */
function foldDType(op: ElementwiseOp, a: NDArray, asked: DType | undefined): DType {
  const given = asked ?? a.dtype;
  const first = elementwiseDTypes(op, [given, given])?.result;
  const dtype = first !== undefined && elementwiseDTypes(op, [first, first])?.result === first ? first : null;
  const isLosing = first === "bool" && given !== "bool" && !op.startsWith("logical");
  if (dtype !== null && !isLosing && (asked === undefined || asked === dtype)) return dtype;
  throw new DTypeError("DTY001", `${op} does not reduce ${given} to one of its dtype`, {
    operands: [describe(a.view)],
    help: `cast first: .astype("${first ?? "i64"}")`,
  });
}

/** element after element of the last axis, into `start` where there is one */
function folded(op: ElementwiseOp, start: NDArray | null, a: NDArray, mask: NDArray | null): NDArray {
  const last = a.ndim - 1, length = a.shape[last]!;
  const at = (from: NDArray, i: number) => part(from, last, { start: i, stop: i + 1 }).squeeze(last);
  const result = start ?? at(a, 0).copy();
  for (let i = start === null ? 1 : 0; i < length; i++) {
    const where = mask === null ? undefined : at(mask, i);
    applyElementwise(op, [result, at(a, i)], { out: result, where });
  }
  return result;
}

/** the last axis by halves */
function halved(op: ElementwiseOp, a: NDArray): NDArray {
  const last = a.ndim - 1;
  let result = a;
  for (let length = a.shape[last]!; length > 1; length = result.shape[last]!) {
    const half = length >> 1;
    const [low, high] = [[0, half], [half, 2 * half]] as const;
    const joined = applyElementwise(op, [
      part(result, last, { start: low[0], stop: low[1] }),
      part(result, last, { start: high[0], stop: high[1] }),
    ]);
    if (length % 2 === 1) {
      const ends = part(joined, last, { start: 0, stop: 1 });
      applyElementwise(op, [ends, part(result, last, { start: length - 1 })], { out: ends });
    }
    result = joined;
  }
  return result.squeeze(last);
}

/** Every intermediate result of a reduction along an axis. */
export function accumulateBy(
  op: ElementwiseOp,
  a: NDArray,
  { axis = 0, dtype: asked, out }: {
    readonly axis?: number | undefined;
    readonly dtype?: DType | undefined;
    readonly out?: NDArray | undefined;
  },
): NDArray {
  if (op === "add") return cumsum(a, { axis, dtype: asked, out });
  if (op === "mul") return cumprod(a, { axis, dtype: asked, out });
  const along = axisOf(a, axis), length = a.shape[along]!;
  const result = a.astype(foldDType(op, a, asked));
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

/** The reductions of runs between indices along an axis. */
export function reduceAtBy(
  op: ElementwiseOp,
  a: NDArray,
  { axis = 0, dtype, out, indices }: {
    readonly axis?: number | undefined;
    readonly dtype?: DType | undefined;
    readonly out?: NDArray | undefined;
    readonly indices: readonly number[] | NDArray;
  },
): NDArray {
  const along = axisOf(a, axis), length = a.shape[along]!;
  const starts = indices instanceof NDArray ? [...numbersOf(indices)] : indices;
  for (const start of starts) {
    if (Number.isInteger(start) && start >= 0 && start < length) continue;
    throw new NdpipeError("SHP010", `index ${start} is not among the ${length} elements of axis ${axis}`, {
      operands: [describe(a.view)],
      help: `give indices from 0 to ${length - 1}`,
    });
  }
  const results = starts.map((start, i) => {
    const next = starts[i + 1] ?? length, stop = Math.max(start + 1, next);
    return reduceByOp(op, part(a, along, { start, stop }), { axis: along, dtype });
  });
  if (results.length > 0) return placedIn(stack(results, along), out);
  const shape = a.shape.with(along, 0), type = isKernel(op) ? a.dtype : foldDType(op, a, dtype);
  return placedIn(new NDArray(fromElements(new DTYPE[type].TypedArray(0), { dtype: type, shape })), out);
}
