/**
 * Arrays of what an iterable gives, and of ranges as text.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray } from "../array.ts";
import { knownDType } from "../dtypes/casting.ts";
import { stack } from "../functions.ts";
import { scope } from "../storage/lifetime.ts";
import { elementOf, fromElements } from "../storage/values.ts";
import { arange } from "./creation.ts";
import { meshgrid } from "./grids.ts";
import { linspace } from "./spacing.ts";

/**
 * An array of one axis of what an iterable gives; `count`: so many, and no more are asked for. Refused: ARR002 where there
 * are fewer, DTY002 for what the dtype does not hold, MEM005.
 *
 * @example
 * ```ts
 * import { fromiter } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * function* squares() {
 *   for (let i = 0;; i++) yield i * i;
 * }
 * deepStrictEqual(fromiter(squares(), "f64", { count: 4 }).toList(), [0, 1, 4, 9]);
 * ```
 */
export function fromiter(
  values: Iterable<ScalarValue>,
  dtype: DType,
  { count = -1 }: { readonly count?: number } = {},
): NDArray {
  const { TypedArray } = DTYPE[knownDType(dtype)];
  if (!Number.isInteger(count)) throw new NdpipeError("ARR002", `count is an integer, not ${count}`);
  const taken: (number | bigint)[] = [];
  if (count !== 0) {
    for (const value of values) {
      if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
        throw new NdpipeError("ARR002", `an iterable of numbers gave ${typeof value}`);
      }
      taken.push(elementOf(value, dtype));
      if (taken.length === count) break;
    }
  }
  if (taken.length < count) {
    throw new NdpipeError("ARR002", `the iterable gave ${taken.length} elements, not ${count}`, {
      help: "leave count out to take what there is",
    });
  }
  const elements = new TypedArray(taken.length);
  taken.forEach((value, i) => elements[i] = value);
  return new NDArray(fromElements(elements, { dtype, shape: [taken.length] }));
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER})?\\s*:\\s*(${NUMBER})(?:\\s*:\\s*(${NUMBER})(j)?)?$`, "i");

/** the numbers of `"start:stop:step"`; a step that ends in j is how many, with the stop among them */
function vectorOf(text: string): NDArray {
  const match = RANGE.exec(text.trim());
  if (match === null) {
    throw new NdpipeError("ARR002", `'${text}' is no range of a grid`, {
      help: 'a range is "start:stop:step", or "start:stop:5j" for 5 numbers with the stop among them',
    });
  }
  const [start, stop, step] = [match[1] ?? "0", match[2]!, match[3] ?? "1"].map(Number) as [
    number,
    number,
    number,
  ];
  if (match[4] !== undefined) return linspace(start, stop, Math.trunc(Math.abs(step)));
  const isWhole = match.slice(1, 4).every((number) => number === undefined || /^[+-]?\d+$/.test(number));
  return arange(start, stop, step, { dtype: isWhole ? "i64" : "f64" });
}

function vectorsOf(ranges: string): NDArray[] {
  return ranges.split(",").map(vectorOf);
}

/**
 * The coordinates of a grid of ranges as one array, that of each range along the first axis: NumPy's `mgrid[0:2, 0:3]` is
 * `mgrid("0:2, 0:3")`. One range gives its numbers. f64 where one has a fraction or a "j". Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { mgrid } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(mgrid("0:2, 0:3").toList(), [[[0, 0, 0], [1, 1, 1]], [[0, 1, 2], [0, 1, 2]]]);
 * deepStrictEqual(mgrid("-1:1:5j").toList(), [-1, -0.5, 0, 0.5, 1]);
 * ```
 */
export function mgrid(ranges: string): NDArray {
  return scope(() => {
    const vectors = vectorsOf(ranges);
    return vectors.length === 1 ? vectors[0]! : stack(meshgrid(vectors, { indexing: "ij", copy: false }));
  });
}

/**
 * The coordinates of a grid of ranges, each along an axis of its own with size 1 along the others. Refused: ARR002, MEM005.
 *
 * @example
 * ```ts
 * import { ogrid } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(ogrid("0:2, 0:3").map((part) => part.toList()), [[[0], [1]], [[0, 1, 2]]]);
 * ```
 */
export function ogrid(ranges: string): NDArray[] {
  return scope(() => {
    const vectors = vectorsOf(ranges), { length } = vectors;
    // as NumPy, all have one dtype
    const dtype = vectors.some((vector) => vector.dtype === "f64") ? "f64" : "i64";
    return vectors.map((vector, axis) =>
      vector.astype(dtype).reshape(Array.from({ length }, (_, one) => one === axis ? vector.size : 1))
    );
  });
}
