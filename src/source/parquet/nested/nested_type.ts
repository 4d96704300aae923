/**
 * Columns with parts: lists, structs and maps to any depth, as trees with the levels that tell their nulls and their
 * elements, and as the packed values that they are carried as.
 *
 * Source: LogicalTypes.md of the Parquet format ("Nested Types", with its rules of backward compatibility); Arrow's
 * Schema.fbs for the numbers of types.
 *
 * @module
 */
import { ARROW_TYPE } from "../../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../../schema/mod.ts";
import type { PackedKind, PackedNode } from "../../../schema/packed.ts";
import { CONVERTED, LOGICAL, REPETITION } from "../../../schema/parquet_numbers.ts";
import { type CarriedConversion, type CarriedLeaf, carriedLeaf } from "../carried_type.ts";
import type { SchemaElement } from "../schema_element.ts";

/** Deeper columns are not carried: Arrow's reader draws the same line. */
const MAX_NESTING = 64;

/** What becomes of a leaf's values; "null": it has none. */
export type LeafConversion = CarriedConversion | { readonly kind: "null" };

interface CommonNode {
  readonly packed: PackedNode;
  /** Arrow's name of the type */
  readonly typeName: string;
  /** the definition level from which on there is a value; below, something that holds it may be null itself */
  readonly definition: number;
  /** its leaves among those of the column */
  readonly firstLeaf: number;
  readonly numLeaves: number;
}

/** A part without parts. */
export interface NestedLeaf extends CommonNode {
  readonly kind: "leaf";
  readonly physicalType: number;
  readonly repetition: number;
  readonly conversion: LeafConversion;
  /** names from the column's on, for messages */
  readonly path: string;
  readonly element: SchemaElement;
}

/** A struct. */
export interface NestedStruct extends CommonNode {
  readonly kind: "struct";
  readonly children: readonly NestedNode[];
}

/** A list, or a map as the list of its entries. */
export interface NestedList extends CommonNode {
  readonly kind: "list";
  /** the repetition level of an element that is not the first */
  readonly repetition: number;
  /** the definition level from which on there is an element */
  readonly elementDefinition: number;
  readonly element: NestedNode;
}

/** A column's type, or a part of it. */
export type NestedNode = NestedLeaf | NestedStruct | NestedList;

/** A column with parts. */
export interface NestedColumn {
  readonly type: CarriedType;
  readonly root: NestedNode;
  /** in the file's order */
  readonly leaves: readonly NestedLeaf[];
}

/** An element and what is below it. */
interface ElementTree {
  readonly element: SchemaElement;
  readonly children: readonly ElementTree[];
}

/** Thrown where a column is of a shape that is not carried. */
class NotCarried extends Error {}

/** a list has two groups, its own and the repeated one */
const MAX_GROUPS = 2 * MAX_NESTING + 2;

/** The tree of elements in pre-order. */
function treeOf(elements: readonly SchemaElement[], cursor: { at: number }, depth = 0): ElementTree {
  const element = elements[cursor.at++];
  if (element === undefined || depth > MAX_GROUPS) throw new NotCarried();
  const children: ElementTree[] = [];
  for (let i = 0; i < element.numChildren; i++) children.push(treeOf(elements, cursor, depth + 1));
  return { element, children };
}

/** Where in the tree a part is. */
interface Place {
  /** levels of what holds it */
  readonly definition: number;
  readonly repetition: number;
  readonly depth: number;
  readonly path: string;
}

interface PackedShape {
  readonly kind: PackedKind;
  readonly typeId: number;
  readonly children: readonly NestedNode[];
}

function isMap({ logicalType, convertedType }: SchemaElement): boolean {
  if (logicalType !== null) return logicalType === LOGICAL.map;
  return convertedType === CONVERTED.map || convertedType === CONVERTED.mapKeyValue;
}

function isList({ logicalType, convertedType }: SchemaElement): boolean {
  return logicalType === null ? convertedType === CONVERTED.list : logicalType === LOGICAL.list;
}

/** Arrow's type of a leaf, where the schema beside Parquet's has one. */
function leafHint(hint: PackedNode | null): CarriedType | null {
  if (hint === null || (hint.kind !== "fixed" && hint.kind !== "variable")) return null;
  const { field: { typeId, slots }, bitWidth, isLarge } = hint;
  const flat = slots.flatMap((slot) => slot.kind === "int32s" ? [] : [slot]);
  const unit = ["s", "ms", "us", "ns"][Number(flat[0]?.value ?? 0)] ?? "", zone = flat[1]?.value ?? "";
  const names: Readonly<Record<number, string>> = {
    [ARROW_TYPE.timestamp]: `timestamp[${unit}${zone === "" ? "" : `, ${zone}`}]`,
    [ARROW_TYPE.duration]: `duration[${unit}]`,
    [ARROW_TYPE.largeBinary]: "large_binary",
    [ARROW_TYPE.largeUtf8]: "large_utf8",
  };
  const width = hint.kind === "variable" ? null : bitWidth;
  // other types say no more than Parquet's own
  return { name: names[typeId] ?? "", bitWidth: width, isLarge, typeId, slots: flat };
}

/** Builds the tree of one column. */
class Builder {
  readonly leaves: NestedLeaf[] = [];

  /** a part that stands in its group as it is, repeated or not */
  field(tree: ElementTree, place: Place, hint: PackedNode | null): NestedNode {
    if (tree.element.repetition !== REPETITION.repeated) return this.value(tree, place, { hint });
    // "a required list of required elements"
    return this.#list(
      { place, name: tree.element.name, nullable: false, hint },
      (inner, childHint) => this.value(tree, inner, { hint: childHint }),
    );
  }

  /** a part, whose repetition its list has taken account of */
  value(
    tree: ElementTree,
    place: Place,
    { hint, isKey = false }: { readonly hint: PackedNode | null; readonly isKey?: boolean },
  ): NestedNode {
    const { element } = tree, isOptional = element.repetition === REPETITION.optional;
    if (place.depth > MAX_NESTING) throw new NotCarried();
    const own = { ...place, path: joined(place.path, element.name) };
    const nullable = isOptional && !isKey, shape = { place: own, name: element.name, nullable, hint };
    const definition = place.definition + (isOptional ? 1 : 0);
    if (element.physicalType !== null) return this.#leaf(element, { ...shape, definition });
    const inner = { ...shape, place: { ...own, definition } };
    if (isMap(element)) return this.#map(tree, inner);
    if (isList(element)) return this.#annotatedList(tree, inner);
    // groups of other logical types (VARIANT) are carried as the structs that they are stored as
    if (element.logicalType === null && element.convertedType !== null) throw new NotCarried();
    return this.#struct(tree, inner);
  }

  #leaf(
    element: SchemaElement,
    { place, name, nullable, hint, definition }: Shape & { readonly definition: number },
  ): NestedLeaf {
    const isNull = isNullType(element);
    const carried: CarriedLeaf | null = isNull ? null : carriedLeaf(element, leafHint(hint));
    if (carried === null && !isNull) throw new NotCarried();
    const type = carried?.type ??
      { name: "null", bitWidth: 0, isLarge: false, typeId: ARROW_TYPE.null, slots: [] };
    const kind = isNull ? "null" : type.bitWidth === null ? "variable" : "fixed";
    const leaf: NestedLeaf = {
      kind: "leaf",
      packed: {
        kind,
        field: {
          name: hint?.field.name ?? name,
          nullable,
          typeId: type.typeId,
          slots: type.slots,
          metadata: hint?.field.metadata ?? [],
        },
        bitWidth: type.bitWidth ?? 0,
        isLarge: type.isLarge,
        listSize: 0,
        typeIds: [],
        children: [],
      },
      typeName: type.name,
      definition,
      firstLeaf: this.leaves.length,
      numLeaves: 1,
      physicalType: element.physicalType!,
      repetition: place.repetition,
      conversion: carried?.conversion ?? { kind: "null" },
      path: place.path,
      element,
    };
    this.leaves.push(leaf);
    return leaf;
  }

  #struct({ children }: ElementTree, shape: Shape): NestedStruct {
    const { place, hint } = shape, firstLeaf = this.leaves.length;
    // a group without columns has no levels, so nothing says whether it is there
    if (children.length === 0) throw new NotCarried();
    const hints = hint?.kind === "struct" && hint.children.length === children.length &&
        hint.children.every(({ field }, i) => field.name === children[i]!.element.name)
      ? hint.children
      : null;
    const parts = children.map((child, i) =>
      this.field(child, { ...place, depth: place.depth + 1 }, hints?.[i] ?? null)
    );
    return {
      kind: "struct",
      packed: packed({ kind: "struct", typeId: ARROW_TYPE.struct, children: parts }, shape),
      typeName: `struct<${parts.map((part) => `${part.packed.field.name}: ${part.typeName}`).join(", ")}>`,
      definition: place.definition,
      firstLeaf,
      numLeaves: this.leaves.length - firstLeaf,
      children: parts,
    };
  }

  /** the rules of LogicalTypes.md, "Lists" */
  #annotatedList({ element, children }: ElementTree, shape: Shape): NestedList {
    const [repeated] = children;
    if (children.length !== 1 || repeated!.element.repetition !== REPETITION.repeated) throw new NotCarried();
    const { name, physicalType } = repeated!.element, [child] = repeated!.children;
    const isElement = physicalType !== null || repeated!.children.length !== 1 ||
      child!.element.repetition === REPETITION.repeated || isList(repeated!.element) ||
      isMap(repeated!.element) ||
      name === "array" || name === `${element.name}_tuple`;
    return this.#list(
      shape,
      (place, hint) =>
        isElement
          ? this.value(repeated!, place, { hint })
          : this.value(child!, { ...place, path: joined(place.path, name) }, { hint }),
    );
  }

  /** the rules of LogicalTypes.md, "Maps"; one without values is the list of its keys */
  #map(tree: ElementTree, shape: Shape): NestedList {
    const [repeated] = tree.children;
    if (tree.children.length !== 1 || repeated!.element.repetition !== REPETITION.repeated) {
      throw new NotCarried();
    }
    const { children, element: { physicalType, name: entries } } = repeated!;
    if (physicalType !== null || children.length < 1 || children.length > 2) throw new NotCarried();
    if (children.length === 1) return this.#annotatedList(tree, shape);
    const [key, value] = children;
    if (key!.element.repetition === REPETITION.repeated) throw new NotCarried();
    const hint = shape.hint?.field.typeId === ARROW_TYPE.map ? shape.hint : null;
    const list = this.#list({ ...shape, hint }, (place, entryHint) => {
      const inner = { ...place, depth: place.depth + 1, path: joined(place.path, entries) };
      const hints = entryHint?.children ?? [], firstLeaf = this.leaves.length;
      const parts = [
        this.value(key!, inner, { hint: hints[0] ?? null, isKey: true }),
        this.field(value!, inner, hints[1] ?? null),
      ];
      return {
        kind: "struct",
        packed: packed({ kind: "struct", typeId: ARROW_TYPE.struct, children: parts }, {
          place,
          name: "entries",
          nullable: false,
          hint: entryHint,
        }),
        typeName: parts.map(({ typeName }) => typeName).join(", "),
        definition: place.definition,
        firstLeaf,
        numLeaves: this.leaves.length - firstLeaf,
        children: parts,
      };
    });
    const slots = hint?.field.slots ?? [{ slot: 0, kind: "int8", value: 0 } as const];
    const { field } = list.packed;
    return {
      ...list,
      packed: { ...list.packed, isLarge: false, field: { ...field, typeId: ARROW_TYPE.map, slots } },
      typeName: `map<${list.element.typeName}>`,
    };
  }

  #list(shape: Shape, makeElement: (place: Place, hint: PackedNode | null) => NestedNode): NestedList {
    const { place, hint } = shape, firstLeaf = this.leaves.length;
    const isList = hint?.kind === "list" || hint?.kind === "fixedSizeList";
    const repetition = place.repetition + 1, elementDefinition = place.definition + 1;
    const inner = { ...place, repetition, definition: elementDefinition, depth: place.depth + 1 };
    const element = makeElement(inner, isList ? hint.children[0] ?? null : null);
    const isFixed = hint?.kind === "fixedSizeList", isLarge = hint?.field.typeId === ARROW_TYPE.largeList;
    const typeId = isFixed ? ARROW_TYPE.fixedSizeList : isLarge ? ARROW_TYPE.largeList : ARROW_TYPE.list;
    const node = packed({ kind: isFixed ? "fixedSizeList" : "list", typeId, children: [element] }, shape);
    const listSize = isFixed ? hint.listSize : 0;
    const name = isFixed
      ? `fixed_size_list<${element.typeName}>[${listSize}]`
      : `${isLarge ? "large_" : ""}list<${element.typeName}>`;
    return {
      kind: "list",
      packed: {
        ...node,
        isLarge,
        listSize,
        field: { ...node.field, slots: isFixed ? hint.field.slots : [] },
      },
      typeName: name,
      definition: place.definition,
      firstLeaf,
      numLeaves: this.leaves.length - firstLeaf,
      repetition,
      elementDefinition,
      element,
    };
  }
}

/** What a part is called, and where it is. */
interface Shape {
  readonly place: Place;
  readonly name: string;
  readonly nullable: boolean;
  readonly hint: PackedNode | null;
}

function packed({ kind, typeId, children }: PackedShape, { name, nullable, hint }: Shape): PackedNode {
  return {
    kind,
    field: {
      name: hint?.field.name ?? name,
      nullable,
      typeId,
      slots: [],
      metadata: hint?.field.metadata ?? [],
    },
    bitWidth: 0,
    isLarge: false,
    listSize: 0,
    typeIds: [],
    children: children.map((child) => child.packed),
  };
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/**
 * A column as it is carried with its parts; null: it has a part that is not carried (a group without columns, a list
 * or map of another form than the format's), or is nested more than `MAX_NESTING` deep.
 *
 * @param elements of the column, in pre-order
 * @param hint the type that Arrow's schema gives the column; null: it has none
 */
export function nestedColumn(
  elements: readonly SchemaElement[],
  hint: PackedNode | null,
): NestedColumn | null {
  const builder = new Builder();
  try {
    const place = { definition: 0, repetition: 0, depth: 0, path: "" };
    const root = builder.field(treeOf(elements, { at: 0 }), place, hint);
    const { packed: node, typeName: name } = root, { field: { typeId } } = node;
    const type = { name, bitWidth: null, isLarge: false, typeId, slots: [], packed: node };
    return { type, root, leaves: builder.leaves };
  } catch (error) {
    if (error instanceof NotCarried) return null;
    throw error;
  }
}

/** Whether a column of one element is read here, not as a flat one: nulls alone have no values. */
export function isNestedColumn(element: SchemaElement): boolean {
  return element.physicalType === null || element.repetition === REPETITION.repeated || isNullType(element);
}

/** Whether there are nulls alone: a logical type, before which parquet-cpp wrote a converted type of its own. */
function isNullType({ logicalType, convertedType }: SchemaElement): boolean {
  return logicalType === null ? convertedType === CONVERTED.null : logicalType === LOGICAL.null;
}
