import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type Loop, orderLoops, type OrderOptions } from "./loop_order.ts";
import type { AxisSize } from "./program.ts";

const ROWS: AxisSize = { symbol: "N", times: 1 };
const options: OrderOptions = { dtypes: ["f32", "f32"], isStore: [false, true], keepOrder: false };
/** loops over rows and the elements of a row, of an operand that is read and one that is written */
const table = (width: number, read: "row" | "column", written: "row" | "column"): Loop[] => {
  const strides = (layout: "row" | "column") => layout === "row" ? [4 * width, 4] : [4, 4 * 4096];
  const [r, w] = [strides(read), strides(written)];
  return [
    { size: ROWS, isReduced: false, strides: [r[0]!, w[0]!] },
    { size: width, isReduced: false, strides: [r[1]!, w[1]!] },
  ];
};

Deno.test("orderLoops() makes one loop of what is evenly spaced", () => {
  const { loops, transposed } = orderLoops(table(100, "row", "row"), options);
  deepStrictEqual(loops.map(({ size }) => size), [{ symbol: "N", times: 100 }]);
  strictEqual(transposed.size, 0);
});

Deno.test("orderLoops() turns what lies across the lanes, where there are rows enough for a block", () => {
  for (const width of [4, 8, 100, 10_000]) {
    for (const [read, written] of [["column", "row"], ["row", "column"]] as const) {
      strictEqual(orderLoops(table(width, read, written), options).transposed.size, 1, `${width} ${read}`);
    }
  }
  strictEqual(orderLoops(table(3, "column", "row"), options).transposed.size, 0);
});

Deno.test("orderLoops() turns nothing where elements are kept in their order, or are reduced", () => {
  strictEqual(orderLoops(table(100, "column", "row"), { ...options, keepOrder: true }).transposed.size, 0);
  const [rows, elements] = table(100, "column", "row");
  strictEqual(orderLoops([rows!, { ...elements!, isReduced: true }], options).transposed.size, 0);
});

Deno.test("orderLoops() keeps lanes along the columns of a view whose elements are apart, not down its rows", () => {
  // the sum down the rows of every third column of (512, 1536) f64, and where it is stored
  const rows = { size: 512, isReduced: true, strides: [1536 * 8, 0] };
  const columns = { size: 512, isReduced: false, strides: [3 * 8, 8] };
  const order = orderLoops([rows, columns], {
    dtypes: ["f64", "f64"],
    isStore: [false, true],
    keepOrder: false,
  });
  strictEqual(order.vector, "kept");
});
