import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as nd from "../mod.ts";

/** small integers, so that every order of summation gives the same */
function integers(shape: readonly [number, number], seed: number): nd.NDArray {
  const values = Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * 31 + seed * 7) % 13 - 6);
  return nd.array(values, { dtype: "i64" }).reshape([...shape]);
}

/** the same matrix as rows, as columns, and as every second element of a reversed one */
function layouts(values: nd.NDArray, dtype: "f32" | "f64"): nd.NDArray[] {
  const [rows, columns] = values.shape as [number, number];
  const row = values.astype(dtype), column = values.T.copy().astype(dtype).T;
  const spread = nd.zeros([2 * rows, 2 * columns], { dtype }).slice("::-2, ::-2");
  spread.set("...", row);
  return [row, column, spread];
}

Deno.test("matmul() of floats gives what integers give, for every small size and layout", () => {
  nd.scope(() => {
    for (const dtype of ["f32", "f64"] as const) {
      for (const m of [0, 1, 2, 5, 8, 13]) {
        for (const k of [0, 1, 3, 8, 17]) {
          for (const n of [0, 1, 2, 3, 4, 5, 8, 9, 11, 16, 17, 33]) {
            nd.scope(() => {
              const a = integers([m, k], 1), b = integers([k, n], 2);
              const wanted = a.matmul(b).astype("f64").toList();
              for (const left of layouts(a, dtype)) {
                for (const right of layouts(b, dtype)) {
                  deepStrictEqual(left.matmul(right).toList(), wanted, `${dtype} ${m} × ${k} × ${n}`);
                }
              }
            });
          }
        }
      }
    }
  });
});

Deno.test("matmul() of large floats gives what integers give, whatever the layout", () => {
  for (const [m, k, n] of [[131, 128, 70], [67, 301, 53], [2000, 9, 61]] as const) {
    nd.scope(() => {
      const a = integers([m, k], 1), b = integers([k, n], 2);
      const wanted = a.matmul(b).astype("f64").toList();
      for (const dtype of ["f32", "f64"] as const) {
        for (const left of layouts(a, dtype)) {
          const right = b.astype(dtype);
          deepStrictEqual(left.matmul(right).toList(), wanted, `${dtype} ${m} × ${k} × ${n}`);
          const stacked = nd.broadcastTo(left, [2, m, k]).matmul(right).toList();
          deepStrictEqual(stacked, [wanted, wanted], `two of ${dtype} ${m} × ${k} × ${n}`);
        }
      }
    });
  }
});

Deno.test("matmul() of many rows gives the bits that it gives of few at a time", () => {
  const [m, k, n] = [1003, 691, 779];
  for (const dtype of ["f32", "f64"] as const) {
    nd.scope(() => {
      const [a, b] = [nd.sin(nd.arange(m * k)), nd.cos(nd.arange(k * n))].map((x) => x.astype(dtype));
      const left = a!.reshape([m, k]), right = b!.reshape([k, n]), whole = left.matmul(right);
      for (let row = 0; row < m; row += 100) {
        const part = left.slice(`${row}:${row + 100}`).matmul(right);
        strictEqual(nd.arrayEqual(part, whole.slice(`${row}:${row + 100}`)), true, `${dtype}, row ${row}`);
      }
      // of columns, whose tiles take other lanes
      strictEqual(nd.arrayEqual(left.T.copy().T.matmul(right), whole), true, `${dtype}, columns`);
    });
  }
});

Deno.test("matmul() of one row by a large matrix gives what integers give, whatever the layout", () => {
  for (const [k, n] of [[64, 2050], [2050, 64], [1037, 129], [200_000, 2], [3, 50_001]] as const) {
    nd.scope(() => {
      const a = integers([1, k], 1), b = integers([k, n], 2);
      const wanted = a.matmul(b).astype("f64").toList();
      for (const dtype of ["f32", "f64"] as const) {
        for (const right of layouts(b, dtype)) {
          deepStrictEqual(a.astype(dtype).matmul(right).toList(), wanted, `${dtype} ${k} × ${n}`);
          deepStrictEqual(a.astype(dtype).squeeze().matmul(right).toList(), (wanted as unknown[])[0]);
        }
      }
    });
  }
});

Deno.test("dot() of other operands of the same form is of their own elements, also where one stood twice", () => {
  using x = nd.arange(6), y = x.mul(10), squares = x.reshape([2, 3]);
  for (let round = 0; round < 2; round++) {
    strictEqual(Number(x.dot(x).item()), 55);
    strictEqual(Number(x.dot(y).item()), 550);
    strictEqual(Number(y.dot(y).item()), 5500);
    strictEqual(Number(x.slice(["1:4"]).dot(x.slice(["3:0:-1"])).item()), 10);
    strictEqual(Number(x.slice(["0:3"]).dot(x.slice(["3:"])).item()), 14);
    strictEqual(squares.matmul(nd.arange(3)).toTypedArray().join(), "5,14");
    strictEqual(squares.mul(2).matmul(nd.arange(3)).toTypedArray().join(), "10,28");
  }
});

Deno.test("matmul() of a transposed operand promises to need no copy of it where the limit leaves no room", () => {
  nd.scope(() => {
    const a = nd.ones([500, 500], { dtype: "f32" }).T, b = nd.ones([500, 32], { dtype: "f32" });
    const { bytesInUse, limitBytes } = nd.memoryStatistics();
    nd.setMemoryLimit(bytesInUse + 500_000);
    try {
      strictEqual(a.matmul(b).sum().item(), 500 * 32 * 500);
    } finally {
      nd.setMemoryLimit(limitBytes);
    }
  });
});
