/**
 * Follows the frames of a zstd stream by their headers (RFC 8878, section 3.1), without decompressing: tells whether
 * a stream that stops has stopped between frames, which the runtime's decompressor does not, and how large a window
 * its frames ask for.
 *
 * @module
 */

const FRAME_MAGIC = 0xfd2fb528, SKIPPABLE_MAGIC = 0x184d2a50;
const MAGIC_BYTES = 4, BLOCK_HEADER_BYTES = 3, CHECKSUM_BYTES = 4, SIZE_BYTES = 4;
/** magic, descriptor, window descriptor, dictionary id, content size */
const MAX_HEADER_BYTES = MAGIC_BYTES + 1 + 1 + 4 + 8;
const DICTIONARY_BYTES = [0, 1, 2, 4], CONTENT_BYTES = [0, 2, 4, 8];

/** What the bytes that come next are. */
type Part = "frameHeader" | "blockHeader" | "checksum" | "skippableSize";

/** Takes a zstd stream in pieces. */
export class ZstdFrames {
  /** the largest window that a frame so far asks for, in bytes */
  windowBytes = 0;
  #part: Part = "frameHeader";
  /** bytes that are passed over before the next part */
  #pass = 0;
  #held: number[] = [];
  #hasChecksum = false;
  #isForeign = false;

  /** whether the stream may end here */
  get isBetweenFrames(): boolean {
    return this.#part === "frameHeader" && this.#held.length === 0 && this.#pass === 0;
  }

  push(bytes: Uint8Array): void {
    let p = 0;
    while (p < bytes.length && !this.#isForeign) {
      if (this.#pass > 0) {
        const passed = Math.min(this.#pass, bytes.length - p);
        this.#pass -= passed;
        p += passed;
        continue;
      }
      this.#held.push(bytes[p++]!);
      if (this.#held.length === this.#partBytes()) this.#take();
    }
  }

  /** bytes of the part that is held, as far as they are known from those at hand */
  #partBytes(): number {
    const held = this.#held;
    switch (this.#part) {
      case "blockHeader":
        return BLOCK_HEADER_BYTES;
      case "checksum":
        return CHECKSUM_BYTES;
      case "skippableSize":
        return SIZE_BYTES;
      case "frameHeader": {
        if (held.length < MAGIC_BYTES) return MAX_HEADER_BYTES;
        if (this.#isSkippable()) return MAGIC_BYTES;
        if (held.length === MAGIC_BYTES) return MAX_HEADER_BYTES;
        const descriptor = held[MAGIC_BYTES]!, isSingle = (descriptor >> 5) & 1;
        const contentBytes = CONTENT_BYTES[descriptor >> 6] || isSingle;
        return MAGIC_BYTES + 1 + (1 - isSingle) + DICTIONARY_BYTES[descriptor & 3]! + contentBytes;
      }
      default:
        return this.#part satisfies never;
    }
  }

  #isSkippable(): boolean {
    return ((littleEndian(this.#held, 0, MAGIC_BYTES) & ~0xf) >>> 0) === SKIPPABLE_MAGIC;
  }

  #take(): void {
    const held = this.#held, part = this.#part;
    this.#held = [];
    switch (part) {
      case "skippableSize":
        this.#pass = littleEndian(held, 0, SIZE_BYTES);
        this.#part = "frameHeader";
        break;
      case "checksum":
        this.#part = "frameHeader";
        break;
      case "blockHeader": {
        const header = littleEndian(held, 0, BLOCK_HEADER_BYTES), isRunLength = ((header >> 1) & 3) === 1;
        this.#pass = isRunLength ? 1 : header >>> 3;
        if ((header & 1) === 1) this.#part = this.#hasChecksum ? "checksum" : "frameHeader";
        break;
      }
      case "frameHeader":
        this.#takeHeader(held);
        break;
      default:
        part satisfies never;
    }
  }

  #takeHeader(held: number[]): void {
    const magic = littleEndian(held, 0, MAGIC_BYTES);
    if (held.length === MAGIC_BYTES) {
      this.#part = "skippableSize";
      return;
    }
    // the decompressor says what is wrong with foreign bytes
    this.#isForeign = magic !== FRAME_MAGIC;
    const descriptor = held[MAGIC_BYTES]!, isSingle = ((descriptor >> 5) & 1) === 1;
    const dictionary = DICTIONARY_BYTES[descriptor & 3]!;
    let window: number;
    if (isSingle) {
      const at = MAGIC_BYTES + 1 + dictionary, numBytes = CONTENT_BYTES[descriptor >> 6] || 1;
      window = littleEndian(held, at, numBytes) + (numBytes === 2 ? 256 : 0);
    } else {
      const byte = held[MAGIC_BYTES + 1]!, base = 2 ** (10 + (byte >> 3));
      window = base + (base / 8) * (byte & 7);
    }
    this.windowBytes = Math.max(this.windowBytes, window);
    this.#hasChecksum = ((descriptor >> 2) & 1) === 1;
    this.#part = "blockHeader";
  }
}

function littleEndian(bytes: readonly number[], start: number, numBytes: number): number {
  let value = 0;
  for (let i = numBytes - 1; i >= 0; i--) value = value * 256 + bytes[start + i]!;
  return value;
}
