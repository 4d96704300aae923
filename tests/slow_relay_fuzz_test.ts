/**
 * Damaged tables of every type through `convert` from Arrow to Arrow, as they are and compressed anew: each case ends
 * in a refusal with an allowed code or in success; never in a crash, a hang or a large allocation.
 */
import type { ErrorCode } from "../src/error_codes.ts";
import { relayArrow } from "../src/exec/relay.ts";
import { RELAY_BYTES } from "../src/exec/relay_memory.ts";
import { DamagedCases } from "./support/damaged_cases.ts";
import { mutate, randomGenerator } from "./support/damaged_bytes.ts";

const NUM_CASES = 5_000;
const SEED = 4_711;
/** what is left for bodies that are compressed anew */
const ROOM_BYTES = 4 * 1024 * 1024 + 64 * 1024 * 1024 + 16 * 1024 * 1024;
/** allocated by one case, garbage included */
const MAX_CASE_BYTES = 64 * 1024 * 1024;
const FOLDER = new URL("../testdata/arrow-types/", import.meta.url).pathname;

const ALLOWED: readonly ErrorCode[] = ["FMT002", "FMT003", "FMT004", "FMT005", "MEM003", "OUT003"];

Deno.test(`${NUM_CASES} damaged tables of every type are relayed or cleanly refused`, async () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
    /\.arrows?$/.test(name)
  ).sort();
  const originals = names.map((name) => {
    const bytes = Deno.readFileSync(FOLDER + name);
    return { name, bytes, isData: new Uint8Array(bytes.byteLength) };
  });
  const folder = Deno.makeTempDirSync(), input = `${folder}/damaged.arrow`;
  const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
  try {
    for (let i = 0; i < NUM_CASES; i++) {
      const random = randomGenerator(SEED + i), original = originals[i % originals.length]!;
      const { bytes, what } = mutate(original, random);
      const compress = [null, "none", "lz4", "zstd"][random(4)] as "none" | "lz4" | "zstd" | null;
      const to = random(2) === 0 ? "arrow-file" : "arrow-stream",
        name = `case ${i}: ${original.name}, ${what}, ${compress}`;
      Deno.writeFileSync(input, bytes);
      const memoryBytes = RELAY_BYTES + ROOM_BYTES;
      await cases.run(
        name,
        () => relayArrow({ inputs: [input], output: "/dev/null", to, force: true, memoryBytes, compress }),
      );
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  cases.checkPower(["read", "FMT003", "FMT004", "FMT005"]);
});
