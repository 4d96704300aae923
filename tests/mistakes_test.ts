/**
 * What people write who come from NumPy and Python: each mistake is refused in the words of the table, and what its
 * help says computes what was meant.
 *
 * @module
 */
import assert from "node:assert/strict";
import { concat, stack, where } from "../src/expr/mod.ts";
import { NdpipeError } from "../src/errors.ts";
import { Pipeline } from "../src/pipeline/define.ts";
import { input, param } from "../src/pipeline/declare.ts";
import { type Leaf, runCase } from "./support/run_graph.ts";

const NAN = [1, NaN, 3, NaN, NaN, 6];
const LEAVES: Readonly<Record<string, Leaf>> = {
  x: { kind: "input", dtype: "f64", shape: ["N"], data: Float64Array.of(3, -4) },
  F: { kind: "input", dtype: "f64", shape: ["N", 3], data: Float64Array.of(1, 5, 2, 9, 7, 8) },
  q: { kind: "input", dtype: "f64", shape: ["N", 3], data: Float64Array.from(NAN) },
  i: { kind: "input", dtype: "i64", shape: ["N"], data: BigInt64Array.of(2n, 0n) },
  u: { kind: "input", dtype: "u8", shape: ["N"], data: Uint8Array.of(7, 255) },
  m: { kind: "param", dtype: "f64", shape: [3], data: Float64Array.of(10, 20, 30) },
  numbers: { kind: "param", dtype: "i64", shape: [3], data: BigInt64Array.of(0n, 1n, 2n) },
  triangle: { kind: "param", dtype: "f32", shape: [3, 3], data: Float32Array.of(1, 1, 1, 0, 1, 1, 0, 0, 1) },
};

// deno-lint-ignore no-explicit-any -- mistakes are what the types refuse
type Transform = (leaves: any) => any;

/** The refusal of a transform of the leaves. */
function refusalOf(transform: Transform): NdpipeError {
  const declared = (kind: Leaf["kind"]) => Object.entries(LEAVES).filter(([, leaf]) => leaf.kind === kind);
  const pipeline = new Pipeline({
    name: "mistake",
    inputs: Object.fromEntries(
      declared("input").map(([name, { dtype, shape }]) => [name, input(dtype, shape)]),
    ),
    params: Object.fromEntries(
      declared("param").map(([name, { dtype, shape }]) => [name, param(dtype, shape)]),
    ),
    transform: (inputs: object, params: object) => ({ y: transform({ ...inputs, ...params }) }),
  }, null);
  try {
    pipeline.trace();
  } catch (error) {
    assert(error instanceof NdpipeError, String(error));
    return error;
  }
  return assert.fail("it is not refused");
}

interface Mistake {
  readonly wrong: Transform;
  /** code and sentence */
  readonly says: string;
  readonly help: string | RegExp | null;
  /** the help applied, and what NumPy gives for what was meant */
  readonly right?: readonly [Transform, readonly number[]];
}

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
    wrong: ({ x }) => x[-1 + 1],
    says: "PIP003 x has no element [0]",
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
    says:
      "PIP001 the transform of mistake throws TypeError: Cannot assign to read only property 'shape' of " +
      "object '[object Object]'",
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
    wrong: ({ x }) => where(x.gt(0), undefined as never, undefined as never),
    says: "PIP003 where takes a condition and what to take where it is true and where it is false",
    help: "write where(condition, a, b); for the rows where it is true, .filter(condition, 'K')",
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
    help: "write x.fillNan(0).sum(axis).div(x.isNan().logicalNot().sum(axis))",
    right: [({ q }) => q.fillNan(0).sum(1).div(q.isNan().logicalNot().sum(1)), [2, 6]],
  },
  {
    wrong: ({ q }) => q.nanmax(1),
    says: "PIP003 q has no nanmax",
    help: "write .fillNan(-Infinity).max(axis)",
    right: [({ q }) => q.fillNan(-Infinity).max(1), [3, 6]],
  },
  {
    wrong: ({ q }) => q.nanmin(1),
    says: "PIP003 q has no nanmin",
    help: "write .fillNan(Infinity).min(axis)",
    right: [({ q }) => q.fillNan(Infinity).min(1), [1, 6]],
  },
  {
    wrong: ({ F }) => F.cumsum(1),
    says: "PIP003 F has no cumsum",
    help: "along the last axis, write .matmul(triangle), " +
      'with triangle: param("f32", [3, 3], { value: [[1, 1, 1], [0, 1, 1], [0, 0, 1]] })',
    right: [({ F, triangle }) => F.matmul(triangle), [1, 6, 8, 9, 16, 24]],
  },
  {
    wrong: ({ F }) => F.diff(),
    says: "PIP003 F has no diff",
    help: 'along the last axis, write x.slice(":, 1:").sub(x.slice(":, :-1"))',
    right: [({ F }) => F.slice(":, 1:").sub(F.slice(":, :-1")), [4, -3, -2, 1]],
  },
  {
    wrong: ({ i }) => i.oneHot(3),
    says: "PIP003 i has no oneHot",
    help: 'write .expandDims(-1).broadcastTo(["N", 3]).eq(classes), ' +
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
    wrong: ({ F, i }) => F.take(i, 1),
    says: "PIP003 take takes a list of indices that is known before the run, not i",
    help: "write where(i.expandDims(-1).broadcastTo(['N', 3]).eq(numbers), F, 0).sum(-1), " +
      'with numbers: param("i64", [3], { value: [0, 1, 2] })',
    right: [
      ({ F, i, numbers }) => where(i.expandDims(-1).broadcastTo(["N", 3]).eq(numbers), F, 0).sum(-1),
      [2, 9],
    ],
  },
  {
    wrong: ({ m, F }) => m.take(F.argmax(1), 0),
    says: "PIP003 take takes a list of indices that is known before the run, not F.argmax(1)",
    help: "write where(F.argmax(1).expandDims(-1).broadcastTo(['N', 3]).eq(numbers), m, 0).sum(-1), " +
      'with numbers: param("i64", [3], { value: [0, 1, 2] })',
    right: [
      ({ m, F, numbers }) =>
        where(F.argmax(1).expandDims(-1).broadcastTo(["N", 3]).eq(numbers), m, 0).sum(-1),
      [20, 10],
    ],
  },
  {
    wrong: ({ F, numbers }) => F.take(numbers, 1),
    says: "PIP003 take takes a list of indices that is known before the run, not numbers",
    help: "write the indices in the pipeline: .take([0, 2], 1)",
    right: [({ F }) => F.take([0, 2], 1), [1, 2, 9, 8]],
  },
  {
    wrong: ({ F }) => F.sum({ axis: 1 }),
    says: "PIP003 sum takes the axis or the axes to reduce, not { axis: 1 }",
    help: "write .sum(1)",
    right: [({ F }) => F.sum(1), [8, 24]],
  },
  {
    wrong: ({ x }) => x.sub(x.mean()),
    says: "PIP003 mean takes the axis or the axes to reduce, and x has its rows only",
    help: "a statistic of all rows is computed beforehand and given as a param",
  },
  {
    wrong: ({ x }) => x.filter(x.gt(0)),
    says: "PIP003 filter takes a name for the rows that are kept: their number is not known before the run",
    help: 'write .filter(mask, "K")',
    right: [({ x }) => x.filter(x.gt(-9), "K"), [3, -4]],
  },
  {
    wrong: ({ i }) => i.pow(-1),
    says: "DTY001 pow of i64 to -1: integers have no negative powers",
    help: "cast it first: .astype('f64')",
    right: [({ i }) => i.add(2).astype("f64").pow(-1), [0.25, 0.5]],
  },
  {
    wrong: ({ u }) => u.add(Float32Array.of(0.5, 1)),
    says: "PIP003 add takes a tensor of this transform, not [0.5, 1]",
    help: 'declare the list as a param with that value: param("f64", [2], { value: [0.5, 1] })',
  },
  {
    wrong: ({ F, m }) => F.outer(F.matmul(m).expandDims(-1)),
    says: "SHP015 cannot take the outer product of (N, 3) with (N, 1): the second must have one axis",
    help: null,
  },
  {
    wrong: ({ x, triangle }) => x.outer(triangle),
    says: "SHP015 cannot take the outer product of (N) with (3, 3): the second must have one axis",
    help: "write .outer(triangle.reshape([-1]))",
    right: [({ x, triangle }) => x.outer(triangle.reshape([-1])).sum(1), [18, -24]],
  },
  {
    wrong: ({ F }) => F.sum(2),
    says: "SHP004 no axis 2 in (N, 3): its rank is 2",
    help: "the axes of F are 0 to 1, or -1 for the last",
    right: [({ F }) => F.sum(-1), [8, 24]],
  },
  {
    wrong: ({ F }) => F.squeeze(1),
    says: "SHP005 cannot squeeze axis 1 of (N, 3): its size is 3, not 1",
    help: "leave .squeeze(...) out: no axis of F has size 1",
  },
  {
    wrong: ({ x }) => x.expandDims(-1).squeeze(0),
    says: "SHP005 cannot squeeze axis 0 of (N, 1): its size is N, not 1",
    help: "use .squeeze(1)",
    right: [({ x }) => x.expandDims(-1).squeeze(1), [3, -4]],
  },
  {
    wrong: ({ F }) => F.reshape(["N", 2, -1]),
    says: "SHP006 cannot reshape (N, 3) to (N, 2, -1): 3 is not a multiple of 2",
    help: "the axes behind N must have 3 elements together: .reshape(['N', 3])",
    right: [({ F }) => F.reshape(["N", 3]).sum(1), [8, 24]],
  },
  {
    wrong: ({ x }) => x.filter(x, "K"),
    says: "SHP009 cannot filter (N) by a mask of dtype f64: it must be bool",
    help: "compare it first: x.ne(0)",
    right: [({ x }) => x.filter(x.ne(0), "K"), [3, -4]],
  },
  {
    wrong: ({ F }) => F.filter(F.gt(0), "K"),
    says: "SHP009 cannot filter (N, 3) by a mask of (N, 3): the mask must have one axis",
    help: "for the rows where all of it is true, filter by F.gt(0).all(1); where any is, by .any(1)",
    right: [({ F }) => F.filter(F.gt(0).all(1), "K").sum(1), [8, 24]],
  },
  {
    wrong: ({ F }) => F.take([0, 3], 1),
    says: "SHP010 cannot take from axis 1 of (N, 3): 3 is not an index for the size 3",
    help: "the indices are 0 to 2, or -1 for the last",
    right: [({ F }) => F.take([0, -1], 1), [1, 2, 9, 8]],
  },
  {
    wrong: ({ F }) => F.slice(":, 3"),
    says: "SHP010 cannot slice (N, 3) by ':, 3': index 3 is out of axis 1 of size 3",
    help: "the indices are 0 to 2, or -1 for the last",
    right: [({ F }) => F.slice(":, -1"), [2, 8]],
  },
  {
    wrong: ({ x }) => x.broadcastTo(["N", 3]),
    says: "SHP012 cannot broadcast (N) to (N, 3): axis -1 is N vs 3",
    help: "use .expandDims(-1) on x first",
    right: [({ x }) => x.expandDims(-1).broadcastTo(["N", 3]), [3, 3, 3, -4, -4, -4]],
  },
  {
    wrong: ({ F }) => F.expandDims(1).transpose([0, 2]),
    says: "SHP014 cannot transpose (N, 1, 3) by (0, 2): its rank is 3, the list's length is 2",
    help: "name each axis once: .transpose([0, 2, 1])",
    right: [({ F }) => F.expandDims(1).transpose([0, 2, 1]).sum([1, 2]), [8, 24]],
  },
  {
    wrong: ({ F, m }) => concat([F, m], 1),
    says: "SHP008 cannot concat (N, 3) with (3): rank 2 vs 1",
    help: "use .broadcastTo(['N', 3]) on m",
    right: [({ F, m }) => concat([F, m.broadcastTo(["N", 3])], 1).sum(1), [68, 84]],
  },
  {
    wrong: ({ x, F }) => concat([x, F], 1),
    says: "SHP004 no axis 1 in (N): its rank is 1",
    help: "use .expandDims(-1) on x",
    right: [({ x, F }) => concat([x.expandDims(-1), F], 1), [3, 1, 5, 2, -4, 9, 7, 8]],
  },
  {
    wrong: ({ x, i }) => concat([x, i], 1),
    says: "SHP004 no axis 1 in (N): its rank is 1",
    help: "to put them side by side, write stack([x, i], 1)",
    right: [({ x, i }) => stack([x, i], 1), [3, 2, -4, 0]],
  },
  {
    wrong: ({ F }) => concat([F, F.slice(":, :2")].map((t) => t.expandDims(1)), 1),
    says: "SHP008 cannot concat (N, 1, 3) with (N, 1, 2): axis 2 is 3 vs 2",
    help: "they fit along axis 2: write concat([F, F], 2)",
    right: [({ F }) => concat([F, F.slice(":, :2")], 1), [1, 5, 2, 1, 5, 9, 7, 8, 9, 7]],
  },
  {
    wrong: ({ F, m }) => stack([F, m], 1),
    says: "SHP008 cannot stack (N, 3) with (3): rank 2 vs 1",
    help: "use .broadcastTo(['N', 3]) on m",
    right: [({ F, m }) => stack([F, m.broadcastTo(["N", 3])], 1).sum([1, 2]), [68, 84]],
  },
  {
    wrong: ({ x, F }) => stack([x, F], 1),
    says: "SHP008 cannot stack (N) with (N, 3): rank 1 vs 2",
    help: "to put them one after the other, write concat([x.expandDims(-1), F], 1)",
    right: [({ x, F }) => concat([x.expandDims(-1), F], 1), [3, 1, 5, 2, -4, 9, 7, 8]],
  },
  {
    wrong: ({ u }) => u.astype("uint16"),
    says: 'DTY001 "uint16" is no dtype',
    help: "write 'u16'",
    right: [({ u }) => u.astype("u16").add(300), [307, 555]],
  },
  {
    wrong: ({ x }) => x.astype("float32"),
    says: 'DTY001 "float32" is no dtype',
    help: "write 'f32'",
    right: [({ x }) => x.astype("f32"), [3, -4]],
  },
  {
    wrong: ({ x }) => x.astype("complex64"),
    says: 'DTY001 "complex64" is no dtype',
    help: "one of bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64",
  },
  {
    wrong: () => undefined,
    says: "PIP003 output y is no tensor of this transform, but undefined",
    help: "return an object of tensors by name: return { score }",
  },
  {
    wrong: ({ x, u }) => [x, u],
    says: "PIP003 output y is no tensor of this transform, but [x, u]",
    help: "return each under a name of its own, or one column of them: stack([a, b], 1)",
  },
  {
    wrong: async ({ x }) => await Promise.resolve(x),
    says: "PIP003 output y is no tensor of this transform, but an object",
    help: "leave await and async out: a step gives its tensor at once",
  },
];

Deno.test("a mistake of NumPy's and Python's ways is refused with what to write, which computes what was meant", () => {
  for (const { wrong, says, help, right } of MISTAKES) {
    const error = refusalOf(wrong);
    assert.equal(`${error.code} ${error.message}`, says);
    if (!(help instanceof RegExp)) assert.equal(error.help, help, says);
    else assert.match(error.help ?? "", help, says);
    if (right === undefined) continue;
    const [transform, expected] = right;
    const { outputs } = runCase({ leaves: LEAVES, transform: (leaves) => ({ y: transform(leaves) }) });
    assert.deepEqual(Array.from(outputs.get("y")!, Number), expected, says);
  }
});

Deno.test("a member that is not there is refused where it is written", () => {
  const place = refusalOf(({ x }) => x.length).place;
  assert.equal(place?.file, new URL(import.meta.url).pathname);
  const line = Deno.readTextFileSync(place.file).split("\n")[place.line - 1]!;
  assert.match(line.slice(place.column - 1), /^length\)\.place;/);
});

Deno.test("what JavaScript asks of any object is answered for tensors too", async () => {
  const pipeline = new Pipeline({
    name: "asked",
    inputs: { x: input("f32", ["N"]) },
    transform({ x }: Record<string, object>) {
      assert.equal(String(Object.keys(x!).includes("shape")), "true");
      assert.match(Object.prototype.toString.call(x), /object/);
      assert.match(Deno.inspect(x), /^x f32 \(N\)$/);
      assert.equal((x as { then?: unknown }).then, undefined);
      return { x };
    },
  }, null);
  await Promise.resolve(pipeline.trace());
});
