/** Which reader takes values out of a column. @module */
import type { ArrowField } from "./arrow_type.ts";
import { DictionaryReader, RunEndReader, RunEnds } from "./indirect_readers.ts";
import { FixedReader, NullReader, VariableReader, ViewReader } from "./leaf_readers.ts";
import { FixedSizeListReader, ListReader, StructReader, UnionReader } from "./nested_readers.ts";
import type { FindDictionary, NodeReader } from "./node_reader.ts";

/** Makes the reader of a field that can be carried. */
export function nodeReader(field: ArrowField, dictionaries: FindDictionary): NodeReader {
  const target = field.packed!, { type } = field;
  if (type.dictionary !== null) return new DictionaryReader(target, field, dictionaries);
  const child = (index: number) => nodeReader(type.children[index]!, dictionaries);
  if (type.name === "run_end_encoded") {
    const ends = new RunEnds(type.children[0]!.packed!, 1);
    return new RunEndReader(target, field, [ends, child(1)]);
  }
  switch (target.kind) {
    case "null":
      return new NullReader(target, 0);
    case "fixed":
      return new FixedReader(target, 1);
    case "variable":
      return type.isVariadic ? new ViewReader(target, 1) : new VariableReader(target, 2);
    case "list":
      return new ListReader(target, type.numBuffers === 3, [child(0)]);
    case "fixedSizeList":
      return new FixedSizeListReader(target, 0, [child(0)]);
    case "struct":
      return new StructReader(target, 0, type.children.map((_, i) => child(i)));
    case "denseUnion":
      return new UnionReader(target, 2, type.children.map((_, i) => child(i)));
    case "sparseUnion":
      return new UnionReader(target, 1, type.children.map((_, i) => child(i)));
    default:
      return target.kind satisfies never;
  }
}

/** Windows of a column that are in memory while it is read. */
export function countWindows({ type }: ArrowField): number {
  const own = type.numBuffers + (type.isVariadic ? 1 : 0);
  return type.children.reduce((count, child) => count + countWindows(child), own);
}
