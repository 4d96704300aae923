import { deepStrictEqual } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../../expr/primitives.ts";
import { compile } from "./testing/compare.ts";
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
const NUM_ELEMENTS = 61, FROM = 4096, TO = 16_384;

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

Deno.test("emitLoopKernel() gives an element of an alternating function the same bits beside any others", () => {
  for (const dtype of ["f32", "f64"] as const) {
    const { itemsize } = DTYPE[dtype];
    for (const name of NAMES.filter((name) => isAlternating(name, dtype))) {
      for (const numerics of ["strict", "fused"] as const) {
        const args = ELEMENTWISE[name].arity === 2 ? [0, 0] : [0];
        const kernel = mapKernel([[dtype, "unit"], [dtype, "unit"]], [
          load(dtype, 0),
          apply(name, dtype, ...args),
        ]);
        const { run, memory } = compile(kernel, numerics);
        const at = (pointer: number) =>
          dtype === "f32"
            ? new Float32Array(memory.buffer, pointer, NUM_ELEMENTS)
            : new Float64Array(memory.buffer, pointer, NUM_ELEMENTS);
        const words = new Int32Array(memory.buffer, 64, 5);
        /** the bits of so many results, of which elements of the same bits lie around */
        const compute = (first: number, count: number) => {
          words.set([count, FROM + first * itemsize, itemsize, TO, itemsize]);
          run(64);
          return [...new Uint8Array(memory.buffer, TO, count * itemsize)];
        };
        for (const seed of [1, 2, 5]) {
          at(FROM).set(values(seed));
          const whole = compute(0, NUM_ELEMENTS);
          for (let first = 0; first < NUM_ELEMENTS; first++) {
            const bits = whole.slice(first * itemsize, (first + 1) * itemsize);
            const value = at(FROM)[first]!;
            // alone: ordinary values around it, then ones that take the longer ways
            for (const around of [0.5, 1e4]) {
              const kept = [...at(FROM)];
              at(FROM).fill(around);
              at(FROM)[first] = value;
              deepStrictEqual(compute(first, 1), bits, `${name} ${dtype} ${numerics} of ${value}`);
              at(FROM).set(kept);
            }
          }
        }
      }
    }
  }
});
