import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { ByteStream } from "./random_access.ts";
import { ReadAhead } from "./read_ahead.ts";

/** Bytes that come in pieces of these sizes; counts who asks. */
class Pieces implements ByteStream {
  readonly path = "pieces";
  numReads = 0;
  readonly #bytes: Uint8Array;
  readonly #sizes: readonly number[];
  #position = 0;

  constructor(bytes: Uint8Array, sizes: readonly number[]) {
    this.#bytes = bytes;
    this.#sizes = sizes;
  }

  readSync(view: Uint8Array): number | null {
    const size = this.#sizes[this.numReads++ % this.#sizes.length]!;
    const piece = this.#bytes.subarray(this.#position, this.#position + Math.min(size, view.length));
    if (piece.length === 0) return null;
    view.set(piece);
    this.#position += piece.length;
    return piece.length;
  }

  read(view: Uint8Array): Promise<number | null> {
    return Promise.resolve(this.readSync(view));
  }

  close(): void {}
}

Deno.test("ReadAhead gives the bytes of its stream, whatever is asked for and however they come", async () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) ^ (i >> 8));
  const size = fc.integer({ min: 1, max: 100_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(size, { minLength: 1, maxLength: 5 }),
      fc.array(size, { minLength: 1, maxLength: 20 }),
      async (pieces, wanted) => {
        const stream = new ReadAhead(new Pieces(bytes, pieces)), read: number[] = [];
        for (let i = 0;; i++) {
          const view = new Uint8Array(wanted[i % wanted.length]!);
          const count = i % 2 === 0 ? await stream.read(view) : stream.readSync(view);
          if (count === null) break;
          for (let at = 0; at < count; at++) read.push(view[at]!);
        }
        deepStrictEqual(Uint8Array.from(read), bytes);
      },
    ),
    { numRuns: 10 },
  );
});

Deno.test("ReadAhead asks once for what comes at once, and reads what is large where it belongs", () => {
  const pieces = new Pieces(new Uint8Array(500_000), [1_000_000]), stream = new ReadAhead(pieces);
  for (let i = 0; i < 8192; i++) strictEqual(stream.readSync(new Uint8Array(8)), 8);
  strictEqual(pieces.numReads, 1);
  strictEqual(stream.readSync(new Uint8Array(300_000)), 300_000);
  strictEqual(pieces.numReads, 2);
});
