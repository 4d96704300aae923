/**
 * What a table's columns are, and how declared inputs map onto them. Pure data: nothing here opens a file.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { Place } from "../errors.ts";
import type { KeyValues } from "./arrow_tree.ts";
import type { CarriedType, CarryRequest } from "./carried.ts";

/** What elements are in the file where it is not their dtype, and reading makes them so: exactly. */
export type StoredAs = "float16";

/** A column's type, as far as ndpipe computes with it. */
export type ColumnType =
  | { readonly kind: "primitive"; readonly dtype: DType; readonly storedAs?: StoredAs }
  | {
    readonly kind: "fixedSizeList";
    readonly dtype: DType;
    readonly listSize: number;
    readonly storedAs?: StoredAs;
  }
  /** text of a CSV file: the declaration says what it is parsed to */
  | { readonly kind: "text" }
  /** a type that is not computed with here (utf8, struct, …), by Arrow's name */
  | { readonly kind: "other"; readonly name: string };

/** A named column. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** how it can be carried through untouched; absent: it cannot */
  readonly carried?: CarriedType;
  /** of lists whose sizes only their rows say: rows of k elements of it, where an input declares (N, k); absent: else */
  readonly listOf?: DType;
  /** custom metadata, where the format has such; absent: none */
  readonly metadata?: KeyValues;
}

/** The columns of a table, in order. */
export interface Schema {
  readonly fields: readonly Field[];
  /** custom metadata of the table; absent: none */
  readonly metadata?: KeyValues;
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
  /** where it is declared in the pipeline file; absent or null: it is not known */
  readonly place?: Place | null;
  readonly dtype: DType;
  /** elements per row: 1 for shape (N), k for (N, k) or the product for more axes */
  readonly width: number;
  /** whether the declared shape is (N) alone */
  readonly isScalar: boolean;
  readonly selection: ColumnSelection;
  readonly nulls: NullPolicy;
  /** the column is carried, not computed with: the source gives its values as a `CarriedView`; absent: it is not */
  readonly carry?: CarryRequest;
}

/** The type of a column as an input reads it: lists of any size are lists of the size that is declared. */
export function requestedType({ type, listOf }: Field, { isScalar, width }: InputRequest): ColumnType {
  return listOf === undefined || isScalar ? type : { kind: "fixedSizeList", dtype: listOf, listSize: width };
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

/** A binding of a column that is carried. */
export interface CarriedBinding {
  readonly fieldIndex: number;
  readonly name: string;
  readonly type: CarriedType;
  readonly carry: CarryRequest;
}

/** The bindings that are computed with, and those that are carried. */
export function splitBindings(
  bindings: readonly ColumnBinding[],
  { fields }: Schema,
): { readonly computed: readonly ColumnBinding[]; readonly carried: readonly CarriedBinding[] } {
  const carried = bindings.flatMap(({ request: { carry }, fieldIndices: [fieldIndex] }) => {
    if (carry === undefined) return [];
    const { name, carried: type } = fields[fieldIndex!]!;
    return [{ fieldIndex: fieldIndex!, name, type: type!, carry }];
  });
  return { computed: bindings.filter(({ request }) => request.carry === undefined), carried };
}
