/**
 * Extrema of rows and where they are first, and how many elements are not zero. A row is gone through in blocks that
 * stay in the nearest cache: of each its extremum, and only in the block that has the row's, the position.
 */
import { CHUNK, FLOAT, SIGNED } from "./keys";

/** elements of a block */
const BLOCK: u32 = 4096;

/** unsigned integers of 64 bits as signed ones of the same order, and back: only those are compared in lanes */
// @ts-ignore: decorator
@inline
function comparable<T>(x: v128, sign: v128): v128 {
  return sizeof<T>() === 8 && !isFloat<T>() && !isSigned<T>() ? v128.xor(x, sign) : x;
}

/** lanes of the better of what is comparable; of floats `x` only where the comparison holds */
// @ts-ignore: decorator
@inline
function better<T>(best: v128, x: v128, isMax: bool): v128 {
  if (isFloat<T>()) return isMax ? v128.pmax<T>(best, x) : v128.pmin<T>(best, x);
  if (sizeof<T>() === 8) {
    const isLarger = i64x2.gt_s(x, best);
    return isMax ? v128.relaxed_laneselect<i8>(x, best, isLarger) : v128.relaxed_laneselect<i8>(best, x, isLarger);
  }
  return isMax ? v128.max<T>(best, x) : v128.min<T>(best, x);
}

// @ts-ignore: decorator
@inline
function isBetter<T>(x: T, best: T, isMax: bool): bool {
  return isMax ? x > best : x < best;
}

/** what every other element is as good as, or better */
// @ts-ignore: decorator
@inline
function worst<T>(isMax: bool): T {
  if (sizeof<T>() === 8 && isFloat<T>()) return <T>(isMax ? -f64.MAX_VALUE * 2 : f64.MAX_VALUE * 2);
  if (isFloat<T>()) return <T>(isMax ? -f32.MAX_VALUE * 2 : f32.MAX_VALUE * 2);
  const ones = <u64>-1;
  if (!isSigned<T>()) return isMax ? <T>0 : <T>ones;
  const least = <T>(<u64>1 << (8 * sizeof<T>() - 1));
  return isMax ? least : <T>(least - <T>1);
}

/** whether the last block had a NaN */
let hasNan: bool = false;

/** the extremum of a block of at least one element; NaN is left out. `lanes` has room for a vector. */
// @ts-ignore: decorator
@inline
function extremumOf<T>(a: usize, n: u32, isMax: bool, lanes: usize): T {
  const end = a + <usize>n * sizeof<T>(), whole = a + ((end - a) & ~63);
  const sign = i64x2.splat(i64.MIN_VALUE), start = comparable<T>(v128.splat<T>(worst<T>(isMax)), sign);
  // four that do not wait for each other
  let first = start, second = start, third = start, fourth = start, nans = i32x4.splat(0);
  for (; a < whole; a += 64) {
    const x = comparable<T>(v128.load(a), sign), y = comparable<T>(v128.load(a, 16), sign);
    const z = comparable<T>(v128.load(a, 32), sign), w = comparable<T>(v128.load(a, 48), sign);
    first = better<T>(first, x, isMax);
    second = better<T>(second, y, isMax);
    third = better<T>(third, z, isMax);
    fourth = better<T>(fourth, w, isMax);
    if (isFloat<T>()) {
      const some = v128.or(v128.ne<T>(x, x), v128.ne<T>(y, y)), others = v128.or(v128.ne<T>(z, z), v128.ne<T>(w, w));
      nans = v128.or(nans, v128.or(some, others));
    }
  }
  first = better<T>(better<T>(first, second, isMax), better<T>(third, fourth, isMax), isMax);
  first = comparable<T>(first, sign);
  v128.store(lanes, first);
  hasNan = v128.any_true(nans);
  let best = worst<T>(isMax);
  for (let lane: usize = 0; lane < 16; lane += sizeof<T>()) {
    const x = load<T>(lanes + lane);
    if (isBetter<T>(x, best, isMax)) best = x;
  }
  for (; a < end; a += sizeof<T>()) {
    const x = load<T>(a);
    if (isBetter<T>(x, best, isMax)) best = x;
    if (isFloat<T>() && x !== x) hasNan = true;
  }
  return best;
}

function blockExtremum<T>(a: usize, n: u32, isMax: bool, lanes: usize): T {
  return isMax ? extremumOf<T>(a, n, true, lanes) : extremumOf<T>(a, n, false, lanes);
}

/** the first of n elements that is equal, or n */
function firstEqual<T>(a: usize, n: u32, value: T): u32 {
  const begin = a, end = a + <usize>n * sizeof<T>(), whole = a + ((end - a) & ~15), wanted = v128.splat<T>(value);
  for (const fours = a + ((end - a) & ~63); a < fours; a += 64) {
    const x = v128.eq<T>(v128.load(a), wanted), y = v128.eq<T>(v128.load(a, 16), wanted);
    const z = v128.eq<T>(v128.load(a, 32), wanted), w = v128.eq<T>(v128.load(a, 48), wanted);
    if (v128.any_true(v128.or(v128.or(x, y), v128.or(z, w)))) break;
  }
  for (; a < whole; a += 16) {
    const mask = i8x16.bitmask(v128.eq<T>(v128.load(a), wanted));
    if (mask !== 0) return <u32>((a - begin + <usize>ctz<i32>(mask)) / sizeof<T>());
  }
  for (; a < end; a += sizeof<T>()) if (load<T>(a) === value) break;
  return <u32>((a - begin) / sizeof<T>());
}

/** the first of n elements that is NaN, or n */
function firstNan<T>(a: usize, n: u32): u32 {
  for (let i: u32 = 0; i < n; i++) {
    const x = load<T>(a + <usize>i * sizeof<T>());
    if (x !== x) return i;
  }
  return n;
}

function rowPosition<T>(row: usize, n: u32, isMax: bool, lanes: usize): u32 {
  let best = worst<T>(isMax), first: u32 = 0;
  for (let at: u32 = 0; at < n; at += BLOCK) {
    const a = row + <usize>at * sizeof<T>(), num = min<u32>(BLOCK, n - at);
    const found = blockExtremum<T>(a, num, isMax, lanes);
    if (isFloat<T>() && hasNan) return at + firstNan<T>(a, num);
    if (!isBetter<T>(found, best, isMax)) continue;
    best = found;
    first = at;
    // nothing is better
    if (!isFloat<T>() && best === worst<T>(!isMax)) break;
  }
  return first + firstEqual<T>(row + <usize>first * sizeof<T>(), n - first, best);
}

function positions<T>(rows: usize, numRows: u32, n: u32, target: usize, lanes: usize, isMax: bool): void {
  for (let i: u32 = 0; i < numRows; i++, rows += <usize>n * sizeof<T>(), target += 8) {
    store<u64>(target, rowPosition<T>(rows, n, isMax, lanes));
  }
}

/**
 * Where the extremum of each of `numRows` rows of n (at least one) elements of 2^size bytes is first (i64); NaN is more
 * extreme than numbers, zeros of both signs are equal. `lanes` has room for a vector.
 */
export function extremumPositions(
  rows: usize,
  numRows: u32,
  n: u32,
  target: usize,
  lanes: usize,
  isMax: bool,
  size: i32,
  kind: i32,
): void {
  if (kind === FLOAT) {
    if (size === 2) positions<f32>(rows, numRows, n, target, lanes, isMax);
    else positions<f64>(rows, numRows, n, target, lanes, isMax);
  } else if (kind === SIGNED) {
    if (size === 0) positions<i8>(rows, numRows, n, target, lanes, isMax);
    else if (size === 1) positions<i16>(rows, numRows, n, target, lanes, isMax);
    else if (size === 2) positions<i32>(rows, numRows, n, target, lanes, isMax);
    else positions<i64>(rows, numRows, n, target, lanes, isMax);
  } else if (size === 0) positions<u8>(rows, numRows, n, target, lanes, isMax);
  else if (size === 1) positions<u16>(rows, numRows, n, target, lanes, isMax);
  else if (size === 2) positions<u32>(rows, numRows, n, target, lanes, isMax);
  else positions<u64>(rows, numRows, n, target, lanes, isMax);
}

/** Where a byte is first in each of `numRows` rows of n bytes (i64); 0 where it is not there. */
export function bytePositions(rows: usize, numRows: u32, n: u32, target: usize, byte: u8): void {
  for (let i: u32 = 0; i < numRows; i++, rows += n, target += 8) {
    const found = firstByte(rows, n, byte);
    store<u64>(target, found < n ? found : 0);
  }
}

/** The first of n bytes that is `byte`, or n. */
export function firstByte(a: usize, n: u32, byte: u8): u32 {
  let done: u32 = 0;
  for (; n - done > CHUNK; done += CHUNK) {
    const found = firstEqual<u8>(a + done, CHUNK, byte);
    if (found < CHUNK) return done + found;
  }
  return done + firstEqual<u8>(a + done, n - done, byte);
}

function numberExtremum<T>(a: usize, n: u32, isMax: bool, target: usize): void {
  let best = worst<T>(isMax);
  for (let at: u32 = 0; at < n; at += BLOCK) {
    const found = blockExtremum<T>(a + <usize>at * sizeof<T>(), min<u32>(BLOCK, n - at), isMax, target);
    if (isBetter<T>(found, best, isMax)) best = found;
  }
  store<T>(target, best);
}

/**
 * The extremum of n floats of 2^size bytes that are not NaN, into `target`, which has room for a vector;
 * infinity of none.
 */
export function extremumOfNumbers(a: usize, n: u32, isMax: bool, target: usize, size: i32): void {
  if (size === 2) numberExtremum<f32>(a, n, isMax, target);
  else numberExtremum<f64>(a, n, isMax, target);
}

/** how many of up to `CHUNK` elements are zero: bytes are added up in bytes of at most 255 vectors */
function countZeros<T>(a: usize, n: u32): u32 {
  const end = a + <usize>n * sizeof<T>(), whole = a + ((end - a) & ~15), zero = i32x4.splat(0);
  let count: u32 = 0;
  while (a < whole) {
    const stop = min<usize>(whole, a + 255 * 16);
    let lanes = zero;
    for (; a < stop; a += 16) lanes = v128.sub<T>(lanes, v128.eq<T>(v128.load(a), zero));
    if (sizeof<T>() === 8) {
      count += <u32>(i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1));
      continue;
    }
    if (sizeof<T>() === 1) lanes = i16x8.extadd_pairwise_i8x16_u(lanes);
    if (sizeof<T>() <= 2) lanes = i32x4.extadd_pairwise_i16x8_u(lanes);
    count += i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) +
      i32x4.extract_lane(lanes, 3);
  }
  for (; a < end; a += sizeof<T>()) count += u32(load<T>(a) === 0);
  return count;
}

/** the same of floats: zeros of both signs */
function countFloatZeros<T>(a: usize, n: u32): u32 {
  const end = a + <usize>n * sizeof<T>(), whole = a + ((end - a) & ~15), zero = i32x4.splat(0);
  let lanes = zero;
  for (; a < whole; a += 16) {
    const isZero = v128.eq<T>(v128.load(a), zero);
    lanes = sizeof<T>() === 8 ? i64x2.sub(lanes, isZero) : i32x4.sub(lanes, isZero);
  }
  let count: u32 = sizeof<T>() === 8
    ? <u32>(i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1))
    : i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) +
      i32x4.extract_lane(lanes, 3);
  for (; a < end; a += sizeof<T>()) count += u32(load<T>(a) === 0);
  return count;
}

function zerosOf(a: usize, n: u32, size: i32, kind: i32): u32 {
  if (kind === FLOAT) return size === 2 ? countFloatZeros<f32>(a, n) : countFloatZeros<f64>(a, n);
  if (size === 0) return countZeros<u8>(a, n);
  if (size === 1) return countZeros<u16>(a, n);
  return size === 2 ? countZeros<u32>(a, n) : countZeros<u64>(a, n);
}

/** How many of n elements of 2^size bytes are not zero. */
export function countNonzero(a: usize, n: u32, size: i32, kind: i32): u32 {
  let zeros: u32 = 0, rest = n;
  for (; rest > CHUNK; rest -= CHUNK, a += <usize>CHUNK << size) zeros += zerosOf(a, CHUNK, size, kind);
  return n - zeros - zerosOf(a, rest, size, kind);
}
