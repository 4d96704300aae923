import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { HybridReader } from "../../source/parquet/hybrid.ts";
import { MAX_PAGE_ELEMENTS, NumberDictionary, type NumberPages } from "./number_dictionary.ts";

const fail = (detail: string): never => {
  throw new Error(detail);
};

/** words in pages of a size */
function inPages(words: Uint32Array | BigUint64Array, pageElements: number): NumberPages {
  const wordBytes = words.BYTES_PER_ELEMENT as 4 | 8, bytes = new Uint8Array(words.buffer);
  return {
    wordBytes,
    numElements: words.length,
    numPages: Math.ceil(words.length / pageElements),
    elements: (page) =>
      bytes.subarray(page * pageElements * wordBytes, (page + 1) * pageElements * wordBytes),
  };
}

/** what a reader makes of a dictionary and its pages */
function readBack(
  dictionary: NumberDictionary,
  { numElements, numPages, wordBytes }: NumberPages,
  pageElements: number,
) {
  const values = dictionary.values().slice(), read = new Uint8Array(numElements * wordBytes);
  for (let page = 0; page < numPages; page++) {
    const first = page * pageElements, count = Math.min(pageElements, numElements - first);
    const encoded = dictionary.indices(page), indices = new Int32Array(count);
    new HybridReader(encoded, encoded[0]!, { start: 1, end: encoded.length, fail }).read(indices, 0, count);
    for (const [i, index] of indices.entries()) {
      const value = values.subarray(index * wordBytes, (index + 1) * wordBytes);
      strictEqual(value.length, wordBytes);
      read.set(value, (first + i) * wordBytes);
    }
  }
  return read;
}

const someRuns = fc.array(
  fc.record({
    value: fc.nat(),
    count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 400 })),
  }),
  { minLength: 1, maxLength: 60 },
);

Deno.test("NumberDictionary.of() gives values and indices that are the elements, in pages of any size", () => {
  fc.assert(
    fc.property(someRuns, fc.integer({ min: 1, max: 900 }), fc.integer({ min: 8, max: 5000 }), fc.boolean(), (
      runs,
      numValues,
      pageElements,
      isWide,
    ) => {
      const some = runs.flatMap(({ value, count }) =>
        // runs of one value, and of changing ones
        Array.from({ length: count }, (_, i) => (value + (value % 2 === 0 ? 0 : i * 7)) % numValues)
      );
      const words = isWide
        ? BigUint64Array.from(
          some,
          (value) => BigInt(value) * 0x1234_5678_9abc_def1n & 0xffff_ffff_ffff_ffffn,
        )
        : Uint32Array.from(some, (value) => Math.imul(value, 0x9e37_79b1));
      const pages = inPages(words, pageElements), dictionary = NumberDictionary.of(pages);
      const isWorth = words.length >= 64 && new Set<number | bigint>(words).size <= words.length / 4;
      strictEqual(dictionary !== null, isWorth);
      if (dictionary === null) return;
      strictEqual(dictionary.size, new Set<number | bigint>(words).size);
      deepStrictEqual(readBack(dictionary, pages, pageElements), new Uint8Array(words.buffer));
    }),
    { numRuns: 150 },
  );
});

Deno.test("NumberDictionary.of() makes none of numbers that do not repeat, nor of more than 2^15", () => {
  const distinct = (count: number, values: number) =>
    Uint32Array.from({ length: count }, (_, i) => i % values);
  const size = (words: Uint32Array) => NumberDictionary.of(inPages(words, MAX_PAGE_ELEMENTS))?.size ?? null;
  strictEqual(size(distinct(63, 1)), null);
  strictEqual(size(distinct(64, 1)), 1);
  strictEqual(size(distinct(10_000, 10_000)), null);
  // looked at in order, the first 2,048 all differ
  strictEqual(size(distinct(100_000, 2000)), null);
  strictEqual(size(distinct(100_000, 1900)), 1900);
  const many = Uint32Array.from({ length: 300_000 }, (_, i) => i < 2048 ? 0 : i % (2 ** 15 + 1));
  strictEqual(size(many), null);
  strictEqual(size(many.map((value) => Math.min(value, 2 ** 15 - 1))), 2 ** 15);
});
