/** Bytes of UTF-8 text as strings of JSON have them. @module */
import { isUtf8 } from "../../text/mod.ts";

/** the bytes of ASCII that a string of JSON does not hold as they are */
const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 0x80 }, (_, byte) => {
  const text = JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
  return text.length === 1 ? undefined : new TextEncoder().encode(text);
});

/** What stands for a byte; undefined: it does itself. */
export function escapeOf(byte: number): Uint8Array | undefined {
  return ESCAPES[byte];
}

/** The bytes at [start, end) if they are UTF-8; else with U+FFFD for what is not. */
export function mendedUtf8(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
  if (isUtf8(bytes.subarray(start, end))) return { bytes, start, end };
  // a copy: a TextDecoder takes no shared memory
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice(start, end));
  const mended = new TextEncoder().encode(text);
  return { bytes: mended, start: 0, end: mended.length };
}
