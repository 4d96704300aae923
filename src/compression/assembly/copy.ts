/** Copies of the decoders. Callers have checked every range; what may be overwritten behind one is said here. */

/** Copies `numBytes` that do not overlap; reads and writes up to 15 bytes more. */
// @ts-ignore: decorator
@inline
export function copyWild(from: usize, to: usize, numBytes: usize): void {
  const end = to + numBytes;
  do {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  } while (to < end);
}

/** Copies exactly `numBytes` from `offset` bytes back; what was just written is repeated. */
function repeatBytes(to: usize, offset: usize, numBytes: usize): void {
  for (const end = to + numBytes; to < end; to++) store<u8>(to, load<u8>(to - offset));
}

/** Fills with a pattern; writes up to 15 bytes more. */
// @ts-ignore: decorator
@inline
function fillWild(to: usize, pattern: v128, numBytes: usize): void {
  for (const end = to + numBytes; to < end; to += 16) v128.store(to, pattern);
}

/**
 * Copies a match of `numBytes` from `offset` bytes back, which may overlap what it writes. `room` bytes may be
 * written at `to`; those behind the match then hold anything.
 */
export function copyMatch(to: usize, offset: usize, numBytes: usize, room: usize): void {
  if (room < numBytes + 16) {
    if (offset >= numBytes) memory.copy(to, to - offset, numBytes);
    else repeatBytes(to, offset, numBytes);
    return;
  }
  if (offset >= 16) return copyWild(to - offset, to, numBytes);
  const from = to - offset;
  switch (<i32> offset) {
    case 1:
      return fillWild(to, v128.load_splat<u8>(from), numBytes);
    case 2:
      return fillWild(to, v128.load_splat<u16>(from), numBytes);
    case 4:
      return fillWild(to, v128.load_splat<u32>(from), numBytes);
    case 8:
      return fillWild(to, v128.load_splat<u64>(from), numBytes);
    default:
      break;
  }
  repeatBytes(to, offset, 16);
  if (numBytes <= 16) return;
  // a period of a multiple of the offset, the first of at least 16 bytes, is there now
  const period = offset * ((15 + offset) / offset);
  copyWild(to + 16 - period, to + 16, numBytes - 16);
}
