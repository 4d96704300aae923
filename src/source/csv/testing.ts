/**
 * Reads whole CSV texts from memory: for tests.
 *
 * @module
 */
import { DTYPE, type DType, isDType } from "../../dtype/mod.ts";
import type { ColumnBinding, NullPolicy } from "../../schema/mod.ts";
import type { ChunkTicket, Decoder, Source } from "../source.ts";
import { openCsvDecoder } from "./csv_decoder.ts";
import type { TextInput } from "../text/text_input.ts";
import { openCsvSource } from "./csv_source.ts";
import type { TextType } from "../text/text_type.ts";
import type { CsvOptions } from "../text/options.ts";

/** Bytes in memory as an input that counts what is read, and gives at most `readBytes` at a time. */
export class MemoryInput implements TextInput {
  readonly path = "table.csv";
  readonly numBytes: number;
  numRead = 0;
  isClosed = false;
  readonly #bytes: Uint8Array;
  readonly #readBytes: number;

  constructor(text: string | Uint8Array, readBytes = Infinity) {
    this.#bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    this.numBytes = this.#bytes.length;
    this.#readBytes = readBytes;
  }

  readSync(view: Uint8Array): number | null {
    const part = this.#bytes.subarray(this.numRead, this.numRead + Math.min(view.length, this.#readBytes));
    if (part.length === 0) return null;
    view.set(part);
    this.numRead += part.length;
    return part.length;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A binding of fields to an input named after the first of them. */
export function textBinding(
  dtype: DType,
  fieldIndices: readonly number[],
  nulls: NullPolicy = { kind: "error" },
): ColumnBinding {
  const request = {
    input: `input${fieldIndices[0]}`,
    dtype,
    width: fieldIndices.length,
    isScalar: fieldIndices.length === 1,
    selection: { kind: "pattern", pattern: "*" },
    nulls,
  } as const;
  return { request, fieldIndices, layout: "row" };
}

/** What a text holds: the names of its columns, the values of each binding row after row, the tickets. */
export interface ReadTable {
  readonly fieldNames: readonly string[];
  readonly values: readonly (readonly (number | bigint)[])[];
  readonly tickets: readonly ChunkTicket[];
}

type ReadOptions = CsvOptions & { readonly chunkRows?: number };

/** Reads all of an input that never waits through one slot of one shared memory, in chunks of `chunkRows`. */
export function readTable(
  input: TextInput | string,
  bindings: readonly ColumnBinding[],
  options: ReadOptions = {},
): ReadTable {
  const reading = openReading(input, bindings, options);
  try {
    for (;;) {
      const ticket = reading.next();
      if (ticket instanceof Promise) throw new Error("this input waits: use readWaitingTable");
      if (ticket === null) return reading.table();
      reading.add(ticket);
    }
  } finally {
    reading.close();
  }
}

/** The same for an input that may wait: a pipe. */
export async function readWaitingTable(
  input: TextInput,
  bindings: readonly ColumnBinding[],
  options: ReadOptions = {},
): Promise<ReadTable> {
  const reading = openReading(input, bindings, options);
  try {
    for (let ticket = await reading.next(); ticket !== null; ticket = await reading.next()) {
      reading.add(ticket);
    }
    return reading.table();
  } finally {
    reading.close();
  }
}

function openReading(input: TextInput | string, bindings: readonly ColumnBinding[], options: ReadOptions) {
  const source = openCsvSource(typeof input === "string" ? new MemoryInput(input) : input, options);
  return readingOf(source, openCsvDecoder, { bindings, chunkRows: options.chunkRows ?? 1000 });
}

/** Reads all of an opened source that never waits. */
export function readSource(
  source: Source,
  openDecoder: (options: unknown) => Decoder,
  table: { readonly bindings: readonly ColumnBinding[]; readonly chunkRows: number },
): ReadTable {
  const reading = readingOf(source, openDecoder, table);
  try {
    for (let ticket = reading.next(); ticket !== null; ticket = reading.next()) {
      if (ticket instanceof Promise) throw new Error("this input waits");
      reading.add(ticket);
    }
    return reading.table();
  } finally {
    reading.close();
  }
}

function readingOf(
  source: Source,
  openDecoder: (options: unknown) => Decoder,
  { bindings, chunkRows }: { readonly bindings: readonly ColumnBinding[]; readonly chunkRows: number },
) {
  const byteLength = source.slotBytes(bindings, chunkRows), byteOffset = 64;
  const pages = Math.ceil((byteOffset + byteLength) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const slot = { memory, byteOffset, byteLength };
  source.begin(bindings, chunkRows);
  const decoder = openDecoder(structuredClone(source.decoderOptions()));
  const values: (number | bigint)[][] = bindings.map(() => []);
  const tickets: ChunkTicket[] = [];
  return {
    next: () => source.next(slot),
    add(ticket: ChunkTicket): void {
      tickets.push(ticket);
      const { columns } = decoder.decode(structuredClone(ticket), slot);
      for (const [b, { request }] of bindings.entries()) {
        const { TypedArray, itemsize } = DTYPE[request.dtype];
        const { pointer, rowStride, elementStride } = columns[b]!;
        for (let row = 0; row < ticket.numRows; row++) {
          for (let k = 0; k < request.width; k++) {
            // typed arrays take a shared buffer too
            const buffer = memory.buffer as ArrayBuffer;
            const element = new TypedArray(buffer, pointer + row * rowStride + k * elementStride, 1)[0]!;
            values[b]!.push(element);
          }
        }
        if (rowStride !== request.width * itemsize) throw new Error("rows are not contiguous");
      }
    },
    table: (): ReadTable => ({
      fieldNames: source.info.schema.fields.map((field) => field.name),
      values,
      tickets,
    }),
    close(): void {
      decoder.close();
      source.close();
    },
  };
}

/** A value that was carried: text, a number, a bool, whole numbers as bigints. */
export type CarriedValue = string | number | bigint | boolean | null;

/**
 * What is carried of the first field, which is of this type, in one chunk; the second field is read as f64, so that
 * what is left behind the first is seen.
 */
export function readCarried(
  source: Source,
  openDecoder: (options: unknown) => Decoder,
  type: TextType,
): CarriedValue[] {
  const { request } = textBinding("f64", [0]);
  const carry: ColumnBinding = {
    request: { ...request, carry: { bytesPerRow: null } },
    fieldIndices: [0],
    layout: "row",
  };
  const bindings = [carry, textBinding("f64", [1], { kind: "nan" })];
  const byteLength = source.slotBytes(bindings, 1000), pages = Math.ceil((byteLength + 64) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const slot = { memory, byteOffset: 64, byteLength };
  source.begin(bindings, 1000);
  try {
    const ticket = source.next(slot);
    if (ticket === null || ticket instanceof Promise) throw new Error("there is no chunk");
    const { numRows, carried } = openDecoder(structuredClone(source.decoderOptions())).decode(ticket, slot);
    const { validity, offsets, pointer } = carried![0]!, view = new DataView(memory.buffer);
    const bit = (bitmap: number, row: number) => (view.getUint8(bitmap + (row >> 3)) >> (row & 7)) & 1;
    const valueOf = (row: number): CarriedValue => {
      if (offsets !== null) {
        const [from, to] = [
          view.getUint32(offsets + 4 * row, true),
          view.getUint32(offsets + 4 * row + 4, true),
        ];
        const bytes = new Uint8Array(memory.buffer, pointer + from, to - from).slice();
        return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      }
      if (type === "bool") return bit(pointer, row) === 1;
      if (isDType(type)) {
        return new DTYPE[type].TypedArray(memory.buffer as ArrayBuffer, pointer, row + 1)[row]!;
      }
      return type === "date32"
        ? BigInt(view.getInt32(pointer + 4 * row, true))
        : view.getBigInt64(pointer + 8 * row, true);
    };
    const values = Array.from({ length: numRows }, (_, row) => {
      const value = valueOf(row);
      if (bit(validity!.pointer, row) === 1) return value;
      // what stands in for a null is the same whatever was there before
      if (Number(value) !== 0) throw new Error(`${value} stands in for a null`);
      return null;
    });
    // what is wrong behind the rows is told when more are asked for
    if (source.next(slot) !== null) throw new Error("there is more than a chunk");
    return values;
  } finally {
    source.close();
  }
}
