/**
 * Arrow schemas as they stand in a file, whole: what a table that is copied as it is keeps. Plain data, so that two
 * schemas are the same when their JSON is.
 *
 * Source: Schema.fbs of the Arrow format.
 *
 * @module
 */
import type { ArrowSlot } from "./carried.ts";

/** A field of a type's table, by its slot; `int32s` are the type ids of a union. */
export type TypeSlot = ArrowSlot | {
  readonly slot: number;
  readonly kind: "int32s";
  readonly value: readonly number[];
};

/** Pairs of custom metadata, in order. */
export type KeyValues = readonly (readonly [key: string, value: string])[];

/** How a column's values are found by indices. */
export interface DictionaryTree {
  readonly id: number;
  /** the type Int of the indices; null: not stated, 32 bits */
  readonly indexType: readonly TypeSlot[] | null;
  readonly isOrdered: boolean;
  readonly kind: number;
}

/** A column, or a part of one. */
export interface FieldTree {
  readonly name: string;
  readonly nullable: boolean;
  /** the number of the type in the union `Type`; with a dictionary, of its values */
  readonly typeId: number;
  readonly slots: readonly TypeSlot[];
  readonly dictionary: DictionaryTree | null;
  readonly children: readonly FieldTree[];
  readonly metadata: KeyValues;
}

/** A whole schema. */
export interface SchemaTree {
  readonly fields: readonly FieldTree[];
  readonly metadata: KeyValues;
}
