/**
 * Large products of a row-layout A where the engine's vectors have 256 bits: see `vector_bits.ts` for what V8 joins.
 *
 * A panel of B is read through an address that V8 checks before each load, and loads with a check between them are not
 * joined. So a block of B, `BLOCK_K` k's of two panels, is copied to the instance's own memory, where the tile finds it
 * at constants, with its k's written out: it is passed by a block of rows of A before the next. What is no whole tile,
 * the last rows and columns, is left to the tiles of 128 bits, `part`.
 *
 * The order of operations is that of `gemm.ts`: a call of the tile is one block of K.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import {
  emitAddress,
  emitBlocks,
  emitRests,
  emitTiles,
  type GemmSize,
  type Part,
  PART_PARAMS,
  type TileFunction,
  type WholeTiles,
  WORDS,
} from "./gemm_driver.ts";
import {
  type Accumulators,
  addOf,
  BLOCK_K,
  emitMultiplyAdd,
  emitTileEnd,
  type GemmSpec,
  newAccumulators,
  PANEL_BYTES,
  paramsOf,
} from "./gemm_tile.ts";
import { keep } from "./lanes.ts";
import { loadWords } from "./word_descriptor.ts";

/**
 * Rows of a tile: with two panels ten accumulators, B's two registers and one for A. 4 rows take a tenth longer, 6 do
 * not fit V8's 15 registers; nor does a tile of 3 rows by three panels gain anything.
 */
const TILE_ROWS = 5;
/** Vectors of 128 bits in a tile's row, and at each k of a block of B: two panels. */
const NUM_VECTORS = 4;
const BLOCK_ROW_BYTES = 16 * NUM_VECTORS;
/** Where the block of B lies in the own memory: behind what the tiles of 128 bits keep there. */
const BLOCK_AT = 4096;
/** Where the sums that V8 joins pairs for are stored: nobody reads them. */
const UNREAD_AT = BLOCK_AT + BLOCK_K * BLOCK_ROW_BYTES;
/**
 * The pieces of a block, by the bits of its number of k's, so that a shorter block is some of them: each has a place of
 * its own in the own memory. A whole block has all, and so one k besides.
 */
const PIECES = [[32, 32], [16, 16], [8, 8], [4, 4], [2, 2], [1, 1], [BLOCK_K, 1]] as const;
/**
 * Rows of A that pass a block of B, and their k's that all columns pass before the next: 320 KiB, in the second-level
 * cache. Of more rows A comes from farther, of fewer the copies of B take longer; of more k's 1024 × 1024 take a tenth
 * longer, of fewer rows that come from memory are read in short runs.
 */
const blockRows = (itemsize: number): number => 640 / itemsize;
const BLOCKS_K = 8 * BLOCK_K;
/** of the processor's caches */
const LINE_BYTES = 64;
/**
 * Multiplications from which a product is worth the tile, which is 15 KB of code to emit and to compile: one of
 * 128 × 128 × 128 is as fast the first time, one of 100 × 100 × 100 takes a millisecond longer and saves a hundredth.
 */
const LEAST_MULTIPLICATIONS = 2 ** 20;
/**
 * Rows from which on they need not be those of one tile: of 6 or 8 the tile saves less than it costs that the few rows
 * below it pass B again, which took 1.4 and 1.2 times as long for 512 columns of f32.
 */
const LEAST_ROWS = 2 * TILE_ROWS;

/** columns of a tile */
const columnsOf = (dtype: "f32" | "f64"): number => BLOCK_ROW_BYTES / DTYPE[dtype].itemsize;

/** Whether products of this kind may have a part for wide tiles. */
export function mayBeWide({ a, n, dtype }: GemmSpec): boolean {
  return a === "row" && (n === null || n >= columnsOf(dtype));
}

/** Whether wide tiles compute a product, or most of it, where vectors have 256 bits. */
export function isWide(spec: GemmSpec, { m, n, k }: GemmSize): boolean {
  return mayBeWide(spec) && (m >= LEAST_ROWS || m === TILE_ROWS) && n >= columnsOf(spec.dtype) &&
    m * n * k >= LEAST_MULTIPLICATIONS;
}

/** Pushes whether the product is wide, of a kind that may be. */
function emitIsWide(f: FunctionBuilder, { m, n, k }: Part, dtype: "f32" | "f64"): void {
  f.get(m).op("f64.convert_i32_s");
  for (const factor of [n, k]) f.get(factor).op("f64.convert_i32_s").op("f64.mul");
  f.f64(LEAST_MULTIPLICATIONS).op("f64.ge");
  f.get(m).i32(LEAST_ROWS).op("i32.ge_s").get(m).i32(TILE_ROWS).op("i32.eq").op("i32.or").op("i32.and");
  f.get(n).i32(columnsOf(dtype)).op("i32.ge_s").op("i32.and");
}

/** Emits the pieces that the bits of `pieces` name. */
function emitPieces(f: FunctionBuilder, pieces: Local, emit: (first: number, numK: number) => void): void {
  let first = 0;
  for (const [bit, numK] of PIECES) {
    const at = first;
    f.get(pieces).i32(bit).op("i32.and").if(() => emit(at, numK));
    first += numK;
  }
}

/** Emits what copies a block of B to the own memory: (its first panel, bytes to the second, its pieces). */
function emitCopyBlock(module: ModuleBuilder, name: string): ModuleFunction {
  return module.add(name, Array(3).fill("i32"), [], (f) => {
    const [panel, panelOfB, pieces] = f.params as [Local, Local, Local], to = f.local("i32");
    const panels = [panel, keep(f.get(panel).get(panelOfB).op("i32.add"), "i32")];
    emitPieces(f, pieces, (first, numK) => {
      const numSteps = Math.min(numK, 4);
      f.i32(first * BLOCK_ROW_BYTES).set(to);
      f.loop((again) => {
        for (let k = 0; k < numSteps; k++) {
          for (let v = 0; v < NUM_VECTORS; v++) {
            f.get(to).get(panels[v >> 1]!).op("v128.load", k * PANEL_BYTES + (v & 1) * 16);
            f.opOwn("v128.store", BLOCK_AT + k * BLOCK_ROW_BYTES + v * 16);
          }
        }
        for (const panel of panels) f.get(panel).i32(numSteps * PANEL_BYTES).op("i32.add").set(panel);
        f.get(to).i32(numSteps * BLOCK_ROW_BYTES).op("i32.add").tee(to);
        f.i32((first + numK) * BLOCK_ROW_BYTES).op("i32.lt_u").brIf(again);
      });
    });
  });
}

/**
 * Emits what reads a block of A row by row, so that it is in the cache: (its first row, bytes to the next, rows, bytes
 * of a row). The tiles read a short piece of each row, and of these the processor foresees none.
 */
function emitFetchBlock(module: ModuleBuilder, name: string): ModuleFunction {
  return module.add(name, Array(4).fill("i32"), [], (f) => {
    const [row, rowStride, numRows, rowBytes] = f.params as [Local, Local, Local, Local];
    const at = f.local("i32"), end = f.local("i32"), read = f.local("i32");
    f.loop((nextRow) => {
      f.get(row).tee(at).get(rowBytes).op("i32.add").set(end);
      f.loop((nextLine) => {
        f.get(at).op("i32.load").get(read).op("i32.or").set(read);
        f.get(at).i32(LINE_BYTES).op("i32.add").tee(at).get(end).op("i32.lt_u").brIf(nextLine);
      });
      f.get(row).get(rowStride).op("i32.add").set(row);
      f.get(numRows).i32(1).op("i32.sub").tee(numRows).brIf(nextRow);
    });
    // or the loads would be left out
    f.i32(0).get(read).opOwn("i32.store", UNREAD_AT);
  });
}

/** all i32; `accumulate` as of `emitTile` */
const TILE_PARAMS = ["a", "aRowStride", "pieces", "c", "cOuterStride", "cLaneStride", "accumulate"] as const;
type TileParams = Readonly<Record<(typeof TILE_PARAMS)[number], Local>>;

/** Emits the tile: C[tile] (+)= A[tile] · the block of B in the own memory. */
function emitWideTile(module: ModuleBuilder, name: string, spec: GemmSpec): TileFunction {
  const tile = { numOuter: TILE_ROWS, numVectors: NUM_VECTORS, hasHalves: false };
  const call = module.add(name, Array(TILE_PARAMS.length).fill("i32"), [], (f) => {
    const p = paramsOf(f, TILE_PARAMS);
    const accumulators = newAccumulators(f, tile), { vectors } = accumulators;
    emitSteps(f, spec, p, accumulators);
    // V8 begins with the sum of a pair, and joins all that led to it
    for (const ofRow of vectors) {
      for (let v = 0; v < NUM_VECTORS; v += 2) {
        f.i32(0).get(ofRow[v]!).get(ofRow[v + 1]!).op("i32x4.add").opOwn("v128.store", UNREAD_AT);
      }
    }
    if (spec.c === "row") emitRowsEnd(f, spec, p, accumulators);
    else emitTileEnd(f, { ...p, spec, tile, accumulators, numValid: columnsOf(spec.dtype) });
  });
  return { ...tile, call };
}

/** The steps of the block's k's: accumulators += A · B. */
function emitSteps(f: FunctionBuilder, spec: GemmSpec, p: TileParams, { vectors }: Accumulators): void {
  const { itemsize } = DTYPE[spec.dtype];
  const rows = vectors.map(() => f.local("i32")), splat = f.local("v128");
  const ofB = vectors[0]!.map(() => f.local("v128"));
  rows.forEach((row, r) =>
    (r === 0 ? f.get(p.a) : f.get(rows[r - 1]!).get(p.aRowStride).op("i32.add")).set(row)
  );
  emitPieces(f, p.pieces, (first, numK) => {
    for (let k = 0; k < numK; k++) {
      // neighbours, and no check between the loads of a pair
      ofB.forEach((register, v) =>
        f.i32(0).opOwn("v128.load", BLOCK_AT + (first + k) * BLOCK_ROW_BYTES + v * 16).set(register)
      );
      vectors.forEach((ofRow, r) => {
        f.get(rows[r]!).op(`v128.load${itemsize * 8}_splat`, k * itemsize).set(splat);
        ofRow.forEach((acc, v) => emitMultiplyAdd(f, spec, { a: splat, b: ofB[v]!, acc }));
      });
    }
    for (const row of rows) f.get(row).i32(numK * itemsize).op("i32.add").set(row);
  });
}

/** As `emitTileEnd`, of whole vectors, of which there are too many to load all before the first is stored. */
function emitRowsEnd(f: FunctionBuilder, spec: GemmSpec, p: TileParams, { vectors }: Accumulators): void {
  const add = addOf(spec), row = f.local("i32");
  const storeAll = (pushSum: (acc: Local, offset: number) => void) => () => {
    f.get(p.c).set(row);
    for (const ofRow of vectors) {
      ofRow.forEach((acc, v) => {
        f.get(row);
        pushSum(acc, 16 * v);
        f.op("v128.store", 16 * v);
      });
      f.get(row).get(p.cOuterStride).op("i32.add").set(row);
    }
  };
  f.get(p.accumulate).if(
    storeAll((acc, offset) => f.get(row).op("v128.load", offset).get(acc).op(add)),
    storeAll((acc) => f.get(acc)),
  );
}

/** Emits `name(descriptor: i32)`. `part` has `PART_PARAMS` and computes any part of the product. */
export function emitWideDriver(
  module: ModuleBuilder,
  name: string,
  { spec, part }: { readonly spec: GemmSpec; readonly part: ModuleFunction },
): ModuleFunction {
  module.useOwnMemory();
  const fetchBlock = emitFetchBlock(module, `${name}$fetch`);
  const copyBlock = emitCopyBlock(module, `${name}$copy`), tile = emitWideTile(module, `${name}$wide`, spec);
  const { itemsize } = DTYPE[spec.dtype];
  return module.add(name, ["i32"], [], (f) => {
    const w = loadWords(f, WORDS);
    const callPart = (words: Part) => {
      for (const param of PART_PARAMS) f.get(words[param]);
      f.call(part);
    };
    const wide = () => {
      const wholeN = keep(f.get(w.n).i32(-columnsOf(spec.dtype)).op("i32.and"), "i32");
      const wholeM = f.local("i32"), aPointer = f.local("i32"), cPointer = f.local("i32");
      emitBlocks(f, { end: w.m, step: blockRows(itemsize) }, (row, m) => {
        emitAddress(f, w.aPointer, [row, w.aRowStride]);
        f.set(aPointer);
        emitAddress(f, w.cPointer, [row, w.cRowStride]);
        f.set(cPointer);
        f.get(m).get(m).i32(TILE_ROWS).op("i32.rem_u").op("i32.sub").set(wholeM);
        const sizes = { block: { ...w, aPointer, cPointer, m }, wholeM, wholeN };
        emitWideBlock(f, sizes, { dtype: spec.dtype, tile, copyBlock, fetchBlock });
        emitRests(f, sizes, { itemsize, callPart });
      });
    };
    emitIsWide(f, w, spec.dtype);
    f.if(wide, () => callPart(w));
  });
}

/** The whole tiles of a block of rows: all columns for `BLOCKS_K` k's, then for the next. */
function emitWideBlock(
  f: FunctionBuilder,
  { block, wholeM, wholeN }: WholeTiles,
  { dtype, tile, copyBlock, fetchBlock }: {
    readonly dtype: "f32" | "f64";
    readonly tile: TileFunction;
    readonly copyBlock: ModuleFunction;
    readonly fetchBlock: ModuleFunction;
  },
): void {
  const { itemsize } = DTYPE[dtype], pieces = f.local("i32");
  const columnOfB = keep(f.get(block.k).i32(itemsize).op("i32.mul"), "i32");
  const panelOfB = keep(f.get(block.k).i32(PANEL_BYTES).op("i32.mul"), "i32");
  const k = f.local("i32"), a = f.local("i32"), c = f.local("i32");
  emitBlocks(f, { end: block.k, step: BLOCKS_K }, (first, numCached) => {
    emitAddress(f, block.aPointer, [first, itemsize]);
    f.get(block.aRowStride).get(block.m).get(numCached).i32(itemsize).op("i32.mul").call(fetchBlock);
    emitBlocks(f, { end: wholeN, step: columnsOf(dtype) }, (column) => {
      emitAddress(f, block.cPointer, [column, block.cColumnStride]);
      f.set(c);
      emitBlocks(f, { end: numCached, step: BLOCK_K }, (behind, numK) => {
        f.get(first).get(behind).op("i32.add").set(k);
        f.get(numK).i32(BLOCK_K).op("i32.eq").i32(BLOCK_K - 1).op("i32.mul").get(numK).op("i32.or").set(
          pieces,
        );
        emitAddress(f, block.packedPointer, [column, columnOfB], [k, PANEL_BYTES]);
        f.get(panelOfB).get(pieces).call(copyBlock);
        emitAddress(f, block.aPointer, [k, itemsize]);
        f.set(a);
        emitTiles(f, { tiles: [tile], end: wholeM }, ({ call }, row) => {
          emitAddress(f, a, [row, block.aRowStride]);
          f.get(block.aRowStride).get(pieces);
          emitAddress(f, c, [row, block.cRowStride]);
          f.get(block.cRowStride).get(block.cColumnStride).get(k).call(call);
        });
      });
    });
  });
  for (const local of [pieces, columnOfB, panelOfB, k, a, c]) f.release(local);
}
