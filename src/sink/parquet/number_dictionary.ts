/**
 * A dictionary of the different numbers of a column in a row group: worth it where they repeat. Numbers are words of
 * 4 or 8 bytes, as PLAIN has them, and the same where their bits are. The work is done in wasm (assembly/index.ts),
 * in a memory of this thread's own of a fixed size.
 *
 * Source: Encodings.md of the Parquet format ("Dictionary Encoding", "Run Length Encoding / Bit-Packing Hybrid").
 *
 * @module
 */

/** Elements of a page that can have a dictionary. */
export const MAX_PAGE_ELEMENTS: number = 128 * 1024;
/** indices have 15 bits at most, and an entry of the table 16 */
const MAX_VALUES = 2 ** 15;
/** fewer elements of a column gain nothing, nor do columns with more different values than this share of them */
const MIN_ELEMENTS = 64, MAX_SHARE = 1 / 4;
/** so many elements tell of columns without repetition, before more are looked at */
const SAMPLE_ELEMENTS = 2048, MAX_SAMPLE_VALUES = 1920;
/** of the table, 2 bytes each */
const MAX_PLACES = 2 * MAX_VALUES;

const TABLE = 0, VALUES = TABLE + 2 * MAX_PLACES, INDICES = VALUES + 8 * MAX_VALUES;
/** zeros that fill the last group of 8 */
const INDICES_PADDING = 64;
const OUTPUT = INDICES + 2 * MAX_PAGE_ELEMENTS + INDICES_PADDING;
/** a group of 8 takes at most a byte and 8 times 15 bits, a run less than as many groups */
const SOURCE = OUTPUT + 2 * MAX_PAGE_ELEMENTS + 64, END = SOURCE + 8 * MAX_PAGE_ELEMENTS;
/** Memory that dictionaries of numbers take. */
export const NUMBER_DICTIONARY_BYTES: number = 65536 * Math.ceil(END / 65536);

/** Functions of the module; addresses are bytes in its memory. */
interface DictionaryKernels {
  /** indices of words among those that are known; how many are known then, or -1: too many */
  readonly indexWords4: IndexKernel;
  readonly indexWords8: IndexKernel;
  /** numbers of 2 bytes in `width` bits, with runs; where the output ends */
  readonly encodeHybrid: (indices: number, count: number, width: number, target: number) => number;
}
type IndexKernel = (
  source: number,
  count: number,
  values: number,
  numValues: number,
  maxValues: number,
  table: number,
  bits: number,
  indices: number,
) => number;

interface Encoder {
  readonly bytes: Uint8Array;
  readonly kernels: DictionaryKernels;
}

let encoder: Encoder | null = null;

function openEncoder(): Encoder {
  if (encoder !== null) return encoder;
  const numPages = NUMBER_DICTIONARY_BYTES / 65536;
  const memory = new WebAssembly.Memory({ initial: numPages, maximum: 65536, shared: true });
  const module = new WebAssembly.Module(
    Deno.readFileSync(new URL("./parquet_dictionary.wasm", import.meta.url)),
  );
  // the module's exports are what assembly/index.ts lists
  const kernels = new WebAssembly.Instance(module, { env: { memory } })
    .exports as unknown as DictionaryKernels;
  return encoder = { bytes: new Uint8Array(memory.buffer), kernels };
}

/** Elements of a column, a page after the other. */
export interface NumberPages {
  readonly wordBytes: 4 | 8;
  readonly numElements: number;
  readonly numPages: number;
  /** at most `MAX_PAGE_ELEMENTS` */
  elements(page: number): Uint8Array;
}

/** The different numbers of a column. This thread's memory is its own until the next one is made. */
export class NumberDictionary {
  readonly #pages: NumberPages;
  readonly #index: (count: number, first: number) => number;
  #numValues = 0;

  private constructor(pages: NumberPages, maxValues: number) {
    const { kernels, bytes } = openEncoder(), { wordBytes } = pages;
    const bits = Math.ceil(Math.log2(2 * maxValues)), index = kernels[`indexWords${wordBytes}`];
    bytes.fill(0, TABLE, TABLE + 2 * 2 ** bits);
    this.#pages = pages;
    this.#index = (count, first) => {
      const source = SOURCE + first * wordBytes, indices = INDICES + 2 * first;
      return index(source, count, VALUES, this.#numValues, maxValues, TABLE, bits, indices);
    };
  }

  /** The dictionary of all elements; null where it does not pay. */
  static of(pages: NumberPages): NumberDictionary | null {
    const { numElements, numPages } = pages;
    if (numElements < MIN_ELEMENTS) return null;
    const dictionary = new NumberDictionary(pages, Math.min(MAX_VALUES, Math.floor(numElements * MAX_SHARE)));
    for (let page = 0; page < numPages; page++) if (!dictionary.#add(page)) return null;
    return dictionary;
  }

  /** How many there are. */
  get size(): number {
    return this.#numValues;
  }

  /** They, in the order in which they come. */
  values(): Uint8Array {
    return openEncoder().bytes.subarray(VALUES, VALUES + this.#numValues * this.#pages.wordBytes);
  }

  /** A page's elements as indices: their width in bits, then runs. Overwritten by the next call. */
  indices(page: number): Uint8Array {
    const { kernels, bytes } = openEncoder(), { numPages, wordBytes } = this.#pages;
    const numElements = numPages === 1 ? this.#pages.numElements : this.#stage(page) / wordBytes;
    // those of a single page are there
    if (numPages > 1) this.#index(numElements, 0);
    const width = Math.max(1, 32 - Math.clz32(this.#numValues - 1)), end = INDICES + 2 * numElements;
    bytes.fill(0, end, end + INDICES_PADDING);
    bytes[OUTPUT] = width;
    return bytes.subarray(OUTPUT, kernels.encodeHybrid(INDICES, numElements, width, OUTPUT + 1));
  }

  #stage(page: number): number {
    const elements = this.#pages.elements(page);
    openEncoder().bytes.set(elements, SOURCE);
    return elements.length;
  }

  /** false where there are too many different ones */
  #add(page: number): boolean {
    const numElements = this.#stage(page) / this.#pages.wordBytes;
    const sample = page === 0 ? Math.min(numElements, SAMPLE_ELEMENTS) : 0;
    return this.#addWords(0, sample) && (page > 0 || this.#numValues <= MAX_SAMPLE_VALUES) &&
      this.#addWords(sample, numElements);
  }

  #addWords(first: number, end: number): boolean {
    const known = this.#index(end - first, first);
    if (known >= 0) this.#numValues = known;
    return known >= 0;
  }
}
