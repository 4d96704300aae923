import { strictEqual } from "node:assert/strict";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { StandardOutput } from "./atomic_file.ts";
import { CompressedOutput } from "./compressed_output.ts";

function compress(codec: "gzip" | "zstd", text: string, pieceBytes: number): Uint8Array {
  const parts: number[][] = [], bytes = new TextEncoder().encode(text);
  const writer = { writeSync: (view: Uint8Array) => (parts.push([...view]), view.length) };
  const output = new CompressedOutput(new StandardOutput(writer), codec);
  for (let p = 0; p < bytes.length; p += pieceBytes) output.write(bytes.subarray(p, p + pieceBytes));
  output.commit();
  return Uint8Array.from(parts.flat());
}

Deno.test("CompressedOutput writes what other tools unpack, the same bytes for every division of the text", () => {
  const texts = ["", "a\n", Array.from({ length: 60_000 }, (_, i) => `${Math.sin(i)},${i}\n`).join("")];
  for (const [codec, unpack] of [["gzip", gunzipSync], ["zstd", zstdDecompressSync]] as const) {
    for (const text of texts) {
      const whole = compress(codec, text, 1 << 24);
      strictEqual(new TextDecoder().decode(unpack(whole)), text);
      for (const pieceBytes of [1009, 300_000]) {
        strictEqual(compress(codec, text, pieceBytes).join(), whole.join());
      }
    }
  }
});
