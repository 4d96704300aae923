import assert from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import { refuseReplacing } from "./protected_files.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-protected-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const path = (name: string) => `${folder}/${name}`;
for (const name of ["in.csv", "pipeline.ts", "params.json", "old.csv"]) {
  Deno.writeTextFileSync(path(name), name);
}
Deno.symlinkSync(path("in.csv"), path("link.csv"));
Deno.linkSync(path("params.json"), path("hard.json"));

const READS = [
  { role: "input", path: path("in.csv") },
  { role: "pipeline", path: path("pipeline.ts") },
  { role: "file of params", path: path("params.json") },
];

function refusal(output: string, report: string | null): string | null {
  try {
    refuseReplacing({ output, report }, READS);
    return null;
  } catch (error) {
    if (!(error instanceof NdpipeError)) throw error;
    return `${error.code} ${error.message.replaceAll(`${folder}/`, "")}`;
  }
}

Deno.test("refuseReplacing() refuses an output and a report that would replace what is read, by any name", () => {
  assert.equal(refusal(path("in.csv"), null), "OUT001 the output in.csv is also an input");
  assert.equal(refusal(path("link.csv"), null), "OUT001 the output link.csv is also an input");
  assert.equal(refusal(path("pipeline.ts"), null), "OUT001 the output pipeline.ts is also the pipeline");
  assert.equal(refusal(path("new.csv"), path("link.csv")), "OUT001 the report link.csv is also an input");
  assert.equal(refusal("-", path("hard.json")), "OUT001 the report hard.json is also the file of params");
});

Deno.test("refuseReplacing() refuses a report that is the output, there or not there yet, or standard output", () => {
  assert.equal(refusal(path("old.csv"), path("old.csv")), "OUT001 the report old.csv is also the output");
  assert.equal(refusal(path("new.csv"), path("./new.csv")), "OUT001 the report ./new.csv is also the output");
  assert.equal(refusal(path("new.csv"), "-"), "USE002 --report takes a file, not standard output");
});

Deno.test("refuseReplacing() lets files of their own and devices be", () => {
  assert.equal(refusal(path("old.csv"), path("report.json")), null);
  assert.equal(refusal(path("new.csv"), null), null);
  assert.equal(refusal("/dev/null", "/dev/null"), null);
  assert.equal(refusal("-", null), null);
});
