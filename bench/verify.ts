/**
 * Whether two results are the same, before any time is believed.
 *
 * @module
 */
import { isFloat } from "../src/dtype/mod.ts";
import { readNpy } from "./npy.ts";
import type { WorkOutput } from "./in_memory.ts";

/**
 * Rows, of all rows, whose argmax may differ: the two largest of a row may be neighbours in f32, and the two sides
 * add in different orders.
 */
const INDEX_SHARE = 1e-5;

/** Compares every output with `folder/NAME.npy`. Throws with the first that differs. */
export function verifyOutputs(
  folder: string,
  outputs: readonly WorkOutput[],
  { letter, tolerance }: { readonly letter: string; readonly tolerance: number },
): void {
  for (const { name, dtype, data } of outputs) {
    const expected = readNpy(`${folder}/${name}.npy`);
    const where = `${letter}, output ${name}`;
    if (expected.dtype !== dtype) {
      throw new Error(`${where}: NumPy gives ${expected.dtype}, ours is ${dtype}`);
    }
    if (expected.data.length !== data.length) {
      throw new Error(`${where}: NumPy gives ${expected.data.length} elements, ours are ${data.length}`);
    }
    let numDifferent = 0;
    for (let i = 0; i < data.length; i++) {
      const a = data[i]!, e = expected.data[i]!;
      if (Object.is(a, e) || a === e) continue;
      if (!isFloat(dtype)) numDifferent++;
      else if (!(Math.abs(Number(a) - Number(e)) <= tolerance * Math.max(1, Math.abs(Number(e))))) {
        throw new Error(`${where}: element ${i} is ${a}, NumPy gives ${e}`);
      }
    }
    if (numDifferent > data.length * INDEX_SHARE) {
      throw new Error(`${where}: ${numDifferent} of ${data.length} elements differ from NumPy's`);
    }
  }
}
