/**
 * Damaged Parquet files: 10,000 seeded mutations, most of them of the footer and of pages' headers and levels. Each
 * ends in a refusal with an allowed code or in success; never in a crash, a hang or a large allocation. Where pages
 * carry checksums, a change of a page is never a success with other values.
 */
import { ok } from "node:assert/strict";
import type { ErrorCode } from "../src/error_codes.ts";
import type { InputRequest, Schema } from "../src/schema/mod.ts";
import { readAll, type ReadTable } from "../src/source/arrow/testing.ts";
import { openParquetDecoder, openParquetSource } from "../src/source/parquet/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";
import { DamagedCases } from "./support/damaged_cases.ts";
import { mutate, parquetOriginal, randomGenerator } from "./support/damaged_bytes.ts";
import { computedColumns } from "./support/requested_columns.ts";

const NUM_CASES = 10_000;
const SEED = 31_337;
/** what one case may allocate, garbage included: a budget of 64 MiB, of which zstd's window may take much */
const MAX_CASE_BYTES = 96 * 1024 * 1024;
const CHUNK_ROWS = 17;

const ALLOWED: readonly ErrorCode[] = [
  "FMT002", // the magic was hit
  "FMT003", // truncated
  "FMT004", // metadata or pages that contradict themselves
  "FMT005", // a codec, an encoding, a sign of encryption
  "FMT006", // text that is not UTF-8
  "DAT001", // a null where the schema has none
  "MEM003", // a carried value that claims more than a mebibyte
  "MEM001", // a page or a list that claims more than the budget
  "SCH001", // a name, a type or a width was changed
  "SCH002",
  "SCH003",
  "SCH005",
  "SCH006",
];

const FOLDER = new URL("../testdata/parquet/", import.meta.url);
const NAMES = [
  "pyarrow_zstd", // with checksums
  "pyarrow_none",
  "pyarrow_snappy",
  "pyarrow_lz4",
  "pyarrow_gzip",
  "pyarrow_v1_dictionary",
  "pyarrow_v2_dictionary",
  "pyarrow_v1_encoded",
  "pyarrow_v2_encoded",
  "pyarrow_v2_required",
  "pyarrow_v2_uncompressed",
  "pyarrow_lists",
  "pyarrow_lists_v2",
  "pyarrow_all_types",
  "duckdb_uncompressed_v2",
  "polars_uncompressed",
  "../parquet_carried/v1_dictionary",
  "../parquet_carried/v1_lengths",
  "../parquet_carried/v2_delta",
];

/** every column that has a dtype, nulls filled, then every one that can be carried; a change of the schema changes what is asked for */
function allColumns(schema: Schema): InputRequest[] {
  const carried = schema.fields.flatMap((field): InputRequest[] => {
    const isUnique = schema.fields.filter(({ name }) => name === field.name).length === 1;
    if (field.carried === undefined || !isUnique) return [];
    const { name } = field, selection = { kind: "name", name } as const, nulls = { kind: "error" } as const;
    const carry = { bytesPerRow: null };
    return [{ input: `carried ${name}`, dtype: "u32", width: 1, isScalar: true, selection, nulls, carry }];
  });
  return [...computedColumns(schema), ...carried];
}

function read(bytes: Uint8Array): Promise<ReadTable> {
  const open = () => new MemoryAccess(bytes, "fuzz");
  const source = openParquetSource("fuzz", { open });
  const requests = allColumns(source.info.schema);
  return readAll(source, requests, { chunkRows: CHUNK_ROWS, openDecoder: openParquetDecoder, open });
}

Deno.test(`${NUM_CASES} damaged Parquet files end in a clean refusal or in a read`, async () => {
  const inputs = NAMES.map((name) => parquetOriginal(FOLDER, name));
  const whole: ReadTable[] = [];
  for (const { bytes } of inputs) whole.push(await read(bytes));
  const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  let compared = 0;
  for (let i = 0; i < NUM_CASES; i++) {
    const random = randomGenerator(SEED + i), index = i % inputs.length;
    const { bytes, what } = mutate(inputs[index]!, random);
    await cases.run(`case ${i}: ${NAMES[index]}: ${what}`, () => read(bytes));
  }
  // pages with checksums: every byte before the footer
  const { bytes } = inputs[0]!,
    [table] = whole,
    checked = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  const end = bytes.length - 8 - new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
  for (let at = 4; at < end; at += 3) {
    const damaged = bytes.slice();
    damaged[at]! ^= 0x04;
    const outcome = await checked.run(`byte ${at} of ${NAMES[0]}`, () => read(damaged));
    if (outcome === null) continue;
    compared += 1;
    // statistics in a page's header, for example
    const isSame = outcome.columns.every((column, i) =>
      column.every((value, row) => Object.is(value, table!.columns[i]![row]))
    );
    ok(isSame, `byte ${at} of ${NAMES[0]}: other values`);
  }
  cases.checkPower(["read", "FMT003", "FMT004", "FMT005"], 5);
  ok(compared > 10, `only ${compared} were compared`);
});
