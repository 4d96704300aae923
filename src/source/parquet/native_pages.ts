/**
 * Kernels over pages: one thread's instance of the module, on the memory of a page pool, and copies from there into
 * the slot, which lies in the run's memory. Their source is the AssemblyScript in assembly/; `deno task build:wasm`
 * compiles it, and a test compares the result with parquet.wasm.
 *
 * @module
 */
import { compressionKernels, SNAPPY_TABLE_BYTES } from "../../compression/compression_module.ts";
import { STATE_WORDS } from "./hybrid.ts";

/** Functions of one instance. All addresses are bytes in the pool's memory. */
export interface ParquetKernels {
  /** elements by the next indices of a reader; 0: one is beyond the table of `size` elements, or bytes are corrupt */
  readonly gather4: GatherKernel;
  readonly gather8: GatherKernel;
  /** a bit for each of the next levels of a reader, whether it is `level`; how many are, or -1: bytes are corrupt */
  readonly equalLevels: (
    state: number,
    width: number,
    level: number,
    count: number,
    target: number,
  ) => number;
  /** whether the bits that are not set, `numClear` of `count`, are `first` and every `size`-th behind it */
  readonly areListStarts: (
    bits: number,
    count: number,
    first: number,
    size: number,
    numClear: number,
  ) => number;
  /** one element a bit: the next value where it is set, else `fill` */
  readonly spread1: (bits: number, count: number, values: number, fill: number, target: number) => void;
  readonly spread4: SpreadKernel<number>;
  readonly spread8: SpreadKernel<bigint>;
  /** the low bytes of words */
  readonly narrow1: NarrowKernel;
  readonly narrow2: NarrowKernel;
  readonly joinStreams4: JoinKernel;
  readonly joinStreams8: JoinKernel;
  /** makes the tables of `spread4` and `spread8` */
  readonly makeTables: (table4: number, table8: number) => void;
}

type GatherKernel = (
  state: number,
  width: number,
  count: number,
  table: number,
  size: number,
  target: number,
) => number;
type SpreadKernel<T> = (
  bits: number,
  count: number,
  values: number,
  fill: T,
  table: number,
  target: number,
) => void;
type NarrowKernel = (source: number, count: number, target: number) => void;
type JoinKernel = (source: number, distance: number, count: number, target: number) => void;

/** Elements that are staged at once. */
export const STAGED_ELEMENTS = 4096;
/** kernels load and store a little behind the ends */
const MARGIN = 64, STAGED_BITS = STAGED_ELEMENTS / 8 + MARGIN, STAGED_WORDS = 8 * STAGED_ELEMENTS + MARGIN;
/** of a thread's staging: a reader's state, tables, which entries have values, values, and values among nulls */
const STATE = 0, TABLE_4 = 64, TABLE_8 = TABLE_4 + 16 * 16, BITS = TABLE_8 + 4 * 16;
const MORE_BITS = BITS + STAGED_BITS, VALUES = MORE_BITS + STAGED_BITS, SPREAD = VALUES + STAGED_WORDS;
const SNAPPY_TABLE = SPREAD + STAGED_WORDS;
/** Bytes of one thread's staging. */
export const STAGING_BYTES: number = SNAPPY_TABLE + SNAPPY_TABLE_BYTES;

/**
 * `(module (import "t" "m" (memory 1 65536 shared)) (import "f" "m" (memory 1 65536 shared))
 *   (func (export "copy") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 memory.copy 0 1))`:
 * a copy between shared memories. `TypedArray.set` takes byte by byte what is not aligned alike.
 */
const COPY_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x07, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00],
  ...[0x02, 0x15, 0x02, 0x01, 0x74, 0x01, 0x6d, 0x02, 0x03, 0x01, 0x80, 0x80, 0x04],
  ...[0x01, 0x66, 0x01, 0x6d, 0x02, 0x03, 0x01, 0x80, 0x80, 0x04],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, 0x63, 0x6f, 0x70, 0x79, 0x00, 0x00],
  ...[0x0a, 0x0e, 0x01, 0x0c, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfc, 0x0a, 0x00, 0x01, 0x0b],
);

let compiled: { readonly kernels: WebAssembly.Module; readonly copy: WebAssembly.Module } | undefined;

/** One thread's kernels on a pool. */
export class NativePages {
  readonly kernels: ParquetKernels;
  /** the pool's memory */
  readonly bytes: Uint8Array;
  /** addresses of this thread's staging */
  readonly state: number;
  readonly bits: number;
  readonly moreBits: number;
  readonly values: number;
  readonly spread: number;
  readonly table4: number;
  readonly table8: number;
  /** the state as words */
  readonly stateWords: Uint32Array;
  readonly #copy: (to: number, from: number, numBytes: number) => void;
  readonly #slots: ArrayBufferLike;

  /**
   * @param pages shared; pages of it are decompressed where they lie
   * @param slots shared
   * @param staging where this thread's `STAGING_BYTES` begin
   */
  constructor(pages: WebAssembly.Memory, slots: WebAssembly.Memory, staging: number) {
    compressionKernels(pages, staging + SNAPPY_TABLE);
    compiled ??= {
      kernels: new WebAssembly.Module(Deno.readFileSync(new URL("./parquet.wasm", import.meta.url))),
      copy: new WebAssembly.Module(COPY_MODULE),
    };
    // the modules' exports are what assembly/index.ts and COPY_MODULE list
    this.kernels = new WebAssembly.Instance(compiled.kernels, { env: { memory: pages } })
      .exports as unknown as ParquetKernels;
    const copier = new WebAssembly.Instance(compiled.copy, { t: { m: slots }, f: { m: pages } });
    this.#copy = copier.exports["copy"] as (to: number, from: number, numBytes: number) => void;
    this.#slots = slots.buffer;
    this.bytes = new Uint8Array(pages.buffer);
    this.state = staging + STATE;
    this.bits = staging + BITS;
    this.moreBits = staging + MORE_BITS;
    this.values = staging + VALUES;
    this.spread = staging + SPREAD;
    this.table4 = staging + TABLE_4;
    this.table8 = staging + TABLE_8;
    this.stateWords = new Uint32Array(pages.buffer as ArrayBuffer, this.state, STATE_WORDS);
    this.kernels.makeTables(this.table4, this.table8);
  }

  /** Whether kernels can read the bytes. */
  holds(bytes: Uint8Array): boolean {
    return bytes.buffer === this.bytes.buffer;
  }

  /** Copies `target.length` bytes of the pool's memory, from an address on, to a part of the slots' memory or another. */
  copyTo(target: Uint8Array, from: number): void {
    if (target.buffer === this.#slots) this.#copy(target.byteOffset, from, target.length);
    else target.set(this.bytes.subarray(from, from + target.length));
  }
}
