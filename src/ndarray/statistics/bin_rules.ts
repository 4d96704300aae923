/**
 * How many bins of equal width a sample gets, by the rules of thumb that `histogram` knows by name.
 *
 * Sources: Sturges 1926; Doane 1976; Scott 1979; Freedman and Diaconis 1981; Stone 1984 (a cross-validated loss,
 * least over the number of bins); "rice" and "sqrt" are folklore. NumPy's lib/_histograms_impl.py has the same seven,
 * and "auto": the narrower of Sturges's and Freedman and Diaconis's bins, the latter not below half of "sqrt".
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import type { NDArray } from "../array.ts";
import { scope } from "../storage/lifetime.ts";
import { numbersOf, refuseArgument } from "../storage/rows.ts";
import { percentile } from "./quantiles.ts";

/** A rule that settles the number of bins. */
export type BinRule = "auto" | "fd" | "doane" | "scott" | "stone" | "rice" | "sturges" | "sqrt";

/** What a rule looks at: elements within the outer edges, one at least. */
interface Sample {
  readonly elements: NDArray;
  readonly numElements: number;
  /** the largest less the smallest */
  readonly extent: number;
  readonly std: () => number;
  /** how many elements lie in each of so many bins between the outer edges */
  readonly counts: (numBins: number) => Float64Array;
}

/** The width of a bin; 0: one bin holds all. */
const WIDTHS: Readonly<Record<BinRule, (sample: Sample) => number>> = {
  sqrt: ({ extent, numElements }) => extent / Math.sqrt(numElements),
  sturges: ({ extent, numElements }) => extent / (Math.log2(numElements) + 1),
  rice: ({ extent, numElements }) => extent / (2 * numElements ** (1 / 3)),
  scott: ({ std, numElements }) => (24 * Math.sqrt(Math.PI) / numElements) ** (1 / 3) * std(),
  fd: ({ elements, numElements }) =>
    scope(() => {
      const [upper, lower] = numbersOf(percentile(elements, [75, 25])) as unknown as [number, number];
      return 2 * (upper - lower) * numElements ** (-1 / 3);
    }),
  doane(sample) {
    const { extent, numElements: n, std, elements } = sample;
    const sigma = n > 2 ? std() : 0;
    if (!(sigma > 0)) return 0;
    const numbers = numbersOf(elements), mean = numbers.reduce((sum, x) => sum + x, 0) / n;
    const skewness = numbers.reduce((sum, x) => sum + ((x - mean) / sigma) ** 3, 0) / n;
    const spread = Math.sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
    return extent / (1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread));
  },
  stone({ elements, extent, numElements: n, counts }) {
    if (n <= 1 || extent === 0) return 0;
    let best = 1, least = Infinity;
    for (let numBins = 1; numBins <= Math.max(100, Math.floor(Math.sqrt(n))); numBins++) {
      const squares = counts(numBins).reduce((sum, count) => sum + (count / n) ** 2, 0);
      const width = elements.dtype === "f32" ? Math.fround(extent / numBins) : extent / numBins;
      const loss = (2 - (n + 1) * squares) / width;
      if (loss < least) [best, least] = [numBins, loss];
    }
    return extent / best;
  },
  auto(sample) {
    return Math.min(Math.max(WIDTHS.fd(sample), WIDTHS.sqrt(sample) / 2), WIDTHS.sturges(sample));
  },
};

/**
 * The number of bins by a rule. Refused: ARR002 for a rule that there is not.
 *
 * @param elements those within the outer edges, which are `range`
 */
export function numBinsBy(
  rule: BinRule,
  elements: NDArray,
  { range: [first, last], counts }: {
    readonly range: readonly [number, number];
    readonly counts: Sample["counts"];
  },
): number {
  if (!Object.hasOwn(WIDTHS, rule)) {
    return refuseArgument(
      `histogram knows no rule "${String(rule)}" for bins`,
      `one of ${Object.keys(WIDTHS).join(", ")}`,
    );
  }
  const numElements = elements.size;
  if (numElements === 0) return 1;
  const numberOf = (made: NDArray): number => {
    using value = made;
    return Number(value.item());
  };
  const exact = numberOf(elements.max()) - numberOf(elements.min());
  const extent = elements.dtype === "f32" ? Math.fround(exact) : exact;
  const width = WIDTHS[rule]({ elements, numElements, extent, std: () => numberOf(elements.std()), counts });
  if (!(width > 0)) return 1;
  const span = elements.dtype === "f32" ? Math.fround(last - first) : last - first;
  return Math.ceil(span / (isFloat(elements.dtype) ? width : Math.max(1, width)));
}
