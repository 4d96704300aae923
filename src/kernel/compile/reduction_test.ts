import { deepStrictEqual } from "node:assert/strict";
import { type DType, DTYPES } from "../../dtype/mod.ts";
import { REDUCE_OPS, type ReduceOp } from "../../expr/primitives.ts";
import type { Access, Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { probeFusedMadd } from "../numerics.ts";
import { compareRun, compile, type Fill, type Layout, runAndRead } from "./testing/compare.ts";
import { apply, load, reduceKernel } from "./testing/kernels.ts";
import { writeElement } from "./testing/naive_scalars.ts";

const isDefined = (op: ReduceOp, dtype: DType) => (op !== "any" && op !== "all") || dtype === "bool";

/** numbers of one size: sums do not overflow, and do not round alike in another order */
const moderate: Fill = (view, at, dtype, random) => {
  const isFloat = dtype === "f32" || dtype === "f64";
  writeElement(view, at, dtype, isFloat ? random() / 2 ** 31 - 1 : BigInt(random() % 100));
};

/** few distinct values: argmin and argmax meet equals, NaN stands at most places or at none */
const repetitive: Fill = (view, at, dtype, random) => {
  if (dtype === "f32" || dtype === "f64") {
    return writeElement(
      view,
      at,
      dtype,
      [0, -0, 1, 1, -1, random() % 29 === 0 ? NaN : 1, Infinity, -Infinity][random() % 8]!,
    );
  }
  writeElement(view, at, dtype, BigInt(random() % 3));
};

/** the layout of (kept, outer, inner) whose vector axis moves by units, or whose axes are all run backwards or apart */
function layoutOf(
  vector: "kept" | "reduced",
  access: Access,
  [kept, outer, inner]: readonly number[],
): Layout {
  if (access === "strided") {
    return { strides: [-(outer! * inner! * 2), inner! * 2, -2], offsetBytes: 3 };
  }
  return vector === "kept"
    ? { strides: [1, kept! * inner!, kept!], offsetBytes: 4 }
    : { strides: [outer! * inner!, inner!, 1], offsetBytes: 4 };
}

for (const vector of ["kept", "reduced"] as const) {
  Deno.test(`AccumulatorState equals the evaluator for every reduction, dtype and layout, vector ${vector}`, () => {
    for (const op of REDUCE_OPS) {
      for (const dtype of DTYPES) {
        for (const access of ["unit", "strided"] as const) {
          if (!isDefined(op, dtype)) continue;
          const compiled = compile(reduceKernel(op, dtype, { vector, numReduced: 2, access }));
          for (
            const sizes of [[1, 1, 1], [3, 2, 5], [2, 1, 33], [19, 3, 2], [37, 1, 3], [1, 1, 67], [0, 2, 2]]
          ) {
            const layouts = [layoutOf(vector, access, sizes), { strides: [-2, 0, 0] }];
            for (const fill of [undefined, moderate, repetitive]) {
              compareRun(compiled, {
                sizes,
                layouts,
                seed: sizes[2]!,
                ...(fill === undefined ? {} : { fill }),
              });
            }
          }
        }
      }
    }
  });

  Deno.test(`AccumulatorState gives the identity over no elements, vector ${vector}`, () => {
    for (const op of ["sum", "prod", "any", "all"] as const) {
      for (const dtype of DTYPES) {
        if (!isDefined(op, dtype)) continue;
        const compiled = compile(reduceKernel(op, dtype, { vector, numReduced: 2, access: "unit" }));
        for (const sizes of [[5, 0, 3], [5, 3, 0]]) {
          compareRun(compiled, { sizes, layouts: [{ strides: [3, 3, 1] }, { strides: [1, 0, 0] }] });
        }
      }
    }
  });

  Deno.test(`AccumulatorState keeps the first NaN and the first of equals, vector ${vector}`, () => {
    const argmax = (values: number[]) => {
      let at = 0;
      const kernel = reduceKernel("argmax", "f32", { vector, numReduced: 1, access: "strided" });
      const fill: Fill = (view, address, dtype) => writeElement(view, address, dtype, values[at++] ?? 0);
      const layouts = [{ strides: [0, 1] }, { strides: [1, 0] }];
      return Number(runAndRead(compile(kernel), { sizes: [1, values.length], layouts, fill, operand: 1 })[0]);
    };
    deepStrictEqual(argmax([1, NaN, 2, NaN]), 1);
    deepStrictEqual(argmax([1, 3, 3, 2, 3, 0, 0, 0, 0, 3]), 1);
    deepStrictEqual(argmax([-Infinity, -Infinity, -Infinity]), 0);
    deepStrictEqual(argmax([-Infinity, -Infinity, -5]), 2);
    deepStrictEqual(argmax([-0, 0]), 0);
    deepStrictEqual(argmax([...Array<number>(20).fill(7), 9, NaN, 10]), 21);
  });
}

/** the sum of elements of one dtype in another, or a reduction in their own, along neighbours */
function alongRow(op: ReduceOp, from: DType, to: DType): LoopKernel {
  const kernel = reduceKernel(op, to, { vector: "reduced", numReduced: 1, access: "unit" });
  const cast: Instruction[] = from === to ? [] : [{ op: "cast", dtype: to, from, args: [0] }];
  return {
    ...kernel,
    operands: [{ dtype: from, access: "unit" }, { dtype: to, access: "zero" }],
    body: [load(from, 0), ...cast],
    accumulators: [{ op, dtype: to, value: cast.length, fuseMultiply: false }],
  };
}

Deno.test("AccumulatorState takes several steps at once and gives the bits of single ones, at any length", () => {
  const kernels = [
    ...REDUCE_OPS.filter((op) => op !== "argmin" && op !== "argmax").flatMap((op) =>
      DTYPES.filter((dtype) => isDefined(op, dtype)).map((dtype) => alongRow(op, dtype, dtype))
    ),
    ...(["f32", "i32", "u8"] as const).map((from) => alongRow("sum", from, "f64")),
    alongRow("sum", "i32", "i64"),
  ];
  for (const kernel of kernels) {
    const single = compile(kernel, "fused");
    const several = [2, 5].map((stepsAtOnce) => compile({ ...kernel, stepsAtOnce }, "fused"));
    for (const numElements of [0, 1, 3, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 127, 128, 130, 300]) {
      const layouts = [{ strides: [numElements + 3, 1], offsetBytes: numElements % 5 }, { strides: [1, 0] }];
      for (const fill of [moderate, repetitive]) {
        const given = { sizes: [3, numElements], layouts, seed: numElements, fill, operand: 1 };
        const wanted = runAndRead(single, given);
        for (const kernel of several) deepStrictEqual(runAndRead(kernel, given), wanted);
      }
    }
  }
});

/** softmax's second pass: stores exp-like values while it sums them, with a max and a count beside */
function manyResults(vector: "kept" | "reduced"): LoopKernel {
  const body: Instruction[] = [
    load("f32", 0),
    load("f32", 1),
    apply("sub", "f32", 0, 1),
    { op: "cast", dtype: "f64", from: "f32", args: [2] },
    { op: "constant", dtype: "f32", value: 0 },
    apply("gt", "f32", 2, 4),
    { op: "cast", dtype: "i64", from: "bool", args: [5] },
    { op: "cast", dtype: "i16", from: "f32", args: [2] },
  ];
  return {
    numKept: 1,
    numReduced: 1,
    vector,
    operands: [
      { dtype: "f32", access: "strided" },
      // one number for each kept element: the same along a row, different in the lanes of many rows
      { dtype: "f32", access: vector === "reduced" ? "zero" : "unit" },
      { dtype: "f32", access: "unit" },
      { dtype: "i16", access: "strided" },
      { dtype: "bool", access: "unit" },
      { dtype: "f32", access: "unit" },
      { dtype: "bool", access: "unit" },
      { dtype: "i64", access: "unit" },
      { dtype: "i64", access: "strided" },
    ],
    body,
    accumulators: [
      { op: "sum", dtype: "f64", value: 3, fuseMultiply: false },
      { op: "max", dtype: "f32", value: 2, fuseMultiply: false },
      { op: "any", dtype: "bool", value: 5, fuseMultiply: false },
      { op: "sum", dtype: "i64", value: 6, fuseMultiply: false },
      { op: "argmin", dtype: "i16", value: 7, fuseMultiply: false },
    ],
    epilogue: [
      { op: "accumulator", dtype: "f64", index: 0 },
      { op: "cast", dtype: "f32", from: "f64", args: [0] },
      { op: "accumulator", dtype: "f32", index: 1 },
      load("f32", 1),
      apply("sub", "f32", 2, 3),
      apply("mul", "f32", 1, 4),
      { op: "accumulator", dtype: "bool", index: 2 },
      { op: "accumulator", dtype: "i64", index: 3 },
      { op: "accumulator", dtype: "i64", index: 4 },
    ],
    stores: [
      { operand: 2, value: 2, at: "body" },
      { operand: 3, value: 7, at: "body" },
      { operand: 4, value: 5, at: "body" },
      { operand: 5, value: 5, at: "epilogue" },
      { operand: 6, value: 6, at: "epilogue" },
      { operand: 7, value: 7, at: "epilogue" },
      { operand: 8, value: 8, at: "epilogue" },
    ],
  };
}

for (const vector of ["kept", "reduced"] as const) {
  Deno.test(`emitLoopKernel() stores in the body of several reductions of several dtypes, vector ${vector}`, () => {
    const compiled = compile(manyResults(vector));
    for (const kept of [1, 2, 5, 17, 40]) {
      for (const reduced of [1, 3, 8, 21]) {
        const matrix = vector === "kept" ? [1, kept] : [reduced, 1];
        const apart = matrix.map((stride) => -2 * stride);
        compareRun(compiled, {
          sizes: [kept, reduced],
          layouts: [apart, [1, 0], matrix, apart, matrix, [1, 0], [1, 0], [1, 0], [-3, 0]].map((strides) => ({
            strides,
          })),
          seed: kept * reduced,
          ...(kept % 2 === 0 ? { fill: moderate } : {}),
        });
      }
    }
  });
}

/** integers of 20 bits: their products and sums are exact in double, not in f32 */
const factors: Fill = (view, at, dtype, random) =>
  writeElement(view, at, dtype, (random() % (1 << 20)) - (1 << 19));

for (const vector of ["kept", "reduced"] as const) {
  Deno.test({
    name: `emitLoopKernel() adds a product with one rounding when fused, two when strict, vector ${vector}`,
    ignore: !probeFusedMadd(),
    fn() {
      for (const square of [false, true]) {
        const kernel: LoopKernel = {
          numKept: 1,
          numReduced: 1,
          vector,
          operands: [{ dtype: "f32", access: "unit" }, { dtype: "f32", access: "unit" }, {
            dtype: "f32",
            access: "unit",
          }],
          body: [
            load("f32", 0),
            load("f32", 1),
            square ? apply("square", "f32", 0) : apply("mul", "f32", 0, 1),
          ],
          accumulators: [{ op: "sum", dtype: "f32", value: 2, fuseMultiply: true }],
          epilogue: [{ op: "accumulator", dtype: "f32", index: 0 }],
          stores: [{ operand: 2, value: 0, at: "epilogue" }],
        };
        const sizes = [5, 137];
        const strides = vector === "kept" ? [1, 5] : [137, 1];
        const layouts = [{ strides }, { strides }, { strides: [1, 0] }];
        for (const numerics of ["fused", "strict"] as const) {
          compareRun(compile(kernel, numerics), { sizes, layouts, fill: factors });
        }
        const [fused, strict] = (["fused", "strict"] as const).map((numerics) =>
          runAndRead(compile(kernel, numerics), { sizes, layouts, fill: factors, operand: 2 })
        );
        const differ = fused!.some((value, i) => value !== strict![i]);
        deepStrictEqual(differ, true, "the test's numbers do not tell fused from strict");
      }
    },
  });
}
