/**
 * The table of cases of shape and dtype checking. It drives the tests of both walls: the run-time rules and the
 * types must give the same shape and dtype, or refuse with the same code and the same sentence.
 *
 * This file is longer than others because it is a table.
 *
 * @module
 */
import type { DType } from "../../src/dtype/mod.ts";
import type { ErrorCode } from "../../src/error_codes.ts";
import type { Shape } from "../../src/shape/mod.ts";

/** One case: an expression over `OPERANDS`, as a transform would have it. */
export interface ShapeCase {
  readonly name: string;
  /** TypeScript that is JavaScript too */
  readonly text: string;
  readonly expected:
    | { readonly dtype: DType; readonly shape: Shape }
    | { readonly code: ErrorCode; readonly sentence: string };
}

/** The tensors that the expressions speak of. */
export const OPERANDS = {
  features: ["f32", ["N", "feature=1000"]],
  perFeature: ["f32", ["feature=1000"]],
  perCluster: ["f32", ["cluster=10"]],
  weights: ["f32", ["feature=1000", "cluster=10"]],
  tens: ["f32", ["N", "feature=10"]],
  plainTens: ["f32", ["N", 10]],
  score: ["f32", ["N"]],
  ids: ["i64", ["N"]],
  other: ["f32", ["M"]],
  pixels: ["u8", ["N", "pixel=784"]],
  image: ["f64", ["N", "row=28", "column=28"]],
  mask: ["bool", ["N"]],
  small: ["i8", [3, 4]],
  counts: ["u32", [4]],
  square: ["f64", ["N", "N"]],
  one: ["f32", [1]],
  scalar: ["f32", []],
} as const satisfies Record<string, readonly [DType, Shape]>;

const gives = (name: string, text: string, dtype: DType, shape: Shape): ShapeCase => ({
  name,
  text,
  expected: { dtype, shape },
});
const refuses = (name: string, text: string, code: ErrorCode, sentence: string): ShapeCase => ({
  name,
  text,
  expected: { code, sentence },
});

/** Element-wise operations: broadcasting, labels, growth. */
const BROADCASTING: readonly ShapeCase[] = [
  gives("a vector of the features", "features.sub(perFeature)", "f32", ["N", "feature=1000"]),
  gives("the vector first", "perFeature.sub(features)", "f32", ["N", "feature=1000"]),
  gives("a number", "features.mul(2)", "f32", ["N", "feature=1000"]),
  gives("a tensor without axes", "features.mul(scalar)", "f32", ["N", "feature=1000"]),
  gives("no axes first", "scalar.mul(features)", "f32", ["N", "feature=1000"]),
  gives("a column", "features.div(score.expandDims(-1))", "f32", ["N", "feature=1000"]),
  gives("an axis of size 1", "features.add(one)", "f32", ["N", "feature=1000"]),
  gives("labels meet a plain size", "plainTens.add(tens)", "f32", ["N", "feature=10"]),
  gives("kept axes broadcast back", "features.sub(features.mean('feature', { keepdims: true }))", "f32", [
    "N",
    "feature=1000",
  ]),
  refuses(
    "the incident",
    "features.expandDims(-1).mul(perCluster)",
    "SHP003",
    "cannot broadcast (N, feature=1000, 1) with (cluster=10): the result (N, feature=1000, cluster=10) would have a shape that neither operand has",
  ),
  refuses(
    "the incident, the other way round",
    "perCluster.mul(features.expandDims(-1))",
    "SHP003",
    "cannot broadcast (cluster=10) with (N, feature=1000, 1): the result (N, feature=1000, cluster=10) would have a shape that neither operand has",
  ),
  refuses(
    "a column with a row",
    "score.expandDims(1).mul(score.expandDims(0))",
    "SHP003",
    "cannot broadcast (N, 1) with (1, N): the result (N, N) would have a shape that neither operand has",
  ),
  refuses(
    "rows minus a column",
    "score.sub(features.mean('feature', { keepdims: true }))",
    "SHP003",
    "cannot broadcast (N) with (N, 1): the result (N, N) would have a shape that neither operand has",
  ),
  refuses(
    "both sides grow",
    "small.expandDims(1).add(small.expandDims(0))",
    "SHP003",
    "cannot broadcast (3, 1, 4) with (1, 3, 4): the result (3, 3, 4) would have a shape that neither operand has",
  ),
  refuses(
    "an axis of size 1 in the middle",
    "score.expandDims(-1).add(counts)",
    "SHP003",
    "cannot broadcast (N, 1) with (4): the result (N, 4) would have a shape that neither operand has",
  ),
  refuses(
    "only one axis has the size 1, the ranks differ",
    "one.expandDims(-1).add(counts)",
    "SHP003",
    "cannot broadcast (1, 1) with (4): the result (1, 4) would have a shape that neither operand has",
  ),
  refuses(
    "sizes that differ",
    "features.add(perCluster)",
    "SHP001",
    "cannot broadcast (N, feature=1000) with (cluster=10): axis -1 is feature=1000 vs cluster=10",
  ),
  refuses(
    "a value per row with a matrix",
    "features.mul(score)",
    "SHP001",
    "cannot broadcast (N, feature=1000) with (N): axis -1 is feature=1000 vs N",
  ),
  refuses(
    "symbols that differ",
    "score.add(other)",
    "SHP001",
    "cannot broadcast (N) with (M): axis -1 is N vs M",
  ),
  refuses(
    "a leading axis that differs",
    "small.add(counts.broadcastTo([2, 4]))",
    "SHP001",
    "cannot broadcast (3, 4) with (2, 4): axis -2 is 3 vs 2",
  ),
  refuses(
    "equal sizes of different labels",
    "tens.add(perCluster)",
    "SHP002",
    "cannot broadcast (N, feature=10) with (cluster=10): the labels of axis -1 differ: feature vs cluster",
  ),
  refuses(
    "a labelled axis of size 1 with rows",
    "score.add(one.as(['feature=1']))",
    "SHP002",
    "cannot broadcast (N) with (feature=1): the labels of axis -1 differ: N vs feature",
  ),
  refuses(
    "the second bound of clip",
    "features.clip(0, perCluster)",
    "SHP001",
    "cannot broadcast (N, feature=1000) with (cluster=10): axis -1 is feature=1000 vs cluster=10",
  ),
  gives("where of three", "where(features.gt(0), features, perFeature)", "f32", ["N", "feature=1000"]),
  gives(
    "where whose condition has the shape of the result",
    "where(tens.gt(0), score.expandDims(-1), plainTens.slice(':, 0:1').mul(scalar))",
    "f32",
    ["N", "feature=10"],
  ),
  gives("where of a column and a row", "where(features.gt(0), score.expandDims(-1), perFeature)", "f32", [
    "N",
    "feature=1000",
  ]),
  gives("where of a row and a whole", "where(mask.expandDims(-1), perFeature, features)", "f32", [
    "N",
    "feature=1000",
  ]),
  refuses(
    "where that grows beyond all of its operands",
    "where(mask.expandDims(-1), perFeature, score.expandDims(-1))",
    "SHP003",
    "cannot broadcast (N, 1) with (feature=1000): the result (N, feature=1000) would have a shape that neither operand has",
  ),
  refuses(
    "where that grows, with a number",
    "where(mask.expandDims(-1), perFeature, 0)",
    "SHP003",
    "cannot broadcast (N, 1) with (feature=1000): the result (N, feature=1000) would have a shape that neither operand has",
  ),
  refuses(
    "labels that differ, and sizes too",
    "tens.sub(input('f32', ['cluster=3', 'other=10']))",
    "SHP002",
    "cannot broadcast (N, feature=10) with (cluster=3, other=10): the labels of axis -1 differ: feature vs other",
  ),
  refuses(
    "labels of factors that differ, whose leading axes do too",
    "image.matmul(input('f64', ['batch=3', 'k=28', 'n=2']))",
    "SHP002",
    "cannot matmul (N, row=28, column=28) with (batch=3, k=28, n=2): the labels of the inner axis differ: column vs k",
  ),
  refuses(
    "a matrix beside one of more axes",
    "image.sub(image.mean('row').mul(1))",
    "SHP001",
    "cannot broadcast (N, row=28, column=28) with (N, column=28): axis -2 is row=28 vs N",
  ),
  refuses(
    "a matrix minus other rows",
    "tens.sub(tens.filter(mask, 'K'))",
    "SHP001",
    "cannot broadcast (N, feature=10) with (K, feature=10): axis -2 is N vs K",
  ),
  refuses(
    "a matrix times a matrix, element by element",
    "features.mul(weights)",
    "SHP001",
    "cannot broadcast (N, feature=1000) with (feature=1000, cluster=10): axis -1 is feature=1000 vs cluster=10",
  ),
  refuses(
    "rows minus each row of a param",
    "tens.sub(input('f32', ['cluster=3', 'feature=10']))",
    "SHP001",
    "cannot broadcast (N, feature=10) with (cluster=3, feature=10): axis -2 is N vs cluster=3",
  ),
  refuses(
    "a value a row beside a value a cluster",
    "score.mul(perCluster)",
    "SHP001",
    "cannot broadcast (N) with (cluster=10): axis -1 is N vs cluster=10",
  ),
  refuses(
    "a value a row beside an image",
    "image.mul(score)",
    "SHP001",
    "cannot broadcast (N, row=28, column=28) with (N): axis -1 is column=28 vs N",
  ),
  refuses(
    "a column of a param",
    "features.sub(perFeature.expandDims(-1))",
    "SHP001",
    "cannot broadcast (N, feature=1000) with (feature=1000, 1): axis -2 is N vs feature=1000",
  ),
  refuses(
    "rows by rows",
    "tens.matmul(tens)",
    "SHP007",
    "cannot matmul (N, feature=10) with (N, feature=10): the inner axis is feature=10 vs N",
  ),
  refuses(
    "a param by rows",
    "perFeature.matmul(features)",
    "SHP007",
    "cannot matmul (feature=1000) with (N, feature=1000): the inner axis is feature=1000 vs N",
  ),
  refuses(
    "concat of a matrix and a value a row",
    "concat([tens, score], 1)",
    "SHP008",
    "cannot concat (N, feature=10) with (N): rank 2 vs 1",
  ),
  refuses(
    "concat of a matrix and a vector that is no column of it",
    "concat([tens, perCluster], 1)",
    "SHP008",
    "cannot concat (N, feature=10) with (cluster=10): rank 2 vs 1",
  ),
  refuses(
    "rows behind the axis of a param",
    "score.mul(perCluster.expandDims(-1))",
    "SHP003",
    "cannot broadcast (N) with (cluster=10, 1): the result (cluster=10, N) would have a shape that neither operand has",
  ),
  refuses(
    "rows behind the axes of a param, and no axis of size 1",
    "small.expandDims(1).mul(score.expandDims(-1))",
    "SHP003",
    "cannot broadcast (3, 1, 4) with (N, 1): the result (3, N, 4) would have a shape that neither operand has",
  ),
  gives("where with a number", "where(mask, score, 0)", "f32", ["N"]),
  refuses(
    "where whose branches do not meet",
    "where(mask, score, other)",
    "SHP001",
    "cannot broadcast (N) with (M): axis -1 is N vs M",
  ),
  refuses(
    "where whose condition does not meet",
    "where(mask, perFeature, 0)",
    "SHP001",
    "cannot broadcast (N) with (feature=1000): axis -1 is N vs feature=1000",
  ),
];

/** broadcastTo, broadcastLike, as, and declared shapes. */
const DECLARED: readonly ShapeCase[] = [
  gives("growth that is asked for", "score.expandDims(1).broadcastTo(['N', 'N'])", "f32", ["N", "N"]),
  gives("new leading axes", "perCluster.broadcastTo(['N', 10])", "f32", ["N", "cluster=10"]),
  gives("as another tensor", "perFeature.broadcastLike(features)", "f32", ["N", "feature=1000"]),
  refuses(
    "to a size that differs",
    "small.broadcastTo([3, 5])",
    "SHP012",
    "cannot broadcast (3, 4) to (3, 5): axis -1 is 4 vs 5",
  ),
  refuses("to size 1", "counts.broadcastTo([1])", "SHP012", "cannot broadcast (4) to (1): axis -1 is 4 vs 1"),
  refuses(
    "to fewer axes",
    "small.broadcastTo([4])",
    "SHP012",
    "cannot broadcast (3, 4) to (4): rank 2 is more than 1",
  ),
  refuses(
    "to another label",
    "perCluster.broadcastTo(['N', 'feature=10'])",
    "SHP002",
    "cannot broadcast (cluster=10) to (N, feature=10): the labels of axis -1 differ: cluster vs feature",
  ),
  gives("other labels", "tens.as(['N', 'cluster=10'])", "f32", ["N", "cluster=10"]),
  refuses(
    "as a size that it has not",
    "tens.as(['N', 'cluster=9'])",
    "SHP011",
    "cannot take (N, feature=10) as (N, cluster=9): the size of axis 1 is 10, not 9",
  ),
  refuses(
    "as a symbol",
    "tens.as(['N', 'K'])",
    "SHP011",
    "cannot take (N, feature=10) as (N, K): the size of axis 1 is 10, not K",
  ),
  refuses("as another rank", "tens.as(['N'])", "SHP011", "cannot take (N, feature=10) as (N): rank 2 vs 1"),
  gives("an input", "input('u16', ['N', 'feature=2147483647', 3])", "u16", ["N", "feature=2147483647", 3]),
  refuses(
    "a size of 0",
    "input('f32', ['N', 0])",
    "SHP013",
    "the shape (N, 0) is malformed: the size of axis 1 is not an integer from 1 to 2147483647",
  ),
  refuses(
    "a size with a fraction",
    "input('f32', [1.5])",
    "SHP013",
    "the shape (1.5) is malformed: the size of axis 0 is not an integer from 1 to 2147483647",
  ),
  refuses(
    "a size too large",
    "param('f32', ['feature=2147483648'])",
    "SHP013",
    "the shape (feature=2147483648) is malformed: the size of axis 0 is not an integer from 1 to 2147483647",
  ),
  refuses(
    "a label without a size",
    "input('f32', ['N', 'feature='])",
    "SHP013",
    "the shape (N, feature=) is malformed: axis 1 is 'feature=', which is neither a size, a symbol nor label=size",
  ),
  refuses(
    "a symbol that is no identifier",
    "input('f32', ['2N'])",
    "SHP013",
    "the shape (2N) is malformed: axis 0 is '2N', which is neither a size, a symbol nor label=size",
  ),
  refuses(
    "a label twice",
    "input('f32', ['N', 'x=3', 'x=4'])",
    "SHP013",
    "the shape (N, x=3, x=4) is malformed: two axes are named x",
  ),
  gives("a symbol twice", "input('f32', ['N', 'N'])", "f32", ["N", "N"]),
];

/** Reductions and the operations that move axes. */
const AXES: readonly ShapeCase[] = [
  gives("by label", "features.sum('feature')", "f32", ["N"]),
  gives("by index from the end", "image.max(-2)", "f64", ["N", "column=28"]),
  gives("over several axes", "image.mean(['row', 2])", "f64", ["N"]),
  gives("axes that stay", "image.std(['row', 'column'], { keepdims: true, correction: 1 })", "f64", [
    "N",
    1,
    1,
  ]),
  gives("over the last axis left", "counts.sum(0)", "u64", []),
  gives("argmax", "features.argmax('feature')", "i64", ["N"]),
  gives("any", "features.any(-1)", "bool", ["N"]),
  gives("countNonzero", "pixels.countNonzero('pixel')", "i64", ["N"]),
  gives("softmax", "tens.softmax('feature')", "f32", ["N", "feature=10"]),
  gives("logSumExp", "tens.logSumExp(1)", "f32", ["N"]),
  gives("logSumExp that keeps its axis", "tens.logSumExp(1, { keepdims: true })", "f32", ["N", 1]),
  gives("norm of integers", "small.norm(0)", "f64", [4]),
  gives("a row by its norm", "tens.div(tens.norm('feature', { keepdims: true }))", "f32", [
    "N",
    "feature=10",
  ]),
  gives("round to decimals", "pixels.round(-1)", "u8", ["N", "pixel=784"]),
  refuses("no such index", "features.sum(2)", "SHP004", "no axis 2 in (N, feature=1000): its rank is 2"),
  refuses("no such index from the end", "score.max(-2)", "SHP004", "no axis -2 in (N): its rank is 1"),
  refuses("no such name", "features.mean('cluster')", "SHP004", "no axis named cluster in (N, feature=1000)"),
  refuses("no names at all", "small.softmax('row')", "SHP004", "no axis named row in (3, 4)"),
  refuses("a name twice", "square.sum('N')", "SHP004", "more than one axis named N in (N, N)"),
  refuses(
    "an axis given twice",
    "features.var([1, 'feature'])",
    "SHP004",
    "axis feature of (N, feature=1000) is given twice",
  ),
  refuses("no axes", "features.sum([])", "SHP004", "no axis is given to reduce (N, feature=1000)"),
  refuses(
    "the second of several",
    "image.min([0, 3])",
    "SHP004",
    "no axis 3 in (N, row=28, column=28): its rank is 3",
  ),
  gives("a new last axis", "features.expandDims(-1)", "f32", ["N", "feature=1000", 1]),
  gives("a new first axis", "features.expandDims(0)", "f32", [1, "N", "feature=1000"]),
  refuses(
    "a new axis beyond the end",
    "score.expandDims(2)",
    "SHP004",
    "no axis 2 for a new axis in (N): the result's rank is 2",
  ),
  gives("squeeze", "features.expandDims(1).squeeze(1)", "f32", ["N", "feature=1000"]),
  refuses(
    "squeeze of a wide axis",
    "features.squeeze('feature')",
    "SHP005",
    "cannot squeeze axis feature of (N, feature=1000): its size is 1000, not 1",
  ),
  refuses(
    "squeeze of rows",
    "features.squeeze(0)",
    "SHP005",
    "cannot squeeze axis 0 of (N, feature=1000): its size is N, not 1",
  ),
  gives("transpose reverses", "image.transpose()", "f64", ["column=28", "row=28", "N"]),
  gives("transpose by a list", "image.transpose([0, -1, 'row'])", "f64", ["N", "column=28", "row=28"]),
  refuses(
    "transpose by a short list",
    "image.transpose([0, 1])",
    "SHP014",
    "cannot transpose (N, row=28, column=28) by (0, 1): its rank is 3, the list's length is 2",
  ),
  refuses(
    "transpose by an axis twice",
    "image.transpose([0, 2, 'column'])",
    "SHP014",
    "cannot transpose (N, row=28, column=28) by (0, 2, column): axis column is used twice",
  ),
  refuses("transpose by no axis", "small.transpose([0, 2])", "SHP004", "no axis 2 in (3, 4): its rank is 2"),
];

/** Reshape, products, concat, stack, filter. */
const STRUCTURE: readonly ShapeCase[] = [
  gives("reshape splits", "pixels.reshape(['N', 'row=28', 'column=28'])", "u8", ["N", "row=28", "column=28"]),
  gives("reshape joins", "image.reshape(['N', -1])", "f64", ["N", 784]),
  gives("reshape of constants", "small.reshape([2, 6])", "i8", [2, 6]),
  gives("reshape of all but rows", "score.reshape(['N', -1])", "f32", ["N", 1]),
  refuses(
    "reshape to too few",
    "features.reshape(['N', 30, 30])",
    "SHP006",
    "cannot reshape (N, feature=1000) to (N, 30, 30): 1000 elements vs 900 per N",
  ),
  refuses(
    "reshape of constants to too many",
    "small.reshape([13])",
    "SHP006",
    "cannot reshape (3, 4) to (13): 12 elements vs 13",
  ),
  refuses(
    "reshape that is no multiple",
    "features.reshape(['N', 3, -1])",
    "SHP006",
    "cannot reshape (N, feature=1000) to (N, 3, -1): 1000 is not a multiple of 3",
  ),
  refuses(
    "reshape that loses rows",
    "features.reshape([-1])",
    "SHP006",
    "cannot reshape (N, feature=1000) to (-1): N is lost",
  ),
  refuses(
    "reshape that loses one of two",
    "square.reshape(['N', -1])",
    "SHP006",
    "cannot reshape (N, N) to (N, -1): N is lost",
  ),
  refuses(
    "reshape to rows that are not there",
    "small.reshape(['N', 12])",
    "SHP006",
    "cannot reshape (3, 4) to (N, 12): N is not in (3, 4)",
  ),
  refuses(
    "reshape with two unknowns",
    "small.reshape([-1, -1])",
    "SHP006",
    "cannot reshape (3, 4) to (-1, -1): more than one -1",
  ),
  refuses(
    "reshape to a malformed shape",
    "small.reshape([0, -1])",
    "SHP013",
    "the shape (0, 1) is malformed: the size of axis 0 is not an integer from 1 to 2147483647",
  ),
  gives("matmul", "features.matmul(weights)", "f32", ["N", "cluster=10"]),
  gives("matmul with a vector", "features.matmul(perFeature)", "f32", ["N"]),
  gives("a vector by a matrix", "perFeature.dot(weights)", "f32", ["cluster=10"]),
  gives("a vector by a vector", "perFeature.dot(perFeature)", "f32", []),
  gives("matmul of stacks", "image.matmul(image.transpose([0, 2, 1]))", "f64", ["N", "row=28", "row=28"]),
  gives("matmul of a stack by a matrix", "image.matmul(param('f32', ['column=28', 2]))", "f64", [
    "N",
    "row=28",
    2,
  ]),
  refuses(
    "matmul's inner axis",
    "features.matmul(weights.transpose())",
    "SHP007",
    "cannot matmul (N, feature=1000) with (cluster=10, feature=1000): the inner axis is feature=1000 vs cluster=10",
  ),
  refuses(
    "matmul's inner labels",
    "tens.matmul(perCluster)",
    "SHP002",
    "cannot matmul (N, feature=10) with (cluster=10): the labels of the inner axis differ: feature vs cluster",
  ),
  refuses(
    "matmul with a scalar",
    "features.matmul(scalar)",
    "SHP007",
    "cannot matmul (N, feature=1000) with (): a scalar has no inner axis",
  ),
  refuses(
    "matmul's leading axes",
    "param('f32', [2, 3, 4]).matmul(param('f32', [5, 4, 3]))",
    "SHP001",
    "cannot matmul (2, 3, 4) with (5, 4, 3): cannot broadcast (2) with (5): axis -1 is 2 vs 5",
  ),
  refuses(
    "matmul's leading axes grow",
    "param('f32', [2, 1, 3, 4]).matmul(param('f32', [1, 5, 4, 3]))",
    "SHP003",
    "cannot matmul (2, 1, 3, 4) with (1, 5, 4, 3): cannot broadcast (2, 1) with (1, 5): the result (2, 5) would have a shape that neither operand has",
  ),
  gives("outer, as the incident meant", "features.outer(perCluster)", "f32", [
    "N",
    "feature=1000",
    "cluster=10",
  ]),
  refuses(
    "outer with a matrix",
    "score.outer(small)",
    "SHP015",
    "cannot take the outer product of (N) with (3, 4): the second must have one axis",
  ),
  gives("concat keeps a common label", "concat([features, tens], 'feature')", "f32", ["N", "feature=1010"]),
  gives("concat of other labels", "concat([pixels, tens, plainTens], 1)", "f32", ["N", 804]),
  gives("concat of constants", "concat([small, small], 0)", "i8", [6, 4]),
  refuses(
    "concat of ranks",
    "concat([score, tens], 0)",
    "SHP008",
    "cannot concat (N) with (N, feature=10): rank 1 vs 2",
  ),
  refuses(
    "concat of rows",
    "concat([tens, tens], 0)",
    "SHP008",
    "cannot concat (N, feature=10) with (N, feature=10): the size N of axis 0 is not known before the run",
  ),
  refuses(
    "concat of other rows",
    "concat([tens, input('f32', ['M', 3])], 1)",
    "SHP008",
    "cannot concat (N, feature=10) with (M, 3): axis 0 is N vs M",
  ),
  refuses(
    "concat on no axis",
    "concat([tens, tens], 2)",
    "SHP004",
    "no axis 2 in (N, feature=10): its rank is 2",
  ),
  gives("stack", "stack([tens, plainTens, tens], -1)", "f32", ["N", "feature=10", 3]),
  gives("stack at the front", "stack([ids, score], 0)", "f64", [2, "N"]),
  refuses(
    "stack of sizes",
    "stack([features, tens], 0)",
    "SHP008",
    "cannot stack (N, feature=1000) with (N, feature=10): axis 1 is feature=1000 vs feature=10",
  ),
  refuses(
    "stack of ranks",
    "stack([score, tens], 0)",
    "SHP008",
    "cannot stack (N) with (N, feature=10): rank 1 vs 2",
  ),
  refuses(
    "stack of labels",
    "stack([perCluster, param('f32', ['feature=10'])], 0)",
    "SHP002",
    "cannot stack (cluster=10) with (feature=10): the labels of axis 0 differ: cluster vs feature",
  ),
  gives("filter", "features.filter(mask, 'K')", "f32", ["K", "feature=1000"]),
  refuses(
    "filter by numbers",
    "features.filter(score, 'K')",
    "SHP009",
    "cannot filter (N, feature=1000) by a mask of dtype f32: it must be bool",
  ),
  refuses(
    "filter by a matrix",
    "features.filter(features.gt(0), 'K')",
    "SHP009",
    "cannot filter (N, feature=1000) by a mask of (N, feature=1000): the mask must have one axis",
  ),
  refuses(
    "filter by other rows",
    "features.filter(other.gt(0), 'K')",
    "SHP009",
    "cannot filter (N, feature=1000) by a mask of (M): axis 0 is N vs M",
  ),
  refuses(
    "filter into the same rows",
    "features.filter(mask, 'N')",
    "SHP009",
    "cannot filter (N, feature=1000): N is one of its axes",
  ),
  refuses(
    "filter into a label",
    "features.filter(mask, 'feature')",
    "SHP009",
    "cannot filter (N, feature=1000): feature is one of its axes",
  ),
  refuses(
    "filter into no name",
    "features.filter(mask, 'K 2')",
    "SHP009",
    "cannot filter (N, feature=1000): 'K 2' is not a name for the rows",
  ),
  refuses(
    "filter of a scalar",
    "scalar.filter(mask, 'K')",
    "SHP009",
    "cannot filter (): a scalar has no rows",
  ),
];

/** Slices and indices. */
const SLICES: readonly ShapeCase[] = [
  gives("a range", "features.slice(':, 2:8')", "f32", ["N", "feature=6"]),
  gives("a step", "features.slice('..., 1::3')", "f32", ["N", "feature=333"]),
  gives("reversed", "small.slice('::-1, 3:0:-2')", "i8", [3, 2]),
  gives("from the end", "features.slice(':, -3:')", "f32", ["N", "feature=3"]),
  gives("bounds clamp", "small.slice('1:99, -99:2')", "i8", [2, 2]),
  gives("reversed bounds clamp", "small.slice('99:-99:-1, -2::-1')", "i8", [3, 3]),
  gives("an index drops its axis", "image.slice('..., 0')", "f64", ["N", "row=28"]),
  gives("an index from the end", "small.slice('-3')", "i8", [4]),
  gives("all", "features.slice('...')", "f32", ["N", "feature=1000"]),
  refuses(
    "a range of rows",
    "features.slice('0:8')",
    "SHP010",
    "cannot slice (N, feature=1000) by '0:8': the size N of axis 0 is not known before the run, only ':' fits",
  ),
  refuses(
    "an index of rows",
    "score.slice('0')",
    "SHP010",
    "cannot slice (N) by '0': the size N of axis 0 is not known before the run, only ':' fits",
  ),
  refuses(
    "an index out of the axis",
    "small.slice('3')",
    "SHP010",
    "cannot slice (3, 4) by '3': index 3 is out of axis 0 of size 3",
  ),
  refuses(
    "an index before the axis",
    "small.slice(':, -5')",
    "SHP010",
    "cannot slice (3, 4) by ':, -5': index -5 is out of axis 1 of size 4",
  ),
  refuses(
    "nothing left",
    "small.slice('2:2')",
    "SHP010",
    "cannot slice (3, 4) by '2:2': nothing is left of axis 0 of size 3",
  ),
  refuses(
    "a step of 0",
    "small.slice('::0')",
    "SHP010",
    "cannot slice (3, 4) by '::0': the step of axis 0 is 0",
  ),
  refuses("too many", "score.slice(':, 0')", "SHP010", "cannot slice (N) by ':, 0': 2 indices for rank 1"),
  refuses(
    "two ellipses",
    "small.slice('..., ...')",
    "SHP010",
    "cannot slice (3, 4) by '..., ...': more than one '...'",
  ),
  refuses(
    "no slice at all",
    "small.slice('a:2')",
    "SHP010",
    "cannot slice (3, 4) by 'a:2': 'a:2' is neither an index nor a range",
  ),
  refuses(
    "a new axis",
    "small.slice('None')",
    "SHP010",
    "cannot slice (3, 4) by 'None': 'None' is neither an index nor a range",
  ),
  gives("take", "features.take([0, -1, 5, 5], 'feature')", "f32", ["N", "feature=4"]),
  refuses(
    "take out of the axis",
    "small.take([0, 4], 1)",
    "SHP010",
    "cannot take from axis 1 of (3, 4): 4 is not an index for the size 4",
  ),
  refuses(
    "take before the axis",
    "small.take([-4], 0)",
    "SHP010",
    "cannot take from axis 0 of (3, 4): -4 is not an index for the size 3",
  ),
  refuses(
    "take nothing",
    "small.take([], 0)",
    "SHP010",
    "cannot take from axis 0 of (3, 4): the list of indices is empty",
  ),
  refuses(
    "take rows",
    "features.take([0], 0)",
    "SHP010",
    "cannot take from axis 0 of (N, feature=1000): its size N is not known before the run",
  ),
  refuses("take on no axis", "small.take([0], 'x')", "SHP004", "no axis named x in (3, 4)"),
];

/** dtypes: promotion and weak scalars. */
const DTYPES: readonly ShapeCase[] = [
  gives("integers and f32", "ids.add(score)", "f64", ["N"]),
  gives("signed and unsigned", "small.add(counts)", "i64", [3, 4]),
  gives("integers divide in floats", "ids.div(2)", "f64", ["N"]),
  gives("narrow integers divide in f64", "small.div(small)", "f64", [3, 4]),
  gives("a weak integer", "pixels.add(255)", "u8", ["N", "pixel=784"]),
  gives("a weak fraction beside integers", "pixels.mul(0.5)", "f64", ["N", "pixel=784"]),
  gives("a weak fraction beside f32", "score.mul(0.1)", "f32", ["N"]),
  gives("an integer beside bool", "mask.add(1)", "i64", ["N"]),
  gives("a fraction beside bool", "mask.mul(0.5)", "f64", ["N"]),
  gives("true beside integers", "small.add(true)", "i8", [3, 4]),
  gives("a bigint", "ids.add(9007199254740993n)", "i64", ["N"]),
  gives("the smallest i8", "small.maximum(-128)", "i8", [3, 4]),
  gives("a fraction in a power", "counts.pow(0.5)", "f64", [4]),
  gives("clip by fractions", "small.clip(-0.5, 1)", "f64", [3, 4]),
  gives("angles of integers", "small.atan2(small)", "f32", [3, 4]),
  gives(
    "angles of i16 and u16, each of which f32 holds",
    "small.astype('i16').atan2(small.astype('u16'))",
    "f32",
    [3, 4],
  ),
  gives("hypot of a bool and an integer", "mask.hypot(2)", "f64", ["N"]),
  gives("ldexp keeps the dtype of its first operand", "score.ldexp(ids)", "f32", ["N"]),
  gives("ldexp of wide integers", "ids.ldexp(3)", "f64", ["N"]),
  gives("sinc of integers", "small.sinc()", "f64", [3, 4]),
  gives("logaddexp of integers and f32", "small.logaddexp(0.5)", "f64", [3, 4]),
  gives("isclose", "score.isclose(1, { rtol: 0.1 })", "bool", ["N"]),
  gives("nanToNum", "score.nanToNum({ nan: 1 })", "f32", ["N"]),
  gives("bits are counted in u8", "ids.bitwiseCount()", "u8", ["N"]),
  gives("compare", "pixels.ge(128)", "bool", ["N", "pixel=784"]),
  gives("astype", "pixels.astype('f32').exp()", "f32", ["N", "pixel=784"]),
  gives("matmul promotes", "small.matmul(counts)", "i64", [3]),
  gives("mean of integers", "ids.mean(0)", "f64", []),
  gives("where of numbers", "where(mask, 1, 0)", "i64", ["N"]),
  gives("where of a number and a fraction", "where(mask, 1, 0.5)", "f64", ["N"]),
  refuses(
    "a number above the range",
    "pixels.add(256)",
    "DTY002",
    "256 does not fit u8, which holds 0 to 255",
  ),
  refuses(
    "a number below the range",
    "counts.maximum(-1)",
    "DTY002",
    "-1 does not fit u32, which holds 0 to 4294967295",
  ),
  refuses(
    "a number for the upper bound",
    "small.clip(0, 128)",
    "DTY002",
    "128 does not fit i8, which holds -128 to 127",
  ),
  refuses(
    "a bigint above i64",
    "ids.add(9223372036854775808n)",
    "DTY002",
    "9223372036854775808 does not fit i64, which holds -9223372036854775808 to 9223372036854775807",
  ),
  refuses("a huge number", "small.add(1e300)", "DTY002", "1e+300 does not fit i8, which holds -128 to 127"),
  refuses(
    "a number that is infinite as f32",
    "score.add(1e300)",
    "DTY002",
    "1e+300 does not fit f32, which holds -3.4028235e+38 to 3.4028235e+38",
  ),
  refuses(
    "a bound that is infinite as f32",
    "features.clip(-1e39, 1)",
    "DTY002",
    "-1e+39 does not fit f32, which holds -3.4028235e+38 to 3.4028235e+38",
  ),
  gives("the largest f32", "score.add(3.4028234663852886e38)", "f32", ["N"]),
  gives("infinity", "score.minimum(Infinity)", "f32", ["N"]),
  gives("a number that f32 rounds to 0", "score.add(1e-300)", "f32", ["N"]),
  gives("a number that f64 holds", "image.add(1e300)", "f64", ["N", "row=28", "column=28"]),
  refuses(
    "bits of floats are not counted",
    "score.bitwiseCount()",
    "DTY001",
    "bitwiseCount is not defined for f32",
  ),
  refuses("minus of bools", "mask.sub(mask)", "DTY001", "sub is not defined for bool"),
  refuses("negation of bools", "mask.neg()", "DTY001", "neg is not defined for bool"),
  refuses(
    "where on numbers",
    "where(score, score, 0)",
    "DTY001",
    "where is not defined for a condition of f32",
  ),
];

/** The table. */
export const SHAPE_CASES: readonly ShapeCase[] = [
  ...BROADCASTING,
  ...DECLARED,
  ...AXES,
  ...STRUCTURE,
  ...SLICES,
  ...DTYPES,
];
