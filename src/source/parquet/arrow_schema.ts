/**
 * The Arrow schema that pyarrow, Polars and others put beside Parquet's own. Parquet knows no lists of fixed size;
 * this is where one learns that all lists of a column have the same number of elements.
 *
 * @module
 */
import { decodeMessage, decodePrefix } from "../arrow/metadata.ts";
import { NdpipeError } from "../../errors.ts";

/** one message of a schema is small; what is larger is not worth its memory */
const MAX_TEXT = 16 * 1024 * 1024;

/**
 * The sizes of FixedSizeList columns by their names.
 *
 * @param encoded the value of ARROW:schema: an IPC message in base64. What cannot be decoded says nothing: the
 *   file is whole without it.
 */
export function arrowListSizes(encoded: string | null): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  if (encoded === null || encoded.length > MAX_TEXT) return sizes;
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.byteLength < 8) return sizes;
  try {
    const { prefixBytes, metadataBytes } = decodePrefix(bytes, "ARROW:schema", "its message");
    const metadata = bytes.subarray(prefixBytes, prefixBytes + metadataBytes);
    const message = decodeMessage(metadata, "ARROW:schema", "its message");
    if (message.kind !== "schema") return sizes;
    for (const { name, type } of message.schema.schema.fields) {
      if (type.kind === "fixedSizeList") sizes.set(name, type.listSize);
    }
  } catch (error) {
    if (!(error instanceof NdpipeError)) throw error;
  }
  return sizes;
}

function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
