/**
 * What a table's columns are, and how declared inputs map onto them. Pure data: nothing here opens a file.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";

/** A column's type, as far as ndpipe computes with it. */
export type ColumnType =
  | { readonly kind: "primitive"; readonly dtype: DType }
  | { readonly kind: "fixedSizeList"; readonly dtype: DType; readonly listSize: number }
  /** text of a CSV file: the declaration says what it is parsed to */
  | { readonly kind: "text" }
  /** a type that is not computed with here (utf8, struct, …), by Arrow's name */
  | { readonly kind: "other"; readonly name: string };

/** A named column. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** The columns of a table, in order. */
export interface Schema {
  readonly fields: readonly Field[];
}

/** What happens to a null of an input. */
export type NullPolicy =
  | { readonly kind: "error" }
  | { readonly kind: "nan" }
  | { readonly kind: "fill"; readonly value: number | bigint | boolean };

/** Which columns an input reads: one by name, several by names, or all that match a pattern (`p*`), in file order. */
export type ColumnSelection =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string };

/** A declared input, reduced to what a source needs: rows of `width` elements of `dtype`. */
export interface InputRequest {
  readonly input: string;
  readonly dtype: DType;
  /** elements per row: 1 for shape (N), k for (N, k) or the product for more axes */
  readonly width: number;
  /** whether the declared shape is (N) alone */
  readonly isScalar: boolean;
  readonly selection: ColumnSelection;
  readonly nulls: NullPolicy;
}

/** An input bound to columns of a schema. */
export interface ColumnBinding {
  readonly request: InputRequest;
  /** indices into `Schema.fields`; one for a primitive or FixedSizeList column, k for many columns */
  readonly fieldIndices: readonly number[];
  /**
   * "row": the elements of a row are neighbours (a FixedSizeList, or a single column);
   * "column": the elements of a column are neighbours, columns lie a constant distance apart
   */
  readonly layout: "row" | "column";
}
