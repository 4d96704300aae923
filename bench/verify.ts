/**
 * Whether two results are the same, before any time is believed.
 *
 * @module
 */
import { isFloat } from "../src/dtype/mod.ts";
import { readNpy } from "./npy.ts";
import type { WorkOutput } from "./in_memory.ts";
import { PEER_TITLES, type PeerName, WIDE_PEER } from "./peer_process.ts";

/**
 * Rows, of all rows, whose argmax may differ: the two largest of a row may be neighbours in f32, and the two sides
 * add in different orders.
 */
const INDEX_SHARE = 1e-5;

/** How far other libraries may be, relative to max(1, |value|): some multiply by a reciprocal where NumPy divides. */
const PEER_TOLERANCE = 1e-6;

/** A result is not the peer's. */
export class ResultDiffers extends Error {}

/**
 * Compares every output with `folder/NAME.npy`, which `peer` wrote. Dtypes too, where the peer is NumPy: others give
 * an index as i32 or as f32. Throws ResultDiffers with the first that
 * differs.
 */
export function verifyOutputs(
  folder: string,
  outputs: readonly WorkOutput[],
  { letter, tolerance, peer }: {
    readonly letter: string;
    readonly tolerance: number;
    readonly peer: PeerName;
  },
): void {
  const title = PEER_TITLES[peer], isOurs = peer === WIDE_PEER;
  // the same code by wider vectors gives the same bits
  const allowed = isOurs ? 0 : peer === "numpy" ? tolerance : Math.max(tolerance, PEER_TOLERANCE);
  for (const { name, dtype, data } of outputs) {
    const expected = readNpy(`${folder}/${name}.npy`);
    const where = `${letter}, output ${name}`;
    if (peer === "numpy" && expected.dtype !== dtype) {
      throw new ResultDiffers(`${where}: NumPy gives ${expected.dtype}, ours is ${dtype}`);
    }
    if (expected.data.length !== data.length) {
      throw new ResultDiffers(
        `${where}: ${title} gives ${expected.data.length} elements, ours are ${data.length}`,
      );
    }
    let numDifferent = 0;
    for (let i = 0; i < data.length; i++) {
      const a = data[i]!, e = expected.data[i]!;
      if (Object.is(a, e) || Number(a) === Number(e)) continue;
      if (!isFloat(dtype)) numDifferent++;
      else if (!(Math.abs(Number(a) - Number(e)) <= allowed * Math.max(1, Math.abs(Number(e))))) {
        throw new ResultDiffers(`${where}: element ${i} is ${a}, ${title} gives ${e}`);
      }
    }
    if (numDifferent > (isOurs ? 0 : data.length * INDEX_SHARE)) {
      throw new ResultDiffers(`${where}: ${numDifferent} of ${data.length} elements differ from ${title}'s`);
    }
  }
}
