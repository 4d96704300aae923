/**
 * NumPy's `pad`: an array in a larger one, and what stands around it.
 *
 * The border of one axis after the other is filled from the part that is filled already; modes that repeat elements
 * (edge, reflect, symmetric, wrap) take them by index.
 *
 * Source: numpy/lib/_arraypad_impl.py.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike } from "../creation/creation.ts";
import * as operations from "../elementwise/operations.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import { ndindex } from "../indexing/iteration.ts";
import { takeResolved } from "../indexing/take.ts";
import * as reductions from "../reductions/reductions.ts";
import { rowMajorStrides, sizeOfShape } from "../storage/layout.ts";
import { over } from "../storage/rows.ts";
import { allocate, describe, expandView, permuteView, rangeView, type Strided } from "../storage/strided.ts";
import { fromList, toTypedArray } from "../storage/values.ts";
import { keptLayout } from "./inserting.ts";
import { broadcastTo } from "./movement.ts";
import { type PadFunction, type PadMode, type PadOptions, refuseOtherOptions } from "./pad_options.ts";
import { lengthPairs, type Pair, pairs, type PerAxis, type PerEnd } from "./pad_widths.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** The elements `start` to `stop` of an axis. */
function part(view: Strided, axis: number, [start, stop]: Pair): Strided {
  return rangeView(view, axis, { start, step: 1, size: stop - start });
}

/** The index of each place from `start` to `stop` on an axis of that size; places below 0 are before it. */
function sourceIndices(
  mode: "edge" | "reflect" | "symmetric" | "wrap",
  size: number,
  [start, stop]: Pair,
): Int32Array {
  const indices = new Int32Array(stop - start);
  const period = mode === "wrap" ? size : mode === "symmetric" ? 2 * size : Math.max(1, 2 * (size - 1));
  for (let i = 0; i < indices.length; i++) {
    const at = start + i;
    if (mode === "edge") {
      indices[i] = Math.min(Math.max(at, 0), size - 1);
      continue;
    }
    const turned = ((at % period) + period) % period;
    indices[i] = turned < size ? turned : mode === "symmetric" ? period - 1 - turned : period - turned;
  }
  return indices;
}

/** A new array with the source in it; its border is not set. */
function enlarged(source: Strided, widths: readonly Pair[]): Strided {
  const shape = source.shape.map((size, axis) => size + widths[axis]![0] + widths[axis]![1]);
  const { dtype } = source;
  return allocate(dtype, shape, {
    strides: keptLayout(source, shape),
    demand: demandOf("pad", [source], { dtype, shape }),
  });
}

function inner(padded: Strided, source: Strided, widths: readonly Pair[]): Strided {
  return widths.reduce(
    (view, [before], axis) => part(view, axis, [before, before + source.shape[axis]!]),
    padded,
  );
}

/** Copies into a part, and frees what is copied. */
function put(target: Strided, value: Strided): void {
  copyElements(broadcastTo(value, target.shape), target);
  value.storage.freeUnheld();
}

/** From an end value to the edge, which is not among them: `width` values along the axis, of the dtype. */
function ramp(
  edge: Strided,
  axis: number,
  { width, end }: { readonly width: number; readonly end: number },
): Strided {
  const { dtype } = edge, isInteger = DTYPE[dtype].range !== null;
  const values = toTypedArray(edge), steps = Array.from({ length: width }, (_, i) => i);
  const differences = Array.from(values as Float64Array, (value) => Number(value) - end);
  // as NumPy's linspace: where one lane is level, all are divided before they are multiplied
  const isLevel = differences.some((difference) => difference / width === 0);
  const columns = differences.map((difference) =>
    steps.map((i) => {
      const at = (isLevel ? (i / width) * difference : i * (difference / width)) + end;
      return isInteger ? Math.floor(at) : at;
    })
  );
  const flat = fromList(columns.length === 0 ? [] : columns, dtype);
  const shape = [...edge.shape.toSpliced(axis, 1), width];
  const lanes = { ...flat, shape, strides: rowMajorStrides(shape, DTYPE[dtype].itemsize) };
  const order = [...edge.shape.keys()].filter((other) => other !== axis);
  const to = edge.shape.map((_, other) => other === axis ? edge.shape.length - 1 : order.indexOf(other));
  return permuteView(lanes, to);
}

type Statistic = "maximum" | "minimum" | "mean" | "median";

/** A statistic of a part along the axis, of size 1 there and of the part's dtype. */
function statistic(view: Strided, axis: number, mode: Statistic): Strided {
  const options = { axes: axis, keepdims: true };
  if (mode === "maximum" || mode === "minimum") {
    return reductions.reduce(mode === "maximum" ? "max" : "min", view, options);
  }
  const { dtype } = view, isInteger = DTYPE[dtype].range !== null;
  const made = mode === "mean" ? reductions.mean(view, options) : medianOf(view, axis);
  if (!isInteger) return made;
  // as NumPy, integers are rounded to even before they are cast
  const rounded = operations.elementwise("round", [made]);
  made.storage.freeUnheld();
  const cast = operations.duplicate(rounded, { dtype });
  rounded.storage.freeUnheld();
  return cast;
}

function medianOf(view: Strided, axis: number): Strided {
  const size = view.shape[axis]!;
  const others = [...view.shape.keys()].filter((other) => other !== axis);
  const lanes = toTypedArray(permuteView(view, [...others, axis]));
  const numLanes = sizeOfShape(others.map((other) => view.shape[other]!));
  const medians = Float64Array.from({ length: numLanes }, (_, lane) => {
    const sorted = Float64Array.from(lanes.subarray(lane * size, (lane + 1) * size) as Float64Array, Number)
      .sort();
    if (size === 0 || Number.isNaN(sorted[size - 1]!)) return NaN;
    const high = sorted[size >> 1]!;
    return size % 2 === 1 ? high : (sorted[(size >> 1) - 1]! + high) / 2;
  });
  const dtype = view.dtype === "f32" ? "f32" : "f64";
  const flat = fromList([...medians], dtype);
  const shape = others.map((other) => view.shape[other]!);
  return expandView({ ...flat, shape, strides: rowMajorStrides(shape, DTYPE[dtype].itemsize) }, axis);
}

/** Fills both ends of one axis of a part whose other axes are as wide as they are filled. */
type FillEnds = (view: Strided, axis: number, widths: Pair) => void;

function constantEnds(value: readonly (readonly [ScalarValue, ScalarValue])[]): FillEnds {
  return (view, axis, [before, after]) => {
    const size = view.shape[axis]!, { dtype } = view;
    put(part(view, axis, [0, before]), fromList(value[axis]![0], dtype));
    put(part(view, axis, [size - after, size]), fromList(value[axis]![1], dtype));
  };
}

function rampEnds(ends: readonly Pair[]): FillEnds {
  return (view, axis, [before, after]) => {
    const size = view.shape[axis]!;
    if (before > 0) {
      const edge = part(view, axis, [before, before + 1]);
      put(part(view, axis, [0, before]), ramp(edge, axis, { width: before, end: ends[axis]![0] }));
    }
    if (after > 0) {
      const edge = part(view, axis, [size - after - 1, size - after]);
      const values = ramp(edge, axis, { width: after, end: ends[axis]![1] });
      const reversed = rangeView(values, axis, { start: after - 1, step: -1, size: after });
      put(part(view, axis, [size - after, size]), reversed);
    }
  };
}

function statisticEnds(mode: Statistic, lengths: readonly Pair[] | null): FillEnds {
  return (view, axis, [before, after]) => {
    if (before === 0 && after === 0) return;
    const size = view.shape[axis]!, low = before, high = size - after, all = high - low;
    const [first, last] = (lengths?.[axis] ?? [all, all]).map((length) => Math.min(length, all)) as [
      number,
      number,
    ];
    if ((first === 0 || last === 0) && (mode === "maximum" || mode === "minimum")) {
      throw new NdpipeError("ARR003", `pad takes the ${mode} of no elements`, { operands: [describe(view)] });
    }
    const left = statistic(part(view, axis, [low, low + first]), axis, mode);
    const right = statistic(part(view, axis, [high - last, high]), axis, mode);
    put(part(view, axis, [0, before]), left);
    put(part(view, axis, [high, size]), right);
  };
}

/** Ends whose elements are those of the part between them, by their index. */
function repeatedEnds(mode: "edge" | "reflect" | "symmetric" | "wrap"): FillEnds {
  return (view, axis, [before, after]) => {
    const behind = view.shape[axis]! - after, inside = part(view, axis, [before, behind]);
    for (const [start, stop] of [[0, before], [behind, behind + after]] as const) {
      if (start === stop) continue;
      const values = sourceIndices(mode, behind - before, [start - before, stop - before]);
      put(part(view, axis, [start, stop]), takeResolved(inside, axis, { values, shape: [stop - start] }));
    }
  };
}

/** Reflections of type "odd": twice the edge less the element, as often as the width needs. */
function oddEnds(hasEdge: boolean): FillEnds {
  return (view, axis, widths) => {
    const size = view.shape[axis]!, skip = hasEdge ? 0 : 1;
    if (size - widths[0] - widths[1] === 1) {
      const edge = operations.duplicate(part(view, axis, [widths[0], widths[0] + 1]));
      copyElements(
        broadcastTo(edge, part(view, axis, [0, widths[0]]).shape),
        part(view, axis, [0, widths[0]]),
      );
      put(part(view, axis, [size - widths[1], size]), edge);
      return;
    }
    let [left, right] = widths;
    const whole = size - left - right - skip;
    while (left > 0 || right > 0) {
      // the filled part is left .. size - right; as NumPy, each step reflects a multiple of the array's own length
      const period = Math.floor((size - left - right - skip) / whole) * whole;
      const reflect = (edgeAt: number, from: Pair, to: Pair) => {
        const source = part(view, axis, from), count = from[1] - from[0];
        const reversed = rangeView(source, axis, { start: count - 1, step: -1, size: count });
        const edge = part(view, axis, [edgeAt, edgeAt + 1]);
        // bools are numbers here, of which all but 0 are true
        const dtype = view.dtype === "bool" ? "i8" : undefined;
        const twice = operations.elementwise("add", [edge, edge], { dtype });
        const odd = operations.elementwise("sub", [twice, reversed], { broadcast: "numpy", dtype });
        twice.storage.freeUnheld();
        put(part(view, axis, to), odd);
      };
      if (left > 0) {
        const count = Math.min(period, left), start = left + skip;
        reflect(left, [start, start + count], [left - count, left]);
        left -= count;
      }
      if (right > 0) {
        const count = Math.min(period, right), end = size - right - skip;
        reflect(size - right - 1, [end - count, end], [size - right, size - right + count]);
        right -= count;
      }
    }
  };
}

/** The source in a larger array, of which `fill` sets the ends of one axis after the other. */
function filledAround(source: Strided, widths: readonly Pair[], fill: FillEnds | null): Strided {
  const padded = enlarged(source, widths);
  try {
    copyElements(source, inner(padded, source, widths));
    if (fill !== null) {
      for (const axis of source.shape.keys()) {
        // axes behind this one are as wide as the source
        const view = widths.reduce(
          (narrow, [before], other) =>
            other > axis ? part(narrow, other, [before, before + source.shape[other]!]) : narrow,
          padded,
        );
        fill(view, axis, widths[axis]!);
      }
    }
    return padded;
  } catch (error) {
    padded.storage.freeUnheld();
    throw error;
  }
}

/**
 * The array with a border of `padWidth` elements: a number, a pair for the two ends of every axis, or a pair for each
 * axis, in a list or an object whose keys are axes. Refused: ARR002 (also for an option of another mode), ARR003, DTY002,
 * MEM005.
 *
 * @example
 * ```ts
 * import { arange, pad } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(pad(arange(3), [1, 2], "reflect").toList(), [1, 0, 1, 2, 1, 0]);
 * deepStrictEqual(pad(arange(3), 1, "constant", { constantValues: 9 }).toList(), [9, 0, 1, 2, 9]);
 * ```
 */
export function pad(
  a: ArrayLike,
  padWidth: PerEnd | PerAxis,
  ...args: Positional<PadOptions, ["mode"]>
): NDArray {
  const { mode = "constant", ...options } = optionsOf<PadOptions>("pad", args, ["mode"]);
  refuseOtherOptions(mode, options);
  const { constantValues = 0, endValues = 0, statLength = null, reflectType = "even" } = options;
  return over(a, ({ view }) => {
    const rank = view.shape.length;
    const widths = lengthPairs(padWidth, rank, "padWidth");
    if (typeof mode === "function") return paddedBy(mode, view, widths);
    refuseEmptyAxis(view, widths, mode);
    const around = (fill: FillEnds | null) => new NDArray(filledAround(view, widths, fill));
    switch (mode) {
      case "empty":
        return around(null);
      case "constant":
        return around(constantEnds(pairs(constantValues, rank, "constantValues")));
      case "linearRamp":
      case "linear_ramp":
        return around(rampEnds(pairs(endValues, rank, "endValues")));
      case "maximum":
      case "mean":
      case "median":
      case "minimum":
        return around(
          statisticEnds(mode, statLength === null ? null : statisticLengths(statLength, rank, mode)),
        );
      case "reflect":
      case "symmetric":
        return reflectType === "odd" ? around(oddEnds(mode === "symmetric")) : around(repeatedEnds(mode));
      case "edge":
      case "wrap":
        return around(repeatedEnds(mode));
      default:
        mode satisfies never;
        throw new NdpipeError("ARR002", `pad knows no mode ${String(mode)}`);
    }
  });
}

/** With a border of zeros, to which a function then writes along one axis after the other. */
function paddedBy(write: PadFunction, view: Strided, widths: readonly Pair[]): NDArray {
  const rank = view.shape.length;
  const padded = new NDArray(filledAround(view, widths, constantEnds(pairs(0, rank, "constantValues"))));
  try {
    for (const [axis, pair] of widths.entries()) {
      for (const place of ndindex(padded.shape.toSpliced(axis, 1))) {
        using vector = padded.slice([...place.slice(0, axis), ":", ...place.slice(axis)]);
        write(vector, pair, axis);
      }
    }
    return padded;
  } catch (error) {
    padded.dispose();
    throw error;
  }
}

/** How many elements statistics are of; extrema are of one at least. Refused: ARR002. */
function statisticLengths(value: PerEnd, rank: number, mode: PadMode): Pair[] {
  const lengths = lengthPairs(value, rank, "statLength");
  if ((mode === "maximum" || mode === "minimum") && lengths.flat().includes(0)) {
    throw new NdpipeError("ARR002", `pad has no ${mode} of no elements: a statLength is 0`);
  }
  return lengths;
}

/** Of an axis without elements nothing can be repeated. Refused: ARR002. */
function refuseEmptyAxis(view: Strided, widths: readonly Pair[], mode: PadMode): void {
  if (mode === "constant" || mode === "empty") return;
  const emptyAxis = view.shape.findIndex((size, axis) =>
    size === 0 && widths[axis]!.some((width) => width > 0)
  );
  if (emptyAxis < 0) return;
  throw new NdpipeError("ARR002", `pad cannot take "${mode}" of axis ${emptyAxis}, which has no elements`, {
    operands: [describe(view)],
    help: 'use "constant" or "empty"',
  });
}
