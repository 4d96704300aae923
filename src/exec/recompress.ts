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
import { type BufferSize, bufferSize, readsOf } from "../source/arrow/buffer_sizes.ts";
import type { Fail } from "../source/arrow/flatbuffer.ts";
import { corruption, messageMetadata, type RecordBatchMetadata } from "../source/arrow/metadata.ts";
import type { RawMessage } from "../source/arrow/raw_messages.ts";

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
    const fail = corruption(path, part), stored = this.#stored.subarray(0, bodyBytes);
    const sizes = bufferSizes(batch, stored, fail), numBuffers = sizes.length;
    const plainBytes = sizes.reduce((sum, { numBytes }) => sum + numBytes, 0);
    const largest = sizes.reduce((most, { numBytes }) => Math.max(most, numBytes), 0);
    const codecBytes = compression === null
      ? plainBytes + 72 * numBuffers
      : compressionMemory(compression, { plainBytes, numBuffers });
    const decoderBytes = batch.codec === "ZSTD" ? nativeCodecMemory("zstd", largest) : 0;
    this.#reserve(bodyBytes + codecBytes + (batch.codec === null ? 0 : largest) + decoderBytes, part, path);
    this.#body.begin(plainBytes, numBuffers);
    const buffers = sizes.map((size, i) =>
      this.#body.add(size.numBytes, [this.#plainBuffer(batch, i, { stored, size, fail })])
    );
    const nodes = Array.from({ length: batch.nodes.length / 2 }, (_, i) => ({
      numElements: batch.nodes[2 * i]!,
      numNulls: batch.nodes[2 * i + 1]!,
    }));
    const body = this.#body.bytes;
    const encoded = {
      buffers,
      bodyBytes: body.byteLength,
      compression,
      version,
      variadicCounts: [...batch.variadicCounts],
      metadata: messageMetadata(message.metadata, fail),
    };
    const metadata = dictionary === null
      ? encodeRecordBatchMessage(batch.numRows, nodes, encoded)
      : encodeDictionaryMessage(dictionary, { numRows: batch.numRows, nodes, body: encoded });
    return { metadata, body };
  }

  #plainBuffer(
    { buffers, codec }: RecordBatchMetadata,
    index: number,
    { stored, size, fail }: {
      readonly stored: Uint8Array;
      readonly size: BufferSize;
      readonly fail: Fail;
    },
  ): Uint8Array {
    const position = buffers[2 * index]!, { numBytes, contentOffset, isCompressed } = size;
    const content = stored.subarray(position + contentOffset, position + buffers[2 * index + 1]!);
    if (!isCompressed) return content;
    if (this.#plain.byteLength < numBytes) this.#plain = new Uint8Array(numBytes);
    const target = this.#plain.subarray(0, numBytes);
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

/** what each buffer of a stored body holds */
function bufferSizes({ buffers, codec }: RecordBatchMetadata, stored: Uint8Array, fail: Fail): BufferSize[] {
  const read = codec === null ? null : readsOf(stored);
  return Array.from(
    { length: buffers.length / 2 },
    (_, i) => bufferSize(read, buffers[2 * i]!, buffers[2 * i + 1]!, fail),
  );
}
