import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import type { ErrorCode } from "../../error_codes.ts";
import { NdpipeError } from "../../errors.ts";
import { bindInputs, type InputRequest } from "../../schema/mod.ts";
import { readAll, request } from "../arrow/testing.ts";
import { openParquetSink } from "../../sink/parquet/mod.ts";
import { MemoryAccess } from "../random_access.ts";
import { ThriftReader } from "./thrift.ts";
import { openParquetDecoder, openParquetSource } from "./mod.ts";

const FOLDER = new URL("../../../testdata/parquet/", import.meta.url);

function bytesOf(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`${name}.parquet`, FOLDER));
}

/** A source over bytes in memory, and what counts its reads. */
function sourceOf(bytes: Uint8Array) {
  const access = new MemoryAccess(bytes, "test.parquet");
  return { source: openParquetSource("test.parquet", { open: () => access }), access };
}

function refusal(code: ErrorCode, words: RegExp) {
  return (error: unknown) => {
    ok(error instanceof NdpipeError, String(error));
    strictEqual(error.code, code, error.message);
    ok(
      words.test(`${error.message} | ${error.notes.join(" ")}`),
      `${error.message} | ${error.notes.join(" ")}`,
    );
    ok(error.help !== null);
    return true;
  };
}

async function read(bytes: Uint8Array, requests: (name: string) => InputRequest, names: readonly string[]) {
  const { source, access } = sourceOf(bytes);
  const options = { chunkRows: 16, openDecoder: openParquetDecoder, open: () => access };
  return await readAll(source, names.map(requests), options);
}

function requesting(bytes: Uint8Array, nulls: InputRequest["nulls"] = { kind: "fill", value: 0 }) {
  const { schema } = sourceOf(bytes).source.info;
  return (name: string) => request(name, schema, nulls);
}

/** the places where the bytes stand */
function find(bytes: Uint8Array, pattern: readonly number[]): number[] {
  const found: number[] = [];
  for (let at = 0; at + pattern.length <= bytes.length; at++) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) found.push(at);
  }
  return found;
}

Deno.test("openParquetSource() reads the footer only, and a run the pages of bound columns only", async () => {
  const bytes = bytesOf("pyarrow_none"), { source, access } = sourceOf(bytes);
  strictEqual(access.bytesRead, source.info.metadataBytes);
  strictEqual(source.countRows(), 60);
  strictEqual(access.bytesRead, source.info.metadataBytes);
  const { schema } = source.info;
  const counted = async (names: readonly string[]) => {
    const before = access.bytesRead;
    const requests = names.map((name) => request(name, schema));
    await readAll(source, requests, { chunkRows: 16, openDecoder: openParquetDecoder, open: () => access });
    return access.bytesRead - before;
  };
  const one = await counted(["f64"]);
  const all = await counted(schema.fields.map(({ name }) => name));
  // 60 values of 8 bytes and their indices, headers read twice
  ok(one > 480 && one < 3000, `${one} bytes for one column`);
  ok(all > 8 * one, `${all} bytes for ${schema.fields.length} columns`);
});

Deno.test("residentBytes() reads headers of pages, and covers a page and a dictionary of each bound column", () => {
  const { source, access } = sourceOf(bytesOf("pyarrow_gzip"));
  const { schema } = source.info;
  const bind = (names: readonly string[]) =>
    bindInputs(names.map((name) => request(name, schema)), schema, "");
  const before = access.bytesRead;
  const one = source.residentBytes(bind(["f64"]), 10);
  ok(access.bytesRead > before);
  const again = access.bytesRead;
  strictEqual(source.residentBytes(bind(["f64"]), 1000), one);
  strictEqual(access.bytesRead, again, "headers are read once");
  // 40 doubles in a dictionary
  ok(source.residentBytes(bind(["f64", "f32"]), 10) >= one + 40 * 4);
  strictEqual(source.slotBytes(bind(["f64", "i8"]), 100), 832 + 128);
});

Deno.test("a null is refused under the policy error, with its row group and row", async () => {
  const bytes = bytesOf("pyarrow_v1_plain");
  const by = requesting(bytes, { kind: "error" });
  await rejects(
    () => read(bytes, by, ["bool"]),
    refusal("DAT001", /null in column "bool" \| row group 0.*row 33/),
  );
  await rejects(
    () => read(bytes, by, ["i8"]),
    refusal("DAT001", /column "i8" \| row group 0, column i8, row 1/),
  );
  const lists = bytesOf("pyarrow_lists"), listsBy = requesting(lists, { kind: "error" });
  await rejects(() => read(lists, listsBy, ["child_nulls"]), refusal("DAT001", /row 0, element 1/));
  await rejects(() => read(lists, listsBy, ["list_nulls"]), refusal("DAT001", /row 2/));
});

Deno.test("two inputs may read one column under two policies", async () => {
  const bytes = bytesOf("pyarrow_v2_dictionary"), { source, access } = sourceOf(bytes);
  const { schema } = source.info;
  const requests = [request("f32", schema, { kind: "nan" }), {
    ...request("f32", schema, { kind: "fill", value: 5 }),
    input: "other",
  }];
  const table = await readAll(source, requests, {
    chunkRows: 7,
    openDecoder: openParquetDecoder,
    open: () => access,
  });
  deepStrictEqual(table.columns[0]!.slice(0, 4), [-0.5, -0.25, Number.NaN, 0.25]);
  deepStrictEqual(table.columns[1]!.slice(0, 4), [-0.5, -0.25, 5, 0.25]);
});

Deno.test("openParquetSource() refuses pipes, other formats, encryption and truncated files by name", () => {
  const bytes = bytesOf("pyarrow_none");
  throws(() => openParquetSource("-"), refusal("FMT005", /comes through a pipe/));
  throws(() => sourceOf(new TextEncoder().encode("a,b\n1,2\n")), refusal("FMT002", /is not a Parquet file/));
  throws(() => sourceOf(new Uint8Array()), refusal("FMT003", /is empty/));
  throws(() => sourceOf(bytes.subarray(0, bytes.length - 1)), refusal("FMT003", /its footer is missing/));
  throws(() => sourceOf(bytes.subarray(0, 8)), refusal("FMT003", /too short/));
  const encrypted = bytes.slice();
  encrypted.set(new TextEncoder().encode("PARE"), bytes.length - 4);
  throws(() => sourceOf(encrypted), refusal("FMT005", /footer is encrypted/));
  const tooLong = bytes.slice();
  new DataView(tooLong.buffer).setUint32(bytes.length - 8, bytes.length, true);
  throws(() => sourceOf(tooLong), refusal("FMT004", /said to take/));
});

Deno.test("a page that does not match its checksum is refused", async () => {
  const bytes = bytesOf("pyarrow_zstd");
  // the first zstd frame is the dictionary of the first column
  let at = 0;
  while (new DataView(bytes.buffer).getUint32(at, true) !== 0xfd2fb528) at++;
  bytes[at + 12]! ^= 1;
  await rejects(
    () => read(bytes, requesting(bytes), ["i8"]),
    refusal("FMT004", /row group 0, column "i8": a page does not match its checksum/),
  );
});

Deno.test("a page that claims gigabytes is refused by the budget before it is read", async () => {
  const bytes = bytesOf("pyarrow_gzip");
  // the first page's header: its kind, then its plain size and its stored size as zigzag varints
  deepStrictEqual([...bytes.subarray(4, 7)], [0x15, 0x04, 0x15]);
  deepStrictEqual([...bytes.subarray(9, 12)], [0x15, 0x80 | (2 * 102) & 0x7f, 1]);
  // the claim takes 3 bytes more than what it replaces: the page gives them
  const grown = Uint8Array.of(
    ...bytes.subarray(0, 7),
    ...[0xfe, 0xff, 0xff, 0xff, 0x0f],
    ...[0x15, 0x80 | (2 * 99) & 0x7f, 1],
    ...bytes.subarray(12, 50),
    ...bytes.subarray(53),
  );
  strictEqual(grown.length, bytes.length);
  await rejects(
    () => read(grown, requesting(grown), ["i8"]),
    (error) =>
      error instanceof NdpipeError && error.code === "MEM001" && / \d{10,} beside/.test(error.message),
  );
});

Deno.test("a codec that is not known is refused by its number when its column is read", async () => {
  const bytes = bytesOf("pyarrow_nulls_only");
  // of column "x" in each row group: its path_in_schema, then SNAPPY as a zigzag varint
  const places = find(bytes, [0x19, 0x18, 0x01, 0x78, 0x15, 0x02]);
  strictEqual(places.length, 2);
  const damaged = bytes.slice();
  for (const at of places) damaged[at + 5] = 6; // LZO
  await rejects(
    () => read(damaged, requesting(damaged), ["x"]),
    refusal("FMT005", /"x" is compressed with LZO/),
  );
  for (const at of places) damaged[at + 5] = 60;
  await rejects(() => read(damaged, requesting(damaged), ["x"]), refusal("FMT005", /codec 30/));
  strictEqual((await read(damaged, requesting(damaged), ["k"])).numRows, 60);
});

Deno.test("ThriftReader refuses nesting without end, and sizes beyond its bytes", () => {
  const fail = (detail: string): never => {
    throw new Error(detail);
  };
  const nested = new Uint8Array(1000).fill(0x1c);
  throws(() => new ThriftReader(nested, fail).struct(() => false), /nested more than 32 deep/);
  const lists = new Uint8Array(1000).fill(0x19);
  throws(() => new ThriftReader(lists, fail).struct(() => false), /nested more than 32 deep/);
  const long = Uint8Array.of(0x18, 0xff, 0xff, 0xff, 0xff, 0x0f, 0);
  throws(() => new ThriftReader(long, fail).struct(() => false), /cut short/);
  const wide = new Uint8Array(20).fill(0xff);
  wide[0] = 0x16;
  throws(() => new ThriftReader(wide, fail).struct(() => false), /more than 64 bits/);
});

/** A file of 200 columns of f32 in row groups of 5,000 rows, and where one column's pages lie. */
function wideFile() {
  const fields = Array.from(
    { length: 200 },
    (_, i) => ({ name: `c${i}`, dtype: "f32", width: null }) as const,
  );
  const numRows = 5000, memory = new WebAssembly.Memory({ initial: 64 });
  const pieces: Uint8Array[] = [];
  const output = {
    path: "wide.parquet",
    numBytes: 0,
    write(view: Uint8Array) {
      pieces.push(view.slice());
      this.numBytes += view.length;
    },
    commit() {},
    abort() {},
  };
  const sink = openParquetSink("wide.parquet", { fields, force: false, output });
  for (let batch = 0; batch < 3; batch++) {
    const pointers = fields.map((_, i) => 64 + i * numRows * 4);
    for (const [i, pointer] of pointers.entries()) {
      const values = new Float32Array(memory.buffer, pointer, numRows);
      for (let row = 0; row < numRows; row++) values[row] = Math.fround(Math.sin(i + row * (batch + 1)));
    }
    sink.writeBatch(memory, numRows, pointers);
  }
  sink.finish();
  const bytes = new Uint8Array(output.numBytes);
  pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

Deno.test("an input of 2 of 200 columns reads only their bytes: counted", async () => {
  const bytes = wideFile(), { source, access } = sourceOf(bytes), { schema } = source.info;
  const footerBytes = access.bytesRead, requests = [request("c17", schema), request("c180", schema)];
  const table = await readAll(source, requests, {
    chunkRows: 1024,
    openDecoder: openParquetDecoder,
    open: () => access,
  });
  strictEqual(table.numRows, 15_000);
  strictEqual(table.columns[1]![5001], Math.fround(Math.sin(180 + 1 * 2)));
  const columnBytes = (bytes.length - footerBytes) * 2 / 200, read = access.bytesRead - footerBytes;
  ok(read >= columnBytes * 0.9, `${read} of ${columnBytes}`);
  // headers are read ahead, 256 bytes at a time: for the index, and by each of the 15 chunks for its page
  const headerBytes = 2 * 256 * (3 + 15);
  ok(
    read < columnBytes * 1.05 + headerBytes,
    `${read} bytes for ${columnBytes}, in a file of ${bytes.length}`,
  );
});
