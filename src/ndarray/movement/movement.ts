/**
 * Movement of axes: views wherever strides can say it, else a copy.
 *
 * @module
 */
import { DTYPE, type DType, promoteAll } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { resolveAxes, resolveNewAxis, transposeShape } from "../../shape/mod.ts";
import { arrayKernels } from "../array_module.ts";
import type { Casting } from "../dtypes/casting.ts";
import { accept, duplicate, refuseCast, refuseReadOnly, resolvedAxis } from "../elementwise/operations.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import { integersOf, sizesOf } from "../storage/integer_lists.ts";
import { commonShape, reshapedStrides, rowMajorStrides, shapeText, sizeOfShape } from "../storage/layout.ts";
import {
  addressOf,
  allocate,
  broadcastView,
  describe,
  dropAxis,
  expandView,
  isContiguous,
  mayOverlap,
  numBytesOf,
  permuteView,
  rangeView,
  type Strided,
} from "../storage/strided.ts";
import { readOption } from "../storage/arguments.ts";

/** The sizes of a reshape, with -1 worked out. Refused: SHP006, ARR002. */
function resolveShape(source: Strided, to: readonly number[]): number[] {
  const size = sizeOfShape(source.shape), unknown = to.indexOf(-1);
  const cannot = `cannot reshape ${shapeText(source.shape)} to ${shapeText(to)}`;
  if (!to.every((dim, axis) => Number.isInteger(dim) && (dim >= 0 || axis === unknown))) {
    throw new NdpipeError("ARR002", `${cannot}: sizes are integers from 0, and one may be -1`);
  }
  const known = sizeOfShape(to.filter((dim) => dim !== -1));
  if (unknown >= 0 && known === 0) {
    throw new ShapeError("SHP006", `${cannot}: beside a size of 0, -1 may be any`, {
      operands: [describe(source)],
      help: "write the size in the place of -1",
    });
  }
  const resolved = unknown < 0 ? [...to] : to.with(unknown, size / known);
  if (sizeOfShape(resolved) === size && resolved.every(Number.isInteger)) return resolved;
  throw new ShapeError("SHP006", `${cannot}: ${size} elements do not fill it`, {
    operands: [describe(source)],
    help: "use sizes whose product is the number of elements, or -1 for one of them",
  });
}

/** The same elements in row-major order under another shape: a view where strides allow it, else a copy. */
export function reshape(source: Strided, to: readonly number[]): Strided {
  const shape = resolveShape(source, to);
  const { itemsize } = DTYPE[source.dtype];
  if (shape.includes(0)) return { ...source, shape, strides: rowMajorStrides(shape, itemsize) };
  const strides = reshapedStrides(source.shape, source.strides, shape, itemsize);
  if (strides !== null) return { ...source, shape, strides };
  return { ...duplicate(source), shape, strides: rowMajorStrides(shape, itemsize) };
}

/** The axes permuted, reversed without a list. Refused: SHP004, SHP014. */
export function transpose(source: Strided, axes?: readonly number[] | null): Strided {
  const order = axes === undefined || axes === null ? undefined : integersOf("transpose", "axes", axes);
  return permuteView(source, accept(transposeShape(source.shape, order), [source]).axes);
}

/** Two axes in each other's place. */
export function swapAxes(source: Strided, first: number, second: number): Strided {
  const [a, b] = [first, second].map((axis) => resolvedAxis(source, axis)) as [number, number];
  const axes = [...source.shape.keys()];
  [axes[a], axes[b]] = [b, a];
  return permuteView(source, axes);
}

/** Axes moved to new places; the others keep their order. Refused: SHP004, ARR002. */
export function moveAxis(
  source: Strided,
  from: number | readonly number[],
  to: number | readonly number[],
): Strided {
  const resolve = (axes: number | readonly number[]) =>
    integersOf("moveaxis", "axes", axes).map((axis) => resolvedAxis(source, axis));
  const sources = resolve(from), targets = resolve(to);
  if (
    sources.length !== targets.length || new Set(sources).size !== sources.length ||
    new Set(targets).size !== targets.length
  ) {
    throw new NdpipeError(
      "ARR002",
      `moveaxis takes as many sources as destinations, each once: ${from} and ${to}`,
    );
  }
  const order = [...source.shape.keys()].filter((axis) => !sources.includes(axis));
  const pairs = targets.map((target, i) => [target, sources[i]!] as const).sort((a, b) => a[0] - b[0]);
  for (const [target, axis] of pairs) order.splice(target, 0, axis);
  return permuteView(source, order);
}

/** Without the axes of size 1, or those given. Refused: SHP004, SHP005. */
export function squeeze(source: Strided, given: number | readonly number[] | null): Strided {
  const axes = readOption("squeeze", "axis", given);
  const dropped = axes === null
    ? [...source.shape.keys()].filter((axis) => source.shape[axis] === 1)
    : typeof axes === "object" && axes.length === 0
    ? []
    // as NumPy, of an array without axes none is squeezed
    : source.shape.length === 0 && (axes === 0 || axes === -1)
    ? []
    : accept(resolveAxes(source.shape, axes), [source]);
  return dropped.toReversed().reduce((view, axis) => {
    if (view.shape[axis] === 1) return dropAxis(view, axis);
    throw new ShapeError(
      "SHP005",
      `cannot squeeze axis ${axis} of ${shapeText(source.shape)}: its size is ${view.shape[axis]}, not 1`,
      { operands: [describe(source)] },
    );
  }, source);
}

/** New axes of size 1, which have the given indices in the result. Refused: SHP004. */
export function expandDims(source: Strided, axes: number | readonly number[]): Strided {
  const list = integersOf("expandDims", "axis", axes);
  const rank = source.shape.length + list.length;
  const full = new Array<number>(Math.max(rank - 1, 0)).fill(1);
  const resolved = list.map((axis) => accept(resolveNewAxis(full, axis), [source]));
  if (new Set(resolved).size !== resolved.length) {
    throw new ShapeError("SHP004", `expandDims is given an axis twice: ${list.join(", ")}`);
  }
  return resolved.sort((a, b) => a - b).reduce(expandView, source);
}

/** Repeated to a shape; read-only. Refused: SHP012, ARR002. */
export function broadcastTo(source: Strided, to: readonly number[]): Strided {
  const shape = sizesOf("broadcastTo", to);
  const common = commonShape([source.shape, shape]);
  if (Array.isArray(common) && common.join() === shape.join()) return broadcastView(source, shape);
  throw new ShapeError("SHP012", `cannot broadcast ${shapeText(source.shape)} to ${shapeText(shape)}`, {
    operands: [describe(source)],
    help: "each axis, from the last on, must be equal or have size 1 in the operand",
  });
}

/** The order of the elements reversed along axes; null: along all. */
export function flip(source: Strided, given: number | readonly number[] | null): Strided {
  const axes = readOption("flip", "axis", given);
  const chosen = axes === null || (typeof axes === "object" && axes.length === 0)
    ? axes === null ? [...source.shape.keys()] : []
    : accept(resolveAxes(source.shape, axes), [source]);
  return chosen.reduce((view, axis) => {
    const size = view.shape[axis]!;
    return rangeView(view, axis, { start: size - 1, step: -1, size });
  }, source);
}

/**
 * Strides of a new array whose axes lie in memory in the order in which they do in most of the parts; an axis of size 1
 * has no order.
 *
 * Source: `PyArray_CreateMultiSortedStridePerm` of NumPy (numpy/_core/src/multiarray/shape.c).
 */
function joinedStrides(shape: readonly number[], parts: readonly Strided[], itemsize: number): number[] {
  const order: number[] = [];
  for (const axis of shape.keys()) {
    let position = order.length;
    for (let at = order.length - 1; at >= 0; at--) {
      const other = order[at]!;
      const told = parts.filter((part) => part.shape[axis] !== 1 && part.shape[other] !== 1);
      if (told.length === 0) continue;
      if (told.some(({ strides }) => Math.abs(strides[axis]!) <= Math.abs(strides[other]!))) break;
      position = at;
    }
    order.splice(position, 0, axis);
  }
  const strides = new Array<number>(shape.length);
  let stride = itemsize;
  for (const axis of order.toReversed()) {
    strides[axis] = stride;
    stride *= Math.max(1, shape[axis]!);
  }
  return strides;
}

/** How views are joined. */
export interface JoinedAs {
  /** what is given; default the common dtype */
  readonly dtype?: DType | undefined;
  /** which casts to the dtype, or to that of out, are made; default "same_kind" */
  readonly casting?: Casting | undefined;
  /** a view of the result's shape that takes it */
  readonly out?: Strided | undefined;
}

/** The dtype in which views are joined. Refused: DTY004, ARR002. */
function joinedDType(parts: readonly Strided[], { dtype, casting = "same_kind", out }: JoinedAs): DType {
  if (dtype !== undefined && out !== undefined) {
    throw new NdpipeError("ARR002", "arrays are joined as a dtype or in an out, which has its own");
  }
  const asked = dtype ?? out?.dtype;
  if (asked === undefined) return promoteAll(parts.map((part) => part.dtype));
  for (const part of parts) {
    refuseCast(`${part.dtype} is not joined as ${asked}`, [part.dtype, asked], {
      casting,
      operands: parts.map(describe),
    });
  }
  return asked;
}

/** Refuses an out that is read-only or of another shape. Refused: SHP001, ARR001. */
function refuseOut(out: Strided, parts: readonly Strided[], shape: readonly number[]): void {
  refuseReadOnly(out, "concatenate");
  if (out.shape.length === shape.length && out.shape.every((size, axis) => size === shape[axis])) return;
  throw new ShapeError("SHP001", "the joined arrays have not the shape of out", {
    operands: [...parts.map(describe), `out ${describe(out)}`],
    help: `use an out of shape ${shapeText(shape)}`,
  });
}

/**
 * Views one after the other along an axis, in a new array of their common dtype, unless told otherwise. Refused: SHP004,
 * SHP008, DTY004; SHP001, ARR001 for an out.
 */
export function concatenate(parts: readonly Strided[], axis: number, as: JoinedAs = {}): Strided {
  const [first] = parts;
  if (first === undefined) {
    throw new NdpipeError("ARR002", "concatenate takes a list of arrays, and it is empty");
  }
  const along = resolvedAxis(first, axis, "concatenate");
  for (const part of parts) {
    const isFitting = part.shape.length === first.shape.length &&
      part.shape.every((size, i) => i === along || size === first.shape[i]);
    if (isFitting) continue;
    throw new ShapeError(
      "SHP008",
      `cannot concatenate ${describe(first)} and ${describe(part)} along axis ${axis}`,
      {
        operands: parts.map(describe),
        help: "all axes but the one that is joined must be equal",
      },
    );
  }
  const dtype = joinedDType(parts, as), { out } = as;
  const shape = first.shape.with(along, parts.reduce((sum, part) => sum + part.shape[along]!, 0));
  if (out !== undefined) refuseOut(out, parts, shape);
  const isSafe = out !== undefined && !parts.some((part) => mayOverlap(part, out));
  const result = isSafe ? out : allocate(dtype, shape, {
    // as NumPy, axes lie in memory in the order in which they lie in the operands
    strides: joinedStrides(shape, parts, DTYPE[dtype].itemsize),
    demand: demandOf("concatenate", parts, { dtype, shape }),
  });
  let start = 0;
  for (const part of parts) {
    const size = part.shape[along]!;
    copyPart(part, rangeView(result, along, { start, step: 1, size }));
    start += size;
  }
  if (out === undefined || isSafe) return result;
  copyElements(result, out);
  result.storage.freeUnheld();
  return out;
}

/** copies into a part of a result, which overlaps none: neighbours as bytes */
function copyPart(part: Strided, target: Strided): void {
  const isRun = part.dtype === target.dtype && isContiguous(part) && isContiguous(target);
  if (!isRun) return copyElements(part, target);
  arrayKernels().copyBytes(addressOf(part), addressOf(target), numBytesOf(part.dtype, part.shape));
}

/** Views of one shape along a new axis. Refused: SHP004, SHP008. */
export function stack(parts: readonly Strided[], axis: number, as: JoinedAs = {}): Strided {
  const [first] = parts;
  if (first === undefined) throw new NdpipeError("ARR002", "stack takes a list of arrays, and it is empty");
  const differing = parts.find((part) => part.shape.join() !== first.shape.join());
  if (differing !== undefined) {
    throw new ShapeError("SHP008", `cannot stack ${describe(first)} and ${describe(differing)}`, {
      operands: parts.map(describe),
      help: "arrays that are stacked have one shape",
    });
  }
  const along = accept(resolveNewAxis(first.shape, axis), parts);
  return concatenate(parts.map((part) => expandView(part, along)), along, as);
}
