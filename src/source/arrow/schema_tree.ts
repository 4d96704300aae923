/** Reads a schema whole: types field by field, dictionaries, custom metadata. @module */
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { DictionaryTree, FieldTree, KeyValues, SchemaTree, TypeSlot } from "../../schema/arrow_tree.ts";
import type { Table } from "./flatbuffer.ts";
import { typeSlots } from "./type_slots.ts";

const SCHEMA = { fields: 1, metadata: 2 } as const;
/** Slots of the table Field. */
export const FIELD = {
  name: 0,
  nullable: 1,
  typeId: 2,
  type: 3,
  dictionary: 4,
  children: 5,
  metadata: 6,
} as const;
const DICTIONARY = { id: 0, indexType: 1, isOrdered: 2, kind: 3 } as const;

function slotsOf(typeId: number, table: Table): TypeSlot[] {
  const slots = typeSlots(typeId, table);
  if (typeId !== ARROW_TYPE.union) return slots;
  return [...slots, { slot: 1, kind: "int32s", value: [...table.int32s(1, 4, 0)] }];
}

/** Pairs of the vector of KeyValue tables in a slot. */
export function keyValues(table: Table, slot: number): KeyValues {
  return [...table.tables(slot)].map((pair) => [pair.string(0) ?? "", pair.string(1) ?? ""] as const);
}

function dictionaryTree(table: Table): DictionaryTree {
  const indexType = table.table(DICTIONARY.indexType);
  return {
    id: table.int64(DICTIONARY.id),
    indexType: indexType === null ? null : slotsOf(ARROW_TYPE.int, indexType),
    isOrdered: table.bool(DICTIONARY.isOrdered),
    kind: table.int16(DICTIONARY.kind, 0),
  };
}

/** A table `Field` whose types were checked (`decodeField`). */
function fieldTree(table: Table): FieldTree {
  const typeId = table.uint8(FIELD.typeId, 0), dictionary = table.table(FIELD.dictionary);
  return {
    name: table.string(FIELD.name) ?? "",
    nullable: table.bool(FIELD.nullable),
    typeId,
    slots: slotsOf(typeId, table.table(FIELD.type)!),
    dictionary: dictionary === null ? null : dictionaryTree(dictionary),
    children: [...table.tables(FIELD.children)].map(fieldTree),
    metadata: keyValues(table, FIELD.metadata),
  };
}

/** A table `Schema` whose fields were checked. */
export function schemaTree(table: Table): SchemaTree {
  return {
    fields: [...table.tables(SCHEMA.fields)].map(fieldTree),
    metadata: keyValues(table, SCHEMA.metadata),
  };
}
