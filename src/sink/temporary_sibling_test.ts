import assert from "node:assert/strict";
import { openSibling } from "./temporary_sibling.ts";

const LONG_AGO = new Date(Date.now() - 3_600_000), AN_HOUR_ON = new Date(Date.now() + 3_600_000);

Deno.test("openSibling() removes what killed processes left of this target, and nothing else", () => {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_sibling_" });
  try {
    const future = ".scores.arrow.4714-0.ndpipe-tmp";
    const stale = [".scores.arrow.4711-0.ndpipe-tmp", ".scores.arrow.12-array-3.ndpipe-tmp", future];
    const running = ".scores.arrow.4712-0.ndpipe-tmp", young = ".scores.arrow.4713-0.ndpipe-tmp";
    const others = [
      ".scores.arrow.gz.1-0.ndpipe-tmp",
      ".other.arrow.1-0.ndpipe-tmp",
      ".scores.arrow.notes",
      ".scores.arrow.x-0.ndpipe-tmp",
      "scores.arrow.1-0.ndpipe-tmp",
    ];
    for (const name of [...stale, running, ...others]) {
      Deno.writeTextFileSync(`${folder}/${name}`, "");
      Deno.utimeSync(`${folder}/${name}`, LONG_AGO, LONG_AGO);
    }
    // written before the clock was set back
    Deno.utimeSync(`${folder}/${future}`, AN_HOUR_ON, AN_HOUR_ON);
    Deno.writeTextFileSync(`${folder}/${young}`, "");
    Deno.mkdirSync(`${folder}/.scores.arrow.9-9.ndpipe-tmp`);
    using other = Deno.openSync(`${folder}/${running}`, { write: true });
    assert.ok(other.tryLockSync(true));
    const { file, temporary } = openSibling(`${folder}/scores.arrow`, 0o644);
    file.close();
    Deno.removeSync(temporary);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, [running, young, ...others, ".scores.arrow.9-9.ndpipe-tmp"].sort());
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("openSibling() keeps its file locked while it is open", () => {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_sibling_" });
  try {
    const { file, temporary } = openSibling(`${folder}/scores.arrow`, 0o644);
    using other = Deno.openSync(temporary, { write: true });
    assert.equal(other.tryLockSync(true), false);
    file.close();
    assert.equal(other.tryLockSync(true), true);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
