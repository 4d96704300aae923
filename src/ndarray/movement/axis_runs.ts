/**
 * Runs of neighbouring places of an axis, which are copied as views.
 *
 * @module
 */
import { copyElements } from "../evaluate/evaluate.ts";
import { rangeView, type Strided } from "../storage/strided.ts";

/** Places from `start` on, `size` of them. */
interface Run {
  readonly start: number;
  readonly size: number;
}

/** The most runs of neighbouring places that are copied one by one; more are scattered. */
const MOST_RUNS = 64;

/** Ascending places as runs of neighbours; null where they do not ascend or are too many. */
export function runsOf(at: Int32Array): Run[] | null {
  const runs: Run[] = [];
  for (let i = 0; i < at.length;) {
    const start = at[i]!;
    if (runs.length === MOST_RUNS || (i > 0 && start < at[i - 1]!)) return null;
    let size = 1;
    while (i + size < at.length && at[i + size] === start + size) size++;
    runs.push({ start, size });
    i += size;
  }
  return runs;
}

/** Fills an axis with what is inserted at its runs, and with the source between them. */
export function insertRuns(
  { source, inserted, target }: {
    readonly source: Strided;
    readonly inserted: Strided;
    readonly target: Strided;
  },
  along: number,
  runs: readonly Run[],
): void {
  let numWritten = 0, numOld = 0, numNew = 0;
  const copy = (from: Strided, start: number, size: number): void => {
    if (size > 0) {
      copyElements(
        rangeView(from, along, { start, step: 1, size }),
        rangeView(target, along, { start: numWritten, step: 1, size }),
      );
    }
    numWritten += size;
  };
  for (const { start, size } of runs) {
    const between = start - numWritten;
    copy(source, numOld, between);
    numOld += between;
    copy(inserted, numNew, size);
    numNew += size;
  }
  copy(source, numOld, target.shape[along]! - numWritten);
}
