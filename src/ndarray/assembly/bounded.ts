/**
 * Integers below a bound, permutations and choices, each as NumPy draws them.
 *
 * Source: D. Lemire, "Fast random integer generation in an interval", ACM Trans. Model. Comput. Simul. 29(1), 2019;
 * J. Bentley and R. Floyd, "A sample of brilliance", CACM 30(9), 1987.
 */
import { multiplyHigh } from "./multiply";
import { loadState, next32, next64, storeState } from "./philox";

/** a number from 0 to range, which is below 2^32 - 1 */
function below32(range: u32): u32 {
  const count = range + 1;
  let product = <u64>next32() * <u64>count;
  if (<u32>product < count) {
    const threshold = (0xffffffff - range) % count;
    while (<u32>product < threshold) product = <u64>next32() * <u64>count;
  }
  return <u32>(product >> 32);
}

/** a number from 0 to range */
function upTo(range: u64): u64 {
  if (range === 0) return 0;
  if (range < 0xffffffff) return below32(<u32>range);
  if (range === 0xffffffff) return next32();
  if (range === 0xffffffffffffffff) return next64();
  const count = range + 1;
  let bits = next64();
  if (bits * count < count) {
    const threshold = (0xffffffffffffffff - range) % count;
    while (bits * count < threshold) bits = next64();
  }
  return multiplyHigh(bits, count);
}

/** bits of a number that are not yet used, for integers of 16 bits and fewer */
let rest: u32 = 0, numRest: i32 = 0;

function part(numBits: i32): u32 {
  if (numRest === 0) {
    rest = next32();
    numRest = 32 / numBits - 1;
  } else {
    rest >>= numBits;
    numRest--;
  }
  return rest & ((1 << numBits) - 1);
}

/** a number from 0 to range of so many bits */
function narrowUpTo(range: u32, numBits: i32): u32 {
  const mask: u32 = (1 << numBits) - 1;
  if (range === 0) return 0;
  if (numBits === 1 || range === mask) return part(numBits);
  const count = range + 1;
  let product = part(numBits) * count;
  if ((product & mask) < count) {
    const threshold = (mask - range) % count;
    while ((product & mask) < threshold) product = part(numBits) * count;
  }
  return product >> numBits;
}

/**
 * Integers from `low` to `low + range`, of 64, 32, 16, 8 bits or (1) bools. `isStart` drops what bits the last call
 * has left.
 */
export function fillIntegers(
  state: usize,
  numBits: i32,
  n: i32,
  out: usize,
  low: u64,
  range: u64,
  isStart: i32,
): void {
  loadState(state);
  if (isStart !== 0) numRest = 0;
  for (let i = 0; i < n; i++) {
    if (numBits === 64) store<u64>(out + (<usize>i << 3), low + upTo(range));
    else if (numBits === 32) {
      const value: u32 = range === 0xffffffff ? next32() : range === 0 ? 0 : below32(<u32>range);
      store<u32>(out + (<usize>i << 2), <u32>low + value);
    } else if (numBits === 16) {
      store<u16>(out + (<usize>i << 1), <u16>low + <u16>narrowUpTo(<u32>range, 16));
    } else store<u8>(out + <usize>i, <u8>low + <u8>narrowUpTo(<u32>range, numBits));
  }
  storeState(state);
}

/** a number from 0 to most, below 2^31: bits under a mask until they are no more than it */
function maskedUpTo(most: u32): u32 {
  const mask: u32 = 0xffffffff >> clz<u32>(most);
  let value = next32() & mask;
  while (value > most) value = next32() & mask;
  return value;
}

/**
 * Exchanges items n - 1 down to `first`, each with one at or before it, drawn by a mask or (0) by Lemire's way; `held`
 * has room for an item.
 */
export function shuffleItems(
  state: usize,
  n: i32,
  first: i32,
  isMasked: i32,
  itemBytes: i32,
  items: usize,
  held: usize,
): void {
  loadState(state);
  const size = <usize>itemBytes;
  for (let i = n - 1; i >= first; i--) {
    const j = isMasked !== 0 ? <i32>maskedUpTo(<u32>i) : <i32>upTo(<u64>i);
    const one = items + <usize>i * size, other = items + <usize>j * size;
    if (i === j) continue;
    if (itemBytes === 8) {
      const value = load<u64>(one);
      store<u64>(one, load<u64>(other));
      store<u64>(other, value);
      continue;
    }
    memory.copy(held, other, size);
    memory.copy(other, one, size);
    memory.copy(one, held, size);
  }
  storeState(state);
}

/** the place of a value in a hash table of numbers, or the empty place where it belongs */
// @ts-ignore: decorator
@inline
function placeOf(value: u64, table: usize, mask: u64): usize {
  let place = value & mask;
  while (true) {
    const found = load<u64>(table + (<usize>place << 3));
    if (found === value || found === 0xffffffffffffffff) return table + (<usize>place << 3);
    place = (place + 1) & mask;
  }
}

/** `count` different numbers below `population`, by Floyd's way; `table` holds mask + 1 numbers */
export function chooseDifferent(
  state: usize,
  population: i64,
  count: i32,
  out: usize,
  table: usize,
  mask: i32,
): void {
  loadState(state);
  memory.fill(table, 0xff, (<usize>mask + 1) << 3);
  for (let j = population - <i64>count; j < population; j++) {
    let value = upTo(<u64>j);
    let place = placeOf(value, table, <u64>mask);
    if (load<u64>(place) !== 0xffffffffffffffff) {
      value = <u64>j;
      place = placeOf(value, table, <u64>mask);
    }
    store<u64>(place, value);
    store<u64>(out + (<usize>(j - population + <i64>count) << 3), value);
  }
  storeState(state);
}
