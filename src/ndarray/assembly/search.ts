/**
 * Values sought in a sorted row: halving without branches, four values at a time, so that none waits for memory alone.
 * NaN is last. A call should have few thousand values: the engine's optimised code takes over at the next call only.
 */
import { FLOAT, SIGNED } from "./keys";

// @ts-ignore: decorator
@inline
function elementAt<T>(row: usize, at: u32): T {
  return load<T>(row + <usize>at * sizeof<T>());
}

/** whether the place of a value is behind the element */
// @ts-ignore: decorator
@inline
function isBehind<T>(element: T, value: T, right: bool): bool {
  return right ? element <= value : element < value;
}

// @ts-ignore: decorator
@inline
function halved<T>(row: usize, base: u32, half: u32, value: T, right: bool): u32 {
  return select<u32>(base + half, base, isBehind<T>(elementAt<T>(row, base + half - 1), value, right));
}

// @ts-ignore: decorator
@inline
function ended<T>(row: usize, base: u32, value: T, right: bool): u32 {
  return base + u32(isBehind<T>(elementAt<T>(row, base), value, right));
}

/** the place of one value in a row of at least one element; for NaN 0 */
// @ts-ignore: decorator
@inline
function placeOf<T>(row: usize, n: u32, value: T, right: bool): u32 {
  let base: u32 = 0;
  for (let length = n; length > 1;) {
    const half = length >> 1;
    base = halved<T>(row, base, half, value, right);
    length -= half;
  }
  return ended<T>(row, base, value, right);
}

/** elements of a sorted row that are not NaN */
export function numOrdered<T>(row: usize, n: u32): u32 {
  let low: u32 = 0, high = n;
  while (low < high) {
    const middle = low + ((high - low) >> 1), element = elementAt<T>(row, middle);
    if (element === element) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** P is 64 bits: the place, or that of NaN; a byte: whether the value is there, other than 0 or 1 */
// @ts-ignore: decorator
@inline
function storeFound<T, P>(row: usize, n: u32, target: usize, value: T, place: u32, other: u32): void {
  if (sizeof<P>() === 8) store<u64>(target, isFloat<T>() && value !== value ? other : place);
  else store<u8>(target, u32(elementAt<T>(row, min<u32>(place, n - 1)) === value) ^ other);
}

// @ts-ignore: decorator
@inline
function searchEach<T, P>(
  row: usize,
  n: u32,
  values: usize,
  count: u32,
  target: usize,
  right: bool,
  other: u32,
): void {
  const end = values + <usize>count * sizeof<T>(), whole = values + <usize>(count & ~3) * sizeof<T>();
  for (; values < whole; values += 4 * sizeof<T>(), target += 4 * sizeof<P>()) {
    const v = load<T>(values), w = load<T>(values, sizeof<T>());
    const x = load<T>(values, 2 * sizeof<T>()), y = load<T>(values, 3 * sizeof<T>());
    let a: u32 = 0, b: u32 = 0, c: u32 = 0, d: u32 = 0;
    for (let length = n; length > 1;) {
      const half = length >> 1;
      a = halved<T>(row, a, half, v, right);
      b = halved<T>(row, b, half, w, right);
      c = halved<T>(row, c, half, x, right);
      d = halved<T>(row, d, half, y, right);
      length -= half;
    }
    storeFound<T, P>(row, n, target, v, ended<T>(row, a, v, right), other);
    storeFound<T, P>(row, n, target + sizeof<P>(), w, ended<T>(row, b, w, right), other);
    storeFound<T, P>(row, n, target + 2 * sizeof<P>(), x, ended<T>(row, c, x, right), other);
    storeFound<T, P>(row, n, target + 3 * sizeof<P>(), y, ended<T>(row, d, y, right), other);
  }
  for (; values < end; values += sizeof<T>(), target += sizeof<P>()) {
    const value = load<T>(values);
    storeFound<T, P>(row, n, target, value, placeOf<T>(row, n, value, right), other);
  }
}

function search<T>(row: usize, n: u32, values: usize, count: u32, target: usize, right: i32): void {
  if (n === 0) memory.fill(target, 0, <usize>count << 3);
  else if (right) searchEach<T, u64>(row, n, values, count, target, true, n);
  else searchEach<T, u64>(row, n, values, count, target, false, isFloat<T>() ? numOrdered<T>(row, n) : n);
}

function find<T>(row: usize, n: u32, values: usize, count: u32, found: usize, invert: u32): void {
  searchEach<T, u8>(row, n, values, count, found, false, invert);
}

/**
 * The places (i64) of `count` values in a sorted row of n elements of 2^size bytes: before those that are equal, or
 * (`right`) behind them.
 */
export function searchRow(
  row: usize,
  n: u32,
  values: usize,
  count: u32,
  target: usize,
  right: i32,
  size: i32,
  kind: i32,
): void {
  if (kind === FLOAT) {
    if (size === 2) search<f32>(row, n, values, count, target, right);
    else search<f64>(row, n, values, count, target, right);
  } else if (kind === SIGNED) {
    if (size === 0) search<i8>(row, n, values, count, target, right);
    else if (size === 1) search<i16>(row, n, values, count, target, right);
    else if (size === 2) search<i32>(row, n, values, count, target, right);
    else search<i64>(row, n, values, count, target, right);
  } else if (size === 0) search<u8>(row, n, values, count, target, right);
  else if (size === 1) search<u16>(row, n, values, count, target, right);
  else if (size === 2) search<u32>(row, n, values, count, target, right);
  else search<u64>(row, n, values, count, target, right);
}

/**
 * For each of `count` values of 4 or 8 bytes whether it is in a sorted row of n elements (at least one), or
 * (`invert`) is not: a byte each.
 */
export function findInSorted(
  row: usize,
  n: u32,
  values: usize,
  count: u32,
  found: usize,
  invert: u32,
  size: i32,
  kind: i32,
): void {
  if (kind === FLOAT) {
    if (size === 2) find<f32>(row, n, values, count, found, invert);
    else find<f64>(row, n, values, count, found, invert);
  } else if (kind === SIGNED) {
    if (size === 2) find<i32>(row, n, values, count, found, invert);
    else find<i64>(row, n, values, count, found, invert);
  } else if (size === 2) find<u32>(row, n, values, count, found, invert);
  else find<u64>(row, n, values, count, found, invert);
}

/** the place behind coordinates up to x; where one is NaN, as NumPy halves */
function placeBehind(px: usize, n: u32, x: f64): u32 {
  let low: u32 = 0, high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (elementAt<f64>(px, middle) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** the value at x on the line from the point at `i` to the next; from the right one where that is NaN, as NumPy */
function onLine(x: f64, px: usize, py: usize, i: u32): f64 {
  const x0 = elementAt<f64>(px, i), y0 = elementAt<f64>(py, i);
  const x1 = elementAt<f64>(px, i + 1), y1 = elementAt<f64>(py, i + 1);
  const slope = (y1 - y0) / (x1 - x0), result = slope * (x - x0) + y0;
  if (result === result) return result;
  const other = slope * (x - x1) + y1;
  return other !== other && y0 === y1 ? y0 : other;
}

/**
 * Values in place of `count` coordinates, interpolated between n points, whose coordinates ascend (`hasNan`:
 * some may be NaN); `left` and `right` of them. n is 1 at least. Of coordinates that follow each other, the
 * place of the last is looked at first.
 */
export function interpolateRow(
  values: usize,
  count: u32,
  px: usize,
  py: usize,
  n: u32,
  left: f64,
  right: f64,
  hasNan: bool,
): void {
  const last = n - 1, lowest = elementAt<f64>(px, 0), highest = elementAt<f64>(px, last);
  let at: u32 = 0;
  for (const end = values + (<usize>count << 3); values < end; values += 8) {
    const x = load<f64>(values);
    // over one point NaN is neither below nor above it; no value is below a coordinate that is NaN
    if (x !== x) {
      if (last === 0) store<f64>(values, load<f64>(py));
    } else if (x > highest) store<f64>(values, right);
    else if (x < lowest) store<f64>(values, left);
    else {
      const isSame = at < last && elementAt<f64>(px, at) <= x && x < elementAt<f64>(px, at + 1);
      if (!isSame) {
        const place = hasNan ? placeBehind(px, n, x) : placeOf<f64>(px, n, x, true);
        at = place === 0 ? 0 : place - 1;
      }
      const isPoint = at === last || elementAt<f64>(px, at) === x;
      store<f64>(values, isPoint ? elementAt<f64>(py, at) : onLine(x, px, py, at));
    }
  }
}
