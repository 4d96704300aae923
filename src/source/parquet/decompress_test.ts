/** The codec LZ4, of which three forms were written. */
import { deepStrictEqual, throws } from "node:assert/strict";
import { compressLz4Block, lz4BlockBound } from "../../compression/lz4_block.ts";
import { compressLz4Frame, lz4FrameBound } from "../../compression/lz4_frame.ts";
import { decompress } from "./decompress.ts";

const PLAIN = Uint8Array.from({ length: 5000 }, (_, i) => (i % 700) * 3 & 255);
const fail = (detail: string): never => {
  throw new Error(detail);
};

function block(plain: Uint8Array): Uint8Array {
  const target = new Uint8Array(lz4BlockBound(plain.length));
  return target.slice(0, compressLz4Block(plain, target)!);
}

/** big-endian sizes before each block */
function hadoop(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => {
    const bytes = block(part), sizes = new DataView(new ArrayBuffer(8));
    sizes.setUint32(0, part.length);
    sizes.setUint32(4, bytes.length);
    return [...new Uint8Array(sizes.buffer), ...bytes];
  }));
}

Deno.test("decompress() reads LZ4 as blocks of Hadoop, as frames and as one block", () => {
  const frame = new Uint8Array(lz4FrameBound(PLAIN.length));
  const sources = [
    hadoop([PLAIN]),
    hadoop([PLAIN.subarray(0, 1234), PLAIN.subarray(1234, 1235), PLAIN.subarray(1235)]),
    frame.subarray(0, compressLz4Frame(PLAIN, frame)!),
    block(PLAIN),
  ];
  for (const source of sources) {
    const target = new Uint8Array(PLAIN.length);
    decompress("LZ4", { source, target }, fail);
    deepStrictEqual(target, PLAIN);
    throws(() => decompress("LZ4", { source, target: new Uint8Array(PLAIN.length + 1) }, fail), Error);
    throws(() => decompress("LZ4", { source: source.subarray(0, -1), target }, fail), Error);
  }
});
