/**
 * The positions of elements that are not zero, by the kernel of assembly/positions.ts.
 *
 * @module
 */
import type { Region } from "../../memory/mod.ts";
import { arrayKernels, codeOf, WorkSpace } from "../array_module.ts";
import { contiguous } from "../elementwise/operations.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { allocateForGood, arraysMemory } from "../storage/storage.ts";
import { addressOf, allocate, type Strided } from "../storage/strided.ts";

let table: Region | null = null;

/** for each pattern of eight bits the places of those that are set, a byte each; the others are 0 */
function patternsAddress(): number {
  if (table === null) {
    table = allocateForGood(8 * 256);
    const places = new Uint8Array(arraysMemory().buffer, table.byteOffset, 8 * 256).fill(0);
    for (let pattern = 0; pattern < 256; pattern++) {
      let at = 8 * pattern;
      for (let place = 0; place < 8; place++) if (pattern >> place & 1) places[at++] = place;
    }
  }
  return table.byteOffset;
}

/** Calls for the neighbouring elements of a view: with how many are not zero, and what writes their positions. */
function withNonzero<T>(
  source: Strided,
  itemsize: 4 | 8,
  body: (count: number, writeTo: (address: number) => void) => T,
): T {
  const rows = contiguous(source), code = codeOf(source.dtype), kernels = arrayKernels();
  try {
    const from = addressOf(rows), size = sizeOfShape(source.shape), patterns = patternsAddress();
    const count = kernels.countNonzero(from, size, ...code);
    return body(count, (address) => {
      const end = address + count * itemsize;
      kernels.nonzeroPositions(from, size, address, end, patterns, ...code, Number(itemsize === 8));
    });
  } finally {
    if (rows !== source) rows.storage.freeUnheld();
  }
}

/** The positions (i64) in row-major order of the elements that are not zero. Refused: MEM005. */
export function nonzeroList(source: Strided): Strided {
  return withNonzero(source, 8, (count, writeTo) => {
    const demand = { sentence: `indices of i64 (${count})`, operands: [] };
    const result = allocate("i64", [count], { demand });
    writeTo(addressOf(result));
    return result;
  });
}

/** The positions in row-major order of the elements that are not zero. Refused: MEM005. */
export function flatNonzero(source: Strided): Int32Array {
  return withNonzero(source, 4, (count, writeTo) => {
    using work = new WorkSpace("nonzero", 4 * count);
    writeTo(work.address);
    return new Int32Array(arraysMemory().buffer, work.address, count).slice();
  });
}
