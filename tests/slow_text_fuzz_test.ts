/**
 * 10,000 mutated CSV and 10,000 mutated NDJSON files, many of them compressed: each is read, or refused with a code of
 * its own; never a crash, a hang, more memory than a slot, or values that depend on how it was read. The seeds are
 * checked in below; a failure names its own.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { DType } from "../src/dtype/mod.ts";
import { NdpipeError } from "../src/errors.ts";
import type { ColumnBinding } from "../src/schema/mod.ts";
import { openCsvDecoder, openCsvSource } from "../src/source/csv/mod.ts";
import type { CsvOptions } from "../src/source/text/options.ts";
import { MemoryInput, readSource, textBinding } from "../src/source/csv/testing.ts";
import { textCodec } from "../src/source/text/decompressed_input.ts";
import { openNdjsonDecoder, openNdjsonSource } from "../src/source/ndjson/mod.ts";

const NUM_FILES = 10_000;
const FIRST_SEED = 20_260_131;
const CODES = /^(FMT00[2-8]|DAT00[1-4]|MEM004|USE002)$/;

/** splitmix32: the same numbers for the same seed. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % limit;
  };
}

const CSV_TEXT = 'a,b,"c, d",e\n1,2.5,"x ""y""",true\n-3,1e300,NA,false\r\n,NaN,"two\nlines",1\n' +
  "9007199254740993,0.1000000000000000055511151231257827,é😀,0\n".repeat(6);
const NDJSON_TEXT = '{"a":1,"b":2.5,"c":"x \\"y\\" \\u00e9\\ud83d\\ude00","e":true,"z":null}\n' +
  '{"b":-1e300,"a":null,"e":false,"c":null}\n{"a":9007199254740993,"b":"NaN","c":"é😀","e":true,"z":[1,{"y":[]}]}\n'
    .repeat(6);
const PIECES = [
  '"',
  ",",
  "\n",
  "\r",
  "\\",
  "{",
  "}",
  "[",
  ":",
  "null",
  "1e999",
  "-",
  "0x",
  "\ufeff",
  "\0",
  "true",
  "#",
  ";",
  '""',
  "\\ud800",
];

function mutate(text: string, random: (limit: number) => number): Uint8Array {
  let bytes = new TextEncoder().encode(text);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(bytes.length + 1), length = random(12);
    const head = bytes.subarray(0, at), tail = bytes.subarray(at);
    switch (random(5)) {
      case 0:
        bytes = Uint8Array.from([...head, random(256), ...tail.subarray(1)]);
        break;
      case 1:
        bytes = Uint8Array.from([
          ...head,
          ...new TextEncoder().encode(PIECES[random(PIECES.length)]),
          ...tail,
        ]);
        break;
      case 2:
        bytes = Uint8Array.from([...head, ...tail.subarray(length)]);
        break;
      case 3:
        bytes = Uint8Array.from([...head, ...tail.subarray(0, length), ...tail]);
        break;
      default:
        bytes = Uint8Array.from(head);
    }
  }
  switch (random(4)) {
    case 0: {
      const packed = Uint8Array.from(random(2) === 0 ? gzipSync(bytes) : zstdCompressSync(bytes));
      if (random(2) === 0) packed[random(packed.length)] = random(256);
      return random(4) === 0 ? packed.subarray(0, random(packed.length + 1)) : packed;
    }
    default:
      return bytes;
  }
}

/** What became of a file: its values, or the code that it was refused with and where. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NdpipeError)) throw error;
    ok(CODES.test(error.code), `${error.code}: ${error.message}`);
    ok(error.message.length < 1000 && (error.help ?? "").length > 0, error.message);
    return [error.code, error.place?.line, error.place?.column];
  }
}

/** Bindings that the columns of the unchanged file fit; nulls are filled more often than not. */
function bindingsOf(numFields: number, random: (limit: number) => number): ColumnBinding[] {
  const isStrict = random(8) === 0;
  const bind = (dtype: DType, field: number, value: number | bigint | boolean) =>
    textBinding(dtype, [field], isStrict ? { kind: "error" } : { kind: "fill", value });
  const a = random(2) === 0 ? bind("i64", 0, 7n) : bind("f64", 0, 7);
  const b = random(2) === 0 ? bind("f64", 1, 7) : bind("f32", 1, 7);
  return [a, b, bind("bool", 3, true)].filter(({ fieldIndices }) => fieldIndices[0]! < numFields);
}

function dialect(random: (limit: number) => number): CsvOptions {
  const options: CsvOptions[] = [
    {},
    { comment: "#" },
    { escape: "\\" },
    { quote: null },
    { ragged: "pad", trailingDelimiter: true },
    { delimiter: ";", decimal: ",", thousands: "." },
    { skipRows: 2, hex: true, header: false },
  ];
  return random(2) === 0 ? {} : options[random(options.length)]!;
}

/** Reads a file whole, and again in small pieces: the outcome is the same. */
function checkFile(format: "csv" | "ndjson", seed: number): "read" | "refused" {
  const random = generator(seed), bytes = mutate(format === "csv" ? CSV_TEXT : NDJSON_TEXT, random);
  const options = format === "csv" ? dialect(random) : {};
  const unknownKeys = random(2) === 0 ? "ignore" : "error";
  const bindingSeed = random(2 ** 31);
  const read = (chunkRows: number, readBytes: number) =>
    outcome(() => {
      const input = new MemoryInput(bytes, readBytes), limits = { maxRecordBytes: 100_000, blockBytes: 4096 };
      const source = format === "csv"
        ? openCsvSource(input, { ...options, ...limits })
        : openNdjsonSource(input, { unknownKeys, ...limits });
      const bindings = bindingsOf(source.info.schema.fields.length, generator(bindingSeed));
      ok(source.slotBytes(bindings, chunkRows) < 2_000_000);
      const { values } = readSource(source, format === "csv" ? openCsvDecoder : openNdjsonDecoder, {
        bindings,
        chunkRows,
      });
      return values;
    });
  // how much of a damaged stream comes out before its end depends on the pieces it comes in
  const isPacked = textCodec(bytes) !== null;
  const whole = read(1000, Infinity);
  deepStrictEqual(read(2, isPacked ? Infinity : 100), whole, `seed ${seed}`);
  return Array.isArray(whole) && typeof whole[0] === "string" ? "refused" : "read";
}

for (const format of ["csv", "ndjson"] as const) {
  Deno.test(`${NUM_FILES} mutated ${format} files are read or refused, alike however they are cut`, () => {
    const seen = { read: 0, refused: 0 };
    for (let i = 0; i < NUM_FILES; i++) {
      try {
        seen[checkFile(format, FIRST_SEED + i)]++;
      } catch (error) {
        throw new Error(`${format}, seed ${FIRST_SEED + i}`, { cause: error });
      }
    }
    ok(Math.min(seen.read, seen.refused) > NUM_FILES / 50, JSON.stringify(seen));
  });
}
