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

/** Emits `name(descriptor: i32)`, which packs panel after panel. K and N may be 0; pointers need no alignment. */
export function emitPackB(module: ModuleBuilder, name: string, dtype: "f32" | "f64"): ModuleFunction {
  const { itemsize } = DTYPE[dtype], numLanes = PANEL_BYTES / itemsize;
  return module.add(name, ["i32"], [], (f) => {
    const w = loadWords(f, WORDS);
    const isUnit = keep(f.get(w.columnStride).i32(itemsize).op("i32.eq"), "i32");
    const panelStride = keep(f.get(w.columnStride).i32(numLanes).op("i32.mul"), "i32");
    f.get(w.k).i32(0).op("i32.gt_s").get(w.n).i32(0).op("i32.gt_s").op("i32.and").if(() =>
      f.loop((nextPanel) => {
        const from = copy(f, w.pointer), count = copy(f, w.k);
        const isWhole = () => f.get(w.n).i32(numLanes).op("i32.ge_s");
        const rows = (row: () => void) => () =>
          f.loop((nextRow) => {
            row();
            f.get(from).get(w.rowStride).op("i32.add").set(from);
            f.get(w.destination).i32(PANEL_BYTES).op("i32.add").set(w.destination);
            f.get(count).i32(1).op("i32.sub").tee(count).brIf(nextRow);
          });
        isWhole().get(isUnit).op("i32.and").if(
          rows(() => {
            for (const offset of [0, 16]) {
              f.get(w.destination).get(from).op("v128.load", offset).op("v128.store", offset);
            }
          }),
          () =>
            isWhole().if(
              rows(() => packLanes(f, { from, ...w, itemsize, numValid: null })),
              rows(() => packLanes(f, { from, ...w, itemsize, numValid: w.n })),
            ),
        );
        releaseAll(f, [from, count]);
        f.get(w.pointer).get(panelStride).op("i32.add").set(w.pointer);
        f.get(w.n).i32(numLanes).op("i32.sub").tee(w.n).i32(0).op("i32.gt_s").brIf(nextPanel);
      })
    );
  });
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
