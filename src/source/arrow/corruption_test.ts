/** Truncated, corrupt and mislabelled inputs, each refused by its code with the place. The fuzz is in tests/. */
import { ok, rejects, strictEqual, throws } from "node:assert/strict";
import * as arrow from "apache-arrow";
import type { ErrorCode } from "../../error_codes.ts";
import { DataError, FormatError, NdpipeError } from "../../errors.ts";
import type { Schema } from "../../schema/mod.ts";
import { MemoryAccess } from "../random_access.ts";
import { FlatBuffer } from "./flatbuffer.ts";
import { openArrowSource, openBatches } from "./open.ts";
import { ArrowPipeSource } from "./pipe_source.ts";
import { MemoryPipe, readBytes, readPipe, request, sourceOf } from "./testing.ts";

const NUMBERS = new URL("../../../testdata/arrow/pyarrow_numbers.arrow", import.meta.url);
const STREAM = new URL("../../../testdata/arrow/pyarrow_numbers.arrows", import.meta.url);
const text = (value: string) => new TextEncoder().encode(value);

function refusal(code: ErrorCode, words: RegExp) {
  return (error: unknown) => {
    ok(error instanceof FormatError || error instanceof DataError, String(error));
    strictEqual(error.code, code, error.message);
    ok(
      words.test(`${error.message} | ${error.notes.join(" ")} | ${error.help}`),
      `${error.message} | ${error.help}`,
    );
    ok(error.help !== null);
    return true;
  };
}

const all = (schema: Schema) => schema.fields.map(({ name }) => request(name, schema));

/** overwrites 32-bit words */
function patched(bytes: Uint8Array, words: Readonly<Record<number, number>>): Uint8Array {
  const changed = bytes.slice(), view = new DataView(changed.buffer);
  for (const [position, word] of Object.entries(words)) view.setInt32(Number(position), word, true);
  return changed;
}

/** position of the only place where the 64-bit numbers stand one after the other */
function find(bytes: Uint8Array, numbers: readonly number[]): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let position = 0; position + 8 * numbers.length <= bytes.byteLength; position += 4) {
    if (numbers.every((value, i) => view.getBigInt64(position + 8 * i, true) === BigInt(value))) {
      found.push(position);
    }
  }
  strictEqual(found.length, 1, `${numbers} is found ${found.length} times`);
  return found[0]!;
}

Deno.test("openArrowSource() says what a mislabelled file seems to be", () => {
  const cases: readonly (readonly [head: Uint8Array, code: ErrorCode, words: RegExp])[] = [
    [text("profile_id,score\n1,0.5\n"), "FMT002", /text, CSV perhaps.*--from csv/],
    [text("id\n"), "FMT002", /text, CSV perhaps/],
    [text("PAR1\x15\x04"), "FMT002", /a Parquet file/],
    [text("PK\x03\x04aaaa"), "FMT002", /a zip file/],
    [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0), "FMT002", /compressed with gzip/],
    [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0), "FMT002", /compressed with zstd/],
    [Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), "FMT002", /begins with the bytes 93 4e 55 4d 50 59/],
    [new Uint8Array(100), "FMT002", /not an Arrow file or stream/],
    [Uint8Array.of(16, 0, 0, 0, ...new Array(60).fill(7)), "FMT002", /not an Arrow file or stream/],
    [text("FEA1\0\0\0\0"), "FMT005", /Feather V1/],
    [new Uint8Array(), "FMT003", /is empty/],
    [text("ARROW1\0\0"), "FMT003", /too short for an Arrow file/],
  ];
  for (const [bytes, code, words] of cases) {
    throws(() => sourceOf(bytes), refusal(code, words));
    // through a pipe "ARROW1" may yet go on
    if (code !== "FMT003") {
      throws(() => ArrowPipeSource.open(new MemoryPipe(bytes, 3), 0), refusal(code, words));
    }
  }
});

Deno.test("openArrowSource() refuses a path that is none, a folder, and a file without permission", () => {
  throws(
    () => openArrowSource("/nowhere/x.arrow"),
    refusal("FMT001", /cannot read \/nowhere\/x.arrow.*check the path/),
  );
  throws(() => openArrowSource(Deno.cwd()), refusal("FMT001", /directory/));
});

Deno.test("a file truncated anywhere is refused as truncated, before or while it is read", async () => {
  const bytes = Deno.readFileSync(NUMBERS);
  for (let length = 0; length < bytes.byteLength; length++) {
    const isHead = length >= 4 && length < 6;
    const words = /truncated|is empty|not an Arrow file/;
    const code = isHead || (length > 0 && length < 4) ? "FMT002" : "FMT003";
    await rejects(() => readBytes(bytes.subarray(0, length), all, 10), refusal(code, words));
  }
});

Deno.test("a stream truncated anywhere but between messages is refused as truncated", async () => {
  const bytes = Deno.readFileSync(STREAM);
  let numWhole = 0;
  for (let length = 4; length < bytes.byteLength; length++) {
    const part = bytes.subarray(0, length);
    const outcomes = await Promise.allSettled([
      readBytes(part, all, 10),
      readPipe(part, all, { chunkRows: 10, maxBytes: 1000 }),
    ]);
    const isWhole = outcomes.map(({ status }) => status === "fulfilled");
    strictEqual(isWhole[0], isWhole[1], `truncated to ${length}`);
    if (isWhole[0]) numWhole += 1;
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") refusal("FMT003", /ends (before|inside)/)(outcome.reason);
    }
  }
  // after the schema and after each of 3 batches; 4 of the 8 bytes of the end mark are no message boundary
  strictEqual(numWhole, 4);
});

Deno.test("a footer that lies is refused: sizes, places, overlaps", async () => {
  const bytes = Deno.readFileSync(NUMBERS), size = bytes.byteLength;
  const open = (changed: Uint8Array) => () => sourceOf(changed);
  throws(open(patched(bytes, { [size - 10]: -5 })), refusal("FMT004", /the footer: it is said to take -5/));
  throws(open(patched(bytes, { [size - 10]: size })), refusal("FMT004", /the footer: it is said to take/));
  throws(open(patched(bytes, { [size - 10]: 8 })), refusal("FMT004", /is corrupt: the footer/));

  const located = openBatches(new MemoryAccess(bytes));
  const batches = [0, 1, 2].map((index) => located.batch(index)!);
  strictEqual(located.batch(3), null);
  // struct Block { offset, metaDataLength, bodyLength }: found by the footer's own list
  const view = new DataView(bytes.buffer);
  const footer = size - 10 - view.getInt32(size - 10, true);
  let first = footer;
  const isBlock = (at: number) =>
    Number(view.getBigInt64(at + 16, true)) === batches[0]!.bodyBytes &&
    Number(view.getBigInt64(at + 40, true)) === batches[1]!.bodyBytes;
  while (!isBlock(first)) first += 4;
  throws(open(patched(bytes, { [first]: size })), refusal("FMT004", /record batch 0 is said to lie outside/));
  throws(
    open(patched(bytes, { [first + 8]: -8 })),
    refusal("FMT004", /record batch 0 is said to lie outside/),
  );
  throws(open(patched(bytes, { [first + 20]: 1 << 30 })), refusal("FMT004", /64-bit number|lie outside/));
  await rejects(
    readBytes(patched(bytes, { [first + 16]: batches[0]!.bodyBytes - 8 }), all, 10),
    refusal("FMT004", /record batch 0: its body is said to take/),
  );
  await rejects(
    readBytes(patched(bytes, { [first + 8]: view.getInt32(first + 8, true) - 8 }), all, 10),
    refusal("FMT004", /record batch 0/),
  );
  // the second block is the first once more
  const twice = bytes.slice();
  twice.copyWithin(first + 24, first, first + 24);
  throws(open(twice), refusal("FMT004", /its record batches overlap/));
});

Deno.test("a record batch that lies is refused with its number and the column", async () => {
  const table = new arrow.Table({
    a: arrow.vectorFromArray([1, 2, 3, 4, 5], new arrow.Int32()),
    b: arrow.vectorFromArray([1n, null, 3n, 4n, 5n], new arrow.Int64()),
  });
  const bytes = arrow.tableToIPC(table, "stream");
  // nodes: a has 5 rows and no null, b has 5 rows and one
  const nodes = find(bytes, [5, 0, 5, 1]);
  const read = (words: Readonly<Record<number, number>>) => readBytes(patched(bytes, words), all, 10);
  await rejects(read({ [nodes]: 6 }), refusal("FMT004", /record batch 0: column "a": /));
  await rejects(read({ [nodes]: 4 }), refusal("FMT004", /column "a": it has 4 rows, the batch has 5/));
  await rejects(
    read({ [nodes + 8]: 6 }),
    refusal("FMT004", /column "a": 6 of 5 elements are said to be null/),
  );
  await rejects(read({ [nodes + 8]: 1 }), refusal("FMT004", /column "a": its bitmap is too short/));
  await rejects(read({ [nodes + 28]: -1 }), refusal("FMT004", /64-bit number at byte \d+ is negative/));
  await rejects(read({}), refusal("DAT001", /record batch 0, column b, row 1/));
});

Deno.test("nulls in a column that its schema declares not nullable are refused under every policy", async () => {
  const type = new arrow.Int32();
  const data = arrow.vectorFromArray([1, null, 3], type).data[0]!;
  const schema = new arrow.Schema([new arrow.Field("a", type, false)]);
  const struct = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: 3,
    nullCount: 0,
    children: [data],
  });
  const bytes = arrow.tableToIPC(new arrow.Table(schema, [new arrow.RecordBatch(schema, struct)]), "stream");
  await rejects(
    readBytes(bytes, (found) => [request("a", found, { kind: "fill", value: 0 })], 10),
    refusal("DAT001", /1 null in column "a", which its schema declares not nullable/),
  );
});

Deno.test("what follows the end of a stream in a file is refused, not dropped", async () => {
  const bytes = Deno.readFileSync(STREAM);
  const joined = Uint8Array.from([...bytes, ...bytes]);
  await rejects(
    readBytes(joined, all, 10),
    refusal("FMT005", /bytes follow the end of the stream.*cannot be joined/),
  );
});

Deno.test("a stream whose metadata claims gigabytes is refused without an allocation", () => {
  const bytes = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3, 4);
  throws(() => sourceOf(bytes), refusal("FMT005", /metadata takes 2,147,483,647 bytes; at most 64 MiB/));
  throws(() => ArrowPipeSource.open(new MemoryPipe(bytes), 0), refusal("FMT005", /at most 64 MiB/));
  const within = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 3, 1, 2, 3, 4);
  const before = Deno.memoryUsage().external;
  throws(
    () => ArrowPipeSource.open(new MemoryPipe(within), 0),
    refusal("FMT003", /ends inside the schema message/),
  );
  ok(Deno.memoryUsage().external - before < 8 * 1024 * 1024);
});

Deno.test("big-endian streams, old metadata and tensors are refused by name", async () => {
  // a schema message by hand: root → Message { version, header_type, header → Schema { endianness } }
  const message = (version: number, headerType: number, endianness: number) => {
    const bytes = new Uint8Array(72), view = new DataView(bytes.buffer);
    view.setUint32(0, 0xffff_ffff, true);
    view.setInt32(4, 64, true);
    const at = 8;
    view.setUint32(at, 16, true);
    // vtable of the message at 4: size 12, table 12, fields at 4 (version), 6 (type), 8 (header)
    [10, 12, 4, 6, 8].forEach((value, i) => view.setUint16(at + 4 + 2 * i, value, true));
    view.setInt32(at + 16, 12, true);
    view.setInt16(at + 20, version, true);
    view.setUint8(at + 22, headerType);
    view.setUint32(at + 24, 16, true);
    // vtable of the header at 32: size 6, table 8, field at 4
    [6, 8, 4].forEach((value, i) => view.setUint16(at + 32 + 2 * i, value, true));
    view.setInt32(at + 40, 8, true);
    view.setInt16(at + 44, endianness, true);
    return bytes;
  };
  strictEqual(sourceOf(message(4, 1, 0)).source.info.schema.fields.length, 0);
  throws(() => sourceOf(message(4, 1, 1)), refusal("FMT005", /big-endian/));
  throws(() => sourceOf(message(2, 1, 0)), refusal("FMT005", /metadata has version V3/));
  throws(() => sourceOf(message(4, 4, 0)), refusal("FMT005", /tensors/));
  throws(() => sourceOf(message(4, 2, 0)), refusal("FMT004", /a dictionary without values/));
  const two = Uint8Array.from([...message(4, 1, 0), ...message(4, 1, 0)]);
  const { source, access } = sourceOf(two);
  source.begin([], 1);
  const slot = { memory: new WebAssembly.Memory({ initial: 1 }), byteOffset: 0, byteLength: 0 };
  await rejects(async () => await source.next(slot), refusal("FMT004", /a second schema in one stream/));
  strictEqual(access.bytesRead, 6 + two.byteLength);
});

Deno.test("FlatBuffer ends at once in tables that refer to themselves", () => {
  // root → table whose field 0 is a vector of 200 offsets, all of them to the table itself
  const numItems = 200, bytes = new Uint8Array(24 + 4 * numItems), view = new DataView(bytes.buffer);
  view.setUint32(0, 12, true);
  [6, 8, 4].forEach((value, i) => view.setUint16(4 + 2 * i, value, true));
  view.setInt32(12, 8, true);
  view.setUint32(16, 4, true);
  view.setUint32(20, numItems, true);
  for (let i = 0; i < numItems; i++) view.setInt32(24 + 4 * i, 12 - (24 + 4 * i), true);
  const buffer = new FlatBuffer(bytes, (detail) => {
    throw new Error(detail);
  });
  const visit = (table: ReturnType<FlatBuffer["root"]>): void => {
    for (const child of table.tables(0)) visit(child);
  };
  // offsets are unsigned: backwards is beyond the end
  throws(() => visit(buffer.root()), /beyond its \d+ bytes/);

  // forwards: table i has a vector of two offsets, both to table i + 1: 2^40 paths, which nobody lives to see walked
  const levels = 40, chain = new Uint8Array(16 + 24 * levels + 24), links = new DataView(chain.buffer);
  links.setUint32(0, 12, true);
  [6, 8, 4].forEach((value, i) => links.setUint16(4 + 2 * i, value, true));
  for (let level = 0; level < levels; level++) {
    const table = 12 + 24 * level;
    links.setInt32(table, table - 4, true);
    links.setUint32(table + 4, 4, true);
    links.setUint32(table + 8, 2, true);
    links.setUint32(table + 12, 24 - 12, true);
    links.setUint32(table + 16, 24 - 16, true);
  }
  links.setInt32(12 + 24 * levels, 12 + 24 * levels - 4, true);
  links.setUint32(12 + 24 * levels + 4, 4, true);
  const bomb = new FlatBuffer(chain, (detail) => {
    throw new Error(detail);
  });
  throws(() => visit(bomb.root()), /refer to each other without end/);
});

Deno.test("a file that shrinks while it is read is refused", async () => {
  const bytes = Deno.readFileSync(NUMBERS);
  const { source } = sourceOf(bytes);
  const { readAll } = await import("./testing.ts");
  const shrunk = new MemoryAccess(bytes.subarray(0, 900), "test.arrow");
  await rejects(
    readAll(source, all(source.info.schema), { chunkRows: 10, open: () => shrunk }),
    refusal("FMT003", /ends before the bytes that its metadata promises/),
  );
});

/** where pyarrow_long_zstd.arrow keeps the size of the first buffer of column "i": 160 rows of 8 bytes */
function firstPrefix(bytes: Uint8Array): { readonly view: DataView; readonly position: number } {
  const view = new DataView(bytes.buffer);
  for (let position = 8; position < bytes.length - 8; position += 8) {
    if (view.getBigInt64(position, true) === 1280n && view.getUint32(position + 8, true) === 0xfd2fb528) {
      return { view, position };
    }
  }
  throw new Error("no buffer of 1280 bytes");
}

Deno.test("a compressed buffer that says another size than it holds is refused, and so is a bomb", async () => {
  const file = () =>
    Deno.readFileSync(new URL("../../../testdata/arrow/pyarrow_long_zstd.arrow", import.meta.url));
  const read = (bytes: Uint8Array) => readBytes(bytes, (schema) => [request("i", schema)], 50);
  const cases: readonly [bigint, RegExp][] = [
    [1279n, /FMT004.*said to hold 1279 bytes where its rows take 1280/],
    [0n, /FMT004.*said to hold 0 bytes/],
    [-2n, /FMT004.*a compressed buffer of \d+ bytes is said to hold -2/],
    [1281n, /FMT004.*hold 1280 bytes where 1281 are promised/],
    [1n << 20n, /MEM003.*holds more bytes than its rows account for/],
    [1n << 40n, /FMT004.*a compressed buffer of \d+ bytes is said to hold 1,099,511,627,776/],
    [-1n, /FMT004.*said to hold \d+ bytes where its rows take 1280/],
  ];
  for (const [size, expected] of cases) {
    const bytes = file(), { view, position } = firstPrefix(bytes);
    view.setBigInt64(position, size, true);
    await rejects(
      () => read(bytes),
      (error) => error instanceof NdpipeError && expected.test(`${error.code} ${error.message}`),
    );
  }
  const bytes = file(), { view, position } = firstPrefix(bytes);
  view.setUint32(position + 14, 0xffffffff, true);
  await rejects(() => read(bytes), /corrupt.*zstd bytes/);
});
