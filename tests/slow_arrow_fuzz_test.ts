/**
 * Damaged Arrow files and streams: 10,000 seeded mutations. Each ends in a refusal with an allowed code or in
 * success; never in a crash, a hang, a large allocation, or a success that an independent reader (flechette)
 * contradicts while only metadata was changed.
 */
import { ok } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import * as arrow from "apache-arrow";
import type { ErrorCode } from "../src/error_codes.ts";
import type { InputRequest, Schema } from "../src/schema/mod.ts";
import { readAll, readBytes, readPipe, type ReadTable, sourceOf } from "../src/source/arrow/testing.ts";
import { DamagedCases } from "./support/damaged_cases.ts";
import { mutate, type Original, randomGenerator } from "./support/damaged_bytes.ts";
import { computedColumns } from "./support/requested_columns.ts";

const NUM_CASES = 10_000;
const SEED = 20_260;
/** what one case may allocate, garbage included; a pipe sets 4 MiB aside for batches */
const MAX_CASE_BYTES = 32 * 1024 * 1024;
const CHUNK_ROWS = 5;

const ALLOWED: readonly ErrorCode[] = [
  "FMT002", // the magic was hit
  "FMT003", // truncated, or a length points beyond the end
  "FMT004", // metadata that contradicts itself
  "FMT005", // a flag says: compressed, big-endian, an unknown type
  "DAT001", // a null count or a flag was changed
  "MEM001", // a list size was changed: the chunk does not fit the budget
  "MEM003", // a pipe's batch claims more rows than were planned for
  "SCH001", // a name, a type or a width was changed
  "SCH002",
  "SCH003",
  "SCH005",
  "SCH006",
];

/** A file with the bytes marked that reading its columns reads. */
async function originalOf(bytes: Uint8Array, name: string): Promise<Original> {
  const isData = new Uint8Array(bytes.byteLength);
  const { source, access } = sourceOf(bytes);
  const marking = {
    path: name,
    size: bytes.byteLength,
    readInto(view: Uint8Array, position: number) {
      isData.fill(1, position, position + view.byteLength);
      access.readInto(view, position);
    },
    close() {},
  };
  await readAll(source, computedColumns(source.info.schema), { chunkRows: CHUNK_ROWS, open: () => marking });
  return { name, bytes, isData };
}

function smallTable(): arrow.Table {
  const rows = Array.from({ length: 11 }, (_, i) => i);
  const list = new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float32(), true));
  return new arrow.Table({
    x: arrow.vectorFromArray(rows.map((i) => i / 4), new arrow.Float32()),
    id: arrow.vectorFromArray(rows.map(BigInt), new arrow.Int64()),
    holes: arrow.vectorFromArray(rows.map((i) => i % 3 === 0 ? null : i), new arrow.Int16()),
    flag: arrow.vectorFromArray(rows.map((i) => i % 2 === 0), new arrow.Bool()),
    pair: arrow.vectorFromArray(rows.map((i) => i === 4 ? null : [i, i + 0.5]), list),
    name: arrow.vectorFromArray(rows.map(String), new arrow.Utf8()),
  });
}

function originals(): Promise<Original[]> {
  const table = smallTable();
  const two = table.concat(smallTable());
  const folder = new URL("../testdata/arrow/", import.meta.url);
  const stored = (name: string) => originalOf(Deno.readFileSync(new URL(name, folder)), name);
  return Promise.all([
    originalOf(arrow.tableToIPC(table, "file"), "file"),
    originalOf(arrow.tableToIPC(two, "file"), "file of two batches"),
    originalOf(arrow.tableToIPC(two, "stream"), "stream of two batches"),
    ...["pyarrow_nulls.arrow", "pyarrow_numbers.arrows", "pyarrow_legacy.arrows", "pyarrow_lists.arrow"].map(
      stored,
    ),
  ]);
}

interface Outcome {
  readonly table: ReadTable;
  readonly requests: readonly InputRequest[];
}

async function read(bytes: Uint8Array, asPipe: boolean): Promise<Outcome> {
  let requests: InputRequest[] = [];
  const requestsOf = (schema: Schema) => requests = computedColumns(schema);
  const table = asPipe
    ? await readPipe(bytes, requestsOf, { chunkRows: CHUNK_ROWS })
    : await readBytes(bytes, requestsOf, CHUNK_ROWS);
  return { table, requests };
}

/** what flechette reads in a request's place; null where it cannot */
function independently(bytes: Uint8Array, requests: readonly InputRequest[]): unknown[][] | null {
  try {
    const table = tableFromIPC(bytes, { useBigInt: true });
    return requests.map(({ input, width, dtype }) => {
      const column = table.getChild(input);
      const zero = dtype === "i64" || dtype === "u64" ? 0n : 0;
      const cells: unknown[] = [];
      for (let row = 0; row < column.length; row++) {
        const value: unknown = column.at(row);
        const items = value === null || value === undefined
          ? new Array(width).fill(zero)
          : typeof value === "object"
          ? Array.from(value as Iterable<unknown>, (item) => item ?? zero)
          : [value];
        for (const item of items) cells.push(typeof item === "boolean" ? Number(item) : item);
      }
      return cells;
    });
  } catch {
    return null;
  }
}

function agrees(table: ReadTable, cells: readonly unknown[][]): boolean {
  return table.columns.every((column, i) => {
    const other = cells[i]!;
    return column.length === other.length && column.every((value, j) => Object.is(value, other[j]));
  });
}

Deno.test(`${NUM_CASES} damaged Arrow files and streams end in a clean refusal or in what flechette reads`, async () => {
  const inputs = await originals();
  for (const original of inputs) {
    const outcome = await read(original.bytes, false);
    const cells = independently(original.bytes, outcome.requests);
    ok(cells !== null && agrees(outcome.table, cells), `${original.name} is read otherwise by flechette`);
  }
  const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  let compared = 0;
  for (let i = 0; i < NUM_CASES; i++) {
    const random = randomGenerator(SEED + i);
    const original = inputs[i % inputs.length]!;
    const { bytes, what, touchesData } = mutate(original, random);
    const asPipe = random(4) === 0;
    const name = `case ${i}: ${original.name}${asPipe ? " through a pipe" : ""}: ${what}`;
    const outcome = await cases.run(name, () => read(bytes, asPipe));
    if (outcome === null || touchesData) continue;
    // a piped file is read as the stream that it contains, without its footer
    const isFile = bytes[0] === "A".charCodeAt(0);
    const cells = independently(asPipe && isFile ? bytes.slice(8) : bytes, outcome.requests);
    if (cells === null) continue;
    compared += 1;
    ok(agrees(outcome.table, cells), `${name}: flechette reads other values`);
  }
  cases.checkPower(["read", "FMT002", "FMT003", "FMT004", "FMT005"]);
  ok(compared > 200, `only ${compared} were compared`);
});
