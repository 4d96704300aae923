/**
 * Dates and timestamps as text of ISO 8601.
 *
 * @module
 */
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../schema/carried.ts";

/** decimals of a second of Arrow's units s, ms, us, ns */
const DIGITS = [0, 3, 6, 9];
const SECONDS_PER_DAY = 86_400n, DAYS_PER_ERA = 146_097n;

/** A quotient rounded down. */
function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}

/** The day of the Gregorian calendar: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
function dayText(days: bigint): string {
  const shifted = days + 719_468n, era = floorDivide(shifted, DAYS_PER_ERA);
  const ofEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = (ofEra - ofEra / 1460n + ofEra / 36_524n - ofEra / 146_096n) / 365n;
  const ofYear = ofEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * ofYear + 2n) / 153n;
  const day = ofYear - (153n * shiftedMonth + 2n) / 5n + 1n;
  const month = shiftedMonth < 10n ? shiftedMonth + 3n : shiftedMonth - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  // ISO 8601 gives years beyond four digits a sign
  const yearText = year >= 0n && year <= 9999n
    ? String(year).padStart(4, "0")
    : `${year < 0n ? "-" : "+"}${String(year < 0n ? -year : year).padStart(6, "0")}`;
  return `${yearText}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function clockText(seconds: bigint): string {
  return [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/**
 * How a date or a timestamp type is written: 2026-01-31; 2026-01-31T12:00:00.250, with Z behind where it has a zone,
 * whatever zone: the instant is the same.
 *
 * @example
 * ```ts
 * import { temporalText } from "./temporal_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * const unit = { slot: 0, kind: "int16", value: 1 } as const;
 * const text = temporalText({ name: "timestamp", bitWidth: 64, isLarge: false, typeId: 10, slots: [unit] });
 * strictEqual(text(-1n), "1969-12-31T23:59:59.999");
 * ```
 */
export function temporalText({ typeId, bitWidth, slots }: CarriedType): (value: bigint) => string {
  const unit = Number(slots.find(({ slot }) => slot === 0)?.value ?? 0);
  if (typeId === ARROW_TYPE.date) {
    return bitWidth === 32 ? dayText : (value) => dayText(floorDivide(value, SECONDS_PER_DAY * 1000n));
  }
  const digits = DIGITS[unit]!, perSecond = 10n ** BigInt(digits);
  const hasZone = slots.some(({ slot, value }) => slot === 1 && value !== "");
  return (value) => {
    const seconds = floorDivide(value, perSecond), days = floorDivide(seconds, SECONDS_PER_DAY);
    const fraction = digits === 0 ? "" : `.${String(value - seconds * perSecond).padStart(digits, "0")}`;
    return `${dayText(days)}T${clockText(seconds - days * SECONDS_PER_DAY)}${fraction}${hasZone ? "Z" : ""}`;
  };
}
