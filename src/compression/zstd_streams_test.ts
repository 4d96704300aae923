import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { compressZstd, decompressZstd } from "./zstd_streams.ts";

const WINDOW_LOG = 23;

/** a part of shared memory with these bytes */
function shared(bytes: Uint8Array): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
  const part = new Uint8Array(memory.buffer, 100, bytes.byteLength);
  part.set(bytes);
  return part;
}

Deno.test("decompressZstd() and compressZstd() work from buffer to buffer as node:zlib does, shared memory too", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(40), fc.boolean(), (piece, times, isShared) => {
      const plain = new Uint8Array(piece.length * times);
      for (let i = 0; i < times; i++) plain.set(piece, i * piece.length);
      const place = (bytes: Uint8Array) => isShared ? shared(bytes) : bytes;
      const target = place(new Uint8Array(plain.length + 1000));
      const numBytes = compressZstd({ source: place(plain), target }, 1)!;
      const frame = target.slice(0, numBytes);
      deepStrictEqual(new Uint8Array(zstdDecompressSync(frame)), plain);
      const back = place(new Uint8Array(plain.length));
      strictEqual(decompressZstd({ source: place(frame), target: back }, WINDOW_LOG), plain.length);
      deepStrictEqual(back.slice(), plain);
    }),
    { numRuns: 60 },
  );
});

Deno.test("decompressZstd() reads several frames, says when there is more than has room, and begins anew after errors", () => {
  const text = new TextEncoder().encode("text ".repeat(50_000)),
    frame = new Uint8Array(zstdCompressSync(text));
  const two = Uint8Array.from([...frame, ...frame]), target = new Uint8Array(2 * text.length);
  strictEqual(decompressZstd({ source: two, target }, WINDOW_LOG), target.length);
  deepStrictEqual(target.subarray(text.length), text);
  const short = new Uint8Array(text.length - 1);
  strictEqual(decompressZstd({ source: frame, target: short }, WINDOW_LOG), null);
  strictEqual(decompressZstd({ source: two, target: new Uint8Array(text.length) }, WINDOW_LOG), null);
  ok(decompressZstd({ source: frame.subarray(0, frame.length >> 1), target }, WINDOW_LOG)! < text.length);
  throws(() => decompressZstd({ source: text, target }, WINDOW_LOG), Error);
  strictEqual(decompressZstd({ source: frame, target }, WINDOW_LOG), text.length);
});

Deno.test("decompressZstd() refuses a window beyond the limit; compressZstd() says what does not get shorter", () => {
  const plain = crypto.getRandomValues(new Uint8Array(60_000)), many = new Uint8Array(4_000_000);
  for (let at = 0; at + plain.length <= many.length; at += plain.length) many.set(plain, at);
  const frame = zstdCompressSync(many, { params: { [constants.ZSTD_c_windowLog]: 22 } });
  throws(() => decompressZstd({ source: frame, target: new Uint8Array(many.length) }, 20), Error);
  strictEqual(compressZstd({ source: plain, target: new Uint8Array(plain.length - 1) }, 1), null);
  ok(compressZstd({ source: plain, target: new Uint8Array(plain.length + 1000) }, 1)! > plain.length);
});
