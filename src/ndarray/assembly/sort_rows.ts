/**
 * Short rows sorted side by side, one in each lane, by a network of comparisons (K. E. Batcher, "Sorting networks and
 * their applications", 1968: bitonic merging), which has no branch that depends on the elements. Rows are turned into a
 * tile, a vector for each position, and blocks of eight of these are sorted and merged in registers.
 */
import { FLOAT, makeElements, makeKeys, numNegativeZeros, numZeros, signOf } from "./keys";
import { sortRow } from "./sort";

/** positions of a block */
const BLOCK: u32 = 8;
/** up to this length also one row takes less time in a lane than by itself, where there are more than two */
const SHORT: u32 = 32;

// @ts-ignore: decorator
@inline
function lower<T>(x: v128, y: v128): v128 {
  return sizeof<T>() === 8 ? v128.relaxed_laneselect<i8>(y, x, i64x2.gt_s(x, y)) : v128.min<T>(x, y);
}

// @ts-ignore: decorator
@inline
function upper<T>(x: v128, y: v128): v128 {
  return sizeof<T>() === 8 ? v128.relaxed_laneselect<i8>(x, y, i64x2.gt_s(x, y)) : v128.max<T>(x, y);
}

/** sorts the eight positions of a block */
function sortBlock<T>(a: usize): void {
  let p = v128.load(a), q = v128.load(a, 16), r = v128.load(a, 32), s = v128.load(a, 48);
  let t = v128.load(a, 64), u = v128.load(a, 80), v = v128.load(a, 96), w = v128.load(a, 112), low: v128;
  low = lower<T>(p, r), r = upper<T>(p, r), p = low;
  low = lower<T>(q, s), s = upper<T>(q, s), q = low;
  low = lower<T>(t, v), v = upper<T>(t, v), t = low;
  low = lower<T>(u, w), w = upper<T>(u, w), u = low;
  low = lower<T>(p, t), t = upper<T>(p, t), p = low;
  low = lower<T>(q, u), u = upper<T>(q, u), q = low;
  low = lower<T>(r, v), v = upper<T>(r, v), r = low;
  low = lower<T>(s, w), w = upper<T>(s, w), s = low;
  low = lower<T>(p, q), q = upper<T>(p, q), p = low;
  low = lower<T>(r, s), s = upper<T>(r, s), r = low;
  low = lower<T>(t, u), u = upper<T>(t, u), t = low;
  low = lower<T>(v, w), w = upper<T>(v, w), v = low;
  low = lower<T>(r, t), t = upper<T>(r, t), r = low;
  low = lower<T>(s, u), u = upper<T>(s, u), s = low;
  low = lower<T>(q, t), t = upper<T>(q, t), q = low;
  low = lower<T>(s, v), v = upper<T>(s, v), s = low;
  low = lower<T>(q, r), r = upper<T>(q, r), q = low;
  low = lower<T>(s, t), t = upper<T>(s, t), s = low;
  low = lower<T>(u, v), v = upper<T>(u, v), u = low;
  v128.store(a, p);
  v128.store(a, q, 16);
  v128.store(a, r, 32);
  v128.store(a, s, 48);
  v128.store(a, t, 64);
  v128.store(a, u, 80);
  v128.store(a, v, 96);
  v128.store(a, w, 112);
}

/** sorts a block of which the halves of each part are merged */
function cleanBlock<T>(a: usize): void {
  let p = v128.load(a), q = v128.load(a, 16), r = v128.load(a, 32), s = v128.load(a, 48);
  let t = v128.load(a, 64), u = v128.load(a, 80), v = v128.load(a, 96), w = v128.load(a, 112), low: v128;
  low = lower<T>(p, t), t = upper<T>(p, t), p = low;
  low = lower<T>(q, u), u = upper<T>(q, u), q = low;
  low = lower<T>(r, v), v = upper<T>(r, v), r = low;
  low = lower<T>(s, w), w = upper<T>(s, w), s = low;
  low = lower<T>(p, r), r = upper<T>(p, r), p = low;
  low = lower<T>(q, s), s = upper<T>(q, s), q = low;
  low = lower<T>(t, v), v = upper<T>(t, v), t = low;
  low = lower<T>(u, w), w = upper<T>(u, w), u = low;
  low = lower<T>(p, q), q = upper<T>(p, q), p = low;
  low = lower<T>(r, s), s = upper<T>(r, s), r = low;
  low = lower<T>(t, u), u = upper<T>(t, u), t = low;
  low = lower<T>(v, w), w = upper<T>(v, w), v = low;
  v128.store(a, p);
  v128.store(a, q, 16);
  v128.store(a, r, 32);
  v128.store(a, s, 48);
  v128.store(a, t, 64);
  v128.store(a, u, 80);
  v128.store(a, v, 96);
  v128.store(a, w, 112);
}

/**
 * orders the vectors at `count` addresses from `a` on and those from `b` on, which go up, or down where
 * `step` is -16
 */
function compare<T>(a: usize, b: usize, count: u32, step: usize): void {
  for (const end = a + (<usize>count << 4); a < end; a += 16, b += step) {
    const x = v128.load(a), y = v128.load(b);
    v128.store(a, lower<T>(x, y));
    v128.store(b, upper<T>(x, y));
  }
}

/**
 * Sorts the lanes of n vectors; n is a multiple of a block. What would be behind is larger than all, and not
 * compared.
 */
function sortLanes<T>(tile: usize, n: u32): void {
  for (let at: u32 = 0; at < n; at += BLOCK) sortBlock<T>(tile + (<usize>at << 4));
  for (let width: u32 = BLOCK; width < n; width <<= 1) {
    // two sorted runs, of which the second is looked at in reverse, then halves of what is as large on both sides
    for (let at: u32 = 0; at + width < n; at += 2 * width) {
      const last = at + 2 * width - 1, beyond = last < n ? 0 : last - n + 1;
      compare<T>(tile + (<usize>(at + beyond) << 4), tile + (<usize>(last - beyond) << 4), width - beyond, -16);
    }
    for (let half = width >> 1; half >= BLOCK; half >>= 1) {
      for (let at: u32 = 0; at + half < n; at += 2 * half) {
        const from = tile + (<usize>at << 4), other = at + half;
        compare<T>(from, tile + (<usize>other << 4), min<u32>(half, n - other), 16);
      }
    }
    for (let at: u32 = 0; at < n; at += BLOCK) cleanBlock<T>(tile + (<usize>at << 4));
  }
}

/** turns rows into lanes; those for which there is no row get the first one */
function toLanes<T>(rows: usize, numRows: u32, n: u32, tile: usize): void {
  const rowBytes = <usize>n * sizeof<T>();
  for (let lane: u32 = 0; lane < 16 / <u32>sizeof<T>(); lane++) {
    let row = rows + (lane < numRows ? <usize>lane * rowBytes : 0), to = tile + <usize>lane * sizeof<T>();
    for (const end = row + rowBytes; row < end; row += sizeof<T>(), to += 16) store<T>(to, load<T>(row));
  }
}

function toRows<T>(tile: usize, numRows: u32, n: u32, row: usize): void {
  for (let lane: u32 = 0; lane < numRows; lane++) {
    let from = tile + <usize>lane * sizeof<T>();
    for (const end = row + <usize>n * sizeof<T>(); row < end; row += sizeof<T>(), from += 16) {
      store<T>(row, load<T>(from));
    }
  }
}

function flip<T>(tile: usize, n: u32): void {
  const sign = v128.splat<T>(signOf<T>());
  for (const end = tile + (<usize>n << 4); tile < end; tile += 16) v128.store(tile, v128.xor(v128.load(tile), sign));
}

/** K: the elements' bits; T: what is compared. Gives false where the order of zeros of both signs is to be kept. */
function sortTile<K, T>(source: usize, target: usize, tile: usize, numRows: u32, n: u32, kind: i32): bool {
  const lanes = 16 / <u32>sizeof<K>(), numBlocks = (n + BLOCK - 1) / BLOCK;
  toLanes<K>(source, numRows, n, tile);
  makeKeys<K>(tile, tile, n * lanes, kind);
  if (kind === FLOAT && numNegativeZeros > 0 && numNegativeZeros < numZeros) return false;
  // 64 bits are compared as signed ones
  if (sizeof<K>() === 8) flip<K>(tile, n);
  const greatest = v128.splat<K>(sizeof<K>() === 8 ? <K>(signOf<K>() - 1) : <K>-1);
  for (let at = n; at < numBlocks * BLOCK; at++) v128.store(tile + (<usize>at << 4), greatest);
  sortLanes<T>(tile, numBlocks * BLOCK);
  if (sizeof<K>() === 8) flip<K>(tile, n);
  makeElements<K>(tile, n * lanes, kind);
  toRows<K>(tile, numRows, n, target);
  return true;
}

function sortTiles<K, T>(source: usize, target: usize, work: usize, numRows: u32, n: u32, size: i32, kind: i32): void {
  const lanes = 16 / <u32>sizeof<K>(), rowBytes = <usize>n * sizeof<K>();
  let isOrderFree = true;
  for (let row: u32 = 0; row < numRows; row += lanes) {
    const num = min<u32>(lanes, numRows - row), offset = <usize>row * rowBytes;
    const from = source + offset, to = target + offset;
    // few rows take as long as many
    if (isOrderFree && (4 * num >= 3 * lanes || (n <= SHORT && lanes > 2))) {
      isOrderFree = sortTile<K, T>(from, to, work, num, n, kind);
      // where zeros of both signs are, there are more of them
      if (isOrderFree) continue;
    }
    for (let i: u32 = 0; i < num; i++) {
      sortRow(from + <usize>i * rowBytes, to + <usize>i * rowBytes, work, n, size, kind);
    }
  }
}

/** the longest rows that are sorted side by side, by the logarithm of an element's bytes */
// @ts-ignore: decorator
@inline
function longest(size: i32): u32 {
  return size === 0 ? 512 : size === 1 ? 2048 : size === 2 ? 1024 : 512;
}

/**
 * Sorts rows as `sortRow` does each: of n elements of 2^size bytes, one after the other, into `target`, which may be
 * their own place. `work` has `sortWork` bytes.
 */
export function sortRows(
  source: usize,
  target: usize,
  work: usize,
  numRows: u32,
  n: u32,
  size: i32,
  kind: i32,
): void {
  if (n < 2 || n > longest(size)) {
    const rowBytes = <usize>n << size;
    for (let row: u32 = 0; row < numRows; row++) {
      sortRow(source + <usize>row * rowBytes, target + <usize>row * rowBytes, work, n, size, kind);
    }
  } else if (size === 0) sortTiles<u8, u8>(source, target, work, numRows, n, size, kind);
  else if (size === 1) sortTiles<u16, u16>(source, target, work, numRows, n, size, kind);
  else if (size === 2) sortTiles<u32, u32>(source, target, work, numRows, n, size, kind);
  else sortTiles<u64, i64>(source, target, work, numRows, n, size, kind);
}
