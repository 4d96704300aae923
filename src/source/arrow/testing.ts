/**
 * What the tests of Arrow sources share: reading a source whole through slots and decoders, as the chunk loop
 * does, and pipes that deliver bytes from memory.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import { MemoryError } from "../../errors.ts";
import { bindInputs } from "../../schema/bind.ts";
import type { InputRequest, NullPolicy, Schema } from "../../schema/mod.ts";
import { NATIVE_GARBAGE_BYTES } from "../../compression/native_codecs.ts";
import { type ByteStream, MemoryAccess, type RandomAccess } from "../random_access.ts";
import type { ColumnView, Source, SpareMemory } from "../source.ts";
import { openArrowDecoder } from "./decoder.ts";
import type { ArrowPayload } from "./decoder.ts";
import { openArrowSource } from "./open.ts";
import { ArrowPipeSource } from "./pipe_source.ts";

/** Bytes on both sides of a slot that nobody may touch. */
const GUARD_BYTES = 256;
const GUARD_VALUE = 0xa5;
/** what the slot holds before a read, so that a missing read shows */
const STALE_VALUE = 0x5a;

/** what a plan would refuse beforehand */
const BUDGET_BYTES = 64 * 1024 * 1024;

/** A source read whole. */
export interface ReadTable {
  readonly numRows: number;
  /** values by request: row after row */
  readonly columns: readonly (number | bigint)[][];
  readonly copiedBytes: number;
  readonly numChunks: number;
  /** reads that tickets listed, and their bytes */
  readonly numReads: number;
  readonly readBytes: number;
}

/** A request for one column by its name. */
export function request(
  name: string,
  schema: Schema,
  nulls: NullPolicy = { kind: "error" },
): InputRequest {
  const field = schema.fields.find((candidate) => candidate.name === name);
  if (field?.type.kind !== "primitive" && field?.type.kind !== "fixedSizeList") {
    throw new Error(`no column ${name}`);
  }
  const { type } = field;
  return {
    input: name,
    dtype: type.dtype,
    width: type.kind === "fixedSizeList" ? type.listSize : 1,
    isScalar: type.kind === "primitive",
    selection: { kind: "name", name },
    nulls,
  };
}

/** Reads a source to its end; throws what it throws. Checks that nothing outside the slot is written. */
export async function readAll(
  source: Source,
  requests: readonly InputRequest[],
  { chunkRows, open, openDecoder = openArrowDecoder, spare }: {
    readonly chunkRows: number;
    readonly open?: (path: string) => RandomAccess;
    /** of another format */
    readonly openDecoder?: typeof openArrowDecoder;
    /** absent: the source takes no more than was planned */
    readonly spare?: SpareMemory | undefined;
  },
): Promise<ReadTable> {
  const bindings = bindInputs(requests, source.info.schema, source.info.path);
  const byteLength = source.slotBytes(bindings, chunkRows);
  const residentBytes = source.residentBytes(bindings, chunkRows);
  if (byteLength > BUDGET_BYTES || residentBytes > BUDGET_BYTES + NATIVE_GARBAGE_BYTES) {
    throw new MemoryError("MEM001", `a slot of ${byteLength} bytes, and ${residentBytes} beside it`);
  }
  const numPages = Math.ceil((byteLength + 2 * GUARD_BYTES) / 65536);
  const memory = new WebAssembly.Memory({ initial: numPages, maximum: numPages, shared: true });
  const slot = { memory, byteOffset: GUARD_BYTES, byteLength };
  const all = new Uint8Array(memory.buffer, 0, byteLength + 2 * GUARD_BYTES).fill(GUARD_VALUE);
  const columns = requests.map((): (number | bigint)[] => []);
  let numRows = 0, copiedBytes = 0, numChunks = 0, numReads = 0, readBytes = 0;
  source.begin(bindings, chunkRows, { sizes: [], ...(spare === undefined ? {} : { spare }) });
  const decoder = openDecoder(source.decoderOptions(), open);
  try {
    for (;;) {
      all.fill(STALE_VALUE, GUARD_BYTES, GUARD_BYTES + byteLength);
      const ticket = await source.next(slot);
      if (ticket === null) break;
      if (ticket.numRows < 1 || ticket.numRows > chunkRows) {
        throw new Error(`a chunk of ${ticket.numRows} rows`);
      }
      const posted = structuredClone(ticket);
      const chunk = decoder.decode(posted, slot);
      const { reads = new Float64Array() } = posted.payload as Partial<ArrowPayload>;
      for (let i = 0; i < reads.length; i += 3) readBytes += reads[i + 1]!;
      numReads += reads.length / 3;
      numChunks += 1;
      numRows += chunk.numRows;
      copiedBytes += chunk.copiedBytes;
      for (const [i, view] of chunk.columns.entries()) {
        for (const value of values(memory, view, requests[i]!, chunk.numRows)) columns[i]!.push(value);
      }
    }
  } finally {
    decoder.close();
  }
  const guards = [...all.subarray(0, GUARD_BYTES), ...all.subarray(GUARD_BYTES + byteLength)];
  if (guards.some((byte) => byte !== GUARD_VALUE)) throw new Error("bytes outside the slot were written");
  return { numRows, columns, copiedBytes, numChunks, numReads, readBytes };
}

function* values(
  memory: WebAssembly.Memory,
  { pointer, rowStride, elementStride }: ColumnView,
  { dtype, width }: InputRequest,
  numRows: number,
): Generator<number | bigint> {
  const { TypedArray } = DTYPE[dtype];
  for (let row = 0; row < numRows; row++) {
    for (let k = 0; k < width; k++) {
      yield new TypedArray(memory.buffer, pointer + row * rowStride + k * elementStride, 1)[0]!;
    }
  }
}

/** A source over bytes in memory, and the reader that counts what planning and `next` read. */
export function sourceOf(bytes: Uint8Array): { readonly source: Source; readonly access: MemoryAccess } {
  const access = new MemoryAccess(bytes, "test.arrow");
  return { source: openArrowSource("test.arrow", { open: () => access }), access };
}

/** Reads bytes in memory as a file. */
export async function readBytes(
  bytes: Uint8Array,
  requests: (schema: Schema) => readonly InputRequest[],
  chunkRows: number,
): Promise<ReadTable> {
  const { source, access } = sourceOf(bytes);
  return await readAll(source, requests(source.info.schema), { chunkRows, open: () => access });
}

/** A pipe that delivers bytes from memory, at most `maxBytes` a read. */
export class MemoryPipe implements ByteStream {
  readonly path = "stdin";
  readonly #bytes: Uint8Array;
  readonly #maxBytes: number;
  #position = 0;

  constructor(bytes: Uint8Array, maxBytes = 65536) {
    this.#bytes = bytes;
    this.#maxBytes = maxBytes;
  }

  get isDrained(): boolean {
    return this.#position === this.#bytes.byteLength;
  }

  readSync(view: Uint8Array): number | null {
    const piece = this.#bytes.subarray(
      this.#position,
      this.#position + Math.min(this.#maxBytes, view.byteLength),
    );
    if (piece.byteLength === 0) return null;
    view.set(piece);
    this.#position += piece.byteLength;
    return piece.byteLength;
  }

  read(view: Uint8Array): Promise<number | null> {
    return Promise.resolve(this.readSync(view));
  }

  close(): void {}
}

/** Reads bytes in memory as a pipe. */
export async function readPipe(
  bytes: Uint8Array,
  requests: (schema: Schema) => readonly InputRequest[],
  { chunkRows, maxBytes = 65536, spare }: {
    readonly chunkRows: number;
    readonly maxBytes?: number;
    readonly spare?: SpareMemory;
  },
): Promise<ReadTable> {
  const source = ArrowPipeSource.open(new MemoryPipe(bytes, maxBytes), 0);
  return await readAll(source, requests(source.info.schema), { chunkRows, spare });
}
