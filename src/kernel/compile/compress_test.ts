import { Buffer } from "node:buffer";
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { compressTable, emitCompress, type Itemsize, writeCompressDescriptor } from "./compress.ts";

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const bytes = new Uint8Array(memory.buffer);
const ITEMSIZES: readonly Itemsize[] = [1, 2, 4, 8];
const TABLE = 1024, DESCRIPTOR = 4096, MASK = 4224, SOURCE = 8192, DESTINATION = 40960;
const SLACK = 64;

function compile(itemsize: Itemsize): (descriptor: number) => number {
  const module = new ModuleBuilder();
  emitCompress(module, "compress", itemsize);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports["compress"] as (descriptor: number) => number;
}
const kernels = new Map(ITEMSIZES.map((itemsize) => [itemsize, compile(itemsize)]));

interface Case {
  readonly itemsize: Itemsize;
  readonly mask: readonly number[];
  readonly width: number;
  readonly rowStride: number;
  readonly elementStride: number;
  /** of the source, for rows in falling order */
  readonly sourceOffset?: number;
}

/** Runs the kernel and compares the destination with the definition, and all other bytes with what they were. */
function verify(test: Case): void {
  const { itemsize, mask, width, rowStride, elementStride } = test;
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.imul(i, 2654435761) >>> 24;
  bytes.set(compressTable(itemsize), TABLE);
  bytes.set(mask, MASK);
  const sourcePointer = SOURCE + (test.sourceOffset ?? 0);
  const words = {
    maskPointer: MASK,
    numRows: mask.length,
    sourcePointer,
    sourceRowStride: rowStride,
    width,
    sourceElementStride: elementStride,
    destinationPointer: DESTINATION,
    tablePointer: TABLE,
  };
  writeCompressDescriptor(memory, DESCRIPTOR, words);
  const expected: number[] = [];
  mask.forEach((kept, row) => {
    if (kept === 0) return;
    for (let element = 0; element < width; element++) {
      const from = sourcePointer + row * rowStride + element * elementStride;
      for (let byte = 0; byte < itemsize; byte++) expected.push(bytes[from + byte]!);
    }
  });
  const before = bytes.slice();
  const numKept = kernels.get(itemsize)!(DESCRIPTOR);
  const name = JSON.stringify({ ...test, mask: mask.join("") });
  strictEqual(numKept, mask.filter((kept) => kept !== 0).length, name);
  deepStrictEqual([...bytes.subarray(DESTINATION, DESTINATION + expected.length)], expected, name);
  before.set(bytes.subarray(DESTINATION, DESTINATION + expected.length + SLACK), DESTINATION);
  strictEqual(Buffer.compare(before, bytes), 0, `wrote elsewhere: ${name}`);
}

let state = 7;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
/** masks of a length: none, all, alternating, sparse, dense, with any byte for true */
const masks = (length: number) =>
  [() => 0, () => 1, (i: number) => i % 2, () => Number(random() < 0.1), () => Math.floor(random() * 3) * 127]
    .map((byte) => Array.from({ length }, (_, i) => byte(i)));

for (const itemsize of ITEMSIZES) {
  Deno.test(`emitCompress() keeps the rows of true, in order, for every length and layout: ${itemsize} bytes`, () => {
    for (let length = 0; length <= 67; length++) {
      for (const mask of masks(length)) {
        verify({ itemsize, mask, width: 1, rowStride: itemsize, elementStride: 0 });
        verify({ itemsize, mask, width: 1, rowStride: 3 * itemsize, elementStride: 0 });
        const width = 2 + Math.floor(random() * 9);
        verify({ itemsize, mask, width, rowStride: width * itemsize, elementStride: itemsize });
        verify({ itemsize, mask, width, rowStride: itemsize, elementStride: (length + 1) * itemsize });
      }
    }
  });

  Deno.test(`emitCompress() takes any stride: reversed, repeated, padded, no elements: ${itemsize} bytes`, () => {
    for (const mask of [...masks(16), ...masks(37)]) {
      const last = (mask.length - 1) * itemsize;
      verify({ itemsize, mask, width: 1, rowStride: -itemsize, elementStride: 0, sourceOffset: last });
      verify({ itemsize, mask, width: 1, rowStride: 0, elementStride: 0 });
      verify({ itemsize, mask, width: 3, rowStride: 0, elementStride: itemsize });
      verify({ itemsize, mask, width: 3, rowStride: 5 * itemsize + 1, elementStride: itemsize });
      verify({
        itemsize,
        mask,
        width: 3,
        rowStride: -itemsize,
        elementStride: 40 * itemsize,
        sourceOffset: last,
      });
      verify({
        itemsize,
        mask,
        width: 3,
        rowStride: 3 * itemsize,
        elementStride: -itemsize,
        sourceOffset: 64,
      });
      verify({ itemsize, mask, width: 0, rowStride: 0, elementStride: itemsize });
    }
  });
}

Deno.test("emitCompress() keeps every pattern of sixteen rows", () => {
  for (const itemsize of ITEMSIZES) {
    const compress = kernels.get(itemsize)!;
    bytes.set(compressTable(itemsize), TABLE);
    for (let row = 0; row < 16; row++) {
      bytes.fill(row + 1, SOURCE + row * itemsize, SOURCE + (row + 1) * itemsize);
    }
    writeCompressDescriptor(memory, DESCRIPTOR, {
      maskPointer: MASK,
      numRows: 16,
      sourcePointer: SOURCE,
      sourceRowStride: itemsize,
      width: 1,
      sourceElementStride: itemsize,
      destinationPointer: DESTINATION,
      tablePointer: TABLE,
    });
    for (let pattern = 0; pattern < 1 << 16; pattern += 1 + (pattern & 1) * 4) {
      for (let row = 0; row < 16; row++) bytes[MASK + row] = pattern >> row & 1;
      const numKept = compress(DESCRIPTOR);
      let to = DESTINATION;
      for (let row = 0; row < 16; row++) {
        if ((pattern >> row & 1) === 0) continue;
        for (let byte = 0; byte < itemsize; byte++, to++) {
          if (bytes[to] !== row + 1) {
            throw new Error(`pattern ${pattern}, row ${row}: found ${bytes[to]! - 1}`);
          }
        }
      }
      strictEqual(numKept * itemsize, to - DESTINATION);
    }
  }
});

Deno.test("emitCompress() reads at most 64 bytes behind the mask and the source", () => {
  // both end with the memory's last 64 bytes in front of its end: a read beyond would trap
  for (const itemsize of ITEMSIZES) {
    for (let numRows = 1; numRows <= 33; numRows++) {
      const end = bytes.length - 64;
      bytes.set(compressTable(itemsize), TABLE);
      for (
        const [maskPointer, sourcePointer] of [[end - numRows, SOURCE], [
          MASK,
          end - numRows * itemsize,
        ]] as const
      ) {
        bytes.fill(1, maskPointer, maskPointer + numRows);
        for (const [width, rowStride] of [[1, itemsize], [numRows, itemsize]] as const) {
          const kept = width === 1 ? numRows : 1;
          writeCompressDescriptor(memory, DESCRIPTOR, {
            maskPointer,
            numRows: kept,
            sourcePointer,
            sourceRowStride: rowStride,
            width,
            sourceElementStride: itemsize,
            destinationPointer: DESTINATION,
            tablePointer: TABLE,
          });
          strictEqual(kernels.get(itemsize)!(DESCRIPTOR), kept);
        }
      }
    }
  }
});
