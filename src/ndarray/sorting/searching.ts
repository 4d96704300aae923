/**
 * Places of values in a sorted row, by the kernels of assembly/search.ts. NaN is last, zeros of both signs are equal.
 *
 * @module
 */
import { DTYPE, promoteTypes } from "../../dtype/mod.ts";
import { arrayKernels, codeOf } from "../array_module.ts";
import { contiguous } from "../elementwise/operations.ts";
import { demandOf } from "../evaluate/evaluate.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, elementsOf, type Strided } from "../storage/strided.ts";
import { ofDType } from "../storage/values.ts";

/** Values of one call: the engine's optimised code takes over at the next call only, so none may be long. */
const VALUES_PER_CALL = 4096;

/** Runs with the elements as neighbours in row-major order and of the dtype; what is made for that is given back. */
function asRow<T>(source: Strided, dtype: Strided["dtype"], run: (row: Strided) => T): T {
  const cast = ofDType(source, dtype), row = contiguous(cast);
  try {
    return run(row);
  } finally {
    for (const made of new Set([cast, row])) if (made !== source) made.storage.freeUnheld();
  }
}

/**
 * Where values belong in a sorted row: places (i64) in a new array of the values' shape, in row-major order. Both are
 * compared in the dtype. Refused: MEM005.
 */
export function searchPlaces(
  row: Strided,
  values: Strided,
  { dtype, side }: { readonly dtype: Strided["dtype"]; readonly side: "left" | "right" },
): Strided {
  const { shape } = values, count = sizeOfShape(shape), { itemsize } = DTYPE[dtype];
  const [size, kind] = codeOf(dtype), { searchRow } = arrayKernels();
  return asRow(row, dtype, (sorted) =>
    asRow(values, dtype, (sought) => {
      const demand = demandOf("searchsorted", [row, values], { dtype: "i64", shape });
      const places = allocate("i64", shape, { demand });
      const start = addressOf(sorted), from = addressOf(sought), to = addressOf(places);
      const numElements = sizeOfShape(sorted.shape);
      for (let first = 0; first < count; first += VALUES_PER_CALL) {
        const n = Math.min(VALUES_PER_CALL, count - first), at = from + first * itemsize;
        searchRow(start, numElements, at, n, to + 8 * first, Number(side === "right"), size, kind);
      }
      return places;
    }));
}

/**
 * The bin between sorted edges in which each value lies, or -1: a bin has its lower edge, the last one also its upper
 * one. Both are compared in the dtype to which they promote: integers beyond 2^53 as they are. Refused: MEM005.
 */
export function binsBetween(edges: Strided, values: Strided): Int32Array {
  const dtype = promoteTypes(edges.dtype, values.dtype), numEdges = sizeOfShape(edges.shape);
  const bins = narrowPlaces(edges, values, { dtype, side: "right" });
  let before: Int32Array | null = null;
  for (let i = 0; i < bins.length; i++) {
    if (bins[i]! < numEdges) bins[i]!--;
    else {
      before ??= narrowPlaces(edges, values, { dtype, side: "left" });
      bins[i] = before[i]! < numEdges ? numEdges - 2 : -1;
    }
  }
  return bins;
}

/** places of a row that has less than 2^31 elements */
function narrowPlaces(
  row: Strided,
  values: Strided,
  options: { readonly dtype: Strided["dtype"]; readonly side: "left" | "right" },
): Int32Array {
  const places = searchPlaces(row, values, options);
  const count = sizeOfShape(values.shape), narrow = new Int32Array(count);
  const halves = new Int32Array(arraysMemory().buffer, addressOf(places), 2 * count);
  for (let i = 0; i < count; i++) narrow[i] = halves[2 * i]!;
  places.storage.freeUnheld();
  return narrow;
}

/** Points of a line, their coordinates ascending: f64, neighbours in memory, one at least. */
export interface LinePoints {
  readonly x: Strided;
  readonly y: Strided;
  /** the value below the first */
  readonly left: number;
  /** the value above the last */
  readonly right: number;
}

/** Interpolates between points at coordinates (f64, neighbours in memory), of which the values take the place. */
export function interpolateInPlace(coordinates: Strided, { x, y, left, right }: LinePoints): void {
  const hasNan = Number((elementsOf(x) as Float64Array).some(Number.isNaN));
  const count = sizeOfShape(coordinates.shape),
    start = addressOf(coordinates),
    { interpolateRow } = arrayKernels();
  for (let first = 0; first < count; first += VALUES_PER_CALL) {
    const n = Math.min(VALUES_PER_CALL, count - first);
    const points = [addressOf(x), addressOf(y), sizeOfShape(x.shape)] as const;
    interpolateRow(start + 8 * first, n, ...points, left, right, hasNan);
  }
}
