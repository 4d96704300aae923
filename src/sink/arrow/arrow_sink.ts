/**
 * Writes Arrow IPC files and streams. Columns go from wasm memory to the operating system without a copy; what is
 * small is gathered first, so that a batch of a thousand narrow columns is not a thousand calls.
 *
 * Layout promises, beyond what the format asks for: every body starts on a multiple of 64 bytes of the file, and so
 * does every buffer in it, so that a reader that maps the file gets aligned columns. Columns that are
 * computed are never nullable and have no validity bitmaps; carried ones have one in batches with nulls. Bytes depend
 * on the fields, the batches, the compression and nothing else.
 *
 * Source: Arrow columnar format, "Encapsulated message format", "IPC Streaming Format", "IPC File Format".
 *
 * @module
 */
import { alignUp, DTYPE } from "../../dtype/mod.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { openOn, openTarget } from "../open_target.ts";
import type { BatchStream, CarriedBatch, OutputField, Sink } from "../sink.ts";
import type { KeyValues } from "../../schema/arrow_tree.ts";
import { PACKED_BYTES } from "./arrow_sink_bytes.ts";
import { type BufferPiece, carriedPieces } from "./carried_pieces.ts";
import { CompressedBody } from "./compressed_body.ts";
import {
  type ArrowCompression,
  type BodyBuffer,
  encodeFooter,
  encodeRecordBatchMessage,
  encodeSchemaMessage,
  type OutputSchema,
} from "./encode_metadata.ts";
import { MessageWriter } from "./message_writer.ts";
import { PackedColumn } from "./packed_column.ts";

/** Options of `openArrowSink`. */
export interface ArrowSinkOptions {
  /** replace an existing file */
  readonly force: boolean;
  /** how bodies are compressed; absent or null: not at all */
  readonly compression?: ArrowCompression | null;
  /** custom metadata of the table; absent: none */
  readonly metadata?: KeyValues;
  /** where bytes go instead of the target, for tests */
  readonly output?: ByteOutput;
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

/** A column of a record batch: its nodes, and its buffers in order. */
interface BatchColumn {
  readonly nodes: readonly { readonly numElements: number; readonly numNulls: number }[];
  readonly pieces: readonly BufferPiece[];
}

const NO_BITMAP: BufferPiece = { numBytes: 0, parts: () => [] };

class ArrowSink implements Sink {
  readonly #writer: MessageWriter;
  readonly #schema: OutputSchema;
  /** by column; null: its values are not packed */
  readonly #packedColumns: readonly (PackedColumn | null)[];
  readonly #compression: ArrowCompression | null;
  readonly #body: CompressedBody | null;
  readonly stream: BatchStream | null;
  #packed: Uint8Array | null = null;

  constructor(
    output: ByteOutput,
    { isFile, schema, compression }: {
      readonly isFile: boolean;
      readonly schema: OutputSchema;
      readonly compression: ArrowCompression | null;
    },
  ) {
    this.#writer = new MessageWriter(output, { isFile, schema: encodeSchemaMessage(schema) });
    this.#schema = schema;
    this.#packedColumns = schema.fields.map(({ name, carried }) =>
      carried?.type.packed === undefined ? null : new PackedColumn(name, carried.type.packed)
    );
    this.#compression = compression;
    this.#body = compression === null ? null : new CompressedBody(compression);
    const streams = compression === null && schema.fields.every(isPlain) &&
      (schema.fields.length === 1 || output.writeAt !== undefined);
    this.stream = streams ? this.#streamed() : null;
  }

  get numBytes(): number {
    return this.#writer.numBytes;
  }

  writeBatch(
    memory: WebAssembly.Memory,
    numRows: number,
    pointers: readonly number[],
    carried: readonly (CarriedBatch | null)[] = [],
  ): void {
    if (numRows === 0) return;
    const columns = this.#schema.fields.map((field, i): BatchColumn => {
      const batch = carried[i] ?? null, packed = this.#packedColumns[i] ?? null;
      if (batch === null) return this.#column(field, numRows, pointers[i]!);
      if (packed !== null) return packed.batch(memory, batch);
      const pieces = carriedPieces(field, batch, numRows);
      return { nodes: [{ numElements: numRows, numNulls: batch.numNulls }], pieces };
    });
    const nodes = columns.flatMap((column) => column.nodes);
    const pieces = columns.flatMap((column) => column.pieces);
    if (this.#body === null) {
      const { buffers, bodyBytes } = layOut(pieces);
      this.#writeHeader(numRows, nodes, { buffers, bodyBytes });
      for (const { numBytes, parts } of pieces) {
        for (const part of parts(memory)) this.#writer.body(part);
        this.#writer.pad(alignUp(numBytes) - numBytes);
      }
    } else {
      const body = this.#body;
      body.begin(pieces.reduce((sum, { numBytes }) => sum + numBytes, 0), pieces.length);
      const buffers = pieces.map(({ numBytes, parts }) => body.add(numBytes, parts(memory)));
      this.#writeHeader(numRows, nodes, { buffers, bodyBytes: body.bytes.byteLength });
      this.#writer.body(body.bytes);
    }
  }

  /** a batch's header goes out with its first rows, and each column's rows to their place */
  #streamed(): BatchStream {
    const rowBytes = this.#schema.fields.map(({ dtype, width }) => DTYPE[dtype].itemsize * (width ?? 1));
    const writer = this.#writer, inOrder = rowBytes.length === 1;
    /** where each column's next rows go; where the body ends */
    let places: number[] = [], end = 0, rowsLeft = 0;
    return {
      begin: (numRows) => {
        const columns = this.#schema.fields.map((field) => this.#column(field, numRows, 0));
        const { buffers, bodyBytes } = layOut(columns.flatMap(({ pieces }) => pieces));
        this.#writeHeader(numRows, columns.flatMap(({ nodes }) => nodes), { buffers, bodyBytes });
        let numBuffers = 0;
        places = columns.map(({ pieces }) =>
          writer.position + buffers[(numBuffers += pieces.length) - 1]!.position
        );
        end = writer.position + bodyBytes;
        rowsLeft = numRows;
        if (!inOrder) writer.skipBody(bodyBytes);
      },
      write: (memory, numRows, pointers) => {
        for (const [i, pointer] of pointers.entries()) {
          const rows = new Uint8Array(memory.buffer, pointer, numRows * rowBytes[i]!);
          if (inOrder) writer.body(rows);
          else writer.bodyAt(rows, places[i]!);
          places[i]! += rows.byteLength;
        }
        rowsLeft -= numRows;
        if (rowsLeft > 0) return;
        const padding = end - places.at(-1)!;
        if (inOrder) writer.pad(padding);
        else if (padding > 0) writer.bodyAt(new Uint8Array(padding), places.at(-1)!);
      },
    };
  }

  finish(): void {
    this.#writer.finish(() => encodeFooter(this.#schema));
  }

  abort(): void {
    this.#writer.abort();
  }

  /** a column that is computed: no bitmaps */
  #column({ dtype, width }: OutputField, numRows: number, pointer: number): BatchColumn {
    const numElements = numRows * (width ?? 1), memoryBytes = numElements * DTYPE[dtype].itemsize;
    const isBits = dtype === "bool", numBytes = isBits ? Math.ceil(numElements / 8) : memoryBytes;
    const data: BufferPiece = {
      numBytes,
      parts: (memory) => {
        const elements = new Uint8Array(memory.buffer, pointer, memoryBytes);
        return isBits ? this.#bits(elements, numBytes) : [elements];
      },
    };
    const node = { numElements, numNulls: 0 };
    if (width === null) return { nodes: [node], pieces: [NO_BITMAP, data] };
    return {
      nodes: [{ numElements: numRows, numNulls: 0 }, node],
      pieces: [NO_BITMAP, NO_BITMAP, data],
    };
  }

  /** in memory a bool is a byte */
  *#bits(elements: Uint8Array, numBytes: number): Generator<Uint8Array> {
    const packed = this.#packed ??= new Uint8Array(PACKED_BYTES);
    for (let from = 0; from < numBytes; from += PACKED_BYTES) {
      const piece = packed.subarray(0, Math.min(PACKED_BYTES, numBytes - from));
      packBits(elements, from, piece);
      yield piece;
    }
  }

  #writeHeader(
    numRows: number,
    nodes: BatchColumn["nodes"],
    { buffers, bodyBytes }: { readonly buffers: readonly BodyBuffer[]; readonly bodyBytes: number },
  ): void {
    const compression = this.#compression;
    const metadata = encodeRecordBatchMessage(numRows, nodes, { buffers, bodyBytes, compression });
    this.#writer.begin("recordBatch", metadata, bodyBytes);
  }
}

/** Whether a column's buffer is its rows one after the other, as they lie in memory. */
function isPlain({ dtype, carried }: OutputField): boolean {
  return carried === undefined && dtype !== "bool";
}

/** Buffers one after the other, as they are. */
function layOut(pieces: readonly BufferPiece[]) {
  let position = 0;
  const buffers = pieces.map(({ numBytes }): BodyBuffer => {
    const start = position;
    position = alignUp(position + numBytes);
    return { position: start, numBytes };
  });
  return { buffers, bodyBytes: position };
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
 * const folder = Deno.makeTempDirSync();
 * const path = `${folder}/scores.arrow`;
 * const fields = [{ name: "score", dtype: "f32", width: null }] as const;
 * const sink = openArrowSink(path, { format: "arrow-file", fields, force: false });
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 64, 2).set([0.25, 0.5]);
 * sink.writeBatch(memory, 2, [64]);
 * sink.finish();
 * deepStrictEqual([...tableFromIPC(Deno.readFileSync(path)).getChild("score")], [0.25, 0.5]);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function openArrowSink(
  target: string,
  options: ArrowSinkOptions & {
    readonly format: "arrow-file" | "arrow-stream";
    readonly fields: readonly OutputField[];
  },
): Sink {
  const { format, fields, force, metadata = [], compression = null } = options;
  return openOn(
    options.output ?? openTarget(target, { force }),
    (output) =>
      new ArrowSink(output, { isFile: format === "arrow-file", schema: { fields, metadata }, compression }),
  );
}
