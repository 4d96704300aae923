/** The order in memory of what einsum gives, and its refusals of memory. */
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { MemoryError } from "../../errors.ts";
import * as nd from "../mod.ts";

/** what is refused where 100 kB are left; nothing stays behind */
function refusalOf(run: () => unknown): MemoryError {
  const { bytesInUse, limitBytes } = nd.memoryStatistics();
  nd.setMemoryLimit(bytesInUse + 100_000);
  try {
    nd.scope(() => void run());
  } catch (error) {
    strictEqual(nd.memoryStatistics().bytesInUse, bytesInUse);
    ok(error instanceof MemoryError);
    return error;
  } finally {
    nd.setMemoryLimit(limitBytes);
  }
  throw new Error("it was not refused");
}

Deno.test("einsum() gives rows, columns, or columns where all operands have them, as order says", () => {
  const rows = nd.arange(24).reshape(2, 3, 4), columns = rows.copy({ order: "F" });
  const layout = (result: nd.NDArray) => [result.flags.cContiguous, result.flags.fContiguous];
  for (const text of ["ijk,ijl->ikl", "ijk,ijl->lki"]) {
    const plain = nd.einsum(text, rows, columns).toList();
    const given = (order: "C" | "F" | "A" | "K" | "f", [a, b]: nd.NDArray[] = [rows, columns]) => {
      const result = nd.einsum(text, [a!, b!], { order });
      deepStrictEqual(result.toList(), plain);
      return layout(result);
    };
    deepStrictEqual([given("C"), given("F"), given("f")], [[true, false], [false, true], [false, true]]);
    deepStrictEqual([given("A"), given("A", [columns, columns])], [[true, false], [false, true]]);
    given("K");
  }
  deepStrictEqual(layout(nd.einsum("ijk->kji", columns, { order: "F" })), [false, true]);
  throws(() => nd.einsum("i->i", [[1]], { order: "X" as never }), { code: "ARR002", message: /order/ });
});

Deno.test("einsum() refuses by its name what does not fit, with the labels that do not", () => {
  const row = nd.ones(200), table = nd.ones([200, 2]);
  const result = refusalOf(() => nd.einsum("i,j->ij", row, row));
  match(result.message, /^einsum needs f64 \(200, 200\)/);
  deepStrictEqual(result.operands, ['"i" f64 (200,)', '"j" f64 (200,)']);
  match(
    result.help ?? "",
    /^keep fewer labels than "ij" in the result, or .* one label at a time; else dispose/,
  );
  const summed = refusalOf(() => nd.einsum("ik,jk->ij", table, table));
  match(summed.message, /^einsum needs/);
  match(summed.help ?? "", /than "ij"/);
  const path = [[0, 1], [0, 1]] as const;
  const between = refusalOf(() => nd.einsum("i,j,i->j", [row, row, row], { optimize: path }));
  match(between.help ?? "", /between the operands has the labels "ij": try \{ optimize: "optimal" \}/);
  const stacked = refusalOf(() => nd.einsum("...i,...j->...ij", table.T, table.T));
  match(stacked.help ?? "", /"\.\.\.ij"/);
  const limit = nd.memoryStatistics();
  nd.setMemoryLimit(limit.bytesInUse + 100_000);
  try {
    // the same sum in the order that is found fits
    deepStrictEqual(nd.einsum("i,j,i->j", [row, row, row], { optimize: "optimal" }).shape, [200]);
  } finally {
    nd.setMemoryLimit(limit.limitBytes);
  }
});
