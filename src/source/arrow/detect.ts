/**
 * What an input is, by its first bytes. Names are not trusted: an Arrow stream under the name of a file is read as
 * the stream that it is, and what is no Arrow is refused with a word on what it seems to be.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import { ARROW_METADATA_BYTES } from "../../schema/footer_limits.ts";
import { emptyFile } from "../empty_file.ts";
import { CONTINUATION, MAGIC, unsupported } from "./metadata.ts";

/** Bytes that `detectFraming` looks at. */
export const HEAD_BYTES = 6;

/** Whether the bytes are Arrow's magic. */
export function isMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** "legacy" is a stream whose messages lack the continuation mark, as written before Arrow 0.15. */
export type Framing = "file" | "stream" | "legacy";

const FOREIGN: readonly (readonly [head: string, what: string])[] = [
  ["PAR1", "a Parquet file"],
  ["\x1f\x8b", "compressed with gzip"],
  ["\x28\xb5\x2f\xfd", "compressed with zstd"],
  ["\x04\x22\x4d\x18", "compressed with lz4"],
  ["PK\x03\x04", "a zip file (.npz, .xlsx)"],
  ["\x93NUMPY", "a NumPy file"],
  ["ORC", "an ORC file"],
  ["Obj\x01", "an Avro file"],
  ["\x89HDF", "an HDF5 file"],
  ["SQLite", "an SQLite file"],
];

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
  const isForeign = FOREIGN.some(([start]) => text.startsWith(start));
  if (isForeign || first === 0 || first > ARROW_METADATA_BYTES) throw notArrow(head, path);
  return "legacy";
}

/** The refusal of what is no Arrow (FMT002). */
export function notArrow(head: Uint8Array, path: string, cause?: unknown): FormatError {
  const text = String.fromCharCode(...head);
  const foreign = FOREIGN.find(([start]) => text.startsWith(start));
  const isText = head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  const what = foreign?.[1] ?? (isText ? "text, CSV perhaps" : null);
  const bytes = Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new FormatError(
    "FMT002",
    `${path} is not an Arrow file or stream${what === null ? "" : `: it seems to be ${what}`}`,
    {
      notes: [`it begins with the bytes ${bytes}; a file begins with "ARROW1", a stream with ff ff ff ff`],
      help: isText
        ? path === "stdin"
          ? "standard input has no name: give --from csv"
          : "name it .csv, or give --from csv"
        : "name the file after its format, or convert it to Arrow: pyarrow.ipc.new_file",
      cause,
    },
  );
}
