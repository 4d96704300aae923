/**
 * No argument is passed over silently: every exported function, and every method, refuses what it does not use where
 * options stand, and options that it has not. The walk finds the functions itself, so one that is added fails here until it is in the table.
 *
 * @module
 */
import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";

type Call = (...args: unknown[]) => unknown;

const v = () => nd.array([1, 2, 4], "f64"), whole = () => nd.array([1, 2, 4]);
const m = () => nd.array([[2, 1], [1, 3]], "f64"), bools = () => nd.array([true, false, true]);

/** What stands before the options of each function. */
const BEFORE: readonly (readonly [args: () => unknown[], names: string])[] = [
  [
    () => [v()],
    "abs absolute acos acosh all amax amin angle any arccos arccosh arcsin arcsinh arctan arctanh argmax argmin argsort " +
    "around array array2string arrayRepr arrayStr asarray asin asinh astype atan atanh average cbrt ceil copy cos cosh " +
    "countNonzero cumprod cumsum cumulativeProd cumulativeSum deg2rad degrees diag diagflat diff ediff1d emptyLike erf " +
    "exp exp2 expm1 fabs fix flatten flip floor gradient gradients histogram histogramBinEdges histogramdd i0 isFinite " +
    "isInf isNan isfinite isinf isnan isneginf isposinf log log10 log1p log2 logicalNot max mean median min nanToNum " +
    "nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar ndenumerate " +
    "neg negative nditer onesLike polyder polyint positive prod ptp rad2deg radians ravel realIfClose reciprocal rint " +
    "roll round sigmoid sign signbit sin sinc sinh size sort spacing sqrt square squeeze std sum tan tanh transpose " +
    "trapezoid trimZeros trunc unique uniqueAll unstack unwrap vander var zerosLike fromTypedArray conj " +
    "fft.fft fft.ifft fft.rfft fft.irfft fft.hfft fft.ihfft fft.fftn fft.ifftn fft.rfftn fft.irfftn fft.fftshift " +
    "fft.ifftshift linalg.norm linalg.vectorNorm corrcoef cov",
  ],
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
    "arrayEqual append convolve correlate digitize dot outer vecdot linalg.vecdot histogram2d isin tensordot " +
    "linalg.tensordot testing.assertAllclose testing.assertAlmostEqual testing.assertArrayAlmostEqual " +
    "testing.assertArrayAlmostEqualNulp clip copyto",
  ],
  [
    () => [whole(), whole()],
    "bitwiseAnd bitwiseLeftShift bitwiseOr bitwiseRightShift bitwiseXor gcd lcm leftShift rightShift ldexp",
  ],
  [() => [nd.ones(3), nd.ones(3)], "cross linalg.cross"],
  [() => [m(), m()], "matmul linalg.matmul"],
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
const ALIKE = new Set([
  "broadcastArrays",
  "broadcastShapes",
  "commonType",
  "ix",
  "resultType",
  "ndindex",
  "at",
]);

/** Methods of an array and of a generator, as the functions. */
const METHODS_BEFORE: Readonly<Record<string, (readonly [() => unknown[], string])[]>> = {
  NDArray: [
    [
      () => [],
      "transpose ravel flatten squeeze flip copy clip sum prod min max any all argmin argmax mean var std " +
      "countNonzero norm neg abs sign square sqrt exp exp2 expm1 log log1p log2 log10 sin cos tan asin acos atan sinh " +
      "cosh tanh asinh acosh atanh cbrt erf sigmoid floor ceil trunc reciprocal deg2rad rad2deg spacing frexpMantissa " +
      "frexpExponent isNan isFinite isInf signbit logicalNot round sort argsort cumsum cumprod",
    ],
    [() => ["f32"], "astype"],
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
function parametersOf(call: Call): string[] {
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
const TAKES_MORE = /=|options|given|more|\.\.\./;

/** What a call says to a stray argument: the code of its refusal, or what it gave. */
function answer(call: Call): string {
  try {
    const given = call();
    // what is gone through refuses at the first step
    if (typeof given === "object" && given !== null && "next" in given) {
      [...given as unknown as Iterable<unknown>];
    }
    return "no refusal";
  } catch (error) {
    return error instanceof NdpipeError ? "refused" : `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** Positions from the first one that is not needed, at which a stray value is not refused. */
function passedOver(
  name: string,
  call: Call,
  args: () => unknown[],
  parameters = parametersOf(call),
): string[] {
  const given = args().length;
  const last = parameters.at(-1)?.startsWith("...") ? given + 8 : parameters.length;
  const found: string[] = [];
  for (let position = given; position < last; position++) {
    for (const stray of ["zzz", new Map(), { axs: 0 }]) {
      const before = [...args(), ...Array<undefined>(position - given).fill(undefined)];
      const said = nd.scope(() => answer(() => call(...before, stray)));
      if (said !== "refused") found.push(`${name}, argument ${position + 1}, ${String(stray)}: ${said}`);
    }
  }
  return found;
}

function functionsIn(holder: object, prefix = ""): [string, Call][] {
  return Object.entries(holder).flatMap(([name, value]): [string, Call][] => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return functionsIn(value, `${prefix}${name}.`);
    }
    const isClass = typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
    return typeof value === "function" && !isClass ? [[prefix + name, value as Call]] : [];
  });
}

const withOptions = (functions: [string, Call][]): [string, Call][] =>
  functions.filter(([name, call]) => TAKES_MORE.test(parametersOf(call).join()) && !ALIKE.has(name));

Deno.test("every exported function promises to refuse what stands where its options are and is none", () => {
  const before = new Map(BEFORE.flatMap(([args, names]) => names.split(" ").map((name) => [name, args])));
  const walked = withOptions(functionsIn(nd)), found: string[] = [];
  ok(walked.length > 300);
  const missing = walked.map(([name]) => name).filter((name) => !before.has(name));
  deepStrictEqual(missing, [], "functions that are not in the table of this test");
  const printed = nd.getPrintoptions();
  nd.scope(() => {
    for (const [name, call] of walked) found.push(...passedOver(name, call, before.get(name)!));
  });
  nd.setPrintoptions(printed);
  deepStrictEqual(found, []);
});

/** The methods that a class and its kin have, bound to one of them. */
function methodsOf(one: object): [string, Call][] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(one)).flatMap((name): [string, Call][] => {
    const { value } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(one), name)!;
    const isMethod = typeof value === "function" && name !== "constructor" &&
      TAKES_MORE.test(parametersOf(value).join());
    return isMethod ? [[name, value as Call]] : [];
  });
}

Deno.test("every method promises to refuse what stands where its options are and is none", () => {
  const generator = () => nd.random.defaultRng(1), found: string[] = [], tested = new Set<string>();
  const makers: Record<string, () => object> = {
    NDArray: v,
    whole,
    matrix: m,
    Generator: generator,
    add: () => nd.add,
  };
  for (const [holder, rows] of Object.entries(METHODS_BEFORE)) {
    for (const [args, names] of rows) {
      for (const name of names.split(" ").filter((each) => each !== "")) {
        tested.add(name);
        const make = makers[holder]!, method = (make() as Record<string, Call>)[name]!;
        const call = (...given: unknown[]) => Reflect.apply(method, make(), given);
        nd.scope(() => found.push(...passedOver(`${holder}.${name}`, call, args, parametersOf(method))));
      }
    }
  }
  const all = [...methodsOf(v()), ...methodsOf(generator())].map(([name]) => name);
  deepStrictEqual(
    all.filter((name) => !tested.has(name) && !ALIKE.has(name)),
    [],
    "methods that are not in the table of this test",
  );
  deepStrictEqual(found, []);
});

Deno.test("an option that a function has not is refused by its name, with the name that is nearest", () => {
  nd.scope(() => {
    const a = nd.array([[1, 2], [3, 4]]);
    const calls: readonly (readonly [() => unknown, string, string])[] = [
      [() => a.sum({ axs: 0 } as object), 'sum has no option "axs"', "axis"],
      [() => a.sum(0, { keepdim: true } as object), 'sum has no option "keepdim"', "keepdims"],
      [() => a.sum({ axs: undefined, ais: 0 } as object), 'sum has no option "ais"', "axis"],
      [() => nd.cumsum(a, { axs: 0 } as object), 'cumsum has no option "axs"', "axis"],
      [() => nd.cumsum(a, 0, { typ: "f32" } as object), 'cumsum has no option "typ"', "dtype"],
      [() => a.add(1, { dtpye: "f32" } as object), 'add has no option "dtpye"', "dtype"],
      [() => nd.add.reduce(a, { initail: 1 } as object), 'add.reduce has no option "initail"', "initial"],
      [
        () => nd.gradient(a, 1, { edge_order: 2 } as object),
        'gradient has no option "edge_order"',
        "edgeOrder",
      ],
      [() => nd.linalg.trace(a, { dtype: "f32" } as object), 'linalg.trace has no option "dtype"', "offset"],
      [() => nd.random.defaultRng(1).random({ sise: 3 } as object), 'random has no option "sise"', "size"],
      [() => nd.median(a, { ax: null } as object), 'median has no option "ax"', "axis"],
    ];
    for (const [call, message, nearest] of calls) {
      throws(call, (error: unknown) => {
        ok(error instanceof NdpipeError);
        deepStrictEqual([error.code, error.message, error.help], [
          "ARR002",
          message,
          `did you mean ${nearest}?`,
        ]);
        return true;
      });
    }
  });
});
