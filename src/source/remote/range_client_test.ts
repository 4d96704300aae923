import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { FormatError } from "../../errors.ts";
import { type RangeServer, type ServedFile, serveFiles } from "../../../tests/support/range_server.ts";
import { RangeClient } from "./range_client.ts";

const BYTES = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 255);

async function withClient(
  file: ServedFile,
  work: (client: RangeClient, server: RangeServer) => Promise<void>,
  { timeoutMs = 600_000, userinfo = "" } = {},
): Promise<void> {
  await using server = serveFiles({ "a.bin": file });
  const url = `${server.url}/a.bin`.replace("://", `://${userinfo}`);
  const client = new RangeClient({ url, path: "a.bin", s3: null, timeoutMs, pausesMs: [1, 2, 3] });
  try {
    await work(client, server);
  } finally {
    client.close();
  }
}

async function refuses(promise: Promise<unknown>, code: string, ...words: readonly string[]): Promise<void> {
  await rejects(promise, (error) => {
    ok(error instanceof FormatError, String(error));
    strictEqual(error.code, code);
    const text = [error.message, ...error.notes, error.help].join("\n");
    for (const word of words) ok(text.includes(word), text);
    return true;
  });
}

Deno.test("RangeClient promises the size, the version and any range", () =>
  withClient({ bytes: BYTES, etag: () => '"v1"' }, async (client, { requests }) => {
    const head = new Uint8Array(64), view = new Uint8Array(1000);
    deepStrictEqual(await client.open(head), {
      info: { size: 5000, canSeek: true, version: 'ETag "v1", 5,000 bytes' },
      headBytes: 64,
    });
    await client.readInto(view, 3999);
    deepStrictEqual([head, view], [BYTES.slice(0, 64), BYTES.slice(3999, 4999)]);
    deepStrictEqual(requests.map(({ range }) => range), ["bytes=0-63", "bytes=3999-4998"]);
  }));

Deno.test("RangeClient promises the size of a file without bytes, and of one shorter than its head", async () => {
  for (const length of [0, 10]) {
    await withClient({ bytes: BYTES.subarray(0, length) }, async (client) => {
      const { info, headBytes } = await client.open(new Uint8Array(64));
      deepStrictEqual([info.size, info.canSeek, headBytes], [length, true, length]);
    });
  }
});

Deno.test("RangeClient promises bytes in order where the server knows no ranges", () =>
  withClient({ bytes: BYTES, ranges: false }, async (client, { requests }) => {
    const { info } = await client.open(new Uint8Array(64));
    deepStrictEqual([info.size, info.canSeek], [5000, false]);
    const view = new Uint8Array(3000);
    strictEqual(await client.readNext(view), 3000);
    deepStrictEqual(view, BYTES.slice(0, 3000));
    strictEqual(await client.readNext(view), 2000);
    deepStrictEqual(view.subarray(0, 2000), BYTES.slice(3000));
    strictEqual(await client.readNext(view), 0);
    strictEqual(requests.length, 1);
  }));

Deno.test("RangeClient promises four attempts at what may pass, and no more", async () => {
  const failing = (times: number, status: number): ServedFile => ({
    bytes: BYTES,
    answer: (_, n) => n < times ? new Response("later", { status }) : null,
  });
  for (const status of [429, 500, 502, 503, 504]) {
    await withClient(failing(3, status), async (client, { requests }) => {
      strictEqual((await client.open(new Uint8Array(64))).info.size, 5000);
      strictEqual(requests.length, 4);
    });
  }
  await withClient(failing(4, 503), async (client, { requests }) => {
    await refuses(client.open(new Uint8Array(64)), "FMT001", "a.bin", "503", "4 attempts", "from byte 0");
    strictEqual(requests.length, 4);
  });
  for (const status of [401, 403, 404, 410]) {
    await withClient(failing(1, status), async (client, { requests }) => {
      await refuses(client.open(new Uint8Array(64)), "FMT001", "a.bin", String(status));
      strictEqual(requests.length, 1, "what does not pass is not tried again");
    });
  }
});

Deno.test("RangeClient promises to go on where an answer broke off", () =>
  withClient({ bytes: BYTES, cutAfter: (n) => n === 1 ? 300 : Infinity }, async (client, { requests }) => {
    await client.open(new Uint8Array(64));
    const view = new Uint8Array(1000);
    await client.readInto(view, 2000);
    deepStrictEqual(view, BYTES.slice(2000, 3000));
    const ranges = requests.map(({ range }) => range);
    strictEqual(ranges[1], "bytes=2000-2999");
    // what came before the break is not asked for again, as far as it was delivered
    ok(ranges[2] === "bytes=2300-2999" || ranges[2] === "bytes=2000-2999", ranges[2]!);
    strictEqual(ranges.length, 3);
  }));

Deno.test("RangeClient promises an error with the offset where answers are always cut off", async () => {
  await withClient({ bytes: BYTES, cutAfter: (n) => n === 0 ? Infinity : 0 }, async (client) => {
    await client.open(new Uint8Array(64));
    await refuses(client.readInto(new Uint8Array(1000), 2000), "FMT003", "from byte 2,000", "4 attempts");
  });
  await withClient({ bytes: BYTES, ranges: false, cutAfter: () => 1234 }, async (client) => {
    await client.open(new Uint8Array(64));
    await refuses(client.readNext(new Uint8Array(5000)), "FMT003", "from byte", "one piece");
  });
});

Deno.test("RangeClient promises to see that the file changed", async () => {
  await withClient({ bytes: BYTES, etag: (n) => `"v${n}"` }, async (client, { requests }) => {
    await client.open(new Uint8Array(64));
    await refuses(client.readInto(new Uint8Array(10), 100), "FMT004", 'ETag "v0"', 'ETag "v1"', "byte 100");
    strictEqual(requests.length, 2);
  });
  const shorter: ServedFile = {
    bytes: BYTES,
    answer: (_, n) =>
      n === 0
        ? null
        : new Response("0123456789", { status: 206, headers: { "content-range": "bytes 100-109/400" } }),
  };
  await withClient(shorter, async (client) => {
    await client.open(new Uint8Array(64));
    await refuses(client.readInto(new Uint8Array(10), 100), "FMT004", "5,000 bytes", "400 bytes");
  });
});

Deno.test("RangeClient refuses answers that are not of the range", async () => {
  const odd = (response: () => Response): ServedFile => ({
    bytes: BYTES,
    answer: (_, n) => (n === 0 ? null : response()),
  });
  const elsewhere = odd(() =>
    new Response("0123456789", { status: 206, headers: { "content-range": "bytes 0-9/5000" } })
  );
  for (const file of [elsewhere]) {
    await withClient(file, async (client) => {
      await client.open(new Uint8Array(64));
      await refuses(client.readInto(new Uint8Array(10), 100), "FMT001", "bytes 0-9/5000");
    });
  }
});

Deno.test("RangeClient promises to give up a server that is silent", async () => {
  const held = Promise.withResolvers<Response>();
  await withClient(
    { bytes: BYTES, answer: () => held.promise },
    async (client) => {
      await refuses(client.open(new Uint8Array(64)), "FMT001", "silent for 0.03 s", "4 attempts");
      held.resolve(new Response());
    },
    { timeoutMs: 30 },
  );
});

Deno.test("RangeClient promises to follow redirects, and to send a name and a password that the URL has", () =>
  withClient(
    {
      bytes: BYTES,
      answer: ({ url, headers }) => {
        if (url.endsWith("?there")) return null;
        strictEqual(headers.get("authorization"), `Basic ${btoa("me:a word")}`);
        return new Response(null, { status: 302, headers: { location: `${url}?there` } });
      },
    },
    async (client) => {
      const view = new Uint8Array(10);
      strictEqual((await client.open(view)).info.size, 5000);
      await client.readInto(view, 20);
      deepStrictEqual(view, BYTES.slice(20, 30));
    },
    { userinfo: "me:a%20word@" },
  ));
