/**
 * Random orders.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import { scope } from "../storage/lifetime.ts";
import { axisOf } from "../storage/rows.ts";
import { addressOf } from "../storage/strided.ts";
import { NUMBERS_OF_A_CALL } from "./draws.ts";
import type { Philox } from "./philox.ts";

/** Puts the slices along an axis of an array in random order, in place. Refused: ARR001, SHP004, MEM005. */
export function shuffleAxis(bits: Philox, array: NDArray, axis: number): void {
  scope(() => {
    const moved = array.moveaxis(axisOf(array, axis), 0), count = moved.shape[0]!;
    const isDirect = moved.flags.cContiguous && moved.flags.writeable;
    const items = isDirect ? moved : moved.copy(), itemBytes = items.nbytes / Math.max(1, count);
    using held = new WorkSpace("shuffle", itemBytes);
    const address = addressOf(items.view), { shuffleItems } = arrayKernels();
    bits.draw((state) => {
      for (let end = count; end > 1; end -= NUMBERS_OF_A_CALL) {
        shuffleItems(state, end, Math.max(1, end - NUMBERS_OF_A_CALL), 1, itemBytes, address, held.address);
      }
    });
    if (!isDirect) moved.set("...", items);
  });
}
