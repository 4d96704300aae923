import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, DTYPES } from "../../dtype/mod.ts";
import { StandardOutput } from "../atomic_file.ts";
import type { CarriedBatch, OutputField } from "../sink.ts";
import { openNdjsonSink } from "./mod.ts";

const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });

function lines(
  fields: readonly OutputField[],
  batches: readonly { numRows: number; pointers: readonly number[] }[],
) {
  let text = "";
  const output = new StandardOutput({
    writeSync: (view: Uint8Array) => (text += new TextDecoder().decode(view.slice()), view.length),
  });
  const sink = openNdjsonSink(output, fields);
  for (const { numRows, pointers } of batches) sink.writeBatch(memory, numRows, pointers);
  sink.finish();
  return text;
}

Deno.test("openNdjsonSink() writes the extremes of every dtype, in full", () => {
  for (const dtype of DTYPES) {
    const { TypedArray, range, kind } = DTYPE[dtype];
    const values = new TypedArray(memory.buffer as ArrayBuffer, 64, 2);
    const extremes = kind === "b" ? [0, 1] : kind === "f" ? [-0, 1e-45] : [...range!];
    for (const [i, value] of extremes.entries()) {
      values[i] = typeof values[0] === "bigint" ? BigInt(value) : Number(value);
    }
    const shown = kind === "b"
      ? ["false", "true"]
      : kind === "f"
      ? ["-0", dtype === "f32" ? "1e-45" : "1e-45"]
      : range!;
    strictEqual(
      lines([{ name: "x", dtype, width: null }], [{ numRows: 2, pointers: [64] }]),
      `{"x":${shown[0]}}\n{"x":${shown[1]}}\n`,
    );
  }
});

Deno.test("openNdjsonSink() writes lines that JSON.parse reads as the same values, however rows are batched", () => {
  const rows = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 40 });
  fc.assert(fc.property(rows, fc.nat(40), (values, cut) => {
    new Float64Array(memory.buffer as ArrayBuffer, 64, values.length * 2).set(values.flat());
    const fields = [{ name: 'say "x"', dtype: "f64", width: 2 }] as const;
    const text = lines(fields, [{ numRows: values.length, pointers: [64] }]),
      first = Math.min(cut, values.length);
    const batches = [{ numRows: first, pointers: [64] }, {
      numRows: values.length - first,
      pointers: [64 + 16 * first],
    }];
    strictEqual(lines(fields, batches), text);
    const parsed = text.split("\n").slice(0, -1).map((line) => Object.values(JSON.parse(line)).map(Number));
    deepStrictEqual(parsed, values.map((row) => [...row]));
  }));
});

Deno.test("openNdjsonSink() refuses columns of one name and tables without a column", () => {
  for (
    const fields of [[], [{ name: "p", dtype: "f32", width: 2 }, {
      name: "p_1",
      dtype: "f32",
      width: null,
    }]] as const
  ) {
    throws(() => openNdjsonSink(new StandardOutput(), fields), /JSON lines output/);
  }
});

Deno.test("openNdjsonSink() writes as many columns as there are, with keys of any length, through small buffers", () => {
  const width = 5000, name = "k".repeat(300) + '"';
  const values = new Float32Array(memory.buffer as ArrayBuffer, 64, width * 2);
  for (let i = 0; i < values.length; i++) values[i] = i % 3 === 0 ? NaN : i % 3 === 1 ? -Infinity : i / 8;
  const fields = [{ name: "x", dtype: "u8", width: null }, { name, dtype: "f32", width }] as const;
  new Uint8Array(memory.buffer, 0, 2).set([7, 255]);
  const text = lines(fields, [{ numRows: 2, pointers: [0, 64] }]);
  const shown = (value: number) => Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? value : `${value}`;
  const rows = [7, 255].map((x, row) => ({
    x,
    ...Object.fromEntries(
      Array.from({ length: width }, (_, k) => [`${name}_${k}`, shown(values[row * width + k]!)]),
    ),
  }));
  strictEqual(text, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});

/** A column of text, laid out behind `start`. */
function carriedText(texts: readonly (string | null)[], start: number): CarriedBatch {
  const bytes = new Uint8Array(memory.buffer),
    offsets = new Uint32Array(memory.buffer, start, texts.length + 1);
  const validity = start + 4 * offsets.length, data = validity + Math.ceil(texts.length / 8);
  bytes.fill(0, validity, data);
  let filled = 0;
  for (const [i, text] of texts.entries()) {
    offsets[i] = filled;
    if (text === null) continue;
    bytes[validity + (i >> 3)]! |= 1 << (i & 7);
    const encoded = new TextEncoder().encode(text);
    bytes.set(encoded, data + filled);
    filled += encoded.length;
  }
  offsets[texts.length] = filled;
  const numNulls = texts.filter((text) => text === null).length;
  return { numNulls, validity, offsets: start, data, dataBytes: filled };
}

Deno.test("openNdjsonSink() writes carried text as JSON.stringify does, between computed columns", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\0", "\u001f", "\u007f", "\u2028", "\ufeff", "a") }),
  );
  const type = { name: "utf8", typeId: 5, bitWidth: null, isLarge: false, slots: [] };
  const fields: OutputField[] = [
    { name: "a", dtype: "i64", width: null },
    { name: "t", dtype: "u32", width: null, carried: { type, nullable: true } },
    { name: "b", dtype: "f64", width: 2 },
    { name: "u", dtype: "u32", width: null, carried: { type, nullable: true } },
  ];
  fc.assert(fc.property(fc.array(fc.tuple(fc.option(text), fc.option(text)), { maxLength: 40 }), (rows) => {
    new BigInt64Array(memory.buffer as ArrayBuffer, 0, rows.length).set(rows.map((_, i) => BigInt(i - 3)));
    new Float64Array(memory.buffer as ArrayBuffer, 1024, rows.length * 2).set(
      rows.flatMap((_, i) => [i, i / 8]),
    );
    const carried = [0, 1].map((k) => carriedText(rows.map((row) => row[k]!), 4096 + 65_536 * k));
    let written = "";
    const writer = {
      writeSync: (
        view: Uint8Array,
      ) => (written += new TextDecoder("utf-8", { ignoreBOM: true }).decode(view.slice()), view.length),
    };
    const sink = openNdjsonSink(new StandardOutput(writer), fields);
    sink.writeBatch(memory, rows.length, [0, 0, 1024, 0], [null, carried[0]!, null, carried[1]!]);
    sink.finish();
    const expected = rows.map(([t, u], i) => JSON.stringify({ a: i - 3, t, b_0: i, b_1: i / 8, u }));
    strictEqual(written, expected.map((line) => `${line}\n`).join(""));
  }));
});
