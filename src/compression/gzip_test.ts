import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { compressGzip, gzipBound } from "./gzip.ts";
import { compressZstd, zstdBound } from "./zstd_streams.ts";

const COMPRESSORS = {
  compressGzip: { bound: gzipBound, compress: compressGzip, decode: gunzipSync },
  compressZstd: {
    bound: zstdBound,
    compress: (source: Uint8Array, target: Uint8Array) => compressZstd({ source, target }, 3)!,
    decode: zstdDecompressSync,
  },
};

for (const [name, { bound, compress, decode }] of Object.entries(COMPRESSORS)) {
  Deno.test(`${name}() fits into its bound and is read back, the same every time`, () => {
    const random = crypto.getRandomValues(new Uint8Array(65_536));
    const plain = fc.record({ size: fc.nat(3000), period: fc.integer({ min: 1, max: 65_536 }) }).map(
      ({ size, period }) => Uint8Array.from({ length: size }, (_, i) => random[i % period]!),
    );
    const check = (source: Uint8Array) => {
      const target = new Uint8Array(bound(source.length)), again = new Uint8Array(target.length);
      const numBytes = compress(source, target);
      ok(numBytes < target.length);
      strictEqual(compress(source, again), numBytes);
      deepStrictEqual(again, target);
      strictEqual(decode(target.subarray(0, numBytes)).compare(source), 0);
    };
    fc.assert(fc.property(plain, check));
    check(random);
    check(Uint8Array.from({ length: 1_000_000 }, (_, i) => random[i % 65_536]! ^ (i >> 16)));
  });
}
