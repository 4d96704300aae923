/**
 * Parquet's schema, flattened into columns: which of them are numbers, and how deep their levels go.
 *
 * Source: parquet.thrift (SchemaElement, ConvertedType, LogicalType) and LogicalTypes.md of the Parquet format.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { KeyValues } from "../../schema/arrow_tree.ts";
import type { Field, StoredAs } from "../../schema/mod.ts";
import {
  CONVERTED,
  CONVERTED_INTEGERS,
  LOGICAL,
  PHYSICAL,
  REPETITION,
} from "../../schema/parquet_numbers.ts";
import type { ArrowHints } from "./arrow_schema.ts";
import { type CarriedLeaf, carriedLeaf } from "./carried_type.ts";
import { isNestedColumn, type NestedColumn, nestedColumn } from "./nested/nested_type.ts";
import type { SchemaElement } from "./schema_element.ts";
import type { Fail } from "./thrift.ts";

const PHYSICAL_NAMES = [
  "boolean",
  "int32",
  "int64",
  "int96",
  "float",
  "double",
  "byte_array",
  "fixed_len_byte_array",
];

/** What is read of a column of numbers. */
export interface Leaf {
  readonly dtype: DType;
  readonly physicalType: number;
  /** the definition level of a value that is there */
  readonly maxDefinition: number;
  /** of a column of lists, all of the same size; else null */
  readonly list: {
    readonly size: number;
    /** the definition level of an element that is null; -1: none can be */
    readonly nullElement: number;
    /** the definition level of a list that is null; -1: none can be */
    readonly nullList: number;
    /** whether only the pipeline says the size, so that another one is no damage; absent: the file says it */
    readonly isDeclared?: boolean;
  } | null;
}

/** A column of the table. */
export interface Column {
  readonly field: Field;
  /** its leaves among those of the schema: one for a column of numbers */
  readonly firstLeaf: number;
  readonly numLeaves: number;
  /** null for what is not computed with */
  readonly leaf: Leaf | null;
  /** null for what is not carried, or has parts */
  readonly carried: CarriedLeaf | null;
  /** of a column with parts that is carried; else null */
  readonly nested: NestedColumn | null;
  /** of lists of numbers whose size the file does not say: as they are read where a pipeline does; absent: else */
  readonly lists?: (listSize: number) => Leaf;
}

/** converted types that are whole numbers; DATE, TIME_… and TIMESTAMP_… keep their physical type */
const INTEGER_DTYPES: ReadonlyMap<number, DType> = new Map(
  Object.entries(CONVERTED_INTEGERS).map(([dtype, number]) => [number, dtype as DType]),
);
const CONVERTED_TEMPORAL_BITS: Readonly<Record<number, number>> = {
  [CONVERTED.date]: 32,
  [CONVERTED.timeMillis]: 32,
  [CONVERTED.timeMicros]: 64,
  [CONVERTED.millis]: 64,
  [CONVERTED.micros]: 64,
};
/** in the union TimeUnit */
const UNIT_MILLISECONDS = 1;
const LOGICAL_NAMES: Readonly<Record<number, string>> = {
  [LOGICAL.string]: "string",
  [LOGICAL.map]: "map",
  [LOGICAL.list]: "list",
  [LOGICAL.enum]: "enum",
  [LOGICAL.decimal]: "decimal",
  [LOGICAL.null]: "null",
  [LOGICAL.json]: "json",
  [LOGICAL.bson]: "bson",
  [LOGICAL.uuid]: "uuid",
  [LOGICAL.float16]: "float16",
};
const CONVERTED_NAMES: Readonly<Record<number, string>> = {
  [CONVERTED.utf8]: "string",
  [CONVERTED.map]: "map",
  [CONVERTED.list]: "list",
  [CONVERTED.enum]: "enum",
  [CONVERTED.decimal]: "decimal",
  [CONVERTED.json]: "json",
  [CONVERTED.bson]: "bson",
};

function integerType(element: SchemaElement): DType | null | undefined {
  const { logicalType, convertedType, bitWidth, isSigned } = element;
  if (logicalType === LOGICAL.integer) {
    return ([8, 16, 32, 64].includes(bitWidth) ? `${isSigned ? "i" : "u"}${bitWidth}` : null) as DType | null;
  }
  return logicalType === null && convertedType !== null ? INTEGER_DTYPES.get(convertedType) : undefined;
}

/** bits that a date or time has; null: it is none */
function temporalBits({ logicalType, convertedType, unit }: SchemaElement): number | null {
  switch (logicalType) {
    case null:
      return CONVERTED_TEMPORAL_BITS[convertedType ?? -1] ?? null;
    case LOGICAL.date:
      return 32;
    case LOGICAL.time:
      return unit === UNIT_MILLISECONDS ? 32 : 64;
    case LOGICAL.timestamp:
      return 64;
    default:
      return null;
  }
}

function isHalf({ physicalType, logicalType, typeLength }: SchemaElement): boolean {
  return physicalType === PHYSICAL.fixedLengthByteArray && logicalType === LOGICAL.float16 &&
    typeLength === 2;
}

/** what numbers of a leaf are in the file, where it is not their dtype */
function storedAs(element: SchemaElement): { readonly storedAs?: StoredAs } {
  return isHalf(element) ? { storedAs: "float16" } : {};
}

/** the dtype of a leaf; null where it is not computed with */
function dtypeOf(element: SchemaElement): DType | null {
  const { physicalType, logicalType, convertedType } = element;
  const isPlain = logicalType === null && convertedType === null;
  switch (physicalType) {
    case PHYSICAL.boolean:
      return isPlain ? "bool" : null;
    case PHYSICAL.float:
      return isPlain ? "f32" : null;
    case PHYSICAL.double:
      return isPlain ? "f64" : null;
    case PHYSICAL.int32:
    case PHYSICAL.int64: {
      const own = physicalType === PHYSICAL.int32 ? "i32" : "i64";
      if (isPlain || temporalBits(element) === 8 * DTYPE[own].itemsize) return own;
      const dtype = integerType(element) ?? null;
      if (dtype === null) return null;
      return dtype.endsWith("64") === (physicalType === PHYSICAL.int64) ? dtype : null;
    }
    case PHYSICAL.fixedLengthByteArray:
      return isHalf(element) ? "f32" : null;
    default:
      return null;
  }
}

function otherName(element: SchemaElement): string {
  const { physicalType, logicalType, convertedType } = element;
  const named = logicalType !== null ? LOGICAL_NAMES[logicalType] : CONVERTED_NAMES[convertedType ?? -1];
  if (named !== undefined) return named;
  return physicalType === null ? "struct" : PHYSICAL_NAMES[physicalType] ?? `type ${physicalType}`;
}

/** a walk over the elements, which are the tree in pre-order */
class SchemaWalk {
  readonly elements: readonly SchemaElement[];
  readonly #fail: Fail;
  at = 0;

  constructor(elements: readonly SchemaElement[], fail: Fail) {
    this.elements = elements;
    this.#fail = fail;
  }

  next(): SchemaElement {
    const element = this.elements[this.at];
    if (element === undefined) return this.#fail("its schema ends inside a group");
    this.at += 1;
    if (element.repetition < 0 || element.repetition > 2) this.#fail("a column that repeats in no known way");
    return element;
  }

  /** passes over an element's children; returns its leaves */
  countLeaves(element: SchemaElement): number {
    if (element.physicalType !== null) return 1;
    let rest = element.numChildren, numLeaves = 0;
    // no recursion: a hostile schema may be one long chain
    while (rest > 0) {
      const child = this.next();
      rest += child.numChildren - 1;
      if (child.physicalType !== null) numLeaves += 1;
    }
    return numLeaves;
  }
}

/** a column of single values */
function flatColumn(
  element: SchemaElement,
  { dtype, carried, firstLeaf }: {
    readonly dtype: DType | null;
    readonly carried: CarriedLeaf | null;
    readonly firstLeaf: number;
  },
): Column {
  const { name } = element, nullable = element.repetition === 1;
  const own = carried === null ? {} : { carried: carried.type };
  if (dtype === null) {
    return {
      field: {
        name,
        nullable,
        type: { kind: "other", name: carried?.type.name ?? otherName(element) },
        ...own,
      },
      firstLeaf,
      numLeaves: 1,
      leaf: null,
      carried,
      nested: null,
    };
  }
  return {
    field: { name, nullable, type: { kind: "primitive", dtype, ...storedAs(element) }, ...own },
    carried,
    nested: null,
    firstLeaf,
    numLeaves: 1,
    leaf: {
      dtype,
      physicalType: element.physicalType!,
      maxDefinition: nullable ? 1 : 0,
      list: null,
    },
  };
}

/** What is computed of lists of numbers. */
interface NumberLists {
  readonly dtype: DType;
  readonly storedAs?: StoredAs;
  readonly leaf: (listSize: number) => Leaf;
  /** null: the file does not say it */
  readonly listSize: number | null;
}

/** a column of lists of numbers, by its tree; null: it is another one */
function numberLists(nested: NestedColumn | null, hasSize: boolean): NumberLists | null {
  const root = nested?.root;
  if (root?.kind !== "list" || root.packed.field.typeId === ARROW_TYPE.map || root.element.kind !== "leaf") {
    return null;
  }
  const { element: { element, packed, definition, physicalType } } = root, dtype = dtypeOf(element);
  if (dtype === null) return null;
  const { kind, listSize } = root.packed, isFixed = kind === "fixedSizeList";
  return {
    dtype,
    ...storedAs(element),
    listSize: isFixed && hasSize ? listSize : null,
    leaf: (size) => ({
      dtype,
      physicalType,
      maxDefinition: definition,
      list: {
        size,
        nullElement: packed.field.nullable ? definition - 1 : -1,
        nullList: root.packed.field.nullable ? 0 : -1,
        ...(isFixed ? {} : { isDeclared: true }),
      },
    }),
  };
}

/** a column with parts */
function nestedFrom(
  elements: readonly SchemaElement[],
  { nested: hints, listSizes }: ArrowHints,
  { firstLeaf, numLeaves }: Pick<Column, "firstLeaf" | "numLeaves">,
): Column {
  const [element] = elements, { name, repetition } = element!;
  const nested = nestedColumn(elements, hints.get(name) ?? null);
  const lists = numberLists(nested, (listSizes.get(name) ?? 0) > 0);
  const own = nested === null ? {} : { carried: nested.type };
  const common = { firstLeaf, numLeaves, carried: null, nested };
  if (lists?.listSize === null || lists === null) {
    const type = {
      kind: "other",
      name: nested?.type.name ?? (repetition === 2 ? "list" : otherName(element!)),
    } as const;
    const field = { name, nullable: repetition === 1, type, ...own };
    if (lists === null) return { ...common, field, leaf: null };
    return { ...common, field: { ...field, listOf: lists.dtype }, leaf: null, lists: lists.leaf };
  }
  const { leaf, listSize, ...numbers } = lists, sized = leaf(listSize);
  const nullable = sized.list!.nullList >= 0 || sized.list!.nullElement >= 0;
  return {
    ...common,
    field: { name, nullable, type: { kind: "fixedSizeList", ...numbers, listSize }, ...own },
    leaf: sized,
  };
}

/** Arrow's extension type of a column that has no type of its own there; null: it has one, or is a part of another. */
function extensionOf(
  { logicalType, convertedType, physicalType, typeLength, repetition }: SchemaElement,
): KeyValues | null {
  if (repetition === REPETITION.repeated) return null;
  const isJson = logicalType === LOGICAL.json || (logicalType === null && convertedType === CONVERTED.json);
  const name = isJson && physicalType === PHYSICAL.byteArray
    ? "arrow.json"
    : logicalType === LOGICAL.uuid && physicalType === PHYSICAL.fixedLengthByteArray && typeLength === 16
    ? "arrow.uuid"
    : null;
  return name === null ? null : [["ARROW:extension:name", name], ["ARROW:extension:metadata", ""]];
}

/**
 * The columns of a schema.
 *
 * @param hints of Arrow's own schema
 */
export function flattenSchema(
  elements: readonly SchemaElement[],
  hints: ArrowHints,
  fail: Fail,
): Column[] {
  const walk = new SchemaWalk(elements, fail);
  if (elements.length === 0) return fail("it has no schema");
  const { numChildren } = walk.next();
  if (numChildren > elements.length) return fail("its schema ends inside a group");
  const columns: Column[] = [];
  let firstLeaf = 0;
  for (let i = 0; i < numChildren; i++) {
    const start = walk.at, element = walk.next();
    const numLeaves = walk.countLeaves(element), isNested = isNestedColumn(element);
    const carried = isNested ? null : carriedLeaf(element, hints.types.get(element.name) ?? null);
    const column = isNested
      ? nestedFrom(elements.slice(start, walk.at), hints, { firstLeaf, numLeaves })
      : flatColumn(element, { dtype: dtypeOf(element), carried, firstLeaf });
    const metadata = hints.metadata.get(element.name) ?? extensionOf(element);
    columns.push(metadata === null ? column : { ...column, field: { ...column.field, metadata } });
    firstLeaf += numLeaves;
  }
  if (walk.at !== elements.length) return fail("its schema has elements that belong to no column");
  return columns;
}
