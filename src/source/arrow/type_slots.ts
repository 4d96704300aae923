/** The tables of Arrow's types, field by field. Source: Schema.fbs of the Arrow format. @module */
import type { ArrowSlot } from "../../schema/mod.ts";
import type { Table } from "./flatbuffer.ts";

/** What the tables of types hold, by the type's number, and where a field is absent; a union's type ids aside. */
const TYPE_SLOTS: Readonly<Record<number, readonly ArrowSlot[]>> = {
  2: [{ slot: 0, kind: "int32", value: 0 }, { slot: 1, kind: "int8", value: 0 }],
  3: [{ slot: 0, kind: "int16", value: 0 }],
  4: [],
  5: [],
  6: [],
  7: [
    { slot: 0, kind: "int32", value: 0 },
    { slot: 1, kind: "int32", value: 0 },
    { slot: 2, kind: "int32", value: 128 },
  ],
  8: [{ slot: 0, kind: "int16", value: 1 }],
  9: [{ slot: 0, kind: "int16", value: 1 }, { slot: 1, kind: "int32", value: 32 }],
  10: [{ slot: 0, kind: "int16", value: 0 }, { slot: 1, kind: "string", value: "" }],
  11: [{ slot: 0, kind: "int16", value: 0 }],
  14: [{ slot: 0, kind: "int16", value: 0 }],
  15: [{ slot: 0, kind: "int32", value: 0 }],
  16: [{ slot: 0, kind: "int32", value: 0 }],
  17: [{ slot: 0, kind: "int8", value: 0 }],
  18: [{ slot: 0, kind: "int16", value: 1 }],
  19: [],
  20: [],
};

/** The fields of a type's table, what is absent filled in; the type ids of a union aside. */
export function typeSlots(typeId: number, table: Table): ArrowSlot[] {
  return (TYPE_SLOTS[typeId] ?? []).map((field): ArrowSlot => {
    const { slot } = field;
    switch (field.kind) {
      case "string":
        return { ...field, value: table.string(slot) ?? field.value };
      case "int8":
        return { ...field, value: table.uint8(slot, field.value) };
      case "int16":
        return { ...field, value: table.int16(slot, field.value) };
      case "int32":
        return { ...field, value: table.int32(slot, field.value) };
      default:
        return field satisfies never;
    }
  });
}
