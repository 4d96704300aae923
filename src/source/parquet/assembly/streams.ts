/** BYTE_STREAM_SPLIT: byte b of each value in a stream of its own. */

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
