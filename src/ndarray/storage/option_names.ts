/**
 * The options that each function of arrays has, by the name under which it reads them: another is refused with the name
 * that is nearest, as NumPy refuses an unexpected keyword. `stray_arguments_test.ts` walks over all functions.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { nearestNames } from "../../wording/nearest_names.ts";

/** Of operations on each element, and of whatever stands in no row below. */
const ELEMENTWISE = "out where dtype casting broadcast";
const KEEP = "axis keepdims out", MEAN = `${KEEP} where dtype`, REDUCE = `${MEAN} initial`;
const SPREAD = `${MEAN} ddof correction mean`, CUMULATIVE = "axis dtype out", TRANSFORM = "n axis norm out";
const TRANSFORMS = "s axes norm out",
  LIKE = "shape dtype order",
  SAMPLES = "num endpoint axis dtype",
  BINS = "bins range";
const PRINT = "precision threshold edgeitems linewidth suppress sign floatmode nanstr infstr",
  JOIN = "axis out dtype casting";

/** Names of functions and of their options. A name after a point is of a method that functions have. */
const ROWS: readonly (readonly [functions: string, options: string])[] = [
  ["transpose", ""],
  ["diagonal", "offset axes axis1 axis2"],
  ["where", "out broadcast"],
  ["sum prod min max nanmin nanmax nansum nanprod .reduce", REDUCE],
  ["mean nanmean", MEAN],
  ["any all", `${KEEP} where`],
  ["var std nanvar nanstd", SPREAD],
  ["countNonzero argmin argmax nanargmin nanargmax NDArray.norm ptp", KEEP],
  ["median nanmedian", `${KEEP} overwriteInput`],
  ["quantile percentile nanquantile nanpercentile", `${KEEP} method weights overwriteInput`],
  ["average", "axis keepdims weights returned"],
  ["cumsum cumprod nancumsum nancumprod .accumulate .reduceat", CUMULATIVE],
  ["cumulativeSum cumulativeProd", `${CUMULATIVE} includeInitial`],
  ["diff", "n axis prepend append"],
  ["ediff1d", "toEnd toBegin"],
  ["gradient gradients", "axis edgeOrder"],
  ["trapezoid", "x dx axis"],
  ["reshape", "order copy"],
  ["ravel flatten copy nditer unravelIndex", "order"],
  ["astype", "order casting copy"],
  ["array", "dtype copy order ndmin"],
  ["asarray", "dtype copy order"],
  ["empty zeros ones full", "dtype order"],
  ["identity fromfunction vectorize", "dtype"],
  ["emptyLike zerosLike onesLike fullLike", LIKE],
  ["fromTypedArray", "shape dtype"],
  ["arange", "stop step dtype"],
  ["eye", "columns k dtype order"],
  ["tri", "columns k dtype"],
  ["indices", "dtype sparse"],
  ["meshgrid", "indexing sparse copy"],
  ["frombuffer", "dtype count offset"],
  ["fromiter", "count"],
  ["linspace", `${SAMPLES} retstep`],
  ["geomspace", SAMPLES],
  ["logspace", `${SAMPLES} base`],
  ["vander", "N increasing"],
  ["concatenate stack", JOIN],
  ["vstack hstack", "dtype casting"],
  ["sort argsort", "axis kind stable descending"],
  ["unstack lexsort permutation shuffle", "axis"],
  ["partition argpartition", "axis kind"],
  ["unique", "axis equalNan sorted"],
  ["uniqueAll", "axis equalNan"],
  ["isin", "assumeUnique invert kind"],
  ["setdiff1d setxor1d", "assumeUnique"],
  ["intersect1d", "assumeUnique returnIndices"],
  ["searchsorted", "side sorter"],
  ["take", "axis out mode"],
  ["put", "mode"],
  ["compress", "axis out"],
  ["multiDot dot outer", "out"],
  ["matmul matvec vecmat", "out axes dtype casting"],
  ["choose", "out mode"],
  ["copyto", "casting where"],
  ["ravelMultiIndex", "mode order"],
  ["diagIndices", "ndim"],
  ["trilIndices triuIndices", "k numColumns"],
  ["fillDiagonal", "wrap"],
  ["asStrided", "shape strides writeable"],
  ["slidingWindowView", "axis writeable"],
  ["pad", "mode constantValues endValues statLength reflectType"],
  ["NDArray.round around", "decimals out"],
  ["nanToNum", "copy nan posinf neginf"],
  ["isclose assertAllclose", "rtol atol equalNan"],
  ["arrayEqual", "equalNan"],
  ["unwrap", "axis period discont"],
  ["packbits", "axis bitorder"],
  ["unpackbits", "axis bitorder count"],
  ["angle", "deg"],
  ["realIfClose", "tol"],
  ["histogram histogramdd histogram2d", `${BINS} density weights`],
  ["histogramBinEdges", `${BINS} weights`],
  ["bincount", "weights minlength"],
  ["digitize", "right"],
  ["interp", "left right period"],
  ["cov", "y rowvar bias ddof dtype correction fweights aweights"],
  ["corrcoef", "y rowvar dtype"],
  ["polyint", "m k"],
  ["polyfit polyfitAll", "rcond w"],
  ["trace", "offset axes axis1 axis2 dtype out"],
  ["clip", `min max ${ELEMENTWISE}`],
  ["rot90", "k axes"],
  ["trimZeros", "trim axis"],
  ["linalg.trace", "offset dtype"],
  ["linalg.diagonal", "offset"],
  ["cross", "axis axisa axisb axisc"],
  ["linalg.cross", "axis"],
  ["vecdot", "axis axes keepdims out dtype casting"],
  ["einsum", "optimize out dtype casting order"],
  ["einsumPath", "optimize"],
  ["eigh eigvalsh", "uplo"],
  ["cholesky", "upper"],
  ["qr", "mode"],
  ["svd", "fullMatrices computeUv hermitian"],
  ["norm vectorNorm", "ord axis keepdims"],
  ["matrixNorm", "ord keepdims"],
  ["tensorsolve", "axes"],
  ["tensorinv", "ind"],
  ["pinv", "rcond hermitian rtol"],
  ["matrixRank", "tol hermitian rtol"],
  ["cond", "p"],
  ["lstsq", "rcond"],
  ["fft ifft rfft irfft hfft ihfft", TRANSFORM],
  ["fftn ifftn fft2 ifft2 rfftn irfftn rfft2 irfft2", TRANSFORMS],
  ["fftfreq rfftfreq", "d dtype"],
  ["fftshift ifftshift", "axes"],
  ["SeedSequence", "spawnKey"],
  ["Philox", "key counter"],
  ["random standardNormal standardExponential", "size dtype"],
  ["uniform normal exponential", "size"],
  ["integers", "size dtype endpoint"],
  ["choice", "size replace p axis shuffle"],
  ["setPrintoptions arrayRepr arrayStr", PRINT],
  ["array2string", `${PRINT} separator prefix suffix formatter`],
];

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(" ").filter((name) => name !== ""));
const elementwise = setOf(ELEMENTWISE);
const namesOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  ROWS.flatMap(([functions, options]) => functions.split(" ").map((name) => [name, setOf(options)])),
);

/** The options of a function; those of a method of functions stand under its name after the point. */
export function optionNames(callee: string): ReadonlySet<string> {
  const point = callee.lastIndexOf(".");
  return namesOf.get(callee) ?? (point < 0 ? undefined : namesOf.get(callee.slice(point))) ?? elementwise;
}

/** What stands here in the place of NumPy's option, by function and option. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ...["returnIndex", "returnInverse", "returnCounts"].map((name) =>
    [`unique ${name}`, "uniqueAll gives indices, inverseIndices and counts beside the values"] as const
  ),
  ...["full", "cov"].map((name) =>
    [`polyfit ${name}`, "polyfitAll gives residuals, rank, singular values and the covariance too"] as const
  ),
  ...["trilIndices", "triuIndices"].map((name) => [`${name} m`, "name it numColumns"] as const),
  ...["eye", "tri"].map((name) => [`${name} M`, "name it columns"] as const),
]);

/** Refuses, as ARR002, an option that a function has not. */
export function refuseNoOption(callee: string, name: string, names: ReadonlySet<string>): never {
  const [nearest] = nearestNames(name, [...names], 1), all = [...names].sort().join(", ");
  throw new NdpipeError("ARR002", `${callee} has no option ${JSON.stringify(name)}`, {
    notes: [names.size === 0 ? "it takes none" : `its options: ${all}`],
    help: INSTEAD.get(`${callee} ${name}`) ??
      (nearest === undefined ? "leave it out" : `did you mean ${nearest}?`),
  });
}
