/**
 * Matrix multiplication of floats with the right operand packed beforehand: C[M,N] = A[M,K] · B[K,N].
 *
 * The law "same bytes": every element of C is the sum of its blocks of K, `BLOCK_K` k's each, first to last, and a
 * block is `acc = 0; for k in block: acc = acc + A[m,k]·B[k,n]` in that order, one lane of one vector register,
 * whatever tile, remainder or layout it falls in. The blocks keep the rounding errors of long sums small: they grow
 * with 64 + K / 64, not with K. And a block is as long as the tile of 256-bit vectors can be unrolled.
 *
 * Two tiles of registers, one a layout of A. Both walk one packed panel of B, `PANEL_BYTES` (two vectors of
 * columns) for each k.
 * - "row": lanes run along N. An element of A is splat-loaded from its row, B is loaded as vectors.
 * - "column": lanes run along M. A block of A is first copied into panels of two vectors of rows (`scratch`): the
 *   columns of a record batch lie a large power of two apart, so reading one tile of them for each k would hit one
 *   set of the cache only. A is loaded as vectors, an element of B is splat-loaded.
 *
 * Products whose columns fit one tile are driven by `gemm_narrow.ts`, which may also compute A on the way; large ones
 * of a row-layout A, where the engine's vectors have 256 bits, by `gemm_wide.ts`, where they have 128, by
 * `gemm_structs.ts`.
 *
 * Each tile is a function of its own, called once per tile: V8 replaces no running function by its optimised
 * version, and a short callee tiers up after a few calls even in one large product.
 *
 * In the instance's own memory (`opOwn`) each tile has what it needs from 0 on, for one call only: vectors of A where
 * they go there, behind them the sums of its blocks, 576 bytes at most. The block of B of `gemm_wide.ts`, which many
 * calls of its tile read, lies behind all of that.
 *
 * Source of the blocking: K. Goto, R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { descriptorPointerBytes } from "../../plan/gemm_prologue.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import {
  CACHED_K,
  emitAddress,
  emitBlocks,
  emitTiles,
  type GemmDescriptor,
  type Part,
  PART_PARAMS,
  type TileFunction,
  WORDS,
} from "./gemm_driver.ts";
import { emitNarrowDriver, isNarrow, narrowTiles } from "./gemm_narrow.ts";
import { emitTile, type GemmSpec, PANEL_BYTES, paramsOf } from "./gemm_tile.ts";
import { emitStructDriver } from "./gemm_structs.ts";
import { emitWideDriver, mayBeWide } from "./gemm_wide.ts";
import { loadWords, writeWords } from "./word_descriptor.ts";

export type { GemmDescriptor } from "./gemm_driver.ts";
export type { GemmSpec } from "./gemm_tile.ts";

/** Bytes of the descriptor of `emitGemm`. */
export const GEMM_DESCRIPTOR_BYTES: number = WORDS.length * 4;

/** Bytes of the descriptor of a product whose left operand is computed from that many operands. */
export function prologueDescriptorBytes(numOperands: number): number {
  return GEMM_DESCRIPTOR_BYTES + descriptorPointerBytes(numOperands);
}

/**
 * Rows in a block of a column-layout A: its part of A stays in the second-level cache while the panels of B pass. A
 * multiple of the rows of every large tile, so that the small ones are for the end of the matrix only.
 */
const BLOCK_M = 120;
/**
 * The same for a row-layout A, which is not copied: 240 KiB, so that it has room beside what else is in a second-level
 * cache of 512 KiB. Each panel of B comes from a farther cache once for every block, so few blocks are better. A
 * multiple of the rows of the whole panels' tiles; of f64 the 8-row tiles of a last half panel leave none.
 */
const blockRows = (itemsize: number): number => 960 / itemsize;
/** between the panels of a block of A, so that they do not all begin in one set of the cache */
const PANEL_GAP = 64;

/** Writes the descriptor at `pointer`. */
export function writeGemmDescriptor(
  memory: WebAssembly.Memory,
  pointer: number,
  descriptor: GemmDescriptor,
): void {
  writeWords(memory, { pointer, words: WORDS }, descriptor);
}

/** Bytes behind `scratchPointer`; 0 for a row-layout A, whose pointer is not read. */
export function gemmScratchBytes(spec: Pick<GemmSpec, "a" | "dtype">): number {
  return spec.a === "row"
    ? 0
    : (BLOCK_M / (PANEL_BYTES / DTYPE[spec.dtype].itemsize)) * (CACHED_K * PANEL_BYTES + PANEL_GAP);
}

/**
 * Bytes that `packB` writes for a (k, n) matrix: columns are padded to whole panels (8 columns of f32, 4 of f64).
 *
 * @example
 * ```ts
 * import { packedBytes } from "./gemm.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(packedBytes(1000, 10, "f32"), 1000 * 16 * 4);
 * ```
 */
export function packedBytes(k: number, n: number, dtype: "f32" | "f64"): number {
  return Math.ceil((n * DTYPE[dtype].itemsize) / PANEL_BYTES) * PANEL_BYTES * k;
}

/** Where a right operand lies before it is packed. Strides are in bytes, multiples of the itemsize, of either sign. */
export interface PackSource {
  readonly pointer: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly k: number;
  readonly n: number;
  readonly dtype: "f32" | "f64";
}

/**
 * Packs B for `emitGemm`: panel after panel of columns, in each panel k after k, in each k the panel's columns;
 * columns behind the last are zero. Runs once per run; the packed bytes are only read afterwards, by any number of
 * workers.
 *
 * @param destination a multiple of the itemsize; `packedBytes(k, n, dtype)` bytes, not overlapping the source
 */
export function packB(memory: WebAssembly.Memory, source: PackSource, destination: number): void {
  const { TypedArray, itemsize } = DTYPE[source.dtype];
  const numLanes = PANEL_BYTES / itemsize;
  const view = new TypedArray(memory.buffer) as Float32Array | Float64Array;
  const first = source.pointer / itemsize, rowStep = source.rowStride / itemsize;
  const columnStep = source.columnStride / itemsize;
  let to = destination / itemsize;
  for (const elements of [first, rowStep, columnStep, to]) {
    if (!Number.isInteger(elements)) {
      throw new Error("packB: pointers and strides are multiples of the itemsize");
    }
  }
  for (let column = 0; column < source.n; column += numLanes) {
    const valid = Math.min(numLanes, source.n - column);
    for (let row = 0; row < source.k; row++, to += numLanes) {
      const from = first + row * rowStep + column * columnStep;
      for (let lane = 0; lane < numLanes; lane++) {
        view[to + lane] = lane < valid ? view[from + lane * columnStep]! : 0;
      }
    }
  }
}

function emitRowDriver(module: ModuleBuilder, name: string, spec: GemmSpec): ModuleFunction {
  if (module.vectorBits === 128 || !mayBeWide(spec)) {
    const emitLoops = rowLoops(module, name, spec);
    return module.add(name, ["i32"], [], (f) => emitLoops(f, loadWords(f, WORDS)));
  }
  return emitWideDriver(module, name, { spec, part: partOf(module, name, spec) });
}

/** A function that computes a part of the product, which may have any number of columns. */
function partOf(module: ModuleBuilder, name: string, spec: GemmSpec): ModuleFunction {
  const emitLoops = rowLoops(module, name, { ...spec, n: null });
  return module.add(`${name}$part`, Array(PART_PARAMS.length).fill("i32"), [], (f) => {
    emitLoops(f, paramsOf(f, PART_PARAMS));
  });
}

/** The same as `emitGemm`, of products that are worth structs on the engine's heap: see `isInStructs`. */
export function emitGemmInStructs(module: ModuleBuilder, name: string, spec: GemmSpec): ModuleFunction {
  return emitStructDriver(module, name, { spec, part: partOf(module, name, spec) });
}

/** Emits the tiles of the row layout; gives what emits the loops over them, for a part of a product or for the whole. */
function rowLoops(
  module: ModuleBuilder,
  name: string,
  spec: GemmSpec,
): (f: FunctionBuilder, part: Part) => void {
  const { itemsize } = DTYPE[spec.dtype];
  const numLanes = 16 / itemsize, panelLanes = 2 * numLanes;
  const family = (numVectors: number, hasHalves: boolean, sizes: readonly number[]): TileFunction[] =>
    sizes.map((numOuter) => {
      const tile = { numOuter, numVectors, hasHalves };
      const suffix = `$${numOuter}x${numVectors}${hasHalves ? "h" : ""}`;
      return { ...tile, call: emitTile(module, name + suffix, spec, tile) };
    });
  // how many columns the last panel holds decides its tile
  const last = spec.n === null ? null : spec.n % panelLanes;
  const mayHalve = (spec.n ?? Infinity) > panelLanes && (last === null || (last > 0 && last <= numLanes / 2));
  const mayNarrow = !mayHalve && last !== null ? last > 0 && last <= numLanes : true;
  const wide = family(2, false, (spec.n ?? Infinity) > numLanes ? [6, 2, 1] : []);
  const narrow = family(1, false, mayNarrow ? [8, 2, 1] : []);
  const halved = family(2, true, mayHalve ? [4, 2, 1] : []);
  return (f, w) => {
    const a = f.local("i32"), b = f.local("i32"), c = f.local("i32");
    const panelOfB = f.local("i32"), numHalved = f.local("i32"), numWhole = f.local("i32");
    f.get(w.k).i32(PANEL_BYTES).op("i32.mul").set(panelOfB);
    if (mayHalve) {
      // numHalved = n > panelLanes and 1 <= n % panelLanes <= numLanes / 2 ? panelLanes + n % panelLanes : 0
      f.get(w.n).i32(panelLanes - 1).op("i32.and").tee(numHalved).i32(panelLanes).op("i32.add").i32(0);
      f.get(numHalved).i32(1).op("i32.sub").i32(numLanes / 2).op("i32.lt_u");
      f.get(w.n).i32(panelLanes).op("i32.gt_s").op("i32.and").select("i32").set(numHalved);
    }
    f.get(w.n).get(numHalved).op("i32.sub").set(numWhole);
    emitBlocks(f, { end: w.m, step: blockRows(itemsize) }, (row, numRows) => {
      emitBlocks(f, { end: w.k, step: CACHED_K, atLeastOnce: true }, (k, numK) => {
        emitAddress(f, w.aPointer, [row, w.aRowStride], [k, itemsize]);
        f.set(a);
        emitAddress(f, w.packedPointer, [k, PANEL_BYTES]);
        f.set(b);
        emitAddress(f, w.cPointer, [row, w.cRowStride]);
        f.set(c);
        const rows = (tiles: readonly TileFunction[], numColumns: Local) => () =>
          emitTiles(f, { tiles, end: numRows }, (tile, i) => {
            emitAddress(f, a, [i, w.aRowStride]);
            f.get(w.aRowStride).get(b).get(panelOfB).get(numK);
            emitAddress(f, c, [i, w.cRowStride]);
            f.get(w.cRowStride).get(w.cColumnStride).get(numColumns).get(k).call(tile.call);
          });
        emitBlocks(f, { end: numWhole, step: panelLanes }, (_, numColumns) => {
          f.get(numColumns).i32(numLanes).op("i32.gt_s").if(rows(wide, numColumns), rows(narrow, numColumns));
          f.get(b).get(panelOfB).op("i32.add").set(b);
          emitAddress(f, c, [w.cColumnStride, panelLanes]);
          f.set(c);
        });
        if (mayHalve) f.get(numHalved).if(rows(halved, numHalved));
      });
    });
  };
}

/** Copies a block of a column-layout A into panels of two vectors of rows. */
function emitPackA(module: ModuleBuilder, name: string): ModuleFunction {
  // (from, columnStride, to, numK, numPanels)
  return module.add(name, Array(5).fill("i32"), [], (f) => {
    const [from, columnStride, to, numK, numPanels] = f.params as [Local, Local, Local, Local, Local];
    const panelStride = f.local("i32"),
      source = f.local("i32"),
      target = f.local("i32"),
      count = f.local("i32");
    f.get(numK).i32(PANEL_BYTES).op("i32.mul").i32(PANEL_GAP).op("i32.add").set(panelStride);
    f.get(numK).if(() =>
      f.loop((nextK) => {
        f.get(from).set(source).get(to).set(target).get(numPanels).set(count);
        f.loop((nextPanel) => {
          f.get(target).get(source).op("v128.load", 0).op("v128.store", 0);
          f.get(target).get(source).op("v128.load", 16).op("v128.store", 16);
          f.get(source).i32(PANEL_BYTES).op("i32.add").set(source);
          f.get(target).get(panelStride).op("i32.add").set(target);
          f.get(count).i32(1).op("i32.sub").tee(count).brIf(nextPanel);
        });
        f.get(from).get(columnStride).op("i32.add").set(from);
        f.get(to).i32(PANEL_BYTES).op("i32.add").set(to);
        f.get(numK).i32(1).op("i32.sub").tee(numK).brIf(nextK);
      })
    );
  });
}

function emitColumnDriver(module: ModuleBuilder, name: string, spec: GemmSpec): ModuleFunction {
  const { itemsize } = DTYPE[spec.dtype];
  const numLanes = PANEL_BYTES / itemsize;
  const pack = emitPackA(module, `${name}$pack`);
  const tiles = [4, 2, 1].map((numOuter) => {
    const tile = { numOuter, numVectors: 2, hasHalves: false };
    return { ...tile, call: emitTile(module, `${name}$2x${numOuter}`, spec, tile) };
  });
  return module.add(name, ["i32"], [], (f) => {
    const w = loadWords(f, WORDS);
    const panelOfB = f.local("i32"),
      columnOfB = f.local("i32"),
      panelStride = f.local("i32"),
      a = f.local("i32"),
      b = f.local("i32");
    const c = f.local("i32");
    f.get(w.k).i32(itemsize).op("i32.mul").set(columnOfB);
    emitBlocks(f, { end: w.m, step: BLOCK_M }, (row, numRows) => {
      emitBlocks(f, { end: w.k, step: CACHED_K, atLeastOnce: true }, (k, numK) => {
        f.get(numK).i32(PANEL_BYTES).op("i32.mul").i32(PANEL_GAP).op("i32.add").set(panelStride);
        emitAddress(f, w.aPointer, [row, itemsize], [k, w.aColumnStride]);
        f.get(w.aColumnStride).get(w.scratchPointer).get(numK);
        f.get(numRows).i32(numLanes - 1).op("i32.add").i32(Math.log2(numLanes)).op("i32.shr_u").call(pack);
        emitBlocks(f, { end: w.n, step: numLanes }, (column, numColumns) => {
          emitTiles(f, { tiles, end: numColumns }, (tile, j) => {
            emitAddress(f, w.packedPointer, [column, columnOfB], [k, PANEL_BYTES], [j, itemsize]);
            f.set(b).get(w.scratchPointer).set(a);
            emitAddress(f, w.cPointer, [row, w.cRowStride], [column, w.cColumnStride], [j, w.cColumnStride]);
            f.set(c);
            emitBlocks(f, { end: numRows, step: numLanes }, (i, numValid) => {
              f.get(a).i32(0).get(b).get(panelOfB).get(numK);
              emitAddress(f, c, [i, w.cRowStride]);
              f.get(w.cColumnStride).get(w.cRowStride).get(numValid).get(k).call(tile.call);
              f.get(a).get(panelStride).op("i32.add").set(a);
            });
          });
        });
      });
    });
  });
}

/**
 * Emits `name(descriptor: i32)`: C = A · B for the descriptor at that address, and its helpers, whose names begin
 * with `name$`. See the head of this file for the order of operations.
 *
 * M, K and N may each be 0 (K = 0 gives zeros). Nothing outside C's M × N elements is written, apart from the
 * scratch; reads may pass the end of A's last column or row (of each operand of a prologue), of B or of C by at most
 * 64 bytes. C overlaps neither A nor B. Pointers and strides need no alignment.
 */
export function emitGemm(module: ModuleBuilder, name: string, spec: GemmSpec): ModuleFunction {
  if (isNarrow(spec)) {
    const tiles = narrowTiles(module, name, spec);
    return module.add(name, ["i32"], [], (f) => {
      const w = loadWords(f, WORDS);
      if (spec.prologue === null) return emitNarrowDriver(f, { w, tiles, operands: null });
      const operands = f.local("i32");
      f.get(f.params[0]!).i32(GEMM_DESCRIPTOR_BYTES).op("i32.add").set(operands);
      emitNarrowDriver(f, { w, tiles, operands });
    });
  }
  if (spec.prologue !== null) throw new NdpipeError("BUG001", "a prologue of a product that is not narrow");
  return spec.a === "row" ? emitRowDriver(module, name, spec) : emitColumnDriver(module, name, spec);
}
