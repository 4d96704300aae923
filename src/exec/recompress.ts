/**
 * Bodies compressed otherwise: buffer by buffer, whatever the types. Nothing but sizes is known of a buffer, and
 * nothing else is needed.
 *
 * @module
 */
import { decodeLz4Frames } from "../compression/lz4_frame.ts";
import { decompressNative, nativeCodecMemory } from "../compression/native_codecs.ts";
import { bytesText } from "../dtype/bytes_text.ts";
import { MemoryError } from "../errors.ts";
import { CompressedBody, compressionMemory } from "../sink/arrow/compressed_body.ts";
import {
  type ArrowCompression,
  encodeDictionaryMessage,
  encodeRecordBatchMessage,
} from "../sink/arrow/encode_metadata.ts";
import { corruption, type RecordBatchMetadata } from "../source/arrow/metadata.ts";
import type { RawMessage } from "../source/arrow/raw_messages.ts";

const PREFIX_BYTES = 8;

/** Where a message's body was read from, and how it is to be compressed. */
export interface RecompressOptions {
  /** null: not at all */
  readonly compression: ArrowCompression | null;
  /** bytes that bodies may take in memory */
  readonly roomBytes: number;
  /** what the run takes besides */
  readonly otherBytes: number;
}

/** A message as it is written. */
export interface Recompressed {
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
}

/** Recompresses one body after the other. */
export class Recompressor {
  readonly #options: RecompressOptions;
  readonly #body: CompressedBody;
  #stored: Uint8Array<ArrayBuffer> = new Uint8Array();
  #plain: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** the most that a message took so far */
  peakBytes = 0;

  constructor(options: RecompressOptions) {
    this.#options = options;
    this.#body = new CompressedBody(options.compression);
  }

  /**
   * Room for the stored body of a message, to be filled before `encode`.
   *
   * @throws MemoryError MEM003
   */
  stored({ bodyBytes, part }: RawMessage, path: string): Uint8Array {
    this.#reserve(bodyBytes, part, path);
    if (this.#stored.byteLength < bodyBytes) this.#stored = new Uint8Array(bodyBytes);
    return this.#stored.subarray(0, bodyBytes);
  }

  /** @throws FormatError FMT004, MemoryError MEM003 */
  encode(
    message: RawMessage,
    { path, version }: { readonly path: string; readonly version: number },
  ): Recompressed {
    const { batch, dictionary, part, bodyBytes } = message, { compression } = this.#options;
    const sizes = this.#sizes(message, path), plainBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const numBuffers = sizes.length, largest = sizes.reduce((most, bytes) => Math.max(most, bytes), 0);
    const codecBytes = compression === null
      ? plainBytes + 72 * numBuffers
      : compressionMemory(compression, { plainBytes, numBuffers });
    const decoderBytes = batch.codec === "ZSTD" ? nativeCodecMemory("zstd", largest) : 0;
    this.#reserve(bodyBytes + codecBytes + (batch.codec === null ? 0 : largest) + decoderBytes, part, path);
    this.#body.begin(plainBytes, numBuffers);
    const buffers = sizes.map((numBytes, i) =>
      this.#body.add(numBytes, [this.#plainBuffer(batch, i, { numBytes, path, part })])
    );
    const nodes = Array.from({ length: batch.nodes.length / 2 }, (_, i) => ({
      numElements: batch.nodes[2 * i]!,
      numNulls: batch.nodes[2 * i + 1]!,
    }));
    const body = this.#body.bytes;
    const said = { buffers, bodyBytes: body.byteLength, compression, version };
    const variadicCounts = [...batch.variadicCounts];
    const encoded = { ...said, variadicCounts };
    const metadata = dictionary === null
      ? encodeRecordBatchMessage(batch.numRows, nodes, encoded)
      : encodeDictionaryMessage(dictionary, { numRows: batch.numRows, nodes, body: encoded });
    return { metadata, body };
  }

  /** bytes of each buffer, uncompressed, as it says itself */
  #sizes({ batch: { buffers, codec }, part }: RawMessage, path: string): number[] {
    const view = new DataView(this.#stored.buffer), fail = corruption(path, part);
    return Array.from({ length: buffers.length / 2 }, (_, i) => {
      const position = buffers[2 * i]!, numBytes = buffers[2 * i + 1]!;
      if (codec === null || numBytes === 0) return numBytes;
      if (numBytes < PREFIX_BYTES) return fail(`a compressed buffer of ${numBytes} bytes`);
      const said = view.getBigInt64(position, true);
      if (said < -1n || said > BigInt(Number.MAX_SAFE_INTEGER)) {
        return fail(`a compressed buffer is said to hold ${said} bytes`);
      }
      return said === -1n ? numBytes - PREFIX_BYTES : Number(said);
    });
  }

  #plainBuffer(
    { buffers, codec }: RecordBatchMetadata,
    index: number,
    { numBytes, path, part }: { readonly numBytes: number; readonly path: string; readonly part: string },
  ): Uint8Array {
    const position = buffers[2 * index]!,
      stored = this.#stored.subarray(position, position + buffers[2 * index + 1]!);
    if (codec === null || stored.byteLength === 0) return stored;
    const content = stored.subarray(PREFIX_BYTES);
    if (new DataView(this.#stored.buffer).getBigInt64(position, true) === -1n) return content;
    if (this.#plain.byteLength < numBytes) this.#plain = new Uint8Array(numBytes);
    const target = this.#plain.subarray(0, numBytes), fail = corruption(path, part);
    if (codec === "LZ4_FRAME") decodeLz4Frames(content, target, fail);
    else decompressNative("zstd", { source: content, target }, fail);
    return target;
  }

  #reserve(numBytes: number, part: string, path: string): void {
    const { roomBytes, otherBytes } = this.#options;
    if (numBytes > roomBytes) {
      throw new MemoryError(
        "MEM003",
        `${part} of ${path} takes more memory than there is to compress it anew`,
        {
          notes: [
            `it takes ${bytesText(numBytes)}, and the budget leaves ${bytesText(Math.max(0, roomBytes))}`,
          ],
          help: `give more memory: at least --memory ${
            Math.ceil((otherBytes + numBytes) / 1024 ** 2)
          }MiB; or leave --compress out: bodies then go through in pieces`,
        },
      );
    }
    this.peakBytes = Math.max(this.peakBytes, numBytes);
  }
}
