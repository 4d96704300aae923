import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import type { ErrorCode } from "../../error_codes.ts";
import { FormatError } from "../../errors.ts";
import { MemoryAccess } from "../random_access.ts";
import { openSafeTensors } from "./mod.ts";

/** A file of a header and data, as the format lays it out. */
function fileOf(header: unknown, data: Uint8Array, headerBytes?: number): MemoryAccess {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes ?? text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return new MemoryAccess(bytes, "w.safetensors");
}

function refusal(code: ErrorCode, words: RegExp) {
  return (error: unknown) => {
    ok(error instanceof FormatError, String(error));
    strictEqual(error.code, code, error.message);
    ok(words.test(error.message), error.message);
    return true;
  };
}

const bytes = (values: ArrayBufferView) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

Deno.test("openSafeTensors() reads every dtype, and converts F16 and BF16 exactly", () => {
  const cases = {
    BOOL: [Uint8Array.of(0, 1), "bool", [0, 1]],
    I8: [Int8Array.of(-128, 127), "i8", [-128, 127]],
    U16: [Uint16Array.of(1, 65535), "u16", [1, 65535]],
    I64: [BigInt64Array.of(-(2n ** 63n), 5n), "i64", [-(2n ** 63n), 5n]],
    U64: [BigUint64Array.of(2n ** 64n - 1n, 0n), "u64", [2n ** 64n - 1n, 0n]],
    F32: [Float32Array.of(0.1, -0), "f32", [Math.fround(0.1), -0]],
    F64: [Float64Array.of(0.1, Infinity), "f64", [0.1, Infinity]],
    // 1.5, the smallest subnormal
    F16: [Uint16Array.of(0x3e00, 0x0001), "f32", [1.5, 2 ** -24]],
    BF16: [Uint16Array.of(0x3fc0, 0xff80), "f32", [1.5, -Infinity]],
  } as const;
  for (const [dtype, [values, expected, content]] of Object.entries(cases)) {
    const data = bytes(values),
      header = {
        __metadata__: { format: "pt" },
        w: { dtype, shape: [2, 1], data_offsets: [0, data.length] },
      };
    const tensors = openSafeTensors(fileOf(header, data));
    deepStrictEqual(tensors.names, ["w"]);
    const { dtype: found, shape, data: array } = tensors.read("w");
    strictEqual(found, expected);
    deepStrictEqual(shape, [2, 1]);
    deepStrictEqual([...array as Float64Array] as unknown[], [...content], dtype);
  }
});

Deno.test("openSafeTensors() keeps a scalar, an empty tensor and two tensors apart", () => {
  const data = bytes(Float32Array.of(1, 2, 3));
  const tensors = openSafeTensors(fileOf({
    b: { dtype: "F32", shape: [2], data_offsets: [4, 12] },
    a: { dtype: "F32", shape: [], data_offsets: [0, 4] },
    none: { dtype: "I32", shape: [0, 3], data_offsets: [12, 12] },
  }, data));
  deepStrictEqual(tensors.names, ["b", "a", "none"]);
  deepStrictEqual([...tensors.read("a").data], [1]);
  deepStrictEqual([...tensors.read("b").data], [2, 3]);
  strictEqual(tensors.read("none").data.length, 0);
});

Deno.test("openSafeTensors() allocates nothing that a length or an offset claims and the file does not have", () => {
  const data = new Uint8Array(8), entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  throws(() => openSafeTensors(fileOf({}, data, 1e17)), refusal("FMT002", /is not a safetensors file/));
  throws(() => openSafeTensors(fileOf({}, data, 5e7)), refusal("FMT003", /ends before its header/));
  throws(
    () => openSafeTensors(new MemoryAccess(new Uint8Array(3), "x")),
    refusal("FMT002", /not a safetensors/),
  );
  throws(() => openSafeTensors(fileOf("[1]", data)), refusal("FMT002", /not a safetensors/));
  throws(() => openSafeTensors(fileOf("{oh}", data)), refusal("FMT004", /no JSON/));
  const broken = [
    { ...entry, data_offsets: [0, 2 ** 40] },
    { ...entry, data_offsets: [8, 0] },
    { ...entry, shape: [2 ** 50] },
    { ...entry, shape: [-2] },
    { ...entry, shape: [3] },
    { ...entry, data_offsets: [0, 8.5] },
    { shape: [2], data_offsets: [0, 8] },
    5,
  ];
  for (const one of broken) {
    throws(() => openSafeTensors(fileOf({ w: one }, data)), refusal("FMT004", /tensor "w"/));
  }
  const unknown = openSafeTensors(fileOf({ w: { ...entry, dtype: "F8_E4M3", shape: [8] } }, data));
  throws(() => unknown.read("w"), refusal("FMT005", /w of w.safetensors is F8_E4M3/));
});

Deno.test("openSafeTensors() refuses tensors that overlap, and bytes that belong to none, as the format does", () => {
  const data = new Uint8Array(12),
    at = (start: number, end: number) => ({
      dtype: "U8",
      shape: [end - start],
      data_offsets: [start, end],
    });
  const opened = (tensors: Record<string, unknown>) => () => openSafeTensors(fileOf(tensors, data));
  throws(opened({ a: at(0, 8), b: at(4, 12) }), refusal("FMT004", /tensor "b" overlaps the one before/));
  throws(opened({ a: at(0, 12), b: at(0, 12) }), refusal("FMT004", /"b" overlaps/));
  throws(opened({ a: at(0, 4), b: at(8, 12) }), refusal("FMT004", /bytes 4 to 8 belong to no tensor/));
  throws(opened({ a: at(4, 12) }), refusal("FMT004", /bytes 0 to 4 belong to no tensor/));
  throws(opened({ a: at(0, 11) }), refusal("FMT004", /bytes 11 to 12 belong to no tensor/));
  strictEqual(opened({ b: at(4, 12), none: at(4, 4), a: at(0, 4) })().names.length, 3);
});
