/** Damage to files for the fuzz tests: seeded, so that a case is repeated by its number. @module */

/** Mulberry32: 32 bits of state, enough to repeat a case by its number. */
export function randomGenerator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A file that is damaged. */
export interface Original {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** bytes that belong to columns: a change there is noticed by nobody */
  readonly isData: Uint8Array;
}

/** A Parquet file. The footer is metadata, and so are most of the first bytes of pages; the rest belongs to columns. */
export function parquetOriginal(folder: URL, name: string): Original {
  const bytes = Deno.readFileSync(new URL(`${name}.parquet`, folder)),
    isData = new Uint8Array(bytes.byteLength);
  const footerBytes = new DataView(bytes.buffer).getUint32(bytes.byteLength - 8, true);
  // half of what is before the footer, so that headers and levels of pages are met too
  for (let at = 4; at < bytes.byteLength - 8 - footerBytes; at++) isData[at] = (at >> 6) & 1;
  return { name, bytes, isData };
}

/** A damaged copy. */
export interface Mutation {
  readonly bytes: Uint8Array;
  readonly what: string;
  readonly touchesData: boolean;
}

/** numbers that break naive readers */
const EDGES = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

/** Damages a copy: a bit, a byte, a word, a range moved, cut out, doubled, or the end cut off. */
export function mutate({ bytes, isData }: Original, random: (below: number) => number): Mutation {
  const size = bytes.byteLength;
  const changed = bytes.slice();
  // three of four changes go to metadata: data is most of a file, and the less interesting part
  const place = () => {
    for (let i = 0; i < 20; i++) {
      const at = random(size);
      if (isData[at] === 0) return at;
    }
    return random(size);
  };
  const done = (what: string, from: number, to: number): Mutation => ({
    bytes: changed,
    what,
    touchesData: isData.subarray(from, to).some((data) => data === 1),
  });
  const kind = random(6);
  if (kind === 0) {
    const at = place(), bit = random(8);
    changed[at]! ^= 1 << bit;
    return done(`bit ${bit} of byte ${at}`, at, at + 1);
  }
  if (kind === 1) {
    const length = random(size);
    return { bytes: bytes.slice(0, length), what: `truncated to ${length}`, touchesData: false };
  }
  if (kind === 2) {
    const at = Math.floor(place() / 4) * 4, value = EDGES[random(EDGES.length)]!;
    if (at + 4 <= size) new DataView(changed.buffer).setUint32(at, value, true);
    return done(`word ${at} = ${value}`, at, at + 4);
  }
  if (kind === 3) {
    const from = place(), to = place(), length = Math.min(1 + random(32), size - from, size - to);
    changed.copyWithin(to, from, from + length);
    return done(`${length} bytes from ${from} copied to ${to}`, to, to + length);
  }
  if (kind === 4) {
    const at = place(), value = EDGES[random(EDGES.length)]! & 0xff;
    changed[at] = value;
    return done(`byte ${at} = ${value}`, at, at + 1);
  }
  const at = random(size), length = Math.min(8 * (1 + random(8)), size - at), isCut = random(2) === 0;
  const spliced = isCut
    ? [...bytes.subarray(0, at), ...bytes.subarray(at + length)]
    : [...bytes.subarray(0, at + length), ...bytes.subarray(at)];
  return {
    bytes: Uint8Array.from(spliced),
    what: `${length} bytes ${isCut ? "cut out" : "doubled"} at ${at}`,
    touchesData: true,
  };
}
