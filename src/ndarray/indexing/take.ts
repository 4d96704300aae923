/**
 * Elements taken and put by position, beside the brackets: take, put and their kin, on views.
 *
 * @module
 */
import { DTYPE, type DType, promoteAll } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError, ShapeError } from "../../errors.ts";
import type { IndexMode } from "../array.ts";
import {
  broadcastOf,
  contiguous,
  duplicate,
  refuseReadOnly,
  resolvedAxis,
} from "../elementwise/operations.ts";
import { copyElements, demandOf } from "../evaluate/evaluate.ts";
import { broadcastTo } from "../movement/movement.ts";
import {
  broadcastStrides,
  commonShape,
  keptOrderStrides,
  rowMajorStrides,
  shapeText,
  sizeOfShape,
} from "../storage/layout.ts";
import {
  allocate,
  broadcastView,
  describe,
  dropAxis,
  expandView,
  isContiguous,
  permuteView,
  rangeView,
  type Strided,
} from "../storage/strided.ts";
import {
  aligned,
  gather,
  isAligned,
  newPositions,
  type Positions,
  positionsOf,
  scatter,
  selection,
  unitStride,
} from "./element_moves.ts";
import { type IndexArray, readIndices, refuseIndex, resolveIndices } from "./index_array.ts";
import { allIndices, flatIndices, joinedAxes } from "./flat_indices.ts";
import { flatNonzero } from "./nonzero_positions.ts";
import { firstOutside, gatherAlong, type IndexedAxis, scatterAlong } from "./indexed_moves.ts";

/** A view of one axis, contiguous: of the source where it is contiguous, else a copy. */
export function flatView(source: Strided): Strided {
  const rows = contiguous(source);
  return { ...rows, shape: [sizeOfShape(source.shape)], strides: [DTYPE[source.dtype].itemsize] };
}

/** Positions on an axis, repeated or not, from a list of indices on it. */
function onAxis(source: Strided, axis: number, resolved: Int32Array | Float64Array): Positions {
  const stride = unitStride(source, axis);
  const positions = newPositions(resolved.length, source);
  for (let i = 0; i < resolved.length; i++) positions[i] = resolved[i]! * stride;
  return positions;
}

/** The axes before and behind an axis. */
function around(rank: number, axis: number): { readonly before: number[]; readonly behind: number[] } {
  const axes = [...Array(rank).keys()];
  return { before: axes.slice(0, axis), behind: axes.slice(axis + 1) };
}

/** Elements of an axis at known places, in a new array in row-major order; `shape` takes the axis's place. */
export function takeResolved(
  original: Strided,
  axis: number,
  { values, shape: indexShape }: IndexArray,
): Strided {
  const source = aligned(original), { dtype } = source;
  const shape = source.shape.toSpliced(axis, 1, ...indexShape);
  try {
    const result = allocate(dtype, shape, { demand: demandOf("take", [source], { dtype, shape }) });
    gather(
      source,
      selection(source, around(source.shape.length, axis), onAxis(source, axis, values)),
      result,
    );
    return result;
  } finally {
    if (source !== original) source.storage.freeUnheld();
  }
}

/** The same by a kernel; null where elements do not lie for that, or indices have to be refused in another mode. */
function takenAlong(source: Strided, at: IndexedAxis, mode: IndexMode): Strided | null {
  if (mode === "raise") return gatherAlong(source, at);
  const { axis, indices, what } = at, size = source.shape[axis]!;
  if (size === 0) return null;
  const resolved = flatIndices([{ indices, size, what, mode }], indices.shape);
  try {
    return gatherAlong(source, { axis, indices: resolved, what });
  } finally {
    resolved.storage.freeUnheld();
  }
}

/** NumPy's `take`; without an axis, of the flat array. Refused: SHP004, SHP010, DTY001, MEM005. */
export function takeView(
  source: Strided,
  indices: Strided,
  { axis, mode }: { readonly axis: number | null; readonly mode: IndexMode },
): Strided {
  if (axis === null) {
    const flat = flatView(source);
    try {
      return takeView(flat, indices, { axis: 0, mode });
    } finally {
      if (flat.storage !== source.storage) flat.storage.freeUnheld();
    }
  }
  // as NumPy, an array without axes is taken from as if it had one
  if (source.shape.length === 0 && (axis === 0 || axis === -1)) {
    return takeView(expandView(source, 0), indices, { axis: 0, mode });
  }
  const along = resolvedAxis(source, axis), size = source.shape[along]!;
  const what = `axis ${axis} of ${describe(source)}`;
  const taken = takenAlong(source, { axis: along, indices, what }, mode);
  if (taken !== null) return taken;
  const list = readIndices(indices);
  return takeResolved(source, along, {
    values: resolveIndices(list, size, { mode, what }),
    shape: list.shape,
  });
}

/** The places of elements by their position in row-major order, on all axes. */
function flatPlaces(target: Strided, resolved: Int32Array | Float64Array): Positions {
  const all = positionsOf(target, [...target.shape.keys()]);
  const places = newPositions(resolved.length, target);
  for (let i = 0; i < resolved.length; i++) places[i] = all[resolved[i]!]!;
  return places;
}

/** Copies values, cast and contiguous, to places of a target. */
function scatterTo(target: Strided, chosen: Positions, values: Strided): void {
  const perElement = Math.max(1, DTYPE[target.dtype].itemsize / 4);
  scatter(values, { outer: Int32Array.of(0), chosen, inner: Int32Array.of(0), run: perElement }, target);
}

function refuseUnwriteable(target: Strided, operation: string): void {
  refuseReadOnly(target, operation);
  if (!isAligned(target)) {
    throw new NdpipeError("ARR001", `${operation} cannot write to an array whose elements are not aligned`);
  }
}

/** NumPy's `put`: values, repeated as needed, at positions of the flat array. Refused: ARR001, SHP010, DTY001. */
export function putView(target: Strided, indices: Strided, values: Strided, mode: IndexMode): void {
  refuseUnwriteable(target, "put");
  const size = sizeOfShape(target.shape), what = `the elements of ${describe(target)}`;
  const numValues = sizeOfShape(values.shape), count = sizeOfShape(indices.shape);
  if (isContiguous(target) && size > 0 && (numValues === count || numValues === 1)) {
    const flat = { ...target, shape: [size], strides: [DTYPE[target.dtype].itemsize] };
    const row = flatView(indices), made = row.storage === indices.storage ? [] : [row];
    try {
      const resolved = flatIndices([{ indices: row, size, what, mode }], [count]);
      made.push(resolved);
      scatterAlong(flat, { indices: resolved, what }, (shape) => {
        const all = numValues === 1 ? broadcastView({ ...values, shape: [], strides: [] }, shape) : values;
        return { ...duplicate(all, { dtype: target.dtype }), shape };
      });
    } finally {
      for (const { storage } of made) storage.freeUnheld();
    }
    return;
  }
  const resolved = resolveIndices(readIndices(indices), size, { mode, what });
  scatterCast(target, resolved, values);
}

/** puts values, cast, at places of the flat array */
function scatterCast(target: Strided, resolved: Int32Array | Float64Array, values: Strided): void {
  const cast = duplicate(values, { dtype: target.dtype });
  try {
    scatterTo(target, flatPlaces(target, resolved), cast);
  } finally {
    cast.storage.freeUnheld();
  }
}

function refuseOtherSize(target: Strided, mask: Strided, operation: string): void {
  if (sizeOfShape(target.shape) === sizeOfShape(mask.shape)) return;
  throw new ShapeError("SHP009", `${operation} takes a mask of as many elements as the array`, {
    operands: [describe(target), `mask ${describe(mask)}`],
  });
}

/** NumPy's `putmask`: where the mask holds, the value at the same position, counted round. Refused: ARR001, SHP009. */
export function putmaskView(target: Strided, mask: Strided, values: Strided): void {
  refuseUnwriteable(target, "putmask");
  refuseOtherSize(target, mask, "putmask");
  const positions = flatNonzero(mask), numValues = sizeOfShape(values.shape);
  if (positions.length === 0 || numValues === 0) return;
  const cast = duplicate(values, { dtype: target.dtype }), made = [cast];
  try {
    const flat = { ...cast, shape: [numValues], strides: [DTYPE[target.dtype].itemsize] };
    const chosen = takeResolved(flat, 0, {
      values: positions.map((position) => position % numValues),
      shape: [positions.length],
    });
    made.push(chosen);
    scatterTo(target, flatPlaces(target, positions), chosen);
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/** NumPy's `place`: the values one after the other where the mask holds. Refused: ARR001, ARR002, SHP009. */
export function placeView(target: Strided, mask: Strided, values: Strided): void {
  refuseUnwriteable(target, "place");
  refuseOtherSize(target, mask, "place");
  const positions = flatNonzero(mask);
  if (positions.length === 0) return;
  if (sizeOfShape(values.shape) === 0) throw new NdpipeError("ARR002", "place is given no values");
  scatterCast(target, positions, values);
}

/** Places of one element of an axis for each index; shapes beside the axis broadcast. */
function alongAxis(
  source: Strided,
  indices: Strided,
  { axis, read }: { readonly axis: number; readonly read: (view: Strided) => IndexArray },
): { readonly positions: Positions; readonly shape: readonly number[] } {
  const beside = (view: Strided) => view.shape.with(axis, 1);
  const common = source.shape.length === indices.shape.length
    ? commonShape([beside(source), beside(indices)])
    : null;
  if (!Array.isArray(common)) {
    throw new ShapeError(
      "SHP001",
      `indices of ${shapeText(indices.shape)} do not fit ${describe(source)} along axis ${axis}`,
      {
        operands: [describe(source), `indices ${describe(indices)}`],
        help: "indices have the array's rank, and its sizes or 1 beside the axis",
      },
    );
  }
  const shape = common.with(axis, indices.shape[axis]!);
  const list = read(broadcastView(indices, shape));
  const resolved = resolveIndices(list, source.shape[axis]!, {
    mode: "raise",
    what: `axis ${axis} of ${describe(source)}`,
  });
  const strides = broadcastStrides(source.shape.with(axis, 1), source.strides.with(axis, 0), shape);
  const repeated = { ...source, shape, strides: strides.with(axis, 0) };
  const positions = positionsOf(repeated, [...shape.keys()]), stride = unitStride(source, axis);
  for (let i = 0; i < positions.length; i++) positions[i]! += resolved[i]! * stride;
  return { positions, shape };
}

/**
 * The positions of one element of an axis for each index, as one axis of all of them; null where the array or the
 * indices do not lie in row-major order, or sizes beside the axis differ.
 */
function flatAlong(source: Strided, indices: Strided, axis: number): Strided | null {
  const { shape } = indices, rank = shape.length;
  const isPlain = isContiguous(source) && isContiguous(indices) && isAligned(source) &&
    source.shape.length === rank && !shape.includes(0) &&
    shape.every((size, other) => other === axis || size === source.shape[other]);
  if (!isPlain) return null;
  const made: Strided[] = [];
  try {
    const lists = source.shape.map((size, other) => {
      const what = `axis ${other} of ${describe(source)}`;
      if (other === axis) return { indices, size, what, mode: "raise" as const };
      const all = allIndices(size, other, rank);
      made.push(all);
      return { indices: all, size, what, mode: "raise" as const };
    });
    return flatIndices(lists, shape);
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/** Runs with the array as one axis, and the positions of `flatAlong` on it; null where there are none. */
function withFlatAlong(
  source: Strided,
  { indices, axis }: { readonly indices: Strided; readonly axis: number },
  run: (flat: Strided, at: IndexedAxis) => Strided | true | null,
): Strided | true | null {
  const positions = flatAlong(source, indices, axis);
  if (positions === null) return null;
  try {
    return run(joinedAxes(source, source.shape.length), { axis: 0, indices: positions, what: "all axes" });
  } finally {
    positions.storage.freeUnheld();
  }
}

/** NumPy's `take_along_axis`. Refused: SHP001, SHP010, DTY001, MEM005. */
export function takeAlongView(
  original: Strided,
  indices: Strided,
  options: { readonly axis: number; readonly read: (view: Strided) => IndexArray },
): Strided {
  const quick = withFlatAlong(original, { indices, axis: options.axis }, gatherAlong);
  if (quick !== null && quick !== true) return quick;
  const source = aligned(original), { dtype } = source;
  try {
    // as NumPy, the result's axes lie in memory in the order in which those of the indices do
    const kept = keptOrderStrides(indices.shape, [indices.strides], 1);
    const order = [...kept.keys()].sort((x, y) => kept[y]! - kept[x]! || x - y);
    const isRanked = source.shape.length === indices.shape.length;
    const [from, by] = isRanked
      ? [permuteView(source, order), permuteView(indices, order)]
      : [source, indices];
    const axis = isRanked ? order.indexOf(options.axis) : options.axis;
    const { positions, shape } = alongAxis(from, by, { ...options, axis });
    const demand = demandOf("takeAlongAxis", [source, indices], { dtype, shape });
    const result = allocate(dtype, shape, { demand });
    gather(from, selection(from, { before: [], behind: [] }, positions), result);
    return permuteView(result, order.map((_, at) => order.indexOf(at)));
  } finally {
    if (source !== original) source.storage.freeUnheld();
  }
}

/** NumPy's `put_along_axis`. Refused: ARR001, SHP001, SHP010, SHP012, DTY001. */
export function putAlongView(
  target: Strided,
  { indices, values }: { readonly indices: Strided; readonly values: Strided },
  options: { readonly axis: number; readonly read: (view: Strided) => IndexArray },
): void {
  refuseUnwriteable(target, "putAlongAxis");
  const valuesOf = (shape: readonly number[]) =>
    duplicate(broadcastTo(values, shape), { dtype: target.dtype });
  const at = { indices, axis: options.axis };
  if (withFlatAlong(target, at, (flat, on) => scatterAlong(flat, on, valuesOf)) !== null) return;
  const { positions, shape } = alongAxis(target, indices, options);
  const cast = duplicate(broadcastTo(values, shape), { dtype: target.dtype });
  scatterTo(target, positions, cast);
  cast.storage.freeUnheld();
}

/** NumPy's `choose`: for each element of `selector`, that of the choice which it names. Refused: SHP001, SHP010. */
export function chooseView(selector: Strided, choices: readonly Strided[], mode: IndexMode): Strided {
  if (choices.length === 0) throw new NdpipeError("ARR002", "choose takes a list of arrays, and it is empty");
  const shape = broadcastOf("choose", [selector, ...choices], "numpy"), size = sizeOfShape(shape);
  const dtype = promoteAll(choices.map((choice) => choice.dtype)), numChoices = choices.length;
  const outside = mode === "raise" && size > 0 ? firstOutside(selector, numChoices) : null;
  if (outside !== null && outside < 0) {
    throw new NdpipeError("SHP010", `choose takes numbers of choices from 0, not ${outside}`, {
      help: 'count round: { mode: "wrap" }',
    });
  }
  if (outside !== null) refuseIndex(outside, numChoices, "the choices");
  const made: Strided[] = [];
  const keep = (view: Strided): Strided => (made.push(view), view);
  try {
    const numbers = flatView(broadcastView(selector, shape));
    if (numbers.storage !== selector.storage) keep(numbers);
    const stacked = keep(stackedChoices(choices, shape, dtype));
    const positions = keep(flatIndices([
      { indices: numbers, size: numChoices, what: "the choices", mode },
      { indices: keep(allIndices(size, 0, 1)), size, what: "the choices", mode: "raise" },
    ], [size]));
    const flat = joinedAxes(stacked, stacked.shape.length);
    const chosen = gatherAlong(flat, { axis: 0, indices: positions, what: "the choices" })!;
    return { ...chosen, shape, strides: rowMajorStrides(shape, DTYPE[dtype].itemsize) };
  } finally {
    for (const { storage } of made) storage.freeUnheld();
  }
}

/** choices one behind the other, each of the shape */
function stackedChoices(choices: readonly Strided[], shape: readonly number[], dtype: DType): Strided {
  const whole = [choices.length, ...shape];
  const stacked = allocate(dtype, whole, { demand: demandOf("choose", choices, { dtype, shape: whole }) });
  choices.forEach((choice, i) =>
    copyElements(
      broadcastView(choice, shape),
      dropAxis(rangeView(stacked, 0, { start: i, step: 1, size: 1 }), 0),
    )
  );
  return stacked;
}

/** Refuses conditions that are not bool. */
export function refuseNotBool(condition: Strided, operation: string): void {
  if (condition.dtype === "bool") return;
  throw new DTypeError("DTY001", `${operation} takes conditions of bool, not ${condition.dtype}`, {
    help: "compare it first: .ne(0)",
  });
}
