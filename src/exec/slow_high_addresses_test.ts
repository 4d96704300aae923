import assert from "node:assert/strict";
import { MAX_MEMORY_BYTES } from "../memory/linear_memory.ts";
import { definePipeline, input, param } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import type { Prepared } from "./prepared.ts";
import { createRunMemory } from "./run_memory.ts";
import { run } from "./run.ts";
import { settings, writeTable } from "./testing.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-high-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

for (const ending of ["arrow", "csv"]) {
  writeTable(`${folder}/table.${ending}`, [
    { name: "id", dtype: "i64", width: null, value: (row) => row },
    { name: "x", dtype: "f32", width: 7, value: (row, k) => Math.fround(Math.sin(row * 7 + k)) },
    { name: "a", dtype: "f64", width: null, value: (row) => Math.cos(row) },
    { name: "b", dtype: "f64", width: null, value: (row) => Math.cos(row / 3) },
    { name: "flag", dtype: "u8", width: null, value: (row) => row % 3 },
  ], { numRows: 4000, batchRows: 1300 });
}

const PIPELINE = definePipeline({
  name: "high",
  inputs: {
    id: input("i64", ["N"]),
    x: input("f32", ["N", "feature=7"]),
    ab: input("f64", ["N", "pair=2"], { columns: ["a", "b"] }),
    flag: input("u8", ["N"]),
  },
  params: {
    weights: param("f32", ["feature=7", "k=3"], { value: Array.from({ length: 7 }, (_, i) => [i, 1, -i]) }),
  },
  transform: ({ id, x, ab, flag }, { weights }) => {
    const p = x.sub(x.mean(1).expandDims(1).broadcastTo(["N", "feature=7"])).matmul(weights).softmax("k");
    const mask = flag.gt(0);
    return {
      id: id.filter(mask, "K"),
      best: p.argmax("k").filter(mask, "K"),
      reversed: x.slice(":, ::-1").filter(mask, "K"),
      total: ab.sum(1).filter(mask, "K"),
      up: x.max(1).gt(0.5).filter(mask, "K"),
    };
  },
});

/** slots a GiB apart: the third one's columns lie across 2 GiB, its outputs and the record batch at 3 GiB */
function spread(prepared: Prepared): Prepared {
  const wasmBytes = MAX_MEMORY_BYTES, numSlots = 3;
  const memory = { ...prepared.memory, isThreaded: true, numSlots, wasmBytes, slotBytes: 2 ** 30 - 2 ** 17 };
  const { slots: [, , third] } = createRunMemory(memory, prepared.program);
  const more = Math.floor((2 ** 31 - 8192 - third!.input.byteOffset) / 128) * 64;
  const moved = { ...memory, slotBytes: memory.slotBytes + more };
  const { input: { byteOffset }, outputs } = createRunMemory(moved, prepared.program).slots[2]!;
  assert.ok(byteOffset < 2 ** 31 && byteOffset > 2 ** 31 - 10_000 && outputs[0]! > 3 * 2 ** 30 - 2 ** 20);
  return { ...prepared, memory: moved };
}

Deno.test("run() computes the same below and beyond 2 GiB", async () => {
  for (const ending of ["arrow", "csv"]) {
    const outputs: Uint8Array[] = [];
    for (const change of [(prepared: Prepared) => prepared, spread]) {
      const given = { inputs: [`${folder}/table.${ending}`], chunkRows: 500, batchRows: 700 };
      const output = `${folder}/out-${outputs.length}.arrow`;
      const prepared = change(await prepare(PIPELINE as never, settings(given)));
      await run(prepared, { output, to: null, force: true });
      outputs.push(Deno.readFileSync(output));
    }
    assert.ok(outputs[0]!.length > 10_000);
    assert.deepEqual(outputs[1], outputs[0]);
  }
});
