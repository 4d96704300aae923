/**
 * NumPy's polynomials and what they are here: data of docs/numpy.md.
 *
 * @module
 */
import { type NumpySection, row } from "../numpy_row.ts";

/** What docs/numpy.md shows of this folder. */
export const NUMPY: readonly NumpySection[] = [{
  title: "Polynomials",
  rows: [
    row("poly", "copy"),
    row("roots", "copy", { difference: "a pair `{ re, im }`, always" }),
    row("polyadd", "copy"),
    row("polysub", "copy"),
    row("polymul", "copy"),
    row("polydiv", "copy"),
    row("polyval", "copy"),
    row("polyder", "copy"),
    row("polyint", "copy"),
    row("polyfit", "copy", {
      difference:
        "the coefficients; `polyfitAll` gives residuals, rank, singular values and the covariance too",
    }),
  ],
}];
