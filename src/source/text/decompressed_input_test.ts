import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { NdpipeError } from "../../errors.ts";
import { decodedInput } from "./open_text_input.ts";
import { MemoryInput, readTable, textBinding } from "../csv/testing.ts";
import { ZstdFrames } from "./zstd_frames.ts";
import { refusal } from "../../../tests/support/refusal.ts";

const TEXT = "a,b\n" + Array.from({ length: 60_000 }, (_, i) => `${i},${i / 8}\n`).join("");
const CODECS = { gzip: gzipSync, zstd: zstdCompressSync };

function readAll(bytes: Uint8Array, { readBytes = Infinity, viewBytes = 70_000 } = {}): string {
  const input = decodedInput(new MemoryInput(bytes, readBytes)), view = new Uint8Array(viewBytes);
  const parts: Uint8Array[] = [];
  for (let count = input.readSync(view); count !== null && count > 0; count = input.readSync(view)) {
    parts.push(view.slice(0, count));
  }
  input.close();
  return new TextDecoder().decode(Uint8Array.from(parts.flatMap((part) => [...part])));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("decodedInput() gives the text of gzip and zstd, members and frames one after the other, in any pieces", () => {
  const short = TEXT.slice(0, 5000);
  for (const compress of Object.values(CODECS)) {
    strictEqual(readAll(compress(TEXT)), TEXT);
    const several = join(compress(short), compress(""), compress(short), compress("end\n"));
    for (const readBytes of [1, 7, Infinity]) {
      for (const viewBytes of [1, 100, 70_000]) {
        strictEqual(readAll(several, { readBytes, viewBytes }), `${short}${short}end\n`);
      }
    }
  }
});

Deno.test("decodedInput() passes over zeros behind gzip and skippable frames of zstd", () => {
  strictEqual(readAll(join(gzipSync("a\n1\n"), new Uint8Array(1000))), "a\n1\n");
  const skippable = join(new Uint8Array([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), new Uint8Array(3));
  const frames = join(skippable, zstdCompressSync("a\n"), skippable, zstdCompressSync("1\n"));
  strictEqual(readAll(frames, { readBytes: 1 }), "a\n1\n");
});

Deno.test("decodedInput() says what it holds together with what the input below it holds", () => {
  const held = (bytes: Uint8Array, heldBytes?: number) => {
    const input = decodedInput(
      Object.assign(new MemoryInput(bytes), heldBytes === undefined ? {} : { heldBytes }),
    );
    return input.heldBytes ?? 0;
  };
  for (const bytes of [gzipSync(TEXT), zstdCompressSync(TEXT), new TextEncoder().encode(TEXT)]) {
    strictEqual(held(bytes, 12345) - held(bytes), 12345);
  }
});

Deno.test("decodedInput() refuses a stream that is cut at any byte, and one that is damaged", () => {
  for (const [codec, compress] of Object.entries(CODECS)) {
    const bytes = compress(TEXT.slice(0, 400));
    for (let length = 4; length < bytes.length; length++) {
      const { message } = refusal("FMT003", () => readAll(bytes.subarray(0, length)));
      match(message, new RegExp(`table.csv ends within its ${codec} stream`));
    }
    match(
      refusal("FMT004", () => readAll(join(bytes, new TextEncoder().encode("more text")))).message,
      new RegExp(`the ${codec} stream of table.csv is damaged`),
    );
  }
  const damaged = Uint8Array.from(gzipSync(TEXT));
  damaged[damaged.length - 6]! ^= 1;
  match(refusal("FMT004", () => readAll(damaged)).message, /incorrect data check/);
});

Deno.test("decodedInput() says between which bytes of the file the damage is, and what it had given", () => {
  // stored, so that a byte in it is a byte of the text, and only the checksum at the end tells
  const text = TEXT.repeat(40), stored = gzipSync(text, { level: 0 });
  const broken = Uint8Array.from(stored);
  broken[1000]! ^= 1;
  const { message, notes } = refusal("FMT004", () => readAll(broken));
  match(message, /has another checksum than it says/);
  const [first, last] = notes![0]!.match(/[\d,]+/g)!.map((count) => Number(count.replaceAll(",", "")));
  ok(first! <= stored.length && last! === stored.length && last! - first! < 8192, notes![0]);
  const cut = refusal("FMT003", () => readAll(stored.subarray(0, 5000)));
  match(cut.notes![0]!, /^its 5,000 bytes are 4,9\d\d once decompressed/);
  match(
    refusal("FMT004", () => readAll(Buffer.concat([stored, Buffer.from("PK")]))).message,
    /behind the last member/,
  );
});

Deno.test("decodedInput() of any damaged stream gives text or refuses, and holds no more than its window", () => {
  const originals = Object.values(CODECS).map((compress) => compress(TEXT.slice(0, 20_000)));
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (bytes, changes) => {
        const mutated = Uint8Array.from(bytes);
        for (const { at, byte } of changes) mutated[at % mutated.length] = byte;
        try {
          readAll(mutated, { readBytes: 4096 });
        } catch (error) {
          ok(error instanceof NdpipeError && /^FMT00[346]$/.test(error.code), String(error));
        }
      },
    ),
    { numRuns: 200, seed: 7 },
  );
});

Deno.test("a compressed table of zeros a thousand times its size is read in a slot that plain text would have", () => {
  const bomb = gzipSync("a,b\n" + "0,0\n".repeat(2_000_000));
  ok(bomb.length < 40_000);
  const { values } = readTable(new MemoryInput(bomb), [textBinding("u8", [0])], { chunkRows: 100_000 });
  strictEqual(values[0]!.length, 2_000_000);
  refusal(
    "MEM004",
    () => readTable(new MemoryInput(gzipSync("a\n" + "0".repeat(30 << 20))), [textBinding("f64", [0])]),
  );
});

Deno.test("ZstdFrames knows where frames end, with and without checksums and sizes, whatever the pieces", () => {
  for (const params of [{}, { 201: 1 }, { 200: 0 }, { 101: 20 }]) {
    const bytes = zstdCompressSync(TEXT, { params });
    for (const step of [1, 3, 1000, bytes.length]) {
      const frames = new ZstdFrames();
      for (let p = 0; p < bytes.length; p += step) {
        if (p > 0) ok(!frames.isBetweenFrames);
        frames.push(bytes.subarray(p, p + step));
      }
      ok(frames.isBetweenFrames);
      ok(frames.windowBytes > 0);
    }
  }
});

Deno.test("decodedInput() converts UTF-16 of both orders, by its mark or by its zeros, and refuses half a pair", () => {
  const text = "a,ü\n1,😀\n";
  for (const [order, mark] of [["le", true], ["le", false], ["be", true], ["be", false]] as const) {
    const units = Array.from(`${mark ? "\uFEFF" : ""}${text}`).join("");
    const bytes = new Uint8Array(units.length * 2), view = new DataView(bytes.buffer);
    for (let i = 0; i < units.length; i++) view.setUint16(2 * i, units.charCodeAt(i), order === "le");
    for (const readBytes of [1, 3, Infinity]) strictEqual(readAll(bytes, { readBytes, viewBytes: 3 }), text);
    strictEqual(readAll(gzipSync(bytes)), text);
    match(refusal("FMT006", () => readAll(bytes.subarray(0, bytes.length - 1))).message, /UTF-16/);
  }
  const alone = new Uint8Array([0xff, 0xfe, 97, 0, 10, 0, 0, 0xd8, 98, 0]);
  deepStrictEqual(refusal("FMT006", () => readAll(alone)).place?.line, 1);
});
