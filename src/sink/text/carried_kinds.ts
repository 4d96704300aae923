/**
 * How the text kernel writes carried columns, as numbers of src/text/assembly/write_carried.ts.
 *
 * @module
 */
import { ARROW_TYPE } from "../../schema/arrow_numbers.ts";
import type { CarriedType } from "../../schema/carried.ts";

/** bytes of a column's details */
export const DETAILS_BYTES = 32;
/** offsets of the details' parts */
export const DETAILS = {
  validity: 0,
  firstBit: 4,
  data: 8,
  itemBytes: 12,
  offsets: 16,
  units: 16,
  decimals: 24,
  hasZone: 28,
} as const;

const CARRIED = 16;
export const TEXT_KIND = 32;
/** every value is written here */
export const CALLER_KIND = 40;
const DATE_KIND = 33, MILLISECONDS_KIND = 34, TIME_KIND = 35, BOOL_KIND = CARRIED + 7;
const SIGNED: Readonly<Record<number, number>> = { 8: 3, 16: 4, 32: 5, 64: 6 };
const UNSIGNED: Readonly<Record<number, number>> = { 8: 8, 16: 9, 32: 10, 64: 11 };
const FLOATS: Readonly<Record<number, number>> = { 64: 1, 32: 2 };
/** decimals of a second of Arrow's units s, ms, us, ns */
const DECIMALS = [0, 3, 6, 9];

/** The kind of a column whose values the kernel writes; `CALLER_KIND`: it writes none. */
export function carriedKind({ typeId, bitWidth, slots }: CarriedType): number {
  const width = bitWidth ?? 0;
  switch (typeId) {
    case ARROW_TYPE.utf8:
    case ARROW_TYPE.largeUtf8:
      return TEXT_KIND;
    case ARROW_TYPE.bool:
      return BOOL_KIND;
    case ARROW_TYPE.int: {
      const isSigned = slots.some(({ slot, value }) => slot === 1 && value !== 0);
      return CARRIED + (isSigned ? SIGNED : UNSIGNED)[width]!;
    }
    case ARROW_TYPE.floatingPoint:
      return FLOATS[width] === undefined ? CALLER_KIND : CARRIED + FLOATS[width];
    case ARROW_TYPE.date:
      return width === 32 ? DATE_KIND : MILLISECONDS_KIND;
    case ARROW_TYPE.timestamp:
      return TIME_KIND;
    default:
      return CALLER_KIND;
  }
}

/** What is the same for all rows of a column. */
export function writeTypeDetails(
  view: DataView,
  details: number,
  { typeId, bitWidth, slots }: CarriedType,
): void {
  view.setUint32(details + DETAILS.itemBytes, (bitWidth ?? 0) >> 3, true);
  if (typeId !== ARROW_TYPE.timestamp) return;
  const decimals = DECIMALS[Number(slots.find(({ slot }) => slot === 0)?.value ?? 0)]!;
  const hasZone = slots.some(({ slot, value }) => slot === 1 && value !== "");
  view.setBigInt64(details + DETAILS.units, 10n ** BigInt(decimals), true);
  view.setUint32(details + DETAILS.decimals, decimals, true);
  view.setUint32(details + DETAILS.hasZone, Number(hasZone), true);
}
