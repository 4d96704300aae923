/**
 * Dates and times of ISO 8601 (the extended form, as RFC 3339 narrows it down): 2026-01-31, 2026-01-31T12:00:00.25Z,
 * 2026-01-31 12:00+01:00. Nothing is rounded and no zone is guessed.
 *
 * @module
 */
import type { TemporalType, TimeUnit } from "./text_type.ts";

/**
 * Why a text is no value. "zone": a time with a zone where the type has none, or without one where the type is in UTC;
 * "precision": decimals of a second that the unit has no room for.
 */
export type TemporalRefusal = "malformed" | "outOfRange" | "zone" | "precision";

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)? ?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;
/** decimals of a second of each unit */
export const TIME_DECIMALS: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };
const MAX_I64 = 2n ** 63n - 1n;
const SECONDS_PER_DAY = 86_400;

/** Days from 1970-01-01 in the Gregorian calendar; null: there is no such day. */
function daysOf(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1) return null;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2
    ? (isLeap ? 29 : 28)
    : month === 4 || month === 6 || month === 9 || month === 11
    ? 30
    : 31;
  if (day > last) return null;
  // March is the first month: H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil
  const y = month <= 2 ? year - 1 : year, era = Math.floor(y / 400), ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/**
 * The value of a text without spaces around it: days as a number for dates, units as a bigint for times.
 *
 * @example
 * ```ts
 * import { parseTemporal } from "./temporal_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(parseTemporal("1970-01-03", { unit: null, isUtc: false }), 2);
 * strictEqual(parseTemporal("1970-01-01T01:00:00.5+01:00", { unit: "ms", isUtc: true }), 500n);
 * strictEqual(parseTemporal("1970-01-01T00:00:00", { unit: "s", isUtc: true }), "zone");
 * ```
 */
export function parseTemporal(
  text: string,
  { unit, isUtc }: TemporalType,
): number | bigint | TemporalRefusal {
  const match = (unit === null ? DATE : TIME).exec(text);
  if (match === null) return "malformed";
  const [, year, month, day, hour, minute, second, fraction = "", zone] = match;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === null) return "malformed";
  if (unit === null) return days;
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  const offset = zone === undefined ? 0 : offsetSeconds(zone);
  if (h > 23 || m > 59 || s > 59 || offset === null) return "malformed";
  if ((zone !== undefined) !== isUtc) return "zone";
  const digits = TIME_DECIMALS[unit];
  if (/[1-9]/.test(fraction.slice(digits))) return "precision";
  const seconds = days * SECONDS_PER_DAY + h * 3600 + m * 60 + s - offset;
  const value = BigInt(seconds) * 10n ** BigInt(digits) +
    BigInt(fraction.slice(0, digits).padEnd(digits, "0") || 0);
  return value > MAX_I64 || value < -MAX_I64 - 1n ? "outOfRange" : value;
}

/** Seconds east of Greenwich; null: no zone has that. */
function offsetSeconds(zone: string): number | null {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3)), minutes = Number(zone.slice(-2));
  const rest = zone.length === 3 ? 0 : minutes;
  if (hours > 23 || rest > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + rest * 60);
}
