/** What a relay promises of memory and of signals, by its function; its outputs are tested in tests/slow_relay_*. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { MemoryError } from "../errors.ts";
import { relayArrow, type RelayOptions } from "./relay.ts";
import { settings, type TestColumn, writeTable } from "./testing.ts";

const MIB = 1024 ** 2;
const scratch = Deno.makeTempDirSync({ prefix: "ndpipe-relay-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

/** a table of rows of 8 KiB, in record batches of so many rows */
function writeRows(name: string, numRows: number, batchRows: number, value: TestColumn["value"]): string {
  const path = `${scratch}/${name}`;
  writeTable(path, [{ name: "x", dtype: "f64", width: 1024, value }], { numRows, batchRows });
  return path;
}

function relay(given: Pick<RelayOptions, "inputs"> & Partial<RelayOptions>) {
  const { memoryBytes } = settings();
  return relayArrow({ output: `${scratch}/out.arrow`, to: null, force: true, memoryBytes, ...given });
}

Deno.test("relayArrow() tells of progress and hears signals within a record batch", async () => {
  const input = writeRows("one_batch.arrow", 1024, 1024, (row) => row);
  for (const compress of [null, "zstd"] as const) {
    const controller = new AbortController(), told: number[] = [];
    const run = relay({
      inputs: [input],
      output: `${scratch}/aborted.arrow`,
      compress,
      signal: controller.signal,
      onProgress: ({ bytes }) => {
        told.push(bytes);
        if (told.length > 1) return;
        // a timer, as a signal of the system: it comes when the event loop turns
        setTimeout(() => controller.abort(new Error("stop")), 0);
        for (const start = performance.now(); performance.now() - start < 210;);
      },
    });
    await rejects(run, /stop/);
    deepStrictEqual(told, [2 * MIB]);
    ok(![...Deno.readDirSync(scratch)].some(({ name }) => name.includes("aborted")));
  }
});

Deno.test("relayArrow() counts footers and bodies of all inputs together", async () => {
  const large = writeRows("large.arrow", 512, 512, (row, k) => row * k);
  const many = `${scratch}/many.arrow`;
  // a footer of many places, of bodies of 8 KiB
  writeTable(many, [{ name: "x", dtype: "f64", width: 1024, value: () => 0 }], {
    numRows: 2_000,
    batchRows: 1,
  });
  const alone = await relay({ inputs: [large], compress: "lz4" });
  const both = await relay({ inputs: [large, many], compress: "lz4" });
  const footerBytes = both.predictedPeakBytes - alone.predictedPeakBytes;
  ok(footerBytes > 2_000 * 48, `${footerBytes}`);
  // as much as bodies and the shorter footer need, and not the longer one
  const memoryBytes = both.predictedPeakBytes - 1;
  await rejects(relay({ inputs: [large, many], compress: "lz4", memoryBytes }), (error) => {
    ok(error instanceof MemoryError);
    strictEqual(error.code, "MEM001");
    match(error.operands.join("\n"), /record batches .*\nbodies compressed anew/);
    return true;
  });
  await relay({ inputs: [large], compress: "lz4", memoryBytes });
  // the larger body comes behind the longer footer: what the help says is enough
  const refused = relay({ inputs: [many, large], compress: "lz4", memoryBytes });
  const help = await refused.then(() => "", (error) => {
    strictEqual(error.code, "MEM003");
    return String(error.help);
  });
  const mebibytes = Number(/--memory (\d+)MiB/.exec(help)![1]);
  await relay({ inputs: [many, large], compress: "lz4", memoryBytes: mebibytes * MIB });
});

Deno.test("relayArrow() counts what is held from message to message: a long stored body and a long plain one", async () => {
  const noise = writeRows("noise.arrow", 512, 512, (row, k) => Math.sin(row * 1024 + k));
  const zeros = writeRows("zeros.arrow", 1024, 1024, () => 0), short = `${scratch}/short.arrow`;
  await relay({ inputs: [zeros], output: short, compress: "zstd" });
  const peak = async (...inputs: string[]) =>
    (await relay({ inputs, output: `${scratch}/held.arrow`, compress: "none" })).predictedPeakBytes;
  const apart = Math.max(await peak(noise), await peak(short));
  // 4 MiB of the stored body stay while the plain one is made
  ok(await peak(noise, short) >= apart + 4 * MIB - 65_536, `${await peak(noise, short)} ${apart}`);
});

Deno.test("relayArrow() counts what the record batches of a stream leave, as they come", async () => {
  const many = `${scratch}/many.arrows`, numBatches = 2_000;
  writeTable(many, [{ name: "x", dtype: "f64", width: null, value: (row) => row }], {
    numRows: numBatches,
    batchRows: 1,
  });
  const { predictedPeakBytes } = await relay({ inputs: [many] });
  const twice = await relay({ inputs: [many, many] });
  ok(twice.predictedPeakBytes - predictedPeakBytes >= 100 * numBatches);
  const refused = relay({ inputs: [many, many], memoryBytes: predictedPeakBytes });
  const help = await refused.then(() => "", (error) => {
    strictEqual(error.code, "MEM003");
    match(error.message, /many\.arrows has more record batches and dictionaries than there is memory for/);
    return String(error.help);
  });
  const mebibytes = Number(/--memory (\d+)MiB/.exec(help)![1]);
  await relay({ inputs: [many, many], memoryBytes: mebibytes * MIB });
});
