/** Byte indices for `i8x16.shuffle`: 0 to 15 are bytes of the first register, 16 to 31 of the second. @module */

/** The high half of one register, twice: the shuffle gets that register twice. */
export const HIGH_HALF: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** The low halves of two registers. */
export const LOW_HALVES: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** The low half of every lane of `laneBytes`, of two registers: lanes half as wide. */
export function lowHalvesOfLanes(laneBytes: 1 | 2 | 4 | 8): readonly number[] {
  const half = laneBytes / 2;
  return Array.from({ length: 16 }, (_, i) => Math.floor(i / half) * laneBytes + (i % half));
}
