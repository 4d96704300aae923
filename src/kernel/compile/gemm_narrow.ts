/**
 * Products whose columns fit one tile of registers, of a row-layout A: `PRODUCT_TILE_BYTES` of C a row at most. Each
 * element of A is needed once, so that nothing is blocked for the caches: a tile of rows passes all of K, block
 * after block, and A is read in long runs. The order of operations is that of `gemm.ts`.
 *
 * A may be computed on the way, by the elementwise instructions of a prologue: its elements are never stored but
 * for a few vectors in the instance's own memory, from where they are loaded into all lanes. That memory is
 * addressed by constants, which the engine need not check; and a vector is computed `AHEAD` rounds before it is
 * multiplied, so that divisions and cache misses of the one overlap with the multiplications of the other.
 *
 * Where vectors have 256 bits, `gemm_narrow_wide.ts` takes all rows but the last few.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { descriptorPointerBytes, type GemmPrologue, PRODUCT_TILE_BYTES } from "../../plan/gemm_prologue.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { emitAddress, emitTiles, type GemmWords } from "./gemm_driver.ts";
import {
  type Accumulators,
  eachBlock,
  emitTile,
  type GemmSpec,
  type LoadSplat,
  newAccumulators,
  PANEL_BYTES,
  paramsOf,
  type Tile,
  tileStep,
  tileSums,
} from "./gemm_tile.ts";
import { emitWideRows, isWide, wideTile } from "./gemm_narrow_wide.ts";
import { emitRowsApart } from "./gemm_rows_apart.ts";
import { InstructionList, registerAt } from "./instruction_list.ts";
import { copy, keep } from "./lanes.ts";

/** Vectors of each row that are computed before they are multiplied. */
const AHEAD = 2;

/**
 * Rows of A beyond which the places of tiles with halves, of four rows, are `LONG_ROWS` rows long and no longer. Of
 * 1000 k's neighbours, which all begin anew with every tile, take a seventh longer on Zen 3, but places that lie far
 * apart a tenth longer on a later processor; products of 64 k's take two thirds of their time where they do, and tiles
 * of six and eight rows gain whatever K. An odd number, or rows of half a page would all be at one place of a page.
 */
const LONG_ROW_BYTES = 1024;
const LONG_ROWS = 9;

/** The parameters of a tile whose A is computed, all i32. */
const PARAMS = [
  /** where the prologue's operands are described: pointer and row stride of each */
  "operands",
  "row",
  "b",
  "panelOfB",
  "numK",
  "c",
  "cOuterStride",
  "cLaneStride",
] as const;
type Params = Readonly<Record<(typeof PARAMS)[number], Local>>;

/** Whether a product is one of this file. */
export function isNarrow({ a, n, dtype }: GemmSpec): boolean {
  return a === "row" && n !== null && n > 0 && n * DTYPE[dtype].itemsize <= PRODUCT_TILE_BYTES;
}

/** The functions of a narrow product's tiles. */
export interface NarrowTiles {
  readonly spec: GemmSpec;
  /** largest first */
  readonly tiles: readonly (Tile & { readonly call: ModuleFunction })[];
  /** of 256-bit vectors, for all rows but the last few; null: none */
  readonly wide: ModuleFunction | null;
}

/** Emits the loops over the tiles of rows and the blocks of K. */
export function emitNarrowDriver(
  f: FunctionBuilder,
  { w, tiles: { spec, tiles, wide }, operands }: {
    readonly w: GemmWords;
    readonly tiles: NarrowTiles;
    /** the address of the prologue's operands; null: A is in memory */
    readonly operands: Local | null;
  },
): void {
  const panelOfB = f.local("i32"), end = f.local("i32"), row = f.local("i32");
  f.get(w.k).i32(PANEL_BYTES).op("i32.mul").set(panelOfB);
  const call = (tile: NarrowTiles["tiles"][number], row: Local, step: Local | null) => {
    const byStep = (stride: Local) => {
      f.get(stride);
      if (step !== null) f.get(step).op("i32.mul");
    };
    if (operands !== null) f.get(operands).get(row);
    else {
      emitAddress(f, w.aPointer, [row, w.aRowStride]);
      byStep(w.aRowStride);
    }
    f.get(w.packedPointer).get(panelOfB).get(w.k);
    emitAddress(f, w.cPointer, [row, w.cRowStride]);
    byStep(w.cRowStride);
    f.get(w.cColumnStride);
    // the tile whose A is computed has no use for these: n, and that nothing is in C
    if (operands === null) f.get(w.n).i32(0);
    f.call(tile.call);
  };
  const done = wide === null ? [] : [emitWideRows(f, w, { tile: wide, spec, operands })];
  // a tile of which C has columns stores its rows as neighbours
  if (operands === null && spec.c === "row") {
    const [tile] = tiles as readonly [NarrowTiles["tiles"][number]];
    const m = rowsApart(f, w, wide === null ? null : done[0]!);
    const mostTiles = tile.hasHalves ? mostTilesOf(f, w, spec) : null;
    const rows = { m, stride: w.aRowStride, numRows: tile.numOuter, mostTiles };
    done.push(emitRowsApart(f, rows, (row, step) => call(tile, row, step)));
  }
  f.get(w.m);
  for (const rows of done) f.get(rows).op("i32.sub");
  f.set(end);
  emitTiles(f, { tiles, end }, (tile, index) => {
    f.get(index);
    for (const rows of done) f.get(rows).op("i32.add");
    f.set(row);
    call(tile, row, null);
  });
}

/** Rows that go by tiles whose rows lie apart: all but what 256-bit vectors took, which is none where K is small. */
function rowsApart(f: FunctionBuilder, { m }: GemmWords, wide: Local | null): Local {
  return wide === null ? m : keep(f.get(m).i32(0).get(wide).op("i32.eqz").select("i32"), "i32");
}

/** The most tiles with halves that pass their places together. */
function mostTilesOf(f: FunctionBuilder, { m, k }: GemmWords, { dtype }: GemmSpec): Local {
  f.get(m).i32(LONG_ROWS).get(k).i32(LONG_ROW_BYTES / DTYPE[dtype].itemsize).op("i32.le_s").select("i32");
  return keep(f, "i32");
}

/** Emits the functions of the tiles. */
export function narrowTiles(module: ModuleBuilder, name: string, spec: GemmSpec): NarrowTiles {
  const numLanes = 16 / DTYPE[spec.dtype].itemsize, n = spec.n!;
  const numVectors = n > numLanes ? 2 : 1, hasHalves = n > 2 * numLanes;
  const whole = spec.prologue !== null ? 4 : 6, most = numVectors === 1 ? 8 : hasHalves ? 4 : whole;
  // a tile whose A is computed is much code: the last rows go one by one
  const tiles = (spec.prologue !== null ? [most, 1] : [most, 2, 1]).map((numOuter) => {
    const tile = { numOuter, numVectors, hasHalves, numValid: n };
    const tileName = `${name}$${numOuter}x${numVectors}${hasHalves ? "h" : ""}`;
    const call = spec.prologue === null
      ? emitTile(module, tileName, spec, tile)
      : emitPrologueTile(module, tileName, { spec, tile, prologue: spec.prologue });
    return { ...tile, call };
  });
  const wide = module.vectorBits === 256 && isWide(spec) ? wideTile(module, `${name}$wide`, spec) : null;
  return { spec, tiles, wide };
}

/** One tile: computes A[tile] and multiplies it, C[tile] (+)= A[tile] · B[panel]. */
function emitPrologueTile(
  module: ModuleBuilder,
  name: string,
  { spec, tile, prologue }: { spec: GemmSpec; tile: Tile; prologue: GemmPrologue },
): ModuleFunction {
  module.useOwnMemory();
  return module.add(name, Array(PARAMS.length).fill("i32"), [], (f) => {
    const p = paramsOf(f, PARAMS);
    const { itemsize } = DTYPE[spec.dtype], vf = 16 / itemsize;
    const accumulators = newAccumulators(f, tile);
    const left = new LeftOperand({ f, module, numerics: spec.numerics }, p, { tile, prologue, vf });
    const nextPanel = f.local("i32"), count = f.local("i32"), at = f.local("i32");
    f.get(p.b).get(p.panelOfB).op("i32.add").set(nextPanel);
    f.i32(0).set(at);
    f.loop((again) => {
      left.store(0, (row) => f.get(at).i32(slotOf(row)).op("i32.add"));
      left.advance(vf);
      f.get(at).i32(16).op("i32.add").tee(at).i32(AHEAD * 16).op("i32.lt_u").brIf(again);
    });
    const numInBlock = f.local("i32"), accumulate = f.local("i32");
    const sums = tileSums(f, {
      ...p,
      spec,
      tile,
      accumulators,
      numValid: spec.n!,
      accumulate,
      at: slotOf(tile.numOuter),
    });
    eachBlock(f, { numK: p.numK, numInBlock }, () => {
      emitBlock(f, { spec, tile, left, accumulators, nextPanel, b: p.b, numK: numInBlock, count, at });
      sums.addBlock();
    });
    sums.end();
  });
}

/** Where a row's vectors lie in the own memory: behind each other. */
const slotOf = (row: number, ahead = 0) => (row * AHEAD + ahead) * 16;

/** accumulators += A · B for the `numK` k's of a block, while A of the next rounds is computed. */
function emitBlock(
  f: FunctionBuilder,
  { spec, tile, left, accumulators, nextPanel, b, numK, count, at }: {
    readonly spec: GemmSpec;
    readonly tile: Tile;
    readonly left: LeftOperand;
    readonly accumulators: Accumulators;
  } & Readonly<Record<"nextPanel" | "b" | "numK" | "count" | "at", Local>>,
): void {
  const { itemsize } = DTYPE[spec.dtype], vf = 16 / itemsize, perRound = vf * AHEAD;
  const splat = `v128.load${itemsize * 8}_splat`;
  const stepOf = (loadSplat: LoadSplat) =>
    tileStep(f, spec, { accumulators, vector: b, nextPanel, loadSplat });
  const advancePanels = (numSteps: number) => {
    for (const panel of tile.hasHalves ? [b, nextPanel] : [b]) {
      f.get(panel).i32(PANEL_BYTES * numSteps).op("i32.add").set(panel);
    }
  };
  f.get(numK).i32(Math.log2(perRound)).op("i32.shr_u").tee(count).if(() => {
    const step = stepOf((o, k) => f.i32(slotOf(o) + k * itemsize).opOwn(splat));
    f.loop((again) => {
      for (let ahead = 0; ahead < AHEAD; ahead++) {
        for (let k = 0; k < vf; k++) step(ahead * vf + k);
        left.store(ahead, (row) => f.i32(slotOf(row, ahead)));
      }
      left.advance(perRound);
      advancePanels(perRound);
      f.get(count).i32(1).op("i32.sub").tee(count).brIf(again);
    });
  });
  // a block has whole rounds, but for the last
  f.get(numK).i32(perRound - 1).op("i32.and").tee(count).if(() => {
    const step = stepOf((o) => f.get(at).opOwn(splat, slotOf(o)));
    f.i32(0).set(at);
    f.loop((again) => {
      step(0);
      advancePanels(1);
      f.get(at).i32(itemsize).op("i32.add").set(at);
      f.get(count).i32(1).op("i32.sub").tee(count).brIf(again);
    });
  });
}

/** A of one tile, computed vector by vector. */
class LeftOperand {
  readonly context: { f: FunctionBuilder; module: ModuleBuilder; numerics: GemmSpec["numerics"] };
  readonly options: { tile: Tile; prologue: GemmPrologue; vf: number };

  /** by operand: pointers by row (one where all rows share it), or the value that does not change along K */
  readonly #sources: readonly { readonly pointers: readonly Local[]; readonly values: readonly Local[] }[];

  constructor(
    context: { f: FunctionBuilder; module: ModuleBuilder; numerics: GemmSpec["numerics"] },
    p: Params,
    options: { tile: Tile; prologue: GemmPrologue; vf: number },
  ) {
    this.context = context;
    this.options = options;
    const { f } = context, { tile, prologue } = options;
    this.#sources = prologue.operands.map(({ dtype, access, isPerRow }, index) => {
      const { itemsize } = DTYPE[dtype];
      const rowStride = keep(f.get(p.operands).op("i32.load", descriptorPointerBytes(index) + 4), "i32");
      f.get(p.operands).op("i32.load", descriptorPointerBytes(index));
      f.get(p.row).get(rowStride).op("i32.mul").op("i32.add");
      const pointers = [keep(f, "i32")];
      while (isPerRow && pointers.length < tile.numOuter) {
        pointers.push(keep(f.get(pointers.at(-1)!).get(rowStride).op("i32.add"), "i32"));
      }
      f.release(rowStride);
      if (access === "unit") return { pointers, values: [] };
      const values = pointers.map((pointer) => keep(f.get(pointer).op(`v128.load${itemsize * 8}_splat`)));
      return { pointers: [], values };
    });
  }

  /** computes the vector of that index of every row, into the own memory at the address that `pushSlot` pushes */
  store(vector: number, pushSlot: (row: number) => void): void {
    const { context, options: { tile, prologue, vf } } = this, { f } = context;
    // what all rows share is loaded once
    const shared = prologue.operands.map(({ isPerRow, access }, index) =>
      isPerRow || access === "zero" ? null : this.#load(index, 0, vector)
    );
    for (let row = 0; row < tile.numOuter; row++) {
      const load = (operand: number) => {
        const { values } = this.#sources[operand]!;
        const known = shared[operand] ?? values[Math.min(row, values.length - 1)];
        const register = known === undefined ? this.#load(operand, row, vector) : copy(f, known);
        return { registers: [register], uniform: false };
      };
      const list = new InstructionList(context, prologue.body, [prologue.value], {
        vf,
        load,
        isUniformOperand: () => false,
        accumulator: () => {
          throw new NdpipeError("BUG001", "the prologue of a product reads an accumulator");
        },
      });
      list.emit();
      pushSlot(row);
      f.get(registerAt(list.value(prologue.value), 0)).opOwn("v128.store");
      list.release(prologue.value);
    }
    for (const register of shared) if (register !== null) f.release(register);
  }

  #load(operand: number, row: number, vector: number): Local {
    const { f } = this.context, { vf, prologue } = this.options;
    const { pointers } = this.#sources[operand]!;
    const numBytes = vf * DTYPE[prologue.operands[operand]!.dtype].itemsize;
    const instruction = numBytes === 16 ? "load" : `load${numBytes * 8}_${numBytes >= 4 ? "zero" : "splat"}`;
    return keep(
      f.get(pointers[Math.min(row, pointers.length - 1)]!).op(`v128.${instruction}`, vector * numBytes),
    );
  }

  /** moves the pointers along K */
  advance(numElements: number): void {
    const { f } = this.context;
    for (let index = 0; index < this.#sources.length; index++) {
      const { itemsize } = DTYPE[this.options.prologue.operands[index]!.dtype];
      for (const pointer of this.#sources[index]!.pointers) {
        f.get(pointer).i32(numElements * itemsize).op("i32.add").set(pointer);
      }
    }
  }
}
