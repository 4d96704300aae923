import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import type { VectorBits } from "../vector_bits.ts";
import type { GemmPrologue } from "../../plan/gemm_prologue.ts";
import {
  emitGemm,
  GEMM_DESCRIPTOR_BYTES,
  type GemmSpec,
  packB,
  packedBytes,
  prologueDescriptorBytes,
  writeGemmDescriptor,
} from "./gemm.ts";

const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
const DESCRIPTOR = 64,
  PER_COLUMN = 1024,
  A = 16384,
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
  const values = new DTYPE[dtype].TypedArray(
    memory.buffer,
    PER_COLUMN,
    (PACKED - PER_COLUMN) / DTYPE[dtype].itemsize,
  );
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

/** clip((x - mean) / scale * x, -bound, 3): x along both axes, mean along K, scale along M, bound the same for all */
function prologueOf(dtype: "f32" | "f64", ofWeight: "f32" | "f64" | "u8" = dtype): GemmPrologue {
  const own = { dtype, compute: dtype } as const;
  return {
    operands: [
      { dtype, access: "zero", isPerRow: true },
      { dtype, access: "unit", isPerRow: true },
      { dtype, access: "unit", isPerRow: false },
      { dtype: ofWeight, access: "unit", isPerRow: true },
      { dtype, access: "zero", isPerRow: false },
    ],
    body: [
      { op: "load", dtype, operand: 1 },
      { op: "load", dtype, operand: 2 },
      { op: "elementwise", name: "sub", args: [0, 1], ...own },
      { op: "load", dtype, operand: 0 },
      { op: "elementwise", name: "div", args: [2, 3], ...own },
      { op: "load", dtype: ofWeight, operand: 3 },
      ofWeight === dtype
        ? { op: "multiplyAdd", dtype: dtype, args: [4, 5, 4] }
        : { op: "cast", dtype, from: ofWeight, args: [5] },
      { op: "load", dtype, operand: 4 },
      { op: "elementwise", name: "neg", args: [7], ...own },
      { op: "elementwise", name: "maximum", args: [6, 8], ...own },
      { op: "constant", dtype, value: 3 },
      { op: "elementwise", name: "minimum", args: [9, 10], ...own },
    ],
    value: 11,
  };
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
  // where a prologue would read: pointer and row stride of each operand
  ok(prologueDescriptorBytes(5) < PER_COLUMN - DESCRIPTOR);
  const [x, stride] = isReversed ? [A + (m - 1) * rowBytes, -rowBytes] : [A, rowBytes];
  const operands = [A + 1024, itemsize, x!, stride!, PER_COLUMN, 0, x! + 4 * itemsize, stride!, A + 64, 0];
  new Int32Array(memory.buffer, DESCRIPTOR + GEMM_DESCRIPTOR_BYTES).set(operands);
  gemm(DESCRIPTOR);
  return bytes.slice();
}

/** around the blocks of K, the vectors of a round, the rows of a tile, and rows that lie pages apart */
const SIZES: readonly Size[] = [
  { m: 0, k: 100 },
  { m: 7, k: 64 },
  { m: 17, k: 31 },
  { m: 17, k: 39 },
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
        for (const [c, prologue] of [["row", null], ["column", null], ["row", prologueOf(dtype)]] as const) {
          const spec = { dtype, numerics, a: "row", c, n, prologue } as const;
          const [narrow, wide] = ([128, 256] as const).map((vectorBits) => compile(spec, vectorBits));
          strictEqual(wide!.size > narrow!.size, dtype === "f32" || n > 2 || prologue !== null);
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
            deepStrictEqual(
              run(wide!.gemm, spec, size),
              expected,
              `m=${m} k=${k} n=${n} C by ${c} ${prologue !== null}`,
            );
            ok(expected.subarray(m * n * itemsize).every((byte) => byte === CANARY), "wrote behind C");
          }
        }
      }
    });
  }
}

Deno.test("emitGemm() leaves a prologue that V8 does not join to vectors of 128 bits", () => {
  const spec = { dtype: "f32", numerics: "fused", a: "row", c: "row", n: 10 } as const;
  const sizes = ([["u8", 128], ["u8", 256], ["f32", 128], ["f32", 256]] as const).map(([ofWeight, bits]) =>
    compile({ ...spec, prologue: prologueOf("f32", ofWeight) }, bits).size
  );
  strictEqual(sizes[1], sizes[0]);
  ok(sizes[3]! > sizes[2]!);
});

Deno.test("emitGemm() passes rows far apart with 256-bit vectors too where K is too small for their tile", () => {
  const spec = { dtype: "f64", numerics: "fused", a: "row", c: "row", n: 4, prologue: null } as const;
  // the last of 16 tiles of six rows meets the memory's end: the rows that are there tell which were taken before
  const m = 96, k = 40, rowBytes = k * 8, numBytes = m * 4 * 8;
  const done = ([128, 256] as const).map((vectorBits) => {
    const bytes = new Uint8Array(memory.buffer, C, numBytes).fill(CANARY);
    writeGemmDescriptor(memory, DESCRIPTOR, {
      aPointer: memory.buffer.byteLength - (m - 1) * rowBytes,
      aRowStride: rowBytes,
      aColumnStride: 8,
      m,
      k,
      packedPointer: PACKED,
      n: 4,
      cPointer: C,
      cRowStride: 32,
      cColumnStride: 8,
      scratchPointer: 0,
    });
    const { gemm } = compile(spec, vectorBits);
    throws(() => gemm(DESCRIPTOR), WebAssembly.RuntimeError);
    return Array.from(
      { length: m },
      (_, row) => bytes.slice(row * 32, row * 32 + 32).some((b) => b !== CANARY),
    );
  });
  const apart = Array.from({ length: m }, (_, row) => row % 16 < 15);
  deepStrictEqual(done, [apart, apart]);
});

Deno.test("emitGemm() reads at most 64 bytes behind each operand of few columns in 256-bit vectors", () => {
  // each in turn ends 64 bytes before the memory's end, where a read beyond would trap
  const m = 11, most = memory.buffer.byteLength - 64;
  for (const dtype of ["f32", "f64"] as const) {
    const { itemsize, TypedArray } = DTYPE[dtype], rowStride = 200 * itemsize;
    for (const [n, prologue] of [[1, null], [40 / itemsize, null], [3, prologueOf(dtype)]] as const) {
      const { gemm } = compile({ dtype, numerics: "strict", a: "row", c: "row", n, prologue }, 256);
      for (const k of [32, 39, 64, 68, 101, 128, 191]) {
        const rows = (m - 1) * rowStride + k * itemsize, column = m * itemsize;
        // A or the prologue's operands, then what is packed, and C
        const sizes = prologue === null ? [rows] : [column, rows, k * itemsize, rows, itemsize];
        sizes.push(packedBytes(k, n, dtype), m * n * itemsize);
        for (const last of sizes.keys()) {
          const places = sizes.map((size, i) => i === last ? most - size : (i + 1) * 131072);
          places.forEach((place, i) =>
            new TypedArray(memory.buffer, place, sizes[i]! / itemsize).fill(1 as never)
          );
          const [packedPointer, cPointer] = places.slice(-2) as [number, number];
          writeGemmDescriptor(memory, DESCRIPTOR, {
            aPointer: places[0]!,
            aRowStride: rowStride,
            aColumnStride: itemsize,
            m,
            k,
            packedPointer,
            n,
            cPointer,
            cRowStride: n * itemsize,
            cColumnStride: itemsize,
            scratchPointer: 0,
          });
          const strides = [itemsize, rowStride, 0, rowStride, 0];
          const operands = places.slice(0, -2).flatMap((place, i) => [place, strides[i]!]);
          new Int32Array(memory.buffer, DESCRIPTOR + GEMM_DESCRIPTOR_BYTES).set(operands);
          gemm(DESCRIPTOR);
          const inC = [...new TypedArray(memory.buffer, cPointer, m * n)].map(Number);
          // (1 - 1) / 1 * 1 + 0 is no more than its bound
          deepStrictEqual(inC, inC.map(() => prologue === null ? k : 0), `${dtype} n=${n} k=${k} ${last}`);
        }
      }
    }
  }
});
