/**
 * Kernels over pages: one thread's instance of the module, on the memory of a page pool, and copies from there into
 * the slot, which lies in the run's memory. Their source is the AssemblyScript in assembly/; `deno task build:wasm`
 * compiles it, and a test compares the result with parquet.wasm.
 *
 * @module
 */
import { compressionKernels } from "../../compression/compression_module.ts";

/** Functions of one instance. All addresses are bytes in the pool's memory. */
export interface ParquetKernels {
  /** elements by packed indices; 1 where one is beyond the table of `size` elements */
  readonly gather4: GatherKernel;
  readonly gather8: GatherKernel;
  readonly unpackBytes: (
    source: number,
    firstBit: number,
    width: number,
    count: number,
    target: number,
  ) => void;
  readonly countEqual: (source: number, count: number, level: number) => number;
  readonly spread4: SpreadKernel<number>;
  readonly spread8: SpreadKernel<bigint>;
  readonly joinStreams4: JoinKernel;
  readonly joinStreams8: JoinKernel;
}

type GatherKernel = (
  source: number,
  firstBit: number,
  width: number,
  count: number,
  table: number,
  size: number,
  target: number,
) => number;
type SpreadKernel<T> = (
  levels: number,
  count: number,
  present: number,
  values: number,
  fill: T,
  target: number,
) => void;
type JoinKernel = (source: number, distance: number, count: number, target: number) => void;

/** Elements that are staged at once. */
export const STAGED_ELEMENTS = 4096;
/** of a thread's staging: levels, values, and values among nulls; kernels load a little behind their ends */
const STAGED_LEVELS = 0, STAGED_VALUES = STAGED_ELEMENTS + 64;
const STAGED_SPREAD = STAGED_VALUES + 8 * STAGED_ELEMENTS + 64;
/** Bytes of one thread's staging. */
export const STAGING_BYTES: number = STAGED_SPREAD + 8 * STAGED_ELEMENTS + 64;

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
  readonly levels: number;
  readonly values: number;
  readonly spread: number;
  readonly #copy: (to: number, from: number, numBytes: number) => void;
  readonly #slots: ArrayBufferLike;

  /**
   * @param pages shared; pages of it are decompressed where they lie
   * @param slots shared
   * @param staging where this thread's `STAGING_BYTES` begin
   */
  constructor(pages: WebAssembly.Memory, slots: WebAssembly.Memory, staging: number) {
    compressionKernels(pages);
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
    this.levels = staging + STAGED_LEVELS;
    this.values = staging + STAGED_VALUES;
    this.spread = staging + STAGED_SPREAD;
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
