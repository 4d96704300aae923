/**
 * Values of fixed width that the text kernel does not write: decimals and times of day in pyarrow's words, durations as
 * their number, halves as the float32 that they are.
 *
 * @module
 */
import { formatFloat32 } from "../../dtype/decimal_text.ts";
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../schema/carried.ts";

/** the longest: a decimal of 77 digits with its sign, its point and six zeros before it */
export const MAX_FIXED_TEXT_BYTES = 96;

/** The text of a value at a place. */
export type FixedText = (view: DataView, at: number) => string;

/** What a type's text is, and whether JSON has it as a number; null: it has none here. */
export function fixedText(
  { typeId, bitWidth, slots }: Pick<CarriedType, "typeId" | "bitWidth" | "slots">,
): { readonly text: FixedText; readonly isNumber: boolean } | null {
  const slotOf = (slot: number) => slots.find((one) => one.slot === slot)?.value;
  switch (typeId) {
    case ARROW_TYPE.floatingPoint:
      if (bitWidth !== 16) return null;
      return { text: (view, at) => formatFloat32(view.getFloat16(at, true)), isNumber: true };
    case ARROW_TYPE.decimal: {
      const scale = Number(slotOf(1) ?? 0);
      return { text: (view, at) => decimalText(integerAt(view, at, bitWidth!), scale), isNumber: true };
    }
    case ARROW_TYPE.time: {
      // DateUnit.MILLISECOND is the field's default
      const digits = 3 * Number(slotOf(0) ?? 1);
      return { text: (view, at) => timeText(integerAt(view, at, bitWidth!), digits), isNumber: false };
    }
    case ARROW_TYPE.duration:
      return { text: (view, at) => String(view.getBigInt64(at, true)), isNumber: true };
    default:
      return null;
  }
}

/** A signed integer of 32 to 256 bits, its least byte first. */
function integerAt(view: DataView, at: number, bitWidth: number): bigint {
  if (bitWidth === 32) return BigInt(view.getInt32(at, true));
  let value = view.getBigInt64(at + bitWidth / 8 - 8, true);
  for (let byte = bitWidth / 8 - 16; byte >= 0; byte -= 8) {
    value = (value << 64n) | view.getBigUint64(at + byte, true);
  }
  return value;
}

/**
 * A decimal as pyarrow and Java's BigDecimal write it: all digits of its scale; with an exponent where the scale is
 * below zero or more than five zeros would stand behind the point.
 *
 * @example
 * ```ts
 * import { decimalText } from "./fixed_text.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual([decimalText(-120000n, 2), decimalText(1n, 8), decimalText(12n, -2)], ["-1200.00", "1E-8", "1.2E+3"]);
 * ```
 */
export function decimalText(value: bigint, scale: number): string {
  const sign = value < 0n ? "-" : "", digits = String(value < 0n ? -value : value);
  if (scale === 0) return sign + digits;
  const exponent = digits.length - 1 - scale;
  if (scale < 0 || exponent < -6) {
    const point = digits.length > 1 ? "." : "";
    return `${sign}${digits[0]}${point}${digits.slice(1)}E${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
  }
  const padded = digits.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** 23:59:59.999; what is no time of a day is written on beyond 24 hours, or with its sign. */
function timeText(value: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits), magnitude = value < 0n ? -value : value;
  const seconds = magnitude / perSecond;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) =>
    String(part).padStart(2, "0")
  );
  const fraction = digits === 0 ? "" : `.${String(magnitude % perSecond).padStart(digits, "0")}`;
  return `${value < 0n ? "-" : ""}${clock.join(":")}${fraction}`;
}
