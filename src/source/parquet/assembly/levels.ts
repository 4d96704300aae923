/** Levels as bits: which entries have a value. */
import { bitsAt, maskOf } from "./bits";
import { advance, at, begin, byte, end, giveBack, goTo, isPacked, left, repeated, shift, takeOver } from "./hybrid";

/** bits that are moved at once; with what a byte has before them they fit into a word */
const MOVED_BITS: usize = 56;

/** of numbers in a packed run, at most `MOVED_BITS`: which are `level` */
// @ts-ignore: decorator
@inline
function equalBits(source: usize, bit: usize, width: u32, level: u32, count: usize): u64 {
  if (width === 1) {
    const bits = load<u64>(source + (bit >> 3)) >> <u64> (bit & 7);
    return level === 0 ? ~bits : bits;
  }
  const mask = maskOf(width);
  let bits: u64 = 0;
  for (let i: usize = 0; i < count; i++) {
    bits |= <u64> (bitsAt(source, bit + i * width, mask) === level) << <u64> i;
  }
  return bits;
}

/**
 * One bit a level, whether it is `level`; up to 7 bytes behind the last are overwritten.
 *
 * @returns how many are; -1 where the bytes are corrupt
 */
export function equalLevels(state: usize, width: u32, level: u32, count: usize, target: usize): i32 {
  takeOver(state);
  let found: usize = 0, to = target;
  // bits that are not a whole byte yet
  let pending: u64 = 0, numPending: usize = 0;
  for (let done: usize = 0; done < count;) {
    if (left === 0 && width === 1) {
      // a null now and then makes runs of a few: they are read here, whole, and which kind comes next is no branch
      const flip: u64 = level === 0 ? <u64> -1 : 0;
      let place = at;
      while (place + 9 <= end) {
        const header: usize = load<u8>(place), word = load<u64>(place, 1), half = header >> 1, packed = header & 1;
        const n = half << (3 * packed);
        // none, too many, a length of several bytes; a repeated number that is neither 0 nor 1
        const isOther = <u32> (n - 1 >= min<usize>(MOVED_BITS, count - done)) |
          (<u32> word & 0xfe & (<u32> packed - 1));
        if (isOther !== 0) break;
        const bits = (select<u64>(word, 0 - (word & 1), packed !== 0) ^ flip) & ((<u64> 1 << <u64> n) - 1);
        place += select<usize>(half, 1, packed !== 0) + 1;
        done += n;
        found += <usize> popcnt(bits);
        pending |= bits << <u64> numPending;
        store<u64>(to, pending);
        numPending += n;
        to += numPending >> 3;
        pending >>= <u64> (numPending & ~7);
        numPending &= 7;
      }
      goTo(place);
      if (done === count) break;
    }
    if (left === 0 && !begin(width)) return -1;
    const part = min<usize>(count - done, left), isEqual = repeated === level;
    done += part;
    for (let moved: usize = 0; moved < part;) {
      const n = min<usize>(part - moved, MOVED_BITS);
      let bits: u64 = isPacked
        ? equalBits(byte, shift + moved * width, width, level, n)
        : isEqual
        ? <u64> -1
        : 0;
      bits &= (<u64> 1 << <u64> n) - 1;
      found += <usize> popcnt(bits);
      pending |= bits << <u64> numPending;
      store<u64>(to, pending);
      numPending += n;
      to += numPending >> 3;
      pending >>= <u64> (numPending & ~7);
      numPending &= 7;
      moved += n;
    }
    advance(part, width);
  }
  giveBack(state);
  return <i32> found;
}

/** Whether the bits that are not set, `numClear` of `count`, are those at which lists of `size` begin. */
export function areListStarts(bits: usize, count: usize, first: usize, size: usize, numClear: usize): bool {
  for (let i = first; i < count; i += size) {
    if (((load<u8>(bits + (i >> 3)) >> <u8> (i & 7)) & 1) !== 0) return false;
    numClear--;
  }
  return numClear === 0;
}
