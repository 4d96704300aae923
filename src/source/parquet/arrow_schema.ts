/**
 * The Arrow schema that pyarrow, Polars and others put beside Parquet's own. Parquet knows no lists of fixed size;
 * this is where one learns that all lists of a column have the same number of elements.
 *
 * @module
 */
import { decodeMessage, decodePrefix } from "../arrow/metadata.ts";
import { NdpipeError } from "../../errors.ts";
import type { CarriedType } from "../../schema/mod.ts";
import type { KeyValues } from "../../schema/arrow_tree.ts";
import type { PackedNode } from "../../schema/packed.ts";

/** one message of a schema is small; what is larger is not worth its memory */
const MAX_TEXT = 16 * 1024 * 1024;

/** What Arrow's schema says that Parquet's does not, by the columns' names. */
export interface ArrowHints {
  readonly listSizes: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, CarriedType>;
  /** of columns with parts */
  readonly nested: ReadonlyMap<string, PackedNode>;
  /** custom metadata of columns */
  readonly metadata: ReadonlyMap<string, KeyValues>;
}

/**
 * The sizes of FixedSizeList columns, and the types of columns that can be carried.
 *
 * @param encoded the value of ARROW:schema: an IPC message in base64. What cannot be decoded says nothing: the
 *   file is whole without it.
 */
export function arrowHints(encoded: string | null): ArrowHints {
  const listSizes = new Map<string, number>(), types = new Map<string, CarriedType>();
  const nested = new Map<string, PackedNode>(), metadata = new Map<string, KeyValues>();
  const hints = { listSizes, types, nested, metadata };
  if (encoded === null || encoded.length > MAX_TEXT) return hints;
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.byteLength < 8) return hints;
  try {
    const { prefixBytes, metadataBytes } = decodePrefix(bytes, "ARROW:schema", "its message");
    const body = bytes.subarray(prefixBytes, prefixBytes + metadataBytes);
    const message = decodeMessage(body, "ARROW:schema", "its message");
    if (message.kind !== "schema") return hints;
    for (const { name, type, carried, metadata: own } of message.schema.schema.fields) {
      if (own !== undefined) metadata.set(name, own);
      if (type.kind === "fixedSizeList") listSizes.set(name, type.listSize);
      if (carried !== undefined) types.set(name, carried);
      if (carried?.packed !== undefined) nested.set(name, carried.packed);
    }
  } catch (error) {
    if (!(error instanceof NdpipeError)) throw error;
  }
  return hints;
}

function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return null;
  }
}
