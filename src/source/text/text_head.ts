/**
 * What the start of a text input shows: the names of its columns, and where its data begins.
 *
 * @module
 */
import type { ResolvedCsvOptions } from "./options.ts";

/** bytes asked for at a time while the first record is sought: most headers need one read */
export const HEAD_BLOCK_BYTES = 4096;

/** No number, date or word that means something is longer: of a longer field it is enough to see so much. */
export const LONG_FIELD_BYTES: number = 64 * 1024;

/** The start of a text input. */
export interface TextHead {
  readonly fieldNames: readonly string[];
  /** what was read; data starts at `dataStart`, on physical line `dataLine` */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly numBytes: number;
  readonly dataStart: number;
  readonly dataLine: number;
  /** length of the first record where it is data (no header), else 0 */
  readonly firstRecordBytes: number;
  /** whether the input ends with these bytes */
  readonly isEnd: boolean;
}

/** records are this long where nothing else is said, or 64 bytes a field, or as long as the first */
const DEFAULT_MAX_RECORD_BYTES = 1 << 20;
const MAX_RECORD_BYTES_PER_FIELD = 64;

/** How long a record may be: what `maxRecordBytes` says, or what the head makes likely. */
export function longestRecordBytes({ maxRecordBytes }: ResolvedCsvOptions, head: TextHead): number {
  const { fieldNames, firstRecordBytes } = head;
  return maxRecordBytes ??
    Math.max(DEFAULT_MAX_RECORD_BYTES, MAX_RECORD_BYTES_PER_FIELD * fieldNames.length, firstRecordBytes);
}
