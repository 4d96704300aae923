/**
 * The footer of a Parquet file, decoded into plain data: columns, row groups, and where each column's pages lie.
 * What it claims is checked against the file here; what lies in the pages is checked where they are read.
 *
 * Source: parquet.thrift and README.md of the Parquet format ("File format", "Metadata").
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import type { Schema } from "../../schema/mod.ts";
import { CODECS } from "../../schema/parquet_numbers.ts";
import { arrowHints } from "./arrow_schema.ts";
import { type Column, flattenSchema } from "./parquet_type.ts";
import type { SchemaElement } from "./schema_element.ts";
import { BINARY, type Fail, ThriftReader } from "./thrift.ts";

/** "PAR1", at the head and at the end of a file */
export const MAGIC_BYTES = 4;
/** the footer's size and the magic, at the end */
export const TRAILER_BYTES = 4 + MAGIC_BYTES;

/** A codec's name. */
export type Codec = (typeof CODECS)[number];

/** Pages of one column in one row group. */
export interface ColumnChunk {
  /** by CODECS; a number that is not there is refused when the column is read */
  readonly codec: number;
  /** level entries: values and nulls */
  readonly numValues: number;
  /** where its first page starts in the file, and the bytes of all of them */
  readonly position: number;
  readonly numBytes: number;
  /** null where the writer does not say */
  readonly nullCount: number | null;
  readonly physicalType: number;
  /** whether the pages lie in another file, or are encrypted: refused when the column is read */
  readonly refusal: string | null;
}

/** Rows that are stored together. */
export interface RowGroup {
  readonly numRows: number;
  readonly numBytes: number;
  /** by leaf */
  readonly chunks: readonly ColumnChunk[];
}

/** What the footer says. */
export interface ParquetMetadata {
  readonly numRows: number;
  /** by field */
  readonly columns: readonly Column[];
  readonly schema: Schema;
  readonly rowGroups: readonly RowGroup[];
}

/** An error that names the file and the part that is corrupt (FMT004). */
export function corruption(path: string, part: string): Fail {
  return (detail) => {
    throw new FormatError("FMT004", `${path} is corrupt: ${part}: ${detail}`, {
      help:
        "write or copy the file again; `pyarrow.parquet.read_metadata(path)` shows whether others read it",
    });
  };
}

/** The refusal of what Parquet allows and ndpipe does not read (FMT005). */
export function unsupported(path: string, feature: string, help: string): FormatError {
  return new FormatError("FMT005", `${path}: ${feature}`, { help });
}

interface Footer {
  numRows: number;
  createdBy: string;
  elements: SchemaElement[];
  rowGroups: RowGroup[];
  isEncrypted: boolean;
  arrowSchema: string | null;
  /** the table's own, and other readers': pandas, GeoParquet, Spark */
  keyValues: [key: string, value: string][];
}

function readLogicalType(reader: ThriftReader, type: number, element: SchemaElement): true {
  return reader.structField(type, (id, kind) => {
    element.logicalType = id;
    // DECIMAL: scale, precision; TIME, TIMESTAMP: isAdjustedToUTC, unit; INTEGER: bitWidth, isSigned
    if (![5, 7, 8, 10].includes(id)) return false;
    return reader.structField(kind, (field, fieldType) => {
      if (id === 5 && field === 1) element.scale = reader.integer(fieldType);
      else if (id === 5 && field === 2) element.precision = reader.integer(fieldType);
      else if (id === 10 && field === 1) element.bitWidth = reader.integer(fieldType);
      else if (id === 10 && field === 2) element.isSigned = reader.boolean(fieldType);
      else if (id !== 5 && field === 1) element.isAdjusted = reader.boolean(fieldType);
      else if (id !== 5 && field === 2) {
        return reader.structField(fieldType, (unit) => {
          element.unit = unit;
          return false;
        });
      } else return false;
      return true;
    });
  });
}

/** Reads an element of the schema. A group has no type, though parquet-go of 2023 gives the outermost one. */
function readElement(reader: ThriftReader): SchemaElement {
  const element: SchemaElement = {
    name: "",
    physicalType: null,
    repetition: 0,
    numChildren: 0,
    convertedType: null,
    logicalType: null,
    bitWidth: 0,
    isSigned: false,
    typeLength: 0,
    scale: 0,
    precision: 0,
    isAdjusted: false,
    unit: 0,
  };
  reader.struct((id, type) => {
    if (id === 1) element.physicalType = reader.integer(type);
    else if (id === 2) element.typeLength = reader.count(type);
    else if (id === 3) element.repetition = reader.integer(type);
    else if (id === 4) element.name = reader.text(type);
    else if (id === 5) element.numChildren = reader.count(type);
    else if (id === 6) element.convertedType = reader.integer(type);
    else if (id === 7) element.scale = reader.integer(type);
    else if (id === 8) element.precision = reader.integer(type);
    else if (id === 10) readLogicalType(reader, type, element);
    else return false;
    return true;
  });
  if (element.numChildren > 0) element.physicalType = null;
  return element;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function readChunkMetadata(reader: ThriftReader, type: number, chunk: Writable<ColumnChunk>): true {
  let dataPosition = 0, dictionaryPosition = 0;
  reader.structField(type, (id, kind) => {
    if (id === 1) chunk.physicalType = reader.integer(kind);
    else if (id === 4) chunk.codec = reader.integer(kind);
    else if (id === 5) chunk.numValues = reader.count(kind);
    else if (id === 7) chunk.numBytes = reader.count(kind);
    else if (id === 9) dataPosition = reader.count(kind);
    else if (id === 11) dictionaryPosition = reader.count(kind);
    else if (id === 12) {
      return reader.structField(kind, (field, fieldType) => {
        if (field !== 3) return false;
        chunk.nullCount = reader.count(fieldType);
        return true;
      });
    } else return false;
    return true;
  });
  // some writers say 0 where there is no dictionary
  const hasDictionary = dictionaryPosition >= MAGIC_BYTES && dictionaryPosition < dataPosition;
  chunk.position = hasDictionary ? dictionaryPosition : dataPosition;
  return true;
}

function readChunk(reader: ThriftReader): ColumnChunk {
  const chunk: Writable<ColumnChunk> = {
    codec: 0,
    numValues: 0,
    position: 0,
    numBytes: 0,
    nullCount: null,
    physicalType: -1,
    refusal: null,
  };
  reader.struct((id, type) => {
    if (id === 1 && reader.binary(type).length > 0) chunk.refusal = "its pages lie in another file";
    else if (id === 1) return true;
    else if (id === 3) readChunkMetadata(reader, type, chunk);
    else if (id === 8) {
      chunk.refusal = "its pages are encrypted";
      return false;
    } else return false;
    return true;
  });
  return chunk;
}

function readRowGroup(reader: ThriftReader): RowGroup {
  const chunks: ColumnChunk[] = [];
  let numRows = 0;
  reader.struct((id, type) => {
    if (id === 1) reader.structs(type, () => chunks.push(readChunk(reader)));
    else if (id === 3) numRows = reader.count(type);
    else return false;
    return true;
  });
  return { numRows, numBytes: chunks.reduce((sum, { numBytes }) => sum + numBytes, 0), chunks };
}

function readKeyValue(reader: ThriftReader, footer: Footer): void {
  let key = "", value: string | null = null;
  reader.struct((id, type) => {
    if (id === 1) key = reader.text(type);
    // fastparquet 0.8 wrote what its caller gave, numbers and bools too
    else if (id === 2 && type === BINARY) value = reader.text(type);
    else return false;
    return true;
  });
  if (value === null) return;
  if (key === "ARROW:schema") footer.arrowSchema = value;
  else footer.keyValues.push([key, value]);
}

function readFooter(bytes: Uint8Array, fail: Fail): Footer {
  const reader = new ThriftReader(bytes, fail);
  const footer: Footer = {
    numRows: 0,
    createdBy: "",
    elements: [],
    rowGroups: [],
    isEncrypted: false,
    arrowSchema: null,
    keyValues: [],
  };
  reader.struct((id, type) => {
    if (id === 2) reader.structs(type, () => footer.elements.push(readElement(reader)));
    else if (id === 3) footer.numRows = reader.count(type);
    else if (id === 4) reader.structs(type, () => footer.rowGroups.push(readRowGroup(reader)));
    else if (id === 5) reader.structs(type, () => readKeyValue(reader, footer));
    else if (id === 6) footer.createdBy = reader.text(type);
    else if (id === 8) {
      footer.isEncrypted = true;
      return false;
    } else return false;
    return true;
  });
  return footer;
}

/** Whether a file is by parquet-mr before 1.2.9, whose sizes lack the header of a chunk's dictionary (PARQUET-816). */
function leavesOutDictionaryHeaders(createdBy: string): boolean {
  const match = /^parquet-mr(?: version (\d+)\.(\d+)\.(\d+))?/.exec(createdBy);
  if (match === null) return false;
  const [major, minor, patch] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return major < 1 || (major === 1 && (minor < 2 || (minor === 2 && patch < 9)));
}

/** more than such a header takes; what lies behind a chunk's values is not read */
const MAX_DICTIONARY_HEADER_BYTES = 100;

function withDictionaryHeaders(group: RowGroup, footerPosition: number): RowGroup {
  const chunks = group.chunks.map((chunk) => {
    const numBehind = Math.max(0, footerPosition - chunk.position - chunk.numBytes);
    return { ...chunk, numBytes: chunk.numBytes + Math.min(MAX_DICTIONARY_HEADER_BYTES, numBehind) };
  });
  return { ...group, chunks };
}

/** What of a leaf its chunks are held against. */
interface LeafShape {
  readonly name: string;
  readonly physicalType: number;
  readonly isList: boolean;
}

/** The leaves of a column that are read, in the file's order. */
function leavesOf({ field, leaf, carried, nested }: Column): LeafShape[] {
  if (nested !== null) {
    return nested.leaves.map(({ path, physicalType, repetition }) => ({
      name: path,
      physicalType,
      isList: repetition > 0,
    }));
  }
  const flat = leaf ?? carried;
  return flat === null
    ? []
    : [{ name: field.name, physicalType: flat.physicalType, isList: flat.list !== null }];
}

/** What is wrong with a chunk; null: nothing. */
function chunkProblem(
  { position, numBytes, numValues, physicalType }: ColumnChunk,
  { leaf, numRows, footerPosition }: {
    readonly leaf: LeafShape;
    readonly numRows: number;
    readonly footerPosition: number;
  },
): string | null {
  if (physicalType !== leaf.physicalType) return "its pages have another type than the schema";
  const isEmpty = numRows === 0 && numValues === 0;
  const isInside = position >= MAGIC_BYTES && position + numBytes <= footerPosition;
  if (!isInside && !isEmpty) return "its pages are said to lie outside the file's data";
  const isComplete = leaf.isList ? numValues >= numRows : numValues === numRows;
  return isComplete ? null : `it has ${numValues} values for ${numRows} rows`;
}

/** Holds a row group against the schema and the file. Throws FormatError FMT004. */
function checkRowGroup(
  { chunks, numRows }: RowGroup,
  { index, columns, footerPosition, fail }: {
    readonly index: number;
    readonly columns: readonly Column[];
    readonly footerPosition: number;
    readonly fail: Fail;
  },
): void {
  const numLeaves = columns.reduce((sum, column) => sum + column.numLeaves, 0);
  if (chunks.length !== numLeaves) {
    fail(`row group ${index} has ${chunks.length} columns, the schema ${numLeaves}`);
  }
  for (const column of columns) {
    for (const [i, leaf] of leavesOf(column).entries()) {
      const chunk = chunks[column.firstLeaf + i]!;
      if (chunk.refusal !== null) continue;
      const problem = chunkProblem(chunk, { leaf, numRows, footerPosition });
      if (problem !== null) fail(`row group ${index}, column ${leaf.name}: ${problem}`);
    }
  }
}

/**
 * Decodes a footer and checks it against the file.
 *
 * @param footerPosition where it starts in the file: pages end before
 * @throws FormatError FMT004, FMT005
 */
export function decodeMetadata(bytes: Uint8Array, path: string, footerPosition: number): ParquetMetadata {
  const fail = corruption(path, "the footer");
  const { numRows, createdBy, elements, rowGroups, isEncrypted, arrowSchema, keyValues } = readFooter(
    bytes,
    fail,
  );
  if (isEncrypted) {
    throw unsupported(path, "its columns are encrypted", "decrypt it where its keys are");
  }
  const columns = flattenSchema(elements, arrowHints(arrowSchema), fail);
  for (const [index, group] of rowGroups.entries()) {
    checkRowGroup(group, { index, columns, footerPosition, fail });
  }
  const total = rowGroups.reduce((sum, group) => sum + group.numRows, 0);
  // parquet-rs of 2019 left the file's at zero
  if (total !== numRows && numRows !== 0) {
    return fail(`its row groups have ${total} rows, the file ${numRows}`);
  }
  return {
    numRows: total,
    columns,
    schema: {
      fields: columns.map(({ field }) => field),
      ...(keyValues.length === 0 ? {} : { metadata: keyValues }),
    },
    rowGroups: leavesOutDictionaryHeaders(createdBy)
      ? rowGroups.map((group) => withDictionaryHeaders(group, footerPosition))
      : rowGroups,
  };
}
