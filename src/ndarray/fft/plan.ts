/**
 * Plans of transforms: the factors of a length, and the tables that the passes read. Plans are kept for the next
 * transform of the same length, up to a total of bytes.
 *
 * Source: L. Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", IEEE Trans.
 * Audio Electroacoust. 18, 1970 (lengths with large prime factors).
 *
 * @module
 */
import type { Allocation } from "../../memory/mod.ts";
import { arrayKernels, WorkSpace } from "../array_module.ts";
import { allocateTable, arraysMemory } from "../storage/storage.ts";

/** Tables of plans are kept up to so many bytes. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;
/** A larger prime factor than this makes Bluestein's way the shorter one. */
const LARGEST_RADIX = 97;
/** bytes of an entry of the list of passes */
const ENTRY_BYTES = 12;

/** exp(-2 pi i k / n), the angle reduced exactly to an eighth of the circle. */
function rootOfUnity(k: number, n: number): readonly [number, number] {
  const octant = Math.floor(8 * k / n), angle = (2 * Math.PI * (8 * k - octant * n)) / (8 * n);
  const rest = Math.PI / 4 - angle;
  // the second octant of a quarter counts back from its end
  const [x, y] = octant % 2 === 0 ? [Math.cos(angle), Math.sin(angle)] : [Math.sin(rest), Math.cos(rest)];
  switch (octant >> 1) {
    case 0:
      return [x, -y];
    case 1:
      return [-y, -x];
    case 2:
      return [-x, y];
    default:
      return [y, x];
  }
}

/** All n roots, by real and imaginary parts. */
function rootsOfUnity(n: number): { readonly re: Float64Array; readonly im: Float64Array } {
  const re = new Float64Array(n), im = new Float64Array(n);
  const eighth = n / 8;
  if (!Number.isInteger(eighth)) {
    for (let k = 0; k < n; k++) [re[k], im[k]] = rootOfUnity(k, n) as [number, number];
    return { re, im };
  }
  for (let k = 0; k <= eighth; k++) {
    const angle = (2 * Math.PI * k) / n, c = Math.cos(angle), s = Math.sin(angle);
    for (let quarter = 0; quarter < 4; quarter++) {
      const turn = (x: number, y: number, at: number) => {
        const place = (at + quarter * 2 * eighth) % n;
        re[place] = quarter === 0 ? x : quarter === 1 ? y : quarter === 2 ? -x : -y;
        im[place] = quarter === 0 ? y : quarter === 1 ? -x : quarter === 2 ? -y : x;
      };
      turn(c, -s, k);
      turn(s, -c, 2 * eighth - k);
    }
  }
  return { re, im };
}

/** The radices of a length, in the order of the passes; 4 only where its groups come in pairs. */
function radicesOf(n: number): number[] {
  const radices: number[] = [];
  let rest = n;
  if (rest % 8 !== 0) { while (rest % 2 === 0) [rest] = [rest / 2, radices.push(2)]; }
  while (rest % 4 === 0) [rest] = [rest / 4, radices.push(4)];
  for (let radix = 2; radix * radix <= rest; radix++) {
    while (rest % radix === 0) [rest] = [rest / radix, radices.push(radix)];
  }
  if (rest > 1) radices.push(rest);
  return radices;
}

/** The least length from `n` on that has no prime factor above 5. */
function smoothLength(n: number): number {
  let best = Infinity;
  for (let five = 1; five < best; five *= 5) {
    for (let three = five; three < best; three *= 3) {
      const candidate = three * 2 ** Math.max(0, Math.ceil(Math.log2(n / three)));
      if (candidate >= n) best = Math.min(best, candidate);
    }
  }
  return best;
}

/** A transform of one length. */
export interface Plan extends Disposable {
  readonly numBytes: number;
  /** numbers of work space */
  readonly numWork: number;
  /** transforms the numbers at two addresses in place; exchanged, they give the inverse, not divided by n */
  run(re: number, im: number, work: number): void;
}

/** numbers at an address of the arrays' memory */
function numbersAt(address: number, count: number): Float64Array {
  return new Float64Array(arraysMemory().buffer, address, count);
}

function alignedBytes(numBytes: number): number {
  return Math.ceil(numBytes / 64) * 64;
}

/** passes over a length whose radices are all small */
function mixedRadixPlan(n: number, radices: readonly number[]): Plan {
  const listBytes = alignedBytes(4 + ENTRY_BYTES * radices.length);
  let numNumbers = 0;
  let length = n;
  for (const radix of radices) {
    numNumbers += 2 * (radix - 1) * (length / radix) + 2 * radix;
    length /= radix;
  }
  const numBytes = listBytes + 8 * numNumbers;
  const table = allocateTable(numBytes, `the plan of a transform of ${n}`);
  const roots = rootsOfUnity(n), numbers = numbersAt(table.byteOffset + listBytes, numNumbers);
  const list = new DataView(arraysMemory().buffer, table.byteOffset, listBytes);
  list.setInt32(0, radices.length, true);
  let at = 0, stride = 1;
  radices.forEach((radix, pass) => {
    const m = n / stride / radix, entry = 4 + ENTRY_BYTES * pass, start = table.byteOffset + listBytes;
    list.setInt32(entry, radix, true);
    list.setUint32(entry + 4, start + 8 * at, true);
    for (let k = 1; k < radix; k++) {
      for (let p = 0, turn = 0; p < m; p++, turn += k * stride) {
        const place = turn % n;
        numbers[at + p] = roots.re[place]!;
        numbers[at + m + p] = roots.im[place]!;
      }
      at += 2 * m;
    }
    list.setUint32(entry + 8, start + 8 * at, true);
    for (let j = 0; j < radix; j++) {
      numbers[at + j] = roots.re[(j * n) / radix]!;
      numbers[at + radix + j] = roots.im[(j * n) / radix]!;
    }
    at += 2 * radix;
    stride *= radix;
  });
  return {
    numBytes,
    numWork: 2 * n + 4 * Math.max(1, ...radices),
    run: (re, im, work) => void arrayKernels().transform(n, table.byteOffset, re, im, work),
    [Symbol.dispose]: () => table.free(),
  };
}

/** a length with a large prime factor, as a convolution of a smooth length */
function bluesteinPlan(n: number): Plan {
  const m = smoothLength(2 * n - 1), inner = mixedRadixPlan(m, radicesOf(m));
  const ownBytes = 8 * (2 * n + 2 * m);
  let table: Allocation | undefined, space: WorkSpace;
  try {
    table = allocateTable(ownBytes, `the plan of a transform of ${n}`);
    space = new WorkSpace("fft", 8 * inner.numWork);
  } catch (error) {
    table?.free();
    inner[Symbol.dispose]();
    throw error;
  }
  using _ = space;
  const chirp = numbersAt(table.byteOffset, 2 * n), spectrum = numbersAt(table.byteOffset + 16 * n, 2 * m);
  spectrum.fill(0);
  for (let k = 0; k < n; k++) {
    const [re, im] = rootOfUnity((k * k) % (2 * n), 2 * n);
    chirp[k] = re;
    chirp[n + k] = im;
    for (const place of k === 0 ? [0] : [k, m - k]) {
      spectrum[place] = re / m;
      spectrum[m + place] = -im / m;
    }
  }
  const spectrumRe = table.byteOffset + 16 * n, spectrumIm = spectrumRe + 8 * m;
  inner.run(spectrumRe, spectrumIm, space.address);
  const chirpRe = table.byteOffset, chirpIm = chirpRe + 8 * n;
  return {
    numBytes: inner.numBytes + ownBytes,
    numWork: 2 * m + inner.numWork,
    run(re, im, work) {
      const { multiplyComplex } = arrayKernels();
      const padded = numbersAt(work, 2 * m), a = work, b = work + 8 * m, rest = work + 16 * m;
      multiplyComplex(n, re, im, chirpRe, chirpIm);
      padded.fill(0);
      padded.set(numbersAt(re, n));
      padded.set(numbersAt(im, n), m);
      inner.run(a, b, rest);
      multiplyComplex(m, a, b, spectrumRe, spectrumIm);
      inner.run(b, a, rest);
      numbersAt(re, n).set(padded.subarray(0, n));
      numbersAt(im, n).set(padded.subarray(m, m + n));
      multiplyComplex(n, re, im, chirpRe, chirpIm);
    },
    [Symbol.dispose]() {
      inner[Symbol.dispose]();
      table.free();
    },
  };
}

/** The table of exp(-2 pi i k / n), k = 0 … n / 2, that transforms of n real numbers read. */
export interface RootTable extends Disposable {
  readonly numBytes: number;
  readonly address: number;
}

function rootTable(n: number): RootTable {
  const count = n / 2 + 1, numBytes = 16 * count;
  const table = allocateTable(numBytes, `the roots of a real transform of ${n}`);
  const numbers = numbersAt(table.byteOffset, 2 * count), roots = rootsOfUnity(n);
  numbers.set(roots.re.subarray(0, count));
  numbers.set(roots.im.subarray(0, count), count);
  return { numBytes, address: table.byteOffset, [Symbol.dispose]: () => table.free() };
}

interface Kept extends Disposable {
  readonly numBytes: number;
}

/** tables by what they are for; the one that was used last is the last */
const kept = new Map<string, Kept>();

/** Runs with a table that was made before, or is made now; it is kept where it is not too large. */
function withTable<K extends Kept, T>(key: string, make: () => K, run: (table: K) => T): T {
  // a key names one kind of table
  const table = (kept.get(key) ?? make()) as K;
  kept.delete(key);
  try {
    return run(table);
  } finally {
    kept.set(key, table);
    let total = 0;
    for (const { numBytes } of kept.values()) total += numBytes;
    for (const [oldest, { numBytes }] of kept) {
      if (total <= MOST_KEPT_BYTES) break;
      kept.get(oldest)![Symbol.dispose]();
      kept.delete(oldest);
      total -= numBytes;
    }
  }
}

/** Runs with the plan of a length. Refused: MEM005. */
export function withPlan<T>(n: number, run: (plan: Plan) => T): T {
  const make = () => {
    const radices = radicesOf(n);
    return Math.max(1, ...radices) > LARGEST_RADIX ? bluesteinPlan(n) : mixedRadixPlan(n, radices);
  };
  return withTable(`plan ${n}`, make, run);
}

/** Runs with the table of roots of an even length. Refused: MEM005. */
export function withRoots<T>(n: number, run: (table: RootTable) => T): T {
  return withTable(`roots ${n}`, () => rootTable(n), run);
}
