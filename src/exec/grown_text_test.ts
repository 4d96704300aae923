import { ok, rejects, strictEqual } from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { FormatError } from "../errors.ts";
import { carry, definePipeline, input } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import { run } from "./run.ts";
import { settings } from "./testing.ts";

const DOUBLED = definePipeline({
  name: "doubled",
  inputs: { id: input("i64", ["N"]), x: input("f64", ["N"]), name: carry() },
  transform: ({ id, x, name }) => ({ id, y: x.mul(2), name }),
});

/** what is appended, and what is then to be said; null: the run ends well */
const CASES: readonly (readonly [before: string, appended: string, said: RegExp | null])[] = [
  // whole records: a log is read as far as it reached
  ["1,1.5,a\n", "2,2.5,b\n", null],
  ["1,1.5,a\n", "", null],
  // a last record without a line end is one where nothing was appended
  ["1,1.5,a", "", null],
  ["1,1.5,a\n2,2.5", "", /^DAT003 /],
  // 12 of 123, and a record of which fields are missing
  ["1,1.5,a\n2,2.5,b\n", "12", /^FMT004 .*; DAT003$/],
  ["1,1.5,a\n2,2.5,b\n", "12,1.5", /^FMT004 .*; DAT003$/],
  ["1,1.5,a\n2,2.5,b\n", "12,1.5,nam", /^FMT004 .*; none$/],
  ["1,1.5,a\n2,2.5,b\n", "12,-,", /^FMT004 .*; DAT002$/],
  ["1,1.5,a\n2,2.5,b\n", '12,1.5,"nam\n', /^FMT004 .*; FMT007$/],
  // what is wrong with a record that is whole is wrong with the data
  ["1,1.5,a\n2,oops,b\n", "3,3.5,c\n", /^DAT002 /],
];

Deno.test("run() tells of text that was appended to where the reading ended within a record, and not of its half", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [before, appended, said] of CASES) {
      for (const inputs of [["in.csv"], ["in.csv", "other.csv"], ["other.csv", "in.csv"]]) {
        Deno.writeTextFileSync(`${folder}/in.csv`, `id,x,name\n${before}`);
        Deno.writeTextFileSync(`${folder}/other.csv`, "id,x,name\n7,7.5,z");
        const prepared = await prepare(
          DOUBLED,
          settings({ inputs: inputs.map((name) => `${folder}/${name}`) }),
        );
        Deno.writeTextFileSync(`${folder}/in.csv`, appended, { append: true });
        const done = run(prepared, { output: `${folder}/out.csv`, to: null, force: true });
        const where = JSON.stringify([before, appended, inputs]);
        if (said === null) {
          strictEqual(
            (await done).rows,
            before.split("\n").filter((line) => line !== "").length +
              (appended === "" ? 0 : 1) + inputs.length - 1,
            where,
          );
        } else {
          await rejects(done, (error: FormatError) => {
            const found = (error.cause as FormatError | undefined)?.code ?? "none";
            const text = error.code === "FMT004"
              ? `FMT004 ${error.message}; ${found}`
              : `${error.code} ${error.message}`;
            ok(said.test(text), `${where}: ${text}`);
            if (error.code === "FMT004") {
              ok(error.message.endsWith("in.csv changed while it was read"), error.message);
            }
            return true;
          });
        }
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("run() tells of compressed text that was appended to where the reading ended within what came", async () => {
  const folder = Deno.makeTempDirSync(), path = `${folder}/in.csv.gz`, head = "id,x,name\n1,1.5,a\n";
  try {
    for (const compress of [gzipSync, zstdCompressSync]) {
      const appended = compress("2,2.5,b\n3,3.5,c\n");
      for (const numBytes of [0, 1, 3, 12, appended.length - 1, appended.length]) {
        Deno.writeFileSync(path, compress(head));
        const prepared = await prepare(DOUBLED, settings({ inputs: [path] }));
        Deno.writeFileSync(path, appended.subarray(0, numBytes), { append: true });
        const done = run(prepared, { output: `${folder}/out.csv`, to: null, force: true });
        if (numBytes === 0 || numBytes === appended.length) {
          strictEqual((await done).rows, numBytes === 0 ? 1 : 3);
          continue;
        }
        await rejects(done, (error: FormatError) => {
          const { code, message, notes } = error;
          strictEqual(`${code} ${message}`, `FMT004 ${path} changed while it was read`);
          ok(
            notes.some((note) =>
              /^what was found in it: FMT003 .* ends within its (gzip|zstd) stream$/.test(note)
            ),
          );
          return true;
        });
      }
      // one that nobody appends to is cut off
      Deno.writeFileSync(path, compress(head));
      Deno.writeFileSync(path, appended.subarray(0, 12), { append: true });
      await rejects(
        async () => {
          const prepared = await prepare(DOUBLED, settings({ inputs: [path] }));
          return run(prepared, { output: `${folder}/out.csv`, to: null, force: true });
        },
        { code: "FMT003" },
      );
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
