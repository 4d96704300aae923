import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { refusal } from "../../tests/support/refusal.ts";
import type { ByteOutput } from "./atomic_file.ts";
import { openScratch } from "./scratch_file.ts";

const PIPE: ByteOutput = { path: "-", numBytes: 12, write() {}, commit() {}, abort() {} };

Deno.test("openScratch() gives back what was written, and leaves no name in the folder", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/scratch`;
    const scratch = openScratch({
      ...PIPE,
      openSibling: () => ({ file: Deno.openSync(path, { read: true, write: true, createNew: true }), path }),
    });
    scratch.write(Uint8Array.of(1, 2, 3, 4));
    const view = new Uint8Array(2);
    scratch.readAt(view, 1);
    deepStrictEqual([...view], [2, 3]);
    scratch.close();
    deepStrictEqual([...Deno.readDirSync(folder)], []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test({
  name: "openScratch() closes the file where its name cannot be taken away",
  ignore: Deno.build.os === "windows",
  fn() {
    const path = Deno.makeTempFileSync(), file = Deno.openSync(path, { read: true, write: true });
    Deno.removeSync(path);
    refusal("OUT001", () => openScratch({ ...PIPE, openSibling: () => ({ file, path }) }));
    throws(() => file.statSync(), Deno.errors.BadResource);
  },
});

Deno.test({
  name: "openScratch() names the folder of temporary files where that of standard output cannot be written",
  ignore: Deno.build.os === "windows",
  async fn() {
    const code = `
      import { openScratch } from ${JSON.stringify(new URL("./scratch_file.ts", import.meta.url).href)};
      try {
        openScratch({ path: "-", numBytes: 12, write() {}, commit() {}, abort() {} });
      } catch ({ code, message, notes, help }) {
        console.log(JSON.stringify({ code, message, notes, help }));
      }`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--ext=ts", code],
      env: { TMPDIR: "/nowhere/at/all" },
    }).output();
    strictEqual(new TextDecoder().decode(stderr), "");
    const { code: errorCode, message, notes, help } = JSON.parse(new TextDecoder().decode(stdout));
    strictEqual(errorCode, "OUT001");
    match(message, /^cannot write -: its temporary file: /);
    match(notes[0], /folder of temporary files/);
    match(help, /-o, or set TMPDIR/);
  },
});
