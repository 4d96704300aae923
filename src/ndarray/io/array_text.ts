/**
 * Arrays as text with options of their own, as NumPy's `array2string`, `array_repr` and `array_str`.
 *
 * @module
 */
import type { ScalarValue } from "../../expr/graph.ts";
import { type ArrayLike, asarray } from "../creation/creation.ts";
import { scope } from "../storage/lifetime.ts";
import { valueOf } from "../storage/values.ts";
import { firstElement } from "../storage/strided.ts";
import { body, bodyOfScalar, toRepresentation, toText } from "./format.ts";
import { type PrintOptions, withPrintoptions } from "./print_options.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** Options of `array2string`; what is left out is as `setPrintoptions` has it. */
export interface ArrayTextOptions extends Partial<PrintOptions> {
  /** between elements; default a space */
  readonly separator?: string | undefined;
  /** what will stand before the text: lines are indented by as much */
  readonly prefix?: string | undefined;
  /** what will stand behind the text: the last line leaves room for it */
  readonly suffix?: string | undefined;
  /** the text of an element */
  readonly formatter?: ((value: ScalarValue) => string) | undefined;
}

/**
 * The text of an array. Refused: ARR002 for options that are no numbers from 0.
 *
 * @example
 * ```ts
 * import { array2string } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(array2string([1.23456, 2], { precision: 2, separator: ", " }), "[1.23, 2.  ]");
 * strictEqual(array2string([10, 255], { formatter: (x) => `0x${x.toString(16)}` }), "[0xa 0xff]");
 * ```
 */
export function array2string(a: ArrayLike, ...args: Positional<ArrayTextOptions>): string {
  const options = optionsOf<ArrayTextOptions>("array2string", args);
  const { separator = " ", prefix = "", suffix = "", formatter, ...print } = options;
  return withPrintoptions(print, () =>
    scope(() => {
      const { view } = asarray(a), around = { prefix: " ".repeat(prefix.length), suffix, formatter };
      if (view.shape.length > 0) return body(view, separator, around);
      return formatter === undefined
        ? bodyOfScalar(view)
        : formatter(valueOf(firstElement(view), view.dtype));
    }));
}

/**
 * The text of an array with its dtype where elements do not show it, as NumPy's `repr`.
 *
 * @example
 * ```ts
 * import { arrayRepr } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(arrayRepr([1, 2]), "array([1, 2])");
 * strictEqual(arrayRepr(new Float32Array([1, 2])), "array([1., 2.], dtype=float32)");
 * ```
 */
export function arrayRepr(a: ArrayLike, ...args: Positional<Partial<PrintOptions>>): string {
  const options = optionsOf<Partial<PrintOptions>>("arrayRepr", args);
  return withPrintoptions(options, () => scope(() => toRepresentation(asarray(a).view)));
}

/**
 * The text of an array, as NumPy's `str`: that of `toString()`.
 *
 * @example
 * ```ts
 * import { arrayStr } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(arrayStr([1 / 3, 2], { precision: 3 }), "[0.333 2.   ]");
 * ```
 */
export function arrayStr(a: ArrayLike, ...args: Positional<Partial<PrintOptions>>): string {
  const options = optionsOf<Partial<PrintOptions>>("arrayStr", args);
  return withPrintoptions(options, () => scope(() => toText(asarray(a).view)));
}
