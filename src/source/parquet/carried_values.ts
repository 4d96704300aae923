/**
 * Values of pages as Arrow has them, one at a time: what the readers of carried columns have in common.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { MemoryError } from "../../errors.ts";
import { MAX_VALUE_BYTES } from "../../schema/mod.ts";
import type { CarriedConversion } from "./carried_type.ts";
import { unsupported } from "./metadata.ts";
import type { ColumnPlace, LevelShape } from "./page.ts";
import type { Fail } from "./thrift.ts";
import { wordBytes } from "./values.ts";

/** days from the Julian epoch to 1970-01-01 */
const JULIAN_1970 = 2_440_588n, NANOSECONDS_PER_DAY = 86_400_000_000_000n;
const INT96_BYTES = 12;

/** A leaf whose values become Arrow's. */
export interface ConvertedLeaf extends LevelShape {
  readonly conversion: CarriedConversion;
}

/** Bytes of a value as pages have it; null: they vary. */
export function storedBytes(
  { conversion, physicalType }: Pick<ConvertedLeaf, "conversion" | "physicalType">,
): number | null {
  if (conversion.kind === "text") return null;
  if (conversion.kind === "bytes" || conversion.kind === "decimal") return conversion.width;
  return conversion.kind === "int96" ? INT96_BYTES : wordBytes(physicalType);
}

/**
 * Makes the value of Arrow from the bytes of an INT96 or of a big-endian decimal.
 *
 * @param stored.copy writes the `numBytes` stored bytes to the start of what it is given
 * @throws FormatError FMT005 an instant that 64 bits of nanoseconds do not hold, FMT004 a decimal of no length or of
 *   more than its type has
 */
export function convertBytes(
  { leaf, access, column }: Pick<ColumnPlace<ConvertedLeaf>, "leaf" | "access" | "column">,
  { numBytes, copy, fail }: {
    readonly numBytes: number;
    readonly copy: (target: Uint8Array) => void;
    readonly fail: Fail;
  },
  target: Uint8Array,
): void {
  const { conversion } = leaf;
  if (conversion.kind === "int96") {
    const bytes = new Uint8Array(INT96_BYTES), view = new DataView(bytes.buffer);
    copy(bytes);
    const days = BigInt(view.getInt32(8, true)) - JULIAN_1970;
    const instant = days * NANOSECONDS_PER_DAY + view.getBigInt64(0, true);
    if (instant !== BigInt.asIntN(64, instant)) throw tooFar(access.path, column);
    new DataView(target.buffer, target.byteOffset, 8).setBigInt64(0, instant, true);
    return;
  }
  if (conversion.kind !== "decimal") return copy(target);
  if (numBytes < 1 || numBytes > target.length) {
    fail(`a decimal of ${numBytes} bytes where there are ${target.length}`);
  }
  copy(target);
  // the sign is in the first byte, which becomes the last
  const sign = target[0]! >= 0x80 ? 0xff : 0;
  target.subarray(0, numBytes).reverse();
  target.fill(sign, numBytes);
}

/** Cuts a little-endian word to `itemsize` bytes, or extends it by its sign. */
export function convertWord(
  words: Uint8Array,
  { from, width }: { readonly from: number; readonly width: number },
  { bytes, at, itemsize }: { readonly bytes: Uint8Array; readonly at: number; readonly itemsize: number },
): void {
  const sign = itemsize > width && words[from + width - 1]! >= 0x80 ? 0xff : 0;
  for (let b = 0; b < itemsize; b++) bytes[at + b] = b < width ? words[from + b]! : sign;
}

function tooFar(path: string, column: string): Error {
  return unsupported(
    path,
    `column ${JSON.stringify(column)} has an INT96 timestamp that 64 bits of nanoseconds do not hold`,
    "write the table with timestamps of 64 bits: Spark's spark.sql.parquet.outputTimestampType",
  );
}

/**
 * The refusal of a value that is too long to be carried (MEM003).
 *
 * @param value its row in the row group; `numBytes` null: no one counted further than the limit
 */
export function valueTooLong(
  { access, column }: { readonly access: { readonly path: string }; readonly column: string },
  { rowGroup, row, numBytes }: {
    readonly rowGroup: number;
    readonly row: number;
    readonly numBytes: number | null;
  },
): MemoryError {
  const size = numBytes === null ? "more than a mebibyte" : `${countText(numBytes)} bytes`;
  return new MemoryError(
    "MEM003",
    `a value of carried column ${JSON.stringify(column)} of ${access.path} takes ${size}`,
    {
      notes: [
        `row group ${rowGroup}, row ${countText(row)}, counted from 0`,
        `a carried value has at most ${countText(MAX_VALUE_BYTES)} bytes`,
      ],
      help: "shorten the value where the table is made, or leave the column out",
    },
  );
}
