/**
 * How columns are carried: the Arrow type of each of Parquet's, and how its values become Arrow's.
 *
 * Source: LogicalTypes.md of the Parquet format; Arrow's Schema.fbs for the numbers and slots of types. Types map as
 * Arrow's C++ implementation maps them.
 *
 * @module
 */
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { ArrowSlot, CarriedType } from "../../schema/mod.ts";
import { CONVERTED, LOGICAL, PHYSICAL } from "../../schema/parquet_numbers.ts";
import type { SchemaElement } from "./schema_element.ts";

/** What becomes of a value. */
export type CarriedConversion =
  /** bytes of the value's own length, which varies */
  | { readonly kind: "text" }
  /** bytes of one length as they are */
  | { readonly kind: "bytes"; readonly width: number }
  /** a big-endian number, of its own length where `width` is null, with its sign extended to a little-endian one */
  | { readonly kind: "decimal"; readonly width: number | null; readonly bytes: 16 | 32 }
  /** days and nanoseconds of a day */
  | { readonly kind: "int96" }
  /** a word of the physical type, cut to so many bytes, or with its sign extended to them */
  | { readonly kind: "word"; readonly bytes: 1 | 2 | 4 | 8 | 16 | 32 }
  | { readonly kind: "bool" };

/** What is read of a column that is carried. */
export interface CarriedLeaf {
  readonly type: CarriedType;
  readonly physicalType: number;
  /** the definition level of a value that is there */
  readonly maxDefinition: number;
  readonly list: null;
  readonly conversion: CarriedConversion;
}

const LOGICAL_TEXT: readonly number[] = [LOGICAL.string, LOGICAL.enum, LOGICAL.json];
const CONVERTED_TEXT: readonly number[] = [CONVERTED.utf8, CONVERTED.enum, CONVERTED.json];
const UNITS = ["s", "ms", "us", "ns"] as const;
/** the most digits of a decimal of 128 bits, and of one of 256 */
const DIGITS_128 = 38, DIGITS_256 = 76;

type Numbers = readonly [slot: number, kind: "int8" | "int16" | "int32", value: number][];

function arrowType(
  typeId: number,
  { name, bitWidth, numbers = [], strings = [] }: {
    readonly name: string;
    readonly bitWidth: number | null;
    readonly numbers?: Numbers;
    readonly strings?: readonly [slot: number, value: string][];
  },
): CarriedType {
  const slots: ArrowSlot[] = [
    ...numbers.map(([slot, kind, value]): ArrowSlot => ({ slot, kind, value })),
    ...strings.map(([slot, value]): ArrowSlot => ({ slot, kind: "string", value })),
  ];
  return {
    name,
    bitWidth,
    isLarge: typeId === ARROW_TYPE.largeBinary || typeId === ARROW_TYPE.largeUtf8,
    typeId,
    slots,
  };
}

function integer(bits: number, isSigned: boolean): CarriedType {
  return arrowType(ARROW_TYPE.int, {
    name: `${isSigned ? "" : "u"}int${bits}`,
    bitWidth: bits,
    numbers: [[0, "int32", bits], [1, "int8", isSigned ? 1 : 0]],
  });
}

function decimal({ scale, precision }: SchemaElement): CarriedType | null {
  if (precision < 1 || precision > DIGITS_256) return null;
  const bitWidth = precision <= DIGITS_128 ? 128 : 256;
  return arrowType(ARROW_TYPE.decimal, {
    name: `decimal${bitWidth}(${precision}, ${scale})`,
    bitWidth,
    numbers: [[0, "int32", precision], [1, "int32", scale], [2, "int32", bitWidth]],
  });
}

function timestamp(unit: number, zone: string): CarriedType {
  return arrowType(ARROW_TYPE.timestamp, {
    name: `timestamp[${UNITS[unit]}${zone === "" ? "" : `, ${zone}`}]`,
    bitWidth: 64,
    numbers: [[0, "int16", unit]],
    strings: [[1, zone]],
  });
}

function time(unit: number): CarriedType {
  const bitWidth = unit <= 1 ? 32 : 64;
  return arrowType(ARROW_TYPE.time, {
    name: `time${bitWidth}[${UNITS[unit]}]`,
    bitWidth,
    numbers: [[0, "int16", unit], [1, "int32", bitWidth]],
  });
}

type Carrying = Pick<CarriedLeaf, "type" | "conversion">;

/** whole numbers of 32 or 64 bits in the file */
function ofInteger(element: SchemaElement): Carrying | null {
  const { physicalType, logicalType, convertedType, unit, isAdjusted } = element;
  const bits = physicalType === PHYSICAL.int32 ? 32 : 64, bytes = bits === 32 ? 4 : 8;
  const same = (type: CarriedType): Carrying => ({ type, conversion: { kind: "word", bytes } });
  const is = (logical: number, converted: number) =>
    logicalType === null ? convertedType === converted : logicalType === logical;
  if (is(LOGICAL.decimal, CONVERTED.decimal)) {
    const type = decimal(element);
    return type === null
      ? null
      : { type, conversion: { kind: "word", bytes: type.bitWidth === 128 ? 16 : 32 } };
  }
  if (is(LOGICAL.date, CONVERTED.date) && bits === 32) {
    return same(arrowType(ARROW_TYPE.date, { name: "date32", bitWidth: 32, numbers: [[0, "int16", 0]] }));
  }
  if (logicalType === LOGICAL.time && unit >= 1 && unit <= 3 && bits === (unit === 1 ? 32 : 64)) {
    return same(time(unit));
  }
  if (logicalType === LOGICAL.timestamp && unit >= 1 && unit <= 3 && bits === 64) {
    return same(timestamp(unit, isAdjusted ? "UTC" : ""));
  }
  if (logicalType === null) {
    if (convertedType === CONVERTED.timeMillis && bits === 32) return same(time(1));
    if (convertedType === CONVERTED.timeMicros && bits === 64) return same(time(2));
    // the converted types are of instants
    if (convertedType === CONVERTED.millis && bits === 64) return same(timestamp(1, "UTC"));
    if (convertedType === CONVERTED.micros && bits === 64) return same(timestamp(2, "UTC"));
    if (convertedType === null) return same(integer(bits, true));
    if (convertedType < 11 || convertedType > 18) return null;
    const own = [8, 16, 32, 64][(convertedType - 11) % 4]!;
    return sized(own, convertedType >= 15);
  }
  return logicalType === LOGICAL.integer ? sized(element.bitWidth, element.isSigned) : null;

  function sized(own: number, isSigned: boolean): Carrying | null {
    if (![8, 16, 32, 64].includes(own) || own > bits || (own === 64) !== (bits === 64)) return null;
    return { type: integer(own, isSigned), conversion: { kind: "word", bytes: (own / 8) as 1 | 2 | 4 | 8 } };
  }
}

/** values of one length */
function ofFixedLength(element: SchemaElement): Carrying | null {
  const { typeLength: width, logicalType, convertedType } = element;
  if (width < 1) return null;
  if (logicalType === LOGICAL.float16 && width === 2) {
    const type = arrowType(ARROW_TYPE.floatingPoint, {
      name: "float16",
      bitWidth: 16,
      numbers: [[0, "int16", 0]],
    });
    return { type, conversion: { kind: "bytes", width } };
  }
  if (logicalType === LOGICAL.decimal || (logicalType === null && convertedType === CONVERTED.decimal)) {
    const type = decimal(element), bytes = type?.bitWidth === 128 ? 16 : 32;
    return type === null || width > bytes ? null : { type, conversion: { kind: "decimal", width, bytes } };
  }
  const type = arrowType(ARROW_TYPE.fixedSizeBinary, {
    name: `fixed_size_binary[${width}]`,
    bitWidth: 8 * width,
    numbers: [[0, "int32", width]],
  });
  return { type, conversion: { kind: "bytes", width } };
}

function ofBytes(element: SchemaElement): Carrying | null {
  const { logicalType, convertedType } = element;
  if (logicalType === LOGICAL.decimal || (logicalType === null && convertedType === CONVERTED.decimal)) {
    const type = decimal(element), bytes = type?.bitWidth === 128 ? 16 : 32;
    return type === null ? null : { type, conversion: { kind: "decimal", width: null, bytes } };
  }
  const isText = logicalType === null
    ? CONVERTED_TEXT.includes(convertedType ?? -1)
    : LOGICAL_TEXT.includes(logicalType);
  const type = isText
    ? arrowType(ARROW_TYPE.utf8, { name: "utf8", bitWidth: null })
    : arrowType(ARROW_TYPE.binary, { name: "binary", bitWidth: null });
  return { type, conversion: { kind: "text" } };
}

function carrying(element: SchemaElement): Carrying | null {
  switch (element.physicalType) {
    case PHYSICAL.boolean:
      return {
        type: arrowType(ARROW_TYPE.bool, { name: "bool", bitWidth: 1 }),
        conversion: { kind: "bool" },
      };
    case PHYSICAL.int32:
    case PHYSICAL.int64:
      return ofInteger(element);
    case PHYSICAL.int96:
      return { type: timestamp(3, ""), conversion: { kind: "int96" } };
    case PHYSICAL.float:
    case PHYSICAL.double: {
      const isFloat = element.physicalType === PHYSICAL.float;
      const type = arrowType(ARROW_TYPE.floatingPoint, {
        name: isFloat ? "float32" : "float64",
        bitWidth: isFloat ? 32 : 64,
        numbers: [[0, "int16", isFloat ? 1 : 2]],
      });
      return { type, conversion: { kind: "word", bytes: isFloat ? 4 : 8 } };
    }
    case PHYSICAL.byteArray:
      return ofBytes(element);
    case PHYSICAL.fixedLengthByteArray:
      return ofFixedLength(element);
    default:
      return null;
  }
}

function slotValue({ slots }: CarriedType, slot: number): number | string {
  return slots.find((candidate) => candidate.slot === slot)?.value ?? 0;
}

/** Arrow's own type, where Parquet's is the same but for what it cannot say: offsets, a zone's name, a duration. */
function refined(own: CarriedType, hint: CarriedType | null): CarriedType {
  if (hint === null) return own;
  if (
    (own.typeId === ARROW_TYPE.utf8 && hint.typeId === ARROW_TYPE.largeUtf8) ||
    (own.typeId === ARROW_TYPE.binary && hint.typeId === ARROW_TYPE.largeBinary)
  ) return hint;
  if (own.typeId === ARROW_TYPE.int && own.name === "int64" && hint.typeId === ARROW_TYPE.duration) {
    return hint;
  }
  if (own.typeId !== ARROW_TYPE.timestamp || hint.typeId !== ARROW_TYPE.timestamp) return own;
  const zone = `${slotValue(hint, 1)}`;
  // a writer of older versions took another unit than the column had
  return (slotValue(own, 1) === "") === (zone === "") ? timestamp(Number(slotValue(own, 0)), zone) : own;
}

/**
 * How a column of single values is carried; null: it is not.
 *
 * @param hint the type that Arrow's schema gives the column; null: it has none
 */
export function carriedLeaf(element: SchemaElement, hint: CarriedType | null): CarriedLeaf | null {
  const own = carrying(element);
  if (own === null) return null;
  return {
    type: refined(own.type, hint),
    physicalType: element.physicalType!,
    maxDefinition: element.repetition === 1 ? 1 : 0,
    list: null,
    conversion: own.conversion,
  };
}
