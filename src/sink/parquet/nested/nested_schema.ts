/**
 * Carried columns with parts as Parquet has them: groups, levels, and leaves.
 *
 * Source: LogicalTypes.md of the Parquet format ("Nested Types") and "Nested Encoding" of its README.
 *
 * @module
 */
import { OutputError } from "../../../errors.ts";
import { ARROW_TYPE } from "../../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../../schema/carried.ts";
import type { PackedNode } from "../../../schema/packed.ts";
import { CONVERTED, LOGICAL, PHYSICAL, REPETITION } from "../../../schema/parquet_numbers.ts";
import type { OutputField } from "../../sink.ts";
import { carriedColumnType, type ParquetColumn, type WriteElement, writeLeaf } from "../parquet_schema.ts";
import type { ThriftWriter } from "../thrift_writer.ts";

interface CommonNode {
  readonly packed: PackedNode;
  readonly isOptional: boolean;
  /** the definition level of a value that is there; a null has one less */
  readonly definition: number;
  /** its leaves among those of the column */
  readonly firstLeaf: number;
  readonly numLeaves: number;
}

/** A part without parts, which is a column of the file. */
export interface WrittenLeaf extends CommonNode {
  readonly kind: "leaf";
  readonly column: ParquetColumn;
  readonly path: readonly string[];
  readonly repetition: number;
}

/** A struct, the entries of a map. */
export interface WrittenStruct extends CommonNode {
  readonly kind: "struct";
  readonly children: readonly WrittenNode[];
}

/** A list, of a fixed size or not, or a map. */
export interface WrittenList extends CommonNode {
  readonly kind: "list";
  /** the repetition level of an element that is not the first */
  readonly repetition: number;
  readonly element: WrittenNode;
}

/** A type, or a part of it, as it is written. */
export type WrittenNode = WrittenLeaf | WrittenStruct | WrittenList;

/** A column with parts. */
export interface WrittenColumn {
  readonly name: string;
  readonly root: WrittenNode;
  readonly leaves: readonly WrittenLeaf[];
  /** its elements of the schema */
  readonly elements: readonly WriteElement[];
}

interface Place {
  readonly name: string;
  readonly path: readonly string[];
  /** levels of what holds it */
  readonly definition: number;
  readonly repetition: number;
  /** whatever the type says: keys of maps are required */
  readonly isRequired?: boolean;
}

class Builder {
  readonly elements: WriteElement[] = [];
  readonly leaves: WrittenLeaf[] = [];
  readonly #field: OutputField;

  constructor(field: OutputField) {
    this.#field = field;
  }

  node(packed: PackedNode, place: Place): WrittenNode {
    const isOptional = packed.field.nullable && place.isRequired !== true;
    const common = {
      packed,
      isOptional,
      definition: place.definition + (isOptional ? 1 : 0),
      firstLeaf: this.leaves.length,
    };
    const inner = { ...place, path: [...place.path, place.name], definition: common.definition };
    switch (packed.kind) {
      case "null":
      case "fixed":
      case "variable":
        return this.#leaf(common, inner);
      case "struct": {
        if (packed.children.length === 0) throw this.#refusal("a struct without fields");
        this.#group(inner, { isOptional, numChildren: packed.children.length });
        const children = packed.children.map((child) =>
          this.node(child, { ...inner, name: child.field.name, isRequired: false })
        );
        return { kind: "struct", ...common, numLeaves: this.leaves.length - common.firstLeaf, children };
      }
      case "list":
      case "fixedSizeList":
        return this.#list(common, inner);
      case "denseUnion":
      case "sparseUnion":
        throw this.#refusal("a union");
      default:
        return packed.kind satisfies never;
    }
  }

  #list(common: Omit<CommonNode, "numLeaves">, place: Place): WrittenList {
    const { packed, isOptional, firstLeaf } = common, isMap = packed.field.typeId === ARROW_TYPE.map;
    const annotation = isMap ? "map" : "list", repeated = isMap ? "key_value" : "list";
    this.#group(place, { isOptional, numChildren: 1, annotation });
    const repetition = place.repetition + 1;
    const inner = { path: [...place.path, repeated], definition: place.definition + 1, repetition };
    const [child] = packed.children;
    let element: WrittenNode;
    if (isMap) {
      const [key, value] = child!.children, entries = { ...inner, name: repeated };
      this.#repeated(entries.name, 2);
      const first = this.leaves.length, { definition } = inner;
      const children = [
        this.node(key!, { ...inner, name: "key", isRequired: true }),
        this.node(value!, { ...inner, name: "value" }),
      ];
      const numLeaves = this.leaves.length - first;
      element = {
        kind: "struct",
        packed: child!,
        isOptional: false,
        definition,
        firstLeaf: first,
        numLeaves,
        children,
      };
    } else {
      this.#repeated(repeated, 1);
      element = this.node(child!, { ...inner, name: "element" });
    }
    return { kind: "list", ...common, numLeaves: this.leaves.length - firstLeaf, repetition, element };
  }

  #leaf(common: Omit<CommonNode, "numLeaves">, { name, path, repetition }: Place): WrittenLeaf {
    const { packed, isOptional } = common, { field: { typeId, slots }, bitWidth, isLarge } = packed;
    const flat = slots.flatMap((slot) => slot.kind === "int32s" ? [] : [slot]);
    const carried: CarriedType = {
      name: "",
      bitWidth: packed.kind === "variable" ? null : bitWidth,
      isLarge,
      typeId,
      slots: flat,
    };
    const type = packed.kind === "null" ? NULL_TYPE : carriedColumnType(carried);
    if (type === null) throw this.#refusal(TYPE_NAMES[typeId] ?? `Arrow's type ${typeId}`);
    const column: ParquetColumn = { name, isOptional, width: null, ...type };
    this.elements.push((writer) => writeLeaf(writer, column, name));
    const leaf: WrittenLeaf = { kind: "leaf", ...common, numLeaves: 1, column, path, repetition };
    this.leaves.push(leaf);
    return leaf;
  }

  #group(
    { name }: Place,
    { isOptional, numChildren, annotation }: {
      readonly isOptional: boolean;
      readonly numChildren: number;
      readonly annotation?: "list" | "map";
    },
  ): void {
    this.elements.push((writer: ThriftWriter) => {
      writer.i32(3, isOptional ? REPETITION.optional : REPETITION.required).text(4, name).i32(5, numChildren);
      if (annotation === undefined) return;
      writer.i32(6, CONVERTED[annotation]).struct(
        10,
        (logical) => logical.struct(LOGICAL[annotation], () => {}),
      );
    });
  }

  #repeated(name: string, numChildren: number): void {
    this.elements.push((writer: ThriftWriter) =>
      writer.i32(3, REPETITION.repeated).text(4, name).i32(5, numChildren)
    );
  }

  #refusal(what: string): OutputError {
    const { name, carried } = this.#field;
    return new OutputError(
      "OUT003",
      `the carried column ${name} is ${carried!.type.name}, which is not written to Parquet`,
      {
        operands: [`output ${name}  carried ${carried!.type.name}`],
        notes: [`Parquet has nothing for ${what}`],
        help: "write Arrow (-o FILE.arrow), or leave the column out",
      },
    );
  }
}

/** of what Parquet has no type for */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  7: "a decimal of this width",
  11: "an interval",
  15: "values of no bytes",
};

const NULL_TYPE: Omit<ParquetColumn, "name" | "isOptional" | "width"> = {
  physicalType: PHYSICAL.int32,
  encoding: { kind: "same", itemsize: 4 },
  typeLength: null,
  convertedType: null,
  decimal: null,
  logicalType: (writer) => writer.struct(LOGICAL.null, () => {}),
  dtype: null,
  order: "none",
};

/**
 * The column that a field of packed values becomes.
 *
 * @throws OutputError OUT003 Parquet has no type for a part: unions, intervals, structs without fields
 */
export function writtenColumn(field: OutputField): WrittenColumn {
  const builder = new Builder(field),
    { packed, nullable } = {
      packed: field.carried!.type.packed!,
      nullable: field.carried!.nullable,
    };
  const own = { ...packed, field: { ...packed.field, nullable } };
  const root = builder.node(own, { name: field.name, path: [], definition: 0, repetition: 0 });
  return { name: field.name, root, leaves: builder.leaves, elements: builder.elements };
}
