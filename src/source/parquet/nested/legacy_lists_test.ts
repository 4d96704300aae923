/**
 * Lists and maps as older writers have them. No writer at hand makes them still, so the files are put together here;
 * what they mean is what the rules of LogicalTypes.md say, case by case.
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { encodeLevels } from "../../../sink/parquet/nested/levels.ts";
import { ThriftWriter } from "../../../sink/parquet/thrift_writer.ts";
import { MemoryAccess } from "../../random_access.ts";
import { openParquet } from "../footer.ts";
import { SharedScratch } from "../page.ts";
import { ElementScratch } from "./leaf_stream.ts";
import { NestedReader } from "./nested_reader.ts";

const REQUIRED = 0, OPTIONAL = 1, REPEATED = 2;
const INT32 = 1, BYTE_ARRAY = 6;
const CONVERTED = { utf8: 0, map: 1, mapKeyValue: 2, list: 3 } as const;

type Annotation = keyof typeof CONVERTED;
interface Element {
  readonly name: string;
  readonly repetition: number;
  readonly annotation?: Annotation;
  /** absent: a leaf of 32-bit integers, or of text where it is annotated so */
  readonly children?: readonly Element[];
}
interface Leaf {
  readonly repetitions: readonly number[];
  readonly definitions: readonly number[];
  readonly values: readonly (number | string)[];
}

const leaf = (name: string, repetition: number, annotation?: Annotation): Element => ({
  name,
  repetition,
  ...(annotation === undefined ? {} : { annotation }),
});
const group = (
  name: string,
  repetition: number,
  children: readonly Element[],
  annotation?: Annotation,
): Element => ({
  ...leaf(name, repetition, annotation),
  children,
});

function flatten(element: Element): Element[] {
  return [element, ...(element.children ?? []).flatMap(flatten)];
}

function writeElement(writer: ThriftWriter, { name, repetition, annotation, children }: Element): void {
  if (children === undefined) writer.i32(1, annotation === "utf8" ? BYTE_ARRAY : INT32);
  writer.i32(3, repetition).text(4, name);
  if (children !== undefined) writer.i32(5, children.length);
  if (annotation !== undefined) writer.i32(6, CONVERTED[annotation]);
}

function plainValues(values: Leaf["values"]): Uint8Array {
  const parts = values.map((value) => {
    const text = typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array();
    const bytes = new Uint8Array(4 + text.length);
    new DataView(bytes.buffer).setInt32(0, typeof value === "string" ? text.length : value, true);
    bytes.set(text, 4);
    return bytes;
  });
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A file of one row group, a page a leaf. */
function fileOf(column: Element, leaves: readonly Leaf[]): Uint8Array {
  const bytes: number[] = [...new TextEncoder().encode("PAR1")];
  const physical = flatten(column).filter(({ children }) => children === undefined);
  const chunks = leaves.map(({ repetitions, definitions, values }, i) => {
    const position = bytes.length,
      maxRepetition = Math.max(1, ...repetitions),
      maxDefinition = Math.max(...definitions);
    const page = [
      ...encodeLevels(Uint8Array.from(repetitions), maxRepetition),
      ...(maxDefinition === 0 ? [] : encodeLevels(Uint8Array.from(definitions), maxDefinition)),
      ...plainValues(values),
    ];
    const header = new ThriftWriter().i32(1, 0).i32(2, page.length).i32(3, page.length)
      .struct(5, (data) => data.i32(1, definitions.length).i32(2, 0).i32(3, 3).i32(4, 3)).finish();
    bytes.push(...header, ...page);
    return { position, numBytes: bytes.length - position, numValues: definitions.length, type: physical[i]! };
  });
  const numRows = leaves[0]!.repetitions.filter((level) => level === 0).length;
  const footer = new ThriftWriter().i32(1, 1)
    .structs(2, [group("schema", REQUIRED, [column]), ...flatten(column)], writeElement)
    .i64(3, numRows)
    .structs(
      4,
      [chunks],
      (writer, all) =>
        writer.structs(
          1,
          all,
          (item, { position, numBytes, numValues, type }) =>
            item.i64(2, 0).struct(3, (metadata) =>
              metadata.i32(1, type.annotation === "utf8" ? BYTE_ARRAY : INT32).i32s(2, [0, 3]).texts(3, [
                type.name,
              ])
                .i32(4, 0).i64(5, numValues).i64(6, numBytes).i64(7, numBytes).i64(9, position)),
        )
          .i64(2, 0).i64(3, numRows),
    )
    .finish();
  bytes.push(...footer);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, footer.length, true);
  return Uint8Array.from([...bytes, ...size, ...new TextEncoder().encode("PAR1")]);
}

/** The type of the column, and its rows as packed values in the order of their bytes. */
function read(
  column: Element,
  leaves: readonly Leaf[],
): { readonly type: string; readonly rows: readonly number[][] } {
  const opened = openParquet(
    "legacy.parquet",
    () => new MemoryAccess(fileOf(column, leaves), "legacy.parquet"),
  );
  const { access, metadata: { columns: [found], rowGroups: [rowGroup] } } = opened;
  const nested = found!.nested!,
    layout = { validity: 0, offsets: 64, data: 128, dataBytes: 4096, numBytes: 4224 };
  const reader = new NestedReader({ access, column: column.name, scratch: new SharedScratch(4096) }, {
    column: nested,
    layout,
    chunkRows: 16,
    elements: new ElementScratch(),
  });
  reader.begin(rowGroup!.chunks, 0);
  const { numRows } = rowGroup!, buffer = new ArrayBuffer(layout.numBytes);
  strictEqual(reader.rowsThatFit(numRows, layout.dataBytes), numRows);
  reader.read(numRows, { buffer, byteOffset: 0, start: 0, layout });
  reader.finish();
  const offsets = new Uint32Array(buffer, layout.offsets, numRows + 1),
    data = new Uint8Array(buffer, layout.data);
  return {
    type: nested.type.name,
    rows: Array.from({ length: numRows }, (_, row) => [...data.subarray(offsets[row], offsets[row + 1])]),
  };
}

const word = (value: number): number[] => [value, 0, 0, 0];
/** rows of two elements, none, and null */
const TWO_NONE_NULL = { repetitions: [0, 1, 0, 0], definitions: [2, 2, 1, 0] };
const ints: Leaf = { ...TWO_NONE_NULL, values: [7, 8] };
/** packed: tag, count, then tags of all elements before their values */
const asInts = [[1, ...word(2), 1, 1, ...word(7), ...word(8)], [1, ...word(0)], [0, ...word(0)]];
/** each element a struct of one field */
const asStructs = [[1, ...word(2), 1, 1, ...word(7), 1, 1, ...word(8)], [1, ...word(0)], [0, ...word(0)]];

const CASES: readonly (readonly [
  what: string,
  column: Element,
  leaves: readonly Leaf[],
  type: string,
  rows: number[][],
])[] = [
  [
    "a repeated field that is no group is the element",
    group("a", OPTIONAL, [leaf("element", REPEATED)], "list"),
    [ints],
    "list<int32>",
    asInts,
  ],
  [
    "a repeated group of several fields is the element",
    group("a", OPTIONAL, [group("element", REPEATED, [leaf("x", REQUIRED), leaf("y", REQUIRED)])], "list"),
    [ints, { ...TWO_NONE_NULL, values: [1, 2] }],
    "list<struct<x: int32, y: int32>>",
    [
      [1, ...word(2), 1, 1, ...word(7), 1, ...word(1), 1, 1, ...word(8), 1, ...word(2)],
      [1, ...word(0)],
      [0, ...word(0)],
    ],
  ],
  [
    "a repeated group named array is the element",
    group("a", OPTIONAL, [group("array", REPEATED, [leaf("x", REQUIRED)])], "list"),
    [ints],
    "list<struct<x: int32>>",
    asStructs,
  ],
  [
    "a repeated group named after the list is the element",
    group("a", OPTIONAL, [group("a_tuple", REPEATED, [leaf("x", REQUIRED)])], "list"),
    [ints],
    "list<struct<x: int32>>",
    asStructs,
  ],
  [
    "the field of any other repeated group is the element",
    group("a", OPTIONAL, [group("bag", REPEATED, [leaf("x", OPTIONAL)])], "list"),
    [{ repetitions: [0, 1, 0, 0], definitions: [3, 2, 1, 0], values: [7] }],
    "list<int32>",
    [[1, ...word(2), 1, 0, ...word(7), ...word(0)], [1, ...word(0)], [0, ...word(0)]],
  ],
  [
    "a repeated group that is itself a list is the element",
    group("a", OPTIONAL, [group("array", REPEATED, [leaf("array", REPEATED)], "list")], "list"),
    [{ repetitions: [0, 2, 1, 0, 0], definitions: [3, 3, 2, 1, 0], values: [7, 8] }],
    "list<list<int32>>",
    [
      [1, ...word(2), 1, ...word(2), 1, 1, ...word(7), ...word(8), 1, ...word(0)],
      [1, ...word(0)],
      [0, ...word(0)],
    ],
  ],
  [
    "a group with one repeated field is an element with a list",
    group("a", OPTIONAL, [group("list", REPEATED, [leaf("x", REPEATED)])], "list"),
    [{ repetitions: [0, 2, 0], definitions: [3, 3, 0], values: [7, 8] }],
    "list<struct<x: list<int32>>>",
    [[1, ...word(1), 1, 1, ...word(2), 1, 1, ...word(7), ...word(8)], [0, ...word(0)]],
  ],
  [
    "a repeated field without annotation is a required list of required elements",
    leaf("a", REPEATED),
    [{ repetitions: [0, 1, 0], definitions: [1, 1, 0], values: [7, 8] }],
    "list<int32>",
    [asInts[0]!, asInts[1]!],
  ],
  [
    "a repeated group without annotation is a required list of structs",
    group("a", REPEATED, [leaf("x", REQUIRED)]),
    [{ repetitions: [0, 1, 0], definitions: [1, 1, 0], values: [7, 8] }],
    "list<struct<x: int32>>",
    [asStructs[0]!, asStructs[1]!],
  ],
  [
    "MAP_KEY_VALUE on the outer group is a map, whatever its parts are called",
    group(
      "a",
      OPTIONAL,
      [group("map", REPEATED, [leaf("k", REQUIRED, "utf8"), leaf("v", OPTIONAL)])],
      "mapKeyValue",
    ),
    [
      { ...TWO_NONE_NULL, values: ["p", "q"] },
      { repetitions: [0, 1, 0, 0], definitions: [3, 2, 1, 0], values: [9] },
    ],
    "map<utf8, int32>",
    [
      [1, ...word(2), 1, 1, ...word(1), 0x70, 1, ...word(9), 1, 1, ...word(1), 0x71, 0, ...word(0)],
      [1, ...word(0)],
      [0, ...word(0)],
    ],
  ],
  [
    "a map without values is the list of its keys",
    group("a", OPTIONAL, [group("key_value", REPEATED, [leaf("key", REQUIRED)])], "map"),
    [ints],
    "list<int32>",
    asInts,
  ],
];

for (const [what, column, leaves, type, rows] of CASES) {
  Deno.test(`NestedReader promises the rules of older files: ${what}`, () => {
    deepStrictEqual(read(column, leaves), { type, rows });
  });
}

Deno.test("nestedColumn() promises that what is not carried is refused by name: no columns, nesting beyond 64", () => {
  const columnOf = (column: Element, numLeaves: number) => {
    const nulls: Leaf = { repetitions: [0, 0], definitions: [0, 0], values: [] };
    const leaves = Array.from({ length: numLeaves }, () => nulls);
    const opened = openParquet(
      "deep.parquet",
      () => new MemoryAccess(fileOf(column, leaves), "deep.parquet"),
    );
    return opened.metadata.columns[0]!;
  };
  const nested = (depth: number): Element =>
    depth === 0 ? leaf("x", REQUIRED) : group("s", OPTIONAL, [nested(depth - 1)]);
  strictEqual(columnOf(nested(64), 1).nested === null, false);
  strictEqual(columnOf(nested(65), 1).nested, null);
  strictEqual(columnOf(nested(500), 1).nested, null);
  strictEqual(columnOf(nested(65), 1).field.carried, undefined);
  const hollow = group("a", OPTIONAL, [leaf("x", REQUIRED), group("empty", OPTIONAL, [])]);
  strictEqual(columnOf(hollow, 1).nested, null);
});
