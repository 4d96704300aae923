/** Whole numbers in groups of seven bits, the lowest first (ULEB128), as headers of runs have them. @module */

/** The bytes of a number from 0 to 2 ** 53. */
export function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
