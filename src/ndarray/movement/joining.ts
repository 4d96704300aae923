/**
 * Arrays joined: at least so many axes, the stack family, block and append.
 *
 * @module
 */
import type { TypedArray } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { NDArray, type Values } from "../array.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { duplicate } from "../elementwise/operations.ts";
import type { JoinOptions } from "../functions.ts";
import { viewed, withValues } from "../indexing/operands.ts";
import { flatView } from "../indexing/take.ts";
import { scope } from "../storage/lifetime.ts";
import { over, withArrays } from "../storage/rows.ts";
import { expandView, type Strided } from "../storage/strided.ts";
import * as movement from "./movement.ts";
import { argumentOf, type Named, optionsOf, type Positional } from "../storage/arguments.ts";
import { called } from "../storage/called.ts";

/**
 * At least one axis: a view.
 *
 * @example
 * ```ts
 * import { array, atleast1d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(atleast1d(array(3)).shape, [1]);
 * ```
 */
export function atleast1d(a: ArrayLike): NDArray {
  return over(a, (array) => array.ndim >= 1 ? array : array.reshape([1]));
}

/**
 * At least two axes, new ones in front: a view.
 *
 * @example
 * ```ts
 * import { atleast2d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(atleast2d([1, 2]).shape, [1, 2]);
 * ```
 */
export function atleast2d(a: ArrayLike): NDArray {
  return over(
    a,
    (array) =>
      array.ndim >= 2 ? array : viewed(
        array,
        array.ndim === 1 ? expandView(array.view, 0) : expandView(expandView(array.view, 0), 0),
      ),
  );
}

/**
 * At least three axes; a vector becomes (1, N, 1), a matrix (M, N, 1): a view.
 *
 * @example
 * ```ts
 * import { atleast3d } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(atleast3d([1, 2]).shape, [1, 2, 1]);
 * ```
 */
export function atleast3d(a: ArrayLike): NDArray {
  return over(a, (array) => array.ndim >= 3 ? array : viewed(array, as3d(array.view)));
}

/** Views joined into a new array by a function of that name. */
function joinedAs(
  callee: string,
  arrays: readonly ArrayLike[] | NDArray,
  join: (views: readonly Strided[]) => Strided,
): NDArray {
  return withArrays(
    arrays,
    (...given) => new NDArray(called(callee, () => join(given.map(({ view }) => view)))),
  );
}

function as1d(view: Strided): Strided {
  return view.shape.length === 0 ? expandView(view, 0) : view;
}

function as2d(view: Strided): Strided {
  return view.shape.length < 2 ? expandView(as1d(view), 0) : view;
}

function as3d(view: Strided): Strided {
  return view.shape.length < 3 ? expandView(as2d(view), 2) : view;
}

/**
 * Rows under rows: along axis 0, vectors as rows. Refused: SHP008, ARR002, DTY004.
 *
 * @example
 * ```ts
 * import { vstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(vstack([[1, 2], [3, 4]]).toList(), [[1, 2], [3, 4]]);
 * ```
 */
export function vstack(arrays: readonly ArrayLike[] | NDArray, ...args: Positional<JoinOptions>): NDArray {
  const options = optionsOf<JoinOptions>("vstack", args);
  return joinedAs(
    "vstack",
    arrays,
    (views) => movement.concatenate(views.map(as2d), 0, options),
  );
}

/**
 * Columns beside columns: along axis 1, vectors along their only axis. Refused: SHP008, ARR002, DTY004.
 *
 * @example
 * ```ts
 * import { hstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(hstack([[1, 2], [3]]).toList(), [1, 2, 3]);
 * deepStrictEqual(hstack([[[1], [2]], [[3], [4]]]).toList(), [[1, 3], [2, 4]]);
 * ```
 */
export function hstack(arrays: readonly ArrayLike[] | NDArray, ...args: Positional<JoinOptions>): NDArray {
  const options = optionsOf<JoinOptions>("hstack", args);
  return joinedAs("hstack", arrays, (given) => {
    const views = given.map(as1d);
    return movement.concatenate(views, views[0]?.shape.length === 1 ? 0 : 1, options);
  });
}

/**
 * Along the third axis. Refused: SHP008, ARR002.
 *
 * @example
 * ```ts
 * import { dstack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(dstack([[1, 2], [3, 4]]).toList(), [[[1, 3], [2, 4]]]);
 * ```
 */
export function dstack(arrays: readonly ArrayLike[] | NDArray): NDArray {
  return joinedAs("dstack", arrays, (views) => movement.concatenate(views.map(as3d), 2));
}

/**
 * Vectors as the columns of a matrix; matrices beside each other. Refused: SHP008, ARR002.
 *
 * @example
 * ```ts
 * import { columnStack } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(columnStack([[1, 2], [3, 4]]).toList(), [[1, 3], [2, 4]]);
 * ```
 */
export function columnStack(arrays: readonly ArrayLike[] | NDArray): NDArray {
  return joinedAs("columnStack", arrays, (views) => {
    const columns = views.map((view) => view.shape.length < 2 ? expandView(as1d(view), 1) : view);
    return movement.concatenate(columns, 1);
  });
}

/** Nested lists of arrays and numbers: lists of the innermost level stand beside each other. */
export type Blocks = NDArray | TypedArray | ScalarValue | readonly Blocks[];

/** The same lists with an array in the place of each number. */
type ArrayBlocks = NDArray | readonly ArrayBlocks[];

function arrayBlocks(blocks: Blocks): ArrayBlocks {
  return Array.isArray(blocks)
    ? (blocks as readonly Blocks[]).map(arrayBlocks)
    : asarray(blocks as ArrayLike);
}

function depthOf(blocks: ArrayBlocks): number {
  if (blocks instanceof NDArray) return 0;
  if (blocks.length === 0) throw new NdpipeError("ARR002", "block is given an empty list");
  const depths = new Set(blocks.map(depthOf));
  if (depths.size > 1) {
    throw new NdpipeError("ARR002", "block takes lists of one depth: a level holds arrays and lists");
  }
  return 1 + [...depths][0]!;
}

/**
 * An array of blocks: the innermost lists along the last axis, those around them along the one before. A number is a block
 * without axes. Refused: SHP008, ARR002.
 *
 * @example
 * ```ts
 * import { block, ones, zeros } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const a = ones([1, 2]), b = zeros([1, 1]);
 * deepStrictEqual(block([[a, b], [b, a]]).toList(), [[1, 1, 0], [0, 1, 1]]);
 * deepStrictEqual(block([[a, 7]]).toList(), [[1, 1, 7]]);
 * ```
 */
export function block(blocks: Blocks): NDArray {
  return called("block", () => scope(() => joinedBlocks(arrayBlocks(blocks))));
}

function joinedBlocks(blocks: ArrayBlocks): NDArray {
  const depth = depthOf(blocks);
  const leaves = (part: ArrayBlocks): NDArray[] => part instanceof NDArray ? [part] : part.flatMap(leaves);
  const rank = Math.max(depth, ...leaves(blocks).map(({ ndim }) => ndim));
  const join = (part: ArrayBlocks, level: number): Strided => {
    if (part instanceof NDArray) {
      let view = part.view;
      while (view.shape.length < rank) view = expandView(view, 0);
      return view;
    }
    const parts = part.map((inner) => join(inner, level + 1));
    const joined = movement.concatenate(parts, rank - depth + level);
    parts.forEach((view, i) => {
      if (!(part[i] instanceof NDArray)) view.storage.freeUnheld();
    });
    return joined;
  };
  return new NDArray(blocks instanceof NDArray ? duplicate(blocks.view) : join(blocks, 0));
}

/**
 * Values behind an axis; null: both flat. Refused: SHP004, SHP008.
 *
 * @example
 * ```ts
 * import { append } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(append([1, 2], [3, 4]).toList(), [1, 2, 3, 4]);
 * deepStrictEqual(append([[1, 2]], [[3, 4]], 0).toList(), [[1, 2], [3, 4]]);
 * ```
 */
export function append(
  a: ArrayLike,
  values: Values,
  given: Named<"axis", number | null> = null,
): NDArray {
  const axis = argumentOf("append", "axis", given) ?? null;
  return over(a, (array) => {
    return withValues(values, undefined, (view) => {
      const join = (parts: readonly Strided[], along: number) =>
        new NDArray(called("append", () => movement.concatenate(parts, along)));
      if (axis !== null) return join([array.view, view], axis);
      const parts = called("append", () => [flatView(array.view), flatView(view)]);
      try {
        return join(parts, 0);
      } finally {
        if (parts[0]!.storage !== array.view.storage) parts[0]!.storage.freeUnheld();
        if (parts[1]!.storage !== view.storage) parts[1]!.storage.freeUnheld();
      }
    });
  });
}
