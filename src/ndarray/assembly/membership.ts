/**
 * Whether elements are among others, by a table: of bytes where the others are integers of a narrow range, else of
 * elements in buckets of four (D. E. Knuth, "The Art of Computer Programming" 3, 6.4), of which few are full, so that a
 * search has no branch that cannot be foreseen. Free entries are NaN, of integers 0, which is then told apart.
 */
import { CHUNK, FLOAT, SIGNED } from "./keys";

function lowest<T>(a: usize, n: u32, low: T): T {
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) low = min<T>(low, load<T>(a));
  return low;
}

function highest<T>(a: usize, n: u32, high: T): T {
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) high = max<T>(high, load<T>(a));
  return high;
}

function rangeOf<T>(a: usize, n: u32, most: u32, target: usize): u32 {
  let low = load<T>(a), high = low;
  for (let done: u32 = 0; done < n; done += CHUNK) {
    const from = a + <usize>done * sizeof<T>(), num = min<u32>(CHUNK, n - done);
    low = lowest<T>(from, num, low);
    high = highest<T>(from, num, high);
  }
  store<u64>(target, <u64>low);
  const size = <u64>high - <u64>low;
  return size < <u64>most ? <u32>size + 1 : 0;
}

/**
 * How many integers there are from the least to the greatest of n (at least one) of 2^size bytes, or 0 for more than
 * `most`; the least goes to `target` (64 bits).
 */
export function integerRange(a: usize, n: u32, most: u32, target: usize, size: i32, kind: i32): u32 {
  if (kind === SIGNED) {
    if (size === 0) return rangeOf<i8>(a, n, most, target);
    if (size === 1) return rangeOf<i16>(a, n, most, target);
    if (size === 2) return rangeOf<i32>(a, n, most, target);
    return rangeOf<i64>(a, n, most, target);
  }
  if (size === 0) return rangeOf<u8>(a, n, most, target);
  if (size === 1) return rangeOf<u16>(a, n, most, target);
  if (size === 2) return rangeOf<u32>(a, n, most, target);
  return rangeOf<u64>(a, n, most, target);
}

function mark<T>(a: usize, n: u32, table: usize, low: T, byte: u8): void {
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) {
    store<u8>(table + <usize><T>(load<T>(a) - low), byte);
  }
}

function lookUp<T>(a: usize, n: u32, found: usize, table: usize, low: T, numEntries: u32): void {
  for (const end = found + n; found < end; found++, a += sizeof<T>()) {
    const entry = <T>(load<T>(a) - low);
    store<u8>(found, load<u8>(table + <usize>min<u64>(<u64>entry, <u64>numEntries)));
  }
}

/** T: integers without a sign */
function among<T>(
  a: usize,
  n: u32,
  others: usize,
  k: u32,
  found: usize,
  table: usize,
  low: T,
  range: u32,
  invert: u32,
): void {
  // one entry more, for all that are beyond
  memory.fill(table, <u8>invert, <usize>range + 1);
  for (let done: u32 = 0; done < k; done += CHUNK) {
    mark<T>(others + <usize>done * sizeof<T>(), min<u32>(CHUNK, k - done), table, low, <u8>(1 - invert));
  }
  for (let done: u32 = 0; done < n; done += CHUNK) {
    lookUp<T>(a + <usize>done * sizeof<T>(), min<u32>(CHUNK, n - done), found + done, table, low, range);
  }
}

/**
 * For each of n integers of 2^size bytes whether it is among k others, or (`invert`) is not: a byte each. The range,
 * whose least (64 bits) is at `lowest`, has all others; the table has a byte more.
 */
export function findInRange(
  a: usize,
  n: u32,
  others: usize,
  k: u32,
  found: usize,
  table: usize,
  lowest: usize,
  range: u32,
  invert: u32,
  size: i32,
): void {
  const low = load<u64>(lowest);
  if (size === 0) among<u8>(a, n, others, k, found, table, <u8>low, range, invert);
  else if (size === 1) among<u16>(a, n, others, k, found, table, <u16>low, range, invert);
  else if (size === 2) among<u32>(a, n, others, k, found, table, <u32>low, range, invert);
  else among<u64>(a, n, others, k, found, table, <u64>low, range, invert);
}

/** the bits of an element, of zeros of both signs the same */
// @ts-ignore: decorator
@inline
function bitsAt<T, B>(a: usize): B {
  const bits = load<B>(a);
  return isFloat<T>() && <B>(bits << 1) === <B>0 ? <B>0 : bits;
}

// @ts-ignore: decorator
@inline
function freeBits<T, B>(): B {
  return isFloat<T>() ? <B>-1 : <B>0;
}

/** the bucket of an element among 2^(64 - shift): all its bits decide */
// @ts-ignore: decorator
@inline
function bucketOf<B>(bits: B, shift: u32): usize {
  const mixed = <u64>bits * 0x9e3779b97f4a7c15;
  return <usize>(((mixed ^ mixed >> 32) * 0xd6e8feb86659fd93) >> <u64>shift);
}

// @ts-ignore: decorator
@inline
function hasElement<T>(bucket: usize, lanes: v128): bool {
  const first = v128.eq<T>(v128.load(bucket), lanes);
  if (sizeof<T>() === 4) return v128.any_true(first);
  return v128.any_true(v128.or(first, v128.eq<T>(v128.load(bucket, 16), lanes)));
}

/** steps for each element and other, after which a table is given up: elements made for one bucket take their square */
const MOST_STEPS: i64 = 16;

/** steps that are left for places other than an element's own; below zero: the table is given up */
let stepsLeft: i64 = 0;

/** puts those into the table that are not there; gives whether one is zero */
function fillBuckets<T, B>(a: usize, n: u32, table: usize, shift: u32): u32 {
  const mask = (<usize>1 << (64 - shift)) - 1, free = freeBits<T, B>();
  let hasZero: u32 = 0, left = stepsLeft;
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) {
    const bits = bitsAt<T, B>(a), x = load<T>(a);
    hasZero |= u32(bits === <B>0);
    if (isFloat<T>() ? x !== x : bits === <B>0) continue;
    let entry = bucketOf<B>(bits, shift) << 2;
    for (;;) {
      const entryBits = load<B>(table + entry * sizeof<T>());
      if (entryBits === free || entryBits === bits) break;
      // the next, of the next bucket where this one is full
      entry = (entry + 1) & (mask << 2 | 3);
      if (--left < 0) {
        stepsLeft = left;
        return hasZero;
      }
    }
    store<B>(table + entry * sizeof<T>(), bits);
  }
  stepsLeft = left;
  return hasZero;
}

/** whether an element is in the buckets behind one that is full, as far as steps are left */
function isBehind<T, B>(lanes: v128, bucket: usize, table: usize, mask: usize): bool {
  let at: usize, isIn: bool;
  do {
    stepsLeft--;
    bucket = (bucket + 1) & mask;
    at = table + (bucket << 2) * sizeof<T>();
    isIn = hasElement<T>(at, lanes);
  } while (!isIn && load<B>(at, 3 * sizeof<T>()) !== freeBits<T, B>() && stepsLeft >= 0);
  return isIn;
}

function seek<T, B>(a: usize, n: u32, found: usize, table: usize, shift: u32, zero: u32, invert: u32): void {
  const mask = (<usize>1 << (64 - shift)) - 1;
  for (const end = found + n; found < end; found++, a += sizeof<T>()) {
    const bits = bitsAt<T, B>(a), bucket = bucketOf<B>(bits, shift), at = table + (bucket << 2) * sizeof<T>();
    const lanes = v128.splat<B>(bits);
    let isIn = u32(hasElement<T>(at, lanes));
    if (load<B>(at, 3 * sizeof<T>()) !== freeBits<T, B>() && !isIn) {
      isIn = u32(isBehind<T, B>(lanes, bucket, table, mask));
    }
    if (!isFloat<T>()) isIn = select<u32>(zero, isIn, bits === <B>0);
    store<u8>(found, isIn ^ invert);
  }
}

function amongBuckets<T, B>(
  a: usize,
  n: u32,
  others: usize,
  k: u32,
  found: usize,
  table: usize,
  shift: u32,
  invert: u32,
): bool {
  memory.fill(table, <u8>freeBits<T, B>(), <usize>4 * sizeof<T>() << (64 - shift));
  let zero: u32 = 0;
  stepsLeft = MOST_STEPS * (<i64>n + <i64>k);
  for (let done: u32 = 0; done < k && stepsLeft >= 0; done += CHUNK) {
    zero |= fillBuckets<T, B>(others + <usize>done * sizeof<T>(), min<u32>(CHUNK, k - done), table, shift);
  }
  if (stepsLeft < 0) return false;
  for (let done: u32 = 0; done < n && stepsLeft >= 0; done += CHUNK) {
    const from = a + <usize>done * sizeof<T>(), num = min<u32>(CHUNK, n - done);
    seek<T, B>(from, num, found + done, table, shift, zero, invert);
  }
  return stepsLeft >= 0;
}

/**
 * The same of elements of 4 or 8 bytes, by a table of 2^(64 - shift) buckets of 4, of which one at least is not full.
 * False: so many elements are far from their buckets that the table is given up.
 */
export function findInBuckets(
  a: usize,
  n: u32,
  others: usize,
  k: u32,
  found: usize,
  table: usize,
  shift: u32,
  invert: u32,
  size: i32,
  kind: i32,
): bool {
  if (kind === FLOAT) {
    return size === 2
      ? amongBuckets<f32, u32>(a, n, others, k, found, table, shift, invert)
      : amongBuckets<f64, u64>(a, n, others, k, found, table, shift, invert);
  }
  return size === 2
    ? amongBuckets<u32, u32>(a, n, others, k, found, table, shift, invert)
    : amongBuckets<u64, u64>(a, n, others, k, found, table, shift, invert);
}

/** a byte, 0 or -1, for each lane of four vectors of masks; of 64-bit lanes the lower eight */
// @ts-ignore: decorator
@inline
function bytesOf<T>(x: v128, y: v128, z: v128, w: v128): v128 {
  const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(x, y), i16x8.narrow_i32x4_s(z, w));
  return sizeof<T>() === 8 ? i8x16.narrow_i16x8_s(bytes, bytes) : bytes;
}

/** by comparing with each of few others */
function compare<T>(a: usize, n: u32, others: usize, k: u32, found: usize, invert: u32): void {
  const end = found + n, perStep = 64 / sizeof<T>(), last = others + <usize>k * sizeof<T>(), none = i32x4.splat(0);
  const one = i8x16.splat(1), flip = i8x16.splat(<i8>invert);
  for (; found + perStep <= end; found += perStep, a += 64) {
    const x = v128.load(a), y = v128.load(a, 16), z = v128.load(a, 32), w = v128.load(a, 48);
    let inX = none, inY = none, inZ = none, inW = none;
    for (let other = others; other < last; other += sizeof<T>()) {
      const lanes = v128.splat<T>(load<T>(other));
      inX = v128.or(inX, v128.eq<T>(x, lanes));
      inY = v128.or(inY, v128.eq<T>(y, lanes));
      inZ = v128.or(inZ, v128.eq<T>(z, lanes));
      inW = v128.or(inW, v128.eq<T>(w, lanes));
    }
    const bytes = v128.xor(v128.and(bytesOf<T>(inX, inY, inZ, inW), one), flip);
    if (sizeof<T>() === 8) v128.store64_lane(found, bytes, 0);
    else v128.store(found, bytes);
  }
  for (; found < end; found++, a += sizeof<T>()) {
    let isIn = invert;
    for (let other = others; other < last; other += sizeof<T>()) {
      if (load<T>(a) === load<T>(other)) isIn = 1 - invert;
    }
    store<u8>(found, isIn);
  }
}

function amongFew<T>(a: usize, n: u32, others: usize, k: u32, found: usize, invert: u32): void {
  for (let done: u32 = 0; done < n; done += CHUNK) {
    compare<T>(a + <usize>done * sizeof<T>(), min<u32>(CHUNK, n - done), others, k, found + done, invert);
  }
}

/** The same of elements of 4 or 8 bytes and few others. */
export function findAmongFew(
  a: usize,
  n: u32,
  others: usize,
  k: u32,
  found: usize,
  invert: u32,
  size: i32,
  kind: i32,
): void {
  if (kind === FLOAT) {
    if (size === 2) amongFew<f32>(a, n, others, k, found, invert);
    else amongFew<f64>(a, n, others, k, found, invert);
  } else if (size === 2) amongFew<u32>(a, n, others, k, found, invert);
  else amongFew<u64>(a, n, others, k, found, invert);
}
