/**
 * Writes Arrow IPC files and streams. Columns go from wasm memory to the operating system without a copy; what is
 * small is gathered first, so that a batch of a thousand narrow columns is not a thousand calls.
 *
 * Layout promises, beyond what the format asks for: every body starts on a multiple of 64 bytes of the file, and so
 * does every buffer in it, so that a reader that maps the file gets aligned columns. Columns that are
 * computed are never nullable and have no validity bitmaps; carried ones have one in batches with nulls. Bytes depend on the fields, the batches and nothing else.
 *
 * Source: Arrow columnar format, "Encapsulated message format", "IPC Streaming Format", "IPC File Format".
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { AtomicFile, type ByteOutput, StandardOutput } from "../atomic_file.ts";
import type { CarriedBatch, OutputField, Sink } from "../sink.ts";
import { carriedPieces } from "./carried_pieces.ts";
import {
  type BodyBuffer,
  encodeFooter,
  encodeRecordBatchMessage,
  encodeSchemaMessage,
  type WrittenBlock,
} from "./encode_metadata.ts";
import { GATHERED_BYTES, GatheringWriter } from "./gathering_writer.ts";

const ALIGNMENT = 64;
/** continuation mark and size */
const PREFIX_BYTES = 8;
/** "ARROW1", padded to 8 bytes */
const MAGIC = new TextEncoder().encode("ARROW1");

/** Options of `openArrowSink`. */
export interface ArrowSinkOptions {
  /** replace an existing file */
  readonly force: boolean;
  /** where bytes go instead of the target, for tests */
  readonly output?: ByteOutput;
}

/** A column's part of a record batch. */
interface ColumnPart {
  /** elements of the column: rows, or rows × width */
  readonly numElements: number;
  /** bytes in the file */
  readonly numBytes: number;
  /** where it starts in the body */
  readonly position: number;
}

function alignUp(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** Packs bytes 0 and 1 into bits, least significant first, for the bytes of the result from byte `from`. */
export function packBits(bytes: Uint8Array, from: number, packed: Uint8Array): void {
  for (let i = 0; i < packed.length; i++) {
    const start = (from + i) * 8, end = Math.min(start + 8, bytes.length);
    let value = 0;
    for (let j = start; j < end; j++) value |= bytes[j]! << (j - start);
    packed[i] = value;
  }
}

/** packed bits are made and written in pieces of this */
const PACKED_BYTES = 64 * 1024;

class ArrowSink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  readonly #fields: readonly OutputField[];
  readonly #isFile: boolean;
  readonly #blocks: WrittenBlock[] = [];
  #packed: Uint8Array | null = null;

  constructor(output: ByteOutput, isFile: boolean, fields: readonly OutputField[]) {
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#isFile = isFile;
    this.#fields = fields;
    if (isFile) {
      this.#writer.write(MAGIC);
      this.#writer.pad(8 - MAGIC.byteLength);
    }
    this.#writeMessage(encodeSchemaMessage(fields));
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(
    memory: WebAssembly.Memory,
    numRows: number,
    pointers: readonly number[],
    carried: readonly (CarriedBatch | null)[] = [],
  ): void {
    if (numRows === 0) return;
    const { columns, bodyBytes } = this.#layOut(numRows, carried);
    const nodes: { numElements: number; numNulls: number }[] = [], buffers: BodyBuffer[] = [];
    for (const [index, { position, numBytes, numElements }] of columns.entries()) {
      const batch = carried[index] ?? null;
      if (batch !== null) {
        nodes.push({ numElements: numRows, numNulls: batch.numNulls });
        let start = position;
        for (const piece of carriedPieces(this.#fields[index]!, batch, numRows)) {
          buffers.push({ position: start, numBytes: piece.numBytes });
          start = alignUp(start + piece.numBytes);
        }
        continue;
      }
      const noBitmap = { position, numBytes: 0 };
      if (this.#fields[index]!.width !== null) {
        nodes.push({ numElements: numRows, numNulls: 0 });
        buffers.push(noBitmap);
      }
      nodes.push({ numElements, numNulls: 0 });
      buffers.push(noBitmap, { position, numBytes });
    }
    const position = this.#writer.position;
    const metadataBytes = this.#writeMessage(
      encodeRecordBatchMessage(numRows, nodes, { buffers, bodyBytes }),
    );
    this.#blocks.push({ position, metadataBytes, bodyBytes });
    for (const [index, column] of columns.entries()) {
      const { dtype } = this.#fields[index]!, batch = carried[index] ?? null;
      if (batch !== null) {
        for (const piece of carriedPieces(this.#fields[index]!, batch, numRows)) {
          for (const part of piece.parts(memory)) this.#writer.write(part);
          this.#writer.pad(alignUp(piece.numBytes) - piece.numBytes);
        }
        continue;
      }
      const numBytes = column.numElements * DTYPE[dtype].itemsize;
      this.#writeColumn(dtype, column.numBytes, new Uint8Array(memory.buffer, pointers[index]!, numBytes));
      this.#writer.pad(alignUp(column.numBytes) - column.numBytes);
    }
  }

  finish(): void {
    const end = new Uint8Array(PREFIX_BYTES);
    end.fill(0xff, 0, 4);
    this.#writer.write(end);
    if (this.#isFile) {
      const footer = encodeFooter(this.#fields, this.#blocks);
      this.#writer.write(footer);
      const size = new Uint8Array(4);
      new DataView(size.buffer).setInt32(0, footer.byteLength, true);
      this.#writer.write(size);
      this.#writer.write(MAGIC);
    }
    this.#writer.flush();
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }

  #layOut(
    numRows: number,
    carried: readonly (CarriedBatch | null)[],
  ): { readonly columns: readonly ColumnPart[]; readonly bodyBytes: number } {
    let position = 0;
    const columns = this.#fields.map((field, i) => {
      const { dtype, width } = field, batch = carried[i] ?? null;
      if (batch !== null) {
        const start = position;
        for (const { numBytes } of carriedPieces(field, batch, numRows)) {
          position = alignUp(position + numBytes);
        }
        return { numElements: numRows, numBytes: position - start, position: start };
      }
      const numElements = numRows * (width ?? 1);
      const numBytes = dtype === "bool" ? Math.ceil(numElements / 8) : numElements * DTYPE[dtype].itemsize;
      const part = { numElements, numBytes, position };
      position = alignUp(position + numBytes);
      return part;
    });
    return { columns, bodyBytes: position };
  }

  /** `numBytes` in the file; in memory a bool is a byte */
  #writeColumn(dtype: DType, numBytes: number, elements: Uint8Array): void {
    if (dtype !== "bool") return this.#writer.write(elements);
    this.#packed ??= new Uint8Array(PACKED_BYTES);
    for (let from = 0; from < numBytes; from += PACKED_BYTES) {
      const piece = this.#packed.subarray(0, Math.min(PACKED_BYTES, numBytes - from));
      packBits(elements, from, piece);
      this.#writer.write(piece);
    }
  }

  /** prefix, metadata and padding, so that what follows starts on a multiple of 64 bytes; returns their bytes */
  #writeMessage(metadata: Uint8Array): number {
    const start = this.#writer.position;
    const numBytes = alignUp(start + PREFIX_BYTES + metadata.byteLength) - start;
    const prefix = new Uint8Array(PREFIX_BYTES), view = new DataView(prefix.buffer);
    view.setUint32(0, 0xffff_ffff, true);
    view.setInt32(4, numBytes - PREFIX_BYTES, true);
    this.#writer.write(prefix);
    this.#writer.write(metadata);
    this.#writer.pad(numBytes - PREFIX_BYTES - metadata.byteLength);
    return numBytes;
  }
}

/** metadata of one column while a batch is written: objects, and its share of the flatbuffer and its copy */
const METADATA_BYTES_PER_COLUMN = 1024;

/** Memory that the sink itself holds while it writes, whatever the batches: an upper estimate for the plan. */
export function arrowSinkBytes(fields: readonly OutputField[]): number {
  return GATHERED_BYTES + PACKED_BYTES + 64 * 1024 + METADATA_BYTES_PER_COLUMN * fields.length;
}

/**
 * Opens an Arrow output and writes its schema. Batches without rows are not written, so that the bytes do not
 * depend on how the rows arrived.
 *
 * @param target a path, or "-" for standard output
 * @param fields the columns; width k becomes a FixedSizeList of k, bool is packed to bits
 * @throws OutputError OUT001 it cannot be written, OUT002 it exists and `force` is not given; BrokenPipe
 *
 * @example
 * ```ts
 * import { openArrowSink } from "./arrow_sink.ts";
 * import { tableFromIPC } from "@uwdata/flechette";
 * import { deepStrictEqual } from "node:assert/strict";
 * const path = `${Deno.makeTempDirSync()}/scores.arrow`;
 * const fields = [{ name: "score", dtype: "f32", width: null }] as const;
 * const sink = openArrowSink(path, { format: "arrow-file", fields, force: false });
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 64, 2).set([0.25, 0.5]);
 * sink.writeBatch(memory, 2, [64]);
 * sink.finish();
 * deepStrictEqual([...tableFromIPC(Deno.readFileSync(path)).getChild("score")], [0.25, 0.5]);
 * ```
 */
export function openArrowSink(
  target: string,
  options: ArrowSinkOptions & {
    readonly format: "arrow-file" | "arrow-stream";
    readonly fields: readonly OutputField[];
  },
): Sink {
  const output = options.output ??
    (target === "-" ? new StandardOutput() : AtomicFile.open(target, { force: options.force }));
  try {
    return new ArrowSink(output, options.format === "arrow-file", options.fields);
  } catch (error) {
    output.abort();
    throw error;
  }
}
