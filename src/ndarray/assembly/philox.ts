/**
 * The counter-based generator Philox4x64-10, and numbers drawn from it, each as NumPy draws it.
 *
 * Source: J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011. A state is 12 words of 64 bits:
 * the counter (4), the key (2), the block that was made last (4), and 32-bit fields: the position in the block, whether
 * half a number is left, that half.
 */
import { multiplyHigh } from "./multiply";

const ROUNDS: i32 = 10;

let counter0: u64 = 0, counter1: u64 = 0, counter2: u64 = 0, counter3: u64 = 0;
let key0: u64 = 0, key1: u64 = 0;
let block0: u64 = 0, block1: u64 = 0, block2: u64 = 0, block3: u64 = 0;
let position: u32 = 0, hasHalf: u32 = 0, half: u32 = 0;

/** Takes a state into the globals. */
export function loadState(at: usize): void {
  counter0 = load<u64>(at);
  counter1 = load<u64>(at, 8);
  counter2 = load<u64>(at, 16);
  counter3 = load<u64>(at, 24);
  key0 = load<u64>(at, 32);
  key1 = load<u64>(at, 40);
  block0 = load<u64>(at, 48);
  block1 = load<u64>(at, 56);
  block2 = load<u64>(at, 64);
  block3 = load<u64>(at, 72);
  position = load<u32>(at, 80);
  hasHalf = load<u32>(at, 84);
  half = load<u32>(at, 88);
}

/** Puts the state back. */
export function storeState(at: usize): void {
  store<u64>(at, counter0);
  store<u64>(at, counter1, 8);
  store<u64>(at, counter2, 16);
  store<u64>(at, counter3, 24);
  store<u64>(at, block0, 48);
  store<u64>(at, block1, 56);
  store<u64>(at, block2, 64);
  store<u64>(at, block3, 72);
  store<u32>(at, position, 80);
  store<u32>(at, hasHalf, 84);
  store<u32>(at, half, 88);
}

function nextBlock(): void {
  if (++counter0 === 0) { if (++counter1 === 0) { if (++counter2 === 0) counter3++; } }
  let a = counter0, b = counter1, c = counter2, d = counter3, k0 = key0, k1 = key1;
  for (let round = 0; round < ROUNDS; round++) {
    const low0 = a * 0xd2e7470ee14c6c93, high0 = multiplyHigh(a, 0xd2e7470ee14c6c93);
    const low1 = c * 0xca5a826395121157, high1 = multiplyHigh(c, 0xca5a826395121157);
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 += 0x9e3779b97f4a7c15;
    k1 += 0xbb67ae8584caa73b;
  }
  block0 = a;
  block1 = b;
  block2 = c;
  block3 = d;
}

/** 64 random bits */
export function next64(): u64 {
  switch (position) {
    case 1:
      position = 2;
      return block1;
    case 2:
      position = 3;
      return block2;
    case 3:
      position = 4;
      return block3;
    case 0:
      position = 1;
      return block0;
    default:
      nextBlock();
      position = 1;
      return block0;
  }
}

/** 32 random bits: the low half of a number, then its high half */
export function next32(): u32 {
  if (hasHalf !== 0) {
    hasHalf = 0;
    return half;
  }
  const next = next64();
  hasHalf = 1;
  half = <u32>(next >> 32);
  return <u32>next;
}

/** uniform in [0, 1), a multiple of 2^-53 */
// @ts-ignore: decorator
@inline
export function nextDouble(): f64 {
  return <f64>(next64() >> 11) * (1.0 / 9007199254740992.0);
}

/** uniform in [0, 1), a multiple of 2^-24 */
// @ts-ignore: decorator
@inline
export function nextFloat(): f32 {
  return <f32>(next32() >> 8) * (<f32>1.0 / <f32>16777216.0);
}

export function fillRaw(state: usize, n: i32, out: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<u64>(out + (<usize>i << 3), next64());
  storeState(state);
}

export function fillUniform(state: usize, n: i32, out: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), nextDouble());
  storeState(state);
}

export function fillUniformSingle(state: usize, n: i32, out: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f32>(out + (<usize>i << 2), nextFloat());
  storeState(state);
}
