/**
 * Points that stand out and are known to, each with its reason. A point that stands out and is not in the table is
 * reported as one without a reason.
 *
 * @module
 */

/** A reason, and the points that it explains. */
export interface KnownCliff {
  /** of "LINE / POINT" */
  readonly pattern: RegExp;
  readonly reason: string;
}

const KNOWN_CLIFFS: readonly KnownCliff[] = [
  {
    pattern: /^[a-z] \w+, by columns, by size \/ (50000 × 100|5000 × 1000)$/,
    reason:
      "columns in, rows out: a hundred or a thousand columns are as many streams, of which the processor foresees few " +
      "once they leave the last cache",
  },
  {
    pattern: /^\w+ \w+, by size \/ (5000000( × 1)?|50000 × 100|5000 × 1000)$/,
    reason: "operands and result leave the last cache (32 MiB) here: from now on memory sets the pace",
  },
  {
    pattern: /^b f32.*, by width \/ [23]$/,
    reason:
      "rows of two or three f32 are shorter than a vector, so lanes run across rows and each column's elements are " +
      "gathered with a stride",
  },
  {
    pattern: /^(copy|lt|add) \w+, by layout \/ transposed$/,
    reason:
      "every line of the cache of one side is touched by blocks of rows: turned in registers, it moves each element " +
      "twice where a contiguous one is loaded and stored whole",
  },
  {
    pattern: /^sum of rows \w+, by layout \/ transposed$/,
    reason:
      "rows of a transposed array are columns in memory: 512 of them, 2 or 4 KiB apart, compete for the same places in the cache",
  },
  {
    pattern: /^(copy|lt|add|sum|exp|astype f64|sum of rows|sum of columns) \w+, by layout \/ strided 3$/,
    reason:
      "three times the bytes are read, and what is neither next to nor one apart from its neighbour is loaded element " +
      "by element: WebAssembly has no gather",
  },
  {
    pattern: /^(sum|sum of rows) f64, by layout \/ strided 2$/,
    reason: "twice the bytes are read, and of a sum there is little else to do",
  },
  {
    pattern: /^matmul f\d\d, by size \/ 1 × 1$/,
    reason:
      "a product of one row by one column is a sum, which is planned as one at every call (12 µs); from 2 × 2 on the " +
      "product's own kernel is called at once (5 µs)",
  },
];

/** Why a point stands out; null where nobody has said. */
export function reasonOf(name: string): string | null {
  return KNOWN_CLIFFS.find(({ pattern }) => pattern.test(name))?.reason ?? null;
}
