/** Bodies that Arrow 0.17 compressed, whose codec stands in the messages' custom metadata. */
import { deepStrictEqual, rejects } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { zstdCompressSync } from "node:zlib";
import { Builder } from "flatbuffers/mjs/builder.js";
import { encodeTreeMessage } from "../../sink/arrow/encode_metadata.ts";
import { readPipe, request } from "./testing.ts";

/** MetadataVersion.V4 */
const V4 = 3;
const VALUES = Int32Array.from({ length: 100 }, (_, i) => i % 7);

/** The flatbuffer of a record batch of one column, a buffer of validity that is not there, and one of values. */
function batchMessage(numBytes: number, codec: string): Uint8Array {
  const builder = new Builder(256);
  const pair = [builder.createString("ARROW:experimental_compression"), builder.createString(codec)] as const;
  builder.startObject(2);
  builder.addFieldOffset(0, pair[0], 0);
  builder.addFieldOffset(1, pair[1], 0);
  const keyValue = builder.endObject();
  builder.startVector(4, 1, 4);
  builder.addOffset(keyValue);
  const metadata = builder.endVector();
  builder.startVector(16, 2, 8);
  for (const [position, length] of [[0, numBytes], [0, 0]] as const) {
    builder.prep(8, 16);
    builder.writeInt64(BigInt(length));
    builder.writeInt64(BigInt(position));
  }
  const buffers = builder.endVector();
  builder.startVector(16, 1, 8);
  builder.prep(8, 16);
  builder.writeInt64(0n);
  builder.writeInt64(BigInt(VALUES.length));
  const nodes = builder.endVector();
  builder.startObject(3);
  builder.addFieldInt64(0, BigInt(VALUES.length), 0n);
  builder.addFieldOffset(1, nodes, 0);
  builder.addFieldOffset(2, buffers, 0);
  const batch = builder.endObject();
  builder.startObject(5);
  builder.addFieldInt16(0, V4, 0);
  builder.addFieldInt8(1, 3, 0);
  builder.addFieldOffset(2, batch, 0);
  builder.addFieldInt64(3, BigInt(Math.ceil(numBytes / 8) * 8), 0n);
  builder.addFieldOffset(4, metadata, 0);
  builder.finish(builder.endObject());
  return builder.asUint8Array();
}

function framed(message: Uint8Array, body: Uint8Array): Uint8Array[] {
  const metadataBytes = Math.ceil(message.length / 8) * 8, metadata = new Uint8Array(metadataBytes);
  metadata.set(message);
  const padded = new Uint8Array(Math.ceil(body.length / 8) * 8);
  padded.set(body);
  return [new Uint8Array(Int32Array.of(-1, metadataBytes).buffer), metadata, padded];
}

/** A stream of one record batch whose messages name `codec`. */
function stream(codec: string): Uint8Array {
  const slots = [{ slot: 0, kind: "int32", value: 32 }, { slot: 1, kind: "int8", value: 1 }] as const;
  const field = { name: "a", nullable: true, typeId: 2, slots, dictionary: null, children: [], metadata: [] };
  const frame = zstdCompressSync(VALUES), body = new Uint8Array(8 + frame.length);
  new DataView(body.buffer).setBigInt64(0, BigInt(VALUES.byteLength), true);
  body.set(frame, 8);
  const parts = [
    ...framed(encodeTreeMessage({ fields: [field], metadata: [] }, V4), new Uint8Array(0)),
    ...framed(batchMessage(body.length, codec), body),
    new Uint8Array(Int32Array.of(-1, 0).buffer),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

Deno.test("openArrowSource() decompresses the bodies of Arrow 0.17, whose messages name the codec beside the format", async () => {
  for (const codec of ["ZSTD", "zstd"]) {
    const { columns } = await readPipe(stream(codec), (schema) => [request("a", schema)], { chunkRows: 64 });
    deepStrictEqual(columns, [[...VALUES]]);
  }
});

Deno.test("openArrowSource() refuses bodies of Arrow 0.17 of another codec by its name", async () => {
  await rejects(
    readPipe(stream("BROTLI"), (schema) => [request("a", schema)], { chunkRows: 64 }),
    { name: "FormatError", code: "FMT005", message: /compressed with "BROTLI"/ },
  );
});
