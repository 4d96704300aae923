/**
 * Blocks of elements transposed in registers. A block is `numRows` rows of `vf` elements; in memory the elements of
 * a column are neighbours, and columns are a stride apart. Numbering the elements of a block column by column, the
 * index of an element is that of its column followed by that of its row; to interleave the first half of all
 * elements with the second half rotates the bits of the index by one, so as many rounds as a column's index has
 * bits number the elements row by row.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { copy, keep, type LaneBytes, releaseAll } from "./lanes.ts";

/** A block of an operand. */
export interface Block {
  /** bytes from a column to the next */
  readonly stride: Local;
  readonly laneBytes: LaneBytes;
  /** columns: a power of 2 */
  readonly vf: number;
  /** rows: a power of 2 */
  readonly numRows: number;
}

/** interleaves the first half of all elements with the second half; frees the argument */
function interleave(f: FunctionBuilder, registers: readonly Local[], laneBytes: LaneBytes): Local[] {
  const half = registers.length / 2, perHalf = 8 / laneBytes;
  const bytes = (first: number, second: number) =>
    Array.from({ length: 16 }, (_, i) => {
      const element = Math.floor(i / laneBytes), from = element % 2 === 0 ? first : second;
      return from + Math.floor(element / 2) * laneBytes + i % laneBytes;
    });
  if (registers.length === 1) {
    const only = registers[0]!;
    f.get(only).get(only).op("i8x16.shuffle", ...bytes(0, perHalf * laneBytes)).set(only);
    return [only];
  }
  const result = Array.from({ length: registers.length }, (_, i) => {
    const start = (i % 2) * perHalf * laneBytes;
    f.get(registers[i >> 1]!).get(registers[(i >> 1) + half]!);
    return keep(f.op("i8x16.shuffle", ...bytes(start, 16 + start)));
  });
  releaseAll(f, registers);
  return result;
}

function rotate(
  f: FunctionBuilder,
  registers: readonly Local[],
  { laneBytes, rounds }: { laneBytes: LaneBytes; rounds: number },
): readonly Local[] {
  let current = registers;
  for (let round = 0; round < rounds; round++) current = interleave(f, current, laneBytes);
  return current;
}

/** calls `visit` for each column with its address: past the `remaining` columns, with that of the last */
function eachColumn(
  f: FunctionBuilder,
  pointer: Local,
  { stride, vf, remaining }: { stride: Local; vf: number; remaining: Local },
  visit: (column: number, at: Local) => void,
): void {
  const walk = (advance: (column: number) => void) => {
    const at = copy(f, pointer);
    for (let column = 0; column < vf; column++) {
      if (column > 0) {
        f.get(at);
        advance(column);
        f.op("i32.add").set(at);
      }
      visit(column, at);
    }
    f.release(at);
  };
  f.get(remaining).i32(vf).op("i32.ge_s").if(
    () => walk(() => f.get(stride)),
    () => walk((column) => f.get(stride).i32(0).i32(column).get(remaining).op("i32.lt_s").select("i32")),
  );
}

/** The rows of a block, as registers of `vf` elements each. */
export function loadTransposed(
  f: FunctionBuilder,
  pointer: Local,
  { stride, laneBytes, vf, numRows, remaining }: Block & { remaining: Local },
): readonly (readonly Local[])[] {
  const columnBytes = numRows * laneBytes;
  const loaded = Array.from({ length: (vf * columnBytes) / 16 }, () => f.local("v128"));
  eachColumn(f, pointer, { stride, vf, remaining }, (column, at) => {
    const first = (column * columnBytes) / 16;
    if (columnBytes >= 16) {
      for (let i = 0; i < columnBytes / 16; i++) f.get(at).op("v128.load", 16 * i).set(loaded[first + i]!);
      return;
    }
    const register = loaded[Math.floor(first)]!, lane = (column * columnBytes % 16) / columnBytes;
    f.get(at);
    if (lane === 0) f.op(`v128.load${8 * columnBytes}_splat`).set(register);
    else f.get(register).op(`v128.load${8 * columnBytes}_lane`, 0, lane).set(register);
  });
  const rows = rotate(f, loaded, { laneBytes, rounds: Math.log2(vf) });
  const rowBytes = vf * laneBytes;
  if (rowBytes >= 16) {
    return Array.from(
      { length: numRows },
      (_, row) => rows.slice((row * rowBytes) / 16, ((row + 1) * rowBytes) / 16),
    );
  }
  const unpacked = Array.from({ length: numRows }, (_, row) => {
    const register = rows[Math.floor((row * rowBytes) / 16)]!, start = (row * rowBytes) % 16;
    const bytes = Array.from({ length: 16 }, (_, i) => (start + i) % 16);
    return [keep(f.get(register).get(register).op("i8x16.shuffle", ...bytes))];
  });
  releaseAll(f, rows);
  return unpacked;
}

/** Stores a block by its rows; of the columns only the `remaining` first. The rows stay. */
export function storeTransposed(
  f: FunctionBuilder,
  pointer: Local,
  { rows, stride, laneBytes, vf, numRows, remaining }: Block & {
    rows: readonly (readonly Local[])[];
    remaining: Local | null;
  },
): void {
  const columns = rotate(f, packed(f, rows, vf * laneBytes), { laneBytes, rounds: Math.log2(numRows) });
  const columnBytes = numRows * laneBytes;
  const at = copy(f, pointer);
  f.block((done) => {
    for (let column = 0; column < vf; column++) {
      if (column > 0) {
        if (remaining !== null) f.get(remaining).i32(column).op("i32.le_s").brIf(done);
        f.get(at).get(stride).op("i32.add").set(at);
      }
      const first = (column * columnBytes) / 16;
      if (columnBytes >= 16) {
        for (let i = 0; i < columnBytes / 16; i++) {
          f.get(at).get(columns[first + i]!).op("v128.store", 16 * i);
        }
      } else {
        const lane = (column * columnBytes % 16) / columnBytes;
        f.get(at).get(columns[Math.floor(first)]!).op(`v128.store${8 * columnBytes}_lane`, 0, lane);
      }
    }
  });
  f.release(at);
  releaseAll(f, columns);
}

/** the rows one behind the other, in fresh registers; a row of one register only may stand for equal ones */
function packed(f: FunctionBuilder, rows: readonly (readonly Local[])[], rowBytes: number): Local[] {
  if (rowBytes >= 16) {
    return rows.flatMap((row) => Array.from({ length: rowBytes / 16 }, (_, i) => copy(f, row[i] ?? row[0]!)));
  }
  let current = rows.map((row) => copy(f, row[0]!));
  for (let width = rowBytes; width < 16 && current.length > 1; width *= 2) {
    const next = Array.from({ length: current.length / 2 }, (_, i) => {
      const bytes = Array.from(
        { length: 16 },
        (_, byte) => byte < width ? byte : byte < 2 * width ? 16 + byte - width : 0,
      );
      f.get(current[2 * i]!).get(current[2 * i + 1]!);
      return keep(f.op("i8x16.shuffle", ...bytes));
    });
    releaseAll(f, current);
    current = next;
  }
  return current;
}
