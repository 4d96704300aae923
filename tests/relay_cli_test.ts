/** How `convert` of Arrow begins and ends: changed inputs, joined streams, pipes, signals. By the real command line. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { relayArrow } from "../src/exec/relay.ts";
import { RELAY_BYTES } from "../src/exec/relay_memory.ts";
import { writeTable } from "../src/exec/testing.ts";
import { messageMetadata } from "../src/source/arrow/metadata.ts";
import { openRawMessages } from "../src/source/arrow/raw_messages.ts";
import { ndpipe, startNdpipe } from "./support/ndpipe_process.ts";
import { serveFiles } from "./support/range_server.ts";

const TYPES = new URL("../testdata/arrow-types/", import.meta.url).pathname;
const scratch = Deno.makeTempDirSync({ prefix: "ndpipe-relay-ends-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

/** a table of one column, all of one value */
function writeOnes(
  name: string,
  value: number,
  { numRows, batchRows } = { numRows: 3, batchRows: 3 },
): string {
  const path = `${scratch}/${name}`;
  writeTable(path, [{ name: "x", dtype: "f64", width: null, value: () => value }], { numRows, batchRows });
  return path;
}

function joined(...paths: string[]): Uint8Array {
  return new Uint8Array(paths.flatMap((path) => [...Deno.readFileSync(path)]));
}

/** Waits for the first file in the folder; a process that ends before it has made one fails the test. */
async function firstFile(folder: string, child: Deno.ChildProcess): Promise<void> {
  let ended: number | null = null;
  void child.status.then(({ code }) => ended = code);
  while ([...Deno.readDirSync(folder)].length === 0) {
    if (ended !== null) throw new Error(`it ended with ${ended}: ${await new Response(child.stderr).text()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Ends the process as a user does; one that does not hear of it is killed, so that the test fails and does not hang. */
async function terminated(child: Deno.ChildProcess): Promise<number> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 300_000);
  const { code } = await child.status;
  clearTimeout(timer);
  return code;
}

function fail(): never {
  throw new Error("the metadata is corrupt");
}

Deno.test("convert refuses an input that changed while it was copied", async () => {
  const size = { numRows: 400_000, batchRows: 50_000 };
  const input = writeOnes("changed.arrow", 1, size),
    other = Deno.readFileSync(writeOnes("other.arrow", 2, size));
  const child = startNdpipe(["convert", "-i", input, "-o", "-", "--to", "arrow-stream"]);
  const reader = child.stdout.getReader(), stderr = new Response(child.stderr).text();
  ok(!(await reader.read()).done);
  Deno.writeFileSync(input, other);
  while (!(await reader.read()).done);
  const { code } = await child.status;
  match(await stderr, /error\[FMT004\]: .*changed\.arrow changed while it was read/);
  strictEqual(code, 7);
});

Deno.test("convert refuses rows behind the end of a stream or a file that comes through a pipe", async () => {
  const stream = writeOnes("joined.arrows", 1), file = writeOnes("joined.arrow", 1);
  const garbage = `${scratch}/garbage`;
  Deno.writeTextFileSync(garbage, "hello");
  for (const ending of ["arrow", "arrows", "csv"]) {
    const output = `${scratch}/of_pipe.${ending}`,
      args = ["convert", "-i", "-", "--from", "arrow", "-o", output];
    for (const parts of [[stream, stream], [file, file], [stream, garbage], [file, stream]]) {
      const { code, stderr } = await ndpipe(args, { stdin: joined(...parts) });
      match(
        stderr,
        /error\[FMT005\]: stdin: .*bytes follow the end of the stream|error\[FMT003\]: stdin ends/,
      );
      strictEqual(code, 7);
    }
    for (const whole of [stream, file]) {
      const { code, stderr } = await ndpipe([...args, "--force"], { stdin: Deno.readFileSync(whole) });
      strictEqual(code, 0, stderr);
      match(stderr, / 3 rows/);
    }
    const { code, stderr } = await ndpipe([...args, "--force"], {
      stdin: Deno.readFileSync(file).slice(0, -20),
    });
    match(stderr, /error\[FMT003\]: stdin ends inside the footer/);
    strictEqual(code, 7);
  }
});

Deno.test("convert refuses Arrow inputs that cannot be opened by their names", async () => {
  const there = writeOnes("there.arrow", 1), loop = `${scratch}/loop.arrow`;
  Deno.symlinkSync(loop, loop);
  for (const inputs of [[`${scratch}/nope.arrow`], [there, `${scratch}/nope.arrow`], [loop]]) {
    const { code, stderr } = await ndpipe(["convert", "-i", ...inputs, "-o", `${scratch}/unopened.arrow`]);
    match(stderr, /error\[FMT001\]: cannot read .*(nope|loop)\.arrow: /);
    strictEqual(code, 7);
  }
});

Deno.test("convert obeys the first signal while its pipe is silent, and leaves nothing", async () => {
  const stream = Deno.readFileSync(writeOnes("silent.arrows", 1, { numRows: 40_000, batchRows: 20_000 }));
  // before the schema, before a message, inside a body
  for (const [i, numBytes] of [0, 300, stream.length / 2].entries()) {
    const folder = `${scratch}/silent_${i}`;
    Deno.mkdirSync(folder);
    const args = ["convert", "-i", "-", "--from", "arrow", "-o", `${folder}/out.arrow`];
    const child = startNdpipe(args, { stdin: "" }), writer = child.stdin.getWriter();
    if (numBytes > 0) {
      await writer.write(stream.slice(0, numBytes));
      await firstFile(folder, child);
    } else await new Promise((resolve) => setTimeout(resolve, 700));
    await new Promise((resolve) => setTimeout(resolve, 50));
    strictEqual(await terminated(child), 143);
    deepStrictEqual([...Deno.readDirSync(folder)], []);
    writer.abort().catch(() => {});
    await child.stdout.cancel();
    await child.stderr.cancel();
  }
});

Deno.test(
  "convert obeys the first signal while nobody writes to its FIFO, and leaves nothing",
  { ignore: Deno.build.os === "windows" },
  async () => {
    const there = writeOnes("before_fifo.arrow", 1), fifo = `${scratch}/fifo.arrow`;
    strictEqual((await new Deno.Command("mkfifo", { args: [fifo] }).output()).code, 0);
    const folder = `${scratch}/fifo`;
    Deno.mkdirSync(folder);
    const child = startNdpipe(["convert", "-i", there, fifo, "-o", `${folder}/out.arrow`]);
    await firstFile(folder, child);
    await new Promise((resolve) => setTimeout(resolve, 50));
    strictEqual(await terminated(child), 143);
    deepStrictEqual([...Deno.readDirSync(folder)], []);
    await child.stdout.cancel();
    await child.stderr.cancel();
  },
);

Deno.test("convert --compress keeps custom metadata of record batches", async () => {
  const input = `${TYPES}batch_metadata.arrows`, output = `${scratch}/batch_metadata.arrows`;
  for (const compress of ["zstd", "none"]) {
    const { code, stderr } = await ndpipe([
      "convert",
      "-i",
      input,
      "-o",
      output,
      "--compress",
      compress,
      "--force",
    ]);
    strictEqual(code, 0, stderr);
    const found = [], messages = await openRawMessages(output);
    for (let message; (message = await messages.next()) !== null;) {
      strictEqual(message.batch.codec, compress === "zstd" ? "ZSTD" : null);
      found.push(messageMetadata(message.metadata, fail));
      await messages.readBody(new Uint8Array(message.bodyBytes));
    }
    messages.close();
    deepStrictEqual(found, [[["source", "first"], ["empty", ""]], [["source", "второй"]], []]);
  }
});

Deno.test("convert refuses sizes of compressed buffers that no codec can have made, however they are read", async () => {
  const bytes = Deno.readFileSync(`${TYPES}all_lz4.arrows`), view = new DataView(bytes.buffer);
  for (const size of [2n ** 50n, -2n]) {
    // the size in front of every LZ4 frame
    for (let at = 8; at < bytes.length - 4; at++) {
      if (view.getUint32(at, true) === 0x184d2204) view.setBigInt64(at - 8, size, true);
    }
    const damaged = `${scratch}/damaged.arrows`, output = `${scratch}/damaged.out.arrows`;
    Deno.writeFileSync(damaged, bytes);
    const options = { inputs: [damaged], output, to: null, force: true, compress: "zstd" } as const;
    await rejects(relayArrow({ ...options, memoryBytes: RELAY_BYTES + 2 ** 26 }), { code: "FMT004" });
    const args = ["convert", "-i", damaged, "-o", `${scratch}/damaged.json`, "--to", "ndjson"];
    const { code, stderr } = await ndpipe(args);
    match(stderr, /error\[FMT004\]: .*is said to hold/);
    strictEqual(code, 7);
  }
});

/** 500 rows for each length of their text, compressed */
async function compressedText(compress: string, lengths: readonly number[]): Promise<Uint8Array> {
  const rows = lengths.flatMap((length) =>
    Array.from({ length: 500 }, (_, i) => `${i},${`${i * 7919} text `.repeat(length).slice(0, length)}`)
  );
  const csv = `${scratch}/text.csv`, arrow = `${scratch}/text.arrows`;
  Deno.writeTextFileSync(csv, `id,text\n${rows.join("\n")}\n`);
  const { code, stderr } = await ndpipe([
    "convert",
    "-i",
    csv,
    "-o",
    arrow,
    "--compress",
    compress,
    "--force",
  ]);
  strictEqual(code, 0, stderr);
  return Deno.readFileSync(arrow);
}

Deno.test("convert takes compressed Arrow through a pipe, however long its text is", async () => {
  const output = `${scratch}/text.out.csv`;
  const args = ["convert", "-i", "-", "--from", "arrow-stream", "-o", output, "--force"];
  for (const compress of ["zstd", "lz4"]) {
    const stdin = await compressedText(compress, [2_000, 2_000, 3_000, 10]);
    const { code, stderr } = await ndpipe(args, { stdin });
    strictEqual(code, 0, stderr);
    strictEqual(Deno.readTextFileSync(output), Deno.readTextFileSync(`${scratch}/text.csv`));
  }
});

Deno.test("convert says how compressed text that grows from batch to batch can be read", async () => {
  // by testdata/arrow-types/make.py
  const input = new URL("fixtures/grown_text_zstd.arrows", import.meta.url).pathname;
  const output = `${scratch}/grown.csv`;
  const args = ["convert", "-o", output, "--force", "--from", "arrow-stream", "-i"];
  const { code, stderr } = await ndpipe([...args, "-"], { stdin: Deno.readFileSync(input) });
  strictEqual(code, 4, stderr);
  match(stderr, /error\[MEM003\]: record batch 1 of stdin holds more bytes/);
  match(stderr, /help: write the stream to a file and give its path/);
  const followed = await ndpipe([...args, input]);
  strictEqual(followed.code, 0, followed.stderr);
  const lines = Deno.readTextFileSync(output).split("\n");
  deepStrictEqual([lines.length, lines[8_000]], [8_002, "3999 text ".padEnd(1_000, ".")]);
});

Deno.test("convert from a URL counts what fetching takes, by ranges and in order", async () => {
  const bytes = Deno.readFileSync(writeOnes("served.arrow", 1)), stream = `${scratch}/served.arrows`;
  strictEqual((await ndpipe(["convert", "-i", `${scratch}/served.arrow`, "-o", stream])).code, 0);
  await using server = serveFiles({
    "x.arrow": { bytes },
    "x.arrows": { bytes: Deno.readFileSync(stream), ranges: false },
  });
  for (const name of ["x.arrow", "x.arrows"]) {
    const words = ["convert", "-i", `${server.url}/${name}`, "-o", `${scratch}/of_${name}`, "--force"];
    const refused = await ndpipe([...words, "--memory", "128MiB"]);
    strictEqual(refused.code, 4, refused.stderr);
    match(refused.stderr, /MEM001[^]*reading URLs {2}/);
    const [, advised = ""] = /--memory (\d+MiB)/.exec(refused.stderr) ?? [];
    strictEqual((await ndpipe([...words, "--memory", advised])).code, 0);
  }
});
