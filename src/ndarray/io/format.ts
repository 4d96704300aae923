/**
 * Arrays as text, as NumPy prints them: columns aligned, at most 8 digits behind the point, summarised beyond 1000
 * elements.
 *
 * Source: `numpy/_core/arrayprint.py` of NumPy 2.4.
 *
 * @module
 */
import { formatFloat32, formatFloat64 } from "../../dtype/decimal_text.ts";
import { DTYPE, type DType, isFloat } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { shapeText, sizeOfShape } from "../storage/layout.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { type Element, firstElement, type Strided } from "../storage/strided.ts";
import { valueOf } from "../storage/values.ts";
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
}

const DEFAULTS: PrintOptions = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 75,
  suppress: false,
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

type Format = (element: Element) => string;

/** Positions of an axis that are printed; null stands for "...". */
function positions(size: number, isSummarised: boolean): (number | null)[] {
  const { edgeitems } = current;
  if (!isSummarised || size <= 2 * edgeitems) return [...Array(size).keys()];
  const all = [...Array(edgeitems).keys()];
  return [...all, null, ...all.map((i) => size - edgeitems + i)];
}

function elementAt(source: Strided, index: readonly number[]): Element {
  const offset = index.reduce((sum, i, axis) => sum + i * source.strides[axis]!, source.offset);
  return firstElement({ ...source, offset });
}

function printed(source: Strided, isSummarised: boolean): Element[] {
  let indices: number[][] = [[]];
  for (const size of source.shape) {
    const along = positions(size, isSummarised).filter((position) => position !== null);
    indices = indices.flatMap((index) => along.map((position) => [...index, position]));
  }
  return indices.map((index) => elementAt(source, index));
}

/** The shortest digits of a float, and the power of ten of the first: 0.d1d2… × 10^exponent. */
function digitsOf(magnitude: number, dtype: DType): { digits: string; exponent: number } {
  if (magnitude === 0) return { digits: "0", exponent: 1 };
  const text = dtype === "f32" ? formatFloat32(magnitude) : formatFloat64(magnitude);
  const [, whole, fraction = "", power = "0"] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text)!;
  const all = whole! + fraction, leading = /^0*/.exec(all)![0].length;
  return { digits: all.slice(leading).replace(/0+$/, ""), exponent: whole!.length - leading + Number(power) };
}

/** The exact value to so many decimals, halves to even. `toFixed` is exact, but takes halves up. */
function roundDecimals(magnitude: number, decimals: number): string {
  if (decimals === 0) {
    const floor = Math.floor(magnitude), rest = magnitude - floor;
    return String(BigInt(rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor));
  }
  const text = magnitude.toFixed(decimals);
  const exact = magnitude.toFixed(Math.min(100, decimals + 60));
  const isTie = /^50*$/.test(exact.slice(exact.indexOf(".") + 1 + decimals));
  if (!isTie || Number(text.at(-1)) % 2 === 0) return text;
  return exact.slice(0, exact.indexOf(".") + 1 + decimals);
}

/** The exact value to so many digits behind the first, halves to even. `toExponential` takes halves up. */
function roundDigits(magnitude: number, numDigits: number): string {
  const text = magnitude.toExponential(numDigits);
  const [exact, power] = magnitude.toExponential(100).split("e") as [string, string];
  const digits = exact.replace(".", ""), kept = digits.slice(0, numDigits + 1);
  const isTie = /^50*$/.test(digits.slice(numDigits + 1)) && Number(kept.at(-1)) % 2 === 0;
  return isTie ? `${kept[0]}${numDigits > 0 ? "." : ""}${kept.slice(1)}e${power}` : text;
}

/** Digits before and behind the point, at most `precision` behind it. */
function positional(value: number, dtype: DType): readonly [string, string] {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  const { digits, exponent } = digitsOf(magnitude, dtype);
  if (digits.length - exponent > current.precision) {
    const [whole, fraction = ""] = roundDecimals(magnitude, current.precision).split(".");
    return [sign + whole!, fraction.replace(/0+$/, "")];
  }
  if (exponent <= 0) return [`${sign}0`, magnitude === 0 ? "" : "0".repeat(-exponent) + digits];
  const padded = digits.padEnd(exponent, "0");
  return [sign + padded.slice(0, exponent), magnitude === 0 ? "" : padded.slice(exponent)];
}

/** One digit, the digits behind it (`numDigits` at most), and the power of ten. */
function scientific(value: number, dtype: DType, numDigits: number): readonly [string, string, number] {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const { digits, exponent } = digitsOf(Math.abs(value), dtype);
  if (digits.length - 1 <= numDigits) {
    return [sign + digits[0]!, digits.slice(1), value === 0 ? 0 : exponent - 1];
  }
  const [significand, power] = roundDigits(Math.abs(value), numDigits).split("e") as [string, string];
  const [first, rest = ""] = significand.split(".") as [string, string?];
  return [sign + first, rest.replace(/0+$/, ""), Number(power)];
}

/** As `scientific`, but with as many digits of the exact value, beyond the shortest ones. */
function exactly(value: number, numDigits: number): readonly [string, string, number] {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [significand, power] = roundDigits(Math.abs(value), numDigits).split("e") as [string, string];
  const [first, rest = ""] = significand.split(".") as [string, string?];
  return [sign + first, rest, Number(power)];
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

function usesExponent(finite: readonly number[], dtype: DType): boolean {
  const magnitudes = finite.filter((value) => value !== 0).map(Math.abs);
  if (magnitudes.length === 0) return false;
  const largest = magnitudes.reduce((a, b) => Math.max(a, b)),
    smallest = magnitudes.reduce((a, b) => Math.min(a, b));
  // finfo(float32).precision is 6
  if (largest >= (dtype === "f32" ? 1e6 : 1e8)) return true;
  // NumPy compares in the dtype: the f32 next to 1e-4 is not below it
  const rounded = dtype === "f32" ? Math.fround : Number;
  return !current.suppress && (smallest < rounded(1e-4) || rounded(largest / smallest) > 1000);
}

function floatFormat(values: readonly number[], dtype: DType): Format {
  const finite = values.filter(Number.isFinite);
  const widest = (lengths: readonly number[]) => lengths.reduce((a, b) => Math.max(a, b), 0);
  const isExponential = usesExponent(finite, dtype);
  let left: number, right: number, format: (value: number) => string;
  if (isExponential) {
    const parts = finite.map((value) => scientific(value, dtype, current.precision));
    const numDigits = widest(parts.map(([, fraction]) => fraction.length));
    const powerDigits = widest([2, ...parts.map(([, , power]) => String(Math.abs(power)).length)]);
    left = widest(parts.map(([first]) => first.length));
    right = powerDigits + 2 + numDigits;
    format = (value) => {
      const [first, fraction, power] = exactly(value, numDigits);
      const exponent = `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(powerDigits, "0")}`;
      return `${first.padStart(left)}.${fraction.padEnd(numDigits, "0")}${exponent}`;
    };
  } else {
    const parts = finite.map((value) => positional(value, dtype));
    left = widest(parts.map(([whole]) => whole.length));
    right = widest(parts.map(([, fraction]) => fraction.length));
    format = (value) => {
      const [whole, fraction] = positional(value, dtype);
      return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
    };
  }
  if (finite.length < values.length) {
    const longest = widest(
      values.filter((value) => !Number.isFinite(value)).map((value) => nonFinite(value).length),
    );
    left = Math.max(left, Math.max(3, longest) - right - 1);
  }
  return (element) => {
    const value = Number(element);
    return Number.isFinite(value) ? format(value) : nonFinite(value).padStart(left + right + 1);
  };
}

function formatOf(values: readonly Element[], dtype: DType): Format {
  if (isFloat(dtype)) return floatFormat(values.map(Number), dtype);
  const text: Format = dtype === "bool" ? (element) => element === 0 ? "False" : "True" : String;
  // NumPy's columns of bools are as wide as False
  const least = dtype === "bool" ? 5 : 0;
  const width = values.reduce<number>((longest, value) => Math.max(longest, text(value).length), least);
  return (element) => text(element).padStart(width);
}

/** What stands around the text of an array, and an element's text where that is the caller's. */
export interface Surroundings {
  /** before it on its first line; the other lines are indented by as much */
  readonly prefix: string;
  /** behind it on its last line */
  readonly suffix: string;
  readonly formatter?: ((value: ScalarValue) => string) | undefined;
}

/** The brackets and what is in them; of no axes, the element. */
export function body(
  source: Strided,
  separator: string,
  { prefix, suffix, formatter }: Surroundings = { prefix: "", suffix: "" },
): string {
  const { shape, dtype } = source;
  const size = sizeOfShape(shape);
  if (size === 0) return "[]";
  const isSummarised = size > current.threshold;
  const format = formatter === undefined
    ? formatOf(printed(source, isSummarised), dtype)
    : (element: Element) => formatter(valueOf(element, dtype));
  const nested = (index: readonly number[], indent: string, width: number): string => {
    const axis = index.length;
    if (axis === shape.length) return format(elementAt(source, index));
    const along = positions(shape[axis]!, isSummarised);
    const hanging = `${indent} `;
    if (axis < shape.length - 1) {
      const parts = along.map((at) => at === null ? "..." : nested([...index, at], hanging, width - 1));
      return `[${parts.join(separator.trimEnd() + "\n".repeat(shape.length - 1 - axis) + hanging)}]`;
    }
    let text = "", line = hanging;
    along.forEach((at, i) => {
      const word = at === null ? "..." : nested([...index, at], hanging, width);
      const room = width - Math.max(separator.trimEnd().length, 1);
      if (line.length + word.length > room && line.length > hanging.length) {
        text += `${line.trimEnd()}\n`;
        line = hanging;
      }
      line += word;
      if (i < along.length - 1) line += separator;
    });
    return `[${(text + line).slice(hanging.length)}]`;
  };
  return nested([], prefix, current.linewidth - suffix.length);
}

/**
 * The elements alone, as NumPy's `str`.
 *
 * @example
 * ```ts
 * import { array } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(array([[1.5, 2], [3, 10.25]]).toString(), "[[ 1.5   2.  ]\n [ 3.   10.25]]");
 * ```
 */
export function toText(source: Strided): string {
  if (source.shape.length > 0) return body(source, " ");
  const element = firstElement(source);
  if (!isFloat(source.dtype)) return bodyOfScalar(source);
  return scalarText(Number(element), source.dtype);
}

/** A float by itself: the shortest digits, an exponent from 1e16 on (f32: 1e6) and below 1e-4. */
function scalarText(value: number, dtype: DType): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= (dtype === "f32" ? 1e6 : 1e16) || magnitude < 1e-4)) {
    const [first, fraction, power] = scientific(value, dtype, 17);
    const exponent = `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    return fraction === "" ? first + exponent : `${first}.${fraction}${exponent}`;
  }
  const { digits, exponent } = digitsOf(magnitude, dtype);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (magnitude === 0) return `${sign}0.0`;
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  const padded = digits.padEnd(exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent) || "0"}`;
}

/** With the dtype where the elements do not show it, as NumPy's `repr`. */
export function toRepresentation(source: Strided): string {
  const { dtype, shape } = source, size = sizeOfShape(shape);
  const prefix = "array(";
  const text = shape.length === 0
    ? bodyOfScalar(source)
    : body(source, ", ", { prefix: " ".repeat(prefix.length), suffix: ")" });
  const extras: string[] = [];
  if ((size === 0 && shape.join() !== "0") || size > current.threshold) {
    extras.push(`shape=${shapeText(shape)}`);
  }
  if (size === 0 || !["bool", "i64", "f64"].includes(dtype)) extras.push(`dtype=${DTYPE[dtype].numpyName}`);
  if (extras.length === 0) return `${prefix}${text})`;
  const start = `${prefix}${text},`, end = `${extras.join(", ")})`;
  const lastLine = start.length - (start.lastIndexOf("\n") + 1);
  const spacer = lastLine + end.length + 1 > current.linewidth ? `\n${" ".repeat(prefix.length)}` : " ";
  return start + spacer + end;
}

/** the element of an array without axes */
export function bodyOfScalar(source: Strided): string {
  const element = firstElement(source);
  return formatOf([element], source.dtype)(element).trim();
}
