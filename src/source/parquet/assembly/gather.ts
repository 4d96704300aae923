/** Elements by dictionary indices. */
import { bitsAt, maskOf } from "./bits";
import { advance, begin, byte, giveBack, isPacked, left, repeated, shift, takeOver } from "./hybrid";

/** packed indices; false where one is beyond the `last` element */
// @ts-ignore: decorator
@inline
function gatherPacked<T>(width: u32, count: usize, table: usize, last: u32, target: usize): bool {
  const mask = maskOf(width), end = target + count * sizeof<T>(), source = byte;
  let bit = shift, to = target;
  if (bit === 0 && width <= 16) {
    // eight numbers begin with a byte, and end with one; four fit into a word
    const half: usize = (4 * width) >> 3, odd: u64 = (4 * width) & 7, w: u64 = width, m: u64 = mask, l: u64 = last;
    const wholeEnd = target + (count & ~7) * sizeof<T>();
    let at = source;
    for (; to < wholeEnd; to += 8 * sizeof<T>(), at += width) {
      const x = load<u64>(at), y = load<u64>(at + half) >> odd;
      const a = x & m, b = (x >> w) & m, c = (x >> (2 * w)) & m, d = (x >> (3 * w)) & m;
      const e = y & m, f = (y >> w) & m, g = (y >> (2 * w)) & m, h = (y >> (3 * w)) & m;
      // a difference is negative where an index is beyond the last
      if (<i64> ((l - a) | (l - b) | (l - c) | (l - d) | (l - e) | (l - f) | (l - g) | (l - h)) < 0) return false;
      if (sizeof<T>() === 4) {
        let low = v128.load_zero<u32>(table + (<usize> a << 2)), high = v128.load_zero<u32>(table + (<usize> e << 2));
        low = v128.load_lane<u32>(table + (<usize> b << 2), low, 1);
        high = v128.load_lane<u32>(table + (<usize> f << 2), high, 1);
        low = v128.load_lane<u32>(table + (<usize> c << 2), low, 2);
        high = v128.load_lane<u32>(table + (<usize> g << 2), high, 2);
        low = v128.load_lane<u32>(table + (<usize> d << 2), low, 3);
        high = v128.load_lane<u32>(table + (<usize> h << 2), high, 3);
        v128.store(to, low);
        v128.store(to, high, 16);
        continue;
      }
      store<T>(to, load<T>(table + <usize> a * sizeof<T>()));
      store<T>(to, load<T>(table + <usize> b * sizeof<T>()), sizeof<T>());
      store<T>(to, load<T>(table + <usize> c * sizeof<T>()), 2 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> d * sizeof<T>()), 3 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> e * sizeof<T>()), 4 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> f * sizeof<T>()), 5 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> g * sizeof<T>()), 6 * sizeof<T>());
      store<T>(to, load<T>(table + <usize> h * sizeof<T>()), 7 * sizeof<T>());
    }
    bit = (at - source) << 3;
  }
  for (; to < end; to += sizeof<T>(), bit += width) {
    const index = bitsAt(source, bit, mask);
    if (index > last) return false;
    store<T>(to, load<T>(table + <usize> index * sizeof<T>()));
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
