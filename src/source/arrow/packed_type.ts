/**
 * Arrow's types as packed values have them. What refers to values is replaced by these: views by text and bytes,
 * dictionaries and runs by what they stand for, views of lists by lists.
 *
 * Source: Schema.fbs of the Arrow format.
 *
 * @module
 */
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { KeyValues, TypeSlot } from "../../schema/arrow_tree.ts";
import type { PackedKind, PackedNode } from "../../schema/packed.ts";
import type { Table } from "./flatbuffer.ts";
import { typeSlots } from "./type_slots.ts";

/** by the number of the type that is read: the kind, and the type that is written where it is another */
const KINDS: Readonly<Record<number, { readonly kind: PackedKind; readonly written?: number }>> = {
  [ARROW_TYPE.null]: { kind: "null" },
  [ARROW_TYPE.int]: { kind: "fixed" },
  [ARROW_TYPE.floatingPoint]: { kind: "fixed" },
  [ARROW_TYPE.binary]: { kind: "variable" },
  [ARROW_TYPE.utf8]: { kind: "variable" },
  [ARROW_TYPE.bool]: { kind: "fixed" },
  [ARROW_TYPE.decimal]: { kind: "fixed" },
  [ARROW_TYPE.date]: { kind: "fixed" },
  [ARROW_TYPE.time]: { kind: "fixed" },
  [ARROW_TYPE.timestamp]: { kind: "fixed" },
  [ARROW_TYPE.interval]: { kind: "fixed" },
  [ARROW_TYPE.list]: { kind: "list" },
  [ARROW_TYPE.struct]: { kind: "struct" },
  [ARROW_TYPE.union]: { kind: "sparseUnion" },
  [ARROW_TYPE.fixedSizeBinary]: { kind: "fixed" },
  [ARROW_TYPE.fixedSizeList]: { kind: "fixedSizeList" },
  [ARROW_TYPE.map]: { kind: "list" },
  [ARROW_TYPE.duration]: { kind: "fixed" },
  [ARROW_TYPE.largeBinary]: { kind: "variable" },
  [ARROW_TYPE.largeUtf8]: { kind: "variable" },
  [ARROW_TYPE.largeList]: { kind: "list" },
  [ARROW_TYPE.binaryView]: { kind: "variable", written: ARROW_TYPE.binary },
  [ARROW_TYPE.utf8View]: { kind: "variable", written: ARROW_TYPE.utf8 },
  [ARROW_TYPE.listView]: { kind: "list", written: ARROW_TYPE.list },
  [ARROW_TYPE.largeListView]: { kind: "list", written: ARROW_TYPE.largeList },
};
const LARGE: readonly number[] = [ARROW_TYPE.largeBinary, ARROW_TYPE.largeUtf8, ARROW_TYPE.largeList];

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
  if (typeId === ARROW_TYPE.runEndEncoded) {
    const values = type.children[1]!.packed;
    const { name, nullable, metadata } = field;
    return values === null ? null : { ...values, field: { ...values.field, name, nullable, metadata } };
  }
  const { kind, written = typeId } = KINDS[typeId]!;
  const children = type.children.flatMap(({ packed }) => packed === null ? [] : [packed]);
  if (children.length < type.children.length || (typeId === ARROW_TYPE.union && isV4)) return null;
  const isUnion = typeId === ARROW_TYPE.union;
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
