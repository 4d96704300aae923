/**
 * The ahead-of-time compiled codecs: LZ4 and Snappy blocks, and the hash of LZ4 frames. Their source is the
 * AssemblyScript in assembly/, `deno task build:wasm compression` compiles it, and a test compares the result with
 * compression.wasm.
 *
 * Addresses are bytes in the memory that the module was instantiated on; results above 2^31 come back negative, so
 * use `>>> 0`. Nothing outside the ranges that a call is given is read or written, whatever the bytes in them say;
 * within its target a decoder may write beyond its output.
 *
 * @module
 */

/** Functions of one instance. */
export interface CompressionKernels {
  /** decodes a block; matches reach back to `window`; where the output ends, or 0 with a `problem` */
  readonly decodeLz4: (
    source: number,
    sourceEnd: number,
    target: number,
    targetEnd: number,
    window: number,
  ) => number;
  /** decodes what stands behind a block's length, with `SNAPPY_TABLE_BYTES`; ends as `decodeLz4` does */
  readonly decodeSnappy: (
    source: number,
    sourceEnd: number,
    target: number,
    targetEnd: number,
    table: number,
  ) => number;
  /** why the last decoder stopped: 0 it did not, 1 cut short, 2 more than the target, 3 before the window */
  readonly problem: WebAssembly.Global;
  /** encodes a block with a table of `TABLE_BYTES`; where the output ends, or 0 where it has no room */
  readonly encodeLz4: (
    source: number,
    sourceEnd: number,
    target: number,
    targetEnd: number,
    table: number,
  ) => number;
  /** the same, behind the length that the caller writes */
  readonly encodeSnappy: CompressionKernels["encodeLz4"];
  readonly xxhash32: (source: number, sourceEnd: number) => number;
}

/** Scratch of the encoders. */
export const TABLE_BYTES: number = 4 << 14;
/** Scratch of Snappy's decoder. */
export const SNAPPY_TABLE_BYTES = 1024;

/** Codecs on a memory. */
export interface PlacedKernels {
  readonly kernels: CompressionKernels;
  /** `SNAPPY_TABLE_BYTES` of the memory that are this thread's; null: there are none, and Snappy is decoded elsewhere */
  readonly snappyTable: number | null;
}

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WebAssembly.Memory, CompressionKernels>();
/** by a memory's buffer, so that views tell what they lie in; a memory that grows gets a new one */
const byBuffer = new WeakMap<ArrayBufferLike, PlacedKernels>();

/**
 * The codecs on a shared memory; one instance a memory and thread. From then on, views of that memory are decoded
 * where they lie.
 *
 * @param snappyTable see `PlacedKernels`
 */
export function compressionKernels(
  memory: WebAssembly.Memory,
  snappyTable: number | null = null,
): CompressionKernels {
  let kernels = instances.get(memory);
  if (kernels === undefined) {
    compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./compression.wasm", import.meta.url)));
    // the module's exports are what assembly/index.ts lists
    kernels = new WebAssembly.Instance(compiled, { env: { memory } })
      .exports as unknown as CompressionKernels;
    instances.set(memory, kernels);
  }
  byBuffer.set(memory.buffer, { kernels, snappyTable });
  return kernels;
}

/** The codecs of the memory that both views lie in; null: they are no views of one memory that has codecs. */
export function kernelsOf(a: Uint8Array, b: Uint8Array): PlacedKernels | null {
  return a.buffer === b.buffer ? byBuffer.get(a.buffer) ?? null : null;
}
