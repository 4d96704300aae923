import assert from "node:assert/strict";
import fc from "fast-check";
import { UTF8 } from "../schema/mod.ts";
import { BatchAssembler } from "./batch_assembler.ts";

/** Two outputs, 4 and 2 bytes a row; chunks are written at fixed places and numbered through. */
function assemble(batchRows: number, chunks: readonly number[]) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  const batches: { numRows: number; columns: number[][] }[] = [];
  const rowBytes = [4, 2], chunkPointers = [0, 4096], batchPointers = [8192, 16384];
  const assembler = new BatchAssembler({
    memory,
    batchRows,
    rowBytes,
    batchPointers,
    sink: {
      writeBatch(_memory, numRows, pointers) {
        const columns = pointers.map((pointer, i) => [
          ...bytes.subarray(pointer, pointer + numRows * rowBytes[i]!),
        ]);
        batches.push({ numRows, columns });
      },
    },
  });
  let value = 0;
  for (const numRows of chunks) {
    for (let row = 0; row < numRows; row++, value++) {
      bytes.fill(value, chunkPointers[0]! + row * 4, chunkPointers[0]! + row * 4 + 4);
      bytes.fill(value + 100, chunkPointers[1]! + row * 2, chunkPointers[1]! + row * 2 + 2);
    }
    assembler.add(numRows, chunkPointers);
    // the memory is the next chunk's
    bytes.fill(255, 0, 8192);
  }
  assembler.flush();
  return { batches, numRows: assembler.numRows };
}

Deno.test("BatchAssembler.add() makes the same batches of the same rows, however they come", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 20 }),
    fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }),
    (batchRows, chunks) => {
      const total = chunks.reduce((sum, rows) => sum + rows, 0);
      const { batches, numRows } = assemble(batchRows, chunks);
      assert.equal(numRows, total);
      assert.deepEqual(batches, assemble(batchRows, Array<number>(total).fill(1)).batches);
      assert.deepEqual(
        batches.slice(0, -1).map((batch) => batch.numRows),
        Array(batches.slice(0, -1).length).fill(batchRows),
      );
      const rows = batches.flatMap(({ columns }) => columns[1]!.filter((_, i) => i % 2 === 0));
      assert.deepEqual(rows, Array.from({ length: total }, (_, row) => (row + 100) % 256));
    },
  ));
});

Deno.test("BatchAssembler.flush() writes nothing where nothing waits", () => {
  assert.deepEqual(assemble(4, []).batches, []);
  assert.deepEqual(assemble(4, [4, 4]).batches.map(({ numRows }) => numRows), [4, 4]);
});

/** Two outputs of which rows of four and more are worth streaming; each row's bytes are its number. */
function assembleKnown(totalRows: number | null, batchRows: number, chunks: readonly number[]) {
  const rowBytes = [32_768, 16_384],
    chunkPointers = [0, 8 * 2 ** 20],
    batchPointers = [12 * 2 ** 20, 14 * 2 ** 20];
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 256, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  const batches: { numRows: number; rows: number[][] }[] = [];
  let numStreamed = 0;
  /** the numbers of the rows of each column, of which every byte is looked at */
  const take = (numRows: number, pointers: readonly number[]) =>
    pointers.forEach((pointer, i) => {
      for (let row = 0; row < numRows; row++) {
        const view = bytes.subarray(pointer + row * rowBytes[i]!, pointer + (row + 1) * rowBytes[i]!);
        assert.ok(view.every((byte) => byte === view[0]));
        batches.at(-1)!.rows[i]!.push(view[0]!);
      }
    });
  const assembler = new BatchAssembler({
    memory,
    batchRows,
    rowBytes,
    batchPointers,
    totalRows,
    sink: {
      writeBatch(_memory, numRows, pointers) {
        batches.push({ numRows, rows: [[], []] });
        take(numRows, pointers);
      },
      stream: {
        begin(numRows) {
          numStreamed += 1;
          batches.push({ numRows, rows: [[], []] });
        },
        write: (_memory, numRows, pointers) => take(numRows, pointers),
      },
    },
  });
  let value = 0;
  for (const numRows of chunks) {
    for (let row = 0; row < numRows; row++, value++) {
      for (const [i, pointer] of chunkPointers.entries()) {
        bytes.fill(value, pointer + row * rowBytes[i]!, pointer + (row + 1) * rowBytes[i]!);
      }
    }
    assembler.add(numRows, chunkPointers);
    bytes.fill(255, 0, chunkPointers[1]! + numRows * rowBytes[1]!);
  }
  assembler.flush();
  return { batches, numStreamed };
}

Deno.test("BatchAssembler.add() streams batches whose rows are known of, and they are the same", () => {
  let numStreamed = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 24 }), { maxLength: 6 }),
      (batchRows, chunks) => {
        const total = chunks.reduce((sum, rows) => sum + rows, 0);
        const known = assembleKnown(total, batchRows, chunks),
          unknown = assembleKnown(null, batchRows, chunks);
        assert.equal(unknown.numStreamed, 0);
        assert.deepEqual(known.batches, unknown.batches);
        numStreamed += known.numStreamed;
      },
    ),
    { numRuns: 20 },
  );
  assert.ok(numStreamed > 0);
  assert.equal(assembleKnown(24, 16, [8, 8, 8]).numStreamed, 2);
  assert.equal(assembleKnown(24, 16, [3, 13, 8]).numStreamed, 1);
});

Deno.test("BatchAssembler refuses other rows than were known of, once it has told the sink of them", () => {
  const refused = { name: "FormatError", code: "FMT004" };
  assert.throws(() => assembleKnown(12, 16, [8]), { ...refused, message: /fewer rows than the 12/ });
  assert.throws(() => assembleKnown(8, 16, [8, 8]), { ...refused, message: /more rows than the 8/ });
});

Deno.test("BatchAssembler.add() ends where a value has no room in an empty batch, in place of trying for ever", () => {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
  const offsets = 65536, words = new Uint32Array(memory.buffer);
  words.set([0, 65], offsets / 4);
  const assembler = new BatchAssembler({
    memory,
    batchRows: 10,
    rowBytes: [4],
    batchPointers: [2 * 65536],
    carried: [{ name: "text", index: 0, type: UTF8, bytesPerRow: 1, longestBytes: 64, averageRows: 10 }],
    sink: { writeBatch: () => assert.fail("nothing is whole") },
  });
  const view = { validity: null, offsets, pointer: 0, firstBit: 0 };
  assert.throws(() => assembler.add(1, [0], [view]), /longer than its input's longest/);
});
