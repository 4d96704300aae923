/**
 * Large products of a row-layout A in vectors of 128 bits, with both operands in structs on the engine's heap.
 *
 * The engine checks the address of every load from memory: of the 33 instructions that a tile of six rows takes for one
 * k, twelve multiply. A struct's fields it reads at constants behind a pointer, without a check, so that 20 are left.
 * Six rows of A are copied there, each element in all lanes, for all the columns; the columns of B for all the rows. What
 * is no whole tile, the last rows and columns, is left to the tiles that read memory, `part`.
 *
 * The order of operations is that of `gemm.ts`.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { FunctionBuilder, Local, StructList } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import {
  emitAddress,
  emitBlocks,
  emitRests,
  type GemmSize,
  type GemmWords,
  type Part,
  PART_PARAMS,
  WORDS,
} from "./gemm_driver.ts";
import {
  BLOCK_K,
  emitMultiplyAdd,
  type GemmSpec,
  newAccumulators,
  PANEL_BYTES,
  paramsOf,
  tileSums,
} from "./gemm_tile.ts";
import { keep } from "./lanes.ts";
import { loadWords } from "./word_descriptor.ts";

/** Rows of a tile: with one panel twelve accumulators, B's two registers and one for A. */
const TILE_ROWS = 6;
/** k's of a struct, of a tile's rows of A or of a panel of B: one round of the tile's loop. A divisor of `BLOCK_K`. */
const STRUCT_K = 8;
/**
 * What all rows pass before the next: `CACHED_K` k's of so many bytes of B's rows, 512 KiB. Of more columns A's rows are
 * copied less often, of more k's C is read and written less often, but the caches are to hold both.
 */
const CACHED_K = 2 * BLOCK_K;
const CACHED_ROW_BYTES = 4096;
/**
 * What makes up for copying, and for a tile that is compiled: of fewer columns a tile's rows of A are read too seldom, of
 * fewer rows B.
 */
const LEAST = { multiplications: 2 ** 29, rows: 128, columns: 256 } as const;

/** Whether a product is computed faster with structs, where vectors have 128 bits. */
export function isInStructs({ a, prologue }: GemmSpec, { m, n, k }: GemmSize): boolean {
  return a === "row" && prologue === null && m >= LEAST.rows && n >= LEAST.columns &&
    m * n * k >= LEAST.multiplications;
}

const range = (length: number) => Array.from({ length }, (_, index) => index);

/** Emits what copies a tile's rows of A, k after k, each element in all lanes. */
function emitCopyLeft(
  module: ModuleBuilder,
  name: string,
  { list, itemsize }: { readonly list: StructList; readonly itemsize: number },
): ModuleFunction {
  const perVector = 16 / itemsize;
  return module.add(name, Array(3).fill("i32"), [], (f) => {
    const { row, rowStride, numK } = paramsOf(f, ["row", "rowStride", "numK"]);
    const rows = [row], to = f.local(list.type), vector = f.local("v128");
    while (rows.length < TILE_ROWS) rows.push(keep(f.get(rows.at(-1)!).get(rowStride).op("i32.add"), "i32"));
    f.firstOf(list).set(to);
    f.loop((again) => {
      rows.forEach((row, i) => {
        for (let k = 0; k < STRUCT_K; k++) {
          const lane = k % perVector, bytes = range(16).map((byte) => lane * itemsize + (byte % itemsize));
          if (lane === 0) f.get(row).op("v128.load", k * itemsize).set(vector);
          f.get(to).get(vector).get(vector).op("i8x16.shuffle", ...bytes).setVector(list, k * TILE_ROWS + i);
        }
        f.get(row).i32(STRUCT_K * itemsize).op("i32.add").set(row);
      });
      f.toNext(to, list, { grows: true });
      f.get(numK).i32(STRUCT_K).op("i32.sub").tee(numK).i32(0).op("i32.gt_s").brIf(again);
    });
  });
}

/** Emits what copies panels of B, each with its k's, one panel behind the other. */
function emitCopyRight(module: ModuleBuilder, name: string, list: StructList): ModuleFunction {
  return module.add(name, Array(4).fill("i32"), [], (f) => {
    const { panel, panelOfB, numK, numPanels } = paramsOf(f, ["panel", "panelOfB", "numK", "numPanels"]);
    const from = f.local("i32"), left = f.local("i32"), to = f.local(list.type);
    f.firstOf(list).set(to);
    f.loop((nextPanel) => {
      f.get(panel).set(from).get(numK).set(left);
      f.loop((again) => {
        // no k behind the last one is read
        f.block((done) => {
          for (let i = 0; i < list.numVectors; i++) {
            const k = i / (PANEL_BYTES / 16);
            if (k > 0 && Number.isInteger(k)) f.get(left).i32(k).op("i32.le_s").brIf(done);
            f.get(to).get(from).op("v128.load", 16 * i).setVector(list, i);
          }
        });
        f.get(from).i32(STRUCT_K * PANEL_BYTES).op("i32.add").set(from);
        f.toNext(to, list, { grows: true });
        f.get(left).i32(STRUCT_K).op("i32.sub").tee(left).i32(0).op("i32.gt_s").brIf(again);
      });
      f.get(panel).get(panelOfB).op("i32.add").set(panel);
      f.get(numPanels).i32(1).op("i32.sub").tee(numPanels).brIf(nextPanel);
    });
  });
}

/** The parameters of a tile but for its panel of B, all i32. */
const TILE_PARAMS = ["numK", "c", "cOuterStride", "cLaneStride", "accumulate"] as const;

/** The lists of a product. */
interface Operands {
  /** `TILE_ROWS` vectors a k */
  readonly left: StructList;
  /** two vectors a k */
  readonly right: StructList;
}

/** Emits the tile: C[tile] (+)= A[tile] · B[panel]. It takes the panel's first struct, and returns the next panel's. */
function emitStructTile(
  module: ModuleBuilder,
  name: string,
  { spec, left, right }: Operands & { readonly spec: GemmSpec },
): ModuleFunction {
  const tile = { numOuter: TILE_ROWS, numVectors: PANEL_BYTES / 16, hasHalves: false };
  const numValid = PANEL_BYTES / DTYPE[spec.dtype].itemsize;
  module.useOwnMemory();
  return module.add(name, [...TILE_PARAMS.map(() => "i32" as const), right.type], [right.type], (f) => {
    const p = paramsOf(f, [...TILE_PARAMS, "b"]), { b } = p;
    const accumulators = newAccumulators(f, tile), { vectors } = accumulators;
    const a = f.local(left.type), splat = f.local("v128"), ofB = f.localList("v128", tile.numVectors);
    const count = f.local("i32"), sums = tileSums(f, { ...p, spec, tile, accumulators, numValid, at: 0 });
    const step = (k: number) => {
      ofB.forEach((register, v) => f.getVector(b, right, k * tile.numVectors + v).set(register));
      vectors.forEach((ofRow, row) => {
        f.getVector(a, left, k * TILE_ROWS + row).set(splat);
        ofRow.forEach((acc, v) => emitMultiplyAdd(f, spec, { a: splat, b: ofB[v]!, acc }));
      });
    };
    const advance = () => f.toNext(a, left, { grows: false }).toNext(b, right, { grows: false });
    f.firstOf(left).set(a);
    sums.begin();
    emitBlocks(f, { end: p.numK, step: BLOCK_K }, (_, numK) => {
      f.get(numK).i32(Math.log2(STRUCT_K)).op("i32.shr_u").tee(count).if(() =>
        f.loop((again) => {
          range(STRUCT_K).forEach(step);
          advance();
          f.get(count).i32(1).op("i32.sub").tee(count).brIf(again);
        })
      );
      // only the last block has a struct of fewer k's
      f.get(numK).i32(STRUCT_K - 1).op("i32.and").tee(count).if(() => {
        f.block((done) => {
          for (let k = 0; k < STRUCT_K - 1; k++) {
            if (k > 0) f.get(count).i32(k).op("i32.eq").brIf(done);
            step(k);
          }
        });
        advance();
      });
      sums.addBlock();
    });
    sums.end();
    f.get(b);
  });
}

/** The parameters of the tiles of a few rows, all i32. */
const ROWS_PARAMS = [
  "a",
  "aRowStride",
  "numK",
  "c",
  "cRowStride",
  "cColumnStride",
  "accumulate",
  "numPanels",
] as const;

/** Emits the tiles of `TILE_ROWS` rows, whose A is copied first, with the panels of B that were. */
function emitTilesOfRows(
  module: ModuleBuilder,
  name: string,
  spec: GemmSpec,
  lists: Operands,
): ModuleFunction {
  const { itemsize } = DTYPE[spec.dtype], { left, right } = lists;
  const copyLeft = emitCopyLeft(module, `${name}$left`, { list: left, itemsize });
  const tile = emitStructTile(module, `${name}$struct`, { spec, ...lists });
  return module.add(`${name}$rows`, Array(ROWS_PARAMS.length).fill("i32"), [], (f) => {
    const p = paramsOf(f, ROWS_PARAMS), b = f.local(right.type);
    f.get(p.a).get(p.aRowStride).get(p.numK).call(copyLeft);
    f.firstOf(right).set(b);
    f.loop((again) => {
      f.get(p.numK).get(p.c).get(p.cRowStride).get(p.cColumnStride).get(p.accumulate).get(b).call(tile).set(
        b,
      );
      emitAddress(f, p.c, [p.cColumnStride, PANEL_BYTES / itemsize]);
      f.set(p.c).get(p.numPanels).i32(1).op("i32.sub").tee(p.numPanels).brIf(again);
    });
  });
}

/**
 * Emits `name(descriptor: i32)` for products of which `isInStructs` holds; smaller ones of at least one k are right, but
 * slower. `part` has `PART_PARAMS` and computes any part of the product.
 */
export function emitStructDriver(
  module: ModuleBuilder,
  name: string,
  { spec, part }: { readonly spec: GemmSpec; readonly part: ModuleFunction },
): ModuleFunction {
  const { itemsize } = DTYPE[spec.dtype];
  const left = module.structList(TILE_ROWS * STRUCT_K);
  const right = module.structList((PANEL_BYTES / 16) * STRUCT_K);
  const copyRight = emitCopyRight(module, `${name}$right`, right);
  const tilesOfRows = emitTilesOfRows(module, name, spec, { left, right });
  return module.add(name, ["i32"], [], (f) => {
    const w = loadWords(f, WORDS);
    const wholeM = keep(f.get(w.m).get(w.m).i32(TILE_ROWS).op("i32.rem_u").op("i32.sub"), "i32");
    const wholeN = keep(f.get(w.n).i32(-PANEL_BYTES / itemsize).op("i32.and"), "i32");
    emitWholeTiles(f, w, { wholeM, wholeN, itemsize, copyRight, tilesOfRows });
    const callPart = (words: Part) => {
      for (const param of PART_PARAMS) f.get(words[param]);
      f.call(part);
    };
    emitRests(f, { block: w, wholeM, wholeN }, { itemsize, callPart });
  });
}

/** The whole tiles of a product: all rows for a block of B, then for the next. */
function emitWholeTiles(
  f: FunctionBuilder,
  w: GemmWords,
  { wholeM, wholeN, itemsize, copyRight, tilesOfRows }: {
    readonly wholeM: Local;
    readonly wholeN: Local;
    readonly itemsize: number;
    readonly copyRight: ModuleFunction;
    readonly tilesOfRows: ModuleFunction;
  },
): void {
  const columnOfB = keep(f.get(w.k).i32(itemsize).op("i32.mul"), "i32");
  const panelOfB = keep(f.get(w.k).i32(PANEL_BYTES).op("i32.mul"), "i32");
  const numPanels = f.local("i32"), a = f.local("i32"), c = f.local("i32");
  emitBlocks(f, { end: wholeN, step: CACHED_ROW_BYTES / itemsize }, (column, numColumns) => {
    f.get(numColumns).i32(PANEL_BYTES / itemsize).op("i32.div_u").set(numPanels);
    emitAddress(f, w.cPointer, [column, w.cColumnStride]);
    f.set(c);
    emitBlocks(f, { end: w.k, step: CACHED_K }, (k, numK) => {
      emitAddress(f, w.packedPointer, [column, columnOfB], [k, PANEL_BYTES]);
      f.get(panelOfB).get(numK).get(numPanels).call(copyRight);
      emitAddress(f, w.aPointer, [k, itemsize]);
      f.set(a);
      emitBlocks(f, { end: wholeM, step: TILE_ROWS }, (row) => {
        emitAddress(f, a, [row, w.aRowStride]);
        f.get(w.aRowStride).get(numK);
        emitAddress(f, c, [row, w.cRowStride]);
        f.get(w.cRowStride).get(w.cColumnStride).get(k).get(numPanels).call(tilesOfRows);
      });
    });
  });
}
