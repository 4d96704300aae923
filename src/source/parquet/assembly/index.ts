/**
 * Values of pages: dictionary indices, streams of bytes, levels, nulls. Addresses are checked by the caller: a source
 * of packed bits may be read up to 8 bytes behind its end, and a target has room for `count` elements.
 *
 * Source: Encodings.md of the Parquet format.
 */

/** a number of `width` bits (1 to 32) at a bit */
// @ts-ignore: decorator
@inline
function bitsAt(source: usize, bit: usize, mask: u32): u32 {
  return <u32> (load<u64>(source + (bit >> 3)) >> <u64> (bit & 7)) & mask;
}

// @ts-ignore: decorator
@inline
function maskOf(width: u32): u32 {
  return width == 32 ? 0xffffffff : (<u32> 1 << width) - 1;
}

/** Elements of 4 bytes by packed indices; 1 where one is not inside the table of `size` elements. */
export function gather4(
  source: usize,
  firstBit: usize,
  width: u32,
  count: usize,
  table: usize,
  size: u32,
  target: usize,
): u32 {
  const mask = maskOf(width), end = target + (count << 2), last = size - 1;
  let bit = firstBit, to = target;
  if ((firstBit & 7) == 0 && width <= 16) {
    // eight numbers begin with a byte, and end with one; four fit into a word
    const half: usize = (4 * width) >> 3, shift: u64 = (4 * width) & 7, w: u64 = width, m: u64 = mask;
    for (let at = source + (firstBit >> 3); to + 32 <= end; to += 32, at += width) {
      const x = load<u64>(at), y = load<u64>(at + half) >> shift;
      const a = x & m, b = (x >> w) & m, c = (x >> (2 * w)) & m, d = (x >> (3 * w)) & m;
      const e = y & m, f = (y >> w) & m, g = (y >> (2 * w)) & m, h = (y >> (3 * w)) & m;
      // a difference is negative where an index is beyond the last
      const l: u64 = last;
      if (<i64> ((l - a) | (l - b) | (l - c) | (l - d) | (l - e) | (l - f) | (l - g) | (l - h)) < 0) return 1;
      store<u32>(to, load<u32>(table + (<usize> a << 2)));
      store<u32>(to, load<u32>(table + (<usize> b << 2)), 4);
      store<u32>(to, load<u32>(table + (<usize> c << 2)), 8);
      store<u32>(to, load<u32>(table + (<usize> d << 2)), 12);
      store<u32>(to, load<u32>(table + (<usize> e << 2)), 16);
      store<u32>(to, load<u32>(table + (<usize> f << 2)), 20);
      store<u32>(to, load<u32>(table + (<usize> g << 2)), 24);
      store<u32>(to, load<u32>(table + (<usize> h << 2)), 28);
      bit += 8 * width;
    }
  }
  for (; to + 16 <= end; to += 16) {
    const a = bitsAt(source, bit, mask), b = bitsAt(source, bit + width, mask);
    const c = bitsAt(source, bit + 2 * width, mask), d = bitsAt(source, bit + 3 * width, mask);
    const ab = a > b ? a : b, cd = c > d ? c : d, abcd = ab > cd ? ab : cd;
    if (abcd > last) return 1;
    store<u32>(to, load<u32>(table + (<usize> a << 2)));
    store<u32>(to, load<u32>(table + (<usize> b << 2)), 4);
    store<u32>(to, load<u32>(table + (<usize> c << 2)), 8);
    store<u32>(to, load<u32>(table + (<usize> d << 2)), 12);
    bit += 4 * width;
  }
  for (; to < end; to += 4) {
    const a = bitsAt(source, bit, mask);
    if (a > last) return 1;
    store<u32>(to, load<u32>(table + (<usize> a << 2)));
    bit += width;
  }
  return 0;
}

/** The same of 8 bytes. */
export function gather8(
  source: usize,
  firstBit: usize,
  width: u32,
  count: usize,
  table: usize,
  size: u32,
  target: usize,
): u32 {
  const mask = maskOf(width), end = target + (count << 3), last = size - 1;
  let bit = firstBit, to = target;
  if ((firstBit & 7) == 0 && width <= 16) {
    // eight numbers begin with a byte, and end with one; four fit into a word
    const half: usize = (4 * width) >> 3, shift: u64 = (4 * width) & 7, w: u64 = width, m: u64 = mask;
    for (let at = source + (firstBit >> 3); to + 64 <= end; to += 64, at += width) {
      const x = load<u64>(at), y = load<u64>(at + half) >> shift;
      const a = x & m, b = (x >> w) & m, c = (x >> (2 * w)) & m, d = (x >> (3 * w)) & m;
      const e = y & m, f = (y >> w) & m, g = (y >> (2 * w)) & m, h = (y >> (3 * w)) & m;
      // a difference is negative where an index is beyond the last
      const l: u64 = last;
      if (<i64> ((l - a) | (l - b) | (l - c) | (l - d) | (l - e) | (l - f) | (l - g) | (l - h)) < 0) return 1;
      store<u64>(to, load<u64>(table + (<usize> a << 3)));
      store<u64>(to, load<u64>(table + (<usize> b << 3)), 8);
      store<u64>(to, load<u64>(table + (<usize> c << 3)), 16);
      store<u64>(to, load<u64>(table + (<usize> d << 3)), 24);
      store<u64>(to, load<u64>(table + (<usize> e << 3)), 32);
      store<u64>(to, load<u64>(table + (<usize> f << 3)), 40);
      store<u64>(to, load<u64>(table + (<usize> g << 3)), 48);
      store<u64>(to, load<u64>(table + (<usize> h << 3)), 56);
      bit += 8 * width;
    }
  }
  for (; to + 16 <= end; to += 16) {
    const a = bitsAt(source, bit, mask), b = bitsAt(source, bit + width, mask);
    if ((a > b ? a : b) > last) return 1;
    store<u64>(to, load<u64>(table + (<usize> a << 3)));
    store<u64>(to, load<u64>(table + (<usize> b << 3)), 8);
    bit += 2 * width;
  }
  for (; to < end; to += 8) {
    const a = bitsAt(source, bit, mask);
    if (a > last) return 1;
    store<u64>(to, load<u64>(table + (<usize> a << 3)));
    bit += width;
  }
  return 0;
}

/** Packed numbers of at most 8 bits as bytes. */
export function unpackBytes(source: usize, firstBit: usize, width: u32, count: usize, target: usize): void {
  const mask = maskOf(width);
  let bit = firstBit;
  for (let to = target, end = target + count; to < end; to++, bit += width) {
    store<u8>(to, bitsAt(source, bit, mask));
  }
}

/** How many of `count` bytes are `level`. */
export function countEqual(source: usize, count: usize, level: u32): usize {
  const wanted = i8x16.splat(<i8> level);
  let found: usize = 0, at = source;
  const end = source + count;
  for (; at + 16 <= end; at += 16) found += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
  for (; at < end; at++) found += load<u8>(at) == level ? 1 : 0;
  return found;
}

/** One element a level: the next value where the level is `present`, else `fill`. Reads a value behind the last. */
export function spread4(
  levels: usize,
  count: usize,
  present: u32,
  values: usize,
  fill: u32,
  target: usize,
): void {
  let from = values;
  for (let i: usize = 0; i < count; i++) {
    const isPresent = load<u8>(levels + i) == present;
    store<u32>(target + (i << 2), select<u32>(load<u32>(from), fill, isPresent));
    from += isPresent ? 4 : 0;
  }
}

/** The same of 8 bytes. */
export function spread8(
  levels: usize,
  count: usize,
  present: u32,
  values: usize,
  fill: u64,
  target: usize,
): void {
  let from = values;
  for (let i: usize = 0; i < count; i++) {
    const isPresent = load<u8>(levels + i) == present;
    store<u64>(target + (i << 3), select<u64>(load<u64>(from), fill, isPresent));
    from += isPresent ? 8 : 0;
  }
}

/** Elements of 4 bytes from 4 streams that are `distance` bytes apart. */
export function joinStreams4(source: usize, distance: usize, count: usize, target: usize): void {
  let i: usize = 0, to = target;
  for (; i + 16 <= count; i += 16, to += 64) {
    const a = v128.load(source + i), b = v128.load(source + distance + i);
    const c = v128.load(source + 2 * distance + i), d = v128.load(source + 3 * distance + i);
    const abLow = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const abHigh = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const cdLow = i8x16.shuffle(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const cdHigh = i8x16.shuffle(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128.store(to, i16x8.shuffle(abLow, cdLow, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(to, i16x8.shuffle(abLow, cdLow, 4, 12, 5, 13, 6, 14, 7, 15), 16);
    v128.store(to, i16x8.shuffle(abHigh, cdHigh, 0, 8, 1, 9, 2, 10, 3, 11), 32);
    v128.store(to, i16x8.shuffle(abHigh, cdHigh, 4, 12, 5, 13, 6, 14, 7, 15), 48);
  }
  for (; i < count; i++, to += 4) {
    for (let b: usize = 0; b < 4; b++) store<u8>(to + b, load<u8>(source + b * distance + i));
  }
}

/** The same of 8 bytes from 8 streams. */
export function joinStreams8(source: usize, distance: usize, count: usize, target: usize): void {
  for (let i: usize = 0, to = target; i < count; i++, to += 8) {
    let value: u64 = 0;
    for (let b: usize = 0; b < 8; b++) value |= <u64> load<u8>(source + b * distance + i) << (8 * b);
    store<u64>(to, value);
  }
}
