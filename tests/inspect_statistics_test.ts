/** `inspect --stats` on the command line: the same values from every format. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { ndpipe, succeed } from "./support/ndpipe_in_thread.ts";

Deno.test("inspect --stats finds the same in CSV, JSON lines, Arrow and Parquet", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i * 3},${i / 4 - 100},${i % 3 === 0}\n`).join("");
    Deno.writeTextFileSync(`${folder}/t.csv`, `a,x,ok\n${rows}`);
    const found: unknown[] = [];
    for (const name of ["t.csv", "t.csv.gz", "t.ndjson", "t.arrow", "t.parquet"]) {
      if (name !== "t.csv") await succeed("convert", "-i", `${folder}/t.csv`, "-o", `${folder}/${name}`);
      const report = JSON.parse(await succeed("inspect", `${folder}/${name}`, "--stats", "--json"));
      strictEqual(report.rows, 3000);
      found.push(report.columns.map(({ statistics }: { statistics: unknown }) => statistics));
    }
    for (const statistics of found) deepStrictEqual(statistics, found[0]);
    const [a, x, ok] = found[0] as {
      values: number;
      min: number;
      max: number;
      mean: number;
      histogram: { counts: number[] };
    }[];
    deepStrictEqual([a!.min, a!.max, a!.mean], [0, 8997, 4498.5]);
    deepStrictEqual([x!.min, x!.max, x!.mean], [-100, 649.75, 274.875]);
    strictEqual(ok!.mean, 1 / 3);
    strictEqual(x!.histogram.counts.reduce((sum, count) => sum + count), 3000);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("inspect --stats counts nulls, shows times as such, and --html writes the page", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/t.csv`, html = `${folder}/t.html`;
    Deno.writeTextFileSync(csv, "d,n,name\n2026-01-02,,x\n2026-01-01,5,\n,7,z\n");
    const text = await succeed("inspect", csv, "--html", html);
    ok(/d +2 +1 +0 +2026-01-01 +2026-01-02/.test(text), text);
    ok(/n +2 +1 +0 +5 +6 +7/.test(text), text);
    ok(/name +2 +1$/m.test(text), text);
    ok(!text.includes("\x1b["));
    ok(Deno.readTextFileSync(html).includes("<svg"));
    const again = await ndpipe(["inspect", csv, "--html", html]);
    strictEqual(again.code, 8, again.stderr);
    Deno.writeTextFileSync(csv, `a\n${"1\n".repeat(1200)}x\n`);
    const broken = await ndpipe(["inspect", csv, "--stats"]);
    strictEqual(broken.code, 5);
    ok(broken.stderr.includes("t.csv:1202:1"), broken.stderr);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("inspect --stats counts the NaNs of floats of 16 bits, and says nothing of those in values that it counts only", async () => {
  const statisticsOf = async (name: string) => {
    const input = new URL(`../testdata/parquet_testing/${name}.parquet`, import.meta.url).pathname;
    const { columns } = JSON.parse(await succeed("inspect", input, "--stats", "--json"));
    const { values, nulls, nans } = columns[0].statistics;
    return { found: [values, nulls, nans], text: await succeed("inspect", input, "--stats") };
  };
  deepStrictEqual((await statisticsOf("float16_nonzeros_and_nans")).found, [7, 1, 1]);
  const lists = await statisticsOf("list_columns");
  deepStrictEqual(lists.found, [3, 0, null]);
  ok(/int64_list +3 +0\n/.test(lists.text), lists.text);
});
