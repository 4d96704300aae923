/**
 * An output is whole or not there: a killed run, a full disk, a bad input, a reader that goes away.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { AtomicFile } from "../src/sink/atomic_file.ts";
import { ndpipe, startNdpipe } from "./support/ndpipe_process.ts";

const PIPELINE = new URL("fixtures/score_csv.ts", import.meta.url).pathname;

function table(numRows: number): string {
  const lines = ["profile_id,f0,f1"];
  for (let row = 0; row < numRows; row++) lines.push(`${row},${row / 7},${-row / 3}`);
  return lines.join("\n") + "\n";
}

async function inTemporaryFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ndpipe-durability-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function visible(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => !name.startsWith(".")).sort();
}

Deno.test("kill -9 at any moment leaves no output, or the old output as it was", async () => {
  await inTemporaryFolder(async (folder) => {
    const input = `${folder}/in.csv`, output = `${folder}/out.csv`;
    await Deno.writeTextFile(input, table(300_000));
    const run = ["run", PIPELINE, "-i", input, "-o", output, "--progress", "none"];
    const started = performance.now();
    const reference = await ndpipe([...run.slice(0, 5), `${folder}/whole.csv`, "--progress", "none"]);
    strictEqual(reference.code, 0, reference.stderr);
    const wholeMs = performance.now() - started;
    const whole = await Deno.readTextFile(`${folder}/whole.csv`);
    for (const old of [null, "the old output\n"]) {
      for (const part of [0.2, 0.45, 0.6, 0.75, 0.9, 0.97]) {
        if (old === null) await Deno.remove(output).catch(() => {});
        else await Deno.writeTextFile(output, old);
        const child = startNdpipe(old === null ? run : [...run, "--force"]);
        await new Promise((resolve) => setTimeout(resolve, wholeMs * part));
        try {
          child.kill("SIGKILL");
        } catch {
          // it has ended already
        }
        await Promise.all([child.status, child.stdout.cancel(), child.stderr.cancel()]);
        const left = await Deno.readTextFile(output).catch(() => null);
        ok(left === old || left === whole, `killed at ${part}: ${left?.length} characters are left`);
      }
    }
  });
});

Deno.test("SIGINT ends with 130, SIGTERM with 143, and neither leaves a file", async () => {
  await inTemporaryFolder(async (folder) => {
    const input = `${folder}/in.csv`;
    await Deno.writeTextFile(input, table(600_000));
    // so many rows that no machine is through with them before it hears of the signal
    const inputs = Array.from({ length: 40 }, () => input);
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const child = startNdpipe(
        [
          "run",
          PIPELINE,
          "-i",
          ...inputs,
          "-o",
          `${folder}/out.csv`,
          "--progress",
          "none",
          "--chunk-rows",
          "64",
        ],
      );
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if ([...Deno.readDirSync(folder)].some(({ name }) => name.startsWith("."))) break;
      }
      child.kill(signal);
      const status = await child.status;
      await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
      strictEqual(status.code, code, signal);
      deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["in.csv"], signal);
    }
  });
});

Deno.test("SIGINT, SIGTERM and SIGHUP are heard by a run that never waits", async () => {
  await inTemporaryFolder(async (folder) => {
    const input = `${folder}/in.csv`;
    await Deno.writeTextFile(input, table(500_000));
    const inputs = Array.from({ length: 150 }, () => input);
    const run = ["run", PIPELINE, "-i", ...inputs, "-o", `${folder}/out.parquet`, "--batch-rows", "1000"];
    for (const workers of ["1", "2"]) {
      for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
        if (signal === "SIGHUP" && Deno.build.os !== "linux") continue;
        const child = startNdpipe([...run, "--workers", workers, "--progress", "none"]);
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          if ([...Deno.readDirSync(folder)].some(({ name }) => name.startsWith("."))) break;
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
        const sentAt = performance.now();
        child.kill(signal);
        const status = await child.status, lateMs = performance.now() - sentAt;
        await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
        strictEqual(status.code, code, `${signal}, ${workers} workers, after ${lateMs} ms`);
        deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["in.csv"], signal);
      }
    }
  });
});

Deno.test("a disk that takes no more ends with exit 8, OUT001 and no output", async () => {
  await inTemporaryFolder(async (folder) => {
    const input = `${folder}/in.csv`;
    await Deno.writeTextFile(input, table(200_000));
    const child = startNdpipe([
      "run",
      PIPELINE,
      "-i",
      input,
      "-o",
      "/dev/full",
      "--to",
      "csv",
      "--progress",
      "none",
    ]);
    const [status, stderr] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
      child.stdout.cancel(),
    ]);
    strictEqual(status.code, 8, stderr);
    match(stderr, /^error\[OUT001\]/);
    // a limit on the size of a file, as a quota sets one, below what Deno's own caches have; one above them that no
    // shell traps, with caches that begin empty and hold no package
    const small = { trap: "trap '' XFSZ; ", blocks: 2048, inputs: [input], env: {} };
    const large = {
      trap: "",
      blocks: 32768,
      inputs: Array.from({ length: 8 }, () => input),
      env: { DENO_DIR: `${folder}/caches` },
    };
    const cases = [["csv", small], ["npz", small], ["parquet", small], ["csv", large], [
      "npz",
      large,
    ]] as const;
    for (const [ending, { trap, blocks, inputs, env }] of cases) {
      const limited = await new Deno.Command("sh", {
        args: [
          "-c",
          `${trap}ulimit -f ${blocks}; exec "$0" run -A --config "$@" --progress none`,
          Deno.execPath(),
          new URL("../deno.json", import.meta.url).pathname,
          new URL("../main.ts", import.meta.url).pathname,
          ...["run", PIPELINE, "-i", ...inputs, "-o", `${folder}/out.${ending}`],
        ],
        env: { NO_COLOR: "1", ...env },
      }).output();
      const text = new TextDecoder().decode(limited.stderr);
      strictEqual(limited.code, 8, text);
      match(text, /^error\[OUT001\][^]*ulimit -f/);
      strictEqual(text.split("cannot write").length, 2, text);
      const left = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "caches");
      deepStrictEqual(left, ["in.csv"]);
    }
  });
});

Deno.test("an output that is there stays as it is without --force, and when the input is bad", async () => {
  await inTemporaryFolder(async (folder) => {
    const input = `${folder}/in.csv`, output = `${folder}/out.csv`;
    await Deno.writeTextFile(input, `${table(70_000)}7,8,nine\n`);
    await Deno.writeTextFile(output, "old\n");
    const refused = await ndpipe(["run", PIPELINE, "-i", input, "-o", output, "--progress", "none"]);
    strictEqual(refused.code, 8);
    match(refused.stderr, /^error\[OUT002\]/);
    const bad = await ndpipe(["run", PIPELINE, "-i", input, "-o", output, "--force", "--progress", "none"]);
    strictEqual(bad.code, 5, bad.stderr);
    match(bad.stderr, /DAT002[^]*70002/);
    strictEqual(await Deno.readTextFile(output), "old\n");
    deepStrictEqual(visible(folder), ["in.csv", "out.csv"]);
  });
});

Deno.test("a reader of stdout that goes away in mid-stream ends the run quietly", async () => {
  await inTemporaryFolder(async (folder) => {
    const input = `${folder}/in.csv`;
    await Deno.writeTextFile(input, table(400_000));
    const child = startNdpipe(["run", PIPELINE, "-i", input, "-o", "-", "--to", "csv", "--progress", "none"]);
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    const [status, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    strictEqual(stderr, "");
    strictEqual(status.code, 0);
  });
});

Deno.test("two runs without --force that end at once: one gives the file its name, the other ends with OUT002", async () => {
  await inTemporaryFolder((folder) => {
    const target = `${folder}/out.csv`;
    const files = ["first\n", "second\n"].map((text) => {
      const file = AtomicFile.open(target, { force: false });
      file.write(new TextEncoder().encode(text));
      return file;
    });
    // the other one appears between the look at the name and the rename: no call of ours lies between
    const rename = Deno.renameSync;
    Deno.renameSync = (from, to) => {
      if (files[1] !== undefined) files.pop()!.commit();
      rename(from, to);
    };
    try {
      files[0]!.commit();
      throws(() => files[1]?.commit(), { code: "OUT002" });
    } finally {
      Deno.renameSync = rename;
    }
    strictEqual(Deno.readTextFileSync(target), "first\n");
    deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["out.csv"]);
    return Promise.resolve();
  });
});

Deno.test("an input that is written to while it is read ends the run with FMT004, and without an output", async () => {
  await inTemporaryFolder(async (folder) => {
    const text = `${folder}/in.csv`, input = `${folder}/in.arrow`, output = `${folder}/out.csv`;
    await Deno.writeTextFile(text, table(400_000));
    strictEqual((await ndpipe(["convert", "-i", text, "-o", input])).code, 0);
    const child = startNdpipe(
      ["run", PIPELINE, "-i", input, "-o", output, "--progress", "none", "--chunk-rows", "64"],
    );
    while (![...Deno.readDirSync(folder)].some(({ name }) => name.startsWith("."))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const file = await Deno.open(input, { write: true });
    await file.seek((await file.stat()).size >> 1, Deno.SeekMode.Start);
    await file.write(new Uint8Array(64));
    file.close();
    const [status, stderr] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
      child.stdout.cancel(),
    ]);
    strictEqual(status.code, 7, stderr);
    match(stderr, /^error\[FMT004\]: .*in\.arrow changed while it was read/);
    deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["in.arrow", "in.csv"]);
  });
});
