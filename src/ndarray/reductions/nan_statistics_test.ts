/** What is expected is what NumPy 2.4 gives. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("nanmean(), nanvar() and nanstd() promise an axis to floats that have none, as NumPy does", () => {
  for (const axis of [0, -1]) {
    strictEqual(nd.nanmean(nd.array(3.5), axis).item(), 3.5);
    strictEqual(nd.nanvar(nd.array(3.5), axis).item(), 0);
    strictEqual(nd.nanstd(nd.array(3.5, { dtype: "f32" }), axis).dtype, "f32");
    strictEqual(nd.nanmean(nd.array(NaN), { axis }).item(), NaN);
    deepStrictEqual(nd.nanvar(nd.array(3.5), axis, { keepdims: true }).shape, []);
  }
  for (const reduce of [nd.nanmean, nd.nanvar, nd.nanstd]) {
    throws(() => reduce(nd.array(3.5), 1), { code: "SHP004" });
    throws(() => reduce(nd.array(3, { dtype: "i64" }), 0), { code: "SHP004" });
    throws(() => reduce(nd.array(true), 0), { code: "SHP004" });
  }
});
