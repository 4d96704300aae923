/** The tables of Arrow's types, field by field. Source: Schema.fbs of the Arrow format. @module */
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { ArrowSlot } from "../../schema/mod.ts";
import type { Table } from "./flatbuffer.ts";

/** What the tables of types hold, by the type's number, and where a field is absent; a union's type ids aside. */
const TYPE_SLOTS: Readonly<Record<number, readonly ArrowSlot[]>> = {
  [ARROW_TYPE.int]: [{ slot: 0, kind: "int32", value: 0 }, { slot: 1, kind: "int8", value: 0 }],
  [ARROW_TYPE.floatingPoint]: [{ slot: 0, kind: "int16", value: 0 }],
  [ARROW_TYPE.binary]: [],
  [ARROW_TYPE.utf8]: [],
  [ARROW_TYPE.bool]: [],
  [ARROW_TYPE.decimal]: [
    { slot: 0, kind: "int32", value: 0 },
    { slot: 1, kind: "int32", value: 0 },
    { slot: 2, kind: "int32", value: 128 },
  ],
  [ARROW_TYPE.date]: [{ slot: 0, kind: "int16", value: 1 }],
  [ARROW_TYPE.time]: [{ slot: 0, kind: "int16", value: 1 }, { slot: 1, kind: "int32", value: 32 }],
  [ARROW_TYPE.timestamp]: [{ slot: 0, kind: "int16", value: 0 }, { slot: 1, kind: "string", value: "" }],
  [ARROW_TYPE.interval]: [{ slot: 0, kind: "int16", value: 0 }],
  [ARROW_TYPE.union]: [{ slot: 0, kind: "int16", value: 0 }],
  [ARROW_TYPE.fixedSizeBinary]: [{ slot: 0, kind: "int32", value: 0 }],
  [ARROW_TYPE.fixedSizeList]: [{ slot: 0, kind: "int32", value: 0 }],
  [ARROW_TYPE.map]: [{ slot: 0, kind: "int8", value: 0 }],
  [ARROW_TYPE.duration]: [{ slot: 0, kind: "int16", value: 1 }],
  [ARROW_TYPE.largeBinary]: [],
  [ARROW_TYPE.largeUtf8]: [],
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
