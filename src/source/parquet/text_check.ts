/**
 * Whether what a column of text holds is UTF-8: Arrow's text is, and readers of it rely on that.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import { builtinModule } from "../../load_module.ts";

const CONTINUATION_MASK = 0xc0, CONTINUATION = 0x80;

/** The first of values that lie one behind the other which is no UTF-8; -1: all are. */
export function firstNonUtf8(data: Uint8Array, offsets: Uint32Array): number {
  const { isAscii, isUtf8 } = builtinModule("node:buffer");
  const numValues = offsets.length - 1, bytes = data.subarray(offsets[0], offsets[numValues]);
  if (isAscii(bytes) || (isUtf8(bytes) && !cutsCharacter(data, offsets))) return -1;
  for (let i = 0; i < numValues; i++) {
    if (!isUtf8(data.subarray(offsets[i], offsets[i + 1]))) return i;
  }
  return -1;
}

/** whether a value begins amid a character of the one before */
function cutsCharacter(data: Uint8Array, offsets: Uint32Array): boolean {
  const end = offsets[offsets.length - 1]!;
  for (const offset of offsets) {
    if (offset < end && (data[offset]! & CONTINUATION_MASK) === CONTINUATION) return true;
  }
  return false;
}

/** Whether one value is no UTF-8. Most are short and of ASCII, which costs less to see than to ask. */
export function isNonUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return !builtinModule("node:buffer").isUtf8(bytes.subarray(start, end));
  }
  return false;
}

/** The refusal of text that is no UTF-8 (FMT006). */
export function notUtf8(path: string, column: string, place: string): FormatError {
  return new FormatError(
    "FMT006",
    `column ${JSON.stringify(column)} of ${path} holds text that is not UTF-8`,
    {
      notes: [place],
      help: "write the table again with text in UTF-8, or the column as binary, or leave the column out",
    },
  );
}
