import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as nd from "../src/ndarray/mod.ts";

const MOST = 35;

/** small whole numbers, so that every product is exact in every dtype */
function whole(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => ((i + seed) * 7919 >>> 3) % 15 - 7);
}

/** the definition */
function product(
  a: Float64Array,
  b: Float64Array,
  [m, k, n]: readonly [number, number, number],
): Float64Array {
  const c = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let inner = 0; inner < k; inner++) {
      const factor = a[row * k + inner]!;
      for (let column = 0; column < n; column++) c[row * n + column]! += factor * b[inner * n + column]!;
    }
  }
  return c;
}

Deno.test("matmul() is exact for all M, K and N from 0 to 35, with operands in rows, in columns and reversed", () => {
  let numProducts = 0;
  for (const dtype of ["f32", "f64"] as const) {
    for (let m = 0; m <= MOST; m++) {
      for (let k = 0; k <= MOST; k++) {
        for (let n = 0; n <= MOST; n++) {
          nd.scope(() => {
            const left = whole(m * k, m + n), right = whole(k * n, k);
            const make = (numbers: Float64Array, shape: readonly [number, number], layout: number) => {
              const rows = nd.fromTypedArray(numbers, { shape: [...shape] }).astype(dtype);
              if (layout === 0) return rows;
              // the same elements, in memory by columns or from the last to the first
              return layout === 1 ? rows.T.copy().T : rows.slice("::-1, ::-1").copy().slice("::-1, ::-1");
            };
            const turn = m * 5 + k * 3 + n;
            const a = make(left, [m, k], turn % 3), b = make(right, [k, n], Math.floor(turn / 3) % 3);
            const c = a.matmul(b);
            deepStrictEqual(c.shape, [m, n]);
            const expected = product(left, right, [m, k, n]);
            const found = Float64Array.from(c.toTypedArray() as Float64Array);
            for (let i = 0; i < expected.length; i++) {
              if (found[i] !== expected[i]) {
                strictEqual(found[i], expected[i], `${dtype} ${m}x${k}x${n} at ${i}`);
              }
            }
            numProducts++;
          });
        }
      }
    }
  }
  strictEqual(numProducts, 2 * (MOST + 1) ** 3);
});
