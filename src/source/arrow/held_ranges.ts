/** Ranges of a body that a pipe's source holds, and copies from them. @module */

/** The ranges that reads cover, disjoint and in order, packed one after the other. */
export function unionOf(
  reads: Float64Array,
  others: readonly (readonly [position: number, numBytes: number])[],
): Float64Array {
  const wanted: (readonly [position: number, numBytes: number])[] = [...others];
  for (let i = 0; i < reads.length; i += 3) wanted.push([reads[i]!, reads[i + 1]!]);
  const ranges: [position: number, numBytes: number, offset: number][] = [];
  for (const [position, numBytes] of wanted.toSorted((a, b) => a[0] - b[0])) {
    const end = position + numBytes;
    const last = ranges.at(-1);
    if (last !== undefined && position <= last[0] + last[1]) last[1] = Math.max(last[1], end - last[0]);
    else ranges.push([position, end - position, 0]);
  }
  let offset = 0;
  for (const range of ranges) {
    range[2] = offset;
    offset += range[1];
  }
  return Float64Array.from(ranges.flat());
}

/** The last of the disjoint ranges that starts at or before `position`, or the first. */
function rangeAt(ranges: Float64Array, position: number): number {
  let low = 0, high = ranges.length / 3 - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ranges[3 * middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Copies the wanted ranges of a body as far as `memory` holds them; returns the bytes copied. */
export function copyRanges(
  wanted: Float64Array,
  target: Uint8Array,
  { held, memory }: { readonly held: Float64Array; readonly memory: Uint8Array },
): number {
  let copied = 0;
  for (let i = 0; i < wanted.length; i += 3) {
    const start = wanted[i]!, end = start + wanted[i + 1]!;
    // a gap that a merged read would pass over need not be held
    for (let j = 3 * rangeAt(held, start); j < held.length && held[j]! < end; j += 3) {
      const from = Math.max(start, held[j]!), to = Math.min(end, held[j]! + held[j + 1]!);
      if (from >= to) continue;
      const source = held[j + 2]! + from - held[j]!;
      target.set(memory.subarray(source, source + to - from), wanted[i + 2]! + from - start);
      copied += to - from;
    }
  }
  return copied;
}
