/** Dictionaries of numbers. The caller has room for all that is written. */

/** a value that has not been found after so many places makes the column one without a dictionary */
const MAX_PROBES: usize = 64;

// @ts-ignore: decorator
@inline
function hashOf<T>(word: T, bits: u32): usize {
  if (sizeof<T>() === 4) {
    const x = <u32> word;
    return <usize> (((x ^ (x >> 15)) * 0x9e3779b1) >> (32 - bits));
  }
  const x = <u64> word;
  return <usize> (((x ^ (x >> 32)) * 0x9e3779b97f4a7c15) >> <u64> (64 - bits));
}

/**
 * The index of each word among the different ones, `numValues` of which are known; new ones are appended.
 *
 * @param table of 2^bits places of 2 bytes: 0, or an index and 1
 * @returns how many are known then; -1 beyond `maxValues`, or where the table is too crowded
 */
// @ts-ignore: decorator
@inline
function indexWords<T>(
  source: usize,
  count: usize,
  values: usize,
  numValues: usize,
  maxValues: usize,
  table: usize,
  bits: u32,
  indices: usize,
): i32 {
  const mask: usize = (1 << bits) - 1;
  let known = numValues, last: T = 0, lastIndex: u16 = 0, hasLast = false;
  for (let i: usize = 0; i < count; i++) {
    const word = load<T>(source + i * sizeof<T>());
    // values often come in runs
    if (hasLast && word === last) {
      store<u16>(indices + (i << 1), lastIndex);
      continue;
    }
    let at = hashOf<T>(word, bits), entry: usize = load<u16>(table + (at << 1)), probes: usize = 0;
    while (entry !== 0 && load<T>(values + (entry - 1) * sizeof<T>()) !== word) {
      if (++probes === MAX_PROBES) return -1;
      at = (at + 1) & mask;
      entry = load<u16>(table + (at << 1));
    }
    if (entry === 0) {
      if (known === maxValues) return -1;
      store<T>(values + known * sizeof<T>(), word);
      entry = ++known;
      store<u16>(table + (at << 1), <u16> entry);
    }
    last = word;
    lastIndex = <u16> (entry - 1);
    hasLast = true;
    store<u16>(indices + (i << 1), lastIndex);
  }
  return <i32> known;
}

export function indexWords4(
  source: usize,
  count: usize,
  values: usize,
  numValues: usize,
  maxValues: usize,
  table: usize,
  bits: u32,
  indices: usize,
): i32 {
  return indexWords<u32>(source, count, values, numValues, maxValues, table, bits, indices);
}

export function indexWords8(
  source: usize,
  count: usize,
  values: usize,
  numValues: usize,
  maxValues: usize,
  table: usize,
  bits: u32,
  indices: usize,
): i32 {
  return indexWords<u64>(source, count, values, numValues, maxValues, table, bits, indices);
}

/** groups of 8 numbers of a packed run: their count then takes one byte */
const MAX_GROUPS: u32 = 63;

/** how many of the numbers from `at` on are the same */
// @ts-ignore: decorator
@inline
function sameAs(at: usize, end: usize): usize {
  const first = load<u16>(at);
  let next = at + 2;
  while (next < end && load<u16>(next) === first) next += 2;
  return (next - at) >> 1;
}

/** Packs 8 numbers of at most 15 bits; writes up to 16 bytes. */
// @ts-ignore: decorator
@inline
function packGroup(at: usize, width: u32, to: usize): void {
  const w: u64 = width;
  const low = <u64> load<u16>(at) | <u64> load<u16>(at, 2) << w | <u64> load<u16>(at, 4) << (2 * w) |
    <u64> load<u16>(at, 6) << (3 * w);
  const high = <u64> load<u16>(at, 8) | <u64> load<u16>(at, 10) << w | <u64> load<u16>(at, 12) << (2 * w) |
    <u64> load<u16>(at, 14) << (3 * w);
  store<u64>(to, low);
  // the upper half begins in the middle of a byte where the width is odd
  const isOdd: u64 = w & 1, whole = (w * 4) & ~7;
  store<u64>(to + <usize> (whole >> 3), isOdd ? (low >> whole) | high << 4 : high);
}

/**
 * Numbers as the hybrid of run lengths and bit packing: 8 or more that are the same are a run. What is behind the
 * last number, up to a multiple of 8, must be 0; up to 16 bytes more than it returns are written.
 *
 * Source: Encodings.md of the Parquet format, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
 *
 * @param width 1 to 15 bits
 * @returns where the output ends
 */
export function encodeHybrid(indices: usize, count: usize, width: u32, target: usize): usize {
  const end = indices + (count << 1);
  let to = target, header: usize = 0, numGroups: u32 = 0;
  for (let at = indices; at < end;) {
    const same = load<u64>(at) === load<u64>(at, 8) ? sameAs(at, end) : 0;
    if (same >= 8) {
      if (numGroups > 0) store<u8>(header, <u8> (numGroups << 1 | 1));
      numGroups = 0;
      let rest = same << 1;
      for (; rest >= 0x80; rest >>= 7) store<u8>(to++, <u8> (rest | 0x80));
      store<u8>(to++, <u8> rest);
      const value = load<u16>(at);
      store<u8>(to++, <u8> value);
      if (width > 8) store<u8>(to++, <u8> (value >> 8));
      at += same << 1;
      continue;
    }
    if (numGroups === 0) header = to++;
    packGroup(at, width, to);
    to += width;
    at += 16;
    if (++numGroups === MAX_GROUPS) {
      store<u8>(header, <u8> (MAX_GROUPS << 1 | 1));
      numGroups = 0;
    }
  }
  if (numGroups > 0) store<u8>(header, <u8> (numGroups << 1 | 1));
  return to;
}
