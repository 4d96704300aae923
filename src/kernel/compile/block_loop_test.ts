import { throws } from "node:assert/strict";
import { type DType, DTYPES } from "../../dtype/mod.ts";
import type { Instruction, KernelOperand, LoopKernel } from "../../plan/loop_kernel.ts";
import { compareRun, compile, type Layout } from "./testing/compare.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";

const EXTENTS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 19, 33];

/** a kernel over (rows, columns); operands whose rows lie along the block axis */
function blockKernel(
  operands: readonly (readonly [DType, KernelOperand["access"]])[],
  body: readonly Instruction[],
  fixed: readonly number[] = [],
): LoopKernel {
  return {
    ...mapKernel([], body, 2),
    operands: operands.map(([dtype, access]) => ({ dtype, access })),
    stores: [{ operand: operands.length - 1, value: body.length - 1, at: "body" }],
    block: { fixed },
  };
}

const along = (columns: number): Layout => ({ strides: [columns + 3, 1], offsetBytes: 1 });
const across = (rows: number): Layout => ({ strides: [1, rows + 1] });

Deno.test("emitLoopKernel() turns what is loaded across the lanes, for every dtype and size", () => {
  for (const dtype of DTYPES) {
    const compiled = compile(blockKernel([[dtype, "transposed"], [dtype, "unit"]], [load(dtype, 0)]));
    for (const rows of EXTENTS) {
      for (const columns of EXTENTS) {
        compareRun(compiled, { sizes: [rows, columns], layouts: [across(rows), along(columns)], seed: rows });
      }
    }
  }
});

Deno.test("emitLoopKernel() turns what is stored across the lanes, for every dtype and size", () => {
  for (const dtype of DTYPES) {
    const compiled = compile(blockKernel([[dtype, "unit"], [dtype, "transposed"]], [load(dtype, 0)]));
    for (const rows of EXTENTS) {
      for (const columns of EXTENTS) {
        compareRun(compiled, { sizes: [rows, columns], layouts: [along(columns), across(rows)], seed: rows });
      }
    }
  }
});

Deno.test("emitLoopKernel() turns operands of other widths than the lanes compute in", () => {
  for (const from of DTYPES) {
    for (const to of ["f64", "f32", "u8"] as const) {
      const cast: Instruction = { op: "cast", dtype: to, from, args: [0] };
      const body = from === to ? [load(from, 0)] : [load(from, 0), cast];
      const loads = compile(blockKernel([[from, "transposed"], [to, "unit"]], body));
      const stores = compile(blockKernel([[from, "unit"], [to, "transposed"]], body));
      for (const [rows, columns] of [[8, 16], [17, 5], [3, 2], [9, 35]] as const) {
        compareRun(loads, { sizes: [rows, columns], layouts: [across(rows), along(columns)] });
        compareRun(stores, { sizes: [rows, columns], layouts: [along(columns), across(rows)] });
      }
    }
  }
});

Deno.test("emitLoopKernel() mixes turned operands with all others, in several panels", () => {
  const access: readonly KernelOperand["access"][] = [
    "transposed",
    "unit",
    "zero",
    "strided",
    "unit",
    "zero",
    "strided",
  ];
  const operands = [...access, "transposed" as const, "unit" as const].map((how) => ["f32", how] as const);
  const body: Instruction[] = access.map((_, i) => load("f32", i));
  // what is the same in a row is computed once for it
  body.push(apply("mul", "f32", 2, 5));
  for (let i = 0; i < access.length; i++) {
    body.push(apply(i % 2 === 0 ? "add" : "sub", "f32", body.length - 1, i));
  }
  const kernel: LoopKernel = {
    ...blockKernel(operands, body, [4, 5, 6]),
    stores: [{ operand: 7, value: 9, at: "body" }, { operand: 8, value: body.length - 1, at: "body" }],
  };
  for (
    const [rows, columns, distance] of [[5, 7, 6], [4, 50, 4], [13, 33, 21], [2, 5, 1024], [
      8,
      20,
      1024,
    ]] as const
  ) {
    compareRun(compile(kernel), {
      sizes: [rows, columns],
      layouts: [
        { strides: [1, distance] },
        along(columns),
        { strides: [1, 0] },
        { strides: [2 * columns, 2] },
        { strides: [0, 1] },
        { strides: [0, 0] },
        { strides: [0, -1] },
        across(rows),
        along(columns),
      ],
    });
  }
  const wide = compile(blockKernel([["u8", "transposed"], ["u8", "unit"]], [load("u8", 0)]));
  compareRun(wide, { sizes: [9, 2100], layouts: [across(9), along(2100)] });
});

Deno.test("emitLoopKernel() runs blocks within outer axes, and reads no column that is not there", () => {
  const kernel: LoopKernel = {
    ...blockKernel([["i16", "transposed"], ["i16", "unit"]], [load("i16", 0)]),
    numKept: 3,
  };
  for (const [outer, rows, columns] of [[2, 9, 5], [3, 8, 8], [0, 8, 8]] as const) {
    compareRun(compile(kernel), {
      sizes: [outer, rows, columns],
      layouts: [{ strides: [rows * columns, 1, rows], atEnd: true }, {
        strides: [rows * columns, columns, 1],
      }],
    });
  }
});

Deno.test("emitLoopKernel() refuses turned operands without blocks, or under a reduction", () => {
  const kernel = blockKernel([["f32", "transposed"], ["f32", "unit"]], [load("f32", 0)]);
  const { block: _, ...without } = kernel;
  throws(() => compile(without), /it has no blocks/);
  throws(() => compile({ ...kernel, numKept: 1 }), /has one axis/);
});
