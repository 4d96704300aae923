/**
 * Elements moved by position: gathered from a strided view into a new array, or scattered into one. Elements move as
 * bit patterns in units of 1, 2 or 4 bytes, so that no NaN and no 64-bit integer is changed on the way.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { duplicate } from "../elementwise/operations.ts";
import { extent, isRowMajor, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory } from "../storage/storage.ts";
import { addressOf, isContiguous, type Strided } from "../storage/strided.ts";

/** Positions in units, relative to the first element of a view. */
export type Positions = Int32Array | Float64Array;

type Units = Uint8Array | Uint16Array | Int32Array;

/** The bytes of the units in which elements of an item size move. */
export function unitBytes(itemsize: number): 1 | 2 | 4 {
  return itemsize === 8 ? 4 : itemsize as 1 | 2 | 4;
}

/** The bytes that a view reaches as units, and the unit at which its first element lies. */
function unitsOf(source: Strided): { readonly units: Units; readonly origin: number } {
  const { itemsize } = DTYPE[source.dtype], bytes = unitBytes(itemsize);
  const [low, high] = extent(source.shape, source.strides, itemsize);
  const start = addressOf(source) + low, length = (high - low) / bytes;
  const { buffer } = arraysMemory();
  const units = bytes === 1
    ? new Uint8Array(buffer, start, length)
    : bytes === 2
    ? new Uint16Array(buffer, start, length)
    : new Int32Array(buffer, start, length);
  return { units, origin: -low / bytes };
}

/** A list of positions that holds numbers up to the reach of the view. */
export function newPositions(size: number, source: Strided): Positions {
  const [low, high] = extent(source.shape, source.strides, DTYPE[source.dtype].itemsize);
  const isWide = high - low > 2 ** 31 * unitBytes(DTYPE[source.dtype].itemsize);
  return isWide ? new Float64Array(size) : new Int32Array(size);
}

/** A byte stride of a view in the units of its positions. */
export function unitStride(source: Strided, axis: number): number {
  return source.strides[axis]! / unitBytes(DTYPE[source.dtype].itemsize);
}

/** The positions of all elements of some axes of a view, in row-major order. */
export function positionsOf(source: Strided, axes: readonly number[]): Positions {
  const size = sizeOfShape(axes.map((axis) => source.shape[axis]!));
  const list = newPositions(size, source);
  if (size === 0) return list;
  let filled = 1;
  for (const axis of axes.toReversed()) {
    const stride = unitStride(source, axis), count = source.shape[axis]!;
    for (let k = 1; k < count; k++) {
      const base = k * stride, start = k * filled;
      for (let i = 0; i < filled; i++) list[start + i] = list[i]! + base;
    }
    filled *= count;
  }
  return list;
}

/** Where elements are: at the sum of a position of each list, the last the fastest, and `run` units from there. */
export interface Selection {
  readonly outer: Positions;
  readonly chosen: Positions;
  readonly inner: Positions;
  readonly run: number;
}

const ORIGIN = Int32Array.of(0);

/**
 * The elements of a view of which some axes are replaced by chosen positions: axes before them, and axes behind.
 * Trailing axes that are neighbours in memory move as runs.
 */
export function selection(
  source: Strided,
  axes: { readonly before: readonly number[]; readonly behind: readonly number[] },
  chosen: Positions,
): Selection {
  const { itemsize } = DTYPE[source.dtype];
  const behind = [...axes.behind];
  const tail: number[] = [];
  while (behind.length > 0) {
    const run = [behind.at(-1)!, ...tail];
    const isRun = isRowMajor(
      run.map((axis) => source.shape[axis]!),
      run.map((axis) => source.strides[axis]!),
      itemsize,
    );
    if (!isRun) break;
    tail.unshift(behind.pop()!);
  }
  const runElements = sizeOfShape(tail.map((axis) => source.shape[axis]!));
  return {
    outer: axes.before.length === 0 ? ORIGIN : positionsOf(source, axes.before),
    chosen,
    inner: behind.length === 0 ? ORIGIN : positionsOf(source, behind),
    run: runElements * (itemsize / unitBytes(itemsize)),
  };
}

/** Whether the elements of a view lie at multiples of its units; those of a borrowed one may not. */
export function isAligned(source: Strided): boolean {
  const bytes = unitBytes(DTYPE[source.dtype].itemsize);
  return addressOf(source) % bytes === 0 &&
    source.strides.every((stride, axis) => source.shape[axis]! <= 1 || stride % bytes === 0);
}

/** A view whose bytes lie at multiples of its units: the view itself, or a copy. */
export function aligned(source: Strided): Strided {
  return isAligned(source) ? source : duplicate(source);
}

/** single elements, of one unit or two: the loop of its own that compiles best */
function gatherSingle(
  from: Units,
  to: Units,
  { chosen, start, at, run }: {
    readonly chosen: Positions;
    readonly start: number;
    readonly at: number;
    readonly run: number;
  },
): void {
  const count = chosen.length;
  if (run === 1) {
    for (let j = 0; j < count; j++) to[at + j] = from[start + chosen[j]!]!;
    return;
  }
  for (let j = 0, next = at; j < count; j++, next += 2) {
    const position = start + chosen[j]!;
    to[next] = from[position]!;
    to[next + 1] = from[position + 1]!;
  }
}

/** Copies the selected elements one after the other into a contiguous array of as many. */
export function gather(source: Strided, { outer, chosen, inner, run }: Selection, target: Strided): void {
  const { units: from, origin } = unitsOf(source), { units: to } = unitsOf(target);
  if (to.length === 0) return;
  const numOuter = outer.length, numChosen = chosen.length, numInner = inner.length;
  let at = 0;
  for (let i = 0; i < numOuter; i++) {
    const outerStart = origin + outer[i]!;
    if (numInner === 1 && run <= 2) {
      gatherSingle(from, to, { chosen, start: outerStart + inner[0]!, at, run });
      at += numChosen * run;
      continue;
    }
    for (let j = 0; j < numChosen; j++) {
      const start = outerStart + chosen[j]!;
      if (run === 1) {
        for (let k = 0; k < numInner; k++) to[at++] = from[start + inner[k]!]!;
      } else if (run === 2) {
        for (let k = 0; k < numInner; k++) {
          const position = start + inner[k]!;
          to[at] = from[position]!;
          to[at + 1] = from[position + 1]!;
          at += 2;
        }
      } else {
        for (let k = 0; k < numInner; k++) {
          const position = start + inner[k]!;
          if (run > 32) to.set(from.subarray(position, position + run), at);
          else for (let unit = 0; unit < run; unit++) to[at + unit] = from[position + unit]!;
          at += run;
        }
      }
    }
  }
}

/**
 * Copies elements one after the other to the selected places; `values` is contiguous and of the target's dtype, and
 * starts again where it ends. A place that is selected twice keeps the last.
 */
export function scatter(values: Strided, { outer, chosen, inner, run }: Selection, target: Strided): void {
  const { units: from } = unitsOf(values), { units: to, origin } = unitsOf(target);
  if (from.length === 0 || to.length === 0) return;
  const numOuter = outer.length, numChosen = chosen.length, numInner = inner.length, size = from.length;
  let at = 0;
  for (let i = 0; i < numOuter; i++) {
    const outerStart = origin + outer[i]!;
    for (let j = 0; j < numChosen; j++) {
      const start = outerStart + chosen[j]!;
      for (let k = 0; k < numInner; k++) {
        const position = start + inner[k]!;
        for (let unit = 0; unit < run; unit++) {
          to[position + unit] = from[at]!;
          if (++at === size) at = 0;
        }
      }
    }
  }
}

/** Copies between two contiguous arrays of one dtype: `count` elements from one index to another. */
export function copyRun(
  source: Strided,
  target: Strided,
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
): void {
  if (!isContiguous(source) || !isContiguous(target)) throw new RangeError("copyRun takes contiguous arrays");
  const perElement = DTYPE[source.dtype].itemsize / unitBytes(DTYPE[source.dtype].itemsize);
  unitsOf(target).units.set(
    unitsOf(source).units.subarray(from * perElement, (from + count) * perElement),
    to * perElement,
  );
}
