import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DTYPE } from "../../dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { mathArity, type MathOp } from "../math/mod.ts";
import type { Numerics } from "../numerics.ts";
import type { VectorBits } from "../vector_bits.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { compressTable } from "./filtered_store.ts";
import { emitLoopKernel } from "./loop.ts";
import { wideSteps } from "./pairs.ts";
import { randomSource } from "./testing/compare.ts";
import { apply, load, mapKernel, reduceKernel } from "./testing/kernels.ts";
import { isChain } from "./vector_factor.ts";

const CHAINS: readonly ElementwiseOp[] = (Object.keys(ELEMENTWISE) as ElementwiseOp[])
  .filter((name) => isChain(name, "f32"));
const KINDS = [["f32", "strict"], ["f32", "fused"], ["f64", "strict"], ["f64", "fused"]] as const;
const LENGTHS = Array.from({ length: 71 }, (_, length) => length);
/** of both ends of ordinary steps and of those in pairs */
const FEW = [0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 70];
const FROM = 4096, BETWEEN = 8192, TO = 32_768, END = 81_920;

const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });

/** the kernel for vectors of so many bits, as a function and as text */
function compile(kernel: LoopKernel, numerics: Numerics, vectorBits: VectorBits) {
  const module = new ModuleBuilder({ vectorBits, prints: true });
  emitLoopKernel(module, "kernel", kernel, numerics);
  const bytes = module.encode();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { bytes, text: module.print(), run: exports["kernel"] as (descriptor: number) => unknown };
}

/** strides in elements of what is read */
const STRIDE = { unit: 1, zero: 0, strided: 3, second: 2, reversed: -1, transposed: NaN } as const;

/**
 * Runs a kernel of so many elements along the vector axis and so many rows, operands and results so many bytes off, and
 * gives every byte of the results.
 */
function bytesOf(
  { operands, stores, numKept, numReduced, vector }: LoopKernel,
  run: (descriptor: number) => unknown,
  [length, rows, offset]: readonly [number, number, number],
): Buffer {
  new Uint8Array(memory.buffer, TO, END - TO).fill(0xa5);
  const stored = new Set(stores.map(({ operand }) => operand)), rank = numKept + numReduced;
  const vectorAxis = vector === "reduced" ? rank - 1 : numKept - 1;
  const sizes = Array.from({ length: rank }, (_, axis) => axis === vectorAxis ? length : rows);
  const words = operands.flatMap(({ dtype, access }, i) => {
    const { itemsize } = DTYPE[dtype], stride = STRIDE[access] * itemsize;
    const first = stride < 0 ? -stride * (length - 1) : 0;
    const strides = sizes.map((_, axis) => axis === vectorAxis ? stride : 80 * itemsize);
    return [(stored.has(i) ? TO : FROM) + i * BETWEEN + offset + first, ...strides];
  });
  new Int32Array(memory.buffer, 64).set([...sizes, ...words]);
  run(64);
  return Buffer.from(new Uint8Array(memory.buffer, TO, END - TO).slice());
}

/** numbers from 0 to below a bound */
function randomBelow(seed: number): (bound: number) => number {
  const random = randomSource(seed);
  return (bound) => random() % bound;
}

// deno-fmt-ignore
const RARE = [
  0, -0, 1, -1, Infinity, -Infinity, 1e-310, -1e-40, 87.5, -100, 710, -745.2, 1e5, 3e6, 1e300, -3e38,
];

/** ordinary numbers, and as many as `numRare` of a hundred that take other ways; NaNs have bits of their own */
function fill(dtype: "f32" | "f64", address: number, numRare: number): void {
  const random = randomBelow(numRare + address),
    view = new DataView(memory.buffer),
    { itemsize } = DTYPE[dtype];
  for (let at = address; at < address + BETWEEN - 8; at += itemsize) {
    const isRare = random(100) < numRare,
      value = isRare ? RARE[random(RARE.length)]! : (random(2000) - 900) / 2 ** random(9);
    if (dtype === "f32") view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
    if (!isRare || random(4) > 0) continue;
    const payload = 1 + random(4000);
    if (dtype === "f32") view.setUint32(at, 0x7fc00000 + payload, true);
    else view.setBigUint64(at, (0xfff8n << 48n) + BigInt(payload), true);
  }
}

/** both codes give the same bytes, for all lengths and where operands are not aligned */
function compareBits(
  kernel: LoopKernel,
  numerics: Numerics,
  what: string,
  lengths: readonly number[] = LENGTHS,
): void {
  const narrow = compile(kernel, numerics, 128), wide = compile(kernel, numerics, 256);
  for (const numRare of [0, 3, 60]) {
    kernel.operands.forEach(({ dtype }, i) => {
      if (dtype === "f32" || dtype === "f64") fill(dtype, FROM + i * BETWEEN, numRare);
    });
    for (const length of lengths) {
      const at = [length, 3, length % 5] as const;
      const expected = bytesOf(kernel, narrow.run, at), actual = bytesOf(kernel, wide.run, at);
      ok(expected.equals(actual), `${what}, ${length} elements of which ${numRare} % are rare`);
    }
  }
}

const chain = (name: ElementwiseOp, dtype: "f32" | "f64"): LoopKernel => {
  const args = Array.from({ length: mathArity(name as MathOp) }, (_, i) => i);
  return mapKernel(
    [...args.map(() => [dtype, "unit"] as const), [dtype, "unit"]],
    [...args.map((operand) => load(dtype, operand)), apply(name, dtype, ...args)],
  );
};

for (const [dtype, numerics] of KINDS) {
  Deno.test(`emitLoopKernel() promises the same bytes of ${dtype}, ${numerics}, for vectors of 256 bits`, () => {
    for (const name of CHAINS) compareBits(chain(name, dtype), numerics, `${name} ${dtype} ${numerics}`);
  });
}

Deno.test("emitLoopKernel() promises the same bytes for vectors of 256 bits of bodies with what is not joined", () => {
  for (const [dtype, numerics] of KINDS) {
    for (let seed = 1; seed <= 40; seed++) {
      const what = `body ${seed} ${dtype} ${numerics}`;
      compareBits(randomMap(dtype, seed), numerics, what, [0, 1, 7, 16, 33, 61]);
    }
  }
});

const PLAIN_OF_TWO = ["add", "mul", "div", "maximum", "fmin", "copysign"] as const;
/** joined or not */
const OTHERS_OF_ONE = ["floor", "round", "sqrt", "sign", "reciprocal", "spacing"] as const;

/** a map of three operands that are read with any strides: chains, short operations, rounding, casts and choices */
function randomMap(dtype: "f32" | "f64", seed: number): LoopKernel {
  const random = randomBelow(seed), other = dtype === "f32" ? "f64" : "f32";
  const accesses = ["unit", "zero", "strided", "second", "reversed"] as const;
  const operands = Array.from(
    { length: 3 },
    (_, i) => ({ dtype, access: accesses[random(i === 0 ? 1 : 5)]! }),
  );
  const body: Instruction[] = operands.map((_, i) => load(dtype, i));
  const floats = [0, 1, 2], pick = () => floats[random(floats.length)]!;
  const push = (instruction: Instruction) => void floats.push(body.push(instruction) - 1);
  for (let i = 0; i < 8; i++) {
    const name = CHAINS[random(CHAINS.length)]!;
    switch (i === 0 ? 0 : random(7)) {
      case 0:
      case 1:
        push(apply(name, dtype, i === 0 ? 0 : pick(), ...(mathArity(name as MathOp) === 2 ? [pick()] : [])));
        break;
      case 2:
        push(apply(PLAIN_OF_TWO[random(6)]!, dtype, pick(), pick()));
        break;
      case 3:
        push(apply(OTHERS_OF_ONE[random(6)]!, dtype, pick()));
        break;
      case 4:
        push({ op: "multiplyAdd", dtype, args: [pick(), pick(), pick()] });
        break;
      case 5: {
        const cast = body.push({ op: "cast", dtype: other, from: dtype, args: [pick()] }) - 1;
        const root = body.push(apply("exp2", other, cast)) - 1;
        push({ op: "cast", dtype, from: other, args: [root] });
        break;
      }
      default: {
        const condition = body.push(apply("lt", dtype, pick(), pick())) - 1;
        push({ op: "where", dtype, args: [condition, pick(), pick()] });
      }
    }
  }
  const kernel = mapKernel([[dtype, "unit"]], body);
  const stores = [{ operand: 3, value: floats.at(-1)!, at: "body" as const }];
  return { ...kernel, operands: [...operands, ...kernel.operands], stores };
}

Deno.test("emitLoopKernel() promises the same bytes for vectors of 256 bits of rows, and of sums in their order", () => {
  for (const [dtype, numerics] of KINDS) {
    for (const name of ["exp", "log1p", "cbrt", "pow"] as const) {
      const map = chain(name, dtype), what = `${name} ${dtype} ${numerics}`, value = map.body.length - 1;
      const operands = map.operands.map((operand, i) =>
        i === 1 && name === "pow" ? { ...operand, access: "zero" as const } : operand
      );
      const rows: LoopKernel = { ...map, operands, numKept: 2 };
      strictEqual(wideSteps(rows), "first");
      compareBits(rows, numerics, `rows of ${what}`, FEW);
      for (const vector of ["reduced", "kept"] as const) {
        for (const to of dtype === "f32" ? ["f32", "f64"] as const : ["f64"] as const) {
          const sum = sumOf(rows, { vector, to, value });
          strictEqual(wideSteps(sum), "first");
          for (const numReduced of [1, 2]) {
            const where = `${vector}, over ${numReduced} axes, in ${to}`;
            compareBits({ ...sum, numReduced }, numerics, `sums of ${what}, ${where}`, FEW);
          }
        }
      }
    }
  }
});

Deno.test("emitLoopKernel() promises the same sums of columns, together in wide steps or one at a time", () => {
  for (const [dtype, numerics] of KINDS) {
    const { itemsize } = DTYPE[dtype];
    for (const access of ["unit", "strided", "reversed"] as const) {
      const sum = sumOf(chain("sigmoid", dtype), { vector: "kept", to: dtype, value: 1 });
      const kernel = { ...sum, operands: sum.operands.map((operand) => ({ ...operand, access })) };
      fill(dtype, FROM, 5);
      for (const vectorBits of [128, 256] as const) {
        const { run } = compile(kernel, numerics, vectorBits);
        for (const length of [0, 1, 3, 4, 5, 8, 11, 13, 17]) {
          const together = bytesOf(kernel, run, [length, 3, 0]);
          const oneByOne = new Uint32Array((END - TO) / 4).fill(0xa5a5a5a5);
          for (let column = 0; column < length; column++) {
            const at = access === "reversed" ? length - 1 - column : STRIDE[access] * column;
            const { buffer, byteOffset } = bytesOf(kernel, run, [1, 3, at * itemsize]);
            const alone = new Uint32Array(buffer, byteOffset, oneByOne.length);
            for (let i = 0; i < alone.length; i++) if (alone[i] !== 0xa5a5a5a5) oneByOne[i] = alone[i]!;
          }
          const what = `${length} columns, ${access}, ${dtype} ${numerics}, ${vectorBits} bits`;
          ok(together.equals(Buffer.from(oneByOne.buffer)), what);
        }
      }
    }
  }
});

/** the results of a map, and their sum and maximum along the vector axis or another one */
function sumOf(
  map: LoopKernel,
  { vector, to, value }: { vector: "kept" | "reduced"; to: "f32" | "f64"; value: number },
): LoopKernel {
  const from = map.body[value]!.dtype as "f32" | "f64", summed = from === to ? value : value + 1;
  const results = map.operands.length;
  const access = vector === "kept" ? "unit" : "zero";
  return {
    ...map,
    numKept: 1,
    numReduced: 1,
    vector,
    operands: [...map.operands, { dtype: to, access }, { dtype: from, access }],
    body: from === to ? map.body : [...map.body, { op: "cast", dtype: to, from, args: [value] }],
    accumulators: [
      { op: "sum", dtype: to, value: summed, fuseMultiply: false },
      ...(from === to ? [{ op: "max" as const, dtype: from, value, fuseMultiply: false }] : []),
    ],
    epilogue: [
      { op: "accumulator", dtype: to, index: 0 },
      ...(from === to ? [{ op: "accumulator" as const, dtype: from, index: 1 }] : []),
    ],
    stores: [
      ...map.stores,
      { operand: results, value: 0, at: "epilogue" },
      ...(from === to ? [{ operand: results + 1, value: 1, at: "epilogue" as const }] : []),
    ],
  };
}

Deno.test("emitLoopKernel() promises the same bytes for vectors of 256 bits of short operations", () => {
  for (const [dtype, numerics] of KINDS) {
    const one = [load(dtype, 0), { op: "constant", dtype, value: 1.25 } as const],
      two = [load(dtype, 0), load(dtype, 1)];
    const bodies: Readonly<Record<string, readonly Instruction[]>> = {
      "a square root": [load(dtype, 0), apply("sqrt", dtype, 0)],
      "a quotient by a constant": [...one, apply("div", dtype, 0, 1)],
      "a length": [
        ...two,
        apply("square", dtype, 0),
        { op: "multiplyAdd", dtype, args: [1, 1, 2] },
        apply("sqrt", dtype, 3),
      ],
      "a polynomial": [
        ...one,
        ...Array.from({ length: 8 }, (_, i) => ({ op: "multiplyAdd", dtype, args: [i + 1, 0, 1] }) as const),
      ],
      "a choice": [
        ...two,
        apply("lt", dtype, 0, 1),
        apply("div", dtype, 0, 1),
        apply("sqrt", dtype, 1),
        { op: "where", dtype, args: [2, 3, 4] },
      ],
      "signs and roots": [
        ...two,
        apply("sign", dtype, 1),
        apply("abs", dtype, 0),
        apply("sqrt", dtype, 3),
        apply("fmin", dtype, 2, 4),
        apply("copysign", dtype, 5, 0),
      ],
    };
    for (const [what, body] of Object.entries(bodies)) {
      const moves = [dtype, "unit"] as const, numLoads = body.filter(({ op }) => op === "load").length;
      const kernel = mapKernel([...Array.from({ length: numLoads }, () => moves), moves], body);
      strictEqual(wideSteps(kernel), "all", what);
      compareBits(kernel, numerics, `${what} ${dtype} ${numerics}`);
    }
  }
});

Deno.test("emitLoopKernel() promises the same elements that pass a filter for vectors of 256 bits", () => {
  for (const [dtype, numerics] of KINDS) {
    const { itemsize } = DTYPE[dtype], table = compressTable(itemsize);
    new Uint8Array(memory.buffer, END, table.length).set(table);
    for (const name of ["exp", "log", "tan", "cbrt"] as const) {
      const map = chain(name, dtype);
      const kernel: LoopKernel = {
        ...map,
        body: [...map.body, apply("lt", dtype, 0, 1)],
        filter: 2,
        stores: [{ operand: 1, value: 1, at: "filter" }],
      };
      strictEqual(wideSteps(kernel), "all");
      fill(dtype, FROM, 10);
      const [narrow, wide] = [128, 256].map((bits) => compile(kernel, numerics, bits as VectorBits));
      for (const length of LENGTHS) {
        const results = [narrow!, wide!].map(({ run }) => {
          new Int32Array(memory.buffer, 64).set([length, FROM, itemsize, TO, itemsize, END]);
          const passed = Number(run(64));
          return [passed, ...new Uint8Array(memory.buffer, TO, passed * itemsize)];
        });
        deepStrictEqual(results[1], results[0], `${name} ${dtype} ${numerics}, ${length} elements`);
      }
    }
  }
});

Deno.test("emitLoopKernel() emits pairs with leaves and seeds for vectors of 256 bits, and checks each pair once", () => {
  const { text } = compile(chain("exp", "f32"), "fused", 256);
  const lines = text.split("\n").map((line) => line.trim());
  // a loop over four pairs, then one over two
  strictEqual(lines.filter((line) => line === "f64x2.replace_lane 0").length, 8 + 4);
  strictEqual(lines.filter((line, i) => line === "drop" && lines[i - 1] === "i32x4.add").length, 4 + 2);
  strictEqual(lines.filter((line) => line === "i32x4.bitmask").length, 1 + 1);
  // where both halves of f32 are computed in f64, on either side of what is not joined
  match(
    compile(chain("pow", "f32"), "fused", 256).text,
    /i32x4\.add\n *drop\n(.*\n)*.*demote(.*\n)*.*replace_lane/,
  );
});

Deno.test("emitLoopKernel() reads all offsets of wide steps in pairs before their loop, and drops them", () => {
  const kernel = mapKernel([["f32", "unit"], ["f32", "unit"]], [load("f32", 0), apply("exp", "f32", 0)]);
  const dropped = (bits: VectorBits) =>
    [...compile(kernel, "fused", bits).text.matchAll(/v128\.load (\d+)\n\s*drop\n/g)].map(([, at]) =>
      Number(at)
    );
  deepStrictEqual(dropped(256), [0, 16, 32, 48, 64, 80, 96, 112]);
  deepStrictEqual(dropped(128), []);
});

Deno.test("emitLoopKernel() emits the same code for vectors of 256 bits where nothing is in pairs", () => {
  const exp = chain("exp", "f32"), moves = ["f32", "unit"] as const;
  const kernels: Record<string, LoopKernel> = {
    "a short operation": mapKernel([moves, moves, moves], [
      load("f32", 0),
      load("f32", 1),
      apply("add", "f32", 0, 1),
    ]),
    "a quotient of two operands": mapKernel([moves, moves, moves], [
      load("f32", 0),
      load("f32", 1),
      apply("div", "f32", 0, 1),
    ]),
    "integers": mapKernel([["i32", "unit"], ["i32", "unit"]], [load("i32", 0), apply("square", "i32", 0)]),
    "rounding": mapKernel([moves, moves], [load("f32", 0), apply("floor", "f32", 0)]),
    "a chain that is the same in all lanes": mapKernel([moves, ["f32", "zero"], moves], [
      load("f32", 0),
      load("f32", 1),
      apply("exp", "f32", 1),
      apply("mul", "f32", 0, 2),
    ]),
    "rows whose elements are apart": {
      ...exp,
      numKept: 2,
      operands: [{ dtype: "f32", access: "strided" }, exp.operands[1]!],
    },
    "an index": {
      ...reduceKernel("argmax", "f32", { vector: "reduced", numReduced: 1, access: "unit" }),
      body: exp.body,
    },
    "a filter of what is there": {
      ...exp,
      body: [load("f32", 0), apply("sqrt", "f32", 0), apply("lt", "f32", 0, 1)],
      filter: 2,
      stores: [{ operand: 1, value: 1, at: "filter" }],
    },
    "a sum": reduceKernel("sum", "f64", { vector: "reduced", numReduced: 1, access: "unit" }),
  };
  for (const [what, kernel] of Object.entries(kernels)) {
    strictEqual(wideSteps(kernel), "none", what);
    deepStrictEqual(compile(kernel, "fused", 256).bytes, compile(kernel, "fused", 128).bytes, what);
  }
  strictEqual(wideSteps(exp), "all");
});
