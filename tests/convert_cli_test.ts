/** `convert` and `inspect`, as a user meets them: the real `main.ts` in a process of its own. @module */
import assert from "node:assert/strict";
import { tableFromColumns, tableToIPC } from "@uwdata/flechette";
import { inScratchFolder, ndpipe } from "./support/ndpipe_process.ts";

Deno.test("convert carries columns through Arrow and back to the same CSV", async () => {
  await inScratchFolder(async (folder) => {
    const text = "i,10,2,a b,flag\n1,0.1,1e300,-0,true\n-9223372036854775808,NaN,-inf,3,false\n";
    Deno.writeTextFileSync(`${folder}/t.csv`, text);
    const there = await ndpipe(["convert", "-i", "t.csv", "-o", "t.arrow", "--types", "a b=f32"], {
      cwd: folder,
    });
    assert.equal(there.code, 0, there.stderr);
    const { columns } = JSON.parse((await ndpipe(["inspect", "t.arrow", "--json"], { cwd: folder })).stdout);
    assert.deepEqual(
      columns.map(({ name, dtype }: { name: string; dtype: string }) => [name, dtype]),
      [["i", "i64"], ["10", "f64"], ["2", "f64"], ["a b", "f32"], ["flag", "bool"]],
    );
    const back = await ndpipe(["convert", "-i", "t.arrow", "-o", "-", "--to", "csv"], { cwd: folder });
    const again = await ndpipe([
      "convert",
      "-i",
      "-",
      "--from",
      "csv",
      "-o",
      "-",
      "--to",
      "csv",
      "--types",
      "i=i64,flag=bool",
    ], {
      stdin: back.stdout,
    });
    assert.match(
      back.stdout,
      /^i,10,2,a b,flag\n1,0\.1,1e\+?300,-0,true\n-9223372036854775808,NaN,-inf,3,false\n$/i,
    );
    assert.equal(again.stdout, back.stdout);
  });
});

Deno.test("convert takes fewer rows to a record batch where columns are many, whatever its memory", async () => {
  await inScratchFolder(async (folder) => {
    const names = Array.from({ length: 4000 }, (_, i) => `c${i}`);
    Deno.writeTextFileSync(`${folder}/wide.csv`, `${names.join()}\n${names.map(() => "0.5").join()}\n`);
    const convert = (...flags: string[]) =>
      ndpipe(["convert", "-i", "wide.csv", "-o", "wide.arrow", "--force", ...flags], { cwd: folder });
    const { code, stderr } = await convert("--memory", "512MiB");
    assert.equal(code, 0, stderr);
    const whole = Deno.readFileSync(`${folder}/wide.arrow`);
    assert.equal((await convert("--memory", "1GiB")).code, 0);
    assert.deepEqual(Deno.readFileSync(`${folder}/wide.arrow`), whole);
    // 65,536 rows of 32 kB
    assert.match((await convert("--memory", "512MiB", "--batch-rows", "65536")).stderr, /^error\[MEM001\]/);
  });
});

Deno.test("convert joins files in order, takes the columns asked for, and nulls as asked", async () => {
  await inScratchFolder(async (folder) => {
    for (const [name, value] of [["a2", "1"], ["a10", ""], ["a1", "3"]]) {
      Deno.writeTextFileSync(`${folder}/${name}.csv`, `name,v,w\nx,${value},1.5\n`);
    }
    const convert = (...flags: string[]) =>
      ndpipe(["convert", "-i", "a*.csv", "-o", "-", "--to", "csv", ...flags], { cwd: folder });
    const { code, stdout, stderr } = await convert("--columns", "v,w", "--nulls", "nan", "--types", "v=f64");
    assert.deepEqual([code, stdout], [0, "v,w\n3,1.5\nNaN,1.5\n1,1.5\n"], stderr);

    const whole = await convert();
    assert.deepEqual([whole.code, whole.stdout], [0, "name,v,w\nx,3,1.5\nx,,1.5\nx,1,1.5\n"], whole.stderr);

    for (
      const [flags, exit, message] of [
        [
          ["--columns", "v,w", "--nulls", "error"],
          5,
          /error\[DAT001\][\s\S]*a10\.csv:2:\d+[\s\S]*--nulls keep/,
        ],
        [["--columns", "vv"], 3, /error\[SCH001\]: no column of a1\.csv matches "vv"/],
        [["--columns", "v", "--types", "w=f64"], 2, /error\[USE002\]: --types names a column/],
      ] as const
    ) {
      const refused = await convert(...flags);
      assert.equal(refused.code, exit, refused.stderr);
      assert.match(refused.stderr, message);
    }
  });
});

Deno.test("convert refuses a table without columns by that, and not by a pipeline that nobody wrote", async () => {
  await inScratchFolder(async (folder) => {
    const input = `${folder}/empty.arrow`;
    Deno.writeFileSync(input, tableToIPC(tableFromColumns({}), { format: "file" })!);
    const { code, stderr } = await ndpipe(["convert", "-i", input, "-o", `${folder}/t.csv`]);
    assert.equal(code, 3);
    assert.match(stderr, /error\[SCH001\]: .*empty\.arrow has no columns\n.*nothing to convert/);
  });
});

Deno.test("inspect takes the file that a folder or a pattern stands for, and names one of several", async () => {
  await inScratchFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a.csv`, "x\n1\n");
    const { code, stdout } = await ndpipe(["inspect", folder]);
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(`${folder}/a.csv: CSV`), stdout);
    Deno.writeTextFileSync(`${folder}/b.csv`, "x\n2\n");
    for (const path of [folder, `${folder}/*.csv`]) {
      const refused = await ndpipe(["inspect", path]);
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /USE001.*inspect takes one file, and .* stands for 2 files/);
      assert.match(refused.stderr, /help: ndpipe inspect \/.*\/a\.csv\n/);
    }
  });
});

Deno.test("convert refuses columns of one name with no place in a program: nobody wrote one", async () => {
  await inScratchFolder(async (folder) => {
    const input = `${folder}/t.csv`;
    Deno.writeTextFileSync(input, "a,a\n1,2\n");
    const { code, stderr } = await ndpipe(["convert", "-i", input, "-o", `${folder}/t.arrow`]);
    assert.equal(code, 3);
    assert.match(stderr, /error\[SCH006\]: .* has 2 columns named "a"\n {3}=/);
    assert.doesNotMatch(stderr, /main\.ts/);
  });
});
