import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { zstdDecompressSync } from "node:zlib";
import * as flechette from "@uwdata/flechette";
import * as arrow from "apache-arrow";
import { decodeLz4Frames } from "../../compression/lz4_frame.ts";
import { DTYPE, DTYPES } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { readBytes, readPipe, request } from "../../source/arrow/testing.ts";
import { AtomicFile } from "../atomic_file.ts";
import type { OutputField, OutputFormat } from "../sink.ts";
import { MemoryOutput, placeBatch } from "../testing.ts";
import { openArrowSink, packBits } from "./arrow_sink.ts";
import { CompressedBody, compressionMemory } from "./compressed_body.ts";
import type { ArrowCompression } from "./encode_metadata.ts";
import { GATHERED_BYTES } from "../gathering_writer.ts";

const { tableFromIPC } = flechette;

const FORMATS = ["arrow-file", "arrow-stream"] as const satisfies readonly OutputFormat[];
const ALL_FIELDS: readonly OutputField[] = DTYPES.flatMap((dtype) => [
  { name: dtype, dtype, width: null },
  { name: `${dtype}_matrix`, dtype, width: 3 },
]);

function stored(dtype: OutputField["dtype"], i: number): number | bigint {
  const { kind, isBigInt } = DTYPE[dtype];
  if (kind === "b") return Number(i % 3 === 0);
  return isBigInt ? BigInt(i) - (kind === "i" ? 50n : 0n) : kind === "f" ? i / 4 : i % 100;
}

/** writes batches of the given rows; element i of a column counts through all batches */
function write(
  format: "arrow-file" | "arrow-stream",
  fields: readonly OutputField[],
  batches: readonly number[],
  compression: ArrowCompression | null = null,
) {
  const output = new MemoryOutput();
  const sink = openArrowSink("memory", { format, fields, force: false, output, compression });
  const memory = new WebAssembly.Memory({ initial: 160, maximum: 160, shared: true });
  let before = 0;
  for (const numRows of batches) {
    const pointers = placeBatch(memory, { fields, numRows }, (elements, index) => {
      const { dtype, width } = fields[index]!, first = before * (width ?? 1);
      for (let i = 0; i < elements.length; i++) elements[i] = stored(dtype, first + i);
    });
    sink.writeBatch(memory, numRows, pointers);
    before += numRows;
    new Uint8Array(memory.buffer).fill(0xee);
  }
  sink.finish();
  strictEqual(output.state, "committed");
  strictEqual(sink.numBytes, output.numBytes);
  return { output, memory, bytes: output.bytes, numRows: before };
}

function expectedColumns(numRows: number): (number | bigint)[][] {
  return ALL_FIELDS.map(({ dtype, width }) =>
    Array.from({ length: numRows * (width ?? 1) }, (_, i) => stored(dtype, i))
  );
}

/** the readers bring no codecs of their own */
const CODECS = {
  lz4: (bytes: Uint8Array, numBytes: number) => {
    const target = new Uint8Array(numBytes);
    decodeLz4Frames(bytes, target, (detail) => {
      throw new Error(detail);
    });
    return target;
  },
  zstd: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)),
};
// the size in front of a buffer is taken away by the readers; a frame of ours states it again
const decodeLz4 = (bytes: Uint8Array) =>
  CODECS.lz4(bytes, Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(6, true)));
flechette.setCompressionCodec(flechette.CompressionType.LZ4_FRAME, {
  encode: encodeNothing,
  decode: decodeLz4,
});
flechette.setCompressionCodec(flechette.CompressionType.ZSTD, { encode: encodeNothing, decode: CODECS.zstd });
arrow.compressionRegistry.set(arrow.CompressionType.LZ4_FRAME, { decode: decodeLz4 });
arrow.compressionRegistry.set(arrow.CompressionType.ZSTD, { decode: CODECS.zstd });

function encodeNothing(): never {
  throw new Error("these tests only decode");
}

for (
  const [format, compression] of FORMATS.flatMap((format) =>
    ([null, "lz4", "zstd"] as const).map((one) => [format, one] as const)
  )
) {
  Deno.test(`openArrowSink() ${format}, compression ${compression}: flechette, apache-arrow and our reader read every dtype and width`, async () => {
    for (const batches of [[1], [5, 8, 1001], [64], [0, 3, 0]]) {
      const { bytes, numRows } = write(format, ALL_FIELDS, batches, compression);
      const expected = expectedColumns(numRows);
      const requests = (schema: Parameters<typeof request>[1]) =>
        ALL_FIELDS.map(({ name }) => request(name, schema));
      deepStrictEqual((await readBytes(bytes, requests, 100)).columns, expected);
      const piped = await readPipe(bytes, requests, { chunkRows: 2000 });
      deepStrictEqual(piped.columns, expected);
      strictEqual(piped.copiedBytes > 0, compression !== null);
      const [flechette, apache] = [tableFromIPC(bytes, { useBigInt: true }), arrow.tableFromIPC(bytes)];
      for (
        const columnOf of [
          (name: string) => flechette.getChild(name),
          (name: string) => apache.getChild(name),
        ]
      ) {
        for (const [i, { name, width }] of ALL_FIELDS.entries()) {
          const cells = [...columnOf(name) as Iterable<unknown>];
          const flat = width === null ? cells : cells.flatMap((row) => [...row as Iterable<unknown>]);
          const asStored = flat.map((value) => typeof value === "boolean" ? Number(value) : value);
          deepStrictEqual(asStored, expected[i], name);
        }
      }
    }
  });
}

for (const format of FORMATS) {
  Deno.test(`openArrowSink() ${format}: a table without rows has its schema`, () => {
    const { bytes } = write(format, ALL_FIELDS, []);
    const table = tableFromIPC(bytes);
    strictEqual(table.numRows, 0);
    deepStrictEqual(table.names, ALL_FIELDS.map(({ name }) => name));
    ok(arrow.tableFromIPC(bytes).schema.fields.every((field) => !field.nullable));
    deepStrictEqual(write(format, ALL_FIELDS, [0, 0]).bytes, bytes);
  });

  Deno.test(`openArrowSink() ${format}: equal batches, equal bytes`, () => {
    deepStrictEqual(write(format, ALL_FIELDS, [7, 9]).bytes, write(format, ALL_FIELDS, [7, 0, 9]).bytes);
  });
}

Deno.test("openArrowSink() starts every body and buffer on a multiple of 64 bytes of the file", () => {
  const { bytes } = write("arrow-file", ALL_FIELDS, [5, 1001]);
  // apache-arrow's views alias the file's bytes where it is aligned
  const table = arrow.tableFromIPC(bytes);
  let numSeen = 0;
  for (const batch of table.batches) {
    for (const column of batch.data.children) {
      const leaf = column.children[0] ?? column;
      const values = leaf.values as Uint8Array;
      strictEqual(values.buffer, bytes.buffer);
      strictEqual(values.byteOffset % 64, 0);
      numSeen += 1;
    }
  }
  strictEqual(numSeen, 2 * ALL_FIELDS.length);
});

Deno.test("writeBatch() writes large columns from wasm memory itself, and gathers narrow ones", () => {
  const wide = [{ name: "large", dtype: "f64", width: null }] as const;
  const { output, memory } = write("arrow-file", wide, [GATHERED_BYTES / 8]);
  strictEqual(output.buffers.filter((buffer) => buffer === memory.buffer).length, 1);
  const narrow = Array.from(
    { length: 1000 },
    (_, i): OutputField => ({ name: `c${i}`, dtype: "f32", width: null }),
  );
  const many = write("arrow-file", narrow, [1000]);
  ok(many.output.pieces.length <= Math.ceil(many.output.numBytes / GATHERED_BYTES) + 1);
  strictEqual(tableFromIPC(many.bytes).getChild("c999").at(999), 999 / 4);
});

/** Batches of random bytes, as a whole or in the given pieces, to a file or to memory. */
function writeRandom(
  fields: readonly OutputField[],
  path: string | null,
  pieces: readonly number[][] | null,
) {
  const output = path === null ? new MemoryOutput() : AtomicFile.open(path, { force: true });
  const sink = openArrowSink("memory", { format: "arrow-file", fields, force: true, output });
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (Math.imul(i, 2654435761) >>> 13) & 255;
  const pointers = fields.map((_, i) => 64 + i * 2 ** 20);
  const rowBytes = fields.map(({ dtype, width }) => DTYPE[dtype].itemsize * (width ?? 1));
  for (const batch of pieces ?? [[1000], [77]]) {
    const numRows = batch.reduce((sum, rows) => sum + rows, 0);
    if (pieces === null) {
      sink.writeBatch(memory, numRows, pointers);
      continue;
    }
    sink.stream!.begin(numRows);
    let row = 0;
    for (const rows of batch) {
      sink.stream!.write(memory, rows, pointers.map((pointer, i) => pointer + row * rowBytes[i]!));
      row += rows;
    }
  }
  sink.finish();
  const written = output instanceof MemoryOutput ? output.bytes : Deno.readFileSync(path!);
  strictEqual(sink.numBytes, written.byteLength);
  return written;
}

Deno.test("an Arrow sink's stream gives the bytes of writeBatch(), whatever pieces the rows come in", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const list: OutputField = { name: "features", dtype: "f32", width: 200 };
    const columns: OutputField[] = [{ name: "id", dtype: "i64", width: null }, list, {
      name: "b",
      dtype: "u8",
      width: 3,
    }];
    const pieces = [[1, 500, 499], [77]];
    deepStrictEqual(writeRandom([list], null, pieces), writeRandom([list], null, null));
    deepStrictEqual(writeRandom(columns, `${folder}/a`, pieces), writeRandom(columns, null, null));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("an Arrow sink has no stream where rows do not go out as they lie, or bytes have to come in order", () => {
  const streams = (fields: readonly OutputField[], compression: ArrowCompression | null = null) => {
    const output = new MemoryOutput();
    return openArrowSink("memory", { format: "arrow-file", fields, force: false, output, compression })
      .stream !== null;
  };
  const plain: OutputField = { name: "x", dtype: "f32", width: null };
  strictEqual(streams([plain]), true);
  strictEqual(streams([plain], "lz4"), false);
  strictEqual(streams([{ ...plain, dtype: "bool" }]), false);
  strictEqual(streams([plain, { ...plain, name: "y" }]), false);
});

Deno.test("packBits() packs least significant first, the last byte padded with zeros", () => {
  const packed = new Uint8Array(2).fill(0xff);
  packBits(Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0, 1), 0, packed);
  deepStrictEqual(packed, Uint8Array.of(0b1000_1001, 0b10));
});

Deno.test("openArrowSink() refuses an existing file, and abort() leaves nothing", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/out.arrow`;
    const options = { format: "arrow-file", fields: ALL_FIELDS, force: false } as const;
    openArrowSink(path, options).abort();
    deepStrictEqual([...Deno.readDirSync(folder)], []);
    openArrowSink(path, options).finish();
    throws(
      () => openArrowSink(path, options),
      (error) => error instanceof OutputError && error.code === "OUT002",
    );
    const sink = openArrowSink("/dev/full", { ...options, force: true });
    throws(() => sink.finish(), (error) => error instanceof OutputError && error.code === "OUT001");
    sink.abort();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a fixed-size list column of our own is a list for the reader, never a scalar", async () => {
  const { bytes } = write("arrow-file", [{ name: "v", dtype: "f32", width: 1 }], [4]);
  await rejects(
    readBytes(bytes, (schema) => [{ ...request("v", schema), isScalar: true }], 10),
    /declared with/,
  );
  deepStrictEqual((await readBytes(bytes, (schema) => [request("v", schema)], 3)).columns[0], [
    0,
    0.25,
    0.5,
    0.75,
  ]);
});

for (const compression of ["lz4", "zstd"] as const) {
  Deno.test(`CompressedBody ${compression}: what does not shrink stands as it is behind -1, and nothing is left of the body before`, () => {
    const body = new CompressedBody(compression), noise = crypto.getRandomValues(new Uint8Array(5000));
    const write = (pieces: readonly Uint8Array[]) => {
      body.begin(pieces.reduce((sum, piece) => sum + piece.byteLength, 0), pieces.length);
      return pieces.map((piece) => body.add(piece.byteLength, [piece.subarray(0, 9), piece.subarray(9)]));
    };
    const plain = [noise, new Uint8Array(100_000), new Uint8Array(0), Uint8Array.of(1)];
    const [first, zeros, empty, one] = write(plain);
    const bytes = body.bytes.slice(),
      prefix = (at: number) => new DataView(bytes.buffer, at).getBigInt64(0, true);
    deepStrictEqual([prefix(first!.position), first!.numBytes], [-1n, 5008]);
    deepStrictEqual(bytes.subarray(8, 5008), noise);
    strictEqual(prefix(zeros!.position), 100_000n);
    ok(zeros!.numBytes < 1000);
    strictEqual(empty!.numBytes, 0);
    deepStrictEqual([prefix(one!.position), one!.numBytes], [-1n, 9]);
    ok(bytes.byteLength <= compressionMemory(compression, { plainBytes: 105_001, numBuffers: 4 }));
    write([crypto.getRandomValues(new Uint8Array(50_000)), ...plain]);
    write(plain);
    deepStrictEqual(body.bytes, bytes);
  });
}
