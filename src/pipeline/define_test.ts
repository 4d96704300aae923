import assert from "node:assert/strict";
import {
  carry,
  definePipeline,
  input,
  param,
  Pipeline,
  toDeclaredParams,
  toInputRequests,
} from "./define.ts";
import { errorOf } from "../../tests/support/refusal.ts";

const x = input("f32", ["N", "feature=3"]);
const valid = { name: "test", inputs: { x }, transform: ({ x }: { x: unknown }) => ({ x }) };

/** A declaration that the types would refuse. */
const declare = (declaration: unknown) => new Pipeline(declaration, null);

Deno.test("definePipeline() keeps the order of inputs and params, and runs no transform", () => {
  let numRuns = 0;
  const pipeline = definePipeline({
    name: "order",
    inputs: { b: input("f32", ["N"]), a: input("i64", ["N"]) },
    params: { z: param("f32", [2]), y: param("f64", []) },
    limits: { memory: "1GiB", elements: 10 },
    transform({ a, b }) {
      numRuns++;
      return { b, sum: a.add(b) };
    },
  });
  assert.equal(numRuns, 0);
  assert.deepEqual(pipeline.inputs.map(({ name }) => name), ["b", "a"]);
  assert.deepEqual(pipeline.params.map(({ name }) => name), ["z", "y"]);
  assert.deepEqual(pipeline.limits, { memory: "1GiB", elements: 10 });
  const graph = pipeline.trace();
  assert.deepEqual(graph.outputs.map(({ name }) => name), ["b", "sum"]);
  assert.deepEqual(graph.nodes.slice(0, 4).map(({ operation }) => operation), [
    { kind: "input", name: "b" },
    { kind: "input", name: "a" },
    { kind: "param", name: "z" },
    { kind: "param", name: "y" },
  ]);
  assert.deepEqual(pipeline.trace(), graph);
});

Deno.test("definePipeline() refuses what is no declaration", () => {
  const declarations: readonly [unknown, RegExp][] = [
    [null, /takes an object/],
    [{ ...valid, name: " " }, /no name/],
    [{ ...valid, transform: 1 }, /no transform/],
    [{ ...valid, inputs: {} }, /no input/],
    [{ ...valid, inputs: { "a b": x } }, /"a b" is no name for an input/],
    [{ ...valid, params: { "2": param("f32", []) } }, /"2" is no name for a param/],
    [{ ...valid, inputs: { x: { dtype: "f32", shape: ["N"] } } }, /input x is not made with input/],
    [{ ...valid, params: { p: x } }, /param p is not made with param/],
    [{ ...valid, params: { x: param("f32", []) } }, /x is an input and a param/],
    [{ ...valid, inputs: { x, y: input("f32", ["M"]) } }, /inputs x and y have different rows: N and M/],
    [{ ...valid, limits: { memory: 512 } }, /limits.memory/],
    [{ ...valid, limits: { elements: 0 } }, /limits.elements/],
    [{ ...valid, limits: { memroy: "1GiB" } }, /limits has no "memroy"/],
    [{ ...valid, parms: {} }, /a pipeline has no "parms"/],
  ];
  for (const [declaration, sentence] of declarations) {
    const error = errorOf(() => declare(declaration));
    assert.equal(error.code, "PIP003");
    assert.match(error.message, sentence);
    assert(error.help !== null);
  }
});

Deno.test("trace() refuses what is no object of tensors, and tells what the transform throws", () => {
  const transforms: readonly [() => unknown, string, RegExp][] = [
    [() => undefined, "PIP003", /does not return an object/],
    [() => [1], "PIP003", /does not return an object/],
    [() => ({}), "PIP003", /returns no output/],
    [() => ({ y: 1 }), "PIP003", /output y is no tensor/],
    [() => ({ "2024": 1 }), "PIP003", /"2024" is no name for an output/],
    [() => ({ "4294967294": 1 }), "PIP003", /"4294967294" is no name for an output/],
    [() => ({ "4294967295": 1 }), "PIP003", /output 4294967295 is no tensor/],
    [() => ({ "": 1 }), "PIP003", /"" is no name for an output/],
    [() => ({ "\ud800": 1 }), "PIP003", /"\\ud800" is no name for an output/],
    [() => ({ "y z": 1 }), "PIP003", /output y z is no tensor/],
    [() => Promise.resolve({}), "PIP003", /is async/],
    [() => ({ x }), "PIP003", /output x is no tensor/],
    [
      () => {
        throw new TypeError("score is not a function");
      },
      "PIP001",
      /the transform of test throws TypeError: score is not a function/,
    ],
  ];
  for (const [transform, code, sentence] of transforms) {
    const error = errorOf(() => declare({ ...valid, transform }).trace());
    assert.deepEqual([error.code, sentence.test(error.message)], [code, true], error.message);
  }
});

Deno.test("trace() names the method that was meant, where one is near", () => {
  // the type check refuses them as well
  // deno-lint-ignore no-explicit-any
  const helpOf = (transform: (inputs: any) => unknown) =>
    errorOf(() => declare({ ...valid, transform }).trace()).help;
  assert.equal(helpOf(({ x }) => ({ y: x.sqroot() })), "did you mean .sqrt()?");
  assert.equal(helpOf((inputs) => ({ y: inputs.x.neg().summ(1) })), "did you mean .sum()?");
  assert.match(helpOf(({ x }) => ({ y: x.bestGuess(3) })) ?? "", /^the transform is run once/);
});

Deno.test("declarations name the key that was meant, since one that is passed over changes results", () => {
  const declared: readonly [() => unknown, message: string, help: string][] = [
    [
      () => declare({ ...valid, limits: { memroy: "1GiB" } }),
      'limits has no "memroy"',
      "did you mean memory?",
    ],
    [() => input("f32", ["N"], { null: "nan" } as never), 'an input has no "null"', "did you mean nulls?"],
    [() => input("f32", ["N"], { col: "y" } as never), 'an input has no "col"', "did you mean column?"],
    [() => param("f32", [1], { values: [1] } as never), 'a param has no "values"', "did you mean value?"],
    [
      () => param("f32", [1], { default: [1] } as never),
      'a param has no "default"',
      "what it may have: value, finite",
    ],
    [
      () => carry({ maxBytes: 9 } as never),
      'a carried input has no "maxBytes"',
      "did you mean maxBytesPerRow?",
    ],
  ];
  for (const [declaration, message, help] of declared) {
    const error = errorOf(declaration);
    assert.deepEqual([error.code, error.message, error.help], ["PIP003", message, help]);
  }
});

Deno.test("input() and param() refuse shapes and null policies that do not fit", () => {
  const declared: readonly [() => unknown, string][] = [
    [() => input("f32", ["N", "feature="] as never), "SHP013"],
    [() => input("f16" as never, ["N"]), "PIP003"],
    [() => input("f32", "N" as never), "PIP003"],
    [() => input("f32", [3, "N"]), "PIP003"],
    [() => input("f32", []), "PIP003"],
    [() => input("f32", ["N", "N"]), "PIP003"],
    [() => input("i32", ["N"], { nulls: "nan" }), "DTY003"],
    [() => input("u8", ["N"], { nulls: { fill: 256 } }), "DTY002"],
    [() => input("u8", ["N"], { nulls: { fill: 0.5 } }), "DTY002"],
    [() => input("i64", ["N"], { nulls: { fill: 2n ** 63n } }), "DTY002"],
    [() => input("f32", ["N"], { nulls: { fill: 1e300 } }), "DTY002"],
    [() => input("f32", ["N"], { nulls: { fill: true } }), "DTY002"],
    [() => input("bool", ["N"], { nulls: { fill: 1 } }), "DTY002"],
    [() => input("u8", ["N"], { nulls: { fill: true } }), "DTY002"],
    [() => input("u8", ["N"], { nulls: "skip" as never }), "PIP003"],
    [() => input("u8", ["N", 2], { column: "a", columns: ["a", "b"] }), "PIP003"],
    [() => input("u8", ["N", 2], { columns: [] }), "PIP003"],
    [() => param("f32", ["N"]), "PIP003"],
  ];
  for (const [run, code] of declared) assert.equal(errorOf(run).code, code, String(run));
});

Deno.test("toInputRequests() gives width, columns and null policy of each input", () => {
  const pipeline = definePipeline({
    name: "requests",
    inputs: {
      id: input("i64", ["N"], { nulls: { fill: -1n } }),
      image: input("u8", ["N", "row=28", "column=28"], { columns: "p*" }),
      pair: input("f32", ["N", 2], { columns: ["lat", "lon"], nulls: "nan" }),
      named: input("f64", ["N", 1], { column: "other name" }),
    },
    transform: ({ id }) => ({ id }),
  });
  const error = { kind: "error" };
  assert.deepEqual(toInputRequests(pipeline), [
    {
      input: "id",
      place: null,
      dtype: "i64",
      width: 1,
      isScalar: true,
      selection: { kind: "name", name: "id" },
      nulls: { kind: "fill", value: -1n },
    },
    {
      input: "image",
      place: null,
      dtype: "u8",
      width: 784,
      isScalar: false,
      selection: { kind: "pattern", pattern: "p*" },
      nulls: error,
    },
    {
      input: "pair",
      place: null,
      dtype: "f32",
      width: 2,
      isScalar: false,
      selection: { kind: "names", names: ["lat", "lon"] },
      nulls: { kind: "nan" },
    },
    {
      input: "named",
      place: null,
      dtype: "f64",
      width: 1,
      isScalar: false,
      selection: { kind: "name", name: "other name" },
      nulls: error,
    },
  ]);
});

Deno.test("toDeclaredParams() gives values and finiteness as declared", () => {
  const params = { a: param("f32", ["k=2"], { value: [1, 2], finite: false }), b: param("i8", []) };
  const pipeline = definePipeline({ name: "params", inputs: { x }, params, transform: ({ x }) => ({ x }) });
  assert.deepEqual(toDeclaredParams(pipeline), [
    { name: "a", dtype: "f32", shape: ["k=2"], finite: false, place: null, value: [1, 2] },
    { name: "b", dtype: "i8", shape: [], finite: true, place: null },
  ]);
});
