import assert from "node:assert/strict";
import { currentRssBytes, RssWatch } from "./rss.ts";

const MIB = 1024 * 1024;

Deno.test("RssWatch.peakBytes() sees wasm memory that was touched", () => {
  const watch = new RssWatch();
  const before = watch.sample();
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 1024, shared: true });
  new Uint8Array(memory.buffer).fill(1);
  assert.ok(watch.peakBytes() - before >= 60 * MIB, `${watch.peakBytes()} after ${before}`);
  assert.ok(watch.peakBytes() >= watch.sample());
  assert.ok(currentRssBytes() > 10 * MIB);
});

Deno.test("RssWatch.peakBytes() does not report the memory of the process that started this one", () => {
  const url = new URL("./rss.ts", import.meta.url).href;
  const script = Deno.makeTempFileSync({ suffix: ".ts" });
  // keeps 256 MiB in this process, so that a naive ru_maxrss in the child would be at least that
  const ballast = new Uint8Array(256 * MIB).fill(1);
  try {
    Deno.writeTextFileSync(
      script,
      `import { RssWatch } from ${JSON.stringify(url)}; console.log(new RssWatch().peakBytes());`,
    );
    // each way in which it can be known
    for (const permissions of [[], ["--allow-run=cat"], ["-A"]]) {
      const args = ["run", "--no-prompt", ...permissions, script];
      const output = new Deno.Command(Deno.execPath(), { args }).outputSync();
      const peak = Number(new TextDecoder().decode(output.stdout));
      assert.ok(peak > 10 * MIB && peak < 200 * MIB, `${peak} with ballast of ${ballast.byteLength}`);
    }
  } finally {
    Deno.removeSync(script);
  }
});
