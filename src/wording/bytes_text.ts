/**
 * Bytes as people read them.
 *
 * @module
 */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/**
 * Bytes in binary units: two decimals below 10, one above, none that says nothing.
 *
 * @example
 * ```ts
 * import { bytesText } from "./bytes_text.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(bytesText(2_621_440_000), "2.44 GiB");
 * strictEqual(bytesText(512 * 1024 ** 2), "512 MiB");
 * ```
 */
export function bytesText(bytes: number): string {
  let value = bytes, unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, "");
  return `${text} ${UNITS[unit]}`;
}
