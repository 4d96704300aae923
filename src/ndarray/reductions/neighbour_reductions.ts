/**
 * Reductions of elements that are neighbours in memory, by the kernels of assembly/extrema.ts: positions of extrema,
 * bools of which one decides, counts, and extrema of the floats that are not NaN. Each gives null where the general
 * reduction is to be taken.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { arrayKernels, codeOf } from "../array_module.ts";
import { demandOf, fill } from "../evaluate/evaluate.ts";
import { scalarAddress } from "../evaluate/kernel_cache.ts";
import { rowMajorStrides, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, isContiguous, type Strided } from "../storage/strided.ts";

/** The most elements of a row: kernels count in 32 bits. */
const LONGEST = 2 ** 31;

/** Where the extremum of each row is first, in a new array; `axis` is resolved. Refused: MEM005. */
export function rowPositions(
  op: "argmin" | "argmax",
  source: Strided,
  { axis, keepdims }: { readonly axis: number; readonly keepdims: boolean },
): Strided | null {
  const { shape, dtype } = source, n = shape[axis]!;
  if (axis !== shape.length - 1 || n === 0 || n >= LONGEST || !isContiguous(source)) return null;
  const kept = keepdims ? shape.with(axis, 1) : shape.slice(0, -1), numRows = sizeOfShape(kept);
  if (numRows >= LONGEST) return null;
  const result = allocate("i64", kept, {
    strides: rowMajorStrides(kept, DTYPE.i64.itemsize),
    demand: demandOf(op, [source], { dtype: "i64", shape: kept }),
  });
  const kernels = arrayKernels(), rows = [addressOf(source), numRows, n, addressOf(result)] as const;
  const isMax = Number(op === "argmax");
  if (dtype === "bool") kernels.bytePositions(...rows, isMax);
  else kernels.extremumPositions(...rows, scalarAddress(0), isMax, ...codeOf(dtype));
  return result;
}

/** Whether any or all of some bools are true: the first that decides ends it. */
export function decided(op: "any" | "all", source: Strided): Strided | null {
  const n = sizeOfShape(source.shape);
  if (source.dtype !== "bool" || n >= LONGEST || !isContiguous(source)) return null;
  const decisive = Number(op === "any");
  const isFound = arrayKernels().firstByte(addressOf(source), n, decisive) < n;
  return single(op, source, "bool", isFound ? decisive : 1 - decisive);
}

/** How many elements are not zero. */
export function nonzeroCount(source: Strided): Strided | null {
  const n = sizeOfShape(source.shape);
  if (n >= LONGEST || !isContiguous(source)) return null;
  return single(
    "countNonzero",
    source,
    "i64",
    arrayKernels().countNonzero(addressOf(source), n, ...codeOf(source.dtype)),
  );
}

/**
 * The extremum of the floats that are not NaN. Null also where it is infinite, which it is of none too, and where it is
 * zero, whose sign depends on the order.
 */
export function numberExtremum(op: "min" | "max", source: Strided): Strided | null {
  const { dtype } = source, n = sizeOfShape(source.shape), { kind, TypedArray } = DTYPE[dtype];
  if (kind !== "f" || n === 0 || n >= LONGEST || !isContiguous(source)) return null;
  const place = scalarAddress(0);
  arrayKernels().extremumOfNumbers(addressOf(source), n, Number(op === "max"), place, codeOf(dtype)[0]);
  const value = Number(new TypedArray(arraysMemory().buffer, place, 1)[0]);
  return value === 0 || !Number.isFinite(value) ? null : single(op, source, dtype, value);
}

/** a result without axes */
function single(operation: string, source: Strided, dtype: Strided["dtype"], value: number): Strided {
  const result = allocate(dtype, [], { demand: demandOf(operation, [source], { dtype, shape: [] }) });
  fill(result, value);
  return result;
}
