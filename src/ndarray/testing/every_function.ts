/** What every exported function and method is called with, for tests that walk over all of them. @module */
import * as nd from "../mod.ts";

/** A function of arrays, whatever it takes. */
export type Call = (...args: unknown[]) => unknown;

export const v = () => nd.array([1, 2, 4], "f64"), whole = () => nd.array([1, 2, 4]);
export const m = () => nd.array([[2, 1], [1, 3]], "f64"), bools = () => nd.array([true, false, true]);

/** What stands before the options of each function. */
export const BEFORE: readonly (readonly [args: () => unknown[], names: string])[] = [
  [
    () => [v()],
    "abs absolute acos acosh amax amin angle any arccos arccosh arcsin arcsinh arctan arctanh argmax argmin argsort " +
    "around array array2string arrayRepr arrayStr asarray asin asinh astype atan atanh average cbrt ceil copy cos cosh " +
    "countNonzero cumprod cumsum cumulativeProd cumulativeSum deg2rad degrees diag diagflat diff ediff1d emptyLike erf " +
    "exp exp2 expm1 fabs fix flatten flip floor gradient gradients histogram histogramBinEdges histogramdd i0 isFinite " +
    "isInf isNan isfinite isinf isnan isneginf isposinf log log10 log1p log2 logicalNot max mean median min nanToNum " +
    "nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar ndenumerate " +
    "neg negative nditer onesLike polyder polyint positive prod ptp rad2deg radians ravel realIfClose reciprocal rint " +
    "roll round sigmoid sign signbit sin sinc sinh size sort spacing sqrt square squeeze std sum tan tanh transpose " +
    "trapezoid trimZeros trunc unique uniqueAll unstack unwrap vander var zerosLike fromTypedArray conj " +
    "fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft fft.fftn fft.ifftn fft.rfftn fft.irfftn fft.fftshift " +
    "fft.ifftshift linalg.norm linalg.vectorNorm corrcoef cov frexp modf",
  ],
  [() => [nd.zeros(3)], "all"],
  [() => [whole()], "bitwiseCount bitwiseInvert bitwiseNot invert bincount"],
  [() => [bools()], "packbits"],
  [() => [nd.array([5], "u8")], "unpackbits"],
  [
    () => [m()],
    "diagonal trace rot90 tril triu trilIndicesFrom triuIndicesFrom fft.fft2 fft.ifft2 fft.rfft2 fft.irfft2 " +
    "linalg.cholesky linalg.cond linalg.diagonal linalg.eigh linalg.eigvalsh linalg.matrixNorm linalg.matrixRank " +
    "linalg.pinv linalg.qr linalg.svd linalg.trace",
  ],
  [() => [nd.arange(16).reshape(2, 2, 2, 2).add(nd.eye(4).reshape(2, 2, 2, 2).mul(50))], "linalg.tensorinv"],
  [() => [nd.eye(4).reshape(2, 2, 2, 2), nd.ones([2, 2])], "linalg.tensorsolve"],
  [
    () => [v(), v()],
    "add arctan2 atan2 copysign div divide divmod eq equal floatPower floorDivide fmax fmin fmod ge greater " +
    "greaterEqual gt heaviside hypot isclose allclose le less lessEqual logaddexp logaddexp2 logicalAnd logicalOr " +
    "logicalXor lt maximum minimum mod mul multiply ne nextafter notEqual pow power remainder sub subtract trueDivide " +
    "arrayEqual intersect1d setdiff1d setxor1d append convolve correlate digitize dot outer vecdot linalg.vecdot histogram2d isin tensordot " +
    "linalg.tensordot testing.assertAllclose testing.assertAlmostEqual testing.assertArrayAlmostEqual " +
    "testing.assertArrayAlmostEqualNulp clip copyto",
  ],
  [
    () => [whole(), whole()],
    "bitwiseAnd bitwiseLeftShift bitwiseOr bitwiseRightShift bitwiseXor gcd lcm leftShift rightShift ldexp",
  ],
  [() => [nd.ones(3), nd.ones(3)], "cross linalg.cross"],
  [() => [m(), m()], "matmul linalg.matmul"],
  [() => [[m(), m()]], "linalg.multiDot"],
  [() => [m(), nd.ones(2)], "linalg.lstsq matvec"],
  [() => [nd.ones(2), m()], "vecmat"],
  [() => [v(), 1], "argpartition partition arraySplit repeat deleteAt delete fullLike slidingWindowView"],
  [() => [v(), 0.5], "percentile quantile nanpercentile nanquantile"],
  [() => [v(), 3], "split"],
  [() => [v(), [0]], "take searchsorted"],
  [() => [v(), nd.array([0, 1, 0])], "takeAlongAxis"],
  [() => [v(), [3]], "reshape"],
  [() => [v(), 1, 0], "insert"],
  [() => [v(), 0, 1], "put"],
  [() => [v(), nd.array([0]), 1], "putAlongAxis"],
  [() => [v(), 1], "pad"],
  [() => [m(), 5], "fillDiagonal"],
  [() => [m(), 0], "rollaxis"],
  [() => [v(), v(), v()], "interp"],
  [() => [v(), v(), 1], "polyfit polyfitAll"],
  [() => [bools(), v(), v()], "where"],
  [() => [bools(), v()], "compress"],
  [() => [[bools()], [v()]], "select"],
  [() => [nd.array([0, 0, 0]), [v(), v()]], "choose"],
  [() => [[v(), v()]], "concat concatenate stack vstack hstack meshgrid lexsort"],
  [() => [5], "arange"],
  [() => [1, 5], "linspace logspace geomspace"],
  [
    () => [3],
    "identity empty ones zeros eye tri fft.fftfreq fft.rfftfreq diagIndices trilIndices triuIndices",
  ],
  [() => [[3]], "indices"],
  [() => [3, 1], "full"],
  [() => [(i: nd.NDArray) => i, [3]], "fromfunction"],
  [() => [[1, 2], "f64"], "fromiter"],
  [() => [new Uint8Array(16)], "frombuffer"],
  [() => [[whole()], [5]], "ravelMultiIndex"],
  [() => [[1], [5]], "unravelIndex"],
  [() => [3, nd.tril], "maskIndices"],
  [() => ["i->i", [v()]], "einsum einsumPath"],
  [() => [(x: number) => x], "vectorize"],
  [() => ["f32", "f64"], "canCast"],
  [() => [5], "baseRepr binaryRepr"],
  [() => [v()], "lib.strideTricks.asStrided"],
  [() => [v(), 2], "lib.strideTricks.slidingWindowView"],
  [() => [], "setPrintoptions random.defaultRng"],
  [() => [{}, () => 0], "withPrintoptions"],
];

/** Arguments without end that are all alike, or none: a stray one is an operand, and is refused or is one. */
export const ALIKE = new Set([
  "broadcastArrays",
  "broadcastShapes",
  "commonType",
  "ix",
  "resultType",
  "ndindex",
  "at",
]);

/** Methods of an array and of a generator, as the functions. */
export const METHODS_BEFORE: Readonly<Record<string, (readonly [() => unknown[], string])[]>> = {
  NDArray: [
    [
      () => [],
      "transpose ravel flatten squeeze flip copy clip sum prod min max any all argmin argmax mean var std " +
      "countNonzero norm neg abs sign square sqrt exp exp2 expm1 log log1p log2 log10 sin cos tan asin acos atan sinh " +
      "cosh tanh asinh acosh atanh cbrt erf sigmoid floor ceil trunc reciprocal deg2rad rad2deg spacing frexpMantissa " +
      "frexpExponent isNan isFinite isInf signbit logicalNot round sort argsort cumsum cumprod item",
    ],
    [() => ["f32"], "astype"],
    [() => [0], "expandDims"],
    [() => [[0]], "permuteDims"],
    [() => [[3]], "reshape"],
    [
      () => [1],
      "add sub mul div floorDivide mod pow atan2 hypot nextafter minimum maximum fmin fmax fmod copysign " +
      "heaviside eq ne lt le gt ge logicalAnd logicalOr logicalXor partition argpartition",
    ],
    [() => [[0]], "take searchsorted"],
    [() => [0, 1], "put set"],
    [() => [0], "get"],
    [() => [[true, false, true]], "compress"],
  ],
  whole: [
    [() => [], "invert"],
    [() => [1], "ldexp bitwiseAnd bitwiseOr bitwiseXor leftShift rightShift gcd lcm"],
    [() => [[v(), v(), v(), v(), v()]], "choose"],
  ],
  matrix: [[() => [], "trace diagonal"], [() => [1], "repeat"]],
  Generator: [
    [() => [], "random uniform standardNormal normal standardExponential exponential"],
    [() => [5], "integers permutation choice"],
    [() => [v()], "shuffle"],
  ],
  add: [[() => [v()], "reduce accumulate"], [() => [v(), [0]], "reduceat"], [() => [v(), v()], "outer"]],
};

/** The text of each parameter. */
export function parametersOf(call: Call): string[] {
  const text = Function.prototype.toString.call(call), start = text.indexOf("("), parts: string[] = [""];
  for (let i = start, depth = 0; i < text.length; i++) {
    const char = text[i]!;
    if ("([{".includes(char) && depth++ === 0) continue;
    if (")]}".includes(char) && --depth === 0) break;
    if (char === "," && depth === 1) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** Functions whose arguments are all needed have no place for options. */
export const TAKES_MORE = /=|options|given|more|\.\.\./;

/** The functions of a module and of the objects in it, by name. */
export function functionsIn(holder: object, prefix = ""): [string, Call][] {
  return Object.entries(holder).flatMap(([name, value]): [string, Call][] => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return functionsIn(value, `${prefix}${name}.`);
    }
    const isClass = typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
    return typeof value === "function" && !isClass ? [[prefix + name, value as Call]] : [];
  });
}

/** The functions that take options. */
export const withOptions = (functions: [string, Call][]): [string, Call][] =>
  functions.filter(([name, call]) => TAKES_MORE.test(parametersOf(call).join()) && !ALIKE.has(name));
