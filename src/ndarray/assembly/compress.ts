/** Keys chosen by comparison, moved to each other by a shuffle for each pattern of lanes. They stay in order. */
import { CHUNK, signOf } from "./keys";

/** bytes of the shuffles of eight lanes, the most there are */
export const SHUFFLE_BYTES: usize = 4096;

/** writes the shuffles of keys: of each pattern of lanes the bytes that are kept, in order */
export function makeShuffles<T>(table: usize): void {
  const lanes: u32 = 16 / sizeof<T>();
  for (let pattern: u32 = 0; pattern < <u32>1 << lanes; pattern++, table += 16) {
    v128.store(table, i8x16.splat(-1));
    let at = table;
    for (let lane: u32 = 0; lane < lanes; lane++) {
      if ((pattern >> lane & 1) === 0) continue;
      for (let byte: u32 = 0; byte < sizeof<T>(); byte++) store<u8>(at++, <u8>(lane * sizeof<T>() + byte));
    }
  }
}

/** a key in all lanes, as `isLess` compares it */
// @ts-ignore: decorator
@inline
function lanesOf<T>(key: T): v128 {
  return v128.splat<T>(sizeof<T>() === 8 ? key ^ signOf<T>() : key);
}

/** 64-bit lanes are compared as signed ones only */
// @ts-ignore: decorator
@inline
function comparable<T>(x: v128, sign: v128): v128 {
  return sizeof<T>() === 8 ? v128.xor(x, sign) : x;
}

// @ts-ignore: decorator
@inline
function isLess<T>(x: v128, y: v128): v128 {
  return sizeof<T>() === 8 ? i64x2.gt_s(y, x) : v128.lt<T>(x, y);
}

// @ts-ignore: decorator
@inline
function compressed<T>(x: v128, pattern: i32, table: usize): v128 {
  return v128.swizzle(x, v128.load(table + (<usize>pattern << 4)));
}

/** keys below the first of two, of the last call */
export let numBelow: u32 = 0;

/** keeps keys from `low` to `high`, and counts those below; up to 16 bytes behind what is kept are lost */
export function keepBetween<T>(a: usize, n: u32, low: T, high: T, kept: usize, table: usize): usize {
  const end = a + <usize>n * sizeof<T>(), whole = a + ((end - a) & ~15);
  const lows = lanesOf<T>(low), highs = lanesOf<T>(high), sign = v128.splat<T>(signOf<T>());
  let below: u32 = 0;
  for (; a < whole; a += 16) {
    const x = v128.load(a), y = comparable<T>(x, sign), less = isLess<T>(y, lows);
    const pattern = v128.bitmask<T>(v128.not(v128.or(less, isLess<T>(highs, y))));
    below += popcnt<i32>(v128.bitmask<T>(less));
    v128.store(kept, compressed<T>(x, pattern, table));
    kept += <usize>popcnt<i32>(pattern) * sizeof<T>();
  }
  for (; a < end; a += sizeof<T>()) {
    const key = load<T>(a);
    below += u32(key < low);
    store<T>(kept, key);
    kept += key >= low && key <= high ? sizeof<T>() : 0;
  }
  numBelow = below;
  return kept;
}

/** keeps keys below the pivot or, with `isAbove`, above it; nothing is written at `limit` or behind */
function keepSide<T>(a: usize, n: u32, pivot: T, isAbove: bool, kept: usize, limit: usize, table: usize): usize {
  const end = a + <usize>n * sizeof<T>(), whole = a + ((end - a) & ~15);
  const pivots = lanesOf<T>(pivot), sign = v128.splat<T>(signOf<T>());
  for (; a < whole && kept + 16 <= limit; a += 16) {
    const x = v128.load(a), y = comparable<T>(x, sign);
    const pattern = v128.bitmask<T>(isAbove ? isLess<T>(pivots, y) : isLess<T>(y, pivots));
    v128.store(kept, compressed<T>(x, pattern, table));
    kept += <usize>popcnt<i32>(pattern) * sizeof<T>();
  }
  for (; a < end; a += sizeof<T>()) {
    const key = load<T>(a);
    if (isAbove ? key <= pivot : key >= pivot) continue;
    store<T>(kept, key);
    kept += sizeof<T>();
  }
  return kept;
}

function keepAll<T>(a: usize, n: u32, pivot: T, isAbove: bool, kept: usize, limit: usize, table: usize): usize {
  for (; n > CHUNK; n -= CHUNK, a += <usize>CHUNK * sizeof<T>()) {
    kept = keepSide<T>(a, CHUNK, pivot, isAbove, kept, limit, table);
  }
  return keepSide<T>(a, n, pivot, isAbove, kept, limit, table);
}

/** n keys, those below the pivot first, then those that are it, then those above; both places are apart */
export function partKeys<T>(a: usize, n: u32, pivot: T, target: usize, table: usize): void {
  const limit = target + <usize>n * sizeof<T>();
  let at = keepAll<T>(a, n, pivot, false, target, limit, table);
  // those above, from where they would begin if one key alone were the pivot, then from where they do
  const above = keepAll<T>(a, n, pivot, true, at, limit, table), numAbove = above - at;
  const start = limit - numAbove;
  memory.copy(start, at, numAbove);
  for (; at < start; at += sizeof<T>()) store<T>(at, pivot);
}
