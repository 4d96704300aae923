/**
 * What an input is that is not what its name or `--from` says, by its first bytes.
 *
 * @module
 */

/** A format that is met under another's name. */
export interface OtherFormat {
  /** behind "it is" */
  readonly what: string;
  /** as `--from` takes it; null: none that is read */
  readonly format: string | null;
}

const STARTS: readonly (readonly [start: string, what: string, format: string | null])[] = [
  ["ARROW1", "an Arrow file", "arrow"],
  ["\xff\xff\xff\xff", "an Arrow stream", "arrow-stream"],
  ["PAR1", "a Parquet file", "parquet"],
  ["\x93NUMPY", "a NumPy array", "npy"],
  ["PK\x03\x04", "a zip file (a NumPy archive, a spreadsheet)", "npz"],
  ["\x1f\x8b", "compressed with gzip", null],
  ["\x28\xb5\x2f\xfd", "compressed with zstd", null],
  ["\x04\x22\x4d\x18", "compressed with lz4", null],
  ["Obj\x01", "an Avro file", null],
  ["\x89HDF", "an HDF5 file", null],
  ["SQLite format 3\0", "an SQLite file", null],
  ["%PDF-", "a PDF document", null],
];

const LONGEST_START = 16;

/** formats that tell what they hold in order, so that a pipe may bring them */
const PIPED: readonly (string | null)[] = ["arrow", "arrow-stream", "csv", "ndjson"];

/** The format of a binary file by its first bytes, at least four; null: none that is known. */
export function binaryFormat(head: Uint8Array): OtherFormat | null {
  if (head.length < 4) return null;
  const text = String.fromCharCode(...head.subarray(0, LONGEST_START));
  const found = STARTS.find(([start]) => text.startsWith(start.slice(0, Math.max(4, text.length))));
  return found === undefined ? null : { what: found[1], format: found[2] };
}

/** Text, by its first bytes; null: there are others among them. */
export function textFormat(head: Uint8Array): OtherFormat | null {
  const isText = head.length > 0 &&
    head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  if (!isText) return null;
  return head[0] === "{".charCodeAt(0)
    ? { what: "text, JSON lines perhaps", format: "ndjson" }
    : { what: "text, CSV perhaps", format: "csv" };
}

/** How to have an input read as what it is. */
export function otherFormatHelp(path: string, other: OtherFormat | null): string {
  const format = other?.format ?? null, isPipe = path === "stdin";
  if (other?.what.startsWith("compressed") === true) {
    return "of compressed text say the format: --from csv, or --from ndjson; decompress all else first";
  }
  const orCsv = format === "npz" ? "; a spreadsheet has to be saved as CSV" : "";
  if (format === null) return "convert it to Arrow, Parquet or CSV, and name it after its format";
  if (!isPipe) return `name the file after its format, or say it with --from ${format}${orCsv}`;
  return PIPED.includes(format)
    ? `standard input has no name: give --from ${format}`
    : `give the file's path: it is not read from a pipe${orCsv}`;
}
