/**
 * Buffers of files that were read, for those that are read next: a folder of a thousand files would leave a thousand
 * sets of them to the collector, which is in no hurry. Of each thread its own.
 *
 * Invariant: whoever gives a buffer back has no view of it any more.
 *
 * @module
 */

const spare: Uint8Array<ArrayBuffer>[] = [];

/** More room than is asked for once a file came before: the next one's pages may be a little larger. */
const MARGIN = 9 / 8;
/** a buffer serves for a page of at least this part of it */
const LEAST_PART = 1 / 4;

/**
 * A buffer of at least that many bytes, which may hold anything.
 *
 * @throws RangeError the system has no such memory
 */
export function takeBuffer(numBytes: number): Uint8Array<ArrayBuffer> {
  let best = -1;
  for (const [i, { length }] of spare.entries()) {
    if (length < numBytes || length * LEAST_PART > numBytes) continue;
    if (best < 0 || length < spare[best]!.length) best = i;
  }
  if (best >= 0) return spare.splice(best, 1)[0]!;
  if (spare.length === 0) return new Uint8Array(numBytes);
  // none fits: one of them goes, so that there are never more than the files have used at once
  spare.pop();
  return new Uint8Array(Math.ceil(numBytes * MARGIN));
}

/** The buffer may be taken again. */
export function giveBack(buffer: Uint8Array<ArrayBuffer>): void {
  if (buffer.length > 0) spare.push(buffer);
}
