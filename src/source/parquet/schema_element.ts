/**
 * Elements of Parquet's schema, as the footer has them.
 *
 * Source: parquet.thrift (SchemaElement) of the Parquet format.
 *
 * @module
 */

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
