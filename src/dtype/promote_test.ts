import { strictEqual } from "node:assert/strict";
import { DTYPES } from "./dtype.ts";
import { promoteAll, promoteTypes } from "./promote.ts";

Deno.test("promoteAll() holds every dtype and does not depend on their order", () => {
  for (const a of DTYPES) {
    strictEqual(promoteAll([a]), a);
    for (const b of DTYPES) {
      strictEqual(promoteAll([a, b]), promoteTypes(a, b), `${a} ${b}`);
      for (const c of DTYPES) {
        const all = promoteAll([a, b, c]);
        strictEqual(promoteAll([c, a, b]), all);
        for (const each of [a, b, c]) strictEqual(promoteTypes(each, all), all, `${a} ${b} ${c}`);
      }
    }
  }
});

Deno.test("promoteAll() gives f32 of i16, u16 and f32, as NumPy's result_type", () => {
  strictEqual(promoteAll(["i16", "u16", "f32"]), "f32");
  strictEqual(promoteAll(["i16", "u16"]), "i32");
});
