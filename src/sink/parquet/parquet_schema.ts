/**
 * Output columns as Parquet has them: physical and logical types, and how carried values become theirs.
 *
 * Source: parquet.thrift (SchemaElement, LogicalType, ConvertedType), LogicalTypes.md of the Parquet format; Arrow's
 * Schema.fbs for the slots of carried types. Types map as Arrow's C++ implementation maps them.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { ARROW_TYPE, isUtf8Type } from "../../schema/arrow_numbers.ts";
import type { KeyValues } from "../../schema/arrow_tree.ts";
import type { CarriedType } from "../../schema/carried.ts";
import {
  CONVERTED,
  CONVERTED_INTEGERS,
  LOGICAL,
  PHYSICAL,
  REPETITION,
} from "../../schema/parquet_numbers.ts";
import type { OutputField } from "../sink.ts";
import type { ThriftWriter } from "./thrift_writer.ts";

/** How elements lie in memory, and what becomes of them in a page. */
export type Encoding =
  /** as they lie */
  | { readonly kind: "same"; readonly itemsize: number }
  /** whole numbers of 8 or 16 bits, with their sign extended to 32 */
  | { readonly kind: "widen"; readonly itemsize: 1 | 2; readonly isSigned: boolean }
  /** one byte each, or one bit each where they are carried */
  | { readonly kind: "bool" }
  /** text and bytes, each behind its length */
  | { readonly kind: "variable" }
  /** whole numbers of 32 or 64 bits, by a factor, or (days from milliseconds) by a divisor, to 32 bits or 64 */
  | { readonly kind: "scale"; readonly itemsize: 4 | 8; readonly factor: bigint; readonly divisor: bigint }
  /** little-endian numbers that Parquet has big-endian */
  | { readonly kind: "reverse"; readonly itemsize: number };

/** What the statistics of a column are of. */
export type Order = "number" | "bytes" | "none";

/** A column that is written. */
export interface ParquetColumn {
  readonly name: string;
  readonly physicalType: number;
  readonly encoding: Encoding;
  /** of FIXED_LEN_BYTE_ARRAY */
  readonly typeLength: number | null;
  readonly convertedType: number | null;
  /** digits of a decimal, which stand beside its converted type too */
  readonly decimal: { readonly scale: number; readonly precision: number } | null;
  /** writes the union LogicalType; null: the column has none */
  readonly logicalType: ((writer: ThriftWriter) => void) | null;
  readonly isOptional: boolean;
  /** elements of a list; null: the column is flat */
  readonly width: number | null;
  /** of the numbers in a page, for their statistics; null: they are not compared as numbers */
  readonly dtype: DType | null;
  readonly order: Order;
}

type ColumnType = Pick<
  ParquetColumn,
  "physicalType" | "encoding" | "typeLength" | "convertedType" | "decimal" | "logicalType" | "dtype" | "order"
>;

/** members of the union TimeUnit, by Arrow's number of the unit: seconds are written as milliseconds */
const TIME_UNIT = [1, 1, 2, 3] as const;

function type(physicalType: number, encoding: Encoding, more: Partial<ColumnType> = {}): ColumnType {
  return {
    physicalType,
    encoding,
    typeLength: null,
    convertedType: null,
    decimal: null,
    logicalType: null,
    dtype: null,
    order: "none",
    ...more,
  };
}

function numberType(dtype: DType): ColumnType {
  const { kind, itemsize } = DTYPE[dtype];
  const more = { dtype, order: "number" } as const;
  if (kind === "b") return type(PHYSICAL.boolean, { kind: "bool" }, more);
  if (kind === "f") {
    return type(itemsize === 4 ? PHYSICAL.float : PHYSICAL.double, { kind: "same", itemsize }, more);
  }
  const isSigned = kind === "i";
  const encoding: Encoding = itemsize === 1 || itemsize === 2
    ? { kind: "widen", itemsize, isSigned }
    : { kind: "same", itemsize };
  return type(itemsize === 8 ? PHYSICAL.int64 : PHYSICAL.int32, encoding, {
    ...more,
    convertedType: CONVERTED_INTEGERS[dtype]!,
    logicalType: (writer) =>
      writer.struct(LOGICAL.integer, (integer) => integer.i8(1, itemsize * 8).boolean(2, isSigned)),
  });
}

function slotNumber({ slots }: CarriedType, slot: number): number {
  const field = slots.find((candidate) => candidate.slot === slot);
  return field === undefined || field.kind === "string" ? 0 : field.value;
}

function decimalType(carried: CarriedType): ColumnType {
  const precision = slotNumber(carried, 0), scale = slotNumber(carried, 1), itemsize = carried.bitWidth! / 8;
  return type(PHYSICAL.fixedLengthByteArray, { kind: "reverse", itemsize }, {
    typeLength: itemsize,
    convertedType: CONVERTED.decimal,
    decimal: { scale, precision },
    logicalType: (writer) =>
      writer.struct(LOGICAL.decimal, (decimal) => decimal.i32(1, scale).i32(2, precision)),
  });
}

function timeLogical(member: number, unit: number, isAdjusted: boolean) {
  return (writer: ThriftWriter) =>
    writer.struct(
      member,
      (time) => time.boolean(1, isAdjusted).struct(2, (union) => union.struct(TIME_UNIT[unit]!, () => {})),
    );
}

function timeType(carried: CarriedType): ColumnType {
  const unit = slotNumber(carried, 0), itemsize = carried.bitWidth === 32 ? 4 : 8;
  const encoding: Encoding = unit === 0
    ? { kind: "scale", itemsize, factor: 1000n, divisor: 1n }
    : { kind: "same", itemsize };
  return type(itemsize === 4 ? PHYSICAL.int32 : PHYSICAL.int64, encoding, {
    convertedType: unit <= 1 ? CONVERTED.timeMillis : unit === 2 ? CONVERTED.timeMicros : null,
    logicalType: timeLogical(LOGICAL.time, unit, false),
  });
}

function timestampType(carried: CarriedType): ColumnType {
  const unit = slotNumber(carried, 0);
  const zone = carried.slots.find(({ slot }) => slot === 1);
  const isAdjusted = zone !== undefined && zone.kind === "string" && zone.value !== "";
  const encoding: Encoding = unit === 0
    ? { kind: "scale", itemsize: 8, factor: 1000n, divisor: 1n }
    : { kind: "same", itemsize: 8 };
  const convertedType = !isAdjusted
    ? null
    : unit <= 1
    ? CONVERTED.millis
    : unit === 2
    ? CONVERTED.micros
    : null;
  return type(PHYSICAL.int64, encoding, {
    convertedType,
    logicalType: timeLogical(LOGICAL.timestamp, unit, isAdjusted),
  });
}

const MILLISECONDS_PER_DAY = 86_400_000n;

/** The type of a carried column; null: Parquet has none for it here. */
export function carriedColumnType(carried: CarriedType): ColumnType | null {
  const { typeId, bitWidth } = carried;
  switch (typeId) {
    case ARROW_TYPE.int:
      return numberType(`${slotNumber(carried, 1) !== 0 ? "i" : "u"}${bitWidth}` as DType);
    case ARROW_TYPE.floatingPoint:
      if (bitWidth !== 16) return numberType(bitWidth === 32 ? "f32" : "f64");
      return type(PHYSICAL.fixedLengthByteArray, { kind: "same", itemsize: 2 }, {
        typeLength: 2,
        logicalType: (writer) => writer.struct(LOGICAL.float16, () => {}),
      });
    case ARROW_TYPE.binary:
    case ARROW_TYPE.largeBinary:
      return type(PHYSICAL.byteArray, { kind: "variable" }, { order: "bytes" });
    case ARROW_TYPE.utf8:
    case ARROW_TYPE.largeUtf8:
      return type(PHYSICAL.byteArray, { kind: "variable" }, {
        order: "bytes",
        convertedType: CONVERTED.utf8,
        logicalType: (writer) => writer.struct(LOGICAL.string, () => {}),
      });
    case ARROW_TYPE.bool:
      return numberType("bool");
    case ARROW_TYPE.decimal:
      return decimalType(carried);
    case ARROW_TYPE.date:
      return type(
        PHYSICAL.int32,
        bitWidth === 32
          ? { kind: "same", itemsize: 4 }
          : { kind: "scale", itemsize: 8, factor: 1n, divisor: MILLISECONDS_PER_DAY },
        { convertedType: CONVERTED.date, logicalType: (writer) => writer.struct(LOGICAL.date, () => {}) },
      );
    case ARROW_TYPE.time:
      return timeType(carried);
    case ARROW_TYPE.timestamp:
      return timestampType(carried);
    case ARROW_TYPE.fixedSizeBinary: {
      const itemsize = bitWidth! / 8;
      if (itemsize === 0) return null;
      return type(PHYSICAL.fixedLengthByteArray, { kind: "same", itemsize }, { typeLength: itemsize });
    }
    case ARROW_TYPE.duration:
      return type(PHYSICAL.int64, { kind: "same", itemsize: 8 });
    default:
      return null;
  }
}

/** Where Parquet has a type of its own for an extension type of Arrow: that one. */
function extended(own: ColumnType, carried: CarriedType, metadata: KeyValues): ColumnType {
  const name = metadata.find(([key]) => key === "ARROW:extension:name")?.[1];
  if (name === "arrow.json" && isUtf8Type(carried)) {
    const logicalType = (writer: ThriftWriter) => writer.struct(LOGICAL.json, () => {});
    return { ...own, convertedType: CONVERTED.json, logicalType };
  }
  if (name !== "arrow.uuid" || carried.typeId !== ARROW_TYPE.fixedSizeBinary || carried.bitWidth !== 128) {
    return own;
  }
  return { ...own, logicalType: (writer) => writer.struct(LOGICAL.uuid, () => {}) };
}

/**
 * The column that a field becomes.
 *
 * @throws OutputError OUT003 Parquet has no type for what it carries
 */
export function parquetColumn({ name, dtype, width, carried, metadata = [] }: OutputField): ParquetColumn {
  if (carried === undefined) return { name, isOptional: false, width, ...numberType(dtype) };
  const own = carriedColumnType(carried.type);
  if (own !== null) {
    return { name, isOptional: carried.nullable, width: null, ...extended(own, carried.type, metadata) };
  }
  throw new OutputError(
    "OUT003",
    `the carried column ${name} is ${carried.type.name}, which is not written to Parquet`,
    {
      operands: [`output ${name}  carried ${carried.type.name}`],
      help: "write Arrow (-o FILE.arrow), or leave the column out",
    },
  );
}

/** Writes one element of the schema. */
export type WriteElement = (writer: ThriftWriter) => void;

/** Writes the element of a column of single values. */
export function writeLeaf(writer: ThriftWriter, column: ParquetColumn, name: string): void {
  const { physicalType, typeLength, isOptional, convertedType, decimal, logicalType } = column;
  writer.i32(1, physicalType);
  if (typeLength !== null) writer.i32(2, typeLength);
  writer.i32(3, isOptional ? REPETITION.optional : REPETITION.required).text(4, name);
  if (convertedType !== null) writer.i32(6, convertedType);
  if (decimal !== null) writer.i32(7, decimal.scale).i32(8, decimal.precision);
  if (logicalType !== null) writer.struct(10, logicalType);
}

/** The root of a schema of so many columns. */
export function rootElement(numColumns: number): WriteElement {
  return (writer) => writer.text(4, "schema").i32(5, numColumns);
}

/** A column's elements of the schema. */
export function schemaElements(column: ParquetColumn): readonly WriteElement[] {
  if (column.width === null) return [(writer) => writeLeaf(writer, column, column.name)];
  return [
    (writer) =>
      writer.i32(3, REPETITION.required).text(4, column.name).i32(5, 1).i32(6, CONVERTED.list)
        .struct(10, (logical) => logical.struct(LOGICAL.list, () => {})),
    (writer) => writer.i32(3, REPETITION.repeated).text(4, "list").i32(5, 1),
    (writer) => writeLeaf(writer, column, "element"),
  ];
}
