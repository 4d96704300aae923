import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import type { VectorBits } from "../vector_bits.ts";
import { emitGemm, type GemmSpec, packB, packedBytes, writeGemmDescriptor } from "./gemm.ts";

const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
const DESCRIPTOR = 64,
  A = 4096,
  A_BYTES = 0x240000,
  B = A + A_BYTES,
  PACKED = B + 0x20000,
  C = PACKED + 0x40000;
const SPECIAL = [NaN, Infinity, -Infinity, -0, 0, 1e-310];
const CANARY = 0x5a;

function compile(
  spec: GemmSpec,
  vectorBits: VectorBits,
): { gemm: (descriptor: number) => void; size: number } {
  const module = new ModuleBuilder({ vectorBits });
  emitGemm(module, "gemm", spec);
  const code = module.encode();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  return { gemm: exports["gemm"] as (descriptor: number) => void, size: code.length };
}

function fill(dtype: "f32" | "f64"): void {
  const values = new DTYPE[dtype].TypedArray(memory.buffer, A, (PACKED - A) / DTYPE[dtype].itemsize);
  let state = 11;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    // few are special, and of A only: most sums are finite
    values[i] = i % 4999 === 7 && i * DTYPE[dtype].itemsize < A_BYTES
      ? SPECIAL[i % SPECIAL.length]!
      : state / 2 ** 29;
  }
}

interface Size {
  readonly m: number;
  readonly k: number;
  /** unused bytes between A's rows */
  readonly gap?: number;
  /** whether A's rows lie in falling order */
  readonly isReversed?: boolean;
}

/** C's bytes, and some behind them */
function run(gemm: (descriptor: number) => void, { dtype, c, n }: GemmSpec, size: Size): Uint8Array {
  const { m, k, gap = 0, isReversed = false } = size, { itemsize } = DTYPE[dtype];
  const rowBytes = k * itemsize + gap, numBytes = m * n! * itemsize + 64;
  ok(m * rowBytes + 64 <= A_BYTES && packedBytes(k, n!, dtype) <= C - PACKED);
  const bytes = new Uint8Array(memory.buffer, C, numBytes).fill(CANARY);
  writeGemmDescriptor(memory, DESCRIPTOR, {
    aPointer: isReversed ? A + (m - 1) * rowBytes : A,
    aRowStride: isReversed ? -rowBytes : rowBytes,
    aColumnStride: itemsize,
    m,
    k,
    packedPointer: PACKED,
    n: n!,
    cPointer: C,
    cRowStride: c === "row" ? n! * itemsize : itemsize,
    cColumnStride: c === "row" ? itemsize : m * itemsize,
    scratchPointer: 0,
  });
  gemm(DESCRIPTOR);
  return bytes.slice();
}

/** around the blocks of K, the vectors of a round, the rows of a tile, and rows that lie pages apart */
const SIZES: readonly Size[] = [
  { m: 0, k: 100 },
  { m: 7, k: 64 },
  { m: 8, k: 63 },
  { m: 8, k: 64 },
  { m: 15, k: 65 },
  { m: 16, k: 71, gap: 4 },
  { m: 33, k: 128 },
  { m: 21, k: 259, isReversed: true },
  { m: 9, k: 1031 },
  { m: 265, k: 128 },
  { m: 258, k: 1024 },
];

for (const dtype of ["f32", "f64"] as const) {
  for (const numerics of ["fused", "strict"] as const) {
    Deno.test(`emitGemm() gives the same bytes for 256-bit vectors, of few columns: ${dtype} ${numerics}`, () => {
      const { itemsize } = DTYPE[dtype];
      fill(dtype);
      for (let n = 1; n * itemsize <= 40; n++) {
        for (const c of ["row", "column"] as const) {
          const spec = { dtype, numerics, a: "row", c, n, prologue: null } as const;
          const [narrow, wide] = ([128, 256] as const).map((vectorBits) => compile(spec, vectorBits));
          strictEqual(wide!.size > narrow!.size, n * itemsize > 16, `${n} columns have a wide tile`);
          for (const size of SIZES) {
            const { m, k } = size;
            packB(
              memory,
              { pointer: B, rowStride: n * itemsize, columnStride: itemsize, k, n, dtype },
              PACKED,
            );
            const expected = run(narrow!.gemm, spec, size);
            // Infinity and NaN are not in all of it
            if (m >= 8 && k < 1024) {
              ok(new DTYPE[dtype].TypedArray(expected.buffer, 0, m * n).some(Number.isFinite));
            }
            deepStrictEqual(run(wide!.gemm, spec, size), expected, `m=${m} k=${k} n=${n} C by ${c}`);
            ok(expected.subarray(m * n * itemsize).every((byte) => byte === CANARY), "wrote behind C");
          }
        }
      }
    });
  }
}
