/**
 * Discrete Fourier transforms, as NumPy's `fft`. Complex numbers are pairs of real arrays, `{ re, im }`.
 *
 * @module
 */
export type { ComplexLike, ComplexPair, ComplexParts } from "./complex_input.ts";
export {
  fftfreq,
  fftshift,
  ifftshift,
  rfftfreq,
  type ShiftOptions,
  type SpacingOption,
} from "./frequencies.ts";
export { fft2, fftn, ifft2, ifftn, irfft2, irfftn, type ManyAxesOptions, rfft2, rfftn } from "./many_axes.ts";
export { fft, hfft, ifft, ihfft, irfft, type Norm, rfft, type TransformOptions } from "./transforms.ts";
