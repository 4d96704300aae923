/**
 * How loops reach elements: linear indices of loops, and where values lie in buffers.
 *
 * @module
 */
import { type Shape, sizeOf } from "../shape/mod.ts";
import type { Node } from "../expr/graph.ts";
import type { BufferId, StageOperand, Stride } from "./program.ts";

/** An axis's index as a linear form of the loops: `start + sum(steps[i] * loop[i])`. */
export interface LinearIndex {
  readonly start: number;
  readonly steps: readonly number[];
}

/** One linear index an axis. */
export type IndexMap = readonly LinearIndex[];

/** The index that is always the same. */
export function fixedIndex(start: number, numLoops: number): LinearIndex {
  return { start, steps: new Array<number>(numLoops).fill(0) };
}

/** The index that is a loop. */
export function loopIndex(loop: number, numLoops: number): LinearIndex {
  return { start: 0, steps: Array.from({ length: numLoops }, (_, i) => i === loop ? 1 : 0) };
}

/** `offset + factor * index` */
export function scaled(index: LinearIndex, factor: number, offset = 0): LinearIndex {
  return { start: offset + factor * index.start, steps: index.steps.map((step) => step * factor) };
}

function summed(a: LinearIndex, b: LinearIndex): LinearIndex {
  return { start: a.start + b.start, steps: a.steps.map((step, i) => step + b.steps[i]!) };
}

/** Where a node's values lie: an offset and one stride an axis, in bytes. */
export interface Location {
  readonly buffer: BufferId;
  readonly offset: Stride;
  readonly strides: readonly Stride[];
}

export function times(stride: Stride, factor: number): Stride {
  if (factor === 0) return 0;
  return typeof stride === "number" ? stride * factor : { input: stride.input, times: stride.times * factor };
}

export function plus(a: Stride, b: Stride): Stride {
  if (a === 0) return b;
  if (b === 0) return a;
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "object" && typeof b === "object" && a.input === b.input) {
    return { input: a.input, times: a.times + b.times };
  }
  throw new Error("strides of different kinds cannot be added");
}

/** The operand that a loop nest uses to reach a location through an index map. */
export function operandOf(location: Location, map: IndexMap, numLoops: number): StageOperand {
  let offset = location.offset;
  const strides: Stride[] = new Array<Stride>(numLoops).fill(0);
  map.forEach((index, axis) => {
    const stride = location.strides[axis]!;
    offset = plus(offset, times(stride, index.start));
    index.steps.forEach((step, loop) => strides[loop] = plus(strides[loop]!, times(stride, step)));
  });
  return { buffer: location.buffer, offset, strides };
}

/** Right-aligned broadcasting: the map of an operand of shape `from` under the map of the result. */
export function broadcastMap(from: Node["shape"], to: Node["shape"], map: IndexMap): IndexMap {
  const numLoops = map[0]?.steps.length ?? 0;
  const missing = to.length - from.length;
  return from.map((dim, axis) =>
    sizeOf(dim) === 1 && sizeOf(to[axis + missing]!) !== 1 ? fixedIndex(0, numLoops) : map[axis + missing]!
  );
}

interface AxisGroup {
  readonly from: number[];
  readonly to: number[];
}

/** Groups of axes with equal products, left to right; a symbol is a group of its own. */
function reshapeGroups(from: Node["shape"], to: Node["shape"]): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let i = 0, j = 0;
  while (i < from.length || j < to.length) {
    const group: AxisGroup = { from: [], to: [] };
    const a = i < from.length ? sizeOf(from[i]!) : 1, b = j < to.length ? sizeOf(to[j]!) : 1;
    if (typeof a === "string" && a === b) {
      group.from.push(i++);
      group.to.push(j++);
    } else {
      let left = 1, right = 1;
      do {
        const takeLeft = i < from.length && typeof sizeOf(from[i]!) === "number" &&
          (left < right || (left === right && group.from.length === 0) || j >= to.length ||
            typeof sizeOf(to[j]!) === "string");
        if (takeLeft) left *= Number(sizeOf(from[group.from[group.from.push(i++) - 1]!]!));
        else right *= Number(sizeOf(to[group.to[group.to.push(j++) - 1]!]!));
      } while (left !== right);
    }
    groups.push(group);
  }
  return groups;
}

/** The map of a reshape's operand under the map of its result; null where an axis would need a division. */
export function reshapeMap(
  from: Node["shape"],
  to: Node["shape"],
  map: IndexMap,
  numLoops: number,
): IndexMap | null {
  const result: LinearIndex[] = new Array(from.length);
  for (const group of reshapeGroups(from, to)) {
    const sized = group.from.filter((axis) => sizeOf(from[axis]!) !== 1);
    for (const axis of group.from) result[axis] = fixedIndex(0, numLoops);
    if (sized.length > 1) {
      const toSized = group.to.filter((axis) => sizeOf(to[axis]!) !== 1);
      const isSame = sized.length === toSized.length &&
        sized.every((axis, k) => sizeOf(from[axis]!) === sizeOf(to[toSized[k]!]!));
      if (!isSame) return null;
      sized.forEach((axis, k) => result[axis] = map[toSized[k]!]!);
    } else if (sized.length === 1) {
      let index = fixedIndex(0, numLoops), unit = 1;
      for (const axis of [...group.to].reverse()) {
        index = summed(index, scaled(map[axis]!, unit));
        unit *= typeof sizeOf(to[axis]!) === "number" ? Number(sizeOf(to[axis]!)) : 1;
      }
      result[sized[0]!] = index;
    }
  }
  return result;
}

/** The stride between neighbouring elements of a row, where all of them are evenly spaced; else null */
export function evenStride(strides: readonly Stride[], shape: Shape): Stride | null {
  let element: Stride | null = null, size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = Number(sizeOf(shape[axis]!));
    if (length === 1) continue;
    const stride: Stride = strides[axis]!;
    if (element === null) element = stride;
    else {
      const wanted: Stride = typeof element === "number"
        ? element * size
        : { input: element.input, times: element.times * size };
      if (JSON.stringify(wanted) !== JSON.stringify(stride)) return null;
    }
    size *= length;
  }
  return element ?? 0;
}
