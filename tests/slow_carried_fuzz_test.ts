/**
 * Damaged tables of every type, all columns carried, as files, streams and pipes: each case ends in a refusal with an
 * allowed code or in success; never in a crash, a hang or a large allocation. Half of the cases are damaged where the
 * values lie: offsets, indices, views, run ends and type ids that lie. And a pipe whose dictionaries claim more than was
 * planned by what came before them: random damage seldom does that, so it is every byte of two small streams in turn.
 */
import type { ErrorCode } from "../src/error_codes.ts";
import type { InputRequest, Schema } from "../src/schema/mod.ts";
import { readBytes, readPipe } from "../src/source/arrow/testing.ts";
import { DamagedCases } from "./support/damaged_cases.ts";
import { mutate, randomGenerator } from "./support/damaged_bytes.ts";
import { carriedColumn } from "./support/requested_columns.ts";

const NUM_CASES = 2_500;
const SEED = 90_210;
/** allocated by one case, garbage included: slots of 46 columns, each with room for a value of a mebibyte */
const MAX_CASE_BYTES = 256 * 1024 * 1024;
const CHUNK_ROWS = 7;
const FOLDER = new URL("../testdata/arrow-types/", import.meta.url).pathname;

const ALLOWED: readonly ErrorCode[] = [
  "FMT002",
  "FMT003",
  "FMT004",
  "FMT005",
  "DAT001", // a field is said not to be nullable
  "MEM001", // a dictionary or a batch claims more than the budget
  "MEM003", // a value, a batch or a dictionary that claims more than was planned
  "SCH005", // metadata V4
  "SCH006", // two names became one
];

function carried({ fields }: Schema): InputRequest[] {
  return fields.map(({ name }) => carriedColumn(name));
}

async function read(bytes: Uint8Array, asPipe: boolean): Promise<void> {
  if (asPipe) await readPipe(bytes, carried, { chunkRows: CHUNK_ROWS });
  else await readBytes(bytes, carried, CHUNK_ROWS);
}

Deno.test(`${NUM_CASES} damaged tables of every type are carried or cleanly refused`, async () => {
  const originals = [...Deno.readDirSync(FOLDER)].filter(({ name }) => /\.arrows?$/.test(name)).map(
    ({ name }) => {
      const bytes = Deno.readFileSync(FOLDER + name);
      return { name, bytes, isData: new Uint8Array(bytes.byteLength) };
    },
  ).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { bytes } of originals) await read(bytes, false);
  const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  for (let i = 0; i < NUM_CASES; i++) {
    const random = randomGenerator(SEED + i), original = originals[i % originals.length]!;
    const { bytes, what } = mutate(original, random), asPipe = random(4) === 0;
    const name = `case ${i}: ${original.name}${asPipe ? " through a pipe" : ""}: ${what}`;
    await cases.run(name, () => read(bytes, asPipe));
  }
  cases.checkPower(["read", "FMT003", "FMT004"]);
});

Deno.test("streams of dictionaries through a pipe, each byte in turn 127, are carried or cleanly refused", async () => {
  const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  for (const name of ["delta_dictionary.arrows", "replaced_dictionary.arrows"]) {
    const original = Deno.readFileSync(FOLDER + name);
    for (let at = 0; at < original.byteLength; at++) {
      const bytes = original.slice();
      bytes[at] = 127;
      await cases.run(`${name}: byte ${at} = 127`, () => read(bytes, true));
    }
  }
  cases.checkPower(["read", "FMT003", "FMT004", "FMT005", "MEM003"]);
});
