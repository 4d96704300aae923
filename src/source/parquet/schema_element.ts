/**
 * Elements of Parquet's schema, as the footer has them.
 *
 * Source: parquet.thrift (Type, SchemaElement) of the Parquet format.
 *
 * @module
 */

/** Physical types by their numbers. */
export const PHYSICAL = {
  boolean: 0,
  int32: 1,
  int64: 2,
  int96: 3,
  float: 4,
  double: 5,
  byteArray: 6,
  fixedLengthByteArray: 7,
} as const;

/** One element of the schema, as the footer has it. */
export interface SchemaElement {
  name: string;
  /** null for a group */
  physicalType: number | null;
  /** 0 required, 1 optional, 2 repeated */
  repetition: number;
  numChildren: number;
  convertedType: number | null;
  /** the number of the union's member */
  logicalType: number | null;
  /** of the logical type INTEGER */
  bitWidth: number;
  isSigned: boolean;
  /** of FIXED_LEN_BYTE_ARRAY */
  typeLength: number;
  /** of a decimal */
  scale: number;
  precision: number;
  /** of the logical types TIME and TIMESTAMP; the unit is 1 milliseconds, 2 microseconds, 3 nanoseconds */
  isAdjusted: boolean;
  unit: number;
}
