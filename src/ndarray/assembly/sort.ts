/**
 * Stable sorting by digits, the least significant first (D. E. Knuth, "The Art of Computer Programming" 3, 5.2.5).
 *
 * Three digits are sorted by in one go, which are the uppermost 33 bits of long rows: what agrees in them lies together
 * then, and is sorted by the bits below, in most data a few elements at a time. Digits in which all keys agree are left
 * out. Rows that are larger than the cache are parted by the uppermost digit first, and the other two sort the parts.
 */
import { CHUNK, FLOAT, keyOf, makeElements, makeKeys, numNegativeZeros, numZeros, SIGNED, signOf } from "./keys";

/** bits of a digit of long rows, and of rows for which so many counters do not pay */
const WIDE: u32 = 11;
const NARROW: u32 = 8;
const WIDE_FROM: u32 = 2048;
/** rows up to this length are sorted by insertion */
const SHORT: u32 = 48;
/** this many keys stay near, in the second-level cache or just beyond it, beside the place that they are moved to */
const NEAR: u32 = 1 << 18;
/** the counters of three digits; behind them the ends of the parts of rows that are split, for each digit of a key */
const ENDS: usize = 3 << (WIDE + 2);
export const COUNT_BYTES: usize = ENDS + (6 << (WIDE + 2));

// @ts-ignore: decorator
@inline
function digitAt<T>(key: T, shift: u32, mask: u32): u32 {
  return <u32>(<u64>key >> <u64>shift) & mask;
}

export function insertionSort<T>(a: usize, n: u32): void {
  const end = a + <usize>n * sizeof<T>();
  for (let i = a + sizeof<T>(); i < end; i += sizeof<T>()) {
    const key = load<T>(i);
    let place = i;
    while (place > a && load<T>(place - sizeof<T>()) > key) {
      store<T>(place, load<T>(place - sizeof<T>()));
      place -= sizeof<T>();
    }
    store<T>(place, key);
  }
}

// @ts-ignore: decorator
@inline
function countOne(counts: usize, digit: u32): void {
  const at = counts + (<usize>digit << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** counts the `num` digits from `shift` on */
function countDigits<T>(a: usize, n: u32, shift: u32, width: u32, counts: usize, num: u32): void {
  const mask: u32 = (1 << width) - 1, second = counts + (<usize>4 << width), third = second + (<usize>4 << width);
  const end = a + <usize>n * sizeof<T>();
  if (num === 1) {
    for (; a < end; a += sizeof<T>()) countOne(counts, digitAt<T>(load<T>(a), shift, mask));
    return;
  }
  if (num === 2) {
    for (; a < end; a += sizeof<T>()) {
      const key = load<T>(a);
      countOne(counts, digitAt<T>(key, shift, mask));
      countOne(second, digitAt<T>(key, shift + width, mask));
    }
    return;
  }
  if (sizeof<T>() === 4) {
    // one load for two keys: each access is checked
    for (const last = end - 8; a <= last; a += 8) {
      const two = load<u64>(a), key = <u32>two, next = <u32>(two >> 32);
      countOne(counts, digitAt<u32>(key, shift, mask));
      countOne(second, digitAt<u32>(key, shift + width, mask));
      countOne(third, digitAt<u32>(key, shift + 2 * width, mask));
      countOne(counts, digitAt<u32>(next, shift, mask));
      countOne(second, digitAt<u32>(next, shift + width, mask));
      countOne(third, digitAt<u32>(next, shift + 2 * width, mask));
    }
  }
  for (; a < end; a += sizeof<T>()) {
    const key = load<T>(a);
    countOne(counts, digitAt<T>(key, shift, mask));
    countOne(second, digitAt<T>(key, shift + width, mask));
    countOne(third, digitAt<T>(key, shift + 2 * width, mask));
  }
}

function countAll<T>(a: usize, n: u32, shift: u32, width: u32, counts: usize, num: u32): void {
  memory.fill(counts, 0, <usize>num << (width + 2));
  for (; n > CHUNK; n -= CHUNK, a += <usize>CHUNK * sizeof<T>()) countDigits<T>(a, CHUNK, shift, width, counts, num);
  countDigits<T>(a, n, shift, width, counts, num);
}

// @ts-ignore: decorator
@inline
function scatterOne<T>(key: T, digit: u32, places: usize): void {
  const at = places + (<usize>digit << 2), place = load<u32>(at);
  store<u32>(at, place + <u32>sizeof<T>());
  store<T>(<usize>place, key);
}

function scatterDigits<T>(a: usize, n: u32, shift: u32, mask: u32, places: usize): void {
  const end = a + <usize>n * sizeof<T>();
  if (sizeof<T>() === 4) {
    for (const last = end - 8; a <= last; a += 8) {
      const two = load<u64>(a), key = <u32>two, next = <u32>(two >> 32);
      scatterOne<u32>(key, digitAt<u32>(key, shift, mask), places);
      scatterOne<u32>(next, digitAt<u32>(next, shift, mask), places);
    }
  }
  for (; a < end; a += sizeof<T>()) {
    const key = load<T>(a);
    scatterOne<T>(key, digitAt<T>(key, shift, mask), places);
  }
}

function scatterAll<T>(a: usize, n: u32, shift: u32, mask: u32, places: usize): void {
  for (; n > CHUNK; n -= CHUNK, a += <usize>CHUNK * sizeof<T>()) scatterDigits<T>(a, CHUNK, shift, mask, places);
  scatterDigits<T>(a, n, shift, mask, places);
}

/** counters as the addresses where digits begin, from `b` on */
function addUp<T>(counts: usize, width: u32, b: usize): void {
  for (const end = counts + (<usize>4 << width); counts < end; counts += 4) {
    const count = load<u32>(counts);
    store<u32>(counts, <u32>b);
    b += <usize>count * sizeof<T>();
  }
}

/**
 * Sorts n keys by their bits from `low` to `high`, of which the bits above agree, and those below are in order. Those
 * of `a` get into `b` where `moves`, else they stay; the other place is work space.
 */
export function sortKeys<T>(a: usize, b: usize, n: u32, low: u32, high: u32, counts: usize, moves: bool): void {
  sortDigits<T>(a, b, n, low, high, counts, moves, 3);
}

/** the same, with the most wide digits that are sorted by before the keys that agree in them are sought */
function sortDigits<T>(a: usize, b: usize, n: u32, low: u32, high: u32, counts: usize, moves: bool, most: u32): void {
  if (n <= SHORT) {
    insertionSort<T>(a, n);
    if (moves) memory.copy(b, a, <usize>n * sizeof<T>());
    return;
  }
  if (n > NEAR && high > low + WIDE) return splitKeys<T>(a, b, n, low, high, counts, moves);
  const isShort = n < WIDE_FROM, widest = isShort ? NARROW : WIDE, bits = high - low;
  const num = min<u32>(isShort ? 3 : most, (bits + widest - 1) / widest);
  const width = min<u32>(widest, (bits + num - 1) / num);
  const mask: u32 = (1 << width) - 1, base = high > low + num * width ? high - num * width : low;
  countAll<T>(a, n, base, width, counts, num);
  const first = load<T>(a);
  let source = a, target = b;
  for (let digit: u32 = 0; digit < num; digit++) {
    const shift = base + digit * width, places = counts + (<usize>digit << (width + 2));
    if (load<u32>(places + (<usize>digitAt<T>(first, shift, mask) << 2)) === n) continue;
    addUp<T>(places, width, target);
    scatterAll<T>(source, n, shift, mask, places);
    const other = source;
    source = target;
    target = other;
  }
  const wanted = moves ? b : a;
  if (source !== wanted) memory.copy(wanted, source, <usize>n * sizeof<T>());
  if (base > low) sortRuns<T>(wanted, moves ? a : b, n, low, base, counts);
}

/** the same of many keys: they are parted by their uppermost digit first, and the parts are sorted in the cache */
function splitKeys<T>(a: usize, b: usize, n: u32, low: u32, high: u32, counts: usize, moves: bool): void {
  // a part has fewer bits to sort by, and so ends of its own
  const shift = high - WIDE, mask: u32 = (1 << WIDE) - 1;
  const ends = counts + ENDS + (<usize>((64 - high) / WIDE) << (WIDE + 2));
  countAll<T>(a, n, shift, WIDE, ends, 1);
  if (load<u32>(ends + (<usize>digitAt<T>(load<T>(a), shift, mask) << 2)) === n) {
    sortKeys<T>(a, b, n, low, shift, counts, moves);
    return;
  }
  addUp<T>(ends, WIDE, b);
  scatterAll<T>(a, n, shift, mask, ends);
  for (let digit: u32 = 0, start = b; digit <= mask; digit++) {
    const end = <usize>load<u32>(ends + (<usize>digit << 2)), num = <u32>((end - start) / sizeof<T>());
    if (num > 0) sortDigits<T>(start, a + (start - b), num, low, shift, counts, !moves, 2);
    start = end;
  }
}

/** the first of n - 1 keys that agrees with the one behind it in the bits from `base` on, or n - 1 */
function nextRun<T>(a: usize, n: u32, base: u32): u32 {
  let before = <u64>load<T>(a) >> <u64>base;
  for (let i: u32 = 1; i < n; i++) {
    const bits = <u64>load<T>(a + <usize>i * sizeof<T>()) >> <u64>base;
    if (bits === before) return i - 1;
    before = bits;
  }
  return n - 1;
}

/** how many of n keys agree with the first in the bits from `base` on, up to the first that does not */
function agreeing<T>(a: usize, n: u32, first: u64, base: u32): u32 {
  let i: u32 = 0;
  while (i < n && <u64>load<T>(a + <usize>i * sizeof<T>()) >> <u64>base === first) i++;
  return i;
}

function runLength<T>(a: usize, n: u32, base: u32): u32 {
  const first = <u64>load<T>(a) >> <u64>base;
  let length: u32 = 0;
  for (; n - length > CHUNK; length += CHUNK) {
    const found = agreeing<T>(a + <usize>length * sizeof<T>(), CHUNK, first, base);
    if (found < CHUNK) return length + found;
  }
  return length + agreeing<T>(a + <usize>length * sizeof<T>(), n - length, first, base);
}

/** sorts by the bits from `low` to `base` what agrees in the bits above */
function sortRuns<T>(a: usize, spare: usize, n: u32, low: u32, base: u32, counts: usize): void {
  let i: u32 = 0;
  while (i + 1 < n) {
    const most = min<u32>(n - i, CHUNK), found = nextRun<T>(a + <usize>i * sizeof<T>(), most, base);
    i += found;
    if (found === most - 1) continue;
    const start = a + <usize>i * sizeof<T>(), length = runLength<T>(start, n - i, base);
    if (length <= SHORT) insertionSort<T>(start, length);
    else sortKeys<T>(start, spare + <usize>i * sizeof<T>(), length, low, base, counts, false);
    i += length;
  }
}

/** the signs of zeros, in the order in which these are, as bits */
function keepSigns<T>(keys: usize, n: u32, signs: usize): void {
  const zero = signOf<T>(), negative = <T>(zero - 1);
  let at: u32 = 0;
  for (const end = keys + <usize>n * sizeof<T>(); keys < end; keys += sizeof<T>()) {
    const key = load<T>(keys);
    if (key !== zero && key !== negative) continue;
    const byte = signs + <usize>(at >> 3), bit = <u8>1 << <u8>(at & 7);
    const others = (at & 7) === 0 ? <u8>0 : load<u8>(byte);
    store<u8>(byte, key === negative ? others | bit : others);
    at++;
  }
}

/** zeros of sorted keys as they were kept */
function restoreSigns<T>(keys: usize, signs: usize): void {
  const zero = signOf<T>(), negative = <T>(zero - 1);
  while (load<T>(keys) < negative) keys += sizeof<T>();
  for (let i: u32 = 0; i < numZeros; i++, keys += sizeof<T>()) {
    store<T>(keys, (load<u8>(signs + <usize>(i >> 3)) >> <u8>(i & 7)) & 1 ? negative : zero);
  }
}

/** counts of n bytes, in four tables: of neighbours that are equal none waits for the other */
function countBytes(source: usize, n: u32, counts: usize): void {
  const end = source + n, whole = source + (n & ~7);
  for (; source < whole; source += 8) {
    const eight = load<u64>(source), four = <u32>eight, more = <u32>(eight >> 32);
    countOne(counts, four & 255);
    countOne(counts + 1024, four >> 8 & 255);
    countOne(counts + 2048, four >> 16 & 255);
    countOne(counts + 3072, four >> 24);
    countOne(counts, more & 255);
    countOne(counts + 1024, more >> 8 & 255);
    countOne(counts + 2048, more >> 16 & 255);
    countOne(counts + 3072, more >> 24);
  }
  for (; source < end; source++) countOne(counts, load<u8>(source));
}

/** elements of one byte are counted, not moved */
function sortBytes(source: usize, target: usize, n: u32, kind: i32, counts: usize): void {
  memory.fill(counts, 0, 4096);
  const flip: u32 = kind === SIGNED ? 128 : 0;
  for (let done: u32 = 0; done < n; done += CHUNK) countBytes(source + done, min<u32>(CHUNK, n - done), counts);
  for (let key: u32 = 0; key < 256; key++) {
    const at = counts + (<usize>(key ^ flip) << 2);
    const count = load<u32>(at) + load<u32>(at, 1024) + load<u32>(at, 2048) + load<u32>(at, 3072);
    memory.fill(target, <u8>(key ^ flip), count);
    target += count;
  }
}

function sortElements<T>(source: usize, target: usize, work: usize, n: u32, kind: i32): void {
  const counts = work, signs = counts + COUNT_BYTES;
  const keys = (signs + <usize>(n >> 3) + 16) & ~15;
  makeKeys<T>(source, keys, n, kind);
  const hasSigns = kind === FLOAT && numNegativeZeros > 0 && numNegativeZeros < numZeros;
  if (hasSigns) keepSigns<T>(keys, n, signs);
  sortKeys<T>(keys, target, n, 0, 8 * sizeof<T>(), counts, true);
  if (hasSigns) restoreSigns<T>(target, signs);
  makeElements<T>(target, n, kind);
}

/**
 * Sorts a row of n elements of 2^size bytes into `target`, which may be the row itself. Zeros of both signs stay in the
 * order in which they were. `work` has `sortWork` bytes.
 */
export function sortRow(source: usize, target: usize, work: usize, n: u32, size: i32, kind: i32): void {
  if (n === 0) return;
  if (size === 0) sortBytes(source, target, n, kind, work);
  else if (size === 1) sortElements<u16>(source, target, work, n, kind);
  else if (size === 2) sortElements<u32>(source, target, work, n, kind);
  else sortElements<u64>(source, target, work, n, kind);
}

/** bytes of work space for a row of n elements of 2^size bytes */
export function sortWork(n: u32, size: i32): f64 {
  return <f64>COUNT_BYTES + <f64>(n >> 3) + 64 + <f64>n * <f64>(1 << size);
}

/** the upper bits of keys, each above its position, which takes `low` bits */
function packKeys<T>(source: usize, packed: usize, first: u32, n: u32, kind: i32, low: u32): void {
  const shift = 64 - 8 * sizeof<T>();
  for (let i: u32 = 0; i < n; i++) {
    const key = <u64>keyOf<T>(load<T>(source + <usize>i * sizeof<T>()), kind, false) << <u64>shift;
    store<u64>(packed + (<usize>i << 3), key >> <u64>low << <u64>low | <u64>(first + i));
  }
}

function packAll<T>(source: usize, packed: usize, n: u32, kind: i32, low: u32): void {
  let first: u32 = 0;
  for (; n - first > CHUNK; first += CHUNK) {
    packKeys<T>(source + <usize>first * sizeof<T>(), packed + (<usize>first << 3), first, CHUNK, kind, low);
  }
  packKeys<T>(source + <usize>first * sizeof<T>(), packed + (<usize>first << 3), first, n - first, kind, low);
}

/** the lower bits of the keys of packed positions, above these */
function packLower(source: usize, packed: usize, n: u32, kind: i32, low: u32): void {
  const mask: u64 = (<u64>1 << <u64>low) - 1;
  for (const end = packed + (<usize>n << 3); packed < end; packed += 8) {
    const position = load<u64>(packed) & mask;
    const key = keyOf<u64>(load<u64>(source + (<usize>position << 3)), kind, false);
    store<u64>(packed, (key & mask) << <u64>low | position);
  }
}

/** sorts by the lower bits of 64-bit keys what agrees in the upper ones */
function sortLower(source: usize, packed: usize, spare: usize, n: u32, kind: i32, low: u32, counts: usize): void {
  let i: u32 = 0;
  while (i + 1 < n) {
    const most = min<u32>(n - i, CHUNK), found = nextRun<u64>(packed + (<usize>i << 3), most, low);
    i += found;
    if (found === most - 1) continue;
    const start = packed + (<usize>i << 3), length = runLength<u64>(start, n - i, low);
    let done: u32 = 0;
    for (; length - done > CHUNK; done += CHUNK) packLower(source, start + (<usize>done << 3), CHUNK, kind, low);
    packLower(source, start + (<usize>done << 3), length - done, kind, low);
    sortKeys<u64>(start, spare + (<usize>i << 3), length, low, 2 * low, counts, false);
    i += length;
  }
}

/** the positions of packed keys */
function unpack(packed: usize, n: u32, low: u32): void {
  const mask: u64 = (<u64>1 << <u64>low) - 1;
  for (const end = packed + (<usize>n << 3); packed < end; packed += 8) {
    store<u64>(packed, load<u64>(packed) & mask);
  }
}

/**
 * The positions (i64) that sort a row of n elements of 2^size bytes; equal ones stay in order, and zeros of both signs
 * are equal. `work` has `argsortWork` bytes.
 */
export function argsortRow(source: usize, positions: usize, work: usize, n: u32, size: i32, kind: i32): void {
  if (n === 0) return;
  const counts = work, packed = work + COUNT_BYTES, low: u32 = 32 - <u32>clz<u32>(n - 1 | 1);
  if (size === 0) packAll<u8>(source, packed, n, kind, low);
  else if (size === 1) packAll<u16>(source, packed, n, kind, low);
  else if (size === 2) packAll<u32>(source, packed, n, kind, low);
  else packAll<u64>(source, packed, n, kind, low);
  // keys of 32 bits and less stand above bit 31, three digits from the top
  sortKeys<u64>(packed, positions, n, size === 3 ? low : 31, 64, counts, true);
  if (size === 3) sortLower(source, positions, packed, n, kind, low, counts);
  let done: u32 = 0;
  for (; n - done > CHUNK; done += CHUNK) unpack(positions + (<usize>done << 3), CHUNK, low);
  unpack(positions + (<usize>done << 3), n - done, low);
}

/** bytes of work space for the positions of n elements */
export function argsortWork(n: u32): f64 {
  return <f64>COUNT_BYTES + 64 + 8 * <f64>n;
}
