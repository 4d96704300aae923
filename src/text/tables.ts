/**
 * The tables that the text kernels read: powers of ten, computed exactly here, and constant vectors. They are laid
 * out as src/text/assembly/tables.ts says. The module has no data of its own, because it runs in whatever memory
 * holds the text; so each caller puts them there.
 *
 * @module
 */

const WIDE_POWERS_OFFSET = 384;
const WORD = 0xffffffffffffffffn;

/** 10^power as a 128-bit significand with its highest bit set, rounded down or up. */
function widePower(power: number, isUp: (power: number) => boolean): bigint {
  const five = 5n ** BigInt(Math.abs(power));
  const numBits = five.toString(2).length;
  if (power >= 0) {
    if (numBits <= 128) return five << BigInt(128 - numBits);
    const cut = BigInt(numBits - 128);
    return (five >> cut) + (isUp(power) ? 1n : 0n);
  }
  // 1/five lies strictly between 2^-numBits and 2^(1-numBits), and no power of five divides one of two
  return (1n << BigInt(127 + numBits)) / five + (isUp(power) ? 1n : 0n);
}

function layOut(least: number, most: number, isUp: (power: number) => boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(WIDE_POWERS_OFFSET + 16 * (most - least + 1));
  const view = new DataView(bytes.buffer);
  for (let power = 0; power <= 18; power++) view.setFloat64(8 * power, Number(`1e${power}`), true);
  view.setFloat64(8 * 19, NaN, true);
  for (let lane = 0; lane < 16; lane++) {
    bytes[192 + lane] = lane;
    bytes[240 + lane] = 48;
    bytes[256 + lane] = 15;
    bytes[272 + lane] = lane % 2 === 0 ? 10 : 1;
    bytes[288 + lane] = 70;
    bytes[304 + lane] = 117;
  }
  for (let lane = 0; lane < 4; lane++) {
    view.setInt32(320 + 4 * lane, 5243, true);
    view.setInt32(336 + 4 * lane, 100, true);
  }
  for (let lane = 0; lane < 8; lane++) {
    view.setInt16(352 + 2 * lane, 103, true);
    view.setInt16(368 + 2 * lane, 10, true);
    view.setInt16(208 + 2 * lane, lane % 2 === 0 ? 100 : 1, true);
    view.setInt16(224 + 2 * lane, lane % 2 === 0 ? 10000 : 1, true);
  }
  for (let power = least; power <= most; power++) {
    const wide = widePower(power, isUp), offset = WIDE_POWERS_OFFSET + 16 * (power - least);
    view.setBigUint64(offset, wide & WORD, true);
    view.setBigUint64(offset + 8, wide >> 64n, true);
  }
  return bytes;
}

function bytesOf(least: number, most: number): number {
  return Math.ceil((WIDE_POWERS_OFFSET + 16 * (most - least + 1)) / 64) * 64;
}

/** Bytes that the tables take in a memory: for reading numbers, and for writing them. */
export const READING_TABLES_BYTES: number = bytesOf(-342, 308);
export const WRITING_TABLES_BYTES: number = bytesOf(-292, 324);

let reading: Uint8Array<ArrayBuffer> | undefined;
let writing: Uint8Array<ArrayBuffer> | undefined;

/** 10^-342 to 10^308 as Lemire's proof asks: rounded down, but up from 10^-27 to 10^-1. Do not change it. */
export function readingTables(): Uint8Array<ArrayBuffer> {
  return reading ??= layOut(-342, 308, (power) => power >= -27 && power < 0);
}

/** 10^-292 to 10^324, rounded up where they are not exact (Schubfach's table). Do not change it. */
export function writingTables(): Uint8Array<ArrayBuffer> {
  return writing ??= layOut(-292, 324, () => true);
}
