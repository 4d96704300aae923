/**
 * How a slot is divided: the decoded columns, the tables and descriptors of the parser, the text.
 *
 * @module
 */
import { alignUp, DTYPE } from "../../dtype/mod.ts";
import { carriedDataBytes, type CarriedLayout, carriedLayout, type ColumnBinding } from "../../schema/mod.ts";
import { READING_TABLES_BYTES, TEXT_SLACK_BYTES } from "../../text/mod.ts";
import { carriedTextType, type TextType } from "./text_type.ts";

/** text set aside for one field of one row, delimiter included: "-123.456789," */
const TEXT_BYTES_PER_FIELD = 12;

/** a field's target as src/text/assembly/parse_records.ts reads it, and what it seldom reads */
export const DESCRIPTOR_BYTES = 16;
export const DETAILS_BYTES = 32;

/** Where a chunk's parts lie, in bytes from the start of the slot. */
export interface TextSlotLayout {
  /** start of each binding's elements that is computed with: `chunkRows` rows of `width` elements, row after row */
  readonly columnOffsets: readonly number[];
  /** of each carried binding, where its buffers start, and how they are laid out */
  readonly carried: readonly {
    readonly start: number;
    readonly layout: CarriedLayout;
    readonly bitWidth: number | null;
  }[];
  readonly tablesOffset: number;
  readonly descriptorsOffset: number;
  readonly extraOffset: number;
  readonly textOffset: number;
  /** room for text that carried columns count on; without them text may have all that the slot has */
  readonly textBytes: number;
  /** bytes that a slot must have */
  readonly slotBytes: number;
}

export interface TextLayoutOptions {
  readonly chunkRows: number;
  /** of each field, what it is carried as */
  readonly fieldTypes: readonly TextType[];
  /** the least room for text: what may be carried over, and a record beside it */
  readonly minTextBytes: number;
  /** set aside between descriptors and text (default 0) */
  readonly extraBytes?: number;
}

/**
 * The layout for chunks of at most `chunkRows` rows. Its size is exact for the columns. For the text it is a
 * choice: rows that need more than 12 bytes a field make chunks of fewer rows, never more memory.
 */
export function textSlotLayout(
  bindings: readonly ColumnBinding[],
  options: TextLayoutOptions,
): TextSlotLayout {
  const columnOffsets: number[] = [];
  let offset = 0;
  for (const { request } of bindings.filter(({ request }) => request.carry === undefined)) {
    columnOffsets.push(offset);
    offset += alignUp(options.chunkRows * request.width * DTYPE[request.dtype].itemsize);
  }
  const textBytes = Math.max(
    options.minTextBytes,
    options.chunkRows * options.fieldTypes.length * TEXT_BYTES_PER_FIELD,
  );
  const carried = bindings.filter(({ request }) => request.carry !== undefined).map(({ fieldIndices }) => {
    const type = carriedTextType(options.fieldTypes[fieldIndices[0]!]!), { bitWidth } = type;
    // a field may be all of the text
    const dataBytes = bitWidth === null
      ? textBytes
      : carriedDataBytes(type, options.chunkRows, { bytesPerRow: 0 });
    const start = offset, layout = carriedLayout(type, options.chunkRows, dataBytes);
    offset += layout.numBytes;
    return { start, layout, bitWidth };
  });
  const tablesOffset = offset, descriptorsOffset = tablesOffset + READING_TABLES_BYTES;
  const extraOffset = descriptorsOffset +
    alignUp(numDescriptors(bindings, options.fieldTypes.length) * (DESCRIPTOR_BYTES + DETAILS_BYTES));
  const textOffset = extraOffset + alignUp(options.extraBytes ?? 0);
  // the decoder puts a line end behind the text
  const slotBytes = textOffset + alignUp(textBytes + 1 + TEXT_SLACK_BYTES);
  return {
    columnOffsets,
    carried,
    tablesOffset,
    descriptorsOffset,
    extraOffset,
    textOffset,
    textBytes,
    slotBytes,
  };
}

const descriptorsOf = new WeakMap<
  readonly ColumnBinding[],
  { readonly numFields: number; readonly count: number }
>();

/** Each target has one, and each field that nothing is bound to. Asked for with each size of chunk that is tried. */
function numDescriptors(bindings: readonly ColumnBinding[], numFields: number): number {
  const known = descriptorsOf.get(bindings);
  if (known?.numFields === numFields) return known.count;
  const isBound = new Uint8Array(numFields);
  let numTargets = 0;
  for (const { fieldIndices } of bindings) {
    for (const fieldIndex of fieldIndices) isBound[fieldIndex] = 1;
    numTargets += fieldIndices.length;
  }
  const count = numTargets + isBound.reduce((sum, bound) => sum + 1 - bound, 0);
  descriptorsOf.set(bindings, { numFields, count });
  return count;
}
