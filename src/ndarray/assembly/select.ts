/**
 * Selection by digits, the most significant first: of the keys, those are kept that agree with the wanted one in the
 * digits that are known.
 */
import { bitsOf, CHUNK, FLOAT, keyOf, makeElements, makeKeys, numNans, signOf } from "./keys";
import { keepBetween, makeShuffles, numBelow, partKeys, SHUFFLE_BYTES } from "./compress";
import { insertionSort } from "./sort";

const DIGIT: u32 = 11;
const SHORT: u32 = 48;

function countAgreeing<T>(a: usize, n: u32, top: u32, prefix: u64, shift: u32, counts: usize): void {
  // a shift by 64 bits is one by none: two shifts
  const half = top >> 1, mask: u32 = (1 << (top - shift)) - 1;
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) {
    const key = <u64>load<T>(a);
    const at = counts + (<usize>(<u32>(key >> <u64>shift) & mask) << 2);
    store<u32>(at, load<u32>(at) + u32(key >> <u64>half >> <u64>(top - half) === prefix));
  }
}

function keepAgreeing<T>(a: usize, n: u32, shift: u32, prefix: u64, kept: usize): usize {
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) {
    const key = load<T>(a);
    store<T>(kept, key);
    kept += <u64>key >> <u64>shift === prefix ? sizeof<T>() : 0;
  }
  return kept;
}

/** keys of a sample, and how far from the wanted rank in it those are that bound the wanted key: three deviations */
const SAMPLE: u32 = 256;
const MARGIN: u32 = 24;
/** fewer keys are selected from by digits at once */
const SAMPLED_FROM: u32 = 8192;

let sampledNum: u32 = 0;
let sampledRank: u32 = 0;

/**
 * Keeps of many keys those between two of a sample, between which the one at k is to be expected: how many
 * there are, and its rank among them, or 0 where it is not among them or they are too many for half of the
 * room.
 */
function keepSampled<T>(a: usize, n: u32, k: u32, sample: usize, kept: usize, table: usize): void {
  sampledNum = 0;
  const step = n / SAMPLE;
  for (let i: u32 = 0; i < SAMPLE; i++) {
    // one of each stretch, not at the same place in all, as keys may repeat by it
    const at = i * step + <u32>(<u64>(i * 2654435761) * step >> 32);
    store<T>(sample + <usize>i * sizeof<T>(), load<T>(a + <usize>at * sizeof<T>()));
  }
  insertionSort<T>(sample, SAMPLE);
  const rank = <u32>(<u64>k * SAMPLE / n);
  const low = rank < MARGIN ? <T>0 : load<T>(sample + <usize>(rank - MARGIN) * sizeof<T>());
  const high = rank + MARGIN >= SAMPLE
    ? <T>(~(<u64>0))
    : load<T>(sample + <usize>(rank + MARGIN) * sizeof<T>());
  const piece = min<u32>(CHUNK, n >> 4), last = kept + <usize>((n >> 1) - piece) * sizeof<T>();
  let below: u32 = 0, end = kept, done: u32 = 0;
  for (; done < n; done += piece) {
    if (end > last) return;
    const num = min<u32>(piece, n - done);
    end = keepBetween<T>(a + <usize>done * sizeof<T>(), num, low, high, end, table);
    below += numBelow;
  }
  const num = <u32>((end - kept) / sizeof<T>());
  if (k < below || k - below >= num) return;
  sampledNum = num;
  sampledRank = k - below;
}

/** the key that sorting puts at k of many, as `selectKey`; `table` has their shuffles */
function selectSampled<T>(a: usize, n: u32, k: u32, counts: usize, kept: usize, table: usize): T {
  const given = a, numGiven = n, rank = k;
  while (n >= SAMPLED_FROM) {
    keepSampled<T>(a, n, k, counts, kept, table);
    // what was kept is lost
    if (sampledNum === 0) return selectKey<T>(given, numGiven, rank, counts, kept);
    a = kept;
    n = sampledNum;
    k = sampledRank;
  }
  return selectKey<T>(a, n, k, counts, kept);
}

/** the key that sorting puts at k; `kept` has room for half of the keys and one, and may be where they are */
function selectKey<T>(a: usize, n: u32, k: u32, counts: usize, kept: usize): T {
  const bytes = <usize>CHUNK * sizeof<T>();
  let top: u32 = 8 * sizeof<T>(), prefix: u64 = 0, isKept = false;
  while (top > 0) {
    if (n <= SHORT) {
      if (!isKept) memory.copy(kept, a, <usize>n * sizeof<T>());
      insertionSort<T>(kept, n);
      return load<T>(kept + <usize>k * sizeof<T>());
    }
    const shift = top > DIGIT ? top - DIGIT : 0;
    memory.fill(counts, 0, 4 << DIGIT);
    let rest = n, from = a;
    for (; rest > CHUNK; rest -= CHUNK, from += bytes) countAgreeing<T>(from, CHUNK, top, prefix, shift, counts);
    countAgreeing<T>(from, rest, top, prefix, shift, counts);
    let digit: u32 = 0, found = load<u32>(counts);
    while (k >= found) {
      k -= found;
      digit++;
      found = load<u32>(counts + (<usize>digit << 2));
    }
    prefix = prefix << <u64>(top - shift) | <u64>digit;
    top = shift;
    if (top > 0 && found <= n >> 1) {
      let end = kept;
      for (rest = n, from = a; rest > CHUNK; rest -= CHUNK, from += bytes) {
        end = keepAgreeing<T>(from, CHUNK, top, prefix, end);
      }
      keepAgreeing<T>(from, rest, top, prefix, end);
      a = kept;
      isKept = true;
      n = found;
    }
  }
  return <T>prefix;
}

let numUpTo: u32 = 0;
let above: u64 = 0;

function lookAbove<T>(a: usize, n: u32, key: T): void {
  let count: u32 = 0, least = <T>above;
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) {
    const other = load<T>(a), isAbove = other > key;
    count += u32(!isAbove);
    least = isAbove && other < least ? other : least;
  }
  numUpTo += count;
  above = <u64>least;
}

function selectElements<T>(keys: usize, n: u32, k: u32, out: usize, work: usize, kind: i32): void {
  const key = selectKey<T>(keys, n, k, work, work + (4 << DIGIT));
  store<T>(out, bitsOf<T>(key, kind));
  numUpTo = 0;
  above = <u64>(<T>(~(<u64>0)));
  let rest = n, from = keys;
  for (; rest > CHUNK; rest -= CHUNK, from += <usize>CHUNK * sizeof<T>()) lookAbove<T>(from, CHUNK, key);
  lookAbove<T>(from, rest, key);
  store<T>(out + sizeof<T>(), bitsOf<T>(k + 1 < numUpTo ? key : <T>above, kind));
}

/**
 * Writes to `out` the elements that sorting n keys of 2^size bytes puts at k and at k + 1, where there is
 * one. `work` has `selectWork` bytes.
 */
export function selectPair(keys: usize, n: u32, k: u32, out: usize, work: usize, size: i32, kind: i32): void {
  if (size === 0) selectElements<u8>(keys, n, k, out, work, kind);
  else if (size === 1) selectElements<u16>(keys, n, k, out, work, kind);
  else if (size === 2) selectElements<u32>(keys, n, k, out, work, kind);
  else selectElements<u64>(keys, n, k, out, work, kind);
}

/** bytes of work space of a selection among n elements of 2^size bytes */
export function selectWork(n: u32, size: i32): f64 {
  return <f64>(4 << DIGIT) + 1024 + <f64>((n >> 1) + 2) * <f64>(1 << size);
}

/** The keys of n elements of 2^size bytes, in their place or elsewhere; how many are NaN. */
export function rowKeys(source: usize, keys: usize, n: u32, size: i32, kind: i32): u32 {
  if (size === 0) makeKeys<u8>(source, keys, n, kind);
  else if (size === 1) makeKeys<u16>(source, keys, n, kind);
  else if (size === 2) makeKeys<u32>(source, keys, n, kind);
  else makeKeys<u64>(source, keys, n, kind);
  return kind === FLOAT ? numNans : 0;
}

/** pivots of a partition: 16 at most, ascending */
const MOST_PIVOTS: u32 = 16;

/** Of m ascending pivots: 2 i for what is between those before i and pivot i, 2 i + 1 for what is pivot i. */
// @ts-ignore: decorator
@inline
function partOf<T>(key: T, pivots: usize, m: u32): u32 {
  let part: u32 = 0;
  for (let i: u32 = 0; i < m; i++) {
    const pivot = <T>load<u64>(pivots + (<usize>i << 3));
    part += u32(key >= pivot) + u32(key > pivot);
  }
  return part;
}

function countParts<T>(keys: usize, n: u32, pivots: usize, m: u32, counts: usize): void {
  for (const end = keys + <usize>n * sizeof<T>(); keys < end; keys += sizeof<T>()) {
    const at = counts + (<usize>partOf<T>(load<T>(keys), pivots, m) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

function moveParts<T>(
  keys: usize,
  first: u32,
  n: u32,
  pivots: usize,
  m: u32,
  places: usize,
  target: usize,
  kind: i32,
  isOrder: bool,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const key = load<T>(keys + <usize>i * sizeof<T>());
    const at = places + (<usize>partOf<T>(key, pivots, m) << 2), place = load<u32>(at);
    store<u32>(at, place + 1);
    if (isOrder) store<u64>(target + (<usize>place << 3), <u64>(first + i));
    else store<T>(target + <usize>place * sizeof<T>(), bitsOf<T>(key, kind));
  }
}

let belowAt: usize = 0;
let equalAt: usize = 0;
let aboveAt: usize = 0;

/** positions of keys to those of their part; none is a branch */
function movePositions<T>(keys: usize, first: u32, n: u32, pivot: T): void {
  let below = belowAt, equal = equalAt, above = aboveAt;
  for (let i: u32 = 0; i < n; i++, keys += sizeof<T>()) {
    const key = load<T>(keys), isBelow = key < pivot, isAbove = key > pivot;
    store<u64>(select<usize>(below, select<usize>(above, equal, isAbove), isBelow), <u64>(first + i));
    below += <usize>u32(isBelow) << 3;
    above += <usize>u32(isAbove) << 3;
    equal += <usize>(1 - u32(isBelow) - u32(isAbove)) << 3;
  }
  belowAt = below;
  equalAt = equal;
  aboveAt = above;
}

function countBelow<T>(keys: usize, n: u32, pivot: T): void {
  let below: u32 = 0, equal: u32 = 0;
  for (const end = keys + <usize>n * sizeof<T>(); keys < end; keys += sizeof<T>()) {
    const key = load<T>(keys);
    below += u32(key < pivot);
    equal += u32(key === pivot);
  }
  belowAt += below;
  equalAt += equal;
}

/** the positions of n keys (i64), of those below the pivot first, then of those that are it, then of those above */
function orderParts<T>(keys: usize, n: u32, pivot: T, target: usize): void {
  belowAt = equalAt = 0;
  for (let done: u32 = 0; done < n; done += CHUNK) {
    countBelow<T>(keys + <usize>done * sizeof<T>(), min<u32>(CHUNK, n - done), pivot);
  }
  const numBelowPivot = belowAt, numEqual = equalAt;
  belowAt = target;
  equalAt = target + (numBelowPivot << 3);
  aboveAt = equalAt + (numEqual << 3);
  for (let done: u32 = 0; done < n; done += CHUNK) {
    movePositions<T>(keys + <usize>done * sizeof<T>(), done, min<u32>(CHUNK, n - done), pivot);
  }
}

function partitionKeys<T>(
  keys: usize,
  n: u32,
  ks: usize,
  numKs: u32,
  target: usize,
  work: usize,
  kind: i32,
  isOrder: bool,
): void {
  const pivots = work, counts = pivots + 8 * MOST_PIVOTS, table = counts + 256, rest = table + SHUFFLE_BYTES;
  if (sizeof<T>() > 1 && numKs === 1 && n >= SAMPLED_FROM) {
    makeShuffles<T>(table);
    const pivot = selectSampled<T>(keys, n, load<u32>(ks), rest, rest + (4 << DIGIT), table);
    if (isOrder) return orderParts<T>(keys, n, pivot, target);
    partKeys<T>(keys, n, pivot, target, table);
    makeElements<T>(target, n, kind);
    return;
  }
  let m: u32 = 0;
  for (let i: u32 = 0; i < numKs; i++) {
    const pivot = <u64>selectKey<T>(keys, n, load<u32>(ks + (<usize>i << 2)), rest, rest + (4 << DIGIT));
    if (m > 0 && load<u64>(pivots + (<usize>(m - 1) << 3)) === pivot) continue;
    store<u64>(pivots + (<usize>m << 3), pivot);
    m++;
  }
  memory.fill(counts, 0, 256);
  let first: u32 = 0;
  for (; n - first > CHUNK; first += CHUNK) {
    countParts<T>(keys + <usize>first * sizeof<T>(), CHUNK, pivots, m, counts);
  }
  countParts<T>(keys + <usize>first * sizeof<T>(), n - first, pivots, m, counts);
  let sum: u32 = 0;
  for (let part: u32 = 0; part <= 2 * m; part++) {
    const at = counts + (<usize>part << 2), count = load<u32>(at);
    store<u32>(at, sum);
    sum += count;
  }
  for (first = 0; n - first > CHUNK; first += CHUNK) {
    moveParts<T>(keys + <usize>first * sizeof<T>(), first, CHUNK, pivots, m, counts, target, kind, isOrder);
  }
  moveParts<T>(keys + <usize>first * sizeof<T>(), first, n - first, pivots, m, counts, target, kind, isOrder);
}

/**
 * Partitions n keys of 2^size bytes around the `numKs` (16 at most) ascending positions `ks` (u32): the elements into
 * `target`, or, for `isOrder`, their positions (i64). In each part they stay in order. `work` has 8192 bytes more than
 * `selectWork`.
 */
export function partitionRow(
  keys: usize,
  n: u32,
  ks: usize,
  numKs: u32,
  target: usize,
  work: usize,
  size: i32,
  kind: i32,
  isOrder: bool,
): void {
  if (size === 0) partitionKeys<u8>(keys, n, ks, numKs, target, work, kind, isOrder);
  else if (size === 1) partitionKeys<u16>(keys, n, ks, numKs, target, work, kind, isOrder);
  else if (size === 2) partitionKeys<u32>(keys, n, ks, numKs, target, work, kind, isOrder);
  else partitionKeys<u64>(keys, n, ks, numKs, target, work, kind, isOrder);
}
