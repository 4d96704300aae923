/**
 * NumPy's Fourier transforms and what they are here: data of docs/numpy.md.
 *
 * @module
 */
import { type NumpySection, row } from "../numpy_row.ts";

const PAIR =
  "complex numbers are pairs `{ re, im }` of float arrays: there is no complex dtype; `out` is one, by name";
const REAL = "takes pairs `{ re, im }`; results are row-major",
  LAST = "`axes` of null are the last two: NumPy's are all";
const dtypes = "float or pairs; integers as f64";

/** What docs/numpy.md shows of this folder. */
export const NUMPY: readonly NumpySection[] = [{
  title: "Fourier transforms",
  rows: [
    ...["fft", "ifft", "fftn", "ifftn", "rfft", "rfftn", "ihfft"].map((name) =>
      row(`fft.${name}`, "copy", { dtypes, difference: PAIR })
    ),
    ...["fft2", "ifft2", "rfft2"].map((name) =>
      row(`fft.${name}`, "copy", { dtypes, difference: `${PAIR}; ${LAST}` })
    ),
    ...["irfft", "irfftn", "hfft"].map((name) => row(`fft.${name}`, "copy", { dtypes, difference: REAL })),
    row("fft.irfft2", "copy", { dtypes, difference: `${REAL}; ${LAST}` }),
    row("fft.fftfreq", "copy", { dtypes: "value" }),
    row("fft.rfftfreq", "copy", { dtypes: "value" }),
    row("fft.fftshift", "copy"),
    row("fft.ifftshift", "copy"),
  ],
}];
