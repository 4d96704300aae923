import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { compressLz4Block, decodeLz4Block, lz4BlockBound } from "./lz4_block.ts";
import { compressLz4Frame, decodeLz4Frames, lz4FrameBound } from "./lz4_frame.ts";
import { decompressNative, type NativeCodec } from "./native_codecs.ts";
import { compressionKernels } from "./compression_module.ts";
import { compressSnappy, decodeSnappy, snappyBound } from "./snappy.ts";
import { xxhash32 } from "./xxhash32.ts";

const FOLDER = new URL("../../testdata/lz4/", import.meta.url);
const FRAMES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".lz4"))
  .sort();

/** what testdata/lz4 holds */
const TEXT = new TextEncoder().encode(
  Array.from({ length: 9000 }, (_, i) => `row ${i}: ${(i * i) % 1013}\n`).join(""),
);

class Refusal extends Error {}

function refuse(detail: string): never {
  throw new Refusal(detail);
}

function frameOf(name: string): Uint8Array {
  return Deno.readFileSync(new URL(name, FOLDER));
}

Deno.test("xxhash32() gives the hashes of the specification's reference code", () => {
  strictEqual(xxhash32(new TextEncoder().encode("a")), 0x550d7456);
  strictEqual(xxhash32(new TextEncoder().encode("abc")), 0x32d153ff);
  strictEqual(xxhash32(new TextEncoder().encode("Nobody inspects the spammish repetition")), 0xe2293b2f);
});

for (const name of FRAMES) {
  Deno.test(`decodeLz4Frames() reads ${name} of the reference program`, () => {
    const target = new Uint8Array(TEXT.length);
    decodeLz4Frames(frameOf(name), target, refuse);
    deepStrictEqual(target, TEXT);
  });
  Deno.test(`decodeLz4Frames() refuses ${name} cut short, and a target that is a byte too small or large`, () => {
    const frame = frameOf(name);
    for (const numBytes of [1, 4, 6, 7, 11, 100, frame.length - 5, frame.length - 1]) {
      throws(
        () => decodeLz4Frames(frame.subarray(0, numBytes), new Uint8Array(TEXT.length), refuse),
        Refusal,
      );
    }
    for (const size of [TEXT.length - 1, TEXT.length + 1, 0]) {
      throws(() => decodeLz4Frames(frame, new Uint8Array(size), refuse), Refusal);
    }
  });
}

Deno.test("decodeLz4Frames() notices every changed byte of a frame with checksums", () => {
  for (const name of ["linked_checked.lz4", "independent_checked.lz4"]) {
    const frame = frameOf(name);
    for (let at = 0; at < frame.length; at += 397) {
      const damaged = frame.slice();
      damaged[at]! ^= 0x10;
      throws(() => decodeLz4Frames(damaged, new Uint8Array(TEXT.length), refuse), Refusal, `byte ${at}`);
    }
  }
});

Deno.test("decodeLz4Frames() reads frames in a row, and passes over skippable ones", () => {
  const frame = frameOf("one_block.lz4");
  const skippable = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  const target = new Uint8Array(2 * TEXT.length);
  decodeLz4Frames(Uint8Array.of(...frame, ...skippable, ...frame), target, refuse);
  deepStrictEqual(target.subarray(TEXT.length), TEXT);
  deepStrictEqual(target.subarray(0, TEXT.length), TEXT);
});

Deno.test("decodeLz4Block() repeats overlapping matches, and refuses one that reaches before its window", () => {
  // "ab", then 30 bytes from 2 back, then the literal "c"
  const block = Uint8Array.of(0x2f, 0x61, 0x62, 2, 0, 11, 0x10, 0x63);
  const target = new Uint8Array(33);
  strictEqual(decodeLz4Block(block, { target, start: 0, end: 33, window: 0 }, refuse), 33);
  strictEqual(new TextDecoder().decode(target), "ab".repeat(16) + "c");
  const tooFar = Uint8Array.of(0x10, 0x61, 2, 0, 0x10, 0x63);
  throws(() => decodeLz4Block(tooFar, { target, start: 0, end: 33, window: 0 }, refuse), /before its window/);
  throws(() => decodeLz4Block(tooFar, { target, start: 8, end: 33, window: 8 }, refuse), /before its window/);
  strictEqual(decodeLz4Block(tooFar, { target, start: 8, end: 33, window: 0 }, refuse), 14);
});

Deno.test("decodeSnappy() reads literals and copies of every kind", () => {
  const long = Array.from({ length: 300 }, (_, i) => i % 251);
  const source = [
    ...[0xbd, 0x02], // 317 bytes
    ...[0xf4, 0x2b, 0x01, ...long], // a literal of 300 bytes, its length in two bytes
    ...[0b0000_0001 | (1 << 5), 44], // 4 bytes from 300 back
    ...[(8 << 2) | 2, 4, 0], // 9 bytes from 4 back: they overlap
    ...[(3 << 2) | 3, 57, 1, 0, 0], // 4 bytes from 313 back
  ];
  const target = new Uint8Array(317);
  decodeSnappy(Uint8Array.from(source), target, refuse);
  const expected = [...long, ...long.slice(0, 4)];
  for (let i = 0; i < 9; i++) expected.push(expected[expected.length - 4]!);
  expected.push(...expected.slice(0, 4));
  deepStrictEqual([...target], expected);
  for (let numBytes = 0; numBytes < source.length; numBytes++) {
    throws(() => decodeSnappy(Uint8Array.from(source.slice(0, numBytes)), target, refuse), Refusal);
  }
  throws(() => decodeSnappy(Uint8Array.from(source), new Uint8Array(316), refuse), /317 bytes where 316/);
  throws(() => decodeSnappy(Uint8Array.of(4, 0b0000_0001, 0), new Uint8Array(4), refuse), /before the start/);
});

Deno.test("the decoders end any bytes in a refusal or a full target, and write nothing else", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(fc.property(bytes, fc.nat(100), (source, size) => {
    const all = new Uint8Array(size + 64).fill(7), target = all.subarray(32, 32 + size);
    const decoders = [
      () => decodeSnappy(source, target, refuse),
      () => decodeLz4Frames(source, target, refuse),
      () => {
        decodeLz4Block(source, { target, start: 0, end: size, window: 0 }, refuse);
      },
    ];
    for (const decode of decoders) {
      try {
        decode();
      } catch (error) {
        ok(error instanceof Refusal, String(error));
      }
    }
    return all.subarray(0, 32).every((byte) => byte === 7) &&
      all.subarray(32 + size).every((byte) => byte === 7);
  }));
});

/** Text, runs, periods of every length, numbers, noise: what takes every branch of the codecs. */
const plainBytes = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(30)).map(([period, times]) =>
      Uint8Array.from({ length: period.length * times }, (_, i) => period[i % period.length]!)
    ),
    fc.tuple(fc.nat(255), fc.nat(2000)).map(([value, numBytes]) => new Uint8Array(numBytes).fill(value)),
    fc.nat(300).map((count) => new Uint8Array(Float64Array.from({ length: count }, (_, i) => i / 8).buffer)),
  ),
  { maxLength: 12 },
).map((pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece])));

/** one way of compressing: as much room as it may take, the compressor, its decoder */
interface RoundTrip {
  readonly bound: (numBytes: number) => number;
  readonly compress: (source: Uint8Array, target: Uint8Array) => number | null;
  readonly decode: (source: Uint8Array, target: Uint8Array) => void;
}

const ROUND_TRIPS: Readonly<Record<string, RoundTrip>> = {
  compressLz4Block: {
    bound: lz4BlockBound,
    compress: compressLz4Block,
    decode: (source, target) => {
      const end = decodeLz4Block(source, { target, start: 0, end: target.length, window: 0 }, refuse);
      if (end !== target.length) refuse("a block that is shorter");
    },
  },
  compressLz4Frame: {
    bound: lz4FrameBound,
    compress: compressLz4Frame,
    decode: (source, target) => decodeLz4Frames(source, target, refuse),
  },
  compressSnappy: {
    bound: snappyBound,
    compress: compressSnappy,
    decode: (source, target) => decodeSnappy(source, target, refuse),
  },
};

Deno.test("decodeSnappy() copies as a plain loop does, whatever kinds follow one another", () => {
  const element = fc.record({
    kind: fc.nat(3),
    numBytes: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 300 })),
    offset: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 70_000 })),
  });
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 600, size: "max" }), (elements) => {
      const plain: number[] = [], block: number[] = [];
      const little = (value: number, numBytes: number) => {
        for (let i = 0; i < numBytes; i++) block.push(Math.floor(value / 256 ** i) & 0xff);
      };
      for (const { kind, numBytes, offset: wanted } of elements) {
        if (kind === 0 || plain.length === 0) {
          if (numBytes <= 60) block.push((numBytes - 1) << 2);
          else {
            block.push(61 << 2);
            little(numBytes - 1, 2);
          }
          for (let i = 0; i < numBytes; i++) {
            plain.push((plain.length * 7 + numBytes) & 0xff);
            block.push(plain.at(-1)!);
          }
          continue;
        }
        const offset = Math.min(wanted, plain.length, kind === 1 ? 2047 : kind === 2 ? 65_535 : Infinity);
        const copied = kind === 1 ? 4 + numBytes % 8 : 1 + numBytes % 64;
        if (kind === 1) block.push((offset >> 8) << 5 | (copied - 4) << 2 | 1, offset & 0xff);
        else {
          block.push((copied - 1) << 2 | kind);
          little(offset, kind === 2 ? 2 : 4);
        }
        for (let i = 0; i < copied; i++) plain.push(plain.at(-offset)!);
      }
      const size: number[] = [];
      let rest = plain.length;
      for (; rest >= 0x80; rest >>= 7) size.push((rest & 0x7f) | 0x80);
      const target = new Uint8Array(plain.length);
      decodeSnappy(Uint8Array.from([...size, rest, ...block]), target, refuse);
      deepStrictEqual(target, Uint8Array.from(plain));
    }),
    { numRuns: 150 },
  );
});

for (const [name, { bound, compress, decode }] of Object.entries(ROUND_TRIPS)) {
  Deno.test(`${name}() gives what its decoder takes back, within its bound, the same every time`, () => {
    fc.assert(fc.property(plainBytes, (plain) => {
      const target = new Uint8Array(bound(plain.length)), again = new Uint8Array(bound(plain.length) + 9);
      const numBytes = compress(plain, target)!, back = new Uint8Array(plain.length);
      const compressed = target.subarray(0, numBytes);
      decode(compressed, back);
      deepStrictEqual(back, plain);
      strictEqual(compress(plain, again), numBytes);
      deepStrictEqual(again.subarray(0, numBytes), compressed);
      strictEqual(compress(plain, new Uint8Array(numBytes - 1)), null);
      return numBytes <= target.length;
    }));
  });

  Deno.test(`${name}(): a damaged block is refused or decoded within its target, where it lies in wasm memory`, () => {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true }), numBytes = 3 * 65536;
    compressionKernels(memory, numBytes);
    const all = new Uint8Array(memory.buffer, 0, numBytes),
      damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    const cases = fc.tuple(plainBytes.filter(({ length }) => length < 40_000), damage, fc.nat(2));
    fc.assert(fc.property(cases, ([plain, changes, less]) => {
      all.fill(0xa5);
      const size = Math.max(0, plain.length - less), start = 65536, end = start + size;
      const source = all.subarray(160, 160 + bound(plain.length));
      const numBytes = compress(plain, source)!;
      for (const [at, value] of changes) source[at % numBytes] = value;
      try {
        decode(source.subarray(0, numBytes), all.subarray(start, end));
      } catch (error) {
        ok(error instanceof Refusal, String(error));
      }
      return all.subarray(end).every((byte) => byte === 0xa5) &&
        all.subarray(60_000, start).every((byte) => byte === 0xa5) &&
        all.subarray(0, 160).every((byte) => byte === 0xa5);
    }));
  });
}

Deno.test("compressLz4Frame() and compressSnappy() cross the borders of blocks, and store what does not shrink", () => {
  const noise = Uint8Array.from(
    { length: 2_500_000 },
    (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) ^ (i * i),
  );
  const random = crypto.getRandomValues(new Uint8Array(65_536));
  const mixed = new Uint8Array(3_000_000);
  for (let at = 0; at < mixed.length; at += 65_536) {
    mixed.set(random.subarray(0, Math.min(65_536, mixed.length - at)), at);
    mixed.fill(at, at + 1000, at + 9000);
  }
  for (const { bound, compress, decode } of Object.values(ROUND_TRIPS)) {
    for (const plain of [noise, mixed, random]) {
      const target = new Uint8Array(bound(plain.length)), back = new Uint8Array(plain.length);
      decode(target.subarray(0, compress(plain, target)!), back);
      deepStrictEqual(back, plain);
    }
  }
});

Deno.test("decodeLz4Block() refuses a length beyond 32 bits", () => {
  const source = new Uint8Array(17_000_000).fill(255);
  const output = { target: new Uint8Array(1000), start: 0, end: 1000, window: 0 };
  throws(() => decodeLz4Block(source, output, refuse), /holds more/);
});

const COMPRESS: Readonly<Record<NativeCodec, (bytes: Uint8Array) => Uint8Array>> = {
  zstd: zstdCompressSync,
  gzip: gzipSync,
  brotli: brotliCompressSync,
};

for (const codec of ["zstd", "gzip", "brotli"] as const) {
  Deno.test(`decompressNative() fills the target from ${codec}, and refuses bombs and truncation`, () => {
    for (const plain of [TEXT, new Uint8Array(0), Uint8Array.of(1)]) {
      const target = new Uint8Array(plain.length);
      decompressNative(codec, { source: COMPRESS[codec](plain), target }, refuse);
      deepStrictEqual(target, plain);
    }
    const bomb = COMPRESS[codec](new Uint8Array(5_000_000));
    const before = Deno.memoryUsage();
    for (const size of [0, 1, 1000]) {
      throws(() => decompressNative(codec, { source: bomb, target: new Uint8Array(size) }, refuse), Refusal);
    }
    ok(Deno.memoryUsage().external - before.external < 1_000_000);
    const cut = COMPRESS[codec](TEXT).subarray(0, 1000);
    throws(
      () => decompressNative(codec, { source: cut, target: new Uint8Array(TEXT.length) }, refuse),
      Refusal,
    );
  });
}
