/**
 * Columns of a table as runs: carried ones, which are written value by value, and computed ones side by side, whose text
 * the kernel writes for some rows at a time into memory, from where it is taken line by line.
 *
 * @module
 */
import type { ByteOutput } from "../atomic_file.ts";
import type { OutputField } from "../sink.ts";

/** text of computed columns that is held at a time, about */
const PIECE_BYTES = 1024 * 1024;
/** no number takes more, its delimiter included */
const MAX_NUMBER_BYTES = 32;
/** The computed columns' own sinks hold little: their text goes on at once */
export const RUN_BUFFER_BYTES = 64 * 1024;
const LF = 0x0a;

/** A carried column, or computed ones side by side. */
export interface Run {
  readonly firstField: number;
  readonly fields: readonly OutputField[];
  readonly carried: OutputField | null;
}

/** The columns of a table as runs. */
export function runsOf(fields: readonly OutputField[]): Run[] {
  const runs: Run[] = [];
  /** of the run of computed columns that goes on, if one does */
  let open: OutputField[] | null = null;
  for (const [i, field] of fields.entries()) {
    if (field.carried !== undefined) {
      runs.push({ firstField: i, fields: [field], carried: field });
      open = null;
    } else if (open !== null) {
      open.push(field);
    } else {
      open = [field];
      runs.push({ firstField: i, fields: open, carried: null });
    }
  }
  return runs.filter((run) => run.fields.some(({ width }) => width !== 0));
}

/** Bytes of text that a row of a run takes at most, with `extraBytes` beside each number. */
export function rowTextBytes({ fields }: Run, extraBytes = 0): number {
  return fields.reduce((total, { width }) => total + (width ?? 1) * (MAX_NUMBER_BYTES + extraBytes), 0);
}

/** Rows whose text is held at a time. */
export function pieceRows(run: Run, extraBytes = 0): number {
  return Math.max(1, Math.floor(PIECE_BYTES / rowTextBytes(run, extraBytes)));
}

/** Takes text as it is written, and gives it line by line. */
export class LineBuffer implements ByteOutput {
  readonly path = "memory";
  numBytes = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #start = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  write(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.numBytes);
    this.numBytes += bytes.byteLength;
  }

  /** the next line without its end */
  line(): Uint8Array {
    const start = this.#start, end = this.#bytes.indexOf(LF, start);
    this.#start = end + 1;
    return this.#bytes.subarray(start, end);
  }

  clear(): void {
    this.#start = this.numBytes = 0;
  }

  commit(): void {}
  abort(): void {}
}
