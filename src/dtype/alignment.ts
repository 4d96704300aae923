/**
 * Where columns, buffers and allocations begin, whoever places them.
 *
 * @module
 */

/**
 * Everything begins on a multiple of this many bytes: a line of the cache, and what Arrow recommends ("Buffer
 * Alignment and Padding").
 */
export const ALIGNMENT = 64;

/** The next boundary of `ALIGNMENT` bytes: of an offset, or of a number of bytes with its padding. */
export function alignUp(numBytes: number): number {
  return Math.ceil(numBytes / ALIGNMENT) * ALIGNMENT;
}
