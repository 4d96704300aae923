import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert/strict";
import { UTF8 } from "../../../schema/mod.ts";
import { LeafBuffer } from "./leaf_buffer.ts";
import { writtenColumn } from "./nested_schema.ts";

/** the leaf of a list of text */
function leafOfTexts() {
  const text = {
    kind: "variable",
    field: { name: "item", nullable: true, typeId: UTF8.typeId, slots: [], metadata: [] },
    bitWidth: 0,
    isLarge: false,
    listSize: 0,
    typeIds: [],
    children: [],
  } as const;
  const packed = {
    ...text,
    kind: "list",
    field: { ...text.field, name: "texts", typeId: 12 },
    children: [text],
  } as const;
  const type = { name: "list<utf8>", bitWidth: null, isLarge: false, typeId: 12, slots: [], packed };
  return writtenColumn({ name: "texts", dtype: "f32", width: null, carried: { type, nullable: true } })
    .leaves[0]!;
}

Deno.test("LeafBuffer promises pages and their dictionary of one making, whichever is asked for first, anew each batch", () => {
  const leaf = leafOfTexts(), buffer = new LeafBuffer(leaf), encoder = new TextEncoder();
  const fill = (texts: readonly string[]) => {
    buffer.clear();
    for (const text of texts) {
      const bytes = encoder.encode(text);
      buffer.add(0, { bytes, position: 0, numBytes: bytes.length });
    }
  };
  const pagesOf = () => [...buffer.pages()].map(({ encoding, numValues }) => ({ encoding, numValues }));
  const many = Array.from({ length: 600 }, (_, i) => `text that repeats, ${i % 3}`);
  fill(many);
  const before = pagesOf(), { dictionary } = buffer;
  strictEqual(dictionary?.numValues, 3);
  deepStrictEqual(pagesOf(), before, "pages are indices whether or not the dictionary was asked for");
  fill(["another"]);
  notStrictEqual(buffer.dictionary?.numValues, 3);
});
