import { Buffer } from "node:buffer";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import type { VectorBits } from "../vector_bits.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import {
  emitGemm,
  GEMM_DESCRIPTOR_BYTES,
  type GemmSpec,
  packB,
  packedBytes,
  writeGemmDescriptor,
} from "./gemm.ts";
import { isWide } from "./gemm_wide.ts";

const memory = new WebAssembly.Memory({ initial: 160, maximum: 160, shared: true });
const DESCRIPTOR = 64, A = 256, CANARY = 0xa5;

function compile(spec: GemmSpec, vectorBits: VectorBits): (descriptor: number) => void {
  const module = new ModuleBuilder({ vectorBits });
  emitGemm(module, "gemm", spec);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports["gemm"] as (descriptor: number) => void;
}

interface Size {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Runs each kernel on the same operands; gives the bytes of C, and as many behind it. */
function results(
  spec: GemmSpec,
  { m, k, n }: Size,
  kernels: readonly ((descriptor: number) => void)[],
): Buffer[] {
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

/** around the borders: tiles of 5 rows, of 16 and 8 columns; blocks of 160 and 80 rows, 64 and 512 k's */
const SIZES: readonly (readonly [m: number, k: number, n: number])[] = [
  [165, 256, 32],
  [164, 257, 31],
  [161, 320, 33],
  [80, 321, 42],
  [81, 319, 43],
  [5, 2000, 112],
  [9, 64, 2025],
  [324, 127, 40],
  [83, 513, 37],
  [6, 11_000, 16],
  [11, 6100, 16],
  [14, 64, 1201],
  [333, 65, 50],
  [2200, 64, 8],
  [3, 64, 6000],
  [400, 63, 48],
  [800, 29, 53],
  [1500, 15, 48],
  [9002, 3, 40],
];

for (const dtype of ["f32", "f64"] as const) {
  for (const numerics of ["fused", "strict"] as const) {
    Deno.test(`emitGemm() gives the same bytes in vectors of 256 bits as of 128: ${dtype} ${numerics}`, () => {
      ok(A >= DESCRIPTOR + GEMM_DESCRIPTOR_BYTES);
      for (const c of ["row", "column"] as const) {
        const spec = { dtype, numerics, a: "row", c, n: null, prologue: null } as const;
        const [narrow, wide] = [compile(spec, 128), compile(spec, 256)];
        for (const [m, k, n] of SIZES) {
          // of columns that are known, fewer kinds of tiles are emitted
          const known = compile({ ...spec, n }, 256);
          const [expected, ...others] = results(spec, { m, k, n }, [narrow, wide, known]);
          others.forEach((actual) =>
            strictEqual(Buffer.compare(actual, expected!), 0, `m=${m} k=${k} n=${n} C by ${c}`)
          );
        }
      }
    });
  }
}

Deno.test("isWide() takes large products of rows that have a whole tile, and no others", () => {
  const spec = { dtype: "f32", numerics: "fused", a: "row", c: "row", n: null, prologue: null } as const;
  const size = { m: 128, n: 128, k: 128 };
  strictEqual(isWide(spec, size), true);
  for (const other of [{ n: 15, k: 10_000 }, { n: 63 }]) {
    strictEqual(isWide(spec, { ...size, ...other }), false);
  }
  // one tile and a few rows below it take longer than tiles of 128 bits
  const rows = Array.from({ length: 20 }, (_, m) => m).filter((m) => isWide(spec, { ...size, m, k: 10_000 }));
  deepStrictEqual(rows, [5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  strictEqual(isWide({ ...spec, dtype: "f64" }, { ...size, n: 8, m: 2048 }), true);
  strictEqual(isWide({ ...spec, a: "column" }, size), false);
});
