/**
 * Elements as unsigned integers in NumPy's order: NaN is last. A kind is 0 for unsigned integers, 1 for signed ones, 2
 * for floats. -0 is below 0 here, so that keys have elements; what takes the two as equal says so.
 */

export const SIGNED: i32 = 1;
export const FLOAT: i32 = 2;

/** elements of one call of an inner loop: the engine's optimised code takes over at the next call only */
export const CHUNK: u32 = 16384;

// @ts-ignore: decorator
@inline
export function signOf<T>(): T {
  return <T>(<u64>1 << (8 * sizeof<T>() - 1));
}

/** the bits of infinity */
// @ts-ignore: decorator
@inline
function infinityOf<T>(): T {
  return sizeof<T>() === 8 ? <T>(<u64>0x7ff0000000000000) : <T>(<u64>0x7f800000);
}

/** the key of a float's bits */
// @ts-ignore: decorator
@inline
export function floatKey<T>(bits: T): T {
  const sign = signOf<T>(), isNegative = (bits & sign) !== 0;
  const key = bits ^ (isNegative ? <T>(~(<u64>0)) : sign);
  return (bits & ~sign) > infinityOf<T>() ? <T>(~(<u64>0)) : key;
}

/** the bits of a float's key */
// @ts-ignore: decorator
@inline
function floatBits<T>(key: T): T {
  const sign = signOf<T>();
  const bits = key ^ ((key & sign) !== 0 ? sign : <T>(~(<u64>0)));
  const nan = sizeof<T>() === 8 ? <T>(<u64>0x7ff8000000000000) : <T>(<u64>0x7fc00000);
  return key === <T>(~(<u64>0)) ? nan : bits;
}

/** the element's bits as a key; zeros of both signs have one where they are not `apart` */
// @ts-ignore: decorator
@inline
export function keyOf<T>(bits: T, kind: i32, apart: bool): T {
  if (kind === FLOAT) return floatKey<T>(!apart && (bits & ~signOf<T>()) === 0 ? 0 : bits);
  return kind === SIGNED ? bits ^ signOf<T>() : bits;
}

/** the bits of a key's element */
// @ts-ignore: decorator
@inline
export function bitsOf<T>(key: T, kind: i32): T {
  if (kind === FLOAT) return floatBits<T>(key);
  return kind === SIGNED ? key ^ signOf<T>() : key;
}

/** zeros and those below zero, of the floats of which keys were made last */
export let numZeros: u32 = 0;
export let numNegativeZeros: u32 = 0;
/** NaNs among them */
export let numNans: u32 = 0;

/** lanes of -1 where those of a signed number are below zero */
// @ts-ignore: decorator
@inline
function negativeLanes<T>(x: v128): v128 {
  return sizeof<T>() === 8 ? i64x2.lt_s(x, i64x2.splat(0)) : i32x4.shr_s(x, 31);
}

// @ts-ignore: decorator
@inline
function equalLanes<T>(x: v128, y: v128): v128 {
  return sizeof<T>() === 8 ? i64x2.eq(x, y) : i32x4.eq(x, y);
}

// @ts-ignore: decorator
@inline
function sumOfLanes<T>(x: v128): u32 {
  if (sizeof<T>() === 8) return <u32>(i64x2.extract_lane(x, 0) + i64x2.extract_lane(x, 1));
  return i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}

function floatKeys<T>(source: usize, keys: usize, n: u32): void {
  const end = source + <usize>n * sizeof<T>(), whole = source + (<usize>n * sizeof<T>() & ~15);
  const sign = v128.splat<T>(signOf<T>()), infinity = v128.splat<T>(infinityOf<T>()), zero = i32x4.splat(0);
  // counters go down: a lane that is meant is -1
  let nanLanes = zero, zeroLanes = zero, negativeZeroLanes = zero;
  for (; source < whole; source += 16, keys += 16) {
    const bits = v128.load(source), size = v128.andnot(bits, sign);
    const isNan = sizeof<T>() === 8 ? i64x2.gt_s(size, infinity) : i32x4.gt_s(size, infinity);
    const key = v128.xor(bits, v128.or(negativeLanes<T>(bits), sign));
    v128.store(keys, v128.or(key, isNan));
    nanLanes = v128.add<T>(nanLanes, isNan);
    zeroLanes = v128.add<T>(zeroLanes, equalLanes<T>(size, zero));
    negativeZeroLanes = v128.add<T>(negativeZeroLanes, equalLanes<T>(bits, sign));
  }
  numNans -= sumOfLanes<T>(nanLanes);
  numZeros -= sumOfLanes<T>(zeroLanes);
  numNegativeZeros -= sumOfLanes<T>(negativeZeroLanes);
  for (; source < end; source += sizeof<T>(), keys += sizeof<T>()) {
    const bits = load<T>(source), key = floatKey<T>(bits);
    store<T>(keys, key);
    numNans += u32(key === <T>(~(<u64>0)));
    numZeros += u32((bits & ~signOf<T>()) === 0);
    numNegativeZeros += u32(bits === signOf<T>());
  }
}

function flippedKeys<T>(source: usize, keys: usize, n: u32, flip: T): void {
  const end = source + <usize>n * sizeof<T>(), whole = source + (<usize>n * sizeof<T>() & ~15);
  const flips = v128.splat<T>(flip);
  for (; source < whole; source += 16, keys += 16) v128.store(keys, v128.xor(v128.load(source), flips));
  for (; source < end; source += sizeof<T>(), keys += sizeof<T>()) store<T>(keys, load<T>(source) ^ flip);
}

/** the keys of n elements; they may take their place */
export function makeKeys<T>(source: usize, keys: usize, n: u32, kind: i32): void {
  numZeros = numNegativeZeros = numNans = 0;
  const bytes = <usize>CHUNK * sizeof<T>();
  for (; n > CHUNK; n -= CHUNK, source += bytes, keys += bytes) {
    if (kind === FLOAT) floatKeys<T>(source, keys, CHUNK);
    else flippedKeys<T>(source, keys, CHUNK, kind === SIGNED ? signOf<T>() : 0);
  }
  if (kind === FLOAT) floatKeys<T>(source, keys, n);
  else flippedKeys<T>(source, keys, n, kind === SIGNED ? signOf<T>() : 0);
}

function floatElements<T>(keys: usize, n: u32): void {
  const end = keys + <usize>n * sizeof<T>(), whole = keys + (<usize>n * sizeof<T>() & ~15);
  const sign = v128.splat<T>(signOf<T>()), ofNan = v128.splat<T>(<T>(~(<u64>0)));
  const nan = v128.splat<T>(floatBits<T>(<T>(~(<u64>0))));
  for (; keys < whole; keys += 16) {
    const key = v128.load(keys);
    const bits = v128.xor(key, v128.or(v128.not(negativeLanes<T>(key)), sign));
    v128.store(keys, v128.bitselect(nan, bits, equalLanes<T>(key, ofNan)));
  }
  for (; keys < end; keys += sizeof<T>()) store<T>(keys, floatBits<T>(load<T>(keys)));
}

/** elements in the place of their keys */
export function makeElements<T>(keys: usize, n: u32, kind: i32): void {
  if (kind === 0) return;
  const bytes = <usize>CHUNK * sizeof<T>();
  for (; n > CHUNK; n -= CHUNK, keys += bytes) {
    if (kind === FLOAT) floatElements<T>(keys, CHUNK);
    else flippedKeys<T>(keys, keys, CHUNK, signOf<T>());
  }
  if (kind === FLOAT) floatElements<T>(keys, n);
  else flippedKeys<T>(keys, keys, n, signOf<T>());
}
