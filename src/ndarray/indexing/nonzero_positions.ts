/**
 * The positions of elements that are not zero, found by the kernel that filters: of the numbers 0, 1, 2, … those are
 * kept whose element is not zero.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { Region } from "../../memory/mod.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import { runLoopKernel, scalarAddress } from "../evaluate/kernel_cache.ts";
import { allocateForGood, arraysMemory } from "../storage/storage.ts";

/** Elements of one call: the engine's optimised code takes over at the next call only, so none may be long. */
const ELEMENTS_PER_CALL = 16_384;
/** what a kernel may write behind the last element */
const SLACK_BYTES = 64;

let numbers: Region | null = null;
let found: Region | null = null;

/** the numbers of a call's elements, and room for those that are kept */
function places(): { numbers: Region; found: Region } {
  const numBytes = 4 * ELEMENTS_PER_CALL;
  if (numbers === null) {
    numbers = allocateForGood(numBytes);
    const list = new Int32Array(arraysMemory().buffer, numbers.byteOffset, ELEMENTS_PER_CALL);
    for (let i = 0; i < ELEMENTS_PER_CALL; i++) list[i] = i;
  }
  found ??= allocateForGood(numBytes + SLACK_BYTES);
  return { numbers, found };
}

/** operands: the elements, their numbers, the number of the first, what is kept */
function positionsKernel(dtype: DType): LoopKernel {
  const test: Instruction[] = dtype === "bool" ? [{ op: "load", dtype, operand: 0 }] : [
    { op: "load", dtype, operand: 0 },
    { op: "constant", dtype, value: 0 },
    { op: "elementwise", name: "ne", dtype: "bool", compute: dtype, args: [0, 1] },
  ];
  const at = test.length;
  return {
    numKept: 1,
    numReduced: 0,
    vector: "kept",
    operands: [
      { dtype, access: "unit" },
      { dtype: "i32", access: "unit" },
      { dtype: "i32", access: "zero" },
      { dtype: "i32", access: "unit" },
    ],
    body: [
      ...test,
      { op: "load", dtype: "i32", operand: 1 },
      { op: "load", dtype: "i32", operand: 2 },
      { op: "elementwise", name: "add", dtype: "i32", compute: "i32", args: [at, at + 1] },
    ],
    accumulators: [],
    epilogue: [],
    filter: at - 1,
    stores: [{ operand: 3, value: at + 2, at: "filter" }],
  };
}

/** The positions of the elements that are not zero, among neighbouring elements at an address. */
export function nonzeroPositions(
  { pointer, dtype, numElements }: { pointer: number; dtype: DType; numElements: number },
): Int32Array {
  const kernel = positionsKernel(dtype), { itemsize } = DTYPE[dtype], { numbers, found } = places();
  const { buffer } = arraysMemory();
  const first = new Int32Array(buffer, scalarAddress(0), 1);
  const positions = new Int32Array(numElements);
  let numFound = 0;
  for (let start = 0; start < numElements; start += ELEMENTS_PER_CALL) {
    first[0] = start;
    const count = runLoopKernel(kernel, [Math.min(ELEMENTS_PER_CALL, numElements - start)], [
      { pointer: pointer + start * itemsize, strides: [itemsize] },
      { pointer: numbers.byteOffset, strides: [4] },
      { pointer: scalarAddress(0), strides: [0] },
      { pointer: found.byteOffset, strides: [4] },
    ])!;
    positions.set(new Int32Array(buffer, found.byteOffset, count), numFound);
    numFound += count;
  }
  return positions.subarray(0, numFound);
}
