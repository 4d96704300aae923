/** Folders as inputs, and the columns that folders give: the same bytes whatever the format, chunk and worker count. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { expandInputs, inputPartitions } from "../src/cli/inputs.ts";
import { NdpipeError } from "../src/errors.ts";
import { run } from "../src/exec/run.ts";
import { settings, writeTable } from "../src/exec/testing.ts";
import { carry, definePipeline, input, type Pipeline } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { partitionsOf } from "../src/source/partitioned_source.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-hive-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const DAYS = ["2026-01-02", "2026-01-01", "__HIVE_DEFAULT_PARTITION__"], HOURS = [3, 12];

/** dt=…/hour=…/part-0.ENDING, 5 rows each */
function writeTree(root: string, ending: string): void {
  for (const [d, day] of DAYS.entries()) {
    for (const hour of HOURS) {
      const path = `${root}/dt=${day}/hour=${hour}`;
      Deno.mkdirSync(path, { recursive: true });
      const value = (row: number) => 100 * d + 10 * hour + row;
      writeTable(`${path}/part-0.${ending}`, [{ name: "x", dtype: "f32", width: null, value }], {
        numRows: 5,
        batchRows: 5,
      });
    }
  }
  Deno.writeTextFileSync(`${root}/_SUCCESS`, "");
  Deno.writeTextFileSync(`${root}/.part-0.crc`, "");
}
for (const ending of ["arrow", "csv"]) writeTree(`${folder}/${ending}`, ending);

const PIPELINE = definePipeline({
  name: "partitioned",
  inputs: { x: input("f32", ["N"]), dt: carry(), hour: input("i64", ["N"]), text: carry({ column: "hour" }) },
  transform: ({ x, dt, hour, text }) => {
    const mask = x.gt(31);
    return {
      dt: dt.filter(mask, "K"),
      y: x.add(hour.astype("f32")).filter(mask, "K"),
      text: text.filter(mask, "K"),
    };
  },
});

let numOutputs = 0;

async function csvOf(pipeline: Pipeline, given: Parameters<typeof settings>[0]): Promise<string> {
  const output = `${folder}/out-${numOutputs++}.csv`;
  await run(await prepare(pipeline, settings({ batchRows: 4, ...given })), {
    output,
    to: null,
    force: false,
  });
  return Deno.readTextFileSync(output);
}

Deno.test("expandInputs() takes a folder as the files below it, in order, without hidden ones and writers' notes", () => {
  const files = expandInputs([`${folder}/csv`]);
  deepStrictEqual(
    files.map((path) => path.slice(folder.length + 5)),
    ["2026-01-01", "2026-01-02", "__HIVE_DEFAULT_PARTITION__"].flatMap((day) =>
      ["12", "3"].map((hour) => `dt=${day}/hour=${hour}/part-0.csv`)
    ),
  );
  deepStrictEqual(expandInputs([`${folder}/csv/`]).length, files.length);
  const empty = `${folder}/empty`;
  Deno.mkdirSync(empty);
  try {
    expandInputs([empty]);
    ok(false, "it was expanded");
  } catch (error) {
    ok(error instanceof NdpipeError && error.code === "FMT001", String(error));
  }
});

Deno.test("inputPartitions() takes folders below an input and from a pattern's first sign on, never those above", () => {
  const file = `${folder}/csv/dt=2026-01-01/hour=3/part-0.csv`;
  const namesOf = (input: string) => {
    const found = inputPartitions([input]);
    return found.size === 0 ? null : (found.get(file) ?? []).map(({ name }) => name).join();
  };
  strictEqual(namesOf(`${folder}/csv`), "dt,hour");
  strictEqual(namesOf(`${folder}/csv/`), "dt,hour");
  strictEqual(namesOf(`${folder}/csv/dt=2026-01-01`), "hour");
  strictEqual(namesOf(`${folder}/csv/dt=2026-01-01/hour=3`), null);
  strictEqual(namesOf(file), null);
  strictEqual(namesOf(`${folder}/csv/dt=*/hour=3/*.csv`), "dt,hour");
  strictEqual(namesOf(`${folder}/csv/dt=2026-01-01/hour=3/*.csv`), "dt,hour");
  strictEqual(namesOf(`${folder}/csv/**/*.csv`), "dt,hour");
  strictEqual(namesOf(`https://host/dt=1/part.csv`), null);
});

Deno.test("partitionsOf() unescapes, keeps nulls apart, and passes over what is no partition", () => {
  deepStrictEqual(partitionsOf("a=1/b=x%2Fy/=z/c=/a=2/d=4.csv"), [
    { name: "a", value: "2" },
    { name: "b", value: "x/y" },
    { name: "c", value: "" },
  ]);
  deepStrictEqual(partitionsOf("k=__HIVE_DEFAULT_PARTITION__/100%=%zz/x"), [
    { name: "k", value: null },
    { name: "100%", value: "%zz" },
  ]);
});

Deno.test("columns of folders are carried and computed with, the same bytes for every format, chunk and worker", async () => {
  const expected = ["dt,y,text"];
  for (const day of ["2026-01-01", "2026-01-02", "__HIVE_DEFAULT_PARTITION__"]) {
    for (const hour of [12, 3]) {
      for (let row = 0; row < 5; row++) {
        const x = 100 * DAYS.indexOf(day) + 10 * hour + row;
        if (x > 31) expected.push(`${day.startsWith("_") ? "" : day},${x + hour},${hour}`);
      }
    }
  }
  const text = expected.join("\n") + "\n";
  for (const ending of ["arrow", "csv"]) {
    for (const [chunkRows, workers] of [[null, 1], [2, 2], [3, 1]] as const) {
      const given = [`${folder}/${ending}`];
      const inputs = expandInputs(given), partitions = inputPartitions(given);
      strictEqual(
        await csvOf(PIPELINE, { inputs, partitions, chunkRows, workers }),
        text,
        `${ending} ${chunkRows} ${workers}`,
      );
    }
  }
});

Deno.test("a folder's value that is no whole number is refused where the others are, with its file's name", async () => {
  const root = `${folder}/mixed`;
  for (const hour of ["1", "late"]) {
    Deno.mkdirSync(`${root}/hour=${hour}`, { recursive: true });
    Deno.copyFileSync(`${folder}/arrow/dt=2026-01-01/hour=3/part-0.arrow`, `${root}/hour=${hour}/part.arrow`);
  }
  const pipeline = definePipeline({
    name: "hours",
    inputs: { hour: input("i64", ["N"]) },
    transform: ({ hour }) => ({ hour }),
  });
  try {
    await csvOf(pipeline, { inputs: expandInputs([root]), partitions: inputPartitions([root]) });
    ok(false, "it ran");
  } catch (error) {
    ok(error instanceof NdpipeError && error.code === "SCH004", String(error));
    match(error.message, /hour=late/);
  }
});
