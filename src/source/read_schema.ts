/**
 * What a source reads for its bindings, decided once for a run: groups of columns that are computed with, and
 * carried columns. Every format with columns of its own reads by it.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import {
  bytesPerRowOf,
  type CarriedBinding,
  carriedDataBytes,
  type CarriedLayout,
  carriedLayout,
  type ColumnBinding,
  type NullPolicy,
  requestedType,
  type Schema,
  splitBindings,
} from "../schema/mod.ts";

/** Bits become bytes, 0 or 1; 16-bit floats become 32-bit ones. */
export type Expansion = "bits" | "halves";

/** The bindings of a source as they are read: bindings to the same columns under the same policy share one group. */
export interface ReadGroup {
  readonly fieldIndices: readonly number[];
  /** names by column, for messages */
  readonly names: readonly string[];
  /** the first of the inputs that are read so, for messages */
  readonly input: string;
  readonly dtype: DType;
  /** elements a row of one column */
  readonly listSize: number;
  readonly isList: boolean;
  readonly isMatrix: boolean;
  /** bits of an element in the file */
  readonly storedBits: number;
  /** what reading makes of elements that are not as the kernels take them; null: they are */
  readonly expansion: Expansion | null;
  readonly nulls: NullPolicy;
  /** columns that may hold nulls, so that their bitmaps have room */
  readonly numNullable: number;
}

/** What is read, decided once for a run. */
export interface ReadSchema {
  readonly groups: readonly ReadGroup[];
  /** the group of each binding that is computed with */
  readonly groupOfBinding: readonly number[];
  readonly carried: readonly CarriedRead[];
}

/** A carried column as it is read. */
export interface CarriedRead extends CarriedBinding {
  /** the average that memory is set aside for */
  readonly bytesPerRow: number;
  /**
   * what a row takes in the buffers of a body, where values are taken out one by one: known of the input's batches, or
   * declared if that is more; null: buffers are as carried
   */
  readonly storedBytesPerRow: number | null;
}

/** What the metadata of a source's batches tells of carried columns. Averages of a row, the most of any batch. */
export interface CarriedFacts {
  /** of the values; null: only reading tells */
  readonly averageBytes: (fieldIndex: number) => number | null;
  /** see `CarriedRead` */
  readonly storedBytes: (fieldIndex: number) => number | null;
}

/** nothing is known */
const NO_FACTS: CarriedFacts = { averageBytes: () => null, storedBytes: () => null };

/** The carried columns with their averages: declared, or known of the input's batches. */
function carriedReads(bindings: readonly CarriedBinding[], facts: CarriedFacts): CarriedRead[] {
  return bindings.map((binding) => {
    const { type, carry, fieldIndex } = binding, stored = facts.storedBytes(fieldIndex);
    return {
      ...binding,
      bytesPerRow: type.bitWidth === null ? bytesPerRowOf(carry, facts.averageBytes(fieldIndex)) : 0,
      storedBytesPerRow: stored === null ? null : Math.max(stored, carry.bytesPerRow ?? 0),
    };
  });
}

/** Where the buffers of a chunk of so many rows have their places. */
export function layoutOf({ type, bytesPerRow }: CarriedRead, numRows: number): CarriedLayout {
  return carriedLayout(type, numRows, carriedDataBytes(type, numRows, { bytesPerRow }));
}

/** Bytes of a slot that carried columns take, for chunks of at most `numRows` rows. */
export function carriedBytes(carried: readonly CarriedRead[], numRows: number): number {
  return carried.reduce((total, read) => total + layoutOf(read, numRows).numBytes, 0);
}

/**
 * Groups the bindings.
 *
 * @param facts what the input's metadata tells of carried columns
 */
export function readSchema(
  bindings: readonly ColumnBinding[],
  schema: Schema,
  facts: CarriedFacts = NO_FACTS,
): ReadSchema {
  const groups: ReadGroup[] = [], keys = new Map<string, number>(), groupOfBinding: number[] = [];
  const { computed, carried } = splitBindings(bindings, schema);
  for (const binding of computed) {
    const group = groupOf(binding, schema);
    const { nulls } = group;
    const policy = nulls.kind === "fill" ? `fill ${typeof nulls.value} ${nulls.value}` : nulls.kind;
    const key = `${group.fieldIndices.join()} ${policy}`;
    const index = keys.get(key) ?? groups.push(group) - 1;
    keys.set(key, index);
    groupOfBinding.push(index);
  }
  return { groups, groupOfBinding, carried: carriedReads(carried, facts) };
}

function groupOf(binding: ColumnBinding, schema: Schema): ReadGroup {
  const fields = binding.fieldIndices.map((index) => schema.fields[index]!);
  const type = requestedType(fields[0]!, binding.request);
  if (type.kind !== "primitive" && type.kind !== "fixedSizeList") {
    throw new Error(`column ${fields[0]!.name} is bound though it has no dtype`);
  }
  const expansion = type.dtype === "bool" ? "bits" : type.storedAs === "float16" ? "halves" : null;
  return {
    fieldIndices: binding.fieldIndices,
    names: fields.map((field) => field.name),
    input: binding.request.input,
    dtype: type.dtype,
    listSize: type.kind === "fixedSizeList" ? type.listSize : 1,
    isList: type.kind === "fixedSizeList",
    isMatrix: binding.layout === "column",
    storedBits: expansion === "bits" ? 1 : expansion === "halves" ? 16 : 8 * DTYPE[type.dtype].itemsize,
    expansion,
    nulls: binding.request.nulls,
    numNullable: fields.filter((field) => field.nullable).length,
  };
}
