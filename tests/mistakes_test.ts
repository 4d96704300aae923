/**
 * Mistakes of NumPy's and Python's ways: members and elements that tensors do not have, and changes in place.
 *
 * Over 400 lines because most of it is one table, a row for each mistake.
 *
 * @module
 */
import assert from "node:assert/strict";
import { concat, TracedTensor, where } from "../src/expr/mod.ts";
import { inspect } from "node:util";
import { NdpipeError } from "../src/errors.ts";
import { carry, input } from "../src/pipeline/declare.ts";
import { Pipeline } from "../src/pipeline/define.ts";
import { checkMistakes, type Mistake, refusalOf } from "./support/mistakes.ts";

const OF_LIST =
  "neither a tensor's shape nor another frozen list is changed in place: .reshape(...) gives a tensor of another " +
  "shape, [...list] a list of your own";

const MISTAKES: readonly Mistake[] = [
  {
    wrong: ({ F }) => F[0],
    says: "PIP003 F has no element [0]",
    help: 'axis 0 is the rows; for elements of the next, write .slice(":, 0")',
    right: [({ F }) => F.slice(":, 0"), [1, 9]],
  },
  {
    wrong: ({ x, m }) => x.mul(m[2]),
    says: "PIP003 m has no element [2]",
    help: 'write .slice("2")',
    right: [({ x, m }) => x.mul(m.slice("2")), [90, -120]],
  },
  {
    wrong: ({ x }) => x[-1],
    says: "PIP003 x has no element [-1]",
    help: "a row is not taken by its number: to keep some of them, write .filter(mask, 'K')",
  },
  {
    wrong: ({ F }) => F.T,
    says: "PIP003 F has no T",
    help:
      "the rows stay the first axis: for a product, write x.matmul(w.transpose()) with the rows on the left",
  },
  {
    wrong: ({ F }) => F.sum(1).div(F.length),
    says: "PIP003 F has no length",
    help: "write .shape: its first axis is the rows, whose number is not known before the run",
  },
  {
    wrong: ({ F }) => F.ravel(),
    says: "PIP003 F has no ravel",
    help: "write .reshape(['N', -1])",
    right: [({ F }) => F.reshape(["N", -1]), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ F }) => [...F],
    says: "PIP003 F has no elements while the transform is traced: it cannot be iterated over",
    help: 'write steps for all of them, such as .sum(-1); for one column, .slice(":, 0")',
  },
  {
    wrong: ({ F, m }) => {
      m[0] = 1;
      return F.mul(m);
    },
    says: "PIP003 m is not changed in place: 0 is set on it",
    help: /under a name of its own$/,
  },
  {
    wrong: ({ F, m }) => {
      m.shape = [3, 1];
      return F.mul(m);
    },
    says: "PIP003 m is not changed in place: shape is set on it",
    help: "no step changes a tensor: take the one that .astype(...) or .reshape(...) gives",
  },
  {
    wrong: ({ x }) => x.gt(0).and(x.lt(1)),
    says: "PIP003 x.gt(0) has no and",
    help: "write .logicalAnd(...)",
    right: [({ x }) => x.gt(0).logicalAnd(x.lt(4)), [1, 0]],
  },
  {
    wrong: ({ x, m }) => x.where(m, 0),
    says: "PIP003 x has no where",
    help: 'write where(condition, a, b), which is imported from "ndpipe"',
    right: [({ x }) => where(x.gt(0), x, 0), [3, 0]],
  },
  {
    wrong: ({ x }) => x.not_equal(3),
    says: "PIP003 x has no not_equal",
    help: "write .ne(...)",
    right: [({ x }) => x.ne(3), [0, 1]],
  },
  { wrong: ({ q }) => q.isnan(), says: "PIP003 q has no isnan", help: "did you mean .isNan()?" },
  {
    wrong: ({ x }) => x.floor_divide(2),
    says: "PIP003 x has no floor_divide",
    help: "did you mean .floorDivide()?",
    right: [({ x }) => x.floorDivide(2), [1, -2]],
  },
  {
    wrong: ({ q }) => q.nanmean(1),
    says: "PIP003 q has no nanmean",
    help: "for the last axis, write q.fillNan(0).sum(-1).div(q.isNan().logicalNot().sum(-1))",
    right: [({ q }) => q.fillNan(0).sum(1).div(q.isNan().logicalNot().sum(1)), [2, 6]],
  },
  {
    wrong: ({ q }) => q.nanmax(1),
    says: "PIP003 q has no nanmax",
    help: "for the last axis, write .fillNan(-Infinity).max(-1)",
    right: [({ q }) => q.fillNan(-Infinity).max(-1), [3, 6]],
  },
  {
    wrong: ({ q }) => q.nanmin(1),
    says: "PIP003 q has no nanmin",
    help: "for the last axis, write .fillNan(Infinity).min(-1)",
    right: [({ q }) => q.fillNan(Infinity).min(-1), [1, 6]],
  },
  {
    wrong: ({ F }) => F.cumsum(1),
    says: "PIP003 F has no cumsum",
    help: "along the last axis, write .matmul(triangle), " +
      'with triangle: param("f64", [3, 3], { value: [[1, 1, 1], [0, 1, 1], [0, 0, 1]] })',
    right: [({ F, triangle }) => F.matmul(triangle), [1, 6, 8, 9, 16, 24]],
  },
  {
    wrong: ({ F }) => F.repeat(2),
    says: "PIP003 F has no repeat",
    help: "along a new axis, write .expandDims(-1).broadcastTo([...]) with its size last: " +
      "what that takes is planned, and held against the memory budget",
    right: [({ F }) => F.expandDims(-1).broadcastTo(["N", 3, 2]), [1, 1, 5, 5, 2, 2, 9, 9, 7, 7, 8, 8]],
  },
  {
    wrong: ({ F }) => F.tile([1, 2]),
    says: "PIP003 F has no tile",
    help: 'write concat([a, a], 1), which is imported from "ndpipe"',
    right: [({ F }) => concat([F, F], 1), [1, 5, 2, 1, 5, 2, 9, 7, 8, 9, 7, 8]],
  },
  {
    wrong: ({ F, m }) => F.einsum("nf,f->n", m),
    says: "PIP003 F has no einsum",
    help: "where the last axis is summed, write .matmul(...); where none is, .mul(...) or .outer(vector)",
    right: [({ F, m }) => F.matmul(m), [170, 470]],
  },
  {
    wrong: ({ F, m }) => F.kron(m),
    says: "PIP003 F has no kron",
    help: "for each row, write .outer(...).reshape([..., -1]), which names the rows first",
    right: [
      ({ F, m }) => F.outer(m).reshape(["N", -1]),
      [10, 20, 30, 50, 100, 150, 20, 40, 60, 90, 180, 270, 70, 140, 210, 80, 160, 240],
    ],
  },
  {
    wrong: ({ F }) => F.diff(),
    says: "PIP003 F has no diff",
    help: 'along the last axis, write F.slice(":, 1:").sub(F.slice(":, :-1"))',
    right: [({ F }) => F.slice(":, 1:").sub(F.slice(":, :-1")), [4, -3, -2, 1]],
  },
  {
    wrong: ({ i }) => i.oneHot(3),
    says: "PIP003 i has no oneHot",
    help: "for 3 classes, write .expandDims(-1).broadcastTo(['N', 3]).eq(classes), " +
      'with classes: param("i64", [3], { value: [0, 1, 2] })',
    right: [({ i, numbers }) => i.expandDims(-1).broadcastTo(["N", 3]).eq(numbers), [0, 0, 1, 1, 0, 0]],
  },
  {
    wrong: ({ x }) => x.sort(),
    says: "PIP003 x has no sort",
    help: "a transform has no such step; arrays in memory have it: see ndpipe/ndarray",
  },
  {
    wrong: ({ x }) => x.sub(x.lag(1)),
    says: "PIP003 x has no lag",
    help: "rows arrive in chunks and do not know each other: compute it beforehand",
  },
  {
    wrong: ({ x }) => x.map((one: number) => one * 2),
    says: "PIP003 x has no map",
    help: /write steps for all of them, such as \.mul\(2\)$/,
    right: [({ x }) => x.mul(2), [6, -8]],
  },
  {
    wrong: ({ F }) => F[-1],
    says: "PIP003 F has no element [-1]",
    help: 'axis 0 is the rows; for elements of the next, write .slice(":, -1")',
    right: [({ F }) => F.slice(":, -1"), [2, 8]],
  },
  {
    wrong: ({ F }) => F[":, 0"],
    says: "PIP003 F has no element [:, 0]",
    help: 'write .slice(":, 0")',
    right: [({ F }) => F.slice(":, 0"), [1, 9]],
  },
  {
    wrong: ({ F }) => F["1:"],
    says: "PIP003 F has no element [1:]",
    help: 'axis 0 is the rows; for elements of the next, write .slice(":, 0")',
  },
  {
    wrong: ({ F }) => F[3],
    says: "PIP003 F has no element [3]",
    help: 'axis 0 is the rows; for elements of the next, write .slice(":, 0")',
  },
  {
    wrong: ({ x, m }) => x.mul(m[-1]),
    says: "PIP003 m has no element [-1]",
    help: 'write .slice("-1")',
    right: [({ x, m }) => x.mul(m.slice("-1")), [90, -120]],
  },
  {
    wrong: ({ x, one }) => x.mul(one[0]),
    says: "PIP003 one has no element [0]",
    help: "leave the brackets out: it is one value",
    right: [({ x, one }) => x.mul(one), [6, -8]],
  },
  {
    wrong: ({ F, m }) => F.sum(1).div(m.length),
    says: "PIP003 m has no length",
    help: "write 3, which its shape tells",
    right: [({ F }) => F.sum(1).mul(3), [24, 72]],
  },
  {
    wrong: ({ x, triangle }) => x.div(triangle.size),
    says: "PIP003 triangle has no size",
    help: "write 9, which its shape tells",
  },
  {
    wrong: ({ F }) => F.roll(1, 1),
    says: "PIP003 F has no roll",
    help: "along the last axis, write .take([2, 0, 1], -1)",
    right: [({ F }) => F.take([2, 0, 1], -1), [2, 1, 5, 8, 9, 7]],
  },
  {
    wrong: ({ F }) => F.shift(1),
    says: "PIP003 F has no shift",
    help: "axis 0 is the rows, which arrive in chunks and do not know each other: compute it beforehand",
  },
  {
    wrong: ({ m }) => m.unique(),
    says: "PIP003 m has no unique",
    help: "compute it beforehand, and give it as a param",
  },
  {
    wrong: ({ x }) => x.cumsum(),
    says: "PIP003 x has no cumsum",
    help: "rows arrive in chunks and do not know each other: compute it beforehand",
  },
  {
    wrong: ({ x }) => x.nanmean(),
    says: "PIP003 x has no nanmean",
    help: "a statistic of all rows is computed beforehand and given as a param",
  },
  {
    wrong: ({ image }) => image.diff(),
    says: "PIP003 image has no diff",
    help: 'along the last axis, write image.slice(":, :, 1:").sub(image.slice(":, :, :-1"))',
    right: [({ image }) => image.slice(":, :, 1:").sub(image.slice(":, :, :-1")), [1, 1, 1, 1, 1, 1, 1, 1]],
  },
  {
    wrong: ({ F, m }) => F.sub(m).div(m).clip(-3, 3).add(m).mul(2).sub(m).div(m).add(m).mul(m).diff(),
    says: "PIP003 ….mul(2).sub(m).div(m).add(m).mul(m) has no diff",
    help: 'along the last axis, write x.slice(":, 1:").sub(x.slice(":, :-1")), where x is the tensor',
  },
  {
    // one element has no neighbour
    wrong: ({ x }) => x.expandDims(-1).diff(),
    says: "PIP003 x has no diff",
    help: "the transform is run once, on tensors without elements, before any data is read",
  },
  {
    wrong: ({ F }) => F.gt(2).diff(),
    says: "PIP003 F.gt(2) has no diff",
    help: 'along the last axis, write F.gt(2).slice(":, 1:").ne(F.gt(2).slice(":, :-1"))',
    right: [({ F }) => F.gt(2).slice(":, 1:").ne(F.gt(2).slice(":, :-1")), [1, 1, 0, 0]],
  },
  {
    wrong: ({ F }) => F.astype("u8").cumsum(),
    says: 'PIP003 F.astype("u8") has no cumsum',
    help: 'along the last axis, write .matmul(triangle), with triangle: param("u64", [3, 3], ' +
      "{ value: [[1, 1, 1], [0, 1, 1], [0, 0, 1]] })",
  },
  {
    wrong: ({ x }) => x.calc(1),
    says: "PIP003 x has no calc",
    help: "the transform is run once, on tensors without elements, before any data is read",
  },
  {
    wrong: ({ F, triangle }) => {
      const y = F.mul(2).matmul(triangle);
      y.shape[1] = 99;
      return y;
    },
    says:
      "PIP001 the transform of mistake throws TypeError: Cannot assign to read only property '1' of object " +
      "'[object Array]'",
    help: OF_LIST,
  },
  {
    wrong: ({ F }) => F.shape.push(3),
    says: "PIP001 the transform of mistake throws TypeError: Cannot add property 2, object is not extensible",
    help: OF_LIST,
  },
  {
    wrong: ({ F }) => F.mul(2).shape.pop(),
    says: "PIP001 the transform of mistake throws TypeError: Cannot delete property '1' of [object Array]",
    help: OF_LIST,
  },
  {
    wrong: ({ F }) => F.mul(2).shape.length = 1,
    says:
      "PIP001 the transform of mistake throws TypeError: Cannot assign to read only property 'length' of object " +
      "'[object Array]'",
    help: OF_LIST,
  },
  {
    wrong: ({ x }) => {
      x.name = "z";
      return x;
    },
    says: "PIP003 x is not changed in place: name is set on it",
    help: "an output has the name that it is returned by: return { score: x }",
  },
  {
    wrong: ({ x }) => {
      const own = Object.freeze({ shape: 1 });
      (own as { shape: number }).shape = 2;
      return x;
    },
    says:
      "PIP001 the transform of mistake throws TypeError: Cannot assign to read only property 'shape' of " +
      "object '#<Object>'",
    help: "the transform is run once, on tensors without elements, before any data is read",
  },
];

Deno.test("a member that NumPy, Python or JavaScript has is refused with what to write, which computes what was meant", () =>
  checkMistakes(MISTAKES));

Deno.test("an argument of any size and depth is told in a line, and by its beginning", () => {
  const nested = (depth: number): unknown => depth === 0 ? 0.5 : Array(8).fill(nested(depth - 1));
  const itself: unknown[] = [];
  itself.push(itself, 1);
  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i]));
  const says: readonly (readonly [string, Parameters<typeof refusalOf>[0], RegExp])[] = [
    ["deep", ({ x }) => x.add(nested(3)), /^add takes a tensor of this transform, not \[\[\[0\.5, 0\.5/],
    ["deeper", ({ x }) => x.add(nested(5)), /^add takes .*, not \[\[\[\[…\], \[…\]/],
    ["itself", ({ x }) => x.add(itself), /^add takes .*, not \[\[\[\[…\], 1\], 1\], 1\]$/],
    ["a ring", ({ x }) => x.sum(ring), /^sum takes .*$/],
    ["many keys", ({ F }) => F.sum(many), /not \{ key0: 0, key1: 1, key2: 2, … \}$/],
    ["a long text", ({ x }) => x.astype("f".repeat(1e6)), /^"f+…"?…? is no dtype$/],
    [
      "a function",
      ({ x }) => x.add(refusalOf),
      /^add takes a tensor of this transform, not function refusalOf/,
    ],
    ["a list of axes", ({ F }) => F.reshape([itself]), /^reshape takes a list of axes, not \[\[\[\[…\]/],
  ];
  for (const [what, wrong, sentence] of says) {
    const { code, message, help } = refusalOf(wrong);
    assert.ok(code === "PIP003" || code === "DTY001", `${what}: ${code}`);
    assert.match(message, sentence, what);
    assert.ok(message.length < 600 && (help ?? "").length < 600, `${what}: ${message.length}`);
  }
});

Deno.test("a member that is not there is refused where it is written", () => {
  const place = refusalOf(({ x }) => x.length).place;
  assert.equal(place?.file, new URL(import.meta.url).pathname);
  const line = Deno.readTextFileSync(place.file).split("\n")[place.line - 1]!;
  assert.match(line.slice(place.column - 1), /^length\)\.place;/);
});

/** A transform of a carried column. */
function refusalOfCarried(transform: (column: never) => unknown): string {
  const pipeline = new Pipeline({
    name: "carried",
    inputs: { id: carry(), x: input("f32", ["N"]) },
    transform: ({ id, x }: Record<string, never>) => ({ x, y: transform(id!) }),
  }, null);
  try {
    pipeline.trace();
  } catch (error) {
    return error instanceof NdpipeError ? `${error.code} ${error.message}; ${error.help}` : String(error);
  }
  return assert.fail("it is not refused");
}

Deno.test("a carried column is neither gone over, computed with nor changed: each says what is done with it", () => {
  const help = "return it, or filter it; to compute with it, declare it with input(...)";
  const says = (what: string) => `DTY001 ${what} is not defined for id, which is carried; ${help}`;
  const mistakes: readonly (readonly [(column: never) => unknown, string])[] = [
    [(id: Iterable<unknown>) => [...id], "iteration"],
    [(id: Iterable<unknown>) => {
      for (const one of id) assert.fail(String(one));
    }, "iteration"],
    [(id: number) => id + 1, "an operator"],
    [(id: Record<string, unknown>) => id.shape = 1, "setting shape"],
    [(id: { sum(axis: number): unknown }) => id.sum(0), "sum"],
  ];
  for (const [transform, what] of mistakes) assert.equal(refusalOfCarried(transform), says(what));
});

Deno.test("what JavaScript asks of any object is answered for tensors too", async () => {
  const pipeline = new Pipeline({
    name: "asked",
    inputs: { x: input("f32", ["N"]) },
    transform({ x }: Record<string, object>) {
      assert.deepEqual(Object.keys({ ...x }), ["builder", "id"]);
      assert.match(Object.prototype.toString.call(x), /object/);
      assert.match(Deno.inspect(x), /^x f32 \(N\)$/);
      assert.equal((x as { then?: unknown }).then, undefined);
      assert.doesNotThrow(() => JSON.stringify(x));
      assert.doesNotThrow(() => inspect(x));
      assert.ok(x === x && x !== null && typeof x === "object" && "sqrt" in x! && !("sqroot" in x));
      assert.ok(new Map([[x, 1]]).has(x) && new Set([x]).has(x) && new WeakMap([[x!, 1]]).has(x!));
      assert.ok(x instanceof TracedTensor && !(x instanceof Map));
      assert.deepEqual(x, x);
      assert.doesNotThrow(() => structuredClone(x));
      return { x };
    },
  }, null);
  await Promise.resolve(pipeline.trace());
  const kept: unknown[] = [];
  new Pipeline({
    name: "kept",
    inputs: { x: input("f32", ["N"]) },
    transform(given: Record<string, object>) {
      kept.push(given.x);
      return given;
    },
  }, null).trace();
  assert.equal(await kept[0], kept[0]);
});
