import { deepStrictEqual, match, throws } from "node:assert/strict";
import { type DType, DTYPES } from "../../dtype/mod.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import { compressTable } from "./filtered_store.ts";
import { compareRun, compile } from "./testing/compare.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";
import { printLoopKernel } from "./print.ts";

/** keeps `columns` (operands 1 and on) where operand 0 is above 0 or, of a bool, holds; one output a column */
function filterKernel(test: DType, columns: readonly DType[]): LoopKernel {
  const body = [load(test, 0), ...columns.map((dtype, i) => load(dtype, i + 1))];
  const isBool = test === "bool";
  if (!isBool) body.push({ op: "constant", dtype: test, value: 0 }, apply("gt", test, 0, body.length));
  return {
    ...mapKernel([], body),
    operands: [test, ...columns, ...columns].map((dtype) => ({ dtype, access: "unit" })),
    filter: isBool ? 0 : body.length - 1,
    stores: columns.map((_, i) => ({ operand: 1 + columns.length + i, value: 1 + i, at: "filter" })),
  };
}

const layouts = (numOperands: number, seed: number) =>
  Array.from({ length: numOperands }, (_, i) => ({ strides: [1], offsetBytes: (seed * 7 + i * 3) % 16 }));

Deno.test("emitLoopKernel() keeps the elements that pass, for every dtype, length 0 to 67 and kind of mask", () => {
  for (const dtype of DTYPES) {
    for (const test of ["bool", "f32", dtype] as const) {
      const compiled = compile(filterKernel(test, [dtype]));
      for (let numElements = 0; numElements <= 67; numElements++) {
        compareRun(compiled, { sizes: [numElements], layouts: layouts(3, numElements), seed: numElements });
      }
    }
  }
});

Deno.test("emitLoopKernel() keeps columns of several dtypes by one mask", () => {
  for (const test of ["bool", "u8", "i16", "f32", "f64"] as const) {
    const compiled = compile(filterKernel(test, ["f32", "i64", "u8", "f32", "i16", "bool"]));
    for (const numElements of [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100]) {
      compareRun(compiled, { sizes: [numElements], layouts: layouts(13, numElements), seed: numElements });
    }
  }
});

Deno.test("emitLoopKernel() keeps elements of two axes in their order, and by a mask that is the same everywhere", () => {
  const kernel = { ...filterKernel("f32", ["i16"]), numKept: 2 };
  for (const sizes of [[3, 5], [2, 33], [0, 4], [4, 0], [7, 1]]) {
    const rows = [sizes[1]!, 1];
    compareRun(compile(kernel), {
      sizes,
      layouts: [{ strides: [-2 * sizes[1]!, 1] }, { strides: rows }, { strides: rows }],
    });
  }
  const uniform = { ...filterKernel("bool", ["f64"]) };
  const operands = uniform.operands.map((operand, i) =>
    i === 0 ? { ...operand, access: "zero" as const } : operand
  );
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const places = [{ strides: [0] }, { strides: [1] }, { strides: [1] }];
    compareRun(compile({ ...uniform, operands }), { sizes: [21], layouts: places, seed });
  }
});

Deno.test("emitLoopKernel() stores all elements and those that pass in one kernel", () => {
  const kernel = filterKernel("f32", ["f32"]);
  const both: LoopKernel = {
    ...kernel,
    operands: [...kernel.operands, { dtype: "f32", access: "unit" }],
    stores: [{ operand: 3, value: 1, at: "body" }, ...kernel.stores],
  };
  for (const numElements of [1, 5, 16, 37]) {
    compareRun(compile(both), { sizes: [numElements], layouts: layouts(4, numElements), seed: numElements });
  }
  match(printLoopKernel(both), /filter %3\n {2}store \$2 = %1/);
});

Deno.test("emitLoopKernel() refuses a filter that is no bool, and one beside a reduction", () => {
  const kernel = filterKernel("f32", ["f32"]);
  throws(() => compile({ ...kernel, filter: 0 }), /its filter is f32/);
  throws(() => compile({ ...kernel, numReduced: 1 }), /it filters what it reduces/);
  throws(() => compile({ ...kernel, stores: [] }), /it filters and stores nothing of it/);
});

Deno.test("compressTable() moves the lanes of a pattern to the front", () => {
  deepStrictEqual([...compressTable(4).subarray(16 * 0b1010, 16 * 0b1010 + 8)], [4, 5, 6, 7, 12, 13, 14, 15]);
  deepStrictEqual([...compressTable(2).subarray(8 * 0b10010001, 8 * 0b10010001 + 3)], [0, 4, 7]);
});
