/** Rows of carried columns as the text kernel writes them: against the values' own formats, row by row. */
import { strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { ArrowSlot, CarriedType } from "../../schema/carried.ts";
import { StandardOutput } from "../atomic_file.ts";
import { carriedCsv } from "../csv/carried_csv.ts";
import { openCsvSink } from "../csv/mod.ts";
import { carriedJson } from "../ndjson/carried_json.ts";
import { openNdjsonSink } from "../ndjson/mod.ts";
import type { CarriedBatch, OutputField } from "../sink.ts";

const INT = 2, FLOAT = 3, UTF8 = 5, BOOL = 6, DATE = 8, TIMESTAMP = 10;

function typeOf(typeId: number, bitWidth: number | null, slots: readonly ArrowSlot[] = []): CarriedType {
  return { name: `type ${typeId}`, bitWidth, isLarge: false, typeId, slots };
}

const int = (bitWidth: number, isSigned: boolean) =>
  typeOf(INT, bitWidth, [
    { slot: 0, kind: "int32", value: bitWidth },
    { slot: 1, kind: "int8", value: Number(isSigned) },
  ]);
const time = (unit: number, zone: string) =>
  typeOf(TIMESTAMP, 64, [{ slot: 0, kind: "int16", value: unit }, { slot: 1, kind: "string", value: zone }]);

const FIXED: readonly CarriedType[] = [
  ...[8, 16, 32, 64].flatMap((bits) => [int(bits, true), int(bits, false)]),
  typeOf(FLOAT, 32),
  typeOf(FLOAT, 64),
  typeOf(BOOL, 1),
  typeOf(DATE, 32),
  typeOf(DATE, 64),
  ...[0, 1, 2, 3].flatMap((unit) => [time(unit, ""), time(unit, "Europe/Berlin")]),
];

const NUM_ROWS = 700;
const PAGES = 200;

/** Buffers one after the other in a memory. */
class Buffers {
  readonly memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  readonly bytes = new Uint8Array(this.memory.buffer);
  #end = 64;

  add(bytes: Uint8Array): number {
    const start = this.#end;
    this.bytes.set(bytes, start);
    this.#end = Math.ceil((start + bytes.length) / 64) * 64 + 64;
    return start;
  }

  fixed(values: Uint8Array, validity: Uint8Array, numNulls: number): CarriedBatch {
    return {
      numNulls,
      validity: this.add(validity),
      offsets: null,
      data: this.add(values),
      dataBytes: values.length,
    };
  }

  text(rows: readonly (Uint8Array | null)[]): CarriedBatch {
    const ends = new Uint32Array(rows.length + 1), validity = new Uint8Array(Math.ceil(rows.length / 8));
    for (const [i, row] of rows.entries()) {
      ends[i + 1] = ends[i]! + (row?.length ?? 0);
      if (row !== null) validity[i >> 3]! |= 1 << (i & 7);
    }
    const data = new Uint8Array(ends[rows.length]!);
    for (const [i, row] of rows.entries()) if (row !== null) data.set(row, ends[i]);
    return {
      numNulls: rows.filter((row) => row === null).length,
      validity: this.add(validity),
      offsets: this.add(new Uint8Array(ends.buffer)),
      data: this.add(data),
      dataBytes: data.length,
    };
  }
}

interface Table {
  readonly fields: readonly OutputField[];
  readonly carried: readonly CarriedBatch[];
  readonly buffers: Buffers;
  readonly numRows: number;
}

function written(isJson: boolean, { fields, carried, buffers, numRows }: Table): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  // a long text is written in pieces, which may part a character
  const output = new StandardOutput({
    writeSync: (view) => (text += decoder.decode(view.slice(), { stream: true }), view.length),
  });
  const sink = isJson ? openNdjsonSink(output, fields) : openCsvSink(output, fields);
  sink.writeBatch(buffers.memory, numRows, fields.map(() => 0), carried);
  sink.finish();
  return text + decoder.decode();
}

/** The same, value by value. */
function expected(isJson: boolean, { fields, carried, buffers, numRows }: Table): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let pieces = "";
  const take = (piece: Uint8Array) => void (pieces += decoder.decode(piece.slice(), { stream: true }));
  const formats = fields.map((field, i) =>
    (isJson ? carriedJson(field, take) : carriedCsv(field, { delimiter: 0x2c, take }))(
      buffers.memory,
      carried[i]!,
    )
  );
  const text = (row: number) =>
    formats.map((format) => {
      const rest = format(row), value = pieces + decoder.decode(rest.slice());
      pieces = "";
      return value;
    });
  const lines = Array.from(
    { length: numRows },
    (_, row) =>
      isJson
        ? `{${text(row).map((value, i) => `${JSON.stringify(fields[i]!.name)}:${value}`).join(",")}}\n`
        : `${text(row).join(",")}\n`,
  );
  return (isJson ? "" : `${fields.map(({ name }) => name).join(",")}\n`) + lines.join("");
}

function tableOf(
  types: readonly CarriedType[],
  carried: readonly CarriedBatch[],
  buffers: Buffers,
  numRows: number,
) {
  const fields = types.map((type, i): OutputField => ({
    name: `c${i}`,
    dtype: "u32",
    width: null,
    carried: { type, nullable: true },
  }));
  return { fields, carried, buffers, numRows };
}

Deno.test("carried columns of every fixed width are written as their formats have them, with nulls and without", () => {
  // times of usual years, days of any, and bits of any kind
  const usual = (bits: bigint) => bits % (40_000n * 86_400n);
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
      fc.boolean(),
      (bits, hasNulls) => {
        const buffers = new Buffers();
        const carried = FIXED.map((type) => {
          const words = BigUint64Array.from({ length: NUM_ROWS }, (_, i) => {
            const value = i % 3 === 0 ? BigInt.asUintN(64, BigInt(i * 37 - 999)) : bits.next().value!;
            return type.typeId === TIMESTAMP || type.typeId === DATE ? usual(value) : value;
          });
          const itemsize = Math.max(1, type.bitWidth! >> 3), values = new Uint8Array(NUM_ROWS * itemsize);
          const all = new Uint8Array(words.buffer);
          for (let i = 0; i < NUM_ROWS; i++) values.set(all.subarray(8 * i, 8 * i + itemsize), i * itemsize);
          const validity = Uint8Array.from({ length: 88 }, (_, i) => hasNulls ? (i * 73) & 0xff : 0xff);
          return buffers.fixed(values, validity, hasNulls ? 100 : 0);
        });
        const table = tableOf(FIXED, carried, buffers, NUM_ROWS);
        for (const isJson of [false, true]) strictEqual(written(isJson, table), expected(isJson, table));
      },
    ),
    { numRuns: 8 },
  );
});

Deno.test("days and times of years that take more than four digits are written with a sign, the first and last too", () => {
  const days = [-719_529n, -719_528n, -1n, 0n, 2_932_896n, 2_932_897n, 2n ** 31n - 1n, -(2n ** 31n)];
  const buffers = new Buffers(), validity = new Uint8Array([0xff]);
  const seconds = [...days.slice(0, 6).map((day) => day * 86_400n), -1n, 2n ** 40n];
  const times = new Uint8Array(BigInt64Array.from(seconds).buffer);
  const dates = new Uint8Array(Int32Array.from(days, Number).buffer);
  const types = [typeOf(DATE, 32), time(0, "UTC"), time(3, "")];
  const nanoseconds = new Uint8Array(
    BigInt64Array.from(days, (_, i) => 2n ** 63n - 1n - BigInt(i) * 2n ** 61n).buffer,
  );
  const carried = [dates, times, nanoseconds].map((values) => buffers.fixed(values, validity, 0));
  const table = tableOf(types, carried, buffers, days.length);
  for (const isJson of [false, true]) strictEqual(written(isJson, table), expected(isJson, table));
});

Deno.test("carried text is written as its formats have it: quotes, escapes, nulls, no UTF-8, more than any buffer", () => {
  const encoder = new TextEncoder();
  const part = fc.constantFrom(
    '"',
    ",",
    "\n",
    "\r",
    "\\",
    "\u0000",
    "\u001f",
    "\u007f",
    "é",
    "𝄞",
    "plain text",
    "a",
  )
    .map((text) => encoder.encode(text));
  const broken = fc.constantFrom([0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5], [0xe2, 0x82], [
    0xf4,
    0x90,
    0x80,
    0x80,
  ])
    .map((bytes) => Uint8Array.from(bytes));
  const long = fc.constantFrom(200_000, 1_100_000).map((length) => new Uint8Array(length).fill(0x61));
  const parts = fc.array(fc.oneof({ weight: 40, arbitrary: part }, { weight: 2, arbitrary: broken }), {
    maxLength: 20,
  });
  const text = fc.oneof(
    { weight: 60, arbitrary: parts.map((all) => Uint8Array.from(all.flatMap((one) => [...one]))) },
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: long },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 60 }), (rows) => {
      const longBytes = rows.flat().reduce(
        (sum, one) => sum + (one !== null && one.length > 1000 ? one.length : 0),
        0,
      );
      fc.pre(longBytes < 8_000_000);
      const buffers = new Buffers(), columns = [0, 1].map((k) => buffers.text(rows.map((row) => row[k]!)));
      const table = tableOf([typeOf(UTF8, null), typeOf(UTF8, null)], columns, buffers, rows.length);
      for (const isJson of [false, true]) strictEqual(written(isJson, table), expected(isJson, table));
    }),
    { numRuns: 40 },
  );
});
