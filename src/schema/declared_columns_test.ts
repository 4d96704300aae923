import assert from "node:assert/strict";
import { globMatcher } from "./glob_matcher.ts";
import { declaredColumns } from "./declared_columns.ts";
import type { InputRequest } from "./schema.ts";

function patterns(given: readonly (readonly [pattern: string, width: number])[]): InputRequest[] {
  return given.map(([pattern, width], i) => ({
    input: `x${i}`,
    dtype: "f32",
    width,
    isScalar: false,
    nulls: { kind: "error" },
    selection: { kind: "pattern", pattern },
  }));
}

Deno.test("declaredColumns() promises one name for a pattern without a sign, however wide the input", () => {
  assert.deepEqual(declaredColumns(patterns([["pixel", 784]])), ["pixel"]);
});

Deno.test("declaredColumns() promises as many names as each pattern is wide, in whichever order they are declared", () => {
  const families = [
    [["*", 5], ["p*", 2], ["pa?", 1], ["?", 1], ["*b*", 2]],
    [["*", 12], ["?", 10]],
    [["p*", 120], ["p??", 3], ["?", 1]],
    [["*0", 1], ["p*", 30]],
    [["*", 2], ["??", 1]],
  ] as const;
  for (const given of families) {
    for (const order of [given, given.toReversed()]) {
      const names = declaredColumns(patterns(order));
      for (const [pattern, width] of given) {
        assert.equal(names.filter(globMatcher(pattern)).length, width, `${pattern} of ${names.join(" ")}`);
      }
    }
  }
});

Deno.test("declaredColumns() ends where patterns contradict each other", () => {
  // which of them is refused, binding says
  assert.equal(declaredColumns(patterns([["p*", 2], ["p*", 3]])).length, 3);
});
