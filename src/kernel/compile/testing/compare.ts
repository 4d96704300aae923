/**
 * Runs a loop kernel as WebAssembly and on the naive evaluator, on two copies of one memory full of random bytes,
 * and compares every byte of the memories: results, neighbours and all. Only NaNs may differ in their bits.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DTYPE, type DType } from "../../../dtype/mod.ts";
import { filteredItemsizes, type LoopKernel } from "../../../plan/loop_kernel.ts";
import type { Numerics } from "../../numerics.ts";
import { ModuleBuilder } from "../../wasm/module_builder.ts";
import { engineVectorBits } from "../../vector_bits.ts";
import { compressTable } from "../filtered_store.ts";
import { emitLoopKernel } from "../loop.ts";
import { vectorFactor } from "../vector_factor.ts";
import { evaluateKernel } from "./naive_evaluator.ts";
import { readElement, type Scalar, writeElement } from "./naive_scalars.ts";

/** Where an operand lies: its strides in elements, one an axis, and how far it is off an aligned place. */
export interface Layout {
  readonly strides: readonly number[];
  readonly offsetBytes?: number;
  /** lies where that operand lies */
  readonly sameAs?: number;
  /** its last element ends as close to the end of the memory as is allowed: 64 bytes */
  readonly atEnd?: boolean;
}

const PAGES = 2, DESCRIPTOR_AT = 64, DATA_AT = 2048;
const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
const bytes = new Uint8Array(memory.buffer);

/** A kernel compiled once, to be run on several sizes. */
export interface Compiled {
  readonly kernel: LoopKernel;
  readonly numerics: Numerics;
  /** returns how many elements passed the filter, where there is one */
  readonly run: (descriptor: number) => unknown;
  /** the memory that kernels run on, to plant faults */
  readonly memory: Uint8Array;
}

/** Compiles a kernel onto the tests' memory, for the vectors of the engine that runs them. */
export function compile(kernel: LoopKernel, numerics: Numerics = "strict"): Compiled {
  const module = new ModuleBuilder({ vectorBits: engineVectorBits() });
  emitLoopKernel(module, "kernel", kernel, numerics);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return { kernel, numerics, run: instance.exports["kernel"] as Compiled["run"], memory: bytes };
}

/** xorshift32: the same numbers at every run */
export function randomSource(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

// deno-fmt-ignore
const SPECIAL_FLOATS = [
  NaN, 0, -0, Infinity, -Infinity, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3, 7, -7, 100, 127.9, -128.9, 255.5, 300.7,
  -300.7, 65535.5, 40000, 1e10, -1e10, 2147483647, 2147483648, -2147483648, -2147483649, 4294967295, 4294967296,
  2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 64, 1e-45, 5e-324, 2 ** -126, 2 ** -1022, 3.4028234663852886e38,
  1.7976931348623157e308, 0.1, 1e-3, -1e-3, 12345.678, 1.5e9, 3.3e18, -3.3e18, 1.8e19, 0.49999997, 8388607.5,
  4503599627370495.5,
];
// deno-fmt-ignore
const SPECIAL_INTEGERS = [
  0n, 1n, -1n, 2n, 3n, -3n, 5n, 7n, -7n, 10n, 31n, 63n, 100n, 1n << 24n, (1n << 24n) + 1n, (1n << 53n) + 1n,
];

/** Writes random elements, a good part of them special values. */
function fillElement(view: DataView, at: number, dtype: DType, random: () => number): void {
  const pick = random();
  const { kind, range } = DTYPE[dtype];
  if (kind === "b") return view.setUint8(at, [0, 1, 0, 1, 2, 255][pick % 6]!);
  if (kind === "f") {
    const value = pick % 3 === 0
      ? SPECIAL_FLOATS[random() % SPECIAL_FLOATS.length]!
      : (random() / 2 ** 32 - 0.5) * 2 ** ((random() % 80) - 20);
    return writeElement(view, at, dtype, value);
  }
  const [smallest, largest] = range!;
  const special = [...SPECIAL_INTEGERS, smallest, largest, smallest + 1n, largest - 1n];
  const wide = (BigInt(random()) << 32n) | BigInt(random());
  const value = pick % 2 === 0 ? special[random() % special.length]! : wide >> BigInt(random() % 64);
  writeElement(view, at, dtype, BigInt.asIntN(64, value));
}

/** how the elements of an operand are filled */
export type Fill = (view: DataView, at: number, dtype: DType, random: () => number) => void;

/** One run of a kernel: sizes, where the operands lie, and what is in them. */
export interface Case {
  readonly sizes: readonly number[];
  readonly layouts: readonly Layout[];
  readonly seed?: number;
  readonly fill?: Fill;
}

/** where a case lies in the memory */
interface Placed {
  readonly descriptor: readonly number[];
  readonly pointers: readonly number[];
  readonly end: number;
}

/** lays the operands out, fills everything up to `end` with random bytes and the operands with elements */
function prepare(kernel: LoopKernel, { sizes, layouts, seed = 1, fill = fillElement }: Case): Placed {
  const random = randomSource(seed);
  const descriptor = [...sizes];
  let top = DATA_AT;
  const tables = filteredItemsizes(kernel).map((itemsize) => {
    const at = top, table = compressTable(itemsize);
    top += table.length + 64;
    return { at, table };
  });
  const pointers: number[] = [];
  for (const [operand, { strides, offsetBytes = 0, sameAs, atEnd = false }] of layouts.entries()) {
    const { itemsize } = DTYPE[kernel.operands[operand]!.dtype];
    const reach = strides.map((stride, axis) => stride * Math.max(0, sizes[axis]! - 1));
    const below = -reach.filter((r) => r < 0).reduce((a, b) => a + b, 0) * itemsize;
    const above = reach.filter((r) => r > 0).reduce((a, b) => a + b, 0) * itemsize;
    const pointer = sameAs !== undefined
      ? pointers[sameAs]!
      : atEnd
      ? bytes.length - 64 - itemsize - above
      : ((top + 63) & ~63) + below + offsetBytes;
    pointers.push(pointer);
    if (sameAs === undefined && !atEnd) top = pointer + above + itemsize + 64;
    descriptor.push(pointer, ...strides.map((stride) => stride * itemsize));
  }
  descriptor.push(...tables.map(({ at }) => at));
  const end = layouts.some(({ atEnd }) => atEnd) ? bytes.length : top + 64;
  if (end > bytes.length) throw new Error(`the case needs ${end} bytes of memory`);
  const words = new Uint32Array(memory.buffer);
  for (let i = 0; i < end / 4; i++) words[i] = random();
  for (const { at, table } of tables) bytes.set(table, at);
  words.set(descriptor.map((word) => word >>> 0), DESCRIPTOR_AT / 4);
  const view = new DataView(memory.buffer as unknown as ArrayBuffer);
  layouts.forEach(({ strides, sameAs }, operand) => {
    if (sameAs !== undefined) return;
    const { dtype } = kernel.operands[operand]!;
    eachElement(
      sizes,
      strides,
      (offset) => fill(view, pointers[operand]! + offset * DTYPE[dtype].itemsize, dtype, random),
    );
  });
  return { descriptor, pointers, end };
}

function copyOfMemory(end: number): Uint8Array<ArrayBuffer> {
  const taken = new Uint8Array(end);
  taken.set(bytes.subarray(0, end));
  return taken;
}

/** Runs both and compares the memories. */
export function compareRun({ kernel, numerics, run }: Compiled, testCase: Case): void {
  const { sizes, layouts } = testCase;
  const { descriptor, pointers, end } = prepare(kernel, testCase);
  const expected = copyOfMemory(end).buffer;
  const numPartials = vectorFactor(kernel);
  const numPassed = evaluateKernel(kernel, { memory: expected, descriptor, numPartials, numerics });
  const returned = run(DESCRIPTOR_AT);
  if (kernel.filter !== undefined) strictEqual(returned, numPassed);
  const actual = copyOfMemory(end);
  for (const { operand, at } of kernel.stores) {
    const { dtype } = kernel.operands[operand]!;
    if (at === "filter") {
      // what is behind the last element that passed is the kernel's for 16 bytes
      const behind = pointers[operand]! + numPassed * DTYPE[dtype].itemsize;
      new Uint8Array(expected).set(actual.subarray(behind, behind + 16), behind);
    }
    if (dtype !== "f32" && dtype !== "f64") continue;
    const { strides } = layouts[operand]!;
    unifyNan(
      actual.buffer,
      expected,
      dtype,
      (visit) =>
        eachElement(sizes, strides, (offset) => visit(pointers[operand]! + offset * DTYPE[dtype].itemsize)),
    );
  }
  if (Buffer.compare(actual, new Uint8Array(expected)) !== 0) {
    reportDifference(kernel, { actual, expected, sizes, layouts, pointers });
  }
}

/** Runs the WebAssembly alone and reads the elements of one operand, in the order of the loops. */
export function runAndRead(
  { kernel, run }: Compiled,
  testCase: Case & { readonly operand: number },
): Scalar[] {
  const { operand, sizes, layouts } = testCase;
  const { pointers, end } = prepare(kernel, testCase);
  run(DESCRIPTOR_AT);
  const view = new DataView(copyOfMemory(end).buffer);
  const { dtype } = kernel.operands[operand]!;
  const elements: Scalar[] = [];
  eachElement(
    sizes,
    layouts[operand]!.strides,
    (offset) => elements.push(readElement(view, pointers[operand]! + offset * DTYPE[dtype].itemsize, dtype)),
  );
  return elements;
}

function eachElement(
  sizes: readonly number[],
  strides: readonly number[],
  visit: (offset: number) => void,
  axis = 0,
  offset = 0,
): void {
  if (axis === sizes.length) return visit(offset);
  for (let i = 0; i < sizes[axis]!; i++) {
    eachElement(sizes, strides, visit, axis + 1, offset + i * strides[axis]!);
  }
}

function unifyNan(
  actual: ArrayBuffer,
  expected: ArrayBuffer,
  dtype: "f32" | "f64",
  each: (visit: (at: number) => void) => void,
): void {
  const a = new DataView(actual), b = new DataView(expected);
  each((at) => {
    if (Number.isNaN(readElement(a, at, dtype)) && Number.isNaN(readElement(b, at, dtype))) {
      writeElement(a, at, dtype, NaN);
      writeElement(b, at, dtype, NaN);
    }
  });
}

function reportDifference(
  kernel: LoopKernel,
  { actual, expected, sizes, layouts, pointers }: {
    actual: Uint8Array<ArrayBuffer>;
    expected: ArrayBuffer;
    sizes: readonly number[];
    layouts: readonly Layout[];
    pointers: readonly number[];
  },
): never {
  const a = new DataView(actual.buffer), b = new DataView(expected);
  for (const { operand } of kernel.stores) {
    const { dtype } = kernel.operands[operand]!;
    const addresses: number[] = [];
    eachElement(
      sizes,
      layouts[operand]!.strides,
      (offset) => addresses.push(pointers[operand]! + offset * DTYPE[dtype].itemsize),
    );
    for (const [at, address] of addresses.entries()) {
      const inputs = kernel.operands.map((o, i) => {
        const list: number[] = [];
        eachElement(
          sizes,
          layouts[i]!.strides,
          (offset) => list.push(pointers[i]! + offset * DTYPE[o.dtype].itemsize),
        );
        return readElement(b, list[at]!, o.dtype);
      });
      deepStrictEqual(
        readElement(a, address, dtype),
        readElement(b, address, dtype),
        `operand ${operand}, element ${at} of ${sizes}: got ${readElement(a, address, dtype)}, expected ${
          readElement(b, address, dtype)
        }; operands there ${inputs.map(String)}; ${
          JSON.stringify(kernel, (_, v) => typeof v === "bigint" ? `${v}n` : v)
        }`,
      );
    }
  }
  const first = actual.findIndex((byte, i) => byte !== b.getUint8(i));
  throw new Error(`byte ${first} outside of the results was changed; sizes ${sizes}, pointers ${pointers}`);
}
