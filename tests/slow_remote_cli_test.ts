/** Inputs behind URLs, by the real command line against a server of this test. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { REMOTE_BYTES } from "../src/source/remote/remote_file.ts";
import { ndpipe, PERMISSIONS, startNdpipe } from "./support/ndpipe_process.ts";
import { type ServedFile, serveFiles } from "./support/range_server.ts";

const NUM_ROWS = 150_000;

/** the same table in every format, as files of a folder */
async function makeTables(folder: string): Promise<Map<string, Uint8Array>> {
  const lines = Array.from({ length: NUM_ROWS }, (_, i) => `${i},${(i * 2654435761 % 1000003) / 7}`);
  Deno.writeTextFileSync(`${folder}/t.csv`, `a,b\n${lines.join("\n")}\n`);
  const names = ["t.csv", "t.csv.gz", "t.parquet", "t.arrow", "t.arrows"];
  await Promise.all(
    names.slice(1).map(async (name) => {
      const { code, stderr } = await ndpipe(["convert", "-i", `${folder}/t.csv`, "-o", `${folder}/${name}`]);
      strictEqual(code, 0, stderr);
    }),
  );
  return new Map(names.map((name) => [name, Deno.readFileSync(`${folder}/${name}`)]));
}

const folder = Deno.makeTempDirSync();
const tables = makeTables(folder);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

async function bytesOf(name: string): Promise<Uint8Array> {
  return (await tables).get(name)!;
}

Deno.test("convert promises the same bytes from a URL as from the file, on one thread and two", async () => {
  const files = ["t.csv.gz", "t.arrow", "t.parquet"];
  await using server = serveFiles(
    Object.fromEntries(
      await Promise.all(files.map(async (name) => [name, { bytes: await bytesOf(name) }] as const)),
    ),
  );
  for (const [i, name] of files.entries()) {
    const output = `${folder}/from_${i}.csv`, workers = String(1 + i % 2);
    const run = await ndpipe([
      "convert",
      "-i",
      `${server.url}/${name}?v=1`,
      "-o",
      output,
      "--workers",
      workers,
    ]);
    strictEqual(run.code, 0, run.stderr);
    ok(Deno.readTextFileSync(output) === Deno.readTextFileSync(`${folder}/t.csv`), `${name} differs`);
  }
  ok(server.requests.every(({ range }) => range !== null));
});

Deno.test("convert promises to read several URLs one after the other, and files among them", async () => {
  await using server = serveFiles({
    "t.parquet": { bytes: await bytesOf("t.parquet") },
    "t.arrow": { bytes: await bytesOf("t.arrow") },
  });
  const inputs = [`${server.url}/t.parquet`, `${folder}/t.parquet`, `${server.url}/t.arrow`];
  const output = `${folder}/several.csv`;
  const run = await ndpipe(["convert", "-i", ...inputs, "-o", output, "--workers", "2"]);
  strictEqual(run.code, 0, run.stderr);
  strictEqual(Deno.readTextFileSync(output).split("\n").length, 3 * NUM_ROWS + 2);
});

Deno.test("plan and inspect promise metadata of a URL, and count what fetching takes", async () => {
  const names = [...(await tables).keys()];
  await using server = serveFiles(
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, { bytes: await bytesOf(name) }]))),
  );
  const pipeline = `${folder}/p.ts`;
  Deno.writeTextFileSync(
    pipeline,
    `import { definePipeline, input } from "ndpipe";
export default definePipeline({ name: "p", inputs: { b: input("f64", ["N"]) }, transform: ({ b }) => ({ c: b.mul(2) }) });
`,
  );
  const shown = await ndpipe(["inspect", `${server.url}/t.parquet`]);
  strictEqual(shown.code, 0, shown.stderr);
  match(shown.stdout, /Parquet file, .*\n150,000 rows/);
  const readerBytes = async (path: string): Promise<number> => {
    const { stdout } = await ndpipe(["plan", pipeline, "-i", path, "--json"]);
    return JSON.parse(stdout).memory.items.find(({ label }: { label: string }) => label === "reader").bytes;
  };
  for (const name of names) {
    const numBytes = await readerBytes(`${server.url}/${name}`) - await readerBytes(`${folder}/${name}`);
    strictEqual(numBytes, REMOTE_BYTES, `the plan counts what fetching takes, once: ${name}`);
  }
});

Deno.test("convert promises that a server without ranges is read in order, or refused for what it cannot give", async () => {
  const names = ["t.csv.gz", "t.arrows", "t.parquet"];
  await using server = serveFiles(
    Object.fromEntries(
      await Promise.all(
        names.map(async (name) => [name, { bytes: await bytesOf(name), ranges: false }] as const),
      ),
    ),
  );
  for (const name of ["t.csv.gz", "t.arrows"]) {
    const output = `${folder}/stream_${name}.csv`;
    const run = await ndpipe(["convert", "-i", `${server.url}/${name}`, "-o", output]);
    strictEqual(run.code, 0, run.stderr);
    strictEqual(Deno.readTextFileSync(output), Deno.readTextFileSync(`${folder}/t.csv`));
  }
  const run = await ndpipe(["convert", "-i", `${server.url}/t.parquet`, "-o", `${folder}/none.csv`]);
  strictEqual(run.code, 7);
  match(run.stderr, /FMT005.*does not answer ranges/);
});

/** Runs that fail have exit code 7, say where, and leave nothing behind. */
async function fails(name: string, file: ServedFile, pattern: RegExp): Promise<void> {
  await using server = serveFiles({ [name]: file });
  const output = `${folder}/failed.arrow`;
  const { code, stderr } = await ndpipe(["convert", "-i", `${server.url}/${name}`, "-o", output]);
  strictEqual(code, 7, stderr);
  ok(stderr.includes(`${server.url}/${name}`), stderr);
  match(stderr, pattern);
  const left = [...Deno.readDirSync(folder)].filter((entry) => entry.name.includes("failed"));
  deepStrictEqual(left, []);
}

Deno.test("convert promises exit 7 without output where a file is gone, cut off, or changes in between", async () => {
  const csv = await bytesOf("t.csv"), parquet = await bytesOf("t.parquet");
  await fails("t.csv", { bytes: csv, answer: () => new Response("", { status: 404 }) }, /FMT001.*404/);
  await fails("t.csv", { bytes: csv, ranges: false, cutAfter: () => 700_000 }, /FMT003[^]*from byte [\d,]+/);
  await fails(
    "t.csv",
    { bytes: csv, cutAfter: (n) => n > 5 ? 0 : Infinity },
    /FMT003[^]*4 attempts[^]*from byte/,
  );
  await fails("t.parquet", { bytes: parquet, etag: (n) => (n > 4 ? '"new"' : '"old"') }, /FMT004.*changed/);
});

Deno.test("convert promises to carry on after errors that pass, and slow answers", async () => {
  const bytes = await bytesOf("t.parquet");
  const file: ServedFile = {
    bytes,
    cutAfter: (n) => n === 3 ? 1000 : Infinity,
    answer: async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return n % 5 === 1 ? new Response("busy", { status: 503 }) : null;
    },
  };
  await using server = serveFiles({ "t.parquet": file });
  const output = `${folder}/patient.csv`;
  const run = await ndpipe(["convert", "-i", `${server.url}/t.parquet`, "-o", output]);
  strictEqual(run.code, 0, run.stderr);
  strictEqual(Deno.readTextFileSync(output), Deno.readTextFileSync(`${folder}/t.csv`));
});

Deno.test("s3:// promises signed requests to the endpoint, and names what is missing", async () => {
  await using server = serveFiles({ "bucket/a b/t.parquet": { bytes: await bytesOf("t.parquet") } });
  const env = {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_REGION: "eu-west-1",
  };
  const path = "s3://bucket/a b/t.parquet", output = `${folder}/s3.csv`;
  const run = await ndpipe(["convert", "-i", path, "-o", output], { env });
  strictEqual(run.code, 0, run.stderr);
  strictEqual(Deno.readTextFileSync(output), Deno.readTextFileSync(`${folder}/t.csv`));
  ok(server.requests.length > 0);
  for (const { headers } of server.requests) {
    match(
      headers.get("authorization")!,
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/s3\/aws4_request, /,
    );
    match(headers.get("x-amz-date")!, /^\d{8}T\d{6}Z$/);
  }
  const missing = await ndpipe(["inspect", path], {
    env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
  });
  strictEqual(missing.code, 7);
  match(missing.stderr, /FMT001.*AWS_ACCESS_KEY_ID is not set/);
});

Deno.test("a URL without permission for the network promises the flag that would give it, and no secret", async () => {
  const permissions = PERMISSIONS.filter((flag) => !/^--allow-(net|env)/.test(flag));
  const { code, stderr } = await ndpipe(["inspect", "http://me:word@127.0.0.1:65123/t.csv?token=abc"], {
    permissions,
  });
  strictEqual(code, 7);
  match(
    stderr,
    /FMT001.*http:\/\/127\.0\.0\.1:65123\/t\.csv\?token=….*network may not be used[^]*--allow-net=127\.0\.0\.1:65123/,
  );
  ok(!stderr.includes("word@") && !stderr.includes("abc"), stderr);
});

Deno.test("Ctrl-C ends a run, and a command that looks at a table, while a server is silent", async () => {
  const bytes = await bytesOf("t.csv");
  let numHeld = 0;
  const held = Promise.withResolvers<Response>();
  await using server = Deno.serve({ port: 0, onListen: () => {} }, ({ headers }) => {
    const [, first = "0", last = "0"] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
    // the table is planned by what is there, and read until it ends: the rest never comes
    if (Number(first) >= 2 ** 20) {
      numHeld += 1;
      return held.promise;
    }
    const end = Math.min(Number(last) + 1, bytes.length);
    return new Response(bytes.slice(Number(first), end), {
      status: 206,
      headers: { "content-range": `bytes ${first}-${end - 1}/${bytes.length}`, etag: '"1"' },
    });
  });
  const url = `http://localhost:${server.addr.port}/t.csv`, output = `${folder}/interrupted.csv`;
  const commands = [["convert", "-i", url, "-o", output, "--types", "a=i64,b=f64", "--workers", "1"], [
    "inspect",
    "--stats",
    url,
  ]];
  try {
    for (const [i, args] of commands.entries()) {
      numHeld = 0;
      const child = startNdpipe(args);
      while (numHeld === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      // all that is there has been read by now
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill(i === 0 ? "SIGINT" : "SIGTERM");
      const [{ code }] = await Promise.all([child.status, child.stdout.cancel(), child.stderr.cancel()]);
      strictEqual(code, i === 0 ? 130 : 143);
      // while the server's answer is still to come
    }
  } finally {
    held.resolve(new Response());
  }
  deepStrictEqual([...Deno.readDirSync(folder)].filter(({ name }) => name.includes("interrupted")), []);
});

Deno.test("Ctrl-C ends a run whose server goes on sending: what still comes is no answer", async () => {
  const bytes = await bytesOf("t.csv");
  let numDripping = 0, isOver = false;
  await using server = Deno.serve({ port: 0, onListen: () => {} }, ({ headers }) => {
    const [, first = "0", last = "0"] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
    const start = Number(first), end = Math.min(Number(last) + 1, bytes.length);
    const answer = {
      status: 206,
      headers: { "content-range": `bytes ${start}-${end - 1}/${bytes.length}`, etag: '"1"' },
    };
    if (start < 2 ** 20) return new Response(bytes.slice(start, end), answer);
    // line by line, for as long as the process takes to end
    let at = start;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        const to = isOver ? end : Math.min(end - 1, at + 40);
        if (to > at) controller.enqueue(bytes.slice(at, to));
        at = to;
        if (at === end) controller.close();
      },
    });
    numDripping += 1;
    return new Response(body, answer);
  });
  const url = `http://localhost:${server.addr.port}/t.csv`, output = `${folder}/dripping.csv`;
  for (const [i, workers] of ["1", "2", "1", "2", "1", "2"].entries()) {
    numDripping = 0;
    const child = startNdpipe(
      ["convert", "-i", url, "-o", output, "--types", "a=i64,b=f64", "--workers", workers],
    );
    while (numDripping === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 200 + 30 * i));
    child.kill(i % 2 === 0 ? "SIGINT" : "SIGTERM");
    const { code, stderr } = await child.output();
    strictEqual(code, i % 2 === 0 ? 130 : 143, new TextDecoder().decode(stderr));
  }
  isOver = true;
  deepStrictEqual([...Deno.readDirSync(folder)].filter(({ name }) => name.includes("dripping")), []);
});
