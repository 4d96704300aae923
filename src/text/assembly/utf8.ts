/** The position of the first byte that is part of no character (Unicode 16, table 3-7); `end`: all are. */
export function validUtf8End(start: usize, end: usize): usize {
  let p = start;
  while (p < end) {
    const first = u32(load<u8>(p));
    if (first < 0x80) {
      p++;
      continue;
    }
    const length: usize = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || p + length > end) return p;
    // no overlong forms, no surrogates, nothing beyond U+10FFFF
    const second = u32(load<u8>(p, 1));
    const least: u32 = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most: u32 = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return p;
    for (let i: usize = 2; i < length; i++) if ((u32(load<u8>(p + i)) & 0xc0) !== 0x80) return p;
    p += length;
  }
  return p;
}
