/**
 * A reader of the hybrid of run lengths and bit packing, whose state JavaScript keeps: it is taken over at the start
 * of a call, and given back where the call succeeds.
 *
 * Source: Encodings.md of the Parquet format, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
 */

/** where the next run begins, and where the numbers end */
export let at: usize = 0, end: usize = 0;
/** numbers left of the run that was begun */
export let left: usize = 0;
export let isPacked: bool = false;
/** of a repeated run */
export let repeated: u32 = 0;
/** of a packed run: the byte in which its next number begins, and the bit there */
export let byte: usize = 0, shift: usize = 0;

/** words of a state; ../hybrid.ts has the same order */
export function takeOver(state: usize): void {
  at = load<u32>(state);
  end = load<u32>(state, 4);
  left = load<u32>(state, 8);
  isPacked = load<u32>(state, 12) !== 0;
  repeated = load<u32>(state, 16);
  byte = load<u32>(state, 20);
  shift = load<u32>(state, 24);
}

export function giveBack(state: usize): void {
  store<u32>(state, at);
  store<u32>(state, left, 8);
  store<u32>(state, isPacked, 12);
  store<u32>(state, repeated, 16);
  store<u32>(state, byte, 20);
  store<u32>(state, shift, 24);
}

/** Passes over runs that the caller has read: the next one begins there. */
// @ts-ignore: decorator
@inline
export function goTo(place: usize): void {
  at = place;
}

/** Passes over numbers of the run. */
// @ts-ignore: decorator
@inline
export function advance(count: usize, width: u32): void {
  left -= count;
  if (!isPacked) return;
  const bit = shift + count * width;
  byte += bit >> 3;
  shift = bit & 7;
}

/** Goes on to the next run that is not empty; false where the bytes are corrupt, or end. */
export function begin(width: u32): bool {
  while (left === 0) {
    if (at >= end) return false;
    let header: u64 = load<u8>(at++);
    if (header >= 0x80) {
      header &= 0x7f;
      for (let bits: u64 = 7;; bits += 7) {
        if (at >= end || bits >= 35) return false;
        const next: u64 = load<u8>(at++);
        header |= (next & 0x7f) << bits;
        if (next < 0x80) break;
      }
    }
    const count = header >> 1;
    isPacked = (header & 1) !== 0;
    if (isPacked) {
      // the last group may be cut short by a careless writer: as many numbers as there are bits
      const numBytes = min<u64>(count * width, end - at);
      const numbers = width === 0 ? count << 3 : (numBytes << 3) / width;
      // nothing asks for more than a page has entries
      if (numbers > 0xffffffff || (numbers === 0 && count > 0)) return false;
      left = <usize> numbers;
      byte = at;
      shift = 0;
      at += <usize> numBytes;
    } else {
      const numBytes = <usize> (width + 7) >> 3;
      if (numBytes > end - at || count > 0xffffffff) return false;
      repeated = 0;
      for (let i: usize = 0; i < numBytes; i++) repeated |= <u32> load<u8>(at++) << <u32> (8 * i);
      if (width < 32 && repeated >> width !== 0) return false;
      left = <usize> count;
    }
  }
  return true;
}
