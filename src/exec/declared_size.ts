/** Sizes that follow from the declarations alone, before an input is known. @module */
import { alignUp, DTYPE } from "../dtype/mod.ts";
import { bytesPerRowOf, type InputRequest } from "../schema/mod.ts";

/** Bytes of one row of all inputs, as they are computed with. */
export function declaredRowBytes(requests: readonly InputRequest[]): number {
  return requests.reduce(
    (total, { dtype, width, carry }) =>
      total + (carry === undefined ? width * DTYPE[dtype].itemsize : bytesPerRowOf(carry, null)),
    0,
  );
}

/**
 * The least bytes of a slot for `chunkRows` rows, whatever the format: the columns alone. A reader's own number is
 * this or more, so what is refused by this is rightly refused.
 */
export function declaredSlotBytes(requests: readonly InputRequest[], chunkRows: number): number {
  return requests.reduce(
    (total, { dtype, width, carry }) =>
      // of a carried column not even its type is known: it may take a bit a row
      carry !== undefined ? total : total + alignUp(chunkRows * width * DTYPE[dtype].itemsize),
    0,
  );
}

/** How an input lies where no file tells: selected columns lie one after the other, one column row after row. */
export function declaredLayout({ selection, width }: InputRequest): "row" | "column" {
  return selection.kind === "name" || width === 1 ? "row" : "column";
}
