import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import type { GemmPrologue } from "../../plan/gemm_prologue.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { emitGemm, type GemmSpec, packB, packedBytes, prologueDescriptorBytes } from "./gemm.ts";

const memory = new WebAssembly.Memory({ initial: 8, maximum: 8, shared: true });

/** clip((x - mean) / scale * weight, -3, 3): x along both axes, mean along K, scale along M, weight a byte along K */
function prologueOf(dtype: "f32" | "f64"): GemmPrologue {
  const own = { dtype, compute: dtype } as const;
  return {
    operands: [
      { dtype, access: "unit", isPerRow: true },
      { dtype, access: "unit", isPerRow: false },
      { dtype, access: "zero", isPerRow: true },
      { dtype: "u8", access: "unit", isPerRow: true },
      { dtype, access: "zero", isPerRow: false },
    ],
    body: [
      { op: "load", dtype, operand: 0 },
      { op: "load", dtype, operand: 1 },
      { op: "elementwise", name: "sub", args: [0, 1], ...own },
      { op: "load", dtype, operand: 2 },
      { op: "elementwise", name: "div", args: [2, 3], ...own },
      { op: "load", dtype: "u8", operand: 3 },
      { op: "cast", dtype, from: "u8", args: [5] },
      { op: "elementwise", name: "mul", args: [4, 6], ...own },
      { op: "load", dtype, operand: 4 },
      { op: "elementwise", name: "minimum", args: [7, 8], ...own },
      { op: "constant", dtype, value: -3 },
      { op: "elementwise", name: "maximum", args: [9, 10], ...own },
    ],
    value: 11,
  };
}

function compile(spec: GemmSpec): (descriptor: number) => void {
  const module = new ModuleBuilder();
  emitGemm(module, "gemm", spec);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports["gemm"] as (descriptor: number) => void;
}

const PLACE = { x: 4096, mean: 131072, scale: 147456, weight: 163840, bound: 196608, a: 229376 } as const;
const PACKED = 360448, C = 458752, DESCRIPTOR = 1024;
const MAX_M = 13, MAX_K = 300, SPECIAL = [NaN, Infinity, -Infinity, -0, 0, 1e-310];

/** Fills the operands, and A as the prologue computes it, element by element. */
function fill(dtype: "f32" | "f64", isSpecial: boolean): void {
  const values = new DTYPE[dtype].TypedArray(memory.buffer) as Float32Array | Float64Array;
  const bytes = new Uint8Array(memory.buffer), { itemsize } = DTYPE[dtype];
  const round = dtype === "f32" ? Math.fround : (x: number) => x;
  let state = 7;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const at = (place: keyof typeof PLACE, i: number) => PLACE[place] / itemsize + i;
  for (let k = 0; k < MAX_K + 16; k++) values[at("mean", k)] = next() - 0.5;
  for (let m = 0; m < MAX_M; m++) values[at("scale", m)] = 0.1 + next();
  values[at("bound", 0)] = 3;
  for (let m = 0; m < MAX_M; m++) {
    for (let k = 0; k < MAX_K; k++) {
      const i = m * MAX_K + k;
      values[at("x", i)] = isSpecial && i % 29 === 3 ? SPECIAL[i % SPECIAL.length]! : next() * 4 - 2;
      bytes[PLACE.weight + i] = Math.floor(next() * 5);
      const ratio = round(round(values[at("x", i)]! - values[at("mean", k)]!) / values[at("scale", m)]!);
      values[at("a", i)] = Math.max(Math.min(round(ratio * bytes[PLACE.weight + i]!), 3), -3);
    }
  }
}

interface Size {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function run(gemm: (descriptor: number) => void, spec: GemmSpec, { m, k, n }: Size): number[] {
  const { itemsize, TypedArray } = DTYPE[spec.dtype];
  const values = new TypedArray(memory.buffer) as Float32Array | Float64Array;
  values.fill(-77, C / itemsize, C / itemsize + MAX_M * n + 16);
  const strides = spec.c === "row" ? [n * itemsize, itemsize] : [itemsize, m * itemsize];
  const left = spec.prologue === null ? [PLACE.a, MAX_K * itemsize, itemsize] : [0, 0, 0];
  const rowStride = MAX_K * itemsize;
  const operands = [
    PLACE.x,
    rowStride,
    PLACE.mean,
    0,
    PLACE.scale,
    itemsize,
    PLACE.weight,
    MAX_K,
    PLACE.bound,
    0,
  ];
  const words = [...left, m, k, PACKED, n, C, ...strides, 0, ...(spec.prologue === null ? [] : operands)];
  ok(words.length * 4 <= prologueDescriptorBytes(5));
  new Int32Array(memory.buffer).set(words, DESCRIPTOR / 4);
  gemm(DESCRIPTOR);
  // as numbers: the sign of a NaN that JavaScript computed is its own
  const result = [...values.subarray(C / itemsize, C / itemsize + m * n + 1)];
  strictEqual(result[m * n], -77, "wrote behind C");
  return result;
}

for (const dtype of ["f32", "f64"] as const) {
  for (const numerics of ["fused", "strict"] as const) {
    Deno.test(`emitGemm() with a prologue is the product of what it computes, bit for bit: ${dtype} ${numerics}`, () => {
      const { itemsize } = DTYPE[dtype];
      const b = new DTYPE[dtype].TypedArray(memory.buffer) as Float32Array | Float64Array;
      // B lies behind the packed panels of this test, which the widest fills by half
      const place = 262144 + 65536;
      for (let i = 0; i < MAX_K * 10; i++) b[place / itemsize + i] = Math.sin(i * 12.9898);
      for (const isSpecial of [false, true]) {
        fill(dtype, isSpecial);
        for (let n = 1; n <= (dtype === "f32" ? 10 : 5); n++) {
          const source = { pointer: place, rowStride: n * itemsize, columnStride: itemsize, n, dtype };
          for (const c of ["row", "column"] as const) {
            const stored = { dtype, numerics, a: "row", c, n, prologue: null } as const;
            const computed = { ...stored, prologue: prologueOf(dtype) };
            const kernels = [stored, computed].map((spec) => ({ spec, gemm: compile(spec) }));
            for (const k of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 35, 255, 256, 257, 263, 300]) {
              ok(PACKED + packedBytes(k, n, dtype) <= C);
              packB(memory, { ...source, k }, PACKED);
              for (const m of k % 8 === 7 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 13] : [0, 11]) {
                const [expected, actual] = kernels.map(({ spec, gemm }) => run(gemm, spec, { m, k, n }));
                deepStrictEqual(actual, expected, `m=${m} k=${k} n=${n} C by ${c}`);
              }
            }
          }
        }
      }
    });
  }
}
