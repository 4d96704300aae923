/**
 * Writes record batches as a Parquet file: a row group a batch, REQUIRED columns, PLAIN pages of the first version
 * without compression, so that a page's values go out as they lie in memory. What every reader reads.
 *
 * Shape (N, k) becomes a LIST of k elements; Arrow's own schema stands beside Parquet's, so that readers that know
 * it get a FixedSizeList back.
 *
 * Source: README.md, Encodings.md, LogicalTypes.md and parquet.thrift of the Parquet format.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { encodeSchemaMessage } from "../arrow/encode_metadata.ts";
import { GATHERED_BYTES, GatheringWriter } from "../arrow/gathering_writer.ts";
import { AtomicFile, type ByteOutput, StandardOutput } from "../atomic_file.ts";
import type { OutputField, Sink } from "../sink.ts";
import { ThriftWriter } from "./thrift_writer.ts";

const MAGIC = new TextEncoder().encode("PAR1");
/** elements of a page, at most, but whole rows and at least one */
const PAGE_ELEMENTS = 128 * 1024;
const PHYSICAL = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5 } as const;
const REQUIRED = 0, REPEATED = 2;
const PLAIN = 0, RLE = 3;
const UNCOMPRESSED = 0;
/** logical types LIST and INTEGER, and their converted types, which older readers go by */
const LOGICAL_LIST = 3, CONVERTED_LIST = 3, LOGICAL_INTEGER = 10;
const CONVERTED_INTEGERS: Readonly<Partial<Record<DType, number>>> = {
  u8: 11,
  u16: 12,
  u32: 13,
  u64: 14,
  i8: 15,
  i16: 16,
  i32: 17,
  i64: 18,
};

interface WrittenChunk {
  readonly position: number;
  readonly numBytes: number;
  readonly numValues: number;
}

interface WrittenRowGroup {
  readonly numRows: number;
  readonly chunks: readonly WrittenChunk[];
}

function physicalType(dtype: DType): number {
  if (dtype === "bool") return PHYSICAL.boolean;
  if (dtype === "f32") return PHYSICAL.float;
  if (dtype === "f64") return PHYSICAL.double;
  return dtype === "i64" || dtype === "u64" ? PHYSICAL.int64 : PHYSICAL.int32;
}

function writeLeaf(writer: ThriftWriter, name: string, dtype: DType): void {
  const { kind, itemsize } = DTYPE[dtype], converted = CONVERTED_INTEGERS[dtype];
  writer.i32(1, physicalType(dtype)).i32(3, REQUIRED).text(4, name);
  if (converted === undefined) return;
  writer.i32(6, converted).struct(
    10,
    (logical) =>
      logical.struct(
        LOGICAL_INTEGER,
        (integer) => integer.i8(1, itemsize * 8).boolean(2, kind === "i"),
      ),
  );
}

type WriteElement = (writer: ThriftWriter) => void;

function schemaElements(fields: readonly OutputField[]): WriteElement[] {
  const elements: WriteElement[] = [(writer) => writer.text(4, "schema").i32(5, fields.length)];
  for (const { name, dtype, width } of fields) {
    if (width === null) {
      elements.push((writer) => writeLeaf(writer, name, dtype));
      continue;
    }
    elements.push(
      (writer) =>
        writer.i32(3, REQUIRED).text(4, name).i32(5, 1).i32(6, CONVERTED_LIST)
          .struct(10, (logical) => logical.struct(LOGICAL_LIST, () => {})),
      (writer) => writer.i32(3, REPEATED).text(4, "list").i32(5, 1),
      (writer) => writeLeaf(writer, "element", dtype),
    );
  }
  return elements;
}

/** Arrow's schema as an encapsulated message, in base64 */
function arrowSchema(fields: readonly OutputField[]): string {
  const metadata = encodeSchemaMessage(fields);
  const bytes = new Uint8Array(8 + Math.ceil(metadata.length / 8) * 8), view = new DataView(bytes.buffer);
  view.setUint32(0, 0xffff_ffff, true);
  view.setInt32(4, bytes.length - 8, true);
  bytes.set(metadata, 8);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function unsignedVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** levels behind their size, as pages of the first version have them */
function sized(levels: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + levels.length);
  new DataView(bytes.buffer).setUint32(0, levels.length, true);
  bytes.set(levels, 4);
  return bytes;
}

/** Levels of whole lists of `width`: repetition 0, 1, 1, … packed in bits; definition 1 as one run. */
function listLevels(numElements: number, width: number): Uint8Array {
  const numGroups = Math.ceil(numElements / 8);
  const header = unsignedVarint(numGroups * 2 + 1);
  const repetition = new Uint8Array(header.length + numGroups);
  repetition.set(header);
  // bits behind the last element are padding
  repetition.fill(0xff, header.length);
  for (let element = 0; element < numElements; element += width) {
    repetition[header.length + (element >> 3)]! &= ~(1 << (element & 7));
  }
  const definition = Uint8Array.from([...unsignedVarint(numElements * 2), 1]);
  const first = sized(repetition), second = sized(definition);
  const levels = new Uint8Array(first.length + second.length);
  levels.set(first);
  levels.set(second, first.length);
  return levels;
}

class ParquetSink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  readonly #fields: readonly OutputField[];
  readonly #rowGroups: WrittenRowGroup[] = [];

  constructor(output: ByteOutput, fields: readonly OutputField[]) {
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#fields = fields;
    this.#writer.write(MAGIC);
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void {
    if (numRows === 0) return;
    const chunks = this.#fields.map((field, index) =>
      this.#writeChunk(field, { memory, numRows, pointer: pointers[index]! })
    );
    this.#rowGroups.push({ numRows, chunks });
  }

  finish(): void {
    const footer = this.#footer();
    this.#writer.write(footer);
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, footer.length, true);
    this.#writer.write(size);
    this.#writer.write(MAGIC);
    this.#writer.flush();
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }

  #writeChunk(
    { dtype, width }: OutputField,
    column: { readonly memory: WebAssembly.Memory; readonly numRows: number; readonly pointer: number },
  ): WrittenChunk {
    const { itemsize } = DTYPE[dtype], size = width ?? 1;
    const position = this.#writer.position;
    const pageRows = Math.max(1, Math.floor(PAGE_ELEMENTS / size));
    for (let row = 0; row < column.numRows; row += pageRows) {
      const numElements = Math.min(pageRows, column.numRows - row) * size;
      const start = column.pointer + row * size * itemsize;
      const values = plainValues(dtype, new Uint8Array(column.memory.buffer, start, numElements * itemsize));
      const levels = width === null ? new Uint8Array() : listLevels(numElements, width);
      const numBytes = levels.length + values.length;
      const header = new ThriftWriter().i32(1, 0).i32(2, numBytes).i32(3, numBytes)
        .struct(5, (page) => page.i32(1, numElements).i32(2, PLAIN).i32(3, RLE).i32(4, RLE)).finish();
      this.#writer.write(header);
      this.#writer.write(levels);
      this.#writer.write(values);
    }
    return { position, numBytes: this.#writer.position - position, numValues: column.numRows * size };
  }

  #footer(): Uint8Array {
    const numRows = this.#rowGroups.reduce((sum, group) => sum + group.numRows, 0);
    return new ThriftWriter()
      .i32(1, 2)
      .structs(2, schemaElements(this.#fields), (writer, write) => write(writer))
      .i64(3, numRows)
      .structs(4, this.#rowGroups, (writer, group) => this.#writeRowGroup(writer, group))
      .structs(
        5,
        [arrowSchema(this.#fields)],
        (writer, value) => writer.text(1, "ARROW:schema").text(2, value),
      )
      .text(6, "ndpipe")
      .finish();
  }

  #writeRowGroup(writer: ThriftWriter, { numRows, chunks }: WrittenRowGroup): void {
    const total = chunks.reduce((sum, { numBytes }) => sum + numBytes, 0);
    writer.structs(1, chunks, (item, { position, numBytes, numValues }, index) => {
      const { name, dtype, width } = this.#fields[index]!;
      item.i64(2, 0).struct(3, (metadata) =>
        metadata.i32(1, physicalType(dtype))
          .i32s(2, [PLAIN, RLE])
          .texts(3, width === null ? [name] : [name, "list", "element"])
          .i32(4, UNCOMPRESSED)
          .i64(5, numValues)
          .i64(6, numBytes)
          .i64(7, numBytes)
          .i64(9, position));
    }).i64(2, total).i64(3, numRows);
  }
}

/** Values as PLAIN has them: 8 bools a byte, whole numbers of at least 32 bits. */
function plainValues(dtype: DType, elements: Uint8Array): Uint8Array {
  const { TypedArray, itemsize } = DTYPE[dtype];
  if (dtype === "bool") {
    const bits = new Uint8Array(Math.ceil(elements.length / 8));
    for (let i = 0; i < elements.length; i++) bits[i >> 3]! |= elements[i]! << (i & 7);
    return bits;
  }
  if (itemsize >= 4) return elements;
  const narrow = new TypedArray(elements.buffer, elements.byteOffset, elements.length / itemsize);
  // signs are extended, so that readers that know only 32 bits see the same numbers
  return new Uint8Array(Int32Array.from(narrow as Int8Array).buffer);
}

/** metadata of a row group's column until the footer is written: an object, and twice its share of the footer */
const METADATA_BYTES_PER_CHUNK = 256;
/** counted where the rows are not known: 67 million rows in batches of the default size */
const ASSUMED_ROW_GROUPS = 1024;

/**
 * Memory that the sink itself holds while it writes: an upper estimate for the plan.
 *
 * @param numRowGroups that will be written; null where the rows are not known
 */
export function parquetSinkBytes(fields: readonly OutputField[], numRowGroups: number | null): number {
  const pageElements = Math.max(PAGE_ELEMENTS, ...fields.map(({ width }) => width ?? 1));
  const metadataBytes = METADATA_BYTES_PER_CHUNK * (numRowGroups ?? ASSUMED_ROW_GROUPS);
  // a page of widened values, and its levels three times while they are put together
  return GATHERED_BYTES + 64 * 1024 + pageElements * 5 + fields.length * (1024 + metadataBytes);
}

/** Options of `openParquetSink`. */
export interface ParquetSinkOptions {
  /** whether an output that exists is replaced */
  readonly force: boolean;
  readonly fields: readonly OutputField[];
  /** another way out, for tests */
  readonly output?: ByteOutput;
}

/**
 * Opens a Parquet output. Each batch becomes a row group; batches without rows are not written.
 *
 * @param target a path, or "-" for standard output
 * @throws OutputError OUT001 it cannot be written, OUT002 it exists and `force` is not given; BrokenPipe
 */
export function openParquetSink(target: string, { force, fields, output }: ParquetSinkOptions): Sink {
  const bytes = output ?? (target === "-" ? new StandardOutput() : AtomicFile.open(target, { force }));
  try {
    return new ParquetSink(bytes, fields);
  } catch (error) {
    bytes.abort();
    throw error;
  }
}
