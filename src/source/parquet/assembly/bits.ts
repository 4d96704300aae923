/** Numbers packed in bits, the least significant first. Up to 16 bytes behind the last one may be read. */

/** a number of a width at a bit */
// @ts-ignore: decorator
@inline
export function bitsAt(source: usize, bit: usize, mask: u32): u32 {
  return <u32> (load<u64>(source + (bit >> 3)) >> <u64> (bit & 7)) & mask;
}

/** of numbers of `width` bits, 0 to 32 */
// @ts-ignore: decorator
@inline
export function maskOf(width: u32): u32 {
  return <u32> ((<u64> 1 << <u64> width) - 1);
}
