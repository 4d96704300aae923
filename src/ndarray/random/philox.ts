/**
 * The bit generator: Philox4x64-10, whose n-th block of numbers is a function of key and n, so that any part of a stream
 * can be made without what is before it.
 *
 * @module
 */
import type { NDArray } from "../array.ts";
import { arrayKernels } from "../array_module.ts";
import { refuseArgument } from "../storage/rows.ts";
import { allocateForGood, arraysMemory } from "../storage/storage.ts";
import { addressOf } from "../storage/strided.ts";
import { emptyOf } from "./draws.ts";
import { type Seed, SeedSequence } from "./seed_sequence.ts";
import { optionsOf, type Positional } from "../storage/arguments.ts";

const NUM_WORDS = 12;
const BLOCK_SIZE = 4;
const COUNTER_BITS = 256n;

/** The words of a state, for a stream to be taken up later. */
export interface PhiloxState {
  /** 4 words, the lowest first */
  readonly counter: readonly bigint[];
  /** 2 words */
  readonly key: readonly bigint[];
  /** the block that was made last */
  readonly buffer: readonly bigint[];
  readonly bufferPosition: number;
  /** half a number that is left, or null */
  readonly half: number | null;
}

/** How a generator starts: from a seed, or at a key and a counter. */
export interface PhiloxOptions {
  /** two words, or an integer of 128 bits; instead of a seed */
  readonly key?: bigint | readonly bigint[];
  /** an integer of 256 bits; default 0 */
  readonly counter?: bigint;
}

let stateAddress = 0;

/** where kernels find the state of the generator that draws */
function sharedState(): number {
  if (stateAddress === 0) stateAddress = allocateForGood(8 * NUM_WORDS).byteOffset;
  return stateAddress;
}

function wordsOf(value: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => BigInt.asUintN(64, value >> BigInt(64 * i)));
}

/**
 * Philox4x64-10 with NumPy's stream: `new Philox(seed)` gives the bits of `numpy.random.Philox(seed)`.
 *
 * @example
 * ```ts
 * import { random } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * const whole = new random.Generator(new random.Philox(7)).random(12).toList() as number[];
 * const chunk = new random.Generator(new random.Philox(7).advance(2)).random(4); // two blocks of 4 numbers on
 * deepStrictEqual(chunk.toList(), whole.slice(8));
 * ```
 */
export class Philox {
  /** null where a key was given */
  readonly seedSequence: SeedSequence | null;
  readonly #words = new BigUint64Array(NUM_WORDS);

  /** Refused: ARR002 for a seed or a key that is no integer from 0. */
  constructor(seed: Seed | SeedSequence = null, ...args: Positional<PhiloxOptions>) {
    const { key, counter = 0n } = optionsOf<PhiloxOptions>("Philox", args);
    if (key !== undefined && seed !== null) refuseArgument("Philox takes a seed or a key, not both");
    if (key === undefined) {
      this.seedSequence = seed instanceof SeedSequence ? seed : new SeedSequence(seed);
      this.#words.set(new BigUint64Array(this.seedSequence.generateState(4).buffer), 4);
    } else {
      this.seedSequence = null;
      this.#words.set(typeof key === "bigint" ? wordsOf(key, 2) : key.slice(0, 2), 4);
    }
    this.#words.set(wordsOf(counter, 4));
    this.#dropBuffer();
  }

  #dropBuffer(): void {
    this.#words.fill(0n, 6);
    this.#words[10] = BigInt(BLOCK_SIZE);
  }

  get state(): PhiloxState {
    const words = [...this.#words], [, hasHalf] = new Uint32Array(this.#words.buffer, 80);
    return {
      counter: words.slice(0, 4),
      key: words.slice(4, 6),
      buffer: words.slice(6, 10),
      bufferPosition: Number(words[10]! & 0xffffffffn),
      half: hasHalf === 1 ? Number(words[11]! & 0xffffffffn) : null,
    };
  }
  set state({ counter, key, buffer, bufferPosition, half }: PhiloxState) {
    this.#words.set([...counter, ...key, ...buffer]);
    this.#words[10] = BigInt(bufferPosition) | (half === null ? 0n : 1n << 32n);
    this.#words[11] = BigInt(half ?? 0);
  }

  /** A generator of its own with the same state. */
  copy(): Philox {
    const other = new Philox(null, { key: 0n });
    other.#words.set(this.#words);
    return other;
  }

  /**
   * Moves the counter on by so many blocks (of four numbers of 64 bits) and drops what is left of the last one, as
   * NumPy's `advance`; gives itself.
   */
  advance(delta: number | bigint): this {
    const counter = this.state.counter.reduce((sum, word, i) => sum + (word << BigInt(64 * i)), 0n);
    this.#words.set(wordsOf(BigInt.asUintN(Number(COUNTER_BITS), counter + BigInt(delta)), 4));
    this.#dropBuffer();
    return this;
  }

  /** A copy 2^128 blocks further on for each jump: streams that do not meet. */
  jumped(jumps: number | bigint = 1): Philox {
    return this.copy().advance(BigInt(jumps) << 128n);
  }

  /** Numbers of 64 bits: u64 of the shape. Refused: ARR002, MEM005. */
  randomRaw(size: number | readonly number[] = []): NDArray {
    const result = emptyOf("randomRaw", "u64", size);
    this.draw((state) => arrayKernels().fillRaw(state, result.size, addressOf(result.view)));
    return result;
  }

  /** Runs a kernel on the state. @ignore */
  draw(run: (state: number) => void): void {
    const address = sharedState(), shared = new BigUint64Array(arraysMemory().buffer, address, NUM_WORDS);
    shared.set(this.#words);
    run(address);
    this.#words.set(new BigUint64Array(arraysMemory().buffer, address, NUM_WORDS));
  }
}
