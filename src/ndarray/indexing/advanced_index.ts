/**
 * NumPy's advanced indexing: arrays of integers and masks, mixed with what basic indexing knows.
 *
 * The integers among the items and the arrays broadcast together to the shape B. Where they stand next to each other, B
 * takes their place in the result, else it comes first. A mask of k axes stands for its k lists of indices; a mask
 * without axes adds an axis of size 0 or 1.
 *
 * Source: NumPy user guide, "Advanced indexing"; numpy/_core/src/multiarray/mapping.c.
 *
 * @module
 */
import { DTYPE, type TypedArray } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { type AdvancedItem, type Index, type Indices, NDArray } from "../array.ts";
import { contiguous } from "../elementwise/operations.ts";
import { demandOf } from "../evaluate/evaluate.ts";
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
  describe,
  elementsOf,
  expandView,
  isContiguous,
  permuteView,
  rangeView,
  type Strided,
} from "../storage/strided.ts";
import type { NestedList } from "../storage/values.ts";
import { type IndexItem, type Item, itemsOfList, resolveRange } from "./basic_index.ts";
import {
  aligned,
  gather,
  isAligned,
  newPositions,
  type Positions,
  scatter,
  selection,
  unitStride,
} from "./element_moves.ts";
import { type IndexArray, nonzeroIndices, readIndices, resolveIndices, viewOfList } from "./index_array.ts";
import { flatIndices, joinedAxes } from "./flat_indices.ts";
import { gatherAlong, type IndexedAxis, scatterAlong } from "./indexed_moves.ts";
import { isMaskOf } from "./mask.ts";

/** An item that is an array: its indices, on the axis that stands in its place; null is on none (a mask without axes). */
interface ArrayItem {
  readonly kind: "array";
  readonly list: IndexArray;
  readonly isOnAxis: boolean;
}

type AnyItem = Item | ArrayItem;

function isArrayItem(item: unknown): item is NDArray | TypedArray | boolean | readonly NestedList[] {
  return item instanceof NDArray || Array.isArray(item) || ArrayBuffer.isView(item) ||
    typeof item === "boolean";
}

/** The items of an index that holds an array; null where basic indexing takes it. */
export function advancedItems(index: Index): readonly AdvancedItem[] | null {
  if (index instanceof NDArray || ArrayBuffer.isView(index) || typeof index === "boolean") return [index];
  if (typeof index !== "object") return null;
  return index.some(isArrayItem) ? index as readonly AdvancedItem[] : null;
}

/** The lists of indices that an array stands for: one, or one for each axis of a mask. */
function arrayItems(source: Strided, value: Indices, axis: number): ArrayItem[] {
  const { view, isMade } = viewOfList(value);
  try {
    if (view.dtype !== "bool") return [{ kind: "array", list: readIndices(view), isOnAxis: true }];
    const { shape } = view;
    if (shape.length === 0) {
      const count = elementsOf(view)[0] === 0 ? 0 : 1;
      return [{ kind: "array", list: { values: new Int32Array(count), shape: [count] }, isOnAxis: false }];
    }
    if (!isMaskOf(source.shape.slice(axis), shape)) {
      throw new ShapeError(
        "SHP009",
        `a mask of ${describe(view)} does not fit ${describe(source)} at axis ${axis}`,
        {
          operands: [describe(source), `mask ${describe(view)}`],
          help: "a mask has the sizes of the axes on which it stands",
        },
      );
    }
    return nonzeroIndices(view).map((values) => ({
      kind: "array",
      list: { values, shape: [values.length] },
      isOnAxis: true,
    }));
  } finally {
    if (isMade) view.storage.freeUnheld();
  }
}

/** How many axes of the source an array takes. */
function numAxesOf(value: Indices): number {
  const { view, isMade } = viewOfList(value);
  if (isMade) view.storage.freeUnheld();
  return view.dtype === "bool" ? view.shape.length : 1;
}

/** All items, each array with the axis that it takes, missing axes as whole ranges. */
function resolveItems(source: Strided, given: readonly AdvancedItem[]): AnyItem[] {
  const counts = given.map((item) => isArrayItem(item) ? numAxesOf(item) : null);
  const basic = itemsOfList(source, given.filter((item) => !isArrayItem(item)) as IndexItem[]);
  const numTaken = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) +
    basic.filter(({ kind }) => kind === "index" || kind === "range").length;
  const missing = source.shape.length - numTaken;
  if (missing < 0) {
    throw new NdpipeError(
      "SHP010",
      `${numTaken} indices for ${describe(source)} of rank ${source.shape.length}`,
    );
  }
  const hasRest = basic.some(({ kind }) => kind === "rest");
  const items: AnyItem[] = [];
  let axis = 0, nextBasic = 0;
  const addRest = () => {
    // a rest of no axes still stands between arrays
    if (hasRest && missing === 0) items.push({ kind: "rest" });
    for (let i = 0; i < missing; i++) items.push({ kind: "range", range: {} });
    axis += missing;
  };
  for (const [at, item] of given.entries()) {
    if (isArrayItem(item)) {
      items.push(...arrayItems(source, item, axis));
      axis += counts[at]!;
      continue;
    }
    const known = basic[nextBasic++]!;
    if (known.kind === "rest") addRest();
    else {
      items.push(known);
      if (known.kind !== "new") axis++;
    }
  }
  if (!hasRest) addRest();
  return items;
}

/** What an index selects: a view with the ranges applied, axes that are indexed, and where B goes. */
interface Chosen {
  readonly view: Strided;
  /** axes of the view that stay, in order */
  readonly kept: readonly number[];
  readonly chosen: Positions;
  readonly commonShape: readonly number[];
  /** how many kept axes stand before B */
  readonly place: number;
}

function choose(source: Strided, given: readonly AdvancedItem[]): Chosen {
  let view = source, axis = 0;
  const kept: number[] = [];
  const lists: { readonly axis: number | null; readonly list: IndexArray }[] = [];
  /** before the arrays, among them, behind them, among them again: then B comes first */
  let state: "before" | "among" | "behind" | "apart" = "before", place = 0;
  const addList = (on: number | null, list: IndexArray) => {
    lists.push({ axis: on, list });
    if (state === "before") [state, place] = ["among", kept.length];
    else if (state === "behind") [state, place] = ["apart", 0];
  };
  const leave = () => {
    if (state === "among") state = "behind";
  };
  for (const item of resolveItems(source, given)) {
    switch (item.kind) {
      case "array":
        addList(item.isOnAxis ? axis++ : null, item.list);
        break;
      case "index":
        addList(axis++, { values: Float64Array.of(item.index), shape: [] });
        break;
      case "new":
        view = expandView(view, axis);
        kept.push(axis++);
        leave();
        break;
      case "range": {
        const range = resolveRange(item.range, view.shape[axis]!);
        if (range === null) throw new NdpipeError("ARR002", "an index has a step of 0");
        view = rangeView(view, axis, range);
        kept.push(axis++);
        leave();
        break;
      }
      case "rest":
        leave();
        break;
      default:
        item satisfies never;
    }
  }
  const common = commonShape(lists.map(({ list }) => list.shape));
  if (!Array.isArray(common)) {
    const shapes = lists.map(({ list }) => shapeText(list.shape)).join(" and ");
    throw new ShapeError(
      "SHP001",
      `cannot index ${describe(source)}: indices of shapes ${shapes} do not broadcast`,
    );
  }
  return { view, kept, chosen: chosenPositions(view, lists, common), commonShape: common, place };
}

function chosenPositions(
  view: Strided,
  lists: readonly { readonly axis: number | null; readonly list: IndexArray }[],
  common: readonly number[],
): Positions {
  const size = sizeOfShape(common), positions = newPositions(size, view);
  for (const { axis, list } of lists) {
    // as NumPy, a list that broadcasts to no indices is not looked at, an index alone is
    if (axis === null || (size === 0 && list.shape.length > 0)) continue;
    const resolved = resolveIndices(list, view.shape[axis]!, { mode: "raise", what: `axis ${axis}` });
    const stride = unitStride(view, axis);
    if (resolved.length === size && list.shape.join() === common.join()) {
      for (let i = 0; i < size; i++) positions[i]! += resolved[i]! * stride;
    } else addRepeated(positions, { resolved, shape: list.shape, common, stride });
  }
  return positions;
}

/** adds positions of a list that is repeated to a shape */
function addRepeated(
  positions: Positions,
  { resolved, shape, common, stride }: {
    readonly resolved: Int32Array | Float64Array;
    readonly shape: readonly number[];
    readonly common: readonly number[];
    readonly stride: number;
  },
): void {
  const steps = broadcastStrides(shape, rowMajorStrides(shape, 1), common);
  const counters = common.map(() => 0);
  let at = 0;
  for (let i = 0; i < positions.length; i++) {
    positions[i]! += resolved[at]! * stride;
    for (let axis = common.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++counters[axis]! < common[axis]!) break;
      at -= steps[axis]! * common[axis]!;
      counters[axis] = 0;
    }
  }
}

/** Axes of B, then the kept axes, in the order of the result. */
function resultOrder({ kept, commonShape: common, place }: Chosen): number[] {
  const b = [...common.keys()], rest = [...kept.keys()].map((axis) => axis + b.length);
  return [...rest.slice(0, place), ...b, ...rest.slice(place)];
}

/** Runs with the one list of integers that an index consists of; null where it is another. */
function withOnlyList<T>(
  source: Strided,
  given: readonly AdvancedItem[],
  run: (indices: Strided) => T | null,
): T | null {
  const [only] = given;
  if (given.length !== 1 || source.shape.length === 0 || !isArrayItem(only)) return null;
  const { view, isMade } = viewOfList(only);
  try {
    return view.dtype === "bool" ? null : run(view);
  } finally {
    if (isMade) view.storage.freeUnheld();
  }
}

/**
 * Runs with the array's first axes as one and the positions on it of lists of integers, one for each of these axes, of
 * which the index consists; null where it is another, or the array does not lie in row-major order.
 */
function withLists<T>(
  source: Strided,
  given: readonly AdvancedItem[],
  run: (joined: Strided, at: IndexedAxis) => T | null,
): T | null {
  const numAxes = given.length;
  if (numAxes < 2 || numAxes > source.shape.length || !given.every(isArrayItem)) return null;
  if (!isContiguous(source) || !isAligned(source)) return null;
  const lists: ReturnType<typeof viewOfList>[] = [];
  try {
    for (const item of given) lists.push(viewOfList(item));
    const common = commonShape(lists.map(({ view }) => view.shape));
    const isOfIntegers = lists.every(({ view }) => view.dtype !== "bool");
    if (!isOfIntegers || !Array.isArray(common) || common.includes(0)) return null;
    const onAxes = lists.map(({ view: indices }, axis) => {
      return { indices, size: source.shape[axis]!, what: `axis ${axis}`, mode: "raise" as const };
    });
    const indices = flatIndices(onAxes, common);
    try {
      return run(joinedAxes(source, numAxes), { axis: 0, indices, what: "these axes" });
    } finally {
      indices.storage.freeUnheld();
    }
  } finally {
    for (const { view, isMade } of lists) if (isMade) view.storage.freeUnheld();
  }
}

/** NumPy's `a[index]` where an item is an array: a copy. Refused: SHP001, SHP009, SHP010, DTY001, ARR002, MEM005. */
export function getAdvanced(original: Strided, given: readonly AdvancedItem[]): Strided {
  const quick = withOnlyList(
    original,
    given,
    (indices) => isContiguous(original) ? gatherAlong(original, { axis: 0, indices, what: "axis 0" }) : null,
  );
  if (quick !== null) return quick;
  const joined = withLists(original, given, gatherAlong);
  if (joined !== null) return joined;
  const source = aligned(original);
  try {
    const made = choose(source, given), { view, kept } = made, { dtype } = source;
    const restShape = kept.map((axis) => view.shape[axis]!);
    const shape = [...made.commonShape, ...restShape];
    const demand = demandOf("indexing", [source], { dtype, shape });
    // as NumPy, the kept axes lie in memory in the order in which they did
    const restStrides = keptOrderStrides(
      restShape,
      [kept.map((axis) => view.strides[axis]!)],
      DTYPE[dtype].itemsize,
    );
    const order = [...kept.keys()].sort((a, b) => restStrides[b]! - restStrides[a]! || a - b);
    const behind = order.map((axis) => kept[axis]!);
    const memoryShape = [...made.commonShape, ...behind.map((axis) => view.shape[axis]!)];
    const result = allocate(dtype, memoryShape, { demand });
    gather(view, selection(view, { before: [], behind }, made.chosen), result);
    const rank = made.commonShape.length;
    const inShape = [...made.commonShape.keys(), ...kept.keys().map((axis) => rank + order.indexOf(axis))];
    return permuteView(permuteView(result, inShape), resultOrder(made));
  } finally {
    if (source !== original) source.storage.freeUnheld();
  }
}

/**
 * NumPy's `a[index] = value` where an item is an array. `values` makes of the shape and dtype that are assigned to a
 * contiguous array, which this frees.
 */
export function setAdvanced(
  target: Strided,
  given: readonly AdvancedItem[],
  values: (shape: readonly number[]) => Strided,
): void {
  if (!isAligned(target)) {
    throw new NdpipeError(
      "ARR001",
      "an array whose elements are not aligned cannot be written to by an index",
    );
  }
  const isDone = withOnlyList(
    target,
    given,
    (indices) => scatterAlong(target, { indices, what: "axis 0" }, values),
  );
  if (isDone !== null) return;
  if (withLists(target, given, (joined, at) => scatterAlong(joined, at, values)) !== null) return;
  const made = choose(target, given), { view, kept } = made;
  const shape = [...made.commonShape, ...kept.map((axis) => view.shape[axis]!)];
  const order = resultOrder(made);
  const inOrder = values(order.map((axis) => shape[axis]!));
  // in the order of memory: B first
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const moved = permuteView(inOrder, inverse);
  const rows = contiguous(moved);
  scatter(rows, selection(view, { before: [], behind: kept }, made.chosen), view);
  rows.storage.freeUnheld();
  inOrder.storage.freeUnheld();
}
