import { Buffer } from "node:buffer";
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import type { VectorBits } from "../vector_bits.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import {
  emitGemm,
  GEMM_DESCRIPTOR_BYTES,
  gemmScratchBytes,
  type GemmSpec,
  packB,
  packedBytes,
  writeGemmDescriptor,
} from "./gemm.ts";

const memory = new WebAssembly.Memory({ initial: 48, maximum: 48, shared: true });
const CANARY = 0xa5;

function compile(spec: GemmSpec, vectorBits: VectorBits = 128): (descriptor: number) => void {
  const module = new ModuleBuilder({ vectorBits });
  emitGemm(module, "gemm", spec);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports["gemm"] as (descriptor: number) => void;
}

/** whether the machine's relaxed_madd rounds once */
const isFused: boolean = (() => {
  const module = new ModuleBuilder();
  module.add("probe", ["f32", "f32", "f32"], ["f32"], (f) => {
    for (const param of f.params) f.get(param).op("f32x4.splat");
    f.op("f32x4.relaxed_madd").op("f32x4.extract_lane", 0);
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const a = Math.fround(1 + 2 ** -12);
  return (exports["probe"] as (a: number, b: number, c: number) => number)(a, a, -1) !==
    Math.fround(a * a) - 1;
})();

/** a·b + c for f32, rounded once: the product is exact in f64, the sum is rounded to odd there and then to f32 */
function fma32(a: number, b: number, c: number): number {
  const product = a * b, sum = product + c;
  if (!Number.isFinite(sum)) return sum;
  const part = sum - product;
  const error = (product - (sum - part)) + (c - part);
  if (error === 0) return Math.fround(sum);
  const bits = new BigInt64Array(new Float64Array([sum]).buffer);
  if ((bits[0]! & 1n) === 0n) bits[0] = bits[0]! + ((error > 0) === (sum > 0) ? 1n : -1n);
  return Math.fround(new Float64Array(bits.buffer)[0]!);
}

/** the value as integer · 2^exponent */
function split(value: number): [bigint, number] {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
  const field = Number((bits >> 52n) & 0x7ffn), fraction = bits & ((1n << 52n) - 1n);
  const magnitude = field === 0 ? fraction : fraction | (1n << 52n);
  return [bits >> 63n === 1n ? -magnitude : magnitude, Math.max(field, 1) - 1075];
}

/** a·b + c for finite f64 whose result is normal, rounded once */
function fma64(a: number, b: number, c: number): number {
  const [ma, ea] = split(a), [mb, eb] = split(b), [mc, ec] = split(c);
  const exponent = Math.min(ea + eb, ec);
  const exact = ((ma * mb) << BigInt(ea + eb - exponent)) + (mc << BigInt(ec - exponent));
  const magnitude = exact < 0n ? -exact : exact;
  const excess = Math.max(0, magnitude.toString(2).length - 53);
  const half = excess === 0 ? 0n : 1n << BigInt(excess - 1);
  let rounded = magnitude >> BigInt(excess);
  const rest = magnitude - (rounded << BigInt(excess));
  if (excess > 0 && (rest > half || (rest === half && (rounded & 1n) === 1n))) rounded++;
  const value = Number(rounded) * 2 ** (exponent + excess);
  return exact < 0n ? -value : value;
}

/** the definition: one element of C, the sum of its blocks of 64 k's, each k after k */
function element(spec: GemmSpec, a: readonly number[], b: readonly number[]): number {
  const isF32 = spec.dtype === "f32";
  let sum: number | null = null;
  for (let block = 0; block === 0 || block < a.length; block += 64) {
    let acc = 0;
    for (let k = block; k < Math.min(block + 64, a.length); k++) {
      if (spec.numerics === "fused" && isFused) acc = (isF32 ? fma32 : fma64)(a[k]!, b[k]!, acc);
      else acc = isF32 ? Math.fround(acc + Math.fround(a[k]! * b[k]!)) : acc + a[k]! * b[k]!;
    }
    sum = sum === null ? acc : isF32 ? Math.fround(sum + acc) : sum + acc;
  }
  return sum!;
}

/** a reproducible stream of numbers in [0, 1) */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
const next = generator(1);
const numbers = (length: number, round: (x: number) => number) =>
  Array.from({ length }, () => round((next() - 0.5) * 2 ** Math.floor(next() * 12 - 6)));

interface Case {
  readonly a: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
  /** unused bytes between neighbouring rows or columns of the operands */
  readonly gap?: number;
  /** whether A's rows (row layout) or columns (column layout) lie in falling order */
  readonly isReversed?: boolean;
  /** rows of each call */
  readonly chunkRows?: number;
  readonly n: number;
  /** whether the result is its bits, as integers */
  readonly asBits?: boolean;
}

/** Runs the kernel on one case, checks that only C was written, and gives C's rows. */
function run(gemm: (descriptor: number) => void, spec: GemmSpec, test: Case): number[][] {
  const { a, b, n, gap = 0 } = test;
  const m = a.length, k = b.length;
  const { itemsize, TypedArray } = DTYPE[spec.dtype];
  const bytes = new Uint8Array(memory.buffer).fill(CANARY);
  const values = new TypedArray(memory.buffer) as Float32Array | Float64Array;
  let top = 1024;
  const allocate = (numBytes: number) => {
    const pointer = top;
    top = (top + numBytes + 191) & ~63;
    return pointer;
  };
  const place = (layout: "row" | "column", rows: number, columns: number, isReversed: boolean) => {
    const [inner, outer] = layout === "row" ? [columns, rows] : [rows, columns];
    const stride = inner * itemsize + gap, base = allocate(stride * outer);
    const outerStride = isReversed ? -stride : stride;
    const pointer = isReversed ? base + stride * Math.max(0, outer - 1) : base;
    return layout === "row"
      ? { pointer, rowStride: outerStride, columnStride: itemsize }
      : { pointer, rowStride: itemsize, columnStride: outerStride };
  };
  const inA = place(spec.a, m, k, test.isReversed === true), inB = place("column", k, n, false);
  const inC = place(spec.c, m, n, false);
  const address = (at: typeof inA, i: number, j: number) =>
    at.pointer + i * at.rowStride + j * at.columnStride;
  a.forEach((row, i) => row.forEach((value, j) => values[address(inA, i, j) / itemsize] = value));
  b.forEach((row, i) => row.forEach((value, j) => values[address(inB, i, j) / itemsize] = value));
  const packedPointer = allocate(packedBytes(k, n, spec.dtype)),
    scratchPointer = allocate(gemmScratchBytes(spec));
  packB(memory, { ...inB, k, n, dtype: spec.dtype }, packedPointer);
  const descriptor = allocate(GEMM_DESCRIPTOR_BYTES);
  const before = bytes.slice();
  const chunkRows = test.chunkRows ?? Math.max(1, m);
  for (let row = 0; row < Math.max(1, m); row += chunkRows) {
    writeGemmDescriptor(memory, descriptor, {
      aPointer: address(inA, row, 0),
      aRowStride: inA.rowStride,
      aColumnStride: inA.columnStride,
      m: Math.min(chunkRows, m - row),
      k,
      packedPointer,
      n,
      cPointer: address(inC, row, 0),
      cRowStride: inC.rowStride,
      cColumnStride: inC.columnStride,
      scratchPointer,
    });
    gemm(descriptor);
  }
  const raw = spec.dtype === "f32" ? new Uint32Array(memory.buffer) : new BigUint64Array(memory.buffer);
  const read = test.asBits === true ? raw : values;
  const result = a.map((_, i) =>
    Array.from({ length: n }, (_, j) => Number(read[address(inC, i, j) / itemsize]!))
  );
  const overwrite = (pointer: number, numBytes: number) =>
    before.set(bytes.subarray(pointer, pointer + numBytes), pointer);
  overwrite(descriptor, GEMM_DESCRIPTOR_BYTES);
  overwrite(scratchPointer, gemmScratchBytes(spec));
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) overwrite(address(inC, i, j), itemsize);
  strictEqual(Buffer.compare(before, bytes), 0, "wrote outside of C");
  return result;
}

/** of A and C, and the vectors' bits, which only a row-layout A asks for */
const LAYOUTS = [
  ["row", "row", 128],
  ["row", "row", 256],
  ["row", "column", 128],
  ["row", "column", 256],
  ["column", "row", 128],
  ["column", "column", 128],
] as const;
const KINDS = [["f32", "fused"], ["f32", "strict"], ["f64", "fused"], ["f64", "strict"]] as const;
const rounding = (dtype: "f32" | "f64") => dtype === "f32" ? Math.fround : (x: number) => x;

function matrices(
  m: number,
  k: number,
  n: number,
  dtype: "f32" | "f64",
): { a: number[][]; b: number[][]; n: number } {
  const matrix = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => numbers(columns, rounding(dtype)));
  return { a: matrix(m, k), b: matrix(k, n), n };
}

for (const [dtype, numerics] of KINDS) {
  Deno.test(`emitGemm() computes every element in blocks of 64, k after k, in every layout: ${dtype} ${numerics}`, () => {
    // the exact model of a fused f64 is slow
    const limit = dtype === "f64" && numerics === "fused" && isFused ? 22 : 70;
    const sizes = [
      [0, 3, 4],
      [3, 0, 5],
      [4, 3, 0],
      [1, 1, 1],
      [6, 4, 8],
      [8, 5, 10],
      [7, 9, 9],
      [2, 3, 18],
      [
        3,
        2,
        17,
      ],
      [7, 64, 3],
      [3, 65, 10],
      [5, 150, 2],
      [2, 261, 11],
    ];
    for (let i = 0; i < 10; i++) sizes.push([1, 2, 3].map(() => Math.floor(next() * limit)));
    const kernels = LAYOUTS.map(([a, c, vectorBits]) => {
      const spec = { dtype, numerics, a, c, n: null, prologue: null } as const;
      return { spec, gemm: compile(spec, vectorBits) };
    });
    for (const [m = 0, k = 0, n = 0] of sizes) {
      const test = matrices(m, k, n, dtype);
      const columns = Array.from({ length: n }, (_, j) => test.b.map((row) => row[j]!));
      const expected = test.a.map((row) => columns.map((column) => element(kernels[0]!.spec, row, column)));
      for (const { spec, gemm } of kernels) {
        const gap = DTYPE[dtype].itemsize * Math.floor(next() * 4);
        const actual = run(gemm, spec, { ...test, gap, isReversed: next() < 0.3 });
        deepStrictEqual(actual, expected, `${spec.a} ${spec.c} m=${m} k=${k} n=${n} gap=${gap}`);
      }
    }
  });

  Deno.test(`emitGemm() gives the same bits for every chunk, layout and block of K: ${dtype} ${numerics}`, () => {
    const test = matrices(150, 1100, 11, dtype);
    let expected: number[][] | null = null;
    for (const [a, c, vectorBits] of LAYOUTS) {
      const spec = { dtype, numerics, a, c, n: 11, prologue: null } as const;
      const gemm = compile(spec, vectorBits);
      for (const chunkRows of [1, 7, 64, 150]) {
        const actual = run(gemm, spec, { ...test, chunkRows });
        expected ??= actual;
        deepStrictEqual(actual, expected, `${a} ${c} chunks of ${chunkRows}`);
      }
    }
    const sum = test.a[3]!.reduce((total, value, k) => total + value * test.b[k]![5]!, 0);
    ok(
      Math.abs(expected![3]![5]! - sum) < (dtype === "f32" ? 1e-2 : 1e-10),
      `${expected![3]![5]} is far from ${sum}`,
    );
  });

  Deno.test(`emitGemm() gives the same bits whether n is known or not: ${dtype} ${numerics}`, () => {
    const general = { dtype, numerics, a: "row", c: "row", n: null, prologue: null } as const;
    const gemm = compile(general);
    for (let n = 0; n <= 26; n++) {
      const test = matrices(13, 6, n, dtype);
      const expected = run(gemm, general, test);
      for (const [a, c] of LAYOUTS.filter(([, , bits]) => bits === 128)) {
        const spec = { dtype, numerics, a, c, n, prologue: null } as const;
        deepStrictEqual(run(compile(spec), spec, test), expected, `${a} ${c} n=${n}`);
      }
    }
  });
}

Deno.test("emitGemm() carries NaN, infinities, subnormals and signed zeros to their elements only", () => {
  for (const [dtype, numerics] of KINDS) {
    const tiny = dtype === "f32" ? 2 ** -149 : 5e-324;
    const a = [[1, NaN], [Infinity, 1], [1, 1], [tiny, 0], [-0, -0]], b = [[1, 0, -1, 0.5], [1, 1, 1, 1]];
    for (const [aLayout, c, vectorBits] of LAYOUTS) {
      const spec = { dtype, numerics, a: aLayout, c, n: null, prologue: null } as const;
      deepStrictEqual(run(compile(spec, vectorBits), spec, { a, b, n: 4 }), [
        [NaN, NaN, NaN, NaN],
        [Infinity, NaN, -Infinity, Infinity],
        [2, 1, 0, 1.5],
        [tiny, 0, -tiny, 0],
        [0, 0, 0, 0],
      ]);
    }
  }
});

Deno.test("emitGemm() gives the same NaN, sign and all, in every layout and tile", () => {
  // 0 · Infinity is another NaN than the one of the operands; which of two survives depends on their order
  const rows = [[NaN, Infinity, 1], [Infinity, NaN, 1], [1, Infinity, NaN], [Infinity, 1, 1]];
  const a = [...rows, ...rows, rows[1]!], b = [0, 0, 1].map((value) => Array<number>(10).fill(value));
  for (const [dtype, numerics] of KINDS) {
    let expected: number[] | null = null;
    for (const [aLayout, c, vectorBits] of LAYOUTS) {
      const spec = { dtype, numerics, a: aLayout, c, n: null, prologue: null } as const;
      const bits = run(compile(spec, vectorBits), spec, { a, b, n: 10, asBits: true });
      expected ??= bits.map((row) => row[0]!);
      bits.forEach((row, i) => deepStrictEqual(row, row.map(() => expected![i === 8 ? 1 : i % 4])));
    }
  }
});

Deno.test("emitGemm() fused differs from strict where one rounding differs from two", () => {
  const x = Math.fround(1 + 2 ** -12);
  const test = { a: [[1, x]], b: [[-1], [x]], n: 1 };
  const results = (["fused", "strict"] as const).map((numerics) => {
    const spec = { dtype: "f32", numerics, a: "row", c: "row", n: 1, prologue: null } as const;
    return run(compile(spec), spec, test)[0]![0]!;
  });
  strictEqual(results[1], Math.fround(x * x) - 1);
  strictEqual(results[0], isFused ? Math.fround(x * x - 1) : results[1]);
});

Deno.test("emitGemm() reads at most 64 bytes behind A and C", () => {
  // each in turn ends 64 bytes before the memory's end, where a read beyond would trap
  const end = memory.buffer.byteLength - 64, k = 1030;
  for (const [a, c, vectorBits] of LAYOUTS) {
    const spec = { dtype: "f32", numerics: "strict", a, c, n: null, prologue: null } as const;
    const gemm = compile(spec, vectorBits);
    for (const [m, n] of [[1, 1], [6, 8], [7, 10], [9, 3], [3, 5]] as const) {
      const sizeA = m * k * 4, sizeC = m * n * 4;
      for (const [aPointer, cPointer] of [[end - sizeA, 65536], [65536, end - sizeC]] as const) {
        const packedPointer = 4 * 65536, scratchPointer = 8 * 65536;
        new Float32Array(memory.buffer, aPointer, m * k).fill(1);
        new Float32Array(memory.buffer, packedPointer, packedBytes(k, n, "f32") / 4).fill(2);
        writeGemmDescriptor(memory, 1024, {
          aPointer,
          aRowStride: a === "row" ? k * 4 : 4,
          aColumnStride: a === "row" ? 4 : m * 4,
          m,
          k,
          packedPointer,
          n,
          cPointer,
          cRowStride: c === "row" ? n * 4 : 4,
          cColumnStride: c === "row" ? 4 : m * 4,
          scratchPointer,
        });
        gemm(1024);
        ok(
          new Float32Array(memory.buffer, cPointer, m * n).every((value) => value === 2 * k),
          `${a} ${c} ${m} ${n}`,
        );
      }
    }
  }
});

Deno.test("packB() pads columns to whole panels with zeros and reads any strides", () => {
  const values = new Float64Array(memory.buffer);
  values.fill(NaN, 0, 200);
  // a 2 × 5 matrix, transposed and reversed along k: element (k, n) at 20 - k + 2 n
  for (let k = 0; k < 2; k++) for (let n = 0; n < 5; n++) values[20 - k + 2 * n] = 10 * k + n;
  packB(memory, { pointer: 160, rowStride: -8, columnStride: 16, k: 2, n: 5, dtype: "f64" }, 800);
  strictEqual(packedBytes(2, 5, "f64"), 128);
  deepStrictEqual([...values.subarray(99, 117)], [
    NaN,
    0,
    1,
    2,
    3,
    10,
    11,
    12,
    13,
    4,
    0,
    0,
    0,
    14,
    0,
    0,
    0,
    NaN,
  ]);
});

Deno.test("packB() refuses strides that split elements", () => {
  throws(
    () => packB(memory, { pointer: 0, rowStride: 6, columnStride: 4, k: 1, n: 1, dtype: "f32" }, 64),
    /itemsize/,
  );
});
