/**
 * Loops beyond what a kernel counts: with small limits against the whole, and with views of more than 2^32 elements.
 *
 * @module
 */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { ReduceOp } from "../../expr/primitives.ts";
import { apply, load, mapKernel, reduceKernel } from "../../kernel/compile/testing/kernels.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import * as nd from "../mod.ts";
import { argAlong } from "../reductions/arg_reduction.ts";
import { addressOf } from "../storage/strided.ts";
import { runKernel } from "./run_kernel.ts";

const LIMITS = { longest: 100, part: 64, block: 48 };
const demand = () => ({ sentence: "a test", operands: [] });

/** the elements that a kernel gives, whole and cut; strides count elements */
function wholeAndCut(
  kernel: LoopKernel,
  sizes: readonly number[],
  operands: readonly (readonly [nd.NDArray, readonly number[]])[],
): [unknown, unknown] {
  const result = operands.at(-1)![0];
  const call = {
    kernel,
    sizes,
    operands: operands.map(([{ view }, strides]) => ({
      pointer: addressOf(view),
      strides: strides.map((stride) => stride * DTYPE[view.dtype].itemsize),
    })),
  };
  const once = (limits?: typeof LIMITS): unknown => {
    result.fill(0);
    runKernel(call, demand, limits);
    return result.toList();
  };
  return [once(), once(LIMITS)];
}

Deno.test("runKernel() promises the same of a reduction that is cut, whichever loop is long", () => {
  nd.scope(() => {
    for (const op of ["sum", "prod", "min", "max", "any", "all"] as const satisfies readonly ReduceOp[]) {
      for (const dtype of ["u8", "i64", "f64", "bool"] as const satisfies readonly DType[]) {
        if ((op === "any" || op === "all") !== (dtype === "bool")) continue;
        for (const length of [101, 144, 1000]) {
          const x = nd.arange(7 * length).mul(11).mod(op === "prod" ? 2 : 13).astype(dtype);
          const made = nd.zeros(7, dtype);
          const down = reduceKernel(op, dtype, { vector: "kept", numReduced: 1, access: "unit" });
          const along = reduceKernel(op, dtype, { vector: "reduced", numReduced: 1, access: "unit" });
          const [whole, cut] = wholeAndCut(down, [7, length], [[x, [1, 7]], [made, [1, 0]]]);
          deepStrictEqual(cut, whole);
          const [wholeRows, cutRows] = wholeAndCut(along, [7, length], [[x, [length, 1]], [made, [1, 0]]]);
          deepStrictEqual(cutRows, wholeRows);
          const two = reduceKernel(op, dtype, { vector: "reduced", numReduced: 2, access: "unit" });
          const [first, second] = wholeAndCut(two, [1, length, 7], [[x, [0, 7, 1]], [made, [1, 0, 0]]]);
          deepStrictEqual(second, first);
        }
      }
    }
  });
});

Deno.test("runKernel() promises the same of a loop over what is kept that is cut, and of both at once", () => {
  nd.scope(() => {
    const x = nd.arange(300).astype("f64"), y = nd.arange(600).astype("f64").mul(3);
    const add = mapKernel(
      [["f64", "unit"], ["f64", "strided"], ["f64", "unit"]],
      [load("f64", 0), load("f64", 1), apply("add", "f64", 0, 1)],
    );
    const [whole, cut] = wholeAndCut(add, [300], [[x, [1]], [y, [2]], [nd.zeros(300), [1]]]);
    deepStrictEqual(cut, whole);
    const z = nd.arange(150 * 130).astype("f64");
    const down = reduceKernel("sum", "f64", { vector: "kept", numReduced: 1, access: "unit" });
    const [sums, cutSums] = wholeAndCut(down, [150, 130], [[z, [1, 150]], [nd.zeros(150), [1, 0]]]);
    deepStrictEqual(cutSums, sums);
  });
});

Deno.test("argmax() promises the first of equals and of NaN in a long axis", () => {
  nd.scope(() => {
    const limits = { longest: 5, part: 4 };
    const rows: readonly (readonly number[])[] = [
      [1, 2, 3, 3, 3, 3, 3, 2, 1],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      [1, 2, 3, 4, 5, NaN, 7, NaN, 9],
      [NaN, 2, 3, 4, 5, 6, 7, 8, 9],
      [-Infinity, -Infinity, 3, 4, 5, 6, 7, 8, Infinity],
      [9, 8, 7, 6, 5, 4, 3, 2, 1],
    ];
    for (const dtype of ["f64", "f32", "i64", "u8", "bool"] as const) {
      const finite = rows.map((row) => row.map((x) => Number.isFinite(x) ? x : 7));
      const a = nd.array(dtype.startsWith("f") ? rows : finite).astype(dtype);
      for (const op of ["argmin", "argmax"] as const) {
        for (const [view, axis] of [[a, 1], [a.T, 0], [a.slice("::-1"), -1]] as const) {
          const cut = new nd.NDArray(argAlong(op, view.view, { axis }, limits));
          deepStrictEqual(cut.toList(), view[op](axis).toList());
          const kept = new nd.NDArray(argAlong(op, view.view, { axis, keepdims: true }, limits));
          deepStrictEqual([kept.shape, kept.toList()], [
            view[op](axis, { keepdims: true }).shape,
            view[op](axis, { keepdims: true }).toList(),
          ]);
          const out = nd.zeros(view[op](axis).shape, "i64");
          argAlong(op, view.view, { axis, out: out.view }, limits);
          deepStrictEqual(out.toList(), cut.toList());
          throws(() => argAlong(op, view.view, { axis, out: nd.zeros(1, "i64").view }, limits), {
            code: "SHP001",
          });
        }
      }
    }
    const before = nd.memoryStatistics().numStorages;
    nd.scope(() => void new nd.NDArray(argAlong("argmin", nd.ones([3, 9]).view, { axis: 1 }, limits)));
    strictEqual(nd.memoryStatistics().numStorages, before);
  });
});

Deno.test("runKernel() refuses a fused argmax that is cut, whose blocks do not say which they are", () => {
  nd.scope(() => {
    const x = nd.arange(101).astype("u8"), made = nd.zeros(1, "i64");
    const kernel = reduceKernel("argmax", "u8", { vector: "reduced", numReduced: 1, access: "unit" });
    const operands = [x, made].map(({ view }, i) => ({
      pointer: addressOf(view),
      strides: [0, 1 - i],
    }));
    throws(() => runKernel({ kernel, sizes: [1, 101], operands }, demand, LIMITS), {
      code: "ARR002",
      message: "argmax is not fused over the 101 elements of an axis",
    });
  });
});

Deno.test("reductions promise exact results of views of more than 2^32 elements", () => {
  nd.scope(() => {
    const n = 2 ** 32 + 1;
    const of = (value: number | boolean, dtype?: DType) => nd.broadcastTo(nd.array([value], dtype), [n]);
    strictEqual(of(true).any().item(), true);
    strictEqual(of(0.5).sum().item(), n / 2);
    strictEqual(of(7, "u8").max().item(), 7);
    deepStrictEqual(nd.broadcastTo(nd.array([[false], [true]]), [2, 2 ** 31]).all(1).toList(), [false, true]);
    throws(() => of(1).add(1), { code: "MEM005" });
  });
});
