/**
 * Arrow's types as packed values have them. What refers to values is replaced by these: views by text and bytes,
 * dictionaries and runs by what they stand for, views of lists by lists.
 *
 * Source: Schema.fbs of the Arrow format.
 *
 * @module
 */
import type { KeyValues, TypeSlot } from "../../schema/arrow_tree.ts";
import type { PackedKind, PackedNode } from "../../schema/packed.ts";
import type { Table } from "./flatbuffer.ts";
import { typeSlots } from "./type_slots.ts";

/** numbers of the union `Type` */
const TYPE = {
  binary: 4,
  utf8: 5,
  list: 12,
  union: 14,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
} as const;

/** by the number of the type that is read: the kind, and the type that is written where it is another */
const KINDS: Readonly<Record<number, { readonly kind: PackedKind; readonly written?: number }>> = {
  1: { kind: "null" },
  2: { kind: "fixed" },
  3: { kind: "fixed" },
  4: { kind: "variable" },
  5: { kind: "variable" },
  6: { kind: "fixed" },
  7: { kind: "fixed" },
  8: { kind: "fixed" },
  9: { kind: "fixed" },
  10: { kind: "fixed" },
  11: { kind: "fixed" },
  12: { kind: "list" },
  13: { kind: "struct" },
  14: { kind: "sparseUnion" },
  15: { kind: "fixed" },
  16: { kind: "fixedSizeList" },
  17: { kind: "list" },
  18: { kind: "fixed" },
  19: { kind: "variable" },
  20: { kind: "variable" },
  21: { kind: "list" },
  23: { kind: "variable", written: TYPE.binary },
  24: { kind: "variable", written: TYPE.utf8 },
  25: { kind: "list", written: TYPE.list },
  26: { kind: "list", written: TYPE.largeList },
};
const RUN_END_ENCODED = 22;
const LARGE: readonly number[] = [TYPE.largeBinary, TYPE.largeUtf8, TYPE.largeList];

/** A field whose type was checked. */
export interface TypedField {
  readonly field: {
    readonly name: string;
    readonly nullable: boolean;
    readonly typeId: number;
    readonly metadata: KeyValues;
  };
  readonly type: {
    readonly bitWidth: number | null;
    readonly listSize: number | null;
    readonly children: readonly { readonly packed: PackedNode | null }[];
  };
  /** of the type */
  readonly table: Table;
  /** whether its metadata is of version V4, where a union has nulls of its own: they cannot be written as V5 */
  readonly isV4: boolean;
}

/** A field's values as they are packed; null: they cannot be. */
export function packedNode({ field, type, table, isV4 }: TypedField): PackedNode | null {
  const { typeId } = field;
  if (typeId === RUN_END_ENCODED) {
    const values = type.children[1]!.packed;
    const { name, nullable, metadata } = field;
    return values === null ? null : { ...values, field: { ...values.field, name, nullable, metadata } };
  }
  const { kind, written = typeId } = KINDS[typeId]!;
  const children = type.children.flatMap(({ packed }) => packed === null ? [] : [packed]);
  if (children.length < type.children.length || (typeId === TYPE.union && isV4)) return null;
  const isUnion = typeId === TYPE.union;
  const typeIds = isUnion ? unionTypeIds(table, children.length) : [];
  const slots: TypeSlot[] = typeSlots(written, table);
  if (isUnion) slots.push({ slot: 1, kind: "int32s", value: typeIds });
  return {
    kind: isUnion && table.int16(0, 0) === 1 ? "denseUnion" : kind,
    field: { ...field, typeId: written, slots },
    bitWidth: kind === "fixed" ? type.bitWidth! : 0,
    isLarge: LARGE.includes(written),
    listSize: kind === "fixedSizeList" ? type.listSize! : 0,
    typeIds,
    children,
  };
}

/** "typeIds optionally provides an indirection between the child offset and the type id" */
function unionTypeIds(table: Table, numChildren: number): number[] {
  const given = [...table.int32s(1, 4, 0)];
  const typeIds = given.length === 0 ? Array.from({ length: numChildren }, (_, i) => i) : given;
  const isValid = typeIds.length === numChildren && new Set(typeIds).size === numChildren &&
    typeIds.every((id) => id >= 0 && id < 128);
  return isValid
    ? typeIds
    : table.fail(`a union of ${numChildren} types with the type ids ${given.join(", ")}`);
}
