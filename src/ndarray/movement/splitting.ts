/**
 * Arrays parted along an axis: the split family, whose parts are views.
 *
 * @module
 */
import { NdpipeError, ShapeError } from "../../errors.ts";
import { NDArray } from "../array.ts";
import { type ArrayLike } from "../creation/creation.ts";
import { resolvedAxis } from "../elementwise/operations.ts";
import { resolveRange } from "../indexing/basic_index.ts";
import { viewed } from "../indexing/operands.ts";
import { integerOf, integersOf, isAlone } from "../storage/integer_lists.ts";
import { argumentOf, type Named } from "../storage/arguments.ts";
import { over } from "../storage/rows.ts";
import { describe, rangeView } from "../storage/strided.ts";

/** A number of parts, or the indices at which parts begin. */
export type Sections = number | readonly number[];

/** A number of parts from 1, where one number is given, or where parts begin. Refused: ARR002. */
function sectionsOf(callee: string, given: Sections): Sections {
  if (!isAlone(given)) return integersOf(callee, "sections", given);
  const count = integerOf(callee, "sections", given);
  if (count > 0) return count;
  throw new NdpipeError("ARR002", `a number of sections is an integer from 1, not ${count}`);
}

/**
 * Parts of an axis, the first ones larger where they are not equal: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { arange, arraySplit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(arraySplit(arange(5), 2).map((part) => part.toList()), [[0, 1, 2], [3, 4]]);
 * ```
 */
export function arraySplit(a: ArrayLike, sections: Sections, given: Named<"axis", number> = 0): NDArray[] {
  const axis = argumentOf("arraySplit", "axis", given) ?? 0;
  return over(a, (array) => {
    const along = resolvedAxis(array.view, axis), size = array.shape[along]!;
    const parts = sectionsOf("arraySplit", sections);
    let bounds: (number | null)[];
    if (typeof parts === "number") {
      const each = Math.floor(size / parts), larger = size % parts;
      bounds = Array.from({ length: parts + 1 }, (_, i) => i * each + Math.min(i, larger));
    } else bounds = [0, ...parts, null];
    return bounds.slice(1).map((stop, i) => {
      const range = resolveRange({ start: bounds[i]!, stop }, size)!;
      return viewed(array, rangeView(array.view, along, range));
    });
  });
}

/**
 * Equal parts of an axis, or parts that begin at indices: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { arange, split } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(split(arange(6), 3).map((part) => part.toList()), [[0, 1], [2, 3], [4, 5]]);
 * deepStrictEqual(split(arange(6), [1, 4]).map((part) => part.size), [1, 3, 2]);
 * ```
 */
export function split(a: ArrayLike, sections: Sections, given: Named<"axis", number> = 0): NDArray[] {
  const axis = argumentOf("split", "axis", given) ?? 0;
  return over(a, (array) => {
    const size = array.shape[resolvedAxis(array.view, axis)]!, parts = sectionsOf("split", sections);
    if (typeof parts === "number" && size % parts !== 0) {
      throw new NdpipeError("ARR002", `split makes equal parts: ${size} is not divided by ${parts}`, {
        operands: [describe(array.view)],
        help: "use arraySplit",
      });
    }
    return arraySplit(array, parts, axis);
  });
}

function splitFrom(
  a: NDArray,
  sections: Sections,
  { rank, axis }: { rank: number; axis: number },
): NDArray[] {
  if (a.ndim >= rank) return split(a, sections, axis);
  throw new ShapeError("SHP004", `${describe(a.view)} has fewer than ${rank} axes to split`);
}

/**
 * Parts of axis 1, of a vector of its only one: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { hsplit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(hsplit([[1, 2], [3, 4]], 2).map((part) => part.toList()), [[[1], [3]], [[2], [4]]]);
 * ```
 */
export function hsplit(a: ArrayLike, sections: Sections): NDArray[] {
  return over(a, (array) => splitFrom(array, sections, { rank: 1, axis: array.ndim > 1 ? 1 : 0 }));
}

/**
 * Parts of axis 0: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { vsplit } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(vsplit([[1, 2], [3, 4]], 2).map((part) => part.toList()), [[[1, 2]], [[3, 4]]]);
 * ```
 */
export function vsplit(a: ArrayLike, sections: Sections): NDArray[] {
  return over(a, (array) => splitFrom(array, sections, { rank: 2, axis: 0 }));
}

/**
 * Parts of axis 2: views. Refused: SHP004, ARR002.
 *
 * @example
 * ```ts
 * import { dsplit, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(dsplit(zeros([2, 3, 4]), 2).map((part) => part.shape), [[2, 3, 2], [2, 3, 2]]);
 * ```
 */
export function dsplit(a: ArrayLike, sections: Sections): NDArray[] {
  return over(a, (array) => splitFrom(array, sections, { rank: 3, axis: 2 }));
}
