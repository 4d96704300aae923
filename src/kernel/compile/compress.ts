/**
 * Compaction: copies the rows whose mask byte is not zero, one behind the other.
 *
 * Sixteen mask bytes become sixteen bits; what follows depends on where the rows lie, and is chosen once per call:
 * - single neighbouring elements: a vector at a time, as `filtered_store.ts` says;
 * - rows of neighbouring elements: a copy per set bit;
 * - rows of elements with a stride (columns): column by column within the sixteen rows, so that a line of the cache
 *   is read once.
 *
 * @module
 */
import type { Itemsize } from "../../plan/loop_kernel.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { advanceBy, pushShuffle, STEP_LANES } from "./filtered_store.ts";
import { loadWords, writeWords } from "./word_descriptor.ts";

export { compressTable } from "./filtered_store.ts";
export type { Itemsize };

/** The descriptor: each field is one i32 word, in this order. Strides are in bytes, of either sign. */
export interface CompressDescriptor {
  /** `numRows` bytes: a row is kept where its byte is not zero */
  readonly maskPointer: number;
  readonly numRows: number;
  readonly sourcePointer: number;
  readonly sourceRowStride: number;
  /** elements in a row; may be 0 */
  readonly width: number;
  /** from an element of a row to the next; of no meaning for a width of 1 */
  readonly sourceElementStride: number;
  /** kept rows are written here, each `width` neighbouring elements; 64 bytes behind the last may be overwritten */
  readonly destinationPointer: number;
  /** where the bytes of `compressTable(itemsize)` are */
  readonly tablePointer: number;
}

const WORDS = [
  "maskPointer",
  "numRows",
  "sourcePointer",
  "sourceRowStride",
  "width",
  "sourceElementStride",
  "destinationPointer",
  "tablePointer",
] as const satisfies readonly (keyof CompressDescriptor)[];

/** Bytes of the descriptor of `emitCompress`. */
export const COMPRESS_DESCRIPTOR_BYTES: number = WORDS.length * 4;

/** Writes the descriptor at `pointer`. */
export function writeCompressDescriptor(
  memory: WebAssembly.Memory,
  pointer: number,
  descriptor: CompressDescriptor,
): void {
  writeWords(memory, { pointer, words: WORDS }, descriptor);
}

type Words = Readonly<Record<keyof CompressDescriptor, Local>>;

/** Runs `body` for each 16 rows of which some are kept, with their mask bits in `bits`; `body` may change `bits`. */
function emitGroups(
  f: FunctionBuilder,
  w: Words,
  body: (bits: Local, source: Local) => void,
): void {
  const zero = f.hoist(new Uint8Array(16));
  const bits = f.local("i32"), source = f.local("i32"), mask = f.local("i32"), left = f.local("i32");
  f.get(w.maskPointer).set(mask).get(w.sourcePointer).set(source).get(w.numRows).set(left);
  f.block((done) => {
    f.loop((again) => {
      f.get(left).i32(0).op("i32.le_s").brIf(done);
      f.get(mask).op("v128.load").get(zero).op("i8x16.ne").op("i8x16.bitmask").set(bits);
      f.get(left).i32(16).op("i32.lt_s").if(() => {
        f.get(bits).i32(1).get(left).op("i32.shl").i32(1).op("i32.sub").op("i32.and").set(bits);
      });
      f.get(bits).if(() => body(bits, source));
      f.get(mask).i32(16).op("i32.add").set(mask);
      f.get(source).get(w.sourceRowStride).i32(4).op("i32.shl").op("i32.add").set(source);
      f.get(left).i32(16).op("i32.sub").set(left);
      f.br(again);
    });
  });
  for (const local of [bits, source, mask, left]) f.release(local);
}

/** One step of neighbouring elements: its bits are `bits >> shift`, its elements begin `shift` elements behind `source`. */
function emitStep(
  f: FunctionBuilder,
  itemsize: Itemsize,
  { bits, source, to, table, shift }: { bits: Local; source: Local; to: Local; table: Local; shift: number },
): void {
  const numLanes = STEP_LANES[itemsize];
  const pattern = f.local("i32");
  f.get(bits).i32(shift).op("i32.shr_u").i32((1 << numLanes) - 1).op("i32.and").set(pattern);
  f.get(to);
  f.get(source).op(itemsize === 1 ? "v128.load64_zero" : "v128.load", shift * itemsize);
  pushShuffle(f, itemsize, { table, pattern });
  f.op("i8x16.relaxed_swizzle").op("v128.store");
  advanceBy(f, to, { pattern, itemsize });
  f.release(pattern);
}

/** Rows of one element, neighbours. */
function emitElements(f: FunctionBuilder, itemsize: Itemsize, w: Words, to: Local): void {
  const numLanes = STEP_LANES[itemsize];
  emitGroups(f, w, (bits, source) => {
    for (let shift = 0; shift < 16; shift += numLanes) {
      const step = () => emitStep(f, itemsize, { bits, source, to, table: w.tablePointer, shift });
      // a step without bits would read elements that may lie far behind the last row
      if (shift === 0 || itemsize < 8) step();
      else f.get(bits).i32(shift).op("i32.shr_u").if(step);
    }
  });
}

/** Rows of neighbouring elements, copied by vectors: up to 15 bytes behind a row are overwritten by the next. */
function emitRows(f: FunctionBuilder, w: Words, { to, rowBytes }: { to: Local; rowBytes: Local }): void {
  const from = f.local("i32"), end = f.local("i32"), cursor = f.local("i32");
  emitGroups(f, w, (bits, source) => {
    f.loop((nextRow) => {
      f.get(source).get(bits).op("i32.ctz").get(w.sourceRowStride).op("i32.mul").op("i32.add").set(from);
      f.get(to).get(rowBytes).op("i32.add").set(end).get(to).set(cursor);
      f.get(rowBytes).if(() =>
        f.loop((nextVector) => {
          f.get(cursor).get(from).op("v128.load").op("v128.store");
          f.get(from).i32(16).op("i32.add").set(from);
          f.get(cursor).i32(16).op("i32.add").tee(cursor).get(end).op("i32.lt_u").brIf(nextVector);
        })
      );
      f.get(end).set(to);
      f.get(bits).get(bits).i32(1).op("i32.sub").op("i32.and").tee(bits).brIf(nextRow);
    });
  });
  for (const local of [from, end, cursor]) f.release(local);
}

/** Rows of elements with a stride. */
function emitColumns(
  f: FunctionBuilder,
  itemsize: Itemsize,
  w: Words,
  { to, rowBytes }: { to: Local; rowBytes: Local },
): void {
  const [load, store] = ({
    1: ["i32.load8_u", "i32.store8"],
    2: ["i32.load16_u", "i32.store16"],
    4: ["i32.load", "i32.store"],
    8: ["i64.load", "i64.store"],
  } as const)[itemsize];
  const left = f.local("i32"), from = f.local("i32"), column = f.local("i32"), cursor = f.local("i32");
  const rest = f.local("i32");
  emitGroups(f, w, (bits, source) => {
    f.get(source).set(from).get(to).set(column).get(w.width).set(left);
    f.loop((nextColumn) => {
      f.get(bits).set(rest).get(column).set(cursor);
      f.loop((nextRow) => {
        f.get(cursor);
        f.get(from).get(rest).op("i32.ctz").get(w.sourceRowStride).op("i32.mul").op("i32.add").op(load).op(
          store,
        );
        f.get(cursor).get(rowBytes).op("i32.add").set(cursor);
        f.get(rest).get(rest).i32(1).op("i32.sub").op("i32.and").tee(rest).brIf(nextRow);
      });
      f.get(from).get(w.sourceElementStride).op("i32.add").set(from);
      f.get(column).i32(itemsize).op("i32.add").set(column);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(nextColumn);
    });
    f.get(to).get(bits).op("i32.popcnt").get(rowBytes).op("i32.mul").op("i32.add").set(to);
  });
  for (const local of [left, from, column, cursor, rest]) f.release(local);
}

/** Counts the kept rows: rows without elements move no pointer. */
function emitCount(f: FunctionBuilder, w: Words, count: Local): void {
  emitGroups(f, w, (bits) => {
    f.get(count).get(bits).op("i32.popcnt").op("i32.add").set(count);
  });
}

/**
 * Emits `name(descriptor: i32) -> i32`: copies the kept rows of the descriptor at that address and returns their
 * number.
 *
 * Reads may pass the end of the mask and of the source by at most 64 bytes, writes the end of the kept rows by at
 * most 64. Source and destination do not overlap. Pointers need no alignment. `numRows` is best a tile of 16k–64k
 * rows: one huge call would not be optimised by V8.
 */
export function emitCompress(module: ModuleBuilder, name: string, itemsize: Itemsize): ModuleFunction {
  return module.add(name, ["i32"], ["i32"], (f) => {
    const w = loadWords(f, WORDS);
    const to = f.local("i32"), rowBytes = f.local("i32"), count = f.local("i32");
    f.get(w.destinationPointer).set(to);
    f.get(w.width).i32(itemsize).op("i32.mul").set(rowBytes);
    const written = () =>
      f.get(to).get(w.destinationPointer).op("i32.sub").get(rowBytes).op("i32.div_u").set(count);
    const elements = () => {
      emitElements(f, itemsize, w, to);
      written();
    };
    const rows = () => {
      emitRows(f, w, { to, rowBytes });
      written();
    };
    const columns = () => {
      emitColumns(f, itemsize, w, { to, rowBytes });
      written();
    };
    f.get(w.width).op("i32.eqz").if(() => emitCount(f, w, count), () => {
      f.get(w.width).i32(1).op("i32.eq").get(w.sourceRowStride).i32(itemsize).op("i32.eq").op("i32.and");
      f.if(elements, () => {
        f.get(w.width).i32(1).op("i32.eq").get(w.sourceElementStride).i32(itemsize).op("i32.eq").op("i32.or");
        f.if(rows, columns);
      });
    });
    f.get(count);
  });
}
