/** Sorted elements without repetitions, and sorted sets joined. NaN is last; zeros of both signs are equal. */
import { CHUNK, FLOAT, keyOf, SIGNED } from "./keys";
import { numOrdered } from "./search";

/** whether two neighbours of a sorted row differ */
// @ts-ignore: decorator
@inline
function differs<T>(x: T, before: T, equalNan: bool): bool {
  if (!isFloat<T>()) return x !== before;
  // all sides are computed: elements foresee no branch
  return bool(u32(x !== before) & ~(u32(equalNan) & u32(x !== x) & u32(before !== before)));
}

/** moves what differs from the element before it to `kept`, as each NaN does; gives the end of `kept` */
function keepDistinct<T>(a: usize, n: u32, kept: usize): usize {
  for (const end = a + <usize>n * sizeof<T>(); a < end; a += sizeof<T>()) {
    const x = load<T>(a), isNew = x !== load<T>(a - sizeof<T>());
    store<T>(kept, x);
    kept += isNew ? sizeof<T>() : 0;
  }
  return kept;
}

/** the same from one place to another, which do not overlap, with the position of each in `places` (i64) */
function keepCounted<T>(a: usize, first: u32, n: u32, kept: u32, target: usize, places: usize): u32 {
  for (let i: u32 = 0; i < n; i++, a += sizeof<T>()) {
    const x = load<T>(a), isNew = x !== load<T>(a - sizeof<T>());
    store<T>(target + <usize>kept * sizeof<T>(), x);
    store<u64>(places + (<usize>kept << 3), first + i);
    kept += u32(isNew);
  }
  return kept;
}

function distinct<T>(a: usize, n: u32, target: usize, places: usize, equalNan: bool): u32 {
  store<T>(target, load<T>(a));
  // of NaNs that are one value, which are last, the first is looked at
  if (isFloat<T>() && equalNan) n = min<u32>(n, numOrdered<T>(a, n) + 1);
  if (places === 0) {
    let kept = target + sizeof<T>();
    for (let done: u32 = 1; done < n; done += CHUNK) {
      kept = keepDistinct<T>(a + <usize>done * sizeof<T>(), min<u32>(CHUNK, n - done), kept);
    }
    return <u32>((kept - target) / sizeof<T>());
  }
  store<u64>(places, 0);
  let kept: u32 = 1;
  for (let done: u32 = 1; done < n; done += CHUNK) {
    const from = a + <usize>done * sizeof<T>();
    kept = keepCounted<T>(from, done, min<u32>(CHUNK, n - done), kept, target, places);
  }
  return kept;
}

/**
 * The different ones of n (at least one) sorted elements of 2^size bytes, into `target`, which has room for n and one
 * more; how many they are. Where `places` is not 0, it gets where each is first (i64, as many).
 */
export function distinctElements(
  a: usize,
  n: u32,
  target: usize,
  places: usize,
  size: i32,
  kind: i32,
  equalNan: bool,
): u32 {
  if (kind === FLOAT) {
    return size === 2
      ? distinct<f32>(a, n, target, places, equalNan)
      : distinct<f64>(a, n, target, places, equalNan);
  }
  if (size === 0) return distinct<u8>(a, n, target, places, false);
  if (size === 1) return distinct<u16>(a, n, target, places, false);
  return size === 2 ? distinct<u32>(a, n, target, places, false) : distinct<u64>(a, n, target, places, false);
}

/** counts from the places where values are first, which take their place; the last ends at n */
export function countsOfPlaces(places: usize, num: u32, n: u32): void {
  const last = places + (<usize>(num - 1) << 3);
  for (; places < last; places += 8) store<u64>(places, load<u64>(places + 8) - load<u64>(places));
  store<u64>(last, <u64>n - load<u64>(last));
}

function group<T>(
  elements: usize,
  order: usize,
  first: u32,
  n: u32,
  groups: u32,
  inverse: usize,
  starts: usize,
  equalNan: bool,
): u32 {
  let before = load<T>(elements + <usize>load<u64>(order + (<usize>(first - 1) << 3)) * sizeof<T>());
  for (let i = first; i < first + n; i++) {
    const position = load<u64>(order + (<usize>i << 3));
    const x = load<T>(elements + <usize>position * sizeof<T>());
    store<u64>(starts + (<usize>groups << 3), i);
    groups += u32(differs<T>(x, before, equalNan));
    store<u64>(inverse + (<usize>position << 3), groups - 1);
    before = x;
  }
  return groups;
}

function groups<T>(elements: usize, order: usize, n: u32, inverse: usize, starts: usize, equalNan: bool): u32 {
  store<u64>(starts, 0);
  store<u64>(inverse + (<usize>load<u64>(order) << 3), 0);
  let num: u32 = 1;
  for (let done: u32 = 1; done < n; done += CHUNK) {
    num = group<T>(elements, order, done, min<u32>(CHUNK, n - done), num, inverse, starts, equalNan);
  }
  return num;
}

/**
 * Groups of equal ones of n (at least one) elements of 2^size bytes, which `order` (i64) sorts: how many
 * there are. Into `inverse` (i64) the group of each element, into `starts` (i64, room for n and one more)
 * where each begins in the order.
 */
export function groupElements(
  elements: usize,
  order: usize,
  n: u32,
  inverse: usize,
  starts: usize,
  size: i32,
  kind: i32,
  equalNan: bool,
): u32 {
  if (kind === FLOAT) {
    return size === 2
      ? groups<f32>(elements, order, n, inverse, starts, equalNan)
      : groups<f64>(elements, order, n, inverse, starts, equalNan);
  }
  if (size === 0) return groups<u8>(elements, order, n, inverse, starts, false);
  if (size === 1) return groups<u16>(elements, order, n, inverse, starts, false);
  return size === 2
    ? groups<u32>(elements, order, n, inverse, starts, false)
    : groups<u64>(elements, order, n, inverse, starts, false);
}

/** bits of what a join of two sets has: of the first alone, of the second alone, of both */
const FIRST: i32 = 1, SECOND: i32 = 2, UNION: i32 = 7;

let xAt: usize = 0;
let yAt: usize = 0;

/** up to `CHUNK` steps of a join without NaN, none of which is a branch; gives the end of the target */
function joinSome<T>(xEnd: usize, yEnd: usize, target: usize, chosen: u32): usize {
  let x = xAt, y = yAt;
  for (let i: u32 = 0; i < CHUNK && x < xEnd && y < yEnd; i++) {
    const a = load<T>(x), b = load<T>(y), isFirst = u32(a <= b), isSecond = u32(b <= a);
    store<T>(target, select<T>(a, b, a <= b));
    // 1, 2 or 3 for the first, the second or both: bits 0 to 2 of what is chosen
    target += <usize>(chosen >> (isFirst + 2 * isSecond - 1) & 1) * sizeof<T>();
    x += <usize>isFirst * sizeof<T>();
    y += <usize>isSecond * sizeof<T>();
  }
  xAt = x;
  yAt = y;
  return target;
}

/** the end of a set without its NaN, which is one at most */
// @ts-ignore: decorator
@inline
function endOfNumbers<T>(a: usize, n: u32): usize {
  const end = a + <usize>n * sizeof<T>();
  if (!isFloat<T>() || n === 0) return end;
  const last = load<T>(end - sizeof<T>());
  return last === last ? end : end - sizeof<T>();
}

function joinAll<T>(x: usize, numX: u32, y: usize, numY: u32, target: usize, chosen: i32): u32 {
  const xEnd = endOfNumbers<T>(x, numX), yEnd = endOfNumbers<T>(y, numY), start = target;
  const xNan = xEnd < x + <usize>numX * sizeof<T>();
  let yNan = yEnd < y + <usize>numY * sizeof<T>();
  xAt = x;
  yAt = y;
  while (xAt < xEnd && yAt < yEnd) target = joinSome<T>(xEnd, yEnd, target, chosen);
  if (chosen & FIRST) {
    memory.copy(target, xAt, xEnd - xAt);
    target += xEnd - xAt;
  }
  if (chosen & SECOND) {
    memory.copy(target, yAt, yEnd - yAt);
    target += yEnd - yAt;
  }
  // one NaN is not the other, though a union has it once
  if (xNan && yNan && chosen === UNION) yNan = false;
  if (xNan && chosen & FIRST) {
    store<T>(target, load<T>(xEnd));
    target += sizeof<T>();
  }
  if (yNan && chosen & SECOND) {
    store<T>(target, load<T>(yEnd));
    target += sizeof<T>();
  }
  return <u32>((target - start) / sizeof<T>());
}

/**
 * Joins two sorted sets of elements of 2^size bytes: what is in the first alone (`chosen` has bit 0), in the
 * second alone (bit 1) and in both (bit 2), ascending, into `target`, which has room for all of both and one
 * more; how many they are.
 */
export function joinSets(
  x: usize,
  numX: u32,
  y: usize,
  numY: u32,
  target: usize,
  chosen: i32,
  size: i32,
  kind: i32,
): u32 {
  if (kind === FLOAT) {
    return size === 2
      ? joinAll<f32>(x, numX, y, numY, target, chosen)
      : joinAll<f64>(x, numX, y, numY, target, chosen);
  }
  if (kind === SIGNED) {
    if (size === 0) return joinAll<i8>(x, numX, y, numY, target, chosen);
    if (size === 1) return joinAll<i16>(x, numX, y, numY, target, chosen);
    return size === 2
      ? joinAll<i32>(x, numX, y, numY, target, chosen)
      : joinAll<i64>(x, numX, y, numY, target, chosen);
  }
  if (size === 0) return joinAll<u8>(x, numX, y, numY, target, chosen);
  if (size === 1) return joinAll<u16>(x, numX, y, numY, target, chosen);
  return size === 2
    ? joinAll<u32>(x, numX, y, numY, target, chosen)
    : joinAll<u64>(x, numX, y, numY, target, chosen);
}

function addBits<T, Wide>(source: usize, n: u32, kind: i32, shift: u32, keys: usize): void {
  for (let i: u32 = 0; i < n; i++, source += sizeof<T>(), keys += sizeof<Wide>()) {
    const key = <Wide>keyOf<T>(load<T>(source), kind, false) << <Wide>shift;
    store<Wide>(keys, load<Wide>(keys) | key);
  }
}

function addKeys<T>(source: usize, n: u32, kind: i32, shift: u32, keys: usize, keySize: i32): void {
  if (keySize === 1) addBits<T, u16>(source, n, kind, shift, keys);
  else if (keySize === 2) addBits<T, u32>(source, n, kind, shift, keys);
  else addBits<T, u64>(source, n, kind, shift, keys);
}

/** Adds the keys of n elements of 2^size bytes, shifted, to keys of 2^keySize (1 to 3) bytes. */
export function addToKeys(
  source: usize,
  n: u32,
  size: i32,
  kind: i32,
  shift: u32,
  keys: usize,
  keySize: i32,
): void {
  for (let done: u32 = 0; done < n; done += CHUNK) {
    const num = min<u32>(CHUNK, n - done), from = source + (<usize>done << size);
    const to = keys + (<usize>done << keySize);
    if (size === 0) addKeys<u8>(from, num, kind, shift, to, keySize);
    else if (size === 1) addKeys<u16>(from, num, kind, shift, to, keySize);
    else if (size === 2) addKeys<u32>(from, num, kind, shift, to, keySize);
    else addKeys<u64>(from, num, kind, shift, to, keySize);
  }
}

function pick<T>(elements: usize, order: usize, starts: usize, n: u32, indices: usize, values: usize): void {
  for (let i: u32 = 0; i < n; i++, starts += 8, indices += 8, values += sizeof<T>()) {
    const index = load<u64>(order + (<usize>load<u64>(starts) << 3));
    store<u64>(indices, index);
    store<T>(values, load<T>(elements + <usize>index * sizeof<T>()));
  }
}

/**
 * Of `num` groups that begin at `starts` in an order, the first element's index (i64) and its value, of
 * 2^size bytes.
 */
export function pickFirst(
  elements: usize,
  order: usize,
  starts: usize,
  num: u32,
  indices: usize,
  values: usize,
  size: i32,
): void {
  for (let done: u32 = 0; done < num; done += CHUNK) {
    const n = min<u32>(CHUNK, num - done), from = starts + (<usize>done << 3), to = indices + (<usize>done << 3);
    const target = values + (<usize>done << size);
    if (size === 0) pick<u8>(elements, order, from, n, to, target);
    else if (size === 1) pick<u16>(elements, order, from, n, to, target);
    else if (size === 2) pick<u32>(elements, order, from, n, to, target);
    else pick<u64>(elements, order, from, n, to, target);
  }
}
