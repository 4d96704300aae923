import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { DTYPE } from "../../dtype/mod.ts";
import { Arena, ARENA_OVERHEAD_BYTES, createMemory } from "../../memory/mod.ts";
import type { Program } from "../../plan/program.ts";
import { ProgramRunner } from "../program_runner.ts";
import { compileProgram, constantBytes, workerBytes, writeConstants } from "../run_program.ts";
import { rowDriver, wovenRows } from "./row_driver.ts";
import { type RowProgram, rowProgram as program } from "./testing/row_program.ts";

Deno.test("rowDriver() takes as many rows as the nearest cache holds, one of the longest", () => {
  strictEqual(rowDriver(program(1000))?.numRows, 1);
  strictEqual(rowDriver(program(256))?.numRows, 4);
  strictEqual(rowDriver(program(100_000))?.numRows, 1);
});

Deno.test("rowDriver() leaves alone narrow rows, columns, and what goes over the rows once", () => {
  strictEqual(rowDriver(program(255)), null);
  strictEqual(rowDriver(program(1000, { layout: "column" })), null);
  strictEqual(rowDriver(program(1000, { transform: (x) => x.sub(1) })), null);
});

Deno.test("rowDriver() drives what computes one number a row between its passes, such as a standard deviation", () => {
  const standardised = program(1000, {
    transform: (x) => x.sub(x.mean("f", { keepdims: true })).div(x.std("f", { keepdims: true })),
  });
  strictEqual(rowDriver(standardised)?.numRows, 2);
});

Deno.test("rowDriver() moves the addresses of inputs and outputs by a row, and none of what stages leave for others", () => {
  const { stages } = rowDriver(program(1000))!;
  deepStrictEqual(stages.map(({ size }) => size.times), [1, 1]);
  // a row of x; a row of x, a row of y
  deepStrictEqual(stages.map(({ pointers }) => pointers.map(({ rowBytes }) => rowBytes)), [
    [4000],
    [4000, 4000],
  ]);
});

Deno.test("wovenRows() weaves one reduction of rows with one map of them, and nothing else", () => {
  const woven = (width: number, given?: RowProgram) => {
    const one = program(width, given);
    return wovenRows(rowDriver(one)!, one)?.rows.numElements ?? null;
  };
  strictEqual(woven(1000), 40);
  strictEqual(woven(1000, { transform: (x) => x.div(x.norm("f", { keepdims: true })) }), 40);
  strictEqual(woven(1000, { transform: (x) => x.sub(x.max("f", { keepdims: true })) }), 32);
  strictEqual(woven(1000, { transform: (x) => x.softmax("f") }), null, "three stages");
  strictEqual(
    woven(1000, { transform: (x) => x.sub(x.mean("f", { keepdims: true })).exp() }),
    null,
    "functions",
  );
  strictEqual(woven(1000, { outer: [3] }), null, "three rows in one");
});

/** what a program writes of so many rows: stage by stage, as the first call is timed, then driven */
function bothWays(program: Program, numRows: number, rowBytes: number): Uint8Array[] {
  const bytes = numRows * rowBytes;
  const memory = createMemory({
    bytes: constantBytes(program) + workerBytes(program) + 3 * bytes + ARENA_OVERHEAD_BYTES + 4096,
  });
  const arena = new Arena(memory), compiled = compileProgram(program, "fused", memory);
  const constants = arena.allocate(constantBytes(program), "constants");
  const work = arena.allocate(workerBytes(program), "work");
  const [input, ...outputs] = ["x", "by stages", "driven"].map((name) => arena.allocate(bytes + 64, name));
  writeConstants(compiled, constants, new Map());
  // small numbers in every dtype
  const source = new Uint8Array(memory.buffer, input!.byteOffset, bytes);
  source.forEach((_, i) => source[i] = i % 4 === 3 ? 0x3f : (i * 37) % 251);
  const runner = new ProgramRunner(compiled, { constants, work });
  const view = { pointer: input!.byteOffset, rowStride: rowBytes, elementStride: rowBytes };
  return outputs.map(({ byteOffset }) => {
    const { width } = program.buffers.find(({ kind }) => kind === "input") as { width: number };
    runner.runChunk(numRows, [{ ...view, elementStride: rowBytes / width }], [byteOffset]);
    return new Uint8Array(memory.buffer, byteOffset, bytes).slice();
  });
}

Deno.test("emitRowDriver() gives the bytes that the stages give one after the other, also where rows do not go up", () => {
  const transforms: readonly NonNullable<RowProgram["transform"]>[] = [
    (x) => x.sub(x.max("f", { keepdims: true })),
    (x) => x.sub(x.mean("f", { keepdims: true }).astype(x.dtype)),
    (x) => x.astype("f64").softmax("f").astype(x.dtype),
    (x) =>
      x.astype("f64").sub(x.mean("f", { keepdims: true })).div(x.std("f", { keepdims: true })).astype(
        x.dtype,
      ),
  ];
  for (const dtype of ["f32", "f64", "i32"] as const) {
    for (const width of [257, 300, 1000]) {
      for (const transform of transforms) {
        const driven = program(width, { dtype, transform });
        for (const rows of [1, 2, 2 * rowDriver(driven)!.numRows + 1]) {
          const [byStages, byDriver] = bothWays(driven, rows, width * DTYPE[dtype].itemsize);
          deepStrictEqual(byDriver, byStages);
        }
      }
    }
  }
});
