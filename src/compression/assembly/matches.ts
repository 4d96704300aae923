/** What both encoders search with: a hash table of the last place of four bytes, and matches found by it. */

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

/** bytes that a match has at least */
export const MIN_MATCH: usize = 4;

/** what the match that was found last is a copy of */
export let matchedFrom: usize = 0;

/** Remembers the place of the four bytes at `at`. */
// @ts-ignore: decorator
@inline
export function remember(table: usize, start: usize, at: usize): void {
  store<u32>(table + 4 * hash(load<u32>(at)), <u32> (at - start));
}

/**
 * Where the next match begins, which is a copy of what is at `matchedFrom`: from `at` on, in steps that grow by one
 * after 2^skipBits searches, then back as far as the bytes before it are the same and behind `anchor`.
 *
 * @returns 0 where none is found up to `searchEnd`
 */
export function findMatch(
  start: usize,
  at: usize,
  anchor: usize,
  searchEnd: usize,
  table: usize,
  skipBits: usize,
): usize {
  for (let searches: usize = 1 << skipBits; at <= searchEnd; at += searches++ >> skipBits) {
    const word = load<u32>(at), slot = table + 4 * hash(word);
    let from = start + <usize> load<u32>(slot);
    store<u32>(slot, <u32> (at - start));
    if (from >= at || at - from > MAX_OFFSET || load<u32>(from) !== word) continue;
    while (at > anchor && from > start && load<u8>(at - 1) === load<u8>(from - 1)) {
      at--;
      from--;
    }
    matchedFrom = from;
    return at;
  }
  return 0;
}
