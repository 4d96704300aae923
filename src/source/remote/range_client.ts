/**
 * Bytes of one remote file over HTTP: what the server says of it, ranges of it, or all of it in order where the
 * server knows no ranges. What may pass is tried again; whether the file is still the same is checked with every
 * answer.
 *
 * RFC 9110, sections 8.8 (ETag, Last-Modified), 14 (Range, Content-Range) and 15.3.7 (206).
 *
 * Over 400 lines because what a server may answer, and what is said of each answer, is read together.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import { packageError } from "../../package_errors.ts";
import type { S3Keys } from "./s3.ts";

/** What is read. Plain data. */
export interface RemoteTarget {
  readonly url: string;
  /** for messages: without secrets */
  readonly path: string;
  /** requests are signed with these; null: they are not */
  readonly s3: S3Keys | null;
  /** how long a server may be silent */
  readonly timeoutMs: number;
  /** before each further attempt */
  readonly pausesMs: readonly number[];
}

/** What the server says of the file. Plain data. */
export interface RemoteInfo {
  /** null: it does not say */
  readonly size: number | null;
  /** whether it answers ranges */
  readonly canSeek: boolean;
  /** what changes when the file does: ETag, Last-Modified and size */
  readonly version: string;
}

/**
 * aws4fetch's `AwsClient`, as far as it is used. Neither this nor its import is left for Deno to see: it would download
 * the package where no request is signed, and for the type check of every pipeline.
 */
interface Signer {
  readonly sign: (url: string, init: { readonly headers: Headers }) => Promise<Request>;
}

const SIGNER = "aws4fetch";
/** a server may ask for a longer pause, up to this */
const MAX_PAUSE_MS = 10_000;
const TRANSIENT_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** What another attempt may mend. */
class TransientError extends Error {
  /** the answer was cut off */
  readonly isTruncated: boolean;
  readonly pauseMs: number;

  constructor(message: string, { isTruncated = false, pauseMs = 0 } = {}) {
    super(message);
    this.isTruncated = isTruncated;
    this.pauseMs = pauseMs;
  }
}

/** A response, and how its silence is ended. */
interface Answer {
  readonly response: Response;
  /** the next piece of the body; null at its end */
  readonly next: () => Promise<Uint8Array | null>;
  readonly cancel: () => void;
}

/** Requests for one file. */
export class RangeClient {
  readonly #target: RemoteTarget;
  readonly #fetch: typeof fetch;
  /** made with the first request that is signed: other inputs do without the package */
  #aws: Signer | null = null;
  readonly #url: string;
  readonly #authorization: string | null;
  #info: RemoteInfo | null = null;
  /** the whole file, where the server knows no ranges */
  #stream: Answer | null = null;
  #rest: Uint8Array = new Uint8Array();
  #numStreamed = 0;

  constructor(target: RemoteTarget, send: typeof fetch = fetch) {
    this.#target = target;
    this.#fetch = send;
    const url = new URL(target.url);
    const { username, password } = url;
    this.#authorization = username === "" && password === ""
      ? null
      : `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`;
    url.username = "";
    url.password = "";
    url.hash = "";
    this.#url = url.href;
  }

  /**
   * Asks for the start of the file, and learns what the server says of it.
   *
   * @param head filled with the file's first bytes where ranges are known
   * @throws FormatError FMT001, FMT003, FMT004
   */
  async open(head: Uint8Array): Promise<{ readonly info: RemoteInfo; readonly headBytes: number }> {
    return await this.#attempt(0, head.length, async () => {
      const answer = await this.#request(`bytes=0-${head.length - 1}`, 0);
      const { response } = answer;
      if (response.status === 200) {
        const length = response.headers.get("content-encoding") === null
          ? response.headers.get("content-length")
          : null;
        const size = length === null ? null : Number(length);
        this.#info = { size, canSeek: false, version: versionOf(response, size) };
        this.#stream = answer;
        return { info: this.#info, headBytes: 0 };
      }
      const range = rangeOf(response);
      if (response.status === 416) {
        answer.cancel();
        if (range?.size !== 0) throw this.#refused(response, 0);
        this.#info = { size: 0, canSeek: true, version: versionOf(response, 0) };
        return { info: this.#info, headBytes: 0 };
      }
      if (range === null || range.start !== 0 || range.size === null) {
        answer.cancel();
        throw this.#odd(response, 0);
      }
      this.#info = { size: range.size, canSeek: true, version: versionOf(response, range.size) };
      const headBytes = Math.min(head.length, range.size);
      await this.#fill(head.subarray(0, headBytes), answer, 0);
      return { info: this.#info, headBytes };
    });
  }

  /**
   * Fills the whole view from `position`; begins again where an answer broke off.
   *
   * @throws FormatError FMT001 the server refuses or is silent, FMT003 the answer is cut off, FMT004 the file changed
   */
  async readInto(view: Uint8Array, position: number): Promise<void> {
    let done = 0;
    await this.#attempt(position, view.length, async () => {
      const start = position + done, end = position + view.length - 1;
      const answer = await this.#request(`bytes=${start}-${end}`, start);
      const { response } = answer;
      try {
        this.#checkSame(response, start);
        const range = rangeOf(response);
        if (response.status !== 206 || range === null || range.start !== start) {
          throw this.#odd(response, start);
        }
        await this.#fill(view.subarray(done), answer, start, (count) => done += count);
      } finally {
        answer.cancel();
      }
    });
  }

  /**
   * The next bytes, where the server knows no ranges: fills the view unless the file ends.
   *
   * @throws FormatError FMT001, FMT003
   */
  async readNext(view: Uint8Array): Promise<number> {
    let done = 0;
    while (done < view.length) {
      if (this.#rest.length === 0) {
        const piece = await this.#nextPiece();
        if (piece === null) break;
        this.#rest = piece;
      }
      const part = this.#rest.subarray(0, view.length - done);
      view.set(part, done);
      this.#rest = this.#rest.subarray(part.length);
      done += part.length;
    }
    return done;
  }

  close(): void {
    this.#stream?.cancel();
    this.#stream = null;
  }

  async #nextPiece(): Promise<Uint8Array | null> {
    const size = this.#info?.size ?? null;
    let piece: Uint8Array | null;
    try {
      piece = await this.#stream!.next();
    } catch (error) {
      throw this.#broken(error, this.#numStreamed, "it is sent in one piece, and cannot be gone on with");
    }
    this.#numStreamed += piece?.length ?? 0;
    if (piece !== null || size === null || this.#numStreamed === size) return piece;
    throw this.#broken(
      new TransientError(`${countText(size)} bytes were promised, ${countText(this.#numStreamed)} came`, {
        isTruncated: true,
      }),
      this.#numStreamed,
      "it is sent in one piece, and cannot be gone on with",
    );
  }

  /** Throws NdpipeError ENV002 where the package is not there and cannot be downloaded. */
  async #signer(keys: S3Keys): Promise<Signer> {
    if (this.#aws !== null) return this.#aws;
    try {
      const { AwsClient } = await import(SIGNER) as {
        AwsClient: new (options: S3Keys & { service: "s3" }) => Signer;
      };
      return this.#aws = new AwsClient({ ...keys, service: "s3" });
    } catch (cause) {
      throw packageError(cause instanceof Error ? cause.message : String(cause), { cause }) ?? cause;
    }
  }

  /** Sends a request; gives what is worth reading, and throws for the rest. */
  async #request(range: string, position: number): Promise<Answer> {
    const { timeoutMs } = this.#target;
    const controller = new AbortController();
    let timer = setTimeout(() => controller.abort(), timeoutMs);
    const guarded = async <T>(work: Promise<T>, isBody = false): Promise<T> => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), timeoutMs);
      try {
        return await work;
      } catch (error) {
        if (controller.signal.aborted) {
          throw new TransientError(`the server was silent for ${timeoutMs / 1000} s`);
        }
        if (error instanceof Error && error.name === "NotCapable") throw this.#notAllowed(error);
        throw new TransientError(reasonOf(error), { isTruncated: isBody });
      } finally {
        clearTimeout(timer);
      }
    };
    const headers = new Headers({ range, "accept-encoding": "identity" });
    if (this.#authorization !== null) headers.set("authorization", this.#authorization);
    const { s3 } = this.#target;
    const request = s3 === null
      ? new Request(this.#url, { headers, signal: controller.signal })
      : new Request(await (await this.#signer(s3)).sign(this.#url, { headers }), {
        signal: controller.signal,
      });
    const response = await guarded(this.#fetch(request));
    const reader = response.body?.getReader() ?? null;
    const cancel = () => {
      clearTimeout(timer);
      reader?.cancel().catch(() => {}); // nobody wants the rest
    };
    if (response.ok || response.status === 416) {
      const next = async () => {
        if (reader === null) return null;
        const { done, value } = await guarded(reader.read(), true);
        return done ? null : value;
      };
      return { response, next, cancel };
    }
    cancel();
    if (!TRANSIENT_STATUSES.includes(response.status)) throw this.#refused(response, position);
    const seconds = Number(response.headers.get("retry-after") ?? 0);
    throw new TransientError(`the server answers ${statusOf(response)}`, {
      pauseMs: Number.isFinite(seconds) ? Math.min(MAX_PAUSE_MS, seconds * 1000) : 0,
    });
  }

  /** Reads an answer's body into a view, all of it. */
  async #fill(
    view: Uint8Array,
    { next }: Answer,
    position: number,
    onBytes: (numBytes: number) => void = () => {},
  ): Promise<void> {
    let done = 0;
    while (done < view.length) {
      const piece = await next();
      if (piece === null) {
        throw new TransientError(
          `bytes ${countText(position)} to ${countText(position + view.length - 1)} were asked for, ${
            countText(done)
          } came`,
          { isTruncated: true },
        );
      }
      const part = piece.subarray(0, view.length - done);
      view.set(part, done);
      done += part.length;
      onBytes(part.length);
    }
  }

  /** Another try for what may pass, after a pause. */
  async #attempt<T>(position: number, length: number, work: () => Promise<T>): Promise<T> {
    for (let attempt = 0;; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        const { pausesMs } = this.#target, pause = pausesMs[attempt];
        if (pause === undefined) {
          throw this.#broken(
            error,
            position,
            `${pausesMs.length + 1} attempts at ${countText(length)} bytes from byte ${countText(position)}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, Math.max(pause, error.pauseMs)));
      }
    }
  }

  #checkSame(response: Response, position: number): void {
    const { version } = this.#info!, now = versionOf(response, rangeOf(response)?.size ?? null);
    if (now === version) return;
    throw new FormatError("FMT004", `${this.#target.path} changed while it was read`, {
      notes: [`at first ${version}; from byte ${countText(position)} ${now}`],
      help: "run again when nothing writes to it any more",
    });
  }

  #broken(error: unknown, position: number, note: string): FormatError {
    if (!(error instanceof TransientError)) throw error;
    const { path } = this.#target;
    return error.isTruncated
      ? new FormatError("FMT003", `${path} ends before the bytes that the server promised`, {
        notes: [`from byte ${countText(position)}: ${error.message}`, note],
        help: "run again; if it stays so, the copy on the server is cut off, or a proxy is",
      })
      : new FormatError("FMT001", `cannot read ${path}: ${error.message}`, {
        notes: [`from byte ${countText(position)}`, note],
        help: "check the host and the network, then run again",
      });
  }

  #refused(response: Response, position: number): FormatError {
    const { status } = response;
    const help = status === 401 || status === 403
      ? this.#target.s3 === null
        ? "give a URL that may be read: with its signature, or as https://USER:PASSWORD@HOST/…"
        : "check the keys, their rights on the bucket, AWS_SESSION_TOKEN and AWS_REGION"
      : status === 404 || status === 410
      ? "check the URL"
      : "check the URL and the server";
    return new FormatError(
      "FMT001",
      `cannot read ${this.#target.path}: the server answers ${statusOf(response)}`,
      {
        notes: [`from byte ${countText(position)}`],
        help,
      },
    );
  }

  #odd(response: Response, position: number): FormatError {
    const range = response.headers.get("content-range");
    const what = response.status !== 206
      ? `${statusOf(response)} to a range`
      : range === null
      ? "206 without Content-Range"
      : `Content-Range: ${range}`;
    return new FormatError("FMT001", `cannot read ${this.#target.path}: the server answers ${what}`, {
      notes: [`bytes from ${countText(position)} were asked for`],
      help: "download the file and name that, or serve it from a server that knows ranges",
    });
  }

  #notAllowed(cause: Error): FormatError {
    const { host } = new URL(this.#url);
    return new FormatError("FMT001", `cannot read ${this.#target.path}: the network may not be used`, {
      help: `allow it: deno run --allow-net=${host} … (or deno run -P)`,
      cause,
    });
  }
}

function statusOf({ status, statusText }: Response): string {
  return `${status} ${statusText}`.trimEnd();
}

/** Deno's message has the whole URL, with whatever is secret in it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ for url \(.*?\)/, "").replace(/\s*\(os error \d+\)/g, "");
}

/** `bytes 0-99/5000`, or `bytes *\/5000`; null: there is none */
function rangeOf({ headers }: Response): { readonly start: number; readonly size: number | null } | null {
  const [, start, size] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (size === undefined) return null;
  return { start: Number(start ?? 0), size: size === "*" ? null : Number(size) };
}

function versionOf({ headers }: Response, size: number | null): string {
  const etag = headers.get("etag"), modified = headers.get("last-modified");
  return [
    ...(etag === null ? [] : [`ETag ${etag}`]),
    ...(modified === null ? [] : [`Last-Modified ${modified}`]),
    ...(size === null ? [] : [`${countText(size)} bytes`]),
  ].join(", ");
}
