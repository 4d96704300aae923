/**
 * LZ4 blocks: lz4_Block_format.md of the LZ4 project. The work is done in wasm (assembly/decode_lz4.ts,
 * encode_lz4.ts).
 *
 * @module
 */
import type { CompressionKernels } from "./compression_module.ts";
import type { Refuse } from "./refuse.ts";
import { decodePlaced, encodePlaced } from "./staging.ts";

/** Where a block's output goes. Matches may reach back to `window`: the start of the block, or of linked blocks. */
interface Lz4Output {
  readonly target: Uint8Array;
  readonly start: number;
  /** output beyond this is refused */
  readonly end: number;
  readonly window: number;
}

/** A refusal by the number of the problem. */
function refuseLz4({ problem }: CompressionKernels, refuse: Refuse): never {
  switch (problem.value) {
    case 1:
      return refuse("an LZ4 block ends inside a sequence");
    case 2:
      return refuse("an LZ4 block holds more than is said");
    default:
      return refuse("an LZ4 match reaches before its window");
  }
}

/**
 * Decodes one block. Bytes of the target between the block's output and `end` may be overwritten.
 *
 * @param source the block's bytes, all of them
 * @returns where the output ends in the target
 */
export function decodeLz4Block(source: Uint8Array, output: Lz4Output, refuse: Refuse): number {
  const { start, end, window } = output, target = output.target.subarray(window, end);
  const numKept = start - window;
  const numBytes = decodePlaced(source, target, (at) => {
    const { kernels } = at;
    const first = at.target + numKept;
    const end = kernels.decodeLz4(at.source, at.sourceEnd, first, at.targetEnd, at.target) >>> 0;
    // an address of 0 is a problem only if one was noted: a memory may begin with its target
    return kernels.problem.value === 0 ? end - at.target : refuseLz4(kernels, refuse);
  }, { numKept });
  return window + numBytes;
}

/** Bytes that a block of `numBytes` takes at most, whatever they are. */
export function lz4BlockBound(numBytes: number): number {
  return numBytes + Math.ceil(numBytes / 255) + 16;
}

/**
 * Compresses bytes into one LZ4 block (Parquet's LZ4_RAW). The same bytes give the same block.
 *
 * @param target may have less than `lz4BlockBound`: then the block has to fit
 * @returns bytes of the block; null: it does not fit
 *
 * @example
 * ```ts
 * import { compressLz4Block, decodeLz4Block, lz4BlockBound } from "./lz4_block.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const plain = new Uint8Array(1000).fill(7), block = new Uint8Array(lz4BlockBound(1000));
 * const numBytes = compressLz4Block(plain, block)!;
 * const target = new Uint8Array(1000);
 * decodeLz4Block(block.subarray(0, numBytes), { target, start: 0, end: 1000, window: 0 }, (detail) => {
 *   throw new Error(detail);
 * });
 * deepStrictEqual(target, plain);
 * ```
 */
export function compressLz4Block(source: Uint8Array, target: Uint8Array): number | null {
  return encodePlaced(
    source,
    target,
    (at) => at.kernels.encodeLz4(at.source, at.sourceEnd, at.target, at.targetEnd, at.table) >>> 0,
  );
}
