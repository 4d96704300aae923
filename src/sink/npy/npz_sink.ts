/**
 * Writes record batches as an archive of arrays (.npz), one an output, as `numpy.savez` does: stored, in the outputs'
 * order. Where an array lies depends on how many rows come, so record batches are collected as they come in one file
 * without a name; at the end each array's parts are read out of it.
 *
 * Source: PKWARE, ".ZIP File Format Specification", version 6.3.10 (sections in comments).
 *
 * @module
 */
import { zlib } from "../../compression/node_zlib.ts";
import { DTYPE } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { AtomicFile, type ByteOutput } from "../atomic_file.ts";
import { GATHERED_BYTES, GatheringWriter } from "../gathering_writer.ts";
import { openScratch, type ScratchFile } from "../scratch_file.ts";
import { openOn } from "../open_target.ts";
import type { OutputField, Sink } from "../sink.ts";
import { headerOf } from "./npy_sink.ts";

const COPY_BYTES = 1 << 20;
const LIMIT_32 = 0xffff_ffff, LIMIT_16 = 0xffff;
/** 1 January 1980, the first day that the format knows: the same bytes for the same table (4.4.6) */
const FIRST_DAY = 0x21;
/** version needed for zip64 (4.4.3) */
const VERSION_64 = 45, VERSION = 20;

/** of an entry's name, with ".npy" behind it (4.4.10) */
const MAX_NAME_BYTES = LIMIT_16 - 4;

/** Options of {@link openNpzSink}. */
export interface NpzSinkOptions {
  readonly fields: readonly OutputField[];
  readonly force: boolean;
  /** sizes and offsets from here on are written with 64 bits (4.5.3); less in tests */
  readonly zip64From?: number;
}

/** An array whose rows are collected. */
interface Collected {
  readonly field: OutputField;
  readonly rowBytes: number;
  /** of a row of all arrays before it */
  readonly bytesBefore: number;
}

/** Record batches of as many rows, one after the other. */
interface BatchRun {
  readonly numRows: number;
  count: number;
}

/** An entry of the directory. */
interface Written {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly numBytes: number;
  readonly offset: number;
}

class NpzSink implements Sink {
  readonly #output: ByteOutput;
  readonly #arrays: readonly Collected[];
  readonly #rowBytes: number;
  readonly #batches: BatchRun[] = [];
  readonly #zip64From: number;
  /** opened with the first rows */
  #scratch: ScratchFile | null = null;
  #gathered: GatheringWriter | null = null;
  #numRows = 0;
  #numCollected = 0;
  #position = 0;

  constructor(output: ByteOutput, fields: readonly OutputField[], zip64From: number) {
    this.#output = output;
    let bytesBefore = 0;
    this.#arrays = fields.map((field) => {
      const rowBytes = DTYPE[field.dtype].itemsize * (field.width ?? 1),
        array = { field, rowBytes, bytesBefore };
      bytesBefore += rowBytes;
      return array;
    });
    this.#rowBytes = bytesBefore;
    this.#zip64From = zip64From;
  }

  get numBytes(): number {
    return Math.max(this.#numCollected, this.#output.numBytes);
  }

  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void {
    if (numRows === 0) return;
    this.#numRows += numRows;
    const last = this.#batches.at(-1);
    if (last?.numRows === numRows) last.count += 1;
    else this.#batches.push({ numRows, count: 1 });
    const scratch = this.#scratch ??= this.#guarded(() => openScratch(this.#output));
    const gathered = this.#gathered ??= new GatheringWriter({
      path: this.#output.path,
      numBytes: 0,
      write: (bytes) => this.#guarded(() => scratch.write(bytes)),
      commit() {},
      abort() {},
    });
    for (const [i, { rowBytes }] of this.#arrays.entries()) {
      const bytes = new Uint8Array(memory.buffer, pointers[i]!, numRows * rowBytes);
      gathered.write(bytes);
      this.#numCollected += bytes.length;
    }
  }

  finish(): void {
    this.#gathered?.flush();
    const block = new Uint8Array(COPY_BYTES);
    const entries = this.#arrays.map((array) => this.#writeEntry(array, block));
    const start = this.#position;
    for (const entry of entries) this.#write(centralHeader(entry, this.#zip64From));
    this.#write(
      endRecords({ numEntries: entries.length, start, numBytes: this.#position - start }, this.#zip64From),
    );
    this.#closeScratch();
    this.#output.commit();
  }

  abort(): void {
    try {
      this.#closeScratch();
    } finally {
      this.#output.abort();
    }
  }

  #closeScratch(): void {
    const scratch = this.#scratch;
    this.#scratch = null;
    scratch?.close();
  }

  #write(bytes: Uint8Array): void {
    this.#output.write(bytes);
    this.#position += bytes.length;
  }

  /** The checksum stands before the bytes, so they are read twice. */
  #writeEntry(array: Collected, block: Uint8Array): Written {
    const { field, rowBytes } = array;
    const header = headerOf([field], this.#numRows), numBytes = header.length + this.#numRows * rowBytes;
    let crc = zlib().crc32(header);
    this.#eachBlock(array, block, (part) => crc = zlib().crc32(part, crc));
    const entry = {
      name: new TextEncoder().encode(`${field.name}.npy`),
      crc,
      numBytes,
      offset: this.#position,
    };
    this.#write(localHeader(entry, this.#zip64From));
    this.#write(header);
    this.#eachBlock(array, block, (part) => this.#write(part));
    return entry;
  }

  /** The array's bytes: of each record batch its part. */
  #eachBlock({ rowBytes, bytesBefore }: Collected, block: Uint8Array, use: (part: Uint8Array) => void): void {
    let batchStart = 0;
    for (const { numRows, count } of this.#batches) {
      for (let batch = 0; batch < count; batch++) {
        const start = batchStart + bytesBefore * numRows, numBytes = rowBytes * numRows;
        for (let at = 0; at < numBytes; at += block.length) {
          const part = block.subarray(0, Math.min(block.length, numBytes - at));
          this.#guarded(() => this.#scratch!.readAt(part, start + at));
          use(part);
        }
        batchStart += this.#rowBytes * numRows;
      }
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw cannotCollect(error);
    }
  }
}

/** The scratch file's refusal, and why an archive needs one. */
function cannotCollect(error: unknown): unknown {
  if (!(error instanceof OutputError)) return error;
  const { code, message, help, cause } = error;
  return new OutputError(code, message, {
    notes: ["its arrays are collected beside it first: it takes its size twice while it is written"],
    ...(help === null ? {} : { help }),
    cause,
  });
}

/** Little-endian fields one after the other: [bytes, value]. */
function record(fields: readonly (readonly [2 | 4 | 8, number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** names are UTF-8 (4.4.4, bit 11) */
const FLAGS = 0x800;

/** 4.3.7; with zip64's extra field both sizes are in it (4.5.3) */
function localHeader({ name, crc, numBytes }: Written, zip64From: number): Uint8Array {
  const isLarge = numBytes >= zip64From, size = isLarge ? LIMIT_32 : numBytes;
  const extra = isLarge ? record([[2, 1], [2, 16], [8, numBytes], [8, numBytes]]) : new Uint8Array();
  const fixed = record([
    [4, 0x04034b50],
    [2, isLarge ? VERSION_64 : VERSION],
    [2, FLAGS],
    [2, 0],
    [2, 0],
    [2, FIRST_DAY],
    [4, crc],
    [4, size],
    [4, size],
    [2, name.length],
    [2, extra.length],
  ]);
  return joined(fixed, name, extra);
}

/** 4.3.12 */
function centralHeader({ name, crc, numBytes, offset }: Written, zip64From: number): Uint8Array {
  const isLarge = numBytes >= zip64From, isFar = offset >= zip64From;
  const size = isLarge ? LIMIT_32 : numBytes, version = isLarge || isFar ? VERSION_64 : VERSION;
  const values = [...(isLarge ? [numBytes, numBytes] : []), ...(isFar ? [offset] : [])];
  const extra = values.length === 0
    ? new Uint8Array()
    : record([[2, 1], [2, 8 * values.length], ...values.map((value) => [8, value] as const)]);
  const fixed = record([
    [4, 0x02014b50],
    [2, version],
    [2, version],
    [2, FLAGS],
    [2, 0],
    [2, 0],
    [2, FIRST_DAY],
    [4, crc],
    [4, size],
    [4, size],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, isFar ? LIMIT_32 : offset],
  ]);
  return joined(fixed, name, extra);
}

/** 4.3.14 to 4.3.16 */
function endRecords(
  { numEntries, start, numBytes }: {
    readonly numEntries: number;
    readonly start: number;
    readonly numBytes: number;
  },
  zip64From: number,
): Uint8Array {
  const isLarge = numEntries >= LIMIT_16 || start >= zip64From || numBytes >= zip64From;
  const count = isLarge ? LIMIT_16 : numEntries;
  const end = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, isLarge ? LIMIT_32 : numBytes],
    [4, isLarge ? LIMIT_32 : start],
    [2, 0],
  ]);
  if (!isLarge) return end;
  const large = record([
    [4, 0x06064b50],
    [8, 44],
    [2, VERSION_64],
    [2, VERSION_64],
    [4, 0],
    [4, 0],
    [8, numEntries],
    [8, numEntries],
    [8, numBytes],
    [8, start],
  ]);
  return joined(large, record([[4, 0x07064b50], [4, 0], [8, start + numBytes], [4, 1]]), end);
}

/** Memory that the sink itself holds while it writes. */
export function npzSinkBytes(fields: readonly OutputField[]): number {
  return COPY_BYTES + GATHERED_BYTES + 64 * 1024 + 2048 * fields.length;
}

/**
 * Opens an .npz output.
 *
 * @param target the path of a file
 * @throws OutputError OUT001 it cannot be written, OUT002 it exists and `force` is not given, OUT003 a carried column,
 *   no column, standard output, or a name that readers would not find again
 *
 * @example
 * ```ts
 * import { openNpzSink } from "./npz_sink.ts";
 * import { openNpz } from "../../source/npy/mod.ts";
 * import { FileAccess } from "../../source/random_access.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const folder = Deno.makeTempDirSync();
 * const path = `${folder}/scores.npz`;
 * const sink = openNpzSink(path, { fields: [{ name: "score", dtype: "f32", width: null }], force: false });
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 64, 2).set([0.25, 0.5]);
 * sink.writeBatch(memory, 2, [64]);
 * sink.finish();
 * deepStrictEqual(openNpz(FileAccess.open(path)).read("score").data, Float32Array.of(0.25, 0.5));
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function openNpzSink(target: string, { fields, force, zip64From = LIMIT_32 }: NpzSinkOptions): Sink {
  const refuse = (what: string, help: string) => new OutputError("OUT003", what, { help });
  const carried = fields.find((field) => field.carried !== undefined);
  if (carried !== undefined) {
    throw refuse(
      `output ${carried.name} is carried, and an .npz archive has numbers only`,
      "write Arrow or Parquet, or leave the column out",
    );
  }
  if (fields.length === 0) {
    throw refuse("a table without columns is no archive", "return at least one output");
  }
  if (target === "-") throw refuse("an .npz archive is put together at its end", "name a file with -o");
  const long = fields.find(({ name }) => new TextEncoder().encode(name).length > MAX_NAME_BYTES);
  if (long !== undefined) {
    throw refuse(
      `an output's name has ${long.name.length} characters, and an entry's at most ${MAX_NAME_BYTES} bytes`,
      "take a shorter name",
    );
  }
  const cut = fields.find(({ name }) => name.includes("\0"));
  if (cut !== undefined) {
    throw refuse(
      `output ${JSON.stringify(cut.name)} has a NUL in its name, where readers of archives take it to end`,
      "give it another name, or write another format",
    );
  }
  const names = new Set(fields.map(({ name }) => name));
  const twin = fields.find(({ name }) => names.has(`${name}.npy`));
  if (twin !== undefined) {
    const [name, entry] = [twin.name, `${twin.name}.npy`].map((text) => JSON.stringify(text));
    throw refuse(
      `output ${name} becomes the entry ${entry}, and another output has that name: readers would take one for the other`,
      "give one of them another name, or write another format",
    );
  }
  return openOn(AtomicFile.open(target, { force }), (output) => new NpzSink(output, fields, zip64From));
}
