import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { ALIGNMENT, DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import type { ColumnBinding, Field, Schema } from "../../schema/mod.ts";
import { readSchema } from "../read_schema.ts";
import type { BatchLayout, ColumnBuffers } from "./batch_layout.ts";
import { planReads, slotBytes } from "./read_plan.ts";

/** as far as planning reads needs a layout */
type ColumnsOf = Pick<BatchLayout, "numRows" | "columns">;

/** A column and what lies before its buffers in the body. */
interface ColumnSpec {
  readonly dtype: DType;
  readonly listSize: number | null;
  readonly nullable: boolean;
  readonly nullCount: number;
  readonly childNullCount: number;
  readonly gaps: readonly [number, number, number];
}

const GAPS = [0, 0, 8, 24, 40, 64, 4096, 5000, 100_000];

const columnSpec: fc.Arbitrary<ColumnSpec> = fc.record({
  dtype: fc.constantFrom(...DTYPES),
  listSize: fc.option(fc.integer({ min: 1, max: 5 })),
  nullable: fc.boolean(),
  nullCount: fc.integer({ min: 0, max: 1 }),
  childNullCount: fc.integer({ min: 0, max: 1 }),
  gaps: fc.tuple(fc.constantFrom(...GAPS), fc.constantFrom(...GAPS), fc.constantFrom(...GAPS)),
});

interface Case {
  readonly specs: readonly ColumnSpec[];
  readonly numRows: number;
  readonly firstRow: number;
  readonly chunkRows: number;
  /** of all columns of one kind: a matrix in this order */
  readonly order: readonly number[];
  readonly isAligned: boolean;
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  specs: fc.oneof(
    fc.array(columnSpec, { minLength: 1, maxLength: 8 }),
    // many alike: matrices
    fc.tuple(columnSpec, fc.integer({ min: 2, max: 12 }))
      .map(([spec, count]) => new Array<ColumnSpec>(count).fill({ ...spec, listSize: null })),
  ),
  numRows: fc.integer({ min: 1, max: 700 }),
  firstRow: fc.nat(699),
  chunkRows: fc.integer({ min: 1, max: 700 }),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 12 }),
  isAligned: fc.boolean(),
}).filter(({ numRows, firstRow }) => firstRow < numRows);

function bitmapBytes(numBits: number): number {
  return Math.ceil(numBits / 8);
}

/** places the columns' buffers in a body, one after the other */
function layOut(
  { specs, numRows, isAligned }: Case,
): { layout: ColumnsOf; bodyBytes: number; schema: Schema } {
  let end = 0;
  const reserve = (gap: number, numBytes: number) => {
    const unit = isAligned ? ALIGNMENT : 8;
    const position = Math.ceil((end + gap) / unit) * unit;
    end = position + numBytes;
    return position;
  };
  const columns = specs.map(
    ({ dtype, listSize, nullable, nullCount, childNullCount, gaps }): ColumnBuffers => {
      const numElements = numRows * (listSize ?? 1);
      const isBits = dtype === "bool";
      return {
        validityPosition: reserve(gaps[0], bitmapBytes(numRows)),
        offsetsPosition: 0,
        dataBytes: 0,
        childValidityPosition: reserve(gaps[1], listSize === null ? 0 : bitmapBytes(numElements)),
        dataPosition: reserve(
          gaps[2],
          isBits ? bitmapBytes(numElements) : numElements * DTYPE[dtype].itemsize,
        ),
        nullCount: nullable ? nullCount : 0,
        childNullCount: nullable && listSize !== null ? childNullCount : 0,
      };
    },
  );
  const fields = specs.map(({ dtype, listSize, nullable }, i): Field => ({
    name: `c${i}`,
    nullable,
    type: listSize === null ? { kind: "primitive", dtype } : { kind: "fixedSizeList", dtype, listSize },
  }));
  return { layout: { numRows, columns }, bodyBytes: end, schema: { fields } };
}

/** each column by itself, and where all are of one plain kind, a matrix of them in a shuffled order */
function bindingsOf({ specs, order }: Case): ColumnBinding[] {
  const request = {
    input: "x",
    width: 1,
    isScalar: false,
    selection: { kind: "name", name: "x" },
    nulls: { kind: "fill", value: 0 },
  } as const;
  const first = specs[0]!;
  const isUniform = specs.every(({ dtype, listSize }) => dtype === first.dtype && listSize === null);
  const bindings: ColumnBinding[] = specs.map(({ dtype }, i) => ({
    request: { ...request, dtype },
    fieldIndices: [i],
    layout: "row",
  }));
  if (!isUniform || specs.length < 2) return bindings;
  const fieldIndices = order.filter((i) => i < specs.length);
  return [{ request: { ...request, dtype: first.dtype }, fieldIndices, layout: "column" }, bindings[0]!];
}

/** a byte of the body that tells its position */
function bodyByte(position: number): number {
  return (position ^ (position >> 8) ^ (position >> 16)) & 0xff;
}

Deno.test("planReads() puts every byte that is bound where its column says, inside the slot, without overlap", () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const { layout, bodyBytes, schema } = layOut(one);
      const bindings = bindingsOf(one);
      const reads = readSchema(bindings, schema);
      const range = { firstRow: one.firstRow, numRows: Math.min(one.chunkRows, one.numRows - one.firstRow) };
      const size = slotBytes(reads, one.chunkRows);
      const plan = planReads(reads, layout, { range, slotBytes: size });

      const slot = new Uint8Array(size), isTaken = new Uint8Array(size);
      let lastEnd = 0;
      for (let i = 0; i < plan.reads.length; i += 3) {
        const [position, numBytes, offset] = plan.reads.subarray(i, i + 3) as unknown as [
          number,
          number,
          number,
        ];
        ok(offset + numBytes <= size, "a read leaves the slot");
        ok(position >= 0 && position + numBytes <= bodyBytes, "a read leaves the body");
        ok(position >= lastEnd || i === 0 || position >= plan.reads[i - 3]!, "reads are in the file's order");
        lastEnd = position + numBytes;
        for (let b = 0; b < numBytes; b++) {
          strictEqual(isTaken[offset + b], 0, "two reads overlap in the slot");
          isTaken[offset + b] = 1;
          slot[offset + b] = bodyByte(position + b);
        }
      }

      for (const [index, binding] of bindings.entries()) {
        const placed = plan.columns[index]!;
        const isMatrix = binding.layout === "column";
        for (const [k, fieldIndex] of binding.fieldIndices.entries()) {
          const spec = one.specs[fieldIndex]!, { itemsize } = DTYPE[spec.dtype];
          const start = placed.offset + (isMatrix ? k * placed.elementStride : 0);
          strictEqual(start % ALIGNMENT, 0);
          strictEqual(placed.rowStride, itemsize * (spec.listSize ?? 1));
          if (spec.dtype === "bool") continue;
          const rowBytes = placed.rowStride,
            from = layout.columns[fieldIndex]!.dataPosition + range.firstRow * rowBytes;
          const expected = Uint8Array.from(
            { length: range.numRows * rowBytes },
            (_, b) => bodyByte(from + b),
          );
          deepStrictEqual(slot.subarray(start, start + expected.length), expected);
        }
      }

      for (const fixup of plan.fixups) {
        const numBits = fixup.kind === "nulls"
          ? fixup.numBits
          : fixup.numElements * (fixup.expansion === "bits" ? 1 : 16);
        const staged = slot.subarray(
          fixup.bitsOffset,
          fixup.bitsOffset + bitmapBytes(fixup.firstBit + numBits),
        );
        ok(fixup.firstBit < 8 && staged.length > 0);
        ok(
          isTaken.subarray(fixup.bitsOffset, fixup.bitsOffset + staged.length).every((taken) => taken === 1),
        );
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("slotBytes() never shrinks with more rows", () => {
  fc.assert(
    fc.property(anyCase, fc.nat(5000), (one, numRows) => {
      const reads = readSchema(bindingsOf(one), layOut(one).schema);
      ok(slotBytes(reads, numRows) <= slotBytes(reads, numRows + 1));
    }),
  );
});

Deno.test("planReads() reads neighbouring columns at once where their distance can be kept, else one by one", () => {
  const columns = (distance: number, count: number): ColumnsOf => ({
    numRows: 1024,
    columns: Array.from({ length: count }, (_, i) => ({
      dataPosition: 64 + i * distance,
      offsetsPosition: 0,
      dataBytes: 0,
      nullCount: 0,
      validityPosition: 0,
      childNullCount: 0,
      childValidityPosition: 0,
    })),
  });
  const fields = Array.from({ length: 10 }, (_, i): Field => ({
    name: `c${i}`,
    nullable: true,
    type: { kind: "primitive", dtype: "f32" },
  }));
  const reads = readSchema([{
    request: {
      input: "x",
      dtype: "f32",
      width: 10,
      isScalar: false,
      selection: { kind: "pattern", pattern: "c*" },
      nulls: { kind: "error" },
    },
    fieldIndices: fields.map((_, i) => i),
    layout: "column",
  }], { fields });
  const size = slotBytes(reads, 1024);
  const plan = (distance: number, numRows: number) =>
    planReads(reads, columns(distance, 10), { range: { firstRow: 0, numRows }, slotBytes: size });
  // a bitmap of 128 bytes lies between: read along
  deepStrictEqual([...plan(4096 + 128, 1024).reads], [64, 9 * (4096 + 128) + 4096, 0]);
  strictEqual(plan(4096 + 128, 1024).columns[0]!.elementStride, 4096 + 128);
  // 8 bytes of padding would misalign every column but the first
  strictEqual(plan(4096 + 8, 1024).reads.length, 30);
  strictEqual(plan(4096 + 8, 1024).columns[0]!.elementStride, 4096);
  // an eighth of the batch: the rest is not worth reading
  strictEqual(plan(40_960, 128).reads.length, 30);
});

Deno.test("planReads() does not read across a column that lies between two neighbours of the file in the slot", () => {
  // the matrix is (c0, c1), c1 before c0 in the file; c2 follows c0 in the file, 64 bytes on, and c1 in the slot
  const buffers = [1000, 0, 1128].map((dataPosition): ColumnBuffers => ({
    dataPosition,
    offsetsPosition: 0,
    dataBytes: 0,
    nullCount: 0,
    validityPosition: 0,
    childNullCount: 0,
    childValidityPosition: 0,
  }));
  const fields = buffers.map((_, i): Field => ({
    name: `c${i}`,
    nullable: false,
    type: { kind: "primitive", dtype: "f32" },
  }));
  const request = {
    input: "x",
    dtype: "f32",
    width: 2,
    isScalar: false,
    selection: { kind: "names", names: ["c0", "c1"] },
    nulls: { kind: "error" },
  } as const;
  const reads = readSchema([
    { request, fieldIndices: [0, 1], layout: "column" },
    { request: { ...request, width: 1 }, fieldIndices: [2], layout: "row" },
  ], { fields });
  const range = { firstRow: 0, numRows: 16 };
  const plan = planReads(reads, { columns: buffers }, {
    range,
    slotBytes: slotBytes(reads, 16),
  });
  deepStrictEqual([...plan.reads], [0, 64, 64, 1000, 64, 0, 1128, 64, 128]);
});
