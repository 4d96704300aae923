import { Buffer } from "node:buffer";
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { emitGemm } from "./gemm.ts";
import { isWide } from "./gemm_wide.ts";
import { compileProduct, productBytes } from "./testing/products.ts";

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
      for (const c of ["row", "column"] as const) {
        const spec = { dtype, numerics, a: "row", c, n: null, prologue: null } as const;
        const [narrow, wide] = [compileProduct(emitGemm, spec), compileProduct(emitGemm, spec, 256)];
        for (const [m, k, n] of SIZES) {
          // of columns that are known, fewer kinds of tiles are emitted
          const known = compileProduct(emitGemm, { ...spec, n }, 256);
          const [expected, ...others] = productBytes(spec, { m, k, n }, [narrow, wide, known]);
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
