/** Elements by dictionary indices. */
import { bitsAt, maskOf } from "./bits";
import { advance, begin, byte, giveBack, isPacked, left, repeated, shift, takeOver } from "./hybrid";

/** numbers from which on it pays to set up lanes */
const LANES_COUNT: usize = 64;

/** For the bytes of four numbers of `width` bits, of which the first begins at a bit of 0 to 7: four bytes a number. */
// @ts-ignore: decorator
@inline
function placesOf(width: u32, bit: u32): v128 {
  const first = bit >> 3, second = (bit + width) >> 3, third = (bit + 2 * width) >> 3, fourth = (bit + 3 * width) >> 3;
  let places = i32x4.splat(first);
  places = i32x4.replace_lane(places, 1, second);
  places = i32x4.replace_lane(places, 2, third);
  places = i32x4.replace_lane(places, 3, fourth);
  return i32x4.add(i32x4.mul(places, i32x4.splat(0x01010101)), i32x4.splat(0x03020100));
}

/** What four such numbers, in their bytes, are multiplied by to begin at bit 7. */
// @ts-ignore: decorator
@inline
function factorsOf(width: u32, bit: u32): v128 {
  let factors = i32x4.splat(128 >> (bit & 7));
  factors = i32x4.replace_lane(factors, 1, 128 >> ((bit + width) & 7));
  factors = i32x4.replace_lane(factors, 2, 128 >> ((bit + 2 * width) & 7));
  return i32x4.replace_lane(factors, 3, 128 >> ((bit + 3 * width) & 7));
}

/** the element at an index that was checked */
// @ts-ignore: decorator
@inline
function place(table: usize, index: i32): usize {
  return table + (<usize> index << 2);
}

/**
 * Elements by packed indices of up to 16 bits, eight at a time, from a whole byte on: each index is brought to a lane
 * of 32 bits, so that all are checked at once. Gives the element behind the last; 0 where an index is beyond `last`.
 */
// @ts-ignore: decorator
@inline
function gatherLanes<T>(width: u32, numEights: usize, table: usize, last: u32, source: usize, target: usize): usize {
  // the second four begin at their own byte
  const half: usize = (4 * width) >> 3, odd = (4 * width) & 7;
  const lowPlaces = placesOf(width, 0), highPlaces = placesOf(width, odd);
  const lowFactors = factorsOf(width, 0), highFactors = factorsOf(width, odd);
  const mask = i32x4.splat(maskOf(width)), most = i32x4.splat(last);
  const end = target + numEights * 8 * sizeof<T>();
  let at = source, to = target;
  for (; to < end; to += 8 * sizeof<T>(), at += width) {
    const lowBytes = i8x16.relaxed_swizzle(v128.load(at), lowPlaces);
    const highBytes = i8x16.relaxed_swizzle(v128.load(at + half), highPlaces);
    const low = v128.and(i32x4.shr_u(i32x4.mul(lowBytes, lowFactors), 7), mask);
    const high = v128.and(i32x4.shr_u(i32x4.mul(highBytes, highFactors), 7), mask);
    if (v128.any_true(i32x4.gt_s(i32x4.max_s(low, high), most))) return 0;
    const a = i32x4.extract_lane(low, 0), b = i32x4.extract_lane(low, 1);
    const c = i32x4.extract_lane(low, 2), d = i32x4.extract_lane(low, 3);
    const e = i32x4.extract_lane(high, 0), f = i32x4.extract_lane(high, 1);
    const g = i32x4.extract_lane(high, 2), h = i32x4.extract_lane(high, 3);
    if (sizeof<T>() === 4) {
      let first = v128.load_zero<u32>(place(table, a)), second = v128.load_zero<u32>(place(table, e));
      first = v128.load_lane<u32>(place(table, b), first, 1);
      second = v128.load_lane<u32>(place(table, f), second, 1);
      first = v128.load_lane<u32>(place(table, c), first, 2);
      second = v128.load_lane<u32>(place(table, g), second, 2);
      first = v128.load_lane<u32>(place(table, d), first, 3);
      second = v128.load_lane<u32>(place(table, h), second, 3);
      v128.store(to, first);
      v128.store(to, second, 16);
    } else {
      store<T>(to, load<T>(table + <usize> a * sizeof<T>()));
      store<T>(to, load<T>(table + <usize> b * sizeof<T>()), sizeof<T>());
      store<T>(to, load<T>(table + <usize> c * sizeof<T>()), 2 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> d * sizeof<T>()), 3 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> e * sizeof<T>()), 4 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> f * sizeof<T>()), 5 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> g * sizeof<T>()), 6 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> h * sizeof<T>()), 7 * sizeof<T>());
    }
  }
  return to;
}

// @ts-ignore: decorator
@inline
function gatherOne<T>(index: u32, table: usize, last: u32, to: usize): bool {
  if (index > last) return false;
  store<T>(to, load<T>(table + <usize> index * sizeof<T>()));
  return true;
}

/** packed indices; false where one is beyond the `last` element */
// @ts-ignore: decorator
@inline
function gatherPacked<T>(width: u32, count: usize, table: usize, last: u32, target: usize): bool {
  const mask = maskOf(width), end = target + count * sizeof<T>(), source = byte;
  let bit = shift, to = target;
  if (width <= 16 && count >= LANES_COUNT) {
    // up to seven, until one begins with a byte
    while ((bit & 7) !== 0) {
      if (!gatherOne<T>(bitsAt(source, bit, mask), table, last, to)) return false;
      to += sizeof<T>();
      bit += width;
    }
    const numEights = (end - to) / (8 * sizeof<T>());
    to = gatherLanes<T>(width, numEights, table, last, source + (bit >> 3), to);
    if (to === 0) return false;
    bit += (numEights * width) << 3;
  }
  for (; to < end; to += sizeof<T>(), bit += width) {
    if (!gatherOne<T>(bitsAt(source, bit, mask), table, last, to)) return false;
  }
  return true;
}

/** false where an index is not inside the table of `size` elements, or the bytes are corrupt */
// @ts-ignore: decorator
@inline
function gather<T>(state: usize, width: u32, count: usize, table: usize, size: u32, target: usize): bool {
  if (size === 0) return false;
  takeOver(state);
  let to = target;
  for (let done: usize = 0; done < count;) {
    if (left === 0 && !begin(width)) return false;
    const part = min<usize>(count - done, left), end = to + part * sizeof<T>();
    if (isPacked) {
      if (!gatherPacked<T>(width, part, table, size - 1, to)) return false;
      to = end;
    } else {
      if (repeated >= size) return false;
      for (const value = load<T>(table + <usize> repeated * sizeof<T>()); to < end; to += sizeof<T>()) {
        store<T>(to, value);
      }
    }
    advance(part, width);
    done += part;
  }
  giveBack(state);
  return true;
}

export function gather4(state: usize, width: u32, count: usize, table: usize, size: u32, target: usize): bool {
  return gather<u32>(state, width, count, table, size, target);
}

export function gather8(state: usize, width: u32, count: usize, table: usize, size: u32, target: usize): bool {
  return gather<u64>(state, width, count, table, size, target);
}
