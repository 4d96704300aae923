/**
 * NumPy's random numbers and what they are here: data of docs/numpy.md.
 *
 * @module
 */
import { type NumpySection, row } from "../numpy_row.ts";

/** What docs/numpy.md shows of this folder. */
export const NUMPY: readonly NumpySection[] = [{
  title: "Random numbers",
  rows: [
    row("random.default_rng", "value", {
      difference:
        "on Philox, which is counter-based, where NumPy takes PCG64: parts of a stream can be made apart",
    }),
    row("random.SeedSequence", "value"),
    row("random.Philox", "value"),
    ...["random", "uniform", "standard_normal", "normal", "standard_exponential", "exponential", "integers"]
      .map((name) =>
        row(`random.Generator.${name}`, "copy", {
          dtypes: "as asked for",
          difference: "NumPy's values for a seed of Philox",
        })
      ),
    row("random.Generator.permutation", "copy", { difference: "NumPy's values for a seed of Philox" }),
    row("random.Generator.shuffle", "in place", { difference: "NumPy's values for a seed of Philox" }),
    row("random.Generator.choice", "copy", { difference: "NumPy's values for a seed of Philox" }),
    row("random.Generator.spawn", "value"),
  ],
}];
