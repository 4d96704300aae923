import { ok, strictEqual } from "node:assert/strict";
import { GraphBuilder, TracedTensor } from "../expr/mod.ts";
import type { Shape } from "../shape/mod.ts";
import { planProgram } from "./planner.ts";

/** Rows of the tiles of a transform whose outputs are given as text. */
function tileRows(shape: Shape, ...texts: readonly string[]): number {
  const builder = new GraphBuilder();
  const x = new TracedTensor(builder, builder.addLeaf("input", "x", { dtype: "f32", shape }));
  const outputs = texts.map((text) => {
    const { id: node }: TracedTensor = new Function("x", `return ${text};`)(x);
    return { name: text, node };
  });
  return planProgram(builder.finish(outputs), { inputs: [{ name: "x", layout: "row" }] }).tileRows;
}

Deno.test("chooseTileRows() promises long tiles where each value passes once, up to a million elements", () => {
  strictEqual(tileRows(["N"], "x.exp()"), 131_072);
  strictEqual(tileRows(["N", 8], "x.exp()"), 131_072);
  strictEqual(tileRows(["N", 1024], "x.exp()"), 1024);
  strictEqual(tileRows(["N"], "x.filter(x.gt(0), 'K')"), 131_072);
});

Deno.test("chooseTileRows() promises tiles that stay in the cache where stages read what others have read", () => {
  strictEqual(tileRows(["N"], "x.exp()", "x.log()"), 16_384);
  strictEqual(tileRows(["N"], "x.filter(x.gt(0), 'K').exp()"), 16_384);
  // 4 KB a row, of which 256 KiB are to stay
  const rows = tileRows(["N", 1024], "x.softmax(1)");
  ok(rows <= 64, `${rows} rows`);
});
