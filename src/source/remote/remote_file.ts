/**
 * A file behind a URL, read synchronously and from any thread: a thread of its own fetches ranges into the blocks of
 * a {@link Desk}, ahead of whoever reads in order. Memory is a desk a file, whatever its size.
 *
 * How much is fetched at a time follows from how it is read: little at a place that is new, twice as much as was read
 * in a row before where reading goes on, up to a block; then blocks are fetched ahead. So columns that are pruned
 * cost few bytes, and whole files come at the network's pace.
 *
 * @module
 */
import { FormatError, Interrupted, NdpipeError } from "../../errors.ts";
import { type ByteStream, endsTooEarly, type RandomAccess } from "../random_access.ts";
import type { TextInput } from "../text/text_input.ts";
import { Bell, BLOCK, BLOCK_BYTES, Desk, DESK_BYTES, NUM_BLOCKS } from "./desk.ts";
import type { BellMessage, OpenMessage, PlainFailure } from "./fetch_worker.ts";
import type { RemoteInfo, RemoteTarget } from "./range_client.ts";
import { shownUrl } from "./remote_url.ts";
import { s3Object } from "./s3.ts";

/** fetched at a place where nothing was read before, and of the end, where footers are */
const FIRST_BYTES = 1 << 16;
/** blocks that are fetched ahead of a reader that goes through the file */
const BLOCKS_AHEAD = 3;
/** blocks that are remembered: as many columns may be read in turns */
const MAX_TRAILS = 4096;
const TIMEOUT_MS = 30_000;
/** four attempts */
const PAUSES_MS: readonly number[] = [100, 400, 1600];
/** the fetching thread gives up long before: four attempts and three pauses */
const PATIENCE_MS = 600_000;

/**
 * Memory of reading remote files: a desk, the fetching thread, and the pieces of bodies that the runtime gives it,
 * which lie until they are collected: measured as 52 MiB above a desk and 32 MiB, on a busy machine. The source counts
 * it, of every format; so a file that is read as text says of no memory that it holds.
 */
export const REMOTE_BYTES: number = DESK_BYTES + (128 << 20);

/** A remote file as other threads find it. Plain data, but for the buffer, which is shared. */
export interface SharedRemote {
  readonly path: string;
  readonly info: RemoteInfo;
  readonly buffer: SharedArrayBuffer;
  readonly bell: SharedArrayBuffer;
}

interface OpenFile extends Omit<SharedRemote, "buffer" | "bell"> {
  readonly desk: Desk;
  numUsers: number;
}

/** the files that this thread has open, by path; what another thread lent has users there */
const files = new Map<string, OpenFile>();
/** of this thread: runs while files are open */
let fetcher: { readonly worker: Worker; readonly bell: Bell } | null = null;
let numDesks = 0;

/**
 * Makes known here a file that another thread keeps open: {@link RemoteFile.open} finds it, until the next one is
 * made known.
 */
export function adoptRemote({ path, info, buffer, bell }: SharedRemote): void {
  for (const [other, { numUsers }] of files) if (numUsers === Infinity) files.delete(other);
  if (files.has(path)) return; // it is this thread's own
  files.set(path, { path, info, desk: new Desk(new Bell(bell), buffer), numUsers: Infinity });
}

/** What other threads need of a file that this one has open; null: it is not open, or its server knows no ranges. */
export function sharedRemote(url: string): SharedRemote | null {
  const file = files.get(shownUrl(url));
  if (file === undefined) return null;
  const { path, info, desk } = file;
  return { path, info, buffer: desk.buffer, bell: desk.bell.buffer };
}

function targetOf(url: string): RemoteTarget {
  const common = { path: shownUrl(url), timeoutMs: TIMEOUT_MS, pausesMs: PAUSES_MS };
  if (!/^s3:/i.test(url)) {
    if (URL.canParse(url)) return { ...common, url, s3: null };
    throw new FormatError("FMT001", `cannot read ${common.path}: it is no URL`, {
      help: "write https://HOST/PATH",
    });
  }
  const { url: address, keys } = s3Object(url);
  return { ...common, url: address, s3: keys };
}

function startFetcher(): { readonly worker: Worker; readonly bell: Bell } {
  const worker = new Worker(new URL("./fetch_worker.ts", import.meta.url), { type: "module" });
  const bell = new Bell(), message: BellMessage = { kind: "bell", buffer: bell.buffer };
  worker.postMessage(message);
  return { worker, bell };
}

let numRuns = 0;

/**
 * A run begins. To be called once it has ended: lets go of files that its threads had yet to read of when they were
 * closed. While another run goes on in this process, these may be its own.
 */
export function holdRemotes(): () => void {
  numRuns += 1;
  return () => {
    numRuns -= 1;
    releaseRemotes({ all: numRuns === 0 });
  };
}

/** Lets go of files that were closed while other threads had yet to read of them; `all`: those threads are gone. */
function releaseRemotes({ all }: { readonly all: boolean }): void {
  for (const file of files.values()) {
    if (file.numUsers > 0 || (!all && file.desk.numChunks > 0)) continue;
    files.delete(file.path);
    disconnect(file.desk);
  }
}

/** Has the fetching thread open the file. */
function connect(url: string): OpenFile {
  const target = targetOf(url);
  fetcher ??= startFetcher();
  const { worker, bell } = fetcher, desk = new Desk(bell);
  numDesks += 1;
  const message: OpenMessage = { kind: "open", target, buffer: desk.buffer, headBytes: FIRST_BYTES };
  // the answer and the file's head come to these two
  desk.setState(0, BLOCK.taken);
  desk.setState(1, BLOCK.taken);
  worker.postMessage(message);
  bell.ring();
  try {
    waitFor(desk, 0, target.path);
    const info = answerOf(desk, 0) as RemoteInfo;
    if (desk.state(1) === BLOCK.taken) desk.setState(1, BLOCK.free);
    desk.setState(0, BLOCK.free);
    return { path: target.path, info, desk, numUsers: 0 };
  } catch (error) {
    disconnect(desk);
    throw error;
  }
}

function disconnect(desk: Desk): void {
  desk.close();
  numDesks -= 1;
  if (numDesks > 0) return;
  fetcher?.worker.terminate();
  fetcher = null;
}

function isPending(state: number): boolean {
  return state === BLOCK.asked || state === BLOCK.taken;
}

function gaveUp(path: string): NdpipeError {
  return new NdpipeError("BUG001", `nothing was heard of ${path} for ${PATIENCE_MS / 1000} s`);
}

function waitFor(desk: Desk, block: number, path: string): void {
  const start = performance.now();
  for (let state = desk.state(block); isPending(state); state = desk.state(block)) {
    desk.wait(block, state, 1000);
    if (performance.now() - start > PATIENCE_MS) throw gaveUp(path);
  }
}

/** What the fetching thread wrote as JSON; throws where it is an error. */
function answerOf(desk: Desk, block: number): unknown {
  // what stands in a block that failed so is no answer
  if (desk.state(block) === BLOCK.failed && desk.interruptedBy !== null) {
    throw new Interrupted(desk.interruptedBy);
  }
  const bytes = desk.data(block).slice(0, desk.length(block));
  const value = JSON.parse(new TextDecoder().decode(bytes));
  if (desk.state(block) !== BLOCK.failed) return value;
  const { code, message, notes, help } = value as PlainFailure;
  const details = help === null ? { notes } : { notes, help };
  throw code.startsWith("FMT")
    ? new FormatError(code, message, details)
    : new NdpipeError(code, message, details);
}

/** A remote file: at positions where the server knows ranges, in order everywhere. */
export class RemoteFile implements RandomAccess, ByteStream, TextInput {
  readonly path: string;
  readonly info: RemoteInfo;
  readonly #file: OpenFile;
  readonly #isShared: boolean;
  /** where a block begins, or may: bytes that were fetched in a row before it */
  readonly #trails = new Map<number, number>();
  /** of reading in order */
  #position = 0;

  private constructor(file: OpenFile, isShared: boolean) {
    this.path = file.path;
    this.info = file.info;
    this.#file = file;
    this.#isShared = isShared;
  }

  /**
   * Opens a URL: http, https or s3. A file that this thread has open, or was lent, is shared.
   *
   * @throws FormatError FMT001: no such file, no permission, no answer; FMT003
   */
  static open(url: string): RemoteFile {
    const known = files.get(shownUrl(url));
    if (known !== undefined) {
      known.numUsers += 1;
      return new RemoteFile(known, true);
    }
    releaseRemotes({ all: false });
    const file = connect(url);
    file.numUsers = 1;
    // what comes in one piece is read by one reader
    if (file.info.canSeek) files.set(file.path, file);
    return new RemoteFile(file, file.info.canSeek);
  }

  /**
   * Opens a URL whose server has to know ranges.
   *
   * @throws FormatError FMT005 where it does not, and what {@link RemoteFile.open} throws
   */
  static openRanges(url: string): RemoteFile {
    const file = RemoteFile.open(url);
    if (file.info.canSeek) return file;
    file.close();
    throw new FormatError(
      "FMT005",
      `${file.path} cannot be read at positions: its server does not answer ranges`,
      {
        notes: ["Parquet, NumPy and Arrow files say at their end or far within what is where"],
        help: "download the file and name that; CSV, JSON lines and Arrow streams are read from such servers",
      },
    );
  }

  /** @throws NdpipeError BUG001 where the server does not say it, and knows no ranges */
  get size(): number {
    if (this.info.size === null) throw new NdpipeError("BUG001", `the size of ${this.path} is not known`);
    return this.info.size;
  }

  get numBytes(): number | null {
    return this.info.size;
  }

  readInto(view: Uint8Array, position: number): void {
    const available = Math.max(0, this.size - position);
    if (available < view.byteLength) throw endsTooEarly(this.path, position, view.byteLength, available);
    for (let done = 0; done < view.byteLength;) {
      const part = view.subarray(done);
      const block = this.#ask(position + done, part.byteLength);
      if (block >= 0) {
        waitFor(this.#file.desk, block, this.path);
        done += this.#take(block, position + done, part);
      } else pause();
    }
  }

  readSync(view: Uint8Array): number | null {
    if (view.byteLength === 0) return 0;
    if (this.#position === this.info.size) return null;
    for (;;) {
      const block = this.#ask(this.#position, view.byteLength);
      if (block >= 0) {
        waitFor(this.#file.desk, block, this.path);
        return this.#advance(this.#take(block, this.#position, view));
      }
      pause();
    }
  }

  /** The same without holding the thread, so that signals get through. */
  readonly read = async (view: Uint8Array): Promise<number | null> => {
    if (view.byteLength === 0) return 0;
    if (this.#position === this.info.size) return null;
    for (;;) {
      const { desk } = this.#file, block = this.#ask(this.#position, view.byteLength);
      if (block >= 0) {
        for (const start = performance.now(); isPending(desk.state(block));) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          if (performance.now() - start > PATIENCE_MS) throw gaveUp(this.path);
        }
        return this.#advance(this.#take(block, this.#position, view));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };

  close(): void {
    const file = this.#file;
    file.numUsers -= 1;
    // what other threads have yet to decode, they have yet to read
    if (file.numUsers > 0 || (this.#isShared && file.desk.numChunks > 0)) return;
    if (this.#isShared) files.delete(file.path);
    disconnect(file.desk);
  }

  #advance(count: number): number | null {
    this.#position += count;
    return count === 0 ? null : count;
  }

  /** The block with the byte, pinned; asks for it and for what will be read next. -1: no block is free now. */
  #ask(position: number, wanted: number): number {
    const { desk } = this.#file;
    return desk.locked(() => {
      const { start, length } = this.#extent(position, wanted);
      let block = desk.find(position);
      if (block < 0) {
        block = desk.claim(start, length);
        if (block < 0) return -1;
        this.#follow(start, length);
      }
      desk.pin(block);
      const isRun = !this.info.canSeek || (this.#trails.get(desk.position(block)) ?? 0) >= BLOCK_BYTES;
      const end = Math.max(position + wanted, isRun ? position + BLOCKS_AHEAD * BLOCK_BYTES : 0);
      this.#askAhead(block, end);
      return block;
    });
  }

  /** Asks for the blocks behind one, as far as `end`, but leaves some for other readers. */
  #askAhead(block: number, end: number): void {
    const { desk } = this.#file, last = this.info.size ?? Infinity;
    let next = desk.position(block) + desk.length(block);
    // a stream that has ended gave less than it was asked for
    if (!this.info.canSeek && !isPending(desk.state(block)) && desk.length(block) < BLOCK_BYTES) return;
    for (
      let count = 0;
      count < Math.min(BLOCKS_AHEAD, NUM_BLOCKS - 2) && next < Math.min(end, last);
      count++
    ) {
      const found = desk.find(next);
      if (found >= 0) {
        next = desk.position(found) + desk.length(found);
        if (!this.info.canSeek && desk.length(found) < BLOCK_BYTES) return;
        continue;
      }
      const length = Math.min(BLOCK_BYTES, last - next);
      if (desk.claim(next, length) < 0) return;
      this.#follow(next, length);
      next += length;
    }
  }

  /** What is fetched for a byte. */
  #extent(position: number, wanted: number): { readonly start: number; readonly length: number } {
    const size = this.info.size ?? Infinity;
    if (!this.info.canSeek) return { start: position, length: BLOCK_BYTES };
    if (position >= size - FIRST_BYTES) {
      const start = Math.max(0, size - FIRST_BYTES);
      return { start, length: size - start };
    }
    const before = this.#trails.get(position) ?? 0;
    const length = Math.min(Math.max(wanted, FIRST_BYTES, 2 * before), BLOCK_BYTES, size - position);
    return { start: position, length };
  }

  /** Remembers how much is fetched in a row up to the end of a block. */
  #follow(start: number, length: number): void {
    const before = this.#trails.get(start) ?? 0;
    this.#trails.set(start + length, before + length);
    if (this.#trails.size <= MAX_TRAILS) return;
    const [oldest] = this.#trails.keys();
    this.#trails.delete(oldest!);
  }

  /** Copies what a block has of the bytes, and lets go of it. */
  #take(block: number, position: number, view: Uint8Array): number {
    const { desk } = this.#file;
    try {
      if (desk.state(block) === BLOCK.failed) answerOf(desk, block);
      const offset = position - desk.position(block);
      const part = desk.data(block).subarray(offset, Math.min(desk.length(block), offset + view.byteLength));
      view.set(part);
      return part.byteLength;
    } finally {
      desk.unpin(block);
    }
  }
}

/** Lets other threads finish with their blocks. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
