/**
 * Indexing as free functions; those that NumPy has as methods are methods of an array as well.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { type Index, type Indices, type ModeOption, NDArray, type OutOption, type Values } from "../array.ts";
import { type ArrayLike } from "../creation/creation.ts";
import * as operations from "../elementwise/operations.ts";
import { copyElements } from "../evaluate/evaluate.ts";
import { broadcastTo } from "../movement/movement.ts";
import { shapeText } from "../storage/layout.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";
import { axisOf, over, placedIn } from "../storage/rows.ts";
import { describe, expandView, isSameView, mayOverlap, type Strided } from "../storage/strided.ts";
import { dtypeOfElements } from "../storage/values.ts";
import { advancedItems, getAdvanced, setAdvanced } from "./advanced_index.ts";
import { type BasicIndex, indexView } from "./basic_index.ts";
import { readIndices } from "./index_array.ts";
import { mask } from "./mask.ts";
import { viewed, withIndices, withPositions, withValues } from "./operands.ts";
import * as places from "./take.ts";
import { INDEX_MODES, refuseOtherWord } from "../storage/option_kinds.ts";

/**
 * NumPy's `a[index]`: a view where the index is basic, a copy where an item is an array of integers or a mask. In a list
 * of items, a nested list is an array.
 *
 * Refused: SHP001, SHP009, SHP010, DTY001, ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { arange, getItem } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(12).reshape([3, 4]);
 * deepStrictEqual(getItem(a, [[0, 2], "1:3"]).toList(), [[1, 2], [9, 10]]);
 * deepStrictEqual(getItem(a, a.gt(8)).toList(), [9, 10, 11]);
 * ```
 */
export function getItem(a: ArrayLike, index: Index): NDArray {
  return over(a, (array) => {
    const items = advancedItems(index);
    if (items === null) return viewed(array, indexView(array.view, index as BasicIndex));
    const [only] = items;
    const isMask = items.length === 1 && only instanceof NDArray && only.dtype === "bool" && only.ndim > 0;
    return new NDArray(isMask ? mask(array.view, only.view) : getAdvanced(array.view, items));
  });
}

/**
 * NumPy's `a[index] = value`: broadcast to the part and cast to the dtype; where an index stands twice, the last value
 * stays. The value may be a view of the array itself. Refused as `getItem`, and ARR001, SHP012, DTY002.
 *
 * @example
 * ```ts
 * import { arange, setItem } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(4);
 * setItem(a, [[1, 3]], 9);
 * deepStrictEqual(a.toList(), [0, 9, 2, 9]);
 * ```
 */
export function setItem(a: NDArray, index: Index, value: Values): void {
  const target = a.view;
  operations.refuseReadOnly(target, "set");
  const items = advancedItems(index);
  withValues(value, target.dtype, (values) => {
    if (items === null) {
      // as NumPy, whose bools alone take a list of one
      if (values.shape.length > 0 && target.dtype !== "bool" && isOneElement(index, target)) {
        throw new NdpipeError(
          "ARR002",
          `one element takes one number, not an array of ${shapeText(values.shape)}`,
          {
            operands: [describe(target), `value ${describe(values)}`],
            help: "give the number, or set a range of one element",
          },
        );
      }
      return assign(indexView(target, index as BasicIndex), values);
    }
    if (isWholeMask(items)) {
      if (values.shape.length === 0) return setMasked(target, items[0].view, values);
      if (values.shape.length > 1 && items[0].ndim === target.shape.length) {
        throw new NdpipeError("ARR002", "what a mask chooses is one axis: so are the values", {
          operands: [describe(target), `values ${describe(values)}`],
          help: "ravel() the values, or index them by the same mask",
        });
      }
    }
    setAdvanced(
      target,
      items,
      (shape) => operations.duplicate(broadcastValue(values, shape), { dtype: target.dtype }),
    );
  });
}

/** an integer for each axis */
function isOneElement(index: Index, target: Strided): boolean {
  const items = Array.isArray(index) ? index : [index];
  return items.length === target.shape.length && items.length > 0 &&
    items.every((item) => typeof item === "number" || typeof item === "bigint");
}

function isWholeMask(items: readonly unknown[]): items is [NDArray] {
  const [only] = items;
  return items.length === 1 && only instanceof NDArray && only.dtype === "bool" && only.ndim > 0;
}

/** one value where a mask of the first axes holds */
function setMasked(target: Strided, by: Strided, value: Strided): void {
  if (by.shape.join() !== target.shape.slice(0, by.shape.length).join()) {
    // refuses as reading does
    mask(target, by).storage.freeUnheld();
    return;
  }
  let test = by;
  while (test.shape.length < target.shape.length) test = expandView(test, test.shape.length);
  const cast = operations.duplicate(value, { dtype: target.dtype });
  operations.where(test, [cast, target], { out: target, broadcast: "numpy" });
  cast.storage.freeUnheld();
}

/** A value repeated to a shape; as NumPy, axes of size 1 in front of the shape's do not count. */
export function broadcastValue(value: Strided, shape: readonly number[]): Strided {
  return broadcastTo(withoutOuterOnes(value, shape.length), shape);
}

/** A value without the axes of size 1 that it has in front of so many. */
function withoutOuterOnes(value: Strided, rank: number): Strided {
  let source = value;
  while (source.shape.length > rank && source.shape[0] === 1) {
    source = { ...source, shape: source.shape.slice(1), strides: source.strides.slice(1) };
  }
  return source;
}

/** Copies a value into a view to which it broadcasts, through a copy where the two overlap. */
export function assign(target: Strided, value: Strided): void {
  const source = broadcastValue(value, target.shape);
  if (isSameView(source, target)) return;
  if (!mayOverlap(source, target)) return copyElements(source, target);
  const copied = operations.duplicate(source);
  copyElements(copied, target);
  copied.storage.freeUnheld();
}

/** Options of `take`. */
export interface TakeOptions extends ModeOption, OutOption {
  /** null (the default): of the flat array */
  readonly axis?: number | null | undefined;
}

/**
 * Elements by index along an axis, or (null) of the flat array: a copy. Refused: SHP004, SHP010, DTY001, MEM005.
 * By position, as in NumPy: `axis`, `out`, `mode`; then options.
 *
 * @example
 * ```ts
 * import { take } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(take([10, 20, 30], [2, 0]).toList(), [30, 10]);
 * deepStrictEqual(take([[1, 2], [3, 4]], [1], 1).toList(), [[2], [4]]);
 * ```
 */
export function take(
  a: ArrayLike,
  indices: Indices,
  ...args: Positional<TakeOptions, ["axis", "out", "mode"]>
): NDArray {
  const { axis = null, mode = "raise", out } = optionsOf<TakeOptions>("take", args, ["axis", "out", "mode"]);
  refuseOtherWord("take", ["mode", mode], INDEX_MODES);
  return over(
    a,
    (array) =>
      withPositions(
        "indices of take",
        indices,
        (list) => placedIn(new NDArray(places.takeView(array.view, list, { axis, mode })), out),
      ),
  );
}

/**
 * One element along the axis for each index; null: of the flat array. Refused: SHP001, SHP004, SHP010, DTY001.
 *
 * @example
 * ```ts
 * import { argsort, array, takeAlongAxis } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([[3, 1, 2], [6, 5, 4]]);
 * deepStrictEqual(takeAlongAxis(a, argsort(a)).toList(), [[1, 2, 3], [4, 5, 6]]);
 * ```
 */
export function takeAlongAxis(
  a: ArrayLike,
  indices: Indices,
  along: Named<"axis", number | null> = -1,
): NDArray {
  const given = argumentOf("takeAlongAxis", "axis", along), axis = given === undefined ? -1 : given;
  return over(a, (array) => {
    return withIndices("indices of takeAlongAxis", indices, (list) => {
      if (axis !== null) {
        return new NDArray(
          places.takeAlongView(array.view, list, {
            axis: axisOf(array, axis, "takeAlongAxis"),
            read: readIndices,
          }),
        );
      }
      const flat = places.flatView(array.view);
      try {
        return new NDArray(places.takeAlongView(flat, list, { axis: 0, read: readIndices }));
      } finally {
        if (flat.storage !== array.view.storage) flat.storage.freeUnheld();
      }
    });
  });
}

/**
 * Values at one element along the axis for each index. Refused: ARR001, SHP001, SHP004, SHP010, SHP012, DTY001.
 *
 * @example
 * ```ts
 * import { array, putAlongAxis } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = array([[3, 1, 2], [6, 5, 4]]);
 * putAlongAxis(a, array([[1], [2]]), 0);
 * deepStrictEqual(a.toList(), [[3, 0, 2], [6, 5, 0]]);
 * ```
 */
export function putAlongAxis(
  a: NDArray,
  indices: Indices,
  values: Values,
  along: Named<"axis", number | null> = -1,
): void {
  const given = argumentOf("putAlongAxis", "axis", along), axis = given === undefined ? -1 : given;
  withIndices("indices of putAlongAxis", indices, (list) => {
    const numAxes = list.shape.length;
    if (axis === null && numAxes !== 1) {
      throw new NdpipeError(
        "ARR002",
        `putAlongAxis of the flat array takes indices of 1 axis, not of ${numAxes}`,
      );
    }
    withValues(values, a.dtype, (view) =>
      axis === null
        // as NumPy: values broadcast, where those of `put` are repeated
        ? places.putView(a.view, list, broadcastValue(view, list.shape), "raise")
        : places.putAlongView(a.view, { indices: list, values: withoutOuterOnes(view, numAxes) }, {
          axis: axisOf(a, axis, "putAlongAxis"),
          read: readIndices,
        }));
  });
}

/**
 * Values, repeated as needed, at positions of the flat array. Refused: ARR001, SHP010, DTY001, DTY002.
 * By position, as in NumPy: `mode`; then options.
 *
 * @example
 * ```ts
 * import { arange, put } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(5);
 * put(a, [0, 3], [-1, -2]);
 * deepStrictEqual(a.toList(), [-1, 1, 2, -2, 4]);
 * ```
 */
export function put(
  a: NDArray,
  indices: Indices,
  values: Values,
  ...args: Positional<ModeOption, ["mode"]>
): void {
  const { mode = "raise" } = optionsOf<ModeOption>("put", args, ["mode"]);
  refuseOtherWord("put", ["mode", mode], INDEX_MODES);
  withPositions(
    "indices of put",
    indices,
    (list) => withValues(values, a.dtype, (view) => places.putView(a.view, list, view, mode)),
  );
}

/**
 * Where the mask holds, the value at the same position of `values`, counted round. Refused: ARR001, SHP009.
 *
 * @example
 * ```ts
 * import { arange, putmask } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(5);
 * putmask(a, a.gt(2), [10, 20]);
 * deepStrictEqual(a.toList(), [0, 1, 2, 20, 10]);
 * ```
 */
export function putmask(a: NDArray, mask: Values, values: Values): void {
  refuseLoss("putmask", a, values);
  withValues(mask, undefined, (chosen) => {
    withValues(values, a.dtype, (view) => places.putmaskView(a.view, chosen, view));
  });
}

/**
 * Where the mask holds, the values one after the other, counted round. Refused: ARR001, ARR002, SHP009.
 *
 * @example
 * ```ts
 * import { arange, place } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = arange(5);
 * place(a, a.gt(2), [10, 20]);
 * deepStrictEqual(a.toList(), [0, 1, 2, 10, 20]);
 * ```
 */
export function place(a: NDArray, mask: Values, values: Values): void {
  refuseLoss("place", a, values);
  withValues(mask, undefined, (chosen) => {
    withValues(values, a.dtype, (view) => places.placeView(a.view, chosen, view));
  });
}

/** As NumPy, arrays are put where their dtype casts safely; lists and numbers are cast. */
function refuseLoss(operation: string, a: NDArray, values: Values): void {
  const isTyped = ArrayBuffer.isView(values);
  if (!isTyped && !(values instanceof NDArray)) return;
  const dtype = isTyped ? dtypeOfElements(values) : values.dtype;
  const shape = isTyped ? [values.length] : values.shape;
  operations.refuseCast(`${operation} does not cast values of ${dtype} to ${a.dtype}`, [dtype, a.dtype], {
    casting: "safe",
    operands: [describe(a.view), `values ${describe({ dtype, shape })}`],
    help: `cast the values first: .astype("${a.dtype}")`,
  });
}
