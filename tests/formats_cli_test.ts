/** One pipeline over every form that a table comes in, and text that is compressed: by the command line. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { gunzipSync, gzipSync, zstdDecompressSync } from "node:zlib";
import { ndpipe, succeed } from "./support/ndpipe_in_thread.ts";
import { ndpipe as ndpipeApart } from "./support/ndpipe_process.ts";

const PIPELINE = new URL("./fixtures/any_format.ts", import.meta.url).pathname;
const ROWS = Array.from({ length: 500 }, (_, i) => `${i * 7919},${Math.sin(i)},${i / 8},"row ${i}"\n`);
const TEXT = `id,x,y,note\n${ROWS.join("")}`;

Deno.test("one pipeline runs unchanged over every format and stdin, to the same bytes", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/table.csv`, expected = `${folder}/expected.arrow`;
    Deno.writeTextFileSync(csv, TEXT);
    await succeed("run", PIPELINE, "-i", csv, "-o", expected);
    const names = [
      "table.arrow",
      "table.parquet",
      "table.csv.gz",
      "table.csv.zst",
      "table.npz",
      "table.ndjson",
      "table.ndjson.gz",
    ];
    for (const [i, name] of names.entries()) {
      const form = `${folder}/${name}`, output = `${folder}/out_${i}.arrow`;
      await succeed("convert", "-i", csv, "-o", form, "--columns", "id,x,y");
      await succeed("run", PIPELINE, "-i", form, "-o", output, "--chunk-rows", String(30 + i));
      deepStrictEqual(Deno.readFileSync(output), Deno.readFileSync(expected), form);
    }
    for (const stdin of [Deno.readFileSync(csv), gzipSync(Deno.readFileSync(csv))]) {
      const output = `${folder}/piped.arrow`;
      const args = ["run", PIPELINE, "-i", "-", "--from", "csv", "-o", output, "--force"];
      const { code, stderr } = await ndpipeApart(args, { stdin });
      strictEqual(code, 0, stderr);
      deepStrictEqual(Deno.readFileSync(output), Deno.readFileSync(expected));
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("inspect shows .npy and .npz, also under other names, and stdout is refused for both", async () => {
  const tables = new URL("../testdata/npy_tables/", import.meta.url).pathname;
  const folder = Deno.makeTempDirSync();
  try {
    Deno.copyFileSync(`${tables}deflated.npz`, `${folder}/archive.bin`);
    const archive = await succeed("inspect", `${folder}/archive.bin`, "--from", "npz");
    ok(/NumPy archive, .*\n23 rows\n[^]*matrix +FixedSizeList<f64>\[3\]/.test(archive), archive);
    const array = await succeed("inspect", `${tables}matrix.npy`, "--stats");
    ok(/NumPy array, .*\n23 rows\n[^]*FixedSizeList<f64>\[3\]/.test(array), array);
    const output = `${folder}/out`, flags = ["--from", "npz", "--to", "npy", "--columns", "matrix"];
    await succeed("convert", "-i", `${folder}/archive.bin`, "-o", output, ...flags);
    deepStrictEqual(Deno.readFileSync(output), Deno.readFileSync(`${tables}matrix.npy`));
    for (const format of ["npy", "npz"]) {
      const { code, stderr } = await ndpipe([
        "convert",
        "-i",
        `${tables}matrix.npy`,
        "-o",
        "-",
        "--to",
        format,
      ]);
      strictEqual(code, 8, stderr);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert writes .csv.gz and .csv.zst that other tools unpack to the plain CSV", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/table.csv`;
    Deno.writeTextFileSync(csv, TEXT);
    const outputs = ["a.csv", "a.csv.gz", "a.csv.zst"].map((name) => `${folder}/${name}`);
    for (const output of outputs) await succeed("convert", "-i", csv, "-o", output);
    const [plain, gzip, zstd] = outputs.map((output) => Deno.readFileSync(output));
    deepStrictEqual(new Uint8Array(gunzipSync(gzip!)), plain);
    deepStrictEqual(new Uint8Array(zstdDecompressSync(zstd!)), plain);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a compressed input that is cut is refused with exit 7 and leaves no output", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const gzip = gzipSync(TEXT),
      input = `${folder}/cut.csv.gz`,
      output = `${folder}/out.arrow`;
    Deno.writeFileSync(input, gzip.subarray(0, gzip.length - 9));
    const { code, stderr } = await ndpipe(["run", PIPELINE, "-i", input, "-o", output]);
    strictEqual(code, 7, stderr);
    ok(stderr.includes("FMT003") && stderr.includes("ends within its gzip stream"), stderr);
    deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["cut.csv.gz"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert keeps text, dates, times and nulls of CSV, to Arrow and back", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/in.csv`, arrow = `${folder}/a.arrow`, back = `${folder}/back.csv`;
    const text = "id,name,day,at,seen,n,ok,x\n" +
      '1,"a, b",2026-01-31,2026-01-31T12:00:00.250000,2026-01-31T11:00:00.000000Z,5,true,0.5\n' +
      "2,c,1969-12-31,1969-12-31T23:59:59.999999,1970-01-01T00:00:00.000000Z,,,\n";
    Deno.writeTextFileSync(csv, text);
    await succeed("convert", "-i", csv, "-o", arrow);
    const { columns } = JSON.parse(await succeed("inspect", arrow, "--json"));
    deepStrictEqual(columns.map(({ nulls }: { nulls: number }) => nulls), [0, 0, 0, 0, 0, 1, 1, 1]);
    await succeed("convert", "-i", arrow, "-o", back, "--nulls", "keep");
    strictEqual(Deno.readTextFileSync(back), text);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("inspect says the flag that reads dates as an input, and so does the refusal without it", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const pipeline = `${folder}/day.ts`;
    Deno.writeTextFileSync(
      pipeline,
      'import { definePipeline, input } from "ndpipe";\nexport default definePipeline({ name: "day", ' +
        'inputs: { day: input("i32", ["N"]) }, transform: ({ day }) => ({ day }) });\n',
    );
    for (
      const [name, text] of [["a.csv", "day\n1970-01-03\n"], ["a.ndjson", '{"day":"1970-01-03"}\n']] as const
    ) {
      const path = `${folder}/${name}`, run = ["run", pipeline, "-i", path, "-o", "-", "--to", "csv"];
      Deno.writeTextFileSync(path, text);
      const shown = await succeed("inspect", path);
      ok(/i32 \(N\) +parsed from text by --types NAME=date32$/m.test(shown), shown);
      const refused = await ndpipe(run);
      strictEqual(refused.code, 5, refused.stderr);
      ok(
        refused.stderr.includes("= help: say how its dates or times are written: --types day=date32"),
        refused.stderr,
      );
      strictEqual(await succeed(...run, "--types", "day=date32"), "day\n2\n");
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert holds the rest of a file against what its first records show, and says where it breaks", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/in.csv`, output = `${folder}/out.arrow`;
    const rows = Array.from({ length: 1500 }, (_, i) => `${i},2026-01-01\n`).join("");
    for (
      const [line, code] of [["oops,2026-01-01", "DAT002"], ["1,2026-02-30", "DAT002"], [
        ",2026-01-01",
        "DAT001",
      ]]
    ) {
      Deno.writeTextFileSync(csv, `a,d\n${rows}${line}\n`);
      const result = await ndpipe(["convert", "-i", csv, "-o", output]);
      strictEqual(result.code, 5);
      ok(result.stderr.includes(`error[${code}]`) && result.stderr.includes("in.csv:1502:"), result.stderr);
      ok(/--types|--nulls/.test(result.stderr), result.stderr);
    }
    const ndjson = `${folder}/in.ndjson`;
    const lines = Array.from({ length: 1500 }, (_, i) => `{"a":${i},"s":"x"}\n`).join("");
    for (
      const [line, column, help] of [
        ['{"a":1.5,"s":"x"}', 6, "--types"],
        ['{"a":"oops","s":"x"}', 6, "of one kind"],
        ['{"a":1,"s":5}', 12, "of one kind"],
        ['{"a":null,"s":"x"}', 6, "--nulls"],
      ] as const
    ) {
      Deno.writeTextFileSync(ndjson, `${lines}${line}\n`);
      const result = await ndpipe(["convert", "-i", ndjson, "-o", output]);
      strictEqual(result.code, 5);
      ok(result.stderr.includes(`in.ndjson:1501:${column}`) && result.stderr.includes(help), result.stderr);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the flags of CSV reach the reader in run, check and inspect", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/in.csv`, output = `${folder}/out.csv`;
    Deno.writeTextFileSync(csv, "Report\nid;x;y;\n# note\n0x10;'1.234,5';2;\n2;3\n");
    const flags = [
      "--skip-rows",
      "1",
      "--delimiter",
      ";",
      "--quote",
      "'",
      "--comment",
      "#",
      "--decimal",
      ",",
      "--thousands",
      ".",
      "--trailing-delimiter",
      "--ragged",
      "pad",
      "--hex",
      "--max-record-bytes",
      "1000",
    ];
    const padded = await ndpipe(["run", PIPELINE, "-i", csv, "-o", output, ...flags]);
    strictEqual(padded.code, 5);
    ok(padded.stderr.includes("DAT001") && padded.stderr.includes("in.csv:5:4"), padded.stderr);
    Deno.writeTextFileSync(csv, "Report\nid;x;y;\n# note\n0x10;'1.234,5';2;\n2;3;4\n");
    await succeed("run", PIPELINE, "-i", csv, "-o", output, ...flags);
    strictEqual(Deno.readTextFileSync(output), `id,norm\n16,${Math.sqrt(1234.5 ** 2 + 4)}\n2,5\n`);
    await succeed("check", PIPELINE, "-i", csv, ...flags);
    ok((await succeed("inspect", csv, ...flags)).includes("2 rows"));
    const long = await ndpipe([
      "run",
      PIPELINE,
      "-i",
      csv,
      "-o",
      output,
      "--force",
      ...flags.slice(0, -1),
      "10",
    ]);
    ok(long.stderr.includes("--max-record-bytes"), long.stderr);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert takes text from a pipe as it takes it from a file: the same columns, the same bytes", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const file = `${folder}/table.csv`, json = `${folder}/table.ndjson`;
    const rows = Array.from(
      { length: 40_000 },
      (_, i) => `${i},${i % 7 ? i / 8 : ""},note ${i},2026-01-0${i % 9 + 1},${i % 2 === 0}\n`,
    );
    Deno.writeTextFileSync(file, `id,x,note,day,flag\n${rows.join("")}`);
    await succeed("convert", "-i", file, "-o", json);
    for (const [path, from] of [[file, "csv"], [json, "ndjson"]] as const) {
      const expected = `${folder}/expected.arrow`, output = `${folder}/piped.arrow`;
      await succeed("convert", "-i", path, "-o", expected, "--force");
      for (const stdin of [Deno.readFileSync(path), gzipSync(Deno.readFileSync(path))]) {
        const args = ["convert", "-i", "-", "--from", from, "-o", output, "--force"];
        const { code, stderr } = await ndpipeApart(args, { stdin });
        strictEqual(code, 0, stderr);
        deepStrictEqual(Deno.readFileSync(output), Deno.readFileSync(expected));
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert --nulls keep promises columns of text their nulls, whatever dtype --types gives them", async () => {
  const folder = Deno.makeTempDirSync(), arrow = `${folder}/t.arrow`;
  const types = "--types=a=u64,b=f32,c=i8,d=u16,e=bool,f=f64";
  const csv = "a,b,c,d,e,f\n18446744073709551615,0.1,-128,65535,true,1.5\n,,,,,\n0,3e+38,127,0,false,-0\n";
  try {
    Deno.writeTextFileSync(`${folder}/t.csv`, csv);
    await succeed("convert", "-i", `${folder}/t.csv`, "-o", arrow, types, "--nulls", "keep");
    strictEqual(await succeed("convert", "-i", arrow, "-o", "-", "--to", "csv", "--nulls", "keep"), csv);
    await succeed("convert", "-i", arrow, "-o", `${folder}/t.ndjson`, "--nulls", "keep");
    await succeed("convert", "-i", `${folder}/t.ndjson`, "-o", `${folder}/u.arrow`, types, "--nulls", "keep");
    deepStrictEqual(Deno.readFileSync(`${folder}/u.arrow`), Deno.readFileSync(arrow));
    const { columns } = JSON.parse(await succeed("inspect", arrow, "--json"));
    const found = columns.map(({ dtype, nulls }: { dtype: string; nulls: number }) => `${dtype} ${nulls}`);
    deepStrictEqual(found, ["u64 1", "f32 1", "i8 1", "u16 1", "bool 1", "f64 1"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert takes numbers of several files for what they would be in one", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const [a, b, one, output] = ["a", "b", "one", "out"].map((name) => `${folder}/${name}.ndjson`) as [
      string,
      string,
      string,
      string,
    ];
    const convert = async (...inputs: string[]) => {
      const flags = inputs.flatMap((path) => ["-i", path]);
      const { code, stderr } = await ndpipe(["convert", ...flags, "-o", output, "--force"]);
      strictEqual(code, 0, stderr);
      return Deno.readTextFileSync(output);
    };
    const large = '{"x":18446744073709551615}\n';
    for (
      const [small, expected] of [['{"x":-1}\n', '{"x":18446744073709552000}'], [
        '{"x":1}\n',
        '{"x":18446744073709551615}',
      ], ['{"x":1.5}\n', '{"x":18446744073709552000}']] as const
    ) {
      Deno.writeTextFileSync(a, small);
      Deno.writeTextFileSync(b, large);
      Deno.writeTextFileSync(one, small + large);
      const together = await convert(one);
      strictEqual(together.trimEnd().split("\n")[1], expected);
      strictEqual(await convert(a, b), together);
    }
    const tables = ["x\n1\n", "x\n2.5\n"].map((text, i) => {
      const path = `${folder}/${i}.csv`;
      Deno.writeTextFileSync(path, text);
      return path;
    });
    strictEqual(await convert(...tables), '{"x":1}\n{"x":2.5}\n');
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("convert takes inputs of several formats, text and others, in any order", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/a.csv`, "id,x,name\n1,0.5,one\n");
    Deno.writeTextFileSync(`${folder}/b.ndjson`, '{"x":2,"name":"two","id":2}\n');
    await succeed("convert", "-i", `${folder}/a.csv`, "-o", `${folder}/c.parquet`);
    const rows = new Map([["a.csv", "1,0.5,one"], ["b.ndjson", "2,2,two"], ["c.parquet", "1,0.5,one"]]);
    for (
      const order of ["a.csv b.ndjson c.parquet", "b.ndjson c.parquet a.csv", "c.parquet b.ndjson a.csv"]
    ) {
      const names = order.split(" "), inputs = names.map((name) => `${folder}/${name}`);
      const text = await succeed(
        "convert",
        "-i",
        ...inputs,
        "-o",
        "-",
        "--to",
        "csv",
        "--columns",
        "id,x,name",
      );
      const [head, ...lines] = text.trimEnd().split("\n");
      strictEqual(head!.split(",").toSorted().join(), "id,name,x");
      const columns = head!.split(",").map((name) => ["id", "x", "name"].indexOf(name));
      deepStrictEqual(
        lines,
        names.map((name) => columns.map((column) => rows.get(name)!.split(",")[column]).join()),
      );
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a report that cannot be written says that the output is whole", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/a.csv`, "id\n1\n");
    const args = ["convert", "-i", "a.csv", "-o", "b.csv", "--report", "/dev/full", "--progress", "none"];
    const { code, stderr } = await ndpipeApart(args, { cwd: folder, permissions: ["--allow-all"] });
    strictEqual(code, 8);
    strictEqual(
      stderr,
      "error[OUT001]: cannot write /dev/full: No space left on device (ENOSPC)\n" +
        "   = the output is whole: b.csv\n   = help: name another file with --report\n",
    );
    strictEqual(Deno.readTextFileSync(`${folder}/b.csv`), "id\n1\n");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a table under another format's name, or piped as one, is named, and is read as the help says", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const csv = `${folder}/table.csv`;
    Deno.writeTextFileSync(csv, TEXT);
    for (
      const [ending, wrong] of [["arrow", "csv"], ["parquet", "arrow"], ["ndjson", "parquet"], ["npz", "csv"]]
    ) {
      const form = `${folder}/table.${ending}`;
      await succeed("convert", "-i", csv, "-o", form, "--columns", "id,x,y");
      const refused = await ndpipe(["inspect", form, "--from", wrong!]);
      strictEqual(refused.code, 7, refused.stderr);
      ok(/^error\[FMT002\]/.test(refused.stderr), refused.stderr);
      const [, right] =
        /name the file after its format, or say it with --from ([a-z-]+)/.exec(refused.stderr) ?? [];
      ok(right !== undefined, refused.stderr);
      await succeed("inspect", form, "--from", right);
      const stdin = Deno.readFileSync(form), isPipeable = ending === "arrow" || ending === "ndjson";
      const piped = (from: string) =>
        ndpipeApart(["convert", "-i", "-", "--from", from, "-o", "-", "--to", "csv", "--progress", "none"], {
          stdin,
        });
      const { stderr } = await piped(ending === "ndjson" ? "arrow" : "csv");
      ok(/^error\[FMT002\]/.test(stderr), stderr);
      const [, format] = /standard input has no name: give --from ([a-z-]+)/.exec(stderr) ?? [];
      if (isPipeable) strictEqual((await piped(format!)).code, 0, stderr);
      else ok(/give the file's path: it is not read from a pipe/.test(stderr), stderr);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
