/**
 * What the drivers of the products share: the descriptor's words, and the loops over blocks and tiles.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleFunction } from "../wasm/module_builder.ts";
import { BLOCK_K, type Tile } from "./gemm_tile.ts";

/** The descriptor of a product: each field is one i32 word, in this order. Strides are in bytes, of either sign. */
export interface GemmDescriptor {
  readonly aPointer: number;
  readonly aRowStride: number;
  readonly aColumnStride: number;
  readonly m: number;
  readonly k: number;
  /** what `packB` wrote */
  readonly packedPointer: number;
  readonly n: number;
  readonly cPointer: number;
  readonly cRowStride: number;
  readonly cColumnStride: number;
  /** `gemmScratchBytes(spec)` bytes that the function may overwrite, 16-byte aligned for speed; each worker has its own */
  readonly scratchPointer: number;
}

/** The fields of the descriptor, in its order. */
export const WORDS = [
  "aPointer",
  "aRowStride",
  "aColumnStride",
  "m",
  "k",
  "packedPointer",
  "n",
  "cPointer",
  "cRowStride",
  "cColumnStride",
  "scratchPointer",
] as const satisfies readonly (keyof GemmDescriptor)[];

/** The words of the descriptor, loaded. */
export type GemmWords = Readonly<Record<(typeof WORDS)[number], Local>>;

/** The parameters of a function that computes a part of the rows and columns of a product, all i32. */
export const PART_PARAMS = WORDS.filter((word) => word !== "aColumnStride" && word !== "scratchPointer");
export type Part = Pick<GemmWords, (typeof PART_PARAMS)[number]>;

/** The sizes of a product. */
export type GemmSize = Pick<GemmDescriptor, "m" | "n" | "k">;

/** k's that all tiles pass before the next: a panel of B and the tile's part of A stay in the first-level cache. */
export const CACHED_K: number = 4 * BLOCK_K;

/** `for (cursor = 0; cursor < end; cursor += step)`, with `size = min(step, end - cursor)`; once if `atLeastOnce`. */
export function emitBlocks(
  f: FunctionBuilder,
  { end, step, atLeastOnce }: { end: Local; step: number; atLeastOnce?: boolean },
  body: (cursor: Local, size: Local) => void,
): void {
  const cursor = f.local("i32"), size = f.local("i32");
  f.i32(0).set(cursor);
  const loop = () =>
    f.loop((again) => {
      f.i32(step).get(end).get(cursor).op("i32.sub").tee(size);
      f.i32(step).get(size).op("i32.lt_s").select("i32").set(size);
      body(cursor, size);
      f.get(cursor).i32(step).op("i32.add").tee(cursor).get(end).op("i32.lt_s").brIf(again);
    });
  if (atLeastOnce === true) loop();
  else f.get(end).i32(0).op("i32.gt_s").if(loop);
  f.release(cursor);
  f.release(size);
}

/** A tile and its function. */
export type TileFunction = Tile & { readonly call: ModuleFunction };

/** Covers [0, end) with tiles, the largest first; each tile whose `numOuter` still fits repeats. */
export function emitTiles(
  f: FunctionBuilder,
  { tiles, end }: { tiles: readonly TileFunction[]; end: Local },
  body: (tile: TileFunction, index: Local) => void,
): void {
  const index = f.local("i32");
  f.i32(0).set(index);
  for (const tile of tiles) {
    f.block((done) => {
      f.loop((again) => {
        f.get(end).get(index).op("i32.sub").i32(tile.numOuter).op("i32.lt_s").brIf(done);
        body(tile, index);
        f.get(index).i32(tile.numOuter).op("i32.add").set(index).br(again);
      });
    });
  }
  f.release(index);
}

/** Pushes base + index * factor [+ index * factor …]. */
export function emitAddress(
  f: FunctionBuilder,
  base: Local,
  ...terms: readonly (readonly [Local, Local | number])[]
): void {
  f.get(base);
  for (const [index, factor] of terms) {
    f.get(index);
    if (typeof factor === "number") f.i32(factor);
    else f.get(factor);
    f.op("i32.mul").op("i32.add");
  }
}

/** How far rows of a product are for whole tiles of some kind. */
export interface WholeTiles {
  /** the product, of these rows only */
  readonly block: Part;
  readonly wholeM: Local;
  readonly wholeN: Local;
}

/** Emits what whole tiles leave of rows: the last columns of theirs, and the rows below. */
export function emitRests(
  f: FunctionBuilder,
  { block, wholeM, wholeN }: WholeTiles,
  { itemsize, callPart }: { readonly itemsize: number; readonly callPart: (words: Part) => void },
): void {
  const rest = f.local("i32"), from = f.local("i32"), cPointer = f.local("i32");
  f.get(block.n).get(wholeN).op("i32.sub").tee(rest).if(() => {
    f.get(block.packedPointer).get(wholeN).get(block.k).op("i32.mul").i32(itemsize).op("i32.mul").op(
      "i32.add",
    );
    f.set(from);
    emitAddress(f, block.cPointer, [wholeN, block.cColumnStride]);
    f.set(cPointer);
    callPart({ ...block, m: wholeM, n: rest, packedPointer: from, cPointer });
  });
  f.get(block.m).get(wholeM).op("i32.sub").tee(rest).if(() => {
    emitAddress(f, block.aPointer, [wholeM, block.aRowStride]);
    f.set(from);
    emitAddress(f, block.cPointer, [wholeM, block.cRowStride]);
    f.set(cPointer);
    callPart({ ...block, m: rest, aPointer: from, cPointer });
  });
  for (const local of [rest, from, cPointer]) f.release(local);
}
