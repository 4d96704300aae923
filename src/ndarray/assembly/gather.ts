/** Elements by position along an axis: bounds are checked and negative positions counted from the end on the way. */

// @ts-ignore: decorator
@inline
function gatherOne<I, T>(source: usize, index: usize, size: i64, wrap: i64, stride: i64, target: usize): bool {
  let place = <i64>load<I>(index);
  if (place < 0) place += wrap;
  if (<u64>place >= <u64>size) return false;
  store<T>(target, load<T>(source + <usize>(place * stride)));
  return true;
}

/** four at a time where none of the four is below 0 or out of the axis */
// @ts-ignore: decorator
@inline
function gather<I, T>(source: usize, indices: usize, n: u32, size: i64, wrap: i64, stride: i64, target: usize): u32 {
  let i: u32 = 0;
  const whole = n & ~3;
  for (; i < whole; i += 4) {
    const a = <i64>load<I>(indices), b = <i64>load<I>(indices, sizeof<I>());
    const c = <i64>load<I>(indices, 2 * sizeof<I>()), d = <i64>load<I>(indices, 3 * sizeof<I>());
    const isInside = i32(<u64>a < <u64>size) & i32(<u64>b < <u64>size) & i32(<u64>c < <u64>size) &
      i32(<u64>d < <u64>size);
    if (isInside) {
      store<T>(target, load<T>(source + <usize>(a * stride)));
      store<T>(target, load<T>(source + <usize>(b * stride)), sizeof<T>());
      store<T>(target, load<T>(source + <usize>(c * stride)), 2 * sizeof<T>());
      store<T>(target, load<T>(source + <usize>(d * stride)), 3 * sizeof<T>());
    } else {
      for (let j: u32 = 0; j < 4; j++) {
        const at = indices + <usize>j * sizeof<I>(), to = target + <usize>j * sizeof<T>();
        if (!gatherOne<I, T>(source, at, size, wrap, stride, to)) return i + j;
      }
    }
    indices += 4 * sizeof<I>();
    target += 4 * sizeof<T>();
  }
  for (; i < n; i++) {
    if (!gatherOne<I, T>(source, indices, size, wrap, stride, target)) return i;
    indices += sizeof<I>();
    target += sizeof<T>();
  }
  return n;
}

// @ts-ignore: decorator
@inline
function gatherRuns<I>(
  source: usize,
  indices: usize,
  n: u32,
  size: i64,
  wrap: i64,
  stride: i64,
  target: usize,
  bytes: usize,
): u32 {
  for (let i: u32 = 0; i < n; i++) {
    let index = <i64>load<I>(indices + <usize>i * sizeof<I>());
    if (index < 0) index += wrap;
    if (<u64>index >= <u64>size) return i;
    memory.copy(target, source + <usize>(index * stride), bytes);
    target += bytes;
  }
  return n;
}

// @ts-ignore: decorator
@inline
function gatherBy<I>(
  source: usize,
  indices: usize,
  n: u32,
  size: i64,
  wrap: i64,
  stride: i64,
  target: usize,
  bytes: usize,
): u32 {
  if (bytes === 1) return gather<I, u8>(source, indices, n, size, wrap, stride, target);
  if (bytes === 2) return gather<I, u16>(source, indices, n, size, wrap, stride, target);
  if (bytes === 4) return gather<I, u32>(source, indices, n, size, wrap, stride, target);
  if (bytes === 8) return gather<I, u64>(source, indices, n, size, wrap, stride, target);
  return gatherRuns<I>(source, indices, n, size, wrap, stride, target, bytes);
}

/**
 * Copies the runs of `bytes` at n positions of an axis of `size`, `stride` bytes apart, one after the other. Indices
 * below 0 get `wrap` added. `isWide`: indices are i64, else i32. Gives n, or the first whose index is out of the axis.
 */
export function gatherItems(
  source: usize,
  indices: usize,
  isWide: bool,
  n: u32,
  size: f64,
  wrap: f64,
  stride: f64,
  target: usize,
  bytes: usize,
): u32 {
  if (isWide) return gatherBy<i64>(source, indices, n, <i64>size, <i64>wrap, <i64>stride, target, bytes);
  return gatherBy<i32>(source, indices, n, <i64>size, <i64>wrap, <i64>stride, target, bytes);
}

/** The first of n indices that is out of an axis of `size`, or n. */
export function checkIndices(indices: usize, isWide: bool, n: u32, size: f64, wrap: f64): u32 {
  const below = <i64>size, add = <i64>wrap;
  for (let i: u32 = 0; i < n; i++) {
    let index = isWide ? load<i64>(indices + (<usize>i << 3)) : <i64>load<i32>(indices + (<usize>i << 2));
    if (index < 0) index += add;
    if (<u64>index >= <u64>below) return i;
  }
  return n;
}

const RAISE: i32 = 0;
const WRAP: i32 = 1;

/** an index, counted from the end where it is below 0 and `wrap` is the axis's size */
// @ts-ignore: decorator
@inline
function wrapped<I>(index: usize, wrap: i64): i64 {
  const place = <i64>load<I>(index);
  return place + (wrap & (place >> 63));
}

// @ts-ignore: decorator
@inline
function addPlace(place: i64, stride: i64, target: usize, isFirst: bool): void {
  place *= stride;
  store<i64>(target, isFirst ? place : load<i64>(target) + place);
}

// @ts-ignore: decorator
@inline
function addPlaces<I>(
  indices: usize,
  n: u32,
  size: i64,
  isUnsigned: bool,
  mode: i32,
  stride: i64,
  target: usize,
  isFirst: bool,
): u32 {
  const wrap = mode === RAISE && !isUnsigned ? size : 0;
  let i: u32 = 0;
  while (i < n) {
    // four at a time, while all are on the axis; without a branch for those that count from its end
    for (; i + 4 <= n; i += 4, indices += 4 * sizeof<I>(), target += 32) {
      const a = wrapped<I>(indices, wrap), b = wrapped<I>(indices + sizeof<I>(), wrap);
      const c = wrapped<I>(indices + 2 * sizeof<I>(), wrap), d = wrapped<I>(indices + 3 * sizeof<I>(), wrap);
      const areHere = i32(<u64>a < <u64>size) & i32(<u64>b < <u64>size) & i32(<u64>c < <u64>size) &
        i32(<u64>d < <u64>size);
      if (!areHere) break;
      addPlace(a, stride, target, isFirst);
      addPlace(b, stride, target + 8, isFirst);
      addPlace(c, stride, target + 16, isFirst);
      addPlace(d, stride, target + 24, isFirst);
    }
    for (const end = min(n, i + 4); i < end; i++, indices += sizeof<I>(), target += 8) {
      let place = <i64>load<I>(indices);
      if (<u64>place >= <u64>size) {
        if (mode === RAISE) {
          if (!isUnsigned) place += size;
          if (<u64>place >= <u64>size) return i;
        } else if (mode === WRAP) {
          if (isUnsigned) place = <i64>(<u64>place % <u64>size);
          else {
            place %= size;
            if (place < 0) place += size;
          }
        } else place = !isUnsigned && place < 0 ? 0 : size - 1;
      }
      addPlace(place, stride, target, isFirst);
    }
  }
  return n;
}

/**
 * Adds indices on an axis of `size`, times a stride, to n positions (i64), or makes these of them
 * (`isFirst`). Indices out of the axis are refused (mode 0), counted round (1) or clipped (2). The first that
 * is refused, or n; positions below 0 in mode 0 count from the end, unsigned ones are never below 0.
 */
export function addIndices(
  indices: usize,
  isWide: bool,
  n: u32,
  size: f64,
  isUnsigned: bool,
  mode: i32,
  stride: f64,
  target: usize,
  isFirst: bool,
): u32 {
  if (isWide) return addPlaces<i64>(indices, n, <i64>size, isUnsigned, mode, <i64>stride, target, isFirst);
  return addPlaces<i32>(indices, n, <i64>size, isUnsigned, mode, <i64>stride, target, isFirst);
}

// @ts-ignore: decorator
@inline
function scatter<I, T>(values: usize, indices: usize, n: u32, size: i64, stride: i64, target: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    let index = <i64>load<I>(indices + <usize>i * sizeof<I>());
    if (index < 0) index += size;
    store<T>(target + <usize>(index * stride), load<T>(values + <usize>i * sizeof<T>()));
  }
}

// @ts-ignore: decorator
@inline
function scatterBy<I>(
  values: usize,
  indices: usize,
  n: u32,
  size: i64,
  stride: i64,
  target: usize,
  bytes: usize,
): void {
  if (bytes === 1) scatter<I, u8>(values, indices, n, size, stride, target);
  else if (bytes === 2) scatter<I, u16>(values, indices, n, size, stride, target);
  else if (bytes === 4) scatter<I, u32>(values, indices, n, size, stride, target);
  else if (bytes === 8) scatter<I, u64>(values, indices, n, size, stride, target);
  else {
    for (let i: u32 = 0; i < n; i++) {
      let index = <i64>load<I>(indices + <usize>i * sizeof<I>());
      if (index < 0) index += size;
      memory.copy(target + <usize>(index * stride), values + <usize>i * bytes, bytes);
    }
  }
}

/** Copies n runs of `bytes`, one after the other, to positions that `checkIndices` has passed; the last one stays. */
export function scatterItems(
  values: usize,
  indices: usize,
  isWide: bool,
  n: u32,
  size: f64,
  stride: f64,
  target: usize,
  bytes: usize,
): void {
  if (isWide) scatterBy<i64>(values, indices, n, <i64>size, <i64>stride, target, bytes);
  else scatterBy<i32>(values, indices, n, <i64>size, <i64>stride, target, bytes);
}
