/**
 * What an input is, by its first bytes. Names are not trusted: an Arrow stream under the name of a file is read as
 * the stream that it is, and what is no Arrow is refused with a word on what it seems to be.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import { ARROW_METADATA_BYTES } from "../../schema/footer_limits.ts";
import { emptyFile } from "../empty_file.ts";
import { binaryFormat, otherFormatHelp, textFormat } from "../other_format.ts";
import { CONTINUATION, MAGIC, unsupported } from "./metadata.ts";

/** Bytes that `detectFraming` looks at. */
export const HEAD_BYTES = 6;

/** Whether the bytes are Arrow's magic. */
export function isMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** "legacy" is a stream whose messages lack the continuation mark, as written before Arrow 0.15. */
export type Framing = "file" | "stream" | "legacy";

/**
 * Tells an Arrow file from a stream by the first bytes, up to `HEAD_BYTES`.
 *
 * @throws FormatError FMT002 when it is neither, FMT003 when it is empty, FMT005 for Feather V1
 */
export function detectFraming(head: Uint8Array, path: string): Framing {
  if (head.byteLength === 0) {
    throw emptyFile(path);
  }
  if (head.byteLength < 4) throw notArrow(head, path);
  if (head.byteLength >= HEAD_BYTES && isMagic(head)) return "file";
  const text = String.fromCharCode(...head);
  if (text.startsWith("FEA1")) {
    throw unsupported(
      path,
      "it is Feather V1, which is not read here",
      "write it as Arrow: pyarrow.feather.read_table",
    );
  }
  const first = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0, true);
  if (first === CONTINUATION) return "stream";
  if (binaryFormat(head) !== null || first === 0 || first > ARROW_METADATA_BYTES) throw notArrow(head, path);
  return "legacy";
}

/** The refusal of what is no Arrow (FMT002). */
export function notArrow(head: Uint8Array, path: string, cause?: unknown): FormatError {
  const other = binaryFormat(head) ?? textFormat(head);
  const bytes = Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new FormatError(
    "FMT002",
    `${path} is not an Arrow file or stream${other === null ? "" : `: it seems to be ${other.what}`}`,
    {
      notes: [`it begins with the bytes ${bytes}; a file begins with "ARROW1", a stream with ff ff ff ff`],
      help: otherFormatHelp(path, other),
      cause,
    },
  );
}
