import { Buffer } from "node:buffer";
import { strictEqual } from "node:assert/strict";
import { emitGemm, emitGemmInStructs } from "./gemm.ts";
import { isInStructs } from "./gemm_structs.ts";
import { compileProduct, productBytes } from "./testing/products.ts";

/** around the borders: structs of 8 k's, tiles of 6 rows and 8 columns, blocks of 64 and 128 k's, 1024 columns */
const SIZES = [
  [48, 256, 256],
  [53, 257, 259],
  [6, 1, 8],
  [7, 7, 15],
  [12, 9, 20],
  [5, 300, 7],
  [18, 127, 40],
  [19, 129, 33],
  [6, 1003, 21],
  [25, 65, 1030],
  [8, 140, 2053],
  [100, 8, 100],
] as const;

for (const dtype of ["f32", "f64"] as const) {
  for (const numerics of ["fused", "strict"] as const) {
    Deno.test(`emitGemmInStructs() gives the same bytes as emitGemm(): ${dtype} ${numerics}`, () => {
      for (const c of ["row", "column"] as const) {
        const spec = { dtype, numerics, a: "row", c, n: null, prologue: null } as const;
        // one instance for all sizes: its structs still hold the operands of the product before
        const kernels = [emitGemm, emitGemmInStructs].map((emit) => compileProduct(emit, spec));
        for (const [m, k, n] of SIZES) {
          const [expected, actual] = productBytes(spec, { m, k, n }, kernels);
          strictEqual(Buffer.compare(actual!, expected!), 0, `m=${m} k=${k} n=${n} C by ${c}`);
        }
      }
    });
  }
}

Deno.test("isInStructs() takes large products of rows whose operands are read often, and no others", () => {
  const spec = { dtype: "f32", numerics: "fused", a: "row", c: "row", n: null, prologue: null } as const;
  const size = { m: 1024, n: 1024, k: 512 };
  strictEqual(isInStructs(spec, size), true);
  strictEqual(isInStructs(spec, { m: 1000, n: 1024, k: 512 }), false);
  strictEqual(isInStructs(spec, { ...size, m: 100, k: 100_000 }), false);
  strictEqual(isInStructs(spec, { ...size, n: 200, k: 100_000 }), false);
  strictEqual(isInStructs({ ...spec, a: "column" }, size), false);
});
