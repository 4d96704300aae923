import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { MemoryError } from "../../errors.ts";
import * as nd from "../mod.ts";

/** what an expression is refused with near the limit */
function refusalOf(run: () => unknown): MemoryError {
  const { bytesInUse, limitBytes, numStorages } = nd.memoryStatistics();
  nd.setMemoryLimit(bytesInUse + 100_000);
  try {
    nd.scope(() => void run());
  } catch (error) {
    const after = nd.memoryStatistics();
    deepStrictEqual([after.bytesInUse, after.numStorages], [bytesInUse, numStorages], "something is left");
    if (error instanceof MemoryError && error.code === "MEM005") return error;
    throw error;
  } finally {
    nd.setMemoryLimit(limitBytes);
  }
  throw new Error("it was not refused");
}

/** calls that are refused by the name in front, or by what follows the last dot of it */
const CALLS: Readonly<Record<string, (row: nd.NDArray, matrix: nd.NDArray) => unknown>> = {
  "add.outer": (row) => nd.add.outer(row, row),
  append: (row) => nd.append(row, row),
  "append along an axis": (_, matrix) => nd.append(matrix, matrix, 0),
  block: (row) => nd.block([row, row]),
  columnStack: (row) => nd.columnStack([row, row]),
  concatenate: (row) => nd.concatenate([row, row]),
  cross: (_, matrix) => nd.cross(matrix.reshape([-1, 2, 1]), matrix.reshape([-1, 2, 1]), { axis: 1 }),
  diag: (row) => nd.diag(row),
  diagIndices: () => nd.diagIndices(20_000),
  diagflat: (row) => nd.diagflat(row),
  dot: (row) => nd.dot(row.reshape([-1, 1]), row.reshape([1, -1])),
  dstack: (row) => nd.dstack([row, row]),
  einsum: (row) => nd.einsum("i,j->ij", [row, row]),
  empty: () => nd.empty([300, 300]),
  eye: () => nd.eye(300),
  flatten: (_, matrix) => matrix.flatten(),
  fromfunction: () => nd.fromfunction((i) => i as nd.NDArray, [300, 300]),
  full: () => nd.full([300, 300], 7),
  "full of an array": () => nd.full([300, 300], nd.array([1])),
  fullLike: (row) => nd.fullLike(row, 1),
  hstack: (row) => nd.hstack([row, row]),
  identity: () => nd.identity(300),
  indices: () => nd.indices([200, 200]),
  inner: (row) => nd.inner(row.reshape([-1, 1]), row.reshape([-1, 1])),
  insert: (row) => nd.insert(row, 0, 1),
  kron: (row) => nd.kron(row, row),
  maskIndices: () => nd.maskIndices(300, (a) => nd.triu(a)),
  matvec: (_, matrix) => nd.matvec(matrix.reshape([-1, 1, 1]), nd.ones([1, 1])),
  meshgrid: (row) => nd.meshgrid([row, row]),
  "linalg.multiDot": (row) => nd.linalg.multiDot([row.reshape([-1, 1]), row.reshape([1, -1])]),
  ones: () => nd.ones([300, 300]),
  onesLike: (row) => nd.onesLike(row),
  outer: (row) => nd.outer(row, row),
  pad: (row) => nd.pad(row, 10),
  repeat: (row) => nd.repeat(row, 2),
  resize: (row) => nd.resize(row, [300, 300]),
  roll: (row) => nd.roll(row, 1),
  stack: (row) => nd.stack([row, row]),
  tensordot: (row) => nd.tensordot(row, row, 0),
  tile: (row) => nd.tile(row, [2, 2]),
  tri: () => nd.tri(400),
  tril: (_, matrix) => nd.tril(matrix),
  trilIndices: () => nd.trilIndices(400),
  triu: (_, matrix) => nd.triu(matrix),
  triuIndices: () => nd.triuIndices(400),
  vander: (row) => nd.vander(row),
  vecdot: () => nd.linalg.vecdot(nd.ones([60, 1, 1]), nd.ones([300, 1])),
  vecmat: (_, matrix) => nd.vecmat(nd.ones([1, 1]), matrix.reshape([-1, 1, 1])),
  vstack: (row) => nd.vstack([row, row]),
  zeros: () => nd.zeros([300, 300]),
  zerosLike: (row) => nd.zerosLike(row),
};

Deno.test("called() promises that a refusal of memory names the function that was called, not a part of it", () => {
  nd.scope(() => {
    const row = nd.ones([20_000]), matrix = nd.ones([200, 200]);
    const named = Object.entries(CALLS).map((
      [call, run],
    ) => [call, refusalOf(() => run(row, matrix)).message]);
    const misnamed = named.filter(([call, message]) => {
      const callee = call!.split(" ")[0]!.replace("linalg.", "");
      return !new RegExp(`^${callee} (gives|takes|needs) .*: [\\d.]+ [KMGT]iB do not fit`).test(message!);
    });
    deepStrictEqual(misnamed, []);
  });
});

Deno.test("kron() and tile() are refused with the shape that they give, not with that of the axes inside", () => {
  nd.scope(() => {
    const row = nd.ones([20_000]), whole = nd.ones([30, 40], "i64"), ones = nd.ones([20, 10], "f32");
    match(refusalOf(() => nd.tile(row, 3)).message, /^tile gives f64 \(60000,\): /);
    match(refusalOf(() => nd.kron(whole, ones)).message, /^kron gives f64 \(600, 400\): /);
    match(refusalOf(() => nd.outer(row, whole)).message, /^outer needs f64 \(20000, 1200\): /);
  });
});

Deno.test("a growth that does not fit is refused with what was probably meant", () => {
  nd.scope(() => {
    const rows = nd.ones([5_000]), column = rows.reshape([5_000, 1]), weights = nd.ones([40]);
    // the second time the operation is remembered
    for (const _ of [1, 2]) {
      const weight = refusalOf(() => column.mul(weights)).help!;
      ok(
        weight.startsWith("for one weight a value, b needs shape (5000) and a no axis of size 1; else "),
        weight,
      );
      const match = refusalOf(() => nd.subtract(column, rows)).help!;
      ok(
        match.startsWith("to match element by element, use .squeeze(-1) on a (5000, 1); else dispose "),
        match,
      );
    }
    const pairs = refusalOf(() => nd.outer(rows, weights)).help!;
    ok(
      pairs.startsWith("outer is of every pair; if element by element was meant, use multiply; else dispose"),
      pairs,
    );
    // what is made of parts, or asks for growth, has no operands that grow by mistake
    const asked = { broadcast: "numpy" } as const;
    for (
      const run of [
        () => nd.tri(5_000, 4_000),
        () => nd.kron(column, weights),
        () => column.mul(weights, asked),
        () => nd.subtract(column, rows, asked),
      ]
    ) ok(refusalOf(run).help!.startsWith("dispose of arrays"), refusalOf(run).help!);
    strictEqual(refusalOf(() => nd.zeros(1e6)).help!.startsWith("dispose of arrays"), true);
  });
});
