import assert from "node:assert/strict";

const MIB = 1024 * 1024;

const URL_OF_RSS = JSON.stringify(new URL("./rss.ts", import.meta.url).href);

/** What a script prints as JSON in a process of its own: the memory of this one is that of other tests too. */
function printed(script: string, permissions: readonly string[]): unknown {
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(file, `import { currentRssBytes, RssWatch } from ${URL_OF_RSS};\n${script}`);
    const args = ["run", "--no-prompt", "--no-check", ...permissions, file];
    const { stdout, stderr } = new Deno.Command(Deno.execPath(), { args }).outputSync();
    assert.ok(stdout.length > 0, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    Deno.removeSync(file);
  }
}

/** each way in which the peak can be known */
const WAYS = [[], ["--allow-run=cat"], ["-A"]];

Deno.test("RssWatch.peakBytes() sees wasm memory that was touched", () => {
  for (const permissions of WAYS) {
    const { before, peak, sample, now } = printed(
      `const watch = new RssWatch(), before = watch.sample();
      const memory = new WebAssembly.Memory({ initial: 2048, maximum: 2048, shared: true });
      new Uint8Array(memory.buffer).fill(1);
      const sample = watch.sample();
      console.log(JSON.stringify({ before, sample, peak: watch.peakBytes(), now: currentRssBytes() }));`,
      permissions,
    ) as Record<string, number>;
    assert.ok(peak! - before! >= 100 * MIB, `${peak} after ${before}`);
    assert.ok(peak! >= sample!, `${peak} of ${sample}`);
    assert.ok(now! > 10 * MIB);
  }
});

Deno.test("RssWatch.peakBytes() does not report the memory of the process that started this one", () => {
  // keeps 256 MiB in this process, so that a naive ru_maxrss in the child would be at least that
  const ballast = new Uint8Array(256 * MIB).fill(1);
  for (const permissions of WAYS) {
    const peak = printed("console.log(new RssWatch().peakBytes());", permissions) as number;
    assert.ok(peak > 10 * MIB && peak < 200 * MIB, `${peak} with ballast of ${ballast.byteLength}`);
  }
});
