/**
 * Discrete Fourier transforms along one axis.
 *
 * @module
 */
import { NDArray } from "../array.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import { zeros } from "../creation/creation.ts";
import { asReal, newArray } from "../linalg/matrices.ts";
import { axisOf, refuseArgument } from "../storage/rows.ts";
import { addressOf } from "../storage/strided.ts";
import {
  type ComplexLike,
  type ComplexPair,
  linesOf,
  pairIn,
  type Parts,
  realIn,
  withParts,
} from "./complex_input.ts";
import { withPlan, withRoots } from "./plan.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Which direction divides: the inverse by n, both by the root of n, or the forward one by n. */
export type Norm = "backward" | "ortho" | "forward";

/** Options of a transform along one axis. */
export interface TransformOptions<Out = ComplexPair> {
  /** the length to which the axis is cut or filled with zeros; default its own */
  readonly n?: number | null;
  /** default -1 */
  readonly axis?: number;
  /** default "backward" */
  readonly norm?: Norm | null;
  /** what takes the result, and is returned */
  readonly out?: Out;
}

type Names = ["n", "axis", "norm"];
const NAMES: Names = ["n", "axis", "norm"];
/** a pair as `out` is named: by position, it would be an object of options */
type NamesOfReal = [...Names, "out"];
const NAMES_OF_REAL: NamesOfReal = [...NAMES, "out"];

/** What a transform multiplies by. Refused: ARR002. */
function factorOf(norm: Norm | null | undefined, n: number, isInverse: boolean): number {
  switch (norm ?? "backward") {
    case "backward":
      return isInverse ? 1 / n : 1;
    case "ortho":
      return 1 / Math.sqrt(n);
    case "forward":
      return isInverse ? 1 : 1 / n;
    default:
      return refuseArgument(`a transform has the norms backward, ortho and forward, not ${String(norm)}`);
  }
}

/** Which way, and what the result is multiplied by. */
interface Direction {
  readonly operation: string;
  readonly isInverse: boolean;
  readonly norm: Norm | null | undefined;
}

/** The lines moved back to their axis, as an array of its own in row-major order. */
function placedBack(lines: NDArray, axis: number): NDArray {
  return axis === lines.ndim - 1 ? lines : lines.moveaxis(-1, axis).copy();
}

function scaleLines(lines: readonly NDArray[], factor: number): void {
  if (factor === 1) return;
  for (const { view, size } of lines) arrayKernels().scaleNumbers(size, factor, addressOf(view));
}

/** A complex transform along an axis, in f64. */
export function complexAlong(
  { re, im }: Omit<Parts, "dtype">,
  { n, axis }: { readonly n: number | null | undefined; readonly axis: number },
  { operation, isInverse, norm }: Direction,
): ComplexPair {
  const at = axisOf(re, axis), length = n ?? re.shape[at]!;
  if (im === null && !isInverse && length % 2 === 0 && length > 0) {
    const half = realAlong(re, { n: length, axis: at }, { operation, norm });
    return { re: unfolded(half.re, at, 1), im: unfolded(half.im, at, -1) };
  }
  const real = linesOf(operation, re, at, length);
  const imaginary = im === null ? zeros(real.shape) : linesOf(operation, im, at, length);
  const numLines = real.size / length;
  withPlan(length, (plan) => {
    using work = new WorkSpace(operation, 8 * plan.numWork);
    const [first, second] = isInverse ? [imaginary, real] : [real, imaginary];
    for (let i = 0; i < numLines; i++) {
      plan.run(addressOf(first.view) + 8 * length * i, addressOf(second.view) + 8 * length * i, work.address);
    }
  });
  scaleLines([real, imaginary], factorOf(norm, length, isInverse));
  return { re: placedBack(real, at), im: placedBack(imaginary, at) };
}

/** The whole of a spectrum of an even length whose first half is given: the rest is its conjugate backwards. */
function unfolded(half: NDArray, axis: number, sign: 1 | -1): NDArray {
  const all = new Array<string>(axis).fill(":"), count = half.shape[axis]!;
  const shape = half.shape.with(axis, 2 * (count - 1));
  const whole = newArray("fft", shape);
  whole.set([...all, `:${count}`], half);
  if (count > 2) {
    const back = half.slice([...all, `${count - 2}:0:-1`]);
    whole.set([...all, `${count}:`], sign === 1 ? back : back.neg());
  }
  return whole;
}

/** The first half of the spectrum of real numbers along an axis, in f64. */
export function realAlong(
  re: NDArray,
  { n, axis }: { readonly n: number | null | undefined; readonly axis: number },
  { operation, norm }: Omit<Direction, "isInverse">,
): ComplexPair {
  const at = axisOf(re, axis), length = n ?? re.shape[at]!, half = Math.floor(length / 2);
  if (length % 2 !== 0) {
    const whole = complexAlong({ re, im: null }, { n: length, axis: at }, {
      operation,
      isInverse: false,
      norm,
    });
    const cut = (part: NDArray) =>
      part.slice([...new Array<string>(at).fill(":"), { start: 0, stop: half + 1 }]).copy();
    return { re: cut(whole.re), im: cut(whole.im) };
  }
  const lines = linesOf(operation, re, at, length), shape = [...lines.shape.slice(0, -1), half + 1];
  const numLines = lines.size / length;
  const real = newArray(operation, shape), imaginary = newArray(operation, shape);
  const { realSpectrum, splitPairs } = arrayKernels();
  withPlan(half, (plan) =>
    withRoots(length, (roots) => {
      using work = new WorkSpace(operation, 8 * (2 * half + plan.numWork));
      const zRe = work.address, zIm = zRe + 8 * half, rest = zIm + 8 * half;
      for (let i = 0; i < numLines; i++) {
        const target = 8 * (half + 1) * i;
        splitPairs(half, addressOf(lines.view) + 8 * length * i, zRe, zIm);
        plan.run(zRe, zIm, rest);
        const [toRe, toIm] = [addressOf(real.view) + target, addressOf(imaginary.view) + target];
        realSpectrum(half, zRe, zIm, roots.address, toRe, toIm);
      }
    }));
  scaleLines([real, imaginary], factorOf(norm, length, false));
  return { re: placedBack(real, at), im: placedBack(imaginary, at) };
}

/** Real numbers along an axis out of the first half of their spectrum, in f64. */
export function realInverseAlong(
  { re, im }: Omit<Parts, "dtype">,
  { n, axis }: { readonly n: number | null | undefined; readonly axis: number },
  { operation, norm }: Omit<Direction, "isInverse">,
): NDArray {
  const at = axisOf(re, axis), length = n ?? 2 * (re.shape[at]! - 1);
  if (!Number.isInteger(length) || length < 1) {
    refuseArgument(`${operation} takes a length from 1, not ${length}`);
  }
  const half = Math.floor(length / 2), numSpectrum = half + 1;
  const real = linesOf(operation, re, at, numSpectrum);
  const imaginary = im === null ? zeros(real.shape) : linesOf(operation, im, at, numSpectrum);
  const batch = real.shape.slice(0, -1),
    numLines = real.size / numSpectrum,
    factor = factorOf(norm, length, true);
  if (length % 2 !== 0) {
    // the other half of an odd length mirrors this one
    imaginary.set("..., 0", 0);
    const whole = {
      re: mirrored(real, batch, [length, half, 1]),
      im: mirrored(imaginary, batch, [length, half, -1]),
    };
    const result = complexAlong(whole, { n: length, axis: -1 }, { operation, isInverse: true, norm });
    return placedBack(result.re, at);
  }
  const result = newArray(operation, [...batch, length]), { joinPairs, pairSpectrum } = arrayKernels();
  withPlan(half, (plan) =>
    withRoots(length, (roots) => {
      using work = new WorkSpace(operation, 8 * (2 * half + plan.numWork));
      const zRe = work.address, zIm = zRe + 8 * half, rest = zIm + 8 * half;
      for (let i = 0; i < numLines; i++) {
        const from = 8 * numSpectrum * i;
        pairSpectrum(
          half,
          addressOf(real.view) + from,
          addressOf(imaginary.view) + from,
          roots.address,
          zRe,
          zIm,
        );
        plan.run(zIm, zRe, rest);
        joinPairs(half, zRe, zIm, addressOf(result.view) + 8 * length * i);
      }
    }));
  scaleLines([result], factor);
  return placedBack(result, at);
}

/** the half of a spectrum, and behind it the same backwards with a sign */
function mirrored(
  part: NDArray,
  batch: readonly number[],
  [length, half, sign]: readonly [number, number, 1 | -1],
): NDArray {
  const whole = zeros([...batch, length]);
  whole.set(`..., :${half + 1}`, part);
  if (half > 0) {
    const back = part.slice("..., 1:").flip(-1);
    whole.set(`..., ${half + 1}:`, sign === 1 ? back : back.neg());
  }
  return whole;
}

/** A pair in the dtype of the result, as arrays of their own. */
export function asPair({ re, im }: ComplexPair, dtype: Parts["dtype"]): ComplexPair {
  return { re: ownReal(re, dtype), im: ownReal(im, dtype) };
}

/** An array in the dtype of the result, of its own. */
export function ownReal(array: NDArray, dtype: Parts["dtype"]): NDArray {
  const result = asReal(array, dtype);
  return result.base === null ? result : new NDArray(result.view);
}

/**
 * The discrete Fourier transform along an axis, of any length, of a real array or a pair. f32 gives f32.
 * Refused: SHP001, SHP004, ARR002, MEM005.
 * By position, as in NumPy: `n`, `axis`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { re, im } = fft.fft([1, 2, 3, 4]);
 * deepStrictEqual([re.toList(), im.toList()], [[10, -2, -2, -2], [0, 2, 0, -2]]);
 * ```
 */
export function fft(
  x: ComplexLike,
  ...args: Positional<TransformOptions, Names>
): ComplexPair {
  const { n, axis = -1, norm, out } = optionsOf<TransformOptions>("fft", args, NAMES);
  return withParts(
    "fft",
    x,
    (parts) =>
      pairIn(
        "fft",
        asPair(complexAlong(parts, { n, axis }, { operation: "fft", isInverse: false, norm }), parts.dtype),
        out,
      ),
  );
}

/**
 * The inverse transform along an axis. Refused: as `fft`.
 * By position, as in NumPy: `n`, `axis`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { re } = fft.ifft({ re: [10, -2, -2, -2], im: [0, 2, 0, -2] });
 * deepStrictEqual(re.toList(), [1, 2, 3, 4]);
 * ```
 */
export function ifft(
  x: ComplexLike,
  ...args: Positional<TransformOptions, Names>
): ComplexPair {
  const { n, axis = -1, norm, out } = optionsOf<TransformOptions>("ifft", args, NAMES);
  return withParts(
    "ifft",
    x,
    (parts) =>
      pairIn(
        "ifft",
        asPair(complexAlong(parts, { n, axis }, { operation: "ifft", isInverse: true, norm }), parts.dtype),
        out,
      ),
  );
}

/** Refuses complex numbers where real ones are transformed. */
export function realPart(operation: string, { re, im }: Parts): NDArray {
  if (im === null) return re;
  return refuseArgument(`${operation} takes a real array, not a pair`, "use fft.fft for complex numbers");
}

/**
 * The first half (n / 2 + 1 numbers) of the transform of a real array. Refused: as `fft`; ARR002 of a pair.
 * By position, as in NumPy: `n`, `axis`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const { re, im } = fft.rfft([1, 2, 3, 4]);
 * deepStrictEqual([re.toList(), im.toList()], [[10, -2, -2], [0, 2, 0]]);
 * ```
 */
export function rfft(
  x: ComplexLike,
  ...args: Positional<TransformOptions, Names>
): ComplexPair {
  const { n, axis = -1, norm, out } = optionsOf<TransformOptions>("rfft", args, NAMES);
  return withParts(
    "rfft",
    x,
    (parts) =>
      pairIn(
        "rfft",
        asPair(realAlong(realPart("rfft", parts), { n, axis }, { operation: "rfft", norm }), parts.dtype),
        out,
      ),
  );
}

/**
 * The real array of n numbers (default: the even length 2 (m - 1)) whose transform begins with the m numbers given.
 * Imaginary parts of the first and, for an even n, of the last are ignored. Refused: as `fft`.
 * By position, as in NumPy: `n`, `axis`, `norm`, `out`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.irfft({ re: [10, -2, -2], im: [0, 2, 0] }).toList(), [1, 2, 3, 4]);
 * ```
 */
export function irfft(x: ComplexLike, ...args: Positional<TransformOptions<NDArray>, NamesOfReal>): NDArray {
  const { n, axis = -1, norm, out } = optionsOf<TransformOptions<NDArray>>("irfft", args, NAMES_OF_REAL);
  return withParts(
    "irfft",
    x,
    (parts) =>
      realIn(
        "irfft",
        ownReal(realInverseAlong(parts, { n, axis }, { operation: "irfft", norm }), parts.dtype),
        out,
      ),
  );
}

/** the other direction's way of dividing */
function opposite(norm: Norm | null | undefined): Norm {
  return norm === "ortho" ? "ortho" : norm === "forward" ? "backward" : "forward";
}

/**
 * The real transform of numbers that are their own conjugates backwards, of which the first half is given.
 * Refused: as `fft`.
 * By position, as in NumPy: `n`, `axis`, `norm`, `out`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.hfft([1, 2, 3]).toList(), [8, -2, 0, -2]);
 * ```
 */
export function hfft(x: ComplexLike, ...args: Positional<TransformOptions<NDArray>, NamesOfReal>): NDArray {
  const { n, axis = -1, norm, out } = optionsOf<TransformOptions<NDArray>>("hfft", args, NAMES_OF_REAL);
  return withParts("hfft", x, ({ re, im, dtype }) => {
    factorOf(norm, 1, false);
    const conjugate = { re, im: im === null ? null : im.astype("f64").neg() };
    const all = realInverseAlong(conjugate, { n, axis }, { operation: "hfft", norm: opposite(norm) });
    return realIn("hfft", ownReal(all, dtype), out);
  });
}

/**
 * The inverse of `hfft`: the first half of the inverse transform of a real array. Refused: as `fft`; ARR002 of a pair.
 * By position, as in NumPy: `n`, `axis`, `norm`; then options.
 *
 * @example
 * ```ts
 * import { fft } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fft.ihfft([8, -2, 0, -2]).re.toList(), [1, 2, 3]);
 * ```
 */
export function ihfft(
  x: ComplexLike,
  ...args: Positional<TransformOptions, Names>
): ComplexPair {
  const { n, axis = -1, norm, out } = optionsOf<TransformOptions>("ihfft", args, NAMES);
  return withParts("ihfft", x, (parts) => {
    factorOf(norm, 1, false);
    const half = realAlong(realPart("ihfft", parts), { n, axis }, {
      operation: "ihfft",
      norm: opposite(norm),
    });
    return pairIn("ihfft", asPair({ re: half.re, im: half.im.neg() }, parts.dtype), out);
  });
}
