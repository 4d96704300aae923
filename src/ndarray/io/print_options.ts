/**
 * The options by which arrays are printed, as NumPy's `set_printoptions`.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { optionsObject } from "../storage/arguments.ts";

/** How arrays are printed. */
export interface PrintOptions {
  /** digits behind the point, at most; default 8 */
  readonly precision: number;
  /** elements beyond which "..." stands for those in the middle; default 1000 */
  readonly threshold: number;
  /** elements at each end of an axis that is summarised; default 3 */
  readonly edgeitems: number;
  /** letters of a line; default 75 */
  readonly linewidth: number;
  /** no exponent for small numbers: they are printed as 0; default false */
  readonly suppress: boolean;
  /** before numbers from 0: "-" nothing, "+" a plus, " " a space where it keeps columns apart; default "-" */
  readonly sign: "-" | "+" | " ";
  /**
   * digits behind the point: "maxprec" as many as are needed, at most `precision`; "maxprec_equal" for all as many as one
   * needs; "fixed" always `precision`; "unique" as many as are needed whatever `precision` is; default "maxprec"
   */
  readonly floatmode: "maxprec" | "maxprec_equal" | "fixed" | "unique";
  /** the text of NaN; default "nan" */
  readonly nanstr: string;
  /** the text of an infinity; default "inf" */
  readonly infstr: string;
}

const SIGNS: readonly unknown[] = ["-", "+", " "];
const FLOATMODES: readonly unknown[] = ["maxprec", "maxprec_equal", "fixed", "unique"];

const DEFAULTS: PrintOptions = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 75,
  suppress: false,
  sign: "-",
  floatmode: "maxprec",
  nanstr: "nan",
  infstr: "inf",
};
let current = DEFAULTS;

/**
 * The options by which arrays are printed.
 *
 * @example
 * ```ts
 * import { getPrintoptions } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(getPrintoptions().precision, 8);
 * ```
 */
export function getPrintoptions(): PrintOptions {
  return current;
}

/**
 * Sets options by which arrays are printed from now on; others stay. Returns what was set before. Refused: ARR002.
 *
 * @example
 * ```ts
 * import { array, setPrintoptions } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * const before = setPrintoptions({ precision: 2 });
 * strictEqual(String(array([1 / 3, 100])), "[  0.33 100.  ]");
 * setPrintoptions(before);
 * ```
 */
export function setPrintoptions(options: Partial<PrintOptions>): PrintOptions {
  const before = current, set = { ...current, ...optionsObject("setPrintoptions", options) };
  const { precision, threshold, edgeitems, linewidth } = set;
  const isCount = (value: number) => Number.isInteger(value) && value >= 0;
  if (
    !isCount(precision) || precision > 100 || !isCount(edgeitems) || !isCount(linewidth) || !(threshold >= 0)
  ) {
    throw new NdpipeError(
      "ARR002",
      "precision (to 100), threshold, edgeitems and linewidth are numbers from 0",
      {
        notes: [JSON.stringify(options)],
      },
    );
  }
  if (!SIGNS.includes(set.sign) || !FLOATMODES.includes(set.floatmode)) {
    const isSign = !SIGNS.includes(set.sign),
      [name, choices] = isSign ? ["sign", SIGNS] : ["floatmode", FLOATMODES];
    throw new NdpipeError(
      "ARR002",
      `${name} is one of ${choices.map((one) => JSON.stringify(one)).join(", ")}`,
      {
        notes: [JSON.stringify(options)],
      },
    );
  }
  if (typeof set.nanstr !== "string" || typeof set.infstr !== "string") {
    throw new NdpipeError("ARR002", "nanstr and infstr are text", { notes: [JSON.stringify(options)] });
  }
  current = set;
  return before;
}

/**
 * Runs with options by which arrays are printed, and sets those before again.
 *
 * @example
 * ```ts
 * import { array, withPrintoptions } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(withPrintoptions({ precision: 2 }, () => array([1 / 3]).toString()), "[0.33]");
 * ```
 */
export function withPrintoptions<T>(options: Partial<PrintOptions>, run: () => T): T {
  const before = setPrintoptions(options);
  try {
    return run();
  } finally {
    current = before;
  }
}
