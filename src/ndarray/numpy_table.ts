/**
 * NumPy's functions and what they are here: the data of docs/numpy.md. `tests/numpy_docs_test.ts` holds every name
 * against the module. Elementwise primitives take their dtypes and errors from their own table. Over 400 lines because
 * it has one for each function.
 *
 * @module
 */
import { ELEMENTWISE, type ElementwiseOp, isElementwiseOp } from "../expr/primitives.ts";
import { type NumpyRow, type NumpySection, row } from "./numpy_row.ts";

const INTEGER = "integer, bool", FLOAT = "float; integers as floats";
const NO_F16 = "bool and 8-bit integers give f32: there is no float16 here";
const FRACTIONAL_DIAGONAL =
  "a `k` between two diagonals is taken as it is: NumPy cuts what it is compared with";
const STILL_NO_AXES = "an array without axes stays one: NumPy gives it an axis";
const BOOLEAN_ANSWER = "value" as const;

const CREATION: readonly NumpyRow[] = [
  row("array", "copy", {
    difference: "of lists (also of arrays), typed arrays and arrays; a list of plain integers is i64",
  }),
  row("asarray", "view or copy", { difference: "typed arrays are copied: arrays lie in wasm memory" }),
  row("zeros", "copy"),
  row("ones", "copy"),
  row("full", "copy"),
  row("empty", "copy"),
  row("zeros_like", "copy"),
  row("ones_like", "copy"),
  row("full_like", "copy", {
    difference: "an infinity or NaN for an integer dtype is refused (DTY002): NumPy's is what C makes of it",
  }),
  row("empty_like", "copy"),
  row("arange", "copy", {
    difference:
      "an integer dtype refuses what it does not hold (DTY002), where NumPy wraps, and cuts each number's fraction off, " +
      "where NumPy repeats the difference of the first two",
  }),
  row("linspace", "copy", {
    difference: "between plain numbers, what an integer dtype does not hold is refused",
  }),
  row("logspace", "copy", { difference: "last bits of powers may differ: `pow` is ours" }),
  row("geomspace", "copy", { difference: "last bits of powers may differ: `pow` is ours" }),
  row("eye", "copy"),
  row("identity", "copy"),
  row("diag", "view or copy"),
  row("diagflat", "copy"),
  row("tri", "copy", { difference: FRACTIONAL_DIAGONAL }),
  row("tril", "copy", { difference: FRACTIONAL_DIAGONAL }),
  row("triu", "copy", { difference: FRACTIONAL_DIAGONAL }),
  row("meshgrid", "view or copy"),
  row("indices", "copy"),
  row("vander", "copy"),
  row("fromfunction", "copy"),
  row("fromiter", "copy"),
  row("mgrid", "copy", { difference: '`mgrid("0:2, 0:1:5j")`: ranges as text' }),
  row("ogrid", "copy", { difference: "ranges as text; gives a list" }),
  row("frombuffer", "copy", {
    difference: "a copy, where NumPy's is a view: arrays lie in wasm memory, the buffer does not",
  }),
  row("load", "copy", {
    here: "fromNpy",
    difference:
      "takes the bytes of an .npy file, in either order of bytes; reading files is the caller's; float16 becomes f32",
  }),
  row("save", "value", {
    here: "toNpy",
    difference: "gives the bytes of an .npy file; writing files is the caller's",
  }),
  row("ndarray.tolist", "value", { here: ".toList", difference: "64-bit integers beyond 2^53 are bigints" }),
  row("ndarray.tobytes", "value", { here: ".tobytes" }),
];

const ATTRIBUTES: readonly NumpyRow[] = [
  ...["shape", "strides", "ndim", "size", "itemsize", "nbytes", "dtype"].map((name) =>
    row(`ndarray.${name}`, "value", { here: `.${name}` })
  ),
  row("ndarray.base", "value", {
    here: ".base",
    difference: "`trail` says more: every step since the bytes were made",
  }),
  row("ndarray.flags", "value", {
    here: ".flags",
    difference: "cContiguous, fContiguous, ownData, writeable",
  }),
  row("ndarray.T", "view", { here: ".T" }),
  row("ndarray.mT", "view", { here: ".mT" }),
  row("ndarray.__iter__", "view", {
    here: ".rows",
    difference: "`for (const row of a)`, views or, of one axis, elements; `rows()` always gives views",
  }),
  row("ndarray.__len__", "value", {
    here: ".shape",
    difference: "`a.shape[0]`: an array with a `length` would pass for one of JavaScript's",
  }),
  row("ndarray.setflags", "in place", {
    here: ".setflags",
    difference: "`write` only, and a read-only view stays so: it may be an input's",
  }),
  row("ndarray.fill", "in place", { here: ".fill" }),
  row("ndarray.item", "value", { here: ".item" }),
  row("shares_memory", BOOLEAN_ANSWER),
  row("may_share_memory", BOOLEAN_ANSWER),
  row("broadcast_shapes", "value"),
  row("broadcast_arrays", "view", {
    difference: "the views are read-only: writing would write to many elements",
  }),
  row("broadcast_to", "view"),
  row("ascontiguousarray", "view or copy", { difference: STILL_NO_AXES }),
  row("asfortranarray", "view or copy", { difference: STILL_NO_AXES }),
  row("copy", "copy", { difference: "`{ order }`" }),
  row("astype", "copy", {
    difference:
      "a float that the integer dtype does not hold, which C leaves open: the nearest end of i32, i64, u32 or u64 (NaN 0), as NumPy's on arm64; of narrower ones its low bits",
  }),
  row("ndim", "value"),
  row("shape", "value"),
  row("size", "value"),
  row("isscalar", "value"),
  row("isfortran", "value"),
  row("min_scalar_type", "value", { difference: "f32 at least: there is no float16" }),
  row("common_type", "value"),
  row("result_type", "value", {
    difference: "a plain integer that the dtype does not hold is refused (DTY002)",
  }),
  row("promote_types", "value"),
  row("can_cast", "value", { difference: 'casting "equiv" is "no": there is one byte order' }),
  row("finfo", "value"),
  row("iinfo", "value"),
];

const INDEXING: readonly NumpyRow[] = [
  row("ndarray.__getitem__", "view or copy", {
    here: ".get",
    difference:
      "a method, as JavaScript has no index protocol; `slice` takes basic indices only, `at` one element; what arrays of indices take is row-major, whatever their order",
  }),
  row("ndarray.__setitem__", "in place", { here: ".set", difference: "a method" }),
  row("take", "copy", {
    difference: "an out of any dtype: NumPy refuses one that does not cast safely to the array's",
  }),
  row("take_along_axis", "copy"),
  row("put", "in place"),
  row("put_along_axis", "in place"),
  row("putmask", "in place"),
  row("copyto", "in place"),
  row("ndindex", "value", { difference: "a generator, as `ndenumerate` and `nditer`" }),
  row("ndenumerate", "value"),
  row("nditer", "value", {
    difference:
      "`nditer([a, b], { order })` gives lists of elements, `nditer(a)` elements, which are values: write by `out` or `copyto`",
  }),
  row("place", "in place"),
  row("compress", "copy", {
    difference: "an out of any dtype: NumPy refuses one that does not cast safely to the array's",
  }),
  row("extract", "copy"),
  row("choose", "copy"),
  row("select", "copy", {
    difference: "a default that the dtype of the choices does not hold is refused (DTY002): NumPy's wraps",
  }),
  row("nonzero", "copy", { difference: "each list has bytes of its own: NumPy's are columns of one array" }),
  row("flatnonzero", "copy"),
  row("argwhere", "copy"),
  row("where", "copy", {
    difference: "a plain integer that the dtype beside it does not hold is refused (DTY002): NumPy's wraps",
  }),
];

const MOVEMENT: readonly NumpyRow[] = [
  row("reshape", "view or copy"),
  row("ravel", "view or copy"),
  row("ndarray.flatten", "copy", { here: ".flatten" }),
  row("transpose", "view"),
  row("permute_dims", "view"),
  row("matrix_transpose", "view"),
  row("swapaxes", "view"),
  row("moveaxis", "view"),
  row("rollaxis", "view"),
  row("roll", "copy"),
  row("flip", "view"),
  row("fliplr", "view"),
  row("flipud", "view"),
  row("rot90", "view"),
  row("squeeze", "view"),
  row("expand_dims", "view"),
  row("atleast_1d", "view", { here: "atleast1d", difference: "one array a call" }),
  row("atleast_2d", "view", { here: "atleast2d", difference: "one array a call" }),
  row("atleast_3d", "view", { here: "atleast3d", difference: "one array a call" }),
  row("concatenate", "copy"),
  row("concat", "copy"),
  row("stack", "copy"),
  row("vstack", "copy"),
  row("hstack", "copy"),
  row("dstack", "copy"),
  row("column_stack", "copy"),
  row("block", "copy"),
  row("split", "view"),
  row("array_split", "view"),
  row("vsplit", "view"),
  row("hsplit", "view"),
  row("dsplit", "view"),
  row("tile", "copy"),
  row("repeat", "copy"),
  row("pad", "copy", {
    difference:
      'mode "mean" of f32 accumulates in f64; a plain number that the dtype does not hold is refused ' +
      "(DTY002): NumPy's wraps",
  }),
  row("insert", "copy"),
  row("delete", "copy", {
    difference: "also `deleteAt`, for destructured imports: `delete` is a word of the language",
  }),
  row("append", "copy"),
  row("resize", "copy", {
    difference: "the function; the method would change the size of bytes that views share",
  }),
  row("trim_zeros", "view"),
  row("lib.stride_tricks.sliding_window_view", "view", { here: "lib.strideTricks.slidingWindowView" }),
  row("lib.stride_tricks.as_strided", "view", {
    here: "lib.strideTricks.asStrided",
    difference: "read-only unless asked for, and never beyond the array's bytes",
  }),
];

/** NumPy's names of primitives, where these have others here */
const NAMES: Readonly<Partial<Record<ElementwiseOp, string>>> = {
  neg: "negative",
  abs: "absolute",
  round: "rint",
  isNan: "isnan",
  isFinite: "isfinite",
  isInf: "isinf",
  logicalNot: "logical_not",
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  floorDivide: "floor_divide",
  mod: "remainder",
  pow: "power",
  bitwiseAnd: "bitwise_and",
  bitwiseOr: "bitwise_or",
  bitwiseXor: "bitwise_xor",
  leftShift: "left_shift",
  rightShift: "right_shift",
  eq: "equal",
  ne: "not_equal",
  lt: "less",
  le: "less_equal",
  gt: "greater",
  ge: "greater_equal",
  logicalAnd: "logical_and",
  logicalOr: "logical_or",
  logicalXor: "logical_xor",
};

const ROUNDED =
  "bool stays, also to decimals; integers rounded before the point that leave their dtype stop at its end";

/** the array API's names of what NumPy first called otherwise */
const ARC: Readonly<Record<string, string>> = {
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  asinh: "arcsinh",
  acosh: "arccosh",
  atanh: "arctanh",
  atan2: "arctan2",
};

/** primitives that NumPy lacks, or that are half of a function */
const OWN: ReadonlySet<string> = new Set(["sigmoid", "erf", "frexpMantissa", "frexpExponent"]);

const DIFFERENCES: Readonly<Record<string, string>> = {
  reciprocal: "integers give floats: an integer's reciprocal is 0 but for 1 and -1",
  round: "the method and the function `round` keep integers",
  ldexp: "exponents are integers that fit i64, as in NumPy; pipelines cut fractions off",
  pow:
    "a negative exponent of integers is refused, also of unsigned ones by signed arrays; to 0.5 it is C's pow, inf of -inf " +
    "and 0 of -0, where NumPy takes the root for a plain 0.5",
  signbit: "false of a NaN, whichever its sign: what makes a NaN gives it either",
  copysign: "a NaN has no sign: the magnitude",
  leftShift: "by more than the width 0: C leaves it open",
  rightShift: "by more than the width 0, or -1 of what is below zero: C leaves it open",
  minimum: "which of 0 and -0 is smaller is open, as in NumPy",
  maximum: "which of 0 and -0 is larger is open, as in NumPy",
};

const DTYPES_OF: Readonly<Record<string, string>> = {
  same: "all",
  numeric: "all but bool",
  widenBool: "all; bool computes as i8",
  bits: INTEGER,
  integer: INTEGER,
  float: FLOAT,
  quotient: FLOAT,
  scale: FLOAT,
  compare: "all",
  logical: "all",
};

function primitiveRow(op: ElementwiseOp): NumpyRow {
  const { rule, ulp } = ELEMENTWISE[op];
  const notes = [
    ulp > 0 ? `within ${ulp} ULP` : null,
    rule === "float" || rule === "scale" || op === "round" ? NO_F16 : null,
    DIFFERENCES[op] ?? null,
  ].filter((note) => note !== null);
  const numpy = NAMES[op] ?? ARC[op] ?? op.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return row(numpy, "copy", {
    here: op === "round" ? "rint" : op,
    dtypes: DTYPES_OF[rule] ?? rule,
    difference: notes.length === 0 ? undefined : notes.join("; "),
  });
}

const ELEMENTWISE_ROWS: readonly NumpyRow[] = [
  ...Object.keys(ELEMENTWISE).filter(isElementwiseOp).filter((op) => !OWN.has(op)).map(primitiveRow),
  row("positive", "copy", { dtypes: "all but bool" }),
  row("fabs", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("fix", "copy"),
  row("divmod", "copy", { difference: "`{ out: [quotients, remainders] }`, or both by position" }),
  row("float_power", "copy"),
  row("true_divide", "copy", { dtypes: FLOAT }),
  row("degrees", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("radians", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("isposinf", "copy"),
  row("isneginf", "copy"),
  row("round", "copy", { difference: ROUNDED }),
  row("around", "copy", { difference: ROUNDED }),
  row("clip", "copy"),
  row("logaddexp", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("logaddexp2", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("sinc", "copy"),
  row("i0", "copy", {
    difference: "computed in f64, also of f32, which it gives; of an infinity inf, where NumPy gives NaN",
  }),
  row("unwrap", "copy", {
    difference: "unsigned integers give f64, also with a whole period; distances of integers do not wrap",
  }),
  row("modf", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("frexp", "copy", { dtypes: FLOAT, difference: NO_F16 }),
  row("nan_to_num", "copy"),
  row("isclose", "copy"),
  row("allclose", "value"),
  row("array_equal", "value"),
  row("array_equiv", "value"),
  row("bitwise_not", "copy", { dtypes: INTEGER }),
  row("bitwise_count", "copy", { dtypes: INTEGER }),
];

const UFUNC_METHODS: readonly NumpyRow[] = [
  row("ufunc.reduce", "copy", {
    here: "add.reduce",
    difference: "of every function of two operands; sums and products of f32 accumulate in f64",
  }),
  row("ufunc.accumulate", "copy", { here: "add.accumulate", difference: "sums of f32 accumulate in f64" }),
  row("ufunc.reduceat", "copy", { here: "add.reduceat", difference: "sums of f32 accumulate in f64" }),
  row("ufunc.outer", "copy", { here: "add.outer" }),
  row("ufunc.at", "in place", {
    here: "add.at",
    difference: 'a result that is not cast to the array by "same_kind" is refused, as by out: NumPy cuts it',
  }),
  row("ufunc(out=…)", "in place", { here: "add", difference: "`{ out }`; operands may overlap it" }),
  row("ufunc(where=…)", "copy", {
    here: "add",
    difference: "`{ where }`; without out, what is left out is 0 and not garbage",
  }),
  row("ufunc(dtype=…, casting=…)", "copy", { here: "add", difference: "`{ dtype, casting }`" }),
];

const F64_SUM = "f32 accumulates in f64: NumPy's pairwise f32 sums lose digits";

const QUANTILES =
  "all 13 methods; weights with inverted_cdf, as in NumPy; bools count as 0 and 1 in all of them, " +
  "and a plain 0 or 1 as q is no integer, which would keep the dtype; results of several q are row-major; " +
  "distances of integers do not wrap";
const NAN_QUANTILES = "of no elements NaN for each q: NumPy drops the axes of q; bools count as 0 and 1; " +
  "distances of integers do not wrap";

const REDUCTIONS: readonly NumpyRow[] = [
  row("sum", "copy", { difference: F64_SUM }),
  row("prod", "copy", { difference: F64_SUM }),
  row("mean", "copy", { difference: F64_SUM }),
  row("var", "copy", { difference: F64_SUM }),
  row("std", "copy", { difference: F64_SUM }),
  row("min", "copy"),
  row("max", "copy"),
  row("amin", "copy"),
  row("amax", "copy"),
  row("ptp", "copy", { dtypes: "all but bool" }),
  row("argmin", "copy"),
  row("argmax", "copy"),
  row("any", "copy"),
  row("all", "copy"),
  row("count_nonzero", "copy"),
  row("cumsum", "copy", { difference: "f32 accumulates in f64, each sum is rounded once" }),
  row("cumprod", "copy", { difference: "f32 accumulates in f64, each product is rounded once" }),
  row("diff", "copy"),
  row("ediff1d", "copy"),
  row("gradient", "copy", {
    difference: "of one axis; `gradients` gives a list for all: a result has one type here",
  }),
  row("trapezoid", "copy"),
  row("average", "copy"),
  row("median", "copy", { difference: "means of two f32 are rounded once; bool gives f64" }),
  row("percentile", "copy", { difference: QUANTILES }),
  row("quantile", "copy", { difference: QUANTILES }),
  row("nansum", "copy", { difference: F64_SUM }),
  row("nanprod", "copy", { difference: F64_SUM }),
  row("nanmean", "copy", { difference: F64_SUM }),
  row("nanvar", "copy", { difference: F64_SUM }),
  row("nanstd", "copy", { difference: F64_SUM }),
  row("nanmin", "copy"),
  row("nanmax", "copy"),
  row("nanargmin", "copy"),
  row("nanargmax", "copy"),
  row("nanmedian", "copy"),
  row("nanpercentile", "copy", { difference: NAN_QUANTILES }),
  row("nanquantile", "copy", { difference: NAN_QUANTILES }),
  row("nancumsum", "copy"),
  row("nancumprod", "copy"),
  row("histogram", "copy"),
  row("histogram_bin_edges", "copy"),
  row("histogram2d", "copy"),
  row("histogramdd", "copy"),
  row("bincount", "copy", { dtypes: INTEGER }),
  row("digitize", "copy"),
  row("searchsorted", "copy"),
  row("cov", "copy", { difference: "computed in f64; `correction` is another name of ddof" }),
  row("corrcoef", "copy", { difference: "computed in f64" }),
  row("interp", "copy"),
  row("convolve", "copy"),
  row("correlate", "copy"),
  ...["bartlett", "blackman", "hamming", "hanning"].map((name) => row(name, "copy", { dtypes: "value" })),
  row("kaiser", "copy", { dtypes: "value" }),
  row("apply_along_axis", "copy", {
    difference: "`applyAlongAxis(function, axis, array)`, the function of one vector",
  }),
  row("apply_over_axes", "copy"),
  row("vectorize", "copy", { difference: "`vectorize(function, { dtype })`; each element is a call" }),
  row("piecewise", "copy"),
];

const PARTS_OF_PAIR = "of a pair `{ re, im }`, or of real numbers";

const BITS_AND_PARTS: readonly NumpyRow[] = [
  row("packbits", "copy", { dtypes: INTEGER }),
  row("unpackbits", "copy", { dtypes: "u8" }),
  row("real", "view or copy", { difference: PARTS_OF_PAIR }),
  row("imag", "view or copy", { difference: PARTS_OF_PAIR }),
  row("conj", "copy", { difference: "of a pair gives a pair" }),
  row("angle", "copy", { difference: PARTS_OF_PAIR }),
  row("isreal", "copy", { difference: PARTS_OF_PAIR }),
  row("iscomplex", "copy", { difference: PARTS_OF_PAIR }),
  row("real_if_close", "view or copy", { difference: "of a pair, or the real array itself" }),
];

const STABLE = "stable: NumPy leaves the order of equals open";

const SORTING: readonly NumpyRow[] = [
  row("sort", "copy", { difference: `${STABLE}; has the standard's \`descending\`, NaN then first` }),
  row("ndarray.sort", "in place", { here: ".sort", difference: STABLE }),
  row("argsort", "copy", { difference: `${STABLE}; has the standard's \`descending\`, NaN then first` }),
  row("partition", "copy", { difference: "in each part, the elements stay in order" }),
  row("argpartition", "copy", { difference: "in each part, the positions ascend" }),
  row("lexsort", "copy"),
  row("unique", "copy", {
    difference:
      "`uniqueAll(a, { equalNan: true })` gives indices, inverse and counts too: a result has one type here; values along an axis are row-major",
  }),
  row("unique_all", "copy"),
  row("unique_counts", "copy"),
  row("unique_inverse", "copy"),
  row("unique_values", "copy"),
  row("intersect1d", "copy"),
  row("union1d", "copy"),
  row("setdiff1d", "copy"),
  row("setxor1d", "copy"),
  row("isin", "copy"),
];

const POSITIONS: readonly NumpyRow[] = [
  row("unravel_index", "copy", {
    difference: "gives a list of arrays, each row-major with bytes of its own",
  }),
  row("ravel_multi_index", "copy"),
  row("ix_", "copy", { here: "ix" }),
  row("diag_indices", "copy", { difference: "`{ ndim }`" }),
  row("tril_indices", "copy", { difference: "`{ k, numColumns }`" }),
  row("triu_indices", "copy", { difference: "`{ k, numColumns }`" }),
  row("diag_indices_from", "copy"),
  row("tril_indices_from", "copy"),
  row("triu_indices_from", "copy"),
  row("mask_indices", "copy"),
  row("fill_diagonal", "in place"),
];

const STANDARD: readonly NumpyRow[] = [
  ...["e", "euler_gamma", "inf", "nan", "pi"].map((name) => row(name, "value", { dtypes: "value" })),
  row("isdtype", "value"),
  row("cumulative_sum", "copy", { difference: "f32 accumulates in f64, each sum is rounded once" }),
  row("cumulative_prod", "copy", { difference: "f32 accumulates in f64, each product is rounded once" }),
  row("unstack", "view"),
  row("vecdot", "copy"),
  row("matvec", "copy"),
  row("vecmat", "copy"),
];

const PRINTING: readonly NumpyRow[] = [
  row("ndarray.__str__", "value", { here: ".toString", difference: "`String(a)`" }),
  row("ndarray.__repr__", "value", {
    here: ".toString",
    difference: "`console.log(a)` and `Deno.inspect(a)`",
  }),
  row("set_printoptions", "value", {
    difference:
      "precision, threshold, edgeitems, linewidth, suppress, sign, floatmode, nanstr, infstr; gives the options before",
  }),
  row("get_printoptions", "value"),
  row("printoptions", "value", {
    here: "withPrintoptions",
    difference: "takes a function, as there is no `with`",
  }),
  row("array2string", "value", { difference: "`formatter` is one function of an element" }),
  row("array_repr", "value"),
  row("array_str", "value"),
  row("base_repr", "value"),
  row("binary_repr", "value"),
];

const TESTING: readonly NumpyRow[] = [
  "assert_equal",
  "assert_array_equal",
  "assert_allclose",
  "assert_almost_equal",
  "assert_array_almost_equal",
  "assert_array_less",
  "assert_array_almost_equal_nulp",
].map((name) => row(`testing.${name}`, "value"));

/** What docs/numpy.md shows of this folder. */
export const NUMPY: readonly NumpySection[] = [
  { title: "Creation", rows: CREATION },
  { title: "Attributes and dtypes", rows: ATTRIBUTES },
  { title: "Indexing", rows: INDEXING },
  { title: "Movement", rows: MOVEMENT },
  { title: "Elementwise functions", rows: ELEMENTWISE_ROWS },
  { title: "Bits and parts of complex numbers", rows: BITS_AND_PARTS },
  { title: "Methods and options of elementwise functions", rows: UFUNC_METHODS },
  { title: "Reductions and statistics", rows: REDUCTIONS },
  { title: "Sorting and sets", rows: SORTING },
  { title: "Positions", rows: POSITIONS },
  { title: "Array API", rows: STANDARD },
  { title: "Printing", rows: PRINTING },
  { title: "Testing", rows: TESTING },
];
