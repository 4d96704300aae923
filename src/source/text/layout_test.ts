import { deepStrictEqual, ok } from "node:assert/strict";
import type { ColumnBinding, InputRequest } from "../../schema/mod.ts";
import { textSlotLayout } from "./layout.ts";
import type { TextType } from "./text_type.ts";

const REQUEST: InputRequest = {
  input: "x",
  dtype: "f64",
  width: 1,
  isScalar: true,
  selection: { kind: "name", name: "x" },
  nulls: { kind: "error" },
};

Deno.test("textSlotLayout() promises a place for each field of the table, whatever table the bindings were asked for before", () => {
  const layoutOf = (bindings: readonly ColumnBinding[], numFields: number) => {
    const fieldTypes = Array.from({ length: numFields }, (): TextType => "utf8");
    return textSlotLayout(bindings, { chunkRows: 10, fieldTypes, minTextBytes: 100_000 });
  };
  const bindings = (): ColumnBinding[] => [{ request: REQUEST, fieldIndices: [0], layout: "row" }];
  const shared = bindings(), few = layoutOf(shared, 2), many = layoutOf(shared, 300);
  deepStrictEqual(many, layoutOf(bindings(), 300));
  deepStrictEqual(layoutOf(shared, 2), few);
  ok(many.slotBytes - few.slotBytes >= 298 * 16);
});
