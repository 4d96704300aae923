/** Of digits, each in a byte, the number that they spell. Both factors of the first step are below 128. */
// @ts-ignore: decorator
@inline
export function sixteenDigits(digits: v128, tens: v128, hundreds: v128, tenThousands: v128): u64 {
  const quads = i32x4.dot_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(digits, tens), hundreds);
  const octets = i64x2.extract_lane(i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(quads, quads), tenThousands), 0);
  return u64(u32(octets)) * 100000000 + (u64(octets) >> 32);
}

/** The same of four, the first in the lowest byte. */
// @ts-ignore: decorator
@inline
export function fourDigits(digits: u32): u64 {
  return u64((((digits * 2561) >> 8) & 0xff00ff) * 6553601 >> 16);
}
