/** A server of files for tests, with ranges, and with the faults that are asked of it. @module */

/** How a file is served. */
export interface ServedFile {
  readonly bytes: Uint8Array;
  /** false: every answer is 200 with all of it */
  readonly ranges?: boolean;
  /** what is answered in place of the n-th request (from 0); null: the file */
  readonly answer?: (request: Request, n: number) => Response | null | Promise<Response | null>;
  /** of the n-th answer */
  readonly etag?: (n: number) => string;
  /** the n-th answer ends after so many bytes, though it promised more; Infinity: it does not */
  readonly cutAfter?: (n: number) => number;
}

/** One request that came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | null;
  readonly headers: Headers;
}

/** A server that runs. */
export interface RangeServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** bytes of bodies that were given out */
  readonly bytesServed: number;
}

/** Starts a server on a free port of this machine. */
export function serveFiles(files: Readonly<Record<string, ServedFile>>): RangeServer {
  const requests: SeenRequest[] = [], counts = new Map<string, number>();
  let bytesServed = 0;
  const controller = new AbortController(), { signal } = controller;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", signal, onListen() {} }, async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const { method, headers } = request, range = headers.get("range");
    requests.push({ method, path, range, headers });
    const file = files[path], n = counts.get(path) ?? 0;
    if (file === undefined) return new Response("no such file", { status: 404 });
    counts.set(path, n + 1);
    const answer = await file.answer?.(request, n);
    if (answer !== null && answer !== undefined) return answer;
    const [status, part, own] = partOf(file, range);
    const common = { ...own, ...(file.etag === undefined ? {} : { etag: file.etag(n) }) };
    const cut = Math.min(part.length, file.cutAfter?.(n) ?? Infinity);
    bytesServed += cut;
    if (cut === part.length) return new Response(part, { status, headers: common });
    return new Response(cutStream(part.subarray(0, cut)), {
      status,
      headers: { ...common, "content-length": String(part.length) },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    get bytesServed() {
      return bytesServed;
    },
    // shutdown() would wait for clients that keep their connection
    [Symbol.asyncDispose]: () => {
      controller.abort();
      return server.finished;
    },
  };
}

function partOf(
  { bytes, ranges = true }: ServedFile,
  range: string | null,
): [status: number, part: Uint8Array<ArrayBuffer>, headers: Record<string, string>] {
  const all = new Uint8Array(bytes);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  if (!ranges || from === undefined) return [200, all, {}];
  const start = Number(from), end = Math.min(Number(to) + 1, all.length);
  if (start >= all.length) return [416, new Uint8Array(), { "content-range": `bytes */${all.length}` }];
  return [206, all.subarray(start, end), { "content-range": `bytes ${start}-${end - 1}/${all.length}` }];
}

/** gives the bytes, then breaks off */
function cutStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let isGiven = false;
  return new ReadableStream({
    pull(controller) {
      if (isGiven || bytes.length === 0) return controller.close();
      isGiven = true;
      controller.enqueue(bytes);
    },
  });
}
