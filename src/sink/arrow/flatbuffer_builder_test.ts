import assert from "node:assert/strict";
import { Builder } from "flatbuffers";
import fc from "fast-check";
import { FlatbufferBuilder } from "./flatbuffer_builder.ts";

/** what both builders can do */
type AnyBuilder =
  & { asUint8Array(): Uint8Array }
  & Pick<
    FlatbufferBuilder,
    | "addFieldInt16"
    | "addFieldInt32"
    | "addFieldInt64"
    | "addFieldInt8"
    | "addFieldOffset"
    | "addInt32"
    | "addInt64"
    | "addOffset"
    | "createString"
    | "endObject"
    | "endVector"
    | "finish"
    | "pad"
    | "prep"
    | "startObject"
    | "startVector"
    | "writeInt32"
    | "writeInt64"
  >;

type Part =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "int32s"; readonly values: readonly number[] }
  | { readonly kind: "int64s"; readonly values: readonly bigint[] }
  | { readonly kind: "structs"; readonly values: readonly (readonly [bigint, number])[] }
  | { readonly kind: "references"; readonly values: readonly number[] }
  | {
    readonly kind: "table";
    readonly numFields: number;
    readonly fields: readonly (readonly [1 | 2 | 4 | 8 | "offset", number])[];
  };

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ kind: fc.constant("string" as const), text: fc.string({ unit: "binary" }) }),
  fc.record({ kind: fc.constant("int32s" as const), values: fc.array(int32) }),
  fc.record({ kind: fc.constant("int64s" as const), values: fc.array(int64) }),
  fc.record({ kind: fc.constant("structs" as const), values: fc.array(fc.tuple(int64, int32)) }),
  fc.record({ kind: fc.constant("references" as const), values: fc.array(fc.nat()) }),
  fc.record({
    kind: fc.constant("table" as const),
    numFields: fc.integer({ min: 0, max: 8 }),
    fields: fc.array(
      fc.tuple(
        fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const, "offset" as const),
        fc.nat(127),
      ),
    ),
  }),
);

function write(builder: AnyBuilder, one: Part, known: readonly number[]): number {
  const pick = (n: number) => known[n % known.length] ?? 0;
  switch (one.kind) {
    case "string":
      return builder.createString(one.text);
    case "int32s":
      builder.startVector(4, one.values.length, 4);
      for (const value of one.values) builder.addInt32(value);
      return builder.endVector();
    case "int64s":
      builder.startVector(8, one.values.length, 8);
      for (const value of one.values) builder.addInt64(value);
      return builder.endVector();
    case "structs":
      builder.startVector(16, one.values.length, 8);
      for (const [long, int] of one.values) {
        builder.prep(8, 16);
        builder.writeInt64(long);
        builder.pad(4);
        builder.writeInt32(int);
      }
      return builder.endVector();
    case "references": {
      const values = known.length === 0 ? [] : one.values;
      builder.startVector(4, values.length, 4);
      for (const value of values) builder.addOffset(pick(value));
      return builder.endVector();
    }
    case "table":
      builder.startObject(one.numFields);
      for (const [index, [type, value]] of one.fields.slice(0, one.numFields).entries()) {
        if (type === 1) builder.addFieldInt8(index, value, 0);
        else if (type === 2) builder.addFieldInt16(index, value, 0);
        else if (type === 4) builder.addFieldInt32(index, value, 0);
        else if (type === 8) builder.addFieldInt64(index, BigInt(value), 0n);
        else builder.addFieldOffset(index, pick(value), 0);
      }
      return builder.endObject();
    default:
      return one satisfies never;
  }
}

function build(builder: AnyBuilder, parts: readonly Part[]): Uint8Array {
  const known: number[] = [];
  for (const one of parts) known.push(write(builder, one, known));
  builder.startObject(1);
  builder.addFieldOffset(0, known.at(-1) ?? 0, 0);
  builder.finish(builder.endObject());
  return builder.asUint8Array();
}

Deno.test("FlatbufferBuilder writes the bytes that the flatbuffers package writes", () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 30 }),
      fc.integer({ min: 1, max: 2048 }),
      (parts, initialBytes) => {
        assert.deepEqual(
          [...build(new FlatbufferBuilder(initialBytes), parts)],
          [...build(new Builder(1024), parts)],
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("FlatbufferBuilder.endObject() shares vtables that are equal", () => {
  const builder = new FlatbufferBuilder(16);
  const sizes = [1, 2, 3].map((value) => {
    builder.startObject(2);
    builder.addFieldInt32(1, value, 0);
    return builder.endObject();
  });
  assert.equal(sizes[2]! - sizes[1]!, 8, "a value, and the reference to the first's vtable");
});

Deno.test("FlatbufferBuilder refuses a table within a table, and an end without a start", () => {
  const builder = new FlatbufferBuilder(16);
  assert.throws(() => builder.endObject(), /no table/);
  builder.startObject(1);
  assert.throws(() => builder.startObject(1), /do not nest/);
});
