/**
 * Discrete Fourier transforms along several axes, one after the other.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import { zeros } from "../creation/creation.ts";
import { integersOf } from "../storage/integer_lists.ts";
import { axisOf, refuseArgument } from "../storage/rows.ts";
import {
  type ComplexLike,
  type ComplexPair,
  pairIn,
  type Parts,
  realIn,
  withParts,
} from "./complex_input.ts";
import {
  asPair,
  complexAlong,
  type Norm,
  ownReal,
  realAlong,
  realInverseAlong,
  realPart,
} from "./transforms.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Options of a transform along several axes. */
export interface ManyAxesOptions<Out = ComplexPair> {
  /** the length of each axis, -1 for its own; default their own */
  readonly s?: readonly number[] | null;
  /** default: the last ones as `s` has lengths; without `s`, all (of the functions of two: the last two) */
  readonly axes?: readonly number[] | null;
  /** default "backward" */
  readonly norm?: Norm | null;
  /** what takes the result, and is returned */
  readonly out?: Out;
}

type Names = ["s", "axes", "norm"];
const NAMES: Names = ["s", "axes", "norm"];
/** a pair as `out` is named: by position, it would be an object of options */
type NamesOfReal = [...Names, "out"];
const NAMES_OF_REAL: NamesOfReal = [...NAMES, "out"];

interface Lengths {
  readonly axes: readonly number[];
  readonly sizes: readonly number[];
}

/**
 * Axes and lengths; without lengths, the last of an inverse real transform is twice that of its input, less 2.
 */
function lengthsOf(
  operation: string,
  a: NDArray,
  { s: lengths, axes }: Omit<ManyAxesOptions, "out">,
  isRealInverse = false,
): Lengths {
  const s = lengths === null || lengths === undefined ? undefined : integersOf(operation, "s", lengths);
  const all = s ? s.map((_, i) => i - s.length) : [...a.shape.keys()];
  const chosen = integersOf(operation, "axes", axes ?? all).map((axis) => axisOf(a, axis));
  if (s && s.length !== chosen.length) {
    refuseArgument(`${operation} takes as many lengths as axes, not ${s.length} and ${chosen.length}`);
  }
  const sizes = chosen.map((axis, i) => {
    const own = a.shape[axis]!;
    if (s) return s[i] === -1 ? own : s[i]!;
    return isRealInverse && i === chosen.length - 1 ? 2 * (own - 1) : own;
  });
  return { axes: chosen, sizes };
}

type Direction = {
  readonly operation: string;
  readonly isInverse: boolean;
  readonly norm: Norm | null | undefined;
};

function complexAxes(
  parts: Omit<Parts, "dtype">,
  { axes, sizes }: Lengths,
  direction: Direction,
): Omit<Parts, "dtype"> {
  return axes.reduceRight<Omit<Parts, "dtype">>(
    (numbers, axis, i) => complexAlong(numbers, { n: sizes[i], axis }, direction),
    parts,
  );
}

function complexMany(
  operation: string,
  x: ComplexLike,
  options: ManyAxesOptions,
  isInverse: boolean,
): ComplexPair {
  return withParts(operation, x, (parts) => {
    const lengths = lengthsOf(operation, parts.re, options);
    if (lengths.axes.length === 0) {
      const im = parts.im ?? zeros(parts.re.shape);
      return pairIn(
        operation,
        asPair({ re: parts.re.astype("f64"), im: im.astype("f64") }, parts.dtype),
        options.out,
      );
    }
    const { re, im } = complexAxes(parts, lengths, { operation, isInverse, norm: options.norm });
    return pairIn(operation, asPair({ re, im: im! }, parts.dtype), options.out);
  });
}

function realMany(operation: string, x: ComplexLike, options: ManyAxesOptions): ComplexPair {
  return withParts(operation, x, (parts) => {
    const real = realPart(operation, parts), { norm } = options;
    const { axes, sizes } = lengthsOf(operation, real, options);
    if (axes.length === 0) refuseArgument(`${operation} takes at least one axis`);
    const half = realAlong(real, { n: sizes.at(-1), axis: axes.at(-1)! }, { operation, norm });
    const others = { axes: axes.slice(0, -1), sizes: sizes.slice(0, -1) };
    const { re, im } = complexAxes(half, others, { operation, isInverse: false, norm });
    return pairIn(operation, asPair({ re, im: im! }, parts.dtype), options.out);
  });
}

function realInverseMany(operation: string, x: ComplexLike, options: ManyAxesOptions<NDArray>): NDArray {
  return withParts(operation, x, (parts) => {
    const { axes, sizes } = lengthsOf(operation, parts.re, options, true), { norm } = options;
    if (axes.length === 0) refuseArgument(`${operation} takes at least one axis`);
    const others = { axes: axes.slice(0, -1), sizes: sizes.slice(0, -1) };
    const lines = complexAxes(parts, others, { operation, isInverse: true, norm });
    const all = realInverseAlong(lines, { n: sizes.at(-1), axis: axes.at(-1)! }, { operation, norm });
    return realIn(operation, ownReal(all, parts.dtype), options.out);
  });
}

const LAST_TWO = [-2, -1];

/**
 * The transform along several axes (default all). Refused: as `fft`.
 * By position, as in NumPy: `s`, `axes`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.fftn(ones([2, 2])).re.toList(), [[4, 0], [0, 0]]);
 * ```
 */
export function fftn(
  x: ComplexLike,
  ...args: Positional<ManyAxesOptions, Names>
): ComplexPair {
  const options = optionsOf<ManyAxesOptions>("fftn", args, NAMES);
  return complexMany("fftn", x, options, false);
}

/**
 * The inverse transform along several axes (default all). Refused: as `fft`.
 * By position, as in NumPy: `s`, `axes`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.ifftn([[4, 0], [0, 0]]).re.toList(), [[1, 1], [1, 1]]);
 * ```
 */
export function ifftn(
  x: ComplexLike,
  ...args: Positional<ManyAxesOptions, Names>
): ComplexPair {
  const options = optionsOf<ManyAxesOptions>("ifftn", args, NAMES);
  return complexMany("ifftn", x, options, true);
}

/**
 * The transform along two axes (default the last two). Refused: as `fft`.
 * By position, as in NumPy: `s`, `axes`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.fft2(ones([3, 2, 2])).re.at(1, 0, 0), 4);
 * ```
 */
export function fft2(
  x: ComplexLike,
  ...args: Positional<ManyAxesOptions, Names>
): ComplexPair {
  const options = optionsOf<ManyAxesOptions>("fft2", args, NAMES);
  return complexMany("fft2", x, { axes: LAST_TWO, ...options }, false);
}

/**
 * The inverse transform along two axes (default the last two). Refused: as `fft`.
 * By position, as in NumPy: `s`, `axes`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.ifft2([[4, 0], [0, 0]]).re.toList(), [[1, 1], [1, 1]]);
 * ```
 */
export function ifft2(
  x: ComplexLike,
  ...args: Positional<ManyAxesOptions, Names>
): ComplexPair {
  const options = optionsOf<ManyAxesOptions>("ifft2", args, NAMES);
  return complexMany("ifft2", x, { axes: LAST_TWO, ...options }, true);
}

/**
 * The transform of a real array along several axes (default all), the first half of the last. Refused: as `rfft`.
 * By position, as in NumPy: `s`, `axes`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.rfftn(ones([3, 4])).re.shape, [3, 3]);
 * ```
 */
export function rfftn(
  x: ComplexLike,
  ...args: Positional<ManyAxesOptions, Names>
): ComplexPair {
  const options = optionsOf<ManyAxesOptions>("rfftn", args, NAMES);
  return realMany("rfftn", x, options);
}

/**
 * The inverse of `rfftn`. Refused: as `irfft`.
 * By position, as in NumPy: `s`, `axes`, `norm`, `out`; then options.
 *
 * @example
 * ```ts
 * import { arange, fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const spectrum = fft.rfftn(arange(6).reshape([2, 3]));
 * deepStrictEqual(fft.irfftn(spectrum, { s: [2, 3] }).round().toList(), [[0, 1, 2], [3, 4, 5]]);
 * ```
 */
export function irfftn(x: ComplexLike, ...args: Positional<ManyAxesOptions<NDArray>, NamesOfReal>): NDArray {
  const options = optionsOf<ManyAxesOptions<NDArray>>("irfftn", args, NAMES_OF_REAL);
  return realInverseMany("irfftn", x, options);
}

/**
 * The transform of a real array along two axes (default the last two). Refused: as `rfft`.
 * By position, as in NumPy: `s`, `axes`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft, ones } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.rfft2(ones([2, 2])).re.toList(), [[4, 0], [0, 0]]);
 * ```
 */
export function rfft2(
  x: ComplexLike,
  ...args: Positional<ManyAxesOptions, Names>
): ComplexPair {
  const options = optionsOf<ManyAxesOptions>("rfft2", args, NAMES);
  return realMany("rfft2", x, { axes: LAST_TWO, ...options });
}

/**
 * The inverse of `rfft2`. Refused: as `irfft`.
 * By position, as in NumPy: `s`, `axes`, `norm`, `out`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.irfft2([[4, 0], [0, 0]]).toList(), [[1, 1], [1, 1]]);
 * ```
 */
export function irfft2(x: ComplexLike, ...args: Positional<ManyAxesOptions<NDArray>, NamesOfReal>): NDArray {
  const options = optionsOf<ManyAxesOptions<NDArray>>("irfft2", args, NAMES_OF_REAL);
  return realInverseMany("irfft2", x, { axes: LAST_TWO, ...options });
}
