import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { columnFromArray, tableFromColumns, tableToIPC, utf8 } from "@uwdata/flechette";
import { relayArrow } from "../src/exec/relay.ts";
import { bindInputs } from "../src/schema/mod.ts";
import { openArrowSource } from "../src/source/arrow/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";
import { refusal } from "./support/refusal.ts";
import { carriedColumn } from "./support/requested_columns.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-averages-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const NAMES = ["a", "b", "c"], NUM_BATCHES = 20, BATCH_ROWS = 10;
/** bytes of a row; of a batch, which the writer pads; and the average that follows */
const WIDTH = 304, DATA_BYTES = BATCH_ROWS * WIDTH + 8, AVERAGE = 305;

/** A file of three columns of text, each buffer compressed. */
async function compressedFile(): Promise<Uint8Array> {
  const texts = Array.from({ length: NUM_BATCHES * BATCH_ROWS }, (_, i) => `${i % 10}`.repeat(WIDTH));
  const column = () => columnFromArray(texts, utf8(), { maxBatchRows: BATCH_ROWS });
  const table = tableFromColumns(NAMES.map((name): [string, ReturnType<typeof column>] => [name, column()]));
  const input = `${folder}/plain.arrow`, output = `${folder}/compressed.arrow`;
  Deno.writeFileSync(input, tableToIPC(table, { format: "file" })!);
  await relayArrow({ inputs: [input], output, to: null, force: true, memoryBytes: null, compress: "lz4" });
  return Deno.readFileSync(output);
}

/** What planning asks of a source that carries the columns; `numReads` of it after the rows were counted. */
function planned(bytes: Uint8Array, path: string) {
  const access = new MemoryAccess(bytes, path), source = openArrowSource(path, { open: () => access });
  const requests = NAMES.map(carriedColumn);
  const bindings = bindInputs(requests, source.info.schema, path);
  source.countRows();
  const before = access.numReads;
  source.slotBytes(bindings, 5);
  const averages = bindings.map((binding) => source.carriedBytesPerRow!(binding));
  return { averages, numReads: access.numReads - before };
}

const FILE = await compressedFile();

Deno.test("an Arrow source promises the averages of all carried columns in one pass over the metadata", () => {
  const { averages, numReads } = planned(FILE, "local.arrow");
  deepStrictEqual(averages, NAMES.map(() => AVERAGE));
  strictEqual(numReads, NUM_BATCHES * (1 + NAMES.length));
});

Deno.test("an Arrow source promises that of a remote file few batches are asked how long their text is", () => {
  const { averages, numReads } = planned(FILE, "https://host.example/remote.arrow");
  deepStrictEqual(averages, NAMES.map(() => 2 * AVERAGE), "the others may have longer text");
  strictEqual(numReads, 8 * (1 + NAMES.length) + 1);
});

Deno.test("an Arrow source refuses a compressed buffer that says it holds more than any codec packs, as corrupt", () => {
  const damaged = FILE.slice(), view = new DataView(damaged.buffer), size = BigInt(DATA_BYTES);
  let at = 0;
  while (view.getBigInt64(at, true) !== size) at += 8;
  view.setBigInt64(at, 2n ** 60n, true);
  match(
    refusal("FMT004", () => planned(damaged, "damaged.arrow")).message,
    /is said to hold 1,152,921,504,606,846,976/,
  );
});
