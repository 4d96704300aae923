/**
 * Bodies compressed otherwise: buffer by buffer, whatever the types. Nothing but sizes is known of a buffer, and
 * nothing else is needed.
 *
 * @module
 */
import { decodeLz4Frames } from "../compression/lz4_frame.ts";
import { decompressNative, nativeCodecMemory } from "../compression/native_codecs.ts";
import { bytesText } from "../wording/bytes_text.ts";
import { MemoryError } from "../errors.ts";
import { replacedBytes } from "../memory/byte_buffers.ts";
import { CompressedBody, compressionMemory } from "../sink/arrow/compressed_body.ts";
import {
  type ArrowCompression,
  type BodyBuffer,
  encodeDictionaryMessage,
  encodeRecordBatchMessage,
} from "../sink/arrow/encode_metadata.ts";
import { type BufferSize, bufferSize, readsOf } from "../source/arrow/buffer_sizes.ts";
import type { Fail } from "../source/arrow/flatbuffer.ts";
import { corruption, messageMetadata, type RecordBatchMetadata } from "../source/arrow/metadata.ts";
import type { RawMessage } from "../source/arrow/raw_messages.ts";

/** How bodies are compressed, in how much memory. */
export interface RecompressOptions {
  /** null: not at all */
  readonly compression: ArrowCompression | null;
  readonly budgetBytes: number;
  /** what the run takes besides */
  readonly otherBytes: () => number;
  /** called each so many bytes, between buffers, so that signals are heard */
  readonly breathe: () => Promise<void>;
}

/** compressing so many takes some milliseconds */
const BREATH_BYTES = 256 * 1024;

/** A message as it is written. */
export interface Recompressed {
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
}

/** Bytes that are held from message to message: each is the most that one of them took. */
interface HeldBytes {
  readonly stored: number;
  readonly encoded: number;
  readonly plain: number;
  readonly decoder: number;
}

function sum({ stored, encoded, plain, decoder }: HeldBytes): number {
  return stored + encoded + plain + decoder;
}

/** Recompresses one body after the other. */
export class Recompressor {
  readonly #options: RecompressOptions;
  readonly #body: CompressedBody;
  #stored: Uint8Array<ArrayBuffer> = new Uint8Array();
  #plain: Uint8Array<ArrayBuffer> = new Uint8Array();
  #sinceBreath = 0;
  #held: HeldBytes = { stored: 0, encoded: 0, plain: 0, decoder: 0 };

  constructor(options: RecompressOptions) {
    this.#options = options;
    this.#body = new CompressedBody(options.compression);
  }

  /** what messages took so far, and what is held on to */
  get peakBytes(): number {
    return sum(this.#held);
  }

  /**
   * Room for the stored body of a message, to be filled before `encode`.
   *
   * @throws MemoryError MEM003
   */
  stored({ bodyBytes, part }: RawMessage, path: string): Uint8Array {
    this.#reserve({ stored: bodyBytes }, part, path);
    if (this.#stored.byteLength < bodyBytes) this.#stored = replacedBytes(this.#stored, bodyBytes);
    return this.#stored.subarray(0, bodyBytes);
  }

  /** @throws FormatError FMT004, MemoryError MEM003 */
  async encode(
    message: RawMessage,
    { path, version }: { readonly path: string; readonly version: number },
  ): Promise<Recompressed> {
    const { batch, dictionary, part, bodyBytes } = message, { compression } = this.#options;
    const fail = corruption(path, part), stored = this.#stored.subarray(0, bodyBytes);
    const sizes = bufferSizes(batch, stored, fail), numBuffers = sizes.length;
    const plainBytes = sizes.reduce((sum, { numBytes }) => sum + numBytes, 0);
    const largest = sizes.reduce((most, { numBytes }) => Math.max(most, numBytes), 0);
    const encoded = compression === null
      ? plainBytes + 72 * numBuffers
      : compressionMemory(compression, { plainBytes, numBuffers });
    const decoder = batch.codec === "ZSTD" ? nativeCodecMemory("zstd", largest) : 0;
    this.#reserve({ encoded, plain: batch.codec === null ? 0 : largest, decoder }, part, path);
    this.#body.begin(plainBytes, numBuffers);
    const buffers: BodyBuffer[] = [];
    for (const [i, size] of sizes.entries()) {
      buffers.push(this.#body.add(size.numBytes, [this.#plainBuffer(batch, i, { stored, size, fail })]));
      this.#sinceBreath += size.numBytes;
      if (this.#sinceBreath < BREATH_BYTES) continue;
      this.#sinceBreath = 0;
      await this.#options.breathe();
    }
    const nodes = Array.from({ length: batch.nodes.length / 2 }, (_, i) => ({
      numElements: batch.nodes[2 * i]!,
      numNulls: batch.nodes[2 * i + 1]!,
    }));
    const body = this.#body.bytes;
    const form = {
      buffers,
      bodyBytes: body.byteLength,
      compression,
      version,
      variadicCounts: [...batch.variadicCounts],
      metadata: messageMetadata(message.metadata, fail),
    };
    const metadata = dictionary === null
      ? encodeRecordBatchMessage(batch.numRows, nodes, form)
      : encodeDictionaryMessage(dictionary, { numRows: batch.numRows, nodes, body: form });
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
    if (this.#plain.byteLength < numBytes) this.#plain = replacedBytes(this.#plain, numBytes);
    const target = this.#plain.subarray(0, numBytes);
    if (codec === "LZ4_FRAME") decodeLz4Frames(content, target, fail);
    else decompressNative("zstd", { source: content, target }, fail);
    return target;
  }

  /** counts what a message takes, beside what those before it left */
  #reserve(wanted: Partial<HeldBytes>, part: string, path: string): void {
    const most = (name: keyof HeldBytes) => Math.max(this.#held[name], wanted[name] ?? 0);
    const held = {
      stored: most("stored"),
      encoded: most("encoded"),
      plain: most("plain"),
      decoder: most("decoder"),
    };
    const numBytes = sum(held), otherBytes = this.#options.otherBytes();
    const roomBytes = this.#options.budgetBytes - otherBytes;
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
    this.#held = held;
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
