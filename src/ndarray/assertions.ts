/**
 * Assertions on arrays, as NumPy's `numpy.testing`: the export `testing`. Each throws an `AssertionError` that says where and
 * by how much values differ.
 *
 * @module
 */
import type { NDArray } from "./array.ts";
import { type ArrayLike, asarray } from "./creation/creation.ts";
import { isclose, type Tolerances } from "./elementwise/closeness.ts";
import { abs, isNan, logicalAnd, logicalOr, lt, spacing, sub } from "./elementwise/elementwise.ts";
import { broadcastShapes } from "./functions.ts";
import { shapeText } from "./storage/layout.ts";
import { scope } from "./storage/lifetime.ts";
import { refuseOtherKind } from "./storage/option_kinds.ts";
import { optionsOf, type Positional } from "./storage/arguments.ts";

/** What an assertion throws. Not Node's, which would load with the arrays, but test runners show it as they do that. */
export class AssertionError extends Error {
  readonly actual: unknown;
  readonly expected: unknown;
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";

  constructor(message: string, actual: unknown, expected: unknown) {
    super(message);
    this.actual = actual;
    this.expected = expected;
  }
}

function fail(message: string, actual: unknown, expected: unknown): never {
  throw new AssertionError(message, actual, expected);
}

/** fails where the mask does not hold everywhere */
function require(holds: NDArray, sentence: string, [actual, desired]: readonly [NDArray, NDArray]): void {
  if (holds.all().item() === true) return;
  const wrong = holds.logicalNot(), count = Number(wrong.countNonzero().item()), total = wrong.size;
  const first = wrong.ndim === 0
    ? ""
    : ` first at [${[...wrong.nonzero()].map((list) => String(list.at(0))).join(", ")}]`;
  const lines = [
    sentence,
    `mismatched elements: ${count} of ${total} (${Number((100 * count / total).toPrecision(3))}%)${first}`,
    ...worst(wrong, [actual, desired]),
    ` actual: ${actual}`,
    ` desired: ${desired}`,
  ];
  fail(lines.join("\n"), actual.toList(), desired.toList());
}

/** the largest differences among the elements that are wrong */
function worst(wrong: NDArray, [actual, desired]: readonly [NDArray, NDArray]): string[] {
  const [x, y] = [actual, desired].map((a) => a.astype("f64").broadcastTo(wrong.shape)) as [NDArray, NDArray];
  const pairs = [x, y].map((a) => (a.ndim === 0 ? a.reshape([1]) : a.mask(wrong)).toList() as number[]);
  const differences = pairs[0]!.map((value, i) => Math.abs(value - pairs[1]![i]!)).filter((d) =>
    !Number.isNaN(d)
  );
  if (differences.length === 0) return [];
  const relative = pairs[0]!.map((value, i) => Math.abs((value - pairs[1]![i]!) / pairs[1]![i]!))
    .filter((d) => !Number.isNaN(d));
  const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  return [
    `largest absolute difference: ${largest(differences)}`,
    `largest relative difference: ${largest(relative)}`,
  ];
}

/** arrays of one shape, or one of no axes beside another */
function compared(actual: ArrayLike, desired: ArrayLike): [NDArray, NDArray] {
  const pair: [NDArray, NDArray] = [asarray(actual), asarray(desired)];
  const [{ shape: x }, { shape: y }] = pair;
  if (x.length > 0 && y.length > 0 && x.join() !== y.join()) {
    fail(`the shapes differ: ${shapeText(x)} vs ${shapeText(y)}`, x, y);
  }
  return pair;
}

function sameWithNan(x: NDArray, y: NDArray): NDArray {
  return logicalOr(x.eq(y), logicalAnd(isNan(x), isNan(y)));
}

/**
 * That arrays are equal element by element, NaN to NaN; a plain number is compared with each. Dtypes do not count.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * testing.assertArrayEqual([1, NaN], [1, NaN]);
 * throws(() => testing.assertArrayEqual([1, 2], [1, 3]), /mismatched elements: 1 of 2/);
 * ```
 */
export function assertArrayEqual(actual: ArrayLike, desired: ArrayLike): void {
  scope(() => {
    const [x, y] = compared(actual, desired);
    require(sameWithNan(x, y), "arrays are not equal", [x, y]);
  });
}

/**
 * As `assertArrayEqual`, and of two single numbers that are zeros that they have one sign.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * testing.assertEqual([0, 1], [0, 1]);
 * throws(() => testing.assertEqual(-0, 0));
 * ```
 */
export function assertEqual(actual: ArrayLike, desired: ArrayLike): void {
  scope(() => {
    const [x, y] = compared(actual, desired);
    const same = sameWithNan(x, y);
    const isOne = x.ndim === 0 && y.ndim === 0;
    const differ = logicalAnd(logicalAnd(x.eq(0), y.eq(0)), x.signbit().ne(y.signbit()));
    require(isOne ? logicalAnd(same, differ.logicalNot()) : same, "items are not equal", [x, y]);
  });
}

/**
 * That |actual - desired| <= atol + rtol |desired| everywhere; NaN is near NaN unless told otherwise. The relative tolerance
 * is 1e-7 and the absolute one 0 by default.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * testing.assertAllclose([1, 2], [1 + 1e-9, 2]);
 * throws(() => testing.assertAllclose([1, 2], [1, 2.1], { rtol: 1e-3 }), /largest absolute difference: 0.1/);
 * ```
 */
export function assertAllclose(
  actual: ArrayLike,
  desired: ArrayLike,
  ...args: Positional<Tolerances, ["rtol", "atol", "equalNan"]>
): void {
  const names = ["rtol", "atol", "equalNan"] as const;
  const { rtol = 1e-7, atol = 0, equalNan = true } = optionsOf<Tolerances>("assertAllclose", args, names);
  scope(() => {
    const [x, y] = compared(actual, desired);
    const near = isclose(x, y, { rtol, atol, equalNan });
    require(near, `arrays are not near each other to rtol ${rtol} and atol ${atol}`, [x, y]);
  });
}

/**
 * That |actual - desired| < 1.5 * 10^-decimal everywhere; infinities and NaN stand in the same places.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * testing.assertArrayAlmostEqual([1, 2.33333], [1, 2.333333], 4);
 * throws(() => testing.assertArrayAlmostEqual([1.001], [1]));
 * ```
 */
export function assertArrayAlmostEqual(actual: ArrayLike, desired: ArrayLike, decimal: number = 6): void {
  refuseOtherKind("assertArrayAlmostEqual", "decimal", decimal);
  scope(() => {
    const [x, y] = compared(actual, desired);
    const near = lt(abs(sub(x.astype("f64"), y.astype("f64"))), 1.5 * 10 ** -decimal);
    require(logicalOr(sameWithNan(x, y), near), `arrays are not equal to ${decimal} decimals`, [x, y]);
  });
}

/**
 * As `assertArrayAlmostEqual`, to 7 decimals.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * testing.assertAlmostEqual(2.3333333333333, 2.33333334);
 * ```
 */
export function assertAlmostEqual(actual: ArrayLike, desired: ArrayLike, decimal: number = 7): void {
  assertArrayAlmostEqual(actual, desired, decimal);
}

/**
 * That every element is smaller than the one beside it; NaN stands beside NaN only.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * testing.assertArrayLess([1, 2], [1.1, 3]);
 * throws(() => testing.assertArrayLess([1, 2], 2));
 * ```
 */
export function assertArrayLess(x: ArrayLike, y: ArrayLike): void {
  scope(() => {
    const [a, b] = compared(x, y);
    require(logicalOr(a.lt(b), logicalAnd(isNan(a), isNan(b))), "x is not smaller than y", [a, b]);
  });
}

/**
 * That |x - y| is at most `nulp` units in the last place of the larger; NaN is near NaN only, an infinity near its like.
 * Refused: SHP001.
 *
 * @throws {AssertionError}
 * @example
 * ```ts
 * import { testing } from "ndpipe/ndarray";
 * import { throws } from "node:assert/strict";
 * testing.assertArrayAlmostEqualNulp([1], [1 + Number.EPSILON]);
 * throws(() => testing.assertArrayAlmostEqualNulp([1], [1 + 3 * Number.EPSILON]));
 * ```
 */
export function assertArrayAlmostEqualNulp(x: ArrayLike, y: ArrayLike, nulp: number = 1): void {
  scope(() => {
    const [a, b] = compared(x, y);
    broadcastShapes(a.shape, b.shape);
    const unit = spacing(abs(a).maximum(abs(b)));
    const near = abs(sub(a, b)).le(unit.mul(nulp));
    require(logicalOr(near, sameWithNan(a, b)), `arrays are not equal to ${nulp} units in the last place`, [
      a,
      b,
    ]);
  });
}
