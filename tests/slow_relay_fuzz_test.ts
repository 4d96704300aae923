/**
 * Damaged tables of every type through `convert` from Arrow to Arrow, as they are and compressed anew: each case ends
 * in a refusal with an allowed code or in success; never in a crash, a hang or a large allocation.
 */
import { ok } from "node:assert/strict";
import type { ErrorCode } from "../src/error_codes.ts";
import { NdpipeError } from "../src/errors.ts";
import { RELAY_BYTES, relayArrow } from "../src/exec/relay.ts";
import { mutate, randomGenerator } from "./support/damaged_bytes.ts";

const NUM_CASES = 5_000;
const SEED = 4_711;
const MAX_CASE_MILLISECONDS = 2_000;
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
  const folder = Deno.makeTempDirSync(),
    input = `${folder}/damaged.arrow`,
    counts = new Map<string, number>();
  try {
    for (let i = 0; i < NUM_CASES; i++) {
      const random = randomGenerator(SEED + i), original = originals[i % originals.length]!;
      const { bytes, what } = mutate(original, random);
      const compress = [null, "none", "lz4", "zstd"][random(4)] as "none" | "lz4" | "zstd" | null;
      const to = random(2) === 0 ? "arrow-file" : "arrow-stream",
        name = `case ${i}: ${original.name}, ${what}`;
      Deno.writeFileSync(input, bytes);
      const before = Deno.memoryUsage(), start = performance.now();
      let outcome = "copied";
      try {
        const memoryBytes = RELAY_BYTES + ROOM_BYTES;
        await relayArrow({ inputs: [input], output: "/dev/null", to, force: true, memoryBytes, compress });
      } catch (error) {
        if (!(error instanceof NdpipeError) || !ALLOWED.includes(error.code)) {
          throw new Error(`${name}, ${compress}: ${error instanceof Error ? error.stack : String(error)}`);
        }
        outcome = error.code;
      }
      const milliseconds = performance.now() - start, after = Deno.memoryUsage();
      ok(milliseconds < MAX_CASE_MILLISECONDS, `${name} took ${milliseconds} ms`);
      const grown = after.heapUsed + after.external - before.heapUsed - before.external;
      ok(grown < MAX_CASE_BYTES, `${name} allocated ${grown} bytes`);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  for (const key of ["copied", "FMT003", "FMT004", "FMT005", "MEM003"]) {
    ok((counts.get(key) ?? 0) > 10, `few ${key}: ${JSON.stringify([...counts])}`);
  }
});
