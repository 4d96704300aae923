/** Mistakes of NumPy's and Python's ways: arguments of another kind than a method takes. @module */
import { concat, stack, where } from "../src/expr/mod.ts";
import { checkMistakes, type Mistake } from "./support/mistakes.ts";

const MISTAKES: readonly Mistake[] = [
  {
    wrong: ({ x }) => where(x.gt(0), undefined as never, undefined as never),
    says: "PIP003 where takes a condition and what to take where it is true and where it is false",
    help: "write where(condition, a, b); for the rows where it is true, .filter(condition, 'K')",
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
    // bools are summed to an i64
    wrong: ({ F, i }) => F.gt(2).take(i, 1),
    says: "PIP003 take takes a list of indices that is known before the run, not i",
    help: "write i.expandDims(-1).broadcastTo(['N', 3]).eq(numbers).logicalAnd(F.gt(2)).any(-1), " +
      'with numbers: param("i64", [3], { value: [0, 1, 2] })',
    right: [
      ({ F, i, numbers }) => i.expandDims(-1).broadcastTo(["N", 3]).eq(numbers).logicalAnd(F.gt(2)).any(-1),
      [0, 1],
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
    // i8 would hold counts up to 127 only
    wrong: ({ F, numbers }) => F.gt(1).matmul(numbers.gt(-1)),
    says: "DTY001 matmul is not defined for bool",
    help: "cast it first: .astype('i64') counts; .astype('f32') too, exactly up to 16,777,216",
    right: [({ F, numbers }) => F.gt(1).astype("i64").matmul(numbers.gt(-1)), [2, 3]],
  },
  {
    wrong: ({ u }) => u.add(Float32Array.of(0.5, 1)),
    says: "PIP003 add takes a tensor of this transform, not [0.5, 1]",
    help: 'declare the list as a param with that value: param("f64", [2], { value: [0.5, 1] })',
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
  {
    wrong: ({ F }) => F.mean({}),
    says: "PIP003 mean takes the axis or the axes to reduce, not {}",
    help: "write .mean(1)",
    right: [({ F }) => F.mul(3).mean(1), [8, 24]],
  },
  {
    wrong: ({ x }) => x.mean({}),
    says: "PIP003 mean takes the axis or the axes to reduce, and x has its rows only",
    help: "a statistic of all rows is computed beforehand and given as a param",
  },
  {
    wrong: ({ x }) => x.sub(x.mean(null)),
    says: "PIP003 mean takes the axis or the axes to reduce, and x has its rows only",
    help: "a statistic of all rows is computed beforehand and given as a param",
  },
  {
    wrong: ({ x, one }) => x.mul(one.sum()),
    says: "PIP003 sum takes the axis or the axes to reduce, and one has none",
    help: "it is one value: leave .sum() out",
    right: [({ x, one }) => x.mul(one), [6, -8]],
  },
  {
    wrong: ({ x, one }) => x.mul(one.norm()),
    says: "PIP003 norm takes the axis to reduce, and one has none",
    help: "it is one value: write .abs()",
    right: [({ x, one }) => x.mul(one.abs()), [6, -8]],
  },
  {
    wrong: ({ x, one }) => x.mul(one.countNonzero()),
    says: "PIP003 countNonzero takes the axis or the axes to reduce, and one has none",
    help: 'it is one value: write .ne(0).astype("i64")',
    right: [({ x, one }) => x.mul(one.ne(0).astype("i64")), [3, -4]],
  },
  {
    // without it, x would be divided by one itself
    wrong: ({ x, one }) => x.div(one.std()),
    says: "PIP003 std takes the axis or the axes to reduce, and one has none",
    help: "of one value it is 0, whatever it is: take a tensor that has axes",
  },
  {
    wrong: ({ x, one }) => x.add(one.argmax(0)),
    says: "SHP004 no axis 0 in (): its rank is 0",
    help: "of one value it is 0, whatever it is: take a tensor that has axes",
  },
  {
    wrong: ({ x, one }) => x.mul(one.softmax()),
    says: "PIP003 softmax takes the axis, and one has none",
    help: "of one value it is 1, whatever it is: take a tensor that has axes",
  },
  {
    wrong: ({ x }) => x.softmax(),
    says: "PIP003 softmax takes the axis, and x has its rows only",
    help: "a statistic of all rows is computed beforehand and given as a param",
  },
  {
    wrong: ({ F }) => F.argmax([1]),
    says: "PIP003 argmax takes the axis to reduce, not [1]",
    help: "write .argmax(1)",
    right: [({ F }) => F.argmax(1), [1, 0]],
  },
  {
    wrong: ({ image }) => image.norm([1, 2]),
    says: "PIP003 norm takes the axis to reduce, not [1, 2]",
    help: 'write .norm("b")',
  },
  {
    wrong: ({ F, i }) => F.div(2).sub(1).div(3).clip(-3, 3).mul(4).add(5).sub(9).add(11).take(i, 1),
    says: "PIP003 take takes a list of indices that is known before the run, not i",
    help:
      "write where(indices.expandDims(-1).broadcastTo(['N', 3]).eq(numbers), x, 0).sum(-1), with numbers: " +
      'param("i64", [3], { value: [0, 1, 2] }), and your names for the indices and for x',
  },
  {
    wrong: ({ x }) => x.sub(Array(784).fill(0.5)),
    says: "PIP003 sub takes a tensor of this transform, not [0.5, 0.5, 0.5, …]",
    help: 'declare the list as a param with that value: param("f64", [784], { value: [...] })',
  },
  {
    wrong: ({ x }) => x.sub(new Float32Array(1e6)),
    says: "PIP003 sub takes a tensor of this transform, not [0, 0, 0, …]",
    help: 'declare the list as a param with that value: param("f64", [1000000], { value: [...] })',
  },
  {
    wrong: ({ F }) => F.slice(":, :2").matmul([[1, 2], [3, 4]]),
    says: "PIP003 matmul takes a tensor of this transform, not [[1, 2], [3, 4]]",
    help: 'declare the list as a param with that value: param("f64", [2, 2], { value: [[1, 2], [3, 4]] })',
  },
  {
    wrong: ({ x, i }) => x.add([x, i]),
    says: "PIP003 add takes a tensor of this transform, not [x, i]",
    help: "for one tensor of them all, write stack([a, b], 1) or concat([a, b], 1)",
  },
  {
    wrong: ({ x }) => x.add([[1], [2, 3]]),
    says: "PIP003 add takes a tensor of this transform, not [[1], [2, 3]]",
    help: "use the tensors that the transform is called with: transform({ input }, { param })",
  },
  {
    wrong: ({ x, i }) => x.astype(i),
    says: "DTY001 i is no dtype",
    help: "one of bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64",
  },
  {
    wrong: ({ F }) => F.reshape(-1, 3),
    says: "PIP003 reshape takes the axes in one list, not 2 arguments",
    help: "write .reshape(['N', 3])",
    right: [({ F }) => F.reshape(["N", 3]), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ image }) => image.reshape(6),
    says: "PIP003 reshape takes a list of axes, not 6",
    help: "write .reshape(['N', 6])",
    right: [({ image }) => image.reshape(["N", 6]).sum(1), [21, 57]],
  },
  {
    wrong: ({ F }) => F.reshape(),
    says: "PIP003 reshape takes a list of axes",
    help: "write .reshape(['N', 3])",
  },
  {
    wrong: ({ F }) => F.transpose(1, 0),
    says: "PIP003 transpose takes the axes in one list, not 2 arguments",
    help: "leave .transpose(...) out: the rows of F stay the first axis, and there is one behind them",
  },
  {
    wrong: ({ F, triangle }) => F.matmul(triangle.transpose(1, 0)),
    says: "PIP003 transpose takes the axes in one list, not 2 arguments",
    help: "write .transpose([1, 0])",
    right: [({ F, triangle }) => F.matmul(triangle.transpose([1, 0])), [8, 7, 2, 24, 15, 8]],
  },
  {
    wrong: ({ F, triangle }) => F.matmul(triangle.transpose(0, 1, 2)),
    says: "PIP003 transpose takes the axes in one list, not 3 arguments",
    help: "name each axis once: .transpose([1, 0])",
    right: [({ F, triangle }) => F.matmul(triangle.transpose([1, 0])), [8, 7, 2, 24, 15, 8]],
  },
  {
    // a shape is no order of axes
    wrong: ({ F, cube }) => F.matmul(cube.transpose(0, 2).sum(1)),
    says: "PIP003 transpose takes the axes in one list, not 2 arguments",
    help: "name each axis once: .transpose([0, 2, 1])",
    right: [
      ({ F, cube }) => F.matmul(cube.transpose([0, 2, 1]).sum(1)),
      [204, 236, 268, 300, 332, 532, 628, 724, 820, 916],
    ],
  },
  {
    wrong: ({ image }) => image.expandDims(1).transpose(0, 3, 1, 2).sum(2),
    says: "PIP003 transpose takes the axes in one list, not 4 arguments",
    help: "write .transpose([0, 3, 1, 2])",
    right: [
      ({ image }) => image.expandDims(1).transpose([0, 3, 1, 2]).sum(2),
      [1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12],
    ],
  },
  {
    wrong: ({ image }) => image.transpose("N", "b", "a"),
    says: "PIP003 transpose takes the axes in one list, not 3 arguments",
    help: "write .transpose(['N', 'b', 'a'])",
    right: [({ image }) => image.transpose(["N", "b", "a"]), [1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]],
  },
  {
    // rows are repeated, as NumPy does, not columns
    wrong: ({ F, m }) => F.matmul(m.broadcastTo(3, 3)),
    says: "PIP003 broadcastTo takes the axes in one list, not 2 arguments",
    help: "write .broadcastTo([3, 3])",
    right: [({ F, m }) => F.matmul(m.broadcastTo([3, 3])), [80, 160, 240, 240, 480, 720]],
  },
  {
    wrong: ({ F, one }) => F.mul(one.broadcastTo(3)),
    says: "PIP003 broadcastTo takes a list of axes, not 3",
    help: "write .broadcastTo([3])",
    right: [({ F, one }) => F.mul(one.broadcastTo([3])), [2, 10, 4, 18, 14, 16]],
  },
  {
    wrong: ({ x }) => x.broadcastTo(3),
    says: "PIP003 broadcastTo takes a list of axes, not 3",
    help: "write .expandDims(-1).broadcastTo(['N', 3])",
    right: [({ x }) => x.expandDims(-1).broadcastTo(["N", 3]), [3, 3, 3, -4, -4, -4]],
  },
  {
    wrong: ({ image }) => image.reshape(Int32Array.of(-1, 6)).sum(1),
    says: "PIP003 reshape takes a list of axes, not the typed array [-1, 6]",
    help: "write .reshape(['N', 6])",
    right: [({ image }) => image.reshape(["N", 6]).sum(1), [21, 57]],
  },
  {
    wrong: ({ x }) => x.broadcastTo("N", 3),
    says: "PIP003 broadcastTo takes the axes in one list, not 2 arguments",
    help: "write .expandDims(-1).broadcastTo(['N', 3])",
    right: [({ x }) => x.expandDims(-1).broadcastTo(["N", 3]), [3, 3, 3, -4, -4, -4]],
  },
  {
    wrong: ({ m, F }) => F.mul(m.broadcastTo("N")),
    says: 'PIP003 broadcastTo takes a list of axes, not "N"',
    help: "write .broadcastTo([3])",
    right: [({ m, F }) => F.mul(m.broadcastTo([3])), [10, 100, 60, 90, 140, 240]],
  },
  {
    wrong: ({ F }) => F.slice(0, 2),
    says: "PIP003 slice takes the slices of all axes as one text, not 0, 2",
    help: 'write .slice(":, 0:2")',
    right: [({ F }) => F.slice(":, 0:2"), [1, 5, 9, 7]],
  },
  {
    wrong: ({ F }) => F.slice(-1),
    says: "PIP003 slice takes the slices of all axes as one text, not -1",
    help: 'write .slice(":, -1")',
    right: [({ F }) => F.slice(":, -1"), [2, 8]],
  },
  {
    wrong: ({ x }) => x.slice(0, 2),
    says: "PIP003 slice takes the slices of all axes as one text, not 0, 2",
    help: "to keep some of the rows, write .filter(mask, 'K')",
  },
  {
    wrong: ({ x, m }) => x.mul(m.slice(2)),
    says: "PIP003 slice takes the slices of all axes as one text, not 2",
    help: 'write .slice("2")',
    right: [({ x, m }) => x.mul(m.slice("2")), [90, -120]],
  },
  {
    wrong: ({ x }) => x.expandDims(),
    says: "PIP003 expandDims takes the index of the new axis",
    help: "write .expandDims(-1)",
    right: [({ x }) => x.expandDims(-1), [3, -4]],
  },
  {
    wrong: ({ x }) => x.expandDims(-1).squeeze(),
    says: "PIP003 squeeze takes the axis",
    help: "write .squeeze(1)",
    right: [({ x }) => x.expandDims(-1).squeeze(1), [3, -4]],
  },
  {
    // NumPy's drops all axes of size 1
    wrong: ({ x }) => x.expandDims(-1).expandDims(-1).squeeze(),
    says: "PIP003 squeeze takes the axis",
    help: "write .squeeze(2).squeeze(1)",
    right: [({ x }) => x.expandDims(-1).expandDims(-1).squeeze(2).squeeze(1), [3, -4]],
  },
  {
    wrong: ({ F }) => F.expandDims(1).expandDims(-1).squeeze([1]),
    says: "PIP003 squeeze takes the axis, not [1]",
    help: "write .squeeze(1)",
    right: [({ F }) => F.expandDims(1).expandDims(-1).squeeze(1), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ F }) => F.squeeze(),
    says: "PIP003 squeeze takes the axis",
    help: "leave .squeeze(...) out: no axis of F has size 1",
  },
  {
    wrong: ({ x }) => x.matmul(2),
    says: "PIP003 matmul takes a tensor of this transform, not 2",
    help: "for a multiple, write .mul(2)",
    right: [({ x }) => x.mul(2), [6, -8]],
  },
  {
    wrong: ({ F }) => concat([F, 2], 1),
    says: "PIP003 concat takes a tensor of this transform, not 2",
    help: 'declare it as a param, param("f64", [], { value: 2 }), and repeat it with .broadcastTo([...])',
    right: [({ F, one }) => concat([F, one.broadcastTo(["N", 1])], 1).sum(1), [10, 26]],
  },
  {
    wrong: ({ L }) => concat([L, L], "feat" as never),
    says: "SHP004 no axis named feat in (N, feature=3)",
    help: "the named axis is feature",
  },
  {
    wrong: ({ L }) => stack([L, L], "feature" as never),
    says: 'PIP003 stack takes the index of the new axis, not "feature"',
    help: "write stack([a, b], 1)",
    right: [({ L }) => stack([L, L], 1).sum(1), [2, 10, 4, 18, 14, 16]],
  },
];

Deno.test("an argument of another kind is refused with what to write, which computes what was meant", () =>
  checkMistakes(MISTAKES));
