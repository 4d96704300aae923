/**
 * Reshapes that read the elements in an order: rows, columns, or as they lie in memory.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { NdpipeError, ShapeError } from "../../errors.ts";
import { duplicate } from "../elementwise/operations.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { isColumnMajor, keptOrderStrides, shapeText, sizeOfShape } from "../storage/layout.ts";
import { describe, isContiguous, type Strided } from "../storage/strided.ts";
import * as movement from "./movement.ts";

/** The order in which elements are read: rows, columns, columns where the array is column-major, as in memory. */
export type Order = "C" | "F" | "A" | "K";

const ORDERS: readonly Order[] = ["C", "F", "A", "K"];

/** Options of `reshape`. */
export interface ReshapeOptions {
  /** the order in which elements are read and placed; "A": "F" where the array is column-major; default "C" */
  readonly order?: "C" | "F" | "A" | "c" | "f" | "a";
  /** true: always a copy; false: a view or refused (SHP006); null: a copy where strides cannot say it */
  readonly copy?: boolean | null;
}

/** An order, by a letter of either case. Refused: ARR002 for another. */
function orderOf<O extends Order>(order: O | Lowercase<O>, orders: readonly O[]): O {
  const known = orders.find((each) => each === order || each.toLowerCase() === order);
  if (known !== undefined) return known;
  throw new NdpipeError("ARR002", `elements are not read in the order ${JSON.stringify(order)} here`, {
    help: `one of ${orders.join(", ")}`,
  });
}

function isFortran(view: Strided): boolean {
  return !isContiguous(view) && isColumnMajor(view.shape, view.strides, DTYPE[view.dtype].itemsize);
}

/** The same elements under another shape; one size may be -1. Refused: SHP006, ARR002. */
export function orderedReshape(
  source: Strided,
  shape: readonly number[],
  { order = "C", copy = null }: ReshapeOptions = {},
): Strided {
  const read = orderOf<"C" | "F" | "A">(order, ["C", "F", "A"]), to = integersOf("reshape", "shape", shape);
  const isF = read === "F" || (read === "A" && isFortran(source));
  // column-major order is row-major order of the axes reversed
  const made = isF
    ? movement.transpose(movement.reshape(movement.transpose(source), to.toReversed()))
    : movement.reshape(source, to);
  const isView = made.storage === source.storage;
  if (copy === false && !isView) {
    made.storage.freeUnheld();
    throw new ShapeError("SHP006", `${describe(source)} has no view of shape ${shapeText(to)}`, {
      help: "leave out { copy: false }",
    });
  }
  if (copy !== true || !isView) return made;
  return isF ? movement.transpose(duplicate(movement.transpose(made))) : duplicate(made);
}

/** One axis, elements in an order: a view where they are neighbours in it, else (or if asked for) a copy. */
export function flatInOrder(
  source: Strided,
  { order = "C", copy }: { readonly order?: Order | Lowercase<Order>; readonly copy: boolean },
): Strided {
  const read = inOrder(source, orderOf(order, ORDERS));
  return flatOf(isContiguous(read) && !copy ? read : duplicate(read));
}

/** A copy whose elements lie in an order. Refused: ARR002 for another, MEM005. */
export function copyInOrder(
  source: Strided,
  order: Order | Lowercase<Order>,
  dtype: DType = source.dtype,
): Strided {
  const known = orderOf(order, ORDERS);
  if (known === "F" || (known === "A" && isFortran(source))) {
    return movement.transpose(duplicate(movement.transpose(source), { dtype }));
  }
  return duplicate(source, { dtype, order: known === "K" ? "K" : "C" });
}

/** How an array like another lies: its rows or its columns first, or ("K") its axes in the order of the other's. */
export function layoutLike(other: Strided, order: Order | Lowercase<Order>): "C" | "F" | "K" {
  const known = orderOf(order, ORDERS);
  return known === "A" ? isFortran(other) ? "F" : "C" : known;
}

/** The layout of what is made of several arrays: `"A"`: columns where all of them are column-major. Refused: ARR002. */
export function jointLayout(
  arrays: readonly Strided[],
  order: Order | Lowercase<Order>,
): "C" | "F" | "K" {
  const known = orderOf(order, ORDERS);
  return known === "A" ? arrays.length > 0 && arrays.every(isFortran) ? "F" : "C" : known;
}

/** Whether the elements lie in an order already. Refused: ARR002 for another. */
export function isInOrder(source: Strided, order: Order | Lowercase<Order>): boolean {
  switch (orderOf(order, ORDERS)) {
    case "K":
      return true;
    case "C":
      return isContiguous(source);
    case "F":
      return isContiguous(movement.transpose(source));
    case "A":
      return isContiguous(source) || isContiguous(movement.transpose(source));
  }
}

function flatOf(rows: Strided): Strided {
  return { ...rows, shape: [sizeOfShape(rows.shape)], strides: [DTYPE[rows.dtype].itemsize] };
}
function inOrder(view: Strided, order: Order): Strided {
  if (order === "F" || (order === "A" && isFortran(view))) return movement.transpose(view);
  if (order !== "K") return view;
  // as an iteration of NumPy's: where elements are repeated along an axis, its place does not change
  const strides = keptOrderStrides(view.shape, [view.strides], 1);
  const axes = [...view.shape.keys()].sort((x, y) => strides[y]! - strides[x]! || x - y);
  return movement.transpose(view, axes);
}
