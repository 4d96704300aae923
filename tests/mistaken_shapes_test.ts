/** Mistakes of NumPy's and Python's ways: axes and shapes that do not go together. @module */
import { concat, stack } from "../src/expr/mod.ts";
import { checkMistakes, type Mistake } from "./support/mistakes.ts";

const MISTAKES: readonly Mistake[] = [
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
    help: "the axis of F behind its rows is 1, or -1",
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
    help: 'they fit along axis 2: write concat([F.expandDims(1), F.slice(":, :2").expandDims(1)], 2)',
    right: [({ F }) => concat([F.expandDims(1), F.slice(":, :2").expandDims(1)], 2), [
      1,
      5,
      2,
      1,
      5,
      9,
      7,
      8,
      9,
      7,
    ]],
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
    wrong: ({ L }) => L.broadcastTo(["N", "group=3"]),
    says:
      "SHP002 cannot broadcast (N, feature=3) to (N, group=3): the labels of axis -1 differ: feature vs group",
    help: "if they are the same axes, rename them: .as(['N', 'group=3']) on L",
    right: [({ L }) => L.as(["N", "group=3"]).broadcastTo(["N", "group=3"]), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ L, groups }) => groups.broadcastLike(L),
    says:
      "SHP002 cannot broadcast (group=3) to (N, feature=3): the labels of axis -1 differ: group vs feature",
    help: "if they are the same axes, rename them: .as(['feature=3']) on groups",
    right: [({ L, groups }) => groups.as(["feature=3"]).broadcastLike(L), [1, 2, 3, 1, 2, 3]],
  },
  {
    wrong: ({ F }) => F.broadcastTo(["N", 5]),
    says: "SHP012 cannot broadcast (N, 3) to (N, 5): axis -1 is 3 vs 5",
    help: "only axes of size 1 are repeated: .broadcastTo(['N', 3])",
    right: [({ F }) => F.broadcastTo(["N", 3]), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ F }) => F.transpose([0]),
    says: "SHP014 cannot transpose (N, 3) by (0): its rank is 2, the list's length is 1",
    help: "leave .transpose(...) out: the rows of F stay the first axis, and there is one behind them",
  },
  {
    wrong: ({ x }) => x.transpose([0, 1]),
    says: "SHP014 cannot transpose (N) by (0, 1): its rank is 1, the list's length is 2",
    help: "leave .transpose(...) out: x has one axis",
  },
  {
    wrong: ({ triangle, F }) => F.matmul(triangle.transpose([0])),
    says: "SHP014 cannot transpose (3, 3) by (0): its rank is 2, the list's length is 1",
    help: "name each axis once: .transpose([1, 0])",
    right: [({ triangle, F }) => F.matmul(triangle.transpose([1, 0])), [8, 7, 2, 24, 15, 8]],
  },
  {
    wrong: ({ x }) => x.sum(1),
    says: "SHP004 no axis 1 in (N): its rank is 1",
    help: "x has its rows only: a statistic of all rows is computed beforehand and given as a param",
  },
  {
    wrong: ({ image }) => image.sum(3),
    says: "SHP004 no axis 3 in (N, a=2, b=3): its rank is 3",
    help: "the axes of image behind its rows are 1 and 2, or -1 for the last",
    right: [({ image }) => image.sum(2), [6, 15, 24, 33]],
  },
  {
    wrong: ({ F }) => F.expandDims(5),
    says: "SHP004 no axis 5 for a new axis in (N, 3): the result's rank is 3",
    help: "a new axis of F may be at 1 and 2, or -1 for the last",
    right: [({ F }) => F.expandDims(2).sum([1, 2]), [8, 24]],
  },
  {
    wrong: ({ F, q }) => stack([F, q], 5),
    says: "SHP004 no axis 5 for a new axis in (N, 3): the result's rank is 3",
    help: "a new axis of F may be at 1 and 2, or -1 for the last",
    right: [({ F }) => stack([F, F], 1).sum([1, 2]), [16, 48]],
  },
  {
    wrong: ({ x }) => x.squeeze(1),
    says: "SHP004 no axis 1 in (N): its rank is 1",
    help: "leave .squeeze(...) out: x has its rows only",
  },
  {
    wrong: ({ x, i }) => concat([x, i], 5),
    says: "SHP004 no axis 5 in (N): its rank is 1",
    help: "to put them side by side, write stack([x, i], 1)",
    right: [({ x, i }) => stack([x, i], 1), [3, 2, -4, 0]],
  },
  {
    wrong: ({ x, m }) => concat([x, m], 1),
    says: "SHP004 no axis 1 in (N): its rank is 1",
    help: "for one column of each, write concat([x.expandDims(-1), m.broadcastTo(['N', 3])], 1)",
    right: [
      ({ x, m }) => concat([x.expandDims(-1), m.broadcastTo(["N", 3])], 1),
      [3, 10, 20, 30, -4, 10, 20, 30],
    ],
  },
  {
    wrong: ({ x, m }) => stack([x, m], 1),
    says: "SHP008 cannot stack (N) with (3): axis 0 is N vs 3",
    help: "to put them one after the other, write concat([x.expandDims(-1), m.broadcastTo(['N', 3])], 1)",
    right: [
      ({ x, m }) => concat([x.expandDims(-1), m.broadcastTo(["N", 3])], 1),
      [3, 10, 20, 30, -4, 10, 20, 30],
    ],
  },
  {
    wrong: ({ L, groups }) => stack([L, groups.broadcastTo(["N", "group=3"])], 1),
    says:
      "SHP002 cannot stack (N, feature=3) with (N, group=3): the labels of axis 1 differ: feature vs group",
    help:
      `if they are the same axes, rename them: .as(['N', 'feature=3']) on groups.broadcastTo(["N", "group=3"])`,
    right: [
      ({ L, groups }) =>
        stack([L, groups.broadcastTo(["N", "group=3"]).as(["N", "feature=3"])], 1).sum([1, 2]),
      [14, 30],
    ],
  },
  {
    wrong: ({ x, cube }) => stack([x, cube], 1),
    says: "SHP008 cannot stack (N) with (3, 5, 2): rank 1 vs 3",
    help: "cube needs shape (), and .broadcastTo(['N'])",
  },
  {
    wrong: ({ F, cube }) => concat([F, cube], 1),
    says: "SHP008 cannot concat (N, 3) with (3, 5, 2): rank 2 vs 3",
    help: "cube needs shape (3), and .broadcastTo(['N', 3])",
  },
  {
    wrong: ({ F, image }) => concat([F, image], 1),
    says: "SHP008 cannot concat (N, 3) with (N, a=2, b=3): rank 2 vs 3",
    help: "use .reshape(['N', 1, 'b=3']) on F",
    right: [
      ({ F, image }) => concat([F.reshape(["N", 1, "b=3"]), image], 1),
      [1, 5, 2, 1, 2, 3, 4, 5, 6, 9, 7, 8, 7, 8, 9, 10, 11, 12],
    ],
  },
  {
    wrong: ({ F, m }) => concat([...Array(50).fill(F), m], 1),
    says: "SHP008 cannot concat (N, 150) with (3): rank 2 vs 1",
    help: "use .broadcastTo(['N', 3]) on m",
  },
  {
    wrong: ({ F }) => F.as(["N", 4]),
    says: "SHP011 cannot take (N, 3) as (N, 4): the size of axis 1 is 3, not 4",
    help: ".as(...) renames axes, whose sizes stay: .as(['N', 3])",
    right: [({ F }) => F.as(["N", 3]), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ L }) => L.as(["N", "f=4"]),
    says: "SHP011 cannot take (N, feature=3) as (N, f=4): the size of axis 1 is 3, not 4",
    help: ".as(...) renames axes, whose sizes stay: .as(['N', 'f=3'])",
    right: [({ L }) => L.as(["N", "f=3"]).sum("f"), [8, 24]],
  },
  {
    wrong: ({ image }) => image.as(["N", "c=6"]),
    says: "SHP011 cannot take (N, a=2, b=3) as (N, c=6): rank 3 vs 2",
    help: ".as(...) renames axes: for other sizes, write .reshape(['N', 'c=6'])",
    right: [({ image }) => image.reshape(["N", "c=6"]).sum("c"), [21, 57]],
  },
  {
    wrong: ({ F, cube }) => F.matmul(cube),
    says: "SHP007 cannot matmul (N, 3) with (3, 5, 2): the inner axis is 3 vs 5",
    help: "cube needs shape (3, 2)",
    declared: { cube: [3, 2] },
  },
  {
    wrong: ({ image, cube }) => image.matmul(cube),
    says: "SHP007 cannot matmul (N, a=2, b=3) with (3, 5, 2): the inner axis is b=3 vs 5",
    help: "cube needs shape (b=3, 2)",
    declared: { cube: ["b=3", 2] },
  },
  {
    wrong: ({ cube, F }) => cube.matmul(F),
    says: "SHP007 cannot matmul (3, 5, 2) with (N, 3): the inner axis is 2 vs N",
    help: "rows come first: write F.matmul(cube), and cube needs shape (3, 3)",
    declared: { cube: [3, 3] },
  },
  {
    wrong: ({ m, F }) => m.outer(F.slice(":, 0")),
    says: "STR001 outer works across the row axis N",
    help: 'rows come first: write F.slice(":, 0").outer(m)',
    right: [({ m, F }) => F.slice(":, 0").outer(m), [10, 20, 30, 90, 180, 270]],
  },
  {
    wrong: ({ m, F }) =>
      m.outer(F.div(m).sub(m).div(m).clip(-3, 3).add(m).mul(2).sub(m).div(m).add(m).mul(m).sum(1)),
    says: "STR001 outer works across the row axis N",
    help: "rows come first: call .outer(...) on the operand that has them",
  },
  {
    wrong: ({ one, x }) => one.outer(x).outer(x),
    says: "STR001 outer works across the row axis N",
    help: "relate each row to a param instead",
  },
  {
    wrong: ({ F }) => F.sum("f"),
    says: "SHP004 no axis named f in (N, 3)",
    help: "the axis of F behind its rows is 1, or -1",
    right: [({ F }) => F.sum(1), [8, 24]],
  },
  {
    wrong: ({ L }) => L.sum("f"),
    says: "SHP004 no axis named f in (N, feature=3)",
    help: "the named axis is feature",
    right: [({ L }) => L.sum("feature"), [8, 24]],
  },
  {
    wrong: ({ image }) => image.sum("c"),
    says: "SHP004 no axis named c in (N, a=2, b=3)",
    help: "the named axes are a, b",
    right: [({ image }) => image.sum("b").sum("a"), [21, 57]],
  },
  {
    wrong: ({ F, x }) => F.filter(x.gt(0), "my rows"),
    says: "SHP009 cannot filter (N, 3): 'my rows' is not a name for the rows",
    help: "a name has letters, digits and underscores: write .filter(mask, 'K')",
    right: [({ F, x }) => F.filter(x.gt(0), "K"), [1, 5, 2]],
  },
  {
    wrong: ({ F, m }) => F.filter(m.gt(0), "K"),
    says: "SHP009 cannot filter (N, 3) by a mask of (3): axis 0 is N vs 3",
    help: "a mask has one value a row: compare a column of the table, such as x.gt(0)",
    right: [({ F, x }) => F.filter(x.gt(0), "K"), [1, 5, 2]],
  },
  {
    wrong: ({ F, x }) => F.filter(x.filter(x.gt(0), "K").gt(0), "L"),
    says: "SHP009 cannot filter (N, 3) by a mask of (K): axis 0 is N vs K",
    help: "filter both by the same mask, so that they have the same rows",
  },
  {
    wrong: ({ F }) => F.slice(":, ::0"),
    says: "SHP010 cannot slice (N, 3) by ':, ::0': the step of axis 1 is 0",
    help: "leave the step out, or write another: '::2', '::-1'",
    right: [({ F }) => F.slice(":, ::2"), [1, 2, 9, 8]],
  },
  {
    wrong: ({ F }) => F.slice(":, 3:1"),
    says: "SHP010 cannot slice (N, 3) by ':, 3:1': nothing is left of axis 1 of size 3",
    help: "a range begins before its end, within 0 to 3: '0:3'",
    right: [({ F }) => F.slice(":, 0:3"), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ F }) => F.slice(":, :, 0"),
    says: "SHP010 cannot slice (N, 3) by ':, :, 0': 3 indices for rank 2",
    help: "write one index or range for each axis: ':, :'",
    right: [({ F }) => F.slice(":, :"), [1, 5, 2, 9, 7, 8]],
  },
  {
    wrong: ({ F }) => F.slice("..., ..."),
    says: "SHP010 cannot slice (N, 3) by '..., ...': more than one '...'",
    help: "write '...' once: it stands for all axes that are left",
  },
  {
    wrong: ({ F }) => F.slice(":, 1.5"),
    says: "SHP010 cannot slice (N, 3) by ':, 1.5': '1.5' is neither an index nor a range",
    help: "write whole numbers, such as '0', '0:2' or '::2'",
    right: [({ F }) => F.slice(":, 0:2"), [1, 5, 9, 7]],
  },
  {
    wrong: ({ F }) => F.take([], 1),
    says: "SHP010 cannot take from axis 1 of (N, 3): the list of indices is empty",
    help: "write the indices, such as .take([0], 1)",
    right: [({ F }) => F.take([0], 1), [1, 9]],
  },
];

Deno.test("shapes that do not go together are refused with what to write, which computes what was meant", () =>
  checkMistakes(MISTAKES));
