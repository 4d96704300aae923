/**
 * Views of every window of an array.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import type { ArrayLike } from "../creation/creation.ts";
import { resolvedAxis } from "../elementwise/operations.ts";
import { viewed } from "../indexing/operands.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";
import { integersOf, refuseCounts } from "../storage/integer_lists.ts";
import { shapeText } from "../storage/layout.ts";
import { over } from "../storage/rows.ts";
import { describe } from "../storage/strided.ts";

/** Options of `slidingWindowView`. */
export interface WindowOptions {
  /** along which axes windows slide; default all */
  readonly axis?: number | readonly number[] | null | undefined;
  /** whether the view may be written to, though windows overlap; default false */
  readonly writeable?: boolean;
}

/**
 * Every window of a shape that fits: a view, read-only unless asked for, whose last axes are the window's. Refused: SHP004, ARR002.
 * By position, as in NumPy: `axis`; then options.
 *
 * @example
 * ```ts
 * import { slidingWindowView } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(slidingWindowView([1, 2, 3, 4], 3).toList(), [[1, 2, 3], [2, 3, 4]]);
 * ```
 */
export function slidingWindowView(
  a: ArrayLike,
  windowShape: number | readonly number[],
  ...args: Positional<WindowOptions, ["axis"]>
): NDArray {
  const { axis = null, writeable = false } = optionsOf<WindowOptions>("slidingWindowView", args, ["axis"]);
  return over(a, (array) => {
    const sizes = integersOf("slidingWindowView", "shape", windowShape);
    refuseCounts("slidingWindowView", sizes);
    const axes = (axis === null ? [...array.shape.keys()] : typeof axis === "number" ? [axis] : axis)
      .map((each) => resolvedAxis(array.view, each));
    if (axes.length !== sizes.length) {
      throw new NdpipeError(
        "ARR002",
        `slidingWindowView takes a size for each axis: ${sizes.length} for ${axes.length}`,
      );
    }
    const { view } = array, shape = [...view.shape];
    axes.forEach((along, i) => {
      if (shape[along]! < sizes[i]!) {
        throw new NdpipeError(
          "ARR002",
          `a window of ${shapeText(sizes)} is larger than ${describe(view)}`,
        );
      }
      shape[along]! -= sizes[i]! - 1;
    });
    return viewed(array, {
      ...view,
      shape: [...shape, ...sizes],
      strides: [...view.strides, ...axes.map((along) => view.strides[along]!)],
      writeable: writeable && view.writeable,
    });
  });
}
