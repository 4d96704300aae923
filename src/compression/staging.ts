/**
 * Bytes that do not lie in a memory with codecs are staged: copied into a memory of this thread's own, worked on
 * there, copied back. That memory grows to the largest need and stays; `stagingBytes` says how large, for plans.
 *
 * @module
 */
import { type CompressionKernels, compressionKernels, kernelsOf, TABLE_BYTES } from "./compression_module.ts";

const PAGE_BYTES = 65536;
/** what the module was compiled for: all that 32-bit addresses reach */
const MAX_PAGES = 65536;

let staging: { memory: WebAssembly.Memory; kernels: CompressionKernels } | null = null;

function stage(
  numBytes: number,
): { readonly memory: WebAssembly.Memory; readonly kernels: CompressionKernels } {
  const numPages = Math.ceil(numBytes / PAGE_BYTES);
  if (staging === null) {
    const memory = new WebAssembly.Memory({ initial: numPages, maximum: MAX_PAGES, shared: true });
    staging = { memory, kernels: compressionKernels(memory) };
  } else {
    const missing = numPages - staging.memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) {
      staging.memory.grow(missing);
      // it has a new buffer
      compressionKernels(staging.memory);
    }
  }
  return staging;
}

function alignUp(numBytes: number): number {
  return Math.ceil(numBytes / 16) * 16;
}

/** Memory that this thread's staging takes, after calls with at most so many bytes of source and of target. */
export function stagingBytes(sourceBytes: number, targetBytes: number): number {
  return Math.ceil((TABLE_BYTES + alignUp(sourceBytes) + alignUp(targetBytes)) / PAGE_BYTES) * PAGE_BYTES;
}

/** Where a call's bytes lie. Addresses in the memory of the kernels. */
export interface Placed {
  readonly kernels: CompressionKernels;
  /** of Snappy's decoder; null: the call has not asked for it, and there is none */
  readonly table: number | null;
  readonly source: number;
  readonly sourceEnd: number;
  readonly target: number;
  readonly targetEnd: number;
  /** the whole memory */
  readonly bytes: Uint8Array;
}

/**
 * Runs a decoder on a source and a target, where they lie if they can be worked on there.
 *
 * @param run returns how many bytes of the target it wrote
 * @param options.numKept bytes at the start of the target that the decoder reads; none if not given
 * @param options.needsTable whether it works with Snappy's table
 */
export function decodePlaced(
  source: Uint8Array,
  target: Uint8Array,
  run: (placed: Placed) => number,
  { numKept = 0, needsTable = false }: { readonly numKept?: number; readonly needsTable?: boolean } = {},
): number {
  const inPlace = kernelsOf(source, target);
  if (inPlace !== null && !(needsTable && inPlace.snappyTable === null)) {
    const { byteOffset: from, byteLength: sourceBytes } = source, { byteOffset: to, byteLength } = target;
    const bytes = new Uint8Array(source.buffer);
    return run({
      kernels: inPlace.kernels,
      table: inPlace.snappyTable,
      source: from,
      sourceEnd: from + sourceBytes,
      target: to,
      targetEnd: to + byteLength,
      bytes,
    });
  }
  const from = TABLE_BYTES, to = from + alignUp(source.byteLength), end = to + target.byteLength;
  const staged = stage(end), bytes = new Uint8Array(staged.memory.buffer);
  bytes.set(source, from);
  if (numKept > 0) bytes.set(target.subarray(0, numKept), to);
  const sourceEnd = from + source.byteLength;
  const numBytes = run({
    kernels: staged.kernels,
    // where encoders have theirs
    table: 0,
    source: from,
    sourceEnd,
    target: to,
    targetEnd: end,
    bytes,
  });
  target.set(bytes.subarray(to + numKept, to + numBytes), numKept);
  return numBytes;
}

/** Where an encoder works: behind its table, always staged. */
export interface PlacedEncoding extends Placed {
  readonly table: number;
}

/**
 * Runs an encoder on a staged source; what it wrote is copied to the target.
 *
 * @param run returns where its output ends; 0: it has no room
 * @returns bytes of the target; null: it has no room
 */
export function encodePlaced(
  source: Uint8Array,
  target: Uint8Array,
  run: (placed: PlacedEncoding) => number,
): number | null {
  const from = TABLE_BYTES, sourceEnd = from + source.byteLength, to = alignUp(sourceEnd);
  const targetEnd = to + target.byteLength, { kernels, memory } = stage(targetEnd);
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(source, from);
  const end = run({ kernels, source: from, sourceEnd, target: to, targetEnd, table: 0, bytes });
  if (end === 0) return null;
  target.set(bytes.subarray(to, end));
  return end - to;
}
