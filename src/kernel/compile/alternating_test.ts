import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import type { Numerics } from "../numerics.ts";
import { compressTable } from "./filtered_store.ts";
import { compile, type Compiled } from "./testing/compare.ts";
import { apply, load, mapKernel } from "./testing/kernels.ts";
import { isAlternating } from "./vector_factor.ts";

const NAMES: readonly ElementwiseOp[] = [
  "exp",
  "expm1",
  "log1p",
  "log2",
  "log10",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "pow",
  "exp2",
  "sinh",
  "cosh",
  "tan",
  "asin",
  "acos",
  "atan",
  "asinh",
  "acosh",
  "atanh",
  "cbrt",
  "erf",
  "hypot",
  "atan2",
];
const KINDS = [["f32", "strict"], ["f32", "fused"], ["f64", "strict"], ["f64", "fused"]] as const;
const NUM_ELEMENTS = 61, DESCRIPTOR = 64, FROM = 4096, BETWEEN = 1024, TO = 16_384, TABLE = 32_768;

/** values of every magnitude: by seed, mostly ordinary ones or many that go other ways */
function values(seed: number): number[] {
  const special = [
    NaN,
    0,
    -0,
    Infinity,
    -Infinity,
    1e-310,
    -1e-40,
    87.5,
    -100,
    710,
    -745.2,
    1e5,
    1e300,
    -3e38,
  ];
  let state = seed;
  return Array.from({ length: NUM_ELEMENTS }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 1;
    const pick = state % 100;
    return pick < 7 * seed ? special[pick % special.length]! : (state / 2 ** 31 - 0.4) * 2 ** (state % 8);
  });
}

/** The elements of an operand; of one that does not move, its one. */
function elements({ memory }: Compiled, dtype: DType, pointer: number): Float32Array | Float64Array {
  return dtype === "f32"
    ? new Float32Array(memory.buffer, pointer, NUM_ELEMENTS)
    : new Float64Array(memory.buffer, pointer, NUM_ELEMENTS);
}

/** Runs on so many elements, and gives the bytes of the results. */
function bitsOf({ kernel, memory, run }: Compiled, first: number, count: number): number[] {
  const { operands } = kernel, to = operands.length - 1, { itemsize } = DTYPE[operands[to]!.dtype];
  const words = operands.flatMap(({ dtype, access }, i) => {
    if (i === to) return [TO, itemsize];
    const stride = access === "zero" ? 0 : DTYPE[dtype].itemsize;
    return [FROM + i * BETWEEN + first * stride, stride];
  });
  new Int32Array(memory.buffer, DESCRIPTOR).set([count, ...words, TABLE]);
  const passed = run(DESCRIPTOR);
  return [
    ...new Uint8Array(memory.buffer, TO, (kernel.filter === undefined ? count : Number(passed)) * itemsize),
  ];
}

/** Compares each element's result with the one that it has alone, among ordinary values and among others. */
function compareAlone(compiled: Compiled, seeds: readonly number[], what: string): void {
  const { operands } = compiled.kernel,
    moving = operands.slice(0, -1).map(({ dtype, access }, i) => {
      return { access, at: elements(compiled, dtype, FROM + i * BETWEEN) };
    }).filter(({ access }) => access === "unit").map(({ at }) => at);
  const { itemsize } = DTYPE[operands.at(-1)!.dtype];
  for (const seed of seeds) {
    // of several operands, ordinary values meet special ones
    moving.forEach((at, i) => at.set(values(seed).map((_, j, all) => all[(j + 7 * i) % all.length]!)));
    const whole = bitsOf(compiled, 0, NUM_ELEMENTS), kept = moving.map((at) => at.slice());
    for (let element = 0; element < NUM_ELEMENTS; element++) {
      const bits = whole.slice(element * itemsize, (element + 1) * itemsize);
      // ordinary values around it, then ones that take the longer ways
      for (const around of [0.5, 1e4]) {
        moving.forEach((at, i) => at.fill(around).fill(kept[i]![element]!, element, element + 1));
        const value = kept.map((at) => at[element]);
        deepStrictEqual(bitsOf(compiled, element, 1), bits, `${what} of ${value} among ${around}`);
        deepStrictEqual(
          bitsOf(compiled, 0, NUM_ELEMENTS).slice(element * itemsize, (element + 1) * itemsize),
          bits,
          `${what} of ${value} in its place among ${around}`,
        );
      }
    }
    moving.forEach((at, i) => at.set(kept[i]!));
  }
}

/** the functions that alternate in a dtype, of so many arguments */
const alternating = (dtype: "f32" | "f64", arity: number) =>
  NAMES.filter((name) => isAlternating(name, dtype) && ELEMENTWISE[name].arity === arity);

/** a map of operands that are neighbours, or do not move, to the body's last value */
function mapOf(
  operands: readonly (readonly [DType, "unit" | "zero"])[],
  body: readonly Instruction[],
): LoopKernel {
  const { dtype } = body.at(-1)!;
  return mapKernel([...operands, [dtype, "unit"]], body);
}

Deno.test("emitLoopKernel() gives an element of an alternating function the same bits beside any others", () => {
  for (const [dtype, numerics] of KINDS) {
    for (const name of alternating(dtype, 1)) {
      const compiled = compile(mapOf([[dtype, "unit"]], [load(dtype, 0), apply(name, dtype, 0)]), numerics);
      compareAlone(compiled, [1, 2, 5], `${name} ${dtype} ${numerics}`);
    }
  }
});

Deno.test("emitLoopKernel() gives pow, atan2 and hypot of any two arguments the same bits beside any others", () => {
  for (const [dtype, numerics] of KINDS) {
    const loads = [load(dtype, 0), load(dtype, 1)], moves = [dtype, "unit"] as const;
    for (const name of alternating(dtype, 2)) {
      const what = `${name} ${dtype} ${numerics}`;
      const same = mapOf([moves], [load(dtype, 0), apply(name, dtype, 0, 0)]);
      compareAlone(compile(same, numerics), [2], `${what} of one argument twice`);
      compareAlone(
        compile(mapOf([moves, moves], [...loads, apply(name, dtype, 0, 1)]), numerics),
        [1, 2, 5],
        what,
      );
      for (const value of [2, 0.5, -3, 1e5]) {
        for (const args of [[0, 1], [1, 0]]) {
          const how = `${what} (${args}) with ${value}`;
          const uniform = compile(
            mapOf([moves, [dtype, "zero"]], [...loads, apply(name, dtype, ...args)]),
            numerics,
          );
          elements(uniform, dtype, FROM + BETWEEN)[0] = value;
          compareAlone(uniform, [2], `${how}, the same for all`);
          const whole = bitsOf(uniform, 0, NUM_ELEMENTS);
          const body = [loads[0]!, { op: "constant", dtype, value } as const, apply(name, dtype, ...args)];
          const constant = compile(mapOf([moves], body), numerics);
          compareAlone(constant, [2], `${how}, a constant`);
          // a constant may be computed otherwise, but not differently
          deepStrictEqual(bitsOf(constant, 0, NUM_ELEMENTS), whole, how);
        }
      }
    }
  }
});

Deno.test("emitLoopKernel() gives alternating functions of f32 and f64 in one kernel, and of one another, their bits", () => {
  for (const numerics of ["strict", "fused"] as const) {
    for (const name of alternating("f64", 1).filter((name) => isAlternating(name, "f32"))) {
      // f32 has half the registers of f64
      const mixed = mapOf([["f32", "unit"], ["f64", "unit"]], [
        load("f32", 0),
        apply(name, "f32", 0),
        { op: "cast", dtype: "f64", from: "f32", args: [1] },
        load("f64", 1),
        apply("add", "f64", 2, 3),
        apply(name, "f64", 4),
        apply("sub", "f64", 5, 2),
        { op: "cast", dtype: "f32", from: "f64", args: [6] },
      ]);
      compareAlone(compile(mixed, numerics), [2], `${name} ${numerics} of f32 and f64`);
    }
    for (const dtype of ["f32", "f64"] as const) {
      for (const inner of ["exp", "tanh", "cbrt"] as const) {
        for (const name of alternating(dtype, 1)) {
          compareChained(dtype, numerics, [inner, name]);
        }
      }
    }
  }
});

/** a function of a function has the bits of the two one after the other, each of its own kernel */
function compareChained(
  dtype: "f32" | "f64",
  numerics: Numerics,
  [inner, outer]: readonly [ElementwiseOp, ElementwiseOp],
): void {
  const body = [load(dtype, 0), apply(inner, dtype, 0), apply(outer, dtype, 1)];
  const [both, first, second] = [body, body.slice(0, 2), [body[0]!, apply(outer, dtype, 0)]].map((list) =>
    compile(mapOf([[dtype, "unit"]], list), numerics)
  ) as [Compiled, Compiled, Compiled];
  for (const seed of [1, 5]) {
    const at = elements(both, dtype, FROM);
    at.set(values(seed));
    const together = bitsOf(both, 0, NUM_ELEMENTS);
    bitsOf(first, 0, NUM_ELEMENTS);
    at.set(elements(both, dtype, TO));
    deepStrictEqual(bitsOf(second, 0, NUM_ELEMENTS), together, `${outer}(${inner}) ${dtype} ${numerics}`);
  }
}

Deno.test("emitLoopKernel() stores of alternating functions what passes a filter, bit for bit", () => {
  for (const [dtype, numerics] of KINDS) {
    const { itemsize } = DTYPE[dtype];
    for (const name of [...alternating(dtype, 1), ...alternating(dtype, 2)]) {
      const value = ELEMENTWISE[name].arity === 1 ? apply(name, dtype, 0) : apply(name, dtype, 0, 1);
      const map = mapOf([[dtype, "unit"], [dtype, "unit"]], [load(dtype, 0), load(dtype, 1), value]);
      const all = compile(map, numerics);
      const filtered = compile({
        ...map,
        body: [...map.body, apply("lt", dtype, 0, 1)],
        filter: 3,
        stores: [{ operand: 2, value: 2, at: "filter" }],
      }, numerics);
      filtered.memory.set(compressTable(itemsize), TABLE);
      for (const seed of [1, 2, 5]) {
        const a = elements(all, dtype, FROM), b = elements(all, dtype, FROM + BETWEEN);
        a.set(values(seed));
        b.set(values(seed + 2));
        const bits = bitsOf(all, 0, NUM_ELEMENTS);
        const passing = [...a.keys()].filter((i) => a[i]! < b[i]!);
        const expected = passing.flatMap((i) => bits.slice(i * itemsize, (i + 1) * itemsize));
        strictEqual(passing.length > 5 && passing.length < NUM_ELEMENTS - 5, true);
        deepStrictEqual(bitsOf(filtered, 0, NUM_ELEMENTS), expected, `${name} ${dtype} ${numerics}`);
      }
    }
  }
});
