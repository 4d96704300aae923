/**
 * The pipelines of `pipelines/` by the real command line: each writes what is expected of it, and the same bytes
 * for every chunk size and number of workers. A pipeline without an example here fails, and so does a folder of
 * `testdata/` that does not say where it is from.
 *
 * `UPDATE_GOLDEN=1 deno test -A tests/example_pipelines_test.ts` rewrites expected CSV files; read the difference.
 *
 * @module
 */
import { tableFromIPC } from "@uwdata/flechette";
import assert from "node:assert/strict";
import { openNpz } from "../src/source/npy/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";
import { isUpdatingGoldens } from "./support/golden.ts";
import { ndpipe } from "./support/ndpipe_process.ts";

const ROOT = new URL("../", import.meta.url);
const FASHION = "testdata/fashion-mnist";
const PROFILES = "testdata/profiles";

/** One pipeline on its data. */
interface Example {
  readonly args: readonly string[];
  readonly output: string;
  readonly check: (path: string) => void;
  /** settings that change no byte */
  readonly settings: readonly (readonly string[])[];
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  "profile_scoring.ts": {
    args: ["-i", `${FASHION}/profiles.arrow`, "--params", `${FASHION}/params.npz`],
    output: "scores.arrow",
    check: checkScores,
    settings: ["--chunk-rows 7 --workers 2", "--chunk-rows 4096 --workers 3", ""].map((line) =>
      line.split(" ").filter((word) => word !== "")
    ),
  },
  "standardise.ts": {
    args: ["-i", `${PROFILES}/profiles.csv`, "--params", `${PROFILES}/params.json`],
    output: "standardised.csv",
    check: (path) => checkGolden(path, `${PROFILES}/expected.csv`),
    settings: [1, 2, 7, 4096].flatMap((rows) =>
      [1, 2].map((n) => ["--chunk-rows", `${rows}`, "--workers", `${n}`])
    ),
  },
};

function checkGolden(path: string, golden: string): void {
  const found = Deno.readTextFileSync(path);
  if (isUpdatingGoldens()) Deno.writeTextFileSync(new URL(golden, ROOT), found);
  assert.equal(found, Deno.readTextFileSync(new URL(golden, ROOT)));
}

/**
 * Largest distance of a score from NumPy's, which multiplied in f64, in units of the last place of an f32. Measured:
 * 23 fused, 25 strict; NumPy itself in f32 is 46 away. It is the rounding of 784 products, not of softmax.
 */
const MAX_SCORE_ULP = 32;

/** The distance of two numbers above 0 in units of the last place that the expected one has as an f32. */
function distanceInUlp(found: number, expected: number): number {
  return Math.abs(found - expected) / 2 ** (Math.floor(Math.log2(expected)) - 23);
}

const expected = openNpz(new MemoryAccess(Deno.readFileSync(new URL(`${FASHION}/expected.npz`, ROOT))));

function checkScores(path: string): void {
  const table = tableFromIPC(Deno.readFileSync(path), { useBigInt: true });
  assert.deepEqual(table.names, ["profile_id", "label", "cluster", "score"]);
  const column = (name: string) => table.getChild(name).toArray() as ArrayLike<number | bigint>;
  const ids = column("profile_id"),
    labels = column("label"),
    clusters = column("cluster"),
    scores = column("score");
  const expectedClusters = expected.read("cluster").data, expectedScores = expected.read("score").data;
  assert.equal(table.numRows, 10_000);
  let numRight = 0, worst = 0;
  for (let row = 0; row < table.numRows; row++) {
    assert.equal(ids[row], BigInt(1_000_000 + row));
    assert.equal(clusters[row], expectedClusters[row], `cluster of row ${row}`);
    if (Number(clusters[row]) === Number(labels[row])) numRight++;
    worst = Math.max(worst, distanceInUlp(Number(scores[row]), Number(expectedScores[row])));
  }
  assert.equal(numRight, 8426);
  assert.ok(worst <= MAX_SCORE_ULP, `${worst} ULP`);
}

const pipelines = [...Deno.readDirSync(new URL("pipelines", ROOT))].filter(({ isFile }) => isFile);

Deno.test("each pipeline of pipelines/ has an example", () => {
  assert.deepEqual(pipelines.map(({ name }) => name).sort(), Object.keys(EXAMPLES).sort());
});

Deno.test("each folder of testdata/ says where it is from", () => {
  for (const { name } of Deno.readDirSync(new URL("testdata", ROOT))) {
    assert.ok(Deno.statSync(new URL(`testdata/${name}/README.md`, ROOT)).isFile);
  }
});

for (const [name, { args, output, check, settings }] of Object.entries(EXAMPLES)) {
  Deno.test(`pipelines/${name} writes what is expected, with the same bytes for all settings`, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const run = async (file: string, more: readonly string[]) => {
        const path = `${folder}/${file}`;
        const words = ["run", `pipelines/${name}`, ...args, "-o", path, ...more];
        const { code, stderr } = await ndpipe(words, { cwd: ROOT.pathname });
        assert.equal(code, 0, stderr);
        return path;
      };
      const path = await run(output, []);
      check(path);
      const bytes = Deno.readFileSync(path);
      for (const [i, more] of settings.entries()) {
        const other = Deno.readFileSync(await run(`${i}_${output}`, more));
        assert.ok(
          bytes.length === other.length && bytes.every((byte, at) => byte === other[at]),
          more.join(" "),
        );
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}
