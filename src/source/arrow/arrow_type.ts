/**
 * Arrow's types as far as reading needs them: which dtype a column maps to, and how many nodes and buffers any
 * type takes in a record batch, so that columns that are not read can be passed over.
 *
 * Source: Arrow columnar format, "Physical Memory Layout" and the table "Buffer Listing for Each Layout";
 * Schema.fbs for the numbers of the union `Type` and the slots of its tables.
 *
 * `decodeType` is longer than other functions: one switch, as long as that union.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { ArrowSlot, CarriedType, Field } from "../../schema/mod.ts";
import type { PackedNode } from "../../schema/packed.ts";
import type { Table } from "./flatbuffer.ts";
import { packedNode } from "./packed_type.ts";
import { FIELD, keyValues } from "./schema_tree.ts";
import { typeSlots } from "./type_slots.ts";

/** A type's shape in a record batch. One field node each, then its children in order. */
export interface ArrowType {
  /** Arrow's name: "int32", "utf8", "struct" */
  readonly name: string;
  /** buffers of the node itself, the validity bitmap included */
  readonly numBuffers: number;
  /** whether buffer 0 is a validity bitmap */
  readonly hasValidity: boolean;
  /** whether a variadic count in the batch says how many buffers follow (utf8_view, binary_view) */
  readonly isVariadic: boolean;
  /** bits of one element in buffer 1, where that buffer is a plain array of fixed-width elements */
  readonly bitWidth: number | null;
  readonly dtype: DType | null;
  /** elements of a FixedSizeList */
  readonly listSize: number | null;
  readonly children: readonly ArrowField[];
  /** how its columns can be carried through; null: they cannot */
  readonly carried: CarriedType | null;
  /** whether what is carried are its buffers as they are; else values are taken out one by one (`packed_reads.ts`) */
  readonly isDirect: boolean;
  /** where values stand in a dictionary: its id, what it holds, and whether indices are signed; else null */
  readonly dictionary: {
    readonly id: number;
    readonly values: ArrowField;
    readonly isSigned: boolean;
  } | null;
}

/** A named type. */
export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ArrowType;
  /** its values as they are packed; null: they cannot be carried */
  readonly packed: PackedNode | null;
}

/** nesting beyond this is refused: no table needs it, and a hostile one could exhaust the stack */
const MAX_DEPTH = 64;

/** Metadata versions by their numbers in Schema.fbs. */
export const METADATA_V4 = 3;
export const METADATA_V5 = 4;

/** Slots of the table Field in Schema.fbs; a union takes two. */

const INTEGERS: Readonly<Record<string, DType>> = {
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  uint8: "u8",
  uint16: "u16",
  uint32: "u32",
  uint64: "u64",
};

function fixedWidth(name: string, bitWidth: number, dtype: DType | null): ArrowType {
  return {
    name,
    numBuffers: 2,
    hasValidity: true,
    isVariadic: false,
    bitWidth,
    dtype,
    listSize: null,
    children: [],
    carried: null,
    isDirect: false,
    dictionary: null,
  };
}

function other(name: string, numBuffers: number, children: readonly ArrowField[] = []): ArrowType {
  return {
    name,
    numBuffers,
    hasValidity: numBuffers > 0,
    isVariadic: false,
    bitWidth: null,
    dtype: null,
    listSize: null,
    children,
    carried: null,
    isDirect: false,
    dictionary: null,
  };
}

function integer(table: Table): ArrowType {
  const bitWidth = table.int32(0, 0);
  const name = `${table.bool(1) ? "" : "u"}int${bitWidth}`;
  const dtype = INTEGERS[name];
  if (dtype === undefined) return table.fail(`an integer type of ${bitWidth} bits`);
  return fixedWidth(name, bitWidth, dtype);
}

function floatingPoint(table: Table): ArrowType {
  const precision = table.int16(0, 0);
  if (precision === 0) return fixedWidth("float16", 16, "f32");
  if (precision === 1) return fixedWidth("float32", 32, "f32");
  if (precision === 2) return fixedWidth("float64", 64, "f64");
  return table.fail(`a floating-point type of precision ${precision}`);
}

function decimal(table: Table): ArrowType {
  const bitWidth = table.int32(2, 128);
  if (![32, 64, 128, 256].includes(bitWidth)) return table.fail(`a decimal type of ${bitWidth} bits`);
  return fixedWidth(`decimal${bitWidth}(${table.int32(0, 0)}, ${table.int32(1, 0)})`, bitWidth, null);
}

/** SECOND, MILLISECOND, MICROSECOND, NANOSECOND */
const TIME_UNITS = ["s", "ms", "us", "ns"] as const;

function timeUnit(table: Table, absent: number): string {
  const unit = table.int16(0, absent);
  return TIME_UNITS[unit] ?? table.fail(`a time unit ${unit}`);
}

function time(table: Table): ArrowType {
  const bitWidth = table.int32(1, 32);
  if (bitWidth !== 32 && bitWidth !== 64) return table.fail(`a time type of ${bitWidth} bits`);
  return fixedWidth(`time${bitWidth}[${timeUnit(table, 1)}]`, bitWidth, bitWidth === 32 ? "i32" : "i64");
}

function date(table: Table): ArrowType {
  const unit = table.int16(0, 1);
  if (unit === 0) return fixedWidth("date32", 32, "i32");
  if (unit === 1) return fixedWidth("date64", 64, "i64");
  return table.fail(`a date unit ${unit}`);
}

function interval(table: Table): ArrowType {
  const unit = table.int16(0, 0);
  const bitWidth = [32, 64, 128][unit] ?? table.fail(`an interval unit ${unit}`);
  return fixedWidth("interval", bitWidth, null);
}

function fixedSizeBinary(table: Table): ArrowType {
  const byteWidth = table.int32(0, 0);
  if (byteWidth < 0) return table.fail(`a fixed-size binary type of ${byteWidth} bytes`);
  return fixedWidth(`fixed_size_binary[${byteWidth}]`, byteWidth * 8, null);
}

function only(children: readonly ArrowField[], table: Table, name: string): ArrowField {
  const child = children[0];
  if (child === undefined || children.length !== 1) {
    return table.fail(`a ${name} type with ${children.length} children`);
  }
  return child;
}

function fixedSizeList(table: Table, children: readonly ArrowField[]): ArrowType {
  const child = only(children, table, "fixed-size list");
  const listSize = table.int32(0, 0);
  if (listSize < 0) return table.fail(`a fixed-size list type of ${listSize} elements`);
  const isFlat = child.type.listSize === null && child.type.dtype !== null;
  return {
    ...other(`fixed_size_list<${child.type.name}>[${listSize}]`, 1, children),
    listSize,
    dtype: isFlat && listSize > 0 ? child.type.dtype : null,
  };
}

function union(table: Table, children: readonly ArrowField[], version: number): ArrowType {
  const isDense = table.int16(0, 0) === 1;
  // "Union types ... do not have their own validity bitmap" since V5; before it stood first
  const hasValidity = version < METADATA_V5;
  const numBuffers = (hasValidity ? 1 : 0) + (isDense ? 2 : 1);
  const name = `${isDense ? "dense" : "sparse"}_union<${parts(children)}>`;
  return { ...other(name, numBuffers, children), hasValidity };
}

function list(name: string, numBuffers: number, table: Table, children: readonly ArrowField[]): ArrowType {
  const child = only(children, table, name);
  return other(`${name}<${child.type.name}>`, numBuffers, children);
}

/** "x: float32, label: utf8" */
function parts(children: readonly ArrowField[]): string {
  return children.map(({ name, type }) => `${name}: ${type.name}`).join(", ");
}

/** the list of its entries, which are structs of a key and a value */
function map(table: Table, children: readonly ArrowField[]): ArrowType {
  const entries = only(children, table, "map").type.children;
  return other(`map<${entries.map(({ type }) => type.name).join(", ")}>`, 2, children);
}

function timestamp(table: Table): ArrowType {
  const zone = table.string(1) ?? "";
  return fixedWidth(`timestamp[${timeUnit(table, 0)}${zone === "" ? "" : `, ${zone}`}]`, 64, "i64");
}

function view(name: string): ArrowType {
  return { ...other(name, 2), isVariadic: true };
}

function runEndEncoded(table: Table, children: readonly ArrowField[]): ArrowType {
  if (children.length !== 2) return table.fail(`a run-end-encoded type with ${children.length} children`);
  return other("run_end_encoded", 0, children);
}

/** The union `Type` of Schema.fbs, by its numbers. */
function decodeType(id: number, table: Table, children: readonly ArrowField[], version: number): ArrowType {
  switch (id) {
    case ARROW_TYPE.null:
      return other("null", 0);
    case ARROW_TYPE.int:
      return integer(table);
    case ARROW_TYPE.floatingPoint:
      return floatingPoint(table);
    case ARROW_TYPE.binary:
      return other("binary", 3);
    case ARROW_TYPE.utf8:
      return other("utf8", 3);
    case ARROW_TYPE.bool:
      return fixedWidth("bool", 1, "bool");
    case ARROW_TYPE.decimal:
      return decimal(table);
    case ARROW_TYPE.date:
      return date(table);
    case ARROW_TYPE.time:
      return time(table);
    case ARROW_TYPE.timestamp:
      return timestamp(table);
    case ARROW_TYPE.interval:
      return interval(table);
    case ARROW_TYPE.list:
      return list("list", 2, table, children);
    case ARROW_TYPE.struct:
      return other(`struct<${parts(children)}>`, 1, children);
    case ARROW_TYPE.union:
      return union(table, children, version);
    case ARROW_TYPE.fixedSizeBinary:
      return fixedSizeBinary(table);
    case ARROW_TYPE.fixedSizeList:
      return fixedSizeList(table, children);
    case ARROW_TYPE.map:
      return map(table, children);
    case ARROW_TYPE.duration:
      return fixedWidth(`duration[${timeUnit(table, 1)}]`, 64, "i64");
    case ARROW_TYPE.largeBinary:
      return other("large_binary", 3);
    case ARROW_TYPE.largeUtf8:
      return other("large_utf8", 3);
    case ARROW_TYPE.largeList:
      return list("large_list", 2, table, children);
    case ARROW_TYPE.runEndEncoded:
      return runEndEncoded(table, children);
    case ARROW_TYPE.binaryView:
      return view("binary_view");
    case ARROW_TYPE.utf8View:
      return view("utf8_view");
    case ARROW_TYPE.listView:
      return list("list_view", 3, table, children);
    case ARROW_TYPE.largeListView:
      return list("large_list_view", 3, table, children);
    default:
      // a number within reach of the format's growth is a type we do not know yet; any other is damage
      if (id === 0 || id > 64) return table.fail(`a column type of number ${id}`);
      throw new FormatError("FMT005", `a column has Arrow's type number ${id}, which is not known here`, {
        notes: ["types 1 (null) to 26 (large_list_view) of the format are known"],
        help: "write the table without that column",
      });
  }
}

/** Numbers of the types whose buffers are carried as they are. */
const DIRECT_TYPES: ReadonlySet<number> = new Set([
  ARROW_TYPE.int,
  ARROW_TYPE.floatingPoint,
  ARROW_TYPE.binary,
  ARROW_TYPE.utf8,
  ARROW_TYPE.bool,
  ARROW_TYPE.decimal,
  ARROW_TYPE.date,
  ARROW_TYPE.time,
  ARROW_TYPE.timestamp,
  ARROW_TYPE.interval,
  ARROW_TYPE.fixedSizeBinary,
  ARROW_TYPE.duration,
  ARROW_TYPE.largeBinary,
  ARROW_TYPE.largeUtf8,
]);

/** The type as it is carried: its table field by field. */
function carriedType(
  id: number,
  { name, bitWidth, children }: ArrowType,
  { table, packed }: { readonly table: Table; readonly packed: PackedNode | null },
): CarriedType | null {
  if (DIRECT_TYPES.has(id)) {
    return {
      name,
      bitWidth,
      isLarge: id === ARROW_TYPE.largeBinary || id === ARROW_TYPE.largeUtf8,
      typeId: id,
      slots: typeSlots(id, table),
    };
  }
  if (packed === null) return null;
  // runs are written as their values
  if (id === ARROW_TYPE.runEndEncoded) return children[1]!.type.carried;
  const { field: { typeId, slots }, isLarge } = packed;
  if (packed.kind === "variable") {
    const written = typeId === ARROW_TYPE.binary ? "binary" : "utf8";
    return { name: written, bitWidth: null, isLarge, typeId, slots: slots as readonly ArrowSlot[] };
  }
  return {
    name: name.replaceAll("list_view<", "list<"),
    bitWidth: null,
    isLarge: false,
    typeId,
    slots: [],
    packed,
  };
}

/** Decodes a table `Field` and all below it. */
export function decodeField(table: Table, version: number, depth = 0): ArrowField {
  if (depth > MAX_DEPTH) return table.fail(`types nested more than ${MAX_DEPTH} deep`);
  const children: ArrowField[] = [];
  for (const child of table.tables(FIELD.children)) children.push(decodeField(child, version, depth + 1));
  const name = table.string(FIELD.name) ?? "";
  const typeTable = table.table(FIELD.type);
  if (typeTable === null) return table.fail(`column ${JSON.stringify(name)} has no type`);
  const typeId = table.uint8(FIELD.typeId, 0), nullable = table.bool(FIELD.nullable);
  const decoded = decodeType(typeId, typeTable, children, version);
  const dictionary = table.table(FIELD.dictionary),
    isIndirect = dictionary !== null || typeId === ARROW_TYPE.runEndEncoded;
  const packed = packedNode({
    // the values that are referred to may be null, whatever the field says of the references
    field: { name, nullable: nullable || isIndirect, typeId, metadata: keyValues(table, FIELD.metadata) },
    type: decoded,
    table: typeTable,
    isV4: version < METADATA_V5,
  });
  const carried = carriedType(typeId, decoded, { table: typeTable, packed });
  const value = { ...decoded, carried, isDirect: DIRECT_TYPES.has(typeId) };
  if (dictionary === null) return { name, nullable: nullable || isIndirect, type: value, packed };
  const values = { name, nullable: true, type: value, packed };
  return { name, nullable: true, type: dictionaryEncoded(values, dictionary), packed };
}

/** In a record batch a dictionary-encoded column is its indices; the values come in batches of their own. */
function dictionaryEncoded(values: ArrowField, encoding: Table): ArrowType {
  const indexTable = encoding.table(1), { name, carried } = values.type;
  // "int32 if not specified"
  const index = indexTable === null ? fixedWidth("int32", 32, "i32") : integer(indexTable);
  return {
    ...index,
    name: `dictionary<${name}>`,
    dtype: null,
    carried,
    dictionary: { id: encoding.int64(0), values, isSigned: !index.name.startsWith("u") },
    listSize: null,
  };
}

/** The column as the planner sees it. */
export function schemaField(field: ArrowField): Field {
  const { name, type, nullable } = field;
  const carried = type.carried === null ? {} : { carried: type.carried };
  if (type.dtype === null) return { name, nullable, type: { kind: "other", name: type.name }, ...carried };
  const element = type.listSize === null ? type : type.children[0]!.type;
  const stored = element.name === "float16" ? { storedAs: "float16" as const } : {};
  if (type.listSize === null) {
    return { name, nullable, type: { kind: "primitive", dtype: type.dtype, ...stored }, ...carried };
  }
  return {
    name,
    nullable: nullable || type.children[0]!.nullable,
    type: { kind: "fixedSizeList", dtype: type.dtype, listSize: type.listSize, ...stored },
    ...carried,
  };
}
