import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, DTYPES } from "../../dtype/mod.ts";
import { StandardOutput } from "../atomic_file.ts";
import type { OutputField } from "../sink.ts";
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
