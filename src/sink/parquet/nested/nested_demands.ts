/** What writing columns with parts takes: for the plan. @module */
import { MAX_VALUE_BYTES } from "../../../schema/carried.ts";
import type { PackedNode } from "../../../schema/packed.ts";
import { PAGE_ELEMENTS, PAGE_TEXT_BYTES } from "../column_pages.ts";
import { MAX_DICTIONARY_TEXTS } from "./leaf_buffer.ts";

/** a list that is packed without an element, and the levels of an entry */
const EMPTY_LIST_BYTES = 5, LEVEL_BYTES = 2;
/** buffers grow to twice what they need, and what they had is copied meanwhile */
const GROWTH = 3;

/** Of a row group, levels and values as they are put together before pages are made of them: more make it smaller. */
const ROW_GROUP_LEAF_BYTES = 128 * 1024 * 1024;

/** of "list" and "element", or their like */
const LIST_NAME_BYTES = 24;

interface LeafCounts {
  readonly all: number;
  readonly inList: number;
  /** of the leaves' paths */
  readonly nameBytes: number;
}

/** Leaves of a type, and how many there are below a list at most: an empty one is an entry of each. */
function countLeaves({ kind, field, children }: PackedNode): LeafCounts {
  const counts = children.map(countLeaves);
  const all = Math.max(1, counts.reduce((sum, count) => sum + count.all, 0));
  // each leaf's path has the names of what it is in, and of a list two more
  const nameBytes = counts.reduce((sum, count) => sum + count.nameBytes, 0) +
    all * (3 * field.name.length + LIST_NAME_BYTES);
  return {
    all,
    nameBytes,
    inList: kind === "list" ? all : Math.max(0, ...counts.map((count) => count.inList)),
  };
}

/** Bytes of levels and values that a packed byte becomes at most: that of an empty list is an entry of each leaf in it. */
function leafBytesPerPackedByte(counts: readonly LeafCounts[]): number {
  const inList = counts.reduce((most, count) => Math.max(most, count.inList), 0);
  return Math.max(LEVEL_BYTES, (LEVEL_BYTES * inList) / EMPTY_LIST_BYTES);
}

/** Packed values of columns of these types that a row group should have at most, all together. */
export function mostPackedBytes(types: readonly PackedNode[]): number {
  return ROW_GROUP_LEAF_BYTES / leafBytesPerPackedByte(types.map(countLeaves));
}

/**
 * Upper estimates; all 0 where no column has parts.
 *
 * @param packedBytes of the packed values of a batch
 */
export function nestedDemands(
  types: readonly PackedNode[],
  packedBytes: number,
): {
  /** of the largest page: a row is in it as a whole */
  readonly pageBytes: number;
  /** of the levels and values of a batch */
  readonly leafBytes: number;
  /** texts that a dictionary may be made of */
  readonly numTexts: number;
  readonly numLeaves: number;
  /** of the leaves' paths */
  readonly nameBytes: number;
} {
  if (types.length === 0) return { pageBytes: 0, leafBytes: 0, numTexts: 0, numLeaves: 0, nameBytes: 0 };
  const counts = types.map(countLeaves);
  return {
    pageBytes: PAGE_TEXT_BYTES + MAX_VALUE_BYTES + LEVEL_BYTES * (PAGE_ELEMENTS + MAX_VALUE_BYTES),
    leafBytes: GROWTH * packedBytes * leafBytesPerPackedByte(counts),
    numTexts: MAX_DICTIONARY_TEXTS,
    numLeaves: counts.reduce((sum, { all }) => sum + all, 0),
    nameBytes: counts.reduce((sum, count) => sum + count.nameBytes, 0),
  };
}
