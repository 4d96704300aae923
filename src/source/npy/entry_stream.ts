/**
 * The bytes of one entry of an .npz archive in order, inflated where they are deflated, in bounded memory whatever the
 * archive claims. The last byte is given only where the size and the CRC-32 are those of the directory.
 *
 * @module
 */
import { zlib } from "../../compression/node_zlib.ts";
import { CONTINUE, ZlibHandle, type ZlibRest } from "../../compression/zlib_handle.ts";
import type { FormatError } from "../../errors.ts";
import type { RandomAccess } from "../random_access.ts";
import { corrupt, DEFLATED, locateEntry, type NpzEntry } from "./npz.ts";

const BLOCK_BYTES = 1 << 18;
/** zlib's window and tables */
const INFLATE_BYTES = 1 << 16;

/** Memory of one stream. */
export const ENTRY_STREAM_BYTES: number = 2 * BLOCK_BYTES + INFLATE_BYTES;

/** One entry, read from its start to its end. */
export class EntryStream {
  readonly #access: RandomAccess;
  readonly #entry: NpzEntry;
  readonly #inflate: ZlibHandle | null;
  readonly #source: Uint8Array;
  readonly #output: Uint8Array;
  #position: number;
  #end: number;
  #sourceStart = 0;
  #sourceEnd = 0;
  #outputStart = 0;
  #outputEnd = 0;
  #numGiven = 0;
  #crc = 0;

  /** @throws FormatError FMT003 to FMT005 */
  constructor(access: RandomAccess, entry: NpzEntry, limit: number) {
    this.#access = access;
    this.#entry = entry;
    this.#position = locateEntry(access, entry, limit);
    this.#end = this.#position + entry.numCompressedBytes;
    const isDeflated = entry.method === DEFLATED;
    this.#source = new Uint8Array(isDeflated ? BLOCK_BYTES : 0);
    this.#output = new Uint8Array(isDeflated ? BLOCK_BYTES : 0);
    this.#inflate = isDeflated ? new ZlibHandle(zlib().createInflateRaw()) : null;
  }

  /**
   * Fills the view with the next bytes.
   *
   * @throws FormatError FMT003 cut off, FMT004 damaged: also where the last bytes are asked for and the CRC differs
   */
  read(view: Uint8Array): void {
    const { name, numBytes, crc } = this.#entry;
    if (this.#numGiven + view.length > numBytes) throw this.#corrupt("ends before its rows do");
    if (this.#inflate === null) {
      this.#access.readInto(view, this.#position);
      this.#position += view.length;
    } else this.#inflateInto(view, this.#inflate);
    this.#crc = zlib().crc32(view, this.#crc);
    this.#numGiven += view.length;
    if (this.#numGiven < numBytes) return;
    if (this.#crc !== crc) throw corrupt(this.#access, `the checksum of entry ${name} differs`);
  }

  close(): void {
    this.#inflate?.close();
  }

  #inflateInto(view: Uint8Array, inflate: ZlibHandle): void {
    for (let done = 0; done < view.length;) {
      if (this.#outputStart === this.#outputEnd) this.#step(inflate);
      const part = this.#output.subarray(
        this.#outputStart,
        Math.min(this.#outputEnd, this.#outputStart + view.length - done),
      );
      view.set(part, done);
      done += part.length;
      this.#outputStart += part.length;
    }
  }

  /** Inflates a block; throws where nothing more comes. */
  #step(inflate: ZlibHandle): void {
    if (this.#sourceStart === this.#sourceEnd) {
      const count = Math.min(this.#source.length, this.#end - this.#position);
      this.#access.readInto(this.#source.subarray(0, count), this.#position);
      this.#position += count;
      this.#sourceStart = 0;
      this.#sourceEnd = count;
    }
    const numBytes = this.#sourceEnd - this.#sourceStart;
    const { sourceLeft, targetLeft } = this.#inflated(inflate, numBytes);
    this.#sourceStart = this.#sourceEnd - sourceLeft;
    this.#outputStart = 0;
    this.#outputEnd = this.#output.length - targetLeft;
    if (this.#outputEnd === 0 && sourceLeft === numBytes) throw this.#corrupt("ends before its rows do");
  }

  #inflated(inflate: ZlibHandle, sourceBytes: number): ZlibRest {
    try {
      return inflate.step(CONTINUE, {
        source: this.#source,
        sourceStart: this.#sourceStart,
        sourceBytes,
        target: this.#output,
      });
    } catch (error) {
      throw this.#corrupt(`cannot be inflated: ${(error as Error).message}`);
    }
  }

  #corrupt(what: string): FormatError {
    return corrupt(this.#access, `entry ${this.#entry.name} ${what}`);
  }
}
