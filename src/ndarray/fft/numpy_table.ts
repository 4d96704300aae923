/**
 * NumPy's Fourier transforms and what they are here: data of docs/numpy.md.
 *
 * @module
 */
import { type NumpySection, row } from "../numpy_row.ts";

const PAIR = "complex numbers are pairs `{ re, im }` of float arrays: there is no complex dtype";
const dtypes = "float or pairs; integers as f64";

/** What docs/numpy.md shows of this folder. */
export const NUMPY: readonly NumpySection[] = [{
  title: "Fourier transforms",
  rows: [
    ...["fft", "ifft", "fft2", "ifft2", "fftn", "ifftn", "rfft", "rfft2", "rfftn", "ihfft"].map((name) =>
      row(`fft.${name}`, "copy", { dtypes, difference: PAIR })
    ),
    ...["irfft", "irfft2", "irfftn", "hfft"].map((name) =>
      row(`fft.${name}`, "copy", { dtypes, difference: "takes pairs `{ re, im }`; results are row-major" })
    ),
    row("fft.fftfreq", "copy", { dtypes: "value" }),
    row("fft.rfftfreq", "copy", { dtypes: "value" }),
    row("fft.fftshift", "copy"),
    row("fft.ifftshift", "copy"),
  ],
}];
