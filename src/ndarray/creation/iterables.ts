/**
 * Arrays of what an iterable gives, and of ranges as text.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray } from "../array.ts";
import { knownDType } from "../dtypes/casting.ts";
import { stack } from "../functions.ts";
import { scope } from "../storage/lifetime.ts";
import { guard } from "../storage/storage.ts";
import { elementOf, fromElements } from "../storage/values.ts";
import { arange } from "./arange.ts";
import { meshgrid } from "./grids.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** How many elements `fromiter` has a buffer for before it knows of any; the buffer doubles. */
const FIRST_ELEMENTS = 64;

/**
 * An array of one axis of what an iterable gives; `count`: so many, and no more are asked for. Refused: ARR002 where there
 * are fewer, DTY002 for what the dtype does not hold, MEM005.
 * By position, as in NumPy: `count`; then options.
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
  ...args: Positional<{ readonly count?: number }, ["count"]>
): NDArray {
  const { count = -1 } = optionsOf<{ readonly count?: number }>("fromiter", args, ["count"]);
  const { TypedArray, itemsize } = DTYPE[knownDType(dtype)];
  if (!Number.isInteger(count)) throw new NdpipeError("ARR002", `count is an integer, not ${count}`);
  let elements: TypedArray = new TypedArray(FIRST_ELEMENTS), numTaken = 0;
  if (count !== 0) {
    for (const value of values) {
      if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
        throw new NdpipeError("ARR002", `an iterable of numbers gave ${typeof value}`);
      }
      if (numTaken === elements.length) {
        // the buffer, its larger successor, and the array that is made of that
        const sentence = `fromiter has taken ${numTaken} elements of ${dtype} and goes on`;
        guard({ numBytes: 5 * numTaken * itemsize, sentence, operands: [] });
        const larger = new TypedArray(2 * numTaken);
        // both have the dtype's own class, which the union of their types cannot say
        (larger as Float64Array).set(elements as Float64Array);
        elements = larger;
      }
      elements[numTaken++] = elementOf(value, dtype);
      if (numTaken === count) break;
    }
  }
  if (numTaken < count) {
    throw new NdpipeError("ARR002", `the iterable gave ${numTaken} elements, not ${count}`, {
      help: "leave count out to take what there is",
    });
  }
  return new NDArray(fromElements(elements.subarray(0, numTaken), { dtype, shape: [numTaken] }));
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER})?\\s*:\\s*(${NUMBER})(?:\\s*:\\s*(${NUMBER})(j)?)?$`, "i");

/** `"start:stop:step"` */
interface GridRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** of a step that ends in j: how many, the stop among them */
  readonly count: number | null;
  readonly dtype: "i64" | "f64";
}

function rangeOf(text: string): GridRange {
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
  const isWhole = match.slice(1).every((part) => part === undefined || /^[+-]?\d+$/.test(part));
  const count = match[4] === undefined ? null : Math.trunc(Math.abs(step));
  return { start, stop, step, count, dtype: isWhole ? "i64" : "f64" };
}

/** The numbers of each range, all of one dtype. As NumPy, those of one range alone without a j are arange's. */
function vectorsOf(text: string): NDArray[] {
  const ranges = text.split(",").map(rangeOf);
  const dtype = ranges.some((range) => range.dtype === "f64") ? "f64" : "i64";
  return ranges.map(({ start, stop, step, count }) => {
    if (count === null && ranges.length === 1) return arange(start, stop, step, { dtype });
    if (step === 0 && count === null) throw new NdpipeError("ARR002", `a range of a grid has a step of 0`);
    const size = count ?? Math.ceil((stop - start) / step);
    const by = count === null ? step : count === 1 ? 1 : (stop - start) / (count - 1);
    return arange(0, size, 1, { dtype }).mul(by).add(start);
  });
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
    return vectors.map((vector, axis) =>
      vector.reshape(Array.from({ length }, (_, one) => one === axis ? vector.size : 1))
    );
  });
}
