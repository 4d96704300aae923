/**
 * Seeds stretched to the bits that a generator starts from, as NumPy's SeedSequence.
 *
 * Source: M. E. O'Neill, "Developing a seed_seq alternative", 2015; NumPy's bit_generator.pyx.
 *
 * @module
 */
import { refuseArgument } from "../storage/rows.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

/** A seed: an integer from 0, several, or null for bits of the system. */
export type Seed = number | bigint | readonly (number | bigint)[] | null;

const POOL_SIZE = 4;
const INIT_A = 0x43b0d7e5, MULTIPLIER_A = 0x931e8875;
const INIT_B = 0x8b51f9dd, MULTIPLIER_B = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd, MIX_RIGHT = 0x4973f715;

function words(value: number | bigint): number[] {
  const isInteger = typeof value === "bigint" ? value >= 0n : Number.isSafeInteger(value) && value >= 0;
  if (!isInteger) return refuseArgument(`a seed is an integer from 0, not ${value}`);
  const list: number[] = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 32n) list.push(Number(rest & 0xffffffffn));
  return list.length === 0 ? [0] : list;
}

function wordsOf(seed: Seed): number[] {
  if (seed === null) return [...crypto.getRandomValues(new Uint32Array(POOL_SIZE))];
  if (typeof seed !== "object") return words(seed);
  return Array.isArray(seed) ? seed.flatMap(words) : refuseArgument("a seed is an integer or a list of them");
}

/** Multiplies and folds with a constant that changes from call to call. */
function hasher(): (value: number) => number {
  let constant = INIT_A;
  return (value) => {
    let hash = value ^ constant;
    constant = Math.imul(constant, MULTIPLIER_A);
    hash = Math.imul(hash, constant);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
}

function mix(x: number, y: number): number {
  const sum = (Math.imul(MIX_LEFT, x) - Math.imul(MIX_RIGHT, y)) >>> 0;
  return (sum ^ (sum >>> 16)) >>> 0;
}

/**
 * A source of bits for generators: the same seed gives the same bits, seeds that are near give bits that are far, and
 * `spawn` gives sources that do not meet.
 *
 * @example
 * ```ts
 * import { random } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const sequence = new random.SeedSequence(42);
 * deepStrictEqual([...sequence.generateState(2)], [3444837047, 2669555309]);
 * deepStrictEqual(sequence.spawn(2).map(({ spawnKey }) => spawnKey), [[0], [1]]);
 * ```
 */
export class SeedSequence {
  readonly entropy: Seed;
  /** which child of which child this is */
  readonly spawnKey: readonly number[];
  readonly #pool = new Uint32Array(POOL_SIZE);
  #numSpawned = 0;

  /** Refused: ARR002 for a seed that is no integer from 0. */
  constructor(entropy: Seed = null, ...args: Positional<{ readonly spawnKey?: readonly number[] }>) {
    const { spawnKey = [] } = optionsOf<{ readonly spawnKey?: readonly number[] }>("SeedSequence", args);
    const own = wordsOf(entropy), spawned = spawnKey.flatMap(words);
    // the bits of the system are a seed too: children are made of them
    this.entropy = entropy ?? own;
    this.spawnKey = [...spawnKey];
    if (spawned.length > 0) { while (own.length < POOL_SIZE) own.push(0); }
    const all = [...own, ...spawned], hash = hasher(), pool = this.#pool;
    for (let i = 0; i < POOL_SIZE; i++) pool[i] = hash(all[i] ?? 0);
    for (let from = 0; from < POOL_SIZE; from++) {
      for (let to = 0; to < POOL_SIZE; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
    }
    for (let from = POOL_SIZE; from < all.length; from++) {
      for (let to = 0; to < POOL_SIZE; to++) pool[to] = mix(pool[to]!, hash(all[from]!));
    }
  }

  /** So many words of 32 bits. */
  generateState(numWords: number): Uint32Array {
    let constant = INIT_B;
    return Uint32Array.from({ length: numWords }, (_, i) => {
      const value = this.#pool[i % POOL_SIZE]! ^ constant;
      constant = Math.imul(constant, MULTIPLIER_B);
      const product = Math.imul(value, constant);
      return product ^ (product >>> 16);
    });
  }

  /** So many sources more, none of which was given before. */
  spawn(count: number): SeedSequence[] {
    const first = this.#numSpawned;
    this.#numSpawned += count;
    return Array.from(
      { length: count },
      (_, i) => new SeedSequence(this.entropy, { spawnKey: [...this.spawnKey, first + i] }),
    );
  }
}
