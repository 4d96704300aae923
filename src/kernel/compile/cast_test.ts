import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import type { Access, LoopKernel } from "../../plan/loop_kernel.ts";
import { compareRun, compile, runAndRead } from "./testing/compare.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";
import { type Scalar, writeElement } from "./testing/naive_scalars.ts";
import { vectorFactor } from "./vector_factor.ts";

const castKernel = (from: DType, to: DType, access: Access = "unit") =>
  mapKernel([[from, access], [to, "unit"]], [load(from, 0), { op: "cast", dtype: to, from, args: [0] }]);

Deno.test("castRegisters() equals the evaluator for all pairs of dtypes, special values and lengths", () => {
  for (const from of DTYPES) {
    for (const to of DTYPES) {
      const compiled = compile(castKernel(from, to));
      for (const numElements of [1, 2, 7, 16, 31, 67, 200]) {
        const layouts = [{ strides: [1], offsetBytes: numElements % 3 }, { strides: [1] }];
        compareRun(compiled, { sizes: [numElements], layouts, seed: numElements });
      }
    }
  }
});

Deno.test("castRegisters() casts what is the same in all lanes once, and repeats it", () => {
  for (const from of DTYPES) {
    for (const to of DTYPES) {
      const compiled = compile(castKernel(from, to, "zero"));
      for (const seed of [1, 2, 3]) {
        compareRun(compiled, { sizes: [11], layouts: [{ strides: [0] }, { strides: [1] }], seed });
      }
    }
  }
});

Deno.test("castRegisters() converts in wide steps where the kernel holds narrower and wider values as well", () => {
  for (const from of ["i8", "u16", "f32", "bool"] as const) {
    for (const to of ["u8", "i16", "f64", "i64", "bool"] as const) {
      // the chain passes through f64 and back, so the vector factor is that of the widest
      const kernel = mapKernel([[from, "unit"], ["f64", "unit"], [to, "unit"]], [
        load(from, 0),
        { op: "cast", dtype: "f64", from, args: [0] },
        load("f64", 1),
        apply("minimum", "f64", 1, 2),
        { op: "cast", dtype: to, from: "f64", args: [3] },
      ]);
      const layouts = [{ strides: [1] }, { strides: [1] }, { strides: [1] }];
      compareRun(compile(kernel), { sizes: [29], layouts });
    }
  }
});

/** casts one number at a time */
function cast(from: DType, to: DType, values: readonly Scalar[]): Scalar[] {
  return results(castKernel(from, to), values);
}

/** The last operand of a kernel of two, the first of which has the values. */
function results(kernel: LoopKernel, values: readonly Scalar[]): Scalar[] {
  let at = 0;
  return runAndRead(compile(kernel), {
    sizes: [values.length],
    layouts: [{ strides: [1] }, { strides: [1] }],
    fill: (view, address, dtype) =>
      writeElement(view, address, dtype, at < values.length ? values[at++]! : 0),
    operand: 1,
  });
}

Deno.test("castRegisters() gives NumPy's answers: floats to narrow integers pass through i32 and wrap", () => {
  // np.array([300.7, -300.7, -1.5, inf, nan]).astype(np.int8), .astype(np.uint8); 1e10 saturates as i32 does
  deepStrictEqual(cast("f64", "i8", [300.7, -300.7, -1.5, NaN]), [44n, -44n, -1n, 0n]);
  deepStrictEqual(cast("f64", "u8", [300.7, -300.7, -1.5, NaN]), [44n, 212n, 255n, 0n]);
  deepStrictEqual(cast("f32", "i32", [1e10, -1e10, NaN, -0.9]), [2147483647n, -2147483648n, 0n, 0n]);
  deepStrictEqual(cast("f64", "u64", [-1, 1.8446744073709552e19, NaN]), [0n, DTYPE.u64.range![1], 0n]);
  deepStrictEqual(cast("f32", "bool", [NaN, -0, 0, 1e-45]), [true, false, false, true]);
});

Deno.test("castRegisters() saturates floats as i32 and wraps, also where few of a step are beyond or NaN", () => {
  const numbers = [0, -0, 0.5, -0.9, 255.9, -32769.5, NaN, Infinity, -Infinity, 2 ** 53, 1e300, -1e300];
  for (const near of [2 ** 31, 2 ** 32, 2 ** 33]) {
    for (const size of [near, near * (1 - 2 ** -24), near * (1 + 2 ** -23), near - 1, near + 1, near - 0.5]) {
      numbers.push(size, -size);
    }
  }
  // each beside numbers that are small
  const mixed = numbers.flatMap((value) => [7.5, value, ...new Array<number>(14).fill(-7.5)]);
  for (const from of ["f32", "f64"] as const) {
    for (const to of ["i8", "u8", "i16", "u16", "i32"] as const) {
      for (const values of [numbers, mixed].map((list) => from === "f32" ? list.map(Math.fround) : list)) {
        const expected = values.map((value) => {
          const word = Number.isNaN(value)
            ? 0
            : Math.trunc(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)));
          const wrap = to[0] === "i" ? BigInt.asIntN : BigInt.asUintN;
          return wrap(8 * DTYPE[to].itemsize, BigInt(word));
        });
        deepStrictEqual(cast(from, to, values), expected);
      }
    }
  }
});

Deno.test("castRegisters() rounds 64-bit integers once, to even", () => {
  const ties = [(1n << 53n) + 1n, (1n << 53n) + 3n, -(1n << 53n) - 1n, (1n << 62n) + 513n, -(1n << 63n), 0n];
  deepStrictEqual(cast("i64", "f64", ties), ties.map(Number));
  // 2^24 + 1 + 2^-30's worth above the tie would round down by way of f64
  deepStrictEqual(cast("i64", "f32", [(1n << 54n) + (1n << 30n) + 1n]), [2 ** 54 + 2 ** 31]);
  deepStrictEqual(cast("u64", "f32", [(1n << 64n) - 1n, (1n << 63n) + (1n << 39n)]), [2 ** 64, 2 ** 63]);
  deepStrictEqual(cast("u64", "f64", [(1n << 64n) - 1n, (1n << 63n) + 1025n]), [2 ** 64, 2 ** 63 + 2048]);
});

/** Floats about the limits of 64-bit integers, and of the fast ways to them. */
function nearLimits(): number[] {
  const numbers = [0, -0, 0.5, -0.9, NaN, Infinity, -Infinity];
  for (const power of [1, 31, 32, 50, 51, 52, 53, 62, 63, 64, 65, 1000]) {
    const near = 2 ** power;
    for (const size of [near, near * (1 - 2 ** -53), near * (1 + 2 ** -52), near / 3]) {
      numbers.push(size, -size);
    }
  }
  return numbers;
}

function saturated(value: number, [low, high]: readonly [bigint, bigint]): bigint {
  if (Number.isNaN(value)) return 0n;
  return value <= Number(low) ? low : value >= Number(high) ? high : BigInt(Math.trunc(value));
}

Deno.test("castRegisters() truncates floats to 64 bits exactly in each of several registers, and once for all lanes", () => {
  // what is only cast to narrower ones takes four registers of 64 bits in a step
  const low = (from: DType, to: DType) =>
    mapKernel([[from, "unit"], ["u32", "unit"]], [
      load(from, 0),
      { op: "cast", dtype: to, from, args: [0] },
      { op: "cast", dtype: "u32", from: to, args: [1] },
    ]);
  strictEqual(vectorFactor(low("f32", "i64")), 8);
  for (const from of ["f32", "f64"] as const) {
    const numbers = from === "f32" ? nearLimits().map(Math.fround) : nearLimits();
    // each in each place of a step, beside numbers that are small
    const places = numbers.flatMap((value, i) =>
      Array.from({ length: 9 }, (_, at) => at === i % 9 ? value : at)
    );
    for (const to of ["i64", "u64"] as const) {
      const range = DTYPE[to].range!, expected = (value: number) => saturated(value, range);
      const words = (list: readonly number[]) => list.map((value) => BigInt.asUintN(32, expected(value)));
      deepStrictEqual(results(low(from, to), numbers), words(numbers));
      deepStrictEqual(results(low(from, to), places), words(places));
      const same = compile(castKernel(from, to, "zero"));
      for (const value of numbers) {
        const lanes = runAndRead(same, {
          sizes: [5],
          layouts: [{ strides: [0] }, { strides: [1] }],
          fill: (view, address, dtype) => writeElement(view, address, dtype, dtype === from ? value : 0),
          operand: 1,
        });
        deepStrictEqual(lanes, Array(5).fill(expected(value)), `${from} ${value} as ${to}`);
      }
    }
  }
});

Deno.test("castRegisters() truncates floats to 64 bits exactly, also where few of a register are large", () => {
  const numbers = nearLimits();
  for (const to of ["i64", "u64"] as const) {
    const expected = numbers.map((value) => saturated(value, DTYPE[to].range!));
    deepStrictEqual(cast("f64", to, numbers), expected);
    // each beside numbers that are small
    const mixed = numbers.flatMap((value) => [7.5, value, -7.5, 2 ** 30]);
    deepStrictEqual(cast("f64", to, mixed), mixed.map((value) => saturated(value, DTYPE[to].range!)));
    const singles = mixed.map(Math.fround);
    deepStrictEqual(cast("f32", to, singles), singles.map((value) => saturated(value, DTYPE[to].range!)));
  }
});
