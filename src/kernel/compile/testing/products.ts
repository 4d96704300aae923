/**
 * Products of two kernels on the same operands, for tests that compare their bytes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { ok } from "node:assert/strict";
import { DTYPE } from "../../../dtype/mod.ts";
import type { VectorBits } from "../../vector_bits.ts";
import { ModuleBuilder } from "../../wasm/module_builder.ts";
import {
  type emitGemm,
  GEMM_DESCRIPTOR_BYTES,
  type GemmSpec,
  packB,
  packedBytes,
  writeGemmDescriptor,
} from "../gemm.ts";
import type { GemmSize } from "../gemm_driver.ts";

const memory = new WebAssembly.Memory({ initial: 160, maximum: 160, shared: true });
const DESCRIPTOR = 64, A = 256, CANARY = 0xa5;

/** A function that computes the product of the descriptor at an address. */
export type ProductKernel = (descriptor: number) => void;

/** The kernel that `emit` emits, over the memory of the operands. */
export function compileProduct(
  emit: typeof emitGemm,
  spec: GemmSpec,
  vectorBits: VectorBits = 128,
): ProductKernel {
  const module = new ModuleBuilder({ vectorBits });
  emit(module, "gemm", spec);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports["gemm"] as ProductKernel;
}

/** Runs each kernel on the same operands; gives the bytes of C, and as many behind it. */
export function productBytes(
  spec: GemmSpec,
  { m, k, n }: GemmSize,
  kernels: readonly ProductKernel[],
): Buffer[] {
  ok(A >= DESCRIPTOR + GEMM_DESCRIPTOR_BYTES);
  const { itemsize, TypedArray } = DTYPE[spec.dtype];
  const values = new TypedArray(memory.buffer) as Float32Array | Float64Array;
  let state = m * 31 + k * 7 + n;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  // rows of A in falling order, with unused elements between them
  const rowStride = (k + 3) * itemsize, source = A + m * rowStride, packedPointer = source + k * n * itemsize;
  for (let at = A / itemsize; at < packedPointer / itemsize; at++) values[at] = next();
  // NaN · x and 0 · Infinity are two NaNs: which of them an element becomes is up to the operands' order
  const setA = (row: number, at: number, value: number) =>
    values[(A + (m - 1 - row) * rowStride) / itemsize + at] = value;
  setA(m - 5, k - 3, NaN);
  setA(m >> 1, k >> 1, 0);
  setA(m - 5, k >> 1, 0);
  values[source / itemsize + (k >> 1) * n + n - 7] = Infinity;
  packB(
    memory,
    { pointer: source, rowStride: n * itemsize, columnStride: itemsize, k, n, dtype: spec.dtype },
    packedPointer,
  );
  const cPointer = packedPointer + packedBytes(k, n, spec.dtype) + 64, bytes = m * (n + 2) * itemsize + 64;
  ok(cPointer + bytes + 64 <= memory.buffer.byteLength);
  return kernels.map((gemm) => {
    const inC = Buffer.from(memory.buffer, cPointer - 64, bytes + 128).fill(CANARY);
    writeGemmDescriptor(memory, DESCRIPTOR, {
      aPointer: A + (m - 1) * rowStride,
      aRowStride: -rowStride,
      aColumnStride: itemsize,
      m,
      k,
      packedPointer,
      n,
      cPointer,
      cRowStride: spec.c === "row" ? (n + 2) * itemsize : itemsize,
      cColumnStride: spec.c === "row" ? itemsize : m * itemsize,
      scratchPointer: 0,
    });
    gemm(DESCRIPTOR);
    return Buffer.from(inC.toString("latin1"), "latin1");
  });
}
