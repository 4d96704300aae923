/** What both encoders search with: a hash table of the last place of four bytes, and the length of a match. */

/** log2 of the table's entries */
export const HASH_BITS: u32 = 14;
/** matches reach back less than this: offsets have 16 bits in both formats */
export const MAX_OFFSET: usize = 65535;

// @ts-ignore: decorator
@inline
export function hash(word: u32): usize {
  return <usize> ((word * 2654435761) >> (32 - HASH_BITS));
}

/** Forgets all places. */
export function clearTable(table: usize): void {
  memory.fill(table, 0, 4 << HASH_BITS);
}

/** How many bytes at `a` and at `b`, behind it, are the same, at most up to `end`. */
// @ts-ignore: decorator
@inline
export function matchLength(a: usize, b: usize, end: usize): usize {
  const start = b;
  while (end - b >= 8) {
    const different = load<u64>(a) ^ load<u64>(b);
    if (different !== 0) return b - start + <usize> (ctz(different) >> 3);
    a += 8;
    b += 8;
  }
  while (b < end && load<u8>(a) === load<u8>(b)) {
    a++;
    b++;
  }
  return b - start;
}
