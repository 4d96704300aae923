/**
 * The footer of a file: where it is, and whether the file is Parquet that can be read at all.
 *
 * Source: README.md of the Parquet format ("File format").
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { FormatError } from "../../errors.ts";
import { PARQUET_METADATA_BYTES } from "../../schema/footer_limits.ts";
import { emptyFile } from "../empty_file.ts";
import { LastFooter } from "../last_footer.ts";
import { binaryFormat, otherFormatHelp, textFormat } from "../other_format.ts";
import type { RandomAccess } from "../random_access.ts";
import {
  corruption,
  decodeMetadata,
  MAGIC_BYTES,
  type ParquetMetadata,
  TRAILER_BYTES,
  unsupported,
} from "./metadata.ts";

/** An opened file and what its footer says */
export interface OpenedParquet {
  readonly access: RandomAccess;
  readonly metadata: ParquetMetadata;
  /** bytes that were read for it */
  readonly metadataBytes: number;
}

function isText(bytes: Uint8Array, text: string): boolean {
  return String.fromCharCode(...bytes) === text;
}

/**
 * Opens a file and reads its footer.
 *
 * @throws FormatError FMT001 to FMT005
 */
export function openParquet(path: string, open: (path: string) => RandomAccess): OpenedParquet {
  const access = open(path);
  try {
    return { access, ...readMetadata(access) };
  } catch (error) {
    access.close();
    throw error;
  }
}

const lastFooter = new LastFooter(decodeMetadata);

function readMetadata(access: RandomAccess): Omit<OpenedParquet, "access"> {
  const { path, size } = access;
  if (size === 0) throw emptyFile(path);
  const head = new Uint8Array(Math.min(MAGIC_BYTES, size));
  access.readInto(head, 0);
  if (isText(head, "PARE")) throw unsupported(path, "it is encrypted", "decrypt it where its keys are");
  if (!isText(head, "PAR1")) {
    const other = binaryFormat(head) ?? textFormat(head);
    throw new FormatError(
      "FMT002",
      `${path} is not a Parquet file${other === null ? "" : `: it seems to be ${other.what}`}`,
      {
        notes: ['a Parquet file begins and ends with "PAR1"'],
        help: otherFormatHelp(path, other),
      },
    );
  }
  const unfinished = (why: string) =>
    new FormatError("FMT003", `${path} is truncated: ${why}`, {
      notes: [
        `a Parquet file ends with its footer and "PAR1"; this one has ${countText(size)} bytes`,
      ],
      help: "write or copy the file again; it may still have been in writing",
    });
  if (size < MAGIC_BYTES + TRAILER_BYTES) throw unfinished("it is too short for a Parquet file");
  const trailer = new Uint8Array(TRAILER_BYTES);
  access.readInto(trailer, size - TRAILER_BYTES);
  if (isText(trailer.subarray(4), "PARE")) {
    throw unsupported(path, "its footer is encrypted", "decrypt it where its keys are");
  }
  if (!isText(trailer.subarray(4), "PAR1")) throw unfinished("its footer is missing");
  const footerBytes = new DataView(trailer.buffer).getUint32(0, true);
  const footerPosition = size - TRAILER_BYTES - footerBytes;
  if (footerPosition < MAGIC_BYTES) {
    corruption(path, "the footer")(`it is said to take ${footerBytes} of the file's ${size} bytes`);
  }
  if (footerBytes > PARQUET_METADATA_BYTES) {
    throw unsupported(
      path,
      `its footer takes ${countText(footerBytes)} bytes; at most 256 MiB are read`,
      "write fewer and larger row groups",
    );
  }
  const bytes = new Uint8Array(footerBytes);
  access.readInto(bytes, footerPosition);
  return {
    metadata: lastFooter.decode(bytes, path, footerPosition),
    metadataBytes: MAGIC_BYTES + TRAILER_BYTES + footerBytes,
  };
}
