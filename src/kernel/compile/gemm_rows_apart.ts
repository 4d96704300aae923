/**
 * Narrow products by tiles whose rows lie far apart: each of a tile's places is read from its beginning to its end, tile
 * after tile, which the processor foresees, where each of neighbouring rows would begin anew.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { emitBlocks } from "./gemm_driver.ts";

/** Bytes of a page, in which the places of a tile's rows have to differ by `PLACE_GAP` at least. */
const PAGE_BYTES = 4096;
const PLACE_GAP = 512;
/** How many numbers of rows are tried to that end, and from how many rows on. */
const TRIES = 16;
const LEAST_ROWS_TO_TRY = 32;

/** The rows of a product, as tiles take them. */
interface Rows {
  readonly m: Local;
  /** bytes from a row to the next */
  readonly stride: Local;
  /** rows of a tile */
  readonly numRows: number;
  /** the most tiles that pass their places together, which is the rows that each of the places has; null: any number */
  readonly mostTiles: Local | null;
}

/**
 * Emits the loops over tiles of `numRows` rows of `m`, which are `stride` bytes long; `tile` emits the one that begins
 * at `row` and has every `step`-th row.
 *
 * @returns how many rows are done: all but the last `numRows - 1` at most
 */
export function emitRowsApart(
  f: FunctionBuilder,
  { m, stride, numRows, mostTiles }: Rows,
  tile: (row: Local, step: Local) => void,
): Local {
  const done = f.local("i32"), left = f.local("i32"), row = f.local("i32"), numTiles = f.local("i32");
  f.i32(0).set(done);
  f.block((end) =>
    f.loop((again) => {
      f.get(m).get(done).op("i32.sub").tee(left).i32(numRows).op("i32.lt_s").brIf(end);
      emitNumTiles(f, { left, stride, numTiles, numRows, mostTiles });
      emitBlocks(f, { end: numTiles, step: 1 }, (index) => {
        f.get(done).get(index).op("i32.add").set(row);
        tile(row, numTiles);
      });
      f.get(done).get(numTiles).i32(numRows).op("i32.mul").op("i32.add").set(done).br(again);
    })
  );
  for (const local of [left, row, numTiles]) f.release(local);
  return done;
}

/**
 * Sets the number of tiles that come next, which is the distance of a tile's rows: an equal part of what is left, or a
 * little less, so that the places are not at about the same place of a page, where they drive each other out of the
 * cache.
 */
function emitNumTiles(
  f: FunctionBuilder,
  { left, stride, numTiles, numRows, mostTiles }:
    & Readonly<Record<"left" | "numTiles", Local>>
    & Omit<Rows, "m">,
): void {
  const most = f.local("i32");
  f.get(left).i32(numRows).op("i32.div_u").set(most);
  if (mostTiles !== null) {
    f.get(most).get(mostTiles).get(most).get(mostTiles).op("i32.lt_s").select("i32").set(most);
  }
  f.get(most).set(numTiles);
  f.block((found) => {
    f.get(most).i32(LEAST_ROWS_TO_TRY).op("i32.lt_u").brIf(found);
    f.loop((again) => {
      f.get(numTiles).get(stride).op("i32.mul").i32(PLACE_GAP).op("i32.sub");
      f.i32(PAGE_BYTES - 1).op("i32.and").i32(PAGE_BYTES - 2 * PLACE_GAP).op("i32.le_u").brIf(found);
      f.get(numTiles).i32(1).op("i32.sub").tee(numTiles);
      f.get(most).i32(TRIES).op("i32.sub").op("i32.gt_s").brIf(again);
    });
    f.get(most).set(numTiles);
  });
  f.release(most);
}
