import assert from "node:assert/strict";
import fc from "fast-check";
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
