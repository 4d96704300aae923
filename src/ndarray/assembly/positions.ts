/** Positions of elements that are not zero: of eight elements at a time a pattern of bits, which a table spells out. */
import { CHUNK, FLOAT } from "./keys";

/** a bit for each of eight elements: whether it is not zero */
// @ts-ignore: decorator
@inline
function patternOf<T>(a: usize): u32 {
  const zero = i32x4.splat(0);
  if (sizeof<T>() === 1) return ~i8x16.bitmask(v128.eq<T>(v128.load64_zero(a), zero)) & 255;
  const first = v128.eq<T>(v128.load(a), zero);
  if (sizeof<T>() === 2) return ~i16x8.bitmask(first) & 255;
  const second = v128.eq<T>(v128.load(a, 16), zero);
  if (sizeof<T>() === 4) return ~i16x8.bitmask(i16x8.narrow_i32x4_s(first, second)) & 255;
  const third = v128.eq<T>(v128.load(a, 32), zero), fourth = v128.eq<T>(v128.load(a, 48), zero);
  const low = i64x2.bitmask(first) | i64x2.bitmask(second) << 2;
  return ~(low | i64x2.bitmask(third) << 4 | i64x2.bitmask(fourth) << 6) & 255;
}

/** stores eight positions, those of the pattern first; gives the end of these */
// @ts-ignore: decorator
@inline
function storePositions<P>(pattern: u32, base: v128, target: usize, table: usize): usize {
  const offsets = i16x8.extend_low_i8x16_u(v128.load64_zero(table + (<usize>pattern << 3)));
  const low = i32x4.extend_low_i16x8_u(offsets), high = i32x4.extend_high_i16x8_u(offsets);
  if (sizeof<P>() === 4) {
    v128.store(target, i32x4.add(base, low));
    v128.store(target, i32x4.add(base, high), 16);
  } else {
    v128.store(target, i64x2.add(base, i64x2.extend_low_i32x4_u(low)));
    v128.store(target, i64x2.add(base, i64x2.extend_high_i32x4_u(low)), 16);
    v128.store(target, i64x2.add(base, i64x2.extend_low_i32x4_u(high)), 32);
    v128.store(target, i64x2.add(base, i64x2.extend_high_i32x4_u(high)), 48);
  }
  return target + <usize>popcnt<u32>(pattern) * sizeof<P>();
}

/** the same one by one, so that nothing is written behind them */
function storeEach<P>(pattern: u32, base: u32, target: usize): usize {
  for (let left = pattern; left !== 0; left &= left - 1, target += sizeof<P>()) {
    store<P>(target, <P>(base + <u32>ctz<u32>(left)));
  }
  return target;
}

function chunkPositions<T, P>(a: usize, n: u32, first: u32, target: usize, limit: usize, table: usize): usize {
  let i: u32 = 0;
  const eight = v128.splat<P>(<P>8);
  let base = v128.splat<P>(<P>first);
  for (; i + 8 <= n && target < limit; i += 8) {
    const pattern = patternOf<T>(a + <usize>i * sizeof<T>());
    if (pattern !== 0) {
      // eight are stored, whatever the pattern, where there is room for them
      target = target + 8 * sizeof<P>() <= limit
        ? storePositions<P>(pattern, base, target, table)
        : storeEach<P>(pattern, first + i, target);
    }
    base = v128.add<P>(base, eight);
  }
  for (; i < n && target < limit; i++) {
    if (load<T>(a + <usize>i * sizeof<T>()) === <T>0) continue;
    store<P>(target, <P>(first + i));
    target += sizeof<P>();
  }
  return target;
}

function positionsOf<T>(a: usize, n: u32, target: usize, limit: usize, table: usize, long: bool): void {
  for (let done: u32 = 0; done < n; done += CHUNK) {
    const num = min<u32>(CHUNK, n - done), from = a + <usize>done * sizeof<T>();
    target = long
      ? chunkPositions<T, u64>(from, num, done, target, limit, table)
      : chunkPositions<T, u32>(from, num, done, target, limit, table);
  }
}

/**
 * The positions of those of n elements of 2^size bytes that are not zero, in ascending order: of 32 bits, or (`long`)
 * 64. They end at `limit`, which nothing is written behind. The table has for each pattern of eight bits the places of
 * those that are set, a byte each.
 */
export function nonzeroPositions(
  a: usize,
  n: u32,
  target: usize,
  limit: usize,
  table: usize,
  size: i32,
  kind: i32,
  long: bool,
): void {
  if (kind === FLOAT) {
    if (size === 2) positionsOf<f32>(a, n, target, limit, table, long);
    else positionsOf<f64>(a, n, target, limit, table, long);
  } else if (size === 0) positionsOf<u8>(a, n, target, limit, table, long);
  else if (size === 1) positionsOf<u16>(a, n, target, limit, table, long);
  else if (size === 2) positionsOf<u32>(a, n, target, limit, table, long);
  else positionsOf<u64>(a, n, target, limit, table, long);
}
