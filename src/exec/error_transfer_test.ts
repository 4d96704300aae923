import assert from "node:assert/strict";
import { DataError, FormatError, Interrupted, NdpipeError, ShapeError } from "../errors.ts";
import { fromPlainError, toPlainError } from "./error_transfer.ts";

const transfer = (error: unknown) => fromPlainError(structuredClone(toPlainError(error)));

Deno.test("toPlainError() and fromPlainError() keep all that an error says, and its class", () => {
  const details = {
    place: { file: "pipeline.ts", line: 3, column: 7 },
    operands: ["features  f32 (N, 3)"],
    notes: ["row 5 of record batch 2"],
    help: "declare nulls",
    growth: { dtype: "f32", shape: ["N", 10] },
  };
  for (const ErrorClass of [DataError, FormatError, ShapeError, NdpipeError]) {
    const error = new ErrorClass("DAT001", "a null in column x", details);
    const moved = transfer(error) as NdpipeError;
    assert.ok(moved instanceof ErrorClass);
    const { code, message, place, operands, notes, help, growth, name, stack, exitCode } = moved;
    assert.deepEqual({ place, operands, notes, help, growth }, details);
    assert.deepEqual(
      { code, message, name, stack, exitCode },
      { code: "DAT001", message: error.message, name: error.name, stack: error.stack, exitCode: 5 },
    );
  }
});

Deno.test("fromPlainError() keeps the name, the message and the stack of a bug", () => {
  const error = new RangeError("offset is out of bounds");
  const moved = transfer(error);
  assert.deepEqual([moved.name, moved.message, moved.stack], [error.name, error.message, error.stack]);
  assert.equal(moved instanceof NdpipeError, false);
  assert.equal(transfer("thrown text").message, "thrown text");
});

Deno.test("fromPlainError() keeps that a signal came, which is not a system call that was broken off", () => {
  const moved = transfer(new Interrupted("SIGTERM"));
  assert.ok(moved instanceof Interrupted);
  assert.equal(moved.signal, "SIGTERM");
  assert.equal(transfer(new Deno.errors.Interrupted("read")) instanceof Interrupted, false);
});
