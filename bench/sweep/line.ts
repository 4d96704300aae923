/**
 * Lines of a sweep: points along one axis, and what is to stand out among neighbours.
 *
 * @module
 */

/** A point that can be run any number of times. */
export interface RunnablePoint extends Disposable {
  /** calls that a run is made of: its time is divided by them; 1 unless given */
  readonly numCalls?: number;
  run(): void;
}

/** One point of a line. */
export interface SweepPoint {
  readonly label: string;
  /** what the time of a call is divided by: elements, or elements × operations */
  readonly numElements: number;
  /** puts its operands in place and compiles; throws NdpipeError where the work is refused for this dtype or layout */
  readonly prepare: () => RunnablePoint;
}

/**
 * How points are compared. `growing`: each does more than the one before, so the time per element may fall but not
 * rise, and the time of a call may not fall. `equal`: each does the same in another form, ordered, so each is held
 * against both neighbours. `layout`: each does the same as the first.
 */
export type Axis = "growing" | "equal" | "layout";

/** A line. */
export interface SweepLine {
  readonly name: string;
  readonly axis: Axis;
  readonly points: readonly SweepPoint[];
}

/** A point's time. */
export interface MeasuredPoint {
  readonly label: string;
  readonly numElements: number;
  /** of one call, the least of several batches */
  readonly nanoseconds: number;
}

/** A point that stands out. */
export interface Cliff {
  /** "add u8 / strided 2" */
  readonly name: string;
  readonly factor: number;
  /** what it is held against */
  readonly against: string;
}

/** A point more than this above its neighbours stands out. */
const CLIFF_FACTOR = 2;

const perElement = ({ nanoseconds, numElements }: MeasuredPoint) => nanoseconds / numElements;

/** By how much a point stands above one that it is held against. */
function excess(
  axis: Axis,
  points: readonly MeasuredPoint[],
  at: number,
): readonly [number, MeasuredPoint][] {
  const point = points[at]!, before = points[at - 1], after = points[at + 1];
  const above = (
    other: MeasuredPoint,
  ): [number, MeasuredPoint] => [perElement(point) / perElement(other), other];
  switch (axis) {
    case "growing":
      return [
        ...(before === undefined ? [] : [above(before)]),
        // it does less than the next
        ...(after === undefined
          ? []
          : [[point.nanoseconds / after.nanoseconds, after] as [number, MeasuredPoint]]),
      ];
    case "equal":
      return [before, after].flatMap((other) => other === undefined ? [] : [above(other)]);
    case "layout":
      return at === 0 ? [] : [above(points[0]!)];
    default:
      return axis satisfies never;
  }
}

/**
 * The points that stand out of a line.
 *
 * @example
 * ```ts
 * import { findCliffs } from "./line.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const point = (label: string, nanoseconds: number) => ({ label, numElements: 100, nanoseconds });
 * const line = { name: "add", axis: "layout" as const };
 * const cliffs = findCliffs(line, [point("contiguous", 50), point("reversed", 60), point("strided 3", 150)]);
 * deepStrictEqual(cliffs, [{ name: "add / strided 3", factor: 3, against: "contiguous" }]);
 * ```
 */
export function findCliffs(
  { name, axis }: Pick<SweepLine, "name" | "axis">,
  points: readonly MeasuredPoint[],
): Cliff[] {
  return points.flatMap((point, at) => {
    const worst = excess(axis, points, at).toSorted(([a], [b]) => b - a)[0];
    if (worst === undefined || worst[0] <= CLIFF_FACTOR) return [];
    return [{ name: `${name} / ${point.label}`, factor: worst[0], against: worst[1].label }];
  });
}
