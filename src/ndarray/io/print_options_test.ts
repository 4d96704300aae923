/** Options by which arrays are printed: the texts are those of NumPy 2.4. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

const a = () => nd.array([1.5, NaN, -Infinity, 0.25]);
const text = (options: Partial<nd.PrintOptions>, array = a()) => nd.array2string(array, options);

Deno.test("array2string() prints digits behind the point as floatmode says", () => {
  strictEqual(text({ floatmode: "fixed", precision: 3 }), "[1.500   nan  -inf 0.250]");
  strictEqual(text({ floatmode: "maxprec_equal" }), "[1.50  nan -inf 0.25]");
  strictEqual(text({ floatmode: "unique", precision: 1 }), "[1.5   nan -inf 0.25]");
  strictEqual(
    text({ floatmode: "unique", precision: 1 }, nd.array([1 / 3, 2])),
    "[0.3333333333333333 2.                ]",
  );
  strictEqual(text({ floatmode: "fixed", precision: 2 }, nd.array([1e10, 1.5])), "[1.00e+10 1.50e+00]");
  const narrow = nd.array([0.3333333432674408, 0.6666666865348816, 1.5], "f32");
  strictEqual(text({ floatmode: "maxprec_equal" }, narrow), "[0.33333334 0.66666669 1.50000000]");
});

Deno.test("array2string() prints the sign that is asked for, of integers too", () => {
  strictEqual(text({ sign: "+" }), "[+1.5   +nan  -inf +0.25]");
  strictEqual(text({ sign: " " }), "[ 1.5    nan  -inf  0.25]");
  strictEqual(text({ sign: "+" }, nd.array([1, 20])), "[ +1 +20]");
  strictEqual(text({ sign: " " }, nd.array([1, 20])), "[  1  20]");
  strictEqual(text({ sign: " " }, nd.array([-3, 100])), "[ -3 100]");
  strictEqual(text({ sign: "+" }, nd.array([true])), "[ True]");
});

Deno.test("setPrintoptions() sets the texts of NaN and of infinities, and refuses other options", () => {
  const options = { nanstr: "NA", infstr: "Infinity" };
  strictEqual(nd.withPrintoptions(options, () => String(a())), "[     1.5         NA -Infinity      0.25]");
  const plus = { sign: "+", floatmode: "fixed", precision: 2 } as const;
  const texts = nd.withPrintoptions(
    plus,
    () => [String(nd.array(1e-9)), nd.arrayRepr(1.5), String(nd.array(1.5))],
  );
  deepStrictEqual(texts, ["1e-09", "array(+1.50)", "1.5"]);
  const before = nd.getPrintoptions();
  for (const bad of [{ sign: "x" }, { floatmode: "most" }, { nanstr: 3 }, { infstr: null }]) {
    const run = () => nd.setPrintoptions(bad as never);
    if ("infstr" in bad) run();
    else throws(run, { code: "ARR002" });
  }
  deepStrictEqual(nd.getPrintoptions(), before);
});
