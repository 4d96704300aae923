/**
 * Packing of a product's right operand as WebAssembly: `packB` of `gemm.ts` writes the same bytes, but takes as long
 * as the product itself where that is small.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { PANEL_BYTES } from "./gemm_tile.ts";
import { copy, keep, releaseAll } from "./lanes.ts";
import { loadWords, writeWords } from "./word_descriptor.ts";

/** The descriptor: each field is one i32 word, in this order. Strides are in bytes, of either sign. */
export interface PackDescriptor {
  readonly pointer: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly k: number;
  readonly n: number;
  /** `packedBytes(k, n, dtype)` bytes, not overlapping the source */
  readonly destination: number;
}

const WORDS = [
  "pointer",
  "rowStride",
  "columnStride",
  "k",
  "n",
  "destination",
] as const satisfies readonly (keyof PackDescriptor)[];

/** Bytes of the descriptor of `emitPackB`. */
export const PACK_DESCRIPTOR_BYTES: number = WORDS.length * 4;

/** Writes the descriptor at `pointer`. */
export function writePackDescriptor(
  memory: WebAssembly.Memory,
  pointer: number,
  descriptor: PackDescriptor,
): void {
  writeWords(memory, { pointer, words: WORDS }, descriptor);
}

/**
 * Rows that are packed of all panels before the next ones, where columns are neighbours: half a line of the cache of
 * each row belongs to a panel, the other half to the next, and rows that are a power of two apart compete for few places
 * in the cache.
 */
const BLOCK_ROWS = 8;

/** Emits `name(descriptor: i32)`, which packs panel after panel. K and N may be 0; pointers need no alignment. */
export function emitPackB(module: ModuleBuilder, name: string, dtype: "f32" | "f64"): ModuleFunction {
  const { itemsize } = DTYPE[dtype], numLanes = PANEL_BYTES / itemsize;
  return module.add(name, ["i32"], [], (f) => {
    const w = loadWords(f, WORDS);
    const isUnit = keep(f.get(w.columnStride).i32(itemsize).op("i32.eq"), "i32");
    const panelStride = keep(f.get(w.columnStride).i32(numLanes).op("i32.mul"), "i32");
    const panelBytes = keep(f.get(w.k).i32(PANEL_BYTES).op("i32.mul"), "i32");
    const most = keep(f.i32(BLOCK_ROWS).get(w.k).get(isUnit).select("i32"), "i32");
    f.get(w.k).i32(0).op("i32.gt_s").get(w.n).i32(0).op("i32.gt_s").op("i32.and").if(() =>
      f.loop((nextBlock) => {
        const numRows = keep(f.get(most).get(w.k).get(most).get(w.k).op("i32.lt_s").select("i32"), "i32");
        emitPackRows(f, { ...w, numRows, panelStride, panelBytes, isUnit, itemsize });
        f.get(w.pointer).get(numRows).get(w.rowStride).op("i32.mul").op("i32.add").set(w.pointer);
        f.get(w.destination).get(numRows).i32(PANEL_BYTES).op("i32.mul").op("i32.add").set(w.destination);
        f.get(w.k).get(numRows).op("i32.sub").tee(w.k).brIf(nextBlock);
        f.release(numRows);
      })
    );
  });
}

/** All panels of `numRows` rows from `pointer` on. */
function emitPackRows(
  f: FunctionBuilder,
  { itemsize, numRows, panelStride, panelBytes, isUnit, ...w }:
    & Readonly<Record<"pointer" | "destination" | "n" | "rowStride" | "columnStride", Local>>
    & Readonly<Record<"numRows" | "panelStride" | "panelBytes" | "isUnit", Local>>
    & { readonly itemsize: number },
): void {
  const numLanes = PANEL_BYTES / itemsize;
  const panel = copy(f, w.pointer), to = copy(f, w.destination), left = copy(f, w.n);
  f.loop((nextPanel) => {
    const from = copy(f, panel), destination = copy(f, to), count = copy(f, numRows);
    const isWhole = () => f.get(left).i32(numLanes).op("i32.ge_s");
    const rows = (row: () => void) => () =>
      f.loop((nextRow) => {
        row();
        f.get(from).get(w.rowStride).op("i32.add").set(from);
        f.get(destination).i32(PANEL_BYTES).op("i32.add").set(destination);
        f.get(count).i32(1).op("i32.sub").tee(count).brIf(nextRow);
      });
    const lanes = (numValid: Local | null) =>
      rows(() => packLanes(f, { from, columnStride: w.columnStride, destination, itemsize, numValid }));
    isWhole().get(isUnit).op("i32.and").if(
      rows(() => {
        for (const offset of [0, 16]) {
          f.get(destination).get(from).op("v128.load", offset).op("v128.store", offset);
        }
      }),
      () => isWhole().if(lanes(null), lanes(left)),
    );
    releaseAll(f, [from, destination, count]);
    f.get(panel).get(panelStride).op("i32.add").set(panel);
    f.get(to).get(panelBytes).op("i32.add").set(to);
    f.get(left).i32(numLanes).op("i32.sub").tee(left).i32(0).op("i32.gt_s").brIf(nextPanel);
  });
  releaseAll(f, [panel, to, left]);
}

/** One k of a panel, element by element: all, or the first `numValid` and zeros. */
function packLanes(
  f: FunctionBuilder,
  { from, columnStride, destination, itemsize, numValid }: {
    readonly from: Local;
    readonly columnStride: Local;
    readonly destination: Local;
    readonly itemsize: number;
    readonly numValid: Local | null;
  },
): void {
  const perVector = 16 / itemsize, at = copy(f, from);
  const vectors = [0, 1].map(() => keep(f.v128(new Uint8Array(16))));
  f.block((done) => {
    for (let lane = 0; lane < 2 * perVector; lane++) {
      if (numValid !== null) f.get(numValid).i32(lane).op("i32.le_s").brIf(done);
      const vector = vectors[Math.floor(lane / perVector)]!;
      f.get(at).get(vector).op(`v128.load${itemsize * 8}_lane`, 0, lane % perVector).set(vector);
      f.get(at).get(columnStride).op("i32.add").set(at);
    }
  });
  vectors.forEach((vector, v) => f.get(destination).get(vector).op("v128.store", 16 * v));
  releaseAll(f, [at, ...vectors]);
}
