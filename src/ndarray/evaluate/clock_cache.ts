/**
 * A bounded table that forgets what was not asked for lately.
 *
 * CLOCK (Corbató 1968): nearly the least recently used goes, and a look-up moves nothing; it sets a flag.
 *
 * @module
 */

interface Entry<V> {
  readonly value: V;
  /** asked for since the hand came by */
  isUsed: boolean;
}

/** Values by keys, at most so many. */
export class ClockCache<V> {
  readonly maxEntries: number;

  /** in the order of the clock: the hand stands at the first */
  readonly #entries = new Map<string, Entry<V>>();

  constructor(maxEntries: number) {
    this.maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, which counts as asked for; undefined: there is none. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  /** Keeps a value, in the place of one that was not asked for lately where there is no more room. */
  set(key: string, value: V): void {
    if (!this.#entries.has(key) && this.#entries.size >= this.maxEntries) this.#evictOne();
    this.#entries.set(key, { value, isUsed: false });
  }

  /** The hand passes by those that were asked for since it came by last, and takes the first that was not. */
  #evictOne(): void {
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      if (!entry.isUsed) return;
      entry.isUsed = false;
      this.#entries.set(key, entry);
    }
  }
}
