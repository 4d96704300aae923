import assert from "node:assert/strict";
import { ELEMENTWISE } from "../src/expr/primitives.ts";
import { FLOAT_OPS } from "./support/math_function.ts";

Deno.test("docs/accuracy.md has every floating-point primitive with its bound, and no error above it", async () => {
  const page = await Deno.readTextFile(new URL("../docs/accuracy.md", import.meta.url));
  const rows = new Map(
    [...page.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map((
      [, op, cells],
    ) => [op!, cells!.split("|").map(Number)]),
  );
  assert.deepEqual([...rows.keys()], [...FLOAT_OPS], "write it anew: deno task ulp --write");
  for (const op of FLOAT_OPS) {
    const [bound, ...measured] = rows.get(op)!;
    assert.equal(bound, ELEMENTWISE[op].ulp, op);
    assert.ok(measured.length > 0 && measured.every((ulp) => ulp <= bound!), op);
  }
});
