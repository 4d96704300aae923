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
import { shapeText, sizeOfShape } from "../storage/layout.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { type Element, firstElement, type Strided } from "../storage/strided.ts";
import { valueOf } from "../storage/values.ts";
import { getPrintoptions } from "./print_options.ts";

type Format = (element: Element) => string;

/** Positions of an axis that are printed; null stands for "...". */
function positions(size: number, isSummarised: boolean): (number | null)[] {
  const { edgeitems } = getPrintoptions();
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

/** what stands before a number */
function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : getPrintoptions().sign === "+" ? "+" : "";
}

/** Digits before and behind the point, at most `precision` behind it, as `floatmode` has it. */
function positional(value: number, dtype: DType): readonly [string, string] {
  const sign = signOf(value), magnitude = Math.abs(value), { precision, floatmode } = getPrintoptions();
  if (floatmode === "fixed") {
    const [whole, fraction = ""] = roundDecimals(magnitude, precision).split(".");
    return [sign + whole!, fraction];
  }
  const { digits, exponent } = digitsOf(magnitude, dtype);
  if (digits.length - exponent > precision && floatmode !== "unique") {
    const [whole, fraction = ""] = roundDecimals(magnitude, getPrintoptions().precision).split(".");
    return [sign + whole!, fraction.replace(/0+$/, "")];
  }
  if (exponent <= 0) return [`${sign}0`, magnitude === 0 ? "" : "0".repeat(-exponent) + digits];
  const padded = digits.padEnd(exponent, "0");
  return [sign + padded.slice(0, exponent), magnitude === 0 ? "" : padded.slice(exponent)];
}

/** One digit, the digits behind it (`numDigits` at most), and the power of ten. */
function scientific(value: number, dtype: DType, numDigits: number): readonly [string, string, number] {
  const sign = signOf(value);
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
  const sign = signOf(value);
  const [significand, power] = roundDigits(Math.abs(value), numDigits).split("e") as [string, string];
  const [first, rest = ""] = significand.split(".") as [string, string?];
  return [sign + first, rest, Number(power)];
}

function nonFinite(value: number): string {
  const { sign, nanstr, infstr } = getPrintoptions(), plus = sign === "+" ? "+" : "";
  return Number.isNaN(value) ? plus + nanstr : (value < 0 ? "-" : plus) + infstr;
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
  return !getPrintoptions().suppress && (smallest < rounded(1e-4) || rounded(largest / smallest) > 1000);
}

function floatFormat(values: readonly number[], dtype: DType): Format {
  const finite = values.filter(Number.isFinite);
  const widest = (lengths: readonly number[]) => lengths.reduce((a, b) => Math.max(a, b), 0);
  const isExponential = usesExponent(finite, dtype), { floatmode, precision } = getPrintoptions();
  const isFixed = floatmode === "fixed", areEqual = isFixed || floatmode === "maxprec_equal";
  let left: number, right: number, format: (value: number) => string;
  if (isExponential) {
    const most = floatmode === "unique" ? Infinity : precision;
    const parts = finite.map((value) => isFixed ? exactly(value, precision) : scientific(value, dtype, most));
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
      // as NumPy: where all have as many digits, those behind the shortest ones are of the exact value
      const isShort = areEqual && fraction.length < right;
      const digits = isShort ? roundDecimals(Math.abs(value), right).split(".")[1]! : fraction.padEnd(right);
      return `${whole.padStart(left)}.${digits}`;
    };
  }
  const { sign, nanstr, infstr } = getPrintoptions();
  if (sign === " " && !finite.some((value) => value < 0 || Object.is(value, -0))) left++;
  if (finite.length < values.length) {
    const isSigned = sign !== "-" || values.includes(-Infinity);
    left = Math.max(left, nanstr.length - right - 1, infstr.length + (isSigned ? 1 : 0) - right - 1);
  }
  return (element) => {
    const value = Number(element);
    return Number.isFinite(value) ? format(value) : nonFinite(value).padStart(left + right + 1);
  };
}

/** integers with the sign that is asked for; a space only where none is negative */
function integerText(values: readonly Element[]): Format {
  const { sign } = getPrintoptions(),
    isPlain = sign === "-" || (sign === " " && values.some((value) => value < 0));
  return (element) => element < 0 || isPlain ? String(element) : `${sign}${element}`;
}

function formatOf(values: readonly Element[], dtype: DType): Format {
  if (isFloat(dtype)) return floatFormat(values.map(Number), dtype);
  const text: Format = dtype === "bool" ? (element) => element === 0 ? "False" : "True" : integerText(values);
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
  const isSummarised = size > getPrintoptions().threshold;
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
  return nested([], prefix, getPrintoptions().linewidth - suffix.length);
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
  if (!isFloat(source.dtype)) return bodyOfScalar(source).trim();
  return scalarText(Number(element), source.dtype);
}

/** A float by itself: the shortest digits, an exponent from 1e16 on (f32: 1e6) and below 1e-4. */
function scalarText(value: number, dtype: DType): string {
  // as NumPy's scalars, which no option changes
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const magnitude = Math.abs(value), sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (magnitude !== 0 && (magnitude >= (dtype === "f32" ? 1e6 : 1e16) || magnitude < 1e-4)) {
    const [signed, fraction, power] = scientific(magnitude, dtype, 17),
      first = sign + signed.replace("+", "");
    const exponent = `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    return fraction === "" ? first + exponent : `${first}.${fraction}${exponent}`;
  }
  const { digits, exponent } = digitsOf(magnitude, dtype);
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
  if ((size === 0 && shape.join() !== "0") || size > getPrintoptions().threshold) {
    extras.push(`shape=${shapeText(shape)}`);
  }
  if (size === 0 || !["bool", "i64", "f64"].includes(dtype)) extras.push(`dtype=${DTYPE[dtype].numpyName}`);
  if (extras.length === 0) return `${prefix}${text})`;
  const start = `${prefix}${text},`, end = `${extras.join(", ")})`;
  const lastLine = start.length - (start.lastIndexOf("\n") + 1);
  const spacer = lastLine + end.length + 1 > getPrintoptions().linewidth
    ? `\n${" ".repeat(prefix.length)}`
    : " ";
  return start + spacer + end;
}

/** the element of an array without axes, with a space where the sign is " " */
export function bodyOfScalar(source: Strided): string {
  const element = firstElement(source), text = formatOf([element], source.dtype)(element);
  return source.dtype === "bool" ? text.trim() : text;
}
