/** Random expressions over random shapes: the types and the run-time rules must answer alike, hints included. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { typeCheck } from "../src/pipeline/type_check.ts";
import { type Dim, isRefusal, type Shape } from "../src/shape/mod.ts";
import { evaluateShapes } from "./support/traced_expression.ts";

const SOURCE = new URL("../src/", import.meta.url).href;
const NUM_CASES = 2500;

const dims = fc.oneof(
  fc.constantFrom<Dim>(1, 2, 3, "N", "M", "x=2", "y=2", "x=3", "x=1", "y=1"),
  fc.integer({ min: 1, max: 1200 }),
);
const shapes = fc.array(dims, { maxLength: 4 });
const axes = fc.oneof(fc.integer({ min: -4, max: 3 }), fc.constantFrom("x", "y", "N"));
const bound = fc.oneof(fc.constant(""), fc.integer({ min: -30, max: 30 }).map(String));
const item = fc.oneof(
  fc.tuple(bound, bound).map((parts) => parts.join(":")),
  fc.tuple(bound, bound, bound).map((parts) => parts.join(":")),
  fc.integer({ min: -4, max: 4 }).map(String),
  fc.constantFrom(":", "...", "x"),
);
const json = JSON.stringify;

/** The calls on a tensor a, with a tensor b or a second shape. */
const calls: fc.Arbitrary<(b: Shape) => string> = fc.oneof(
  fc.constantFrom("add(b)", "matmul(b)", "outer(b)", "broadcastLike(b)", "transpose()").map((text) => () =>
    text
  ),
  fc.constant((b: Shape) => `broadcastTo(${json(b)})`),
  fc.constant((b: Shape) => `as(${json(b)})`),
  fc.nat(4).map((at) => (b: Shape) => `reshape(${json(b.toSpliced(Math.min(at, b.length), 0, -1))})`),
  fc.tuple(fc.constantFrom("sum", "mean"), axes, fc.boolean()).map(([op, axis, keepdims]) => () =>
    `${op}(${json(axis)}, { keepdims: ${keepdims} })`
  ),
  fc.array(axes, { maxLength: 3 }).map((list) => () => `max(${json(list)})`),
  fc.array(axes, { maxLength: 4 }).map((list) => () => `transpose(${json(list)})`),
  axes.map((axis) => () => `squeeze(${json(axis)})`),
  fc.integer({ min: -5, max: 5 }).map((axis) => () => `expandDims(${axis})`),
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => () => `slice(${json(items.join(","))})`),
  fc.tuple(fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 3 }), axes).map(([indices, axis]) => () =>
    `take(${json(indices)}, ${json(axis)})`
  ),
  fc.constantFrom("K", "N", "x", "K-1").map((symbol) => () => `filter(b.gt(0), ${json(symbol)})`),
);
const expressions = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(calls, shapes).map(([call, b]) => ({ b, text: `a.${call(b)}` })) },
  fc.tuple(axes, shapes).map(([axis, b]) => ({ b, text: `concat([a, b, a], ${json(axis)})` })),
  fc.tuple(fc.integer({ min: -3, max: 3 }), shapes).map(([axis, b]) => ({
    b,
    text: `stack([a, b], ${axis})`,
  })),
);
/** b is often a itself or a part of it, so that the rules get further than their first refusal. */
const mixed = fc.tuple(shapes, expressions, fc.nat(5)).map(([a, { b, text }, pick]) =>
  pick < 2 ? { a, b: a.slice(pick), text } : pick === 2 ? { a, b: a, text } : { a, b, text }
);
/** Slices of known axes, most of which leave something. */
const sliced = fc.array(fc.tuple(fc.integer({ min: 1, max: 1200 }), item), { minLength: 1, maxLength: 2 })
  .map((axes) => ({
    a: axes.map(([size]): Dim => size),
    b: [],
    text: `a.slice(${json(axes.map(([, item]) => item).join(", "))})`,
  }));
/** Few axes of small sizes under many labels, most of which meet. */
const labelled = fc.array(fc.constantFrom<Dim>(1, 2, "N", "x=2", "y=2", "x=1", "y=1"), { maxLength: 3 });
const broadcast = fc.tuple(labelled, labelled, fc.boolean()).map(([a, b, both]) => ({
  a,
  b,
  text: both ? "a.add(b)" : `a.broadcastTo(${json(b)})`,
}));
const cases: fc.Arbitrary<{ a: Shape; b: Shape; text: string }> = fc.oneof(
  { weight: 3, arbitrary: mixed },
  sliced,
  broadcast,
);

Deno.test("the types answer random expressions as the run-time rules do", async () => {
  const sample = fc.sample(cases, { numRuns: NUM_CASES, seed: 20241 });
  const head = [
    `import type { Concat, Operand, Stack, Tensor } from "${SOURCE}expr/tensor_types.ts";`,
    `import type { Plain } from "${SOURCE}shape/types/mod.ts";`,
    "declare const concat: Concat, stack: Stack;",
    "type Same<A, B> = [A, B] extends [B, A] ? [] : [differs: A];",
    'declare function exact<S>(): <T extends Operand>(tensor: T, ...differs: Same<Plain<T["shape"]>, S>) => void;',
  ];
  const lines: string[] = [], expected: unknown[][] = [];
  let numRefused = 0;
  for (const { a, b, text } of sample) {
    const answer = evaluateShapes(text, { a: ["f32", a], b: ["f32", b] });
    const declared = `{ const a!: Tensor<"f32", ${json(a)}>, b!: Tensor<"f32", ${json(b)}>;`
      .replace("const a!:", "let a!:");
    if (isRefusal(answer)) numRefused++;
    expected.push(isRefusal(answer) ? [{ ...answer }] : []);
    lines.push(
      `${declared} ${isRefusal(answer) ? text : `exact<${json(answer.shape)}>()(${text})`}; void [a, b]; }`,
    );
  }
  assert(numRefused > NUM_CASES / 4 && numRefused < NUM_CASES * 0.9, `${numRefused} refused`);
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    const file = `${directory}/cases.ts`;
    await Deno.writeTextFile(file, [...head, ...lines].join("\n"));
    const found = lines.map((): unknown[] => []);
    for (const { place, code, sentence, hint } of await typeCheck(file)) {
      found[(place?.line ?? 0) - head.length - 1]?.push({ code, sentence, hint });
    }
    for (const [i, line] of lines.entries()) assert.deepEqual(found[i], expected[i], line);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
