/**
 * A run of bytes in a linear memory, and typed views on it. Regions are stored; views are made where they are used,
 * because a memory that grows gets a new buffer.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";

/** A run of bytes in a memory. */
export interface Region {
  readonly memory: WebAssembly.Memory;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** The typed array of each dtype; a bool is a byte, 0 or 1. */
export interface ViewOf {
  readonly bool: Uint8Array;
  readonly i8: Int8Array;
  readonly i16: Int16Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

/**
 * A typed array on the region's bytes, as many whole elements as it holds. Use it at once; do not keep it.
 *
 * @throws {RangeError} when the region does not begin on a multiple of the itemsize
 * @example
 * ```ts
 * import { createMemory } from "./linear_memory.ts";
 * import { view } from "./region.ts";
 * import { strictEqual } from "node:assert/strict";
 * const region = { memory: createMemory({ bytes: 1024 }), byteOffset: 64, byteLength: 10 };
 * strictEqual(view(region, "f32").length, 2);
 * ```
 */
export function view<D extends DType>(region: Region, dtype: D): ViewOf[D] {
  const { TypedArray, itemsize } = DTYPE[dtype];
  const array = new TypedArray(
    region.memory.buffer,
    region.byteOffset,
    Math.floor(region.byteLength / itemsize),
  );
  // the table gives each dtype its own constructor, which its type cannot say
  return array as unknown as ViewOf[D];
}

/** The region's bytes. Use them at once; do not keep them. */
export function bytesOf(region: Region): Uint8Array {
  return view(region, "u8");
}
