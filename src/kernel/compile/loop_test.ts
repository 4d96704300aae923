import { ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { DTYPES } from "../../dtype/mod.ts";
import type { Accumulator, Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { emitLoopKernel } from "./loop.ts";
import { compareRun, compile } from "./testing/compare.ts";
import { apply, load, mapKernel, reduceKernel } from "./testing/kernels.ts";
import { randomKernelCase } from "./testing/random_kernels.ts";

Deno.test("emitLoopKernel() stores exactly the elements, for every dtype, length 0 to 67 and alignment", () => {
  for (const dtype of DTYPES) {
    const compiled = compile(mapKernel([[dtype, "unit"], [dtype, "unit"]], [load(dtype, 0)]));
    for (let numElements = 0; numElements <= 67; numElements++) {
      const layouts = [{ strides: [1], offsetBytes: numElements % 5 }, {
        strides: [1],
        offsetBytes: (numElements * 7) % 16,
      }];
      compareRun(compiled, { sizes: [numElements], layouts, seed: numElements });
    }
  }
});

Deno.test("emitLoopKernel() takes several steps at once and stores what single ones store, at every length", () => {
  for (const dtype of DTYPES) {
    for (
      const several of [{ stepsAtOnce: 2 }, { stepsAtOnce: 4 }, { stepsAtOnce: 5, registers: 1 }] as const
    ) {
      const map = mapKernel([[dtype, "unit"], [dtype, "zero"], [dtype, "unit"]], [
        load(dtype, 0),
        load(dtype, 1),
        apply("maximum", dtype, 0, 1),
      ], 2);
      const compiled = compile({ ...map, ...several });
      for (let numElements = 0; numElements <= 300; numElements += numElements < 67 ? 1 : 29) {
        const layouts = [
          { strides: [numElements + 3, 1], offsetBytes: numElements % 5 },
          { strides: [1, 0] },
          { strides: [numElements, 1] },
        ];
        compareRun(compiled, { sizes: [2, numElements], layouts, seed: numElements });
      }
    }
  }
});

Deno.test("emitLoopKernel() refuses several steps at once of what is not neighbours, and of indices", () => {
  const strided = mapKernel([["f32", "strided"], ["f32", "unit"]], [load("f32", 0)]);
  throws(() => compile({ ...strided, stepsAtOnce: 2 }), { code: "BUG001" });
  const along = reduceKernel("argmin", "f32", { vector: "reduced", numReduced: 1, access: "unit" });
  const [source, result] = along.operands;
  const index: LoopKernel = { ...along, operands: [source!, { ...result!, access: "zero" }], stepsAtOnce: 2 };
  throws(() => compile(index), { code: "BUG001" });
  throws(() => compile({ ...along, registers: 1 }), { code: "BUG001" });
});

Deno.test("emitLoopKernel() reads and writes any stride along the vector axis, also backwards", () => {
  for (const dtype of DTYPES) {
    const compiled = compile(mapKernel([[dtype, "strided"], [dtype, "strided"]], [load(dtype, 0)]));
    for (const strides of [[1, 1], [-1, 1], [3, -2], [0, 5], [-7, -1]]) {
      for (const numElements of [0, 1, 2, 3, 8, 15, 16, 31, 33, 64]) {
        const layouts = strides.map((stride, i) => ({ strides: [stride], offsetBytes: i + numElements % 3 }));
        compareRun(compiled, { sizes: [numElements], layouts, seed: numElements });
      }
    }
  }
});

Deno.test("emitLoopKernel() reads at most 64 bytes past the last element", () => {
  for (const dtype of DTYPES) {
    for (const access of ["unit", "strided", "zero"] as const) {
      const stride = { unit: 1, strided: 9, zero: 0 }[access];
      const compiled = compile(mapKernel([[dtype, access], [dtype, "unit"]], [load(dtype, 0)]));
      for (const numElements of [1, 2, 17, 32]) {
        compareRun(compiled, {
          sizes: [numElements],
          layouts: [{ strides: [stride], atEnd: true }, { strides: [1] }],
        });
      }
    }
  }
});

Deno.test("emitLoopKernel() reads at most 64 bytes past the last element of a reduction", () => {
  for (const dtype of DTYPES) {
    for (const vector of ["kept", "reduced"] as const) {
      for (const access of ["unit", "strided"] as const) {
        const compiled = compile(reduceKernel("max", dtype, { vector, numReduced: 1, access }));
        for (const sizes of [[1, 1], [3, 5], [33, 2], [2, 33]]) {
          const unit = vector === "kept" ? [1, sizes[0]!] : [sizes[1]!, 1];
          const strides = access === "unit" ? unit : unit.map((stride) => 7 * stride);
          compareRun(compiled, { sizes, layouts: [{ strides, atEnd: true }, { strides: [1, 0] }] });
        }
      }
    }
  }
});

Deno.test("emitLoopKernel() broadcasts, transposes and reverses operands of three axes", () => {
  const compiled = compile(mapKernel(
    [["f32", "unit"], ["f32", "zero"], ["f32", "strided"], ["f32", "unit"]],
    [load("f32", 0), load("f32", 1), load("f32", 2), apply("mul", "f32", 0, 1), apply("add", "f32", 3, 2)],
    3,
  ));
  for (const [a, b, c] of [[2, 3, 5], [1, 1, 1], [3, 4, 16], [4, 1, 33], [0, 3, 5], [2, 0, 5], [2, 3, 0]]) {
    const dense = [b! * c!, c!, 1];
    const layouts = [
      { strides: [0, c!, 1] },
      { strides: [1, -a!, 0] },
      { strides: [1, a!, -a! * b!], offsetBytes: 4 },
      { strides: dense },
    ];
    compareRun(compiled, { sizes: [a!, b!, c!], layouts });
  }
});

Deno.test("emitLoopKernel() may store where it loaded", () => {
  const compiled = compile(mapKernel(
    [["f64", "unit"], ["f64", "unit"], ["f64", "unit"]],
    [load("f64", 0), load("f64", 1), apply("sub", "f64", 0, 1)],
  ));
  for (const numElements of [1, 3, 4, 9, 50]) {
    compareRun(compiled, {
      sizes: [numElements],
      layouts: [{ strides: [1] }, { strides: [1] }, { strides: [1], sameAs: 0 }],
    });
  }
});

Deno.test("emitLoopKernel() runs a kernel without axes once", () => {
  const kernel = mapKernel([["i16", "unit"], ["f32", "unit"], ["bool", "zero"]], [
    load("i16", 0),
    { op: "cast", dtype: "f32", from: "i16", args: [0] },
    load("f32", 1),
    apply("lt", "f32", 1, 2),
  ], 0);
  const layouts = [{ strides: [] }, { strides: [], offsetBytes: 3 }, { strides: [], offsetBytes: 1 }];
  for (const seed of [1, 2, 3, 4, 5]) compareRun(compile(kernel), { sizes: [], layouts, seed });
});

Deno.test("emitLoopKernel() reduces all axes to one element", () => {
  for (const [vector, access] of [["reduced", "unit"], ["kept", "strided"]] as const) {
    const kernel: LoopKernel = {
      ...mapKernel([["i32", access], ["i32", "zero"]], [load("i32", 0)], 0),
      numReduced: 2,
      vector,
      accumulators: [{ op: "max", dtype: "i32", value: 0, fuseMultiply: false }],
      epilogue: [{ op: "accumulator", dtype: "i32", index: 0 }],
      stores: [{ operand: 1, value: 0, at: "epilogue" }],
    };
    for (const sizes of [[1, 1], [3, 21], [40, 2]]) {
      compareRun(compile(kernel), { sizes, layouts: [{ strides: [sizes[1]!, 1] }, { strides: [0, 0] }] });
    }
  }
});

Deno.test("emitLoopKernel() chooses with masks of every width", () => {
  for (const dtype of DTYPES) {
    for (const source of ["bool", "i8", "f32", "f64"] as const) {
      const kernel: LoopKernel = {
        ...mapKernel([[source, "unit"], [dtype, "unit"], [dtype, "zero"], [dtype, "unit"], [
          "bool",
          "strided",
        ]], [
          load(source, 0),
          load(dtype, 1),
          load(dtype, 2),
          { op: "cast", dtype: "bool", from: source, args: [0] },
          { op: "where", dtype, args: [3, 1, 2] },
        ]),
        stores: [{ operand: 3, value: 4, at: "body" }, { operand: 4, value: 3, at: "body" }],
      };
      const compiled = compile(kernel);
      for (const numElements of [1, 6, 19, 67]) {
        compareRun(compiled, {
          sizes: [numElements],
          layouts: [1, 1, 0, 1, 3].map((stride) => ({ strides: [stride] })),
        });
      }
    }
  }
});

Deno.test("emitLoopKernel() emits a chain of 64 operations in few bytes and few locals", () => {
  const body: Instruction[] = [load("f32", 0), load("f32", 1)];
  for (let i = 0; i < 64; i++) {
    body.push(
      apply((["add", "mul", "sub", "maximum"] as const)[i % 4]!, "f32", body.length - 1, i % 3 === 0 ? 0 : 1),
    );
  }
  const kernel = mapKernel([["f32", "unit"], ["f32", "unit"], ["f32", "unit"]], body);
  const module = new ModuleBuilder({ prints: true });
  emitLoopKernel(module, "chain", kernel, "fused");
  const encoded = module.encode();
  ok(encoded.length < 4000, `${encoded.length} bytes`);
  const locals = new Set([...module.print().matchAll(/local\.set (\d+)/g)].map(([, index]) => index));
  ok(locals.size < 30, `${locals.size} locals`);
  compareRun(compile(kernel), {
    sizes: [100],
    layouts: [{ strides: [1] }, { strides: [1] }, { strides: [1] }],
  });
});

Deno.test("emitLoopKernel() puts several kernels, and the helpers they share, into one module", () => {
  const module = new ModuleBuilder();
  for (const name of ["mod", "floorDivide"] as const) {
    const kernel = mapKernel([["f64", "unit"], ["f64", "unit"], ["f64", "unit"]], [
      load("f64", 0),
      load("f64", 1),
      apply(name, "f64", 0, 1),
    ]);
    emitLoopKernel(module, name, kernel, "strict");
  }
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(module.encode())).map(({ name }) => name);
  strictEqual(exports.filter((name) => name === "f64.fmod").length, 1);
  ok(exports.includes("mod") && exports.includes("floorDivide"));
});

Deno.test("emitLoopKernel() refuses a kernel that is not well formed, as a bug", () => {
  const good = mapKernel([["f32", "unit"], ["f32", "unit"]], [load("f32", 0)]);
  const accumulator: Accumulator = { op: "any", dtype: "f32", value: 0, fuseMultiply: false };
  const broken: [Partial<LoopKernel>, RegExp][] = [
    [{ vector: "reduced" }, /has none/],
    [{ body: [apply("neg", "f32", 0)] }, /reads a later one/],
    [{ body: [load("f64", 0)] }, /loads operand 0 as f64/],
    [{ body: [load("f32", 0), { op: "accumulator", dtype: "f32", index: 0 }] }, /reads accumulator 0/],
    [{ accumulators: [accumulator] }, /any of f32/],
    [{ accumulators: [{ ...accumulator, op: "sum", dtype: "f64" }] }, /accumulates f64 of a value of f32/],
    [{ stores: [{ operand: 1, value: 7, at: "body" }] }, /is stored to operand 1/],
    [{ operands: [{ dtype: "f32", access: "unit" }, { dtype: "f32", access: "zero" }] }, /does not move/],
  ];
  for (const [change, message] of broken) {
    throws(() => compile({ ...good, ...change }), (error: Error & { code?: string }) => {
      strictEqual(error.code, "BUG001");
      return message.test(error.message);
    });
  }
});

Deno.test("emitLoopKernel() equals the evaluator on random kernels", () => {
  fc.assert(
    fc.property(randomKernelCase, fc.nat(), ({ kernel, sizes, layouts }, seed) => {
      compareRun(compile(kernel), { sizes, layouts, seed });
    }),
    { numRuns: 400, seed: 20250101 },
  );
});

Deno.test("emitLoopKernel() loads and stores neighbours that go down in memory, of every dtype and length", () => {
  for (const dtype of DTYPES) {
    const kernel: LoopKernel = {
      ...mapKernel([], [load(dtype, 0), load(dtype, 1)]),
      operands: (["reversed", "unit", "reversed", "unit"] as const).map((access) => ({ dtype, access })),
      stores: [{ operand: 2, value: 1, at: "body" }, { operand: 3, value: 0, at: "body" }],
    };
    const compiled = compile(kernel);
    for (let numElements = 0; numElements <= 67; numElements++) {
      const offsetBytes = numElements % 5;
      const layouts = [{ strides: [-1], offsetBytes }, { strides: [1] }, { strides: [-1], offsetBytes }, {
        strides: [1],
      }];
      compareRun(compiled, { sizes: [numElements], layouts, seed: numElements });
    }
  }
});

Deno.test("emitLoopKernel() reduces along neighbours that go down in memory", () => {
  for (const dtype of ["u8", "f32", "i64"] as const) {
    const kernel = reduceKernel("max", dtype, { vector: "reduced", numReduced: 1, access: "unit" });
    const [from, to] = kernel.operands;
    const compiled = compile({ ...kernel, operands: [{ ...from!, access: "reversed" }, to!] });
    for (const numElements of [1, 3, 17, 64, 67]) {
      compareRun(compiled, {
        sizes: [3, numElements],
        layouts: [{ strides: [70, -1] }, { strides: [1, 0] }],
      });
    }
  }
});

Deno.test("emitLoopKernel() loads every second of neighbours, and no element more than one past the last", () => {
  for (const dtype of DTYPES) {
    for (const compute of [dtype, "f64"] as const) {
      const body: Instruction[] = [load(dtype, 0), { op: "cast", dtype: compute, from: dtype, args: [0] }];
      const kernel: LoopKernel = {
        ...mapKernel([[dtype, "unit"], [compute, "unit"]], dtype === compute ? [body[0]!] : body),
        operands: [{ dtype, access: "second" }, { dtype: compute, access: "unit" }],
      };
      const compiled = compile(kernel);
      for (let numElements = 0; numElements <= 67; numElements++) {
        const layouts = [{ strides: [2], atEnd: numElements > 0 }, { strides: [1] }];
        compareRun(compiled, { sizes: [numElements], layouts, seed: numElements });
      }
      const stores = {
        ...kernel,
        operands: [{ dtype, access: "unit" as const }, { dtype: compute, access: "second" as const }],
      };
      for (const numElements of [1, 5, 16, 33]) {
        compareRun(compile(stores), { sizes: [numElements], layouts: [{ strides: [1] }, { strides: [2] }] });
      }
    }
  }
});
