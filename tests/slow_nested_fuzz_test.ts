/**
 * Damaged Parquet files of columns with parts: each case is carried to Parquet, Arrow and JSON lines, and ends in a
 * refusal with an allowed code or in success; never in a crash, a hang or a large allocation. Where pages carry
 * checksums, a change of a page is never a success with other values.
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { NATIVE_GARBAGE_BYTES } from "../src/compression/native_codecs.ts";
import type { ErrorCode } from "../src/error_codes.ts";
import { MemoryError } from "../src/errors.ts";
import { bindInputs } from "../src/schema/bind.ts";
import type { CarriedView, Field } from "../src/schema/mod.ts";
import { openArrowSink } from "../src/sink/arrow/mod.ts";
import type { ByteOutput } from "../src/sink/atomic_file.ts";
import { openNdjsonSink } from "../src/sink/ndjson/mod.ts";
import { openParquetSink } from "../src/sink/parquet/mod.ts";
import type { CarriedBatch, OutputField, Sink } from "../src/sink/sink.ts";
import { openParquetDecoder, openParquetSource } from "../src/source/parquet/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";
import { DamagedCases } from "./support/damaged_cases.ts";
import { mutate, parquetOriginal, randomGenerator } from "./support/damaged_bytes.ts";
import { carriedColumn } from "./support/requested_columns.ts";

const NUM_CASES = 3_000;
const SEED = 60_607;
/** a budget of 64 MiB, of which zstd's window and the sinks may take much */
const MAX_CASE_BYTES = 160 * 1024 * 1024, BUDGET_BYTES = 64 * 1024 * 1024;
const CHUNK_ROWS = 17, NUM_COLUMNS = 4;

const ALLOWED: readonly ErrorCode[] = [
  "FMT002", // the magic was hit
  "FMT003", // truncated
  "FMT004", // metadata, levels or pages that contradict themselves
  "FMT005", // a codec, an encoding, a sign of encryption
  "DAT001", // a null where Arrow's schema has none
  "MEM001", // a page or a list that claims more than the budget
  "MEM003", // a value that claims more than a mebibyte
  "OUT003", // a name that became another one's
];

const FOLDER = new URL("../testdata/parquet_nested/", import.meta.url);
const NAMES = [
  "v1_plain",
  "v1_dictionary",
  "v2_dictionary",
  "v2_encoded",
  "v1_whole",
  "no_hints",
  "polars",
  "duckdb",
];
/** types that JSON lines have no text for */
const NO_JSON = /decimal|binary|float16|duration|time32|time64/;

/** keeps what is written */
class Kept implements ByteOutput {
  readonly path = "kept";
  readonly parts: Uint8Array[] = [];
  numBytes = 0;

  write(bytes: Uint8Array): void {
    this.parts.push(bytes.slice());
    this.numBytes += bytes.byteLength;
  }

  commit(): void {}
  abort(): void {}
}

function batchOf(
  memory: WebAssembly.Memory,
  view: CarriedView,
  { carried }: Field,
  numRows: number,
): CarriedBatch {
  const bytes = new Uint8Array(memory.buffer), words = new Uint32Array(memory.buffer);
  let numNulls = 0;
  for (let row = 0; row < numRows && view.validity !== null; row++) {
    numNulls += 1 - ((bytes[view.validity.pointer + (row >> 3)]! >> (row & 7)) & 1);
  }
  const { offsets, pointer: data } = view, { bitWidth } = carried!;
  const dataBytes = bitWidth === null ? words[offsets! / 4 + numRows]! : Math.ceil((numRows * bitWidth) / 8);
  return { numNulls, validity: view.validity?.pointer ?? 0, offsets, data, dataBytes };
}

/** Carries some columns to every format; what Arrow became of them. */
async function carry(bytes: Uint8Array, random: (below: number) => number): Promise<Uint8Array[]> {
  const open = () => new MemoryAccess(bytes, "fuzz"), source = openParquetSource("fuzz", { open });
  const all = source.info.schema.fields.filter(({ carried, name }, _, fields) =>
    carried?.packed !== undefined && fields.filter((field) => field.name === name).length === 1
  );
  const chosen = Array.from({ length: NUM_COLUMNS }, () => all[random(all.length || 1)]);
  const fields = all.filter((field) => chosen.includes(field));
  const requests = fields.map(({ name }) => carriedColumn(name));
  const bindings = bindInputs(requests, source.info.schema, "fuzz");
  const byteLength = source.slotBytes(bindings, CHUNK_ROWS);
  const residentBytes = source.residentBytes(bindings, CHUNK_ROWS);
  if (byteLength + residentBytes > BUDGET_BYTES + NATIVE_GARBAGE_BYTES) {
    throw new MemoryError("MEM001", "more than the budget");
  }
  const numPages = Math.ceil((byteLength + 64) / 65536);
  const memory = new WebAssembly.Memory({ initial: numPages, maximum: numPages, shared: true });
  const slot = { memory, byteOffset: 64, byteLength };
  const outputs = fields.map(({ name, carried, nullable }): OutputField => ({
    name,
    dtype: "u32",
    width: null,
    carried: { type: carried!, nullable },
  }));
  const arrow = new Kept(), asText = outputs.filter(({ carried }) => !NO_JSON.test(carried!.type.name));
  const sinks: readonly (readonly [Sink, readonly OutputField[]])[] = outputs.length === 0 ? [] : [
    [openParquetSink("-", { force: true, fields: outputs, output: new Kept() }), outputs],
    [
      openArrowSink("-", {
        force: true,
        fields: outputs,
        format: "arrow-stream",
        metadata: [],
        output: arrow,
      }),
      outputs,
    ],
    ...(asText.length === 0 ? [] : [[openNdjsonSink(new Kept(), asText), asText] as const]),
  ];
  source.begin(bindings, CHUNK_ROWS);
  const decoder = openParquetDecoder(source.decoderOptions(), open);
  for (;;) {
    const ticket = await source.next(slot);
    if (ticket === null) break;
    const { numRows, carried } = decoder.decode(structuredClone(ticket), slot);
    const batches = fields.map((field, i) => batchOf(memory, carried![i]!, field, numRows));
    for (const [sink, written] of sinks) {
      const own = batches.filter((_, i) => written.includes(outputs[i]!));
      sink.writeBatch(memory, numRows, own.map(() => 0), own);
    }
  }
  for (const [sink] of sinks) sink.finish();
  return arrow.parts;
}

Deno.test(`${NUM_CASES} damaged Parquet files of columns with parts are carried or cleanly refused`, async () => {
  const originals = NAMES.map((name) => parquetOriginal(FOLDER, name));
  const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  for (const { bytes } of originals) await carry(bytes, randomGenerator(1));
  for (let i = 0; i < NUM_CASES; i++) {
    const random = randomGenerator(SEED + i), original = originals[i % originals.length]!;
    const { bytes, what } = mutate(original, random);
    await cases.run(`case ${i}: ${original.name}: ${what}`, () => carry(bytes, random));
  }
  // pages with checksums: bytes before the footer
  const { bytes } = originals[0]!, checked = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  const end = bytes.length - 8 - new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
  let compared = 0;
  for (let at = 4; at < end; at += 97) {
    const damaged = bytes.slice();
    damaged[at]! ^= 0x04;
    const outcome = await checked.run(`byte ${at}`, () => carry(damaged, randomGenerator(at)));
    if (outcome === null) continue;
    deepStrictEqual(outcome, await carry(bytes, randomGenerator(at)), `byte ${at}: other values`);
    compared += 1;
  }
  cases.checkPower(["read", "FMT003", "FMT004"], 5);
  // few bytes are a codec's or an encoding's number
  cases.checkPower(["FMT005"], 1);
  ok(compared > 10, `only ${compared} were compared`);
});
