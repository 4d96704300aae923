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

function floatKeys<T>(source: usize, keys: usize, n: u32): void {
  const end = source + <usize>n * sizeof<T>(), sign = signOf<T>();
  let nans: u32 = 0, zeros: u32 = 0, negative: u32 = 0;
  while (source < end) {
    const bits = load<T>(source), key = floatKey<T>(bits);
    store<T>(keys, key);
    nans += u32(key === <T>(~(<u64>0)));
    zeros += u32((bits & ~sign) === 0);
    negative += u32(bits === sign);
    source += sizeof<T>();
    keys += sizeof<T>();
  }
  numNans += nans;
  numZeros += zeros;
  numNegativeZeros += negative;
}

function flippedKeys<T>(source: usize, keys: usize, n: u32, flip: T): void {
  const end = source + <usize>n * sizeof<T>();
  while (source < end) {
    store<T>(keys, load<T>(source) ^ flip);
    source += sizeof<T>();
    keys += sizeof<T>();
  }
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
  for (const end = keys + <usize>n * sizeof<T>(); keys < end; keys += sizeof<T>()) {
    store<T>(keys, floatBits<T>(load<T>(keys)));
  }
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
